package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// validateFlags are the flags of "arazzo validate" as they were given.
type validateFlags struct {
	sources, include, rules []string

	strict, findSources, quiet, verbose, skipOthers, watch bool

	access access

	// strictGiven and failOnGiven: the flag stands on the command line, and so
	// beats the configuration.
	strictGiven, failOnGiven bool

	format, failOn, color choice
}

const validateExample = `  arazzo validate workflow.yaml
  arazzo validate . --fail-on warning
  arazzo validate 'flows/**/*.yaml' --rule missing-parameter=error --rule dotted-access=off
  arazzo validate flows --format sarif > arazzo.sarif
  arazzo validate flows --watch`

const validateNotes = `FILE is a document, a folder that is searched for Arazzo documents, a pattern in
quotes, an https URL, or - for standard input. What is found is written to
standard output, a summary to standard error.

The nearest .arazzolint.yaml above a document may set rules, ignore, sources,
strict and fail-on. Flags beat it. "arazzo rules" lists the rules, "arazzo explain
RULE" shows one.

Exit codes:
    0  all documents are sound
    2  the command or the configuration is wrong
    3  a document is invalid
    4  a document could not be read
  130  interrupted`

func newValidate(a *app) *cobra.Command {
	f := &validateFlags{
		format: choice{value: "text", choices: []string{"text", "json", "sarif", "github", "junit"}},
		failOn: choice{value: "error", choices: []string{"error", "warning"}},
		color:  choice{value: "auto", choices: []string{"auto", "always", "never"}},
	}
	groups := f.groups()
	cmd := &cobra.Command{
		Use:         "validate FILE|FOLDER|GLOB...",
		Short:       "Find in documents what would fail when they are run",
		Example:     validateExample,
		Annotations: map[string]string{notesKey: validateNotes},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("the document to check is missing").withHint("\"arazzo validate .\" checks all documents of a folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.strictGiven, f.failOnGiven = cmd.Flags().Changed("strict"), cmd.Flags().Changed("fail-on")
			return a.validate(f, args)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	for _, g := range groups {
		cmd.Flags().AddFlagSet(g.flags)
	}
	for name, c := range map[string]*choice{"format": &f.format, "fail-on": &f.failOn, "color": &f.color} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.choices, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.RegisterFlagCompletionFunc("rule", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return ruleIDs("="), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(a.stdout, cmd, groups...) })
	return cmd
}

func (f *validateFlags) groups() []flagGroup {
	group := func(title string, define func(*pflag.FlagSet)) flagGroup {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		define(set)
		return flagGroup{title, set}
	}
	return []flagGroup{
		group("Rules", func(s *pflag.FlagSet) {
			s.StringArrayVar(&f.rules, "rule", nil, "report a rule as an error, warning or info, or not at all: `ID=LEVEL`,\nwhere LEVEL is error, warning, info or off; repeatable")
			s.BoolVar(&f.strict, "strict", false, "admit what the specification admits and nothing else")
			s.Var(&f.failOn, "fail-on", "the severity from which on a document is invalid")
		}),
		group("Documents", func(s *pflag.FlagSet) {
			s.StringArrayVar(&f.sources, "source", nil, "where a source description really is: `NAME=PATH` or NAME=URL; repeatable")
			s.BoolVar(&f.findSources, "find-sources", false, "use the nearby candidate when a source file has moved")
			s.StringArrayVar(&f.include, "include", nil, "a further document of the description, found by its $self: `FILE`; repeatable")
			s.BoolVar(&f.skipOthers, "skip-others", false, "leave out named files that are no Arazzo documents")
			s.Var(&f.access.allow, "allow-host", "the only `HOST` from which documents are fetched: specs.example.com,\n127.0.0.1:8080 or *.example.com; repeatable")
			s.BoolVar(&f.access.offline, "offline", false, "fetch no document from the network")
			s.BoolVar(&f.watch, "watch", false, "check again whenever a file changes, until interrupted")
		}),
		group("Output", func(s *pflag.FlagSet) {
			s.Var(&f.format, "format", "how to write what is found")
			s.BoolVarP(&f.quiet, "quiet", "q", false, "show only what makes a document invalid, and no summary")
			s.BoolVarP(&f.verbose, "verbose", "v", false, "show notes too: what other tools may read differently")
			s.Var(&f.color, "color", "when to use colour")
		}),
	}
}

// ruleIDs lists the ids of all rules, each with a text behind it.
func ruleIDs(suffix string) []string {
	var ids []string
	for _, r := range check.Rules() {
		ids = append(ids, r.ID+suffix)
	}
	return ids
}

// parseRules reads the --rule flags.
func parseRules(flags []string) (map[string]check.Level, *problem) {
	levels := make(map[string]check.Level, len(flags))
	for _, flag := range flags {
		id, name, found := strings.Cut(flag, "=")
		if !found {
			return nil, usagef("flag \"--rule\" wants ID=LEVEL, not %q", flag)
		}
		if _, known := check.Find(id); !known {
			return nil, usagef("there is no rule %q%s", id, didYouMean(id, ruleIDs(""), "")).withHint("\"arazzo rules\" lists all rules")
		}
		level, ok := check.ParseLevel(name)
		if !ok {
			return nil, usagef("a rule cannot be set to %q%s", name, didYouMean(name, check.Levels(), "")).
				withHint("the levels are %s", strings.Join(check.Levels(), ", "))
		}
		levels[id] = level
	}
	return levels, nil
}

// validateJob is one "arazzo validate" from its flags to its verdict.
type validateJob struct {
	app       *app
	flags     *validateFlags
	arguments []string
	sources   map[string]string
	checker   *lint.Checker
	term      terminal
}

func (a *app) validate(f *validateFlags, args []string) error {
	j := &validateJob{app: a, flags: f, arguments: args}
	options, err := j.options()
	if err != nil {
		return err
	}
	j.term = detectTerminal(a.stdout, a.getenv, f.color.value)
	j.checker = lint.New(options)
	intr := listen(a)
	defer intr.close()
	if f.watch {
		err = j.watch(intr.context)
	} else {
		err = j.once(intr.context)
	}
	if intr.happened() {
		return reported{exitInterrupted}
	}
	return err
}

// options turns the flags into what the checker asks for.
func (j *validateJob) options() (lint.Options, error) {
	f := j.flags
	home, _ := os.UserHomeDir()
	o := lint.Options{
		Fetcher: &host.Fetcher{Policy: f.access.policy(), Total: fetchTime}, FindSources: f.findSources, Include: f.include, Home: home, Now: time.Now,
	}
	if f.strictGiven {
		o.Strict = &f.strict
	}
	if f.failOnGiven {
		severity := diag.Error
		if f.failOn.value == "warning" {
			severity = diag.Warning
		}
		o.FailOn = &severity
	}
	var p *problem
	if j.sources, p = parseSources(f.sources); p != nil {
		return o, p
	}
	o.Sources = j.sources
	if o.Severities, p = parseRules(f.rules); p != nil {
		return o, p
	}
	if f.quiet && f.verbose {
		return o, usagef("flags \"--quiet\" and \"--verbose\" exclude each other")
	}
	if slices.Contains(j.arguments, "") {
		return o, usagef("the name of a document is empty")
	}
	if f.watch && f.format.value != "text" {
		return o, usagef("flag \"--watch\" goes with \"--format text\" only")
	}
	if slices.Contains(j.arguments, "-") {
		if f.watch {
			return o, usagef("standard input cannot be watched")
		}
		data, p := j.app.readStdin("the document")
		if p != nil {
			return o, p
		}
		o.Stdin = data
	}
	return o, nil
}

// find lists the documents to check. An invalid configuration is shown and ends
// the command.
func (j *validateJob) find() (documents []lint.Document, left int, err error) {
	found, err := lint.Find(j.arguments)
	if err != nil {
		var empty *lint.EmptyError
		if errors.As(err, &empty) {
			return nil, 0, usagef("%v", err).withHint("such a document says its version at its head, as in: arazzo: 1.0.1")
		}
		return nil, 0, hostf(err, "%v", err)
	}
	if j.flags.skipOthers {
		found = lint.WithoutOthers(found)
	}
	selected, problems, texts := j.checker.Select(found)
	if len(problems) > 0 {
		term := detectTerminal(j.app.stderr, j.app.getenv, j.flags.color.value)
		_ = term.text(func(file string) []byte { return texts[file] }).Write(j.app.stderr, problems)
		return nil, 0, reported{exitUsage}
	}
	return selected, len(found) - len(selected), nil
}

// garbage is how much garbage may pile up, in percent of what is in use, while
// documents are checked once: the process ends soon.
const garbage = 300

// once checks all documents once.
func (j *validateJob) once(ctx context.Context) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	started := time.Now()
	documents, left, err := j.find()
	if err != nil {
		return err
	}
	out := newFindings(j)
	j.checker.Check(ctx, documents, out.add)
	if ctx.Err() != nil {
		return nil
	}
	if p := j.unknownSources(out.results); p != nil {
		return p
	}
	if err := out.finish(); err != nil {
		return hostf(err, "standard output cannot be written: %s", reason(err))
	}
	if !j.flags.quiet {
		out.summary(left, time.Since(started))
	}
	if code := out.code(); code != exitSucceeded {
		return reported{code}
	}
	return nil
}

// unknownSources reports a --source flag for a source that none of the documents
// describes.
func (j *validateJob) unknownSources(results []*lint.Result) *problem {
	described := map[string]bool{}
	for _, r := range results {
		if r.Host {
			return nil // what it describes is not known
		}
		for _, name := range r.Sources {
			described[name] = true
		}
	}
	return undescribedSource(j.sources, described)
}

// seconds writes how long something took.
func seconds(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}
