package arazzo

// PayloadReplacement sets a value within a payload (Arazzo 1.1.0, Payload
// Replacement Object).
type PayloadReplacement struct {
	Origin
	Target string
	// TargetSelectorType is nil if it is not given; it exists from 1.1 on.
	TargetSelectorType *ExpressionType
	Value              Value
}

func (d *decoder) replacement(n *node) *PayloadReplacement {
	r := &PayloadReplacement{Origin: d.at(n)}
	for _, m := range d.members(n, replacementObject) {
		switch m.key {
		case "target":
			r.Target = d.text(m)
		case "targetSelectorType":
			r.TargetSelectorType = d.expressionType(m)
		case "value":
			r.Value = d.value(m)
		}
	}
	return r
}
