package arazzo_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// bundle loads a document whose workflows follow the given text; two sources
// describe the same kind of API under different operationIds.
func bundle(t *testing.T, workflows string) *arazzo.Bundle {
	t.Helper()
	dir := tree(t, map[string]string{"p.yaml": pets, "q.yaml": strings.ReplaceAll(pets, "listPets", "listDogs")})
	text := "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions:\n- {name: p, url: p.yaml}\n- {name: q, url: q.yaml}\n" +
		"workflows:\n" + workflows
	b, list := (&arazzo.Loader{}).LoadBytes(t.Context(), dir+"/a.yaml", []byte(text))
	if len(list) > 0 {
		t.Fatal(list)
	}
	return b
}

const step = "- workflowId: w\n  steps:\n  - stepId: s\n    operationId: $sourceDescriptions.p.listPets\n"

func TestCheckJudgesTheDialect(t *testing.T) {
	tests := []struct {
		name, workflows string
		lenient, strict []string
	}{
		{
			name: "sound", workflows: step,
		},
		{
			name:      "operationId without its source",
			workflows: "- workflowId: w\n  steps:\n  - stepId: s\n    operationId: listPets\n",
			lenient:   []string{"warning unqualified-operation-id"},
			strict:    []string{"error unqualified-operation-id"},
		},
		{
			name:      "operationPath with the name of its source",
			workflows: "- workflowId: w\n  steps:\n  - stepId: s\n    operationPath: p#/paths/~1pets/get\n  - stepId: r\n    operationPath: $sourceDescriptions.p#/paths/~1pets/get\n",
			lenient:   []string{"warning source-name-operation-path", "warning source-name-operation-path"},
			strict:    []string{"error source-name-operation-path", "error source-name-operation-path"},
		},
		{
			name:      "retry among the success actions",
			workflows: step + "    onSuccess:\n    - {name: a, type: retry, retryAfter: 1}\n",
			lenient:   []string{"warning retry-on-success"},
			strict:    []string{"error retry-on-success"},
		},
		{
			name:      "output with a space",
			workflows: step + "    outputs: {a b: $response.body}\n",
			lenient:   []string{"warning spaced-identifier"},
			strict:    []string{"error spaced-identifier"},
		},
		{
			name:      "comparison as a JSONPath",
			workflows: step + "    successCriteria:\n    - {context: $response.body, type: jsonpath, condition: $.a == 'b'}\n",
			lenient:   []string{"warning jsonpath-comparison"},
			strict:    []string{"error invalid-jsonpath"},
		},
		{
			name:      "plural of header",
			workflows: step + "    outputs: {a: $response.headers.etag}\n",
			lenient:   []string{"warning headers-plural"},
			strict:    []string{"error invalid-expression"},
		},
		{
			name:      "version beside the expression type",
			workflows: step + "    successCriteria:\n    - {context: $response.body, type: jsonpath, version: draft-goessner-dispatch-jsonpath-00, condition: $.a}\n",
			lenient:   []string{"warning flat-criterion-version"},
			strict:    []string{"warning flat-criterion-version"},
		},
		{
			name:      "input that is not declared",
			workflows: "- workflowId: w\n  inputs: {properties: {a: {}}}\n  outputs: {x: $inputs.b}\n" + strings.TrimPrefix(step, "- workflowId: w\n"),
			lenient:   []string{"error undefined-input"},
			strict:    []string{"error undefined-input"},
		},
		{
			name:      "input where none is declared",
			workflows: "- workflowId: w\n  inputs: {type: object}\n  outputs: {x: $inputs.b}\n" + strings.TrimPrefix(step, "- workflowId: w\n"),
		},
		{
			name:      "input of a closed schema, required only",
			workflows: "- workflowId: w\n  inputs: {properties: {}, required: [b], additionalProperties: false}\n  outputs: {x: $inputs.b, y: $inputs.c}\n" + strings.TrimPrefix(step, "- workflowId: w\n"),
			lenient:   []string{"error undefined-input"},
			strict:    []string{"error undefined-input"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := bundle(t, test.workflows)
			if d := cmp.Diff(test.lenient, rules(arazzo.Check(b, arazzo.CheckOptions{}))); d != "" {
				t.Errorf("default mode (-want +got):\n%s", d)
			}
			if d := cmp.Diff(test.strict, rules(arazzo.Check(b, arazzo.CheckOptions{Strict: true}))); d != "" {
				t.Errorf("strict mode (-want +got):\n%s", d)
			}
		})
	}
}

