package openapi

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// declared is a Parameter Object with what identifies it.
type declared struct {
	place
	name, in string
	at       diag.Range
}

// declarations reads the Parameter Objects of a path item and of an operation,
// of which the latter replace those of the same name and location.
func (r *resolver) declarations(lists ...place) []declared {
	var out []declared
	type key struct{ in, name string }
	known := make(map[key]int)
	for _, list := range lists {
		r.elements(list, "parameters", func(at place, name string) {
			d, ok := r.declaration(at, name)
			if !ok {
				return
			}
			k := key{d.in, d.name}
			if d.in == "header" { // RFC 9110, 5.1: the names of fields are case-insensitive
				k.name = strings.ToLower(d.name)
			}
			if i, ok := known[k]; ok {
				out[i] = d
				return
			}
			known[k] = len(out)
			out = append(out, d)
		})
	}
	return out
}

// declaration reads what identifies a parameter. The name is that of the member
// in which the parameter stands, if it stands in an object.
func (r *resolver) declaration(at place, member string) (declared, bool) {
	at, ok := r.followPlace(at)
	if !ok {
		return declared{}, false
	}
	v := at.found
	d := declared{place: at, at: v.place(v.start())}
	name, named := v.member("name").text()
	if !named && member != "" {
		name, named = member, true
	}
	in, located := v.member("in").text()
	if !named || !located {
		r.warn(RuleInvalidDescription, d.at, "a parameter without \"name\" and \"in\" is left out")
		return declared{}, false
	}
	d.name, d.in = name, strings.ToLower(in)
	return d, true
}

// parameters reads the parameters of a path item and of an operation.
func (r *resolver) parameters(lists ...place) []Parameter {
	var out []Parameter
	for _, d := range r.declarations(lists...) {
		switch d.in {
		case "path", "query", "header", "cookie", "querystring":
			out = append(out, r.parameter(d))
		default:
			r.noLocation(d)
		}
	}
	return out
}

func (r *resolver) noLocation(d declared) {
	r.warn(RuleInvalidDescription, d.at, "the parameter %q is left out: there is no location %q", d.name, d.in)
}

func (r *resolver) parameter(d declared) Parameter {
	v := d.found
	p := Parameter{Name: d.name, In: d.in, Range: d.at}
	// OpenAPI 3.1.1, Parameter Object: a path parameter "MUST" be required.
	p.Required = p.In == "path" || v.member("required").isTrue()
	p.AllowReserved = v.member("allowReserved").isTrue()
	r.describe(&p, d.place)
	return p
}

// describe reads how the value of a parameter or header is written and which
// values it may have.
func (r *resolver) describe(p *Parameter, at place) {
	if r.document.isSwagger() {
		r.describeSwagger(p, at)
		return
	}
	p.object = at
	r.style(p, at.found)
	schema, ok := at.member(at.found, "schema")
	if !ok {
		if content, has := at.member(at.found, "content"); has {
			content.found.fields(func(f field) bool {
				p.ContentType = f.name
				media := content.child(f)
				schema, ok = media.member(f.value, "schema")
				return false
			})
		}
	}
	if !ok && p.ContentType == "" && at.found.member("type").exists() {
		schema = at // "type" beside "name", as Swagger 2.0 has it
	}
	if schema.source == nil {
		return
	}
	p.Schema = r.schema(schema, schema.found)
	f := r.facts(schema.found, 0)
	p.Types, p.Enum, p.Default, p.HasDefault = f.types, f.enum, f.standard, f.hasStandard
}

// style fills in how a parameter is written.
//
// OpenAPI 3.1.1, Parameter Object: the default of "style" depends on the
// location, that of "explode" is true for the style "form" alone.
func (r *resolver) style(p *Parameter, v value) {
	p.Style = defaultStyle(p.In)
	if text, ok := v.member("style").text(); ok {
		if isStyle(text) {
			p.Style = text
		} else {
			r.warn(RuleInvalidDescription, p.Range,
				"the parameter %q has the unknown style %q; %q is taken", p.Name, text, p.Style)
		}
	}
	p.Explode = defaultExplode(p.Style)
	if explode := v.member("explode"); explode.exists() {
		p.Explode = explode.isTrue()
	}
}

