package runtime

import (
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// ordered returns the steps in the order in which they run: that of the
// document, but for steps that depend on later ones, which run after them.
//
// Arazzo 1.1.0, Step Object: tools that execute steps one after the other must
// respect both the order and dependsOn.
func (sc *scope) ordered() []*arazzo.Step {
	steps := sc.source.Steps
	position := make(map[string]int, len(steps))
	depends := false
	for i, s := range steps {
		position[s.StepID] = i
		depends = depends || len(s.DependsOn) > 0
	}
	if !depends {
		return steps
	}
	out := make([]*arazzo.Step, 0, len(steps))
	const (
		waiting = iota
		entered
		placed
	)
	state := make([]int, len(steps))
	var place func(i int)
	place = func(i int) {
		if state[i] == entered {
			sc.problems.Add(problem(steps[i].Field("dependsOn"), "dependency-cycle", "", "step %q depends on itself, by way of other steps", steps[i].StepID))
		}
		if state[i] != waiting {
			return
		}
		state[i] = entered
		for _, text := range steps[i].DependsOn {
			if j, ok := position[text]; ok {
				place(j)
			}
		}
		state[i] = placed
		out = append(out, steps[i])
	}
	for i := range steps {
		place(i)
	}
	return out
}

// stepDependencies compiles the references of dependsOn: a step of the
// workflow, $workflows.<workflowId>.steps.<stepId>, or
// $sourceDescriptions.<name>.<workflowId>.steps.<stepId>.
func (sc *scope) stepDependencies(s *arazzo.Step) []dependency {
	var out []dependency
	for i, text := range s.DependsOn {
		place := s.Field("dependsOn").Index(i)
		if _, ok := sc.index[text]; ok {
			out = append(out, dependency{workflow: sc.target.ref, step: text, text: "step \"" + text + "\""})
			continue
		}
		workflow, stepID, found := cutLast(text, ".steps.")
		workflow = strings.TrimPrefix(workflow, "$workflows.")
		var w *arazzo.Workflow
		if found {
			w = sc.bundle.Workflow(sc.source.Document(), workflow)
		}
		if w == nil || w.Step(stepID) == nil {
			sc.problems.Add(problem(place, "unknown-step", "", "there is no step %q to depend on", text))
			continue
		}
		out = append(out, dependency{workflow: refOf(w), step: stepID, text: text})
	}
	return out
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
