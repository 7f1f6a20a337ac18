package runtime

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// maxDepth bounds the frames of a run, and with them the recursion of
// workflows.
const maxDepth = 64

// push puts a workflow on top of the frames.
func (e *Engine) push(st *State, wf *workflow, given map[string]any, purpose Purpose) (diag.List, error) {
	if len(st.Frames) >= maxDepth {
		return nil, fmt.Errorf("workflows call each other more than %d deep", maxDepth)
	}
	inputs, problems := wf.inputs.accept(given)
	st.Frames = append(st.Frames, Frame{Workflow: wf.ref, Inputs: inputs, Purpose: purpose, StartedAt: e.Clock.Now()})
	return problems.Select(diag.Error), nil
}

// needDependency pushes the frame of a workflow that the innermost one depends
// on and that has not run yet. It reports whether it did.
//
// Arazzo 1.0.1, Workflow Object: dependsOn lists workflows that must be
// completed before this one.
func (a *attempt) needDependency(ctx context.Context) bool {
	if a.frame.Next != 0 || a.frame.started() {
		return false
	}
	for _, ref := range a.wf.dependsOn {
		dependency := a.engine.Program.workflow(ref)
		if outcome, done := a.st.Finished[ref]; done {
			if outcome.Status == Succeeded {
				continue
			}
			a.endWorkflow(ctx, Failed, &Failure{
				Rule:    "dependency-failed",
				Message: fmt.Sprintf("workflow %q needs workflow %q, which ended %s before", a.wf.ref.WorkflowID, ref.WorkflowID, outcome.Status),
				Range:   dependency.origin.Range(),
			})
			return true
		}
		problems, err := a.engine.push(a.st, dependency, dependency.inputs.known(a.frame.Inputs), ForDependency)
		switch {
		case err != nil:
			a.endWorkflow(ctx, Failed, a.fail("too-deep", err.Error(), ""))
		case len(problems) > 0:
			top := a.st.frame()
			top.Ended = &Ended{Outcome: Outcome{Status: Failed, Inputs: top.Inputs}, Failure: inputFailure(dependency, problems)}
		}
		return true
	}
	return false
}

// started reports whether a step of the frame was attempted.
func (f *Frame) started() bool {
	for _, r := range f.Steps { // order: any will do
		if r.Visits > 0 {
			return true
		}
	}
	return false
}

func inputFailure(wf *workflow, problems diag.List) *Failure {
	d := problems[0]
	return &Failure{Rule: d.Rule, Message: fmt.Sprintf("workflow %q cannot start: %s", wf.ref.WorkflowID, d.Message), Hint: d.Hint, Range: d.Range}
}

// callWorkflow starts the workflow that the step calls.
func (a *attempt) callWorkflow(ctx context.Context) {
	a.began = a.engine.Clock.Now()
	a.emit(ctx, Event{Kind: StepStarted})
	given, failure := a.arguments(ctx, a.admitted(a.step.sub))
	if failure != nil {
		a.conclude(ctx, failure)
		return
	}
	a.enterWorkflow(ctx, a.step.sub.workflow, given, ForStep)
}

// admitted are the parameters to hand to a workflow: the step's own, and those
// of the calling workflow that the called one has inputs for.
func (a *attempt) admitted(sub *subWorkflow) []*argument {
	in := a.engine.Program.workflow(sub.workflow).inputs
	var out []*argument
	for _, p := range sub.parameters {
		if !p.shared || in.open || slices.ContainsFunc(in.list, func(i Input) bool { return i.Name == p.name }) {
			out = append(out, p)
		}
	}
	return out
}

// enterWorkflow pushes a workflow for the step or action at hand.
func (a *attempt) enterWorkflow(ctx context.Context, ref WorkflowRef, given map[string]any, purpose Purpose) {
	wf := a.engine.Program.workflow(ref)
	unpaced := a.inRetry() || purpose == ForRepair
	var deadline time.Time
	if a.step.timeout > 0 && purpose == ForStep {
		deadline = a.engine.Clock.Now().Add(a.step.timeout)
	}
	problems, err := a.engine.push(a.st, wf, given, purpose)
	if err != nil {
		failure := a.fail("too-deep", fmt.Sprintf("step %q failed: %v", a.step.id, err), "check that the workflows do not call each other without an end")
		if purpose == ForStep {
			a.conclude(ctx, failure)
		} else {
			a.endWorkflow(ctx, Failed, failure)
		}
		return
	}
	top := a.st.frame()
	top.Deadline = deadline
	top.Unpaced = unpaced
	if len(problems) > 0 {
		top.Ended = &Ended{Outcome: Outcome{Status: Failed, Inputs: top.Inputs}, Failure: inputFailure(wf, problems)}
	}
}

