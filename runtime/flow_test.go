package runtime_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// version11 is document for Arazzo 1.1.0.
func version11(workflows string) string {
	return strings.Replace(document(workflows), "arazzo: 1.0.1", "arazzo: 1.1.0", 1)
}

func TestFlow(t *testing.T) {
	bad := reply{status: 500}
	tests := []struct {
		name     string
		document string
		inputs   map[string]any
		replies  []reply
		policy   runtime.Policy
		status   runtime.Status
		outputs  string
		requests []string
		message  string
		slept    []time.Duration
	}{
		{
			name: "a step calls a workflow",
			document: document(`
- workflowId: w
  inputs: {type: object, properties: {n: {type: integer}, secret: {type: string}}}
  steps:
  - stepId: s
    workflowId: child
    parameters: [{name: limit, value: $inputs.n}]
    outputs: {got: $outputs.result}
  - stepId: after
    operationId: listPets
    parameters: [{name: limit, in: query, value: $steps.s.outputs.got}]
  outputs: {got: $steps.s.outputs.got, seen: $workflows.child.inputs.limit}
- workflowId: child
  inputs: {type: object, properties: {limit: {type: integer}, secret: {type: string}}}
  steps:
  - stepId: s
    operationId: listPets
    parameters: [{name: limit, in: query, value: $inputs.limit}, {name: X-Trace, in: header, value: $inputs.secret}]
    outputs: {r: $response.body#/n}
    onSuccess: [{name: enough, type: end}]
  - {stepId: never, operationId: createPet}
  outputs: {result: $steps.s.outputs.r}
`),
			inputs: map[string]any{"n": 12345678901234567, "secret": "not for the child"}, replies: []reply{ok(`{"n":98765432109876543}`), ok(`{}`)},
			status: runtime.Succeeded, outputs: `{"got":98765432109876543,"seen":12345678901234567}`,
			requests: []string{"GET https://pets.example/v1/pets?limit=12345678901234567", "GET https://pets.example/v1/pets?limit=98765432109876543"},
		},
		{
			name: "a child that fails makes its step fail, and a failure action recovers",
			document: document(`
- workflowId: w
  steps:
  - stepId: s
    workflowId: child
    onFailure: [{name: other, type: goto, stepId: plan-b}]
  - {stepId: skipped, operationId: createPet}
  - {stepId: plan-b, operationId: listPets}
- workflowId: child
  steps: [{stepId: c, operationId: createPet}]
`),
			replies: []reply{bad, ok("{}")}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{"POST https://pets.example/v1/pets", "GET https://pets.example/v1/pets"},
		},
		{
			name: "a child that fails fails the run, and says why",
			document: document(`
- workflowId: w
  steps: [{stepId: s, workflowId: child}]
- workflowId: child
  steps: [{stepId: c, operationId: createPet}]
`),
			replies: []reply{bad}, status: runtime.Failed, outputs: `{}`,
			message: `step "s" failed: workflow "child" ended failed: step "c" failed: the server answered 500`,
		},
		{
			name: "a child whose outcome nobody handles is no success of its step",
			document: document(strings.Replace(poll, "workflowId: w", "workflowId: child", 1) + `
- workflowId: w
  steps: [{stepId: s, workflowId: child}]
`),
			replies: []reply{{status: 201, body: `{"id":1}`}, ok(`{"status":"LOST"}`)}, status: runtime.Failed, outputs: `{}`,
			message: `workflow "child" ended unhandled`,
		},
		{
			name: "goto a workflow does not return, and its result is the result",
			document: document(`
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: leave, type: goto, workflowId: other}]
  - {stepId: never, operationId: createPet}
- workflowId: other
  steps:
  - {stepId: b, operationId: createPet, outputs: {id: $response.body#/id}}
  outputs: {id: $steps.b.outputs.id}
`),
			replies: []reply{ok(`{}`), ok(`{"id":7}`)}, status: runtime.Succeeded, outputs: `{"id":7}`,
			requests: []string{"GET https://pets.example/v1/pets", "POST https://pets.example/v1/pets"},
		},
		{
			name: "goto a workflow with parameters",
			document: version11(`
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess:
    - name: leave
      type: goto
      workflowId: other
      parameters: [{name: id, value: $response.body#/id}]
- workflowId: other
  inputs: {type: object, required: [id], properties: {id: {type: string}}}
  steps:
  - {stepId: b, operationId: getPet, parameters: [{name: id, in: path, value: $inputs.id}]}
`),
			replies: []reply{ok(`{"id":"rex"}`), ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{"GET https://pets.example/v1/pets", "GET https://pets.example/v1/pets/rex"},
		},
		{
			name: "a retry that names a step carries it out first",
			document: document(`
- workflowId: w
  steps:
  - {stepId: login, operationId: createPet, outputs: {id: $response.body#/id}}
  - stepId: use
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.login.outputs.id}]
    onFailure:
    - {name: again, type: retry, stepId: login, retryAfter: 2, retryLimit: 2, criteria: [{condition: $statusCode == 401}]}
  - {stepId: last, operationId: listPets}
`),
			replies: []reply{ok(`{"id":"old"}`), {status: 401}, ok(`{"id":"new"}`), ok(`{}`), ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{
				"POST https://pets.example/v1/pets", "GET https://pets.example/v1/pets/old", "POST https://pets.example/v1/pets",
				"GET https://pets.example/v1/pets/new", "GET https://pets.example/v1/pets",
			},
			slept: []time.Duration{2 * time.Second},
		},
		{
			name: "a retry that names a workflow runs it first, and its failure does not stop the retry",
			document: document(`
- workflowId: w
  steps:
  - stepId: use
    operationId: listPets
    onFailure:
    - {name: again, type: retry, workflowId: repair, retryLimit: 2}
- workflowId: repair
  steps: [{stepId: fix, operationId: createPet}]
`),
			replies: []reply{bad, ok(`{}`), bad, bad, ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{
				"GET https://pets.example/v1/pets", "POST https://pets.example/v1/pets", "GET https://pets.example/v1/pets",
				"POST https://pets.example/v1/pets", "GET https://pets.example/v1/pets",
			},
		},
		{
			name: "dependencies run first and once, and their outputs can be read",
			document: document(`
- workflowId: w
  dependsOn: [one, two]
  inputs: {type: object, properties: {id: {type: string}}}
  steps:
  - {stepId: s, operationId: getPet, parameters: [{name: id, in: path, value: $workflows.one.outputs.id}]}
- workflowId: two
  dependsOn: [one]
  steps: [{stepId: s, operationId: listPets}]
- workflowId: one
  inputs: {type: object, properties: {id: {type: string}}}
  steps: [{stepId: s, operationId: createPet, requestBody: {payload: {id: $inputs.id}}, outputs: {id: $response.body#/id}}]
  outputs: {id: $steps.s.outputs.id}
`),
			inputs: map[string]any{"id": "x"}, replies: []reply{ok(`{"id":"made"}`), ok(`{}`), ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{`POST https://pets.example/v1/pets {"id":"x"}`, "GET https://pets.example/v1/pets", "GET https://pets.example/v1/pets/made"},
		},
		{
			name: "a dependency that fails keeps the workflow from running",
			document: document(`
- workflowId: w
  dependsOn: [one]
  steps: [{stepId: s, operationId: listPets}]
- workflowId: one
  steps: [{stepId: s, operationId: createPet}]
`),
			replies: []reply{bad}, status: runtime.Failed, outputs: `{}`, requests: []string{"POST https://pets.example/v1/pets"},
			message: `workflow "w" needs workflow "one", which ended failed: step "s" failed`,
		},
		{
			name: "steps run in the order of their dependencies",
			document: version11(`
- workflowId: w
  steps:
  - {stepId: b, dependsOn: [a], operationId: listPets}
  - {stepId: a, operationId: createPet}
`),
			replies: []reply{ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{"POST https://pets.example/v1/pets", "GET https://pets.example/v1/pets"},
		},
		{
			name: "dependsOn starts nothing",
			document: version11(`
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: skip, type: goto, stepId: c}]
  - {stepId: b, operationId: createPet}
  - {stepId: c, dependsOn: [b], operationId: listPets}
`),
			replies: []reply{ok(`{}`)}, status: runtime.Failed, outputs: `{}`, requests: []string{"GET https://pets.example/v1/pets"},
			message: `step "c" failed: it depends on step "b", which has not been completed`,
		},
		{
			name: "actions and parameters of the workflow hold for its steps, unless a step redefines them",
			document: document(`
- workflowId: w
  parameters: [{name: limit, in: query, value: 5}, {name: tag, in: query, value: [a]}]
  failureActions:
  - {name: once-more, type: retry, retryLimit: 1}
  - {name: give-up, type: goto, stepId: c}
  steps:
  - {stepId: a, operationId: listPets, parameters: [{name: limit, in: query, value: 9}]}
  - stepId: b
    operationId: listPets
    onFailure: [{name: once-more, type: retry, retryLimit: 0}]
  - {stepId: never, operationId: createPet}
  - {stepId: c, operationId: listPets}
`),
			replies: []reply{bad, ok(`{}`), bad, ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{
				"GET https://pets.example/v1/pets?tag=a&limit=9", "GET https://pets.example/v1/pets?tag=a&limit=9",
				"GET https://pets.example/v1/pets?limit=5&tag=a", "GET https://pets.example/v1/pets?limit=5&tag=a",
			},
		},
		{
			name: "components",
			document: document(`
- workflowId: w
  inputs: {$ref: '#/components/inputs/page'}
  steps:
  - stepId: a
    operationId: listPets
    parameters: [{reference: $components.parameters.limit}]
  - stepId: b
    operationId: listPets
    parameters: [{reference: $components.parameters.limit, value: 2}]
    onSuccess: [{reference: $components.successActions.stop}]
  - {stepId: never, operationId: createPet}
components:
  inputs:
    page: {type: object, properties: {n: {type: integer, default: 50}}}
  parameters:
    limit: {name: limit, in: query, value: $inputs.n}
  successActions:
    stop: {name: stop, type: end}
`),
			replies: []reply{ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`,
			requests: []string{"GET https://pets.example/v1/pets?limit=50", "GET https://pets.example/v1/pets?limit=2"},
		},
		{
			name: "workflows that call each other without an end are bounded",
			document: document(`
- workflowId: w
  steps: [{stepId: s, workflowId: other}]
- workflowId: other
  steps: [{stepId: s, workflowId: w}]
`),
			replies: []reply{ok(`{}`)}, status: runtime.Failed, outputs: `{}`, message: "workflows call each other more than 64 deep",
		},
		{
			name: "a loop over a workflow is paced like one over a step",
			document: document(`
- workflowId: w
  steps:
  - stepId: s
    workflowId: child
    outputs: {n: $outputs.n}
    onSuccess: [{name: again, type: goto, stepId: s, criteria: [{condition: $outputs.n < 2}]}]
- workflowId: child
  steps: [{stepId: c, operationId: listPets, outputs: {n: $response.body#/n}}]
  outputs: {n: $steps.c.outputs.n}
`),
			replies: []reply{ok(`{"n":0}`), ok(`{"n":1}`), ok(`{"n":2}`)}, policy: runtime.Policy{Poll: runtime.Poll{Min: 10 * time.Second, Max: 10 * time.Second}},
			status: runtime.Succeeded, outputs: `{}`, slept: []time.Duration{10 * time.Second, 10 * time.Second},
		},
		{
			name: "two steps that call the same workflow are no loop, and neither is a retry",
			document: document(`
- workflowId: w
  steps:
  - {stepId: a, workflowId: child}
  - {stepId: b, workflowId: child, onFailure: [{name: again, type: retry, retryAfter: 1}]}
- workflowId: child
  steps: [{stepId: c, operationId: listPets}]
`),
			replies: []reply{ok(`{}`), bad, ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`, slept: []time.Duration{time.Second},
		},
		{
			name: "a dependency that failed before is not taken for completed",
			document: document(`
- workflowId: w
  steps:
  - {stepId: a, workflowId: one, onFailure: [{name: on, type: goto, stepId: b}]}
  - {stepId: b, workflowId: two}
- workflowId: one
  steps: [{stepId: c, operationId: createPet}]
- workflowId: two
  dependsOn: [one]
  steps: [{stepId: d, operationId: listPets}]
`),
			replies: []reply{bad, ok(`{}`)}, status: runtime.Failed, outputs: `{}`, requests: []string{"POST https://pets.example/v1/pets"},
			message: `workflow "two" needs workflow "one", which ended failed before`,
		},
		{
			name: "an action whose criteria cannot be evaluated leaves the outcome open",
			document: document(`
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: again, type: goto, stepId: a, criteria: [{type: jsonpath, context: $response.body, condition: '$[?@.busy == true]'}]}]
`),
			replies: []reply{{status: 200, header: "Content-Type: text/plain", body: "busy"}}, status: runtime.Unhandled, outputs: `{}`,
		},
		{
			name: "a poll by retries that runs out while it would go on leaves the outcome open",
			document: document(`
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: again, type: retry, retryAfter: 1, retryLimit: 2, criteria: [{condition: $response.body#/busy == true}]}]
`),
			replies: []reply{ok(`{"busy":true}`)}, status: runtime.Unhandled, outputs: `{}`,
			message: "no action handles $response.body#/busy is true", slept: []time.Duration{time.Second, time.Second},
		},
		{
			name: "parameters of the workflow reach the workflows that have inputs for them",
			document: document(`
- workflowId: w
  parameters: [{name: limit, in: query, value: 3}, {name: other, in: query, value: 4}]
  steps: [{stepId: s, workflowId: child}]
- workflowId: child
  inputs: {type: object, properties: {limit: {type: integer}}}
  steps: [{stepId: c, operationId: listPets, parameters: [{name: limit, in: query, value: $inputs.limit}]}]
`),
			replies: []reply{ok(`{}`)}, status: runtime.Succeeded, outputs: `{}`, requests: []string{"GET https://pets.example/v1/pets?limit=3"},
		},
		{
			name: "inputs that a child does not accept fail its step",
			document: document(`
- workflowId: w
  steps: [{stepId: s, workflowId: child, parameters: [{name: n, value: text}]}]
- workflowId: child
  inputs: {type: object, properties: {n: {type: integer}}}
  steps: [{stepId: s, operationId: listPets}]
`),
			replies: []reply{ok(`{}`)}, status: runtime.Failed, outputs: `{}`, requests: nil,
			message: `workflow "child" cannot start: input "n" must be an integer, and "text" is a string`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fresh := func() *trial {
				program, problems := load(t, map[string]string{"arazzo.yaml": tt.document, "pets.yaml": petAPI})
				if err := problems.Err(); err != nil {
					t.Fatalf("documents: %v", err)
				}
				return &trial{
					program: program, clock: newClock(), script: &script{replies: tt.replies},
					options: runtime.StartOptions{RunID: "run-1", Workflow: "w", Now: epoch, Inputs: tt.inputs, Policy: tt.policy},
				}
			}
			tr := fresh()
			res := tr.run(t)
			if res.Status != tt.status || outputs(t, res) != tt.outputs {
				t.Errorf("the run ends %s with %s, want %s with %s (%+v)", res.Status, outputs(t, res), tt.status, tt.outputs, res.Failure)
			}
			if diff := cmp.Diff(tt.requests, tr.script.lines()); diff != "" && tt.requests != nil {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if tt.message != "" && (res.Failure == nil || !strings.Contains(res.Failure.Message, tt.message)) {
				t.Errorf("failure is %+v, want …%s…", res.Failure, tt.message)
			}
			near := cmp.Comparer(func(a, b time.Duration) bool { return a*9 <= b*10 && b*9 <= a*10 })
			if diff := cmp.Diff(tt.slept, tr.clock.slept, near); diff != "" {
				t.Errorf("pauses (-want +got):\n%s", diff)
			}
			again := fresh()
			pieces := again.runInPieces(t)
			if pieces.Status != res.Status || outputs(t, pieces) != outputs(t, res) || !cmp.Equal(again.script.lines(), tr.script.lines()) {
				t.Errorf("in pieces the run ends %s with %s after %v", pieces.Status, outputs(t, pieces), again.script.lines())
			}
		})
	}
}

// TestStatesThatDoNotFitAreRefused advances states that no run can have left
// behind: none may make the process panic.
func TestStatesThatDoNotFitAreRefused(t *testing.T) {
	tr := newTrial(t, "\n- workflowId: w\n  steps:\n  - {stepId: a, operationId: listPets}\n  - {stepId: b, workflowId: v}\n- workflowId: v\n  steps: [{stepId: c, operationId: listPets}]\n", ok("{}"))
	tr.options.Workflow = "w"
	child := runtime.WorkflowRef{Document: tr.start(t).Root.Document, WorkflowID: "v"}
	ended := &runtime.Ended{Outcome: runtime.Outcome{Status: runtime.Succeeded}}
	tests := []struct {
		name   string
		change func(*runtime.State)
	}{
		{"no frame", func(st *runtime.State) { st.Frames = nil }},
		{"a step that is not there", func(st *runtime.State) { st.Frames[0].Next = 7 }},
		{"a repair of no step", func(st *runtime.State) { st.Frames[0].Repair = &runtime.Repair{Return: -1} }},
		{"an outermost frame that has ended", func(st *runtime.State) { st.Frames[0].Ended = ended }},
		{"an outermost frame with a deadline", func(st *runtime.State) { st.Frames[0].Deadline = epoch }},
		{"an outermost frame for another", func(st *runtime.State) { st.Frames[0].Purpose = runtime.ForStep }},
		{"an inner frame for nothing", func(st *runtime.State) { st.Frames = append(st.Frames, runtime.Frame{Workflow: child}) }},
		{"a frame for a step that calls an operation", func(st *runtime.State) {
			st.Frames = append(st.Frames, runtime.Frame{Workflow: child, Purpose: runtime.ForStep, Ended: ended})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := tr.start(t)
			tt.change(st)
			if err := tr.engine(t).Advance(t.Context(), st); err == nil {
				t.Error("the state is accepted")
			}
		})
	}
	t.Run("records that are null", func(t *testing.T) {
		st := tr.start(t)
		st.Frames[0].Steps = map[string]*runtime.StepRecord{"a": nil}
		st.Sent = map[runtime.StepPath]*runtime.SentRecord{"x": nil}
		text, err := st.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if st, err = runtime.DecodeState(text); err != nil {
			t.Fatal(err)
		}
		if err := tr.engine(t).Advance(t.Context(), st.Clone()); err != nil {
			t.Error(err)
		}
	})
}

func TestStepTimeouts(t *testing.T) {
	t.Run("of an operation", func(t *testing.T) {
		program, problems := load(t, map[string]string{"pets.yaml": petAPI, "arazzo.yaml": version11(`
- workflowId: w
  steps:
  - {stepId: a, timeout: 1500, operationId: listPets, onFailure: [{name: on, type: goto, stepId: b}]}
  - {stepId: b, operationId: createPet}
`)})
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		late := reply{err: &runtime.ExchangeError{Failure: runtime.TimedOut, Message: "pets.example did not answer within 1.5s"}}
		tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{late, ok("{}")}}, options: runtime.StartOptions{RunID: "r", Now: epoch}}
		if res := tr.run(t); res.Status != runtime.Succeeded || tr.script.requests[0].Timeout != 1500*time.Millisecond || tr.script.requests[1].Timeout != 0 {
			t.Errorf("the run ends %s; timeouts are %v and %v", res.Status, tr.script.requests[0].Timeout, tr.script.requests[1].Timeout)
		}
	})
	t.Run("of a workflow, whatever it waits for", func(t *testing.T) {
		program, problems := load(t, map[string]string{"pets.yaml": petAPI, "arazzo.yaml": version11(`
- workflowId: w
  steps:
  - {stepId: a, timeout: 60000, workflowId: endless, onFailure: [{name: on, type: goto, stepId: b}]}
  - {stepId: b, operationId: createPet}
- workflowId: endless
  steps:
  - stepId: p
    operationId: listPets
    onSuccess: [{name: again, type: goto, stepId: p}]
`)})
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, options: runtime.StartOptions{RunID: "r", Workflow: "w", Now: epoch}}
		res := tr.run(t)
		lines := tr.script.lines()
		if res.Status != runtime.Succeeded || res.Duration != time.Minute || !strings.HasPrefix(lines[len(lines)-1], "POST") {
			t.Errorf("the run ends %s after %v and %v: %+v", res.Status, res.Duration, lines, res.Failure)
		}
	})
}
