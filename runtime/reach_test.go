package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// network serves documents from memory.
type network map[string]string

func (n network) Fetch(_ context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	text, ok := n[want.URI]
	if !ok {
		return nil, errors.New("no such document")
	}
	return &arazzo.Fetched{Data: []byte(text)}, nil
}

// flow is an Arazzo document with one workflow "w" and the steps that are given.
func flow(sources, steps string) string {
	return "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n" + sources + "workflows:\n- workflowId: w\n  steps:\n" + steps
}

// pingAPI describes one operation "ping" on a server.
func pingAPI(server string) string {
	return "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: '" + server + "'}]\npaths:\n  /ping: {get: {operationId: ping, responses: {'200': {description: ok}}}}\n"
}

// compileFrom loads a document from files and a network.
func compileFrom(t *testing.T, entry string, files, remote map[string]string) *runtime.Program {
	t.Helper()
	documents := make(map[string][]byte, len(files))
	for name, text := range files {
		documents[name] = []byte(text)
	}
	loader := arazzo.Loader{Fetcher: network(remote), Documents: documents}
	var bundle *arazzo.Bundle
	var list diag.List
	if text, ok := files[entry]; ok {
		delete(documents, entry)
		bundle, list = loader.LoadBytes(t.Context(), entry, []byte(text))
	} else {
		bundle, list = loader.Load(t.Context(), entry)
	}
	list.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...)
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	program, list := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return program
}

// reaches runs a program and returns the URLs of its requests with their reach.
func reaches(t *testing.T, program *runtime.Program, bind runtime.BindOptions) []string {
	t.Helper()
	tr := &trial{
		program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, bind: bind,
		options: runtime.StartOptions{RunID: "run-1", Workflow: "w", Now: epoch},
	}
	tr.bind.Workflow = "w"
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Fatalf("the run %s: %+v", res.Status, res.Failure)
	}
	var out []string
	for _, r := range tr.script.requests {
		out = append(out, fmt.Sprintf("%s document=%s server=%s", r.URL, r.Reach.Document, r.Reach.Server))
	}
	return out
}

