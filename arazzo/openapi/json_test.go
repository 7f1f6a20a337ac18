package openapi_test

import (
	"encoding/json"
	"testing"

	"gopkg.in/yaml.v3"
)

// toJSON writes a YAML text as JSON.
func toJSON(t *testing.T, text string) string {
	t.Helper()
	var x map[string]any
	if err := yaml.Unmarshal([]byte(text), &x); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(withStringKeys(x))
	if err != nil {
		t.Fatal(err)
	}
	// The version comes first in nearly all files.
	return `{"openapi":"3.1.0",` + string(data[1:])
}
