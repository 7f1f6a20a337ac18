package sample

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
)

// Side says who sends the value.
type Side int

// The sides. A member that is readOnly occurs in responses only, one that is
// writeOnly in requests only.
const (
	Either Side = iota
	Request
	Response
)

// Options say what a sample holds. The zero value has what is required and
// nothing else.
type Options struct {
	// Optional includes members that are not required.
	Optional bool
	// Depth is how many objects inside each other have optional members. Zero: 3.
	Depth int
	Side  Side
	// Seed tells samples apart: texts and ids that nothing prescribes differ
	// between seeds. Zero: they are the same each time, and plain.
	Seed uint64
}

const (
	defaultDepth = 3
	// maxDepth bounds the values inside each other, maxValues all of a sample.
	maxDepth  = 24
	maxValues = 2000
	// maxTries bounds the alternatives of one schema that are tried.
	maxTries = 8
	// maxLength bounds the elements and characters that minItems and minLength
	// ask for.
	maxLength = 10_000
)

// Value returns a value that the schema admits, as far as that can be found: an
// example or a default that the schema gives and admits, else one that is made.
// The name of the member or parameter helps to find a telling one; it may be
// empty. A nil schema admits anything. The result is a JSON value of its own,
// with numbers as json.Number.
func Value(s Schema, name string, o Options) any {
	if o.Depth == 0 {
		o.Depth = defaultDepth
	}
	g := &generator{options: o}
	return g.value(s, place{name: name})
}

// place is where a value stands.
type place struct {
	name string
	// index tells the elements of an array apart.
	index int
	// depth counts the values around this one, and objects those that are objects.
	depth, objects int
}

type generator struct {
	options Options
	values  int
	// open are the schemas whose values are under way.
	open []string
}

func (g *generator) value(s Schema, at place) any {
	if s == nil {
		return g.text(merged{}, at)
	}
	if v, ok := g.stated(s, at); ok {
		return v
	}
	if g.values++; at.depth > maxDepth || g.values > maxValues {
		return bare(s)
	}
	id := s.Identity()
	g.open = append(g.open, id)
	defer func() { g.open = g.open[:len(g.open)-1] }()
	var first any
	for try := range maxTries {
		layers, more := choose(s, try)
		v := g.made(merged{layers}, at)
		if try == 0 {
			first = v
		}
		if !more && try == 0 || g.values > maxValues {
			break
		}
		if Fits(s, v) {
			return v
		}
		if !more {
			break
		}
	}
	return first
}

// bare is the smallest value of the type, where a sample would grow too large.
func bare(s Schema) any {
	switch (merged{[]Schema{s}}).kind() {
	case "object":
		return map[string]any{}
	case "array":
		return []any{}
	case "integer", "number":
		return decimal(1)
	case "boolean":
		return true
	case "null":
		return nil
	default:
		return "a"
	}
}

// stated returns a value that the schema itself gives.
func (g *generator) stated(s Schema, at place) (any, bool) {
	if list := s.Enum(); len(list) > 0 {
		for offset := range list {
			if v := list[(at.index+offset)%len(list)]; v != nil && Fits(s, v) {
				return copied(v), true
			}
		}
		return copied(list[0]), true
	}
	if at.index > 0 {
		return nil, false
	}
	for _, given := range []func() (any, bool){s.Example, s.Default} {
		if v, ok := given(); ok && v != nil && Fits(s, v) {
			return copied(v), true
		}
	}
	return nil, false
}

// copied returns a value that shares nothing with the schema.
func copied(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = copied(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, m := range v { // order: a copy of a map
			out[k] = copied(m)
		}
		return out
	default:
		return v
	}
}

func (g *generator) made(m merged, at place) any {
	if list := m.Enum(); len(list) > 0 {
		return copied(list[0])
	}
	switch kind := m.kind(); kind {
	case "object":
		return g.object(m, at)
	case "array":
		return g.array(m, at)
	case "integer", "number":
		return g.number(m, kind == "integer", at)
	case "boolean":
		return true
	case "null":
		return nil
	default:
		return g.text(m, at)
	}
}

