package runtime_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestLoopsThatRepeatARequestArePaced(t *testing.T) {
	replies := []reply{{status: 201, body: `{"id":1}`}}
	for range 14 {
		replies = append(replies, ok(`{"status":"busy"}`))
	}
	replies = append(replies, ok(`{"status":"done"}`))
	tr := newTrial(t, poll, replies...)
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Fatalf("status is %s: %+v", res.Status, res.Failure)
	}
	if len(tr.clock.slept) != 14 {
		t.Fatalf("%d pauses, want 14: %v", len(tr.clock.slept), tr.clock.slept)
	}
	want := 2 * time.Second
	for i, d := range tr.clock.slept {
		least, most := time.Duration(float64(want)*0.9), time.Duration(float64(want)*1.1)
		if d < least || d > most {
			t.Errorf("pause %d is %v, want between %v and %v", i+1, d, least, most)
		}
		want = min(want*3/2, time.Minute)
	}
	if tr.clock.slept[12] == tr.clock.slept[13] {
		t.Errorf("pauses at the limit are all %v: there is no jitter", tr.clock.slept[13])
	}

	same := newTrial(t, poll, replies...)
	same.run(t)
	if diff := cmp.Diff(tr.clock.slept, same.clock.slept); diff != "" {
		t.Errorf("a replay waits otherwise:\n%s", diff)
	}
	other := newTrial(t, poll, replies...)
	other.options.RunID = "run-2"
	other.run(t)
	if cmp.Equal(tr.clock.slept, other.clock.slept) {
		t.Error("another run draws the same jitter")
	}
}

func TestPaceCanBeChosen(t *testing.T) {
	busy, done := ok(`{"status":"busy"}`), ok(`{"status":"done"}`)
	created := reply{status: 201, body: `{"id":1}`}
	tests := []struct {
		name    string
		poll    runtime.Poll
		replies []reply
		want    []time.Duration
	}{
		{"off", runtime.Poll{Off: true}, []reply{created, busy, busy, done}, nil},
		{"the server's wish in seconds", runtime.Poll{}, []reply{created, {status: 200, body: `{"status":"busy"}`, header: "Retry-After: 7"}, done}, []time.Duration{7 * time.Second}},
		{
			"the server's wish as a date",
			runtime.Poll{},
			[]reply{created, {status: 200, body: `{"status":"busy"}`, header: "Date: Fri, 02 Jan 2026 00:00:00 GMT\nRetry-After: Fri, 02 Jan 2026 00:01:30 GMT"}, done},
			[]time.Duration{90 * time.Second},
		},
		{"a date that is over", runtime.Poll{}, []reply{created, {status: 200, body: `{"status":"busy"}`, header: "Date: Fri, 02 Jan 2026 00:00:00 GMT\nRetry-After: Thu, 01 Jan 2026 00:01:30 GMT"}, done}, nil},
		{"nonsense from the server", runtime.Poll{Min: time.Hour, Max: time.Hour}, []reply{created, {status: 200, body: `{"status":"busy"}`, header: "Retry-After: soon"}, done}, []time.Duration{time.Hour}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrial(t, poll, tt.replies...)
			tr.options.Policy.Poll = tt.poll
			if res := tr.run(t); res.Status != runtime.Succeeded {
				t.Fatalf("status is %s: %+v", res.Status, res.Failure)
			}
			near := cmp.Comparer(func(a, b time.Duration) bool { return a == b || tt.poll.Min > 0 && a > b*8/10 && a < b*12/10 })
			if diff := cmp.Diff(tt.want, tr.clock.slept, near); diff != "" {
				t.Errorf("pauses (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPagesAreNotSlowedDown(t *testing.T) {
	tr := newTrial(t, `
- workflowId: w
  steps:
  - stepId: page
    operationId: listPets
    parameters: [{name: limit, in: query, value: $steps.page.outputs.next}]
    outputs: {next: $response.body#/next}
    onSuccess:
    - {name: more, type: goto, stepId: page, criteria: [{condition: $response.body#/next != null}]}
`, ok(`{"next":1}`), ok(`{"next":2}`), ok(`{"next":3}`), ok(`{}`))
	res := tr.run(t)
	if res.Status != runtime.Succeeded || len(tr.clock.slept) != 0 {
		t.Errorf("%s after pauses of %v, want none", res.Status, tr.clock.slept)
	}
	want := []string{
		"GET https://pets.example/v1/pets", "GET https://pets.example/v1/pets?limit=1",
		"GET https://pets.example/v1/pets?limit=2", "GET https://pets.example/v1/pets?limit=3",
	}
	if diff := cmp.Diff(want, tr.script.lines()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestEqualRequestsAreKnown holds that a body with parts, whose boundary is made
// anew each time, is the same request again.
func TestEqualRequestsAreKnown(t *testing.T) {
	program := fileProgram(t, `
- workflowId: w
  steps:
  - stepId: s
    operationId: upload
    parameters: [{name: X-A, in: header, value: {b: 1, a: 2}}, {name: c, in: cookie, value: 1}]
    requestBody: {payload: {name: x, meta: {z: 1, a: 2}, file: [a, b]}}
    onSuccess: [{name: again, type: goto, stepId: s, criteria: [{condition: $response.body#/done == false}]}]
`)
	f := &fileTransport{script: script{replies: []reply{ok(`{"done":false}`), ok(`{"done":false}`), ok(`{"done":true}`)}}}
	tr := &trial{program: program, clock: newClock(), transport: f, options: runtime.StartOptions{RunID: "r", Now: epoch}}
	if res := tr.run(t); res.Status != runtime.Succeeded || len(tr.clock.slept) != 2 {
		t.Errorf("the run ends %s after the pauses %v: %+v", res.Status, tr.clock.slept, res.Failure)
	}
}
