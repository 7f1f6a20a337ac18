package runtime

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Engine moves the states of one program forward. All effects are its fields.
// An Engine may serve many runs at the same time, each with a State of its own.
type Engine struct {
	Program *Program
	// Binding says where the program's operations are served.
	Binding   *Binding
	Transport Transport
	Clock     Clock
	// Observer may be nil.
	Observer Observer
}

// ErrEnded is returned by [Engine.Advance] for a state whose run has ended.
var ErrEnded = errors.New("the run has ended")

// ErrOtherProgram is returned for a state that belongs to another program.
var ErrOtherProgram = errors.New("the state belongs to another program")

// Run advances the state until the run has ended, and returns its result. If
// ctx ends, the run does so too, with the status Cancelled and the outputs so
// far. The error is not nil only if the run could not be carried out at all.
func (e *Engine) Run(ctx context.Context, st *State) (*Result, error) {
	if err := e.accepts(st); err != nil {
		return nil, err
	}
	e.emit(ctx, st, Event{Kind: RunStarted})
	for !st.Done() {
		if err := e.Advance(ctx, st); err != nil {
			if ctx.Err() == nil {
				return nil, err
			}
			e.cancel(st)
		}
	}
	res := e.Result(st)
	e.emit(context.WithoutCancel(ctx), st, Event{Kind: RunFinished, Result: res, Failure: res.Failure, Duration: res.Duration})
	return res, nil
}

// Result describes a run as far as it has come.
func (e *Engine) Result(st *State) *Result {
	res := &Result{
		RunID:     st.RunID,
		Status:    st.Status,
		Failure:   st.Failure,
		StartedAt: st.StartedAt,
		Warnings:  st.Warnings,
	}
	if st.Outcome != nil {
		res.Outputs = nonNil(st.Outcome.Outputs)
	}
	res.WorkflowID = st.Root.WorkflowID
	end := st.EndedAt
	if end.IsZero() {
		end = e.Clock.Now()
	}
	res.Duration = end.Sub(st.StartedAt)
	return res
}

func (e *Engine) accepts(st *State) error {
	switch {
	case st.Program != e.Program.fingerprint:
		return fmt.Errorf("run %q: %w", st.RunID, ErrOtherProgram)
	case !st.Done() && len(st.Frames) == 0:
		return fmt.Errorf("run %q: the state has no frame", st.RunID)
	}
	if st.Done() {
		return nil
	}
	for i := range st.Frames {
		f := &st.Frames[i]
		wf := e.Program.workflow(f.Workflow)
		if wf == nil || f.Next < 0 || f.Next >= len(wf.steps) || f.Repair != nil && (f.Repair.Return < 0 || f.Repair.Return >= len(wf.steps)) {
			return fmt.Errorf("run %q: frame %d is at no step of the program", st.RunID, i)
		}
		if outermost := i == 0; outermost != (f.Purpose == "") || outermost && (f.Ended != nil || !f.Deadline.IsZero()) {
			return fmt.Errorf("run %q: frame %d does not fit its place", st.RunID, i)
		}
		if f.Purpose == ForStep {
			below := &st.Frames[i-1]
			if e.Program.workflow(below.Workflow).steps[below.Next].sub == nil {
				return fmt.Errorf("run %q: no step waits for frame %d", st.RunID, i)
			}
		}
	}
	return nil
}

// cancel ends a run whose context has ended.
func (e *Engine) cancel(st *State) {
	inner := st.frame()
	failure := &Failure{Rule: "cancelled", Message: "the run was interrupted"}
	if wf := e.Program.workflow(inner.Workflow); inner.Next < len(wf.steps) {
		failure.StepID = wf.steps[inner.Next].id
		failure.Message = fmt.Sprintf("the run was interrupted at step %q", failure.StepID)
	}
	st.Frames = st.Frames[:1]
	outer := st.frame()
	outputs := e.Program.workflow(outer.Workflow).collectOutputs(e.env(st, outer), nil)
	e.end(st, Outcome{Status: Cancelled, Inputs: outer.Inputs, Outputs: outputs, Steps: outer.succeededSteps()}, failure)
}

// emit completes an event and hands it to the observer, with secrets masked.
func (e *Engine) emit(ctx context.Context, st *State, ev Event) {
	if e.Observer == nil {
		return
	}
	ev.RunID = st.RunID
	ev.Time = e.Clock.Now()
	ev.Depth = max(0, len(st.Frames)-1)
	if ev.WorkflowID == "" {
		ev.WorkflowID = st.Root.WorkflowID
		if len(st.Frames) > 0 {
			ev.WorkflowID = st.frame().Workflow.WorkflowID
		}
	}
	e.Observer.Observe(ctx, &ev)
}

// observers hands each event to several observers in turn.
type observers []Observer

func (os observers) Observe(ctx context.Context, ev *Event) {
	for _, o := range os {
		o.Observe(ctx, ev)
	}
}

// Observers returns an observer that hands each event to all of those given,
// in their order. Nil observers are left out.
func Observers(os ...Observer) Observer {
	var kept observers
	for _, o := range os {
		if o != nil {
			kept = append(kept, o)
		}
	}
	switch len(kept) {
	case 0:
		return nil
	case 1:
		return kept[0]
	default:
		return kept
	}
}

// warn remembers something that did not stop the run, once for each message.
func (e *Engine) warn(ctx context.Context, st *State, d diag.Diagnostic) {
	const most = 100
	d.Severity = diag.Warning
	for i := range st.Warnings {
		if w := &st.Warnings[i]; w.Rule == d.Rule && w.Message == d.Message {
			return
		}
	}
	if len(st.Warnings) < most {
		st.Warnings.Add(d)
	}
	e.emit(ctx, st, Event{Kind: Warned, Diagnostic: &d})
}

// jitter returns a number in [0, 1) that depends on the run and the number of
// the exchange only, so that a replay draws alike.
func jitter(st *State) float64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	mix := func(b byte) { h = (h ^ uint64(b)) * prime }
	for i := range len(st.RunID) {
		mix(st.RunID[i])
	}
	for n := st.Exchanges; n > 0; n >>= 8 {
		mix(byte(n))
	}
	// Stir: FNV alone leaves the high bits of short texts alike.
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return float64(h>>11) / (1 << 53)
}

// retryAfter reads a Retry-After field in both of its forms (RFC 9110, 10.2.3).
func retryAfter(resp *Response, now time.Time) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	text, ok := resp.Header.Lookup("Retry-After")
	if !ok {
		return 0, false
	}
	text = strings.TrimSpace(text)
	if d, ok := decimalSeconds(text); ok {
		return d, true
	}
	for _, layout := range []string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
		if at, err := time.Parse(layout, text); err == nil {
			if sent, ok := resp.Header.Lookup("Date"); ok {
				if date, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", sent); err == nil {
					now = date
				}
			}
			return max(0, at.Sub(now)), true
		}
	}
	return 0, false
}

// decimalSeconds reads a non-negative decimal number of seconds.
func decimalSeconds(text string) (time.Duration, bool) {
	if text == "" || strings.Trim(text, "0123456789.") != "" || strings.Count(text, ".") > 1 || text == "." {
		return 0, false
	}
	const most = 366 * 24 * time.Hour
	if whole, _, _ := strings.Cut(text, "."); len(whole) > 9 {
		return most, true
	}
	d, err := time.ParseDuration(text + "s")
	if err != nil {
		return 0, false
	}
	return min(d, most), true
}
