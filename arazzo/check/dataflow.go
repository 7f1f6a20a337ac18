package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// dataFlow follows the values of a workflow from where they come from to where
// they are used.
func (l *linter) dataFlow(p *plan) {
	f := &dataFlow{linter: l, plan: p, infer: newInference(l, p)}
	skipped := newCourse(p)
	for _, s := range p.steps {
		f.request(s)
		f.skipped(s, skipped)
		f.conditions(s.criteria, s, success)
		f.statuses(s)
		for _, a := range s.onSuccess {
			if !a.shared {
				f.conditions(a.criteria, s, success)
			}
		}
		for _, a := range s.onFailure {
			if !a.shared {
				f.conditions(a.criteria, s, anyReply)
			}
		}
		for _, o := range s.step.Outputs {
			f.pointersIn(o.Value, s, success)
		}
	}
	for _, o := range p.workflow.Outputs {
		f.pointersIn(o.Value, nil, success)
	}
}

type dataFlow struct {
	*linter
	plan  *plan
	infer *inference
}

// pointersIn checks the pointers of the expressions in a value, however deep.
func (f *dataFlow) pointersIn(v arazzo.Value, at *stepPlan, when moment) {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		t := f.plan.template(text)
		if t == nil {
			return
		}
		for e := range t.Expressions() {
			f.pointer(v.Origin, text, 0, e, at, when)
		}
	case arazzo.Array:
		for _, e := range v.Elements() {
			f.pointersIn(e, at, when)
		}
	case arazzo.Object:
		if f.plan.options.Version != expr.V1_0 && arazzo.IsSelector(v) {
			f.pointersIn(v.Member("context"), at, when)
			return
		}
		for _, m := range v.Members() {
			f.pointersIn(m, at, when)
		}
	case arazzo.Absent, arazzo.Null, arazzo.Bool, arazzo.Number:
	}
}

// pointer reports a pointer to what the value cannot have. The expression stands
// in a text of the document, at or behind an offset.
func (f *dataFlow) pointer(place arazzo.Origin, text string, offset int, e *expr.Expression, at *stepPlan, when moment) {
	pointer := e.FixedPointer()
	if len(pointer) == 0 {
		return
	}
	lacking, failed := inside(f.infer.root(e, at, when), pointer)
	if failed < 0 {
		return
	}
	start := offset
	if i := strings.Index(text[offset:], e.Source()); i >= 0 {
		start += i
	}
	f.impossible(place, text, start, start+len(e.Source()), pointer, failed, lacking, subjectOf(e, at))
}

// impossible reports the token of a pointer that leads nowhere. The pointer
// stands between start and end of the text.
func (f *dataFlow) impossible(place arazzo.Origin, text string, start, end int, pointer expr.Pointer, failed int, lacking shape, subject string) {
	token := pointer[failed]
	from, to := tokenAt(text[start:end], pointer, failed)
	d := diag.Diagnostic{
		Rule: "impossible-pointer", Range: place.At(start+from, start+to), Pointer: place.Pointer(),
		Message: fmt.Sprintf("%s cannot have %q", subject, shown(token)),
	}
	if failed > 0 {
		d.Message = fmt.Sprintf("%q of %s cannot have %q", shown(pointer[:failed].String()), subject, shown(token))
	}
	names := lacking.names()
	near := nearest.Find(token, names)
	switch types := lacking.types(); {
	case len(near) > 0:
		d.Hint = fmt.Sprintf("did you mean %q?", shown(near[0]))
	case len(names) > 0:
		d.Hint = "it has " + listed(names)
	case types != nil:
		d.Hint = "it is " + describeTypes(types)
	}
	f.add(d)
}

// subjectOf names what an expression reads from.
func subjectOf(e *expr.Expression, at *stepPlan) string {
	switch e.Root {
	case expr.RootResponse:
		if at != nil {
			return fmt.Sprintf("the reply to step %q", shown(at.step.StepID))
		}
		return "the reply"
	case expr.RootSteps:
		return fmt.Sprintf("output %q of step %q", shown(e.Output), shown(e.Name))
	case expr.RootInputs:
		return fmt.Sprintf("input %q", shown(e.Name))
	default:
		return "the value"
	}
}

// tokenAt finds a token of a pointer in the text of the expression that holds it.
// If it is not found as it is written, the whole expression is meant.
func tokenAt(text string, pointer expr.Pointer, index int) (from, to int) {
	at := 0
	for i, token := range pointer[:index+1] {
		escaped := strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
		found := -1
		for _, form := range []string{"/" + escaped, "." + token, "['" + token, "[\"" + token, "[" + token, "#" + escaped} {
			j := strings.Index(text[at:], form)
			if j >= 0 && (found < 0 || j < found) {
				found = j
				to = at + j + len(form)
				from = to - len(strings.TrimLeft(form, "/.['\"#"))
			}
		}
		if found < 0 {
			return 0, len(text)
		}
		if at = to; i == index {
			return from, to
		}
	}
	return 0, len(text)
}

// listed writes names for a hint, at most ten.
func listed(names []string) string {
	const most = 10
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", shown(n))
	}
	return strings.Join(quoted, ", ") + more
}

// conditions checks what criteria look at.
func (f *dataFlow) conditions(criteria []*criterion, at *stepPlan, when moment) {
	for _, c := range criteria {
		place := c.Field("condition")
		for e := range c.compiled.Expressions() {
			if e == c.compiled.Context() {
				f.pointer(c.Field("context"), c.Context, 0, e, at, when)
				continue
			}
			f.pointer(place, c.Condition, 0, e, at, when)
		}
		term := c.term
		if term == nil {
			continue
		}
		f.paths(c, term, at, when)
		f.comparisons(c, term, at, when)
	}
}

// target is what the paths of a condition lead into: the context or, for a filter
// on an array, its elements.
func (f *dataFlow) target(c *criterion, context shape) shape {
	if c.compiled.Term().Filter == nil {
		return context
	}
	switch types := context.types(); {
	case slices.Equal(types, []string{"object"}):
		return context
	case slices.Equal(types, []string{"array"}):
		return context.element()
	default:
		return anything{}
	}
}

// paths checks the JSONPaths of a condition that lead to one place.
func (f *dataFlow) paths(c *criterion, t *expr.Term, at *stepPlan, when moment) {
	if t.Kind == expr.TermPath && t.Singular {
		e := c.compiled.Context()
		context, failed := inside(f.infer.root(e, at, when), e.Pointer)
		if failed < 0 {
			context = f.target(c, context)
		}
		if failed < 0 {
			if lacking, failed := inside(context, t.Pointer); failed >= 0 {
				f.impossible(c.Field("condition"), c.Condition, t.Offset, t.End, t.Pointer, failed, lacking, subjectOf(e, at))
			}
		}
	}
	for _, part := range t.Terms {
		f.paths(c, part, at, when)
	}
}
