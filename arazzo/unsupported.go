package arazzo

import (
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// This file holds all that is refused because this release cannot carry it
// out, although the specification has it.

// ruleNotSupportedYet marks what the specification has and this release cannot
// carry out.
const ruleNotSupportedYet = "not-supported-yet"

func (c *checker) unsupported(place Origin, what string) {
	c.errorAt(place, ruleNotSupportedYet, "", "%s not supported yet", what)
}

// unsupportedField reports a field by its name.
func (c *checker) unsupportedField(o Origin, field, what string) {
	c.add(diag.Diagnostic{Rule: ruleNotSupportedYet, Range: o.FieldNameRange(field), Pointer: o.Field(field).Pointer(), Message: what + " not supported yet"})
}

func (wc *workflowChecker) unsupportedWorkflow() {
	if len(wc.workflow.DependsOn) > 0 {
		wc.unsupportedField(wc.workflow.Origin, "dependsOn", "dependencies between workflows (\"dependsOn\") are")
	}
}

// unsupportedStep reports what a step has that cannot be carried out.
func (wc *workflowChecker) unsupportedStep(s *Step) {
	if s.WorkflowID != "" {
		wc.unsupportedField(s.Origin, "workflowId", "steps that call a workflow are")
	}
	if len(s.DependsOn) > 0 {
		wc.unsupportedField(s.Origin, "dependsOn", "dependencies between steps (\"dependsOn\") are")
	}
	for _, field := range []string{"channelPath", "action", "correlationId"} {
		if s.Has(field) {
			wc.unsupportedField(s.Origin, field, "steps that exchange messages (\""+field+"\") are")
		}
	}
	if s.RequestBody != nil && len(s.RequestBody.Replacements) > 0 {
		wc.unsupportedField(s.RequestBody.Origin, "replacements", "payload replacements are")
	}
}

func (c *checker) unsupportedReusable(r *Reusable) {
	c.unsupported(r.Field("reference"), "references to components are")
}

func (c *checker) unsupportedOutput(o Output) {
	if o.Value.Kind() == Object {
		c.unsupported(o.Origin, "Selector Objects are")
	}
}

// unsupportedSelector recognises a Selector Object among plain data: an object
// of just its three fields, the context of which is an expression.
func (wc *workflowChecker) unsupportedSelector(v Value) bool {
	if wc.document.minor < 1 || v.Len() != 3 || !v.Has("context") || !v.Has("selector") || !v.Has("type") {
		return false
	}
	context, _ := v.Member("context").Text()
	if !strings.HasPrefix(context, "$") {
		return false
	}
	wc.unsupported(v.Origin, "Selector Objects are")
	return true
}

// unsupportedAction reports an action that leads to a workflow.
func (c *checker) unsupportedAction(a *Action) {
	if a.WorkflowID != "" {
		c.unsupportedField(a.Origin, "workflowId", "actions that lead to another workflow are")
	}
}

// unsupportedCriterion reports whether the language of a criterion is one that
// cannot be evaluated.
func (c *checker) unsupportedCriterion(cr *Criterion) bool {
	if cr.Type == nil || cr.Type.Type != "xpath" {
		return false
	}
	c.unsupported(cr.Field("type"), "XPath criteria are")
	return true
}
