package expr_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// spell writes an XPath with all its parts.
func spell(t *expr.XPathTerm) string {
	list := func(terms []*expr.XPathTerm, between string) string {
		var parts []string
		for _, inner := range terms {
			parts = append(parts, spell(inner))
		}
		return strings.Join(parts, between)
	}
	predicates := func(terms []*expr.XPathTerm) string {
		out := ""
		for _, p := range terms {
			out += "[" + spell(p) + "]"
		}
		return out
	}
	switch t.Kind {
	case expr.XPathLiteral:
		return "'" + t.Text + "'"
	case expr.XPathNumber:
		return t.Text
	case expr.XPathNegation:
		return "-" + list(t.Terms, "")
	case expr.XPathOperator:
		return "(" + list(t.Terms, " "+t.Op+" ") + ")"
	case expr.XPathCall:
		return t.Op + "(" + list(t.Terms, ", ") + ")"
	case expr.XPathFilter:
		return list(t.Terms, "") + predicates(t.Predicates)
	case expr.XPathPath:
		out := list(t.Terms, "")
		if t.Absolute {
			out = "^"
		}
		for _, s := range t.Steps {
			name := s.Name
			if s.Test != "" {
				name = s.Test + "()"
			}
			out += "/" + s.Axis + "::" + name + predicates(s.Predicates)
		}
		return out
	default:
		return "?"
	}
}

func TestXPathsAreTakenApart(t *testing.T) {
	env := world{"$inputs.id": decode(t, "3"), "$inputs.name": "room"}
	for condition, want := range map[string]string{
		"/a/b[@id = '{$inputs.id}']/text() != 'x'":               "(^/child::a/child::b[(/attribute::id = '3')]/child::text() != 'x')",
		"count(//b[2]) > {$inputs.id} and not(c | p:d)":          "((count(^/descendant-or-self::node()/child::b[2]) > 3) and not((/child::c | /child::p:d)))",
		"(//b)[1]/.. = -1":                                       "(^/descendant-or-self::node()/child::b[1]/parent::node() = -1)",
		"contains(/{$inputs.name}, 'x') or 3 * 2":                "(contains(^/child::room, 'x') or (3 * 2))",
		"/*[last()]/following-sibling::processing-instruction()": "^/child::*[last()]/following-sibling::processing-instruction()",
	} {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Context: "$response.body", Condition: condition}, expr.Options{})
		if err != nil {
			t.Fatal(condition, err)
		}
		term, ok := c.XPathTerm(env)
		if !ok {
			t.Errorf("%s is not taken apart", condition)
			continue
		}
		if got := spell(term); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", condition, got, want)
		}
	}
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Context: "$response.body", Condition: "/a = '{$inputs.none}'"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.XPathTerm(env); ok {
		t.Error("an XPath whose value is missing is taken apart")
	}
}
