package mock_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// jobs is the description of a service whose jobs take their time.
const jobs = `openapi: 3.0.3
info: {title: Jobs, version: "1"}
servers: [{url: https://jobs.example/v1}]
paths:
  /jobs:
    post:
      operationId: start
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses:
        "201": {description: created, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: integer, format: int64}}}}}}
        "503": {description: busy}
  /jobs/{id}:
    get:
      operationId: look
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Job'}}}}
        "404": {description: none}
    delete:
      operationId: remove
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"204": {description: gone}}
components:
  schemas:
    Job: {type: object, properties: {id: {type: integer}, state: {type: string, enum: [QUEUED, RUNNING, DONE, FAILED]}}}
`

// poll starts a job, waits for it and removes it.
const poll = `arazzo: 1.0.1
info: {title: Poll, version: "1"}
sourceDescriptions: [{name: jobs, url: s.yaml, type: openapi}]
workflows:
- workflowId: run
  inputs: {type: object, required: [name], properties: {name: {type: string}}}
  steps:
  - stepId: start
    operationId: start
    requestBody: {payload: {name: $inputs.name}}
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {id: $response.body#/id}
    onFailure:
    - {name: again, type: retry, retryAfter: 30, retryLimit: 2, criteria: [{condition: $statusCode == 503}]}
    - {name: giveUp, type: end}
  - stepId: wait
    operationId: look
    parameters: [{name: id, in: path, value: $steps.start.outputs.id}]
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {state: $response.body#/state}
    onSuccess:
    - {name: pending, type: goto, stepId: wait, criteria: [{condition: "$response.body#/state == 'QUEUED' || $response.body#/state == 'RUNNING'"}]}
    - {name: done, type: goto, stepId: remove, criteria: [{condition: $response.body#/state == 'DONE'}]}
  - stepId: remove
    operationId: remove
    parameters: [{name: id, in: path, value: $steps.start.outputs.id}]
    successCriteria: [{condition: $statusCode == 204}]
    onSuccess: [{name: finished, type: end}]
  outputs: {state: $steps.wait.outputs.state}
`

