package mock

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// node is an element of XML under construction.
type node struct {
	name       string
	attributes []attribute
	children   []*node
	text       string
}

type attribute struct{ name, value string }

// xmlStyle is how an operation writes XML where its schema has no xml keywords.
type xmlStyle struct {
	// root is the name of the outermost element, if the schema has none.
	root string
	// item is the element around each element of a list, whose own element then
	// wraps them. Empty: the list is written as a repetition.
	item string
	// result wraps the content in an element of its own.
	result bool
}

// styleOf finds out how an operation writes XML. Those that are told apart by an
// "Action" parameter write lists in two levels, of <item> where their names begin
// in lower case and of <member> else, and the latter put a result into the
// response.
//
// Smithy 2.0, protocols ec2Query and awsQuery: XML shape
// serialization.
func styleOf(op *openapi.Operation, schema sample.Schema) xmlStyle {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			return r
		}
		return -1
	}, op.ID)
	style := xmlStyle{root: "response"}
	if !isAction(op) {
		return style
	}
	if name == "" {
		name = "action"
	}
	style.root = strings.ToUpper(name[:1]) + name[1:] + "Response"
	style.item, style.result = "member", true
	if schema != nil {
		for _, p := range schema.Properties() {
			if p.Name != "" && unicode.IsLower(rune(p.Name[0])) {
				style.item, style.result = "item", false
			}
		}
	}
	return style
}

// isAction reports whether the operation is told from others by a parameter
// "Action".
func isAction(op *openapi.Operation) bool {
	if _, rest, ok := strings.Cut(op.Path, "Action="); ok && rest != "" {
		return true
	}
	return slices.ContainsFunc(op.Parameters, func(p openapi.Parameter) bool {
		return p.Name == "Action" && p.In == "query" && p.Required
	})
}

// encodeXML writes a body as its schema says, with its xml keywords.
//
// OpenAPI 3.1.1, XML Object.
func encodeXML(body *tree, style xmlStyle, edits []xmlEdit) []byte {
	root := &node{name: style.root}
	x := xmlOf(body.schema)
	if body.schema != nil {
		if name := body.schema.Name(); isXMLName(name) {
			root.name = name
		}
		if isXMLName(x.Name) {
			root.name = x.Name
		}
	}
	w := xmlWriter{style: style}
	inner := root
	if style.result && strings.HasSuffix(root.name, "Response") {
		inner = &node{name: strings.TrimSuffix(root.name, "Response") + "Result"}
		root.children = append(root.children, inner)
	}
	if list, ok := body.root.([]any); ok {
		for _, v := range list {
			inner.children = append(inner.children, w.value(w.itemName(body.schema, "item"), v, itemsFor(body.schema)))
		}
	} else {
		w.fill(inner, body.root, body.schema)
	}
	namespace(root, x)
	for _, edit := range edits {
		edit(root)
	}
	return root.write()
}

func namespace(n *node, x openapi.XML) {
	if x.Namespace == "" {
		return
	}
	if x.Prefix != "" && isXMLName(x.Prefix) {
		n.name = x.Prefix + ":" + n.name
		n.attributes = append(n.attributes, attribute{"xmlns:" + x.Prefix, x.Namespace})
		return
	}
	n.attributes = append(n.attributes, attribute{"xmlns", x.Namespace})
}

// xmlOf returns the XML Object of a schema.
func xmlOf(s sample.Schema) openapi.XML {
	if d, ok := s.(described); ok {
		return d.XML()
	}
	return openapi.XML{}
}

func itemsFor(s sample.Schema) sample.Schema {
	if s == nil {
		return nil
	}
	return itemsOf(s)
}

type xmlWriter struct{ style xmlStyle }

// itemName is what the elements of an array are called.
func (w *xmlWriter) itemName(s sample.Schema, otherwise string) string {
	if name := xmlOf(itemsFor(s)).Name; isXMLName(name) {
		return name
	}
	return otherwise
}

