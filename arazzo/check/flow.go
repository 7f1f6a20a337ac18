package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// flow finds out how the steps of a workflow lead to each other, and how it can
// end.
func (l *linter) flow(p *plan) {
	f := &flow{linter: l, plan: p, course: newCourse(p)}
	f.unreachable()
	f.endless()
	for _, s := range p.steps {
		f.shadowed(s.onSuccess)
		f.shadowed(s.onFailure)
		f.retries(s)
		f.proof(s)
		f.poll(s)
		f.states(s)
	}
}

type flow struct {
	*linter
	plan   *plan
	course *course
}

// unreachable reports steps that nothing leads to.
func (f *flow) unreachable() {
	for i, s := range f.plan.steps {
		if f.course.reached[i] {
			continue
		}
		f.at(s.step.Field("stepId"), "unreachable-step", "remove it, or lead to it by an action",
			"step %q is never reached", shown(s.step.StepID))
	}
}

// shadowed reports actions whose turn never comes.
func (f *flow) shadowed(actions []*action) {
	for i, a := range actions {
		for _, earlier := range actions[:i] {
			if earlier.Type == "retry" || earlier.open || !implies(a, earlier) || a.shared && earlier.shared {
				continue
			}
			if a.shared {
				// An action of the workflow is there for the steps that leave it to it.
				break
			}
			why := "applies in any case"
			if len(earlier.criteria) > 0 {
				why = "applies whenever this one does"
			}
			f.add(diag.Diagnostic{
				Rule: "shadowed-action", Range: f.nameOf(a), Pointer: a.written.Pointer(),
				Message: fmt.Sprintf("the action %q is never taken, since %q before it %s", shown(a.Name), shown(earlier.Name), why),
				Hint:    "change their order, or remove one",
				Related: []diag.Related{{Message: "the earlier action", Range: f.nameOf(earlier)}},
			})
			break
		}
	}
}

func (f *flow) nameOf(a *action) diag.Range {
	if a.Reference == nil && a.written.Has("name") {
		return a.written.Field("name").Range()
	}
	return a.written.Range()
}

// implies reports whether the criteria of one action are among those of the
// other, so that the latter applies whenever the former does.
func implies(a, earlier *action) bool {
	for _, c := range earlier.criteria {
		if !slices.ContainsFunc(a.criteria, func(own *criterion) bool { return own.Spec() == c.Spec() }) {
			return false
		}
	}
	return true
}

// endless reports loops that are left by a failure only.
func (f *flow) endless() {
	n := len(f.plan.steps)
	ends := make([]bool, n)
	for changed := true; changed; {
		changed = false
		for i, s := range f.plan.steps {
			if ends[i] || !f.canEnd(i, s, ends) {
				continue
			}
			ends[i], changed = true, true
		}
	}
	for i, s := range f.plan.steps {
		if ends[i] || !f.course.reached[i] {
			continue
		}
		for _, a := range s.onSuccess {
			if a.Type != "goto" || a.target == noTarget || a.target > i {
				continue
			}
			place := a.Field("stepId")
			if a.WorkflowID != "" {
				place = a.Field("workflowId")
			}
			f.add(diag.Diagnostic{
				Rule: "endless-loop", Range: place.Range(), Pointer: a.written.Pointer(),
				Message: fmt.Sprintf("the loop from step %q to step %q has no exit: it ends when a step fails, and the workflow fails with it", shown(s.step.StepID), shown(f.plan.steps[a.target].step.StepID)),
				Hint:    "give the action a criterion, or add an action before it that leaves the loop",
			})
			break
		}
	}
}

