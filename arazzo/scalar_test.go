package arazzo_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
)

func TestParseKeepsScalars(t *testing.T) {
	num := func(s string) any { return json.Number(s) }
	tests := []struct {
		yaml string
		want any
	}{
		{"", nil},
		{"~", nil},
		{"null", nil},
		{"'null'", "null"},
		{"true", true},
		{"FALSE", false},
		{"yes", "yes"},
		{"on", "on"},
		{"No", "No"},
		{"y", "y"},
		{"2024-01-02", "2024-01-02"},
		{"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"},
		{"12:30:45", "12:30:45"},
		{"0", num("0")},
		{"-0", num("-0")},
		{"+1", num("1")},
		{"42", num("42")},
		{"007", num("7")},
		{"1_000_000", num("1000000")},
		{"1__0", "1__0"},
		{"_1", "_1"},
		{"1_", "1_"},
		{"0x1F", num("31")},
		{"-0x10", num("-16")},
		{"0xFFFFFFFFFFFFFFFFFFFF", num("1208925819614629174706175")},
		{"0o17", num("15")},
		{"0x", "0x"},
		{"0xG", "0xG"},
		{"0b11", "0b11"},
		{".5", num("0.5")},
		{"5.", num("5")},
		{"1.10", num("1.10")},
		{"1e3", num("1e3")},
		{"-1.5E+10", num("-1.5E+10")},
		{"1e", "1e"},
		{"e3", "e3"},
		{".", "."},
		{"+", "+"},
		{"1.2.3", "1.2.3"},
		{"9007199254740993", num("9007199254740993")},
		{"12345678901234567890123.000000000000000000001", num("12345678901234567890123.000000000000000000001")},
		{"'42'", "42"},
		{`"42"`, "42"},
		{"!!str 42", "42"},
		{"!!int 42", num("42")},
		{"!!float 1.5", num("1.5")},
		{"!!null ''", nil},
		{"|\n      42\n", "42\n"},
		{"{200: ok, true: yes, ~: none}", map[string]any{"200": "ok", "true": "yes", "~": "none"}},
		{"[a, 1, [b]]", []any{"a", num("1"), []any{"b"}}},
		{"{<<: {a: 1, b: 1}, b: 2}", map[string]any{"a": num("1"), "b": num("2")}},
		{"{<<: [{a: 1}, {a: 2, c: 3}], b: 2}", map[string]any{"a": num("1"), "b": num("2"), "c": num("3")}},
		{"{'<<': 1}", map[string]any{"<<": num("1")}},
		{"[&a {b: 1}, *a]", []any{map[string]any{"b": num("1")}, map[string]any{"b": num("1")}}},
	}
	for _, test := range tests {
		t.Run(test.yaml, func(t *testing.T) {
			text := "arazzo: 1.0.1\nx-value: " + test.yaml + "\ninfo: {title: t, version: '1'}\n" +
				"sourceDescriptions: [{name: a, url: a.yaml}]\nworkflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n"
			doc, list := arazzo.Parse("a.yaml", []byte(text))
			if list.HasErrors() {
				t.Fatal(list.Err())
			}
			got := arazzo.Value{Origin: doc.Field("x-value")}.JSON()
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestParseReadsJSONAsYAML(t *testing.T) {
	const asYAML = "%YAML 1.2\n---\narazzo: 1.0.1\ninfo: {title: \"a/b \U0001F600\", version: '1'}\nx-n: [1, 2.50, null, true, {}]\n" +
		"sourceDescriptions: [{name: a, url: a.yaml}]\nworkflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n---\n"
	const asJSON = "\uFEFF{\"arazzo\":\"1.0.1\",\"info\":{\"title\":\"a\\/b \\ud83d\\ude00\",\"version\":\"1\"},\"x-n\":[1,2.50,null,true,{}],\n" +
		"\"sourceDescriptions\":[{\"name\":\"a\",\"url\":\"a.yaml\"}],\"workflows\":[{\"workflowId\":\"w\",\"steps\":[{\"stepId\":\"s\",\"operationId\":\"o\"}]}]}\n"
	fromYAML, list := arazzo.Parse("a.yaml", []byte(asYAML))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	for _, name := range []string{"a.json", "a.yaml", "a"} {
		fromJSON, list := arazzo.Parse(name, []byte(asJSON))
		if list.HasErrors() {
			t.Fatal(list.Err())
		}
		if d := cmp.Diff(arazzo.Value{Origin: fromYAML.Origin}.JSON(), arazzo.Value{Origin: fromJSON.Origin}.JSON()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if got, want := fromYAML.Field("info").Range().String(), "a.yaml:4:7"; got != want {
		t.Errorf("info at %s, want %s: the directive must not move lines", got, want)
	}
}
