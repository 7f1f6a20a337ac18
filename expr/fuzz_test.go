package expr_test

import (
	"errors"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// seedBad adds the texts of the error table.
func seedBad(f *testing.F, kinds ...string) {
	for _, b := range badTexts() {
		if contains(kinds, b.kind) {
			f.Add(b.text, b.strict, b.strict)
		}
	}
}

func options(later, strict bool) expr.Options {
	o := expr.Options{Strict: strict, Names: names}
	if later {
		o.Version = v11
	}
	return o
}

// checkOutcome checks what holds for the outcome of every parser.
func checkOutcome(t *testing.T, text string, notes []expr.Note, err error) {
	t.Helper()
	for _, n := range notes {
		if n.Field != "context" && (n.Offset < 0 || n.End > len(text) || n.Offset > n.End) {
			t.Errorf("note %s from %d to %d of %d bytes", n.Rule, n.Offset, n.End, len(text))
		}
	}
	var syntax *expr.SyntaxError
	if err == nil {
		return
	}
	if !errors.As(err, &syntax) {
		t.Fatalf("error of type %T", err)
	}
	if syntax.Offset < 0 || syntax.End < syntax.Offset || syntax.End > len(text) {
		t.Errorf("%q: error from %d to %d of %d bytes: %v", text, syntax.Offset, syntax.End, len(text), err)
	}
}

func FuzzExpression(f *testing.F) {
	for _, c := range expressionCases() {
		f.Add(c.text, c.version == v11, c.strict)
	}
	seedBad(f, "expression", "template", "context")
	f.Fuzz(func(t *testing.T, text string, later, strict bool) {
		o := options(later, strict)
		e, notes, err := expr.ParseExpression(text, o)
		checkOutcome(t, text, notes, err)
		if err != nil {
			return
		}
		e.Evaluate(templateWorld())
		if e.Whole {
			return // has no form in the grammar
		}
		// What String returns is an expression that means the same.
		again, _, err := expr.ParseExpression(e.String(), o)
		if err != nil {
			t.Fatalf("%q gives %q: %v", text, e, err)
		}
		if again.String() != e.String() || again.Root != e.Root {
			t.Errorf("%q gives %q, and that %q", text, e, again)
		}
	})
}

func FuzzTemplate(f *testing.F) {
	for _, c := range templateCases() {
		f.Add(c.text, c.version == v11, c.strict)
	}
	seedBad(f, "template", "expression")
	f.Fuzz(func(t *testing.T, text string, later, strict bool) {
		tmpl, notes, err := expr.ParseTemplate(text, options(later, strict))
		checkOutcome(t, text, notes, err)
		if err != nil {
			return
		}
		w := templateWorld()
		_, ok := tmpl.Evaluate(w)
		if missing := tmpl.Missing(w); ok == (missing != nil) {
			t.Errorf("%q: evaluates %t, missing %v", text, ok, missing)
		}
		literal, is := tmpl.Literal()
		if is && literal != text {
			t.Errorf("literal %q of %q", literal, text)
		}
		for e := range tmpl.Expressions() {
			if is {
				t.Errorf("a literal template with the expression %s", e)
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, c := range conditionCases() {
		f.Add(c.condition, true, false)
	}
	seedBad(f, "simple")
	f.Fuzz(func(t *testing.T, text string, later, strict bool) {
		criterion, notes, err := expr.CompileCriterion(expr.CriterionSpec{Condition: text}, options(later, strict))
		checkOutcome(t, text, notes, err)
		if err != nil {
			return
		}
		w := conditionWorld(t)
		passed, err := criterion.Evaluate(w)
		if err != nil {
			t.Errorf("a simple condition gives the error %v", err)
		}
		if negated, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: "!(" + text + ")"}, options(later, strict)); err == nil {
			if not, _ := negated.Evaluate(w); not == passed {
				t.Errorf("%q and its negation are both %t", text, not)
			}
		}
		criterion.Operands(w)
		criterion.RuntimeNotes(w)
	})
}

func FuzzJSONPath(f *testing.F) {
	for _, c := range pathCases() {
		f.Add(c.condition, c.version == draft, false)
	}
	for _, b := range badTexts() {
		if b.kind == "jsonpath" || b.kind == "draft" {
			f.Add(b.text, b.kind == "draft", b.strict)
		}
	}
	f.Fuzz(func(t *testing.T, text string, older, strict bool) {
		spec := expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: text}
		if older {
			spec.Version = draft
		}
		criterion, notes, err := expr.CompileCriterion(spec, options(true, strict))
		checkOutcome(t, text, notes, err)
		if err != nil {
			return
		}
		w := pathWorld(t)
		passed, err := criterion.Evaluate(w)
		if passed && err != nil {
			t.Errorf("%q passes with the error %v", text, err)
		}
		criterion.Operands(w)
		criterion.RuntimeNotes(w)
	})
}
