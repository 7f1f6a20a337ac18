package arazzo

import (
	"iter"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Origin says where an object of the model stands in its document. Every
// object of the model embeds one, so that a message about it can name the
// place. The zero value is no place; all its methods work and return zero
// values. An Origin is safe for concurrent use.
type Origin struct {
	src  *source
	node *node
}

// Exists reports whether the document holds the object.
func (o Origin) Exists() bool { return o.node != nil }

// File is the name of the document's file as it was given to [Parse], without
// what may be a secret in a URL. Ranges name it so.
func (o Origin) File() string {
	if o.src == nil {
		return ""
	}
	return o.src.file
}

// Range is the place of the object: a scalar from its first character to its
// last, anything else from its first character with no known end.
func (o Origin) Range() diag.Range {
	if o.node == nil {
		return diag.Range{File: o.File()}
	}
	if o.node.kind == Array || o.node.kind == Object {
		return o.src.point(o.node.offset)
	}
	start, end := extent(o.src.text, o.node)
	return o.src.span(start, end)
}

// Pointer is the JSON Pointer (RFC 6901) of the object in its document.
func (o Origin) Pointer() string { return o.node.pointer() }

// Has reports whether the object has a member of the name, even if it is null.
func (o Origin) Has(name string) bool { return o.node.member(name) != nil }

// Field is the place of the value of a member. If there is no such member it
// is the place of the object itself, so that a message always has a place.
func (o Origin) Field(name string) Origin {
	if m := o.node.member(name); m != nil {
		return Origin{src: o.src, node: m}
	}
	return o
}

// Index is the place of an element of an array. If there is no such element
// it is the place of the array itself.
func (o Origin) Index(i int) Origin {
	if o.node != nil && o.node.kind == Array && i >= 0 && i < len(o.node.children) {
		return Origin{src: o.src, node: o.node.children[i]}
	}
	return o
}

// FieldNameRange is the place of the name of a member, not of its value. If
// there is no such member it is the place of the object.
func (o Origin) FieldNameRange(name string) diag.Range {
	if m := o.node.member(name); m != nil {
		return m.keyRange(o.src)
	}
	return o.Range()
}

// NameRange is the place of the name under which the object stands in its
// parent. An object without a name has the place of its value.
func (o Origin) NameRange() diag.Range {
	if o.node == nil || o.node.parent == nil || o.node.parent.kind != Object {
		return o.Range()
	}
	return o.node.keyRange(o.src)
}

// At is the place of a part of a string: offset and end count the bytes of
// the decoded text. Quotes, escapes, folding and block indentation are taken
// into account. What is no string, or lies outside of it, is placed at its
// start.
func (o Origin) At(offset, end int) diag.Range {
	if o.node == nil || o.node.kind != String {
		return o.Range()
	}
	start, stop, ok := locate(o.src.text, o.node, offset, end)
	if !ok {
		return o.src.point(o.node.offset)
	}
	return o.src.span(start, stop)
}

// Extensions yields the members whose names start with "x-", in their order.
func (o Origin) Extensions() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if o.node == nil || o.node.kind != Object {
			return
		}
		for _, c := range o.node.children {
			if strings.HasPrefix(c.key, "x-") && !yield(c.key, Value{o.child(c)}) {
				return
			}
		}
	}
}

func (o Origin) child(n *node) Origin { return Origin{src: o.src, node: n} }

func (n *node) keyRange(src *source) diag.Range {
	end := n.keyOffset + len(n.key)
	if end > len(src.text) || string(src.text[n.keyOffset:end]) != n.key {
		return src.point(n.keyOffset)
	}
	return src.span(n.keyOffset, end)
}
