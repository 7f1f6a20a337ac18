package specs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/seed-d89508e2/arazzo/specs"
)

// schemaOf compiles a schema that ships with the product.
func schemaOf(t *testing.T, name string) *jsonschema.Resolved {
	t.Helper()
	text, err := specs.FS.ReadFile("schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

// TestResultDocumentsSatisfyTheirSchema holds the schema against the documents
// that the tests of package report expect, and against damaged ones.
func TestResultDocumentsSatisfyTheirSchema(t *testing.T) {
	resolved := schemaOf(t, "arazzo.result.1.json")
	files, err := filepath.Glob(filepath.Join("..", "runtime", "report", "testdata", "*.json"))
	if err != nil || len(files) < 3 {
		t.Fatalf("expected documents: %v, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var document map[string]any
		if err := json.Unmarshal(content, &document); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, damage := range []func(map[string]any){
			func(d map[string]any) { delete(d, "status") },
			func(d map[string]any) { d["status"] = "done" },
			func(d map[string]any) { d["more"] = 1.0 },
			func(d map[string]any) { d["steps"] = map[string]any{} },
		} {
			var damaged map[string]any
			if err := json.Unmarshal(content, &damaged); err != nil {
				t.Fatal(err)
			}
			damage(damaged)
			if resolved.Validate(damaged) == nil {
				t.Errorf("%s: a damaged document is accepted: %v", file, damaged)
			}
		}
	}
}

// TestDiagnosticsSatisfyTheirSchema holds the schema against what the tests of
// package diag expect, and against damaged documents.
func TestDiagnosticsSatisfyTheirSchema(t *testing.T) {
	resolved := schemaOf(t, "arazzo.diagnostics.1.json")
	content, err := os.ReadFile(filepath.Join("..", "arazzo", "diag", "testdata", "list.golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	read := func() map[string]any {
		var document map[string]any
		if err := json.Unmarshal(content, &document); err != nil {
			t.Fatal(err)
		}
		return document
	}
	if err := resolved.Validate(read()); err != nil {
		t.Error(err)
	}
	first := func(d map[string]any) map[string]any { return d["diagnostics"].([]any)[0].(map[string]any) }
	for i, damage := range []func(map[string]any){
		func(d map[string]any) { d["schema"] = "arazzo.diagnostics/2" },
		func(d map[string]any) { delete(d, "diagnostics") },
		func(d map[string]any) { d["more"] = true },
		func(d map[string]any) { first(d)["severity"] = "fatal" },
		func(d map[string]any) { first(d)["more"] = true },
		func(d map[string]any) { delete(first(d)["location"].(map[string]any), "file") },
		func(d map[string]any) { first(d)["location"].(map[string]any)["line"] = 0.0 },
		func(d map[string]any) { delete(first(d)["fix"].(map[string]any), "edits") },
	} {
		damaged := read()
		damage(damaged)
		if resolved.Validate(damaged) == nil {
			t.Errorf("damaged document %d is accepted", i)
		}
	}
}

// TestDescriptionsSatisfyTheirSchema holds the schema against what the tests of
// "arazzo describe" expect, and against damaged documents.
func TestDescriptionsSatisfyTheirSchema(t *testing.T) {
	resolved := schemaOf(t, "arazzo.description.1.json")
	folder := filepath.Join("..", "cmd", "arazzo", "internal", "describe", "testdata")
	read := func(name string) map[string]any {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		var document map[string]any
		if err := json.Unmarshal(content, &document); err != nil {
			t.Fatal(err)
		}
		return document
	}
	for _, name := range []string{"house.json", "archive.json"} {
		if err := resolved.Validate(read(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	first := func(x any, names ...string) map[string]any {
		for _, name := range names {
			x = x.(map[string]any)[name].([]any)[0]
		}
		return x.(map[string]any)
	}
	for i, damage := range []func(map[string]any){
		func(d map[string]any) { d["schema"] = "arazzo.description/2" },
		func(d map[string]any) { delete(d, "credentials") },
		func(d map[string]any) { d["more"] = true },
		func(d map[string]any) { delete(first(d, "sources"), "name") },
		func(d map[string]any) { first(d, "sources", "servers")["used"] = "yes" },
		func(d map[string]any) { first(d, "workflows", "inputs")["required"] = 1.0 },
		func(d map[string]any) { first(d, "workflows", "steps")["more"] = true },
		func(d map[string]any) {
			first(d, "credentials", "alternatives", "schemes", "ways", "variables")["value"] = "s3cret"
		},
		func(d map[string]any) { first(d, "problems")["count"] = 0.0 },
	} {
		damaged := read("house.json")
		damage(damaged)
		if resolved.Validate(damaged) == nil {
			t.Errorf("damaged document %d is accepted", i)
		}
	}
}
