// Package xmltree reads XML as the values that a JSON Pointer or a JSONPath can
// be applied to.
//
// XML does not tell a list from a single value, an object from a wrapper, or a
// number from a text. What decides is, in this order: the schema of the document
// with its xml keywords, the places that its readers look at, and what the
// elements look like.
package xmltree

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

const namespaceSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

// TextMember is the member that holds the text of an element which is an object
// otherwise, where the schema gives it no name.
const TextMember = "#text"

// Read returns the document below an outermost element as a value. Schema and
// reads may be nil.
//
//   - The outermost element stands for the value that the schema describes. An
//     element that only wraps its content, as the "…Result" in a "…Response", is
//     passed over, unless a reader names it.
//   - A child element is the member that the schema has for it, by its xml name or
//     its own. If there is none of this name, one that differs in case counts, or
//     a list that differs in an ending such as "Set". What the schema does not
//     know is a member under its own name, or as a reader calls it.
//   - Elements of one name are an array, and one is an array if the schema says so
//     or a reader looks for its elements. The elements may stand in one that only
//     wraps them.
//   - Numbers and booleans are what the schema says is one. xsi:nil is null.
//   - An attribute is a member, where the element is an object.
func Read(root expr.XMLElement, schema *openapi.Schema, reads *Reads) any {
	s := shapeOf(schema).load()
	switch {
	case s.isArray() && len(reads.names()) == 0, s == nil && reads.asList() && len(reads.names()) == 0:
		return list([]expr.XMLElement{root}, s, reads, true)
	case s.isScalar() && !hasChildren(root):
		return single(root, s, nil)
	default:
		return top(root, s, reads)
	}
}

// top reads the outermost object.
func top(root expr.XMLElement, s *shape, reads *Reads) any {
	o := object{shape: s, reads: reads, out: make(map[string]any)}
	o.take(root)
	o.unwrap(root)
	o.build()
	// The outermost element may also be named itself, by the schema or a reader.
	for _, name := range o.namesOf(root) {
		if _, taken := o.out[name]; taken {
			continue
		}
		if !hasChildren(root) {
			delete(o.out, TextMember)
		}
		o.out[name] = member([]expr.XMLElement{root}, o.declared(name), reads.member(name))
	}
	return o.out
}

// namesOf returns the names by which the outermost element is asked for.
func (o *object) namesOf(root expr.XMLElement) []string {
	var out []string
	for _, name := range o.reads.names() {
		if sameName(name, root.Local()) {
			out = append(out, name)
		}
	}
	if o.shape != nil && !hasChildren(root) {
		for i := range o.shape.properties {
			if p := &o.shape.properties[i]; p.wireName() == root.Local() && !slices.Contains(out, p.name) {
				out = append(out, p.name)
			}
		}
	}
	return out
}

// member reads the elements that stand for one member of an object.
func member(group []expr.XMLElement, s *shape, reads *Reads) any {
	if len(group) == 1 && isNil(group[0]) {
		return nil
	}
	if pairs, ok := entries(group, s, reads); ok {
		return pairs
	}
	if isList(group, s, reads) {
		return list(group, s, reads, false)
	}
	return single(group[0], s, reads)
}

// isList decides whether the elements of one name are an array.
func isList(group []expr.XMLElement, s *shape, reads *Reads) bool {
	switch {
	case len(group) > 1:
		return true
	case reads.asList():
		return true
	case s.isArray():
		// Who looks for members cannot mean an array, if they are there.
		return !namesChild(group[0], reads)
	case s.isObject() || s.isScalar():
		return false
	default:
		return !namesChild(group[0], reads) && looksLikeList(group[0])
	}
}

// namesChild reports whether a reader names a child of the element.
func namesChild(e expr.XMLElement, reads *Reads) bool {
	if reads == nil || len(reads.members) == 0 {
		return false
	}
	for child := range e.Children() {
		for name := range reads.members { // order: any will do
			if sameName(name, child.Local()) {
				return true
			}
		}
	}
	return false
}

