package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

type templateCase struct {
	text    string
	version expr.Version
	strict  bool
	// want is the value, or absent if missing is set.
	want    any
	missing string
	notes   []string
	fixed   string // the text with all fixes applied, if there are any
}

func templateCases() []templateCase {
	return []templateCase{
		{text: "", want: ""},
		{text: "plain", want: "plain"},
		{text: "$inputs.name", want: "N"},
		{text: "$inputs.big", want: number("9007199254740993")},
		{text: "$inputs.o", want: map[string]any{"k": number("1")}},
		{text: "$inputs.nothing", want: nil},
		{text: "$inputs.none", missing: "$inputs.none"},
		{text: "{$inputs.name}", want: "N"},
		{text: "{$inputs.big}", want: "9007199254740993"},
		{text: "{$inputs.o}", want: `{"k":1}`},
		{text: "{$inputs.nothing}|{$inputs.yes}", want: "null|true"},
		{text: "id-{$inputs.big}", want: "id-9007199254740993"},
		{text: "{$inputs.name}:{$steps.login.outputs.token}/{$inputs.name}", want: "N:T/N"},
		{text: "{$inputs.name}-{$inputs.none}", missing: "$inputs.none"},
		{text: `{"n": {$inputs.big}, "s": "{$inputs.name}"}`, want: `{"n": 9007199254740993, "s": "N"}`},
		{text: "{{$inputs.name}}", want: "{N}"},
		{text: "{name} = '{$inputs.name}'", want: "{name} = 'N'"},
		{text: "{$inputs.name", strict: true, want: "{$inputs.name"},
		{text: "{$}", want: "{$}"},
		{text: "{$unknown.x}", want: "{$unknown.x}"},
		{text: "{ $inputs.name}", want: "{ $inputs.name}", strict: true},
		{text: "{$inputs.}", want: "{$inputs.}", notes: []string{expr.RuleLiteralBraces}},
		{text: "{$respnse.body}", want: "{$respnse.body}", notes: []string{expr.RuleLiteralBraces}},
		{text: "a{$response.body#/paths/{id}}b", version: v10, want: "apathb"},
		{text: "$5.00", want: "$5.00"},
		{text: "$", want: "$"},
		{text: "$pageSize", want: "$pageSize"},
		{text: "$filter.x eq 1", want: "$filter.x eq 1"},
		{text: "$method of payment", want: "$method of payment"},
		{text: "$.q", want: "$.q"},
		{text: "cost $inputs.unknown now", want: "cost $inputs.unknown now"},
		{text: "https://h/{$inputs.name}?a={$inputs.yes}#f", want: "https://h/N?a=true#f"},
		{text: "Bearer {$steps.login.outputs.token}", want: "Bearer T"},

		// Without braces only what is declared is replaced.
		{text: "Bearer $inputs.name", want: "Bearer N", notes: []string{expr.RuleUnbracedExpression}, fixed: "Bearer {$inputs.name}"},
		{text: "Bearer $inputs.name", strict: true, want: "Bearer $inputs.name"},
		{text: "refs/heads/$inputs.branch", want: "refs/heads/main", notes: []string{expr.RuleUnbracedExpression}, fixed: "refs/heads/{$inputs.branch}"},
		{text: "refs/heads/$inputs.branchName", want: "refs/heads/topic", notes: []string{expr.RuleUnbracedExpression}, fixed: "refs/heads/{$inputs.branchName}"},
		{text: "refs/heads/$inputs.branches", want: "refs/heads/$inputs.branches"},
		{text: "$inputs.branch-$inputs.branchName", version: v11, want: "main-topic", notes: []string{expr.RuleUnbracedExpression, expr.RuleUnbracedExpression}, fixed: "{$inputs.branch}-{$inputs.branchName}"},
		{text: "$inputs.branch/$inputs.branchName", want: "main/topic", notes: []string{expr.RuleUnbracedExpression, expr.RuleUnbracedExpression}, fixed: "{$inputs.branch}/{$inputs.branchName}"},
		{text: "$inputs.name and more", want: "N and more", notes: []string{expr.RuleUnbracedExpression}, fixed: "{$inputs.name} and more"},
		{text: "Hello $inputs.name.", want: "Hello N.", notes: []string{expr.RuleUnbracedExpression}, fixed: "Hello {$inputs.name}."},
		{text: "see $inputs.name.html", want: "see N.html", notes: []string{expr.RuleUnbracedExpression}},
		{text: "see $steps.login.outputs.groups[0].id!", want: "see g!", notes: []string{expr.RuleUnbracedExpression}, fixed: "see {$steps.login.outputs.groups#/0/id}!"},
		{text: "see $steps.login.outputs.groups#/0/id.", want: "see g.", notes: []string{expr.RuleUnbracedExpression}, fixed: "see {$steps.login.outputs.groups#/0/id}."},
		{text: "t=$steps.Get Token.outputs.My Token;", want: "t=X;", notes: []string{expr.RuleUnbracedExpression}},
		{text: `userName eq "$inputs.name"`, want: `userName eq "N"`, notes: []string{expr.RuleUnbracedExpression}, fixed: `userName eq "{$inputs.name}"`},
		{text: "{$inputs.name} = '$inputs.name'", want: "N = 'N'", notes: []string{expr.RuleUnbracedExpression}, fixed: "{$inputs.name} = '{$inputs.name}'"},
		{text: "group-id=$inputs.none", want: "group-id=$inputs.none"},
		{text: "sum $statusCode", want: "sum $statusCode"},
		{text: "x $inputs.a y", missing: "$inputs.a", notes: []string{expr.RuleUnbracedExpression}, fixed: "x {$inputs.a} y"},

		// The other forms of the dialect, as whole expressions.
		{text: "$steps.login.outputs.groups[0].id", want: "g", notes: []string{expr.RuleDottedAccess}, fixed: "$steps.login.outputs.groups#/0/id"},
		{text: "{$response.headers.X}", want: "h", notes: []string{expr.RuleHeadersPlural}, fixed: "{$response.header.X}"},
		{text: "$response.body#paths", want: map[string]any{"{id}": "path"}, notes: []string{expr.RulePointerWithoutSlash}, fixed: "$response.body#/paths"},
	}
}

