package wire

import "slices"

// Order is the order in which a document writes the members of the objects of a
// value. Evaluated objects are maps, so it stands beside them. The nil Order sorts
// members by name. An Order is immutable once it is in use.
type Order struct {
	// Names are those of the members of an object, in their order, and Members
	// the orders of their values. Names that an object does not have are passed
	// over; members that are not among them follow, sorted.
	Names   []string
	Members []*Order
	// Elements are the orders of the elements of an array.
	Elements []*Order
}

// names returns the names of the members of an object in their order.
func (o *Order) names(object map[string]any) []string {
	names := make([]string, 0, len(object))
	if o != nil {
		for _, name := range o.Names {
			if _, ok := object[name]; ok {
				names = append(names, name)
			}
		}
	}
	if len(names) == len(object) {
		return names
	}
	listed := len(names)
	for name := range object { // order: sorted below
		if listed == 0 || !slices.Contains(o.Names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[listed:])
	return names
}

func (o *Order) member(name string) *Order {
	if o == nil {
		return nil
	}
	if i := slices.Index(o.Names, name); i >= 0 && i < len(o.Members) {
		return o.Members[i]
	}
	return nil
}

func (o *Order) element(i int) *Order {
	if o == nil || i >= len(o.Elements) {
		return nil
	}
	return o.Elements[i]
}
