package arazzo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// document wraps a description, in whatever style it is written, into a
// document that is otherwise complete.
func document(description string) string {
	return "arazzo: 1.0.1\ninfo:\n  title: t\n  version: '1'\n  description: " + description +
		"\nsourceDescriptions: [{name: a, url: a.yaml}]\nworkflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n"
}

// between returns the source text that a range covers.
func between(text string, line, column, endLine, endColumn int) string {
	lines := strings.Split(text, "\n")
	if line == endLine {
		return string([]rune(lines[line-1])[column-1 : endColumn-1])
	}
	parts := []string{string([]rune(lines[line-1])[column-1:])}
	parts = append(parts, lines[line:endLine-1]...)
	return strings.Join(append(parts, string([]rune(lines[endLine-1])[:endColumn-1])), "\n")
}

func TestOriginAtFindsPartsOfScalars(t *testing.T) {
	tests := []struct {
		name, yaml string
		part       string // of the decoded text
		source     string // that spells it; empty: the same
		line       int    // relative to the line of the key
	}{
		{name: "plain", yaml: "hello $inputs.x world", part: "$inputs.x"},
		{name: "plain, first", yaml: "$inputs.x", part: "$inputs.x"},
		{name: "plain, wide characters", yaml: "héllo 世界 $inputs.x", part: "$inputs.x"},
		{name: "plain over lines", yaml: "hello\n    there\n\n    $inputs.x world", part: "$inputs.x", line: 3},
		{name: "plain with comment", yaml: "hello $inputs.x # $inputs.x", part: "$inputs.x"},
		{name: "single quoted", yaml: "'hello $inputs.x'", part: "$inputs.x"},
		{name: "single quoted with quote", yaml: "'it''s $inputs.x'", part: "$inputs.x"},
		{name: "single quoted, the quote itself", yaml: "'a''b'", part: "'", source: "''"},
		{name: "single quoted over lines", yaml: "'hello\n    $inputs.x'", part: "$inputs.x", line: 1},
		{name: "double quoted", yaml: `"hello $inputs.x"`, part: "$inputs.x"},
		{name: "double quoted with escapes", yaml: `"a\n\t\"\u00e9\x41\\ $inputs.x"`, part: "$inputs.x"},
		{name: "double quoted, escape itself", yaml: `"a\tb"`, part: "\t", source: `\t`},
		{name: "double quoted, long escape", yaml: `"\U0001F600 $inputs.x"`, part: "$inputs.x"},
		{name: "double quoted over lines", yaml: "\"hello\n    there\n\n    $inputs.x\"", part: "$inputs.x", line: 3},
		{name: "double quoted, escaped break", yaml: "\"hello \\\n    $inputs.x\"", part: "$inputs.x", line: 1},
		{name: "double quoted, escaped break within", yaml: "\"hello $inp\\\n    uts.x\"", part: "$inputs.x", source: "$inp\\\n    uts.x"},
		{name: "literal", yaml: "|\n    hello\n    say $inputs.x\n    bye", part: "$inputs.x", line: 2},
		{name: "literal, indented more", yaml: "|\n    {\n      \"a\": $inputs.x\n    }", part: "$inputs.x", line: 2},
		{name: "literal, leading blanks", yaml: "|2\n      a: $inputs.x", part: "  a: $inputs.x", line: 1},
		{name: "literal, stripped, with comment", yaml: "|- # $inputs.x\n    hello $inputs.x\n\n", part: "$inputs.x", line: 1},
		{name: "literal, kept", yaml: "|+\n    hello $inputs.x\n\n", part: "$inputs.x", line: 1},
		{name: "literal, blank lines", yaml: "|\n\n\n    hello\n\n    $inputs.x", part: "$inputs.x", line: 5},
		{name: "folded", yaml: ">\n    hello\n    there $inputs.x\n    bye", part: "$inputs.x", line: 2},
		{name: "folded, stripped", yaml: ">-\n    hello\n\n    there $inputs.x\n", part: "$inputs.x", line: 3},
		{name: "folded, indented more", yaml: ">\n    hello\n      there\n    $inputs.x", part: "$inputs.x", line: 3},
		{name: "anchor", yaml: "&a 'hello $inputs.x'", part: "$inputs.x"},
		{name: "tag and anchor", yaml: "!!str &a hello $inputs.x", part: "$inputs.x"},
		{name: "windows line ends", yaml: "|\r\n    hello\r\n    $inputs.x\r\n", part: "$inputs.x", line: 2},
		{name: "two lines", yaml: "|\n    a b\n    c d", part: "b\nc", source: "b\n    c", line: 1},
	}
	const keyLine = 5
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := document(test.yaml)
			doc, list := arazzo.Parse("a.yaml", []byte(text))
			if list.HasErrors() {
				t.Fatal(list.Err())
			}
			decoded := doc.Info.Description
			offset := strings.Index(decoded, test.part)
			if offset < 0 {
				t.Fatalf("%q is not in %q", test.part, decoded)
			}
			r := doc.Info.Field("description").At(offset, offset+len(test.part))
			want := test.source
			if want == "" {
				want = test.part
			}
			if !r.End.IsValid() {
				t.Fatalf("no end in %v", r)
			}
			if got := between(text, r.Start.Line, r.Start.Column, r.End.Line, r.End.Column); got != want {
				t.Errorf("%v covers %q, want %q", r, got, want)
			}
			if r.Start.Line != keyLine+test.line {
				t.Errorf("line %d, want %d", r.Start.Line, keyLine+test.line)
			}
		})
	}
}

