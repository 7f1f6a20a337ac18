package specs_test

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/specs"
)

const (
	seedName        = "amazon-healthlake-start-import-and-wait-completed-workflow.yml"
	boundedName     = "amazon-healthlake-import-bounded-wait-workflow.yml"
	descriptionPath = "openapi/amazon-healthlake-openapi.yaml"
)

// jobStates are all that the service knows.
func jobStates() []string {
	return []string{
		"SUBMITTED", "QUEUED", "IN_PROGRESS", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED",
		"CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETED", "CANCEL_FAILED",
	}
}

// shared returns the path of material beside the repository, or skips the test.
func shared(t *testing.T, elements ...string) string {
	t.Helper()
	name := filepath.Join(append([]string{"..", "..", "shared"}, elements...)...)
	if _, err := os.Stat(name); err != nil {
		t.Skipf("the material that this test compares with is not beside the repository: %s", filepath.Join(elements...))
	}
	return name
}

// decode reads YAML into plain values.
func decode(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(specs.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWorkflowIsTheSeedButForItsProse(t *testing.T) {
	seed, err := os.ReadFile(shared(t, "seed", seedName))
	if err != nil {
		t.Fatal(err)
	}
	want, got := decode(t, seed), decode(t, read(t, path.Join("arazzo", seedName)))
	prose := func(p cmp.Path) bool {
		key, ok := p.Last().(cmp.MapIndex)
		return ok && slices.Contains([]string{"title", "summary", "description"}, key.Key().String())
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(prose, cmp.Ignore())); diff != "" {
		t.Errorf("the workflow differs from the seed (-seed +ours):\n%s", diff)
	}
	for _, text := range texts(got) {
		if slices.Contains(texts(want), text) {
			t.Errorf("the prose %q is the seed's own", text)
		}
	}
}

// texts returns all summaries and descriptions in a decoded document.
func texts(value any) []string {
	var list []string
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if text, ok := member.(string); ok && slices.Contains([]string{"title", "summary", "description"}, key) {
				list = append(list, text)
			}
			list = append(list, texts(member)...)
		}
	case []any:
		for _, element := range v {
			list = append(list, texts(element)...)
		}
	}
	return list
}

// description loads our OpenAPI description and validates it, patterns and
// examples included.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(read(t, descriptionPath))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	found := map[string]*openapi3.Operation{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			found[op.OperationID] = op
		}
	}
	return found
}

func TestDescriptionIsRightOnTheWire(t *testing.T) {
	doc := description(t)
	for _, server := range doc.Servers {
		if u, err := url.Parse(strings.ReplaceAll(server.URL, "{region}", "us-east-1")); err != nil || u.Scheme != "https" {
			t.Errorf("server %q is not https", server.URL)
		}
		if v := server.Variables["region"]; v == nil || v.Default == "" || len(v.Enum) > 0 {
			t.Errorf("server %q: region is %+v, want a default and no closed list", server.URL, v)
		}
	}
	if scheme := doc.Components.SecuritySchemes["awsSigv4"]; scheme == nil ||
		scheme.Value.Extensions["x-amazon-apigateway-authtype"] != "awsSigv4" {
		t.Errorf("the security scheme is not AWS Signature Version 4")
	}
	if doc.Info.Extensions["x-aws-signingName"] != "healthlake" {
		t.Errorf("the signing name is %v", doc.Info.Extensions["x-aws-signingName"])
	}
	const mediaType = "application/x-amz-json-1.0"
	for key, item := range doc.Paths.Map() {
		op := item.Post
		if op == nil || key != "/#X-Amz-Target=HealthLake."+op.OperationID {
			t.Errorf("path key %q does not name its operation", key)
			continue
		}
		target := op.Parameters.GetByInAndName("header", "X-Amz-Target")
		if target == nil || !target.Required || len(target.Schema.Value.Enum) != 1 ||
			target.Schema.Value.Enum[0] != "HealthLake."+op.OperationID {
			t.Errorf("%s: the target header is %+v", op.OperationID, target)
		}
		if len(op.Parameters) != 1 {
			t.Errorf("%s: the protocol has no parameters but the target", op.OperationID)
		}
		if op.RequestBody.Value.Content[mediaType] == nil || len(op.RequestBody.Value.Content) != 1 {
			t.Errorf("%s: request media types are %v", op.OperationID, op.RequestBody.Value.Content)
		}
		for _, status := range []string{"200", "400", "403", "500"} {
			if r := op.Responses.Value(status); r == nil || r.Value.Content[mediaType] == nil {
				t.Errorf("%s: status %s is not described with its media type", op.OperationID, status)
			}
		}
		if op.Responses.Len() != 4 {
			t.Errorf("%s: %d statuses are described", op.OperationID, op.Responses.Len())
		}
	}
	schemas := doc.Components.Schemas
	if !schemas["Timestamp"].Value.Type.Is("number") {
		t.Errorf("timestamps are not numbers")
	}
	var states []string
	for _, v := range schemas["JobStatus"].Value.Enum {
		states = append(states, v.(string))
	}
	if diff := cmp.Diff(jobStates(), states); diff != "" {
		t.Errorf("job states (-want +got):\n%s", diff)
	}
}

