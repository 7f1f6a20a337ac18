package mock

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Plan says which course a run is to take. The zero value takes each loop of a
// step once and then leads to the end of the workflow, through as many steps as
// can be, so that the run succeeds.
type Plan struct {
	// Steps are the turns of steps, by "stepId" or "workflowId/stepId": the first is
	// for the first request of the step, and so on. When they are used up, the
	// course is chosen as if there were none. A plan holds only if all turns are
	// taken.
	Steps map[string][]Turn
	// Loops is how often an action that leads back is taken where no turn decides.
	// Zero: once. Negative: never.
	Loops int
	// End is how the run is to end. Empty: it succeeds if the turns admit that, and
	// else as it may.
	End runtime.Status
}

// Turn says what becomes of one request of a step. The zero value leaves it to
// the course.
type Turn struct {
	// Action is the name of the action to take. Empty: any, or none.
	Action string
	// NoAction: no action is to apply.
	NoAction bool
	// Result is how the criteria judge the reply. Empty: as the action needs it.
	Result Result
	// Status is that of the reply. Zero: one that suits.
	Status int
	// Times repeats the turn. Zero: once.
	Times int
}

// Result is how a step attempt ends.
type Result string

// The results. The zero value is either of them.
const (
	Success Result = "success"
	Failure Result = "failure"
)

const maxTurns = 10_000

// turns lists the turns of all steps one by one.
func (p *Plan) turns() (map[string][]Turn, error) {
	out := make(map[string][]Turn, len(p.Steps))
	for key, list := range p.Steps { // order: each entry is set once
		for _, t := range list {
			if t.Times < 0 || t.Times > maxTurns || len(out[key]) > maxTurns {
				return nil, fmt.Errorf("the plan has more than %d turns for step %q", maxTurns, key)
			}
			for range max(1, t.Times) {
				out[key] = append(out[key], t)
			}
		}
	}
	return out, nil
}

func (p *Plan) loops() int {
	if p.Loops == 0 {
		return 1
	}
	return max(0, p.Loops)
}

// check makes sure that a plan speaks of steps and actions that there are.
func (p *Plan) check(program *runtime.Program, refs []runtime.WorkflowRef) diag.List {
	var problems diag.List
	for _, key := range sortedKeys(p.Steps) {
		found := false
		for _, ref := range refs {
			steps := program.Steps(ref)
			i := slices.IndexFunc(steps, func(s runtime.StepView) bool { return key == s.ID || key == ref.WorkflowID+"/"+s.ID })
			if i < 0 {
				continue
			}
			found = true
			for _, t := range p.Steps[key] {
				problems.Add(t.check(&steps[i])...)
			}
		}
		if !found {
			problems.Add(diag.Diagnostic{Rule: "invalid-plan", Message: fmt.Sprintf("the plan names step %q, which the workflow does not have", key)})
		}
	}
	return problems
}

func (t *Turn) check(s *runtime.StepView) diag.List {
	if t.Action == "" || len(t.candidates(s)) > 0 {
		return nil
	}
	var names []string
	for _, a := range slices.Concat(s.OnSuccess, s.OnFailure) {
		names = append(names, fmt.Sprintf("%q", a.Name))
	}
	hint := "the step has no actions"
	if len(names) > 0 {
		hint = "the step has the actions " + strings.Join(names, ", ")
	}
	return diag.List{{Rule: "invalid-plan", Message: fmt.Sprintf("the plan names action %q, which step %q does not have", t.Action, s.ID), Hint: hint, Range: s.Range}}
}

// candidates are the outcomes that a turn admits.
func (t *Turn) candidates(s *runtime.StepView) []outcome {
	var out []outcome
	for _, success := range []bool{true, false} {
		if t.Result == Success && !success || t.Result == Failure && success {
			continue
		}
		for i, a := range (outcome{success: success}).actions(s) {
			if !t.NoAction && (t.Action == "" || t.Action == a.Name) {
				out = append(out, outcome{success: success, action: i})
			}
		}
		if t.Action == "" {
			out = append(out, outcome{success: success, action: noAction})
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
