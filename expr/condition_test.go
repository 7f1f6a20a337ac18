package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

// conditionWorld is what the conditions of the tables are evaluated against.
func conditionWorld(t testing.TB) world {
	return world{
		"$statusCode":              decode(t, "200"),
		"$method":                  "GET",
		"$url":                     "http://h/a?b=c",
		"$response.header.X-Limit": "10",
		"$response.body": decode(t, `{"n":10,"neg":-5,"t":true,"f":false,"z":null,"s":"Available","q":"O'Brien","num":"10","e":"","zero":0,
			"big":9007199254740993,"a":{"b":[{"c":"one"},{"c":"two"}]},"list":[],"obj":{},"o1":{"k":[1,2]},"o2":{"k":[1.0,2]},
			"ops":"a && b || c == d","with(paren)":1,"dot.ted":2,"ß":"ẞ","kelvin":"K","date":"2024-10-01"}`),
		"$inputs.a":                         "available",
		"$inputs.a.b":                       "dotted",
		"$inputs.name":                      decode(t, `{"first":"F"}`),
		"$inputs.my input":                  "spaced",
		"$steps.Get Token.outputs.My Token": "T",
		"$steps.login.outputs.token":        nil,
		"$inputs.x":                         decode(t, "3"),
	}
}

type conditionCase struct {
	condition string
	want      bool
	notes     []string
}

