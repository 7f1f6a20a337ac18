package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/describe"
	"github.com/seed-d89508e2/arazzo/internal/location"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// describeFlags are the flags of "arazzo describe" as they were given.
type describeFlags struct {
	workflow, credentials, profile, region, endpointURL string

	sources, include, servers, serverVars []string

	access access

	strict, findSources, exampleInputs bool

	format, color choice
}

const describeExample = `  arazzo describe workflow.yaml
  arazzo describe workflow.yaml get-pet
  arazzo describe workflow.yaml get-pet --example-inputs > inputs.yaml
  arazzo describe workflow.yaml --format mermaid`

const describeNotes = `Nothing is sent. What cannot be known, because a source is missing, is said to be
so, and the rest is described all the same.

Exit codes:
    0  described
    2  the command is wrong
    3  the document cannot be read as an Arazzo document
    4  a file or the network failed
  130  interrupted`

func newDescribe(a *app) *cobra.Command {
	f := &describeFlags{
		format: choice{value: "text", choices: []string{"text", "json", "mermaid"}},
		color:  choice{value: "auto", choices: []string{"auto", "always", "never"}},
	}
	groups := f.groups()
	cmd := &cobra.Command{
		Use:         "describe FILE [WORKFLOW-ID]",
		Short:       "Show what must be known and set before a run",
		Example:     describeExample,
		Annotations: map[string]string{notesKey: describeNotes},
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("the document to describe is missing")
			case len(args) > 2:
				return usagef("unexpected argument %q", args[2])
			case args[0] == "":
				return usagef("the name of the document is empty")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.describe(f, args) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeRun(args)
		},
	}
	for _, g := range groups {
		cmd.Flags().AddFlagSet(g.flags)
	}
	for name, c := range map[string]*choice{"format": &f.format, "color": &f.color} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.choices, cobra.ShellCompDirectiveNoFileComp))
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(a.stdout, cmd, groups...) })
	return cmd
}

func (f *describeFlags) groups() []flagGroup {
	group := func(title string, define func(*pflag.FlagSet)) flagGroup {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		define(set)
		return flagGroup{title, set}
	}
	return []flagGroup{
		group("What to show", func(s *pflag.FlagSet) {
			s.StringVarP(&f.workflow, "workflow", "w", "", "the `ID` of the workflow, if not all are to be described")
			s.BoolVar(&f.exampleInputs, "example-inputs", false, "write a file of inputs to fill in, in YAML or, with --format json, in JSON")
			s.Var(&f.format, "format", "how to write it; mermaid draws the control flow")
			s.Var(&f.color, "color", "when to use colour")
		}),
		group("As in arazzo run", func(s *pflag.FlagSet) {
			s.StringArrayVar(&f.sources, "source", nil, "where a source description really is: `NAME=PATH` or NAME=URL; repeatable")
			s.BoolVar(&f.findSources, "find-sources", false, "use the nearby candidate when a source file has moved")
			s.StringArrayVar(&f.include, "include", nil, "a further document of the description, found by its $self: `FILE`; repeatable")
			s.StringArrayVar(&f.servers, "server", nil, "base `URL` of the API, or SOURCE=URL; repeatable")
			s.StringArrayVar(&f.serverVars, "server-var", nil, "server variable: `NAME=VALUE` or SOURCE.NAME=VALUE; repeatable")
			s.StringVar(&f.credentials, "credentials", "", "look for credentials in this YAML or JSON `FILE`, too")
			s.StringVar(&f.profile, "profile", "", "`NAME` of the profile in the shared AWS configuration")
			s.StringVar(&f.region, "region", "", "AWS `REGION` to call")
			s.StringVar(&f.endpointURL, "endpoint-url", "", "`URL` to call instead of the AWS endpoint")
			s.BoolVar(&f.strict, "strict", false, "admit what the specification admits and nothing else")
			f.access.define(s)
		}),
	}
}

// describeJob is one "arazzo describe".
type describeJob struct {
	app   *app
	flags *describeFlags
	file  string
	term  terminal

	bundle  *arazzo.Bundle
	loading diag.List
}

func (a *app) describe(f *describeFlags, args []string) error {
	job := &describeJob{app: a, flags: f, file: args[0], term: detectTerminal(a.stdout, a.getenv, f.color.value)}
	if len(args) > 1 {
		if f.workflow != "" && f.workflow != args[1] {
			return usagef("the workflow is named twice: %q and %q", args[1], f.workflow)
		}
		f.workflow = args[1]
	}
	options, servers, err := job.options()
	if err != nil {
		return err
	}
	intr := listen(a)
	defer intr.close()
	if err := job.load(intr.context, servers); err != nil {
		if intr.happened() {
			return reported{exitInterrupted}
		}
		return err
	}
	if err := job.chooseWorkflow(); err != nil {
		return err
	}
	options.Workflow = f.workflow
	if f.exampleInputs {
		return job.write(job.example())
	}
	if p := checkSourceNames("--server", options.Servers, sourceNames(job.bundle.Entry)); p != nil {
		return p
	}
	variables, p := parseServerVariables(f.serverVars)
	if p != nil {
		return p
	}
	options.Variables = assignVariables(variables, sourceNames(job.bundle.Entry))
	return job.write(job.text(describe.Of(intr.context, job.bundle, job.loading, *options)))
}

