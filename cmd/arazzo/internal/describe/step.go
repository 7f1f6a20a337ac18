package describe

import (
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// step describes a step of a workflow.
func (b *builder) step(w *arazzo.Workflow, s *arazzo.Step) Step {
	out := Step{
		StepID: s.StepID, Description: s.Description, WorkflowID: s.WorkflowID, Channel: s.ChannelPath,
		OperationID: s.OperationID, DependsOn: s.DependsOn,
	}
	for _, o := range s.Outputs {
		out.Outputs = append(out.Outputs, o.Name)
	}
	success, failure := actionsOf(w, s)
	out.OnSuccess, out.OnFailure = newActions(success), newActions(failure)
	if s.WorkflowID != "" {
		if b.bundle.Workflow(w.Document(), s.WorkflowID) == nil {
			out.Problem = &Problem{Rule: "undefined-workflow", Message: "there is no workflow \"" + s.WorkflowID + "\""}
		}
		return out
	}
	op, source, problem := b.bundle.Operation(s)
	if source != nil {
		out.Source = source.Description.Name
	}
	if op == nil {
		if problem != nil {
			out.Problem = &Problem{Rule: problem.Rule, Message: problem.Message, Hint: problem.Hint}
		}
		return out
	}
	out.OperationID, out.Method = op.ID, op.Method
	out.Path, _, _ = strings.Cut(op.Path, "#")
	if base := b.target(s, source, op).base; base != "" {
		out.URL = strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(out.Path, "/")
	}
	return out
}

// actionsOf returns the actions of a step, followed by those of its workflow
// that no action of the step redefines by its name.
//
// Arazzo 1.0.1, Workflow Object: successActions and failureActions.
func actionsOf(w *arazzo.Workflow, s *arazzo.Step) (success, failure []*arazzo.Action) {
	merge := func(own, shared []*arazzo.Action) (out []*arazzo.Action) {
		named := make(map[string]bool)
		for i, list := range [][]*arazzo.Action{own, shared} {
			for _, a := range list {
				if a = w.Document().ResolveAction(a); a == nil || i > 0 && named[a.Name] {
					continue
				}
				if i == 0 {
					named[a.Name] = true
				}
				out = append(out, a)
			}
		}
		return out
	}
	return merge(s.OnSuccess, w.SuccessActions), merge(s.OnFailure, w.FailureActions)
}

func newActions(list []*arazzo.Action) []Action {
	var out []Action
	for _, a := range list {
		action := Action{Name: a.Name, Type: a.Type, StepID: a.StepID, WorkflowID: a.WorkflowID}
		for _, c := range a.Criteria {
			action.Conditions = append(action.Conditions, c.Condition)
		}
		if a.Type == "retry" {
			action.RetryAfter, action.RetryLimit = a.RetryAfter.Seconds(), a.RetryLimit
		}
		out = append(out, action)
	}
	return out
}
