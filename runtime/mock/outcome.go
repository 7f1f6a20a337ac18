package mock

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// outcome is what is to become of a step attempt: the step succeeds or fails,
// and then an action is taken, or none.
type outcome struct {
	success bool
	// action is the index of the action among those of the list, or noAction.
	action int
	// repair: the step is carried out before another is tried again, and its
	// actions are not taken.
	repair bool
	// spent are the indices of retry actions that are used up, and so passed over
	// whatever their criteria say.
	spent []int
	// poll: the step fails though the server says that all is well, as it does while
	// what is waited for has not come.
	poll bool
}

const noAction = -1

func (o outcome) actions(s *runtime.StepView) []runtime.ActionView {
	if o.success {
		return s.OnSuccess
	}
	return s.OnFailure
}

// name is how messages call the outcome.
func (o outcome) name(s *runtime.StepView) string {
	verdict := "success"
	if !o.success {
		verdict = "failure"
	}
	if o.action == noAction {
		return verdict + " and no action"
	}
	return verdict + " and action " + strconv.Quote(o.actions(s)[o.action].Name)
}

// hopeless says why no reply at all can lead to the outcome, or is empty.
func (o outcome) hopeless(s *runtime.StepView) string {
	actions := o.actions(s)
	last := o.action
	if last == noAction {
		last = len(actions)
	}
	for i, a := range actions[:last] {
		if len(a.Criteria) == 0 && !slices.Contains(o.spent, i) {
			verdict := "succeeds"
			if !o.success {
				verdict = "fails"
			}
			return "action " + strconv.Quote(a.Name) + " applies whenever the step " + verdict
		}
	}
	return ""
}

// happened reports whether an attempt ended as wanted.
func (o outcome) happened(s *runtime.StepView, ev *runtime.Event) bool {
	if ev == nil || (ev.Status == runtime.StepSucceeded) != o.success {
		return false
	}
	if o.action == noAction {
		return ev.Action == nil
	}
	a := &o.actions(s)[o.action]
	return ev.Action != nil && ev.Action.Name == a.Name && ev.Action.Type == a.Type
}

// maxClaims bounds the alternatives of an outcome.
const maxClaims = 64

// claims lists the alternatives of what must hold of the criteria for the
// outcome. The status decides for a step without criteria.
func (o outcome) claims(s *runtime.StepView, status int) [][]claim {
	list := [][]claim{nil}
	switch {
	case len(s.Criteria) == 0:
		if (status >= 200 && status < 300) != o.success {
			return nil
		}
	case o.success:
		list = allHold(list, s.Criteria)
	default:
		list = oneFails(list, s.Criteria)
	}
	if o.repair {
		return list
	}
	actions := o.actions(s)
	last := o.action
	if last == noAction {
		last = len(actions)
	}
	for i := range actions[:last] {
		if !slices.Contains(o.spent, i) {
			list = oneFails(list, actions[i].Criteria)
		}
	}
	if o.action != noAction {
		list = allHold(list, actions[o.action].Criteria)
	}
	return list
}

func allHold(list [][]claim, criteria []runtime.CriterionView) [][]claim {
	for _, c := range criteria {
		if c.Compiled == nil {
			return nil
		}
		for i := range list {
			list[i] = append(slices.Clip(list[i]), claim{c.Compiled, true})
		}
	}
	return list
}

// oneFails multiplies the alternatives: in each of the new ones another of the
// criteria does not pass.
func oneFails(list [][]claim, criteria []runtime.CriterionView) [][]claim {
	var out [][]claim
	for _, claims := range list {
		for _, c := range criteria {
			if len(out) == maxClaims {
				return out
			}
			if c.Compiled == nil {
				out = append(out, claims)
				continue
			}
			out = append(out, append(slices.Clip(claims), claim{c.Compiled, false}))
		}
	}
	return out
}

// statuses are those to try for an outcome, the most plausible first: those that
// the operation declares, those that the criteria name, and the usual ones.
func (o outcome) statuses(s *runtime.StepView) []int {
	var declared, named, near []int
	for _, r := range s.Operation.Responses {
		if n, err := strconv.Atoi(r.Status); err == nil {
			declared = append(declared, n)
		}
	}
	for _, list := range [][]runtime.CriterionView{s.Criteria, criteriaOf(s.OnSuccess), criteriaOf(s.OnFailure)} {
		for _, c := range list {
			if c.Compiled != nil {
				for _, n := range statusesIn(c.Compiled.Term()) {
					named, near = append(named, n), append(near, n-1, n+1)
				}
			}
		}
	}
	successes := []int{200, 201, 202, 204}
	failures := []int{500, 400, 404, 409, 401, 403, 429, 503, 304}
	isSuccess := func(n int) bool { return n >= 200 && n < 300 }
	var first, second []int
	likely := o.success || o.poll
	for _, n := range slices.Concat(declared, named, successes, failures, near) {
		if n < 200 || n > 599 {
			continue
		}
		if isSuccess(n) == likely {
			first = append(first, n)
		} else if !o.poll {
			second = append(second, n)
		}
	}
	var out []int
	for _, n := range append(first, second...) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func criteriaOf(actions []runtime.ActionView) []runtime.CriterionView {
	var out []runtime.CriterionView
	for i := range actions {
		out = append(out, actions[i].Criteria...)
	}
	return out
}

// statusesIn returns the numbers that a condition compares the status with.
func statusesIn(t *expr.Term) []int {
	if t == nil {
		return nil
	}
	var out []int
	if t.Kind == expr.TermCompare {
		for i, side := range t.Terms {
			if side.Kind != expr.TermExpression || side.Expression.Root != expr.RootStatusCode {
				continue
			}
			text := expr.Text(t.Terms[1-i].Value)
			if n, err := json.Number(text).Int64(); err == nil && n > 0 && n < 1000 {
				out = append(out, int(n))
			}
		}
	}
	for _, inner := range t.Terms {
		out = append(out, statusesIn(inner)...)
	}
	return out
}
