package arazzo

import (
	"encoding/json"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Document is an Arazzo description (Arazzo 1.1.0, Arazzo Specification
// Object). It is immutable and safe for concurrent use.
type Document struct {
	Origin
	// Arazzo is the version as it is written, such as "1.0.1".
	Arazzo string
	// Self is the URI of the document itself; it exists from 1.1 on.
	Self               string
	Info               Info
	SourceDescriptions []*SourceDescription
	Workflows          []*Workflow
	// Components is nil if the document has none.
	Components *Components

	minor int
	// schemas is the document as a place of schemas. It is nil if the document
	// could not be read.
	schemas *schemaFile
	// problems are what Parse found.
	problems diag.List
}

// Info is metadata about a document (Arazzo 1.1.0, Info Object).
type Info struct {
	Origin
	Title, Summary, Description, Version string
}

// SourceDescription names a document that workflows use (Arazzo 1.1.0, Source
// Description Object).
type SourceDescription struct {
	Origin
	Name string
	// URL is the reference as it is written.
	URL string
	// Type is "openapi", "arazzo", "asyncapi", or empty if it is not given.
	Type string
}

// Workflow is a sequence of steps (Arazzo 1.1.0, Workflow Object).
type Workflow struct {
	Origin
	WorkflowID, Summary, Description string
	// Inputs is a JSON Schema. It may be absent.
	Inputs         Value
	DependsOn      []string
	Steps          []*Step
	SuccessActions []*SuccessAction
	FailureActions []*FailureAction
	Outputs        []Output
	Parameters     []*Parameter

	document *Document
}

// Step calls an operation or a workflow (Arazzo 1.1.0, Step Object).
type Step struct {
	Origin
	StepID, Description string
	// Exactly one of OperationID, OperationPath, WorkflowID and ChannelPath is
	// given in a valid document.
	OperationID, OperationPath, WorkflowID string
	Parameters                             []*Parameter
	// RequestBody is nil if the step has none.
	RequestBody     *RequestBody
	SuccessCriteria []*Criterion
	OnSuccess       []*SuccessAction
	OnFailure       []*FailureAction
	Outputs         []Output

	// Timeout, CorrelationID, Action, ChannelPath and DependsOn exist from 1.1 on.
	Timeout             time.Duration
	CorrelationID       Value
	Action, ChannelPath string
	DependsOn           []string

	workflow *Workflow
}

// Parameter is a value handed to an operation or a workflow (Arazzo 1.1.0,
// Parameter Object).
type Parameter struct {
	Origin
	// Reference is set if a Reusable Object stands in the place of the
	// parameter; the other fields are then empty.
	Reference *Reusable
	Name      string
	// In is "path", "query", "header", "cookie", "querystring" or empty.
	In    string
	Value Value
}

// RequestBody is the content that a step sends (Arazzo 1.1.0, Request Body
// Object).
type RequestBody struct {
	Origin
	// ContentType is empty if the operation decides.
	ContentType  string
	Payload      Value
	Replacements []*PayloadReplacement
}

// PayloadReplacement sets a value within a payload (Arazzo 1.1.0, Payload
// Replacement Object).
type PayloadReplacement struct {
	Origin
	Target string
	// TargetSelectorType is nil if it is not given; it exists from 1.1 on.
	TargetSelectorType *ExpressionType
	Value              Value
}

// Criterion is a condition (Arazzo 1.1.0, Criterion Object).
type Criterion struct {
	Origin
	// Context is an expression, or empty.
	Context, Condition string
	// Type is nil if it is not given, which means "simple".
	Type *ExpressionType
}

// ExpressionType says in which language an expression is written (Arazzo
// 1.1.0, Expression Type Object). It is also used where only the name of the
// language is given.
type ExpressionType struct {
	Origin
	// Type is "simple", "regex", "jsonpath", "xpath" or "jsonpointer".
	Type string
	// Version is empty if it is not given.
	Version string
}

// Action is what is done after a step (Arazzo 1.1.0, Success Action Object and
// Failure Action Object). The list in which it stands says which of the two
// it is.
type Action struct {
	Origin
	// Reference is set if a Reusable Object stands in the place of the action;
	// the other fields are then empty.
	Reference *Reusable
	Name      string
	// Type is "end", "goto" or "retry".
	Type               string
	WorkflowID, StepID string
	// RetryAfter is the pause before a retry, and zero if none is given.
	RetryAfter time.Duration
	// RetryLimit is how many retries are made. It is 1 if none is given, as the
	// specification says; Has("retryLimit") tells the difference.
	RetryLimit int
	Criteria   []*Criterion
	// Parameters are for the workflow that the action names; they exist from 1.1 on.
	Parameters []*Parameter
}

// SuccessAction is an [Action] in onSuccess or successActions.
type SuccessAction = Action

// FailureAction is an [Action] in onFailure or failureActions.
type FailureAction = Action

// Reusable refers to an object of the components (Arazzo 1.1.0, Reusable
// Object).
type Reusable struct {
	Origin
	Reference string
	// Value replaces the value of a parameter. It may be absent.
	Value Value
}

// Output is a named output of a step or a workflow.
type Output struct {
	Origin
	Name string
	// Value is an expression in a string or, from 1.1 on, a Selector Object.
	Value Value
}

// Named is an entry of a map whose order is kept.
type Named[T any] struct {
	Name  string
	Value T
}

// Components holds objects to be referred to (Arazzo 1.1.0, Components
// Object).
type Components struct {
	Origin
	Inputs         []Named[Value]
	Parameters     []Named[*Parameter]
	SuccessActions []Named[*SuccessAction]
	FailureActions []Named[*FailureAction]
}

// Name is the name of the document's file as it was given to [Parse].
func (d *Document) Name() string { return d.File() }

// Text is the text of the document without a byte order mark, as positions
// count it. It must not be changed.
func (d *Document) Text() []byte {
	if d.src == nil {
		return nil
	}
	return d.src.text
}

// Minor is the second number of the version of the specification that the
// document declares: 0 for 1.0.x, 1 for 1.1.x.
func (d *Document) Minor() int { return d.minor }

// Workflow returns the workflow of an id, or nil.
func (d *Document) Workflow(id string) *Workflow {
	for _, w := range d.Workflows {
		if w.WorkflowID == id {
			return w
		}
	}
	return nil
}

// SourceDescription returns the source description of a name, or nil.
func (d *Document) SourceDescription(name string) *SourceDescription {
	for _, s := range d.SourceDescriptions {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Document is the document that holds the workflow.
func (w *Workflow) Document() *Document { return w.document }

// Step returns the step of an id, or nil.
func (w *Workflow) Step(id string) *Step {
	for _, s := range w.Steps {
		if s.StepID == id {
			return s
		}
	}
	return nil
}

// Workflow is the workflow that holds the step.
func (s *Step) Workflow() *Workflow { return s.workflow }

// Output returns the output of a name and whether there is one.
func (s *Step) Output(name string) (Output, bool) { return findOutput(s.Outputs, name) }

// Output returns the output of a name and whether there is one.
func (w *Workflow) Output(name string) (Output, bool) { return findOutput(w.Outputs, name) }

func findOutput(outputs []Output, name string) (Output, bool) {
	for _, o := range outputs {
		if o.Name == name {
			return o, true
		}
	}
	return Output{}, false
}

// seconds converts a number of seconds to a duration. It reports false for
// what is negative or longer than a duration can be.
func seconds(n json.Number) (time.Duration, bool) {
	f, err := n.Float64()
	if err != nil || f < 0 || f > maxSeconds {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}

// maxSeconds is the longest pause, about a hundred years.
const maxSeconds = 100 * 366 * 24 * 3600
