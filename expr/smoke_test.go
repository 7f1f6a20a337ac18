package expr_test

import (
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

func TestSmoke(t *testing.T) {
	w := world{"$statusCode": decode(t, "200"), "$response.body": decode(t, `{"a":{"b":"X"},"items":[{"n":"x","id":1},{"n":"y","id":2}],"status":"done"}`), "$inputs.x": "x", "$inputs.max": decode(t, "3")}
	names := declared{inputs: []string{"x", "max"}}
	for _, c := range []struct{ typ, ver, cond string }{
		{"", "", "$statusCode == 200"},
		{"", "", "$response.body#/status == 'DONE' && !($statusCode >= 300)"},
		{"", "", "$response.body.items[1].n == \"y\""},
		{"jsonpath", "", `$.a.b == "X"`},
		{"jsonpath", "", `$.items.length > 1`},
		{"jsonpath", "", `$.items[?(@.n == '$inputs.x')]`},
		{"jsonpath", "", `$.items[?(@.n == '$inputs.x')].length == 1`},
		{"jsonpath", "", `$.items.length <= $inputs.max`},
		{"jsonpath", "", `$[?@.status == 'done']`},
		{"jsonpath", "", `$.items[?match(@.nope,'a')] empty true`},
		{"jsonpath", "draft-goessner-dispatch-jsonpath-00", `$.items[(@.length-1)]`},
		{"jsonpath", "draft-goessner-dispatch-jsonpath-00", `$.items[?(@.nope == 'x' || @.id == 2)].n == 'y'`},
		{"jsonpath", "draft-goessner-dispatch-jsonpath-00", `$..n`},
		{"jsonpath", "draft-goessner-dispatch-jsonpath-00", `$.items[0:1]`},
		{"jsonpath", "draft-goessner-dispatch-jsonpath-00", `$['items'][-1:].id`},
		{"regex", "", `^2\d{2}$`},
	} {
		ctx := "$response.body"
		if c.typ == "regex" {
			ctx = "$statusCode"
		}
		cr, notes, err := expr.CompileCriterion(expr.CriterionSpec{Type: c.typ, Version: c.ver, Context: ctx, Condition: c.cond}, expr.Options{Names: names})
		if err != nil {
			t.Errorf("%s: %v", c.cond, err)
			continue
		}
		ok, err := cr.Evaluate(w)
		if !ok || err != nil {
			t.Errorf("%s: %v %v", c.cond, ok, err)
		}
		t.Log(c.cond, notes, cr.Operands(w), cr.RuntimeNotes(w))
	}
}
