package arazzo

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// lenient are options that admit the dialect.
func (wc *workflowChecker) lenient(at scope) expr.Options {
	o := wc.options(at)
	o.Strict = false
	return o
}

// mendTemplate returns what attaches the correction of a text that the strict
// mode refuses and the dialect understands.
func (wc *workflowChecker) mendTemplate(place Origin, text string, at scope) func(*diag.Diagnostic) {
	return func(d *diag.Diagnostic) {
		if wc.fixes == nil || !wc.strict {
			return
		}
		if _, notes, err := expr.ParseTemplate(text, wc.lenient(at)); err == nil {
			wc.mendText(d, place, text, notes)
		}
	}
}

// mendExpression is mendTemplate for a text that is one expression.
func (wc *workflowChecker) mendExpression(place Origin, text string, at scope) func(*diag.Diagnostic) {
	return func(d *diag.Diagnostic) {
		if wc.fixes == nil || !wc.strict {
			return
		}
		if _, notes, err := expr.ParseExpression(text, wc.lenient(at)); err == nil {
			wc.mendText(d, place, text, notes)
		}
	}
}

// mendText attaches the corrections of all that was noted in a text.
func (wc *workflowChecker) mendText(d *diag.Diagnostic, place Origin, text string, notes []expr.Note) {
	corrected, caveat, ok := correct(text, notes)
	if !ok {
		d.NoFix = caveat
		return
	}
	wc.fixes.attach(d, "write "+shown(corrected), caveat, rewrite(place, corrected)...)
}

// correct applies the corrections of notes to a text. If there is none for one
// of them the result is false, with the reason.
func correct(text string, notes []expr.Note) (corrected, caveat string, ok bool) {
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b expr.Note) int { return a.Offset - b.Offset })
	var b strings.Builder
	at := 0
	var caveats []string
	for _, n := range notes {
		switch {
		case n.Fix == "":
			return "", n.NoFix, false
		case n.Offset < at:
			continue
		}
		b.WriteString(text[at:n.Offset])
		b.WriteString(n.Fix)
		at = n.End
		if n.Caveat != "" && !slices.Contains(caveats, n.Caveat) {
			caveats = append(caveats, n.Caveat)
		}
	}
	b.WriteString(text[at:])
	return b.String(), strings.Join(caveats, "; "), true
}

// visitCriterion notes that the texts of a criterion are read.
func (wc *workflowChecker) visitCriterion(cr *Criterion) {
	if wc.fixes == nil {
		return
	}
	wc.fixes.visit(cr.Origin)
	for _, field := range []string{"context", "condition", "type"} {
		if cr.Has(field) {
			wc.fixes.visit(cr.Field(field))
		}
	}
}

// criterionNotes reports what was noted in a criterion.
func (wc *workflowChecker) criterionNotes(cr *Criterion, spec expr.CriterionSpec, notes []expr.Note, at scope) {
	place := func(field string) Origin {
		if field == "" {
			field = "condition"
		}
		return cr.Field(field)
	}
	if wc.fixes == nil || spec.Type != "jsonpath" || !slices.ContainsFunc(notes, isOfJSONPath) {
		wc.notes(notes, place)
		return
	}
	mend := wc.mendCriterion(cr, spec, at)
	for _, n := range notes {
		if !isOfJSONPath(n) {
			wc.notes([]expr.Note{n}, place)
			continue
		}
		where := place(n.Field)
		d := diag.Diagnostic{
			Rule: n.Rule, Severity: diag.Warning, Message: n.Message, Hint: n.Hint,
			Range: where.At(n.Offset, n.End), Pointer: where.Pointer(),
		}
		mend(&d)
		if d.Fix != nil {
			d.Hint = d.Fix.Message
		}
		wc.add(d)
	}
}

// isOfJSONPath reports whether what was noted changes with the criterion as a
// whole.
func isOfJSONPath(n expr.Note) bool {
	switch n.Rule {
	case expr.RuleJSONPathComparison, expr.RuleJSONPathLength, expr.RuleJSONPathUnbracedExpression, expr.RuleJSONPathRootFilter,
		expr.RuleBareInputsContext:
		return true
	default:
		return false
	}
}

// mendCriterion returns what attaches the criterion that the specification has
// in the place of one of the dialect.
func (wc *workflowChecker) mendCriterion(cr *Criterion, spec expr.CriterionSpec, at scope) func(*diag.Diagnostic) {
	return func(d *diag.Diagnostic) {
		switch {
		case wc.fixes == nil:
		case spec.Type == "" && cr.Has("context") && wc.isJSONPath(spec, at):
			d.Hint = "add type: jsonpath"
			edit, err := cr.InsertAfter("condition", Member{"type", "jsonpath"})
			wc.fixes.attach(d, d.Hint, "", change{cr.Origin, edit, err})
		case spec.Type == "jsonpath":
			wc.rewrite(cr, spec, at, d)
		case wc.strict:
			_, notes, err := expr.CompileCriterion(spec, wc.lenient(at))
			if err != nil {
				return
			}
			notes = slices.DeleteFunc(notes, func(n expr.Note) bool { return n.Field != "condition" || n.Rule == expr.RuleBareValueCondition })
			wc.mendText(d, cr.Field("condition"), spec.Condition, notes)
		}
	}
}

// isJSONPath reports whether a criterion that is no simple one would be a
// jsonpath criterion if it said so.
func (wc *workflowChecker) isJSONPath(spec expr.CriterionSpec, at scope) bool {
	spec.Type = "jsonpath"
	_, _, err := expr.CompileCriterion(spec, wc.lenient(at))
	return err == nil && (strings.HasPrefix(spec.Condition, "$.") || strings.HasPrefix(spec.Condition, "$["))
}

func (wc *workflowChecker) rewrite(cr *Criterion, spec expr.CriterionSpec, at scope, d *diag.Diagnostic) {
	after, err := expr.RewriteCriterion(spec, wc.lenient(at))
	switch {
	case errors.Is(err, expr.ErrNoForm):
		d.NoFix = reasonOf(err)
		return
	case err != nil:
		return
	}
	if after.Spec.Condition == spec.Condition && after.Spec.Type == spec.Type && after.Spec.Context == spec.Context {
		return
	}
	message := "write " + shown(after.Spec.Condition)
	list := rewrite(cr.Field("condition"), after.Spec.Condition)
	if after.Spec.Context != "" {
		list = append(list, rewrite(cr.Field("context"), after.Spec.Context)...)
	}
	if after.Spec.Type != spec.Type {
		message += ", a condition of type " + after.Spec.Type
		list = append(list, changeType(cr, after.Spec.Type)...)
	}
	wc.fixes.attach(d, message, after.Caveat, list...)
}

// changeType gives a criterion another type. A simple one has neither a type
// nor a context.
func changeType(cr *Criterion, to string) []change {
	var names []string
	if cr.Has("version") {
		names = append(names, "version")
	}
	if to == "simple" {
		names = append(names, "context", "type")
		return remove(cr.Origin, names...)
	}
	list := []change{replace(cr.Field("type"), to)}
	if len(names) > 0 {
		list = append(list, remove(cr.Origin, names...)...)
	}
	return list
}
