package mock

import (
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// ExampleInputs makes inputs that the schema of a workflow admits: the required
// ones, or all that it lists. They are the caller's.
func ExampleInputs(w *arazzo.Workflow, all bool) map[string]any {
	schema, ok := w.InputSchema().Annotated()
	if !ok {
		return map[string]any{}
	}
	v, _ := sample.Value(sample.FromJSON(schema), "", sample.Options{Optional: all, Side: sample.Request}).(map[string]any)
	if v == nil {
		return map[string]any{}
	}
	return v
}
