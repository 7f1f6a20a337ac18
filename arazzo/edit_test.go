package arazzo_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

const editHead = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: a, url: a.yaml}]\n" +
	"workflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n"

// editable parses a document that ends with the given text and returns the
// value at a path in it.
func editable(t *testing.T, text string, path ...any) arazzo.Value {
	t.Helper()
	doc, list := arazzo.Parse("a.yaml", []byte(editHead+text))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	v := arazzo.Value{Origin: doc.Origin}
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.Member(p)
		case int:
			v = arazzo.Value{Origin: v.Index(p)}
		}
	}
	if !v.Exists() {
		t.Fatalf("nothing at %v", path)
	}
	return v
}

// edited applies an edit to the text.
func edited(t *testing.T, text string, edits ...diag.Edit) string {
	t.Helper()
	after, err := diag.Apply(editHead+text, edits)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(after, editHead)
	if !ok {
		t.Fatalf("the edit reaches beyond the value: %s", after)
	}
	return rest
}

func TestReplaceKeepsTheStyleOfAString(t *testing.T) {
	for _, test := range []struct{ name, before, with, after string }{
		{"plain", "x-a: old # c\n", "new", "x-a: new # c\n"},
		{"plain, in part", "x-a: Bearer $inputs.t\n", "Bearer {$inputs.t}", "x-a: Bearer {$inputs.t}\n"},
		{"plain that must be quoted", "x-a: $inputs.t # c\n", "{$inputs.t}", "x-a: '{$inputs.t}' # c\n"},
		{"plain with a colon", "x-a: old\n", "a: b", "x-a: 'a: b'\n"},
		{"plain with a comment sign", "x-a: old\n", "a #b", "x-a: 'a #b'\n"},
		{"plain that would be a number", "x-a: old\n", "12", "x-a: '12'\n"},
		{"plain that would be null", "x-a: old\n", "", "x-a: ''\n"},
		{"plain that would be true", "x-a: old\n", "true", "x-a: 'true'\n"},
		{"plain with blanks around", "x-a: old\n", " b ", "x-a: ' b '\n"},
		{"plain with a line break", "x-a: old\n", "a\nb", "x-a: \"a\\nb\"\n"},
		{"plain over lines", "x-a: first $x\n  second $y\n", "first $x second {$y}", "x-a: first $x\n  second {$y}\n"},
		{"plain, windows", "x-a: old\r\nx-b: 1\r\n", "new", "x-a: new\r\nx-b: 1\r\n"},
		{"plain behind an anchor", "x-a: &n old\nx-b: *n\n", "{new", "x-a: &n '{new'\nx-b: *n\n"},
		{"plain behind a tag", "x-a: !!str 12\n", "13", "x-a: !!str '13'\n"},
		{"plain in braces", "x-a: old\nx-f: {x: 1}\n", "{$a}", "x-a: '{$a}'\nx-f: {x: 1}\n"},
		{"single quoted", "x-a: 'it''s $x' # c\n", "it's {$x}", "x-a: 'it''s {$x}' # c\n"},
		{"single quoted, a quote", "x-a: 'old'\n", "o'clock", "x-a: 'o''clock'\n"},
		{"single quoted with a line break", "x-a: 'old'\n", "a\nb", "x-a: \"a\\nb\"\n"},
		{"single quoted over lines", "x-a: 'one\n  two $x'\n", "one two {$x}", "x-a: 'one\n  two {$x}'\n"},
		{"double quoted", "x-a: \"a\\t$x\"\n", "a\t{$x}", "x-a: \"a\\t{$x}\"\n"},
		{"double quoted, escapes", "x-a: \"old\"\n", "a\"b\\c\u0007d\u00e9😀\u2028", "x-a: \"a\\\"b\\\\c\\u0007d\u00e9😀\\u2028\"\n"},
		{"double quoted, an escaped character goes", "x-a: \"\\u00e9$x\"\n", "e$x", "x-a: \"e$x\"\n"},
		{"literal", "x-a: |\n  first\n  say $x\n  last\nx-b: 1\n", "first\nsay {$x}\nlast\n", "x-a: |\n  first\n  say {$x}\n  last\nx-b: 1\n"},
		{"literal, more lines", "x-a: |-\n  first\n  last\nx-b: 1\n", "first\nnew\nlast", "x-a: |-\n  first\n  new\n  last\nx-b: 1\n"},
		{"literal, windows", "x-a: |\r\n  first\r\n  $x\r\n", "first\n{$x}\nmore\n", "x-a: |\r\n  first\r\n  {$x}\r\n  more\r\n"},
		{"literal that must be quoted", "x-a: |\n  old\nx-b: 1\n", " \u0007\n", "x-a: \" \\u0007\\n\"\nx-b: 1\n"},
		{"literal with stated indentation", "x-a:\n  b: |2\n      $x\n  c: 1\n", "  {$x}\n", "x-a:\n  b: |2\n      {$x}\n  c: 1\n"},
		{"folded", "x-a: >-\n  one\n  two $x\nx-b: 1\n", "one two {$x}", "x-a: >-\n  one\n  two {$x}\nx-b: 1\n"},
		{"folded, kept", "x-a: >+\n  one $x\n\nx-b: 1\n", "one {$x}\n\n", "x-a: >+\n  one {$x}\n\nx-b: 1\n"},
		{"folded that must be quoted", "x-a: >-\n  one\n  two\nx-b: 1\n", "one\ntwo", "x-a: \"one\\ntwo\"\nx-b: 1\n"},
		{"at the end of the text", "x-a: old", "new", "x-a: new"},
		{"literal at the end of the text", "x-a: |-\n  old", "new", "x-a: |-\n  new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := []any{"x-a"}
			if strings.Contains(test.before, "  b:") {
				path = append(path, "b")
			}
			e, err := editable(t, test.before, path...).Replace(test.with)
			if err != nil {
				t.Fatal(err)
			}
			after := edited(t, test.before, e)
			if after != test.after {
				t.Errorf("%q, want %q", after, test.after)
			}
			if got, _ := editable(t, after, path...).Text(); got != test.with {
				t.Errorf("reads as %q, want %q", got, test.with)
			}
		})
	}
}

