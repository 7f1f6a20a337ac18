package openapi

import (
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Schema is a Schema Object of an API description: of JSON Schema 2020-12 since
// OpenAPI 3.1, of the dialects of OpenAPI 3.0 and Swagger 2.0 before. It is read
// where and when it is asked for, so that a schema which nobody looks at costs
// nothing, and one that contains itself is no circle.
//
// All methods speak of the schema together with what it refers to by $ref and
// lists in allOf, since all of that holds at once. A $dynamicRef is taken for a
// $ref to the anchor that stands in the same schema resource. They may be called on nil,
// which is the schema that says nothing. A Schema is immutable and safe for
// concurrent use.
type Schema struct {
	place
	form *form // set if the schema is made of the fields of a form
}

func (r *resolver) schema(p place, v value) *Schema {
	if v.kind() != kindObject {
		return nil
	}
	return &Schema{place: p}
}

// Pointer returns the JSON Pointer of the schema in its file.
func (s *Schema) Pointer() string {
	if s == nil {
		return ""
	}
	return s.pointer
}

// Location returns the path or URI of the file that holds the schema.
func (s *Schema) Location() string {
	if s == nil {
		return ""
	}
	return s.source.location
}

// String returns location and pointer, which identify the schema.
func (s *Schema) String() string {
	if s == nil {
		return ""
	}
	return s.source.location + "#" + s.pointer
}

// Equal reports whether both are the schema at the same place.
func (s *Schema) Equal(other *Schema) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.same(other.place)
}

// Range returns where the schema starts.
func (s *Schema) Range() (at diag.Range) {
	if s == nil {
		return at
	}
	s.read(func(_ *resolver, v value) { at = v.place(v.start()) })
	return at
}

// Name returns the name of the component that the schema is, or refers to:
// "Pet" of "#/components/schemas/Pet" and "#/definitions/Pet". It is empty if it
// is none.
func (s *Schema) Name() string {
	for _, p := range s.parts() {
		parent, name, ok := cutLast(p.pointer)
		if ok && (parent == "/components/schemas" || parent == "/definitions") {
			return unescape(name)
		}
	}
	return ""
}

func cutLast(pointer string) (parent, last string, ok bool) {
	i := strings.LastIndexByte(pointer, '/')
	if i < 0 {
		return "", "", false
	}
	return pointer[:i], pointer[i+1:], true
}

// maxParts bounds the schemas that hold at once.
const maxParts = 1000

// parts returns the schema and all that holds with it: what it refers to and what
// it lists in allOf, in this order, each once.
func (s *Schema) parts() []place {
	if s == nil {
		return nil
	}
	known := &s.document.schemas
	if s.form == nil {
		if parts, ok := known.partsOf(s.place); ok {
			return parts
		}
	}
	var out []place
	s.read(func(r *resolver, _ value) {
		out = out[:0]
		out = s.collect(r, out)
	})
	if s.form == nil {
		known.keepParts(s.place, out)
	}
	return out
}

func (p place) collect(r *resolver, out []place) []place {
	if len(out) >= maxParts || p.inside(out) {
		return out
	}
	v := p.value()
	r.seen(v.tree)
	if v.kind() != kindObject {
		return out
	}
	out = append(out, p)
	for _, keyword := range []string{"$ref", "$dynamicRef"} {
		if target, ok := p.refersBy(r, v, keyword); ok {
			out = target.collect(r, out)
		}
	}
	if all, ok := p.member(v, "allOf"); ok {
		for i, item := range listOf(all.found) {
			out = all.element(i, item).collect(r, out)
		}
	}
	return out
}

func listOf(v value) []value {
	var list []value
	v.items(func(item value) bool {
		list = append(list, item)
		return true
	})
	return list
}

// first returns the first member of a name among the parts of the schema for
// which keep is true.
func (s *Schema) first(name string, keep func(v value) bool) (found place, ok bool) {
	for _, p := range s.parts() {
		p.read(func(_ *resolver, v value) {
			found, ok = p.member(v, name)
			ok = ok && keep(found.found)
		})
		if ok {
			return found, true
		}
	}
	return place{}, false
}

// Keyword returns the value of a keyword such as "maxLength" as JSON, with
// numbers as json.Number. Where several parts of the schema have it, the first
// counts.
func (s *Schema) Keyword(name string) (any, bool) {
	p, ok := s.first(name, value.exists)
	if !ok {
		return nil, false
	}
	return p.json()
}

// json reads the object as a whole.
func (p place) json() (x any, ok bool) {
	p.read(func(r *resolver, v value) { x, ok = r.json(v) })
	return x, ok
}

func (s *Schema) text(name string) string {
	p, ok := s.first(name, func(v value) bool { return v.kind() == kindString })
	if !ok {
		return ""
	}
	var text string
	p.read(func(_ *resolver, v value) { text, _ = v.text() })
	return text
}

func (s *Schema) truth(name string) bool {
	_, ok := s.first(name, value.isTrue)
	return ok
}

