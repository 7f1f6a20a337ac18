package arazzo

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// treeBuilder makes nodes and collects what is wrong with them.
type treeBuilder struct {
	src  *source
	list diag.List
	slab []node
}

// full reports whether no more problems are collected.
func (b *treeBuilder) full() bool { return len(b.list) >= maxProblems }

// problem records a diagnostic, up to a bound.
func (b *treeBuilder) problem(d diag.Diagnostic) {
	if !b.full() {
		b.list.Add(d)
	}
}

func (b *treeBuilder) newNode(parent *node) *node {
	if len(b.slab) == 0 {
		b.slab = make([]node, 64)
	}
	n := &b.slab[0]
	b.slab = b.slab[1:]
	if parent != nil {
		n.parent, n.depth, n.index = parent, parent.depth+1, len(parent.children)
	}
	return n
}

// tooDeep reports nesting beyond the bound.
func (b *treeBuilder) tooDeep(n *node) bool {
	if n.depth < maxDepth {
		return false
	}
	b.problem(diag.Diagnostic{
		Rule: "too-deep", Range: b.src.point(n.offset),
		Message: fmt.Sprintf("objects and arrays are nested more than %d deep", maxDepth),
	})
	return true
}

// nameSet finds repeated names without cost for objects of usual size.
type nameSet struct{ seen map[string]*node }

const smallObject = 12

// earlier returns the member of the object that already has the name.
func (s *nameSet) earlier(object *node, name string) *node {
	if len(object.children) < smallObject {
		return object.member(name)
	}
	if s.seen == nil {
		s.seen = make(map[string]*node, 2*len(object.children))
	}
	for i := len(s.seen); i < len(object.children); i++ {
		s.seen[object.children[i].key] = object.children[i]
	}
	return s.seen[name]
}

func (b *treeBuilder) duplicateKey(key string, first *node, offset, width int) {
	if b.full() {
		return
	}
	b.problem(diag.Diagnostic{
		Rule: "duplicate-key", Range: b.src.span(offset, offset+width),
		Message: fmt.Sprintf("the key %q stands twice in one object", key),
		Hint:    "remove or rename one of the two",
		Related: []diag.Related{{Message: "first here", Range: first.keyRange(b.src)}},
	})
}
