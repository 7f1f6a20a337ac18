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

	mu    sync.Mutex
	flows map[int32]*yaml.Node       // the flow collections that were read
	large map[value]map[string]field // the members of large objects
}

// value is a place in a tree. The zero value is no place.
type value struct {
	tree *tree
	at   int32      // the entry, of an indexed tree
	node *yaml.Node // of a fully parsed tree, or in a flow collection
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
	return t.entryValue(0)
}

func (t *tree) nodeValue(n *yaml.Node) value {
	for range 2 {
		if n.Kind == yaml.AliasNode && n.Alias != nil {
			n = n.Alias
		}
	}
	return value{tree: t, node: n}
}

func (t *tree) entryValue(i int32) value {
	v := value{tree: t, at: i}
	if t.index.json {
		return v
	}
	e := &t.index.entries[i]
	if !e.text {
		return v
	}
	switch t.index.data[e.val] {
	case '[', '{':
		v.node = t.flow(i)
	case '*':
		t.odd.Store(true)
		v.node = nullNode()
	}
	return v
}

func nullNode() *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"} }

// flow returns the flow collection that is the value of entry i.
func (t *tree) flow(i int32) *yaml.Node {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, ok := t.flows[i]; ok {
		return n
	}
	n := t.parseEntry(i)
	if t.flows == nil {
		t.flows = make(map[int32]*yaml.Node)
	}
	t.flows[i] = n
	return n
}

// parseEntry hands one entry to the full parser and returns its value.
func (t *tree) parseEntry(i int32) *yaml.Node {
	e := &t.index.entries[i]
	text := make([]byte, 0, int(e.col)+int(e.end-e.off)+1)
	for range max(e.col, 0) {
		text = append(text, ' ')
	}
	text = append(text, t.index.data[e.off:e.end]...)
	root, err := parseYAML(text)
	if err != nil {
		t.odd.Store(true)
		return nullNode()
	}
	switch {
	case i == 0:
	case e.item && root.Kind == yaml.SequenceNode && len(root.Content) == 1:
		root = root.Content[0]
	case !e.item && root.Kind == yaml.MappingNode && len(root.Content) == 2:
		root = root.Content[1]
	default:
		t.odd.Store(true)
		return nullNode()
	}
	moveDown(root, t.src.position(int(e.off)).Line-1, 0)
	return root
}

// moveDown adds to the line numbers of a node and its content.
func moveDown(n *yaml.Node, lines, depth int) {
	n.Line += lines
	if depth > maxDepth+1 {
		return
	}
	for _, c := range n.Content {
		moveDown(c, lines, depth+1)
	}
}

// hasChildren reports whether entry i is followed by entries of its own.
func (x *index) hasChildren(i int32) bool { return i+1 < x.entries[i].next }

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
	x := v.tree.index
	e := &x.entries[v.at]
	if x.json {
		switch x.data[e.val] {
		case '{':
			return kindObject
		case '[':
			return kindArray
		}
	} else if !e.text {
		switch {
		case !x.hasChildren(v.at):
			return kindNull
		case x.entries[v.at+1].item:
			return kindArray
		default:
			return kindObject
		}
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
	x := v.tree.index
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
	return nodeScalar(v.tree.parseEntry(v.at))
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
	e := &v.tree.index.entries[v.at]
	return string(v.tree.index.data[e.val:e.end])
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
	x := v.tree.index
	if v.kind() != kindObject {
		return
	}
	for i := v.at + 1; i < x.entries[v.at].next; i = x.entries[i].next {
		if !yield(field{name: v.tree.entryName(i), value: v.tree.entryValue(i)}) {
			return
		}
	}
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
			if f.key == nil && v.tree.entryHasName(f.value.at, name) || f.key != nil && f.name == name {
				found, ok = f, true
			}
			return true
		})
		if members >= largeObject {
			v.remember()
		}
	}
	if ok && v.node == nil {
		found = field{name: name, value: v.tree.entryValue(found.value.at)}
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
	x := v.tree.index
	for i := v.at + 1; i < x.entries[v.at].next; i = x.entries[i].next {
		if !yield(field{value: value{tree: v.tree, at: i}}) {
			return
		}
	}
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
			f.name = v.tree.entryName(f.value.at)
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
	x := v.tree.index
	for i := v.at + 1; i < x.entries[v.at].next; i = x.entries[i].next {
		if !yield(v.tree.entryValue(i)) {
			return
		}
	}
}

// entryHasName reports whether entry i is a member with a name. Names without
// escapes are compared in place.
func (t *tree) entryHasName(i int32, name string) bool {
	raw, quote := t.rawName(i)
	if quote == 0 {
		return string(raw) == name
	}
	for _, c := range raw {
		if c == '\\' || c == '\'' {
			return t.entryName(i) == name
		}
	}
	return string(raw) == name
}

// rawName returns the name of entry i as it is written, without its quotes, and
// the quote.
func (t *tree) rawName(i int32) (raw []byte, quote byte) {
	x := t.index
	p := int(x.entries[i].off)
	s := yamlScanner{data: x.data}
	switch c := x.data[p]; c {
	case '"', '\'':
		return x.data[p+1 : s.quotedEnd(p)-1], c
	}
	end := s.keyEnd(p)
	for end > p && isBlank(x.data[end-1]) {
		end--
	}
	return x.data[p:end], 0
}

func (t *tree) entryName(i int32) string {
	raw, quote := t.rawName(i)
	switch quote {
	case '\'':
		return strings.ReplaceAll(string(raw), "''", "'")
	case '"':
		quoted := append(append([]byte{'"'}, raw...), '"')
		var text string
		if t.index.json {
			_, text = jsonScalar(quoted)
			return text
		}
		k, text, ok := simpleScalar(quoted)
		if ok && k == kindString {
			return text
		}
		if n, err := parseYAML(quoted); err == nil {
			return n.Value
		}
		t.odd.Store(true)
	}
	return string(raw)
}
