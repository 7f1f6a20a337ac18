package expr_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

// written writes a place as "$response.body/a/[]/b".
func written(p expr.Place) string {
	root, _, _ := strings.Cut(p.Root.String(), "#")
	for _, s := range p.Path {
		if s.Element {
			root += "/[]"
		} else {
			root += "/" + s.Name
		}
	}
	return root
}

func TestPlacesThatACriterionReads(t *testing.T) {
	tests := []struct{ kind, context, condition, want string }{
		{"", "", "$response.body#/a/0/b == 'x' && $statusCode == 200", "$response.body/a/[]/b"},
		{"", "", "$response.body.items[2].id > $inputs.n", "$response.body/items/[]/id"},
		{"jsonpath", "$response.body", "$.a.b[0]['c d'].e == 'x' || $.n", "$response.body/a/b/[]/c d/e $response.body/n"},
		{"jsonpath", "$response.body#/base", "$.a[*].b", "$response.body/base $response.body/base/a/[]/b"},
		{"jsonpath", "$response.body", "$.a[?(@.b.c == 'x' && $.d == @['e'])].f", "$response.body/a/[]/b/c $response.body/d $response.body/a/[]/e $response.body/a/[]/f"},
		{"jsonpath", "$response.body", "$[?@.status == ']']", "$response.body/status"},
		{"jsonpath", "$response.body", "$.a[?@.b[?@.c > 1]]", "$response.body/a/[]/b/[]/c $response.body/a/[]/b/[] $response.body/a/[]"},
		{"jsonpath", "$response.body", "$.items.length > 0", "$response.body/items/[]"},
		{"jsonpath", "$response.body", "$.items[?@.a == 1].length == 0", "$response.body/items/[]/a $response.body/items/[]"},
		{"jsonpath", "$response.body", "count($.a[*]) > 1 && length($.b) == 2", "$response.body/a/[] $response.body/b"},
		{"jsonpath", "$response.body", "$..id", ""},
		{"jsonpath", "$response.body", "$.a[1:3].*.b", "$response.body/a/[]/[]/b"},
		{"jsonpath", "$response.body", "$.a['b','c']", "$response.body/a"},
		{"jsonpath", "$response.body", "$ == 'x'", ""},
		{"jsonpath", "$response.body", "$.items[?(@.name == '$inputs.n')].id", "$response.body/items/[]/name $response.body/items/[]/id"},
		{"regex", "$response.body#/a", "^x", "$response.body/a"},
		{"xpath", "$response.body", "/a/b", ""},
	}
	for _, test := range tests {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: test.kind, Context: test.context, Condition: test.condition}, expr.Options{Version: expr.V1_1})
		if err != nil {
			t.Errorf("%s: %v", test.condition, err)
			continue
		}
		got := []string{}
		for _, p := range c.Places() {
			if w := written(p); !slices.Contains(got, w) {
				got = append(got, w)
			}
		}
		if diff := cmp.Diff(strings.Fields(strings.ReplaceAll(test.want, "c d", "c_d")), strings.Fields(strings.ReplaceAll(strings.Join(got, " "), "c d", "c_d"))); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.condition, diff)
		}
	}
}

func TestPlacesThatASelectorReads(t *testing.T) {
	context, _, err := expr.ParseExpression("$response.body#/a", expr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ kind, selector, want string }{
		{"jsonpointer", "/b/0", "$response.body/a/b/[]"},
		{"jsonpath", "$.b[?@.c].d", "$response.body/a/b/[]/c $response.body/a/b/[]/d"},
		{"xpath", "/b", ""},
	} {
		s, _, err := expr.CompileSelector(expr.SelectorSpec{Type: test.kind, Selector: test.selector}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range s.Places(context) {
			got = append(got, written(p))
		}
		if w := strings.Join(got, " "); w != test.want {
			t.Errorf("%s: got %s, want %s", test.selector, w, test.want)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	for _, text := range []string{"$.a[?@.b == 'x'].c", "$['a'][0]", "$[?@[?@[?@]]]", "$.a['", "$[", "$.a.length > 1"} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: text}, expr.Options{}); err == nil {
			c.Places()
		}
	})
}
