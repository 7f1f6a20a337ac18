package arazzo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

const ruleDependencyCycle = "dependency-cycle"

// dependencies checks the workflows on which the workflow depends.
//
// Arazzo 1.1.0, Workflow Object: dependsOn, "a list of workflows that MUST be
// completed before this workflow can be processed"; the items are unique.
func (wc *workflowChecker) dependencies() {
	list := wc.workflow.Field("dependsOn")
	for i, ref := range wc.workflow.DependsOn {
		if wc.full() {
			return
		}
		if !wc.repeated(list.Index(i), wc.workflow.DependsOn[:i], ref) {
			wc.workflowAt(list.Index(i), ref)
		}
	}
}

// repeated reports an item of dependsOn that stands there already.
func (wc *workflowChecker) repeated(place Origin, before []string, ref string) bool {
	if !slices.Contains(before, ref) || ref == "" {
		return false
	}
	wc.errorAt(place, "duplicate-name", "remove one of the two", "%q stands twice in \"dependsOn\"", shown(ref))
	return true
}

// stepDependencies checks the steps on which a step depends.
//
// Arazzo 1.1.0, Step Object: each item of dependsOn is a stepId of the same
// workflow, $workflows.<workflowId>.steps.<stepId>, or
// $sourceDescriptions.<name>.<workflowId>.steps.<stepId>.
func (wc *workflowChecker) stepDependencies(s *Step) {
	if !s.Has("dependsOn") || wc.document.minor < 1 {
		return
	}
	list := s.Field("dependsOn")
	if list.node.kind == Array && len(s.DependsOn) == 0 {
		wc.errorAt(list, "empty-list", "", "\"dependsOn\" must have at least one item")
	}
	for i, ref := range s.DependsOn {
		if wc.full() {
			return
		}
		place := list.Index(i)
		if (Value{place}).Kind() != String {
			continue // reported when the document was parsed
		}
		if !wc.repeated(place, s.DependsOn[:i], ref) {
			wc.stepDependency(place, ref)
		}
	}
}

func (wc *workflowChecker) stepDependency(place Origin, ref string) {
	if _, known := wc.order[ref]; known {
		return
	}
	workflow, step, found := cutLast(ref, ".steps.")
	local, isLocal := strings.CutPrefix(workflow, "$workflows.")
	switch {
	case found && isLocal:
		w := wc.document.Workflow(local)
		if w == nil {
			ids := workflowIDs(wc.document)
			wc.errorAt(place, ruleUndefinedWorkflow, nearestOr(local, ids, ""), "the document has no workflow %q", shown(local))
			return
		}
		wc.stepOf(place, w, step)
	case found && strings.HasPrefix(workflow, sourcePrefix):
		if w := wc.workflowAt(place, workflow); w != nil {
			wc.stepOf(place, w, step)
		}
	case strings.HasPrefix(ref, "$"):
		hint := "write the stepId of a step of the workflow, or $workflows.WORKFLOW.steps.STEP"
		if rest, ok := strings.CutPrefix(ref, "$steps."); ok {
			if _, known := wc.order[rest]; known {
				wc.wrongReference(place, "invalid-reference", rest, fmt.Sprintf("%q is no reference to a step", shown(ref)))
				return
			}
		}
		wc.errorAt(place, "invalid-reference", hint, "%q is no reference to a step", shown(ref))
	default:
		hint := nearestOr(ref, wc.names.steps, "the workflow has the steps "+alternativesOrNone(wc.names.steps, "none"))
		if other := wc.workflowOfStep(ref); other != "" && len(resembling(ref, wc.names.steps)) == 0 {
			hint = fmt.Sprintf("write $workflows.%s.steps.%s", shown(other), shown(ref))
		}
		wc.errorAt(place, "unknown-step", hint, "the workflow has no step %q", shown(ref))
	}
}

