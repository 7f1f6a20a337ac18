package mock

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// solver looks for a response on which conditions have the verdicts that are
// wanted. It takes the conditions apart into demands on single values, changes a
// plausible response so that these are met, and leaves the judgement of the
// result to the evaluator: an answer is right or there is none.
type solver struct {
	// env supplies inputs, outputs of earlier steps and the status.
	env   expr.Environment
	draft draft
	// seen is the draft with the demands that stand so far.
	seen draft
	// judge reports whether a finished response has the wanted outcome.
	judge func(draft) bool
	// work counts what was tried.
	work, judged int
}

// The bounds of one search.
const (
	maxWork   = 4000
	maxJudged = 40
)

// claim is a criterion with the verdict that is wanted.
type claim struct {
	criterion *expr.Criterion
	want      bool
}

// solve looks for a response on which one claim of each list holds: all of one
// list hold at once, and the lists are alternatives of each other.
func (s *solver) solve(alternatives [][]claim) (draft, bool) {
	for _, claims := range alternatives {
		b, ok := s.begin(claims)
		if !ok {
			continue
		}
		if d, ok := s.prove(b.goals, b.demands, nil); ok {
			return d, true
		}
	}
	return draft{}, false
}

// constants returns the claims that depend on the header or body of the reply.
// It reports false if one of the others does not hold.
func (s *solver) constants(claims []claim) (rest []claim, ok bool) {
	for _, c := range claims {
		if !isConstant(c.criterion) {
			rest = append(rest, c)
			continue
		}
		if passed, err := c.criterion.Evaluate(s.env); (passed && err == nil) != c.want {
			return nil, false
		}
	}
	return rest, true
}

// begin turns claims into goals. It reports false if one of them cannot hold.
func (s *solver) begin(claims []claim) (branch, bool) {
	var b branch
	s.seen = s.draft
	claims, ok := s.constants(claims)
	if !ok {
		return b, false
	}
	for _, c := range claims {
		context := c.criterion.Context()
		if pattern, ok := c.criterion.PatternIn(s.env); ok && readsReply(context) {
			if at, ok := s.placeOf(context); ok {
				if d, ok := matching(at, pattern, c.want, false); ok {
					b.demands = append(b.demands, d)
				}
			}
			continue
		}
		if x, ok := c.criterion.XPathTerm(s.env); ok {
			b.goals = append(b.goals, goal{xpath: x, want: c.want})
			continue
		}
		term := c.criterion.Term()
		if term == nil {
			continue
		}
		g := goal{term: term, want: c.want}
		if context != nil {
			if at, ok := s.placeOf(context); ok && readsReply(context) {
				g.root, g.current, g.rooted = at, at, true
			}
		}
		b.goals = append(b.goals, g)
	}
	return b, true
}

// prove looks for a response that reaches all goals and meets all demands.
func (s *solver) prove(goals []goal, demands []demand, edits []xmlEdit) (draft, bool) {
	if s.work++; s.work > maxWork || s.judged >= maxJudged {
		return draft{}, false
	}
	d, ok := s.draft.meet(demands)
	if !ok {
		return draft{}, false
	}
	if len(goals) == 0 {
		d.edits = slices.Concat(s.draft.edits, edits)
		s.judged++
		return d, s.judge(d)
	}
	s.seen = d
	for _, b := range s.expand(goals[0]) {
		if d, ok := s.prove(slices.Concat(b.goals, goals[1:]), slices.Concat(demands, b.demands), slices.Concat(edits, b.edits)); ok {
			return d, true
		}
	}
	return draft{}, false
}
