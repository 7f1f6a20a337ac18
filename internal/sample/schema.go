package sample

// Schema is what is asked of a schema, together with what it refers to and
// what holds with it by allOf. The methods mean what those of
// Schema in package arazzo/openapi mean.
type Schema interface {
	// Identity tells schemas apart, so that one inside itself is noticed.
	Identity() string
	// Name is that of the component that the schema is, or empty.
	Name() string
	Types() []string
	Enum() []any
	Keyword(name string) (any, bool)
	Default() (any, bool)
	Example() (any, bool)
	Format() string
	ReadOnly() bool
	WriteOnly() bool
	Properties() []Property
	// Property is nil if the schema has no such member.
	Property(name string) Schema
	Required() []string
	// Items is nil if the schema does not say.
	Items() Schema
	PrefixItems() []Schema
	// AdditionalProperties is nil if there is no schema for further members.
	AdditionalProperties() (schema Schema, allowed bool)
	Alternatives() [][]Schema
}

// Property is a member of an object.
type Property struct {
	Name     string
	Schema   Schema
	Required bool
}

// typesOf returns the types that a schema states or, if it states none, those
// that its other keywords speak of. It is nil if nothing is said.
func typesOf(s Schema) []string {
	if types := s.Types(); len(types) > 0 {
		return types
	}
	extra, allowed := s.AdditionalProperties()
	switch {
	case len(s.Properties()) > 0, len(s.Required()) > 0, extra != nil, !allowed:
		return []string{"object"}
	case s.Items() != nil, len(s.PrefixItems()) > 0:
		return []string{"array"}
	}
	for _, hint := range []struct {
		kind     string
		keywords []string
	}{
		{"object", []string{"minProperties", "maxProperties"}},
		{"array", []string{"minItems", "maxItems", "uniqueItems"}},
		{"string", []string{"pattern", "minLength", "maxLength"}},
		{"number", []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
	} {
		for _, keyword := range hint.keywords {
			if _, ok := s.Keyword(keyword); ok {
				return []string{hint.kind}
			}
		}
	}
	switch s.Format() {
	case "":
		return nil
	case "int32", "int64":
		return []string{"integer"}
	case "float", "double":
		return []string{"number"}
	default:
		return []string{"string"}
	}
}
