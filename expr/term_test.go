package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// write writes a term with parentheses around everything.
func write(t *expr.Term) string {
	if t == nil {
		return "-"
	}
	var parts []string
	for _, p := range t.Terms {
		parts = append(parts, write(p))
	}
	switch t.Kind {
	case expr.TermAnd:
		return "(" + strings.Join(parts, " && ") + ")"
	case expr.TermOr:
		return "(" + strings.Join(parts, " || ") + ")"
	case expr.TermNot:
		return "!" + parts[0]
	case expr.TermCompare:
		op := t.Op
		if t.Exact {
			op += "="
		}
		return fmt.Sprintf("(%s %s %s)", parts[0], op, parts[1])
	case expr.TermLiteral:
		return fmt.Sprintf("%#v", t.Value)
	case expr.TermExpression:
		return t.Expression.String()
	case expr.TermTemplate:
		return "`" + t.Template.Source() + "`"
	case expr.TermPath:
		if t.Singular {
			return "#" + t.Pointer.String()
		}
		if t.Filter != nil {
			return "filter " + write(t.Filter)
		}
		return "?" + t.Text
	case expr.TermFunction:
		return t.Text + "(" + strings.Join(parts, ", ") + ")"
	case expr.TermLength:
		return "length of " + parts[0]
	case expr.TermEmpty:
		return fmt.Sprintf("%s empty %v", parts[0], t.Value)
	default:
		return "unknown"
	}
}

func TestTermsAreTheConditionInParts(t *testing.T) {
	tests := []struct{ kind, condition, want string }{
		{"", "$statusCode == 200", `($statusCode == "200")`},
		{"", "!($response.body#/a/0 == 'x' && $statusCode < 300) || $inputs.on", `(!(($response.body#/a/0 == "x") && ($statusCode < "300")) || $inputs.on)`},
		{"", "$statusCode == null", `($statusCode == <nil>)`},
		{"jsonpath", "$.a[?@.b == 'x']", "?$.a[?@.b == 'x']"},
		{"jsonpath", "$.a['b'][-1]", "#/a/b/-1"},
		{"jsonpath", `$.a.b == "X" || $.n >= 3`, `((#/a/b === "X") || (#/n >== "3"))`},
		{"jsonpath", "$.items.length > 0", `(length of #/items >= "0")`},
		{"jsonpath", "$.items[?@.a].length == 0", `(length of ?$.items[?@.a] === "0")`},
		{"jsonpath", "$.items[0] empty false", "#/items/0 empty false"},
		{"jsonpath", "count($.a[*]) != $inputs.n", "(count(?$.a[*]) !== $inputs.n)"},
		{"jsonpath", "$.a == 'x{$inputs.n}y'", "(#/a === `x{$inputs.n}y`)"},
		{"jsonpath", "$[?$.a == 'x' || $.n > 1]", `((#/a === "x") || (#/n >= "1"))`},
		{"jsonpath", "$[?@.a == 'x' && !@.b]", `filter ((#/a === "x") && !#/b)`},
		{"jsonpath", "$[?@.a == 'x'].b", "?$[?@.a == 'x'].b"},
		{"regex", "^a$", "-"},
	}
	for _, tt := range tests {
		t.Run(tt.condition, func(t *testing.T) {
			c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: tt.kind, Context: map[bool]string{true: "", false: "$response.body"}[tt.kind == ""], Condition: tt.condition}, expr.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(write(c.Term()), "json.Number(", "")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPatternIsTheTextOfAFixedRegex(t *testing.T) {
	for condition, want := range map[string]string{"^a+$": "^a+$", "^{$inputs.x}$": ""} {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "regex", Context: "$response.body", Condition: condition}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := c.Pattern(); got != want || ok != (want != "") {
			t.Errorf("%s: pattern %q %v, want %q", condition, got, ok, want)
		}
	}
}

func TestTermsKnowTheirPlace(t *testing.T) {
	const condition = "$.a.length > 1 && ( $.b['c'] == 'x'||$inputs.n!=2 )"
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: condition}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var visit func(term *expr.Term)
	visit = func(term *expr.Term) {
		if term.End > 0 {
			got = append(got, condition[term.Offset:term.End])
		}
		for _, part := range term.Terms {
			visit(part)
		}
	}
	visit(c.Term())
	const filter = " $[?$.b == 1]"
	c2, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: filter}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if term := c2.Term(); filter[term.Offset:term.End] != "$.b == 1" {
		t.Errorf("the condition inside a filter is at %q", filter[term.Offset:term.End])
	}
	want := []string{"$.a.length > 1", "$.a.length", "$.a", "1", "$.b['c'] == 'x'", "$.b['c']", "'x'", "$inputs.n!=2", "$inputs.n", "2"}
	if strings.Join(got, " ¦ ") != strings.Join(want, " ¦ ") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTermsAreEvaluatedByThemselves(t *testing.T) {
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: "$inputs.on == true && $statusCode == 200"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	env := world{"$inputs.on": true}
	term := c.Term()
	for i, want := range []bool{true, false} {
		if got, err := term.Terms[i].Holds(env); got != want || err != nil {
			t.Errorf("term %d holds: %t, %v", i, got, err)
		}
	}
	if v, ok := term.Terms[0].Terms[0].Evaluate(env); v != true || !ok {
		t.Errorf("the operand is %v, %t", v, ok)
	}
	for value, want := range map[string]bool{"200": true, "201": false} {
		left := expr.Operand{Value: decode(t, value), Present: true}
		if got := term.Terms[1].Compare(left, expr.Operand{Value: decode(t, "200"), Present: true}); got != want {
			t.Errorf("%s compares: %t", value, got)
		}
	}
	if v, ok := term.Terms[1].Terms[0].Evaluate(env); ok {
		t.Errorf("the operand that is absent is %v", v)
	}
}
