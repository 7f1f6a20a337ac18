package arazzo

import "strings"

// Workflow returns the workflow that a reference in a document names: the
// workflowId of one of its own, or $sourceDescriptions.<name>.<workflowId>. It
// is nil if there is none.
func (b *Bundle) Workflow(from *Document, reference string) *Workflow {
	return b.workflow(from, reference)
}

// ResolveParameter returns the parameter itself, or the component that stands
// behind a Reusable Object, with the value that the object gives in its place
// (Arazzo 1.1.0, Reusable Object). It is nil if there is no such component.
func (d *Document) ResolveParameter(p *Parameter) *Parameter {
	if p.Reference == nil {
		return p
	}
	name, ok := strings.CutPrefix(p.Reference.Reference, "$components.parameters.")
	if !ok || d.Components == nil {
		return nil
	}
	found := component(d.Components.Parameters, name)
	if found == nil || (*found).Reference != nil {
		return nil
	}
	if p.Reference.Value.Kind() == Absent {
		return *found
	}
	changed := **found
	changed.Value = p.Reference.Value
	return &changed
}

// ResolveAction returns the action itself, or the component that stands behind
// a Reusable Object. It is nil if there is no such component.
func (d *Document) ResolveAction(a *Action) *Action {
	if a.Reference == nil {
		return a
	}
	if d.Components == nil {
		return nil
	}
	reference := a.Reference.Reference
	var found **Action
	if name, ok := strings.CutPrefix(reference, "$components.successActions."); ok {
		found = component(d.Components.SuccessActions, name)
	} else if name, ok := strings.CutPrefix(reference, "$components.failureActions."); ok {
		found = component(d.Components.FailureActions, name)
	}
	if found == nil || (*found).Reference != nil {
		return nil
	}
	return *found
}

func component[T any](list []Named[T], name string) *T {
	for i := range list {
		if list[i].Name == name {
			return &list[i].Value
		}
	}
	return nil
}

// IsSelector reports whether a value is a Selector Object and not plain data:
// an object with the fields context, selector and type and no others but
// extensions, whose context is a runtime expression (Arazzo 1.1.0, Selector
// Object).
func IsSelector(v Value) bool {
	if v.Kind() != Object {
		return false
	}
	for name := range v.Members() {
		if name != "context" && name != "selector" && name != "type" && !strings.HasPrefix(name, "x-") {
			return false
		}
	}
	context, _ := v.Member("context").Text()
	return strings.HasPrefix(context, "$") && v.Has("selector") && v.Has("type")
}
