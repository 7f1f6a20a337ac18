package arazzo

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// This file moves a retry from the success actions of a step to its failure
// actions. What the retry waits for becomes a success criterion of the step, and
// where the retries are used up a failure action goes on to the next step.

// retryMove moves one retry.
type retryMove struct {
	wc     *workflowChecker
	step   *Step
	action *Action
	src    []byte

	// contrary is the condition under which nothing is waited for.
	contrary string
	caveats  []string
	refused  string
}

// mendRetry attaches the move of a retry among the success actions of a step.
func (wc *workflowChecker) mendRetry(a *Action, s *Step, d *diag.Diagnostic) {
	if wc.fixes == nil {
		return
	}
	m := &retryMove{wc: wc, step: s, action: a, src: a.src.text}
	m.check()
	if m.refused != "" {
		d.NoFix = m.refused
		return
	}
	edits := m.edits()
	if m.refused != "" {
		d.NoFix = m.refused
		return
	}
	d.Fix = &diag.Fix{
		Message: "move the retry to \"onFailure\" and what it waits for to \"successCriteria\"",
		Caveat:  strings.Join(m.caveats, "; "), Edits: edits,
	}
}

func (m *retryMove) refuse(format string, args ...any) {
	if m.refused == "" {
		m.refused = fmt.Sprintf(format, args...)
	}
}

// check finds out whether the step does the same after the move.
func (m *retryMove) check() {
	if m.step == nil || !slices.Contains(m.step.OnSuccess, m.action) {
		m.refuse("the action serves several steps")
		return
	}
	a, list := m.action, m.step.OnSuccess
	switch {
	case len(a.Criteria) == 0:
		m.refuse("it waits for nothing")
	case list[len(list)-1] != a || len(m.wc.workflow.SuccessActions) > 0:
		m.refuse("other success actions follow it")
	case slices.ContainsFunc(m.wc.workflow.Steps, func(s *Step) bool { return len(s.DependsOn) > 0 }):
		m.refuse("steps depend on the success of others")
	case m.nameTaken():
		m.refuse("a failure action has the same name")
	case isFlow(m.src, a.node) || a.isShared() || bytes.ContainsAny(m.text(a.node), "&*"):
		m.refuse("it is written in brackets, or shared")
	default:
		m.order()
	}
	if m.refused != "" {
		return
	}
	for _, c := range a.Criteria {
		contrary, caveat, err := expr.Contrary(c.Spec(), m.wc.lenient(scope{step: m.step, phase: afterResponse}))
		if err != nil {
			m.refuse("%s", reasonOf(err))
			return
		}
		if m.contrary != "" {
			m.contrary += " || "
		}
		m.contrary += contrary
		if caveat = "for the success of the step, " + caveat; !strings.HasSuffix(caveat, ", ") && !slices.Contains(m.caveats, caveat) {
			m.caveats = append(m.caveats, caveat)
		}
	}
}

// order checks that no action before the retry applies where it does, since
// failure actions are taken after a failure only.
func (m *retryMove) order() {
	wants, ok := m.wc.equalities(m.action.Criteria)
	for _, other := range m.step.OnSuccess[:len(m.step.OnSuccess)-1] {
		before, known := m.wc.equalities(other.Criteria)
		if !ok || !known || other.Reference != nil || !excludes(before, wants) {
			m.refuse("whether an action before it applies at the same time is not known")
			return
		}
	}
}

func (m *retryMove) nameTaken() bool {
	for _, other := range slices.Concat(m.step.OnFailure, m.wc.workflow.FailureActions) {
		if other = m.wc.document.ResolveAction(other); other != nil && (other.Name == m.action.Name || other.Name == m.endName()) {
			return true
		}
	}
	return false
}

// endName is the name of the action for retries that are used up.
func (m *retryMove) endName() string { return m.action.Name + "UsedUp" }

// next is the step to which a success leads, or nil.
func (m *retryMove) next() *Step {
	steps := m.wc.workflow.Steps
	if i := slices.Index(steps, m.step); i+1 < len(steps) {
		return steps[i+1]
	}
	return nil
}

// text is the source of a node.
func (m *retryMove) text(n *node) []byte {
	end, ok := valueEnd(m.src, n)
	if !ok {
		m.refuse("where it ends is not understood")
		return nil
	}
	return m.src[n.offset:end]
}

// item is a list item with its comments, in whole lines.
type item struct {
	// start and end delimit the lines, dash is the column of its "-".
	start, end, dash int
}

// item finds the lines of an element of a list in block style.
func (m *retryMove) item(n *node) item {
	first := lineStart(m.src, n.offset)
	dash := bytes.IndexByte(m.src[first:n.offset], '-')
	end, ok := valueEnd(m.src, n)
	if !ok || dash < 0 || len(bytes.TrimSpace(m.src[first:first+dash])) > 0 || strings.Trim(string(m.src[first+dash:n.offset]), "- ") != "" {
		m.refuse("how the list is written is not understood")
		return item{}
	}
	i := item{start: first, end: end, dash: dash}
	if i.end == 0 || m.src[i.end-1] != '\n' {
		i.end = lineEnd(m.src, end)
		if nl := bytes.IndexByte(m.src[i.end:], '\n'); nl >= 0 {
			i.end += nl + 1
		}
	}
	// Comments that stand right above belong to the item.
	for i.start > 0 {
		above := lineStart(m.src, i.start-1)
		line := bytes.TrimSpace(m.src[above:i.start])
		if len(line) == 0 || line[0] != '#' {
			break
		}
		i.start = above
	}
	return i
}

// lines are those of an item, moved to another column.
func (m *retryMove) lines(i item, dash int) string {
	newline := lineBreak(m.src, i.start)
	var b strings.Builder
	text := strings.TrimSuffix(string(m.src[i.start:i.end]), newline)
	for _, line := range strings.Split(text, newline) {
		if strings.TrimSpace(line) != "" {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			line = strings.Repeat(" ", max(0, indent-i.dash+dash)) + line[indent:]
		}
		b.WriteString(line + newline)
	}
	return b.String()
}
