// Package report turns the events of a run into documents for people and
// programs.
package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Schema identifies the form of [Document]. Its number changes when a program
// that reads the old form could no longer read the new one; members may be
// added without a change.
const Schema = "arazzo.result/1"

// Document is the result of a run as a JSON document.
type Document struct {
	Schema     string         `json:"schema"`
	RunID      string         `json:"runId"`
	WorkflowID string         `json:"workflowId"`
	Status     runtime.Status `json:"status"`
	// Outputs is never nil; outputs that could not be computed are left out.
	Outputs map[string]any `json:"outputs"`
	// StartedAt is in UTC.
	StartedAt time.Time `json:"startedAt"`
	// DurationMs is in milliseconds, as are all members whose names end so.
	DurationMs int64 `json:"durationMs"`
	// Error says why Status is not "succeeded"; it is nil if it is.
	Error    *Problem  `json:"error,omitempty"`
	Warnings []Problem `json:"warnings"`
	// Steps lists the step attempts in the order in which they began.
	Steps []Step `json:"steps"`
}

// Problem is an error or a warning of a run.
type Problem struct {
	// Rule is a stable kebab-case id.
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Location is nil if the problem has no place in a document.
	Location *Location `json:"location,omitempty"`
	StepID   string    `json:"stepId,omitempty"`
}

// Location is a place in a source file. Line and Column count from 1; they are
// left out if they are not known.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Step is one attempt of a step.
type Step struct {
	WorkflowID string `json:"workflowId"`
	StepID     string `json:"stepId"`
	// Visit counts the times that control reached the step, Attempt the tries
	// within one visit; both count from 1.
	Visit   int `json:"visit"`
	Attempt int `json:"attempt"`
	// Status is empty if the run ended while the attempt was under way.
	Status runtime.StepStatus `json:"status,omitempty"`
	// Request and Response are those of the last exchange of the attempt; they
	// are nil if there was none.
	Request  *Request  `json:"request,omitempty"`
	Response *Response `json:"response,omitempty"`
	// Tries counts the exchanges if the request was sent again below the step.
	Tries    int                       `json:"tries,omitempty"`
	Criteria []runtime.CriterionResult `json:"criteria"`
	Action   *runtime.ActionTaken      `json:"action,omitempty"`
	Error    *Problem                  `json:"error,omitempty"`
	// WaitMs is how long the run waited before the attempt.
	WaitMs     int64          `json:"waitMs"`
	DurationMs int64          `json:"durationMs"`
	Outputs    map[string]any `json:"outputs"`
}

// Request names a request without its content, which may be confidential.
type Request struct {
	Method string `json:"method"`
	URL    string `json:"url"`
}

// Response names a reply without its content.
type Response struct {
	Status int `json:"status"`
}

// WriteJSON writes the document as indented JSON with a final line break.
// Characters that are special in HTML are not escaped.
func (d *Document) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

func locationOf(r diag.Range) *Location {
	if r.File == "" && !r.Start.IsValid() {
		return nil
	}
	return &Location{File: r.File, Line: r.Start.Line, Column: r.Start.Column}
}

func problemOfFailure(f *runtime.Failure) *Problem {
	if f == nil {
		return nil
	}
	return &Problem{Rule: f.Rule, Message: f.Message, Hint: f.Hint, Location: locationOf(f.Range), StepID: f.StepID}
}

func problemOfDiagnostic(d diag.Diagnostic) Problem {
	return Problem{Rule: d.Rule, Message: d.Message, Hint: d.Hint, Location: locationOf(d.Range)}
}
