package sample

import (
	"slices"
	"strconv"
	"strings"
)

// FromJSON returns a JSON Schema that is a JSON value: nil, bool, string,
// json.Number, []any or map[string]any. References are followed within the
// value. It is nil for what is no object, such as true, and admits anything.
func FromJSON(schema any) Schema {
	object, ok := schema.(map[string]any)
	if !ok {
		return nil
	}
	return plain{root: object, at: object, pointer: "#"}
}

// plain is a schema that is a JSON value.
type plain struct {
	root, at map[string]any
	pointer  string
}

// maxParts bounds the schemas that hold at once.
const maxParts = 100

// parts returns the schema, what it refers to and what it lists in allOf.
func (p plain) parts() []plain { return p.collect(nil) }

func (p plain) collect(out []plain) []plain {
	if len(out) >= maxParts || slices.ContainsFunc(out, func(o plain) bool { return o.pointer == p.pointer }) {
		return out
	}
	out = append(out, p)
	if ref, ok := p.at["$ref"].(string); ok {
		if target, found := p.follow(ref); found {
			out = target.collect(out)
		}
	}
	all, _ := p.at["allOf"].([]any)
	for i, item := range all {
		if part := p.below(item, "allOf", strconv.Itoa(i)); part != nil {
			out = part.(plain).collect(out)
		}
	}
	return out
}

// follow finds what a reference within the value leads to.
func (p plain) follow(ref string) (plain, bool) {
	pointer, local := strings.CutPrefix(ref, "#")
	if !local || pointer != "" && pointer[0] != '/' {
		return plain{}, false
	}
	var value any = p.root
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch v := value.(type) {
		case map[string]any:
			value = v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return plain{}, false
			}
			value = v[i]
		default:
			return plain{}, false
		}
	}
	object, ok := value.(map[string]any)
	return plain{root: p.root, at: object, pointer: "#" + pointer}, ok
}

// below returns a schema inside this one. What is no object admits anything.
func (p plain) below(v any, path ...string) Schema {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return plain{root: p.root, at: object, pointer: p.pointer + "/" + strings.Join(path, "/")}
}

// behind is the schema that a mere reference stands for.
func (p plain) behind() plain {
	parts := p.parts()
	if len(p.at) == 1 && len(parts) > 1 && p.at["$ref"] != nil {
		return parts[1]
	}
	return p
}

func (p plain) Identity() string { return p.behind().pointer }

func (p plain) Name() string { return "" }

func (p plain) Keyword(name string) (any, bool) {
	for _, part := range p.parts() {
		if v, ok := part.at[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (p plain) Types() []string {
	var out []string
	known := false
	for _, part := range p.parts() {
		types := stringsOf(part.at["type"])
		switch {
		case len(types) == 0:
		case !known:
			out, known = types, true
		default:
			out = slices.DeleteFunc(slices.Clone(out), func(t string) bool { return !slices.Contains(types, t) })
		}
	}
	return out
}

// stringsOf returns the string that a value is, or those that it lists.
func stringsOf(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	list, _ := v.([]any)
	var out []string
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (p plain) Enum() []any {
	if v, ok := p.Keyword("const"); ok {
		return []any{v}
	}
	v, _ := p.Keyword("enum")
	list, _ := v.([]any)
	return list
}

func (p plain) Default() (any, bool) { return p.Keyword("default") }

func (p plain) Example() (any, bool) {
	if v, ok := p.Keyword("example"); ok {
		return v, true
	}
	if v, ok := p.Keyword("examples"); ok {
		if list, _ := v.([]any); len(list) > 0 {
			return list[0], true
		}
	}
	return nil, false
}

func (p plain) text(name string) string {
	v, _ := p.Keyword(name)
	s, _ := v.(string)
	return s
}

func (p plain) Format() string { return p.text("format") }

func (p plain) truth(name string) bool {
	v, _ := p.Keyword(name)
	b, _ := v.(bool)
	return b
}

func (p plain) ReadOnly() bool  { return p.truth("readOnly") }
func (p plain) WriteOnly() bool { return p.truth("writeOnly") }

func (p plain) Required() []string {
	var out []string
	for _, part := range p.parts() {
		for _, name := range stringsOf(part.at["required"]) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Properties are in the order of their names, since a Go map has no order.
func (p plain) Properties() []Property {
	var out []Property
	required := p.Required()
	for _, part := range p.parts() {
		members, _ := part.at["properties"].(map[string]any)
		for _, name := range sortedKeys(members) {
			if slices.ContainsFunc(out, func(o Property) bool { return o.Name == name }) {
				continue
			}
			out = append(out, Property{Name: name, Schema: part.below(members[name], "properties", name), Required: slices.Contains(required, name)})
		}
	}
	slices.SortFunc(out, func(a, b Property) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (p plain) Property(name string) Schema {
	for _, part := range p.parts() {
		if members, ok := part.at["properties"].(map[string]any); ok {
			if v, ok := members[name]; ok {
				return part.below(v, "properties", name)
			}
		}
	}
	for _, list := range p.Alternatives() {
		for _, other := range list {
			if other == nil || other.Identity() == p.Identity() {
				continue
			}
			for _, member := range other.Properties() {
				if member.Name == name {
					return member.Schema
				}
			}
		}
	}
	return nil
}

func (p plain) Items() Schema {
	for _, part := range p.parts() {
		if s := part.below(part.at["items"], "items"); s != nil {
			return s
		}
	}
	return nil
}

func (p plain) PrefixItems() []Schema {
	for _, part := range p.parts() {
		for _, name := range []string{"prefixItems", "items"} {
			list, ok := part.at[name].([]any)
			if !ok {
				continue
			}
			out := make([]Schema, len(list))
			for i, item := range list {
				out[i] = part.below(item, name, strconv.Itoa(i))
			}
			return out
		}
	}
	return nil
}

func (p plain) AdditionalProperties() (schema Schema, allowed bool) {
	allowed = true
	for _, part := range p.parts() {
		for _, name := range []string{"additionalProperties", "unevaluatedProperties"} {
			if v, ok := part.at[name].(bool); ok && !v {
				allowed = false
			}
		}
		if schema == nil {
			schema = part.below(part.at["additionalProperties"], "additionalProperties")
		}
	}
	return schema, allowed
}

func (p plain) Alternatives() [][]Schema {
	var out [][]Schema
	for _, part := range p.parts() {
		for _, name := range []string{"anyOf", "oneOf"} {
			list, _ := part.at[name].([]any)
			var schemas []Schema
			for i, item := range list {
				if s := part.below(item, name, strconv.Itoa(i)); s != nil {
					schemas = append(schemas, s)
				}
			}
			if len(schemas) > 0 {
				out = append(out, schemas)
			}
		}
	}
	return out
}
