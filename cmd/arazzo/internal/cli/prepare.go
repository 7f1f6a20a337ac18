package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/location"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// stdinName stands for standard input in messages.
const stdinName = "<stdin>"

// load reads the document with its sources. The document is not nil if it came
// from standard input.
func (j *runJob) load(ctx context.Context, document []byte) error {
	loader := &arazzo.Loader{
		Fetcher:     &host.Fetcher{Policy: j.hosts, Total: fetchTime},
		Sources:     j.sources,
		FindSources: j.flags.findSources,
		Include:     j.flags.include,
		Workflow:    j.flags.workflow,
	}
	var list diag.List
	if j.file == "-" {
		j.bundle, list = loader.LoadBytes(ctx, stdinName, document)
	} else {
		j.bundle, list = loader.Load(ctx, j.file)
	}
	return j.review(list)
}

// chooseWorkflow makes sure that one workflow is named or is the only one.
func (j *runJob) chooseWorkflow() error {
	var ids []string
	for _, w := range j.bundle.Entry.Workflows {
		ids = append(ids, w.WorkflowID)
	}
	id := j.flags.workflow
	switch {
	case id == "" && len(ids) == 1:
		j.flags.workflow = ids[0]
	case id == "":
		p := usagef("%s has %d workflows, and none is named", j.name(), len(ids))
		return j.withWorkflows(p)
	case !slices.Contains(ids, id):
		return j.withWorkflows(usagef("%s has no workflow %q%s", j.name(), id, didYouMean(id, ids, "")))
	}
	return nil
}

// name is what messages call the document.
func (j *runJob) name() string {
	if j.file == "-" {
		return stdinName
	}
	return location.Shown(j.file)
}

// withWorkflows adds the list of workflows to choose from.
func (j *runJob) withWorkflows(p *problem) *problem {
	p.hint = fmt.Sprintf("name one, as in: arazzo run %s WORKFLOW-ID", location.Shown(j.file))
	width := 0
	for _, w := range j.bundle.Entry.Workflows {
		width = max(width, textWidth(printable(w.WorkflowID)))
	}
	for _, w := range j.bundle.Entry.Workflows {
		line := pad(printable(w.WorkflowID), width) + "  " + printable(w.Summary)
		p.details = append(p.details, strings.TrimRight(line, " "))
	}
	return p
}

// compile checks the documents and makes a program of them.
func (j *runJob) compile() (*runtime.Program, error) {
	strict, workflow := j.flags.strict, j.flags.workflow
	list := arazzo.Check(j.bundle, arazzo.CheckOptions{Strict: strict, Workflow: workflow})
	if j.flags.force {
		// What cannot be compiled all the same is reported again, as an error.
		for i := range list {
			list[i].Severity = max(list[i].Severity, diag.Warning)
		}
	}
	if err := j.review(list); err != nil {
		return nil, err
	}
	program, list := runtime.Compile(j.bundle, runtime.CompileOptions{Strict: strict, Force: j.flags.force, Workflow: workflow})
	if err := j.review(list); err != nil {
		return nil, err
	}
	return program, nil
}

// start checks the inputs.
func (j *runJob) start(program *runtime.Program) (*runtime.State, diag.List) {
	var declared []runtime.Input
	for _, w := range program.Workflows() {
		if w.ID == j.flags.workflow {
			declared = w.Inputs
		}
	}
	state, list := program.Start(runtime.StartOptions{
		RunID:    host.NewRunID(),
		Workflow: j.flags.workflow,
		Inputs:   bindInputs(j.inputs, declared),
		Policy:   j.policy(),
		Expect:   j.flags.expect,
		Now:      time.Now(),
	})
	for i := range list {
		if d := &list[i]; d.Rule == "invalid-expectation" && d.Hint == "" {
			d.Hint = "put the condition in single quotes, so that the shell leaves its dollar signs alone"
		}
	}
	return state, list
}

