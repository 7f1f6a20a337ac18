package runtime_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// poll is a workflow that starts something and polls it, as the published ones
// do.
const poll = `
- workflowId: w
  inputs: {type: object, properties: {name: {type: string}}}
  steps:
  - stepId: start
    operationId: createPet
    requestBody:
      contentType: application/json
      payload: {name: $inputs.name, kind: cat}
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {id: $response.body#/id}
  - stepId: wait
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.start.outputs.id}]
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {status: $response.body#/status}
    onSuccess:
    - name: done
      type: end
      criteria: [{context: $response.body, condition: '$.status == "done"', type: jsonpath}]
    - name: again
      type: goto
      stepId: wait
      criteria: [{context: $response.body, condition: '$.status == "busy"', type: jsonpath}]
  outputs:
    id: $steps.start.outputs.id
    status: $steps.wait.outputs.status
`

func TestVerdicts(t *testing.T) {
	created := reply{status: 201, body: `{"id": 9007199254740993}`}
	tests := []struct {
		name     string
		workflow string
		replies  []reply
		policy   runtime.Policy
		expect   []string
		status   runtime.Status
		outputs  string
		requests []string
		message  string
	}{
		{
			name: "polls until an end action applies", workflow: poll,
			replies: []reply{created, ok(`{"status":"busy"}`), ok(`{"status":"busy"}`), ok(`{"status":"done"}`)},
			status:  runtime.Succeeded, outputs: `{"id":9007199254740993,"status":"done"}`,
			requests: []string{
				`POST https://pets.example/v1/pets {"kind":"cat"}`,
				`GET https://pets.example/v1/pets/9007199254740993`,
				`GET https://pets.example/v1/pets/9007199254740993`,
				`GET https://pets.example/v1/pets/9007199254740993`,
			},
		},
		{
			name: "a state that no action handles is no success", workflow: poll,
			replies: []reply{created, ok(`{"status":"busy"}`), ok(`{"status":"FAILED"}`)},
			status:  runtime.Unhandled, outputs: `{"id":9007199254740993,"status":"FAILED"}`,
			message: `step "wait" succeeded, but none of its 2 onSuccess actions applies: no action handles $.status is "FAILED"`,
		},
		{
			name: "unless the user asks for the bare reading", workflow: poll,
			replies: []reply{created, ok(`{"status":"FAILED"}`)}, policy: runtime.Policy{Unhandled: runtime.UnhandledSucceed},
			status: runtime.Succeeded, outputs: `{"id":9007199254740993,"status":"FAILED"}`,
		},
		{
			name: "or for a failure", workflow: poll,
			replies: []reply{created, ok(`{"status":"FAILED"}`)}, policy: runtime.Policy{Unhandled: runtime.UnhandledFail},
			status: runtime.Failed, outputs: `{"id":9007199254740993,"status":"FAILED"}`,
			message: `no action handles $.status is "FAILED"`,
		},
		{
			name: "an expectation that does not hold", workflow: poll,
			replies: []reply{created, ok(`{"status":"done"}`)}, expect: []string{"$outputs.id > 5", "$outputs.status == 'ready'"},
			status: runtime.Failed, outputs: `{"id":9007199254740993,"status":"done"}`,
			message: `the expectation "$outputs.status == 'ready'" is not met: $outputs.status is "done"`,
		},
		{
			name: "an expectation that holds", workflow: poll,
			replies: []reply{created, ok(`{"status":"done"}`)}, expect: []string{"$outputs.status == 'DONE' && $outputs.id == 9007199254740993"},
			status: runtime.Succeeded, outputs: `{"id":9007199254740993,"status":"done"}`,
		},
		{
			name: "a criterion that is not met", workflow: poll,
			replies: []reply{{status: 400, body: `{"__type":"com.example#ValidationException","message":"name is too long\nsecond line"}`}},
			status:  runtime.Failed, outputs: `{}`,
			message: `step "start" failed: "$statusCode == 201" was not met: $statusCode is 400; the server said ValidationException: name is too long…`,
		},
		{
			name: "a list of loops only has its natural exit", status: runtime.Succeeded,
			workflow: `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess:
    - name: again
      type: goto
      stepId: a
      criteria: [{condition: $response.body#/more == true}]
`,
			replies: []reply{ok(`{"more":true}`), ok(`{"more":false}`)}, outputs: `{}`,
		},
		{
			name: "no criteria and a status that is no success", status: runtime.Failed, outputs: `{}`,
			workflow: "\n- workflowId: w\n  steps:\n  - {stepId: a, operationId: listPets}\n",
			replies:  []reply{{status: 404, body: `{"error":{"code":"gone","message":"no pets"}}`}},
			message:  `step "a" failed: the server answered 404; the server said gone: no pets`,
		},
		{
			name: "a failure action recovers", status: runtime.Succeeded, outputs: `{"status":"done"}`,
			workflow: `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    successCriteria: [{condition: $statusCode == 200}]
    onFailure:
    - {name: other, type: goto, stepId: c, criteria: [{condition: $statusCode == 404}]}
  - {stepId: b, operationId: listPets}
  - stepId: c
    operationId: createPet
    outputs: {status: $response.body#/status}
  outputs: {status: $steps.c.outputs.status}
`,
			replies:  []reply{{status: 404}, ok(`{"status":"done"}`)},
			requests: []string{"GET https://pets.example/v1/pets", "POST https://pets.example/v1/pets"},
		},
		{
			name: "end in onFailure is a failure", status: runtime.Failed, outputs: `{}`,
			workflow: `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onFailure: [{name: stop, type: end}]
  - {stepId: b, operationId: listPets}
`,
			replies: []reply{{status: 500}}, requests: []string{"GET https://pets.example/v1/pets"},
			message: `step "a" failed`,
		},
		{
			name: "no failure action applies", status: runtime.Failed, outputs: `{}`,
			workflow: `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onFailure: [{name: stop, type: goto, stepId: b, criteria: [{condition: $statusCode == 404}]}]
  - {stepId: b, operationId: listPets}
`,
			replies: []reply{{status: 500}}, requests: []string{"GET https://pets.example/v1/pets"},
		},
		{
			name: "an exchange that fails goes through onFailure", status: runtime.Succeeded, outputs: `{}`,
			workflow: `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onFailure: [{name: next, type: goto, stepId: b}]
  - {stepId: b, operationId: listPets}
`,
			replies: []reply{{err: &runtime.ExchangeError{Failure: runtime.NotSent, Message: "pets.example refused the connection"}}, ok("{}")},
		},
		{
			name: "an exchange that fails", status: runtime.Failed, outputs: `{}`,
			workflow: "\n- workflowId: w\n  steps:\n  - {stepId: a, operationId: listPets}\n",
			replies:  []reply{{err: &runtime.ExchangeError{Failure: runtime.NotSent, Message: "pets.example refused the connection"}}},
			message:  "pets.example refused the connection",
		},
		{
			name: "a page of HTML where JSON was expected", workflow: poll, status: runtime.Failed, outputs: `{"id":1}`,
			replies: []reply{
				{status: 201, body: `{"id":1}`},
				{status: 502, header: "Content-Type: text/html", body: "<html>Bad gateway</html>"},
			},
			message: "$statusCode is 502",
		},
		{
			name: "a JSONPath on text cannot be evaluated and does not pass", workflow: poll, status: runtime.Unhandled, outputs: `{"id":1}`,
			replies: []reply{
				{status: 201, body: `{"id":1}`},
				{status: 200, header: "Content-Type: text/html", body: "<html>done</html>"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrial(t, tt.workflow, tt.replies...)
			tr.options.Policy, tr.options.Expect = tt.policy, tt.expect
			res := tr.run(t)
			if res.Status != tt.status {
				t.Errorf("status is %s, want %s (%+v)", res.Status, tt.status, res.Failure)
			}
			if got := outputs(t, res); got != tt.outputs {
				t.Errorf("outputs are %s, want %s", got, tt.outputs)
			}
			if tt.requests != nil {
				if diff := cmp.Diff(tt.requests, tr.script.lines()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			}
			switch {
			case res.Failure == nil:
				if tt.message != "" || res.Status != runtime.Succeeded {
					t.Errorf("there is no failure, want …%s…", tt.message)
				}
			case !strings.Contains(res.Failure.Message, tt.message):
				t.Errorf("failure is %q, want …%s…", res.Failure.Message, tt.message)
			}

			again := newTrial(t, tt.workflow, tt.replies...)
			again.options.Policy, again.options.Expect = tt.policy, tt.expect
			pieces := again.runInPieces(t)
			if pieces.Status != res.Status || outputs(t, pieces) != outputs(t, res) {
				t.Errorf("in pieces the run ends %s with %s", pieces.Status, outputs(t, pieces))
			}
			if diff := cmp.Diff(tr.script.lines(), again.script.lines()); diff != "" {
				t.Errorf("in pieces other requests are sent (-whole +pieces):\n%s", diff)
			}
			if diff := cmp.Diff(tr.clock.slept, again.clock.slept); diff != "" {
				t.Errorf("in pieces other pauses are made (-whole +pieces):\n%s", diff)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	const retry = `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    successCriteria: [{condition: $statusCode == 200}]
    onFailure:
    - {name: once more, type: retry%s, criteria: [{condition: $statusCode == 503}]}
    - {name: give up, type: goto, stepId: b, criteria: [{condition: $statusCode == 503}]}
  - {stepId: b, operationId: createPet}
`
	busy := reply{status: 503}
	tests := []struct {
		name     string
		settings string
		replies  []reply
		requests int
		last     string
		slept    []time.Duration
	}{
		{"one retry unless a limit is given", "", []reply{busy, busy, ok("{}")}, 3, "POST", nil},
		{"up to the limit, then the next action", ", retryLimit: 3", []reply{busy, busy, busy, busy, ok("{}")}, 5, "POST", nil},
		{"none", ", retryLimit: 0", []reply{busy, ok("{}")}, 2, "POST", nil},
		{"after a pause", ", retryAfter: 1.5, retryLimit: 2", []reply{busy, busy, ok("{}"), ok("{}")}, 4, "POST", []time.Duration{1500 * time.Millisecond, 1500 * time.Millisecond}},
		{"a Retry-After overrules the pause", ", retryAfter: 1.5", []reply{{status: 503, header: "Retry-After: 20"}, ok("{}"), ok("{}")}, 3, "POST", []time.Duration{20 * time.Second}},
		{"even to nothing", ", retryAfter: 30", []reply{{status: 503, header: "Retry-After: 0"}, ok("{}"), ok("{}")}, 3, "POST", nil},
		{"until it succeeds", ", retryLimit: 9", []reply{busy, ok("{}"), ok("{}")}, 3, "POST", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			workflow := strings.Replace(retry, "%s", tt.settings, 1)
			tr := newTrial(t, workflow, tt.replies...)
			res := tr.run(t)
			lines := tr.script.lines()
			if res.Status != runtime.Succeeded || len(lines) != tt.requests || !strings.HasPrefix(lines[len(lines)-1], tt.last) {
				t.Errorf("%s after %v, want %d requests ending with %s", res.Status, lines, tt.requests, tt.last)
			}
			if diff := cmp.Diff(tt.slept, tr.clock.slept); diff != "" {
				t.Errorf("pauses (-want +got):\n%s", diff)
			}
			again := newTrial(t, workflow, tt.replies...)
			again.runInPieces(t)
			if diff := cmp.Diff(lines, again.script.lines()); diff != "" {
				t.Errorf("in pieces (-whole +pieces):\n%s", diff)
			}
		})
	}
}

func TestARetryBudgetIsThatOfOneVisit(t *testing.T) {
	busy := reply{status: 503}
	tr := newTrial(t, `
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    outputs: {n: $response.body#/n}
    onFailure: [{name: r, type: retry, retryLimit: 1}]
    onSuccess:
    - {name: again, type: goto, stepId: a, criteria: [{condition: $response.body#/n < 3}]}
`, busy, ok(`{"n":1}`), busy, ok(`{"n":2}`), busy, ok(`{"n":3}`))
	tr.options.Policy.Poll.Off = true
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Errorf("status is %s: %+v", res.Status, res.Failure)
	}
}

func TestLimitsEndARunAndNameTheLoop(t *testing.T) {
	endless := []reply{{status: 201, body: `{"id":1}`}, ok(`{"status":"busy"}`)}
	t.Run("steps", func(t *testing.T) {
		tr := newTrial(t, poll, endless...)
		tr.options.Policy.MaxSteps = 50
		res := tr.run(t)
		if res.Status != runtime.Failed || len(tr.script.requests) != 50 {
			t.Errorf("%s after %d requests, want failed after 50", res.Status, len(tr.script.requests))
		}
		if want := `limit of 50 step attempts at step "wait", in the loop over "wait" (49 visits)`; res.Failure == nil || !strings.Contains(res.Failure.Message, want) {
			t.Errorf("failure is %+v, want …%s…", res.Failure, want)
		}
		if got := outputs(t, res); got != `{"id":1,"status":"busy"}` {
			t.Errorf("outputs are %s", got)
		}
	})
	t.Run("time", func(t *testing.T) {
		tr := newTrial(t, poll, endless...)
		tr.options.Policy.Timeout = time.Minute
		res := tr.run(t)
		if res.Status != runtime.Failed || res.Duration > time.Minute {
			t.Errorf("%s after %v, want failed within a minute", res.Status, res.Duration)
		}
		if res.Failure == nil || res.Failure.Rule != "timeout" || !strings.Contains(res.Failure.Message, `loop over "wait"`) {
			t.Errorf("failure is %+v, want the loop", res.Failure)
		}
	})
	t.Run("the exchange gets what is left of the time", func(t *testing.T) {
		tr := newTrial(t, poll, endless...)
		tr.options.Policy.Timeout, tr.options.Policy.StepTimeout = 3*time.Second, 30*time.Second
		tr.script.replies[0].after = func() { tr.clock.advance(time.Second) }
		tr.run(t)
		if got := []time.Duration{tr.script.requests[0].Timeout, tr.script.requests[1].Timeout}; !cmp.Equal(got, []time.Duration{3 * time.Second, 2 * time.Second}) {
			t.Errorf("timeouts are %v", got)
		}
	})
}

func TestAnInterruptedRunKeepsItsOutputs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tr := newTrial(t, poll, reply{status: 201, body: `{"id":1}`}, ok(`{"status":"busy"}`), reply{status: 200, body: `{"status":"busy"}`, after: cancel})
	res, err := tr.engine(t).Run(ctx, tr.start(t))
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != runtime.Cancelled || outputs(t, res) != `{"id":1,"status":"busy"}` {
		t.Errorf("run ends %s with %s", res.Status, outputs(t, res))
	}
	if res.Failure == nil || !strings.Contains(res.Failure.Message, `interrupted at step "wait"`) {
		t.Errorf("failure is %+v", res.Failure)
	}
}

func TestAStateBelongsToItsProgram(t *testing.T) {
	tr := newTrial(t, poll, reply{status: 201, body: `{"id":1}`}, ok(`{"status":"done"}`))
	other := newTrial(t, strings.Replace(poll, "kind: cat", "kind: dog", 1), ok("{}"))
	st := tr.start(t)
	if err := other.engine(t).Advance(t.Context(), st); !errors.Is(err, runtime.ErrOtherProgram) {
		t.Errorf("error is %v, want ErrOtherProgram", err)
	}
	fork := st.Clone()
	e := tr.engine(t)
	for !st.Done() {
		if err := e.Advance(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Advance(t.Context(), st); !errors.Is(err, runtime.ErrEnded) {
		t.Errorf("error is %v, want ErrEnded", err)
	}
	if fork.Done() || fork.Attempts != 0 {
		t.Errorf("the copy moved with the original: %+v", fork)
	}
}

// stateless answers each pets request by what it asks.
type stateless struct{}

func (stateless) Exchange(_ context.Context, req *runtime.Request) (*runtime.Response, error) {
	if req.Method == "POST" {
		return &runtime.Response{Status: 201, Header: runtime.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`{"id":"` + req.RunID + `"}`)}, nil
	}
	id := req.URL[strings.LastIndexByte(req.URL, '/')+1:]
	return &runtime.Response{Status: 200, Header: runtime.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`{"status":"done","id":"` + id + `"}`)}, nil
}

func TestOneProgramServesManyRuns(t *testing.T) {
	tr := newTrial(t, poll, ok("{}"))
	tr.transport = stateless{}
	engine := tr.engine(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			id := strings.Repeat("x", i+1)
			st, problems := tr.program.Start(runtime.StartOptions{RunID: id, Now: epoch})
			if problems.HasErrors() {
				t.Errorf("start: %v", problems.Err())
				return
			}
			res, err := engine.Run(t.Context(), st)
			if err != nil || res.Status != runtime.Succeeded || res.Outputs["id"] != id {
				t.Errorf("run %d: %v, %+v", i, err, res)
			}
		}()
	}
	wg.Wait()
}
