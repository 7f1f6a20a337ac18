package expr_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/expr"
)

// patience is far more than anything here takes on a machine that is not busy.
const patience = time.Minute

// bush is an object of three members, each of which is a bush again.
func bush(depth int) any {
	if depth == 0 {
		return map[string]any{"a": "x"}
	}
	return map[string]any{"a": bush(depth - 1), "b": bush(depth - 1), "c": []any{bush(depth - 1)}}
}

// list is an array of objects.
func list(n int) any {
	out := make([]any, n)
	for i := range out {
		out[i] = map[string]any{"id": fmt.Sprint(i), "tags": []any{"x", map[string]any{"name": "y"}}}
	}
	return out
}

// evaluate evaluates a condition on a value, and fails if that takes far longer
// than it should.
func evaluate(t *testing.T, spec expr.CriterionSpec, v any) (bool, error) {
	t.Helper()
	c, _, err := expr.CompileCriterion(spec, expr.Options{})
	if err != nil {
		t.Fatalf("%q: %v", spec.Condition, err)
	}
	started := time.Now()
	passed, err := c.Evaluate(world{"$response.body": v})
	if took := time.Since(started); took > patience {
		t.Errorf("%.100q takes %v", spec.Condition, took)
	}
	return passed, err
}

// TestQueriesAreBounded evaluates queries that would look at more nodes than any
// machine can, though query and value are small, and others that only look so.
func TestQueriesAreBounded(t *testing.T) {
	const goessner = "draft-goessner-dispatch-jsonpath-00"
	tests := []struct {
		name, version, query string
		value                any
		refused              bool
	}{
		{"selectors that repeat each other", "", "$" + strings.Repeat("[*,*,*,*]", 12), bush(6), true},
		{"names that repeat each other", "", "$" + strings.Repeat("['a','a','a','a','a','a','a','a']", 12), bush(12), true},
		{"descendants of descendants", "", "$..*..*..*..*..*..*", bush(6), true},
		{"the whole value for each element", "", "$[?count($..*) > 3]", list(20_000), true},
		{"filters in filters", "", "$..[?@..[?@..[?@..[?@..z]]]]", bush(8), true},
		{"the draft: selectors that repeat each other", goessner, "$" + strings.Repeat("['a','a','a','a','a','a','a','a']", 12), bush(12), true},
		{"one descendant", "", "$..id", list(200_000), false},
		{"two descendants", "", "$..tags..name", list(100_000), false},
		{"a filter over descendants", "", "$..[?@.name == 'z' || @.id == '19999']", list(20_000), false},
		{"a filter with a query of several nodes", "", "$[?@.tags[?@.name == 'y']]", list(100_000), false},
		{"a value from elsewhere in a filter", "", "$[?@.id == $[19999].id]", list(20_000), false},
		{"wildcards", "", "$[*].tags[*].name", list(100_000), false},
		{"slices and unions", "", "$[1:100:2]['id','tags']", list(100_000), false},
		{"brackets and dots in quotes", "", "$[?@['a..*[?@..*]'] == '..[*,*,*][*,*,*]' || @.id]", list(1000), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			passed, err := evaluate(t, expr.CriterionSpec{Type: "jsonpath", Version: tt.version, Context: "$response.body", Condition: tt.query}, tt.value)
			switch {
			case tt.refused && (err == nil || !strings.Contains(err.Error(), "too large to be searched")):
				t.Errorf("%t, %v, want a refusal", passed, err)
			case !tt.refused && (err != nil || !passed):
				t.Errorf("%t, %v", passed, err)
			}
		})
	}
}

func TestRegularExpressionsAreBounded(t *testing.T) {
	long := strings.Repeat("x", 4<<20)
	many := make([]any, 3000)
	for i := range many {
		many[i] = map[string]any{"s": "x"}
	}
	tests := []struct {
		name, kind, condition string
		value                 any
		refused               bool
	}{
		{"a large expression on a long text", "regex", strings.Repeat("(x|x?)*", 500) + "y", long, true},
		{"repeats on a long text", "regex", "((x?){200}){4}y", long, true},
		{"a plain one on a long text", "regex", "^x+$", long, false},
		{"a large one on a short text", "regex", strings.Repeat("(x|x?)*", 500) + "x", "x", false},
		{"in a query", "jsonpath", "$[?search(@, '((x?){200}){4}y')]", []any{long}, true},
		{"a long text for each element", "jsonpath", "$.many[?search($.long, 'zz(x?){9}')]", map[string]any{"long": long, "many": many}, true},
		{"in a comparison", "jsonpath", "search($.long, '((x?){200}){4}y')", map[string]any{"long": long}, true},
		{"compiled once for all elements", "jsonpath", "$[?search(@.s, '" + strings.Repeat("(x|x?)*", 500) + "x')]", many, false},
		{"from the data", "jsonpath", "$[?match('x', @.s)]", many, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			passed, err := evaluate(t, expr.CriterionSpec{Type: tt.kind, Context: "$response.body", Condition: tt.condition}, tt.value)
			switch {
			case tt.refused && (err == nil || !strings.Contains(err.Error(), "too long for the regular expression")):
				t.Errorf("%t, %v, want a refusal", passed, err)
			case !tt.refused && (err != nil || !passed):
				t.Errorf("%t, %v", passed, err)
			}
		})
	}
}

// TestARegularExpressionInAQueryIsBoundedAnew holds that the bound is one of each
// evaluation, and that evaluations at the same time do not share it.
func TestARegularExpressionInAQueryIsBoundedAnew(t *testing.T) {
	c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$[?search(@, 'zz(x?){20}y')]"}, expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	env := world{"$response.body": []any{strings.Repeat("x", 2<<20)}}
	failures := make(chan error, 8)
	for range cap(failures) {
		go func() {
			var failed error
			for range 8 {
				if _, err := c.Evaluate(env); err != nil {
					failed = err
				}
			}
			failures <- failed
		}()
	}
	for range cap(failures) {
		if err := <-failures; err != nil {
			t.Fatal(err)
		}
	}
}
