package arazzo

// Named is an entry of a map whose order is kept.
type Named[T any] struct {
	Name  string
	Value T
}

// Components holds objects to be referred to (Arazzo 1.1.0, Components
// Object).
type Components struct {
	Origin
	Inputs         []Named[Value]
	Parameters     []Named[*Parameter]
	SuccessActions []Named[*SuccessAction]
	FailureActions []Named[*FailureAction]
}

func (d *decoder) components(n *node) *Components {
	c := &Components{Origin: d.at(n)}
	for _, m := range d.members(n, componentsObject) {
		switch m.key {
		case "inputs":
			c.Inputs = decodeMap(d, m, d.schema)
		case "parameters":
			c.Parameters = decodeMap(d, m, d.parameter)
		case "successActions":
			c.SuccessActions = decodeMap(d, m, d.successAction)
		case "failureActions":
			c.FailureActions = decodeMap(d, m, d.failureAction)
		}
	}
	return c
}

func component[T any](list []Named[T], name string) *T {
	for i := range list {
		if list[i].Name == name {
			return &list[i].Value
		}
	}
	return nil
}
