package openapi

import (
	"slices"
	"strings"
)

// swaggerBody reads a parameter of location "body", of which an operation has at
// most one.
//
// Swagger 2.0, Parameter Object.
func (r *resolver) swaggerBody(bodies, form []declared, consumes []string) *RequestBody {
	for _, d := range append(slices.Clone(bodies[:len(bodies)-1]), form...) {
		r.warn(RuleInvalidDescription, d.at, "the parameter %q is left out: %q is the body", d.name, bodies[len(bodies)-1].name)
	}
	d := bodies[len(bodies)-1]
	body := &RequestBody{Required: d.found.member("required").isTrue()}
	if len(consumes) == 0 {
		consumes = []string{"*/*"}
	}
	schema := r.schemaMember(d.place, "schema")
	for _, name := range consumes {
		body.Content = append(body.Content, MediaType{Name: name, Schema: schema, object: d.place})
	}
	return body
}

// form is what parameters of location "formData" are together: the schema of an
// object.
type form struct{ fields []formField }

type formField struct {
	name     string
	required bool
	object   place // the Parameter Object, which says of a value what a schema says
}

func (f *form) properties() []Property {
	var out []Property
	for _, field := range f.fields {
		out = append(out, Property{Name: field.name, Schema: &Schema{place: field.object}, Required: field.required})
	}
	return out
}

func (f *form) property(name string) *Schema {
	for _, field := range f.fields {
		if field.name == name {
			return &Schema{place: field.object}
		}
	}
	return nil
}

func (f *form) required() []string {
	var out []string
	for _, field := range f.fields {
		if field.required {
			out = append(out, field.name)
		}
	}
	return out
}

const (
	urlencodedForm = "application/x-www-form-urlencoded"
	multipartForm  = "multipart/form-data"
)

// swaggerForm makes a body of the parameters of location "formData", which stand
// in the given list.
//
// Swagger 2.0, Parameter Object: a form is "application/x-www-form-urlencoded"
// or "multipart/form-data", and with a parameter of type "file" the latter.
func (r *resolver) swaggerForm(parameters []declared, list place, consumes []string) *RequestBody {
	body := &RequestBody{}
	fields := &form{}
	var encoding []Encoding
	file := false
	for _, d := range parameters {
		p := r.parameter(d)
		p.In = "query" // whose styles hold for a form
		fields.fields = append(fields.fields, formField{name: d.name, required: p.Required, object: d.place})
		body.Required = body.Required || p.Required
		if kind, _ := d.found.member("type").text(); kind == "file" {
			file = true
		}
		if slices.Contains(p.Types, "array") {
			encoding = append(encoding, Encoding{Name: d.name, Styled: true, Style: p.Style, Explode: p.Explode})
		}
	}
	schema := &Schema{place: list, form: fields}
	for _, name := range formTypes(consumes, file) {
		body.Content = append(body.Content, MediaType{Name: name, Schema: schema, Encoding: encoding})
	}
	return body
}

// formTypes returns the media types in which a form may be sent: those that the
// operation consumes, as far as they are forms.
func formTypes(consumes []string, file bool) []string {
	types := slices.DeleteFunc(slices.Clone(consumes), func(name string) bool {
		essence, _, _ := strings.Cut(name, ";")
		essence = strings.ToLower(strings.TrimSpace(essence))
		return essence != multipartForm && (file || essence != urlencodedForm)
	})
	switch {
	case len(types) > 0:
		return types
	case file:
		return []string{multipartForm}
	default:
		return []string{urlencodedForm}
	}
}