func TestRewriteTouchesOnlyWhatDiffers(t *testing.T) {
	const with = "$[?$.a == 'x' || $.b == 'y']"
	for _, test := range []struct{ name, before, after string }{
		{"plain", "x-a: $.a == 'x' || $.b == 'y' # c\n", "x-a: $[?$.a == 'x' || $.b == 'y'] # c\n"},
		{"plain over lines", "x-a: $.a == 'x'\n  || $.b == 'y'\n", "x-a: $[?$.a == 'x'\n  || $.b == 'y']\n"},
		{"single quoted over lines", "x-a: '$.a == ''x'' ||\n  $.b == ''y'''\n", "x-a: '$[?$.a == ''x'' ||\n  $.b == ''y'']'\n"},
		{"double quoted with escapes", "x-a: \"$.a == '\\u0078' ||\\\n  \\ $.b == 'y'\"\n", "x-a: \"$[?$.a == '\\u0078' ||\\\n  \\ $.b == 'y']\"\n"},
		{"folded", "x-a: >-\n  $.a == 'x' ||\n  $.b == 'y'\nx-b: 1\n", "x-a: >-\n  $[?$.a == 'x' ||\n  $.b == 'y']\nx-b: 1\n"},
		{"folded, one line", "x-a: >-\n  $.a == 'x' || $.b == 'y'", "x-a: >-\n  $[?$.a == 'x' || $.b == 'y']"},
		{"in brackets", "x-a: [\"$.a == 'x' || $.b == 'y'\"]\n", "x-a: [\"$[?$.a == 'x' || $.b == 'y']\"]\n"},
		{"in brackets, plain", "x-a: [$.a == 'x' || $.b == 'y']\n", "x-a: ['$[?$.a == ''x'' || $.b == ''y'']']\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := []any{"x-a"}
			if strings.Contains(test.before, "x-a: [") {
				path = append(path, 0)
			}
			edits, err := editable(t, test.before, path...).Rewrite(with)
			if err != nil {
				t.Fatal(err)
			}
			after := edited(t, test.before, edits...)
			if after != test.after {
				t.Errorf("%q, want %q", after, test.after)
			}
			if got, _ := editable(t, after, path...).Text(); got != with {
				t.Errorf("reads as %q", got)
			}
		})
	}
}

