package openapi

import "slices"

// Property is a member of an object that a schema describes.
type Property struct {
	Name   string
	Schema *Schema
	// Required is set if every object must have the member.
	Required bool
}

// Properties returns the members that the schema describes, in the order of the
// document. Those of anyOf and oneOf are not among them: see
// [Schema.Alternatives].
func (s *Schema) Properties() []Property {
	if s != nil && s.form != nil {
		return s.form.properties()
	}
	var out []Property
	index := make(map[string]int)
	required := make(map[string]bool)
	for _, p := range s.parts() {
		for _, name := range p.required() {
			required[name] = true
		}
		for _, member := range p.properties() {
			if _, known := index[member.Name]; known {
				continue
			}
			index[member.Name] = len(out)
			out = append(out, member)
		}
	}
	for i := range out {
		out[i].Required = required[out[i].Name]
	}
	return out
}

func (p place) properties() (out []Property) {
	p.read(func(r *resolver, v value) {
		out = nil
		list, ok := p.member(v, "properties")
		if !ok {
			return
		}
		list.found.fields(func(f field) bool {
			out = append(out, Property{Name: f.name, Schema: r.property(list.child(f), f.value)})
			return true
		})
	})
	return out
}

// property is like schema, but a property without constraints, such as true, is
// still a property.
func (r *resolver) property(p place, v value) *Schema {
	if !v.exists() {
		return nil
	}
	return &Schema{place: p}
}

func (p place) required() (names []string) {
	p.read(func(_ *resolver, v value) {
		names = nil
		v.member("required").items(func(item value) bool {
			if text, ok := item.text(); ok {
				names = append(names, text)
			}
			return true
		})
	})
	return names
}

// Required returns the names of the members that every object must have, also of
// those that the schema does not describe.
func (s *Schema) Required() []string {
	if s != nil && s.form != nil {
		return s.form.required()
	}
	var out []string
	known := make(map[string]bool)
	for _, p := range s.parts() {
		for _, name := range p.required() {
			if !known[name] {
				known[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}

// maxAlternatives bounds the alternatives inside alternatives that are searched
// for a member.
const maxAlternatives = 1000

// Property returns the schema of a member of the object that the schema
// describes. If the schema itself has no such property, it is looked for in the
// alternatives of anyOf and oneOf, of which the first that has it counts. It is
// nil if there is none; an object may have the member nevertheless, see
// [Schema.Admits].
func (s *Schema) Property(name string) (first *Schema) {
	s.search(name, func(found *Schema) bool {
		first = found
		return false
	})
	return first
}

// Variants returns all schemas of a member among which the alternatives of anyOf
// and oneOf leave the choice. There is at most one if the schema itself has the
// property.
func (s *Schema) Variants(name string) []*Schema {
	var all []*Schema
	s.search(name, func(found *Schema) bool {
		if !slices.ContainsFunc(all, found.Equal) {
			all = append(all, found)
		}
		return true
	})
	return all
}

// search calls yield with the schemas of a member, until it returns false.
func (s *Schema) search(name string, yield func(*Schema) bool) {
	if s != nil && s.form != nil {
		if found := s.form.property(name); found != nil {
			yield(found)
		}
		return
	}
	queue := []*Schema{s}
	known := map[string]bool{s.String(): true}
next:
	for len(queue) > 0 {
		parts := queue[0].parts()
		queue = queue[1:]
		for _, p := range parts {
			if found := p.property(name); found != nil {
				if !yield(found) {
					return
				}
				continue next
			}
		}
		for _, list := range alternatives(parts) {
			for _, other := range list {
				if id := other.String(); !known[id] && len(known) < maxAlternatives {
					known[id] = true
					queue = append(queue, other)
				}
			}
		}
	}
}

// property returns the schema of a member that the object itself describes.
func (p place) property(name string) (found *Schema) {
	p.read(func(r *resolver, v value) {
		found = nil
		list, ok := p.member(v, "properties")
		if !ok {
			return
		}
		if member, ok := list.member(list.found, name); ok {
			found = r.property(member, member.found)
		}
	})
	return found
}
