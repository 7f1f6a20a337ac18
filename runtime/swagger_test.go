package runtime_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestRequestsBySwagger(t *testing.T) {
	program, problems := load(t, map[string]string{
		"arazzo.yaml": document(`
- workflowId: w
  steps:
  - stepId: arrays
    operationId: arrays
    parameters:
    - {name: path, in: path, value: [1, 'a b']}
    - {name: plain, in: query, value: [1, 2]}
    - {name: ssv, in: query, value: [1, 2]}
    - {name: tsv, in: query, value: [1, 2]}
    - {name: pipes, in: query, value: [1, 2]}
    - {name: multi, in: query, value: [1, 2]}
    - {name: X-Pipes, in: header, value: [1, 2]}
    - {name: X-Tabs, in: header, value: [1, 2]}
  - stepId: body
    operationId: body
    requestBody: {payload: {a: 1}}
  - stepId: form
    operationId: form
    requestBody: {payload: {a: 1, b: two words}}
`),
		"pets.yaml": `swagger: '2.0'
host: a.example
basePath: /v2
schemes: [http, https]
consumes: [application/json]
paths:
  /arrays/{path}:
    get:
      operationId: arrays
      parameters:
      - {name: path, in: path, required: true, type: array, items: {type: string}, collectionFormat: ssv}
      - {name: plain, in: query, type: array, items: {type: integer}}
      - {name: ssv, in: query, type: array, items: {type: integer}, collectionFormat: ssv}
      - {name: tsv, in: query, type: array, items: {type: integer}, collectionFormat: tsv}
      - {name: pipes, in: query, type: array, items: {type: integer}, collectionFormat: pipes}
      - {name: multi, in: query, type: array, items: {type: integer}, collectionFormat: multi}
      - {name: X-Pipes, in: header, type: array, items: {type: integer}, collectionFormat: pipes}
      - {name: X-Tabs, in: header, type: array, items: {type: integer}, collectionFormat: tsv}
      responses: {'200': {description: ok}}
  /body:
    post:
      operationId: body
      parameters: [{name: x, in: body, schema: {type: object}}]
      responses: {'200': {description: ok}}
  /form:
    post:
      operationId: form
      parameters: [{name: a, in: formData, type: integer}, {name: b, in: formData, type: string}]
      responses: {'200': {description: ok}}
`,
	})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, options: runtime.StartOptions{RunID: "r", Now: epoch}}
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Fatalf("run ends %s: %+v", res.Status, res.Failure)
	}
	want := []string{
		"GET https://a.example/v2/arrays/1%20a%20b?plain=1,2&ssv=1%202&tsv=1%092&pipes=1%7C2&multi=1&multi=2",
		`POST https://a.example/v2/body {"a":1}`,
		"POST https://a.example/v2/form a=1&b=two+words",
	}
	if diff := cmp.Diff(want, tr.script.lines()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	for i, want := range map[int][]string{
		0: {"X-Pipes", "1|2"}, 1: {"Content-Type", "application/json"}, 2: {"Content-Type", "application/x-www-form-urlencoded"},
	} {
		if got, _ := tr.script.requests[i].Header.Lookup(want[0]); got != want[1] {
			t.Errorf("request %d has %s %q, want %q", i, want[0], got, want[1])
		}
	}
	if got, _ := tr.script.requests[0].Header.Lookup("X-Tabs"); got != "1\t2" {
		t.Errorf("X-Tabs is %q", got)
	}
}
