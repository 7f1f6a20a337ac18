package runtime

import (
	"context"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// StepView shows a compiled step to those who act for the other side of its
// exchanges, such as a server that answers as the step's criteria ask. It is
// never changed.
type StepView struct {
	ID    string
	Range diag.Range
	// Operation is what the step calls, and Source the source description that has
	// it. Operation is nil if the step calls a workflow.
	Operation *openapi.Operation
	Source    string
	// MediaType is that of the request body, as the step states it or the operation
	// declares it. It is empty for a step without a payload.
	MediaType string
	Criteria  []CriterionView
	// OnSuccess and OnFailure are the actions in the order in which they are tried,
	// those of the workflow after those of the step.
	OnSuccess, OnFailure []ActionView
	Outputs              []OutputView
	// ReadLater are the places in the body of the reply that other steps look at
	// inside outputs of this one.
	ReadLater []expr.Place
}

// CriterionView shows a criterion.
type CriterionView struct {
	// Compiled is nil if the condition cannot be evaluated and never passes.
	Compiled *expr.Criterion
	Text     string
	Range    diag.Range
}

// ActionView shows a success or failure action.
type ActionView struct {
	// Type is "end", "goto" or "retry".
	Type, Name string
	Criteria   []CriterionView
	// Step is the index of the step that a goto or retry names, or -1.
	Step int
	// Workflow is the workflow that a goto or retry names, or nil.
	Workflow *WorkflowRef
	// RetryLimit is how often a retry is made.
	RetryLimit int
}

// OutputView shows an output of a step.
type OutputView struct {
	Name string
	// Expressions are those that the value is made of.
	Expressions []*expr.Expression
	// Selector is set if the value is what it selects from Context.
	Selector *expr.Selector
	Context  *expr.Expression
}

// Steps shows the steps of a workflow of the program, in the order in which they
// run. It is nil if the program has no such workflow.
func (p *Program) Steps(ref WorkflowRef) []StepView {
	wf := p.workflow(ref)
	if wf == nil {
		return nil
	}
	out := make([]StepView, len(wf.steps))
	for i, s := range wf.steps {
		out[i] = StepView{
			ID: s.id, Range: s.origin.Range(), Criteria: viewCriteria(s.criteria),
			OnSuccess: viewActions(s.onSuccess), OnFailure: viewActions(s.onFailure), Outputs: viewOutputs(s.outputs), ReadLater: s.readLater,
		}
		if s.call != nil {
			out[i].Operation, out[i].Source = s.call.operation, s.call.source
		}
		if s.body != nil {
			out[i].MediaType = s.body.mediaType
		}
	}
	return out
}

// Reachable lists the workflow of the entry document with the id, or all of them
// if the id is empty, and every workflow that a run of these may come to.
func (p *Program) Reachable(id string) []WorkflowRef {
	var out []WorkflowRef
	for _, wf := range p.reachable(id) {
		out = append(out, wf.ref)
	}
	return out
}

func viewCriteria(criteria []*criterion) []CriterionView {
	out := make([]CriterionView, len(criteria))
	for i, c := range criteria {
		out[i] = CriterionView{Compiled: c.compiled, Text: c.text, Range: c.origin.Range()}
	}
	return out
}

func viewActions(actions []*action) []ActionView {
	out := make([]ActionView, len(actions))
	for i, a := range actions {
		out[i] = ActionView{Type: string(a.kind), Name: a.name, Criteria: viewCriteria(a.criteria), Step: a.target, Workflow: a.workflow, RetryLimit: a.retryLimit}
	}
	return out
}

func viewOutputs(outputs []*output) []OutputView {
	out := make([]OutputView, len(outputs))
	for i, o := range outputs {
		out[i] = OutputView{Name: o.name, Selector: o.value.selector, Context: o.value.context}
		if o.value.template != nil {
			out[i].Expressions = slices.Collect(o.value.template.Expressions())
		}
	}
	return out
}

// Environment returns what runtime expressions of the step under way mean once
// it has got the response. The request is built for it as the step would send
// it; the state is not changed. A nil response means that there is none yet.
func (e *Engine) Environment(ctx context.Context, st *State, resp *Response) expr.Environment {
	quiet := &Engine{Program: e.Program, Binding: e.Binding, Clock: e.Clock}
	a := quiet.attempt(st.Clone())
	if a.step.call != nil {
		// A request that cannot be built leaves expressions about it without a value.
		_, _ = a.buildRequest(ctx)
	}
	if resp != nil {
		a.env.exchange.resp, a.env.exchange.status = resp, numberValue(resp.Status)
	}
	return a.env
}
