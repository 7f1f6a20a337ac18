package expr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

const pathDocument = `{"ok":false,"n":4,"big":9007199254740993,"s":"Done","null":null,"a":{"b":"X","c-d":1,"length":7},"items":[
	{"id":1,"name":"abc","tags":["t"]},{"id":2,"name":"zz"},{"id":9007199254740993,"name":"it's \"q\""}],
	"pets":[{"x":1}],"empty":[],"none":{},"text":"äöü","list":["b","a"],"when":"2024-01-01"}`

type pathCase struct {
	condition string
	version   string // of the expression type
	context   string // default $response.body
	want      bool
	fails     string // part of the evaluation error
	notes     []string
}

const draft = "draft-goessner-dispatch-jsonpath-00"

func pathCases() []pathCase {
	comparison := []string{expr.RuleJSONPathComparison}
	length := []string{expr.RuleJSONPathComparison, expr.RuleJSONPathLength}
	unbraced := []string{expr.RuleJSONPathUnbracedExpression}
	compareUnbraced := []string{expr.RuleJSONPathComparison, expr.RuleJSONPathUnbracedExpression}
	return []pathCase{
		// RFC 9535.
		{condition: "$.ok", want: true},
		{condition: "$.null", want: true},
		{condition: "$.nope", want: false},
		{condition: "$", want: true},
		{condition: "$.items[0].tags[0]", want: true},
		{condition: "$.items[-1].id", want: true},
		{condition: "$.items[3]", want: false},
		{condition: "$.items[-4]", want: false},
		{condition: "$['a']['c-d']", want: true},
		{condition: "$.items[?@.id > 1 && @.name != 'x']", want: true},
		{condition: "$.items[-1:]", want: true},
		{condition: "$..[?search(@.name, '^z')]", want: true},
		{condition: "$.items[?!@.missing]", want: true},
		{condition: "$.items[?length(@.name) == 3]", want: true},
		{condition: "$.items[?match(@.name, 'a.c')]", want: true},
		{condition: "$.items[?match(@.name, 'b')]", want: false},
		{condition: "$.items[?match(@.missing, 'a')]", want: false},
		{condition: "$.items[?search(@.missing, 'a')]", want: false},
		{condition: "$.items[?search('a', @.missing)]", want: false},
		{condition: "$.items[?match(@.id, '1')]", want: false},
		{condition: "$.items[?match(@.name, '(')]", want: false},
		{condition: "$.list[?match(@, 'a|bc')]", want: true},
		{condition: "$.list[?match(@, 'x|b.*')]", want: true},
		{condition: "$.items[?@.match]", want: false},
		{condition: "$.items[?@.name == 'match(']", want: false},

		// Comparisons.
		{condition: `$.a.b == "X"`, want: true, notes: comparison},
		{condition: `$.a.b == 'X'`, want: true, notes: comparison},
		{condition: `$.a.b == "x"`, want: false, notes: comparison},
		{condition: `$.a.b=="X"`, want: true, notes: comparison},
		{condition: `$.a.b != "Y" && $.n <= 4`, want: true, notes: comparison},
		{condition: `$.s == 'a' || $.s == 'b' || $.s == 'Done'`, want: true, notes: comparison},
		{condition: "$.ok == false", want: true, notes: comparison},
		{condition: "!($.ok == true)", want: true, notes: comparison},
		{condition: "!$.nope", want: true, notes: comparison},
		{condition: "$.ok && $.n == 4", want: true, notes: comparison},
		{condition: "($.n > 3)", want: true, notes: comparison},
		{condition: "$.n == 4.0", want: true, notes: comparison},
		{condition: `$.n == "4"`, want: false, notes: comparison},
		{condition: "$.big == 9007199254740993", want: true, notes: comparison},
		{condition: "$.big == 9007199254740992", want: false, notes: comparison},
		{condition: "$.big > 9007199254740992", want: true, notes: comparison},
		{condition: "$.items[2].id == $.big", want: true, notes: comparison},
		{condition: "$.null == null", want: true, notes: comparison},
		{condition: "$.nope == null", want: true, notes: comparison},
		{condition: "$.nope != null", want: false, notes: comparison},
		{condition: "$.nope == 'x'", want: false, notes: comparison},
		{condition: "$.nope != 'x'", want: true, notes: comparison},
		{condition: "$.nope < 1", want: false, notes: comparison},
		{condition: "$.s != null && $.s != ''", want: true, notes: comparison},
		{condition: "$.nope == null || $.nope == ''", want: true, notes: comparison},
		{condition: "$.when >= '2023-12-31'", want: true, notes: comparison},
		{condition: "$.a == $.a", want: true, notes: comparison},
		{condition: "$['a']['c-d'] == 1", want: true, notes: comparison},
		{condition: "@.n == 4", want: true, notes: comparison},
		{condition: `$.items[2].name == "it's \"q\""`, want: true, notes: comparison},
		{condition: `$.items[2].name == 'it\'s "q"'`, want: true, notes: comparison},
		{condition: `$.text == "\u00e4\u00f6ü"`, want: true, notes: comparison},
		{condition: " $.n == 4\n", want: true, notes: comparison},
		{condition: "$.items[?@.id == 2].name == 'zz'", want: true, notes: comparison},
		{condition: "$.items[?@.id == 5].name == null", want: true, notes: comparison},
		{condition: "$.items[*].name == 'zz'", fails: "selects 3 values", notes: comparison},
		{condition: "$.items[0].id == 1 && $.items[1].id == 2", want: true, notes: comparison},

		// Functions beside paths.
		{condition: "length($.items) == 3", want: true, notes: comparison},
		{condition: "count($.items[*]) > 2", want: true, notes: comparison},
		{condition: "count($..id) == 3", want: true, notes: comparison},
		{condition: "match($.s, 'D.*')", want: true, notes: comparison},
		{condition: "search($.nope, 'D')", want: false, notes: comparison},
		{condition: "value($.items[?@.id==1].name) == 'abc'", want: true, notes: comparison},

		// Length.
		{condition: "$.items.length > 0", want: true, notes: length},
		{condition: "$.items.length == 3", want: true, notes: length},
		{condition: "$.items.length() == 3", want: true, notes: length},
		{condition: "$.empty.length == 0", want: true, notes: length},
		{condition: "$.nope.length == 0", want: true, notes: length},
		{condition: "$.nope.deep.length == 0", want: true, notes: length},
		{condition: "$.nope.length != 0", want: false, notes: length},
		{condition: "$.nope.length < 1", want: true, notes: length},
		{condition: "$.null.length == 0", want: true, notes: length},
		{condition: "$.n.length == 0", want: false, notes: length},
		{condition: "length($.nope) == 0", want: false, notes: comparison},
		{condition: "$.nope.length > 0", want: false, notes: length},
		{condition: "$.text.length == 3", want: true, notes: length},
		{condition: "$.none.length == 0", want: true, notes: length},
		{condition: "$.a.length == 7", want: true, notes: length},
		{condition: "$.length > 5", want: true, notes: length},
		{condition: "$.items[?(@.id==1)].length == 1", want: true, notes: length},
		{condition: "$.items[?(@.id==7)].length == 0", want: true, notes: length},
		{condition: "$.items[*].length == 3", want: true, notes: length},
		{condition: "$.items[0] empty false", want: true, notes: length},
		{condition: "$.items[9] empty true", want: true, notes: length},
		{condition: "$.empty empty true", want: true, notes: length},
		{condition: "$.n empty false", want: true, notes: length},
		{condition: "$.items[?(@.id == 7)] empty true", want: true, notes: length},
		{condition: "$.items[?(@.id == 1)] empty false && $.ok == false", want: true, notes: length},

		// Expressions inside.
		{condition: "$.n <= $inputs.tokenBudget", want: true, notes: compareUnbraced},
		{condition: "$.n <= {$inputs.tokenBudget}", want: true, notes: comparison},
		{condition: "$.a.b == '$inputs.x'", want: true, notes: compareUnbraced},
		{condition: `$.a.b == "{$inputs.x}"`, want: true, notes: comparison},
		{condition: "$.a.b == '$inputs.unknown'", want: false, notes: comparison},
		{condition: "$.s == 'Do$inputs.a'", want: true, notes: compareUnbraced},
		{condition: "$.items[?(@.name == '$inputs.name')]", want: true, notes: unbraced},
		{condition: `$.items[?(@.name == "$inputs.name")]`, want: true, notes: unbraced},
		{condition: "$.items[?(@.name == $inputs.name)]", want: true, notes: unbraced},
		{condition: "$.items[?(@.name == '{$inputs.name}')]", want: true},
		{condition: `$.items[?(@.name == "{$inputs.name}")]`, want: true},
		{condition: "$.items[?(@.name == '$inputs.branch')]", want: false, notes: unbraced},
		{condition: "$.items[?(@.name == '{$inputs.branch}')]", want: false},
		{condition: "$.items[?(@.name == 'x{$inputs.branch}y')]", want: false},
		{condition: "$.items[?(@.name == {$inputs.branch})]", fails: "without quotes"},
		{condition: "$.items[?(@.id < {$inputs.tokenBudget})]", want: true},
		{condition: "$.items[?(@.id == '{$inputs.tokenBudget}')]", want: false},
		{condition: "$.{$inputs.branchName}[0]", want: true},
		{condition: "$..{$inputs.branchName}[0]", want: true},
		{condition: "$.{$inputs.branch}", want: false},
		{condition: "$.items[{$inputs.a.b}]", want: true},
		{condition: "$.items[?(@.name == $inputs.a)]", fails: "", notes: unbraced},
		{condition: "$.items[?(@.id == $inputs.filter)]", fails: "$inputs.filter has no value", notes: unbraced},
		{condition: "$.items[?(@.id == $steps.login.outputs.groups)]", fails: "cannot stand in a JSONPath", notes: unbraced},
		{condition: "$.items[?(@.id == $steps.login.outputs.token)]", fails: "too many digits", notes: unbraced},
		{condition: "$.items[?(@.id==$inputs.x)].length == 0", want: true, notes: []string{expr.RuleJSONPathComparison, expr.RuleJSONPathUnbracedExpression, expr.RuleJSONPathLength}},
		{condition: "$.nope == $inputs.filter", want: true, notes: compareUnbraced},
		{condition: "$statusCode == 200", want: true, notes: compareUnbraced},

		// A filter on the root tests an object itself.
		{condition: "$[?@.s == 'Done']", want: true},
		{condition: "$[?count(@.pets) > 0]", want: true},
		{condition: "$[?@.s == 'Done'].items[1]", want: true},
		{condition: "$[?@.s == 'Other']", want: false},
		{condition: "$[?(@.id == 2)]", context: "$response.body#/items", want: true},

		// Contexts that cannot be looked into.
		{condition: "$.a", context: "$response.body#/s", fails: "context $response.body#/s is text, not JSON"},
		{condition: "$.a", context: "$response.body#/null", fails: "context $response.body#/null is null"},
		{condition: "$.a", context: "$response.body#/nope", fails: "context $response.body#/nope is absent"},
		{condition: "$ == 'Done'", context: "$response.body#/s", want: true, notes: comparison},
		{condition: "$.a == null", context: "$inputs", want: true, notes: []string{expr.RuleBareInputsContext, expr.RuleJSONPathComparison}},

		// The older syntax.
		{version: draft, condition: "$.items[(@.length-1)]", want: true},
		{version: draft, condition: "$.items[(@.length - 1)].id", want: true},
		{version: draft, condition: "$.empty[(@.length-1)]", want: false},
		{version: draft, condition: "$.ok", want: true},
		{version: draft, condition: "$.nope", want: false},
		{version: draft, condition: "$.nope.deeper[0]", want: false},
		{version: draft, condition: "$['a']['c-d']", want: true},
		{version: draft, condition: `$["a"]`, want: true},
		{version: draft, condition: "$..name", want: true},
		{version: draft, condition: "$..nope", want: false},
		{version: draft, condition: "$.*", want: true},
		{version: draft, condition: "$..*", want: true},
		{version: draft, condition: "$.empty[*]", want: false},
		{version: draft, condition: "$.items[0,1].id", want: true},
		{version: draft, condition: "$.items[1:]", want: true},
		{version: draft, condition: "$.items[5:]", want: false},
		{version: draft, condition: "$.items[-1:].id", want: true},
		{version: draft, condition: "$.items[5].id", want: false},
		{version: draft, condition: "$.items[?(@.id==1)]", want: true},
		{version: draft, condition: "$.items[?(@.name == 'zz')]", want: true},
		{version: draft, condition: "$.items[?(@.nope == 'x' || @.id == 2)]", want: true},
		{version: draft, condition: "$.items[?(@.id == 9007199254740993)]", want: true},
		{version: draft, condition: "$.items[?(@.id == 9007199254740992)]", want: false},
		{version: draft, condition: "$.items[?(@.tags)]", want: true},
		{version: draft, condition: "$.items[?(!@.nope)]", want: true},
		{version: draft, condition: "$[?(@.length > 2)]", want: true},
		{version: draft, condition: "$.items[?(@.tags.length == 1)].name", want: true},
		{version: draft, condition: "$.items[?(@.id == $.n)]", want: false},
		{version: draft, condition: "$.items[?(@.id <= $.n)]", want: true},
		{version: draft, condition: "$.items[?(@.id == '1')]", want: false},
		{version: draft, condition: "$.items[?(@..id == 1)]", want: true},
		{version: draft, condition: "$[?(@[*].id == 1)]", fails: "selects 3 values"},
		{version: draft, condition: "$.items.length > 2", want: true, notes: length},
		{version: draft, condition: "$.items[?(@.id==1)].name == 'abc'", want: true, notes: comparison},
		{version: draft, condition: "$.nope != 'x' && $.a.b == 'X'", want: true, notes: comparison},
	}
}

