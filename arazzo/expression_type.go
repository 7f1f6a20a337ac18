package arazzo

// ExpressionType says in which language an expression is written (Arazzo
// 1.1.0, Expression Type Object). It is also used where only the name of the
// language is given.
type ExpressionType struct {
	Origin
	// Type is "simple", "regex", "jsonpath", "xpath" or "jsonpointer".
	Type string
	// Version is empty if it is not given.
	Version string
}

// expressionType reads the name of a language or an Expression Type Object.
func (d *decoder) expressionType(n *node) *ExpressionType {
	t := &ExpressionType{Origin: d.at(n)}
	switch n.kind {
	case String:
		t.Type = n.text
	case Object:
		for _, m := range d.members(n, expressionTypeObject) {
			switch m.key {
			case "type":
				t.Type = d.text(m)
			case "version":
				t.Version = d.text(m)
			}
		}
	case Absent, Null, Bool, Number, Array:
		d.wrongType(n, "a string or an object with \"type\" and \"version\"")
	}
	return t
}
