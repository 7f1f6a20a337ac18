package runtime

import (
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// EventKind says what an [Event] reports.
type EventKind string

// The kinds of events, in the order in which a run produces them.
const (
	// RunStarted opens a run.
	RunStarted EventKind = "run-started"
	// StepStarted opens one attempt of a step.
	StepStarted EventKind = "step-started"
	// RequestSent precedes each exchange; Event.Request is set.
	RequestSent EventKind = "request-sent"
	// ResponseReceived follows each exchange that brought a reply.
	ResponseReceived EventKind = "response-received"
	// ExchangeFailed follows each exchange that brought none; Event.Failure is set.
	ExchangeFailed EventKind = "exchange-failed"
	// RequestRetried announces a retry below the step; Event.Reason and Wait are set.
	RequestRetried EventKind = "request-retried"
	// StepFinished closes an attempt: criteria, action, outputs and status are set.
	StepFinished EventKind = "step-finished"
	// Waiting announces a pause; Event.Wait and Reason are set.
	Waiting EventKind = "waiting"
	// Warned reports something that did not stop the run; Event.Diagnostic is set.
	Warned EventKind = "warned"
	// RunFinished closes a run; Event.Result is set.
	RunFinished EventKind = "run-finished"
)

// Event is something that happened in a run. Fields that a kind does not
// mention are zero.
type Event struct {
	Kind       EventKind
	Time       time.Time
	RunID      string
	WorkflowID string
	// Depth is how deep the workflow stands below that of the run: 0 for the
	// latter, 1 for a workflow that one of its steps calls.
	Depth int
	// StepID, Visit and Attempt identify a step attempt. Visit counts the times
	// that control reached the step, Attempt the tries within one visit; both
	// count from 1.
	StepID  string
	Visit   int
	Attempt int
	// Try counts the exchanges within one attempt, from 1.
	Try int

	Request  *Request
	Response *Response
	// Status is StepSucceeded or StepFailed in StepFinished.
	Status   StepStatus
	Criteria []CriterionResult
	Action   *ActionTaken
	Outputs  map[string]any
	// Failure says why the exchange or the step failed.
	Failure *Failure
	// Wait and Until describe a pause; Reason says why it is made.
	Wait   time.Duration
	Until  time.Time
	Reason string
	// Duration is how long the attempt or the run took.
	Duration   time.Duration
	Diagnostic *diag.Diagnostic
	Result     *Result
}

// StepStatus is the outcome of one step attempt.
type StepStatus string

// The outcomes of a step attempt.
const (
	StepSucceeded StepStatus = "succeeded"
	StepFailed    StepStatus = "failed"
)

// CriterionResult is the judgement of one criterion.
type CriterionResult struct {
	Condition string `json:"condition"`
	Passed    bool   `json:"passed"`
	// Error says why the criterion could not be evaluated, if it could not.
	Error string `json:"error,omitempty"`
	// Operands are the values that a criterion which did not pass was judged by.
	Operands []Operand `json:"operands,omitempty"`
}

// Operand is an expression of a condition with its value, shortened and with
// secrets masked.
type Operand struct {
	Expression string `json:"expression"`
	Value      string `json:"value"`
}

// ActionTaken is the success or failure action that ended a step attempt.
type ActionTaken struct {
	// Type is "end", "goto" or "retry".
	Type string `json:"type"`
	Name string `json:"name"`
	// Target is the step or workflow that a goto or retry names.
	Target string `json:"target,omitempty"`
}

// Failure says why a run or a step failed.
type Failure struct {
	// Rule is a stable kebab-case id: "criteria-not-met", "exchange-failed".
	Rule    string `json:"rule"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Range is the place in the document that the failure is about.
	Range  diag.Range `json:"range,omitzero"`
	StepID string     `json:"stepId,omitempty"`
}