func TestCheckAllowsLaterOutputsInLoops(t *testing.T) {
	loop := func(action string) string {
		return "- workflowId: w\n  steps:\n" +
			"  - stepId: a\n    operationId: $sourceDescriptions.p.listPets\n    parameters: [{name: Authorization, in: header, value: $steps.b.outputs.x}]\n" +
			"  - stepId: b\n    operationId: $sourceDescriptions.p.listPets\n    parameters: [{name: Authorization, in: header, value: $steps.b.outputs.x}]\n    outputs: {x: $response.body}\n" + action
	}
	tests := []struct {
		name, action string
		want         []string
	}{
		{"no loop", "", []string{"error forward-reference", "error forward-reference"}},
		{"goto back", "    onSuccess: [{name: again, type: goto, stepId: a}]\n", nil},
		{"goto itself", "    onSuccess: [{name: again, type: goto, stepId: b}]\n", []string{"error forward-reference"}},
		{"retry", "    onFailure: [{name: again, type: retry}]\n", []string{"error forward-reference"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.want, rules(arazzo.Check(bundle(t, loop(test.action)), arazzo.CheckOptions{}))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestCheckLooksOnlyAtWhatARunCanReach(t *testing.T) {
	b := bundle(t, step+"- workflowId: broken\n  steps:\n  - stepId: s\n    operationId: $sourceDescriptions.p.nothing\n")
	if list := arazzo.Check(b, arazzo.CheckOptions{Workflow: "w"}); len(list) > 0 {
		t.Error(list)
	}
	if d := cmp.Diff([]string{"error unknown-operation"}, rules(arazzo.Check(b, arazzo.CheckOptions{}))); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"error unknown-workflow"}, rules(arazzo.Check(b, arazzo.CheckOptions{Workflow: "x"}))); d != "" {
		t.Error(d)
	}
}

func TestBundleIsSafeForConcurrentUse(t *testing.T) {
	b := bundle(t, step)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, s := range b.Entry.Workflows[0].Steps {
				if op, _, _ := b.Operation(s); op == nil {
					t.Error("no operation")
				}
			}
			arazzo.Check(b, arazzo.CheckOptions{})
		})
	}
	wg.Wait()
}

func TestNamesOfAWorkflow(t *testing.T) {
	const text = `arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: a, url: a.yaml}]
workflows:
- workflowId: w
  inputs:
    allOf:
    - {$ref: '#/components/inputs/page'}
    - {$ref: '#more'}
    - {properties: {own: {}}, required: [needed]}
  steps:
  - {stepId: s, operationId: o, outputs: {x: $response.body, y z: $response.body}}
  - {stepId: t, operationId: o}
components:
  inputs:
    page: {properties: {page: {}, own: {}}, allOf: [{$ref: '#/components/inputs/page'}]}
    other: {$anchor: more, properties: {more: {}}}
`
	doc, list := arazzo.Parse("a.yaml", []byte(text))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	names := doc.Workflows[0].Names()
	inputs := slices.Sorted(slices.Values(names.InputNames()))
	if d := cmp.Diff([]string{"more", "needed", "own", "page"}, inputs); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"s", "t"}, names.StepNames()); d != "" {
		t.Error(d)
	}
	if !names.StepOutput("s", "y z") || names.StepOutput("t", "x") || names.StepOutput("u", "x") || !names.Input("page") || names.Input("x") {
		t.Error("names are mixed up")
	}
	if doc.Version() != expr.V1_1 || doc.Minor() != 1 {
		t.Errorf("version %v", doc.Version())
	}
}

func TestCheckCanBeRepeated(t *testing.T) {
	b, first := (&arazzo.Loader{}).Load(t.Context(), "testdata/invalid/many-problems.yaml")
	one := arazzo.Check(b, arazzo.CheckOptions{})
	two := arazzo.Check(b, arazzo.CheckOptions{})
	if d := cmp.Diff(one, two); d != "" {
		t.Error(d)
	}
	for _, want := range first.Select(diag.Error) {
		if !slices.ContainsFunc(one, func(d diag.Diagnostic) bool { return cmp.Equal(d, want) }) {
			t.Errorf("Check leaves out %s", want.Error())
		}
	}
}