// circular reports whether a value of the schema is under way more than once,
// or too deep.
func (g *generator) circular(s Schema, at place) bool {
	if at.depth >= maxDepth || g.values > maxValues {
		return true
	}
	if s == nil {
		return false
	}
	id, count := s.Identity(), 0
	for _, o := range g.open {
		if o == id {
			count++
		}
	}
	return id != "" && count > 0
}

func (g *generator) object(m merged, at place) any {
	out := make(map[string]any)
	required := m.Required()
	optional := g.options.Optional && at.objects < g.options.Depth
	members := m.Properties()
	for _, name := range required {
		if !slices.ContainsFunc(members, func(p Property) bool { return p.Name == name }) {
			members = append(members, Property{Name: name, Schema: m.Property(name)})
		}
	}
	for _, p := range members {
		needed := slices.Contains(required, p.Name)
		if p.Schema != nil && (g.options.Side == Request && p.Schema.ReadOnly() || g.options.Side == Response && p.Schema.WriteOnly()) {
			continue
		}
		if !needed && (!optional || g.circular(p.Schema, at)) {
			continue
		}
		out[p.Name] = g.value(p.Schema, place{name: p.Name, depth: at.depth + 1, objects: at.objects + 1})
	}
	g.discriminate(m, out)
	g.further(m, out, at)
	return out
}

// discriminate sets the member that tells alternatives apart.
//
// OpenAPI 3.1.1, Discriminator Object.
func (g *generator) discriminate(m merged, out map[string]any) {
	for _, layer := range m.layers {
		v, _ := layer.Keyword("discriminator")
		object, _ := v.(map[string]any)
		name, ok := object["propertyName"].(string)
		if !ok || len(m.layers) < 2 {
			continue
		}
		if s := m.Property(name); s != nil && len(s.Enum()) > 0 {
			continue
		}
		chosen := m.layers[len(m.layers)-1]
		if value := mappedName(object, chosen); value != "" {
			out[name] = value
		}
	}
}

// mappedName is the value of a discriminator that leads to a schema.
func mappedName(discriminator map[string]any, s Schema) string {
	name := s.Name()
	mapping, _ := discriminator["mapping"].(map[string]any)
	for _, key := range sortedKeys(mapping) {
		target, _ := mapping[key].(string)
		if name != "" && (target == name || lastOf(target) == name) {
			return key
		}
	}
	return name
}

func lastOf(reference string) string {
	for i := len(reference) - 1; i >= 0; i-- {
		if reference[i] == '/' {
			return reference[i+1:]
		}
	}
	return reference
}

// further adds members that are no properties where an object needs them.
func (g *generator) further(m merged, out map[string]any, at place) {
	least := m.count("minProperties", 0)
	schema, allowed := m.AdditionalProperties()
	if allowed && schema != nil && len(out) == 0 && g.options.Optional && at.objects < g.options.Depth && !g.circular(schema, at) {
		least = max(least, 1)
	}
	for i := 1; allowed && len(out) < least && i <= least; i++ {
		name := "key" + strconv.Itoa(i)
		out[name] = g.value(schema, place{name: name, index: i, depth: at.depth + 1, objects: at.objects + 1})
	}
}

func (g *generator) array(m merged, at place) any {
	prefix, items := m.PrefixItems(), m.Items()
	least := m.count("minItems", 0)
	wanted := least
	if wanted == 0 && at.objects < g.options.Depth+1 && !g.circular(items, at) {
		wanted = max(1, len(prefix))
	}
	if most := m.count("maxItems", maxLength); wanted > most {
		wanted = most
	}
	out := make([]any, 0, wanted)
	for i := range wanted {
		element := items
		if i < len(prefix) {
			element = prefix[i]
		}
		if i >= least && g.circular(element, at) {
			break
		}
		out = append(out, g.value(element, place{name: at.name, index: at.index + i, depth: at.depth + 1, objects: at.objects}))
	}
	return out
}

// draw returns digits that depend on the seed and the place.
func (g *generator) draw(at place) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(g.options.Seed, 16) + "/" + at.name + "/" + strconv.Itoa(at.index) + "/" + strconv.Itoa(at.depth)))
	return h.Sum64()
}

func decimal(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
