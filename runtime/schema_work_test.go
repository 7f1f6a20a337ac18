package runtime_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// TestSchemasOfInputsAreBounded has schemas of a few lines that would be applied
// for years, and deep ones that are not.
func TestSchemasOfInputsAreBounded(t *testing.T) {
	chain := func(n int, format, last string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "    a%d: "+format+"\n", i, i+1)
		}
		fmt.Fprintf(&b, "    a%d: %s\n", n, last)
		return b.String()
	}
	const ref = "{$ref: '#/components/inputs/a%[2]d'}"
	deep := any("x")
	for range 200 {
		deep = map[string]any{"a": deep}
	}
	wide := make([]any, 20_000)
	for i := range wide {
		wide[i] = map[string]any{"a": "x"}
	}
	tests := []struct {
		name, schemas string
		input         any
		refused       bool
	}{
		{"each schema twice in the one before", chain(60, "{allOf: ["+ref+", "+ref+"]}", "{}"), deep, true},
		{"by way of conditions", chain(60, "{if: "+ref+", then: "+ref+", else: "+ref+"}", "{}"), deep, true},
		{"by way of members", chain(60, "{properties: {a: "+ref+"}, additionalProperties: "+ref+", patternProperties: {a: "+ref+"}}", "{}"), deep, true},
		{"by way of elements", chain(60, "{items: "+ref+", contains: "+ref+", unevaluatedItems: "+ref+"}", "{}"), []any{[]any{"x"}}, false},
		{"a long chain", chain(500, "{allOf: ["+ref+"]}", "{}"), deep, false},
		{"a schema within itself", "    a0: {properties: {a: {$ref: '#/components/inputs/a0'}}}\n", deep, false},
		{"many elements", "    a0: {items: {$ref: '#/components/inputs/a1'}}\n    a1: {properties: {a: {type: string, pattern: x}}}\n", wide, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := compileForced(t, document("- workflowId: w\n  inputs: {properties: {v: {$ref: '#/components/inputs/a0'}}}\n  steps:\n  - {stepId: s, operationId: listPets}\n")+
				"components:\n  inputs:\n"+tt.schemas)
			started := time.Now()
			_, problems := program.Start(runtime.StartOptions{RunID: "r", Now: epoch, Inputs: map[string]any{"v": tt.input}})
			if took := time.Since(started); took > time.Minute {
				t.Errorf("it takes %v", took)
			}
			if refused := strings.Contains(fmt.Sprint(problems), "refers to itself in too many ways"); refused != tt.refused || !tt.refused && len(problems) > 0 {
				t.Errorf("problems %v", problems)
			}
		})
	}
}

// TestAForcedSchemaWithoutEndIsRefused holds that --force, which lets errors of a
// document pass, does not let it take the process down.
func TestAForcedSchemaWithoutEndIsRefused(t *testing.T) {
	for _, schemas := range []string{
		"    a0: {allOf: [{$ref: '#/components/inputs/a0'}]}\n",
		"    a0: {not: {$ref: '#/components/inputs/a1'}}\n    a1: {anyOf: [{$ref: '#/components/inputs/a0'}]}\n",
	} {
		program := compileForced(t, document("- workflowId: w\n  inputs: {$ref: '#/components/inputs/a0'}\n  steps:\n  - {stepId: s, operationId: listPets}\n")+
			"components:\n  inputs:\n"+schemas)
		if _, problems := program.Start(runtime.StartOptions{RunID: "r", Now: epoch, Inputs: map[string]any{"x": "y"}}); !problems.HasErrors() {
			t.Errorf("%s: no problem", schemas)
		}
	}
}

// compileForced compiles a document whose errors are let pass.
func compileForced(t *testing.T, text string) *runtime.Program {
	t.Helper()
	l := arazzo.Loader{Documents: map[string][]byte{"pets.yaml": []byte(petAPI)}}
	bundle, problems := l.LoadBytes(t.Context(), "arazzo.yaml", []byte(text))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Force: true})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return program
}