func pathWorld(t testing.TB) world {
	return world{
		"$statusCode": number("200"), "$response.body": decode(t, pathDocument),
		"$inputs.name": `it's "q"`, "$inputs.x": "X", "$inputs.a": "ne", "$inputs.a.b": number("1"), "$inputs.tokenBudget": number("4"),
		// What an injection would look like.
		"$inputs.branch":              `' || true || '" || true || "`,
		"$inputs.branchName":          "items",
		"$inputs":                     map[string]any{},
		"$steps.login.outputs.groups": []any{},
		"$steps.login.outputs.token":  number("9007199254740993"),
	}
}

func (c *pathCase) spec() expr.CriterionSpec {
	spec := expr.CriterionSpec{Type: "jsonpath", Version: c.version, Context: c.context, Condition: c.condition}
	if spec.Context == "" {
		spec.Context = "$response.body"
	}
	return spec
}

func TestJSONPathCriterion(t *testing.T) {
	w := pathWorld(t)
	declared := names
	declared.inputs = append([]string{"filter"}, declared.inputs...)
	for _, c := range pathCases() {
		criterion, notes, err := expr.CompileCriterion(c.spec(), expr.Options{Version: v11, Names: declared})
		if err != nil {
			t.Errorf("%s: %v", c.condition, err)
			continue
		}
		if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", c.condition, diff)
		}
		for _, n := range notes {
			if n.Field == "condition" {
				checkNotes(t, c.condition, []expr.Note{n})
			}
		}
		got, err := criterion.Evaluate(w)
		switch {
		case c.fails == "" && err != nil:
			t.Errorf("%s: %v", c.condition, err)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: error %v, want %q", c.condition, err, c.fails)
		case got != c.want:
			t.Errorf("%s: %t, want %t", c.condition, got, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "|| true") {
			t.Errorf("%s: the error shows the value: %v", c.condition, err)
		}
	}
}

