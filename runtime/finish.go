package runtime

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// endWorkflow ends the workflow of the innermost frame, and with the outermost
// one the run.
func (a *attempt) endWorkflow(ctx context.Context, verdict Status, failure *Failure) {
	outputs := a.wf.collectOutputs(a.env, func(o *output) {
		if verdict != Succeeded {
			return
		}
		a.engine.warn(ctx, a.st, diag.Diagnostic{
			Rule:    "absent-output",
			Message: fmt.Sprintf("output %q of workflow %q is left out: %s is absent", o.name, a.wf.ref.WorkflowID, o.text),
			Range:   o.value.origin.Range(),
		})
	})
	outcome := Outcome{Status: verdict, Inputs: a.frame.Inputs, Outputs: outputs, Steps: a.frame.succeededSteps()}
	if len(a.st.Frames) > 1 {
		a.frame.Ended = &Ended{Outcome: outcome, Failure: failure}
		return
	}
	if verdict == Succeeded {
		if unmet := a.expectations(ctx, outputs); unmet != nil {
			outcome.Status, failure = Failed, unmet
		}
	}
	a.engine.end(a.st, outcome, failure)
}

// endRun ends the whole run with a failure, whatever frames are under way.
func (a *attempt) endRun(ctx context.Context, failure *Failure) {
	if len(a.st.Frames) > 1 {
		a.st.Frames = a.st.Frames[:1]
		outer := a.engine.attempt(a.st)
		outer.endWorkflow(ctx, Failed, failure)
		return
	}
	a.endWorkflow(ctx, Failed, failure)
}

// end makes the outcome of the outermost frame the run's.
func (e *Engine) end(st *State, outcome Outcome, failure *Failure) {
	ref := st.frame().Workflow
	st.Outcome = &outcome
	st.Status = outcome.Status
	st.Failure = failure
	st.EndedAt = e.Clock.Now()
	st.Frames = nil
	st.NotBefore, st.WaitReason = time.Time{}, ""
	st.remember(ref, outcome)
}

// expectations evaluates the conditions that the user puts to the finished run.
func (a *attempt) expectations(ctx context.Context, outputs map[string]any) *Failure {
	a.env.outputs = outputs
	for _, text := range a.st.Expect {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: text}, expr.Options{Version: expr.V1_1})
		if err != nil {
			return a.fail("expectation-not-met", fmt.Sprintf("the expectation %q cannot be read: %v", text, err), "")
		}
		expected := &criterion{compiled: c, text: text}
		results, passed := a.evaluate(ctx, []*criterion{expected})
		if passed {
			continue
		}
		f := a.fail("expectation-not-met", "", "")
		f.StepID, f.Range = "", diag.Range{}
		f.Message = fmt.Sprintf("the expectation %q is not met", text)
		if r := results[len(results)-1]; r.Error != "" {
			f.Message += ": " + r.Error
		} else if len(r.Operands) > 0 {
			f.Message += ": " + describeOperands(r.Operands)
		}
		return f
	}
	return nil
}

// collectOutputs computes the workflow's outputs as far as that is possible.
// The function is told of those that are absent; it may be nil.
func (wf *workflow) collectOutputs(env *environment, absent func(*output)) map[string]any {
	out := make(map[string]any, len(wf.outputs))
	for _, o := range wf.outputs {
		if v, ok := o.value.eval(env); ok {
			out[o.name] = v
		} else if absent != nil {
			absent(o)
		}
	}
	return out
}

// CheckExpectation reports what is wrong with a condition for
// [StartOptions.Expect].
func CheckExpectation(condition string) error {
	if strings.TrimSpace(condition) == "" {
		return fmt.Errorf("an expectation is a condition, such as %q", "$outputs.status == 'done'")
	}
	_, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: condition}, expr.Options{Version: expr.V1_1})
	return err
}
