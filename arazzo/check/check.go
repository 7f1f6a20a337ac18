// Package check finds in an Arazzo description what would fail, or be read
// otherwise than meant, when it is run.
//
// [arazzo.Check] finds what must not be in a document that is run: broken
// structure, references and expressions. Package check adds what can be known
// about the sense of a document: how data flows from step to step, how steps
// lead to each other, what secrets it gives away, what other tools read
// differently. Each of these families has a file of its own; [Rules] lists all
// rules of all packages that judge a document before it is run.
package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Options says how [Bundle] judges. The zero value checks all workflows of the
// entry document, admits the dialect of published documents and reports each
// rule with the severity that it has in [Rules].
type Options struct {
	// Strict admits what the specification admits and nothing else.
	Strict bool
	// Workflow is the id of the only workflow to check. Empty: all.
	Workflow string
	// Severities changes how rules are reported, by their ids. Ids that [Rules]
	// does not list change nothing.
	Severities map[string]Level
	// Loaded is what loading the bundle found. It is judged with the rest.
	Loaded diag.List
	// Fixes attaches to each problem the change that mends it, where there is one.
	Fixes bool
}

// Bundle checks a bundle by all rules. The result is sorted and contains each
// problem once. Bundle may be called for a bundle that was loaded with errors;
// what may only follow from these is left out. It may be called concurrently,
// also for the same bundle.
func Bundle(b *arazzo.Bundle, o Options) diag.List {
	l := newLinter(b, o)
	l.list.Add(o.Loaded...)
	errors := arazzo.Check(b, arazzo.CheckOptions{Strict: o.Strict, Workflow: o.Workflow, Fixes: o.Fixes})
	l.list.Add(errors...)
	if sound := !b.Entry.Problems().HasErrors() && b.Entry.Exists(); sound {
		known := len(l.list)
		l.document(b.Entry)
		l.list = append(l.list[:known:known], causes(l.list[known:], errors.Select(diag.Error))...)
	}
	l.list.Sort()
	l.silence()
	l.list = withLevels(l.list, o.Severities)
	l.list.Sort()
	return l.list
}

// linter is one call of [Bundle].
type linter struct {
	bundle  *arazzo.Bundle
	options Options
	// severities are those of the table.
	severities map[string]diag.Severity
	plans      map[*arazzo.Workflow]*plan
	list       diag.List
	// added is how many problems the families have found.
	added int
}

func newLinter(b *arazzo.Bundle, o Options) *linter {
	l := &linter{
		bundle: b, options: o, plans: map[*arazzo.Workflow]*plan{},
		severities: map[string]diag.Severity{},
	}
	for _, r := range Rules() {
		l.severities[r.ID] = r.Severity
	}
	return l
}

// causes leaves out of what the families found what may only follow from an
// error: a problem at the place of one, and all about the order of steps in a
// workflow in which an action leads nowhere.
func causes(found, errors diag.List) diag.List {
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		return slices.ContainsFunc(errors, func(e diag.Diagnostic) bool {
			if e.Range.File != d.Range.File {
				return false
			}
			return e.Range.Start == d.Range.Start || isAboutOrder(d.Rule) && isDeadEnd(e.Rule) && workflowPointer(e.Pointer) == workflowPointer(d.Pointer)
		})
	})
}

// isAboutOrder reports whether a rule depends on where all actions of a workflow
// lead.
func isAboutOrder(rule string) bool {
	switch rule {
	case "unreachable-step", "endless-loop", "unbounded-poll", "skipped-step-output":
		return true
	default:
		return false
	}
}

// isDeadEnd reports whether an error is that an action may lead nowhere.
func isDeadEnd(rule string) bool {
	switch rule {
	case "unknown-step", "undefined-workflow", "unknown-component", "wrong-component", "invalid-reference":
		return true
	default:
		return false
	}
}

// workflowPointer cuts a pointer behind the workflow that it leads into.
func workflowPointer(pointer string) string {
	const tokens = 3 // the empty one, "workflows" and the index
	parts := strings.SplitN(pointer, "/", tokens+1)
	return strings.Join(parts[:min(tokens, len(parts))], "/")
}

// document applies the families to the entry document, whose structure is
// sound. References in it may lead nowhere: [arazzo.Check] says so, and a
// family is silent about what it cannot know.
func (l *linter) document(d *arazzo.Document) {
	for _, w := range d.Workflows {
		if l.options.Workflow != "" && l.options.Workflow != w.WorkflowID {
			continue
		}
		l.workflow(w)
	}
}

// workflow applies the families to one workflow.
func (l *linter) workflow(w *arazzo.Workflow) {
	p := l.planOf(w)
	l.dataFlow(p)
	l.flow(p)
	l.security(p)
	l.portability(p)
}

// planOf returns the plan of a workflow of the bundle.
func (l *linter) planOf(w *arazzo.Workflow) *plan {
	if known := l.plans[w]; known != nil {
		return known
	}
	p := newPlan(l.bundle, w, l.options.Strict)
	l.plans[w] = p
	return p
}

// maxProblems is how many problems the families report of one document.
const maxProblems = 1000

// add records a problem with the severity that its rule has in the table.
func (l *linter) add(d diag.Diagnostic) {
	if l.added++; l.added > maxProblems {
		return
	}
	d.Severity = l.severities[d.Rule]
	l.list.Add(d)
}

// at records a problem with an object of the document.
func (l *linter) at(place arazzo.Origin, rule, hint, format string, args ...any) {
	l.add(diag.Diagnostic{Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint, Range: place.Range(), Pointer: place.Pointer()})
}

// withLevels gives the diagnostics of some rules another severity and drops
// those of the rules that are off.
func withLevels(list diag.List, levels map[string]Level) diag.List {
	var out diag.List
	for _, d := range list {
		level, changed := levels[d.Rule]
		switch {
		case !changed:
		case level == Off:
			continue
		default:
			d.Severity = level.severity()
		}
		out.Add(d)
	}
	return out
}
