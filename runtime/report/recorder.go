package report

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Recorder is a [runtime.Observer] that collects the step attempts of one run.
// The zero value is ready to use. It is safe for concurrent use.
type Recorder struct {
	mu    sync.Mutex
	steps []Step
	// open indexes the attempts that have not finished, innermost last.
	open []int
	// wait is a pause that no attempt has followed yet.
	wait time.Duration
}

// Observe records the event.
func (r *Recorder) Observe(_ context.Context, ev *runtime.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev.Kind {
	case runtime.StepStarted:
		r.begin(ev)
	case runtime.RequestSent:
		if s := r.current(ev); s != nil && ev.Request != nil {
			s.Request = &Request{Method: ev.Request.Method, URL: ev.Request.URL}
			s.Response = nil
			if ev.Try > 1 {
				s.Tries = ev.Try
			}
		}
	case runtime.ResponseReceived:
		if s := r.current(ev); s != nil && ev.Response != nil {
			s.Response = &Response{Status: ev.Response.Status}
		}
	case runtime.ExchangeFailed:
		if s := r.current(ev); s != nil {
			s.Error = problemOfFailure(ev.Failure)
		}
	case runtime.RequestRetried:
		if s := r.current(ev); s != nil {
			s.Error = nil
		}
	case runtime.Waiting:
		if s := r.current(ev); s != nil {
			s.WaitMs += ev.Wait.Milliseconds()
		} else {
			r.wait += ev.Wait
		}
	case runtime.StepFinished:
		r.finish(ev)
	case runtime.RunStarted, runtime.Warned, runtime.RunFinished:
	}
}

func (r *Recorder) begin(ev *runtime.Event) {
	r.open = append(r.open, len(r.steps))
	r.steps = append(r.steps, Step{
		WorkflowID: ev.WorkflowID,
		StepID:     ev.StepID,
		Visit:      ev.Visit,
		Attempt:    ev.Attempt,
		Criteria:   []runtime.CriterionResult{},
		WaitMs:     r.wait.Milliseconds(),
		Outputs:    map[string]any{},
	})
	r.wait = 0
}

// current returns the attempt under way that the event belongs to, or nil.
func (r *Recorder) current(ev *runtime.Event) *Step {
	for _, i := range slices.Backward(r.open) {
		s := &r.steps[i]
		if s.StepID == ev.StepID && s.WorkflowID == ev.WorkflowID {
			return s
		}
	}
	return nil
}

func (r *Recorder) finish(ev *runtime.Event) {
	s := r.current(ev)
	if s == nil {
		r.begin(ev)
		s = &r.steps[len(r.steps)-1]
	}
	s.Visit, s.Attempt = ev.Visit, ev.Attempt
	s.Status = ev.Status
	s.DurationMs = ev.Duration.Milliseconds()
	s.Criteria = make([]runtime.CriterionResult, len(ev.Criteria))
	copy(s.Criteria, ev.Criteria)
	for i := range s.Criteria {
		s.Criteria[i].Operands = slices.Clone(s.Criteria[i].Operands)
	}
	if ev.Action != nil {
		action := *ev.Action
		s.Action = &action
	}
	if ev.Failure != nil {
		s.Error = problemOfFailure(ev.Failure)
	}
	if len(ev.Outputs) > 0 {
		s.Outputs = runtime.WithoutBytes(maps.Clone(ev.Outputs))
	}
	r.open = slices.DeleteFunc(r.open, func(i int) bool { return &r.steps[i] == s })
}

// Document returns the result document of the run whose outcome is res. The
// warnings of before are those that were found before the run started.
func (r *Recorder) Document(res *runtime.Result, before ...diag.Diagnostic) *Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	doc := &Document{
		Schema:     Schema,
		RunID:      res.RunID,
		WorkflowID: res.WorkflowID,
		Status:     res.Status,
		Outputs:    res.Outputs,
		StartedAt:  res.StartedAt.UTC(),
		DurationMs: res.Duration.Milliseconds(),
		Error:      problemOfFailure(res.Failure),
		Warnings:   []Problem{},
		Steps:      slices.Clone(r.steps),
	}
	if doc.Outputs == nil {
		doc.Outputs = map[string]any{}
	}
	if doc.Steps == nil {
		doc.Steps = []Step{}
	}
	for _, list := range []diag.List{before, res.Warnings} {
		for _, d := range list {
			if d.Severity == diag.Warning {
				doc.Warnings = append(doc.Warnings, problemOfDiagnostic(d))
			}
		}
	}
	return doc
}
