package sample_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// FuzzValue holds that a sample is made of any schema within bounds, and is the
// same each time.
func FuzzValue(f *testing.F) {
	for _, text := range []string{
		`{"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}, "additionalProperties": {"type": "integer", "multipleOf": 0.3}}`,
		`{"anyOf": [{"$ref": "#"}, {"oneOf": [{"type": "null"}, {"enum": [1]}]}], "allOf": [{"minProperties": 3}]}`,
		`{"type": "array", "minItems": 4, "prefixItems": [true], "items": {"pattern": "^(a|b){3,}\\d$", "minLength": 7, "format": "uuid"}}`,
		`{"exclusiveMinimum": true, "minimum": 1e3, "maximum": 1000.5, "type": ["number", "null"]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var v any
		if dec.Decode(&v) != nil {
			return
		}
		s := sample.FromJSON(v)
		if s == nil {
			return
		}
		for _, o := range []sample.Options{{}, {Optional: true, Seed: 7, Side: sample.Response}} {
			one, err := json.Marshal(sample.Value(s, "n", o))
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := json.Marshal(sample.Value(s, "n", o)); string(one) != string(again) {
				t.Errorf("%s\n%s", one, again)
			}
			_ = sample.Check(s, v, sample.Either)
		}
	})
}
