package mock_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// service describes one operation with a schema of its replies.
func service(schema string) string {
	return `openapi: 3.1.0
info: {title: S, version: "1"}
servers: [{url: https://service.example}]
paths:
  /things/{id}:
    post:
      operationId: act
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "200": {description: ok, content: {application/json: {schema: ` + schema + `}}}
        "404": {description: none}
`
}

// workflow is one step that leaves by an action with the criterion, or does not.
func workflow(criterion string) string {
	return `arazzo: 1.1.0
info: {title: T, version: "1"}
sourceDescriptions: [{name: s, url: s.yaml, type: openapi}]
workflows:
- workflowId: w
  inputs: {type: object, properties: {name: {type: string}, max: {type: integer}, on: {type: boolean}}}
  steps:
  - stepId: one
    operationId: act
    parameters: [{name: id, in: path, value: 'x y'}]
    requestBody: {payload: {n: 1}}
    successCriteria: [{condition: $statusCode == 200}]
    onSuccess:
    - name: exit
      type: end
      criteria: [` + criterion + `]
`
}

// write puts files into a folder and returns the path of the workflow.
func write(t testing.TB, arazzo, openapi string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"w.yaml": arazzo, "s.yaml": openapi} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "w.yaml")
}

func jsonpath(condition string) string {
	return fmt.Sprintf("{context: $response.body, type: jsonpath, condition: %q}", condition)
}

// plan takes one turn of step "one".
func plan(turn mock.Turn) mock.Plan { return mock.Plan{Steps: map[string][]mock.Turn{"one": {turn}}} }

// TestConditionsAreMet holds that a reply is found on which a condition holds and
// one on which it does not, wherever such replies exist. The real engine is the
// judge of both.
func TestConditionsAreMet(t *testing.T) {
	const object = `{type: object, properties: {status: {type: string, enum: [queued, running, done, failed]}, n: {type: integer}, items: {type: array, items: {type: object, properties: {name: {type: string}, id: {type: integer}}}}, next: {type: [string, "null"]}}}`
	both := "both"
	tests := []struct{ schema, criterion, possible string }{
		{object, "{condition: $response.body#/status == 'done'}", both},
		{object, "{condition: $response.body#/status != 'done'}", both},
		{object, "{condition: \"$response.body#/status == 'x' || $response.body#/n > 5\"}", both},
		{object, "{condition: \"$response.body#/n >= 3 && $response.body#/n < 4\"}", both},
		{object, "{condition: \"!($response.body#/n == 3)\"}", both},
		{object, "{condition: $response.body#/n == $inputs.max}", both},
		{object, "{condition: $response.header.X-State == 'ready'}", both},
		{object, "{condition: $response.header.X-Count > 3}", both},
		{object, "{condition: $response.body#/next == null}", both},
		{object, "{condition: $response.body#/next != null}", both},
		{object, "{condition: $response.body#/undeclared/0/name == 'a'}", both},
		{object, "{condition: $response.body#/items/0/id == $response.body#/n}", both},
		{object, "{condition: \"$inputs.on == true && $response.body#/n == 1\"}", both},
		{object, "{condition: $inputs.on == true}", "yes"},
		{object, "{condition: $inputs.on == false}", "no"},
		{object, "{condition: $request.path.id == 'x y'}", "yes"},
		{object, "{condition: $request.body#/n == 2}", "no"},
		{object, "{condition: $statusCode == 404}", "no"},
		{object, "{condition: $method == 'POST'}", "yes"},
		{object, jsonpath("$.status == 'done'"), both},
		{object, jsonpath("$.status != 'queued' && $.status != 'running' && $.status != 'failed'"), both},
		{object, jsonpath("$.status == 'done' || $.status == 'failed'"), both},
		{object, jsonpath("$.next != null && $.next != ''"), both},
		{object, jsonpath("$.items.length > 0"), both},
		{object, jsonpath("$.items.length == 3"), both},
		{object, jsonpath("$.items.length >= 2 && $.items[1].name == 'b'"), both},
		{object, jsonpath("$.items empty true"), both},
		{object, jsonpath("$.items[0] empty false"), both},
		{object, jsonpath("$.items[?(@.name == '$inputs.name')]"), both},
		{object, jsonpath("$.items[?(@.name == '$inputs.name')].length == 0"), both},
		{object, jsonpath("$.items[?(@.name == '$inputs.name')].length > 1"), both},
		{object, jsonpath("$.items[?(@.id > $inputs.max && @.name != 'x')].name"), both},
		{object, jsonpath("$.items[?@.name == 'a' || @.name == 'b'] empty false"), both},
		{object, jsonpath("$.n <= $inputs.max"), both},
		{object, jsonpath("$.items[*].name"), both},
		{object, jsonpath("$.items[1:3]"), both},
		{object, jsonpath("$.items[-1].name == 'z'"), both},
		{object, jsonpath("$..name"), both},
		{object, jsonpath("$..[?@.name == 'deep']"), both},
		{object, jsonpath("$[?@.status == 'done']"), both},
		{object, jsonpath("$[?count(@.items) > 0]"), both},
		{object, jsonpath("$[?length(@.items) > 2]"), both},
		{object, jsonpath("count($.items[*]) == 2"), both},
		{object, jsonpath("length($.status) > 4"), both},
		{object, jsonpath("match($.status, 'd.*e')"), both},
		{object, jsonpath("$.items[?search(@.name, '[0-9]{3}')]"), both},
		{object, jsonpath("$.items[?@.tags[?@ == 'x']]"), both},
		{object, jsonpath("!$.next"), both},
		{object, jsonpath("$.status == 'other'"), both},
		{`{type: array, items: {type: object, properties: {id: {type: integer}}}}`, jsonpath("$.length > 0"), both},
		{`{type: array, items: {type: object, properties: {id: {type: integer}}}}`, jsonpath("$[2].id == 5"), both},
		{`{type: array, items: {type: boolean}}`, jsonpath("$[2] == true"), both},
		{`{type: array, items: {type: string}}`, jsonpath("$[?(@ == 'a')] empty true"), both},
		{`{type: string}`, "{condition: $response.body == 'pong'}", both},
		{`{type: integer}`, "{condition: $response.body > 7}", both},
		{object, "{context: $response.body#/status, type: regex, condition: '^(done|failed)$'}", both},
		{object, "{context: $response.body#/next, type: regex, condition: '^[A-F]{3}-\\d+$'}", both},
		{object, "{context: $response.header.Location, type: regex, condition: '/things/\\d+$'}", both},
		{object, "{context: $statusCode, type: regex, condition: '^20\\d$'}", "yes"},
		{object, "{context: $response.body, type: {type: jsonpath, version: draft-goessner-dispatch-jsonpath-00}, condition: '$.items[?(@.id > 3)]'}", both},
		{object, "{context: $response.body, type: {type: jsonpath, version: draft-goessner-dispatch-jsonpath-00}, condition: '$.items[(@.length-1)].name'}", both},
		{object, jsonpath("$.status == 'done' && $.status == 'failed'"), "no"},
		{object, jsonpath("$.n == null || $.n != null"), "yes"},
	}
	for _, test := range tests {
		t.Run(test.criterion, func(t *testing.T) {
			t.Parallel()
			file := write(t, workflow(test.criterion), service(test.schema))
			for _, want := range []bool{true, false} {
				turn := mock.Turn{Action: "exit"}
				if !want {
					turn = mock.Turn{NoAction: true, Result: mock.Success}
				}
				trial := mocktest.Run(t.Context(), file, mocktest.Options{
					Inputs: map[string]any{"name": "it's", "max": 4, "on": true}, Plan: plan(turn), Direct: true,
				})
				possible := test.possible == both || (test.possible == "yes") == want
				if possible != (len(trial.Problems) == 0) {
					t.Errorf("holds %t: possible %t, and the mock says: %v", want, possible, trial.Problems)
					continue
				}
				if !possible {
					continue
				}
				status := runtime.Succeeded
				if !want {
					status = runtime.Unhandled
				}
				if trial.Result.Status != status {
					t.Errorf("holds %t: the run ends %s: %v\nreply: %s", want, trial.Result.Status, trial.Result.Failure, trial.Course.Exchanges[0].Response.Body)
				}
				for _, f := range trial.Findings {
					t.Errorf("holds %t: finding: %v", want, f.Error())
				}
			}
		})
	}
}

