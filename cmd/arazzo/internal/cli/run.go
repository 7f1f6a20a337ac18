package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/report"
)

// runJob is one "arazzo run" from its flags to its verdict.
type runJob struct {
	app   *app
	flags *runFlags
	file  string

	inputs    []given
	sources   map[string]string
	servers   map[string]string
	variables []serverVariable
	// hosts says which hosts may be reached.
	hosts *host.Policy

	term   terminal
	paint  palette
	bundle *arazzo.Bundle
	// warnings are those that no event of the run reports: what was found before
	// it, and what the signer notices.
	warnings diag.List
	// view shows the progress of the run. It is nil before the run and if
	// nothing is to be shown.
	view runtime.Observer
	// bodies holds what replies bring besides text. It is nil before the run.
	bodies *bodies
	// interrupted reports whether the user has asked to stop.
	interrupted func() bool
	// running is set once the workflow has begun.
	running bool
}

func (a *app) run(f *runFlags, args []string) error {
	job := &runJob{app: a, flags: f, file: args[0]}
	if err := job.readFlags(args); err != nil {
		return err
	}
	job.term = detectTerminal(a.stderr, a.getenv, f.color.value)
	job.paint = palette{on: job.term.colors}
	var document []byte
	if job.file == "-" {
		data, p := a.readStdin("the document")
		if p != nil {
			return p
		}
		document = data
	}
	inputs, err := a.readInputs(f.inputs)
	if err != nil {
		return err
	}
	job.inputs = inputs

	intr := listen(a)
	defer intr.close()
	job.interrupted = intr.happened
	err = job.execute(intr, document)
	if intr.happened() && !job.running {
		_, _ = fmt.Fprintln(a.stderr, "arazzo: interrupted before the run started")
		return reported{exitInterrupted}
	}
	return err
}

// readFlags checks what can be checked without opening a file.
func (j *runJob) readFlags(args []string) error {
	f := j.flags
	if len(args) > 1 {
		if f.workflow != "" && f.workflow != args[1] {
			return usagef("the workflow is named twice: %q and %q", args[1], f.workflow)
		}
		f.workflow = args[1]
	}
	if f.bodyDir != "" {
		if info, err := os.Stat(f.bodyDir); err != nil || !info.IsDir() {
			return usagef("flag \"--body-dir\" names %q, which is no folder", f.bodyDir)
		}
	}
	if f.quiet && f.verbose {
		return usagef("flags \"--quiet\" and \"--verbose\" exclude each other")
	}
	if f.maxSteps < 0 {
		return usagef("flag \"--max-steps\" cannot be negative")
	}
	var p *problem
	if j.sources, p = parseSources(f.sources); p != nil {
		return p
	}
	if j.servers, p = parseServers(f.servers); p != nil {
		return p
	}
	if j.variables, p = parseServerVariables(f.serverVars); p != nil {
		return p
	}
	if f.endpointURL != "" {
		if _, p := parseServers([]string{f.endpointURL}); p != nil {
			return usagef("flag \"--endpoint-url\" wants an absolute http or https URL")
		}
	}
	j.hosts = f.access.policy(append(slices.Collect(maps.Values(j.servers)), f.endpointURL)...)
	return nil
}

func (j *runJob) policy() runtime.Policy {
	f := j.flags
	return runtime.Policy{
		Unhandled:   runtime.UnhandledPolicy(f.unhandled.value),
		MaxSteps:    f.maxSteps,
		Timeout:     time.Duration(f.timeout),
		StepTimeout: time.Duration(f.stepTimeout),
		Poll:        runtime.Poll(f.poll),
	}
}

// execute loads, checks, compiles, binds and runs.
func (j *runJob) execute(intr *interrupts, document []byte) error {
	ctx := intr.context
	if err := j.load(ctx, document); err != nil {
		return err
	}
	if err := j.chooseWorkflow(); err != nil {
		return err
	}
	program, err := j.compile()
	if err != nil {
		return err
	}
	state, inputs := j.start(program)
	keys, err := j.authenticators()
	if err != nil {
		return err
	}
	binding, err := j.bind(ctx, program, keys, inputs)
	if err != nil {
		return err
	}
	j.showWarnings()
	j.bodies = newBodies(j.flags.bodyDir)
	defer j.bodies.close()
	transport := &host.HTTP{Policy: j.hosts, AllowHTTP: j.flags.allowHTTP, Files: j.bodies.files, Signers: keys.signers()}
	return j.drive(intr, state, &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: host.Clock{}})
}

// drive runs the workflow with everything visible that the flags ask for.
func (j *runJob) drive(intr *interrupts, state *runtime.State, engine *runtime.Engine) error {
	var recorder *report.Recorder
	observers := []runtime.Observer{}
	if j.flags.format.value == "json" {
		recorder = &report.Recorder{}
		observers = append(observers, recorder)
	}
	steps := &stepCounter{}
	observers = append(observers, steps)
	live := j.chooseView()
	if j.view != nil {
		observers = append(observers, j.view)
	}
	engine.Observer = runtime.Observers(observers...)
	if live != nil {
		live.start()
		defer live.close()
		intr.onInterrupt(live.announce, live.restore)
	}
	j.running = true
	res, err := engine.Run(intr.context, state)
	live.close()
	if err != nil {
		return hostf(err, "the run could not be carried out: %v", err)
	}
	if err := j.writeAnswer(res, recorder); err != nil {
		return err
	}
	if !j.flags.quiet || res.Status != runtime.Succeeded {
		writeSummary(j.app.stderr, res, steps.finished, j.paint)
	}
	if code := exitOf(res.Status); code != exitSucceeded {
		return reported{code}
	}
	return nil
}

// chooseView decides how progress is shown, and returns the live view if it is
// that one, else nil.
func (j *runJob) chooseView() *liveView {
	if j.flags.quiet {
		return nil
	}
	s := &states{workflow: j.bundle.Entry.Workflow(j.flags.workflow), strict: j.flags.strict}
	if j.term.live {
		live := &liveView{
			out: j.app.stderr, term: j.term, paint: j.paint, states: s,
			now: time.Now, verbose: j.flags.verbose,
		}
		j.view = live
		return live
	}
	j.view = &plainView{out: j.app.stderr, states: s, verbose: j.flags.verbose}
	return nil
}

// warn takes note of what the signer notices. Requests are signed one at a
// time, between two events of the run.
func (j *runJob) warn(d diag.Diagnostic) {
	d.Severity = diag.Warning
	j.warnings.Add(d)
	if j.view != nil {
		j.view.Observe(context.Background(), &runtime.Event{Kind: runtime.Warned, Time: time.Now(), Diagnostic: &d})
	}
}

func (j *runJob) writeAnswer(res *runtime.Result, recorder *report.Recorder) error {
	var err error
	if res.Outputs, err = j.bodies.handOut(res.Outputs); err != nil {
		return hostf(err, "an output cannot be kept: %v", err)
	}
	if recorder != nil {
		err = recorder.Document(res, j.warnings...).WriteJSON(jsonWriter{j.app.stdout})
	} else {
		err = writeOutputs(jsonWriter{j.app.stdout}, res.Outputs)
	}
	if err != nil {
		return hostf(err, "standard output cannot be written: %s", reason(err))
	}
	return nil
}

// stepCounter counts the step attempts that ended.
type stepCounter struct{ finished int }

// Observe counts.
func (c *stepCounter) Observe(_ context.Context, ev *runtime.Event) {
	if ev.Kind == runtime.StepFinished {
		c.finished++
	}
}
