package runtime

import (
	"errors"
	"math"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// maxSchemaWork bounds how often schemas are applied to the parts of one value.
// References make it possible to write a schema of a few lines that is applied
// more often than any machine can.
const maxSchemaWork = 5_000_000

var errSchemaWork = errors.New("its schema refers to itself in too many ways to be applied")

// appliedSchema is a schema that can be applied to values.
type appliedSchema struct {
	resolved *jsonschema.Resolved
	shape    *schemaShape
}

// validate applies the schema, unless that would take too long.
func (s *appliedSchema) validate(v any) error {
	w := schemaWork{known: make(map[schemaPair]float64)}
	if w.count(s.shape, newInstance(v)) > maxSchemaWork {
		return errSchemaWork
	}
	return s.resolved.Validate(goNumbers(v))
}

// schemaShape is a schema as far as it matters where its parts are applied.
type schemaShape struct {
	// same are applied to the value itself, named to a member, and each to every
	// member or element.
	same, each []*schemaShape
	named      map[string]*schemaShape
}

// newSchemaShape reads a schema that refers to nothing but its own $defs.
func newSchemaShape(schema any) *schemaShape {
	b := shapeBuilder{definitions: make(map[string]*schemaShape)}
	if whole, ok := schema.(map[string]any); ok {
		b.source, _ = whole["$defs"].(map[string]any)
	}
	return b.shape(schema)
}

type shapeBuilder struct {
	source      map[string]any
	definitions map[string]*schemaShape
}

func (b *shapeBuilder) shape(schema any) *schemaShape {
	s := &schemaShape{}
	b.fill(s, schema)
	return s
}

func (b *shapeBuilder) fill(s *schemaShape, schema any) {
	keywords, _ := schema.(map[string]any)
	for name, value := range keywords { // order: the parts are counted, in any order
		switch name {
		case "$ref", "$dynamicRef":
			if target := b.definition(value); target != nil {
				s.same = append(s.same, target)
			}
		case "allOf", "anyOf", "oneOf":
			s.same = append(s.same, b.list(value)...)
		case "not", "if", "then", "else":
			s.same = append(s.same, b.shape(value))
		case "dependentSchemas":
			s.same = append(s.same, b.entries(value)...)
		case "properties":
			members, _ := value.(map[string]any)
			s.named = make(map[string]*schemaShape, len(members))
			for member, m := range members { // order: a copy of a map
				s.named[member] = b.shape(m)
			}
		case "patternProperties":
			s.each = append(s.each, b.entries(value)...)
		case "prefixItems":
			s.each = append(s.each, b.list(value)...)
		case "additionalProperties", "unevaluatedProperties", "propertyNames", "items", "contains", "unevaluatedItems":
			s.each = append(s.each, b.shape(value))
		}
	}
}

func (b *shapeBuilder) definition(reference any) *schemaShape {
	text, _ := reference.(string)
	name, ok := strings.CutPrefix(text, "#/$defs/")
	source, defined := b.source[name]
	if !ok || !defined {
		return nil
	}
	if b.definitions[name] == nil {
		b.definitions[name] = &schemaShape{}
		b.fill(b.definitions[name], source)
	}
	return b.definitions[name]
}

func (b *shapeBuilder) list(value any) []*schemaShape {
	elements, _ := value.([]any)
	out := make([]*schemaShape, len(elements))
	for i, e := range elements {
		out[i] = b.shape(e)
	}
	return out
}

func (b *shapeBuilder) entries(value any) []*schemaShape {
	members, _ := value.(map[string]any)
	var out []*schemaShape
	for _, m := range members { // order: the parts are counted, in any order
		out = append(out, b.shape(m))
	}
	return out
}

// instance is a value with an identity.
type instance struct {
	children []*instance
	names    []string
}

func newInstance(v any) *instance {
	in := &instance{}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			in.children = append(in.children, newInstance(e))
		}
	case map[string]any:
		for name, m := range v { // order: the parts are counted, in any order
			in.children, in.names = append(in.children, newInstance(m)), append(in.names, name)
		}
	}
	return in
}

type schemaPair struct {
	schema   *schemaShape
	instance *instance
}

// schemaWork counts how often schemas are applied, each pair of a schema and a
// value once and for all.
type schemaWork struct {
	known map[schemaPair]float64
}

func (w *schemaWork) count(s *schemaShape, v *instance) float64 {
	pair := schemaPair{s, v}
	if n, ok := w.known[pair]; ok {
		return n
	}
	if len(w.known) > maxSchemaWork {
		return math.Inf(1)
	}
	w.known[pair] = math.Inf(1) // until it is known: it is met again within itself
	n := 1.0
	for _, part := range s.same {
		n += w.count(part, v)
	}
	for i, child := range v.children {
		for _, part := range s.each {
			n += w.count(part, child)
		}
		if v.names == nil {
			continue
		}
		if part := s.named[v.names[i]]; part != nil {
			n += w.count(part, child)
		}
	}
	w.known[pair] = n
	return n
}
