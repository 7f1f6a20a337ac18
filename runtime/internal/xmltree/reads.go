package xmltree

import (
	"maps"
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// Reads are the places inside a document that its readers look at. They decide
// what an element is where no schema does: who reads /list/0 takes it for a list,
// who reads /list/item takes it for an object. A nil Reads has none. Reads must
// not be changed once they are used; then they may be used concurrently.
type Reads struct {
	members map[string]*Reads
	element *Reads
}

// Add adds the place at the end of a path.
func (r *Reads) Add(path []expr.Segment) {
	for _, s := range path {
		if s.Element {
			if r.element == nil {
				r.element = &Reads{}
			}
			r = r.element
			continue
		}
		next := r.members[s.Name]
		if next == nil {
			next = &Reads{}
			if r.members == nil {
				r.members = make(map[string]*Reads)
			}
			r.members[s.Name] = next
		}
		r = next
	}
}

// member returns the places below a member, or nil.
func (r *Reads) member(name string) *Reads {
	if r == nil {
		return nil
	}
	return r.members[name]
}

// elements returns the places below the elements, or nil.
func (r *Reads) elements() *Reads {
	if r == nil {
		return nil
	}
	return r.element
}

// asList reports whether a reader looks for elements.
func (r *Reads) asList() bool { return r != nil && r.element != nil }

// names returns the members that readers look for, sorted.
func (r *Reads) names() []string {
	if r == nil || len(r.members) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(r.members))
}

// merge returns the places of both.
func merge(a, b *Reads) *Reads {
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	}
	out := &Reads{element: merge(a.element, b.element), members: maps.Clone(a.members)}
	for name, below := range b.members { // order: each name by itself
		if out.members == nil {
			out.members = make(map[string]*Reads)
		}
		out.members[name] = merge(out.members[name], below)
	}
	return out
}
