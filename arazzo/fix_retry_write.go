package arazzo

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// edits writes the move.
func (m *retryMove) edits() []diag.Edit {
	a, s := m.action, m.step
	moved := m.item(a.node)
	newline := lineBreak(m.src, moved.start)
	keyStart, ok := memberStart(m.src, s.node.member("onSuccess"))
	if !ok || m.refused != "" || moved.end == 0 {
		m.refuse("how the list is written is not understood")
		return nil
	}
	dash := moved.dash
	var into *node
	if into = s.node.member("onFailure"); into != nil {
		if into.kind != Array || len(into.children) == 0 || isFlow(m.src, into) {
			m.refuse("the failure actions are written in brackets")
			return nil
		}
		dash = m.item(into.children[0]).dash
	}
	block := m.failureActions(moved, dash, newline)
	edits := []diag.Edit{m.successCriteria(newline)}
	indent := strings.Repeat(" ", column(m.src, keyStart))
	switch {
	case m.refused != "":
		return nil
	case into != nil:
		at := m.item(into.children[0]).start
		edits = append(edits, m.action.edit(at, at, block))
	case len(s.OnSuccess) > 1:
		edits = append(edits, m.action.edit(moved.end, moved.end, m.ended(moved.end, newline)+indent+"onFailure:"+newline+block))
	}
	if len(s.OnSuccess) > 1 {
		return append(edits, m.action.edit(moved.start, moved.end, ""))
	}
	// The list of success actions goes with its only item.
	text := ""
	if into == nil {
		text = indent + "onFailure:" + newline + block
	}
	return append(edits, m.action.edit(lineStart(m.src, keyStart), moved.end, text))
}

// ended is a line break if the text ends without one before a place.
func (m *retryMove) ended(at int, newline string) string {
	if at > 0 && m.src[at-1] != '\n' {
		return newline
	}
	return ""
}

// failureActions are the retry and what follows when it is used up.
func (m *retryMove) failureActions(moved item, dash int, newline string) string {
	criteria := m.action.node.member("criteria")
	if criteria.kind != Array || isFlow(m.src, criteria) {
		m.refuse("the criteria are written in brackets")
		return ""
	}
	first := m.item(criteria.children[0])
	if m.refused != "" {
		return ""
	}
	// The retry is only for what its criterion says, not for other failures.
	shift := func(i item) string { return m.lines(i, first.dash-moved.dash+dash) }
	success := m.succeeded(shift, strings.Repeat(" ", first.dash-moved.dash+dash), newline)
	head := m.lines(item{moved.start, first.start, moved.dash}, dash)
	tail := m.lines(item{first.start, moved.end, moved.dash}, dash)
	block := head + success + tail
	next := m.next()
	if next == nil {
		m.caveats = append(m.caveats, "a run in which the retries are used up has failed instead of being unhandled")
		return block
	}
	indent := strings.Repeat(" ", dash)
	w := valueWriter{}
	block += indent + "- name: " + w.text(m.endName()) + newline +
		indent + "  type: goto" + newline +
		indent + "  stepId: " + w.text(next.StepID) + newline +
		indent + "  criteria:" + newline
	inner := func(i item) string { return m.lines(i, dash+2) }
	block += m.succeeded(inner, indent+"  ", newline)
	for _, c := range criteria.children {
		block += inner(m.item(c))
	}
	return block
}

// succeeded are the success criteria of the step as they are now, as items of
// another list.
func (m *retryMove) succeeded(shift func(item) string, indent, newline string) string {
	if len(m.step.SuccessCriteria) == 0 {
		return indent + "- condition: " + defaultSuccess + newline
	}
	var b strings.Builder
	for _, c := range m.step.SuccessCriteria {
		i := m.item(c.node)
		if m.refused != "" {
			return ""
		}
		b.WriteString(shift(i))
	}
	return b.String()
}

// defaultSuccess is when a step without success criteria succeeds.
const defaultSuccess = "$statusCode >= 200 && $statusCode < 300"

// successCriteria adds what the retry waits for to the success criteria.
func (m *retryMove) successCriteria(newline string) diag.Edit {
	w := valueWriter{}
	condition := "- condition: " + w.text(m.contrary) + newline
	list := m.step.node.member("successCriteria")
	if list == nil || len(list.children) == 0 {
		if list != nil {
			m.refuse("the list of success criteria is empty")
			return diag.Edit{}
		}
		start, ok := memberStart(m.src, m.step.node.member("onSuccess"))
		if !ok {
			m.refuse("how the list is written is not understood")
			return diag.Edit{}
		}
		indent := strings.Repeat(" ", column(m.src, start))
		at := lineStart(m.src, start)
		return m.action.edit(at, at, indent+"successCriteria:"+newline+indent+"- condition: "+defaultSuccess+newline+indent+condition)
	}
	if list.kind != Array || isFlow(m.src, list) {
		m.refuse("the success criteria are written in brackets")
		return diag.Edit{}
	}
	last := m.item(list.children[len(list.children)-1])
	return m.action.edit(last.end, last.end, m.ended(last.end, newline)+strings.Repeat(" ", last.dash)+condition)
}

// equalities says which values the criteria ask for, by where these are. It is
// false if they ask for something else.
func (wc *workflowChecker) equalities(list []*Criterion) (map[string][]string, bool) {
	wants := map[string][]string{}
	for _, cr := range list {
		c, _, err := expr.CompileCriterion(cr.Spec(), wc.lenient(scope{phase: afterResponse}))
		if err != nil || c.Term() == nil {
			return nil, false
		}
		context := ""
		if c.Context() != nil {
			context = c.Context().String() + "#"
		}
		collectEqualities(c.Term(), context, wants)
	}
	return wants, len(wants) > 0
}

// collectEqualities collects the values of a comparison or of alternatives, all
// of which must be about the same.
func collectEqualities(t *expr.Term, context string, wants map[string][]string) {
	terms := []*expr.Term{t}
	if t.Kind == expr.TermOr {
		terms = t.Terms
	}
	key, values := "", []string{}
	for _, term := range terms {
		if term.Kind != expr.TermCompare || term.Op != "==" {
			return
		}
		left, right := term.Terms[0], term.Terms[1]
		if left.Kind == expr.TermLiteral {
			left, right = right, left
		}
		at := ""
		switch {
		case left.Kind == expr.TermPath && left.Singular:
			at = context + left.Pointer.String()
		case left.Kind == expr.TermExpression:
			at = left.Expression.String()
		}
		if at == "" || right.Kind != expr.TermLiteral || key != "" && key != at {
			return
		}
		text, isText := right.Value.(string)
		if number, is := right.Value.(json.Number); is {
			text, isText = string(number), true
		}
		if !isText {
			text = expr.Text(right.Value)
		}
		key, values = at, append(values, strings.ToLower(text))
	}
	wants[key] = append(wants[key], values...)
}

// excludes reports whether two sets of criteria cannot hold at the same time.
func excludes(a, b map[string][]string) bool {
	for key, values := range a { // order: any of them decides
		if other := b[key]; len(other) > 0 && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(other, v) }) {
			return true
		}
	}
	return false
}
