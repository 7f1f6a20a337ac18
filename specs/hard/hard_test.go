// Package hard_test runs workflows that are small, each with one of the
// difficulties that published workflows have, and the published ones themselves
// where these are at hand.
package hard_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// corpus is the collection of published workflows.
const corpus = "../../../shared/corpus"

// hardCase is the file hard.yaml of a folder.
type hardCase struct {
	// Published is the workflow that the case is made after, in the collection.
	Published  string `yaml:"published"`
	Difficulty string `yaml:"difficulty"`
	// Runs are those of the document in the folder, OfPublished those of the
	// published one.
	Runs        []attempt `yaml:"runs"`
	OfPublished []attempt `yaml:"ofPublished"`
}

// attempt is one run and what a careful person expects of it.
type attempt struct {
	Title    string                       `yaml:"title"`
	Inputs   map[string]conformance.Value `yaml:"inputs"`
	MaxSteps int                          `yaml:"maxSteps"`
	// NoServer leaves the address to the description.
	NoServer bool `yaml:"noServer"`
	// Server is the script of the server, as in the conformance suite.
	Server yaml.Node `yaml:"server"`

	// Refused are the rules for which nothing is sent. Empty: the run begins.
	Refused []string `yaml:"refused"`
	// Status is the verdict of the run.
	Status runtime.Status `yaml:"status"`
	// Message stands in the failure, or in the first of the errors, and Hint in the
	// hint with it.
	Message string `yaml:"message"`
	Hint    string `yaml:"hint"`
	// Warnings are among the rules of the warnings.
	Warnings []string `yaml:"warnings"`
	// Waits is how often the run waits. Nil: it does not matter.
	Waits *int `yaml:"waits"`
	// Action is the last one that was taken.
	Action  string                       `yaml:"action"`
	Outputs map[string]conformance.Value `yaml:"outputs"`
}

func load(t *testing.T) map[string]*hardCase {
	t.Helper()
	files, err := filepath.Glob("*/hard.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	cases := make(map[string]*hardCase)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		c := &hardCase{}
		if err := dec.Decode(c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases[filepath.Dir(file)] = c
	}
	return cases
}

// TestHardCases runs the documents of the folders.
func TestHardCases(t *testing.T) {
	for name, c := range load(t) {
		if c.Difficulty == "" || len(c.Runs) == 0 {
			t.Errorf("%s says too little", name)
		}
		files, err := filepath.Glob(filepath.Join(name, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		documents := fstest.MapFS{}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if base := filepath.Base(file); base != "hard.yaml" {
				documents["case/"+base] = &fstest.MapFile{Data: data}
			}
		}
		for i, a := range c.Runs {
			t.Run(name+"/"+a.Title, func(t *testing.T) {
				t.Parallel()
				c.Runs[i].judge(t, documents, "")
			})
		}
	}
}

// TestPublishedHardCases runs the published documents.
func TestPublishedHardCases(t *testing.T) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("the collection of published workflows is not beside the repository: %v", err)
	}
	for name, c := range load(t) {
		if c.Published == "" || len(c.OfPublished) == 0 {
			t.Errorf("%s has no run of a published document", name)
		}
		for i, a := range c.OfPublished {
			t.Run(name+"/"+a.Title, func(t *testing.T) {
				t.Parallel()
				documents := fstest.MapFS{"case/arazzo.yaml": &fstest.MapFile{Data: []byte("arazzo: 1.0.1\n")}}
				c.OfPublished[i].judge(t, documents, filepath.Join(corpus, filepath.FromSlash(c.Published)))
			})
		}
	}
}