func TestOriginAtFindsPartsOfJSONStrings(t *testing.T) {
	for _, test := range []struct{ json, part, source string }{
		{`"hello $inputs.x"`, "$inputs.x", "$inputs.x"},
		{`"a\/b\ud83d\ude00\n\"$inputs.x"`, "$inputs.x", "$inputs.x"},
		{`"\ud83d\ude00 x"`, "😀", `\ud83d\ude00`},
	} {
		text := fmt.Sprintf(`{"arazzo":"1.0.1","info":{"title":"t","version":"1","description":%s},
			"sourceDescriptions":[{"name":"a","url":"a"}],"workflows":[{"workflowId":"w","steps":[{"stepId":"s","operationId":"o"}]}]}`, test.json)
		doc, list := arazzo.Parse("a.json", []byte(text))
		if list.HasErrors() {
			t.Fatal(list.Err())
		}
		offset := strings.Index(doc.Info.Description, test.part)
		r := doc.Info.Field("description").At(offset, offset+len(test.part))
		if got := between(text, r.Start.Line, r.Start.Column, r.End.Line, r.End.Column); got != test.source {
			t.Errorf("%s: %v covers %q, want %q", test.json, r, got, test.source)
		}
	}
}

func TestOriginNamesPlaces(t *testing.T) {
	const text = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions:\n- name: a~b/c\n  url: a.yaml\n" +
		"workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: \"get\"\n    x-paths: {a/b~c: 1}\n"
	doc, list := arazzo.Parse("dir/a.yaml", []byte(text))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	step := doc.Workflows[0].Steps[0]
	if got, want := step.Range().String(), "dir/a.yaml:9:5"; got != want {
		t.Errorf("step at %s, want %s", got, want)
	}
	if got, want := step.Field("operationId").Range(), "dir/a.yaml:10:18"; got.String() != want || got.End.Column != 23 {
		t.Errorf("operationId at %v to %v, want %s", got, got.End, want)
	}
	if got, want := step.FieldNameRange("operationId").String(), "dir/a.yaml:10:5"; got != want {
		t.Errorf("name of operationId at %s, want %s", got, want)
	}
	if got, want := step.Field("x-paths").Field("a/b~c").Pointer(), "/workflows/0/steps/0/x-paths/a~1b~0c"; got != want {
		t.Errorf("pointer %s, want %s", got, want)
	}
	if got := step.Field("absent"); got != step.Origin {
		t.Errorf("an absent field is at %v, want the step", got.Range())
	}
	for name, value := range step.Extensions() {
		if name != "x-paths" || value.Kind() != arazzo.Object {
			t.Errorf("extension %s of kind %s", name, value.Kind())
		}
	}
}

func TestZeroOriginIsNoPlace(t *testing.T) {
	var o arazzo.Origin
	if o.Exists() || o.Has("a") || o.Pointer() != "" || o.Range().String() != "" || o.At(0, 1).String() != "" ||
		o.Field("a").Exists() || o.Index(0).Exists() || o.FieldNameRange("a").String() != "" || o.NameRange().String() != "" {
		t.Error("the zero Origin is somewhere")
	}
	var v arazzo.Value
	if v.Kind() != arazzo.Absent || v.JSON() != nil || v.Len() != 0 || v.Member("a").Exists() {
		t.Error("the zero Value is something")
	}
}
