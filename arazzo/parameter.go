package arazzo

import (
	"strings"
)

// Parameter is a value handed to an operation or a workflow (Arazzo 1.1.0,
// Parameter Object).
type Parameter struct {
	Origin
	// Reference is set if a Reusable Object stands in the place of the
	// parameter; the other fields are then empty.
	Reference *Reusable
	Name      string
	// In is "path", "query", "header", "cookie", "querystring" or empty.
	In    string
	Value Value
}

func (d *decoder) parameter(n *node) *Parameter {
	p := &Parameter{Origin: d.at(n), Reference: d.reusable(n)}
	if p.Reference != nil {
		return p
	}
	for _, m := range d.members(n, parameterObject) {
		switch m.key {
		case "name":
			p.Name = d.text(m)
		case "in":
			p.In = d.text(m)
		case "value":
			p.Value = d.value(m)
		}
	}
	return p
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
