package arazzo

import (
	"slices"
	"strings"
)

// This file changes names in the fields that name things plainly.

// actions are the actions of a workflow and of its steps, in their order.
func (w *Workflow) actions() []*Action {
	list := slices.Concat(w.SuccessActions, w.FailureActions)
	for _, s := range w.Steps {
		list = append(list, s.OnSuccess...)
		list = append(list, s.OnFailure...)
	}
	return list
}

// componentActions are the actions of the components.
func (d *Document) componentActions() []*Action {
	var list []*Action
	if d.Components != nil {
		for _, e := range slices.Concat(d.Components.SuccessActions, d.Components.FailureActions) {
			list = append(list, e.Value)
		}
	}
	return list
}

// references changes the fields that hold a text, in all workflows: workflowId
// and dependsOn of workflows, steps and actions, operationId, operationPath and
// channelPath, and the references to components.
func (r *renaming) references(change func(text string) (string, bool)) {
	field := func(o Origin, name string) {
		if !o.Has(name) {
			return
		}
		place := o.Field(name)
		places := []Origin{place}
		if (Value{place}).Kind() == Array {
			places = nil
			for i := range place.node.children {
				places = append(places, place.Index(i))
			}
		}
		for _, p := range places {
			if text, isText := (Value{p}).Text(); isText {
				if to, ok := change(text); ok {
					r.value(p, to)
				}
			}
		}
	}
	for _, a := range r.document.componentActions() {
		field(a.Origin, "workflowId")
	}
	parameters := func(list []*Parameter) {
		for _, p := range list {
			field(p.Origin, "reference")
		}
	}
	for _, w := range r.document.Workflows {
		field(w.Origin, "dependsOn")
		parameters(w.Parameters)
		for _, a := range w.actions() {
			field(a.Origin, "workflowId")
			field(a.Origin, "reference")
			parameters(a.Parameters)
		}
		for _, s := range w.Steps {
			parameters(s.Parameters)
			for _, name := range []string{"workflowId", "operationId", "operationPath", "channelPath", "dependsOn"} {
				field(s.Origin, name)
			}
		}
	}
}

// swap changes the name where it is a text or stands in it between two others.
func (r *renaming) swap(before, after string) func(string) (string, bool) {
	return func(text string) (string, bool) {
		rest, ok := strings.CutPrefix(text, before+r.name+after)
		return before + r.to + after + rest, ok
	}
}

// ofStep changes a stepId and what refers to it in the workflow.
func (r *renaming) ofStep() {
	for _, a := range r.document.componentActions() {
		if a.StepID == r.name {
			r.refuse("an action of the components names it")
		}
	}
	for _, s := range r.workflow.Steps {
		if s.StepID == r.name {
			r.value(s.Field("stepId"), r.to)
		}
		for i, id := range s.DependsOn {
			if id == r.name {
				r.value(s.Field("dependsOn").Index(i), r.to)
			}
		}
	}
	for _, a := range r.workflow.actions() {
		if a.StepID == r.name {
			r.value(a.Field("stepId"), r.to)
		}
	}
	full := "$workflows." + r.workflow.WorkflowID + ".steps."
	for _, w := range r.document.Workflows {
		for _, s := range w.Steps {
			for i, id := range s.DependsOn {
				if id == full+r.name {
					r.value(s.Field("dependsOn").Index(i), full+r.to)
				}
			}
		}
	}
}

func (r *renaming) ofOutput() {
	outputs := r.workflow.Outputs
	if r.step != nil {
		outputs = r.step.Outputs
	} else {
		r.caveat = "the output is called " + shown(r.to) + " in results from now on"
	}
	for _, o := range outputs {
		if o.Name == r.name {
			r.key(o.Origin)
		}
	}
}

// ofInput changes a property of the inputs and what hands a value to it.
func (r *renaming) ofInput() {
	r.caveat = "the input is called " + shown(r.to) + " from now on, also where it is given"
	schema := r.workflow.Inputs
	property := schema.Member("properties").Member(r.name)
	if !property.Exists() {
		r.refuse("its schema is somewhere else")
		return
	}
	r.key(property.Origin)
	for _, e := range schema.Member("required").Elements() {
		if text, _ := e.Text(); text == r.name {
			r.value(e.Origin, r.to)
		}
	}
	for name := range schema.Members() {
		switch name {
		case "type", "properties", "required", "additionalProperties", "title", "description", "$schema", "examples":
		default:
			r.refuse("the schema of the inputs says more about its properties than their types")
		}
	}
	for _, w := range r.document.Workflows {
		r.given(w)
	}
}