func defaultStyle(in string) string {
	switch in {
	case "path", "header":
		return "simple"
	case "query", "cookie":
		return "form"
	default:
		return ""
	}
}

func defaultExplode(style string) bool { return style == "form" || style == "cookie" }

func isStyle(style string) bool {
	switch style {
	case "matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie":
		return true
	default:
		return false
	}
}

// facts are what a request needs to know of a schema.
type facts struct {
	types       []string
	enum        []any
	standard    any // the default
	hasStandard bool
}

// fill takes from another schema that also holds what f does not say.
func (f *facts) fill(other facts) {
	if f.types == nil {
		f.types = other.types
	}
	if f.enum == nil {
		f.enum = other.enum
	}
	if !f.hasStandard {
		f.standard, f.hasStandard = other.standard, other.hasStandard
	}
}

// maxSchemaDepth bounds the schemas inside schemas that are looked at to find
// out the type of a value.
const maxSchemaDepth = 32

// facts reads a Schema Object, with what stands beside a $ref in it. A value
// that is no object, such as the schema "true", says nothing.
func (r *resolver) facts(v value, depth int) facts {
	if r.hops++; r.hops > maxHops || depth > maxSchemaDepth || v.kind() != kindObject {
		return facts{}
	}
	f := facts{types: schemaTypes(v)}
	v.member("enum").items(func(item value) bool {
		if x, ok := r.json(item); ok {
			f.enum = append(f.enum, x)
		}
		return true
	})
	if constant := v.member("const"); constant.exists() && f.enum == nil {
		if x, ok := r.json(constant); ok {
			f.enum = []any{x}
		}
	}
	if standard := v.member("default"); standard.exists() {
		f.standard, f.hasStandard = r.json(standard)
	}
	if _, _, ok := reference(v); ok {
		if target, ok := r.follow(v); ok {
			f.fill(r.facts(target, depth+1))
		}
	}
	if ref, at, ok := referenceOf(v, "$dynamicRef"); ok {
		if target, err := r.target(at, ref); err == nil && !target.damaged() {
			f.fill(r.facts(target.value, depth+1))
		}
	}
	v.member("allOf").items(func(part value) bool {
		f.fill(r.facts(part, depth+1))
		return true
	})
	for _, choice := range []string{"anyOf", "oneOf"} {
		f.fill(r.union(v.member(choice), depth+1))
	}
	if f.types != nil && !slices.Contains(f.types, "null") && (v.member("nullable").isTrue() || v.member("x-nullable").isTrue()) {
		f.types = append(slices.Clone(f.types), "null")
	}
	return f
}

// union reads the alternatives of "anyOf" or "oneOf". It says nothing of types
// or values unless every alternative does.
func (r *resolver) union(list value, depth int) facts {
	var u facts
	types, enums := true, true
	list.items(func(part value) bool {
		f := r.facts(part, depth)
		types = types && f.types != nil
		for _, t := range f.types {
			if !slices.Contains(u.types, t) {
				u.types = append(u.types, t)
			}
		}
		switch {
		case f.enum != nil:
			u.enum = append(u.enum, f.enum...)
		case slices.Equal(f.types, []string{"null"}):
			u.enum = append(u.enum, nil)
		default:
			enums = false
		}
		return true
	})
	if !types {
		u.types = nil
	}
	if !enums {
		u.enum = nil
	}
	return u
}

// schemaTypes reads the "type" of a schema.
func schemaTypes(v value) []string {
	var types []string
	add := func(t value) bool {
		text, _ := t.text()
		if t.kind() == kindNull { // "type: [string, null]" without quotes
			text = "null"
		}
		switch text {
		case "file": // Swagger 2.0, of a parameter or a response
			text = "string"
			fallthrough
		case "null", "boolean", "number", "integer", "string", "array", "object":
			if !slices.Contains(types, text) {
				types = append(types, text)
			}
		}
		return true
	}
	switch t := v.member("type"); t.kind() {
	case kindArray:
		t.items(add)
	case kindString:
		add(t)
	case kindNull, kindBoolean, kindNumber, kindObject:
	}
	return types
}
