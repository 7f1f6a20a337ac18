package arazzo

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// actionList says to which of the two lists an action belongs.
type actionList uint8

const (
	onSuccess actionList = iota
	onFailure
)

// components is the map of components in which the actions of the list are.
func (l actionList) components() componentKind {
	if l == onFailure {
		return failureActionComponents
	}
	return successActionComponents
}

// actions checks a list of success or failure actions.
func (wc *workflowChecker) actions(list []*Action, kind actionList, at scope) {
	names := uniqueNames{c: wc.checker, what: "action of the list"}
	for _, a := range list {
		if wc.full() {
			return
		}
		if a.Reference != nil {
			wc.reusable(a.Reference, kind.components())
			wc.use(a.Reference.Reference)
			place := a.Reference.Field("reference")
			if a = wc.document.ResolveAction(a); a == nil {
				continue
			}
			names.add(a.Name, place)
			wc.action(a, kind, at)
			continue
		}
		names.add(a.Name, a.Field("name"))
		wc.action(a, kind, at)
	}
}

func (wc *workflowChecker) action(a *Action, kind actionList, at scope) {
	if a.Has("type") {
		wc.actionType(a, kind, at)
	}
	wc.actionTarget(a)
	for _, field := range []string{"retryAfter", "retryLimit"} {
		// Arazzo 1.1.0, Failure Action Object: both apply only to the type "retry".
		if kind == onFailure && a.Has(field) && a.Type != "retry" && a.Type != "" {
			wc.warnAt(a.Field(field), "ignored-field", "", "%q has no effect on an action of type %q", field, shown(a.Type))
		}
	}
	if a.Has("workflowId") && !a.Has("stepId") {
		if w := wc.workflowAt(a.Field("workflowId"), a.WorkflowID); w != nil && a.Type != "end" {
			wc.call(call{place: a.Field("workflowId"), target: w, own: a.Parameters, action: true})
		}
	}
	wc.criteria(a.Criteria, at)
	wc.actionParameters(a, at)
	if a.Has("parameters") && !a.Has("workflowId") {
		// Arazzo 1.1.0, Success Action Object: parameters are for the workflow that is named.
		wc.errorAt(a.Field("parameters"), "conflicting-fields", "", "\"parameters\" of an action need a \"workflowId\"")
	}
}

// actionParameters checks the values that an action hands to a workflow.
//
// Arazzo 1.1.0, Success Action Object and Failure Action Object: parameters,
// "the in field MUST NOT be used".
func (wc *workflowChecker) actionParameters(a *Action, at scope) {
	for _, p := range a.Parameters {
		if p.Reference != nil {
			if behind := wc.document.ResolveParameter(p); behind != nil && behind.Has("in") {
				wc.warnAt(p.Reference.Field("reference"), "ignored-field", "", "the \"in\" of the parameter %q has no effect on an action", shown(behind.Name))
			}
			continue
		}
		if p.Has("in") {
			wc.add(diag.Diagnostic{
				Rule: "conflicting-fields", Range: p.FieldNameRange("in"), Pointer: p.Pointer(),
				Message: "a parameter of an action has no \"in\"", Hint: "remove it; the parameter is an input of the workflow",
			})
		}
	}
	wc.parameters(a.Parameters, scope{step: at.step, phase: at.phase, inputs: true})
}

// actionType checks the type of an action.
//
// Arazzo 1.1.0, Success Action Object: "end" or "goto"; Failure Action Object:
// "end", "retry" or "goto".
func (wc *workflowChecker) actionType(a *Action, kind actionList, at scope) {
	place := a.Field("type")
	if kind == onFailure {
		wc.oneOf(place, "type of a failure action", a.Type, []string{"end", "retry", "goto"})
		return
	}
	if a.Type != "retry" {
		wc.oneOf(place, "type of a success action", a.Type, []string{"end", "goto"})
		return
	}
	d := diag.Diagnostic{
		Rule: "retry-on-success", Severity: wc.dialect(), Range: place.Range(), Pointer: a.Pointer(),
		Message: "a success action cannot be a \"retry\"",
		Hint:    "state what is waited for in successCriteria and move the retry to onFailure, or use a goto to the step itself",
	}
	wc.mendRetry(a, at.step, &d)
	wc.add(d)
}

// actionTarget checks where an action leads to.
//
// Arazzo 1.1.0, Success Action Object and Failure Action Object: workflowId
// and stepId are mutually exclusive; the stepId MUST be within the current
// workflow.
func (wc *workflowChecker) actionTarget(a *Action) {
	switch {
	case a.Has("workflowId") && a.Has("stepId"):
		wc.add(diag.Diagnostic{
			Rule: "conflicting-fields", Range: a.FieldNameRange("stepId"), Pointer: a.Pointer(),
			Message: "an action has either \"workflowId\" or \"stepId\", not both", Hint: "remove one of the two",
		})
	case a.Type == "goto" && !a.Has("workflowId") && !a.Has("stepId"):
		wc.errorAt(a.Field("type"), "missing-field", "", "a \"goto\" needs \"stepId\" or \"workflowId\"")
	case a.Type == "end" && (a.Has("workflowId") || a.Has("stepId")):
		wc.warnAt(a.Field("type"), "ignored-field", "use the type \"goto\" to go on elsewhere", "an action of type \"end\" leads nowhere, its target is ignored")
	}
	if !a.Has("stepId") || (Value{a.Field("stepId")}).Kind() != String {
		return
	}
	if _, known := wc.order[a.StepID]; known || wc.alone {
		// Arazzo 1.1.0, Components Object: the stepId of an action of the components
		// is one of the workflow that refers to it.
		return
	}
	place := a.Field("stepId")
	hint := "the workflow has the steps " + alternativesOrNone(wc.names.steps, "none")
	if near := resembling(a.StepID, wc.names.steps); len(near) > 0 {
		hint = didYouMean(near)
	} else if other := wc.workflowOfStep(a.StepID); other != "" {
		hint = fmt.Sprintf("a step of that name is in workflow %q; only steps of the same workflow can be named", shown(other))
	}
	wc.errorAt(place, "unknown-step", hint, "the workflow has no step %q", shown(a.StepID))
}

func (wc *workflowChecker) workflowOfStep(id string) string {
	for _, w := range wc.document.Workflows {
		if w != wc.workflow && w.Step(id) != nil {
			return w.WorkflowID
		}
	}
	return ""
}
