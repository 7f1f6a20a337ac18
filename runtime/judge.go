package runtime

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// conclude judges the attempt, takes one action and leaves the state ready for
// the next attempt. The failure is not nil if there was no reply.
func (a *attempt) conclude(ctx context.Context, failure *Failure) {
	var results []CriterionResult
	if failure == nil {
		results, failure = a.judge(ctx)
	}
	if a.env.exchange.resp != nil || a.env.outputs != nil {
		a.record.Outputs = a.collectOutputs()
	}
	a.record.Succeeded = failure == nil
	ev := Event{Kind: StepFinished, Status: StepSucceeded, Criteria: results, Outputs: a.record.Outputs, Response: a.env.exchange.resp, Failure: failure}
	if failure != nil {
		ev.Status = StepFailed
	}
	ev.Duration = a.engine.Clock.Now().Sub(a.began)
	var next transition
	switch {
	case a.frame.Repair != nil:
		next = a.repaired()
	case failure == nil:
		next = a.succeed(ctx)
	default:
		next = a.recover(ctx, failure)
	}
	ev.Action = next.action
	a.noteBody(ctx, failure)
	a.emit(ctx, ev)
	a.follow(ctx, next)
}

// judge evaluates the success criteria. Without any, a status of 2xx is success.
func (a *attempt) judge(ctx context.Context) ([]CriterionResult, *Failure) {
	if len(a.step.criteria) == 0 {
		if a.step.sub != nil {
			return nil, nil
		}
		status := a.env.exchange.resp.Status
		if status >= 200 && status < 300 {
			return nil, nil
		}
		return nil, a.fail("unsuccessful-status", fmt.Sprintf("step %q failed: the server answered %d%s", a.step.id, status, a.serverMessage()),
			"state successCriteria if this status is a success")
	}
	results, passed := a.evaluate(ctx, a.step.criteria)
	if passed {
		return results, nil
	}
	return results, a.criteriaFailure(results, a.step.criteria[len(results)-1])
}

// evaluate evaluates criteria up to the first that does not pass, which is the
// last in the results. Results of criteria that all pass are left out if nobody
// will look at them.
func (a *attempt) evaluate(ctx context.Context, criteria []*criterion) ([]CriterionResult, bool) {
	var results []CriterionResult
	if a.engine.Observer != nil {
		results = make([]CriterionResult, 0, len(criteria))
	}
	for i, c := range criteria {
		passed, err := c.evaluate(a.env)
		a.noteDialect(ctx, c)
		if passed {
			if a.engine.Observer != nil {
				results = append(results, CriterionResult{Condition: c.text, Passed: true})
			}
			continue
		}
		r := CriterionResult{Condition: c.text, Operands: a.operands(c)}
		if err != nil {
			r.Error = a.maskText(err.Error())
		}
		for len(results) < i {
			results = append(results, CriterionResult{Condition: criteria[len(results)].text, Passed: true})
		}
		return append(results, r), false
	}
	return results, true
}

// noteDialect reports the forms of the dialect that only values give away.
func (a *attempt) noteDialect(ctx context.Context, c *criterion) {
	if c.broken != nil || !c.dynamic {
		return
	}
	for _, n := range c.compiled.RuntimeNotes(a.env) {
		a.engine.warn(ctx, a.st, diag.Diagnostic{Rule: n.Rule, Message: n.Message, Hint: n.Hint, Range: c.origin.At(n.Offset, n.End)})
	}
}

func (a *attempt) criteriaFailure(results []CriterionResult, unmet *criterion) *Failure {
	r := results[len(results)-1]
	var b strings.Builder
	fmt.Fprintf(&b, "step %q failed: %q was not met", a.step.id, r.Condition)
	switch {
	case r.Error != "":
		fmt.Fprintf(&b, ", since it could not be evaluated: %s", r.Error)
	case len(r.Operands) > 0:
		b.WriteString(": ")
		b.WriteString(describeOperands(r.Operands))
	}
	b.WriteString(a.serverMessage())
	if err := a.env.exchange.body.err; err != nil {
		fmt.Fprintf(&b, "; %v", err)
	}
	failure := a.fail("criteria-not-met", b.String(), "")
	failure.Range = unmet.origin.Range()
	return failure
}

func describeOperands(ops []Operand) string {
	parts := make([]string, len(ops))
	for i, op := range ops {
		parts[i] = op.Expression + " is " + op.Value
	}
	return strings.Join(parts, ", ")
}

