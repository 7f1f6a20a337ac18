package arazzo

import (
	"fmt"
)

// Output is a named output of a step or a workflow.
type Output struct {
	Origin
	Name string
	// Value is an expression in a string or, from 1.1 on, a Selector Object.
	Value Value
}

func findOutput(outputs []Output, name string) (Output, bool) {
	for _, o := range outputs {
		if o.Name == name {
			return o, true
		}
	}
	return Output{}, false
}

// outputs reads a map of names to expressions or, from 1.1 on, Selector Objects.
func (d *decoder) outputs(n *node) []Output {
	if n.kind != Object {
		d.wrongType(n, "an object")
		return nil
	}
	outputs := make([]Output, 0, len(n.children))
	for _, c := range n.children {
		switch {
		case c.kind == String:
		case c.kind == Object && d.minor >= 1:
			d.selectorFields(c)
		case c.kind == Object:
			d.report(c, "wrong-type", fmt.Sprintf("the output %q must be a string that holds an expression", shown(c.key)),
				fmt.Sprintf("Selector Objects exist from Arazzo 1.1.0 on; this document declares %s", shown(d.version)))
		default:
			d.wrongType(c, "a string that holds an expression")
		}
		outputs = append(outputs, Output{Origin: d.at(c), Name: c.key, Value: d.value(c)})
	}
	return outputs
}
