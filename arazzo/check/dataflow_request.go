package check

import (
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// request checks what a step sends against what its operation takes.
func (f *dataFlow) request(s *stepPlan) {
	for _, p := range s.step.Parameters {
		if p = f.plan.document.ResolveParameter(p); p != nil {
			f.parameter(p, s)
		}
	}
	if s.step.RequestBody == nil {
		return
	}
	payload := s.step.RequestBody.Payload
	f.pointersIn(payload, s, success)
	if media := s.takes(); media != nil && !f.isWritten(payload) {
		f.body(payload, media.Schema, s, isJSON(media.Name))
	}
}

// isWritten reports whether a payload is the text of the body itself, with or
// without expressions in it.
func (f *dataFlow) isWritten(payload arazzo.Value) bool {
	text, is := payload.Text()
	if !is {
		return false
	}
	t := f.plan.template(text)
	if t == nil {
		return true
	}
	_, whole := t.Whole()
	return !whole
}

// takes returns the declared media type of the request body, or nil if it is not
// known which one applies.
func (s *stepPlan) takes() *openapi.MediaType {
	if s.operation == nil || s.operation.RequestBody == nil {
		return nil
	}
	content := s.operation.RequestBody.Content
	if name := s.step.RequestBody.ContentType; name != "" {
		wanted := mediaType(name)
		for i := range content {
			if mediaType(content[i].Name) == wanted {
				return &content[i]
			}
		}
		return nil
	}
	for i := range content {
		if isJSON(content[i].Name) {
			return &content[i]
		}
	}
	if len(content) == 1 {
		return &content[0]
	}
	return nil
}

func mediaType(name string) string {
	t, _, err := mime.ParseMediaType(name)
	if err != nil {
		t, _, _ = strings.Cut(name, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

// parameter checks the value of a parameter. On the wire it is text, so that
// only structure matters, and literals.
func (f *dataFlow) parameter(p *arazzo.Parameter, s *stepPlan) {
	f.pointersIn(p.Value, s, success)
	declared := s.declared(p)
	if p.In == "path" || declared != nil && declared.Required {
		f.needed(p)
	}
	if declared == nil || declared.ContentType != "" {
		return
	}
	have := f.infer.document(p.Value, s)
	types := have.types()
	if types == nil {
		return
	}
	what := fmt.Sprintf("the %s parameter %q", p.In, shown(p.Name))
	structured := !slices.ContainsFunc(types, func(t string) bool { return t != "array" && t != "object" })
	if structured && declared.Types != nil && !slices.Contains(declared.Types, "array") && !slices.Contains(declared.Types, "object") {
		f.mismatch(p.Value.Origin, what, types, declared.Types)
		return
	}
	c, given := have.(constant)
	if !given {
		return
	}
	text := expr.Text(c.value)
	if typeOf(c.value) == "string" && declared.Types != nil && !readsAs(text, declared.Types) {
		f.mismatch(p.Value.Origin, what, types, declared.Types)
		return
	}
	if len(declared.Enum) > 0 && !slices.ContainsFunc(declared.Enum, func(v any) bool { return expr.Text(v) == text }) {
		f.undeclaredValue(p.Value.Range(), p.Value.Origin, what, c.value, declared.Enum)
	}
}

// needed warns of a parameter that must be there and takes an input that need not.
func (f *dataFlow) needed(p *arazzo.Parameter) {
	text, _ := p.Value.Text()
	if !strings.HasPrefix(text, "$inputs.") {
		return
	}
	t := f.plan.template(text)
	if t == nil {
		return
	}
	if e, whole := t.Whole(); whole && isOptional(f.plan, e.Name) {
		f.at(p.Value.Origin, "optional-input-required", "make the input required, or give it a default",
			"the %s parameter %q is required and takes input %q, which need not be given: without it the step is not sent", p.In, shown(p.Name), shown(e.Name))
	}
}

func (s *stepPlan) declared(p *arazzo.Parameter) *openapi.Parameter {
	if s.operation == nil {
		return nil
	}
	for i := range s.operation.Parameters {
		d := &s.operation.Parameters[i]
		if d.In == p.In && (d.Name == p.Name || p.In == "header" && strings.EqualFold(d.Name, p.Name)) {
			return d
		}
	}
	return nil
}

// readsAs reports whether a text on the wire can be a value of one of the types.
func readsAs(text string, types []string) bool {
	for _, t := range types {
		switch t {
		case "integer", "number":
			if _, err := strconv.ParseFloat(text, 64); err == nil {
				return true
			}
		case "boolean":
			if text == "true" || text == "false" || text == "0" || text == "1" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// maxBodyDepth bounds the objects inside objects of a payload that are checked.
const maxBodyDepth = 64

func (f *dataFlow) body(v arazzo.Value, s *openapi.Schema, at *stepPlan, typed bool) {
	f.member(v, []*openapi.Schema{s}, at, typed, "the payload", 0)
}

// member checks a value of the payload against the schemas among which there is
// a choice. Only in JSON do the types of scalars reach the server.
func (f *dataFlow) member(v arazzo.Value, variants []*openapi.Schema, at *stepPlan, typed bool, what string, depth int) {
	if depth > maxBodyDepth || len(variants) == 0 || slices.Contains(variants, nil) {
		return
	}
	want := shapeOfVariants(variants)
	switch v.Kind() {
	case arazzo.Object:
		if f.plan.options.Version != expr.V1_0 && arazzo.IsSelector(v) {
			return
		}
		if types := want.types(); types != nil && !slices.Contains(types, "object") {
			f.mismatch(v.Origin, what, []string{"object"}, types)
			return
		}
		if len(variants) == 1 {
			f.object(v, variants[0], at, typed, what, depth)
		}
	case arazzo.Array:
		if types := want.types(); types != nil && !slices.Contains(types, "array") {
			f.mismatch(v.Origin, what, []string{"array"}, types)
			return
		}
		if len(variants) > 1 || variants[0].PrefixItems() != nil {
			return
		}
		for i, e := range v.Elements() {
			f.member(e, []*openapi.Schema{variants[0].Items()}, at, typed, fmt.Sprintf("element %d of %s", i, what), depth+1)
		}
	case arazzo.Absent:
	case arazzo.String, arazzo.Number, arazzo.Bool, arazzo.Null:
		f.leaf(v, want, at, typed, what)
	}
}

func (f *dataFlow) object(v arazzo.Value, s *openapi.Schema, at *stepPlan, typed bool, what string, depth int) {
	given := map[string]bool{}
	computed := false
	for name, m := range v.Members() {
		if _, _, is := expr.ParseMemberName(name, f.plan.options); is {
			computed = true
			continue
		}
		if outer, _, nested := strings.Cut(name, "["); nested && !typed {
			// A form whose author has written "a[b]" out.
			given[outer] = true
			continue
		}
		given[name] = true
		switch s.Admits(name) {
		case openapi.Declared:
			f.member(m, s.Variants(name), at, typed, memberOf(what, name), depth+1)
		case openapi.Impossible:
			f.undeclaredMember(name, m, s, what)
		case openapi.Possible:
		}
	}
	var missing []string
	for _, name := range s.Required() {
		p := s.Property(name)
		if _, standard := p.Default(); !given[name] && !standard && !p.ReadOnly() {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 || computed {
		return
	}
	place := v.NameRange()
	if depth == 0 {
		place = at.step.RequestBody.FieldNameRange("payload")
	}
	f.add(diag.Diagnostic{
		Rule: "missing-member", Range: place, Pointer: v.Pointer(),
		Message: fmt.Sprintf("the operation requires %s in %s", listed(missing), what),
	})
}

func (f *dataFlow) undeclaredMember(name string, m arazzo.Value, s *openapi.Schema, what string) {
	names := described{s}.names()
	d := diag.Diagnostic{
		Rule: "undeclared-member", Range: m.NameRange(), Pointer: m.Pointer(),
		Message: fmt.Sprintf("the operation declares no %q in %s", shown(name), what),
		Hint:    "it declares " + listed(names),
	}
	if near := nearest.Find(name, names); len(near) > 0 {
		d.Hint = fmt.Sprintf("did you mean %q?", shown(near[0]))
	}
	f.add(d)
}

func memberOf(what, name string) string {
	if what == "the payload" {
		return fmt.Sprintf("%q of the payload", shown(name))
	}
	return fmt.Sprintf("%q of %s", shown(name), what)
}

// leaf checks a value that is no object and no array in the document.
func (f *dataFlow) leaf(v arazzo.Value, s shape, at *stepPlan, typed bool, what string) {
	have, want := f.infer.document(v, at), s.types()
	types := have.types()
	if types == nil {
		return
	}
	c, given := have.(constant)
	structured := slices.ContainsFunc(types, func(t string) bool { return t == "object" || t == "array" })
	switch {
	case want == nil:
	case !typed && !structured:
		if given && typeOf(c.value) == "string" && !readsAs(expr.Text(c.value), want) {
			f.mismatch(v.Origin, what, types, want)
			return
		}
	case !slices.ContainsFunc(types, func(t string) bool { return t == "null" && !given || fits(t, want) }):
		f.mismatch(v.Origin, what, types, want)
		return
	}
	if enum := s.enum(); given && c.value != nil && len(enum) > 0 && !slices.ContainsFunc(enum, func(e any) bool { return expr.Text(e) == expr.Text(c.value) }) {
		f.undeclaredValue(v.Range(), v.Origin, what, c.value, enum)
	}
}

// fits reports whether a value of a type may be one of others.
func fits(have string, want []string) bool {
	return slices.Contains(want, have) || have == "integer" && slices.Contains(want, "number") || have == "number" && slices.Contains(want, "integer")
}

func (f *dataFlow) mismatch(place arazzo.Origin, what string, have, want []string) {
	f.at(place, "type-mismatch", "", "%s is %s, and this is %s", what, describeTypes(want), describeTypes(have))
}

// undeclaredValue reports a literal that is not among the values that the
// description lists.
func (f *dataFlow) undeclaredValue(at diag.Range, place arazzo.Origin, what string, value any, enum []any) {
	var names []string
	for _, v := range enum {
		names = append(names, expr.Text(v))
	}
	d := diag.Diagnostic{
		Rule: "undeclared-value", Range: at, Pointer: place.Pointer(),
		Message: fmt.Sprintf("the description does not list %q among the values of %s", shown(expr.Text(value)), what),
		Hint:    "it lists " + listed(names),
	}
	if near := nearest.Find(expr.Text(value), names); len(near) > 0 {
		d.Hint = fmt.Sprintf("did you mean %q?", shown(near[0]))
	}
	f.add(d)
}
