package wire

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// xml writes a value as an XML document, shaped by its schema.
//
// OpenAPI 3.1.1, XML Object; OpenAPI 3.2.0 adds node types. The order of the
// elements is that of the schema, then that of the document.
func (w *writer) xml(v any) ([]byte, error) {
	root, err := w.outermost(v)
	if err != nil {
		return nil, err
	}
	x := &xmlWriter{}
	encoding := parameter(w.MediaType, "charset")
	if encoding == "" {
		encoding = "UTF-8"
	}
	x.dst = fmt.Appendf(nil, "<?xml version=\"1.0\" encoding=%q?>\n", encoding)
	if err := x.element(root, 0); err != nil {
		return nil, err
	}
	return x.dst, nil
}

// node is an element to write.
type node struct {
	name   string
	xml    openapi.XML
	value  any
	schema *openapi.Schema
	order  *Order
}

// outermost finds out what the outermost element is. Its name is that of the xml
// object of the schema, else that of the component, else that of the property
// that holds it. Descriptions and payloads disagree on whether the outermost
// element is a member of the payload: a payload whose only member is named like
// the root, and is not one of its properties, is the root itself, and so is the
// only member of one whose schema has no name.
func (w *writer) outermost(v any) (node, error) {
	schema := w.schema()
	described := schema.XML()
	n := node{name: described.Name, xml: described, value: v, schema: schema, order: w.Order}
	if n.name == "" {
		n.name = schema.Name()
	}
	if n.name == "" {
		n.name = w.root
	}
	object, _ := v.(map[string]any)
	if n.name == "" {
		return w.namelessRoot(n, object)
	}
	for name, inner := range object { // order: there is one
		if len(object) == 1 && (name == n.name || name == schema.Name() && name != "") && schema.Property(name) == nil {
			n.value, n.order = inner, w.Order.member(name)
		}
	}
	return n, nil
}

// namelessRoot finds the root of a document whose schema has no name.
func (w *writer) namelessRoot(n node, object map[string]any) (node, error) {
	properties := n.schema.Properties()
	if len(properties) == 1 && object != nil {
		// The schema wraps the root into an object, and the payload does not.
		only := properties[0]
		if _, wrapped := object[only.Name]; !wrapped && only.Schema.Properties() != nil {
			return property(only.Name, only.Schema, object, n.order), nil
		}
	}
	if len(object) != 1 {
		return n, errors.New("nothing says what the outermost element of the XML is; put all members into one that is")
	}
	for name, inner := range object { // order: there is one
		n = property(name, n.schema.Property(name), inner, n.order.member(name))
	}
	return n, nil
}

// property returns the element of a value.
func property(name string, schema *openapi.Schema, v any, o *Order) node {
	return described{schema: schema, xml: schema.XML()}.node(name, v, o)
}

// xmlWriter writes elements.
type xmlWriter struct {
	dst []byte
	// bound are the namespaces in scope, by prefix, the innermost last; those of
	// the element under way begin at own.
	bound []binding
	own   int
	// shapes are what schemas say of objects, by the place of the schema.
	shapes map[string]*shape
}

type binding struct{ prefix, namespace string }

// shape is what a schema says of the members of an object.
type shape struct {
	schema *openapi.Schema
	// names are those of the properties in their order.
	names []string
	// members are those that were asked for.
	members map[string]described
}

type described struct {
	schema *openapi.Schema
	xml    openapi.XML
}

func (x *xmlWriter) shape(schema *openapi.Schema) *shape {
	key := schema.String()
	if s := x.shapes[key]; s != nil {
		return s
	}
	s := &shape{schema: schema, members: make(map[string]described)}
	for _, p := range schema.Properties() {
		s.names = append(s.names, p.Name)
	}
	if x.shapes == nil {
		x.shapes = make(map[string]*shape)
	}
	x.shapes[key] = s
	return s
}

// member returns the element of a member of an object.
func (s *shape) member(name string, v any, o *Order) node {
	d, known := s.members[name]
	if !known {
		d.schema = s.schema.Property(name)
		if d.schema == nil {
			d.schema, _ = s.schema.AdditionalProperties()
		}
		d.xml = d.schema.XML()
		s.members[name] = d
	}
	return d.node(name, v, o)
}

func (d described) node(name string, v any, o *Order) node {
	if d.xml.Name != "" {
		name = d.xml.Name
	}
	return node{name: name, xml: d.xml, value: v, schema: d.schema, order: o}
}

// list returns the names of the members that an object has: those that the schema
// lists in its order, then the others.
func (s *shape) list(object map[string]any, o *Order) []string {
	names := make([]string, 0, len(object))
	for _, name := range s.names {
		if _, ok := object[name]; ok {
			names = append(names, name)
		}
	}
	if len(names) == len(object) {
		return names
	}
	for _, name := range o.names(object) {
		if !slices.Contains(s.names, name) {
			names = append(names, name)
		}
	}
	return names
}

const (
	maxXMLDepth    = 500
	schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
)

func (x *xmlWriter) element(n node, depth int) error {
	if depth > maxXMLDepth {
		return errTooDeep
	}
	if err := tooLarge(x.dst); err != nil {
		return err
	}
	list, isArray := n.value.([]any)
	if isArray {
		if n.xml.Wrapped || n.xml.NodeType == "element" || depth == 0 {
			return x.wrapped(n, list, depth)
		}
		return x.items(n, list, depth)
	}
	name, leave, err := x.open(n)
	if err != nil {
		return err
	}
	defer leave()
	object, isObject := n.value.(map[string]any)
	switch {
	case isObject:
		return x.content(n, name, object, depth)
	case n.value == nil:
		if err := x.bind("xsi", schemaInstance); err != nil {
			return err
		}
		x.dst = append(x.dst, ` xsi:nil="true"/>`...)
		return nil
	}
	x.dst = append(x.dst, '>')
	if err := x.text(Text(n.value, nil), false); err != nil {
		return fmt.Errorf("element %q: %w", n.name, err)
	}
	x.close(name)
	return nil
}

