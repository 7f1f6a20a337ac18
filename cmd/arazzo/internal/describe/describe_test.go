package describe_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/describe"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

var update = flag.Bool("update", false, "write the expected output again")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// load reads a document of the tests. Credentials are those of an environment
// with one variable.
func load(t *testing.T, name string) (*arazzo.Bundle, describe.Options, *describe.Description) {
	t.Helper()
	b, list := (&arazzo.Loader{}).Load(t.Context(), filepath.Join("testdata", name))
	lookup := func(name string) string {
		if name == "ARAZZO_ROOMS_KEY" || name == "AWS_PROFILE" {
			return "x"
		}
		return ""
	}
	o := describe.Options{Credentials: describe.Credentials{
		Schemes: auth.New(auth.Options{Source: auth.Environment{Lookup: lookup}}),
		AWS:     sigv4.New(sigv4.Options{NoSignRequest: true, Region: "eu-west-1", Environ: func(string) string { return "" }}),
		Lookup:  lookup,
	}}
	return b, o, describe.Of(t.Context(), b, list, o)
}

func TestDescriptions(t *testing.T) {
	for _, name := range []string{"house", "archive"} {
		t.Run(name, func(t *testing.T) {
			_, _, d := load(t, name+".yaml")
			// What else a check says of the document is told elsewhere.
			d.Problems = slices.DeleteFunc(d.Problems, func(c describe.RuleCount) bool {
				return !slices.Contains([]string{"moved-source", "unknown-operation", "jsonpath-comparison"}, c.Rule)
			})
			text, err := json.MarshalIndent(d, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", append(text, '\n'))
			golden(t, name+".mmd", []byte(d.Mermaid()))
		})
	}
}

func TestOneWorkflowIsDescribedWithAllThatItNeeds(t *testing.T) {
	b, o, _ := load(t, "house.yaml")
	o.Workflow = "book"
	d := describe.Of(t.Context(), b, nil, o)
	if len(d.Workflows) != 1 || d.Workflows[0].WorkflowID != "book" {
		t.Errorf("workflows %+v", d.Workflows)
	}
	var operations []string
	for _, c := range d.Credentials {
		operations = append(operations, c.Operations...)
	}
	if got, want := strings.Join(operations, " "), "createBooking readBooking signIn"; got != want {
		t.Errorf("credentials are needed for %q, want %q: those of workflows that it calls, too", got, want)
	}
	o.Workflow = "login"
	d = describe.Of(t.Context(), b, nil, o)
	if len(d.Credentials) != 1 || d.Credentials[0].Operations[0] != "signIn" {
		t.Errorf("credentials %+v", d.Credentials)
	}
}

func TestServersAreThoseOfARun(t *testing.T) {
	b, o, _ := load(t, "house.yaml")
	o.Workflow = "login"
	tests := []struct {
		name      string
		servers   map[string]string
		variables map[string]map[string]string
		url       string
		value     string
	}{
		{"by default", nil, nil, "https://{region}.rooms.example/v1/session", "eu"},
		{"a variable", nil, map[string]map[string]string{"rooms": {"region": "us"}}, "https://{region}.rooms.example/v1/session", "us"},
		{"an override", map[string]string{"": "http://127.0.0.1:1/x/"}, nil, "http://127.0.0.1:1/x/session", ""},
		{"an override by name", map[string]string{"": "http://127.0.0.1:1", "rooms": "http://127.0.0.1:2"}, nil, "http://127.0.0.1:2/session", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o.Servers, o.Variables = tt.servers, tt.variables
			d := describe.Of(t.Context(), b, nil, o)
			if got := d.Workflows[0].Steps[0].URL; got != tt.url {
				t.Errorf("URL %q, want %q", got, tt.url)
			}
			value := ""
			for _, s := range d.Sources[0].Servers {
				if s.Used && len(s.Variables) > 0 {
					value = *s.Variables[0].Value
				}
			}
			if value != tt.value {
				t.Errorf("the variable is %q, want %q", value, tt.value)
			}
		})
	}
}

func TestExampleInputs(t *testing.T) {
	b, _, _ := load(t, "house.yaml")
	program, list := runtime.Compile(b, runtime.CompileOptions{Workflow: "login"})
	if program == nil {
		t.Fatal(list.Err())
	}
	w := b.Entry.Workflow("login")
	text, err := describe.ExampleInputs(w, "arazzo run house.yaml login -i FILE")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "login.yaml", text)
	asJSON, err := describe.ExampleInputsJSON(w)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "login.json", asJSON)
	for _, text := range [][]byte{text, uncommented(text), asJSON} {
		_, problems := program.Start(runtime.StartOptions{RunID: "r", Workflow: "login", Inputs: values(t, text), Now: time.Unix(0, 0)})
		if err := problems.Err(); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func TestExampleInputsOfAWorkflowWithoutInputs(t *testing.T) {
	b, _, _ := load(t, "archive.yaml")
	text, err := describe.ExampleInputs(b.Entry.Workflows[0], "arazzo run archive.yaml -i FILE")
	if err != nil {
		t.Fatal(err)
	}
	if got := values(t, text); got != nil {
		t.Errorf("inputs %v", got)
	}
}

func TestChartsHoldNoMarkup(t *testing.T) {
	d := &describe.Description{Workflows: []describe.Workflow{{
		WorkflowID: "a\"] --> b <script>\n%%{init}%%",
		Steps: []describe.Step{
			{StepID: "`x`", Method: "GET", Path: "/{a|b};#&", OnSuccess: []describe.Action{{Name: "n\x1b", Type: "goto", StepID: "none", Conditions: []string{strings.Repeat("é", 200)}}}},
		},
	}}}
	for line := range strings.Lines(d.Mermaid()) {
		i := strings.IndexByte(line, '"')
		if i < 0 {
			continue
		}
		label := line[i+1 : strings.LastIndexByte(line, '"')]
		if strings.ContainsAny(strings.ReplaceAll(label, "<br>", ""), "\"<>`{}|\x1b") {
			t.Errorf("the label %q is not plain", label)
		}
	}
}
