package runtime_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// TestStepsAreShown holds what a program shows of its steps, and that an
// environment tells what expressions mean for a response that is made up.
func TestStepsAreShown(t *testing.T) {
	tr := newTrial(t, `- workflowId: w
  inputs: {type: object, properties: {tag: {type: string}}}
  failureActions: [{name: give-up, type: end}]
  steps:
  - stepId: list
    operationId: listPets
    parameters: [{name: tag, in: query, value: $inputs.tag}]
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {id: $response.body#/0/id}
    onSuccess:
    - {name: more, type: goto, stepId: list, criteria: [{context: $response.body, condition: $.length > 1, type: jsonpath}]}
    onFailure:
    - {name: again, type: retry, retryLimit: 3}
  - stepId: make
    operationId: createPet
    requestBody: {payload: {a: 1}}
`)
	refs := tr.program.Reachable("w")
	if len(refs) != 1 || refs[0].WorkflowID != "w" {
		t.Fatalf("reachable: %v", refs)
	}
	steps := tr.program.Steps(refs[0])
	if len(steps) != 2 || steps[0].ID != "list" || steps[0].Operation.ID != "listPets" || steps[0].Source != "pets" || steps[0].MediaType != "" || steps[1].MediaType != "application/json" {
		t.Fatalf("steps: %+v", steps)
	}
	s := steps[0]
	if len(s.Criteria) != 1 || s.Criteria[0].Text != "$statusCode == 200" || len(s.OnSuccess) != 1 || s.OnSuccess[0].Step != 0 || s.OnSuccess[0].Type != "goto" {
		t.Errorf("step: %+v", s)
	}
	if len(s.OnFailure) != 2 || s.OnFailure[0].RetryLimit != 3 || s.OnFailure[1].Name != "give-up" || s.OnFailure[1].Step != -1 {
		t.Errorf("failure actions: %+v", s.OnFailure)
	}
	if len(s.Outputs) != 1 || s.Outputs[0].Name != "id" || len(s.Outputs[0].Expressions) != 1 || s.Outputs[0].Expressions[0].Root != expr.RootResponse {
		t.Errorf("outputs: %+v", s.Outputs)
	}
	if tr.program.Steps(runtime.WorkflowRef{WorkflowID: "none"}) != nil {
		t.Error("a workflow that does not exist has steps")
	}

	tr.options.Inputs = map[string]any{"tag": "x"}
	st := tr.start(t)
	before, err := st.Encode()
	if err != nil {
		t.Fatal(err)
	}
	env := tr.engine(t).Environment(t.Context(), st, &runtime.Response{Status: 200, Header: runtime.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`[{"id":7},{}]`)})
	for text, want := range map[string]string{"$statusCode": "200", "$inputs.tag": "x", "$request.query.tag": "x", "$response.body#/0/id": "7", "$url": "https://pets.example/v1/pets?tag=x"} {
		e, _, err := expr.ParseExpression(text, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := e.Evaluate(env); !ok || expr.Text(v) != want {
			t.Errorf("%s is %v, %t", text, v, ok)
		}
	}
	if passed, err := s.OnSuccess[0].Criteria[0].Compiled.Evaluate(env); !passed || err != nil {
		t.Errorf("the criterion: %t, %v", passed, err)
	}
	after, err := st.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("the state was changed: %s", strings.TrimSpace(string(after)))
	}
}