func conditionCases() []conditionCase {
	return []conditionCase{
		{condition: "$statusCode == 200", want: true},
		{condition: "$statusCode==200", want: true},
		{condition: "$statusCode == 200.0", want: true},
		{condition: "$statusCode == 2e2", want: true},
		{condition: "200 == $statusCode", want: true},
		{condition: "$statusCode != 200", want: false},
		{condition: "$statusCode == 201", want: false},
		{condition: "$statusCode >= 200 && $statusCode < 300", want: true},
		{condition: "$statusCode == 404 || $statusCode == 200", want: true},
		{condition: "$response.body#/n > 9.5", want: true},
		{condition: "$response.body#/n <= 10.0", want: true},
		{condition: "$response.body#/n < 1e3", want: true},
		{condition: "$response.body#/neg == -5", want: true},
		{condition: "$response.body#/neg<-4", want: true},
		{condition: "$response.body#/t == true", want: true},
		{condition: "$response.body#/f != true", want: true},

		// Numbers are exact.
		{condition: "$response.body#/big == 9007199254740993", want: true},
		{condition: "$response.body#/big == 9007199254740992", want: false},
		{condition: "$response.body#/big > 9007199254740992", want: true},
		{condition: "$response.body#/big < 9007199254740993.5", want: true},

		// Strings ignore case.
		{condition: "$response.body#/s == 'AVAILABLE'", want: true},
		{condition: "$response.body#/s != 'AVAILABLE'", want: false},
		{condition: "$response.body#/s == $inputs.a", want: true},
		{condition: "$method == 'get'", want: true},
		{condition: "'B' > 'a'", want: true},
		{condition: "'a' < 'B'", want: true},
		{condition: "'Z' < '_'", want: false},
		{condition: "'abc' < 'ABCD'", want: true},
		{condition: "$response.body#/ß == 'ß'", want: true},
		{condition: "$response.body#/kelvin == 'k'", want: true},
		{condition: "'\u212a' >= 'k'", want: true},
		{condition: "'\u212a' <= 'K'", want: true},
		{condition: "$response.body#/date >= '2024-09-30'", want: true},
		{condition: "$response.body#/q == 'O''Brien'", want: true},
		{condition: "$response.body#/ops == 'a && b || c == d'", want: true},
		{condition: "'' == $response.body#/e", want: true},
		{condition: "'''' == ''''", want: true},

		// A numeric string is a number where the other side is one.
		{condition: "$response.header.X-Limit > 9", want: true},
		{condition: "$response.header.X-Limit == 10.0", want: true},
		{condition: "$response.body#/num == 10", want: true},
		{condition: "$response.body#/num > '9'", want: true},
		{condition: "$response.body#/num == '10.0'", want: false},
		{condition: "'10' > '9'", want: true},
		{condition: "'10' > '9x'", want: false},
		{condition: "'abc' > 5", want: false},
		{condition: "'abc' < 5", want: false},
		{condition: "'007' == 7", want: false},
		{condition: "true == 'true'", want: false},
		{condition: "true == 1", want: false},
		{condition: "true < false", want: false},

		// Null equals only null.
		{condition: "null == null", want: true},
		{condition: "$response.body#/z == null", want: true},
		{condition: "$response.body#/z == 0", want: false},
		{condition: "$response.body#/z == ''", want: false},
		{condition: "$response.body#/z == false", want: false},
		{condition: "$response.body#/z != 1", want: true},
		{condition: "$response.body#/s != null", want: true},
		{condition: "$response.body#/z != null", want: false},
		{condition: "null < 1", want: false},
		{condition: "null <= null", want: false},

		// A missing value makes a comparison false.
		{condition: "$response.body#/none == 1", want: false},
		{condition: "$response.body#/none != 1", want: false},
		{condition: "$response.body#/none < 1", want: false},
		{condition: "$response.body#/none == null", want: true},
		{condition: "$response.body#/none != null", want: false},
		{condition: "null == $response.body#/none", want: true},
		{condition: "$response.body#/none == $response.body#/nada", want: false},
		{condition: "$response.body#/none != $response.body#/nada", want: false},
		{condition: "$response.body#/none == $steps.login.outputs.token", want: true},
		{condition: "!($response.body#/none == 1)", want: true},

		// Arrays and objects.
		{condition: "$response.body#/o1 == $response.body#/o2", want: true},
		{condition: "$response.body#/o1 != $response.body#/a", want: true},
		{condition: "$response.body#/o1 < $response.body#/o2", want: false},
		{condition: "$response.body#/list == $response.body#/obj", want: false},

		// Bare values.
		{condition: "$response.body#/t", want: true},
		{condition: "$response.body#/f", want: false},
		{condition: "!$response.body#/f", want: true},
		{condition: "!!$response.body#/t", want: true},
		{condition: "$response.body#/z", want: false},
		{condition: "$response.body#/none", want: false},
		{condition: "!$response.body#/none", want: true},
		{condition: "$response.body#/zero", want: false},
		{condition: "$response.body#/n", want: true},
		{condition: "$response.body#/e", want: false},
		{condition: "$response.body#/s", want: true},
		{condition: "$response.body#/list", want: false},
		{condition: "$response.body#/obj", want: false},
		{condition: "$response.body#/o1", want: true},
		{condition: "true", want: true},
		{condition: "false", want: false},
		{condition: "null", want: false},
		{condition: "$statusCode", want: true, notes: []string{expr.RuleBareValueCondition}},
		{condition: "$response.header.X-Limit && true", want: true, notes: []string{expr.RuleBareValueCondition}},
		{condition: "'false'", want: true, notes: []string{expr.RuleBareValueCondition}},
		{condition: "0 || !1", want: false, notes: []string{expr.RuleBareValueCondition, expr.RuleBareValueCondition}},

		// Precedence and grouping.
		{condition: "true || true && false", want: true},
		{condition: "(true || true) && false", want: false},
		{condition: "false && false || true", want: true},
		{condition: "!false && false", want: false},
		{condition: "!(false && false)", want: true},
		{condition: "1 < 2 == true", want: true},
		{condition: "1 == 1 == true", want: true},
		{condition: "2 > 1 == 1 < 2", want: true},
		{condition: "!true == false", want: true},
		{condition: "($response.body#/n == 10)", want: true},
		{condition: "(($statusCode == 200))&&(($statusCode<300))", want: true},

		// Navigation.
		{condition: "$response.body.a.b[1].c == 'two'", want: true},
		{condition: "$response.body.a.b[2].c == null", want: true},
		{condition: "$response.body.n>$inputs.x", want: true},
		{condition: "$inputs.name.first == 'F'", want: true},
		{condition: "$inputs.a.b == 'dotted'", want: true},
		{condition: "$response.body#/with(paren) == 1", want: true},
		{condition: "($response.body#/with(paren) == 1)", want: true},
		{condition: "$response.body#/dot.ted == 2", want: true},
		{condition: "$response.body['dot.ted'] == 2", want: true, notes: []string{expr.RuleDottedAccess}},

		// Operators without white space.
		{condition: "$response.body#/n==10&&$response.body#/t", want: true},
		{condition: "$response.header.X-Limit!=10||$statusCode==200", want: true},
		{condition: "$url=='http://h/a?b=c'", want: true},
		{condition: "\t$statusCode\n==\r\n200 ", want: true},

		// The dialect.
		{condition: `$response.body#/s == "available"`, want: true, notes: []string{expr.RuleDoubleQuotedString}},
		{condition: `$response.body#/q == "O'Brien"`, want: true, notes: []string{expr.RuleDoubleQuotedString}},
		{condition: `"a""b" == 'a"b'`, want: true, notes: []string{expr.RuleDoubleQuotedString}},
		{condition: "$inputs.my input == 'spaced'", want: true, notes: []string{expr.RuleSpacedIdentifier}},
		{condition: "$steps.Get Token.outputs.My Token == 'T' && true", want: true, notes: []string{expr.RuleSpacedIdentifier, expr.RuleSpacedIdentifier}},
		{condition: "$response.headers.X-Limit == 10", want: true, notes: []string{expr.RuleHeadersPlural}},
		{condition: "$response.body#n == 10", want: true, notes: []string{expr.RulePointerWithoutSlash}},
	}
}

