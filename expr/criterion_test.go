package expr_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

func TestRegexCriterion(t *testing.T) {
	w := world{
		"$statusCode": number("201"), "$url": "http://127.0.0.1:80/a",
		"$response.header.Location": "http://h/items/77?x=1",
		"$response.body":            decode(t, `{"z":null,"s":"Hello","o":{"a":1},"b":true,"branch":"refs/heads/a.b"}`),
		"$inputs.name":              "H.*o", "$inputs.branch": "a.b", "$inputs.x": "(",
	}
	for _, c := range []struct {
		context, condition string
		want               bool
		fails              string
		notes              []string
	}{
		{context: "$statusCode", condition: `^2\d{2}$`, want: true},
		{context: "$statusCode", condition: `^20$`, want: false},
		{context: "$response.header.Location", condition: "/items/[0-9]+", want: true},
		{context: "$url", condition: `^http://127\.0\.0\.1:80/a$`, want: true},
		{context: "$response.body#/s", condition: "hello", want: false},
		{context: "$response.body#/s", condition: "(?i)hello", want: true},
		{context: "$response.body#/s", condition: "", want: true},
		{context: "$response.body#/o", condition: `^\{"a":1\}$`, want: true},
		{context: "$response.body#/b", condition: "^true$", want: true},
		{context: "$response.body#/z", condition: ".*", fails: "context $response.body#/z is null"},
		{context: "$response.body#/none", condition: ".*", fails: "context $response.body#/none is absent"},
		{context: "$response.body#/s", condition: "^{$inputs.name}$", want: true},
		{context: "$response.body#/s", condition: "a{$inputs.none}", fails: "$inputs.none has no value"},
		{context: "$response.body#/s", condition: "{$inputs.x}", fails: "with its values inserted is not valid"},
		{context: "$response.body#/branch", condition: "^refs/heads/$inputs.branch$", want: true, notes: []string{expr.RuleUnbracedExpression}},
		{context: "$response.body#/s", condition: "^H$inputs.x", want: false, notes: []string{expr.RuleUnbracedExpression}},
		{context: "$response.body#/s", condition: "^Hel{2}o$", want: true},
	} {
		spec := expr.CriterionSpec{Type: "regex", Context: c.context, Condition: c.condition}
		criterion, notes, err := expr.CompileCriterion(spec, expr.Options{Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", c.condition, diff)
		}
		got, err := criterion.Evaluate(w)
		switch {
		case c.fails == "" && err != nil, c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: error %v, want %q", c.condition, err, c.fails)
		case got != c.want:
			t.Errorf("%s on %s: %t", c.condition, c.context, got)
		}
	}
}

func TestOperands(t *testing.T) {
	w := pathWorld(t)
	type operand = expr.Operand
	for _, c := range []struct {
		spec expr.CriterionSpec
		want []operand
	}{
		{expr.CriterionSpec{Condition: "$statusCode == 200"}, []operand{{"$statusCode", number("200"), true}}},
		{
			expr.CriterionSpec{Condition: "$response.body.a.b == 'X' && !($statusCode > 1 || $statusCode < $inputs.none)"},
			[]operand{{"$response.body.a.b", "X", true}, {"$statusCode", number("200"), true}, {"$inputs.none", nil, false}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: `$.a.b == "COMPLETED" || $.a.z == 'x'`},
			[]operand{{"$.a.b", "X", true}, {"$.a.z", nil, false}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.items.length > $inputs.tokenBudget"},
			[]operand{{"$.items.length", number("3"), true}, {"$inputs.tokenBudget", number("4"), true}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.list[?@ == '$inputs.x']"},
			[]operand{{"$.list[?@ == '$inputs.x']", []any{}, false}, {"$inputs.x", "X", true}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.items[*].id"},
			[]operand{{"$.items[*].id", []any{number("1"), number("2"), number("9007199254740993")}, true}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Context: "$response.body#/nope", Condition: "$.a == 1"},
			[]operand{{"$response.body#/nope", nil, false}},
		},
		{
			expr.CriterionSpec{Type: "regex", Context: "$statusCode", Condition: "^2"},
			[]operand{{"$statusCode", number("200"), true}},
		},
		{
			expr.CriterionSpec{Type: "jsonpath", Version: draft, Context: "$response.body", Condition: "$.a.*"},
			[]operand{{"$.a.*", []any{number("1"), number("7"), "X"}, true}},
		},
	} {
		criterion, _, err := expr.CompileCriterion(c.spec, expr.Options{Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.spec.Condition, err)
			continue
		}
		if diff := cmp.Diff(c.want, criterion.Operands(w)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.spec.Condition, diff)
		}
	}
}

func TestCriterionExpressions(t *testing.T) {
	for _, c := range []struct {
		spec expr.CriterionSpec
		want []string
	}{
		{expr.CriterionSpec{Condition: "$statusCode == 200 || $inputs.a < $steps.s.outputs.o"}, []string{"$statusCode", "$inputs.a", "$steps.s.outputs.o"}},
		{expr.CriterionSpec{Type: "regex", Context: "$url", Condition: "a{$inputs.x}"}, []string{"$url", "$inputs.x"}},
		{expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.a[?@.b == '{$inputs.x}' && @.c == $inputs.name]"}, []string{"$response.body", "$inputs.x", "$inputs.name"}},
		{expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.a == 'x{$inputs.x}' && length($.b) == $inputs.name"}, []string{"$response.body", "$inputs.x", "$inputs.name"}},
		{expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: "$.a[?@.b == $inputs.x].length > {$inputs.name}"}, []string{"$response.body", "$inputs.x", "$inputs.name"}},
		{expr.CriterionSpec{Condition: "$response.body#/$inputs.name == 1"}, []string{"$response.body#/$inputs.name", "$inputs.name"}},
	} {
		criterion, _, err := expr.CompileCriterion(c.spec, expr.Options{Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.spec.Condition, err)
			continue
		}
		var got []string
		for e := range criterion.Expressions() {
			got = append(got, e.String())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.spec.Condition, diff)
		}
		for range criterion.Expressions() {
			break // a consumer may stop early
		}
	}
}

// treeWorld offers a tree for a body that is text.
type treeWorld struct {
	world
	tree any
}

func (w treeWorld) LookupStructured(e *expr.Expression) (any, bool) {
	return w.tree, e.Root == expr.RootResponse
}

func TestStructuredEnvironment(t *testing.T) {
	w := treeWorld{world{"$response.body": "<a><b>x</b></a>"}, map[string]any{"b": "x"}}
	for _, spec := range []expr.CriterionSpec{
		{Type: "jsonpath", Context: "$response.body", Condition: "$.b == 'x'"},
		{Type: "regex", Context: "$response.body", Condition: "<b>"},
	} {
		criterion, _, err := expr.CompileCriterion(spec, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := criterion.Evaluate(w); !ok || err != nil {
			t.Errorf("%s: %t, %v", spec.Condition, ok, err)
		}
	}
}

// A Criterion serves any number of goroutines; the race detector looks on.
func TestConcurrentEvaluation(t *testing.T) {
	w := pathWorld(t)
	var criteria []*expr.Criterion
	for _, c := range pathCases() {
		criterion, _, err := expr.CompileCriterion(c.spec(), expr.Options{Names: names})
		if err == nil {
			criteria = append(criteria, criterion)
		}
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, c := range criteria {
				_, _ = c.Evaluate(w)
				c.Operands(w)
				c.RuntimeNotes(w)
			}
		})
	}
	group.Wait()
}

// Values are never changed by what reads them.
func TestEvaluationLeavesValuesAlone(t *testing.T) {
	w := pathWorld(t)
	before := decode(t, pathDocument)
	for _, c := range pathCases() {
		criterion, _, err := expr.CompileCriterion(c.spec(), expr.Options{Names: names})
		if err != nil {
			continue
		}
		_, _ = criterion.Evaluate(w)
		criterion.Operands(w)
	}
	if !expr.Equal(before, w["$response.body"]) {
		t.Error("the document has changed")
	}
}

// What is too large or too deep is refused or survived, never a crash.
func TestBounds(t *testing.T) {
	deep := any("x")
	for range 5000 {
		deep = []any{deep}
	}
	w := world{"$response.body": deep, "$statusCode": number("200"), "$inputs.name": strings.Repeat("a", 100_000)}
	long := strings.Repeat("a", 70_000)
	for _, spec := range []expr.CriterionSpec{
		{Condition: "$response.body#/" + strings.Repeat("0/", 30_000) + " == 1"},
		{Condition: "$statusCode == '" + long + "'"},
		{Condition: strings.Repeat("$statusCode == 200 && ", 2900) + "true"},
		{Condition: strings.Repeat("$statusCode == ", 4000) + "true"},
		{Condition: "$response.body" + strings.Repeat(".a", 5000)},
		{Condition: strings.Repeat("!(", 99) + "true" + strings.Repeat(")", 99)},
		{Type: "jsonpath", Context: "$response.body", Condition: "$" + strings.Repeat("[0]", 20_000)},
		{Type: "jsonpath", Context: "$response.body", Condition: "$" + strings.Repeat(".a", 20_000)},
		{Type: "jsonpath", Context: "$response.body", Condition: "$..x"},
		{Type: "jsonpath", Context: "$response.body", Condition: "$[?" + strings.Repeat("!", 60_000) + "@.a]"},
		{Type: "jsonpath", Context: "$response.body", Condition: "$[?" + strings.Repeat("@.a && ", 9000) + "@.a]"},
		{Type: "jsonpath", Context: "$response.body", Condition: "$.a == '{$inputs.name}'"},
		{Type: "jsonpath", Context: "$response.body", Condition: "$[?@.a == '{$inputs.name}']"},
		{Type: "jsonpath", Context: "$response.body", Condition: strings.Repeat("length(", 200)},
		{Type: "jsonpath", Version: draft, Context: "$response.body", Condition: "$" + strings.Repeat("[0]", 20_000)},
		{Type: "jsonpath", Version: draft, Context: "$response.body", Condition: "$..*"},
		{Type: "regex", Context: "$response.body", Condition: strings.Repeat("(a{1000}){1000}", 3)},
		{Type: "regex", Context: "$statusCode", Condition: "{$inputs.name}"},
	} {
		criterion, _, err := expr.CompileCriterion(spec, expr.Options{Names: names})
		if err != nil {
			continue
		}
		_, _ = criterion.Evaluate(w)
	}
	for _, condition := range []string{"$..x", "$..*..*"} {
		criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: condition}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := criterion.Evaluate(w); err == nil || !strings.Contains(err.Error(), "nested deeper") {
			t.Errorf("%s in a value of 5000 levels: %v", condition, err)
		}
	}
	if _, _, err := expr.ParseExpression("$inputs."+long, expr.Options{}); err == nil {
		t.Error("an expression of 70 kB is accepted")
	}
	for _, text := range []string{strings.Repeat("{$", 100_000), strings.Repeat("{$inputs.a}", 10_000), strings.Repeat("$inputs.name.a[0]", 5_000), "$inputs" + strings.Repeat(".a", 5_000)} {
		tmpl, _, err := expr.ParseTemplate(text, expr.Options{Names: names})
		if err == nil {
			tmpl.Evaluate(world{"$inputs.a": "x"})
		}
	}
}
