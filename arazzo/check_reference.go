package arazzo

import (
	"fmt"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// reference is an expression at its place in the document.
type reference struct {
	place      Origin
	start, end int
}

func (wc *workflowChecker) refer(r reference, severity diag.Severity, rule, hint, format string, args ...any) {
	d := diag.Diagnostic{
		Rule: rule, Severity: severity, Message: fmt.Sprintf(format, args...), Hint: hint,
		Range: r.place.Range(), Pointer: r.place.Pointer(),
	}
	if r.end > r.start {
		d.Range = r.place.At(r.start, r.end)
	}
	wc.add(d)
}

// reference checks that what an expression names is declared and can have a
// value by the time at which the expression is evaluated.
func (wc *workflowChecker) reference(e *expr.Expression, r reference, at scope) {
	wc.fixes.occur(e, r.place, wc.workflow, at.step)
	if wc.alone && e.Root != expr.RootSourceDescriptions && e.Root != expr.RootWorkflows && e.Root != expr.RootComponents {
		return
	}
	switch e.Root {
	case expr.RootInputs:
		wc.inputReference(e, r)
	case expr.RootSteps:
		wc.stepReference(e, r, at)
	case expr.RootOutputs:
		wc.outputReference(e, r, at)
	case expr.RootSourceDescriptions:
		wc.sourceReference(e, r)
	case expr.RootRequest, expr.RootResponse, expr.RootStatusCode, expr.RootURL, expr.RootMethod:
		wc.exchangeReference(e, r, at)
	case expr.RootWorkflows:
		wc.workflowReference(e, r)
	case expr.RootComponents:
		wc.componentReference(e, r)
	case expr.RootMessage:
		if at.step != nil {
			if kind, known := wc.targetKind(at.step); known && kind != "asyncapi" {
				wc.refer(r, diag.Warning, "no-value-yet", "", "$message has no value in a step that %s", kind)
			}
		}
	case expr.RootSelf:
		if wc.document.Self == "" {
			wc.refer(r, diag.Warning, "no-value-yet", "add the field \"$self\" to the document", "$self has no value: the document does not say its URI")
		}
	}
}

// sourceReference checks "$sourceDescriptions.name.rest".
//
// Arazzo 1.1.0, Runtime Expressions: the rest is an operationId or workflowId
// first, then a field of the Source Description Object.
func (wc *workflowChecker) sourceReference(e *expr.Expression, r reference) {
	if wc.document.SourceDescription(e.Name) == nil {
		names := sourceNames(wc.document)
		wc.refer(r, diag.Error, ruleUnknownSource, nearestOr(e.Name, names, "the document describes "+quotedList(names)),
			"the document has no source description %q", shown(e.Name))
		return
	}
	s := wc.bundle.Source(wc.document, e.Name)
	if s == nil || s.Err != nil || s.Description.Has(e.Output) || s.API == nil && s.Document == nil {
		return
	}
	if s.API != nil && s.API.HasOperation(e.Output) || s.Document != nil && s.Document.Workflow(e.Output) != nil {
		return
	}
	wc.refer(r, diag.Warning, "undefined-field", "the fields are \"name\", \"url\" and \"type\"", "source description %q has no field %q", shown(e.Name), shown(e.Output))
}

func nearestOr(name string, candidates []string, otherwise string) string {
	if near := resembling(name, candidates); len(near) > 0 {
		return didYouMean(near)
	}
	return otherwise
}

// inputReference checks the name of an input. Only a schema that admits no
// other names makes an unknown one an error, since JSON Schema admits any name
// by default.
func (wc *workflowChecker) inputReference(e *expr.Expression, r reference) {
	inputs := wc.names.inputs
	if e.Whole || !inputs.listed || wc.names.Input(e.Name) {
		return
	}
	severity, hint := diag.Warning, "declare it in the properties of the inputs"
	if inputs.closed {
		severity = diag.Error
	}
	if near := resembling(e.Name, inputs.names); len(near) > 0 {
		hint = didYouMean(near)
	}
	wc.refer(r, severity, "undefined-input", hint, "the workflow declares no input %q", shown(e.Name))
}

func (wc *workflowChecker) stepReference(e *expr.Expression, r reference, at scope) {
	index, known := wc.order[e.Name]
	if !known {
		wc.refer(r, diag.Error, "undefined-step", nearestOr(e.Name, wc.names.steps, "the workflow has the steps "+alternativesOrNone(wc.names.steps, "none")),
			"the workflow has no step %q", shown(e.Name))
		return
	}
	step := wc.steps[index]
	outputs := wc.names.outputs[e.Name]
	if e.Kind == expr.KindOutputs && !slices.Contains(outputs, e.Output) {
		hint := nearestOr(e.Output, outputs, "the step has the outputs "+alternativesOrNone(outputs, "none"))
		wc.refer(r, diag.Error, "undefined-output", hint, "step %q has no output %q", shown(e.Name), shown(e.Output))
		return
	}
	wc.precedence(step, index, r, at)
}

// precedence checks that a step can have run before its output is used.
//
// Arazzo 1.1.0, Step Object: a reference to the output of a later step should
// be reported, unless dependsOn orders the steps. A loop that leads back makes
// such a reference sensible.
func (wc *workflowChecker) precedence(used *Step, index int, r reference, at scope) {
	if at.step == nil {
		return
	}
	here, known := wc.order[at.step.StepID]
	if !known || index < here || index == here && at.phase == afterResponse || wc.loops.leadBack(index, here) {
		return
	}
	if index == here {
		wc.refer(r, diag.Error, "forward-reference", "", "step %q uses its own output before it has run", shown(used.StepID))
		return
	}
	wc.refer(r, diag.Error, "forward-reference", "move the step that gives the output before the one that uses it",
		"step %q runs before step %q, whose output it uses", shown(at.step.StepID), shown(used.StepID))
}

// outputReference checks "$outputs.x", which stands for an output of the
// workflow that the step calls, of the step, or of the workflow itself.
func (wc *workflowChecker) outputReference(e *expr.Expression, r reference, at scope) {
	var names []string
	of := "neither the step nor the workflow has an output"
	if at.step != nil && at.step.Has("workflowId") {
		called := wc.bundle.workflow(wc.document, at.step.WorkflowID)
		if called == nil {
			return // the reference to the workflow is reported
		}
		names, of = outputNames(called.Outputs), fmt.Sprintf("workflow %q has no output", shown(called.WorkflowID))
	} else if at.step != nil {
		names = outputNames(at.step.Outputs)
	}
	names = append(names, outputNames(wc.workflow.Outputs)...)
	if !slices.Contains(names, e.Name) {
		wc.refer(r, diag.Error, "undefined-output", nearestOr(e.Name, names, ""), "%s %q", of, shown(e.Name))
	}
}

func outputNames(outputs []Output) []string {
	names := make([]string, len(outputs))
	for i, o := range outputs {
		names[i] = o.Name
	}
	return names
}

// workflowReference checks "$workflows.w.outputs.x" and "$workflows.w.inputs.x".
//
// Arazzo 1.1.0, Runtime Expressions: the workflow is one of the same document.
func (wc *workflowChecker) workflowReference(e *expr.Expression, r reference) {
	w := wc.document.Workflow(e.Name)
	if w == nil {
		ids := workflowIDs(wc.document)
		wc.refer(r, diag.Error, ruleUndefinedWorkflow, nearestOr(e.Name, ids, "the document has "+alternativesOrNone(ids, "no workflow")),
			"the document has no workflow %q", shown(e.Name))
		return
	}
	if e.Kind == expr.KindInputs {
		inputs := declaredInputs(w)
		if inputs.listed && inputs.closed && !slices.Contains(inputs.names, e.Output) {
			wc.refer(r, diag.Error, "undefined-input", nearestOr(e.Output, inputs.names, ""), "workflow %q declares no input %q", shown(e.Name), shown(e.Output))
		}
		return
	}
	names := outputNames(w.Outputs)
	if e.Kind == expr.KindOutputs && !slices.Contains(names, e.Output) {
		wc.refer(r, diag.Error, "undefined-output", nearestOr(e.Output, names, "the workflow has the outputs "+alternativesOrNone(names, "none")),
			"workflow %q has no output %q", shown(e.Name), shown(e.Output))
	}
}

// componentReference checks "$components.parameters.x".
func (wc *workflowChecker) componentReference(e *expr.Expression, r reference) {
	kind := componentKind(e.Kind.String())
	wc.componentName(kind, e.Name, func(rule, hint, message string) { wc.refer(r, diag.Error, rule, hint, "%s", message) })
}

// exchangeReference checks that there is a request or a response to read.
func (wc *workflowChecker) exchangeReference(e *expr.Expression, r reference, at scope) {
	when := ""
	switch {
	case at.phase == atEnd:
		when = "at the end of the workflow; name an output of a step"
	case at.step != nil && at.step.Has("workflowId"):
		if at.step.Has("operationId") || at.step.Has("operationPath") || at.step.Has("channelPath") {
			return // what the step calls is not known
		}
		when = "in a step that calls a workflow"
	case at.phase == beforeRequest:
		when = "before the request of the step is made"
	default:
		return
	}
	wc.refer(r, diag.Warning, "no-value-yet", "", "$%s has no value %s", e.Root, when)
}
