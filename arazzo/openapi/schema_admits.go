package openapi

import "slices"

// Admission says whether a value that a schema describes can have a member.
type Admission uint8

const (
	// Possible is what the schema leaves open.
	Possible Admission = iota
	// Declared is a member that the schema describes.
	Declared
	// Impossible is what the schema leaves no room for: it describes objects
	// without the member, or no objects.
	Impossible
)

// Admits says whether an object that the schema describes can have a member. A
// schema that lists properties is taken at its word: it describes all there are,
// unless it mentions others, for instance by additionalProperties. What the
// schema leaves open, or refers to without success, is Possible.
func (s *Schema) Admits(name string) Admission {
	if s == nil {
		return Possible
	}
	if s.Property(name) != nil {
		return Declared
	}
	if s.form != nil {
		return Impossible // a form lists its fields
	}
	if types := s.Types(); types != nil && !slices.Contains(types, "object") {
		return Impossible
	}
	if s.describesMembers(make(map[string]bool)) == allMembers {
		return Impossible
	}
	return Possible
}

// membership says how much of the members of an object a schema describes.
type membership uint8

const (
	noMembers   membership = iota // it does not speak of members
	allMembers                    // it lists them
	someMembers                   // it says that there are others, or may be
)

// describesMembers reports how much of the members the schema describes.
func (s *Schema) describesMembers(known map[string]bool) membership {
	if known[s.String()] {
		return noMembers
	}
	if known[s.String()] = true; len(known) > maxAlternatives {
		return someMembers
	}
	parts := s.parts()
	if len(parts) >= maxParts {
		return someMembers
	}
	result := noMembers
	for _, p := range parts {
		switch p.describesMembers() {
		case someMembers:
			return someMembers
		case allMembers:
			result = allMembers
		case noMembers:
		}
	}
	for _, list := range alternatives(parts) {
		silent := false
		for _, other := range list {
			switch other.describesMembers(known) {
			case someMembers:
				return someMembers
			case noMembers:
				silent = true
			case allMembers:
			}
		}
		switch {
		case silent && result == noMembers:
			return someMembers
		case !silent:
			result = allMembers
		}
	}
	return result
}

// describesMembers is the same for what an object says itself.
func (p place) describesMembers() (m membership) {
	p.read(func(r *resolver, v value) {
		m = noMembers
		if _, _, refers := reference(v); refers {
			if _, ok := p.refersTo(r, v); !ok {
				m = someMembers
				return
			}
		}
		for _, open := range []string{
			"patternProperties", "propertyNames", "if", "not", "dependentSchemas", "$dynamicRef", "$recursiveRef", "discriminator",
		} {
			if v.member(open).exists() {
				m = someMembers
				return
			}
		}
		for _, others := range []string{"additionalProperties", "unevaluatedProperties"} {
			switch other := v.member(others); {
			case !other.exists():
			case other.kind() == kindBoolean && !other.isTrue():
				m = allMembers
			default:
				m = someMembers
				return
			}
		}
		if v.member("properties").kind() == kindObject && len(v.member("properties").members()) > 0 {
			m = allMembers
		}
	})
	return m
}