// given changes the parameters with which a workflow gives the input.
func (r *renaming) given(w *Workflow) {
	calls := func(reference string) bool {
		return reference != "" && r.bundle.workflow(r.document, reference) == r.workflow
	}
	give := func(list []*Parameter) {
		for _, p := range list {
			behind := r.document.ResolveParameter(p)
			switch {
			case behind == nil || behind.Name != r.name:
			case p.Reference != nil:
				r.refuse("a parameter of the components gives it")
			default:
				r.value(p.Field("name"), r.to)
			}
		}
	}
	called := false
	for _, s := range w.Steps {
		if calls(s.WorkflowID) {
			called = true
			give(s.Parameters)
		}
	}
	for _, a := range w.actions() {
		if calls(a.WorkflowID) {
			give(a.Parameters)
		}
	}
	if called && slices.ContainsFunc(w.Parameters, func(p *Parameter) bool {
		behind := r.document.ResolveParameter(p)
		return behind != nil && behind.Name == r.name
	}) {
		r.refuse("a parameter for all steps of a workflow gives it")
	}
	// What depends on the workflow hands on inputs of the same name.
	for _, pair := range [][2]*Workflow{{w, r.workflow}, {r.workflow, w}} {
		if slices.ContainsFunc(pair[0].DependsOn, func(ref string) bool { return r.bundle.workflow(r.document, ref) == pair[1] }) &&
			slices.Contains(declaredInputs(w).names, r.name) {
			r.refuse("a workflow that depends on this one has an input of the same name")
		}
	}
}

// ofWorkflow changes a workflowId and what refers to it in the document.
func (r *renaming) ofWorkflow() {
	r.caveat = "the workflow is called " + shown(r.to) + " from now on, also where it is run from elsewhere"
	r.value(r.workflow.Field("workflowId"), r.to)
	in := r.swap("$workflows.", ".steps.")
	r.references(func(text string) (string, bool) {
		if text == r.name {
			return r.to, true
		}
		return in(text)
	})
}

// ofSource changes the name of a source description and what refers to it.
func (r *renaming) ofSource() {
	r.caveat = "the source is called " + shown(r.to) + " from now on, also for flags such as --source"
	for _, s := range r.document.SourceDescriptions {
		if s.Name == r.name {
			r.value(s.Field("name"), r.to)
		}
	}
	plain, braced := r.swap(sourcePrefix, "."), r.swap("{"+sourcePrefix, ".")
	r.references(func(text string) (string, bool) {
		if to, ok := plain(text); ok {
			return to, true
		}
		return braced(text)
	})
	for _, w := range r.document.Workflows {
		for _, s := range w.Steps {
			if s.OperationPath != "" {
				if path := splitOperationPath(r.document, s.OperationPath); path.form == dialectPath && path.source == r.name {
					r.refuse("an operationPath names it in another way than the specification has")
				}
			}
		}
	}
}

// ofComponent changes the name of a component and what refers to it.
func (r *renaming) ofComponent() {
	maps := Value{r.document.Components.Origin}.Member(string(r.component))
	r.key(maps.Member(r.name).Origin)
	if r.component == inputComponents {
		r.schemaReferences(Value{r.document.Origin})
		return
	}
	r.references(func(text string) (string, bool) {
		prefix := componentPrefix + string(r.component) + "."
		return prefix + r.to, text == prefix+r.name
	})
}

// schemaReferences changes the references to an input of the components.
func (r *renaming) schemaReferences(v Value) {
	for name, m := range v.Members() {
		if text, isText := m.Text(); isText && name == "$ref" {
			if rest, ok := strings.CutPrefix(text, componentInputPrefix+r.name); ok && (rest == "" || rest[0] == '/') {
				r.value(m.Origin, componentInputPrefix+r.to+rest)
			}
		}
		r.schemaReferences(m)
	}
	for _, e := range v.Elements() {
		r.schemaReferences(e)
	}
}
