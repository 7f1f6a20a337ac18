package mock

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// ExampleInputs makes inputs that the schema of a workflow admits: the required
// ones, or all that it lists; and, where the schema admits others, those that the
// expressions of the workflow name. They are the caller's.
func ExampleInputs(w *arazzo.Workflow, all bool) map[string]any {
	inputs := make(map[string]any)
	schema := w.InputSchema()
	if text, ok := schema.Annotated(); ok {
		if made, ok := sample.Value(sample.FromJSON(text), "", sample.Options{Optional: all, Side: sample.Request}).(map[string]any); ok {
			inputs = made
		}
	}
	if schema.Open {
		nameInputs(arazzo.Value{Origin: w.Origin}, schema.Names(), inputs)
	}
	return inputs
}

// nameInputs adds the inputs that the texts of a value name, other than those
// that are listed.
func nameInputs(v arazzo.Value, listed []string, inputs map[string]any) {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		if !strings.Contains(text, "$inputs.") {
			return
		}
		for _, found := range regexp.MustCompile(`\$inputs\.([A-Za-z0-9_-]+)(#/[A-Za-z0-9_/-]*)?`).FindAllStringSubmatch(text, -1) {
			nameInput(found[1], found[2], listed, inputs)
		}
	case arazzo.Object:
		for name, m := range v.Members() {
			if name != "inputs" {
				nameInputs(m, listed, inputs)
			}
		}
	case arazzo.Array:
		for _, e := range v.Elements() {
			nameInputs(e, listed, inputs)
		}
	case arazzo.Absent, arazzo.Null, arazzo.Bool, arazzo.Number:
	}
}

// nameInput adds one input, with what a pointer leads to inside it.
func nameInput(name, pointer string, listed []string, inputs map[string]any) {
	if slices.Contains(listed, name) {
		return
	}
	v, given := inputs[name]
	if pointer == "" {
		if !given {
			inputs[name] = sample.Value(nil, name, sample.Options{})
		}
		return
	}
	tokens, err := expr.ParsePointer(strings.TrimPrefix(pointer, "#"))
	if err != nil {
		return
	}
	if _, isText := v.(string); isText {
		v, given = nil, false
	}
	t := tree{root: v, present: given}
	if path := t.resolve(tokens); t.set(path, sample.Value(nil, lastName(path), sample.Options{})) {
		inputs[name] = t.root
	}
}