func TestReplaceWithinBrackets(t *testing.T) {
	for _, test := range []struct{ before, with, after string }{
		{"x-a: [old, b]\n", "new", "x-a: [new, b]\n"},
		{"x-a: [old, b]\n", "a, b", "x-a: ['a, b', b]\n"},
		{"x-a: [ old ]\n", "{$x}", "x-a: [ '{$x}' ]\n"},
		{"x-a: [Bearer $x]\n", "Bearer {$x}", "x-a: ['Bearer {$x}']\n"},
		{"x-a: [\"old\", b]\n", "a, \"b\"", "x-a: [\"a, \\\"b\\\"\", b]\n"},
	} {
		e, err := editable(t, test.before, "x-a", 0).Replace(test.with)
		if err != nil {
			t.Fatal(err)
		}
		if after := edited(t, test.before, e); after != test.after {
			t.Errorf("%q, want %q", after, test.after)
		}
	}
	const member = "x-a: {k: Bearer $x, l: 1}\n"
	e, err := editable(t, member, "x-a", "k").Replace("Bearer {$x}")
	if err != nil {
		t.Fatal(err)
	}
	if after, want := edited(t, member, e), "x-a: {k: 'Bearer {$x}', l: 1}\n"; after != want {
		t.Errorf("%q, want %q", after, want)
	}
}

func TestReplaceBehindAnAliasIsMadeAtTheAnchor(t *testing.T) {
	for _, test := range []struct {
		before, after string
		path          []any
	}{
		{"x-n: &n old\nx-a: *n\n", "x-n: &n new\nx-a: *n\n", []any{"x-a"}},
		{"x-n: &n {k: old}\nx-a: *n\n", "x-n: &n {k: new}\nx-a: *n\n", []any{"x-a", "k"}},
		{"x-n: &n\n  k: old\nx-a:\n  <<: *n\n  l: 1\n", "x-n: &n\n  k: new\nx-a:\n  <<: *n\n  l: 1\n", []any{"x-a", "k"}},
		// The anchor stands in block style, whatever the alias stands in.
		{"x-n: &n old\nx-a: [*n, b]\n", "x-n: &n new\nx-a: [*n, b]\n", []any{"x-a", 0}},
	} {
		e, err := editable(t, test.before, test.path...).Replace("new")
		if err != nil {
			t.Fatal(err)
		}
		if after := edited(t, test.before, e); after != test.after {
			t.Errorf("%q, want %q", after, test.after)
		}
	}
}

func TestReplaceInJSON(t *testing.T) {
	const before = `{"arazzo": "1.0.1", "x-a": "a\/\u00e9 $x"}`
	doc, _ := arazzo.Parse("a.json", []byte(before))
	e, err := doc.Field("x-a").Replace("a/é {$x}\n\"")
	if err != nil {
		t.Fatal(err)
	}
	after, err := diag.Apply(before, []diag.Edit{e})
	if want := `{"arazzo": "1.0.1", "x-a": "a\/\u00e9 {$x}\n\""}`; err != nil || after != want {
		t.Errorf("%s, want %s", after, want)
	}
}

func TestRename(t *testing.T) {
	for _, test := range []struct{ before, with, after string }{
		{"x-a:\n  old key: 1 # c\n", "new", "x-a:\n  new: 1 # c\n"},
		{"x-a: {'old key': 1}\n", "new", "x-a: {'new': 1}\n"},
		{"x-a: {\"old key\": 1}\n", "a \"b\"", "x-a: {\"a \\\"b\\\"\": 1}\n"},
		{"x-a: {old key: 1}\n", "a, b", "x-a: {'a, b': 1}\n"},
		{"x-a:\n  old key: 1\n", "12", "x-a:\n  12: 1\n"},
		{"x-a:\n  old key: 1\n", "# a", "x-a:\n  '# a': 1\n"},
	} {
		v := editable(t, test.before, "x-a")
		for _, m := range v.Members() {
			e, err := m.Rename(test.with)
			if err != nil {
				t.Fatal(err)
			}
			if after := edited(t, test.before, e); after != test.after {
				t.Errorf("%q, want %q", after, test.after)
			}
		}
	}
	const aliased = "x-n: &n {old: &o 1}\nx-a:\n  <<: *n\n  b: *o\n"
	for name, want := range map[string]string{
		"old": "x-n: &n {new: &o 1}\nx-a:\n  <<: *n\n  b: *o\n",
		"b":   "x-n: &n {old: &o 1}\nx-a:\n  <<: *n\n  new: *o\n",
	} {
		e, err := editable(t, aliased, "x-a", name).Rename("new")
		if err != nil {
			t.Fatal(err)
		}
		if after := edited(t, aliased, e); after != want {
			t.Errorf("%q, want %q", after, want)
		}
	}
	escaped := editable(t, "x-a: {\"old\\tkey\": 1}\n", "x-a")
	if _, err := escaped.Member("old\tkey").Rename("new"); !errors.Is(err, arazzo.ErrNotEditable) {
		t.Errorf("a name with escapes: %v", err)
	}
}