// options reads the flags. The servers are the URLs in them.
func (j *describeJob) options() (*describe.Options, []string, error) {
	f := j.flags
	given, p := parseServers(f.servers)
	if p != nil {
		return nil, nil, p
	}
	var servers []string
	for _, address := range given {
		servers = append(servers, address)
	}
	if f.endpointURL != "" {
		servers = append(servers, f.endpointURL)
	}
	var sources auth.Sources
	if f.credentials != "" {
		file, list := auth.ReadFile(f.credentials, j.app.getenv)
		if list.HasErrors() {
			_ = j.errors().Write(j.app.stderr, list)
			return nil, nil, reported{codeOfDiagnostics(list)}
		}
		sources = append(sources, file)
	}
	sources = append(sources, auth.Environment{Lookup: j.app.getenv})
	return &describe.Options{
		Strict:  f.strict,
		Servers: given,
		Credentials: describe.Credentials{
			Schemes: auth.New(auth.Options{Source: sources}),
			// Whether requests can be signed is not looked up.
			AWS:    sigv4.New(sigv4.Options{Profile: f.profile, Region: f.region, EndpointURL: f.endpointURL, NoSignRequest: true}),
			Lookup: j.app.getenv,
		},
	}, servers, nil
}

// errors says how problems are written to standard error.
func (j *describeJob) errors() diag.Text {
	return detectTerminal(j.app.stderr, j.app.getenv, j.flags.color.value).text(func(file string) []byte {
		if j.bundle == nil {
			return nil
		}
		return j.bundle.Text(file)
	})
}

// load reads the document with its sources. It fails only if there is no document
// to describe.
func (j *describeJob) load(ctx context.Context, servers []string) error {
	sources, p := parseSources(j.flags.sources)
	if p != nil {
		return p
	}
	loader := &arazzo.Loader{
		Fetcher:     &host.Fetcher{Policy: j.flags.access.policy(servers...), Total: fetchTime},
		Sources:     sources,
		FindSources: j.flags.findSources,
		Include:     j.flags.include,
		Workflow:    j.flags.workflow,
	}
	if j.file == "-" {
		data, p := j.app.readStdin("the document")
		if p != nil {
			return p
		}
		j.bundle, j.loading = loader.LoadBytes(ctx, stdinName, data)
	} else {
		j.bundle, j.loading = loader.Load(ctx, j.file)
	}
	if len(j.bundle.Entry.Workflows) > 0 && !misused(j.loading) {
		return nil
	}
	j.loading.Sort()
	_ = j.errors().Write(j.app.stderr, j.loading.Select(diag.Error))
	if !j.loading.HasErrors() {
		return usagef("%s has no workflow to describe", location.Shown(j.file))
	}
	return reported{codeOfDiagnostics(j.loading)}
}

// misused reports whether a flag asks for something that the document does not
// have.
func misused(list diag.List) bool {
	return slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && isUsageRule(d.Rule) })
}

// chooseWorkflow makes sure that the workflow exists that is asked for. Inputs
// are those of one workflow.
func (j *describeJob) chooseWorkflow() error {
	run := &runJob{app: j.app, file: j.file, bundle: j.bundle, flags: &runFlags{workflow: j.flags.workflow}}
	if j.flags.workflow == "" && !j.flags.exampleInputs {
		return nil
	}
	if err := run.chooseWorkflow(); err != nil {
		return err
	}
	j.flags.workflow = run.flags.workflow
	return nil
}

// example writes a file of inputs.
func (j *describeJob) example() ([]byte, error) {
	w := j.bundle.Entry.Workflow(j.flags.workflow)
	if j.flags.format.value == "json" {
		return describe.ExampleInputsJSON(w) //nolint:wrapcheck // it says what is wrong
	}
	command := "arazzo run " + shellWord(location.Shown(j.file))
	if len(j.bundle.Entry.Workflows) > 1 {
		command += " " + shellWord(w.WorkflowID)
	}
	return describe.ExampleInputs(w, command+" -i FILE") //nolint:wrapcheck // it says what is wrong
}

// text writes a description in the format that is asked for.
func (j *describeJob) text(d *describe.Description) ([]byte, error) {
	switch j.flags.format.value {
	case "json":
		return indentedJSON(d)
	case "mermaid":
		return []byte(d.Mermaid()), nil
	default:
		width := defaultWidth
		if j.term.size != nil {
			width, _ = j.term.size()
		}
		p := &descriptionPrinter{paint: palette{on: j.term.colors}, width: min(max(width, narrowest), widest), unicode: j.term.unicode}
		return p.print(d), nil
	}
}

func indentedJSON(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err //nolint:wrapcheck // values of a document can be written
}

func (j *describeJob) write(text []byte, err error) error {
	if err == nil {
		_, err = j.app.stdout.Write(text)
	}
	if err != nil {
		return hostf(err, "standard output cannot be written: %s", reason(err))
	}
	return nil
}

// shellWord quotes a word for a POSIX shell if it needs that.
func shellWord(word string) string {
	for _, r := range word {
		plain := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !plain && !strings.ContainsRune("-_./=:,+@%", r) {
			return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return word
}
