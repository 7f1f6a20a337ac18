package arazzo

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// componentKind is one of the maps of the Components Object.
type componentKind string

const (
	inputComponents         componentKind = "inputs"
	parameterComponents     componentKind = "parameters"
	successActionComponents componentKind = "successActions"
	failureActionComponents componentKind = "failureActions"
)

const componentPrefix = "$components."

// names lists the entries of a map of the components.
func (c *Components) names(kind componentKind) []string {
	if c == nil {
		return nil
	}
	switch kind {
	case inputComponents:
		return namesOf(c.Inputs)
	case parameterComponents:
		return namesOf(c.Parameters)
	case successActionComponents:
		return namesOf(c.SuccessActions)
	case failureActionComponents:
		return namesOf(c.FailureActions)
	default:
		return nil
	}
}

func namesOf[T any](list []Named[T]) []string {
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.Name
	}
	return names
}

// reusable checks a reference to a component.
//
// Arazzo 1.1.0, Workflow Object, Step Object: "if a Reusable Object is provided,
// it MUST link to a parameter (success action, failure action) defined in the
// components/parameters (…) of the current Arazzo document".
func (wc *workflowChecker) reusable(r *Reusable, want componentKind) {
	place := r.Field("reference")
	if (Value{place}).Kind() != String {
		return // reported when the document was parsed
	}
	if want != parameterComponents && r.Has("value") {
		// Arazzo 1.1.0, Reusable Object: value, "this is only applicable for parameter object references".
		wc.warnAt(r.Field("value"), "ignored-field", "", "\"value\" has no effect on a reference to an action")
	}
	rest, ok := strings.CutPrefix(r.Reference, componentPrefix)
	kind, name, found := strings.Cut(rest, ".")
	if !ok || !found {
		wc.errorAt(place, "invalid-reference", fmt.Sprintf("write %s%s.NAME", componentPrefix, want),
			"%q is no reference to a component", shown(r.Reference))
		return
	}
	components := wc.document.Components
	if componentKind(kind) != want {
		hint := fmt.Sprintf("write %s%s.NAME", componentPrefix, want)
		if near := resembling(name, components.names(want)); len(near) > 0 {
			hint = fmt.Sprintf("write %s%s.%s", componentPrefix, want, shown(near[0]))
		}
		wc.errorAt(place, "wrong-component", hint, "%q is no reference to one of the %s", shown(r.Reference), want)
		return
	}
	wc.componentName(want, name, func(rule, hint, message string) { wc.errorAt(place, rule, hint, "%s", message) })
}

// componentName checks that a component exists.
func (wc *workflowChecker) componentName(kind componentKind, name string, report func(rule, hint, message string)) {
	known := wc.document.Components.names(kind)
	for _, k := range known {
		if k == name {
			return
		}
	}
	hint := ""
	if len(known) > 0 {
		hint = nearestOr(name, known, "known are "+alternativesOrNone(known, ""))
	}
	report("unknown-component", hint, fmt.Sprintf("the components have no %s named %q", kind, shown(name)))
}

// components checks the names of components.
func (c *checker) components(d *Document) {
	k := d.Components
	key := func(entry Origin, kind componentKind, name string) {
		c.key(entry, "component", declared{kind: componentName, document: d, component: kind, name: name})
	}
	for _, e := range k.Inputs {
		key(e.Value.Origin, inputComponents, e.Name)
	}
	for _, e := range k.Parameters {
		key(e.Value.Origin, parameterComponents, e.Name)
		c.nestedReference(e.Value.Reference)
	}
	for _, e := range k.SuccessActions {
		key(e.Value.Origin, successActionComponents, e.Name)
		c.nestedReference(e.Value.Reference)
	}
	for _, e := range k.FailureActions {
		key(e.Value.Origin, failureActionComponents, e.Name)
		c.nestedReference(e.Value.Reference)
	}
}

// usedComponent names a component to which a workflow refers.
type usedComponent struct {
	document  *Document
	reference string
}

// use notes that a component is checked where it is used.
func (wc *workflowChecker) use(reference string) {
	if wc.used == nil {
		wc.used = map[usedComponent]bool{}
	}
	wc.used[usedComponent{wc.document, reference}] = true
}

// unusedComponents checks the components of a document to which no checked
// workflow refers, as far as that can be done without one.
//
// Arazzo 1.1.0, Components Object: components have no effect unless they are
// referred to.
func (c *checker) unusedComponents(d *Document) {
	if d.Components == nil {
		return
	}
	w := &Workflow{Origin: d.Components.Origin, document: d}
	wc := &workflowChecker{checker: c, workflow: w, document: d, names: newNames(w), order: map[string]int{}, alone: true}
	unused := func(kind componentKind, name string) bool {
		return !c.used[usedComponent{d, componentPrefix + string(kind) + "." + name}]
	}
	for _, e := range d.Components.Parameters {
		if e.Value.Reference == nil && unused(parameterComponents, e.Name) {
			wc.parameter(e.Value, scope{phase: afterResponse})
		}
	}
	for _, e := range d.Components.SuccessActions {
		if e.Value.Reference == nil && unused(successActionComponents, e.Name) {
			wc.action(e.Value, onSuccess, scope{phase: afterResponse})
		}
	}
	for _, e := range d.Components.FailureActions {
		if e.Value.Reference == nil && unused(failureActionComponents, e.Name) {
			wc.action(e.Value, onFailure, scope{phase: afterResponse})
		}
	}
}

// nestedReference refuses a component that is itself a reference.
//
// Arazzo 1.1.0, Components Object: the maps hold Parameter, Success Action and
// Failure Action Objects, not Reusable Objects.
func (c *checker) nestedReference(r *Reusable) {
	if r == nil {
		return
	}
	c.add(diag.Diagnostic{
		Rule: "invalid-reference", Range: r.FieldNameRange("reference"), Pointer: r.Pointer(),
		Message: "a component cannot be a reference to another one", Hint: "write the object itself",
	})
}
