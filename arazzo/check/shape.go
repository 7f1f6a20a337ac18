package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// shape is what is known of a value before it exists.
type shape interface {
	// types are the JSON types that the value may have; nil: not known.
	types() []string
	// enum are the only values that it may have; nil: not known.
	enum() []any
	// member says what a member of the value may be. The shape counts only if the
	// member is declared.
	member(name string) (shape, openapi.Admission)
	// element is what the elements of an array may be.
	element() shape
	// names are the members that are declared.
	names() []string
}

// anything is the shape of a value of which nothing is known.
type anything struct{}

func (anything) types() []string                          { return nil }
func (anything) enum() []any                              { return nil }
func (anything) member(string) (shape, openapi.Admission) { return anything{}, openapi.Possible }
func (anything) element() shape                           { return anything{} }
func (anything) names() []string                          { return nil }

// scalar is the shape of a value of one type.
type scalar string

func (s scalar) types() []string                        { return []string{string(s)} }
func (scalar) enum() []any                              { return nil }
func (scalar) member(string) (shape, openapi.Admission) { return anything{}, openapi.Impossible }
func (scalar) element() shape                           { return anything{} }
func (scalar) names() []string                          { return nil }

// described is the shape that a schema of an API description gives.
type described struct{ schema *openapi.Schema }

func shapeOfSchema(s *openapi.Schema) shape {
	if s == nil {
		return anything{}
	}
	return described{s}
}

func shapeOfVariants(list []*openapi.Schema) shape {
	if len(list) == 1 {
		return shapeOfSchema(list[0])
	}
	var out oneOf
	for _, s := range list {
		out = append(out, shapeOfSchema(s))
	}
	return out
}

func (d described) types() []string { return d.schema.Types() }
func (d described) enum() []any     { return d.schema.Enum() }
func (d described) element() shape  { return shapeOfSchema(d.schema.Items()) }

func (d described) member(name string) (shape, openapi.Admission) {
	a := d.schema.Admits(name)
	if a != openapi.Declared {
		return anything{}, a
	}
	return shapeOfVariants(d.schema.Variants(name)), a
}

func (d described) names() []string {
	var out []string
	for _, p := range d.schema.Properties() {
		out = append(out, p.Name)
	}
	for _, list := range d.schema.Alternatives() {
		for _, other := range list {
			for _, p := range other.Properties() {
				out = append(out, p.Name)
			}
		}
	}
	return out
}

// oneOf is the shape of a value that has one of several shapes.
type oneOf []shape

