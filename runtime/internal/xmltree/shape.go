package xmltree

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// shape is what a schema says of a value, read where it is needed. A nil shape
// says nothing.
type shape struct {
	schema *openapi.Schema
	read   bool
	types  []string
	enum   []any
	xml    openapi.XML
	// properties are in the order of the document; their shapes are nil until they
	// are asked for.
	properties []property
	// item describes the elements of an array; extra the members of an object that
	// are no properties.
	item, extra *shape
	array       bool
}

// property is a member that a schema describes.
type property struct {
	name   string
	schema *openapi.Schema
	shape  *shape
}

func shapeOf(s *openapi.Schema) *shape {
	if s == nil {
		return nil
	}
	return &shape{schema: s}
}

// maxAlternatives bounds the schemas of anyOf and oneOf whose properties are
// looked at.
const maxAlternatives = 50

func (s *shape) load() *shape {
	if s == nil || s.read {
		return s
	}
	s.read = true
	s.types, s.enum, s.xml = s.schema.Types(), s.schema.Enum(), s.schema.XML()
	s.item = shapeOf(s.schema.Items())
	if extra, _ := s.schema.AdditionalProperties(); extra != nil {
		s.extra = shapeOf(extra)
	}
	s.array = slices.Contains(s.types, "array") || len(s.types) == 0 && s.item != nil
	s.addProperties(s.schema)
	left := maxAlternatives
	for _, list := range s.schema.Alternatives() {
		for _, other := range list {
			if left--; left >= 0 {
				s.addProperties(other)
			}
		}
	}
	return s
}

func (s *shape) addProperties(from *openapi.Schema) {
	for _, p := range from.Properties() {
		if !slices.ContainsFunc(s.properties, func(known property) bool { return known.name == p.Name }) {
			s.properties = append(s.properties, property{name: p.Name, schema: p.Schema})
		}
	}
}

// of returns the shape of a property.
func (p *property) of() *shape {
	if p.shape == nil {
		p.shape = shapeOf(p.schema)
	}
	return p.shape.load()
}

// isArray reports whether the schema says that the value is an array.
func (s *shape) isArray() bool { return s.load() != nil && s.array }

// isObject reports whether the schema says that the value is an object.
func (s *shape) isObject() bool {
	return s.load() != nil && !s.array && (slices.Contains(s.types, "object") || len(s.properties) > 0 || s.extra != nil)
}

// isScalar reports whether the schema says that the value has no parts.
func (s *shape) isScalar() bool {
	return s.load() != nil && len(s.types) > 0 && !s.array && !s.isObject()
}

func (s *shape) admits(kind string) bool { return s != nil && slices.Contains(s.types, kind) }

// itemName is what the elements of an array are called, or "" if the schema does
// not say.
func (s *shape) itemName() string {
	if s.load() == nil || s.item.load() == nil {
		return ""
	}
	return s.item.xml.Name
}

// isWrapped reports whether the elements of an array stand in one of their own.
func (s *shape) isWrapped() bool {
	return s != nil && (s.xml.Wrapped || s.xml.NodeType == "element")
}

// isInline reports whether the members of an object stand among those of the one
// around it.
func (s *shape) isInline() bool { return s != nil && s.xml.NodeType == "none" && s.isObject() }

// isAttribute reports whether a member is written as an attribute.
//
// OpenAPI 3.0 and 3.1, XML Object: attribute; 3.2: nodeType.
func (s *shape) isAttribute() bool {
	return s != nil && (s.xml.Attribute || s.xml.NodeType == "attribute")
}

// isText reports whether a member is the text of the element of its object.
//
// OpenAPI 3.2, XML Object: nodeType.
func (s *shape) isText() bool {
	return s != nil && (s.xml.NodeType == "text" || s.xml.NodeType == "cdata")
}

// wireName is what the element or attribute of a member is called.
func (p *property) wireName() string {
	if s := p.of(); s != nil && s.xml.Name != "" {
		return s.xml.Name
	}
	return p.name
}