// arguments evaluates the parameters that are handed to a workflow. Those whose
// value is absent are left out.
func (a *attempt) arguments(ctx context.Context, parameters []*argument) (map[string]any, *Failure) {
	given := make(map[string]any, len(parameters))
	for _, p := range parameters {
		v, missing := p.value.resolve(a.env)
		if missing == nil {
			given[p.name] = v
			continue
		}
		if !p.value.isWhole() {
			return nil, (&requestBuilder{attempt: a}).absent(fmt.Sprintf("the parameter %q", p.name), missing)
		}
		(&requestBuilder{attempt: a}).warnAbsent(ctx, missing)
	}
	return given, nil
}

// handOver removes a frame that has ended and gives its outcome to what waited
// for it.
func (e *Engine) handOver(ctx context.Context, st *State) {
	top := st.Frames[len(st.Frames)-1]
	st.Frames = st.Frames[:len(st.Frames)-1]
	ended := top.Ended
	st.remember(top.Workflow, ended.Outcome)
	a := e.attempt(st)
	child := e.Program.workflow(top.Workflow)
	failed := ended.Outcome.Status != Succeeded
	switch top.Purpose {
	case ForStep:
		a.began = top.StartedAt
		a.env.outputs = nonNil(ended.Outcome.Outputs)
		if !failed {
			a.conclude(ctx, nil)
			return
		}
		failure := a.fail("sub-workflow-failed", fmt.Sprintf("step %q failed: workflow %q ended %s", a.step.id, child.ref.WorkflowID, ended.Outcome.Status), "")
		if ended.Failure != nil {
			failure.Message += ": " + ended.Failure.Message
			failure.Hint = ended.Failure.Hint
		}
		a.conclude(ctx, failure)
	case ForRepair:
		// Arazzo 1.0.1, Failure Action Object: the reference is executed, the
		// context returns, and the step is retried.
		a.frame.Retrying = true
	case ForDependency:
		if failed {
			failure := &Failure{Rule: "dependency-failed", Message: fmt.Sprintf("workflow %q needs workflow %q, which ended %s", a.wf.ref.WorkflowID, child.ref.WorkflowID, ended.Outcome.Status)}
			if ended.Failure != nil {
				failure.Message += ": " + ended.Failure.Message
				failure.Hint, failure.Range = ended.Failure.Hint, ended.Failure.Range
			}
			a.endWorkflow(ctx, Failed, failure)
		}
	}
}

// remember keeps the outcome of a workflow for $workflows expressions; the
// latest wins.
func (s *State) remember(ref WorkflowRef, o Outcome) {
	if s.Finished == nil {
		s.Finished = make(map[WorkflowRef]Outcome)
	}
	s.Finished[ref] = o
}

// expire ends the frames whose step has run out of time, the outermost first.
// It reports whether there was one.
func (e *Engine) expire(st *State) bool {
	now := e.Clock.Now()
	for i := range st.Frames {
		f := &st.Frames[i]
		if f.Deadline.IsZero() || now.Before(f.Deadline) || f.Ended != nil {
			continue
		}
		st.Frames = st.Frames[:i+1]
		wf := e.Program.workflow(f.Workflow)
		env := e.env(st, f)
		f.Ended = &Ended{
			Outcome: Outcome{Status: Failed, Inputs: f.Inputs, Outputs: wf.collectOutputs(env, nil), Steps: f.succeededSteps()},
			Failure: &Failure{Rule: "step-timeout", Message: "it did not end within the time of the step that calls it"},
		}
		st.NotBefore, st.WaitReason = time.Time{}, ""
		return true
	}
	return false
}

func (f *Frame) succeededSteps() []string {
	var ids []string
	for id, r := range f.Steps { // order: sorted below
		if r.Succeeded {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// unmetDependency is the failure of a step that depends on one that has not
// been completed.
//
// Arazzo 1.1.0, Step Object: dependsOn does not trigger the execution of the
// steps that it lists.
func (a *attempt) unmetDependency() *Failure {
	for _, d := range a.step.dependsOn {
		met := false
		if d.workflow == a.wf.ref {
			r := a.frame.Steps[d.step]
			met = r != nil && r.Succeeded
		} else {
			met = slices.Contains(a.st.Finished[d.workflow].Steps, d.step)
		}
		if !met {
			return a.fail("dependency-not-met", fmt.Sprintf("step %q failed: it depends on %s, which has not been completed", a.step.id, d.text), "dependsOn does not start anything: make sure that it runs before")
		}
	}
	return nil
}