func (wc *workflowChecker) stepOf(place Origin, w *Workflow, id string) {
	if w.Step(id) != nil {
		return
	}
	ids := make([]string, len(w.Steps))
	for i, s := range w.Steps {
		ids[i] = s.StepID
	}
	wc.errorAt(place, "unknown-step", nearestOr(id, ids, "it has the steps "+alternativesOrNone(ids, "none")),
		"workflow %q has no step %q", shown(w.WorkflowID), shown(id))
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// stepCycles reports steps that wait for each other: a logical consequence of
// dependsOn, which no order can satisfy.
func (wc *workflowChecker) stepCycles() {
	o := ordering{workflow: wc.workflow, position: map[string]int{}}
	for i, s := range wc.workflow.Steps {
		if _, taken := o.position[s.StepID]; !taken {
			o.position[s.StepID] = i
		}
	}
	g := graph{size: len(wc.workflow.Steps), edges: func(i int) []edge {
		s := wc.workflow.Steps[i]
		var out []edge
		for k, text := range s.DependsOn {
			if j, ok := o.local(text); ok {
				out = append(out, edge{to: j, place: s.Field("dependsOn").Index(k)})
			}
		}
		return out
	}}
	for _, cycle := range g.cycles() {
		names := make([]string, len(cycle.nodes))
		for i, n := range cycle.nodes {
			names[i] = wc.workflow.Steps[n].StepID
		}
		wc.cycle(cycle, ruleDependencyCycle, diag.Error, "steps depend on each other", "step %q depends on itself", names)
	}
}

// cycle reports a cycle at the edge that closes it.
func (c *checker) cycle(found cycle, rule string, severity diag.Severity, several, alone string, names []string) {
	message := fmt.Sprintf(alone, shown(names[0]))
	if len(names) > 1 {
		path := make([]string, 0, len(names)+2)
		for _, n := range names {
			path = append(path, shown(n))
		}
		if found.length > len(names) {
			path = append(path, "…")
		}
		message = several + ": " + strings.Join(append(path, shown(names[0])), " → ")
	}
	d := diag.Diagnostic{Rule: rule, Severity: severity, Message: message, Range: found.closing.Range(), Pointer: found.closing.Pointer()}
	if severity == diag.Error {
		d.Hint = "remove one of the dependencies"
	}
	c.add(d)
}

// workflowCycles reports workflows that wait for each other, and those that
// call themselves without being in the way of their own completion.
func (c *checker) workflowCycles(workflows []*Workflow) {
	index := make(map[*Workflow]int, len(workflows))
	for i, w := range workflows {
		index[w] = i
	}
	follow := func(w *Workflow, place Origin, ref string, out []edge) []edge {
		if target := c.bundle.workflow(w.document, ref); target != nil {
			if j, ok := index[target]; ok {
				return append(out, edge{to: j, place: place})
			}
		}
		return out
	}
	depends := func(i int) []edge {
		w := workflows[i]
		var out []edge
		for k, ref := range w.DependsOn {
			out = follow(w, w.Field("dependsOn").Index(k), ref, out)
		}
		return out
	}
	name := func(nodes []int) []string {
		names := make([]string, len(nodes))
		for i, n := range nodes {
			names[i] = workflows[n].WorkflowID
		}
		return names
	}
	waiting := graph{size: len(workflows), edges: depends}
	for _, found := range waiting.cycles() {
		// Arazzo 1.1.0, Workflow Object: neither of two workflows that depend on each
		// other can be completed before the other.
		c.cycle(found, ruleDependencyCycle, diag.Error, "workflows depend on each other", "workflow %q depends on itself", name(found.nodes))
	}
	calls := graph{size: len(workflows), edges: func(i int) []edge {
		w := workflows[i]
		var out []edge
		for _, s := range w.Steps {
			if s.WorkflowID != "" && !s.Has("operationId") && !s.Has("operationPath") && !s.Has("channelPath") {
				out = follow(w, s.Field("workflowId"), s.WorkflowID, out)
			}
		}
		return out
	}}
	for _, found := range calls.cycles() {
		c.cycle(found, "recursive-workflow", diag.Warning, "workflows call each other", "workflow %q calls itself", name(found.nodes))
	}
}
