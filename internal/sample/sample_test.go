package sample_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/internal/sample"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func encode(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestValue(t *testing.T) {
	tests := []struct {
		name, schema string
		options      sample.Options
		want         string
	}{
		{"nothing said", `{}`, sample.Options{}, `"example-thing"`},
		{"true", `true`, sample.Options{}, `"example-thing"`},
		{"const", `{"const": 7}`, sample.Options{}, `7`},
		{"enum, null last", `{"enum": [null, "b"]}`, sample.Options{}, `"b"`},
		{"example", `{"type": "string", "examples": ["e"], "default": "d"}`, sample.Options{}, `"e"`},
		{"an example that does not fit", `{"type": "array", "items": {"type": "object"}, "example": ["text"], "minItems": 1}`, sample.Options{}, `[{}]`},
		{"default", `{"type": "integer", "default": 100}`, sample.Options{}, `100`},
		{"boolean", `{"type": "boolean"}`, sample.Options{}, `true`},
		{"null", `{"type": "null"}`, sample.Options{}, `null`},
		{"nullable", `{"type": ["null", "integer"]}`, sample.Options{}, `1`},
		{"integer", `{"type": "integer"}`, sample.Options{}, `1`},
		{"int64 has all digits", `{"type": "integer", "format": "int64"}`, sample.Options{}, `9007199254740993`},
		{"int64 within bounds", `{"type": "integer", "format": "int64", "maximum": 50}`, sample.Options{}, `1`},
		{"number", `{"type": "number"}`, sample.Options{}, `1.5`},
		{"bounds", `{"type": "integer", "minimum": 5, "maximum": 1000}`, sample.Options{}, `5`},
		{"open bounds", `{"type": "integer", "exclusiveMinimum": 5}`, sample.Options{}, `6`},
		{"open bounds of 3.0", `{"type": "integer", "minimum": 5, "exclusiveMinimum": true}`, sample.Options{}, `6`},
		{"negative", `{"type": "number", "maximum": -2.5}`, sample.Options{}, `-3`},
		{"narrow", `{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}`, sample.Options{}, `0.25`},
		{"steps", `{"type": "integer", "minimum": 7, "multipleOf": 5}`, sample.Options{}, `10`},
		{"steps of cents", `{"type": "number", "multipleOf": 0.01, "minimum": 0.995}`, sample.Options{}, `1.5`},
		{"date-time", `{"type": "string", "format": "date-time"}`, sample.Options{}, `"2026-01-02T03:04:00Z"`},
		{"uuid", `{"type": "string", "format": "uuid"}`, sample.Options{}, `"00000000-0000-4000-8000-000000000001"`},
		{"email", `{"type": "string", "format": "email"}`, sample.Options{}, `"example@example.com"`},
		{"a string of digits", `{"type": "string", "format": "int64"}`, sample.Options{}, `"9007199254740993"`},
		{"pattern", `{"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"}`, sample.Options{}, `"AAA-1111"`},
		{"pattern and length", `{"type": "string", "pattern": "^[a-z]+$", "minLength": 5}`, sample.Options{}, `"aaaaa"`},
		{"pattern that the name meets", `{"type": "string", "pattern": "^[a-z-]*$"}`, sample.Options{}, `"example-thing"`},
		{"length", `{"type": "string", "minLength": 15}`, sample.Options{}, `"example-thingex"`},
		{"short", `{"type": "string", "maxLength": 3}`, sample.Options{}, `"ing"`},
		{"array", `{"type": "array", "items": {"type": "integer"}}`, sample.Options{}, `[1]`},
		{"array of several", `{"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": true}`, sample.Options{}, `["example-thing","example-thing-2"]`},
		{"array of none", `{"type": "array", "maxItems": 0}`, sample.Options{}, `[]`},
		{"tuple", `{"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}]}`, sample.Options{}, `[1,true]`},
		{"required members", `{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {}}}`, sample.Options{}, `{"a":1}`},
		{"all members", `{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}}}`, sample.Options{Optional: true}, `{"a":1,"b":true}`},
		{"a required member that is not described", `{"type": "object", "required": ["siteUrl"]}`, sample.Options{}, `{"siteUrl":"https://example.com/example-site-url"}`},
		{"the request", `{"properties": {"id": {"readOnly": true}, "secret": {"writeOnly": true}}, "required": ["id", "secret"]}`, sample.Options{Side: sample.Request}, `{"secret":"example-secret"}`},
		{"the response", `{"properties": {"id": {"readOnly": true}, "secret": {"writeOnly": true}}, "required": ["id", "secret"]}`, sample.Options{Side: sample.Response}, `{"id":"example-id"}`},
		{"additional members", `{"type": "object", "additionalProperties": {"type": "integer"}}`, sample.Options{Optional: true}, `{"key1":2}`},
		{"as many members as needed", `{"type": "object", "minProperties": 2}`, sample.Options{}, `{"key1":"example-key1-2","key2":"example-key2-3"}`},
		{"allOf", `{"allOf": [{"type": "object", "required": ["a"]}, {"required": ["b"], "properties": {"b": {"type": "boolean"}}}]}`, sample.Options{}, `{"a":"example-a","b":true}`},
		{"oneOf", `{"oneOf": [{"type": "null"}, {"type": "integer"}, {"type": "string"}]}`, sample.Options{}, `1`},
		{"anyOf that only requires", `{"type": "object", "properties": {"a": {"type": "integer"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}`, sample.Options{}, `{"a":1}`},
		{"reference", `{"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/b"}}, "b": {"type": "boolean"}}}`, sample.Options{}, `[true]`},
		{"reference that leads nowhere", `{"$ref": "#/$defs/none"}`, sample.Options{}, `"example-thing"`},
		{"schema inside itself", `{"type": "object", "required": ["name"], "properties": {"name": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#"}}, "parent": {"$ref": "#"}}}`, sample.Options{Optional: true}, `{"children":[],"name":1}`},
		{"seed", `{"type": "string"}`, sample.Options{Seed: 1}, `"example-thing-b3fb"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			schema := sample.FromJSON(decode(t, test.schema))
			got := sample.Value(schema, "thing", test.options)
			if diff := cmp.Diff(test.want, encode(t, got)); diff != "" {
				t.Errorf("value (- want, + got):\n%s", diff)
			}
			for _, p := range sample.Check(schema, got, test.options.Side) {
				t.Errorf("the sample does not fit: %s: %s", p.Pointer, p.Message)
			}
		})
	}
}

func TestImpossibleSchemasEnd(t *testing.T) {
	for _, text := range []string{
		`{"type": "object", "required": ["self"], "properties": {"self": {"$ref": "#"}}}`,
		`{"type": "array", "minItems": 3, "items": {"$ref": "#"}}`,
		`{"$ref": "#"}`,
		`{"allOf": [{"$ref": "#"}, {"allOf": [{"$ref": "#"}]}]}`,
		`{"anyOf": [{"$ref": "#"}]}`,
		`{"type": "array", "minItems": 1e300, "items": {"type": "string", "minLength": 1e9}}`,
		`{"type": "integer", "minimum": 1e400, "multipleOf": 1e-400}`,
		`{"pattern": "(a{1000}){1000}", "minLength": 3}`,
		`{"pattern": "^(?=a)b$"}`,
	} {
		for _, optional := range []bool{false, true} {
			v := sample.Value(sample.FromJSON(decode(t, text)), "", sample.Options{Optional: optional})
			if n := len(encode(t, v)); n > 200_000_000 {
				t.Errorf("%s: the sample has %d bytes", text, n)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	tests := []struct{ schema, value, want string }{
		{`{"type": "integer"}`, `"1"`, `: it is string, not integer`},
		{`{"type": "integer"}`, `1.0`, ``},
		{`{"type": "string", "nullable": true}`, `null`, ``},
		{`{"enum": ["a"]}`, `"A"`, `: it is not one of the values that the schema lists`},
		{`{"properties": {"a/b": {"minimum": 5}}}`, `{"a/b": 4}`, `/a~1b: the number is out of bounds`},
		{`{"items": {"maxLength": 2}}`, `["ab", "abc"]`, `/1: the text has 3 characters`},
		{`{"pattern": "^a"}`, `"ba"`, `: the text does not match the pattern ^a`},
		{`{"required": ["a"]}`, `{}`, `: the member "a" is missing`},
		{`{"properties": {"a": {}}, "additionalProperties": false}`, `{"b": 1}`, `: the member "b" is not admitted`},
		{`{"anyOf": [{"type": "string"}, {"type": "boolean"}]}`, `1`, `: it is none of the 2 alternatives`},
		{`{"anyOf": [{"properties": {"b": {"type": "string"}}}, {"properties": {"b": {"type": "integer"}}}]}`, `{"b": 1}`, ``},
		{`{"type": "array", "uniqueItems": true}`, `[1, 1.0]`, `: the array holds an element twice`},
		{`{"format": "byte"}`, `"?"`, `: the text is not base64`},
	}
	for _, test := range tests {
		got := ""
		for _, p := range sample.Check(sample.FromJSON(decode(t, test.schema)), decode(t, test.value), sample.Either) {
			got += p.Pointer + ": " + p.Message
		}
		if got != test.want {
			t.Errorf("Check(%s, %s) = %q, want %q", test.schema, test.value, got, test.want)
		}
	}
}

func TestHasFormat(t *testing.T) {
	for format, texts := range map[string][2]string{
		"uuid": {"00000000-0000-4000-8000-000000000001", "00000000"}, "date-time": {"2026-01-02T03:04:05.6+01:00", "2026-01-02"}, "date": {"2026-01-02", "02.01.2026"},
		"email": {"a@b", "a@b c"}, "uri": {"urn:a", "/a"}, "int64": {"-7", "7.5"},
	} {
		if !sample.HasFormat(format, texts[0]) || sample.HasFormat(format, texts[1]) {
			t.Errorf("%s: %q, %q", format, texts[0], texts[1])
		}
	}
	if !sample.HasFormat("name", "") {
		t.Error("a format that is not known is missed")
	}
}

func TestMatch(t *testing.T) {
	for _, pattern := range []string{
		`^a|b$`, `\d+`, `^\w+@\w+\.com$`, `^[^a-z]{2,}$`, `^(x|yy)*$`, `\p{Lu}`, `^$`, `[\x{100}-\x{200}]`, `\bword\b`, `(?i)abc`, `^.{3}$`,
		`^arn:aws(-[^:]+)?:iam::[0-9]{12}:role/.+`,
	} {
		if text, ok := sample.Match(pattern, 0, 100); !ok {
			t.Errorf("Match(%q) = %q, %t", pattern, text, ok)
		}
	}
	if text, ok := sample.Match(`^[ab]+$`, 7, 9); !ok || len(text) < 7 || len(text) > 9 {
		t.Errorf("Match within 7 and 9 = %q, %t", text, ok)
	}
	for _, pattern := range []string{`(`, `a^`, `[^\x{0}-\x{10FFFF}]`} {
		if text, ok := sample.Match(pattern, 0, 100); ok {
			t.Errorf("Match(%q) = %q, want none", pattern, text)
		}
	}
}