// operands are the values that a criterion was judged by, shortened and masked.
func (a *attempt) operands(c *criterion) []Operand {
	var out []Operand
	for _, op := range c.operands(a.env) {
		value := "absent"
		if op.Present {
			value = a.maskText(shorten(literal(op.Value)))
			if isSensitiveName(lastName(op.Text)) {
				value = masked
			}
		}
		out = append(out, Operand{Expression: op.Text, Value: value})
	}
	return out
}

func (a *attempt) maskText(s string) string {
	if a.mask == nil {
		a.mask = a.engine.masker(a.st)
	}
	return a.mask.text(s)
}

// lastName is the last name in an expression or path: "token" of
// "$response.body#/auth/token".
func lastName(expression string) string {
	if i := strings.LastIndexAny(expression, "./"); i >= 0 {
		return expression[i+1:]
	}
	return expression
}

// literal writes a value as it would stand in a condition.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return `"` + v + `"`
	case *expr.Binary:
		return v.String()
	default:
		return expr.Text(v)
	}
}

// shorten cuts a text after its first line and 200 bytes, between characters.
func shorten(s string) string {
	const most = 200
	line, _, cut := strings.Cut(s, "\n")
	if len(line) > most {
		cut = true
		end := most
		for end > 0 && line[end]&0xC0 == 0x80 {
			end--
		}
		line = line[:end]
	}
	if cut {
		line += "…"
	}
	return line
}

func (a *attempt) collectOutputs() map[string]any {
	if len(a.step.outputs) == 0 {
		return nil
	}
	out := make(map[string]any, len(a.step.outputs))
	for _, o := range a.step.outputs {
		if v, ok := o.value.eval(a.env); ok {
			out[o.name] = v
		}
	}
	return out
}

// transition is what follows an attempt.
type transition struct {
	action *ActionTaken
	// end is the verdict if the workflow ends here, else empty.
	end     Status
	failure *Failure
	// next is the step to attempt if the workflow goes on.
	next     int
	retrying bool
	// workflow is the workflow to go to, or the one that repairs before a retry.
	workflow   *WorkflowRef
	parameters []*argument
	// left is how a workflow ends that is left for another.
	left Status
	// repair is set if next repairs the step before it is retried.
	repair *Repair
	wait   time.Duration
	reason string
}

// repaired leads back to the step whose retry has asked for the step at hand.
// The actions of the latter are not taken.
func (a *attempt) repaired() transition {
	t := transition{next: a.frame.Repair.Return, retrying: true}
	a.frame.Repair = nil
	return t
}

// succeed chooses what follows a success: the first action whose criteria all
// pass, else the next step.
func (a *attempt) succeed(ctx context.Context) transition {
	undecided := a.step.namesExit(a.frame.Next)
	for _, act := range a.step.onSuccess {
		t, ok, open := a.take(ctx, act)
		undecided = undecided || open
		if ok {
			if act.kind == actionEnd {
				t.end = Succeeded
			}
			return t
		}
	}
	if next := a.frame.Next + 1; next < len(a.wf.steps) {
		if a.step.guards(next) && !a.engine.Program.strict && a.st.Policy.Unhandled != UnhandledSucceed {
			return a.unhandled(fmt.Sprintf(", and the next step %q is only to follow if one says so", a.wf.steps[next].id))
		}
		return transition{next: next}
	}
	if undecided {
		return a.unhandled("")
	}
	return transition{end: Succeeded}
}

// recover chooses what follows a failure: the first failure action whose
// criteria all pass, else the end of the workflow.
func (a *attempt) recover(ctx context.Context, failure *Failure) transition {
	for _, act := range a.step.onFailure {
		if t, ok, _ := a.take(ctx, act); ok {
			if act.kind == actionEnd {
				t.end, t.failure = Failed, failure
			}
			return t
		}
	}
	return transition{end: Failed, failure: failure}
}

