package check

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// course is how the steps of a plan follow each other.
type course struct {
	plan *plan
	// next are the steps that may follow a step, by their indices, and ends tells
	// whether the workflow may end after it.
	next [][]int
	ends []bool
	// reached tells which steps can be reached at all.
	reached []bool
	// before are, for each step that is reached, the steps that have run in any
	// case when it starts.
	before []map[int]bool
}

func newCourse(p *plan) *course {
	c := &course{plan: p, next: make([][]int, len(p.steps)), ends: make([]bool, len(p.steps)), reached: make([]bool, len(p.steps))}
	for i, s := range p.steps {
		c.follow(i, s)
	}
	c.walk()
	return c
}

// follow finds out what may come after a step.
func (c *course) follow(i int, s *stepPlan) {
	add := func(target int) {
		if !slices.Contains(c.next[i], target) {
			c.next[i] = append(c.next[i], target)
		}
	}
	through := true
	for _, a := range s.onSuccess {
		if c.action(i, a, add); a.isCertain() && a.Type != "retry" {
			through = false
			break
		}
	}
	if through && !exhaustive(s.onSuccess) {
		if i+1 < len(c.plan.steps) {
			add(i + 1)
		} else {
			c.ends[i] = true
		}
	}
	for _, a := range s.onFailure {
		if c.action(i, a, add); a.isCertain() && a.Type != "retry" {
			return
		}
	}
	c.ends[i] = true
}

func (c *course) action(i int, a *action, add func(int)) {
	switch {
	case a.Type == "end", a.WorkflowID != "" && a.Type == "goto" && a.target == noTarget:
		c.ends[i] = true
	case a.Type == "goto" && a.target != noTarget:
		add(a.target)
	case a.Type == "retry":
		add(i)
		if a.target != noTarget {
			add(a.target)
		}
	}
}

// isCertain reports whether the action applies whenever its turn comes.
func (a *action) isCertain() bool { return len(a.criteria) == 0 && !a.open }

// exhaustive reports whether one of the actions applies in any case, since two
// of them have opposite conditions.
func exhaustive(actions []*action) bool {
	for i, a := range actions {
		for _, b := range actions[:i] {
			if a.Type != "retry" && b.Type != "retry" && len(a.criteria) == 1 && len(b.criteria) == 1 && !a.open && !b.open &&
				opposite(a.criteria[0], b.criteria[0]) {
				return true
			}
		}
	}
	return false
}

// opposite reports whether one of two conditions holds whenever the other does
// not.
func opposite(a, b *criterion) bool {
	if a.Context != b.Context {
		return false
	}
	s, t := a.term, b.term
	if s == nil || t == nil {
		return false
	}
	left, right := normalise(a, s), normalise(b, t)
	if left.operand == "" || left.operand != right.operand {
		return false
	}
	switch {
	case left.op == "empty" && right.op == "empty", left.truth && right.truth && left.op == "==" && right.op == "==":
		return left.value != right.value
	case left.value == right.value:
		return opposites(left.op, right.op) || opposites(right.op, left.op)
	case left.length && right.length:
		// A length is never negative: > 0 and < 1, >= 1 and == 0 are opposites too.
		return left.isEmptiness() != 0 && left.isEmptiness() == -right.isEmptiness()
	default:
		return false
	}
}

func opposites(a, b string) bool {
	return a == "==" && b == "!=" || a == "<" && b == ">=" || a == ">" && b == "<="
}

// relation is a comparison with a literal in one form.
type relation struct {
	operand, op, value string
	length, truth      bool
}

// isEmptiness is 1 if the relation says that a length is zero, -1 if it says that
// it is not, and 0 if it says something else.
func (r relation) isEmptiness() int {
	switch r.op + r.value {
	case "==0", "<1", "<=0":
		return 1
	case "!=0", ">0", ">=1":
		return -1
	default:
		return 0
	}
}

func normalise(c *criterion, t *expr.Term) relation {
	text := func(t *expr.Term) string { return c.Condition[t.Offset:t.End] }
	switch t.Kind {
	case expr.TermEmpty:
		return relation{operand: text(t.Terms[0]), op: "empty", value: expr.Text(t.Value)}
	case expr.TermCompare:
		for i, side := range t.Terms {
			other := t.Terms[1-i]
			if i == 0 && side.End > 0 && side.Kind != expr.TermLiteral && (other.Kind == expr.TermLiteral || other.End > 0) {
				r := relation{operand: text(side), op: t.Op, length: side.Kind == expr.TermLength, value: text(other)}
				if other.Kind == expr.TermLiteral {
					r.value = expr.Text(other.Value)
					_, r.truth = other.Value.(bool)
				}
				if side.Kind == expr.TermLength && r.isEmptiness() != 0 {
					r.op, r.value = "==", "0"
					if (relation{op: t.Op, value: expr.Text(other.Value)}).isEmptiness() < 0 {
						r.op = "!="
					}
				}
				return r
			}
		}
	default:
	}
	return relation{}
}

// walk finds the steps that are reached, and what has run before each.
func (c *course) walk() {
	if len(c.plan.steps) == 0 {
		return
	}
	c.before = make([]map[int]bool, len(c.plan.steps))
	c.before[0], c.reached[0] = map[int]bool{}, true
	// The sets only shrink, so that this ends.
	for changed := true; changed; {
		changed = false
		for i := range c.plan.steps {
			if !c.reached[i] {
				continue
			}
			for _, j := range c.next[i] {
				if c.merge(i, j) {
					changed = true
				}
			}
		}
	}
}

// merge takes into account that step j may follow step i.
func (c *course) merge(i, j int) bool {
	if !c.reached[j] {
		c.reached[j] = true
		c.before[j] = map[int]bool{i: true}
		for k := range c.before[i] {
			c.before[j][k] = true
		}
		return true
	}
	changed := false
	for k := range c.before[j] {
		if k != i && !c.before[i][k] {
			delete(c.before[j], k)
			changed = true
		}
	}
	return changed
}
