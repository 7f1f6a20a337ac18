package mock_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// TestRepliesHaveTheFormOfTheirStatus holds which status, media type and body a
// reply has by what the operation declares and the step looks at.
func TestRepliesHaveTheFormOfTheirStatus(t *testing.T) {
	tests := []struct {
		name, responses, criterion, output string
		status                             int
		mediaType, body                    string
	}{
		{"the first success", `"202": {description: d}, "200": {description: d}`, "", "", 202, "", ""},
		{"nothing declared", `default: {description: d}`, "", "", 200, "", ""},
		{"no content", `"204": {description: d, content: {application/json: {schema: {type: object}}}}`, "", "", 204, "", ""},
		{"a class", `"2XX": {description: d, content: {application/json: {schema: {const: 7}}}}`, "$statusCode == 206", "", 206, "application/json", "7"},
		{"the default", `default: {description: d, content: {application/json: {schema: {const: a}}}}`, "", "", 200, "application/json", `"a"`},
		{"what the criteria ask for", `"200": {description: d}`, "$statusCode == 418", "", 418, "", ""},
		{"a range", `"500": {description: d}`, "$statusCode > 302 && $statusCode < 304", "", 303, "", ""},
		{"JSON before others", `"200": {description: d, content: {text/html: {}, application/vnd.a+json: {schema: {const: 1}}}}`, "", "", 200, "application/vnd.a+json", "1"},
		{"a wildcard", `"200": {description: d, content: {"*/*": {schema: {const: 1}}}}`, "", "", 200, "application/json", "1"},
		{"text", `"200": {description: d, content: {text/plain: {schema: {const: hello}}}}`, "", "", 200, "text/plain", "hello"},
		{"a text that a condition asks for", `"200": {description: d, content: {text/plain: {}}}`, "$response.body == 'pong'", "", 200, "text/plain", "pong"},
		{"binary", `"200": {description: d, content: {application/octet-stream: {schema: {type: string, format: binary, default: abc}}}}`, "", "", 200, "application/octet-stream", "abc"},
		{"any image", `"200": {description: d, content: {image/*: {schema: {const: x}}}}`, "", "", 200, "application/octet-stream", "x"},
		{"an example of the content", `"200": {description: d, content: {application/json: {example: {id: 5}, schema: {type: object, properties: {id: {type: integer}}}}}}`, "", "", 200, "application/json", `{"id":5}`},
		{"an example that does not fit", `"200": {description: d, content: {application/json: {example: {id: x}, schema: {type: object, properties: {id: {type: integer}}}}}}`, "", "", 200, "application/json", `{"id":1}`},
		{"a body that is not declared", `"200": {description: d}`, "$response.body#/ok == true", "", 200, "application/json", `{"ok":true}`},
		{"an array", `"200": {description: d, content: {application/json: {schema: {type: array, items: {type: integer}}}}}`, "$response.body#/1 == 5", "", 200, "application/json", `[1,5]`},
		{"what an output reads", `"200": {description: d}`, "", "$response.body#/items/0/enabled", 200, "application/json", `{"items":[{"enabled":"example-enabled"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := "openapi: 3.1.0\ninfo: {title: S, version: '1'}\nservers: [{url: https://s.example}]\npaths: {/a: {get: {operationId: act, responses: {" + test.responses + "}}}}\n"
			text := "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: s, url: s.yaml, type: openapi}]\nworkflows:\n- workflowId: w\n  steps:\n  - stepId: one\n    operationId: act\n"
			if test.criterion != "" {
				text += "    successCriteria: [{condition: \"" + test.criterion + "\"}]\n"
			}
			if test.output != "" {
				text += "    outputs: {v: " + test.output + "}\n"
			}
			trial := mocktest.Run(t.Context(), write(t, text, api), mocktest.Options{})
			if len(trial.Problems) > 0 || trial.Result.Status != runtime.Succeeded {
				t.Fatal(trial.Problems, trial.Result)
			}
			reply := trial.Course.Exchanges[0].Response
			mediaType, _ := reply.Header.Lookup("Content-Type")
			if reply.Status != test.status || mediaType != test.mediaType || withoutTags(strings.ReplaceAll(string(reply.Body), `"`, "<")) != strings.ReplaceAll(test.body, `"`, "<") {
				t.Errorf("reply %d %q %s, want %d %q %s", reply.Status, mediaType, reply.Body, test.status, test.mediaType, test.body)
			}
		})
	}
}

// TestRepliesAreAboutWhatWasAskedFor holds that a reply has the values of the
// request where its schema admits them.
func TestRepliesAreAboutWhatWasAskedFor(t *testing.T) {
	const api = `openapi: 3.1.0
info: {title: S, version: '1'}
servers: [{url: https://s.example}]
paths:
  /a/{id}:
    put:
      operationId: act
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}, {name: size, in: query, schema: {type: integer}}]
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "200": {description: d, content: {application/json: {schema: {type: object, properties: {
          data: {type: object, properties: {id: {type: integer}, name: {type: string}, kind: {enum: [x, y]}, key: {type: string, format: uuid}}},
          owner: {type: object, properties: {name: {type: string}}}, size: {type: integer}}}}}}
`
	const text = `arazzo: 1.0.1
info: {title: T, version: '1'}
sourceDescriptions: [{name: s, url: s.yaml, type: openapi}]
workflows:
- workflowId: w
  steps:
  - stepId: one
    operationId: act
    parameters: [{name: id, in: path, value: 9007199254740995}, {name: size, in: query, value: 12}]
    requestBody: {payload: {name: this, kind: z, key: no-uuid, owner: {name: me}}}
`
	trial := mocktest.Run(t.Context(), write(t, text, api), mocktest.Options{})
	if len(trial.Problems) > 0 {
		t.Fatal(trial.Problems)
	}
	body := string(trial.Course.Exchanges[0].Response.Body)
	for _, want := range []string{`"id":9007199254740995`, `"name":"this"`, `"owner":{"name":"me"}`, `"kind":"x"`, `"size":12`} {
		if !strings.Contains(body, want) {
			t.Errorf("the body has no %s: %s", want, body)
		}
	}
	if strings.Contains(body, "no-uuid") {
		t.Errorf("a text that is no UUID is taken for one: %s", body)
	}
}

// TestRepliesHaveWhatLaterStepsRead holds that an output which later steps look
// into has what they look for.
func TestRepliesHaveWhatLaterStepsRead(t *testing.T) {
	text := strings.Replace(workflow(jsonpath("$.groups[?(@.name == 'a')]")), "    onSuccess:", "    outputs: {groups: $response.body#/groups}\n    onSuccess:", 1)
	text = strings.Replace(text, "type: end", "type: goto\n      stepId: two", 1)
	text += "  - stepId: two\n    operationId: act\n    parameters: [{name: id, in: path, value: '$steps.one.outputs.groups[1].id'}]\n"
	trial := mocktest.Run(t.Context(), write(t, text, service("{type: object}")), mocktest.Options{})
	if len(trial.Problems)+len(trial.Warnings) > 0 || trial.Result.Status != runtime.Succeeded || len(trial.Requests) != 2 {
		t.Fatal(trial.Problems, trial.Warnings, trial.Result)
	}
}
