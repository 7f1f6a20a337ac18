package mock

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// echoed are the values that a request gives, by name: what it asks for or makes
// is what most replies are about. A member of an object inside the body goes by
// the names of both.
func echoed(s *runtime.StepView, req *runtime.Request) map[string]any {
	out := make(map[string]any)
	contentType, _ := req.Header.Lookup("Content-Type")
	if isJSON(contentType) {
		if body, err := parseJSON(req.Body); err == nil {
			if object, ok := body.(map[string]any); ok {
				echoObject(out, "", object, 0)
			}
		}
	}
	u, err := url.Parse(req.URL)
	if err != nil {
		return out
	}
	for name, values := range u.Query() { // order: each entry is set once
		if _, known := out[name]; !known && len(values) == 1 {
			out[name] = values[0]
		}
	}
	route := routeOf(s.Operation)
	parameters, _ := route.match(req.Method, u)
	for name, value := range parameters { // order: each entry is set once
		out[name] = unescaped(value)
	}
	return out
}

const maxEchoDepth = 4

func echoObject(out map[string]any, prefix string, object map[string]any, depth int) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		switch v := object[name].(type) {
		case map[string]any:
			if depth < maxEchoDepth {
				echoObject(out, name+"/", v, depth+1)
			}
		case string, bool, json.Number:
			if _, known := out[prefix+name]; !known {
				out[prefix+name] = v
			}
		}
	}
}

// echo puts what the request gave into members of the same name, as far as the
// schema admits it.
func (t *tree) echo(values map[string]any) {
	if t.present && len(values) > 0 {
		t.echoInto(t.root, nil, "", values)
	}
}

func (t *tree) echoInto(v any, path []token, parent string, values map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := append(slices.Clip(slices.Clone(path)), member(name))
			switch v[name].(type) {
			case map[string]any, []any:
				if len(path) < maxEchoDepth {
					t.echoInto(v[name], at, name, values)
				}
				continue
			case nil:
				continue
			}
			given, ok := values[parent+"/"+name]
			if !ok && len(path) < 2 {
				given, ok = values[name]
			}
			if !ok {
				continue
			}
			s := t.schemaAt(at)
			if fitting, ok := asFits(s, given); ok && typed(fitting, v[name], s) {
				t.set(at, fitting)
			}
		}
	case []any:
		if len(v) > 0 {
			t.echoInto(v[0], append(slices.Clip(slices.Clone(path)), element(0)), parent, values)
		}
	}
}

// asFits returns a value as a schema has it: a text on the wire may stand for a
// number.
func asFits(s sample.Schema, v any) (any, bool) {
	if text, isText := v.(string); isText && s != nil && !sample.HasFormat(s.Format(), text) {
		return nil, false
	}
	if s == nil || sample.Fits(s, v) {
		return v, true
	}
	switch text := expr.Text(v); {
	case isNumeral(text) && sample.Fits(s, json.Number(text)):
		return json.Number(text), true
	case text == "true" || text == "false":
		b := text == "true"
		return b, sample.Fits(s, b)
	case sample.Fits(s, text):
		return text, true
	default:
		return nil, false
	}
}

// typed reports whether a value may take the place of another: where no schema
// says what stands there it must be of the same type.
func typed(v, other any, s sample.Schema) bool {
	if s != nil && len(s.Types()) > 0 {
		return true
	}
	switch v.(type) {
	case string:
		_, same := other.(string)
		return same
	case json.Number:
		_, same := other.(json.Number)
		return same
	default:
		_, same := other.(bool)
		return same
	}
}