// judge runs an attempt at the document in the file system, or at the published
// one, and says in what it is not as expected.
func (a *attempt) judge(t *testing.T, documents fstest.MapFS, published string) {
	t.Helper()
	files := fstest.MapFS{"case/port": &fstest.MapFile{Data: []byte("PORT")}}
	for name, f := range documents {
		files[name] = f
	}
	put := func(name string, v any) {
		data, err := yaml.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		files["case/"+name] = &fstest.MapFile{Data: data}
	}
	put("expect.yaml", a.expectation(t))
	if !a.Server.IsZero() {
		var script any // without the anchors, which stand elsewhere
		if err := a.Server.Decode(&script); err != nil {
			t.Fatal(err)
		}
		put("server.yaml", script)
	}
	inputs := make(map[string]any, len(a.Inputs))
	for name, v := range a.Inputs {
		inputs[name] = v.JSON
	}
	data, err := json.Marshal(inputs)
	if err != nil {
		t.Fatal(err)
	}
	files["case/inputs.json"] = &fstest.MapFile{Data: data}
	c, err := conformance.Load(files, "case")
	if err != nil {
		t.Fatal(err)
	}
	tool := &tool{attempt: a, published: published}
	result := conformance.Judge(t.Context(), c, tool)
	for _, problem := range result.Problems {
		t.Error(problem)
	}
	a.compare(t, tool)
}

// expectation is the attempt as an expectation of the conformance suite.
func (a *attempt) expectation(t *testing.T) map[string]any {
	t.Helper()
	out := map[string]any{"id": "case", "title": a.Title, "why": "-", "checklist": []string{"-"}, "arazzo": "1.0.1", "valid": len(a.Refused) == 0}
	if len(a.Refused) > 0 {
		out["detect"] = "semantic"
		return out
	}
	out["workflow"] = "-"
	out["outcome"] = conformance.Failure
	if a.Status == runtime.Succeeded {
		out["outcome"] = conformance.Success
	}
	var exchanges []struct {
		Method string         `yaml:"method"`
		Path   string         `yaml:"path"`
		Rest   map[string]any `yaml:",inline"`
	}
	if err := a.Server.Decode(&exchanges); err != nil {
		t.Fatal(err)
	}
	var requests []map[string]string
	for _, x := range exchanges {
		requests = append(requests, map[string]string{"method": x.Method, "path": x.Path})
	}
	out["requests"] = requests
	return out
}

func (a *attempt) compare(t *testing.T, got *tool) {
	t.Helper()
	var errs, warnings []string
	for _, d := range got.diagnostics {
		if d.Severity == diag.Error {
			errs = append(errs, d.Rule)
		} else {
			warnings = append(warnings, d.Rule)
		}
	}
	slices.Sort(errs)
	if errs = slices.Compact(errs); !slices.Equal(errs, a.Refused) {
		t.Errorf("refused for %q, want %q", errs, a.Refused)
	}
	for _, rule := range a.Warnings {
		if !slices.Contains(warnings, rule) {
			t.Errorf("the warnings are %q, without %q", warnings, rule)
		}
	}
	message, hint := "", ""
	if list := got.diagnostics.Select(diag.Error); len(list) > 0 {
		message, hint = list[0].Message, list[0].Hint
	}
	if res := got.result; res != nil {
		if res.Status != a.Status {
			t.Errorf("the run is %s, want %s", res.Status, a.Status)
		}
		if res.Failure != nil {
			message, hint = res.Failure.Message, res.Failure.Hint
		}
		if a.Outputs != nil {
			want := make(map[string]any, len(a.Outputs))
			for name, v := range a.Outputs {
				want[name] = v.JSON
			}
			if !conformance.Equal(want, res.Outputs) {
				text, _ := json.Marshal(res.Outputs)
				wanted, _ := json.Marshal(want)
				t.Errorf("outputs are %s, want %s", text, wanted)
			}
		}
	}
	if !strings.Contains(message, a.Message) || !strings.Contains(hint, a.Hint) {
		t.Errorf("it says %q with the hint %q, want %q with %q", message, hint, a.Message, a.Hint)
	}
	if a.Waits != nil && got.waits != *a.Waits {
		t.Errorf("it waited %d times, want %d", got.waits, *a.Waits)
	}
	if a.Action != "" && got.action != a.Action {
		t.Errorf("the last action is %q, want %q", got.action, a.Action)
	}
	if strings.Contains(got.text.String(), "secret-") {
		t.Errorf("a secret stands in what was reported:\n%s", got.text.String())
	}
}

