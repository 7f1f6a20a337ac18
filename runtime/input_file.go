package runtime

import (
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// markFiles finds the inputs that are sent where bytes are expected: as a whole
// body that is neither structured nor text, as a part of a multipart body that
// the description calls binary or does not describe, or by a workflow that is
// called with them.
func (p *Program) markFiles() {
	for changed := true; changed; {
		changed = false
		for _, wf := range p.workflows { // order: until nothing changes any more
			for _, s := range wf.steps {
				for _, name := range p.filesOf(s) {
					changed = wf.inputs.markFile(name) || changed
				}
			}
		}
	}
}

// markFile reports whether the input was not known to be a file.
func (in *inputs) markFile(name string) bool {
	for i := range in.list {
		if in.list[i].Name == name && !in.list[i].File {
			in.list[i].File = true
			return true
		}
	}
	return false
}

// filesOf returns the names of the inputs that a step sends as files.
func (p *Program) filesOf(s *step) []string {
	var names []string
	add := func(v *value) {
		if e := v.wholeInput(); e != nil {
			names = append(names, e.Name)
		}
	}
	if s.sub != nil {
		called := p.workflows[s.sub.workflow]
		for _, a := range s.sub.parameters {
			if called != nil && called.inputs.isFile(a.name) {
				add(a.value)
			}
		}
	}
	if s.body == nil || s.call == nil {
		return names
	}
	switch kind := wire.KindOf(s.body.mediaType); kind {
	case wire.KindBytes:
		add(s.body.payload)
	case wire.KindMultipart:
		declared := wire.Declaration(declaredBody(s.call.operation), s.body.mediaType)
		for _, m := range s.body.payload.members {
			if wire.TakesFile(declared, m.name) {
				add(m.value)
				for _, e := range m.value.elements {
					add(e)
				}
			}
		}
	default:
	}
	return names
}

func (in *inputs) isFile(name string) bool {
	for _, i := range in.list {
		if i.Name == name {
			return i.File
		}
	}
	return false
}

// wholeInput returns the expression of a value that is an input and nothing else.
func (v *value) wholeInput() *expr.Expression {
	if v.kind != templateValue {
		return nil
	}
	e, ok := v.template.Whole()
	if !ok || e.Root != expr.RootInputs || e.Whole || e.HasPointer {
		return nil
	}
	return e
}
