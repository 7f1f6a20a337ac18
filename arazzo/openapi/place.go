package openapi

import (
	"fmt"
	"slices"
	"strings"
)

// place is an object of a description that is read when it is asked for. It
// outlives the tree in which it was found: should the file turn out to need the
// full parser, the object is looked up again. It is immutable and safe for
// concurrent use.
type place struct {
	document *Document
	source   *source
	pointer  string // the JSON Pointer in the file
	found    value  // where the object was when the place was made
}

func (r *resolver) placeOf(v value, pointer string) place {
	return place{document: r.document, source: v.tree.src, pointer: pointer, found: v}
}

// read calls a function with the object, again if the first look showed that the
// file needs the full parser. The function must not keep what it finds in a
// variable that it does not overwrite when it is called again.
func (p place) read(look func(r *resolver, v value)) {
	for {
		r := p.document.resolver()
		v := p.value()
		r.seen(v.tree)
		look(r, v)
		if !r.parseOdd() {
			return
		}
	}
}

func (p place) value() value {
	t, problem := p.source.tree()
	if problem != nil {
		return value{}
	}
	if p.found.tree == t {
		return p.found
	}
	v, m := locate(t.top(), p.pointer)
	if m != nil {
		return value{}
	}
	return v
}

// member returns the place of a member of the object, which v is.
func (p place) member(v value, name string) (place, bool) {
	f, ok := v.field(name)
	if !ok {
		return place{}, false
	}
	return p.child(f), true
}

func (p place) child(f field) place {
	p.pointer += "/" + escape(f.name)
	p.found = f.value
	return p
}

// element returns the place of an element of an array.
func (p place) element(i int, v value) place {
	p.pointer += fmt.Sprintf("/%d", i)
	p.found = v
	return p
}

// refersTo returns the place that the object refers to by its $ref, if it does.
func (p place) refersTo(r *resolver, v value) (target place, ok bool) {
	return p.refersBy(r, v, "$ref")
}

// refersBy returns the place that a member of the object refers to.
func (p place) refersBy(r *resolver, v value, keyword string) (target place, ok bool) {
	ref, at, ok := referenceOf(v, keyword)
	if !ok {
		return place{}, false
	}
	found, err := r.target(at, ref)
	if err != nil || found.damaged() || found.tree == nil {
		return place{}, false
	}
	t := found.tree
	return place{document: p.document, source: t.src, pointer: canonical(t.top(), found.pointer), found: found.value}, true
}

// canonical writes a pointer with the names as they stand in the document, so
// that one place has one pointer.
func canonical(root value, pointer string) string {
	parts, m := tokens(pointer)
	if m != nil {
		return pointer
	}
	v, out := root, ""
	for _, part := range parts {
		f, ok := child(v, part)
		if !ok {
			return pointer
		}
		out += "/" + escape(f.name)
		v = f.value
	}
	return out
}

// same reports whether two places are one.
func (p place) same(other place) bool {
	return p.source == other.source && p.pointer == other.pointer
}

func (p place) inside(list []place) bool { return slices.ContainsFunc(list, p.same) }

// followPlace is follow for a place.
func (r *resolver) followPlace(p place) (place, bool) {
	v, ok := r.follow(p.found)
	if !ok {
		return place{}, false
	}
	for p.found != v {
		if p, ok = p.refersTo(r, p.found); !ok {
			return place{}, false
		}
	}
	return p, true
}

// places returns the places of the parts of a path item, and that of the
// operation in it.
func (r *resolver) places(rec record) (item []place, operation place) {
	prefix := "/paths/" + escape(rec.path)
	p := r.placeOf(rec.item[0], prefix)
	suffix := strings.TrimPrefix(rec.pointer, prefix)
	for i := range rec.item {
		item = append(item, p)
		if v, m := locate(p.found, suffix); m == nil && (operation.source == nil || v == rec.operation.value) {
			operation = p
			operation.pointer, operation.found = p.pointer+suffix, rec.operation.value
		}
		if i+1 < len(rec.item) {
			p, _ = p.refersTo(r, p.found)
		}
	}
	return item, operation
}
