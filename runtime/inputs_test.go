package runtime_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// withInputs is a document whose workflow has the given inputs and components.
func withInputs(inputs, components string) string {
	text := version11("\n- workflowId: w\n  inputs: " + inputs + "\n  steps: [{stepId: s, operationId: listPets}]\n")
	if components != "" {
		text += "components: {inputs: {" + components + "}}\n"
	}
	return text
}

func TestInputsAreHeldAgainstTheirSchema(t *testing.T) {
	tests := []struct {
		name, inputs, components string
		given                    map[string]any
		want                     []string // part of each problem
	}{
		{name: "a component", inputs: "{$ref: '#/components/inputs/page'}", components: "page: {required: [limit], properties: {limit: {type: integer, maximum: 10}}}", given: map[string]any{"limit": 11}, want: []string{`input "limit" does not satisfy its schema: maximum`}},
		{name: "what a component requires", inputs: "{$ref: '#/components/inputs/page'}", components: "page: {required: [limit], properties: {limit: {type: integer}}}", want: []string{`input "limit" is required and was not given`}},
		{name: "what a component does not list", inputs: "{$ref: '#/components/inputs/page'}", components: "page: {properties: {limit: {type: integer}}}", given: map[string]any{"limt": 1}, want: []string{`the workflow has no input "limt"`}},
		{name: "an anchor", inputs: "{$ref: '#p'}", components: "page: {$anchor: p, properties: {limit: {type: integer}}}", given: map[string]any{"limit": "x"}, want: []string{`input "limit" must be an integer`}},
		{name: "a default in a component", inputs: "{properties: {limit: {$ref: '#/components/inputs/limit'}}, required: [limit]}", components: "limit: {type: integer, default: 5}"},
		{name: "definitions", inputs: "{properties: {a: {$ref: '#/$defs/a'}}, $defs: {a: {type: string, pattern: '^a+$'}}}", given: map[string]any{"a": "b"}, want: []string{`input "a" does not satisfy its schema: pattern`}},
		{name: "a circle through a property", inputs: "{$ref: '#/components/inputs/tree'}", components: "tree: {properties: {n: {type: integer}, next: {$ref: '#/components/inputs/tree'}}}", given: map[string]any{"next": map[string]any{"next": map[string]any{"n": "x"}}}, want: []string{`input "next" does not satisfy its schema: type`}},
		{name: "several at once", inputs: "{properties: {a: {minLength: 2}, b: {type: integer}, c: {multipleOf: 3}, d: {enum: [1, 2]}}}", given: map[string]any{"a": "x", "b": "x", "c": 4, "d": 3}, want: []string{`input "a"`, `input "b"`, `input "c"`, `input "d"`}},
		{name: "inputs together", inputs: "{properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}", given: map[string]any{"a": 1}, want: []string{"the inputs do not satisfy their schema: dependentRequired"}},
		{name: "a large integer", inputs: "{properties: {a: {type: integer, minimum: 1}}}", given: map[string]any{"a": uint64(18446744073709551615)}},
		{name: "no schema", inputs: "true", given: map[string]any{"a": 1}},
		{name: "a schema that nothing satisfies", inputs: "false", want: []string{"the inputs do not satisfy their schema"}},
		{name: "anything else is admitted", inputs: "{properties: {a: {}}, additionalProperties: true}", given: map[string]any{"b": 1}},
		{name: "a combination", inputs: "{properties: {a: {}}, oneOf: [{required: [a]}, {required: [b]}]}", given: map[string]any{"b": 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, list := load(t, map[string]string{"arazzo.yaml": withInputs(test.inputs, test.components), "pets.yaml": petAPI})
			if list.HasErrors() {
				t.Fatal(list)
			}
			_, problems := p.Start(runtime.StartOptions{RunID: "r", Workflow: "w", Inputs: test.given})
			if len(problems) != len(test.want) {
				t.Fatalf("%d problems: %v", len(problems), problems)
			}
			for i, want := range test.want {
				if !strings.Contains(problems[i].Message, want) {
					t.Errorf("problem %d: %s", i, problems[i].Message)
				}
			}
		})
	}
}

// TestSchemasThatAreCheckedCanBeCompiled holds that a schema in which Check finds
// nothing wrong is one that inputs can be held against, and that one that is
// refused is refused before the run.
func TestSchemasThatAreCheckedCanBeCompiled(t *testing.T) {
	schemas := []string{
		"{type: object, title: 1, description: [], format: {}, readOnly: x, examples: 1, deprecated: no, default: {$ref: a}}",
		"{$schema: 'http://json-schema.org/draft-07/schema#', definitions: {a: {type: string}}, properties: {a: {$ref: '#/definitions/a'}}}",
		"{$schema: 1, $id: 1, $anchor: 1, $comment: 1, $vocabulary: 1}",
		"{properties: {a: {const: null}, b: {const: {a: [1]}}, c: {enum: []}}}",
		"{properties: {a: {minimum: 1e400}}}",
		"{properties: {a: {maxLength: 1e2}}}",
		"{properties: {a: {minLength: 99999999999}}}",
		"{properties: {a: {type: []}, b: {type: [string, string]}}}",
		"{dependencies: {a: [b], c: {type: string}}}",
		"{dependencies: 1}",
		"{dependencies: {a: 1}}",
		"{properties: [], patternProperties: x}",
		"{items: [{}], additionalItems: false}",
		"{items: true, additionalItems: 1}",
		"{properties: {a: null}}",
		"{contentSchema: 1, contentEncoding: 2, contentMediaType: 3}",
		"{dependentSchemas: {a: {required: [b]}}, propertyNames: {pattern: '^a'}, unevaluatedProperties: false}",
		"{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}, not: {required: [d]}}",
		"{properties: {a: {$dynamicRef: '#a'}, b: {$dynamicAnchor: a}}}",
		"{$ref: '#'}",
		"{properties: {a: {$ref: '#'}}}",
		"{$defs: {a: {pattern: '('}}}",
		"{nullable: true, properties: {a: {nullable: true, example: x, discriminator: 1, xml: 2, required: []}}}",
		"{required: [a, a, 1]}",
		"{minContains: -1, maxContains: 2.0, contains: {}}",
		"{prefixItems: [], allOf: {}}",
	}
	for _, schema := range schemas {
		loader := arazzo.Loader{Documents: map[string][]byte{"pets.yaml": []byte(petAPI)}}
		b, list := loader.LoadBytes(t.Context(), "arazzo.yaml", []byte(withInputs(schema, "")))
		list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
		p, problems := runtime.Compile(b, runtime.CompileOptions{})
		if !list.HasErrors() && p == nil {
			t.Errorf("%s: Check finds nothing, and Compile says %v", schema, problems)
		}
		if list.HasErrors() || p == nil {
			continue
		}
		if _, problems := p.Start(runtime.StartOptions{RunID: "r", Workflow: "w", Inputs: map[string]any{}}); rulesOf(problems)["invalid-inputs-schema"] {
			t.Errorf("%s: %v", schema, problems)
		}
	}
}

func rulesOf(list diag.List) map[string]bool {
	rules := make(map[string]bool)
	for _, d := range list {
		rules[d.Rule] = true
	}
	return rules
}
