package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// Input describes an input of a workflow to its user.
type Input struct {
	Name        string
	Description string
	// Types are the JSON types that the schema admits; empty if it does not say.
	Types    []string
	Required bool
	// Default is the schema's default; HasDefault tells null from none.
	Default    any
	HasDefault bool
	// Enum are the values that the schema admits; empty if it does not say.
	Enum []any
	// Secret is set if the schema says "format: password".
	Secret bool
}

// inputs is the compiled inputs schema of a workflow (Arazzo 1.0.1, Workflow
// Object: inputs is a JSON Schema 2020-12).
type inputs struct {
	origin arazzo.Origin
	schema arazzo.Value
	list   []Input
	// open is set if the schema says that it admits other members than those it
	// lists, or lists none.
	open bool
	// simple is set if the schema uses nothing but names, types, enumerations
	// and annotations: then the checks of this file are complete.
	simple bool
}

func (c *compiler) inputs(w *arazzo.Workflow) *inputs {
	in := &inputs{origin: w.Field("inputs"), schema: w.Inputs, open: true, simple: true}
	if w.Inputs.Kind() != arazzo.Object {
		return in
	}
	in.simple = isSimple(w.Inputs, "properties", "required", "additionalProperties") && hasTypeObject(w.Inputs)
	properties := w.Inputs.Member("properties")
	in.open = properties.Kind() != arazzo.Object
	if extra := w.Inputs.Member("additionalProperties"); extra.Kind() != arazzo.Absent {
		in.open = extra.JSON() != false
		in.simple = in.simple && (extra.Kind() == arazzo.Bool)
	}
	for _, name := range []string{"patternProperties", "unevaluatedProperties", "$ref", "allOf", "anyOf", "oneOf"} {
		in.open = in.open || w.Inputs.Has(name)
	}
	required := stringList(w.Inputs.Member("required"))
	for name, schema := range properties.Members() {
		in.list = append(in.list, newInput(name, schema, slices.Contains(required, name)))
		in.simple = in.simple && isSimple(schema)
	}
	for _, name := range required {
		if !slices.ContainsFunc(in.list, func(i Input) bool { return i.Name == name }) {
			in.list = append(in.list, Input{Name: name, Required: true})
		}
	}
	return in
}

func newInput(name string, schema arazzo.Value, required bool) Input {
	in := Input{Name: name, Required: required}
	in.Description, _ = schema.Member("description").Text()
	if text, ok := schema.Member("type").Text(); ok {
		in.Types = []string{text}
	} else {
		in.Types = stringList(schema.Member("type"))
	}
	if d := schema.Member("default"); d.Kind() != arazzo.Absent {
		in.Default, in.HasDefault = d.JSON(), true
	}
	for _, e := range schema.Member("enum").Elements() {
		in.Enum = append(in.Enum, e.JSON())
	}
	format, _ := schema.Member("format").Text()
	in.Secret = format == "password"
	return in
}

func stringList(v arazzo.Value) []string {
	var out []string
	for _, e := range v.Elements() {
		if s, ok := e.Text(); ok {
			out = append(out, s)
		}
	}
	return out
}

func hasTypeObject(schema arazzo.Value) bool {
	t, ok := schema.Member("type").Text()
	return ok && t == "object" || schema.Member("type").Kind() == arazzo.Absent
}

// isSimple reports whether a schema uses only the keywords that the checks of
// this file cover, annotations, and those named.
func isSimple(schema arazzo.Value, also ...string) bool {
	if schema.Kind() != arazzo.Object {
		return false
	}
	for name := range schema.Members() {
		switch name {
		case "type", "enum", "title", "description", "default", "examples", "example", "format", "deprecated", "readOnly", "writeOnly", "$comment":
		default:
			if !strings.HasPrefix(name, "x-") && !slices.Contains(also, name) {
				return false
			}
		}
	}
	return true
}

// known keeps those of the values that the schema lists, for a workflow that
// gets the inputs of another.
func (in *inputs) known(given map[string]any) map[string]any {
	out := make(map[string]any)
	for _, i := range in.list {
		if v, ok := given[i.Name]; ok {
			out[i.Name] = v
		}
	}
	return out
}

// accept checks the values given for the inputs and fills in defaults. All
// that is wrong is reported at once.
func (in *inputs) accept(given map[string]any) (map[string]any, diag.List) {
	var problems diag.List
	values := make(map[string]any, len(given)+len(in.list))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		v, err := jsonValue(given[name])
		if err != nil {
			problems.Add(in.problem(name, "invalid-input", "", "input %q cannot be used: %v", name, err))
			continue
		}
		values[name] = v
	}
	for _, i := range in.list {
		if _, ok := values[i.Name]; !ok && i.HasDefault {
			values[i.Name] = i.Default
		}
	}
	problems.Add(in.unknown(values)...)
	for _, i := range in.list {
		v, ok := values[i.Name]
		switch {
		case !ok && given[i.Name] == nil && i.Required:
			problems.Add(in.problem(i.Name, "missing-input", fmt.Sprintf("give it with -i %s=VALUE", i.Name), "input %q is required and was not given", i.Name))
		case ok:
			problems.Add(in.mismatch(i, v)...)
		}
	}
	if len(problems) == 0 && !in.simple {
		problems.Add(in.validate(values)...)
	}
	return values, problems
}

func (in *inputs) problem(name, rule, hint, format string, args ...any) diag.Diagnostic {
	origin := in.origin
	if p := in.schema.Member("properties").Member(name); p.Kind() != arazzo.Absent {
		origin = p.Origin
	}
	d := problem(origin, rule, hint, format, args...)
	return d
}

