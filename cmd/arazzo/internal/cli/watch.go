package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
)

// clearScreen moves the cursor to the top and clears what is below.
const clearScreen = "\x1b[H\x1b[2J"

// watch checks the documents again and again, until it is interrupted.
func (j *validateJob) watch(ctx context.Context) (err error) {
	events, err := lint.NewFileEvents()
	if err != nil {
		return hostf(err, "%v", err)
	}
	defer func() { err = errors.Join(err, events.Close()) }()
	if j.term.live {
		// The prompt stands behind what the terminal shows for the interrupt.
		defer func() { _, _ = fmt.Fprintln(j.app.stderr) }()
	}
	if err := j.checker.Watch(ctx, j.arguments, events, j.find, j.showRound); err != nil {
		return hostf(err, "%v", err).withHint("name fewer folders, or allow more watches (on Linux: fs.inotify.max_user_watches)")
	}
	return nil
}

// showRound writes all that is known now.
func (j *validateJob) showRound(round *lint.Round) {
	a := j.app
	if j.term.live {
		_, _ = fmt.Fprint(a.stdout, clearScreen)
	}
	if round.Err != nil {
		var r reported
		if !errors.As(round.Err, &r) {
			a.showProblem(round.Err, "")
		}
		_, _ = fmt.Fprintln(a.stderr, "waiting for a change")
		return
	}
	out := newFindings(j)
	for _, r := range round.Results {
		out.add(r)
	}
	if j.flags.quiet {
		return
	}
	line := out.summaryLine(round.Ignored, round.Took)
	if round.Checked < len(round.Results) {
		line += fmt.Sprintf(" (%d checked again)", round.Checked)
	}
	_, _ = fmt.Fprintln(a.stderr, line+"\nwaiting for a change")
}
