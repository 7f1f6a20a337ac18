package expr_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

// badXPaths returns texts that are refused, by version.
func badXPaths() map[string][]string {
	always := []string{
		// What only later versions have.
		"for $x in //i return $x", "some $x in //i satisfies $x = 1", "every $p in //pet satisfies xs:integer($p/@id) ge 1", "let $x := 1 return $x",
		"if (//a) then 1 else 2", "map { 'a': 1 }", "array { 1 }", "[1, 2]", "(1, 2)", "()", "//a, //b", "1 to 3", "'a' || 'b'", "//a ! string(.)", "//a => count()",
		"//a eq 1", "//a ne 1", "//a lt 1", "//a le 1", "//a gt 1", "//a ge 1", "//a is //b", "//a << //b", "//a >> //b", "7 idiv 2", "//a union //b", "//a intersect //b", "//a except //b",
		"//a instance of element()", "//a treat as node()", "//a cast as xs:int", "//a castable as xs:int", "xs:integer(//a)", "//element(a)", "element(a)", "//document-node()", "//item()",
		"//*:a", "a/string()", "a/(b | c)", "a/'x'", "+1", "1e3", "1.5E-3", "(: comment :) //a", "//a (: comment :)", "count#1", "function($x) { $x }", "//a[?b]", "//a?b", "Q{u}a", "upper-case('a')",
		"tokenize('a b')", "current-date()", "string-join(//a, ',')", "distinct-values(//a)", "avg(//a)", "abs(1)", "math:pi()", "p:f()", "{a}",
		// What no version has, or what is not supported.
		"", " ", "/a/", "//", "a//", "/a[", "/a]", "/a[1", "/a[]", "(a", "a)", "'a", "\"a", "a b", "a == 1", "a = = 1", "a && b", "a or", "or a or", "a and", "@", "a/@", "a::b", "chld::b", "namespace::*", "child::", "::a",
		"a:", "a:b:c", "$x", "$", "$.a", "$inputs.x", "//a[@id = $inputs.x]", "count()", "count(1)", "count('a')", "count(//a, //b)", "cuont(//a)", "id('a')", "position(1)", "true(1)", "concat('a')", "contains('a')",
		"substring('a')", "translate('a', 'b')", "1 | //a", "//a | 'b'", "'a'/b", "1[1]", "count(//a)[1]", "true()//a", "lang()", "sum(1)", "name('a')", "processing-instruction('a)", "text(1)", "node('a')",
		"a{$inputs.x}", "{$inputs.x", "9007199254740993", "0.12345678901234567890123", "//a[@id = 99999999999999999999]", "é~", "a;b", "a%b", "//a[processing-instruction('{$inputs.x}')]",
		strings.Repeat("(", 200), strings.Repeat("a[", 200), "'" + strings.Repeat("a", 70000) + "'",
	}
	return map[string][]string{
		"xpath-10": append([]string{"'it''s'", ".[1]", "..[1]", "matches('a', 'b')", "ends-with('a', 'b')", "exists(//a)", "fn:count(//a)"}, always...),
		"": append([]string{
			"1 = '1'", "true() = 1", "'a' = true()", "count(//a) = '2'", "1 < 2 < 3", "a = b = c", "'a' + 1", "true() * 2", "-'a'", "-//a | //b", "0.1 + 0.2", "1.5 * count(//a)", "contains(1, '1')",
			"string-length(12)", "starts-with(true(), 't')", "substring('abc', '2')", "floor('a')", "translate(1, 2, 3)", "lower-case('a')", "matches('a', //b)", "matches('a', '{$inputs.x}')",
			"matches('a', '(')", `matches('a', '(a)\1')`, "matches('a', '[a-z-[b]]')", `matches('a', '\i')`, "matches('a', '(?i)a')", "matches('a', '{')", `matches('a', '\p{IsGreek}')`, `matches('a', '[\w]')`, "matches('a', 'a\\')", "matches('a', '[]a]')",
		}, always...),
	}
}

// Every XPath that is refused gets one sentence with a place in it.
func TestXPathSyntaxErrors(t *testing.T) {
	var got strings.Builder
	for _, version := range []string{"xpath-10", ""} {
		for _, text := range badXPaths()[version] {
			spec := expr.CriterionSpec{Type: "xpath", Version: version, Context: "$response.body", Condition: text}
			_, _, err := expr.CompileCriterion(spec, expr.Options{Version: v11, Names: names})
			shown := text
			if len(shown) > 40 {
				shown = shown[:40] + "…"
			}
			var syntax *expr.SyntaxError
			if !errors.As(err, &syntax) {
				t.Errorf("%s %q: %v", version, shown, err)
				continue
			}
			if syntax.Offset < 0 || syntax.End < syntax.Offset || syntax.End > len(text) || syntax.Field != "condition" {
				t.Errorf("%s %q: %s, place %d to %d", version, shown, syntax.Field, syntax.Offset, syntax.End)
			}
			if len(syntax.Message) > 300 || strings.HasSuffix(syntax.Message, ".") || strings.Contains(syntax.Message, "\n") {
				t.Errorf("%s %q: message %q", version, shown, syntax.Message)
			}
			fmt.Fprintf(&got, "%s %q\n\t%d-%d %s\n", version, shown, syntax.Offset, syntax.End, syntax.Message)
			if syntax.Hint != "" {
				fmt.Fprintf(&got, "\thint: %s\n", syntax.Hint)
			}
		}
	}
	golden := filepath.Join("testdata", "xpath_errors.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestXPathVersions(t *testing.T) {
	for _, c := range []struct {
		arazzo  expr.Version
		version string
		fails   bool
	}{
		{expr.V1_0, "", false},
		{expr.V1_0, "xpath-10", false},
		{expr.V1_0, "xpath-20", false},
		{expr.V1_0, "xpath-30", false},
		{expr.V1_0, "xpath-31", true},
		{expr.V1_1, "xpath-31", false},
		{expr.V1_1, "xpath-30", false},
		{expr.V1_1, "3.1", true},
		{expr.V1_1, "rfc9535", true},
	} {
		spec := expr.CriterionSpec{Type: "xpath", Version: c.version, Context: "$response.body", Condition: "/a"}
		_, _, err := expr.CompileCriterion(spec, expr.Options{Version: c.arazzo})
		var syntax *expr.SyntaxError
		if errors.As(err, &syntax) != c.fails || c.fails && syntax.Field != "version" {
			t.Errorf("%s in %s: %v", c.version, c.arazzo, err)
		}
		_, _, err = expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Version: c.version, Selector: "/a"}, expr.Options{Version: c.arazzo})
		if errors.As(err, &syntax) != c.fails || c.fails && syntax.Field != "version" {
			t.Errorf("selector, %s in %s: %v", c.version, c.arazzo, err)
		}
	}
}
