package arazzo

import "iter"

// Value is a member of the document that may hold anything: the value of a
// parameter, a payload, a schema. The zero Value is absent. A Value is
// immutable and safe for concurrent use.
type Value struct{ Origin }

// Kind is the JSON type, or [Absent].
func (v Value) Kind() Kind {
	if v.node == nil {
		return Absent
	}
	return v.node.kind
}

// Text returns the decoded text of a string, and false for any other kind.
func (v Value) Text() (string, bool) {
	if v.Kind() != String {
		return "", false
	}
	return v.node.text, true
}

// JSON converts the value to nil, bool, string, json.Number, []any or
// map[string]any. An absent value is nil. The result belongs to the caller.
func (v Value) JSON() any { return v.node.value() }

// Len is the number of members or elements.
func (v Value) Len() int {
	if v.node == nil {
		return 0
	}
	return len(v.node.children)
}

// Member returns the member of an object; it is absent if there is none.
func (v Value) Member(name string) Value {
	if m := v.node.member(name); m != nil {
		return Value{v.child(m)}
	}
	return Value{Origin: Origin{src: v.src}}
}

// Members yields the members of an object in document order. Any other kind
// yields nothing.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != Object {
			return
		}
		for _, c := range v.node.children {
			if !yield(c.key, Value{v.child(c)}) {
				return
			}
		}
	}
}

// Elements yields the elements of an array in their order. Any other kind
// yields nothing.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		if v.Kind() != Array {
			return
		}
		for i, c := range v.node.children {
			if !yield(i, Value{v.child(c)}) {
				return
			}
		}
	}
}
