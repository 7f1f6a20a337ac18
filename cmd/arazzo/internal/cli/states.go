package cli

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// states finds in the reply to a step what a person would call the state of
// the thing that is waited for. It shows nothing that it is not sure of:
//
//   - the value of an output of the step whose name ends in "status", "state"
//     or "phase", the first in alphabetical order if there are several;
//   - else the first value of the response body that a criterion of one of the
//     step's actions tests.
//
// It must be a short text, a number or a boolean. A nil states and the zero
// value know the first rule only.
type states struct {
	workflow *arazzo.Workflow
	strict   bool
	// tested holds the criteria of the actions of the steps that were reached.
	tested map[string][]*expr.Criterion
}

// of returns the state after a step attempt, or "" if there is none.
func (s *states) of(ev *runtime.Event) string {
	var names []string
	for name := range ev.Outputs {
		if namesState(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if text, ok := stateText(ev.Outputs[name]); ok {
			return text
		}
	}
	return s.operandOf(ev)
}

// operandOf returns what the criteria of the step's actions look at.
func (s *states) operandOf(ev *runtime.Event) string {
	const largest = 1 << 20
	if ev.Response == nil || len(ev.Response.Body) == 0 || len(ev.Response.Body) > largest {
		return ""
	}
	criteria := s.criteria(ev)
	if len(criteria) == 0 {
		return ""
	}
	body, err := parseJSON(ev.Response.Body)
	if err != nil {
		return ""
	}
	for _, c := range criteria {
		for _, op := range c.Operands(replyBody{body}) {
			name := op.Text[strings.LastIndexAny(op.Text, "./")+1:]
			if !op.Present || runtime.IsSensitiveHeader(name) {
				continue
			}
			if text, ok := stateText(op.Value); ok {
				return text
			}
		}
	}
	return ""
}

// criteria compiles the criteria of the actions of the event's step once.
func (s *states) criteria(ev *runtime.Event) []*expr.Criterion {
	if s == nil || s.workflow == nil || s.workflow.WorkflowID != ev.WorkflowID {
		return nil
	}
	if known, ok := s.tested[ev.StepID]; ok {
		return known
	}
	if s.tested == nil {
		s.tested = make(map[string][]*expr.Criterion)
	}
	var out []*expr.Criterion
	if step := s.workflow.Step(ev.StepID); step != nil {
		options := expr.Options{Version: s.workflow.Document().Version(), Strict: s.strict, Names: s.workflow.Names()}
		for _, action := range slices.Concat(step.OnSuccess, step.OnFailure) {
			for _, k := range action.Criteria {
				spec := expr.CriterionSpec{Context: k.Context, Condition: k.Condition}
				if k.Type != nil {
					spec.Type, spec.Version = k.Type.Type, k.Type.Version
				}
				if c, _, err := expr.CompileCriterion(spec, options); err == nil {
					out = append(out, c)
				}
			}
		}
	}
	s.tested[ev.StepID] = out
	return out
}

// replyBody is an environment in which only the response body exists.
type replyBody struct{ body any }

// Lookup returns the response body.
func (r replyBody) Lookup(e *expr.Expression) (any, bool) {
	return r.body, e.Root == expr.RootResponse && e.Part == expr.PartBody
}

func namesState(name string) bool {
	name = strings.ToLower(name)
	for _, ending := range []string{"status", "state", "phase"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// stateText writes a value that can be a state.
func stateText(v any) (string, bool) {
	const longest = 40
	switch v.(type) {
	case nil, []any, map[string]any, *expr.Binary:
		return "", false
	}
	text := expr.Text(v)
	if text == "" || len(text) > longest {
		return "", false
	}
	return text, true
}
