package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
)

const petsAPI = `openapi: 3.1.1
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example.com}]
paths:
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    delete:
      operationId: deletePet
      parameters: [{name: confirm, in: query, required: true, schema: {type: boolean}}]
      responses: {'204': {description: Gone}}
    put:
      operationId: putPet
      requestBody: {content: {application/json: {}}}
      responses: {'204': {description: Done}}
`

// ignoring is a document with two workflows of one step that each break the rule
// missing-parameter, with text behind certain lines.
func ignoring(texts map[string]string) string {
	lines := strings.Split(`arazzo: 1.0.1
info: {title: T, version: "1"}
sourceDescriptions: [{name: pets, url: pets.yaml, type: openapi}]
workflows:
- workflowId: one
  steps:
  - stepId: s
    operationId: deletePet
    parameters: [{name: petId, in: path, value: 7}]
    successCriteria: [{condition: $statusCode == 204}]
- workflowId: two
  steps:
  - stepId: s
    operationId: deletePet
    parameters: [{name: petId, in: path, value: 7}]
    successCriteria: [{condition: $statusCode == 204}]
  - stepId: t
    operationId: putPet
    parameters: [{name: petId, in: path, value: 7}]
    requestBody: {payload: {a: 1}}
    successCriteria: [{condition: $statusCode == 204}]`, "\n")
	var out []string
	seen := map[string]bool{}
	for _, line := range lines {
		out = append(out, line)
		if text := texts[strings.TrimLeft(line, "- ")]; text != "" && !seen[line] {
			seen[line] = true
			out = append(out, strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, "- ")))+text)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// judge checks a text that calls the pets.
func judge(t *testing.T, text string, o check.Options) []string {
	t.Helper()
	loader := arazzo.Loader{Documents: map[string][]byte{"pets.yaml": []byte(petsAPI)}}
	b, loaded := loader.LoadBytes(t.Context(), "d.yaml", []byte(text))
	o.Loaded = loaded
	var out []string
	for _, d := range check.Bundle(b, o) {
		out = append(out, fmt.Sprintf("%s %d", d.Rule, d.Range.Start.Line))
	}
	return out
}

func TestIgnore(t *testing.T) {
	const ignore = "x-arazzo-lint-ignore: {missing-parameter: the gateway adds it}"
	tests := []struct {
		name  string
		texts map[string]string
		want  []string
	}{
		{"nothing", nil, []string{"missing-parameter 8", "missing-parameter 14"}},
		{"on the step", map[string]string{"stepId: s": ignore}, []string{"missing-parameter 15"}},
		{"on the workflow", map[string]string{"workflowId: one": ignore}, []string{"missing-parameter 15"}},
		{"on the document", map[string]string{"arazzo: 1.0.1": ignore}, nil},
		{"elsewhere", map[string]string{"stepId: t": ignore}, []string{"missing-parameter 8", "missing-parameter 14", "unused-ignore 18"}},
		{"another rule", map[string]string{"workflowId: one": "x-arazzo-lint-ignore: {dotted-access: r}"}, []string{"unused-ignore 6", "missing-parameter 9", "missing-parameter 15"}},
		{"no reason", map[string]string{"workflowId: one": "x-arazzo-lint-ignore: {missing-parameter: ' '}"}, []string{"ignore-without-reason 6", "missing-parameter 15"}},
		{"no rule", map[string]string{"workflowId: one": "x-arazzo-lint-ignore: {missing-parametr: r}"}, []string{"unknown-rule 6", "missing-parameter 9", "missing-parameter 15"}},
		{"no object", map[string]string{"workflowId: one": "x-arazzo-lint-ignore: missing-parameter"}, []string{"ignore-without-reason 6", "missing-parameter 9", "missing-parameter 15"}},
		{"data are no place for it", map[string]string{"operationId: putPet": "x-a: {value: {" + ignore + "}}"}, []string{"missing-parameter 8", "missing-parameter 14"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.want, judge(t, ignoring(test.texts), check.Options{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestIgnoreIsNoPartOfWhatIsSent holds that members of payloads, outputs and
// schemas that happen to have the name are what they are.
func TestIgnoreIsNoPartOfWhatIsSent(t *testing.T) {
	text := strings.Replace(ignoring(nil), "payload: {a: 1}", "payload: {x-arazzo-lint-ignore: {missing-parameter: sent}}", 1)
	text = strings.Replace(text, "- workflowId: one\n", "- workflowId: one\n  inputs: {type: object, properties: {x-arazzo-lint-ignore: {type: string}}}\n", 1)
	if d := cmp.Diff([]string{"missing-parameter 9", "missing-parameter 15"}, judge(t, text, check.Options{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestUnusedIgnoresAreNotKnownOfOneWorkflow(t *testing.T) {
	text := ignoring(map[string]string{"arazzo: 1.0.1": "x-arazzo-lint-ignore: {dotted-access: r}"})
	if d := cmp.Diff([]string{"missing-parameter 9"}, judge(t, text, check.Options{Workflow: "one"})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestSeverities(t *testing.T) {
	loader := arazzo.Loader{Documents: map[string][]byte{"pets.yaml": []byte(petsAPI)}}
	b, _ := loader.LoadBytes(t.Context(), "d.yaml", []byte(ignoring(nil)))
	for level, want := range map[check.Level]string{check.Error: "error error", check.Info: "info info", check.Off: ""} {
		var got []string
		for _, d := range check.Bundle(b, check.Options{Severities: map[string]check.Level{"missing-parameter": level}}) {
			got = append(got, d.Severity.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("level %d: %q, want %q", level, got, want)
		}
	}
}

// TestIgnoreIsFoundBeforeSeverities holds that a rule which is off and silenced is
// not reported as silenced in vain.
func TestIgnoreIsFoundBeforeSeverities(t *testing.T) {
	text := ignoring(map[string]string{"arazzo: 1.0.1": "x-arazzo-lint-ignore: {missing-parameter: r}"})
	got := judge(t, text, check.Options{Severities: map[string]check.Level{"missing-parameter": check.Off}})
	if len(got) > 0 {
		t.Errorf("%q", got)
	}
}