// take tries one action. It reports false if the action does not apply, and
// open if that leaves the matter open: its criteria could not be evaluated, or
// it is a retry that would still apply had it not been used up.
func (a *attempt) take(ctx context.Context, act *action) (t transition, ok, open bool) {
	if results, passed := a.evaluate(ctx, act.criteria); !passed {
		last := results[len(results)-1]
		if last.Error != "" {
			a.engine.warn(ctx, a.st, diag.Diagnostic{
				Rule:    "criterion-not-evaluated",
				Message: fmt.Sprintf("action %q of step %q is not taken: %q could not be evaluated: %s", act.name, a.step.id, last.Condition, last.Error),
				Range:   act.criteria[len(results)-1].origin.Range(),
			})
		}
		return transition{}, false, last.Error != ""
	}
	t = transition{action: &ActionTaken{Type: string(act.kind), Name: act.name}}
	switch act.kind {
	case actionEnd:
	case actionGoto:
		if act.workflow != nil {
			t.workflow, t.parameters, t.left = act.workflow, act.parameters, Succeeded
			if !a.record.Succeeded {
				t.left = Failed
			}
			t.action.Target = act.workflow.WorkflowID
			return t, true, false
		}
		t.next = act.target
		t.action.Target = a.wf.steps[act.target].id
	case actionRetry:
		key := ActionKey(a.step.id + "/" + act.name)
		if a.frame.Retries[key] >= act.retryLimit {
			return transition{}, false, true
		}
		if a.frame.Retries == nil {
			a.frame.Retries = make(map[ActionKey]int)
		}
		a.frame.Retries[key]++
		t.next, t.retrying = a.frame.Next, true
		t.wait, t.reason = act.retryAfter, fmt.Sprintf("retry action %q", act.name)
		// Arazzo 1.0.1, Failure Action Object: a Retry-After header overrules
		// retryAfter.
		if a.sent.HasRetryAfter && a.env.exchange.resp != nil {
			t.wait, t.reason = a.sent.RetryAfter, "the server's Retry-After"
		}
		t.action.Target = a.step.id
		switch {
		case act.workflow != nil:
			t.workflow, t.parameters = act.workflow, act.parameters
			t.action.Target = act.workflow.WorkflowID
		case act.target != noStep && act.target != a.frame.Next:
			t.next, t.retrying, t.repair = act.target, false, &Repair{Return: a.frame.Next}
			t.action.Target = a.wf.steps[act.target].id
		}
	}
	return t, true, false
}

// unhandled is the end of a run whose step names exits of which none was taken.
func (a *attempt) unhandled(why string) transition {
	if a.st.Policy.Unhandled == UnhandledSucceed {
		return transition{end: Succeeded}
	}
	seen := make(map[string]bool)
	var states []Operand
	for _, act := range a.step.onSuccess {
		for _, c := range act.criteria {
			for _, op := range a.operands(c) {
				if !seen[op.Expression] {
					seen[op.Expression] = true
					states = append(states, op)
				}
			}
		}
	}
	message := fmt.Sprintf("step %q succeeded, but none of its %d onSuccess actions applies%s", a.step.id, len(a.step.onSuccess), why)
	if len(states) > 0 {
		message += ": no action handles " + describeOperands(states)
	}
	failure := a.fail("unhandled-outcome", message, "add an action for this case to the step, or accept it with --unhandled=succeed")
	if a.st.Policy.Unhandled == UnhandledFail {
		return transition{end: Failed, failure: failure}
	}
	return transition{end: Unhandled, failure: failure}
}

// follow puts a transition into the state.
func (a *attempt) follow(ctx context.Context, t transition) {
	if t.end != "" {
		a.endWorkflow(ctx, t.end, t.failure)
		return
	}
	if t.wait > 0 {
		a.st.NotBefore = a.engine.Clock.Now().Add(t.wait)
		a.st.WaitReason = t.reason
	}
	if t.workflow != nil {
		given, failure := a.arguments(ctx, t.parameters)
		if failure != nil {
			a.endWorkflow(ctx, Failed, failure)
			return
		}
		if t.retrying {
			a.enterWorkflow(ctx, *t.workflow, given, ForRepair)
			return
		}
		a.transfer(ctx, *t.workflow, given, t.left)
		return
	}
	a.frame.Next = t.next
	a.frame.Retrying = t.retrying
	a.frame.Repair = t.repair
}

// transfer puts another workflow in the place of the one under way, which does
// not go on: the result of the other is its result (Arazzo 1.0.1, Success
// Action Object: goto).
func (a *attempt) transfer(ctx context.Context, ref WorkflowRef, given map[string]any, left Status) {
	wf := a.engine.Program.workflow(ref)
	inputs, problems := wf.inputs.accept(given)
	if errs := problems.Select(diag.Error); len(errs) > 0 {
		a.endWorkflow(ctx, Failed, inputFailure(wf, errs))
		return
	}
	a.st.remember(a.wf.ref, Outcome{Status: left, Inputs: a.frame.Inputs, Outputs: a.wf.collectOutputs(a.env, nil), Steps: a.frame.succeededSteps()})
	*a.frame = Frame{Workflow: ref, Inputs: inputs, Purpose: a.frame.Purpose, Unpaced: a.frame.Unpaced, StartedAt: a.frame.StartedAt, Deadline: a.frame.Deadline}
}