func templateWorld() world {
	return world{
		"$inputs.name": "N", "$inputs.big": number("9007199254740993"), "$inputs.yes": true, "$inputs.nothing": nil,
		"$inputs.o": map[string]any{"k": number("1")}, "$inputs.branch": "main", "$inputs.branchName": "topic",
		"$steps.login.outputs.token":        "T",
		"$steps.login.outputs.groups":       []any{map[string]any{"id": "g"}},
		"$steps.Get Token.outputs.My Token": "X",
		"$response.header.X":                "h",
		"$response.body":                    map[string]any{"paths": map[string]any{"{id}": "path"}},
		"$statusCode":                       number("200"),
	}
}

func TestTemplate(t *testing.T) {
	w := templateWorld()
	for _, c := range templateCases() {
		tmpl, notes, err := expr.ParseTemplate(c.text, expr.Options{Version: c.version, Strict: c.strict, Names: names})
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
			t.Errorf("%q: notes (-want +got):\n%s", c.text, diff)
		}
		got, ok := tmpl.Evaluate(w)
		missing := tmpl.Missing(w)
		if c.missing != "" {
			if ok || missing == nil || missing.String() != c.missing {
				t.Errorf("%q: %v, %t, missing %v, want missing %s", c.text, got, ok, missing, c.missing)
			}
		} else {
			if !ok || missing != nil {
				t.Errorf("%q: missing %v", c.text, missing)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.text, diff)
			}
		}
		if c.fixed != "" {
			checkFixed(t, w, c, notes)
		}
	}
}

// checkFixed applies all fixes of a template: Strict must then read the same.
func checkFixed(t *testing.T, w world, c templateCase, notes []expr.Note) {
	t.Helper()
	fixed := c.text
	for i := len(notes) - 1; i >= 0; i-- {
		n := notes[i]
		fixed = fixed[:n.Offset] + n.Fix + fixed[n.End:]
	}
	if fixed != c.fixed {
		t.Errorf("%q: fixed to %q, want %q", c.text, fixed, c.fixed)
	}
	tmpl, more, err := expr.ParseTemplate(fixed, expr.Options{Version: c.version, Strict: true})
	if err != nil || len(more) > 0 {
		t.Errorf("%q fixed to %q: %v %v", c.text, fixed, more, err)
		return
	}
	if got, ok := tmpl.Evaluate(w); ok && !expr.Equal(got, c.want) {
		t.Errorf("%q fixed to %q: %v", c.text, fixed, got)
	}
}

func TestTemplateKinds(t *testing.T) {
	parse := func(text string) *expr.Template {
		tmpl, _, err := expr.ParseTemplate(text, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return tmpl
	}
	if text, ok := parse("a").Literal(); !ok || text != "a" {
		t.Errorf("Literal() = %q, %t", text, ok)
	}
	if text, ok := parse("").Literal(); !ok || text != "" {
		t.Errorf("Literal() of the empty text = %q, %t", text, ok)
	}
	if e, ok := parse("$inputs.a").Whole(); !ok || e.Name != "a" {
		t.Errorf("Whole() = %v, %t", e, ok)
	}
	both := parse("{$inputs.a}{$steps.s.outputs.o}")
	if _, ok := both.Literal(); ok {
		t.Error("a template with expressions is literal")
	}
	if _, ok := both.Whole(); ok {
		t.Error("a text with two expressions is whole")
	}
	var found []string
	for e := range both.Expressions() {
		found = append(found, e.String())
	}
	if diff := cmp.Diff([]string{"$inputs.a", "$steps.s.outputs.o"}, found); diff != "" {
		t.Errorf("Expressions() (-want +got):\n%s", diff)
	}
	inner, _, err := expr.ParseTemplate("$response.body#/$inputs.name", expr.Options{Names: names})
	if err != nil {
		t.Fatal(err)
	}
	found = nil
	for e := range inner.Expressions() {
		found = append(found, e.String())
	}
	if diff := cmp.Diff([]string{"$response.body#/$inputs.name", "$inputs.name"}, found); diff != "" {
		t.Errorf("Expressions() with one inside a pointer (-want +got):\n%s", diff)
	}
}
