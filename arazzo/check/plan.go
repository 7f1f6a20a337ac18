package check

import (
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// plan is a workflow as the families look at it: in the order in which it runs,
// with everything resolved that can be. What cannot is nil, and nothing is said
// about it.
type plan struct {
	workflow *arazzo.Workflow
	document *arazzo.Document
	options  expr.Options
	steps    []*stepPlan
	index    map[string]int
	inputs   *arazzo.InputSchema
}

// stepPlan is a step of a plan.
type stepPlan struct {
	step  *arazzo.Step
	index int
	// operation and source are nil if the step calls a workflow or nothing that
	// is known.
	operation *openapi.Operation
	source    *arazzo.Source
	// calls is the workflow that the step calls, or nil.
	calls *arazzo.Workflow
	// parameters are those with which the step runs: its own and those of the
	// workflow, references resolved.
	parameters []*arazzo.Parameter
	criteria   []*criterion
	onSuccess  []*action
	onFailure  []*action
}

// criterion is a criterion that compiles.
type criterion struct {
	*arazzo.Criterion
	compiled *expr.Criterion
	// term is the condition in parts, or nil if it has none. A filter on the whole
	// of the context is the condition inside, as if the context were an object.
	term *expr.Term
}

// action is an action with its criteria. An action whose criteria do not all
// compile is open: whether it applies is not known.
type action struct {
	*arazzo.Action
	// written is what stands in the list: the action or a reference to it.
	written arazzo.Origin
	// shared is set for an action of the workflow that no step redefines.
	shared   bool
	criteria []*criterion
	open     bool
	// target is the index of the step to which the action leads, or -1.
	target int
}

const noTarget = -1

func newPlan(b *arazzo.Bundle, w *arazzo.Workflow, strict bool) *plan {
	p := &plan{
		workflow: w, document: w.Document(), index: map[string]int{}, inputs: w.InputSchema(),
		options: expr.Options{Version: w.Document().Version(), Strict: strict, Names: w.Names()},
	}
	ordered := w.Ordered()
	for i, s := range ordered {
		if _, taken := p.index[s.StepID]; !taken {
			p.index[s.StepID] = i
		}
	}
	for i, s := range ordered {
		sp := &stepPlan{step: s, index: i, parameters: p.effective(s)}
		if s.WorkflowID != "" {
			sp.calls = b.Workflow(p.document, s.WorkflowID)
		} else {
			sp.operation, sp.source, _ = b.Operation(s)
		}
		sp.criteria, _ = p.criteria(s.SuccessCriteria)
		sp.onSuccess = p.actions(b, s.OnSuccess, w.SuccessActions)
		sp.onFailure = p.actions(b, s.OnFailure, w.FailureActions)
		p.steps = append(p.steps, sp)
	}
	return p
}

// effective are the parameters of a step and those of the workflow that it does
// not override (Arazzo 1.1.0, Workflow Object: parameters).
func (p *plan) effective(s *arazzo.Step) []*arazzo.Parameter {
	type identity struct{ in, name string }
	seen := map[identity]bool{}
	var out []*arazzo.Parameter
	for _, list := range [][]*arazzo.Parameter{s.Parameters, p.workflow.Parameters} {
		for _, given := range list {
			given = p.document.ResolveParameter(given)
			if given == nil || seen[identity{given.In, given.Name}] {
				continue
			}
			seen[identity{given.In, given.Name}] = true
			out = append(out, given)
		}
	}
	return out
}

// criteria compiles criteria. It reports whether some do not compile.
func (p *plan) criteria(list []*arazzo.Criterion) (out []*criterion, open bool) {
	for _, c := range list {
		compiled, _, err := expr.CompileCriterion(c.Spec(), p.options)
		if err != nil {
			open = true
			continue
		}
		planned := &criterion{Criterion: c, compiled: compiled, term: compiled.Term()}
		if t := planned.term; t != nil && t.Filter != nil {
			planned.term = t.Filter
		}
		out = append(out, planned)
	}
	return out, open
}

// actions lists the actions of a step, followed by those of the workflow that no
// action of the step redefines by its name (Arazzo 1.0.1, Workflow Object). Going
// to the workflow itself is going to its first step.
func (p *plan) actions(b *arazzo.Bundle, own, shared []*arazzo.Action) []*action {
	var out []*action
	named := map[string]bool{}
	add := func(list []*arazzo.Action, ofWorkflow bool) {
		for _, written := range list {
			a := p.document.ResolveAction(written)
			if a == nil || ofWorkflow && named[a.Name] {
				continue
			}
			if !ofWorkflow {
				named[a.Name] = true
			}
			planned := &action{Action: a, written: written.Origin, shared: ofWorkflow, target: noTarget}
			planned.criteria, planned.open = p.criteria(a.Criteria)
			if i, known := p.index[a.StepID]; known && a.Type != "end" {
				planned.target = i
			}
			if a.Type == "goto" && a.WorkflowID != "" && b.Workflow(p.document, a.WorkflowID) == p.workflow {
				planned.target = 0
			}
			out = append(out, planned)
		}
	}
	add(own, false)
	add(shared, true)
	return out
}

// template parses a text. It is nil if the text is none that can be evaluated.
func (p *plan) template(text string) *expr.Template {
	t, _, err := expr.ParseTemplate(text, p.options)
	if err != nil {
		return nil
	}
	return t
}

// step returns the step of an id, or nil.
func (p *plan) step(id string) *stepPlan {
	if i, ok := p.index[id]; ok {
		return p.steps[i]
	}
	return nil
}
