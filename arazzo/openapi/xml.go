package openapi

// XML says how a value is written as XML.
//
// OpenAPI 3.1.1, XML Object; OpenAPI 3.2.0 adds nodeType.
type XML struct {
	// Name replaces the name of the property or schema. Empty: it stays.
	Name      string
	Namespace string
	Prefix    string
	// Attribute writes a member as an attribute of the element of its object.
	Attribute bool
	// Wrapped puts the elements of an array into an element of their own.
	Wrapped bool
	// NodeType is "element", "attribute", "text", "cdata" or "none", or empty if
	// it is not given.
	NodeType string
}

// XML returns the XML Object of the schema. It is the zero value if there is
// none.
func (s *Schema) XML() XML {
	p, ok := s.first("xml", func(v value) bool { return v.kind() == kindObject })
	if !ok {
		return XML{}
	}
	var x XML
	p.read(func(_ *resolver, v value) {
		text := func(name string) string {
			t, _ := v.member(name).text()
			return t
		}
		x = XML{
			Name: text("name"), Namespace: text("namespace"), Prefix: text("prefix"), NodeType: text("nodeType"),
			Attribute: v.member("attribute").isTrue(), Wrapped: v.member("wrapped").isTrue(),
		}
	})
	return x
}