// Types returns the JSON types that the schema admits: "null", "boolean",
// "integer", "number", "string", "array", "object". It is nil if the schema does
// not say. A schema with properties or items, but without a type, says nothing.
func (s *Schema) Types() []string { return s.facts().types }

// Enum returns the values that the schema admits, of "enum" or "const", as JSON
// values. It is nil if the schema does not say.
func (s *Schema) Enum() []any { return s.facts().enum }

// Default returns the default value. It is false if there is none.
func (s *Schema) Default() (any, bool) {
	f := s.facts()
	return f.standard, f.hasStandard
}

func (s *Schema) facts() (f facts) {
	switch {
	case s == nil:
		return f
	case s.form != nil:
		return facts{types: []string{"object"}}
	}
	known := &s.document.schemas
	if f, ok := known.factsOf(s.place); ok {
		return f
	}
	s.read(func(r *resolver, v value) { f = r.facts(v, 0) })
	known.keepFacts(s.place, f)
	return f
}

// Format returns the format, such as "date-time" or "binary". What is of the
// type "file" in Swagger 2.0 has the format "binary".
func (s *Schema) Format() string {
	if format := s.text("format"); format != "" {
		return format
	}
	if s.text("type") == "file" {
		return "binary"
	}
	return ""
}

// Description returns the description.
func (s *Schema) Description() string { return s.text("description") }

// Discriminator returns the name of the member by whose value an object says
// which of the alternatives it is. It is empty if the schema does not say.
//
// OpenAPI 3.1.1, Discriminator Object; in Swagger 2.0 it is a string.
func (s *Schema) Discriminator() string {
	if name := s.text("discriminator"); name != "" {
		return name
	}
	p, ok := s.first("discriminator", func(v value) bool { return v.kind() == kindObject })
	if !ok {
		return ""
	}
	var name string
	p.read(func(_ *resolver, v value) { name, _ = v.member("propertyName").text() })
	return name
}

// ReadOnly reports whether the value occurs in responses only.
func (s *Schema) ReadOnly() bool { return s.truth("readOnly") }

// WriteOnly reports whether the value occurs in requests only.
func (s *Schema) WriteOnly() bool { return s.truth("writeOnly") }

// Example returns a value that the schema gives as an example. It is false if
// there is none.
func (s *Schema) Example() (any, bool) {
	if x, ok := s.Keyword("example"); ok {
		return x, true
	}
	if list, ok := s.first("examples", func(v value) bool { return v.kind() == kindArray }); ok {
		if x, ok := list.json(); ok {
			if all, _ := x.([]any); len(all) > 0 {
				return all[0], true
			}
		}
	}
	return nil, false
}

// Items returns the schema of the elements of an array beyond those of
// [Schema.PrefixItems]. It is nil if the schema does not say.
func (s *Schema) Items() *Schema {
	p, ok := s.first("items", func(v value) bool { return v.kind() == kindObject })
	if !ok {
		return nil
	}
	return &Schema{place: p}
}

// PrefixItems returns the schemas of the first elements of an array.
func (s *Schema) PrefixItems() []*Schema {
	for _, name := range []string{"prefixItems", "items"} {
		p, ok := s.first(name, func(v value) bool { return v.kind() == kindArray })
		if !ok {
			continue
		}
		var out []*Schema
		p.read(func(r *resolver, v value) {
			out = nil
			for i, item := range listOf(v) {
				out = append(out, r.property(p.element(i, item), item))
			}
		})
		return out
	}
	return nil
}

// AdditionalProperties says what holds for members that are no properties: their
// schema, which is nil if it is not given, and whether there may be any. They may
// unless the schema says false, or says it of unevaluatedProperties.
func (s *Schema) AdditionalProperties() (schema *Schema, allowed bool) {
	isFalse := func(v value) bool {
		text, ok := v.text()
		return ok && v.kind() == kindBoolean && text == "false"
	}
	for _, name := range []string{"additionalProperties", "unevaluatedProperties"} {
		if _, ok := s.first(name, isFalse); ok {
			return nil, false
		}
	}
	p, ok := s.first("additionalProperties", func(v value) bool { return v.kind() == kindObject })
	if !ok {
		return nil, true
	}
	return &Schema{place: p}, true
}

// Alternatives returns the lists of anyOf and oneOf: of each list, at least one
// schema holds.
func (s *Schema) Alternatives() [][]*Schema { return alternatives(s.parts()) }

func alternatives(parts []place) [][]*Schema {
	var out [][]*Schema
	for _, p := range parts {
		p.read(func(_ *resolver, v value) {
			for _, name := range []string{"anyOf", "oneOf"} {
				list, ok := p.member(v, name)
				if !ok {
					continue
				}
				var schemas []*Schema
				for i, item := range listOf(list.found) {
					if item.kind() == kindObject {
						schemas = append(schemas, &Schema{place: list.element(i, item)})
					}
				}
				if len(schemas) > 0 {
					out = append(out, schemas)
				}
			}
		})
	}
	return out
}