// looksLikeList reports whether an element that nobody describes is a list: it
// holds elements of one name only, which is that of an item or the singular of
// its own.
func looksLikeList(e expr.XMLElement) bool {
	name, same, count := onlyChild(e)
	if !same || count == 0 || strings.TrimSpace(e.Text()) != "" {
		return false
	}
	return isItemName(name) || len(name) < len(e.Local()) && sameList(name, e.Local())
}

// onlyChild returns the name that all children of the element have.
func onlyChild(e expr.XMLElement) (name string, same bool, count int) {
	same = true
	for child := range e.Children() {
		if count++; count == 1 {
			name = child.Local()
		}
		same = same && child.Local() == name
	}
	return name, same, count
}

// list reads elements as an array. They are its elements, or the only one wraps
// them; the outermost element always does.
func list(group []expr.XMLElement, s *shape, reads *Reads, outermost bool) any {
	var items *shape
	wrapped := outermost
	if s.load() != nil {
		items = s.item
		wrapped = wrapped || s.isArray() && s.isWrapped()
	}
	below := reads.elements()
	var from []expr.XMLElement
	for _, e := range group {
		switch {
		case wrapped || len(group) == 1 && wraps(e, s, items, below):
			name := s.itemName()
			for child := range e.Children() {
				if name == "" || child.Local() == name || !hasChild(e, name) {
					from = append(from, child)
				}
			}
		case len(group) == 1 && isEmpty(e, items, below) && s.itemName() != e.Local():
			// An empty wrapper.
		default:
			from = append(from, e)
		}
	}
	out := make([]any, len(from))
	for i, e := range from {
		out[i] = member([]expr.XMLElement{e}, items, below)
	}
	return out
}

// wraps reports whether an element that stands for an array alone holds its
// elements, and is not the only one of them.
func wraps(e expr.XMLElement, s, items *shape, below *Reads) bool {
	name, same, count := onlyChild(e)
	switch {
	case count == 0:
		return false
	case s.itemName() != "" && hasChild(e, s.itemName()):
		return true
	case !same || below.member(name) != nil:
		return false
	}
	items.load()
	if items != nil {
		for i := range items.properties {
			if p := &items.properties[i]; sameName(p.wireName(), name) || sameName(p.name, name) {
				return false
			}
		}
	}
	switch {
	case items.isScalar() || items != nil && len(items.properties) > 0:
		return true
	case isItemName(name) || count > 1 || sameList(name, e.Local()):
		return true
	default:
		for child := range e.Children() {
			return namesChild(child, below)
		}
		return false
	}
}

func hasChild(e expr.XMLElement, name string) bool {
	for child := range e.Children() {
		if child.Local() == name {
			return true
		}
	}
	return false
}

func hasChildren(e expr.XMLElement) bool {
	for range e.Children() {
		return true
	}
	return false
}

// isEmpty reports whether there is nothing in the element that one of the items
// of a list would have.
func isEmpty(e expr.XMLElement, items *shape, below *Reads) bool {
	if hasChildren(e) || strings.TrimSpace(e.Text()) != "" {
		return false
	}
	o := object{shape: items.load(), reads: below}
	for a := range e.Attributes() {
		if _, _, known := o.attribute(a); known {
			return false
		}
	}
	return true
}

func hasAttributes(e expr.XMLElement) bool {
	for a := range e.Attributes() {
		if a.Space != namespaceSchemaInstance {
			return true
		}
	}
	return false
}

// isNil reports whether the element says that it is null.
//
// XML Schema Part 1, section 2.6.2.
func isNil(e expr.XMLElement) bool {
	for a := range e.Attributes() {
		if a.Space == namespaceSchemaInstance && a.Local == "nil" {
			return a.Value == "true" || a.Value == "1"
		}
	}
	return false
}

// single reads an element as one value.
func single(e expr.XMLElement, s *shape, reads *Reads) any {
	text := e.Text()
	switch {
	case hasChildren(e) || s.isObject(),
		// What has attributes only is an object, and so is what is looked into.
		s.load() == nil && hasAttributes(e) && (text == "" || len(reads.names()) > 0):
		return read(e, s, reads)
	default:
		return scalar(text, s)
	}
}

func read(e expr.XMLElement, s *shape, reads *Reads) any {
	o := object{shape: s, reads: reads, out: make(map[string]any)}
	o.take(e)
	o.build()
	return o.out
}