// canEnd reports whether the workflow can come to an end after a step succeeded.
func (f *flow) canEnd(i int, s *stepPlan, ends []bool) bool {
	through := true
	for _, a := range s.onSuccess {
		switch {
		case a.Type == "end", a.Type == "goto" && a.target == noTarget:
			return true
		case a.Type == "goto" && ends[a.target]:
			return true
		}
		if a.isCertain() && a.Type != "retry" {
			through = false
			break
		}
	}
	if through && !exhaustive(s.onSuccess) && (i+1 == len(f.plan.steps) || ends[i+1]) {
		return true
	}
	for _, a := range s.onFailure {
		if a.Type == "goto" && a.target != noTarget && ends[a.target] {
			return true
		}
	}
	return false
}

// retries looks at how often, and how fast, a failure is tried again.
func (f *flow) retries(s *stepPlan) {
	const many = 10_000
	for _, a := range s.onFailure {
		if a.Type != "retry" || a.shared {
			continue
		}
		switch {
		case a.RetryLimit > many:
			f.at(a.Field("retryLimit"), "useless-retry-limit", "set a limit that is reached before everybody has lost patience",
				"the action %q retries up to %d times, which is no bound", shown(a.Name), a.RetryLimit)
		case a.Has("retryLimit") && a.RetryLimit > 1 && a.RetryAfter == 0:
			f.add(diag.Diagnostic{
				Rule: "retry-without-pause", Range: f.nameOf(a), Pointer: a.written.Pointer(),
				Message: fmt.Sprintf("the action %q retries %d times without a pause", shown(a.Name), a.RetryLimit), Hint: "add \"retryAfter\", in seconds",
			})
		case !a.Has("retryLimit") && a.RetryLimit == 1:
			f.add(diag.Diagnostic{
				Rule: "default-retry-limit", Range: f.nameOf(a), Pointer: a.written.Pointer(),
				Message: fmt.Sprintf("the action %q retries once, since it states no \"retryLimit\"", shown(a.Name)), Hint: "add \"retryLimit\"",
			})
		}
	}
}

// proof reports steps whose success depends on nothing that the server says.
func (f *flow) proof(s *stepPlan) {
	if s.step.Has("workflowId") {
		return
	}
	if len(s.step.SuccessCriteria) == 0 {
		f.at(s.step.Field("stepId"), "no-success-criteria", "add successCriteria, such as - condition: $statusCode == 200",
			"step %q has no successCriteria, and tools differ in what they take for a success", shown(s.step.StepID))
		return
	}
	if len(s.criteria) < len(s.step.SuccessCriteria) {
		return
	}
	for _, c := range s.criteria {
		for e := range c.compiled.Expressions() {
			if e.Root == expr.RootStatusCode || e.Root == expr.RootResponse || e.Root == expr.RootMessage {
				return
			}
		}
	}
	f.at(s.step.Field("successCriteria"), "no-success-criteria", "add a criterion on the reply, such as $statusCode == 200",
		"the success of step %q does not depend on the reply", shown(s.step.StepID))
}

// loops are the success actions by which a step repeats itself.
func (s *stepPlan) loops() []*action {
	var out []*action
	for _, a := range s.onSuccess {
		if a.Type == "goto" && a.target == s.index {
			out = append(out, a)
		}
		if a.isCertain() && a.Type != "retry" {
			break
		}
	}
	return out
}

// poll looks at a step that repeats itself until something has happened.
func (f *flow) poll(s *stepPlan) {
	var loops []*action
	for _, a := range s.loops() {
		// One that is certain is an endless loop, which is reported as such.
		if !a.isCertain() && !(len(a.criteria) == 1 && !a.open && f.deafPoll(s, a)) {
			loops = append(loops, a)
		}
	}
	if len(loops) == 0 {
		return
	}
	var names []string
	for _, a := range loops {
		names = append(names, a.Name)
	}
	f.add(diag.Diagnostic{
		Rule: "unbounded-poll", Range: f.nameOf(loops[0]), Pointer: loops[0].written.Pointer(),
		Message: fmt.Sprintf("step %q repeats itself by %s as long as the server says so: nothing in the workflow bounds the loop", shown(s.step.StepID), either(names)),
		Hint:    "a retry in onFailure has \"retryAfter\" and \"retryLimit\"; or bound the run with --timeout or --max-steps",
	})
}

