package expr_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// The JSONPath Compliance Test Suite: a valid selector compiles under Strict
// and passes if its nodelist is not empty, an invalid one is refused.
func TestJSONPathComplianceSuite(t *testing.T) {
	data, err := os.ReadFile("../../shared/reference/jsonpath/cts.json")
	if err != nil {
		t.Skip("the JSONPath Compliance Test Suite is not there")
	}
	var suite struct {
		Tests []struct {
			Name     string            `json:"name"`
			Selector string            `json:"selector"`
			Document json.RawMessage   `json:"document"`
			Result   json.RawMessage   `json:"result"`
			Results  []json.RawMessage `json:"results"`
			Invalid  bool              `json:"invalid_selector"`
		} `json:"tests"`
	}
	if err := json.Unmarshal(data, &suite); err != nil {
		t.Fatal(err)
	}
	if len(suite.Tests) < 700 {
		t.Fatalf("only %d tests", len(suite.Tests))
	}
	for _, c := range suite.Tests {
		spec := expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: c.Selector}
		criterion, _, err := expr.CompileCriterion(spec, expr.Options{Version: v11, Strict: true})
		switch {
		case c.Invalid && err == nil:
			t.Errorf("%s: %s is accepted", c.Name, c.Selector)
		case c.Invalid:
		case err != nil:
			t.Errorf("%s: %s: %v", c.Name, c.Selector, err)
		default:
			document := decode(t, string(c.Document))
			if c.Result == nil {
				c.Result = c.Results[0] // the others differ in order only
			}
			nodes := decode(t, string(c.Result)).([]any)
			want := len(nodes) > 0
			if _, isText := document.(string); isText || document == nil {
				continue // refused as a context, whatever the selector
			}
			got, err := criterion.Evaluate(world{"$response.body": document})
			if err != nil || got != want {
				t.Errorf("%s: %s: %t, %v, want %t", c.Name, c.Selector, got, err, want)
			}
			operands := criterion.Operands(world{"$response.body": document})
			if len(operands) != 1 || operands[0].Text != c.Selector || operands[0].Present != want {
				t.Errorf("%s: %s: operands %v", c.Name, c.Selector, operands)
				continue
			}
			found, isList := operands[0].Value.([]any)
			if want && !sameNodes(nodes, []any{operands[0].Value}) && !(isList && sameNodes(nodes, found)) {
				t.Errorf("%s: %s: selects %v, want %v", c.Name, c.Selector, operands[0].Value, nodes)
			}
		}
	}
}

// sameNodes compares two nodelists without regard to order.
func sameNodes(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	rest := slices.Clone(b)
	for _, v := range a {
		i := slices.IndexFunc(rest, func(w any) bool { return expr.Equal(v, w) })
		if i < 0 {
			return false
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return true
}