func TestInsertAfter(t *testing.T) {
	one := []arazzo.Member{{Name: "n", Value: "v"}}
	for _, test := range []struct {
		name, before, key string
		members           []arazzo.Member
		after             string
	}{
		{"block", "x-a:\n  k: 1 # c\n  l: 2\n", "k", one, "x-a:\n  k: 1 # c\n  n: v\n  l: 2\n"},
		{"block, last", "x-a:\n  k: 1\nx-b: 1\n", "k", one, "x-a:\n  k: 1\n  n: v\nx-b: 1\n"},
		{"block, end of text", "x-a:\n  k: 1", "k", one, "x-a:\n  k: 1\n  n: v"},
		{"block, windows", "x-a:\r\n  k: 1\r\n  l: 2\r\n", "k", one, "x-a:\r\n  k: 1\r\n  n: v\r\n  l: 2\r\n"},
		{"block, behind a dash", "x-a:\n- k: 1\n  l: 2\n", "k", one, "x-a:\n- k: 1\n  n: v\n  l: 2\n"},
		{"block, nested value", "x-a:\n  k:\n    - a: 1\n      b: [1,\n        2] # c\n  l: 2\n", "k", one, "x-a:\n  k:\n    - a: 1\n      b: [1,\n        2] # c\n  n: v\n  l: 2\n"},
		{"block, literal", "x-a:\n  k: |+\n    a\n\n  l: 2\n", "k", one, "x-a:\n  k: |+\n    a\n\n  n: v\n  l: 2\n"},
		{"block, empty value", "x-a:\n  k:\n  l: 2\n", "k", one, "x-a:\n  k:\n  n: v\n  l: 2\n"},
		{"block, alias", "x-n: &n v\nx-a:\n  k: *n\n  l: 2\n", "k", one, "x-n: &n v\nx-a:\n  k: *n\n  n: v\n  l: 2\n"},
		{"two", "x-a:\n  k: 1\n", "k", []arazzo.Member{{"n", true}, {"m", []arazzo.Member{{"a", "b, c"}, {"b", json.Number("1")}}}}, "x-a:\n  k: 1\n  n: true\n  m: {a: 'b, c', b: 1}\n"},
		{"flow", "x-a: {k: 1, l: 2}\n", "k", one, "x-a: {k: 1, n: v, l: 2}\n"},
		{"flow, last", "x-a: { k: 1, l: 2 }\n", "l", one, "x-a: { k: 1, l: 2, n: v }\n"},
		{"flow, over lines", "x-a: {\n  k: [1, {a: b}],\n  l: 2\n}\n", "k", one, "x-a: {\n  k: [1, {a: b}],\n  n: v,\n  l: 2\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := []any{"x-a"}
			if strings.Contains(test.before, "- k") {
				path = append(path, 0)
			}
			e, err := editable(t, test.before, path...).InsertAfter(test.key, test.members...)
			if err != nil {
				t.Fatal(err)
			}
			after := edited(t, test.before, e)
			if after != test.after {
				t.Errorf("%q, want %q", after, test.after)
			}
			editable(t, after, append(path, test.members[0].Name)...)
		})
	}
	const text = "{\n  \"arazzo\": \"1.0.1\",\n  \"x-a\": {\n    \"k\": 1\n  }\n}\n"
	doc, _ := arazzo.Parse("a.json", []byte(text))
	e, err := doc.Field("x-a").InsertAfter("k", one...)
	if err != nil {
		t.Fatal(err)
	}
	after, _ := diag.Apply(text, []diag.Edit{e})
	if want := "{\n  \"arazzo\": \"1.0.1\",\n  \"x-a\": {\n    \"k\": 1,\n    \"n\": \"v\"\n  }\n}\n"; after != want {
		t.Errorf("%s, want %s", after, want)
	}
}

