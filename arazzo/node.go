package arazzo

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Kind is the JSON type of a [Value].
type Kind uint8

// The kinds of values. Absent, the zero value, is the kind of a value that the
// document does not give at all; it is not Null.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String returns the JSON Schema name of the type, or "absent".
func (k Kind) String() string {
	switch k {
	case Absent:
		return "absent"
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	default:
		return "kind(" + strconv.Itoa(int(k)) + ")"
	}
}

// style says how a scalar is written in the source.
type style uint8

const (
	plainStyle style = iota
	singleQuoted
	doubleQuoted
	literalBlock
	foldedBlock
	jsonStyle
)

// node is one value of a document, whether it was written in YAML or JSON. A
// tree of nodes is immutable once it is built; aliases are expanded, so that
// every node has one parent.
type node struct {
	kind  Kind
	style style
	// depth counts the ancestors.
	depth int32
	// offset is where the value begins in the source, in bytes. What was read
	// through an alias begins behind the anchor.
	offset int
	// alias is where the alias stands for which the node was read, counted from
	// 1; what is below such a node has none. Zero: it was not.
	alias int
	// merged: a merge key brought the member, which is written elsewhere.
	merged bool
	// text is the decoded string, the JSON text of a number, or "true", "false".
	text string
	// key and keyOffset are the name in the parent object and its place; index
	// is the place in the parent's children.
	key       string
	keyOffset int
	index     int
	parent    *node
	children  []*node
}

// member returns the member of an object, or nil.
func (n *node) member(name string) *node {
	if n == nil || n.kind != Object {
		return nil
	}
	for _, c := range n.children {
		if c.key == name {
			return c
		}
	}
	return nil
}

// pointer is the JSON Pointer (RFC 6901) of the node.
func (n *node) pointer() string {
	if n == nil || n.parent == nil {
		return ""
	}
	path := make([]*node, 0, n.depth)
	for at := n; at.parent != nil; at = at.parent {
		path = append(path, at)
	}
	var b strings.Builder
	for i := len(path) - 1; i >= 0; i-- {
		b.WriteByte('/')
		if path[i].parent.kind == Array {
			b.WriteString(strconv.Itoa(path[i].index))
			continue
		}
		b.WriteString(escapeToken(path[i].key))
	}
	return b.String()
}

func escapeToken(token string) string {
	if !strings.ContainsAny(token, "~/") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}

// value converts the node to nil, bool, string, json.Number, []any or
// map[string]any.
func (n *node) value() any {
	if n == nil {
		return nil
	}
	switch n.kind {
	case Bool:
		return n.text == "true"
	case Number:
		return json.Number(n.text)
	case String:
		return n.text
	case Array:
		list := make([]any, len(n.children))
		for i, c := range n.children {
			list[i] = c.value()
		}
		return list
	case Object:
		object := make(map[string]any, len(n.children))
		for _, c := range n.children {
			object[c.key] = c.value()
		}
		return object
	case Absent, Null:
		return nil
	default:
		return nil
	}
}
