package openapi

import (
	"strings"
	"sync"
	"sync/atomic"

	"gopkg.in/yaml.v3"
)

// kind is the type of a JSON value.
type kind uint8

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindString
	kindArray
	kindObject
)

// String returns the name of the JSON type.
func (k kind) String() string {
	switch k {
	case kindNull:
		return "null"
	case kindBoolean:
		return "boolean"
	case kindNumber:
		return "number"
	case kindString:
		return "string"
	case kindArray:
		return "array"
	case kindObject:
		return "object"
	default:
		return "unknown"
	}
}

// tree is the content of a file, either indexed, so that only what is asked for
// gets read, or fully parsed. It is safe for concurrent use.
type tree struct {
	src   *source
	index *index     // nil if fully parsed
	root  *yaml.Node // nil if indexed

	// odd is set when something in an indexed YAML text turns out to need the
	// full parser after all, such as an alias.
	odd atomic.Bool

	mu       sync.Mutex
	flows    map[value]*yaml.Node       // the flow collections that were read
	large    map[value]map[string]field // the members of large objects
	unfolded map[value]*index           // what stands in the entries that are folded

	namesMu sync.Mutex
	names   *identities
}

// value is a place in a tree. The zero value is no place.
type value struct {
	tree  *tree
	index *index     // nil in a fully parsed tree
	at    int32      // the entry of the index
	node  *yaml.Node // of a fully parsed tree, or in a flow collection
}

// field is a member of an object.
type field struct {
	name  string
	value value
	key   *yaml.Node // nil in an indexed tree
}

func (v value) exists() bool { return v.tree != nil }

// top returns the value of the whole document.
func (t *tree) top() value {
	if t.root != nil {
		return t.nodeValue(t.root)
	}
	return t.entryValue(t.index, 0)
}

func (t *tree) nodeValue(n *yaml.Node) value {
	for range 2 {
		if n.Kind == yaml.AliasNode && n.Alias != nil {
			n = n.Alias
		}
	}
	return value{tree: t, node: n}
}

func nullNode() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

func (v value) kind() kind {
	switch {
	case v.tree == nil:
		return kindNull
	case v.node != nil:
		switch v.node.Kind {
		case yaml.MappingNode:
			return kindObject
		case yaml.SequenceNode:
			return kindArray
		default:
			k, _ := v.scalar()
			return k
		}
	}
	x := v.index
	e := &x.entries[v.at]
	switch {
	case x.json:
		switch x.data[e.val] {
		case '{':
			return kindObject
		case '[':
			return kindArray
		}
	case e.text:
	case e.folded == foldedObject:
		return kindObject
	case e.folded == foldedArray:
		return kindArray
	case !x.hasChildren(v.at):
		return kindNull
	case x.entries[v.at+1].item:
		return kindArray
	default:
		return kindObject
	}
	k, _ := v.scalar()
	return k
}

// scalar returns the type of a scalar and its text: the content of a string,
// the digits of a number, "true", "false" or "".
func (v value) scalar() (kind, string) {
	if v.node != nil {
		return nodeScalar(v.node)
	}
	x := v.index
	e := &x.entries[v.at]
	if !e.text {
		return kindNull, ""
	}
	raw := x.data[e.val:e.end]
	if x.json {
		return jsonScalar(raw)
	}
	if k, text, ok := simpleScalar(raw); ok {
		return k, text
	}
	return nodeScalar(v.parse())
}

// text returns the content of a string, or the text of another scalar as it is
// written. It is false for null, arrays and objects.
func (v value) text() (string, bool) {
	switch v.kind() {
	case kindString:
		_, text := v.scalar()
		return text, true
	case kindNumber, kindBoolean:
		return v.written(), true
	case kindNull, kindArray, kindObject:
		return "", false
	default:
		return "", false
	}
}

// written returns a scalar that is no string as it stands in the file.
func (v value) written() string {
	if v.node != nil {
		return v.node.Value
	}
	e := &v.index.entries[v.at]
	return string(v.index.data[e.val:e.end])
}

// isTrue reports whether the value is true, or a string that says so.
func (v value) isTrue() bool {
	text, ok := v.text()
	return ok && strings.EqualFold(text, "true")
}

// fields calls yield for every member of an object in document order, also for
// those whose name occurs again, until it returns false.
func (v value) fields(yield func(field) bool) {
	if v.tree == nil {
		return
	}
	if v.node != nil {
		_ = v.tree.nodeFields(v.node, yield)
		return
	}
	if v.kind() != kindObject {
		return
	}
	v.children(func(entry value) bool {
		return yield(field{name: entry.name(), value: v.tree.entryValue(entry.index, entry.at)})
	})
}

// member returns the member of an object. Of members that have the same name,
// the last one counts.
func (v value) member(name string) value {
	f, _ := v.field(name)
	return f.value
}

// largeObject is the number of members from which on an object is looked up in a
// map after the first time.
const largeObject = 64

func (v value) field(name string) (found field, ok bool) {
	if v.tree == nil || v.kind() != kindObject {
		return field{}, false
	}
	v.tree.mu.Lock()
	known := v.tree.large[v]
	v.tree.mu.Unlock()
	if known != nil {
		found, ok = known[name]
	} else {
		members := 0
		v.places(func(f field) bool {
			members++
			if f.key == nil && f.value.hasName(name) || f.key != nil && f.name == name {
				found, ok = f, true
			}
			return true
		})
		if members >= largeObject {
			v.remember()
		}
	}
	if ok && v.node == nil {
		found = field{name: name, value: v.tree.entryValue(found.value.index, found.value.at)}
	}
	return found, ok
}

// places is fields without the names and values of an indexed object: of those,
// only the entries are given.
func (v value) places(yield func(field) bool) {
	if v.node != nil {
		_ = v.tree.nodeFields(v.node, yield)
		return
	}
	v.children(func(entry value) bool { return yield(field{value: entry}) })
}

// remember makes further lookups in an object cheap.
func (v value) remember() {
	all := make(map[string]field)
	for _, f := range v.members() {
		all[f.name] = f
	}
	v.tree.mu.Lock()
	defer v.tree.mu.Unlock()
	if v.tree.large == nil {
		v.tree.large = make(map[value]map[string]field)
	}
	v.tree.large[v] = all
}

// members returns the named places of an object.
func (v value) members() []field {
	if v.tree == nil || v.kind() != kindObject {
		return nil
	}
	var all []field
	v.places(func(f field) bool {
		if f.key == nil {
			f.name = f.value.name()
		}
		all = append(all, f)
		return true
	})
	return all
}

// items calls yield for every element of an array until it returns false.
func (v value) items(yield func(value) bool) {
	if v.tree == nil || v.kind() != kindArray {
		return
	}
	if v.node != nil {
		for _, n := range v.node.Content {
			if !yield(v.tree.nodeValue(n)) {
				return
			}
		}
		return
	}
	v.children(func(entry value) bool { return yield(v.tree.entryValue(entry.index, entry.at)) })
}
