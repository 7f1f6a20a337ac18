package mock_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// TestFixedWorkflowsSendTheSame holds that a published workflow sends, on each
// course through it, the same requests as it stands, in default mode, and as
// the specification has it, under the strict reading; and that it ends alike.
func TestFixedWorkflowsSendTheSame(t *testing.T) {
	names := corpus(t)
	if testing.Short() {
		names = slices.DeleteFunc(names, func(name string) bool { return len(name)%8 != 0 })
	}
	var mu sync.Mutex
	documents, runs, lenient := 0, 0, 0
	eachOf(names, func(_ int, name string) {
		text, err := os.ReadFile(pathOf(name))
		if err != nil {
			t.Error(err)
			return
		}
		load := func(text []byte) (*arazzo.Bundle, diag.List) {
			return (&arazzo.Loader{FindSources: true}).LoadBytes(t.Context(), pathOf(name), text)
		}
		fixed, err := check.Fix(text, check.FixOptions{Load: load})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		old, program, problems := mocktest.Load(t.Context(), pathOf(name), mocktest.Options{})
		if problems.HasErrors() || !fixed.Changed() || len(fixed.Left) > 0 {
			return
		}
		changed, readings := fixed.Bundle, map[bool]*runtime.Program{}
		for _, strict := range []bool{true, false} {
			p, problems := runtime.Compile(changed, runtime.CompileOptions{Strict: strict})
			if problems.HasErrors() {
				t.Errorf("%s: %v", name, problems)
				return
			}
			readings[strict] = p
		}
		turns := [][2]any{{"", mock.Turn{}}}
		for _, s := range program.Steps(program.Reachable("")[0]) {
			for _, turn := range turnsOf(&s) {
				if !testing.Short() {
					turns = append(turns, [2]any{s.ID, turn})
				}
			}
		}
		mu.Lock()
		documents++
		mu.Unlock()
		for _, turn := range turns {
			plan := mock.Plan{}
			if step := turn[0].(string); step != "" {
				plan = mock.Plan{Loops: -1, Steps: map[string][]mock.Turn{step: {turn[1].(mock.Turn)}}}
			}
			o := mock.Options{Inputs: mock.ExampleInputs(old.Entry.Workflows[0], true), Plan: plan, BaseURL: "http://127.0.0.1"}
			m, problems := mock.New(t.Context(), program, o)
			if problems.HasErrors() {
				continue // no reply leads there
			}
			before := mocktest.RunProgram(t.Context(), old, program, mocktest.Options{Inputs: o.Inputs, Mock: m})
			after := mocktest.RunProgram(t.Context(), changed, readings[true], mocktest.Options{Inputs: o.Inputs, Mock: m})
			if isReadDifferently(before.Result) {
				// The difference is not one of the documents.
				after = mocktest.RunProgram(t.Context(), changed, readings[false], mocktest.Options{Inputs: o.Inputs, Mock: m})
			}
			mu.Lock()
			runs++
			if isReadDifferently(before.Result) {
				lenient++
			}
			mu.Unlock()
			if d := cmp.Diff(normalized(before.Requests), normalized(after.Requests)); d != "" {
				t.Errorf("%s, %v: requests: %s", name, turn, d)
			}
			if before.Result.Status != after.Result.Status && !(isRetry(fixed) && before.Result.Status == runtime.Unhandled && after.Result.Status == runtime.Failed) {
				t.Errorf("%s, %v: was %s (%v), is %s (%v)", name, turn, before.Result.Status, before.Result.Failure, after.Result.Status, after.Result.Failure)
			}
			if d := cmp.Diff(before.Result.Outputs, after.Result.Outputs); d != "" {
				t.Errorf("%s, %v: outputs: %s", name, turn, d)
			}
		}
	})
	t.Logf("%d documents, %d runs, of which %d in default mode", documents, runs, lenient)
}

func normalized(list []mock.Recorded) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].Normalized()
	}
	return out
}

// isReadDifferently reports whether the default mode has a way to read replies, or
// to go on after a success, that the strict reading does not have.
func isReadDifferently(r *runtime.Result) bool {
	if r != nil && r.Status == runtime.Unhandled && strings.Contains(r.Failure.Message, "is only to follow if one says so") {
		return true
	}
	return r != nil && slices.ContainsFunc(r.Warnings, func(d diag.Diagnostic) bool { return d.Rule == "xml-as-json" || d.Rule == "json-by-declaration" })
}

// isRetry reports whether a retry was moved to the failure actions, where one
// that is used up is a failure.
func isRetry(f *check.Fixed) bool {
	return slices.ContainsFunc(f.Applied, func(d diag.Diagnostic) bool { return d.Rule == "retry-on-success" })
}
