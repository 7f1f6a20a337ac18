package arazzo

// Reusable refers to an object of the components (Arazzo 1.1.0, Reusable
// Object).
type Reusable struct {
	Origin
	Reference string
	// Value replaces the value of a parameter. It may be absent.
	Value Value
}

// reusable reads a Reusable Object, which is told from what it stands for by
// its field "reference".
func (d *decoder) reusable(n *node) *Reusable {
	if n.kind != Object || n.member("reference") == nil {
		return nil
	}
	r := &Reusable{Origin: d.at(n)}
	for _, m := range d.members(n, reusableObject) {
		switch m.key {
		case "reference":
			r.Reference = d.text(m)
		case "value":
			r.Value = d.value(m)
		}
	}
	return r
}