func TestDescriptionHasTheOperationsOfTheWorkflows(t *testing.T) {
	have := operations(description(t))
	folder := shared(t, "corpus", "amazon-healthlake", "arazzo")
	files, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows in %s: %v", folder, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps(t, data) {
			if have[step.OperationID] == nil {
				t.Errorf("%s: step %s calls %s, which is not described", filepath.Base(name), step.StepID, step.OperationID)
			}
		}
	}
}

type action struct {
	Name, Type string
	StepID     string   `yaml:"stepId"`
	RetryAfter *float64 `yaml:"retryAfter"`
	RetryLimit *int     `yaml:"retryLimit"`
	Criteria   []criterion
}

type criterion struct{ Condition, Context, Type string }

type step struct {
	StepID          string      `yaml:"stepId"`
	OperationID     string      `yaml:"operationId"`
	SuccessCriteria []criterion `yaml:"successCriteria"`
	OnSuccess       []action    `yaml:"onSuccess"`
	OnFailure       []action    `yaml:"onFailure"`
	RequestBody     struct {
		ContentType string `yaml:"contentType"`
	} `yaml:"requestBody"`
}

func steps(t *testing.T, data []byte) []step {
	t.Helper()
	var doc struct{ Workflows []struct{ Steps []step } }
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var list []step
	for _, w := range doc.Workflows {
		list = append(list, w.Steps...)
	}
	return list
}

func TestBoundedWorkflowHandlesEveryState(t *testing.T) {
	have := operations(description(t))
	list := steps(t, read(t, path.Join("arazzo", boundedName)))
	for _, s := range list {
		op := have[s.OperationID]
		if op == nil {
			t.Fatalf("step %s calls %s, which is not described", s.StepID, s.OperationID)
		}
		if op.RequestBody.Value.Content[s.RequestBody.ContentType] == nil {
			t.Errorf("step %s sends %s, which the operation does not take", s.StepID, s.RequestBody.ContentType)
		}
	}
	wait := list[len(list)-1]
	handled := map[string][]string{}
	names := map[string]bool{}
	for _, a := range slices.Concat(wait.OnSuccess, wait.OnFailure) {
		if names[a.Name] {
			t.Errorf("action %s is there twice", a.Name)
		}
		names[a.Name] = true
		for _, c := range a.Criteria {
			if c.Type != "" || c.Context != "" {
				t.Errorf("action %s: condition %q is not a simple one", a.Name, c.Condition)
			}
			for _, state := range jobStates() {
				if strings.Contains(c.Condition, "'"+state+"'") {
					handled[state] = append(handled[state], a.Name)
				}
			}
		}
		switch a.Type {
		case "retry":
			if a.RetryAfter == nil || a.RetryLimit == nil {
				t.Errorf("action %s waits without a bound", a.Name)
			}
		case "end":
		default:
			t.Errorf("action %s has type %q; a wait needs none but retry and end", a.Name, a.Type)
		}
	}
	pending := []string{"importStillPending", "waitedTooLong"}
	want := map[string][]string{
		"SUBMITTED": pending, "QUEUED": pending, "IN_PROGRESS": pending,
		"CANCEL_SUBMITTED": pending, "CANCEL_IN_PROGRESS": pending,
		"COMPLETED": {"importCompleted"}, "COMPLETED_WITH_ERRORS": {"importCompletedWithErrors"},
		"FAILED": {"importFailed"}, "CANCEL_COMPLETED": {"importCancelled"}, "CANCEL_FAILED": {"importCancelFailed"},
	}
	if diff := cmp.Diff(want, handled); diff != "" {
		t.Errorf("states and the actions that handle them (-want +got):\n%s", diff)
	}
	if last := wait.OnFailure[len(wait.OnFailure)-1]; last.Type != "end" || len(last.Criteria) != 0 {
		t.Errorf("the last failure action is %+v, want an end without criteria", last)
	}
}
