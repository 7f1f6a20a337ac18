package arazzo

// Criterion is a condition (Arazzo 1.1.0, Criterion Object).
type Criterion struct {
	Origin
	// Context is an expression, or empty.
	Context, Condition string
	// Type is nil if it is not given, which means "simple".
	Type *ExpressionType
}

// criterion reads a Criterion Object. The JSON Schema of 1.0 puts the version
// of the expression type beside the type, the text of the specification
// inside; both are read.
func (d *decoder) criterion(n *node) *Criterion {
	c := &Criterion{Origin: d.at(n)}
	var also []string
	if d.minor == 0 {
		also = []string{"version"}
	}
	version := ""
	for _, m := range d.members(n, criterionObject, also...) {
		switch m.key {
		case "context":
			c.Context = d.text(m)
		case "condition":
			c.Condition = d.text(m)
		case "type":
			c.Type = d.expressionType(m)
		case "version":
			version = d.text(m)
		}
	}
	if version != "" && c.Type != nil && c.Type.Version == "" {
		c.Type.Version = version
	}
	return c
}
