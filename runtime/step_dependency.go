package runtime

import (
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

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
