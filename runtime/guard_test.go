package runtime_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
)

const guarded = `
- workflowId: w
  steps:
  - stepId: find
    operationId: listPets
    onSuccess: [GUARDS]
  - stepId: change
    operationId: createPet
    onSuccess: [{name: done, type: end}]
  - stepId: other
    operationId: getPet
    parameters: [{name: id, in: path, value: 1}]
`

// TestAStepThatIsGuardedDoesNotFollowOfItself holds that control does not walk
// around the criteria of a goto to the next step.
func TestAStepThatIsGuardedDoesNotFollowOfItself(t *testing.T) {
	criteria := func(condition string) string {
		return "criteria: [{context: $response.body, type: jsonpath, condition: '" + condition + "'}]"
	}
	toNext := "{name: next, type: goto, stepId: change, " + criteria("$.found == true") + "}"
	toOther := "{name: other, type: goto, stepId: other, " + criteria("$.found == false") + "}"
	tests := []struct {
		name, actions, body string
		unhandled           runtime.UnhandledPolicy
		strict              bool
		want                runtime.Status
		requests            int
	}{
		{"the guard holds", toNext + ", " + toOther, `{"found":true}`, "", false, runtime.Succeeded, 2},
		{"another action applies", toNext + ", " + toOther, `{"found":false}`, "", false, runtime.Succeeded, 2},
		{"none applies", toNext + ", " + toOther, `{}`, "", false, runtime.Unhandled, 1},
		{"the only action is the guard", toNext, `{}`, "", false, runtime.Unhandled, 1},
		{"the guard cannot be judged", strings.Replace(toNext, "$response.body", "$response.header.x", 1), `{}`, "", false, runtime.Unhandled, 1},
		{"it is to count as a failure", toNext, `{}`, runtime.UnhandledFail, false, runtime.Failed, 1},
		{"the user wants to go on", toNext, `{}`, runtime.UnhandledSucceed, false, runtime.Succeeded, 2},
		{"nothing guards the next step", toOther, `{}`, "", false, runtime.Succeeded, 2},
		{"a loop guards nothing", "{name: again, type: goto, stepId: find, " + criteria("$.more == true") + "}", `{}`, "", false, runtime.Succeeded, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tr := newTrial(t, strings.Replace(guarded, "GUARDS", test.actions, 1), ok(test.body), reply{status: 201, body: "{}"}, ok("{}"))
			tr.options.Policy.Unhandled = test.unhandled
			res := tr.run(t)
			if res.Status != test.want || len(tr.script.requests) != test.requests {
				t.Errorf("%s after %d requests: %+v", res.Status, len(tr.script.requests), res.Failure)
			}
			if test.want == runtime.Unhandled && !strings.Contains(res.Failure.Message, `the next step "change" is only to follow if one says so`) {
				t.Errorf("failure is %+v", res.Failure)
			}
		})
	}
}

// TestStrictGoesOnPastAGuard: the specification has nothing that would stop it.
func TestStrictGoesOnPastAGuard(t *testing.T) {
	action := "{name: next, type: goto, stepId: change, criteria: [{condition: $statusCode == 500}]}"
	bundle, problems := loadFiles(t, map[string]string{"arazzo.yaml": document(strings.Replace(guarded, "GUARDS", action, 1)), "pets.yaml": petAPI})
	problems.Add(arazzo.Check(bundle, arazzo.CheckOptions{Strict: true})...)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: true})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}"), {status: 201, body: "{}"}}}, options: runtime.StartOptions{RunID: "run-1", Now: epoch}}
	if res := tr.run(t); res.Status != runtime.Succeeded || len(tr.script.requests) != 2 {
		t.Errorf("%s after %d requests", res.Status, len(tr.script.requests))
	}
}

// TestARetryThatNamesItsOwnStep repeats it once, not twice.
func TestARetryThatNamesItsOwnStep(t *testing.T) {
	for _, list := range []string{"onFailure", "onSuccess"} {
		criteria := map[string]string{"onFailure": "", "onSuccess": ", criteria: [{condition: $statusCode == 503}]"}[list]
		success := map[string]string{"onFailure": "$statusCode == 200", "onSuccess": "$statusCode > 0"}[list]
		tr := newTrial(t, `
- workflowId: w
  steps:
  - stepId: s
    operationId: listPets
    successCriteria: [{condition: `+success+`}]
    `+list+`: [{name: again, type: retry, stepId: s, retryAfter: 1, retryLimit: 5`+criteria+`}]
`, reply{status: 503}, reply{status: 503}, ok("{}"))
		if res := tr.run(t); res.Status != runtime.Succeeded || len(tr.script.requests) != 3 || len(tr.clock.slept) != 2 {
			t.Errorf("%s: %s after %d requests and the pauses %v: %+v", list, res.Status, len(tr.script.requests), tr.clock.slept, res.Failure)
		}
	}
}

// TestWhatIsLeftOutOfAPayloadIsSaid warns of members whose value an earlier step
// should have brought, and not of inputs that were not given.
func TestWhatIsLeftOutOfAPayloadIsSaid(t *testing.T) {
	tr := newTrial(t, `
- workflowId: w
  inputs: {type: object, properties: {a: {type: string}}}
  steps:
  - stepId: s
    operationId: listPets
    outputs: {id: $response.body#/id}
  - stepId: t
    operationId: createPet
    requestBody: {payload: {a: $inputs.a, id: $steps.s.outputs.id, deep: {id: $steps.s.outputs.id}}}
`, ok("{}"), reply{status: 201, body: "{}"})
	res := tr.run(t)
	if got := tr.script.lines()[1]; !strings.HasSuffix(got, `{"deep":{}}`) {
		t.Errorf("request is %s", got)
	}
	if len(res.Warnings) != 1 || res.Warnings[0].Rule != "absent-value" || !strings.Contains(res.Warnings[0].Message, "$steps.s.outputs.id") {
		t.Errorf("warnings are %v", res.Warnings)
	}
}