// deafPoll reports a loop that goes on in every state but the wanted one.
// It says whether it did.
func (f *flow) deafPoll(s *stepPlan, a *action) bool {
	c := a.criteria[0]
	wanted, operand := exceptions(c, c.term)
	if len(wanted) == 0 {
		return false
	}
	d := &dataFlow{linter: f.linter, plan: f.plan, infer: newInference(f.linter, f.plan)}
	var left []string
	enum := d.term(c, operand, s, success).enum()
	for _, v := range enum {
		if text, isText := v.(string); isText && isFinalFailure(text) && !slices.Contains(wanted, text) {
			left = append(left, text)
		}
	}
	if len(enum) > 0 && len(left) == 0 || len(enum) == 0 && len(wanted) > 1 {
		return false
	}
	text := c.Condition[operand.Offset:operand.End]
	message := fmt.Sprintf("step %q repeats itself until %s is %q, and for ever if it never becomes that", shown(s.step.StepID), shown(text), shown(wanted[0]))
	if len(left) > 0 {
		message = fmt.Sprintf("step %q repeats itself for ever if %s becomes %s", shown(s.step.StepID), shown(text), either(left))
	}
	place := c.Field("condition")
	f.add(diag.Diagnostic{
		Rule: "poll-ignores-failure", Range: place.Range(), Pointer: a.written.Pointer(), Message: message,
		Hint: "repeat while the state is one of those that pass, not while it is not the wanted one",
	})
	return true
}

// exceptions returns the texts from which an operand must differ, if that is all
// that a condition asks for.
func exceptions(c *criterion, t *expr.Term) (texts []string, operand *expr.Term) {
	if t == nil {
		return nil, nil
	}
	switch t.Kind {
	case expr.TermAnd:
		for _, part := range t.Terms {
			more, o := exceptions(c, part)
			if len(more) == 0 || operand != nil && c.Condition[o.Offset:o.End] != c.Condition[operand.Offset:operand.End] {
				return nil, nil
			}
			texts, operand = append(texts, more...), o
		}
		return texts, operand
	case expr.TermCompare:
		text, isText := t.Terms[1].Value.(string)
		if t.Op == "!=" && isText && text != "" && t.Terms[1].Kind == expr.TermLiteral && t.Terms[0].End > 0 {
			return []string{text}, t.Terms[0]
		}
	default:
	}
	return nil, nil
}

// isFinalFailure reports whether the name of a state says that nothing good will
// follow.
func isFinalFailure(state string) bool {
	state = strings.ToLower(state)
	for _, passing := range []string{"ing", "progress", "submitted", "request", "partial", "recover"} {
		if strings.HasSuffix(state, passing) || passing != "ing" && strings.Contains(state, passing) {
			return false
		}
	}
	for _, word := range []string{"fail", "error", "cancel", "abort", "reject", "expire", "terminat", "denied", "timeout", "timed_out", "timedout", "invalid", "deleted", "stopped"} {
		if strings.Contains(state, word) {
			return true
		}
	}
	return false
}

// states reports the states that a step names an exit for, but not all of them.
func (f *flow) states(s *stepPlan) {
	last := s.index == len(f.plan.steps)-1
	if !last && len(s.loops()) == 0 {
		return // where no action applies, the next step is the rest
	}
	d := &dataFlow{linter: f.linter, plan: f.plan, infer: newInference(f.linter, f.plan)}
	handled := map[string]*cases{}
	var order []string
	for _, a := range s.onSuccess {
		if a.open || a.isCertain() {
			return
		}
		for _, c := range a.criteria {
			if !collect(c, c.term, handled, &order) {
				return
			}
		}
	}
	for _, key := range order {
		h := handled[key]
		enum := d.term(h.criterion, h.operand, s, success).enum()
		var left []string
		for _, v := range enum {
			text, isText := v.(string)
			if isText && !h.covers(text) && !f.excluded(s, h, text) {
				left = append(left, text)
			}
		}
		if len(left) == 0 {
			continue
		}
		place := h.criterion.Field("condition")
		f.add(diag.Diagnostic{
			Rule: "unhandled-state", Range: place.At(h.operand.Offset, h.operand.End), Pointer: place.Pointer(),
			Message: fmt.Sprintf("no action of step %q handles %s", shown(s.step.StepID), either(left)),
			Hint:    afterwards(s, last),
		})
	}
}

