package runtime_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// FuzzCheckedDocumentsCompile holds that Compile accepts every bundle in which
// Check finds no error, in both modes, and that running the result does not
// panic.
func FuzzCheckedDocumentsCompile(f *testing.F) {
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pets.yaml"), []byte(petAPI), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Add(document(poll), false)
	f.Add(document(poll), true)
	f.Add(document("\n- workflowId: w\n  dependsOn: [v]\n  steps: [{stepId: s, workflowId: v}]\n- workflowId: v\n  steps: [{stepId: s, operationId: listPets}]\n"), true)
	f.Add(version11("\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: createPet\n    dependsOn: [t]\n    timeout: 5\n    requestBody: {payload: {a: {context: $inputs, selector: /b, type: jsonpointer}}, replacements: [{target: /a, value: 1}]}\n  - {stepId: t, operationId: listPets}\n"), false)
	cases, err := filepath.Glob(filepath.Join("..", "specs", "conformance", "cases", "*", "arazzo.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range cases {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		named := strings.NewReplacer("openapi.yaml", "pets.yaml", "operationId: post", "operationId: createPet", "operationId: get", "operationId: listPets").Replace(string(text))
		f.Add(named, true)
	}
	f.Fuzz(func(t *testing.T, text string, strict bool) {
		bundle, problems := (&arazzo.Loader{}).LoadBytes(t.Context(), filepath.Join(dir, "arazzo.yaml"), []byte(text))
		problems = append(problems, arazzo.Check(bundle, arazzo.CheckOptions{Strict: strict})...)
		if problems.HasErrors() {
			return
		}
		program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: strict})
		if err := problems.Err(); err != nil {
			t.Fatalf("Check accepts and Compile refuses: %v\n%s", err, text)
		}
		binding, problems := program.Bind(t.Context(), runtime.BindOptions{})
		if problems.HasErrors() {
			return
		}
		st, problems := program.Start(runtime.StartOptions{RunID: "fuzz", Now: epoch, Policy: runtime.Policy{MaxSteps: 50}})
		if problems.HasErrors() {
			return
		}
		clock := newClock()
		engine := &runtime.Engine{Program: program, Binding: binding, Clock: clock, Observer: &recorder{}, Transport: &script{replies: []reply{
			ok(`{"id":1,"status":"busy","list":[1,{"a":null}]}`), {status: 500, body: "<html>", header: "Content-Type: text/html"}, ok(`[true]`), ok(`{"status":"done"}`),
		}}}
		if _, err := engine.Run(t.Context(), st); err != nil {
			t.Fatalf("run: %v\n%s", err, text)
		}
	})
}

// FuzzDecodeState holds that no text that passes for a state makes a run panic.
func FuzzDecodeState(f *testing.F) {
	tr := newTrial(f, poll, reply{status: 201, body: `{"id":1}`}, ok(`{"status":"busy"}`))
	st := tr.start(f)
	engine := tr.engine(f)
	for range 3 {
		text, err := st.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
		if err := engine.Advance(f.Context(), st); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, err := runtime.DecodeState([]byte(text))
		if err != nil || st.Policy.MaxSteps < 0 {
			return
		}
		again, err := st.Encode()
		if err != nil {
			t.Fatalf("a state that was decoded cannot be encoded: %v", err)
		}
		if _, err := runtime.DecodeState(again); err != nil {
			t.Fatalf("a state that was encoded cannot be decoded: %v\n%s", err, again)
		}
		fresh := newTrial(t, poll, ok(`{"status":"done"}`))
		e := fresh.engine(t)
		for range 5 {
			if err := e.Advance(t.Context(), st); err != nil {
				return
			}
		}
	})
}