func (in *inputs) unknown(values map[string]any) diag.List {
	var problems diag.List
	if in.open {
		return nil
	}
	var names []string
	for _, i := range in.list {
		names = append(names, i.Name)
	}
	for _, name := range sortedKeys(values) {
		if slices.Contains(names, name) {
			continue
		}
		hint := "the workflow has no inputs"
		if near := nearest.Find(name, names); len(near) > 0 {
			hint = fmt.Sprintf("did you mean %q?", near[0])
		} else if len(names) > 0 {
			hint = "the workflow has the inputs " + strings.Join(names, ", ")
		}
		problems.Add(in.problem(name, "unknown-input", hint, "the workflow has no input %q", name))
	}
	return problems
}

// mismatch checks the type and the enumeration of an input.
func (in *inputs) mismatch(i Input, v any) diag.List {
	var problems diag.List
	shown := shorten(literal(v))
	if i.Secret {
		shown = masked
	}
	if len(i.Types) > 0 && !slices.ContainsFunc(i.Types, func(t string) bool { return hasType(v, t) }) {
		problems.Add(in.problem(i.Name, "invalid-input", "", "input %q must be %s, and %s is %s", i.Name, typeNames(i.Types), shown, typeNames([]string{typeOf(v)})))
		return problems
	}
	if len(i.Enum) > 0 && !slices.ContainsFunc(i.Enum, func(e any) bool { return expr.Equal(e, v) }) {
		var choices []string
		for _, e := range i.Enum {
			choices = append(choices, literal(e))
		}
		problems.Add(in.problem(i.Name, "invalid-input", "use one of "+shorten(strings.Join(choices, ", ")), "input %q is %s, which is not among the values that its schema lists", i.Name, shown))
	}
	return problems
}

func typeNames(types []string) string {
	names := make([]string, len(types))
	for i, t := range types {
		switch t {
		case "integer", "array", "object":
			names[i] = "an " + t
		case "null":
			names[i] = t
		default:
			names[i] = "a " + t
		}
	}
	return strings.Join(names, " or ")
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if hasType(v, "integer") {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func hasType(v any, t string) bool {
	switch v := v.(type) {
	case nil:
		return t == "null"
	case bool:
		return t == "boolean"
	case string:
		return t == "string"
	case json.Number:
		return t == "number" || t == "integer" && isInteger(v.String())
	case []any:
		return t == "array"
	case map[string]any:
		return t == "object"
	default:
		return false
	}
}

// isInteger reports whether a JSON number has no fraction but zeros, however it
// is written (JSON Schema 2020-12: 1.0 and 10e-1 are integers).
func isInteger(number string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "-"), ".")
	fraction = strings.TrimRight(fraction, "0")
	if exponent == "" {
		return fraction == ""
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return true
	}
	shift, err := strconv.Atoi(exponent)
	if err != nil {
		return !strings.HasPrefix(exponent, "-")
	}
	return shift-len(fraction)+len(digits)-len(significant) >= 0
}

// validate applies the whole schema. Each input is checked on its own first, so
// that all that are wrong are reported.
func (in *inputs) validate(values map[string]any) diag.List {
	var problems diag.List
	text, err := json.Marshal(in.schema.JSON())
	if err != nil {
		return diag.List{problem(in.origin, "invalid-inputs-schema", "", "the inputs schema cannot be read: %v", err)}
	}
	whole, err := resolveSchema(text, nil)
	if err != nil {
		return diag.List{problem(in.origin, "invalid-inputs-schema", "", "the inputs schema is not a JSON Schema that can be applied: %v", err)}
	}
	single, err := resolveSchema(text, func(s *jsonschema.Schema) { s.Required, s.MinProperties, s.DependentRequired = nil, nil, nil })
	if err != nil {
		return diag.List{problem(in.origin, "invalid-inputs-schema", "", "the inputs schema is not a JSON Schema that can be applied: %v", err)}
	}
	plain := make(map[string]any, len(values))
	for _, name := range sortedKeys(values) {
		plain[name] = goNumbers(values[name])
		if err := single.Validate(map[string]any{name: plain[name]}); err != nil {
			problems.Add(in.problem(name, "invalid-input", "", "input %q does not satisfy its schema: %s", name, in.reason(err)))
		}
	}
	if len(problems) == 0 {
		if err := whole.Validate(plain); err != nil {
			problems.Add(problem(in.origin, "invalid-input", "", "the inputs do not satisfy their schema: %s", in.reason(err)))
		}
	}
	return problems
}

// goNumbers converts the numbers in a JSON value to those that the schema
// library knows. Only the check sees them, so that what a float64 cannot hold
// is lost to nobody else.
func goNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return max(-math.MaxFloat64, min(f, math.MaxFloat64))
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = goNumbers(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, m := range v { // order: a copy of a map
			out[k] = goNumbers(m)
		}
		return out
	default:
		return v
	}
}

func resolveSchema(text []byte, change func(*jsonschema.Schema)) (*jsonschema.Resolved, error) {
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, err
	}
	if change != nil {
		change(&s)
	}
	return s.Resolve(nil)
}

// reason is the innermost message of a validation error; it names the keyword.
// Where an input is secret nothing of the value may show, so only the keyword
// is told.
func (in *inputs) reason(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	text := shorten(err.Error())
	if slices.ContainsFunc(in.list, func(i Input) bool { return i.Secret }) {
		text, _, _ = strings.Cut(text, ":")
	}
	return text
}

// jsonValue converts a Go value to a JSON value whose numbers are json.Number.
func jsonValue(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string, json.Number:
		return v, nil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = jsonValue(v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, k := range sortedKeys(v) {
			var err error
			if out[k], err = jsonValue(v[k]); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		return decodeJSON(text)
	}
}
