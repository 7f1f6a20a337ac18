package check_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// configSchema is where the schema of the configuration ships.
const configSchema = "../../specs/schemas/arazzolint.1.json"

// schemaOfConfig writes the schema. Editors offer its rules by name and show
// what they are about.
func schemaOfConfig() map[string]any {
	type object = map[string]any
	rules := object{}
	for _, r := range check.Rules() {
		rules[r.ID] = object{"$ref": "#/$defs/level", "description": string(r.Family) + ": " + r.Reason}
	}
	return object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "Configuration of arazzo validate",
		"description":          "What stands in .arazzolint.yaml.",
		"type":                 []any{"object", "null"},
		"additionalProperties": false,
		"properties": object{
			"rules": object{
				"description": "How rules are reported.", "type": []any{"object", "null"}, "additionalProperties": false, "properties": rules,
			},
			"ignore": object{
				"description": "Documents that are not checked when a folder is, as patterns relative to the folder of this file.",
				"type":        "array", "items": object{"type": "string", "minLength": 1, "pattern": "^[^!]"},
			},
			"sources": object{
				"description": "Where source descriptions really are: name to path or URL. Paths are relative to the folder of this file.",
				"type":        []any{"object", "null"}, "additionalProperties": object{"type": "string", "minLength": 1},
			},
			"strict":  object{"description": "Admit what the specification admits and nothing else.", "type": "boolean"},
			"fail-on": object{"description": "The severity from which on a document counts as invalid.", "enum": []any{"error", "warning"}, "default": "error"},
		},
		"$defs": object{"level": object{"enum": []any{"error", "warning", "info", "off"}}},
	}
}

func TestConfigSchemaListsAllRules(t *testing.T) {
	want, err := json.MarshalIndent(schemaOfConfig(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(configSchema, want, 0o644); err != nil { //nolint:gosec // it is for everybody
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(configSchema)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs from the table of rules; write it again with -update (-want +got):\n%s", configSchema, d)
	}
}

// TestConfigSchemaAgreesWithParseConfig compares verdicts.
func TestConfigSchemaAgreesWithParseConfig(t *testing.T) {
	text, err := os.ReadFile(configSchema)
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
	for _, config := range []string{
		"", "rules: {}", "rules:", "rules: {missing-parameter: warning}", "rules: {missing-parametr: warning}", "rules: {missing-parameter: loud}",
		"ignore: [a]", "ignore: a", "ignore: ['!a']", "ignore: ['']", "sources: {a: b}", "sources: {a: ''}", "sources: {a: [b]}",
		"strict: true", "strict: 1", "fail-on: warning", "fail-on: info", "other: 1", "[]",
	} {
		var value any
		if err := yaml.Unmarshal([]byte(config), &value); err != nil {
			t.Fatal(err)
		}
		_, list := check.ParseConfig("c", []byte(config))
		if err := resolved.Validate(value); (err == nil) != (len(list) == 0) {
			t.Errorf("%q: the schema says %v, ParseConfig %v", config, err, list)
		}
	}
}
