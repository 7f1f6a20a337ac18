package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/report"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the expected documents")
	os.Exit(m.Run())
}

func at(line int) diag.Range {
	return diag.Range{File: "w.yaml", Start: diag.Position{Line: line, Column: 3}, End: diag.Position{Line: line, Column: 9}}
}

func began() time.Time { return time.Date(2024, 1, 2, 3, 4, 5, 600_000_000, time.UTC) }

func TestDocumentOfARun(t *testing.T) {
	tests := []struct {
		name   string
		events []runtime.Event
		result runtime.Result
		before diag.List
	}{
		{
			name: "poll",
			events: []runtime.Event{
				{Kind: runtime.RunStarted, WorkflowID: "w"},
				{Kind: runtime.StepStarted, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1},
				{Kind: runtime.RequestSent, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Try: 1, Request: &runtime.Request{
					Method: "POST", URL: "https://api.example/?a=1&b=<2>", Header: runtime.Header{{Name: "Authorization", Value: "never shown"}}, Body: []byte("never shown"),
				}},
				{Kind: runtime.ExchangeFailed, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Try: 1, Failure: &runtime.Failure{Rule: "exchange-failed", Message: "connection lost"}},
				{Kind: runtime.RequestRetried, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Try: 1, Wait: time.Second, Reason: "connection lost"},
				{Kind: runtime.RequestSent, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Try: 2, Request: &runtime.Request{Method: "POST", URL: "https://api.example/"}},
				{Kind: runtime.ResponseReceived, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Try: 2, Response: &runtime.Response{Status: 200, Body: []byte("never shown")}},
				{
					Kind: runtime.StepFinished, WorkflowID: "w", StepID: "poll", Visit: 1, Attempt: 1, Status: runtime.StepSucceeded,
					Criteria: []runtime.CriterionResult{{Condition: "$statusCode == 200", Passed: true}},
					Action:   &runtime.ActionTaken{Type: "goto", Name: "again", Target: "poll"},
					Outputs:  map[string]any{"status": "RUNNING", "big": json.Number("12345678901234567890")},
					Duration: 1250 * time.Millisecond,
				},
				{Kind: runtime.Waiting, WorkflowID: "w", StepID: "poll", Visit: 2, Attempt: 1, Wait: 2 * time.Second, Reason: "polling"},
				{Kind: runtime.StepStarted, WorkflowID: "w", StepID: "poll", Visit: 2, Attempt: 1},
				{Kind: runtime.RequestSent, WorkflowID: "w", StepID: "poll", Visit: 2, Attempt: 1, Try: 1, Request: &runtime.Request{Method: "POST", URL: "https://api.example/"}},
				{Kind: runtime.ResponseReceived, WorkflowID: "w", StepID: "poll", Visit: 2, Attempt: 1, Try: 1, Response: &runtime.Response{Status: 500}},
				{
					Kind: runtime.StepFinished, WorkflowID: "w", StepID: "poll", Visit: 2, Attempt: 1, Status: runtime.StepFailed,
					Criteria: []runtime.CriterionResult{{Condition: "$statusCode == 200", Operands: []runtime.Operand{{Expression: "$statusCode", Value: "500"}}}},
					Failure:  &runtime.Failure{Rule: "criteria-not-met", Message: "step \"poll\" failed", StepID: "poll", Range: at(7)},
					Duration: 80 * time.Millisecond,
				},
			},
			result: runtime.Result{
				RunID: "R", WorkflowID: "w", Status: runtime.Failed, StartedAt: began(), Duration: 3330 * time.Millisecond,
				Outputs:  map[string]any{"status": "RUNNING"},
				Failure:  &runtime.Failure{Rule: "criteria-not-met", Message: "step \"poll\" failed", Hint: "look", StepID: "poll", Range: at(7)},
				Warnings: diag.List{{Rule: "absent-output", Severity: diag.Warning, Message: "output left out", Range: at(9)}},
			},
			before: diag.List{
				{Rule: "unbraced-expression", Severity: diag.Warning, Message: "braces are missing", Hint: "add them", Range: at(4)},
				{Rule: "note", Severity: diag.Info, Message: "not a warning"},
			},
		},
		{
			name: "interrupted",
			events: []runtime.Event{
				{Kind: runtime.StepStarted, WorkflowID: "w", StepID: "slow", Visit: 1, Attempt: 1},
				{Kind: runtime.RequestSent, WorkflowID: "w", StepID: "slow", Visit: 1, Attempt: 1, Try: 1, Request: &runtime.Request{Method: "GET", URL: "https://api.example/"}},
			},
			result: runtime.Result{
				RunID: "R", WorkflowID: "w", Status: runtime.Cancelled, StartedAt: began(), Duration: time.Second,
				Failure: &runtime.Failure{Rule: "cancelled", Message: "the run was interrupted", StepID: "slow"},
			},
		},
		{
			name:   "nothing",
			result: runtime.Result{RunID: "R", WorkflowID: "w", Status: runtime.Succeeded, StartedAt: began()},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r report.Recorder
			for i := range test.events {
				r.Observe(t.Context(), &test.events[i])
			}
			var got bytes.Buffer
			if err := r.Document(&test.result, test.before...).WriteJSON(&got); err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(got.Bytes(), []byte("never shown")) {
				t.Error("the document holds content of a request or response")
			}
			compareGolden(t, test.name+".json", got.Bytes())
		})
	}
}

