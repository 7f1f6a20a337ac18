package specs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/seed-d89508e2/arazzo/specs"
)

// TestResultDocumentsSatisfyTheirSchema holds the schema against the documents
// that the tests of package report expect, and against damaged ones.
func TestResultDocumentsSatisfyTheirSchema(t *testing.T) {
	text, err := specs.FS.ReadFile("schemas/arazzo.result.1.json")
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
