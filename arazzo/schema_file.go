package arazzo

import (
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-d89508e2/arazzo/expr"
)

// schemaFile is a document in which JSON Schemas stand: an Arazzo document, or
// a file that holds schemas only.
type schemaFile struct {
	root *node
	src  *source
	// base is what relative references are relative to.
	base string
	// library finds other files by their locations. It may be nil.
	library map[string]*schemaFile

	once sync.Once
	// anchors and ids are the schemas of the file that have a name of their own.
	anchors, ids map[string]*node

	mu sync.Mutex
	// members finds the members of large objects that references go through.
	members map[*node]map[string]*node
}

// schemaAt is a schema at its place.
type schemaAt struct {
	file *schemaFile
	node *node
}

func (s schemaAt) value() Value { return Value{Origin{src: s.file.src, node: s.node}} }

// isArazzo reports whether the file is an Arazzo document, the root of which is
// no schema.
func (f *schemaFile) isArazzo() bool { return f.root.member("arazzo") != nil }

// enclosing is the whole schema that a place is in: in an Arazzo document the
// inputs of a workflow or of the components.
func (f *schemaFile) enclosing(n *node) *node {
	depth := int32(0)
	if f.isArazzo() {
		// /workflows/0/inputs and /components/inputs/name
		depth = 3
	}
	for n.depth > depth {
		n = n.parent
	}
	return n
}

// index finds the named schemas of the file.
func (f *schemaFile) index() {
	f.once.Do(func() {
		f.anchors, f.ids = map[string]*node{}, map[string]*node{}
		var look func(n *node)
		look = func(n *node) {
			for _, keyword := range []string{"$anchor", "$dynamicAnchor"} {
				if m := n.member(keyword); m != nil && m.kind == String && f.anchors[m.text] == nil {
					f.anchors[m.text] = n
				}
			}
			if m := n.member("$id"); m != nil && m.kind == String && f.ids[m.text] == nil {
				f.ids[m.text] = n
			}
			for _, c := range n.children {
				if n.kind == Array || !isSchemaData(c.key) {
					look(c)
				}
			}
		}
		for _, root := range f.roots() {
			look(root)
		}
	})
}

// roots are the whole schemas of the file.
func (f *schemaFile) roots() []*node {
	if !f.isArazzo() {
		return []*node{f.root}
	}
	var roots []*node
	if inputs := f.root.member("components").member("inputs"); inputs != nil {
		roots = append(roots, inputs.children...)
	}
	if workflows := f.root.member("workflows"); workflows != nil {
		for _, w := range workflows.children {
			if inputs := w.member("inputs"); inputs != nil {
				roots = append(roots, inputs)
			}
		}
	}
	return roots
}

// resolve finds the schema that a reference stands for.
//
// Arazzo 1.1.0, Working with Fragments: references in inputs MUST support JSON
// Pointers and the plain names of $anchor. JSON Schema 2020-12, 8.2: a
// reference is relative to the nearest $id. A schema that is written as if it
// were a document of its own ("#/$defs/page" with $defs in the inputs) is
// understood too.
func (f *schemaFile) resolve(from *node, reference string) (schemaAt, bool) {
	location, fragment, _ := strings.Cut(reference, "#")
	if location != "" {
		return f.resolveElsewhere(location, fragment)
	}
	enclosing := f.enclosing(from)
	resource := from
	for resource != enclosing && !f.hasID(resource) {
		resource = resource.parent
	}
	if !f.hasID(resource) {
		resource = f.root
	}
	return f.fragment(from, resource, fragment)
}

func (f *schemaFile) resolveElsewhere(location, fragment string) (schemaAt, bool) {
	f.index()
	if n := f.ids[location]; n != nil {
		return f.fragment(n, n, fragment)
	}
	target, err := resolve(f.base, location)
	if err != nil || readsFile(f.src.name, target) {
		return schemaAt{}, false
	}
	if n := f.ids[target]; n != nil {
		return f.fragment(n, n, fragment)
	}
	if other := f.library[locationKey(target)]; other != nil {
		return other.fragment(other.root, other.root, fragment)
	}
	return schemaAt{}, false
}

// fragment finds the part of a file that a fragment names.
func (f *schemaFile) fragment(from, resource *node, fragment string) (schemaAt, bool) {
	enclosing := f.enclosing(from)
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	starts := []*node{resource}
	for _, n := range []*node{f.root, enclosing} {
		if n != resource {
			starts = append(starts, n)
		}
	}
	if fragment == "" {
		if !f.hasID(resource) {
			resource = enclosing
		}
		return schemaAt{f, resource}, isSchema(resource)
	}
	if strings.HasPrefix(fragment, "/") {
		pointer, err := expr.ParsePointer(fragment)
		if err != nil {
			return schemaAt{}, false
		}
		for _, start := range starts {
			if n := follow(start, pointer, f.member); n != nil && isSchema(n) {
				return schemaAt{f, n}, true
			}
		}
		return schemaAt{}, false
	}
	f.index()
	n := f.anchors[fragment]
	return schemaAt{f, n}, n != nil
}

func (f *schemaFile) hasID(n *node) bool {
	id := f.member(n, "$id")
	return id != nil && id.kind == String
}

func isSchema(n *node) bool { return n.kind == Object || n.kind == Bool }

// member returns the member of an object, or nil. It takes no longer for a
// large object than for a small one, since schemas refer to each other often.
func (f *schemaFile) member(n *node, name string) *node {
	if n.kind != Object || len(n.children) <= smallObject {
		return n.member(name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.members[n]
	if known == nil {
		known = make(map[string]*node, len(n.children))
		for _, c := range n.children {
			known[c.key] = c
		}
		if f.members == nil {
			f.members = map[*node]map[string]*node{}
		}
		f.members[n] = known
	}
	return known[name]
}

// follow finds the node to which a pointer leads, or nil.
func follow(n *node, pointer expr.Pointer, member func(*node, string) *node) *node {
	for _, token := range pointer {
		switch n.kind {
		case Object:
			n = member(n, token)
		case Array:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(n.children) || strconv.Itoa(i) != token {
				return nil
			}
			n = n.children[i]
		case Absent, Null, Bool, Number, String:
			return nil
		}
		if n == nil {
			return nil
		}
	}
	return n
}

// isSchemaData reports whether the value of a keyword is data, in which nothing
// is a schema.
func isSchemaData(keyword string) bool {
	switch keyword {
	case "default", "example", "examples", "enum", "const":
		return true
	default:
		return strings.HasPrefix(keyword, "x-")
	}
}
