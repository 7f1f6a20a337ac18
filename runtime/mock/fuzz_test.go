package mock_test

import (
	"encoding/json"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// FuzzConditions holds that the mock never serves a reply that does not lead
// where it says: a run against it takes the course that was rehearsed, or there
// is no course.
func FuzzConditions(f *testing.F) {
	for _, condition := range []string{
		"$statusCode == 200", "$response.body#/status == 'done'", "$response.header.X-N > 3", "!($response.body#/n < 2)", "$inputs.on && $response.body#/n == $inputs.max",
	} {
		f.Add("simple", condition)
	}
	for _, condition := range []string{
		"$.status == 'done' || $.n > 3", "$.items[?(@.name == '$inputs.name')].length > 1", "$.items empty false", "$..name", "$[?@.status != 'x']", "$.items[?search(@.name, 'a+b')]",
		"count($.items[*]) == 3", "length($.status) >= 4", "$.items[-1].tags[0] == null", "!($.a && $.b)",
	} {
		f.Add("jsonpath", condition)
	}
	f.Add("regex", "^(a|b)+c?$")
	f.Add("xpath", "//a/b[@c='d'] and count(e) > 1")
	service := service(`{type: object, properties: {status: {type: string, enum: [queued, done]}, n: {type: integer}, items: {type: array, items: {type: object, properties: {name: {type: string}}}}}}`)
	f.Fuzz(func(t *testing.T, kind, condition string) {
		if kind != "simple" && kind != "jsonpath" && kind != "regex" && kind != "xpath" {
			return
		}
		spec := map[string]any{"condition": condition, "type": kind}
		if kind != "simple" {
			spec["context"] = "$response.body"
		}
		text, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		loader := &arazzo.Loader{Documents: map[string][]byte{"s.yaml": []byte(service)}}
		bundle, problems := loader.LoadBytes(t.Context(), "w.yaml", []byte(workflow(string(text))))
		if problems.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...); problems.HasErrors() {
			return
		}
		program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
		if problems.HasErrors() {
			return
		}
		for _, turn := range []mock.Turn{{Action: "exit"}, {NoAction: true, Result: mock.Success}} {
			trial := mocktest.RunProgram(t.Context(), bundle, program, mocktest.Options{
				Inputs: map[string]any{"name": "n", "max": 3, "on": true}, Plan: plan(turn), Direct: true,
			})
			if len(trial.Problems) > 0 {
				continue
			}
			want := runtime.Succeeded
			if turn.NoAction {
				want = runtime.Unhandled
			}
			if trial.Result.Status != want || trial.Course.Result.Status != want {
				t.Errorf("%s %q: rehearsed %s, run %s, want %s", kind, condition, trial.Course.Result.Status, trial.Result.Status, want)
			}
			if errs := trial.Findings.Select(diag.Error); len(errs) > 0 {
				t.Error(errs)
			}
		}
	})
}