// sketch writes a course as a line: steps with what became of them.
func sketch(c mock.Course) string {
	var out []string
	for _, x := range c.Exchanges {
		text := fmt.Sprintf("%s %d", x.StepID, x.Response.Status)
		if x.Result == mock.Failure {
			text += "!"
		}
		if x.Action != nil {
			text += " " + x.Action.Name
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// TestPlans holds which course a plan leads to, and that a run over HTTP takes it.
func TestPlans(t *testing.T) {
	tests := []struct {
		name   string
		plan   mock.Plan
		want   string
		status runtime.Status
	}{
		{"none", mock.Plan{}, "start 201, wait 200 pending, wait 200 done, remove 204 finished", runtime.Succeeded},
		{"no loops", mock.Plan{Loops: -1}, "start 201, wait 200 done, remove 204 finished", runtime.Succeeded},
		{"loops", mock.Plan{Loops: 3}, "start 201, wait 200 pending, wait 200 pending, wait 200 pending, wait 200 done, remove 204 finished", runtime.Succeeded},
		{
			"first loop, then leave",
			mock.Plan{Steps: map[string][]mock.Turn{"wait": {{Action: "pending", Times: 2}, {Action: "done"}}}},
			"start 201, wait 200 pending, wait 200 pending, wait 200 done, remove 204 finished", runtime.Succeeded,
		},
		{
			"fail, then recover",
			mock.Plan{Loops: -1, Steps: map[string][]mock.Turn{"start": {{Status: 503, Times: 2}, {Result: mock.Success}}}},
			"start 503! again, start 503! again, start 201, wait 200 done, remove 204 finished", runtime.Succeeded,
		},
		{
			"fail too often",
			mock.Plan{Steps: map[string][]mock.Turn{"start": {{Status: 503, Times: 3}}}},
			"start 503! again, start 503! again, start 503! giveUp", runtime.Failed,
		},
		{
			"fail at once",
			mock.Plan{Steps: map[string][]mock.Turn{"start": {{Action: "giveUp"}}}},
			"start 500! giveUp", runtime.Failed,
		},
		{
			"a step of a workflow, and no failure action",
			mock.Plan{Loops: -1, Steps: map[string][]mock.Turn{"run/wait": {{Result: mock.Failure}}}},
			"start 201, wait 404!", runtime.Failed,
		},
		{
			"an outcome that nobody handles",
			mock.Plan{Loops: -1, Steps: map[string][]mock.Turn{"wait": {{NoAction: true, Result: mock.Success}}}},
			"start 201, wait 200", runtime.Unhandled,
		},
		{"an end", mock.Plan{Loops: -1, End: runtime.Failed}, "start 201, wait 200 done, remove 500!", runtime.Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			trial := mocktest.Run(t.Context(), write(t, poll, jobs), mocktest.Options{Plan: test.plan})
			if len(trial.Problems) > 0 {
				t.Fatal(trial.Problems)
			}
			if diff := cmp.Diff(test.want, sketch(trial.Course)); diff != "" {
				t.Errorf("course (- want, + got):\n%s", diff)
			}
			if trial.Course.Result.Status != test.status || trial.Result.Status != test.status {
				t.Errorf("rehearsed %s, run %s: %v", trial.Course.Result.Status, trial.Result.Status, trial.Result.Failure)
			}
			if len(trial.Requests) != len(trial.Course.Exchanges) {
				t.Errorf("%d requests for %d exchanges", len(trial.Requests), len(trial.Course.Exchanges))
			}
			for _, f := range trial.Findings {
				t.Error(f.Error())
			}
		})
	}
}

// TestPlansThatCannotBeCarriedOut holds that the mock says so and does not serve
// something else.
func TestPlansThatCannotBeCarriedOut(t *testing.T) {
	turns := func(step string, turns ...mock.Turn) mock.Plan {
		return mock.Plan{Steps: map[string][]mock.Turn{step: turns}}
	}
	tests := []struct {
		plan mock.Plan
		want string
	}{
		{turns("wit", mock.Turn{}), `invalid-plan: the plan names step "wit", which the workflow does not have`},
		{turns("wait", mock.Turn{Action: "finished"}), `invalid-plan: the plan names action "finished", which step "wait" does not have`},
		{turns("wait", mock.Turn{Times: -1}), `invalid-plan: the plan has more than 10000 turns for step "wait"`},
		{turns("remove", mock.Turn{NoAction: true, Result: mock.Success}), `no-course: no course was found that carries out the plan: step "remove": action "finished" applies whenever the step succeeds`},
		{turns("wait", mock.Turn{Action: "done", Status: 404}), `no-course: no course was found that carries out the plan: step "wait": no reply was found that leads to success and action "done"`},
		{turns("start", mock.Turn{Times: 9, Status: 503}), `no-course: no course was found that carries out the plan: step "start" is reached 3 times, and the plan has 9 turns for it`},
		{mock.Plan{End: runtime.Unhandled, Steps: map[string][]mock.Turn{"wait": {{Action: "done"}}}}, `no-course: no course was found that carries out the plan: the run ends`},
	}
	for _, test := range tests {
		trial := mocktest.Run(t.Context(), write(t, poll, jobs), mocktest.Options{Plan: test.plan})
		if len(trial.Problems) != 1 {
			t.Errorf("%v: problems %v", test.plan, trial.Problems)
			continue
		}
		if got := trial.Problems[0].Rule + ": " + trial.Problems[0].Message; !strings.HasPrefix(got, test.want) {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestWorkflowsThatCannotSucceed holds that a mock without a plan serves what can
// be had and warns.
func TestWorkflowsThatCannotSucceed(t *testing.T) {
	file := write(t, strings.Replace(poll, "$statusCode == 204", "$response.body#/gone == true", 1), strings.Replace(jobs, `"204": {description: gone}`, `"204": {description: gone}`, 1))
	trial := mocktest.Run(t.Context(), file, mocktest.Options{Plan: mock.Plan{Loops: -1}})
	if len(trial.Problems) > 0 || trial.Result.Status != runtime.Succeeded {
		t.Fatal(trial.Problems, trial.Result)
	}
	// A body was sent, though the description declares none.
	if body := trial.Course.Exchanges[2].Response.Body; !strings.Contains(string(body), `"gone":true`) {
		t.Errorf("the body is %s", body)
	}
	impossible := strings.Replace(poll, "$statusCode == 204", "$statusCode == 204 && $statusCode == 200", 1)
	trial = mocktest.Run(t.Context(), write(t, impossible, jobs), mocktest.Options{})
	if len(trial.Problems) > 0 || trial.Result.Status == runtime.Succeeded {
		t.Fatal(trial.Problems, trial.Result)
	}
	if len(trial.Warnings) != 1 || trial.Warnings[0].Rule != "no-successful-course" || trial.Warnings[0].Severity != diag.Warning {
		t.Errorf("warnings: %v", trial.Warnings)
	}
}

// TestCoursesThroughSeveralWorkflows holds that a course goes through workflows
// that a step calls, that one depends on and that an action names.
func TestCoursesThroughSeveralWorkflows(t *testing.T) {
	const text = `arazzo: 1.0.1
info: {title: Several, version: "1"}
sourceDescriptions: [{name: jobs, url: s.yaml, type: openapi}]
workflows:
- workflowId: main
  dependsOn: [first]
  steps:
  - stepId: call
    workflowId: inner
    outputs: {id: $outputs.id}
  - stepId: look
    operationId: look
    parameters: [{name: id, in: path, value: $steps.call.outputs.id}]
    successCriteria: [{condition: $statusCode == 200}]
    onSuccess: [{name: tidy, type: goto, workflowId: last}]
- workflowId: first
  steps: [{stepId: ready, operationId: look, parameters: [{name: id, in: path, value: 1}], successCriteria: [{condition: $statusCode == 200}]}]
- workflowId: inner
  steps: [{stepId: make, operationId: start, requestBody: {payload: {name: n}}, successCriteria: [{condition: $statusCode == 201}], outputs: {id: $response.body#/id}}]
  outputs: {id: $steps.make.outputs.id}
- workflowId: last
  steps: [{stepId: clean, operationId: remove, parameters: [{name: id, in: path, value: 2}], successCriteria: [{condition: $statusCode == 204}]}]
`
	trial := mocktest.Run(t.Context(), write(t, text, jobs), mocktest.Options{Workflow: "main"})
	if len(trial.Problems) > 0 {
		t.Fatal(trial.Problems)
	}
	if got, want := sketch(trial.Course), "ready 200, make 201, look 200 tidy, clean 204"; got != want {
		t.Errorf("course %s, want %s", got, want)
	}
	if trial.Result.Status != runtime.Succeeded || len(trial.Findings) > 0 {
		t.Errorf("the run ends %s, %v", trial.Result.Status, trial.Findings)
	}
	plan := mock.Plan{Steps: map[string][]mock.Turn{"inner/make": {{Status: 503}}}}
	trial = mocktest.Run(t.Context(), write(t, text, jobs), mocktest.Options{Workflow: "main", Plan: plan})
	if len(trial.Problems) > 0 || trial.Result.Status != runtime.Failed {
		t.Error(trial.Problems, trial.Result)
	}
	steps := make([]string, 0, 2)
	for _, x := range trial.Course.Exchanges {
		steps = append(steps, x.StepID)
	}
	if !slices.Equal(steps, []string{"ready", "make"}) {
		t.Errorf("steps %v", steps)
	}
}

// TestWhatIsNotDescribedIsGuessed holds that outputs of replies without a schema
// get the types that later steps need.
func TestWhatIsNotDescribedIsGuessed(t *testing.T) {
	const text = `arazzo: 1.0.1
info: {title: Guess, version: "1"}
sourceDescriptions: [{name: jobs, url: s.yaml, type: openapi}]
workflows:
- workflowId: main
  steps:
  - stepId: read
    operationId: remove
    parameters: [{name: id, in: path, value: 1}]
    outputs: {out: $response.body#/found}
  - stepId: use
    operationId: look
    parameters: [{name: id, in: path, value: 2}]
    successCriteria: [{condition: CONDITION}]
`
	for _, condition := range []string{
		"$steps.read.outputs.out != ''", "$steps.read.outputs.out > 3", "$steps.read.outputs.out#/0/id != null",
	} {
		trial := mocktest.Run(t.Context(), write(t, strings.Replace(text, "CONDITION", "\""+condition+"\"", 1), strings.Replace(jobs, `"204": {description: gone}`, `"200": {description: ok}`, 1)), mocktest.Options{})
		if len(trial.Problems)+len(trial.Warnings) > 0 || trial.Result.Status != runtime.Succeeded {
			t.Errorf("%s: %v, %v", condition, trial.Problems, trial.Warnings)
		}
	}
}
