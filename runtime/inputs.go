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
	// File is set if the workflow sends the input where bytes are expected, such as
	// a part of a multipart body. Its value may be an [expr.Binary].
	File bool
}

// inputs is the compiled inputs schema of a workflow (Arazzo 1.0.1, Workflow
// Object: inputs is a JSON Schema 2020-12).
type inputs struct {
	origin arazzo.Origin
	list   []Input
	// places are where the schemas of the inputs stand.
	places map[string]arazzo.Origin
	// open is set if the schema admits other members than those it lists.
	open bool
	// whole is the schema itself, and single the schema of each input that has
	// one. They are nil if the schema uses nothing but names, types, enumerations
	// and annotations: then the checks of this file are complete.
	whole  *appliedSchema
	single map[string]*appliedSchema
}

func (c *compiler) inputs(w *arazzo.Workflow) *inputs {
	schema := w.InputSchema()
	in := &inputs{origin: w.Field("inputs"), open: schema.Open, places: make(map[string]arazzo.Origin)}
	for _, p := range schema.Properties {
		in.list = append(in.list, newInput(p.Name, p.Schema, p.Required))
		if p.Schema.Exists() {
			in.places[p.Name] = p.Schema.Origin
		}
	}
	if isSimpleObject(w.Inputs) {
		return in
	}
	if whole, ok := schema.JSON(); ok {
		in.whole = c.resolveSchema(in.origin, whole)
	}
	in.single = make(map[string]*appliedSchema)
	for i := range schema.Properties {
		p := &schema.Properties[i]
		if single, ok := p.JSON(); ok {
			if resolved := c.resolveSchema(in.place(p.Name), single); resolved != nil {
				in.single[p.Name] = resolved
			}
		}
	}
	return in
}

// resolveSchema compiles a schema that needs no other one.
func (c *compiler) resolveSchema(place arazzo.Origin, schema any) *appliedSchema {
	var s jsonschema.Schema
	text, err := json.Marshal(schema)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	var resolved *jsonschema.Resolved
	if err == nil {
		resolved, err = s.Resolve(nil)
	}
	if err != nil {
		c.problems.Add(problem(place, "invalid-inputs-schema", "", "the inputs schema is not a JSON Schema that can be applied: %v", err))
		return nil
	}
	return &appliedSchema{resolved: resolved, shape: newSchemaShape(schema)}
}

// isSimpleObject reports whether the checks of this file say all that a schema
// of inputs says.
func isSimpleObject(schema arazzo.Value) bool {
	if schema.Kind() == arazzo.Absent {
		return true
	}
	if !isSimple(schema, "properties", "required", "additionalProperties") || !hasTypeObject(schema) {
		return false
	}
	if extra := schema.Member("additionalProperties"); extra.Kind() != arazzo.Absent && extra.Kind() != arazzo.Bool {
		return false
	}
	for _, property := range schema.Member("properties").Members() {
		if !isSimple(property) {
			return false
		}
	}
	return true
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
	if len(problems) == 0 && in.whole != nil {
		if err := in.whole.validate(values); err != nil {
			problems.Add(problem(in.origin, "invalid-input", "", "the inputs do not satisfy their schema: %s", in.reason(err)))
		}
	}
	return values, problems
}

func (in *inputs) problem(name, rule, hint, format string, args ...any) diag.Diagnostic {
	return problem(in.place(name), rule, hint, format, args...)
}

// place is where the schema of an input stands, or that of all.
func (in *inputs) place(name string) arazzo.Origin {
	if p, ok := in.places[name]; ok {
		return p
	}
	return in.origin
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

// mismatch checks an input against its own schema: the type and the
// enumeration first, in plain words.
func (in *inputs) mismatch(i Input, v any) diag.List {
	var problems diag.List
	shown := shorten(literal(v))
	if b, isBinary := v.(*expr.Binary); isBinary {
		shown = "a file of " + b.String()
	}
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
		return problems
	}
	if single := in.single[i.Name]; single != nil {
		if err := single.validate(v); err != nil {
			problems.Add(in.problem(i.Name, "invalid-input", "", "input %q does not satisfy its schema: %s", i.Name, in.reason(err)))
		}
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
	case *expr.Binary:
		return "file"
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
	case string, *expr.Binary:
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
	case *expr.Binary:
		// JSON Schema has no bytes: a file is judged as a text of one character.
		return "x"
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
	case nil, bool, string, json.Number, *expr.Binary:
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