// TestRepliesLookLikeTheDescription holds what a reply is made of where no
// condition says anything: the schema, with the values that outputs read.
func TestRepliesLookLikeTheDescription(t *testing.T) {
	schema := `{type: object, required: [id, at], properties: {id: {type: string, format: uuid}, at: {type: string, format: date-time}, size: {type: integer, format: int64}, mail: {type: string, format: email}, kind: {enum: [a, b]}, secret: {type: string, writeOnly: true}}}`
	text := strings.Replace(workflow("{condition: $statusCode == 200}"), "    onSuccess:", "    outputs: {first: $response.body#/extra/list/0/name, etag: $response.header.ETag}\n    onSuccess:", 1)
	trial := mocktest.Run(t.Context(), write(t, text, service(schema)), mocktest.Options{})
	if len(trial.Problems) > 0 {
		t.Fatal(trial.Problems)
	}
	reply := trial.Course.Exchanges[0].Response
	var body struct {
		ID, At, Mail, Kind, Secret string
		Size                       json.Number
		Extra                      struct{ List []struct{ Name string } }
	}
	if err := json.Unmarshal(reply.Body, &body); err != nil {
		t.Fatal(err)
	}
	if len(body.ID) != 36 || body.At != "2026-01-02T03:04:00Z" || body.Size != "9007199254740993" || !strings.HasSuffix(body.Mail, "@example.com") || body.Kind != "a" || body.Secret != "" {
		t.Errorf("the body is %s", reply.Body)
	}
	if len(body.Extra.List) != 1 || body.Extra.List[0].Name == "" {
		t.Errorf("what the output reads is not there: %s", reply.Body)
	}
	if etag, ok := reply.Header.Lookup("ETag"); !ok || etag == "" {
		t.Errorf("the header is %v", reply.Header)
	}
	if kind, _ := reply.Header.Lookup("Content-Type"); kind != "application/json" {
		t.Errorf("the media type is %q", kind)
	}
}

// TestRepliesDependOnTheSeed holds that the same seed gives the same replies, and
// another others.
func TestRepliesDependOnTheSeed(t *testing.T) {
	file := write(t, workflow("{condition: $statusCode == 200}"), service(`{type: object, properties: {name: {type: string}}}`))
	body := func(seed uint64) string {
		trial := mocktest.Run(t.Context(), file, mocktest.Options{Seed: seed, Direct: true})
		return string(trial.Course.Exchanges[0].Response.Body)
	}
	one, again, other := body(1), body(1), body(2)
	if one != again || one == other {
		t.Errorf("replies: %s, %s, %s", one, again, other)
	}
}