// open begins the start tag of an element. The function that it returns ends the
// scope of the namespaces that it declares.
func (x *xmlWriter) open(n node) (name string, leave func(), err error) {
	name, err = qualified(n.name, n.xml.Prefix)
	if err != nil {
		return "", nil, err
	}
	outer, own := len(x.bound), x.own
	x.own = outer
	x.dst = append(append(x.dst, '<'), name...)
	if err := x.bind(n.xml.Prefix, n.xml.Namespace); err != nil {
		return "", nil, err
	}
	return name, func() { x.bound, x.own = x.bound[:outer], own }, nil
}

// bind declares a namespace where it is not in scope already.
func (x *xmlWriter) bind(prefix, namespace string) error {
	if namespace == "" {
		return nil
	}
	for i := len(x.bound) - 1; i >= 0; i-- {
		if x.bound[i].prefix != prefix {
			continue
		}
		if x.bound[i].namespace == namespace {
			return nil
		}
		if i >= x.own {
			return fmt.Errorf("the prefix %q stands for two namespaces in one element", prefix)
		}
		break
	}
	if err := checkXMLText(namespace); err != nil {
		return fmt.Errorf("namespace of prefix %q: %w", prefix, err)
	}
	x.bound = append(x.bound, binding{prefix, namespace})
	x.dst = append(x.dst, " xmlns"...)
	if prefix != "" {
		x.dst = append(append(x.dst, ':'), prefix...)
	}
	x.dst = append(x.dst, `="`...)
	x.dst = appendXMLText(x.dst, namespace, true)
	x.dst = append(x.dst, '"')
	return nil
}

func (x *xmlWriter) close(name string) {
	x.dst = append(append(append(x.dst, "</"...), name...), '>')
}

// content writes the members of an object: its attributes into the start tag,
// which is open, then its elements and texts.
func (x *xmlWriter) content(n node, name string, object map[string]any, depth int) error {
	var children []node
	var attributes []string
	s := x.shape(n.schema)
	for _, member := range s.list(object, n.order) {
		child := s.member(member, object[member], n.order.member(member))
		if !child.xml.Attribute && child.xml.NodeType != "attribute" {
			children = append(children, child)
			continue
		}
		if slices.Contains(attributes, child.name) {
			return fmt.Errorf("two members of element %q are its attribute %q", n.name, child.name)
		}
		attributes = append(attributes, child.name)
		if err := x.attribute(child); err != nil {
			return err
		}
	}
	if len(children) == 0 {
		x.dst = append(x.dst, "/>"...)
		return nil
	}
	x.dst = append(x.dst, '>')
	for _, child := range children {
		if err := x.child(child, depth+1); err != nil {
			return err
		}
	}
	x.close(name)
	return nil
}

// child writes a member that is no attribute.
func (x *xmlWriter) child(n node, depth int) error {
	switch n.xml.NodeType {
	case "text", "cdata":
		if isNested(n.value) {
			return fmt.Errorf("%q is text in the XML, and %s cannot be that", n.name, typeName(n.value))
		}
		if n.value == nil {
			return nil
		}
		if n.xml.NodeType == "text" {
			return x.text(Text(n.value, nil), false)
		}
		return x.cdata(Text(n.value, nil))
	case "none":
		if object, ok := n.value.(map[string]any); ok {
			s := x.shape(n.schema)
			for _, member := range s.list(object, n.order) {
				if err := x.child(s.member(member, object[member], n.order.member(member)), depth+1); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return x.element(n, depth)
}

func (x *xmlWriter) attribute(n node) error {
	if isNested(n.value) {
		return fmt.Errorf("%q is an attribute in the XML, and %s cannot be that", n.name, typeName(n.value))
	}
	if n.value == nil {
		return nil // an attribute has no way to be null
	}
	name, err := qualified(n.name, n.xml.Prefix)
	if err != nil {
		return err
	}
	if n.xml.Prefix != "" {
		if err := x.bind(n.xml.Prefix, n.xml.Namespace); err != nil {
			return err
		}
	}
	x.dst = append(append(append(x.dst, ' '), name...), `="`...)
	if err := x.text(Text(n.value, nil), true); err != nil {
		return fmt.Errorf("attribute %q: %w", n.name, err)
	}
	x.dst = append(x.dst, '"')
	return nil
}

// items writes the elements of an array one after the other. They are named by
// the xml object of their schema, else like the array itself, whose own name only
// counts for what wraps them (OpenAPI 3.1.1, XML Object: name).
func (x *xmlWriter) items(n node, list []any, depth int) error {
	items := described{schema: n.schema.Items()}
	items.xml = items.schema.XML()
	name := n.name
	if depth == 0 && items.schema.Name() != "" {
		name = items.schema.Name() // there is no property that the document is
	}
	if items.xml.Namespace == "" && items.xml.Prefix == "" {
		items.xml.Namespace, items.xml.Prefix = n.xml.Namespace, n.xml.Prefix
	}
	for i, e := range list {
		if err := x.element(items.node(name, e, n.order.element(i)), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// wrapped writes the elements of an array inside an element of their own.
func (x *xmlWriter) wrapped(n node, list []any, depth int) error {
	name, leave, err := x.open(n)
	if err != nil {
		return err
	}
	defer leave()
	x.dst = append(x.dst, '>')
	if err := x.items(n, list, depth); err != nil {
		return err
	}
	x.close(name)
	return nil
}
