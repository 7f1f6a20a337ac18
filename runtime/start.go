package runtime

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// StartOptions are the particulars of one run.
type StartOptions struct {
	// RunID identifies the run, and seeds its jitter. It must not be empty.
	RunID string
	// Workflow is the workflow to run. Empty: the only one.
	Workflow string
	// Inputs are JSON values; numbers may be json.Number or any Go number.
	Inputs map[string]any
	Policy Policy
	// Expect are simple conditions on the finished run, such as
	// "$outputs.status == 'done'". One that does not hold makes the run fail.
	Expect []string
	// Now is when the run starts.
	Now time.Time
}

// Start checks the inputs and returns the state of a run that is about to make
// its first step. The list holds all that is wrong with the inputs and the
// expectations; the state is nil if it holds an error.
func (p *Program) Start(o StartOptions) (*State, diag.List) {
	var problems diag.List
	wf := p.find(o.Workflow)
	if wf == nil {
		problems.Add(p.noWorkflow(o.Workflow))
		return nil, problems
	}
	if o.RunID == "" {
		problems.Add(diag.Diagnostic{Rule: "missing-run-id", Message: "a run needs an id"})
	}
	inputs, bad := wf.inputs.accept(o.Inputs)
	problems.Add(bad...)
	if !problems.HasErrors() {
		problems.Add(p.dependencyInputs(wf, inputs, map[WorkflowRef]bool{wf.ref: true})...)
	}
	for _, condition := range o.Expect {
		if err := CheckExpectation(condition); err != nil {
			problems.Add(invalidExpectation(condition, err))
		}
	}
	if problems.HasErrors() {
		return nil, problems
	}
	return &State{
		RunID:     o.RunID,
		Program:   p.fingerprint,
		Status:    Running,
		Root:      wf.ref,
		Frames:    []Frame{{Workflow: wf.ref, Inputs: inputs}},
		StartedAt: o.Now,
		Policy:    o.Policy,
		Expect:    o.Expect,
	}, problems
}

// dependencyInputs checks the inputs of the workflows that a run begins with:
// they get those of the workflow that was asked for.
func (p *Program) dependencyInputs(wf *workflow, given map[string]any, seen map[WorkflowRef]bool) diag.List {
	var problems diag.List
	for _, ref := range wf.dependsOn {
		if seen[ref] {
			continue
		}
		seen[ref] = true
		dependency := p.workflow(ref)
		inputs, bad := dependency.inputs.accept(dependency.inputs.known(given))
		for _, d := range bad.Select(diag.Error) {
			d.Message = fmt.Sprintf("workflow %q, which has to run before: %s", ref.WorkflowID, d.Message)
			problems.Add(d)
		}
		problems.Add(p.dependencyInputs(dependency, inputs, seen)...)
	}
	return problems
}

func invalidExpectation(condition string, err error) diag.Diagnostic {
	d := diag.Diagnostic{Rule: "invalid-expectation", Message: fmt.Sprintf("the expectation %q cannot be read: %v", condition, err)}
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) {
		column := utf8.RuneCountInString(condition[:min(syntax.Offset, len(condition))]) + 1
		d.Message = fmt.Sprintf("the expectation %q cannot be read, from column %d on: %s", condition, column, syntax.Message)
		d.Hint = syntax.Hint
	}
	return d
}

func (p *Program) noWorkflow(id string) diag.Diagnostic {
	var ids []string
	for _, wf := range p.entry {
		ids = append(ids, wf.ref.WorkflowID)
	}
	d := diag.Diagnostic{Rule: "unknown-workflow", Message: fmt.Sprintf("the document has no workflow %q", id)}
	if id == "" {
		d = diag.Diagnostic{Rule: "workflow-not-named", Message: fmt.Sprintf("the document has %d workflows and none is named", len(ids))}
	}
	d.Hint = "name one of: " + strings.Join(ids, ", ")
	return d
}