// value writes a value as an element.
func (w *xmlWriter) value(name string, v any, s sample.Schema) *node {
	n := &node{name: name}
	w.fill(n, v, s)
	return n
}

// fill writes the content of an element.
func (w *xmlWriter) fill(n *node, v any, s sample.Schema) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		w.object(n, v, s)
	case []any:
		for _, e := range v {
			n.children = append(n.children, w.value(w.itemName(s, "item"), e, itemsFor(s)))
		}
	default:
		n.text = expr.Text(v)
	}
}

func (w *xmlWriter) object(n *node, v map[string]any, s sample.Schema) {
	if isMap(s) {
		for _, k := range slices.Sorted(maps.Keys(v)) {
			entry := &node{name: "entry", children: []*node{{name: "key", text: k}, w.value("value", v[k], below(s, member(k)))}}
			n.children = append(n.children, entry)
		}
		return
	}
	for _, name := range w.order(v, s) {
		m, property := v[name], below(s, member(name))
		x := xmlOf(property)
		wire := name
		if x.Name != "" {
			wire = x.Name
		}
		switch {
		case name == "#text" || x.NodeType == "text" || x.NodeType == "cdata":
			n.text = expr.Text(m)
		case !isXMLName(wire) || m == nil:
		case x.Attribute || x.NodeType == "attribute":
			n.attributes = append(n.attributes, attribute{wire, expr.Text(m)})
		default:
			if list, ok := m.([]any); ok {
				n.children = append(n.children, w.list(wire, list, property, x)...)
				continue
			}
			child := w.value(wire, m, property)
			namespace(child, x)
			n.children = append(n.children, child)
		}
	}
}

// isMap reports whether a schema describes an object by the values of its members
// only.
func isMap(s sample.Schema) bool {
	if s == nil || len(s.Properties()) > 0 {
		return false
	}
	extra, _ := s.AdditionalProperties()
	return extra != nil
}

// order returns the names of the members, those that the schema describes first
// and in its order.
func (w *xmlWriter) order(v map[string]any, s sample.Schema) []string {
	var names []string
	if s != nil {
		for _, p := range s.Properties() {
			if _, ok := v[p.Name]; ok {
				names = append(names, p.Name)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(v)) {
		if !slices.Contains(names, k) {
			names = append(names, k)
		}
	}
	return names
}

// list writes an array: as elements inside one of its own if the schema says so
// or the protocol has it so, else as a repetition.
func (w *xmlWriter) list(wire string, list []any, s sample.Schema, x openapi.XML) []*node {
	items := itemsFor(s)
	if !x.Wrapped && w.style.item == "" {
		out := make([]*node, len(list))
		for i, e := range list {
			out[i] = w.value(w.itemName(s, wire), e, items)
		}
		return out
	}
	name := w.style.item
	if name == "" {
		name = wire
	}
	wrapper := &node{name: wire}
	namespace(wrapper, x)
	for _, e := range list {
		wrapper.children = append(wrapper.children, w.value(w.itemName(s, name), e, items))
	}
	return []*node{wrapper}
}

// isXMLName reports whether a text can be the name of an element.
//
// XML 1.0, section 2.3, without the characters that need more care.
func isXMLName(name string) bool {
	for i, r := range name {
		letter := unicode.IsLetter(r) || r == '_'
		if !letter && (i == 0 || !unicode.IsDigit(r) && r != '-' && r != '.') {
			return false
		}
	}
	return name != "" && !strings.EqualFold(name[:min(3, len(name))], "xml")
}

// write returns the document.
func (n *node) write() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	n.append(&b)
	return b.Bytes()
}

func (n *node) append(b *bytes.Buffer) {
	b.WriteString("<" + n.name)
	for _, a := range n.attributes {
		b.WriteString(" " + a.name + `="`)
		_ = xml.EscapeText(b, []byte(a.value))
		b.WriteString(`"`)
	}
	if len(n.children) == 0 && n.text == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	_ = xml.EscapeText(b, []byte(n.text))
	for _, c := range n.children {
		c.append(b)
	}
	b.WriteString("</" + n.name + ">")
}
