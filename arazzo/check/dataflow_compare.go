package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// comparisons finds comparisons that can never hold, and literals that the
// description does not list.
func (f *dataFlow) comparisons(c *criterion, t *expr.Term, at *stepPlan, when moment) {
	switch t.Kind {
	case expr.TermCompare:
		f.comparison(c, t, at, when)
	case expr.TermAnd:
		f.contradiction(c, t)
		for _, part := range t.Terms {
			f.comparisons(c, part, at, when)
		}
	case expr.TermOr, expr.TermNot:
		for _, part := range t.Terms {
			f.comparisons(c, part, at, when)
		}
	default:
	}
}

func (f *dataFlow) comparison(c *criterion, t *expr.Term, at *stepPlan, when moment) {
	for i, side := range t.Terms {
		literal := t.Terms[1-i]
		if literal.Kind != expr.TermLiteral || literal.Value == nil {
			continue
		}
		have := f.term(c, side, at, when)
		if never := neverHolds(t, side, have, literal.Value); never != "" {
			f.impossibleComparison(c, t, fmt.Sprintf("%q can never hold: %s", shown(c.Condition[t.Offset:max(t.Offset, t.End)]), never))
			return
		}
		enum := have.enum()
		if t.Op != "==" && t.Op != "!=" || len(enum) == 0 {
			return
		}
		if !slices.ContainsFunc(enum, func(v any) bool { return equalIn(t, v, literal.Value) }) {
			f.undeclaredValue(c.Field("condition").At(literal.Offset, literal.End), c.Field("condition"),
				fmt.Sprintf("%q", shown(c.Condition[side.Offset:side.End])), literal.Value, enum)
		}
		return
	}
}

func (f *dataFlow) impossibleComparison(c *criterion, t *expr.Term, message string) {
	place := c.Field("condition")
	f.add(diag.Diagnostic{Rule: "impossible-comparison", Range: place.At(t.Offset, t.End), Pointer: place.Pointer(), Message: message})
}

// term is what an operand of a condition may be.
func (f *dataFlow) term(c *criterion, t *expr.Term, at *stepPlan, when moment) shape {
	switch t.Kind {
	case expr.TermExpression:
		return f.infer.value(t.Expression, at, when)
	case expr.TermPath:
		if !t.Singular || len(t.Pointer) == 0 && c.compiled.Term().Filter != nil {
			return anything{} // an object itself, or each of its members
		}
		s, failed := inside(f.target(c, f.infer.value(c.compiled.Context(), at, when)), t.Pointer)
		if failed >= 0 {
			return anything{}
		}
		return s
	case expr.TermLength:
		return scalar("integer")
	default:
		return anything{}
	}
}

// equalIn compares as the comparison does.
func equalIn(t *expr.Term, a, b any) bool {
	if t.Exact {
		return expr.Equal(a, b)
	}
	return strings.EqualFold(expr.Text(a), expr.Text(b))
}

// neverHolds says why a comparison with a literal cannot hold, or nothing.
func neverHolds(t, side *expr.Term, have shape, literal any) string {
	if side.Kind == expr.TermExpression && side.Expression.Root == expr.RootStatusCode && t.Op == "==" {
		if code, err := strconv.Atoi(expr.Text(literal)); err != nil || code < 100 || code > 599 {
			return "it is no status code"
		}
	}
	if side.Kind == expr.TermLength && t.Op == "==" {
		if n, err := strconv.Atoi(expr.Text(literal)); err != nil || n < 0 {
			return "it is no length"
		}
	}
	types := have.types()
	if types == nil || t.Op == "!=" {
		return ""
	}
	if slices.ContainsFunc(types, func(typ string) bool { return relates(t, typ, literal) }) {
		return ""
	}
	return fmt.Sprintf("the value is %s", describeTypes(types))
}

// relates reports whether a value of a type can stand in the relation to the
// literal.
func relates(t *expr.Term, typ string, literal any) bool {
	other := typeOf(literal)
	isNumber := func(t string) bool { return t == "integer" || t == "number" }
	switch {
	case typ == "array" || typ == "object":
		return false
	case typ == "null":
		return false
	case isNumber(typ) && isNumber(other):
		return true
	case typ == other:
		return t.Op == "==" || typ == "string"
	case t.Exact:
		return false
	case isNumber(typ) && other == "string":
		_, err := strconv.ParseFloat(expr.Text(literal), 64)
		return err == nil
	case typ == "string" && isNumber(other):
		return true
	default:
		return false
	}
}

// contradiction reports a conjunction that asks one operand to equal two values.
func (f *dataFlow) contradiction(c *criterion, t *expr.Term) {
	wanted := map[string]any{}
	for _, part := range t.Terms {
		operand, literal, ok := equality(c, part)
		if !ok {
			continue
		}
		before, twice := wanted[operand]
		if twice && !equalIn(part, before, literal) {
			f.impossibleComparison(c, part, fmt.Sprintf("%q can never hold: %s is already asked to be %s", shown(c.Condition[part.Offset:part.End]), shown(operand), shown(expr.Text(before))))
			return
		}
		wanted[operand] = literal
	}
}

// equality takes a comparison with a literal apart.
func equality(c *criterion, t *expr.Term) (operand string, literal any, ok bool) {
	if t.Kind != expr.TermCompare || t.Op != "==" || t.End == 0 {
		return "", nil, false
	}
	for i, side := range t.Terms {
		if other := t.Terms[1-i]; other.Kind == expr.TermLiteral && side.Kind != expr.TermLiteral && side.End > 0 {
			return c.Condition[side.Offset:side.End], other.Value, true
		}
	}
	return "", nil, false
}

// statuses checks the status codes that the success criteria ask for.
func (f *dataFlow) statuses(s *stepPlan) {
	if s.operation == nil || len(s.operation.Responses) == 0 {
		return
	}
	asked := ""
	for _, c := range s.criteria {
		codes := statusesOf(c.term)
		if len(codes) == 1 && asked != "" && codes[0] != asked {
			t := c.term
			f.impossibleComparison(c, t, fmt.Sprintf("the criteria can never all hold: the status is already asked to be %s", asked))
		}
		if len(codes) == 1 {
			asked = codes[0]
		}
		for _, code := range codes {
			f.status(s, c, code)
		}
	}
}

func (f *dataFlow) status(s *stepPlan, c *criterion, code string) {
	var declared []string
	for _, r := range s.operation.Responses {
		if r.Status == "default" || matchesStatus(r.Status, code) {
			return
		}
		declared = append(declared, r.Status)
	}
	place := c.Field("condition")
	i := strings.Index(c.Condition, code)
	f.add(diag.Diagnostic{
		Rule: "undeclared-status", Range: place.At(i, i+len(code)), Pointer: place.Pointer(),
		Message: fmt.Sprintf("the operation of step %q declares no response %s", shown(s.step.StepID), code),
		Hint:    "it declares " + listed(declared),
	})
}