// bind finds out where requests go and makes sure that they can be signed. What
// is wrong with the inputs is said together with what requests lack.
func (j *runJob) bind(ctx context.Context, program *runtime.Program, keys *authenticators, inputs diag.List) (*runtime.Binding, error) {
	names := sourceNames(j.bundle.Entry)
	if p := checkSourceNames("--server", j.servers, names); p != nil {
		return nil, p
	}
	binding, list := program.Bind(ctx, runtime.BindOptions{
		Workflow:  j.flags.workflow,
		Servers:   j.servers,
		Variables: assignVariables(j.variables, names),
		Adapters:  keys.adapters(),
		Permit:    j.hosts.Permit,
	})
	list = append(inputs, list...)
	if onlyMissing(list) {
		list.Add(keys.aws.Check(ctx)...)
	}
	if err := j.review(list); err != nil {
		return nil, err
	}
	return binding, nil
}

// onlyMissing reports whether all errors are about what the user has yet to give.
func onlyMissing(list diag.List) bool {
	return !slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
		return d.Severity == diag.Error && d.Rule != "missing-input" && d.Rule != auth.RuleMissingCredentials
	})
}

// review keeps the warnings of a list and, if it holds an error, shows all
// that has been found so far and ends the command.
func (j *runJob) review(list diag.List) error {
	j.warnings.Add(list...)
	if !list.HasErrors() {
		return nil
	}
	if j.interrupted() {
		// What broke off did so for the interrupt.
		return reported{exitInterrupted}
	}
	shown := j.warnings
	if j.flags.quiet {
		shown = shown.Select(diag.Error)
	}
	j.showDiagnostics(shown)
	return reported{codeOfDiagnostics(list)}
}

// showWarnings shows what was found before the run and does not stop it.
func (j *runJob) showWarnings() {
	if !j.flags.quiet {
		j.showDiagnostics(j.warnings)
	}
}

func (j *runJob) showDiagnostics(list diag.List) {
	if len(list) == 0 {
		return
	}
	list.Sort()
	_ = j.term.text(j.bundle.Text).Write(j.app.stderr, list)
	var counts []string
	if n := len(list.Select(diag.Error)); n > 0 {
		counts = append(counts, plural(n, "error"))
	}
	if n := len(list.Select(diag.Warning)); n > 0 {
		counts = append(counts, plural(n, "warning"))
	}
	if len(counts) > 0 {
		_, _ = fmt.Fprintln(j.app.stderr, strings.Join(counts, ", "))
	}
}

// codeOfDiagnostics is the exit code for errors that were found before the
// run: an invalid document counts more than the call, since that may be right;
// the call more than the machine, since it may have asked for the wrong thing;
// and all more than a server that is not known, since that may follow.
func codeOfDiagnostics(list diag.List) int {
	code, rank := exitUsage, 0
	for _, d := range list.Select(diag.Error) {
		switch {
		case d.Rule == "no-server" || d.Rule == "server-variable":
		case arazzo.IsHostFailure(d.Rule) || isHostRule(d.Rule):
			if rank < 1 {
				code, rank = exitHost, 1
			}
		case isUsageRule(d.Rule):
			code, rank = exitUsage, 2
		default:
			return exitInvalidDocument
		}
	}
	return code
}

// isUsageRule reports whether a rule is about the flags and inputs of a run.
func isUsageRule(rule string) bool {
	switch rule {
	case "unknown-source", "unknown-workflow", "workflow-not-named", "missing-input", "unknown-input", "invalid-input",
		"invalid-expectation":
		return true
	default:
		return false
	}
}

// isHostRule reports whether a rule is about what the machine provides.
func isHostRule(rule string) bool {
	switch rule {
	case "no-credentials", "no-region", "aws-configuration",
		auth.RuleMissingCredentials, auth.RuleInvalidCredentials, auth.RuleClearText, auth.RuleCredentialsFile:
		return true
	default:
		return false
	}
}
