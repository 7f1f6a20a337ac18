package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/seed-d89508e2/arazzo/specs"
)

// answer runs the command and returns what it writes to standard output.
func answer(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, problems bytes.Buffer
	if code := Main(args, strings.NewReader(""), &out, &problems); code != exitSucceeded && code != exitInvalidDocument {
		t.Fatalf("%q: exit code %d\n%s", args, code, problems.String())
	}
	return out.Bytes()
}

// TestAnswersSatisfyTheirSchemas holds what is written for programs against the
// schemas that ship with the product.
func TestAnswersSatisfyTheirSchemas(t *testing.T) {
	const examples = "../../../../arazzo/check/example/rules"
	for name, args := range map[string][]string{
		"arazzo.rules.1.json":       {"rules", "--format", "json"},
		"arazzo.diagnostics.1.json": {"validate", examples, "--format", "json"},
	} {
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
		out := answer(t, args...)
		var document any
		if err := json.Unmarshal(out, &document); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		if err := resolved.Validate(document); err != nil {
			t.Errorf("%q: %v", args, err)
		}
		if len(out) < 10_000 {
			t.Errorf("%q: only %d bytes", args, len(out))
		}
	}
}