func TestSimpleCondition(t *testing.T) {
	w := conditionWorld(t)
	for _, c := range conditionCases() {
		for _, version := range []expr.Version{v10, v11} {
			criterion, notes, err := expr.CompileCriterion(expr.CriterionSpec{Condition: c.condition}, expr.Options{Version: version, Names: names})
			if err != nil {
				t.Errorf("%s: %v", c.condition, err)
				continue
			}
			got, err := criterion.Evaluate(w)
			if err != nil {
				t.Errorf("%s: %v", c.condition, err)
			}
			if got != c.want {
				t.Errorf("%s: %t, want %t", c.condition, got, c.want)
			}
			if diff := cmp.Diff(c.notes, rules(notes)); diff != "" {
				t.Errorf("%s: notes (-want +got):\n%s", c.condition, diff)
			}
			checkNotes(t, c.condition, notes)
		}
	}
}

// What needs no note means the same under Strict.
func TestSimpleConditionStrict(t *testing.T) {
	w := conditionWorld(t)
	for _, c := range conditionCases() {
		criterion, notes, err := expr.CompileCriterion(expr.CriterionSpec{Condition: c.condition}, expr.Options{Version: v11, Strict: true, Names: names})
		dialect := len(c.notes) > 0 && c.notes[0] != expr.RuleBareValueCondition
		switch {
		case dialect && err == nil:
			t.Errorf("%s is accepted under Strict", c.condition)
		case dialect:
		case err != nil:
			t.Errorf("%s: %v", c.condition, err)
		default:
			if got, err := criterion.Evaluate(w); got != c.want || err != nil {
				t.Errorf("%s: %t, %v", c.condition, got, err)
			}
			if len(notes) != len(c.notes) {
				t.Errorf("%s: notes %v", c.condition, rules(notes))
			}
		}
	}
}

// checkNotes checks what holds for every note.
func checkNotes(t *testing.T, text string, notes []expr.Note) {
	t.Helper()
	for _, n := range notes {
		if n.Offset < 0 || n.End > len(text) || n.Offset >= n.End {
			t.Errorf("%s: note %s from %d to %d", text, n.Rule, n.Offset, n.End)
		}
		if n.Message == "" || n.Hint == "" {
			t.Errorf("%s: note %s without message or hint: %+v", text, n.Rule, n)
		}
	}
}

// Applying a fix gives a condition that Strict accepts.
func TestFixesAreStrict(t *testing.T) {
	for _, c := range conditionCases() {
		_, notes, err := expr.CompileCriterion(expr.CriterionSpec{Condition: c.condition}, expr.Options{Version: v11, Names: names})
		if err != nil || len(notes) != 1 || notes[0].Fix == "" {
			continue
		}
		n := notes[0]
		fixed := c.condition[:n.Offset] + n.Fix + c.condition[n.End:]
		criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: fixed}, expr.Options{Version: v11, Strict: true, Names: names})
		if err != nil {
			t.Errorf("%s fixed to %s: %v", c.condition, fixed, err)
			continue
		}
		if got, _ := criterion.Evaluate(conditionWorld(t)); got != c.want {
			t.Errorf("%s fixed to %s: %t", c.condition, fixed, got)
		}
	}
}

func TestBareValueRuntimeNotes(t *testing.T) {
	w := conditionWorld(t)
	for condition, want := range map[string][]string{
		"$response.body#/t":                            nil,
		"$response.body#/z":                            nil,
		"$response.body#/none":                         nil,
		"$response.body#/s":                            {expr.RuleBareValueCondition},
		"$response.body#/n && !$response.body#/list":   {expr.RuleBareValueCondition, expr.RuleBareValueCondition},
		"$response.body#/n == 10 || $response.body#/t": nil,
		"$statusCode":                                  nil, // noted when it was compiled
	} {
		criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: condition}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rules(criterion.RuntimeNotes(w))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", condition, diff)
		}
	}
}