// tool runs a document and remembers what it said. It is used once.
type tool struct {
	*attempt
	published string

	diagnostics diag.List
	result      *runtime.Result
	waits       int
	action      string
	text        strings.Builder
}

func (o *tool) Observe(_ context.Context, ev *runtime.Event) {
	if ev.Kind == runtime.Waiting {
		o.waits++
	}
	if ev.Action != nil {
		o.action = ev.Action.Name
	}
}

// refuses keeps what a stage has found.
func (o *tool) refuses(list diag.List) bool {
	o.diagnostics.Add(list...)
	return list.HasErrors()
}

func (o *tool) Run(ctx context.Context, job conformance.Job) (conformance.Outcome, error) {
	invalid := conformance.Outcome{Ending: conformance.Invalid}
	entry, servers := job.Entry, map[string]string{}
	if !o.NoServer {
		port, err := os.ReadFile(filepath.Join(job.Dir, "port"))
		if err != nil {
			return invalid, err
		}
		if o.published != "" || o.needsServer(job.Dir) {
			servers[""] = "http://127.0.0.1:" + string(port)
		}
	}
	if o.published != "" {
		entry = o.published
	}
	bundle, list := (&arazzo.Loader{}).Load(ctx, entry)
	if o.refuses(list) || o.refuses(arazzo.Check(bundle, arazzo.CheckOptions{})) {
		return invalid, nil
	}
	program, list := runtime.Compile(bundle, runtime.CompileOptions{})
	if o.refuses(list) {
		return invalid, nil
	}
	inputs := make(map[string]any, len(o.Inputs))
	for name, v := range o.Inputs {
		inputs[name] = v.JSON
	}
	clock := &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	st, list := program.Start(runtime.StartOptions{RunID: "hard", Inputs: inputs, Now: clock.now, Policy: runtime.Policy{MaxSteps: o.MaxSteps}})
	if o.refuses(list) {
		return invalid, nil
	}
	binding, list := program.Bind(ctx, runtime.BindOptions{Servers: servers})
	if o.refuses(list) {
		return invalid, nil
	}
	transport := &host.HTTP{}
	defer transport.CloseIdleConnections()
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: clock, Observer: o}
	res, err := engine.Run(ctx, st)
	if err != nil {
		return invalid, err
	}
	o.result = res
	o.diagnostics.Add(res.Warnings...)
	out := conformance.Outcome{Ending: conformance.Failure, Outputs: res.Outputs, Message: string(res.Status)}
	if res.Failure != nil {
		out.Message += ": " + res.Failure.Message
		o.text.WriteString(res.Failure.Message)
	}
	for _, d := range res.Warnings {
		o.text.WriteString(d.Message)
	}
	if res.Status == runtime.Succeeded {
		out.Ending = conformance.Success
	}
	return out, nil
}

// needsServer reports whether the description of the case names no address.
func (o *tool) needsServer(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "openapi.yaml"))
	return err == nil && !bytes.Contains(data, []byte("servers:"))
}

// clock moves when somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// TestReadmeListsTheCases compares the table of the README with the folders.
func TestReadmeListsTheCases(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(line, "| ["), "]("); ok && strings.HasPrefix(line, "| [") {
			if !strings.HasPrefix(rest, name+")") {
				t.Errorf("the README links %q wrongly", name)
			}
			listed[name] = true
		}
	}
	cases := load(t)
	for name := range cases {
		if !listed[name] {
			t.Errorf("the README does not list %q", name)
		}
	}
	if len(listed) != len(cases) {
		t.Errorf("the README lists %d cases, and there are %d", len(listed), len(cases))
	}
	published := map[string]string{}
	for name, c := range cases {
		if other := published[c.Published]; other != "" {
			t.Errorf("%s and %s are made after the same workflow", name, other)
		}
		published[c.Published] = name
	}
}
