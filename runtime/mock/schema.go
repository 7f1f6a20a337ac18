package mock

import (
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// schemaOf returns a schema of an API description as package sample wants it.
// It is nil for nil.
func schemaOf(s *openapi.Schema) sample.Schema {
	if s == nil {
		return nil
	}
	return described{s}
}

// described adapts a schema of an API description.
type described struct{ *openapi.Schema }

// Identity is the place of the schema.
func (d described) Identity() string { return d.String() }

// Property returns the schema of a member, or nil.
func (d described) Property(name string) sample.Schema { return schemaOf(d.Schema.Property(name)) }

// Properties returns the members that the schema describes.
func (d described) Properties() []sample.Property {
	list := d.Schema.Properties()
	out := make([]sample.Property, len(list))
	for i, p := range list {
		out[i] = sample.Property{Name: p.Name, Schema: schemaOf(p.Schema), Required: p.Required}
	}
	return out
}

// Items returns the schema of the elements, or nil.
func (d described) Items() sample.Schema { return schemaOf(d.Schema.Items()) }

// PrefixItems returns the schemas of the first elements.
func (d described) PrefixItems() []sample.Schema { return schemasOf(d.Schema.PrefixItems()) }

// AdditionalProperties returns the schema of further members, or nil, and
// whether there may be any.
func (d described) AdditionalProperties() (schema sample.Schema, allowed bool) {
	s, allowed := d.Schema.AdditionalProperties()
	return schemaOf(s), allowed
}

// Alternatives returns the lists of which one schema holds each.
func (d described) Alternatives() [][]sample.Schema {
	lists := d.Schema.Alternatives()
	out := make([][]sample.Schema, len(lists))
	for i, list := range lists {
		out[i] = schemasOf(list)
	}
	return out
}

func schemasOf(list []*openapi.Schema) []sample.Schema {
	out := make([]sample.Schema, len(list))
	for i, s := range list {
		out[i] = schemaOf(s)
	}
	return out
}

// below returns the schema of a member or element. It is nil if that is not
// described.
func below(s sample.Schema, t token) sample.Schema {
	if s == nil {
		return nil
	}
	if t.isIndex {
		if prefix := s.PrefixItems(); t.index >= 0 && t.index < len(prefix) {
			return prefix[t.index]
		}
		return itemsOf(s)
	}
	if member := s.Property(t.name); member != nil {
		return member
	}
	extra, _ := s.AdditionalProperties()
	return extra
}

// itemsOf returns the schema of the elements of an array, also of one that is
// among alternatives.
func itemsOf(s sample.Schema) sample.Schema {
	if items := s.Items(); items != nil {
		return items
	}
	for _, list := range s.Alternatives() {
		for _, other := range list {
			if other != nil {
				if items := other.Items(); items != nil {
					return items
				}
			}
		}
	}
	return nil
}

// isArray reports whether a schema admits arrays only.
func isArray(s sample.Schema) bool {
	if s == nil {
		return false
	}
	if types := s.Types(); len(types) > 0 {
		for _, t := range types {
			if t != "array" && t != "null" {
				return false
			}
		}
		return true
	}
	return s.Items() != nil
}