// The fix of a comparison is a query of RFC 9535 that means the same.
func TestJSONPathFixes(t *testing.T) {
	w := pathWorld(t)
	fixes := 0
	for _, c := range pathCases() {
		if c.version == draft || c.context != "" || c.condition == "$.a.length == 7" { // a member named length
			continue
		}
		_, notes, err := expr.CompileCriterion(c.spec(), expr.Options{Version: v11, Names: names})
		if err != nil || len(notes) == 0 || notes[0].Fix == "" {
			continue
		}
		n := notes[0]
		fixed := c
		fixed.condition = c.condition[:n.Offset] + n.Fix + c.condition[n.End:]
		fixed.condition = strings.TrimSpace(fixed.condition)
		criterion, more, err := expr.CompileCriterion(fixed.spec(), expr.Options{Version: v11, Strict: true})
		if err != nil || len(more) > 0 {
			t.Errorf("%s fixed to %s: %v %v", c.condition, fixed.condition, more, err)
			continue
		}
		if got, err := criterion.Evaluate(w); got != c.want || err != nil {
			t.Errorf("%s fixed to %s: %t, %v", c.condition, fixed.condition, got, err)
		}
		fixes++
	}
	if fixes < 15 {
		t.Errorf("only %d conditions have a fix", fixes)
	}
}

