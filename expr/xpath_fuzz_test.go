package expr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

func FuzzXPath(f *testing.F) {
	for _, c := range xpathCases() {
		f.Add(c.xpath, pets, c.version == "")
	}
	for version, texts := range badXPaths() {
		for _, text := range texts {
			f.Add(text, "<a/>", version == "")
		}
	}
	for _, c := range xmlCases() {
		if len(c.doc) < 1000 {
			f.Add("//v | //@v", c.doc, false)
		}
	}
	f.Add("//*[. = '{$inputs.x}']/{$inputs.x}[{$inputs.n}]", "<a><X/></a>", true)
	f.Fuzz(func(t *testing.T, text, doc string, later bool) {
		version := "xpath-10"
		if later {
			version = ""
		}
		o := expr.Options{Version: v11, Names: names}
		w := world{"$response.body": doc, "$inputs.x": "X", "$inputs.n": number("1")}
		compile := func(text string) (*expr.Criterion, error) {
			criterion, notes, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Version: version, Context: "$response.body", Condition: text}, o)
			checkOutcome(t, text, notes, err)
			return criterion, err
		}
		criterion, err := compile(text)
		if err != nil {
			return
		}
		passed, err := criterion.Evaluate(w)
		sound := func(err error) {
			if err != nil && strings.Contains(err.Error(), "engine failed") {
				t.Fatalf("%q on %q: %v", text, doc, err)
			}
		}
		sound(err)
		if err != nil && strings.Contains(err.Error(), "too many steps") {
			return
		}
		criterion.Operands(w)
		for range criterion.Expressions() {
		}
		// What is not so is not not so.
		if negation, cerr := compile("not(" + text + ")"); cerr == nil {
			negated, nerr := negation.Evaluate(w)
			if (err == nil) != (nerr == nil) || err == nil && negated == passed {
				t.Errorf("%q on %q: %t, %v; not: %t, %v", text, doc, passed, err, negated, nerr)
			}
		}
		selector, _, cerr := expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Version: version, Selector: text}, o)
		if cerr != nil {
			t.Fatalf("%q is a criterion and no selector: %v", text, cerr)
		}
		selected, ok, serr := selector.Select(w, doc)
		sound(serr)
		again, okAgain, _ := selector.Select(w, doc)
		if ok != okAgain || cmp.Diff(selected, again) != "" {
			t.Errorf("%q on %q: %v and then %v", text, doc, selected, again)
		}
		replaced, rerr := selector.Replace(w, doc, "x<&\"'\r]]>")
		sound(rerr)
		if rerr != nil {
			return
		}
		root, _, cerr := expr.CompileSelector(expr.SelectorSpec{Type: "xpath", Selector: "/"}, o)
		if cerr != nil {
			t.Fatal(cerr)
		}
		if _, _, err := root.Select(w, replaced); err != nil {
			t.Errorf("%q on %q: %q: %v", text, doc, replaced, err)
		}
	})
}