func TestRemove(t *testing.T) {
	for _, test := range []struct{ name, before, keys, after string }{
		{"block, two", "x-a:\n  k: 1\n  l: 2\n  m: 3 # c\n", "k m", "x-a:\n  l: 2\n"},
		{"behind a dash, the first two", "x-a:\n- k: 1\n  l: 2\n  m: 3\n", "k l", "x-a:\n- m: 3\n"},
		{"behind a dash, first and last", "x-a:\n- k: 1\n  l: 2 # c\n  m: 3\n", "m k", "x-a:\n- l: 2 # c\n"},
		{"flow, two", "x-a: {k: 1, l: 2, m: 3}\n", "k m", "x-a: {l: 2}\n"},
		{"flow, the last two", "x-a: {k: 1, l: 2, m: 3}\n", "l m", "x-a: {k: 1}\n"},
		{"flow, all", "x-a: {k: 1, l: '#'}\n", "k l", "x-a: {}\n"},
		{"block", "x-a:\n  k: 1\n  l: 2 # of l\n  m: 3\n", "l", "x-a:\n  k: 1\n  m: 3\n"},
		{"block, comment above stays", "x-a:\n  k: 1\n  # of m\n  l: 2\n  m: 3\n", "l", "x-a:\n  k: 1\n  # of m\n  m: 3\n"},
		{"block, windows", "x-a:\r\n  k: 1\r\n  l: 2\r\n", "l", "x-a:\r\n  k: 1\r\n"},
		{"block, end of text", "x-a:\n  k: 1\n  l: 2", "l", "x-a:\n  k: 1"},
		{"block, nested", "x-a:\n  k:\n    a: |\n      b\n    c: [1,\n     2]\n  l: 2\n", "k", "x-a:\n  l: 2\n"},
		{"block, literal", "x-a:\n  k: |\n    b\n  l: 2\n", "k", "x-a:\n  l: 2\n"},
		{"behind a dash", "x-a:\n- k: 1\n  l: 2\n", "k", "x-a:\n- l: 2\n"},
		{"flow", "x-a: {k: 1, l: 2, m: 3}\n", "l", "x-a: {k: 1, m: 3}\n"},
		{"flow, first", "x-a: {k: 1, l: 2}\n", "k", "x-a: {l: 2}\n"},
		{"flow, last", "x-a: {k: 1, l: 2}\n", "l", "x-a: {k: 1}\n"},
		{"flow, over lines", "x-a: {\n  k: 1,\n  l: 2\n}\n", "l", "x-a: {\n  k: 1\n}\n"},
		{"flow, only", "x-a: {k: 1}\n", "k", "x-a: {}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := []any{"x-a"}
			if strings.Contains(test.before, "- k") {
				path = append(path, 0)
			}
			edits, err := editable(t, test.before, path...).Remove(strings.Fields(test.keys)...)
			if err != nil {
				t.Fatal(err)
			}
			if after := edited(t, test.before, edits...); after != test.after {
				t.Errorf("%q, want %q", after, test.after)
			}
		})
	}
	for _, before := range []string{"x-n: &n {k: 1}\nx-a: [<<: *n]\n", "x-a:\n- l: 1\n", "x-a: [{\n  k: 1, # of k\n  l: 2}]\n", "x-a:\n- k: 1 # of k\n  l: 2\n", "x-a:\n- k: 1\n"} {
		if _, err := editable(t, before, "x-a", 0).Remove("k"); !errors.Is(err, arazzo.ErrNotEditable) {
			t.Errorf("%q: %v", before, err)
		}
	}
}

func TestReplaceValue(t *testing.T) {
	for _, test := range []struct{ before, after string }{
		{"x-a: jsonpath # c\n", "x-a: {type: jsonpath, version: 'a, b'} # c\n"},
		{"x-a: 'jsonpath'\n", "x-a: {type: jsonpath, version: 'a, b'}\n"},
	} {
		e, err := editable(t, test.before, "x-a").ReplaceValue(arazzo.Member{Name: "type", Value: "jsonpath"}, arazzo.Member{Name: "version", Value: "a, b"})
		if err != nil {
			t.Fatal(err)
		}
		if after := edited(t, test.before, e); after != test.after {
			t.Errorf("%q, want %q", after, test.after)
		}
	}
}

