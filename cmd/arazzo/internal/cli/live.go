package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
)

const (
	hideCursor  = "\x1b[?25l"
	showCursor  = "\x1b[?25h"
	clearToEnd  = "\x1b[J"
	clearToEdge = "\x1b[K"
)

// frameTime is how often the view moves on its own.
const frameTime = 100 * time.Millisecond

// liveView shows one line for each step on a terminal and keeps them up to
// date in place. Steps that no longer fit scroll away above the others. It is
// safe for concurrent use.
type liveView struct {
	out     io.Writer
	term    terminal
	paint   palette
	states  *states
	now     func() time.Time
	verbose bool

	mu sync.Mutex
	// rows are the steps in the part of the screen that is drawn again and
	// again; drawn is the number of its lines that stand there now.
	rows    []*row
	drawn   int
	last    string
	notice  string
	closed  bool
	started time.Time
	// finished is the row whose attempt ended last.
	finished *row

	stop chan struct{}
	done chan struct{}
}

// start hides the cursor and begins to move the view. Every start must be
// followed by a close.
func (v *liveView) start() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stop, v.done = make(chan struct{}), make(chan struct{})
	v.started = v.now()
	_, _ = io.WriteString(v.out, hideCursor)
	go v.animate(v.stop, v.done)
}

func (v *liveView) animate(stop <-chan struct{}, done chan<- struct{}) {
	defer close(done)
	ticker := time.NewTicker(frameTime)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			v.mu.Lock()
			v.draw()
			v.mu.Unlock()
		}
	}
}

// close draws the view a last time and gives the cursor back. It may be called
// more than once and on a nil view.
func (v *liveView) close() {
	if v == nil {
		return
	}
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return
	}
	v.notice = ""
	v.draw()
	v.closed = true
	_, _ = io.WriteString(v.out, showCursor)
	v.mu.Unlock()
	if v.stop != nil {
		close(v.stop)
		<-v.done
	}
}

// restore gives the cursor back without waiting for anything, for a process
// that is about to end.
func (v *liveView) restore() {
	if v != nil {
		_, _ = io.WriteString(v.out, showCursor)
	}
}

// announce shows a sentence below the steps until the view is closed.
func (v *liveView) announce(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.notice = text
	v.draw()
}

// Observe brings the view up to date with the event.
func (v *liveView) Observe(_ context.Context, ev *runtime.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return
	}
	if v.verbose {
		v.print(exchangeLine(ev))
	}
	switch ev.Kind {
	case runtime.StepStarted:
		v.rowOf(ev).begin(ev, v.finished)
	case runtime.StepFinished:
		v.finished = v.rowOf(ev)
		v.finished.finish(ev, v.states.of(ev))
	case runtime.Waiting:
		v.rowOf(ev).wait(ev)
	case runtime.RequestRetried:
		v.rowOf(ev).retry(ev)
	case runtime.RequestSent:
		v.rowOf(ev).send()
	case runtime.ExchangeFailed:
		v.rowOf(ev).note = messageOf(ev.Failure)
	case runtime.Warned:
		if ev.Diagnostic != nil {
			v.print(v.paint.yellow("warning:") + " " + printable(ev.Diagnostic.Error()))
		}
	case runtime.RunFinished:
		for _, r := range v.rows {
			r.settle(ev.Time)
		}
	case runtime.RunStarted, runtime.ResponseReceived:
	}
	v.draw()
}

// rowOf returns the line of the event's step, a new one if there is none.
func (v *liveView) rowOf(ev *runtime.Event) *row {
	i := slices.IndexFunc(v.rows, func(r *row) bool { return r.step == ev.StepID && r.workflow == ev.WorkflowID })
	if i >= 0 {
		return v.rows[i]
	}
	r := &row{workflow: ev.WorkflowID, step: ev.StepID, depth: ev.Depth, since: ev.Time}
	v.rows = append(v.rows, r)
	_, height := v.term.size()
	for most := max(1, height-2); len(v.rows) > most; {
		gone := v.rows[0]
		v.rows = v.rows[1:]
		v.print(v.render(gone, v.stepWidth(), v.width()))
	}
	return r
}

func (v *liveView) width() int {
	width, _ := v.term.size()
	return max(1, width-1)
}

func (v *liveView) stepWidth() int {
	const most = 32
	width := 0
	for _, r := range v.rows {
		width = max(width, textWidth(r.label()))
	}
	return min(width, most)
}

// frame returns the lines to show now.
func (v *liveView) frame() []string {
	width, step := v.width(), v.stepWidth()
	lines := make([]string, 0, len(v.rows)+1)
	for _, r := range v.rows {
		lines = append(lines, v.render(r, step, width))
	}
	if v.notice != "" {
		lines = append(lines, v.paint.yellow(fit(printable(v.notice), width, v.ellipsis())))
	}
	return lines
}

// draw writes the frame over the one that stands there, unless they are alike.
func (v *liveView) draw() {
	if v.closed {
		return
	}
	var b bytes.Buffer
	lines := v.frame()
	for _, line := range lines {
		b.WriteString(line)
		b.WriteString(clearToEdge)
		b.WriteByte('\n')
	}
	if text := b.String(); text != v.last || v.drawn != len(lines) {
		_, _ = io.WriteString(v.out, v.home()+text+clearToEnd)
		v.last, v.drawn = text, len(lines)
	}
}

// home moves the cursor to the start of the frame.
func (v *liveView) home() string {
	if v.drawn == 0 {
		return "\r"
	}
	return fmt.Sprintf("\r\x1b[%dA", v.drawn)
}

// print writes a line above the frame, where it stays.
func (v *liveView) print(line string) {
	if line == "" {
		return
	}
	_, _ = io.WriteString(v.out, v.home()+clearToEnd+line+"\n")
	v.drawn, v.last = 0, ""
}

func (v *liveView) ellipsis() string {
	if v.term.unicode {
		return "…"
	}
	return "..."
}
