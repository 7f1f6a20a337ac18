package arazzo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// sound is a document in which a test replaces one line. What a line holds is
// told by the comment behind it.
const sound = `arazzo: 1.1.0 #version
info: {title: t, version: '1'} #info
sourceDescriptions:
- {name: pets, url: petstore.yaml, type: openapi} #source
- {name: shop, url: shop.arazzo.yaml, type: arazzo}
workflows:
- workflowId: w #workflow
  steps:
  - stepId: s #id
    operationId: listPets #target
    successCriteria: [{condition: $statusCode == 200}] #criteria
    outputs: {o: $statusCode} #outputs
- workflowId: child
  inputs: {required: [n], properties: {n: {}, m: {}}}
  steps: [{stepId: s, operationId: listPets}]
  outputs: {r: $inputs.n}
components: #components
  parameters: {limit: {name: limit, in: query, value: 1}}
  successActions: {done: {name: done, type: end}}
  failureActions: {again: {name: again, type: retry}}
  inputs: {page: {properties: {n: {}}}}
`

// TestRulesOfTheSpecification holds, one by one, the sentences of the
// specification that a document must satisfy. The ids are those of the
// conformance checklist in specs/conformance; version 1.0.1 is set with "1.0:".
func TestRulesOfTheSpecification(t *testing.T) {
	tests := []struct{ id, line, text, want string }{
		{"VER-01", "version", "arazzo: 1.1.9", ""},
		{"VER-02", "target", "1.0: operationId: listPets\n    timeout: 1", "unknown-field"},
		{"VER-03", "version", "arazzo: 1.1", "wrong-type"},
		{"VER-04", "version", "arazzo: 2.0.0", "unsupported-version"},
		{"VER-04", "version", "arazzo: 1.1.0-rc1", ""},
		{"VER-06", "id", "- StepId: s", "unknown-field"},
		{"DOC-02", "info", "x-info: 1", "missing-field"},
		{"DOC-06", "info", "info: {title: t, version: '1'}\n$self: a.yaml#x", "invalid-value"},
		{"DOC-06", "info", "info: {title: t, version: '1'}\n$self: ./specification.yaml", ""},
		{"DOC-07", "info", "info: {title: t, version: '1'}\nfoo: 1", "unknown-field"},
		{"DOC-07", "info", "info: {title: t, version: '1'}\nx-foo: null", ""},
		{"INF-01", "info", "info: {title: t, version: 1.0}", "wrong-type"},
		{"SRC-01", "source", "- {name: pets, url: petstore.yaml, type: openapi}\n- {name: pets, url: petstore.yaml, type: openapi}", "duplicate-name"},
		{"SRC-02", "source", "- {name: pets, url: petstore.yaml}\n- {name: a.b, url: shop.arazzo.yaml}", "(spaced-identifier)"},
		{"SRC-03", "source", "- {name: pets, type: openapi}", "missing-field"},
		{"SRC-04", "source", "1.0: - {name: pets, url: petstore.yaml, type: openapi}\n- {name: ev, url: asyncapi.yaml, type: asyncapi}", "invalid-value unqualified-operation-id unqualified-operation-id"},
		{"SRC-05", "source", "- {name: pets, url: petstore.yaml}", ""},
		{"SRC-06", "target", "workflowId: $sourceDescriptions.missing.w", "undefined-source"},
		{"SRC-09", "outputs", "outputs: {o: $sourceDescriptions.pets.url, p: $sourceDescriptions.pets.listPets, q: $sourceDescriptions.shop.pay}", ""},
		{"SRC-09", "outputs", "outputs: {o: $sourceDescriptions.pets.title}", "(undefined-field)"},
		{"WF-01", "workflow", "- workflowId: child", "duplicate-name"},
		{"WF-02", "workflow", "- workflowId: my w", "(spaced-identifier)"},
		{"WF-04", "workflow", "- workflowId: w\n  inputs: {type: strings}", "invalid-inputs-schema"},
		{"WF-06", "workflow", "- workflowId: w\n  inputs: {$ref: '#/components/inputs/page'}", ""},
		{"WF-06", "workflow", "- workflowId: w\n  inputs: {reference: $components.inputs.page}", "invalid-value"},
		{"WF-08", "workflow", "- workflowId: w\n  dependsOn: [nobody]", "undefined-workflow"},
		{"WF-08", "workflow", "- workflowId: w\n  dependsOn: [w]", "dependency-cycle"},
		{"WF-08", "workflow", "- workflowId: w\n  dependsOn: [$sourceDescriptions.shop.pay]", ""},
		{"WF-09", "workflow", "- workflowId: w\n  dependsOn: [child, child]", "duplicate-name"},
		{"WF-10", "outputs", "outputs: {a b: $statusCode}", "spaced-identifier"},
		{"WF-11", "outputs", "1.0: outputs: {a: {context: $response.body, selector: /a, type: jsonpointer}}", "wrong-type"},
		{"WF-12", "workflow", "- workflowId: w\n  parameters: [{name: limit, value: 1}]", "missing-field"},
		{"WF-14", "workflow", "- workflowId: w\n  parameters: [{name: limit, in: query, value: 1}, {name: limit, in: query, value: 2}]", "duplicate-name"},
		{"WF-15", "workflow", "- workflowId: w\n  successActions: [{name: a, type: end}, {name: a, type: end}]", "duplicate-name"},
		{"WF-16", "criteria", "onFailure: [{reference: $components.successActions.done}]", "wrong-component"},
		{"STEP-01", "workflow", "- workflowId: w\n  steps: [{stepId: s, operationId: listPets}, {stepId: s, operationId: listPets}]\n- workflowId: v", "duplicate-name"},
		{"STEP-02", "target", "x-none: 1", "missing-field"},
		{"STEP-02", "target", "operationId: listPets\n    workflowId: child", "conflicting-fields missing-workflow-input"},
		{"STEP-02", "target", "operationId: listPets\n    operationPath: '{$sourceDescriptions.pets.url}#/paths/~1pets/get'", "conflicting-fields"},
		{"STEP-03", "target", "operationId: listPet", "unknown-operation"},
		{"STEP-04", "source", "- {name: pets, url: petstore.yaml, type: openapi}\n- {name: more, url: petstore.yaml}", "ambiguous-operation ambiguous-operation"},
		{"STEP-06", "target", "operationPath: petstore.yaml#/paths/~1pets/get", "source-name-operation-path"},
		{"STEP-08", "target", "workflowId: pay", "undefined-workflow"},
		{"STEP-09", "criteria", "successCriteria: []", "empty-list"},
		{"STEP-14", "criteria", "timeout: -1", "invalid-value"},
		{"STEP-15", "criteria", "correlationId: a", "conflicting-fields conflicting-fields"},
		{"STEP-16", "criteria", "action: publish", "conflicting-fields invalid-value"},
		{"STEP-18", "criteria", "dependsOn: [$steps.s]", "invalid-reference"},
		{"STEP-18", "criteria", "dependsOn: [$workflows.child.steps.s, $sourceDescriptions.shop.pay.steps.list]", ""},
		{"DEP-04", "criteria", "parameters: [{name: limit, in: query, value: $steps.t.outputs.o}]\n  - {stepId: t, operationId: listPets, outputs: {o: $statusCode}}\n  - stepId: u\n    operationId: listPets", "forward-reference"},
		{"DEP-01", "criteria", "dependsOn: [t]\n    parameters: [{name: limit, in: query, value: $steps.t.outputs.o}]\n  - {stepId: t, operationId: listPets, outputs: {o: $statusCode}}\n  - stepId: u\n    operationId: listPets", ""},
		{"DEP-05", "criteria", "dependsOn: [s]", "dependency-cycle"},
		{"PAR-02", "criteria", "parameters: [{name: limit, in: query}]", "missing-field"},
		{"PAR-02", "criteria", "parameters: [{name: limit, in: query, value: null}]", ""},
		{"PAR-03", "criteria", "parameters: [{name: limit, in: channel, value: 1}]", "invalid-value"},
		{"PAR-04", "criteria", "parameters: [{name: limit, value: 1}]", "missing-field"},
		{"PAR-05", "target", "workflowId: child\n    parameters: [{name: n, value: 1}, {name: m, in: query, value: 1}]", ""},
		{"PAR-06", "criteria", "parameters: [{name: limit, in: query, value: 1}, {name: limit, in: header, value: 1}]", "(undeclared-parameter)"},
		{"PAR-09", "criteria", "parameters: [{name: limit, in: query, value: 1}, {name: q, in: querystring, value: a}]", "(undeclared-parameter) conflicting-fields"},
		{"PAR-14", "criteria", "onSuccess: [{name: a, type: goto, stepId: s, parameters: [{name: n, value: 1}]}]", "conflicting-fields"},
		{"PAR-14", "criteria", "onSuccess: [{name: a, type: goto, workflowId: child, parameters: [{name: n, in: query, value: 1}]}]", "conflicting-fields"},
		{"ACT-01", "criteria", "onSuccess: [{type: end}]", "missing-field"},
		{"ACT-02", "criteria", "onSuccess: [{name: a, type: retry}]", "retry-on-success"},
		{"ACT-03", "criteria", "onFailure: [{name: a, type: retry, stepId: s, workflowId: child}]", "conflicting-fields"},
		{"ACT-04", "criteria", "onSuccess: [{name: a, type: goto}]", "missing-field"},
		{"ACT-05", "criteria", "onSuccess: [{name: a, type: goto, stepId: t}]", "unknown-step"},
		{"ACT-06", "criteria", "onSuccess: [{name: a, type: goto, workflowId: $sourceDescriptions.shop.pay}]", ""},
		{"ACT-14", "criteria", "onSuccess: [{name: a, type: goto, workflowId: child}]", "(missing-workflow-input)"},
		{"RTY-01", "criteria", "onFailure: [{name: a, type: retry, retryLimit: 1.5}]", "wrong-type"},
		{"RTY-04", "criteria", "onFailure: [{name: a, type: retry, retryAfter: -1}]", "invalid-value"},
		{"RTY-09", "criteria", "onFailure: [{name: a, type: end, retryAfter: 1}]", "(ignored-field)"},
		{"CMP-01", "components", "components:\n  x-a: 1\n  parameters: {a b: {name: a, in: query, value: 1}}\nx-more:", "spaced-identifier"},
		{"REU-01", "criteria", "parameters: [{reference: $components.parameters.limits}]", "unknown-component"},
		{"REU-02", "criteria", "onSuccess: [{reference: $components.successActions.done, value: 1}]", "(ignored-field)"},
		{"REU-03", "criteria", "parameters: [{reference: $components.parameters.limit, value: 2, note: a}]", "(ignored-field)"},
		{"REU-06", "components", "components:\n  x-a: 1\n  successActions: {go: {name: go, type: goto, stepId: anywhere}}\nx-more:", ""},
		{"CRT-02", "criteria", "successCriteria: [{type: regex, condition: '^2'}]", "missing-field"},
		{"CRT-03", "criteria", "successCriteria: [{type: jsonpointer, context: $response.body, condition: /a}]", "invalid-value"},
		{"ETO-01", "criteria", "successCriteria: [{type: {type: jsonpath}, context: $response.body, condition: $.a}]", "missing-field"},
		{"ETO-02", "criteria", "successCriteria: [{type: {type: jsonpath, version: rfc9536}, context: $response.body, condition: $.a}]", "invalid-value"},
		{"SEL-01", "outputs", "outputs: {o: {context: $response.body, selector: /a}}", "missing-field"},
		{"SEL-02", "outputs", "outputs: {o: {context: $response.body, selector: a, type: regex}}", "invalid-value"},
		{"REP-01", "target", "operationId: createPet\n    parameters: [{name: X-Trace, in: header, value: a}]\n    requestBody: {payload: {a: 1}, replacements: [{target: /a}]}", "missing-field"},
		{"REP-04", "target", "operationId: createPet\n    parameters: [{name: X-Trace, in: header, value: a}]\n    requestBody: {payload: {a: 1}, replacements: [{target: $.a, targetSelectorType: jsonpath, value: 2}]}", ""},
		{"EXP-10", "outputs", "outputs: {o: $workflows.child.outputs.r, p: $workflows.child.inputs.m}", ""},
		{"EXP-10", "outputs", "outputs: {o: $workflows.child.outputs.q}", "undefined-output"},
		{"EXP-12", "outputs", "outputs: {o: $components.parameters.limits}", "unknown-component"},
		{"EXP-18", "outputs", "outputs: {o: $foo.bar}", "(constant-output)"},
		{"SUB-02", "target", "workflowId: child\n    parameters: [{name: n, value: 1}]\n    x-a:", ""},
		{"SUB-06", "target", "workflowId: w", "(recursive-workflow)"},
		{"SCH-01", "criteria", "1.0: successCriteria: [{type: {type: jsonpath, version: draft-goessner-dispatch-jsonpath-00}, context: $response.body, condition: $.a}]", ""},
		{"SCH-02", "criteria", "successCriteria: [{type: jsonpath, version: rfc9535, context: $response.body, condition: $.a}]", "unknown-field"},
		{"SCH-03", "criteria", "1.0: successCriteria: [{type: {type: jsonpath, version: rfc9535}, context: $response.body, condition: $.a}]", "invalid-value"},
		{"SCH-04", "criteria", "successCriteria: [{type: simple, condition: $statusCode == 200}]", ""},
		{"SCH-05", "target", "operationId: createPet\n    parameters: [{name: X-Trace, in: header, value: a}]\n    requestBody: {payload: {a: 1}, replacements: [{target: /a, value: {b: 1}}]}", ""},
		{"SCH-06", "criteria", "parameters: [{name: limit, in: query, value: {b: 1}}]", ""},
		{"SCH-10", "criteria", "parameters: [{name: limit, in: channel, value: 1}]", "invalid-value"},
		{"SCH-14", "criteria", "onSuccess: [{name: a, type: end, criteria: []}]", ""},
		{"SCH-16", "source", "- {name: my pets, url: petstore.yaml}", "(spaced-identifier)"},
		{"SCH-17", "version", "arazzo: 1.0.0", ""},
	}
	for _, test := range tests {
		t.Run(test.id, func(t *testing.T) {
			text, version := strings.CutPrefix(test.text, "1.0: ")
			document := replaceLine(t, sound, test.line, text)
			if version {
				document = strings.Replace(document, "arazzo: 1.1.0", "arazzo: 1.0.1", 1)
			}
			b, list := (&arazzo.Loader{}).LoadBytes(t.Context(), "testdata/specification.yaml", []byte(document))
			if !list.HasErrors() {
				list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: true})...)
			}
			var got []string
			for i := range list {
				rule := list[i].Rule
				if rule == "no-value-yet" {
					continue // a step that calls a workflow has no $statusCode
				}
				if list[i].Severity != diag.Error {
					rule = "(" + rule + ")"
				}
				got = append(got, rule)
			}
			slices.Sort(got)
			if d := cmp.Diff(test.want, strings.Join(got, " ")); d != "" {
				t.Errorf("%s\n%v\n%s", test.text, list, d)
			}
		})
	}
}

// replaceLine puts a text in the place of the line with a comment. The lines of
// the text after the first have their indentation already.
func replaceLine(t *testing.T, document, comment, text string) string {
	t.Helper()
	lines := strings.Split(document, "\n")
	for i, line := range lines {
		if strings.HasSuffix(line, "#"+comment) {
			indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
			lines[i] = indent + text
			return strings.Join(lines, "\n")
		}
	}
	t.Fatalf("no line %q", comment)
	return ""
}
