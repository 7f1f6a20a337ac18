package expr_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

var update = flag.Bool("update", false, "rewrite the golden files")

type badText struct {
	kind, text string // kind: expression, template, simple, regex, jsonpath, draft, context, type, version
	strict     bool
}

func badTexts() []badText {
	list := func(kind string, strict bool, texts ...string) []badText {
		var bad []badText
		for _, text := range texts {
			bad = append(bad, badText{kind, text, strict})
		}
		return bad
	}
	var all []badText
	for _, part := range [][]badText{
		list("expression", false,
			"", "inputs.a", "$", "$.a", "$respnse.body", "$StatusCode", "$statuscode", "$foo.bar", "$statusCode.x", "$url#/a",
			"$response", "$response.", "$response.bdy#/a", "$response.status", "$response.header", "$response.header.", "$response.header.a b",
			"$response.body#/a~2", "$response.body#/a{b}", "$response.body[*].x", "$response.body[-1]", "$response.body[0", "$response.body.", "$response.body x",
			"$inputs.", "$inputs.#/a", "$inputs.a b", "$inputs.a\x01", "$steps.login", "$steps.login.token", "$steps.login.outputs", "$steps.login.outputs.", "$steps..outputs.a", "$steps.a b.outputs.c",
			"$steps.login.outputs.groups[*].id",
			"$workflows.w.steps.s", "$workflows.w", "$workflows.w.outputs.", "$sourceDescriptions.api", "$sourceDescriptions.api.", "$sourceDescriptions..url",
			"$components.parameter.a", "$components.inputs.a", "$components.parameters", "$components.parameters.", "$components.parameters.a b",
			"$message.body.x.", "$outputs.", "$inputs.a.b['c'"),
		list("expression", true, "$inputs", "$response.headers.etag", "$response.body.a", "$response.body#id", "$inputs.a[0]", "$steps.Get Token.outputs.x"),
		list("template", false, "$respnse.body", "$response.status", "$inputs.", "$steps.login", "$statuscode", "$response.body#/a~"),
		list("template", true, "$response.headers.etag", "$inputs.my input"),
		list("simple", false,
			"", "  ", "$statusCode = 200", "$statusCode === 200", "$statusCode == ", "== 200", "$statusCode 200", "$statusCode == 200 and true", "$statusCode == 200 & true",
			"$statusCode == 200 | true", "$statusCode == 'a", "$statusCode == (200", "$statusCode == 200)", "(($statusCode == 200)", "$statusCode == 2OO", "$statusCode == 01", "$statusCode == .5",
			"$statusCode == +5", "$statusCode == -x", "$response.body#/s == available", "$response.body#/s == True", "$response.body#/s == None", "not $response.body#/s",
			"statusCode == 200", "response.body#/a == 1", "$.status == 'x'", "$[0] == 1", "{$statusCode} == 200", "$respnse.body#/a == 1", "$response.body#/s contains 'x'",
			"$response.body#/a b == 1", "$inputs.a=5", "$statusCode == 200 ==", "!", "()", "$statusCode == 200,", "$response.body.items[*].id == 1", "$statusCode => 200", "$statusCode <> 200",
			strings.Repeat("(", 200), strings.Repeat("!", 200), "$statusCode == 'ü' x"),
		list("simple", true, `$response.body#/s == "X"`, `"unclosed == 1`),
		list("regex", false, "(", "a(?=b)", `(a)\1`, "[z-a]", "a{5000}", "*a", strings.Repeat("a", 9000)),
		list("jsonpath", false,
			"", "status == 'x'", "$.a = 1", "$.a == x", "$.a == 'x", "$.a-b == 1", "$.a === 1", "$.a ==", "$.a && ", "$.a.b b", "$.", "$..", "$[", "$['a'", "$.items[?(@.a == 'x']", "$.items[?@.a ==]",
			"$.items[?(@.id == 9007199254740993)]", "$.items[(@.length-1)]", "$.a contains 'x'", "$.a in ['x']", "$.a =~ /x/", "$.a empty", "$.a empty maybe", "foo($.a) == 1", "count(1) == 1", "length() == 1", "match($.a)",
			"length($.a, $.b) == 1", "$.a == '\\q'", "$.a == \"\\ud800\"", "$.a == {x}", "0<{}", "$.a == {", "$.items[?unknown(@.a)]", "$.items[?match(@.a)]", "$.items[?@.a == $respnse.x]", "$.items[01]", "$ .a == ", "$.x == $inputs.",
			"$"+strings.Repeat("[?@", 200), "$.a.b == \"X\" or $.c"),
		list("jsonpath", true, `$.a.b == "X"`, "$.a.length > 1", " $.a", "$.items[?@.a == $inputs.x]"),
		list("draft", false, "$.items[?(@.a = 1)]", "$.items[?(@.a == $inputs.x)]", "$.items[(@.x*2)]", "$.items[(1+1)]", "$.items['a'", "$.items[a]", "$.a b", "$.", "$.items[?count(@.a) > 1]", "$.items[99999999999]", "$.items[1,]"),
		list("draft", true, "$.a == 1"),
		list("context", false, "", "$respnse.body", "response.body", "$.a", "$response.body x"),
		list("type", false, "jsonpth", "xpath", "jsonpointer", "JSONPath"),
		list("version", false, "rfc9536", "xpath-31"),
	} {
		all = append(all, part...)
	}
	return all
}

func (b badText) compile() error {
	o := expr.Options{Version: v11, Strict: b.strict, Names: names}
	spec := expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.a"}
	var err error
	switch b.kind {
	case "expression":
		_, _, err = expr.ParseExpression(b.text, o)
		return err
	case "template":
		_, _, err = expr.ParseTemplate(b.text, o)
		return err
	case "simple":
		spec = expr.CriterionSpec{Condition: b.text}
	case "regex":
		spec.Type, spec.Condition = "regex", b.text
	case "jsonpath":
		spec.Condition = b.text
	case "draft":
		spec.Version, spec.Condition = draft, b.text
	case "context":
		spec.Context = b.text
	case "type":
		spec.Type = b.text
	case "version":
		spec.Version = b.text
	}
	_, _, err = expr.CompileCriterion(spec, o)
	return err
}

// Every text that is refused gets one sentence with a place inside the text.
func TestSyntaxErrors(t *testing.T) {
	var got strings.Builder
	for _, b := range badTexts() {
		err := b.compile()
		mode := ""
		if b.strict {
			mode = " strict"
		}
		shown := b.text
		if len(shown) > 40 {
			shown = shown[:40] + "…"
		}
		var syntax *expr.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s%s %q: %v", b.kind, mode, shown, err)
			continue
		}
		if syntax.Offset < 0 || syntax.End < syntax.Offset || syntax.End > len(b.text) {
			t.Errorf("%s%s %q: place %d to %d", b.kind, mode, shown, syntax.Offset, syntax.End)
		}
		if len(syntax.Message) > 300 || strings.HasSuffix(syntax.Message, ".") || strings.Contains(syntax.Message, "\n") {
			t.Errorf("%s%s %q: message %q", b.kind, mode, shown, syntax.Message)
		}
		fmt.Fprintf(&got, "%s%s %q\n\t%d-%d %s\n", b.kind, mode, shown, syntax.Offset, syntax.End, syntax.Message)
		if syntax.Hint != "" {
			fmt.Fprintf(&got, "\thint: %s\n", syntax.Hint)
		}
	}
	golden := filepath.Join("testdata", "errors.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
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