func TestZeroOriginCannotBeEdited(t *testing.T) {
	var o arazzo.Origin
	_, replace := o.Replace("a")
	_, rewrite := o.Rewrite("a")
	_, part := o.ReplacePart(0, 0, "a")
	_, rename := o.Rename("a")
	_, insert := o.InsertAfter("a")
	_, remove := o.Remove("a")
	_, value := o.ReplaceValue()
	for _, err := range []error{replace, rewrite, part, rename, insert, remove, value} {
		if !errors.Is(err, arazzo.ErrNotEditable) {
			t.Error(err)
		}
	}
}

// FuzzReplace holds that a string that was replaced reads as it should, and
// that everything else reads as before.
func FuzzReplace(f *testing.F) {
	for _, text := range []string{
		"x-a: old", "x-a: 'a''b'", "x-a: \"a\\n b\"", "x-a: |\n  a\n  b\n", "x-a: >+\n  a\n\n  b\n\n", "x-a: [a, 'b']", "x-a: {k: a}",
		"x-a: &n a\nx-b: *n", "x-a: a\n  b\n\n  c # d", "- x-a", "x-a: |2\n   a", "x-a: \"a\\\n   b\"", "x-a: 'a\n\n  b'\r\nx-b: 1\r\n",
		"x-a:\n- k: a\n  l: |-\n   b", "x-a: !!str 12",
	} {
		for _, with := range []string{"new", "{$x}", "a: b", "", "a\nb", "é\u2028\"'\\", " a "} {
			f.Add(text, with)
		}
	}
	f.Fuzz(func(t *testing.T, text, with string) {
		text = editHead + text
		doc, list := arazzo.Parse("a.yaml", []byte(text))
		if !doc.Exists() || list.HasErrors() || strings.HasPrefix(text, "\uFEFF") {
			return
		}
		budget := 50
		var visit func(v arazzo.Value)
		visit = func(v arazzo.Value) {
			if budget--; budget < 0 {
				return
			}
			if _, isText := v.Text(); isText {
				if e, err := v.Replace(with); err == nil {
					readsAs(t, text, arazzo.Value{Origin: doc.Origin}, v, with, []diag.Edit{e})
				}
				if edits, err := v.Rewrite(with); err == nil {
					readsAs(t, text, arazzo.Value{Origin: doc.Origin}, v, with, edits)
				}
			}
			for _, m := range v.Members() {
				visit(m)
			}
			for _, m := range v.Elements() {
				visit(m)
			}
		}
		visit(arazzo.Value{Origin: doc.Origin})
	})
}

// readsAs checks that the value reads as it should after edits, and all else as
// before.
func readsAs(t *testing.T, text string, root, v arazzo.Value, with string, edits []diag.Edit) {
	after, err := diag.Apply(text, edits)
	if err != nil {
		t.Fatal(err)
	}
	again, list := arazzo.Parse("a.yaml", []byte(after))
	if !again.Exists() {
		t.Fatalf("%q: %v", after, list)
	}
	pointer, _ := expr.ParsePointer(v.Pointer())
	got, _ := pointer.Lookup(arazzo.Value{Origin: again.Origin}.JSON())
	if got != with {
		t.Fatalf("%q: %s reads as %q, want %q", after, pointer, got, with)
	}
	if strings.Contains(text, "*") {
		return // what is behind an alias changes in more than one place
	}
	want := set(root.JSON(), pointer, with)
	if d := cmp.Diff(want, arazzo.Value{Origin: again.Origin}.JSON()); d != "" {
		t.Fatalf("%q to %q: something else has changed (-want +got):\n%s", text, after, d)
	}
}

// set puts a value in its place in a tree.
func set(root any, pointer expr.Pointer, value any) any {
	if len(pointer) == 0 {
		return value
	}
	switch r := root.(type) {
	case map[string]any:
		r[pointer[0]] = set(r[pointer[0]], pointer[1:], value)
	case []any:
		i, _ := strconv.Atoi(pointer[0])
		r[i] = set(r[i], pointer[1:], value)
	}
	return root
}
