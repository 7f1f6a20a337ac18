package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// outline writes a path with all its parts.
func outline(p *expr.Path) string {
	var b strings.Builder
	b.WriteString("$")
	if p.Relative {
		b.Reset()
		b.WriteString("@")
	}
	if p.TestsRoot {
		b.WriteString("~")
	}
	for _, s := range p.Segments {
		if s.Descendant {
			b.WriteString("..")
		}
		var parts []string
		for _, sel := range s.Selectors {
			switch sel.Kind {
			case expr.SelectName:
				parts = append(parts, fmt.Sprintf("%q", sel.Name))
			case expr.SelectIndex:
				parts = append(parts, fmt.Sprint(sel.Index))
			case expr.SelectSlice:
				parts = append(parts, fmt.Sprint(sel.Index)+":")
			case expr.SelectWildcard:
				parts = append(parts, "*")
			case expr.SelectFilter:
				parts = append(parts, "?"+filtered(sel.Filter))
			}
		}
		b.WriteString("[" + strings.Join(parts, ",") + "]")
	}
	return b.String()
}

// filtered writes a term whose paths are in parts.
func filtered(t *expr.Term) string {
	if p, ok := t.Path(nil); ok {
		return outline(p)
	}
	var parts []string
	for _, inner := range t.Terms {
		parts = append(parts, filtered(inner))
	}
	switch t.Kind {
	case expr.TermCompare:
		return parts[0] + t.Op + parts[1]
	case expr.TermLiteral:
		return expr.Text(t.Value)
	case expr.TermNot:
		return "!(" + parts[0] + ")"
	case expr.TermAnd:
		return strings.Join(parts, "&")
	case expr.TermOr:
		return strings.Join(parts, "|")
	default:
		return t.Text + "(" + strings.Join(parts, ",") + ")"
	}
}

func TestPathsAreTakenApart(t *testing.T) {
	env := world{"$inputs.name": "it's", "$inputs.n": decode(t, "3")}
	tests := []struct{ version, condition, want string }{
		{"", "$.a['b c'][-1]", `$["a"]["b c"][-1]`},
		{"", "$.a[*]..b[1:3,'x']", `$["a"][*]..["b"][1:,"x"]`},
		{"", "$.a[?@.b == 'x' && !@.c || $.d > 1]", `$["a"][?@["b"]==x&!(@["c"])|$["d"]>1]`},
		{"", "$.a[?(@.name == '$inputs.name')]", `$["a"][?@["name"]==it's]`},
		{"", "$.a[?@.n <= $inputs.n]", `$["a"][?@["n"]<=3]`},
		{"", "$.{$inputs.name}", `$["it's"]`},
		{"", "$.a[?match(@.b, 'x.*') && length(@.c) > 1 && count(@.d[*]) == 0]", `$["a"][?match(@["b"],x.*)&length(@["c"])>1&count(@["d"][*])==0]`},
		{"", "$.a[?@.b[?@.c]]", `$["a"][?@["b"][?@["c"]]]`},
		{"", "$[?@.status == 'x']", `$~[?@["status"]==x]`},
		{"draft-goessner-dispatch-jsonpath-00", "$.a[(@.length-1)].b", `$["a"][-1]["b"]`},
		{"draft-goessner-dispatch-jsonpath-00", "$..a[?(@.b > 1)]", `$..["a"][?@["b"]>1]`},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Version: test.version, Context: "$response.body", Condition: test.condition}, expr.Options{Names: declared{inputs: []string{"name", "n"}}})
			if err != nil {
				t.Fatal(err)
			}
			p, ok := c.Term().Path(env)
			if !ok {
				t.Fatal("the path is not taken apart")
			}
			if got := outline(p); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestPathsWithoutTheirValuesAreNotKnown(t *testing.T) {
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.a[?@.n == $inputs.n]"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := c.Term().Path(nil); ok {
		t.Errorf("path %s", outline(p))
	}
}

func TestSelectorsAreTakenApart(t *testing.T) {
	for kind, want := range map[string]string{"jsonpointer": `$["a"]["0"]`, "jsonpath": `$["a"][0]`} {
		selector := map[string]string{"jsonpointer": "/a/0", "jsonpath": "$.a[0]"}[kind]
		s, _, err := expr.CompileSelector(expr.SelectorSpec{Type: kind, Selector: selector}, expr.Options{Version: expr.V1_1})
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := s.Path(nil); !ok || outline(p) != want {
			t.Errorf("%s: %v", kind, p)
		}
	}
}

func TestPlacesHaveTheValuesOfTheirTokens(t *testing.T) {
	e, _, err := expr.ParseExpression("$response.body#/properties/$inputs.name/id", expr.Options{Names: declared{inputs: []string{"name"}}})
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := e.PointerIn(world{"$inputs.name": "a/b"}); !ok || p.String() != "/properties/a~1b/id" {
		t.Errorf("place %q, %t", p, ok)
	}
	if p, ok := e.PointerIn(world{}); ok {
		t.Errorf("place %q of a name that is not known", p)
	}
}

func TestPatternsWithTheirValues(t *testing.T) {
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "regex", Context: "$response.body", Condition: "^{$inputs.x}$"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := c.PatternIn(world{"$inputs.x": "a+"}); !ok || got != "^a+$" {
		t.Errorf("pattern %q, %t", got, ok)
	}
	if got, ok := c.PatternIn(world{}); ok {
		t.Errorf("pattern %q of a value that is missing", got)
	}
}
