package expr_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// world is an Environment over plain maps. Its keys are expressions without
// pointers: "$inputs.name", "$response.body".
type world map[string]any

func (w world) Lookup(e *expr.Expression) (any, bool) {
	if e.Root == expr.RootStatusCode { // must not allocate
		v, ok := w["$statusCode"]
		return v, ok
	}
	bare := *e
	bare.Pointer, bare.HasPointer = nil, false
	v, ok := w[bare.String()]
	return v, ok
}

// decode reads JSON with exact numbers.
func decode(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return v
}

// declared implements expr.Names. A step is "id" with its outputs.
type declared struct {
	inputs []string
	steps  map[string][]string
}

func (d declared) Input(name string) bool { return contains(d.inputs, name) }
func (d declared) StepOutput(step, output string) bool {
	return contains(d.steps[step], output)
}
func (d declared) InputNames() []string { return d.inputs }
func (d declared) StepNames() []string {
	names := make([]string, 0, len(d.steps))
	for name := range d.steps {
		names = append(names, name)
	}
	return names
}
func (d declared) OutputNames(step string) []string { return d.steps[step] }

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// rules returns the rule ids of notes, in their order.
func rules(notes []expr.Note) []string {
	var ids []string
	for _, n := range notes {
		ids = append(ids, n.Rule)
	}
	return ids
}

func number(s string) json.Number { return json.Number(s) }