func TestRecorderKeepsNothingOfAnEvent(t *testing.T) {
	var r report.Recorder
	ev := runtime.Event{
		Kind: runtime.StepFinished, WorkflowID: "w", StepID: "s", Visit: 1, Attempt: 1, Status: runtime.StepSucceeded,
		Criteria: []runtime.CriterionResult{{Condition: "a", Operands: []runtime.Operand{{Expression: "b", Value: "c"}}}},
		Action:   &runtime.ActionTaken{Type: "end", Name: "n"},
		Outputs:  map[string]any{"o": "v"},
	}
	r.Observe(t.Context(), &ev)
	ev.Criteria[0].Condition, ev.Criteria[0].Operands[0].Value, ev.Action.Name, ev.Outputs["o"] = "x", "x", "x", "x"
	step := r.Document(&runtime.Result{}).Steps[0]
	want := report.Step{
		WorkflowID: "w", StepID: "s", Visit: 1, Attempt: 1, Status: runtime.StepSucceeded,
		Criteria: []runtime.CriterionResult{{Condition: "a", Operands: []runtime.Operand{{Expression: "b", Value: "c"}}}},
		Action:   &runtime.ActionTaken{Type: "end", Name: "n"},
		Outputs:  map[string]any{"o": "v"},
	}
	if diff := cmp.Diff(want, step); diff != "" {
		t.Errorf("step differs (-want +got):\n%s", diff)
	}
}

func TestRecorderTellsAttemptsOfOneStepApart(t *testing.T) {
	var r report.Recorder
	for attempt := 1; attempt <= 3; attempt++ {
		r.Observe(t.Context(), &runtime.Event{Kind: runtime.StepStarted, StepID: "s", Visit: 1, Attempt: attempt})
		r.Observe(t.Context(), &runtime.Event{Kind: runtime.StepFinished, StepID: "s", Visit: 1, Attempt: attempt, Status: runtime.StepFailed})
		r.Observe(t.Context(), &runtime.Event{Kind: runtime.Waiting, StepID: "s", Visit: 1, Attempt: attempt, Wait: time.Duration(attempt) * time.Second})
	}
	var waits []int64
	for i, s := range r.Document(&runtime.Result{}).Steps {
		if s.Attempt != i+1 {
			t.Errorf("attempt %d stands at place %d", s.Attempt, i)
		}
		waits = append(waits, s.WaitMs)
	}
	if diff := cmp.Diff([]int64{0, 1000, 2000}, waits); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if f := flag.Lookup("update"); f.Value.String() == "true" {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

func BenchmarkRecorder(b *testing.B) {
	b.ReportAllocs()
	start := runtime.Event{Kind: runtime.StepStarted, WorkflowID: "w", StepID: "s", Visit: 1, Attempt: 1}
	sent := runtime.Event{Kind: runtime.RequestSent, WorkflowID: "w", StepID: "s", Visit: 1, Attempt: 1, Try: 1, Request: &runtime.Request{Method: "GET", URL: "https://api.example/"}}
	end := runtime.Event{Kind: runtime.StepFinished, WorkflowID: "w", StepID: "s", Visit: 1, Attempt: 1, Status: runtime.StepSucceeded}
	for b.Loop() {
		var r report.Recorder
		for range 100 {
			r.Observe(b.Context(), &start)
			r.Observe(b.Context(), &sent)
			r.Observe(b.Context(), &end)
		}
	}
}