func TestJSONPathStrict(t *testing.T) {
	w := pathWorld(t)
	for _, c := range pathCases() {
		if len(c.notes) == 0 {
			continue
		}
		criterion, notes, err := expr.CompileCriterion(c.spec(), expr.Options{Version: v11, Strict: true, Names: names})
		if len(notes) > 0 {
			t.Errorf("%s: notes under Strict: %v", c.condition, rules(notes))
		}
		if err != nil {
			continue
		}
		// A quoted expression without braces is a plain string.
		if got, _ := criterion.Evaluate(w); got {
			t.Errorf("%s passes under Strict", c.condition)
		}
	}
	// On an object, a filter tests the members.
	for condition, want := range map[string]bool{
		"$[?@.s == 'Done']": false, "$[?@.b == 'X']": true, "$[?count(@.pets) > 0]": false, "$[?count(@.*) == 3]": true,
	} {
		c := pathCase{condition: condition}
		criterion, _, err := expr.CompileCriterion(c.spec(), expr.Options{Version: v11, Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := criterion.Evaluate(w); got != want || err != nil {
			t.Errorf("%s: %t, %v", condition, got, err)
		}
	}
}

func TestRootFilterRuntimeNote(t *testing.T) {
	w := pathWorld(t)
	for condition, want := range map[string]map[string][]string{
		"$[?@.s == 'Done']": {"$response.body": {expr.RuleJSONPathRootFilter}, "$response.body#/items": nil},
		"$.items[?@.id==1]": {"$response.body": nil},
	} {
		for context, rulesWanted := range want {
			criterion, _, err := expr.CompileCriterion((&pathCase{condition: condition, context: context}).spec(), expr.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rulesWanted, rules(criterion.RuntimeNotes(w))); diff != "" {
				t.Errorf("%s on %s (-want +got):\n%s", condition, context, diff)
			}
		}
	}
}
