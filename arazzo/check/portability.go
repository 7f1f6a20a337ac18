package check

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// portability points out what the specification leaves open, so that tools
// differ in what they make of it.
func (l *linter) portability(p *plan) {
	for _, s := range p.steps {
		l.fallThrough(p, s)
		l.mergedActions(s)
		for _, c := range s.criteria {
			l.caseOfText(c, c.term)
		}
		for _, a := range append(append([]*action(nil), s.onSuccess...), s.onFailure...) {
			if a.shared {
				continue
			}
			l.inputsOfGoto(p, a)
			for _, c := range a.criteria {
				l.caseOfText(c, c.term)
			}
		}
		if s.step.RequestBody != nil {
			l.optionalInput(p, s.step.RequestBody.Payload)
		}
	}
}

// fallThrough notes success actions of which none need apply.
func (l *linter) fallThrough(p *plan, s *stepPlan) {
	if len(s.onSuccess) == 0 || exhaustive(s.onSuccess) || s.index == len(p.steps)-1 {
		return
	}
	for _, a := range s.onSuccess {
		if a.isCertain() || a.open || a.shared {
			return
		}
	}
	message := "where no action of step %q applies, the workflow goes on with the next step; the specification does not say so"
	if s.guardsNext() {
		message = "where no action of step %q applies, the run ends unhandled, since one of them guards the next step; other tools go on with it"
	}
	l.add(diag.Diagnostic{
		Rule: "open-fall-through", Range: s.step.FieldNameRange("onSuccess"), Pointer: s.step.Pointer(),
		Message: fmt.Sprintf(message, shown(s.step.StepID)),
		Hint:    "end the list with an action without criteria",
	})
}

// mergedActions notes a step with actions of its own in a workflow that has
// actions for all steps.
func (l *linter) mergedActions(s *stepPlan) {
	for _, list := range []struct {
		field   string
		actions []*action
	}{{"onSuccess", s.onSuccess}, {"onFailure", s.onFailure}} {
		own, shared := 0, 0
		for _, a := range list.actions {
			if a.shared {
				shared++
			} else {
				own++
			}
			if a.isCertain() && a.Type != "retry" {
				break // what follows is never taken, whoever reads it
			}
		}
		if own > 0 && shared > 0 {
			l.add(diag.Diagnostic{
				Rule: "merged-actions", Range: s.step.FieldNameRange(list.field), Pointer: s.step.Pointer(),
				Message: fmt.Sprintf("the actions of the workflow follow those of step %q here; other tools drop them", shown(s.step.StepID)),
				Hint:    "end the list with an action without criteria, or repeat the actions that are meant",
			})
		}
	}
}

// inputsOfGoto notes an action that starts a workflow without inputs.
func (l *linter) inputsOfGoto(p *plan, a *action) {
	if a.WorkflowID == "" || a.Type == "end" || len(a.Parameters) > 0 {
		return
	}
	target := l.bundle.Workflow(p.document, a.WorkflowID)
	if target == nil || len(target.InputSchema().Properties) == 0 {
		return
	}
	l.add(diag.Diagnostic{
		Rule: "inputs-of-goto", Range: a.Field("workflowId").Range(), Pointer: a.written.Pointer(),
		Message: fmt.Sprintf("workflow %q starts without inputs; other tools hand the inputs of the caller on", shown(a.WorkflowID)),
		Hint:    "give them with \"parameters\", which actions have since version 1.1",
	})
}

// caseOfText notes comparisons of text in simple conditions, which the
// specification makes without regard to case and most tools with it.
func (l *linter) caseOfText(c *criterion, t *expr.Term) {
	if t == nil {
		return
	}
	if t.Kind == expr.TermCompare && !t.Exact && (t.Op == "==" || t.Op == "!=") {
		for _, side := range t.Terms {
			text, isText := side.Value.(string)
			if side.Kind == expr.TermLiteral && isText && strings.ToLower(text) != strings.ToUpper(text) {
				place := c.Field("condition")
				l.add(diag.Diagnostic{
					Rule: "case-of-text", Range: place.At(side.Offset, side.End), Pointer: place.Pointer(),
					Message: "texts are compared without regard to case, as the specification says; other tools tell them apart",
				})
				return
			}
		}
	}
	for _, part := range t.Terms {
		l.caseOfText(c, part)
	}
}

// optionalInput notes members of a payload that are left out where an optional
// input is not given.
func (l *linter) optionalInput(p *plan, v arazzo.Value) {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		if !strings.HasPrefix(text, "$inputs.") {
			return
		}
		t := p.template(text)
		if t == nil {
			return
		}
		e, whole := t.Whole()
		if !whole || len(e.Pointer) > 0 || !isOptional(p, e.Name) {
			return
		}
		l.at(v.Origin, "optional-input", "make it required, or give it a default",
			"the member is left out where input %q is not given; other tools send null, or the expression itself", shown(e.Name))
	case arazzo.Array:
		for _, e := range v.Elements() {
			l.optionalInput(p, e)
		}
	case arazzo.Object:
		for _, m := range v.Members() {
			l.optionalInput(p, m)
		}
	case arazzo.Absent, arazzo.Null, arazzo.Bool, arazzo.Number:
	}
}

func isOptional(p *plan, name string) bool {
	for i := range p.inputs.Properties {
		if in := &p.inputs.Properties[i]; in.Name == name {
			return !in.Required && !in.Schema.Has("default")
		}
	}
	return false
}