func TestRequestsSayOnWhoseWordTheyAreMade(t *testing.T) {
	const local = "- {name: api, url: api.yaml, type: openapi}\n"
	const remote = "- {name: api, url: https://a.test/api.yaml, type: openapi}\n"
	const ping = "  - {stepId: s, operationId: ping}\n"
	tests := []struct {
		name, entry   string
		files, remote map[string]string
		bind          runtime.BindOptions
		want          []string
	}{
		{
			"everything is on this machine", "w.yaml",
			map[string]string{"w.yaml": flow(local, ping), "api.yaml": pingAPI("http://127.0.0.1:1")},
			nil,
			runtime.BindOptions{},
			[]string{"http://127.0.0.1:1/ping document= server="},
		},
		{
			"the description was fetched", "w.yaml",
			map[string]string{"w.yaml": flow(remote, ping)},
			map[string]string{"https://a.test/api.yaml": pingAPI("http://127.0.0.1:1")},
			runtime.BindOptions{},
			[]string{"http://127.0.0.1:1/ping document=https://a.test/api.yaml server="},
		},
		{
			"the user named the server", "w.yaml",
			map[string]string{"w.yaml": flow(remote, ping)},
			map[string]string{"https://a.test/api.yaml": pingAPI("http://127.0.0.1:1")},
			runtime.BindOptions{Servers: map[string]string{"api": "http://127.0.0.1:2/v1"}},
			[]string{"http://127.0.0.1:2/v1/ping document=https://a.test/api.yaml server=http://127.0.0.1:2/v1"},
		},
		{
			"the workflow was fetched, and the user gave the description", "https://b.test/w.yaml",
			map[string]string{"api.yaml": "$self: https://a.test/api.yaml\n" + strings.Replace(pingAPI("http://127.0.0.1:1"), "3.1.0", "3.2.0", 1)},
			map[string]string{"https://b.test/w.yaml": flow(remote, ping)},
			runtime.BindOptions{},
			[]string{"http://127.0.0.1:1/ping document=https://b.test/w.yaml server="},
		},
		{
			"only the path item of the operation was fetched", "w.yaml",
			map[string]string{
				"w.yaml": flow(local, ping),
				"api.yaml": "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://here.test'}]\n" +
					"paths:\n  /ping: {$ref: 'https://a.test/item.yaml'}\n",
			},
			map[string]string{"https://a.test/item.yaml": "servers: [{url: 'http://127.0.0.1:1'}]\nget: {operationId: ping, responses: {'200': {description: ok}}}\n"},
			runtime.BindOptions{},
			[]string{"http://127.0.0.1:1/ping document=https://a.test/item.yaml server="},
		},
		{
			"a fetched workflow calls one of the user", "w.yaml",
			map[string]string{
				"w.yaml": flow("- {name: far, url: https://b.test/w.yaml, type: arazzo}\n- {name: near, url: near.yaml, type: arazzo}\n",
					"  - {stepId: one, workflowId: $sourceDescriptions.near.w}\n  - {stepId: two, workflowId: $sourceDescriptions.far.w}\n"),
				"near.yaml": strings.Replace(flow(local, ping), "arazzo: 1.0.1\n", "arazzo: 1.1.0\n$self: https://here.test/near.yaml\n", 1),
				"api.yaml":  strings.Replace(pingAPI("http://127.0.0.1:1"), "openapi: 3.1.0\n", "openapi: 3.2.0\n$self: https://here.test/api.yaml\n", 1),
			},
			map[string]string{
				"https://b.test/w.yaml": flow("- {name: near, url: https://here.test/near.yaml, type: arazzo}\n", "  - {stepId: s, workflowId: $sourceDescriptions.near.w}\n"),
			},
			runtime.BindOptions{},
			[]string{"http://127.0.0.1:1/ping document= server=", "http://127.0.0.1:1/ping document=https://b.test/w.yaml server="},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program := compileFrom(t, tt.entry, tt.files, tt.remote)
			if diff := cmp.Diff(tt.want, reaches(t, program, tt.bind)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// TestANameThatAVariableCannotTellApartIsNotTakenEither holds the same of names
// that differ only in what is lost in the name of an environment variable.
func TestANameThatAVariableCannotTellApartIsNotTakenEither(t *testing.T) {
	program := compileFrom(t, "w.yaml", map[string]string{
		"w.yaml": flow("- {name: my-api, url: api.yaml, type: openapi}\n- {name: far, url: https://b.test/w.yaml, type: arazzo}\n",
			"  - {stepId: far, workflowId: $sourceDescriptions.far.w}\n  - {stepId: near, operationId: $sourceDescriptions.my-api.ping}\n"),
		"api.yaml": pingAPI("https://near.test"),
	}, map[string]string{
		"https://b.test/w.yaml":   flow("- {name: My_API, url: https://b.test/api.yaml, type: openapi}\n", "  - {stepId: s, operationId: ping}\n"),
		"https://b.test/api.yaml": pingAPI("https://far.test"),
	})
	var asked []string
	adapter := adapterFunc(func(about runtime.Target) (*runtime.Adaptation, diag.List) {
		asked = append(asked, fmt.Sprintf("%s shadowed %t", about.Source, about.Shadowed))
		return nil, nil
	})
	if _, problems := program.Bind(t.Context(), runtime.BindOptions{Adapters: []runtime.Adapter{adapter}}); problems.HasErrors() {
		t.Fatal(problems)
	}
	if diff := cmp.Diff([]string{"my-api shadowed false", "My_API shadowed true"}, asked); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// TestANameOfTheUserIsNotTakenByAnotherDocument holds that a document which a
// workflow calls gets neither server nor credentials that the user gives to a
// source by using its name.
func TestANameOfTheUserIsNotTakenByAnotherDocument(t *testing.T) {
	program := compileFrom(t, "w.yaml", map[string]string{
		"w.yaml": flow("- {name: api, url: api.yaml, type: openapi}\n- {name: far, url: https://b.test/w.yaml, type: arazzo}\n",
			"  - {stepId: far, workflowId: $sourceDescriptions.far.w}\n  - {stepId: near, operationId: $sourceDescriptions.api.ping}\n"),
		"api.yaml": pingAPI("https://near.test"),
	}, map[string]string{
		"https://b.test/w.yaml":   flow("- {name: api, url: https://b.test/api.yaml, type: openapi}\n", "  - {stepId: s, operationId: ping}\n"),
		"https://b.test/api.yaml": pingAPI("https://far.test"),
	})
	var asked []string
	adapter := adapterFunc(func(about runtime.Target) (*runtime.Adaptation, diag.List) {
		asked = append(asked, fmt.Sprintf("%s at %s, shadowed %t", about.Source, about.BaseURL, about.Shadowed))
		return nil, nil
	})
	got := reaches(t, program, runtime.BindOptions{Adapters: []runtime.Adapter{adapter}})
	want := []string{"https://far.test/ping document=https://b.test/api.yaml server=", "https://near.test/ping document= server="}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"api at https://near.test, shadowed false", "api at https://far.test, shadowed true"}, asked); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	_, problems := program.Bind(t.Context(), runtime.BindOptions{Workflow: "w", Servers: map[string]string{"api": "https://named.test"}})
	if len(problems) != 1 || problems[0].Rule != "shadowed-source" || problems[0].Severity != diag.Warning {
		t.Errorf("problems %v", problems)
	}
	got = reaches(t, program, runtime.BindOptions{Servers: map[string]string{"api": "https://named.test"}})
	if !strings.HasPrefix(got[0], "https://far.test/") || !strings.HasPrefix(got[1], "https://named.test/") {
		t.Errorf("requests %q", got)
	}
}

func TestBindAsksWhereRequestsMayGo(t *testing.T) {
	program := compileFrom(t, "https://b.test/w.yaml", nil, map[string]string{
		"https://b.test/w.yaml":   flow("- {name: api, url: api.yaml, type: openapi}\n", "  - {stepId: s, operationId: ping}\n  - {stepId: t, operationId: ping}\n"),
		"https://b.test/api.yaml": pingAPI("http://127.0.0.1:1"),
	})
	var asked []string
	_, problems := program.Bind(t.Context(), runtime.BindOptions{Permit: func(server string, why runtime.Reach) *diag.Diagnostic {
		asked = append(asked, server+" for "+why.Document)
		return &diag.Diagnostic{Rule: "private-address", Message: "no", Hint: "do"}
	}})
	if diff := cmp.Diff([]string{"http://127.0.0.1:1 for https://b.test/api.yaml", "http://127.0.0.1:1 for https://b.test/api.yaml"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if len(problems) != 1 || problems[0].Rule != "private-address" || problems[0].Hint != "do" || problems[0].Range.Start.Line == 0 ||
		filepath.Base(problems[0].Range.File) != "w.yaml" {
		t.Errorf("problems %+v", problems)
	}
}
