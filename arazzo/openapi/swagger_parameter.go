package openapi

import (
	"slices"
	"strings"
)

// describeSwagger reads how the value of a parameter or header is written and
// which values it may have, which stands beside its name.
//
// Swagger 2.0, Parameter Object, Header Object.
func (r *resolver) describeSwagger(p *Parameter, at place) {
	p.object = at
	schema := at
	if stated, ok := at.member(at.found, "schema"); ok && !at.found.member("type").exists() {
		schema = stated // as OpenAPI 3 has it
	}
	p.Schema = r.schema(schema, schema.found)
	f := r.facts(schema.found, 0)
	p.Types, p.Enum, p.Default, p.HasDefault = f.types, f.enum, f.standard, f.hasStandard
	p.Style = defaultStyle(p.In)
	if p.In == "formdata" {
		p.Style = "form"
	}
	p.Explode = defaultExplode(p.Style)
	if slices.Contains(p.Types, "array") {
		r.collection(p, at.found)
	}
}

// collection reads how the elements of an array are put together. For "tsv"
// there is no style in OpenAPI 3; it is "tabDelimited" here.
func (r *resolver) collection(p *Parameter, v value) {
	p.Explode = false
	format, stated := v.member("collectionFormat").text()
	switch strings.ToLower(format) {
	case "csv":
	case "ssv":
		p.Style = "spaceDelimited"
	case "tsv":
		p.Style = "tabDelimited"
	case "pipes":
		p.Style = "pipeDelimited"
	case "multi":
		if p.In == "query" || p.In == "formdata" {
			p.Explode = true
			return
		}
		r.warn(RuleInvalidDescription, p.Range, "the parameter %q of location %q cannot occur several times; commas are put between its values", p.Name, p.In)
	default:
		if stated {
			r.warn(RuleInvalidDescription, p.Range, "the parameter %q has the unknown collectionFormat %q; commas are put between its values", p.Name, format)
		}
	}
	if inner := v.member("items"); slices.Contains(schemaTypes(inner), "array") {
		r.warn(RuleInvalidDescription, p.Range, "the arrays inside the parameter %q are written as JSON: there is no style for them", p.Name)
	}
}
