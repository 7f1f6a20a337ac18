package sample

import (
	"encoding/json"
	"slices"
	"strconv"
)

// merged is a schema with the alternatives that were chosen of it. All layers
// hold at once, and none is nil.
type merged struct{ layers []Schema }

// choose returns the schema with one alternative of each of its lists, by the
// number of the try, and whether there are more to try.
func choose(s Schema, try int) (layers []Schema, more bool) {
	layers = []Schema{s}
	for i := 0; i < len(layers) && len(layers) < maxParts; i++ {
		for _, list := range layers[i].Alternatives() {
			sound := slices.DeleteFunc(slices.Clone(list), func(o Schema) bool {
				return o == nil || slices.Equal(o.Types(), []string{"null"}) || slices.ContainsFunc(layers, func(l Schema) bool { return l.Identity() == o.Identity() })
			})
			if len(sound) == 0 {
				continue
			}
			n := min(try, len(sound)-1)
			layers = append(layers, sound[n])
			more = more || try < len(sound)-1
		}
	}
	return layers, more
}

// kind is the type of the value to make, or empty.
func (m merged) kind() string {
	for _, layer := range m.layers {
		types := typesOf(layer)
		for _, t := range types {
			if t != "null" {
				return t
			}
		}
		if len(types) > 0 {
			return "null"
		}
	}
	return ""
}

func (m merged) Enum() []any {
	for _, layer := range m.layers {
		if list := layer.Enum(); len(list) > 0 {
			return list
		}
	}
	return nil
}

func (m merged) Keyword(name string) (any, bool) {
	for _, layer := range m.layers {
		if v, ok := layer.Keyword(name); ok {
			return v, true
		}
	}
	return nil, false
}

func (m merged) Format() string {
	for _, layer := range m.layers {
		if f := layer.Format(); f != "" {
			return f
		}
	}
	return ""
}

// count is the value of a keyword that counts.
func (m merged) count(keyword string, otherwise int) int {
	v, ok := m.Keyword(keyword)
	if !ok {
		return otherwise
	}
	n, ok := v.(json.Number)
	if !ok {
		return otherwise
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	if err != nil || f < 0 {
		return otherwise
	}
	return int(min(f, maxLength))
}

func (m merged) Properties() []Property {
	var out []Property
	for _, layer := range m.layers {
		for _, p := range layer.Properties() {
			if !slices.ContainsFunc(out, func(o Property) bool { return o.Name == p.Name }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (m merged) Required() []string {
	var out []string
	for _, layer := range m.layers {
		for _, name := range layer.Required() {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func (m merged) Property(name string) Schema {
	for i := len(m.layers) - 1; i >= 0; i-- {
		if s := m.layers[i].Property(name); s != nil {
			return s
		}
	}
	return nil
}

func (m merged) Items() Schema {
	for _, layer := range m.layers {
		if s := layer.Items(); s != nil {
			return s
		}
	}
	return nil
}

func (m merged) PrefixItems() []Schema {
	for _, layer := range m.layers {
		if list := layer.PrefixItems(); len(list) > 0 {
			return list
		}
	}
	return nil
}

func (m merged) AdditionalProperties() (schema Schema, allowed bool) {
	allowed = true
	for _, layer := range m.layers {
		s, may := layer.AdditionalProperties()
		allowed = allowed && may
		if schema == nil {
			schema = s
		}
	}
	return schema, allowed
}