func (o oneOf) types() []string {
	var out []string
	for _, s := range o {
		types := s.types()
		if types == nil {
			return nil
		}
		for _, t := range types {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func (o oneOf) enum() []any {
	var out []any
	for _, s := range o {
		values := s.enum()
		if values == nil {
			return nil
		}
		out = append(out, values...)
	}
	return out
}

func (o oneOf) member(name string) (shape, openapi.Admission) {
	result := openapi.Impossible
	var found oneOf
	for _, s := range o {
		m, a := s.member(name)
		switch a {
		case openapi.Declared:
			found = append(found, m)
		case openapi.Possible:
			result = openapi.Possible
		case openapi.Impossible:
		}
	}
	if len(found) == 0 || result == openapi.Possible {
		return anything{}, result
	}
	return found, openapi.Declared
}

func (o oneOf) element() shape {
	var out oneOf
	for _, s := range o {
		out = append(out, s.element())
	}
	return out
}

func (o oneOf) names() []string {
	var out []string
	for _, s := range o {
		out = append(out, s.names()...)
	}
	return out
}

// jsonSchema is the shape that the JSON Schema of an input gives. References
// lead to the $defs of the root.
type jsonSchema struct {
	schema map[string]any
	root   map[string]any
}

func shapeOfInput(schema any) shape {
	m, ok := schema.(map[string]any)
	if !ok {
		return anything{}
	}
	return jsonSchema{schema: m, root: m}
}

// resolved follows a $ref that is all that the schema says. Any other reference
// leaves the shape open.
func (j jsonSchema) resolved() (jsonSchema, bool) {
	for range 16 {
		ref, ok := j.schema["$ref"].(string)
		if !ok {
			return j, true
		}
		name, local := strings.CutPrefix(ref, "#/$defs/")
		defs, _ := j.root["$defs"].(map[string]any)
		target, found := defs[name].(map[string]any)
		if !local || !found {
			return j, false
		}
		j.schema = target
	}
	return j, false
}

// isPlain reports whether the schema says all there is with type, enum,
// properties and items.
func (j jsonSchema) isPlain() bool {
	for _, k := range []string{"allOf", "anyOf", "oneOf", "not", "if", "$dynamicRef", "patternProperties", "dependentSchemas"} {
		if _, has := j.schema[k]; has {
			return false
		}
	}
	return true
}

func (j jsonSchema) types() []string {
	j, ok := j.resolved()
	if !ok || !j.isPlain() {
		return nil
	}
	var out []string
	switch t := j.schema["type"].(type) {
	case string:
		out = append(out, t)
	case []any:
		for _, e := range t {
			text, ok := e.(string)
			if !ok {
				return nil
			}
			out = append(out, text)
		}
	}
	return out
}

func (j jsonSchema) enum() []any {
	j, ok := j.resolved()
	if !ok {
		return nil
	}
	if c, has := j.schema["const"]; has {
		return []any{c}
	}
	values, _ := j.schema["enum"].([]any)
	return values
}

func (j jsonSchema) member(name string) (shape, openapi.Admission) {
	j, ok := j.resolved()
	if !ok {
		return anything{}, openapi.Possible
	}
	properties, _ := j.schema["properties"].(map[string]any)
	if s, has := properties[name]; has {
		m, isObject := s.(map[string]any)
		if !isObject {
			return anything{}, openapi.Declared
		}
		return jsonSchema{schema: m, root: j.root}, openapi.Declared
	}
	if types := j.types(); types != nil && !slices.Contains(types, "object") {
		return anything{}, openapi.Impossible
	}
	more, stated := j.schema["additionalProperties"]
	switch {
	case !j.isPlain(), stated && more != false, !stated && len(properties) == 0:
		return anything{}, openapi.Possible
	default:
		return anything{}, openapi.Impossible
	}
}

func (j jsonSchema) element() shape {
	j, ok := j.resolved()
	if !ok {
		return anything{}
	}
	items, isObject := j.schema["items"].(map[string]any)
	if _, tuple := j.schema["prefixItems"]; !isObject || tuple {
		return anything{}
	}
	return jsonSchema{schema: items, root: j.root}
}

func (j jsonSchema) names() []string {
	j, ok := j.resolved()
	if !ok {
		return nil
	}
	properties, _ := j.schema["properties"].(map[string]any)
	out := make([]string, 0, len(properties))
	for name := range properties {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// inside follows a pointer into a value. If the value cannot have what a token
// names, it reports the index of that token and the shape that lacks it; else
// failed is -1.
func inside(s shape, pointer expr.Pointer) (found shape, failed int) {
	for i, token := range pointer {
		types := s.types()
		isArray := slices.Contains(types, "array")
		isObject := types == nil || slices.Contains(types, "object")
		_, err := strconv.Atoi(token)
		switch {
		case isArray && err == nil && !isObject:
			s = s.element()
			continue
		case isArray && isObject || types == nil && err == nil:
			// A number may be an index or a name.
			return anything{}, -1
		}
		member, admission := s.member(token)
		switch {
		case admission == openapi.Declared && isObject:
			s = member
		case admission == openapi.Impossible || !isObject:
			return s, i
		default:
			return anything{}, -1
		}
	}
	return s, -1
}

// describeTypes writes types for a message: "a string or null".
func describeTypes(types []string) string {
	words := make([]string, len(types))
	for i, t := range types {
		switch t {
		case "array", "object", "integer":
			words[i] = "an " + t
		case "null":
			words[i] = t
		default:
			words[i] = "a " + t
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
