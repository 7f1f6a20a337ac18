package openapi

// elements calls yield for every element of a list. Members of an object, which
// stands there instead of a list, are taken with their names and a warning. What
// is neither is left out, with a warning.
func (r *resolver) elements(list place, what string, yield func(at place, name string)) {
	v := list.found
	switch v.kind() {
	case kindArray:
		for i, item := range listOf(v) {
			yield(list.element(i, item), "")
		}
	case kindObject:
		r.warn(RuleInvalidDescription, v.place(v.start()), "%q is an object, not an array; its members are taken for the elements", what)
		v.fields(func(f field) bool {
			yield(list.child(f), f.name)
			return true
		})
	case kindNull:
	case kindBoolean, kindNumber, kindString:
		r.notA(v, what, kindArray)
	}
}

// members calls yield for every member of an object. What is no object is left
// out, with a warning.
func (r *resolver) members(p place, what string, yield func(at place, f field)) {
	v := p.found
	switch v.kind() {
	case kindObject:
		v.fields(func(f field) bool {
			yield(p.child(f), f)
			return true
		})
	case kindNull:
	case kindBoolean, kindNumber, kindString, kindArray:
		r.notA(v, what, kindObject)
	}
}

// notA warns of a value that is not of the type that the specification says.
func (r *resolver) notA(v value, what string, want kind) {
	r.warn(RuleInvalidDescription, v.place(v.start()), "%q is %s, not %s, and is left out", what, article(v.kind()), article(want))
}
