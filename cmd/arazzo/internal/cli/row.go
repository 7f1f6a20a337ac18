package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// row is the line of one step in the live view.
type row struct {
	workflow, step string
	// depth is how deep the workflow stands below that of the run.
	depth int
	// status is empty while the step is under way or about to be repeated.
	status runtime.StepStatus
	// last is the outcome of the attempt before.
	last runtime.StepStatus
	// since is when the step was first reached, until is when it ended last.
	since, until time.Time
	// count is the number of attempts and noun what they are: "poll",
	// "attempt", "visit".
	count int
	noun  string
	// state is what the last reply said about the thing that is waited for.
	state string
	// note is a remark on what is going on; next is when a pause ends and reason
	// why it is made.
	note, reason string
	next         time.Time
}

func (r *row) label() string { return indentation(r.depth) + printable(r.step) }

func (r *row) begin(ev *runtime.Event, before *row) {
	r.count++
	switch {
	case r.count == 1 && ev.Visit > 1:
		// An earlier line of the step has scrolled away.
		r.count, r.noun = ev.Visit, "visit"
	case r.count == 1:
	case ev.Attempt > 1 && r.last == runtime.StepFailed:
		r.noun = "attempt"
	case before == r:
		r.noun = "poll"
	default:
		r.noun = "visit"
	}
	r.status, r.note, r.next = "", "", time.Time{}
}

func (r *row) finish(ev *runtime.Event, state string) {
	r.status, r.last = ev.Status, ev.Status
	r.until = ev.Time
	r.note, r.next = "", time.Time{}
	if state != "" {
		r.state = state
	}
	if ev.Status == runtime.StepFailed {
		switch {
		case ev.Response != nil:
			r.note = fmt.Sprintf("HTTP %d", ev.Response.Status)
		case ev.Failure != nil:
			r.note = ev.Failure.Message
		}
	}
}

func (r *row) wait(ev *runtime.Event) {
	r.status, r.next = "", ev.Until
	r.note, r.reason = "next in", ev.Reason
	if ev.Reason == "polling" {
		r.note, r.reason = "next poll in", ""
	}
}

func (r *row) retry(ev *runtime.Event) {
	r.status, r.next = "", ev.Until
	r.note, r.reason = "sending again in", ev.Reason
}

func (r *row) send() {
	r.status, r.note, r.next = "", "", time.Time{}
}

// settle ends a line whose step did not finish.
func (r *row) settle(at time.Time) {
	if r.status == "" {
		r.status = "stopped"
		r.until = at
		r.note, r.next = "", time.Time{}
	}
}

// render draws the line in at most width cells.
func (v *liveView) render(r *row, stepWidth, width int) string {
	now := v.now()
	var parts []string
	if r.state != "" {
		parts = append(parts, printable(r.state))
	}
	if r.count > 1 {
		parts = append(parts, fmt.Sprintf("%s %d", r.noun, r.count))
	}
	elapsed := r.until.Sub(r.since)
	if r.status == "" {
		elapsed = now.Sub(r.since).Truncate(frameTime)
	}
	parts = append(parts, briefly(elapsed))
	if r.note != "" {
		note := printable(r.note)
		if !r.next.IsZero() {
			note += " " + countdown(r.next.Sub(now))
			if r.reason != "" {
				note += " (" + printable(r.reason) + ")"
			}
		}
		parts = append(parts, note)
	}
	separator := " · "
	if !v.term.unicode {
		separator = " - "
	}
	step := fit(r.label(), stepWidth, v.ellipsis())
	text := fit(pad(step, stepWidth)+"  "+strings.Join(parts, separator), width-2, v.ellipsis())
	return v.glyph(r, now) + " " + text
}

// glyph is the sign in front of a line.
func (v *liveView) glyph(r *row, now time.Time) string {
	ok, bad, stopped, turning := "✓", "✗", "■", []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	if !v.term.unicode {
		ok, bad, stopped, turning = "+", "x", "#", []rune(`|/-\`)
	}
	switch r.status {
	case runtime.StepSucceeded:
		return v.paint.green(ok)
	case runtime.StepFailed:
		return v.paint.red(bad)
	case "stopped":
		return v.paint.yellow(stopped)
	default:
		frame := max(0, now.Sub(v.started)/frameTime)
		return v.paint.bold(string(turning[int(frame)%len(turning)]))
	}
}