// afterwards says what happens in a state that no action handles.
func afterwards(s *stepPlan, last bool) string {
	namesExit := slices.ContainsFunc(s.onSuccess, func(a *action) bool {
		return a.Type == "end" || a.Type == "goto" && (a.target == noTarget || a.target > s.index)
	})
	switch {
	case !last && s.guardsNext():
		return "the run then ends unhandled; other tools go on with the next step"
	case !last:
		return "the workflow then goes on with the next step as if all was well"
	case namesExit:
		return "the run then ends unhandled; other tools report a success"
	default:
		return "the run then ends as if all was well"
	}
}

// guardsNext reports whether an action says under which criteria the next step
// follows. Where none applies, it then does not.
func (s *stepPlan) guardsNext() bool {
	return slices.ContainsFunc(s.onSuccess, func(a *action) bool {
		return a.Type == "goto" && a.target == s.index+1 && !a.isCertain()
	})
}

// cases are the values of one operand that actions ask for.
type cases struct {
	criterion *criterion
	operand   *expr.Term
	values    []string
	exact     bool
}

func (h *cases) covers(text string) bool {
	return slices.ContainsFunc(h.values, func(v string) bool { return v == text || !h.exact && strings.EqualFold(v, text) })
}

// collect gathers the texts with which a condition compares. It reports false
// for a condition that may hold for any other value.
func collect(c *criterion, t *expr.Term, handled map[string]*cases, order *[]string) bool {
	if t == nil {
		return true
	}
	switch t.Kind {
	case expr.TermOr:
		for _, part := range t.Terms {
			if !collect(c, part, handled, order) {
				return false
			}
		}
	case expr.TermCompare:
		operand, literal := t.Terms[0], t.Terms[1]
		text, isText := literal.Value.(string)
		if literal.Kind != expr.TermLiteral || !isText || operand.End == 0 {
			return true
		}
		if t.Op == "!=" {
			return false
		}
		if t.Op != "==" {
			return true
		}
		key := c.Context + "\x00" + c.Condition[operand.Offset:operand.End]
		if handled[key] == nil {
			handled[key] = &cases{criterion: c, operand: operand, exact: t.Exact}
			*order = append(*order, key)
		}
		handled[key].values = append(handled[key].values, text)
	default:
	}
	return true
}

// excluded reports whether the success criteria of the step rule a state out, or
// ask for another.
func (f *flow) excluded(s *stepPlan, h *cases, state string) bool {
	operand := h.criterion.Condition[h.operand.Offset:h.operand.End]
	for _, c := range s.criteria {
		if c.Context != h.criterion.Context {
			continue
		}
		own := map[string]*cases{}
		var order []string
		all := collect(c, c.term, own, &order)
		if admitted := own[c.Context+"\x00"+operand]; all && admitted != nil && !admitted.covers(state) {
			return true
		}
		if texts, o := exceptions(c, c.term); o != nil && c.Condition[o.Offset:o.End] == operand && slices.Contains(texts, state) {
			return true
		}
	}
	return false
}

// either lists states for a message, at most six.
func either(states []string) string {
	const most = 6
	if len(states) > most+1 {
		return fmt.Sprintf("%s or %d others", listed(states[:most]), len(states)-most)
	}
	quoted := make([]string, len(states))
	for i, s := range states {
		quoted[i] = fmt.Sprintf("%q", shown(s))
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}
