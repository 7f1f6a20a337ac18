package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
	"github.com/seed-d89508e2/arazzo/internal/textdiff"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// fixFlags are the flags of "arazzo fix" as they were given.
type fixFlags struct {
	sources, include, rules []string

	write, strict, exact, findSources, offline, quiet bool

	color choice
}

const fixExample = `  arazzo fix workflow.yaml
  arazzo fix workflow.yaml --write
  arazzo fix flows --strict --exact --write
  arazzo fix flows --rule jsonpath-comparison --rule unbraced-expression | patch -p0`

const fixNotes = `FILE is a document, a folder that is searched for Arazzo documents, a pattern in
quotes, an https URL, or - for standard input. What would be changed is written to
standard output as a diff; what is left, and where a document may mean something
else afterwards, to standard error. With --write the files are changed instead; a
document from standard input is written to standard output.

Comments, order and layout stay as they are. "arazzo explain RULE" tells whether a
rule can be mended.

Exit codes:
    0  done, whether or not there was anything to change
    2  the command or the configuration is wrong
    3  a document is invalid, or would be after the changes; it is not written
    4  a document could not be read or written
  130  interrupted`

func newFix(a *app) *cobra.Command {
	f := &fixFlags{color: choice{value: "auto", choices: []string{"auto", "always", "never"}}}
	groups := f.groups()
	cmd := &cobra.Command{
		Use:         "fix FILE|FOLDER|GLOB...",
		Short:       "Write documents as the specification has them",
		Example:     fixExample,
		Annotations: map[string]string{notesKey: fixNotes},
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("the document to fix is missing").withHint("\"arazzo fix .\" shows what can be mended in all documents of a folder")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.fix(f, args) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	for _, g := range groups {
		cmd.Flags().AddFlagSet(g.flags)
	}
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(f.color.choices, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("rule", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return fixableRules(), cobra.ShellCompDirectiveNoFileComp
	})
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(a.stdout, cmd, groups...) })
	return cmd
}

func (f *fixFlags) groups() []flagGroup {
	group := func(title string, define func(*pflag.FlagSet)) flagGroup {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		define(set)
		return flagGroup{title, set}
	}
	return []flagGroup{
		group("Changes", func(s *pflag.FlagSet) {
			s.BoolVar(&f.write, "write", false, "change the files instead of showing a diff")
			s.StringArrayVar(&f.rules, "rule", nil, "mend problems of this rule only: `ID`; repeatable")
			s.BoolVar(&f.strict, "strict", false, "mend only what the specification does not admit")
			s.BoolVar(&f.exact, "exact", false, "leave out what may mean something else afterwards")
		}),
		group("Documents", func(s *pflag.FlagSet) {
			s.StringArrayVar(&f.sources, "source", nil, "where a source description really is: `NAME=PATH` or NAME=URL; repeatable")
			s.BoolVar(&f.findSources, "find-sources", false, "use the nearby candidate when a source file has moved")
			s.StringArrayVar(&f.include, "include", nil, "a further document of the description, found by its $self: `FILE`; repeatable")
			s.BoolVar(&f.offline, "offline", false, "fetch no document from the network")
		}),
		group("Output", func(s *pflag.FlagSet) {
			s.BoolVarP(&f.quiet, "quiet", "q", false, "show the diff and errors only")
			s.Var(&f.color, "color", "when to use colour")
		}),
	}
}

// fixableRules lists the ids of the rules that can be mended.
func fixableRules() []string {
	var ids []string
	for _, r := range check.Rules() {
		if r.Fixable {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// fixJob is one "arazzo fix" from its flags to its verdict.
type fixJob struct {
	app       *app
	flags     *fixFlags
	arguments []string
	sources   map[string]string
	checker   *lint.Checker
	report    fixReport
}

func (a *app) fix(f *fixFlags, args []string) error {
	j := &fixJob{app: a, flags: f, arguments: args}
	options, err := j.options()
	if err != nil {
		return err
	}
	j.checker = lint.New(options)
	j.report = fixReport{
		job: j, out: detectTerminal(a.stdout, a.getenv, f.color.value), err: detectTerminal(a.stderr, a.getenv, f.color.value),
	}
	intr := listen(a)
	defer intr.close()
	err = j.run(intr.context)
	if intr.happened() {
		return reported{exitInterrupted}
	}
	return err
}

// options turns the flags into what the checker asks for.
func (j *fixJob) options() (lint.Options, error) {
	f := j.flags
	home, _ := os.UserHomeDir()
	o := lint.Options{FindSources: f.findSources, Include: f.include, Home: home}
	if !f.offline {
		o.Fetcher = &host.Fetcher{Total: fetchTime}
	}
	var p *problem
	if j.sources, p = parseSources(f.sources); p != nil {
		return o, p
	}
	o.Sources = j.sources
	for _, id := range f.rules {
		if _, known := check.Find(id); !known {
			return o, usagef("there is no rule %q%s", id, didYouMean(id, ruleIDs(""), "")).withHint("\"arazzo rules\" lists all rules")
		}
	}
	if slices.Contains(j.arguments, "") {
		return o, usagef("the name of a document is empty")
	}
	if slices.Contains(j.arguments, "-") {
		data, p := j.app.readStdin("the document")
		if p != nil {
			return o, p
		}
		o.Stdin = data
	}
	return o, nil
}

// run mends one document after the other.
func (j *fixJob) run(ctx context.Context) error {
	found, err := lint.Find(j.arguments)
	if err != nil {
		var empty *lint.EmptyError
		if errors.As(err, &empty) {
			return usagef("%v", err).withHint("such a document says its version at its head, as in: arazzo: 1.0.1")
		}
		return hostf(err, "%v", err)
	}
	documents, problems, texts := j.checker.Select(found)
	if len(problems) > 0 {
		_ = j.report.err.text(func(file string) []byte { return texts[file] }).Write(j.app.stderr, problems)
		return reported{exitUsage}
	}
	described := map[string]bool{}
	known := true
	for _, d := range documents {
		if ctx.Err() != nil {
			return nil
		}
		r := j.checker.Fix(ctx, d, lint.FixOptions{Rules: j.flags.rules, Strict: j.flags.strict, Exact: j.flags.exact})
		known = known && !r.Host && r.Err == nil
		for _, name := range r.Sources {
			described[name] = true
		}
		if err := j.report.add(r); err != nil {
			return err
		}
	}
	if p := undescribedSource(j.sources, described); p != nil && known {
		return p
	}
	j.report.summary()
	if j.report.code != exitSucceeded {
		return reported{j.report.code}
	}
	return nil
}

// write puts the changes of a document where they belong: into its file, or as a
// diff or as the whole text to standard output.
func (j *fixJob) write(r *lint.FixResult) *problem {
	name := shownName(r.Document)
	switch {
	case j.flags.write && lint.IsURL(r.Document.Name):
		return usagef("%q is not on this machine and cannot be written", name).withHint("leave \"--write\" out to see what would be changed")
	case j.flags.write && r.Document.Name == "-":
		return j.print(string(r.Text()))
	case !r.Fixed.Changed():
		return nil
	case j.flags.write:
		if err := r.Write(); err != nil {
			return hostf(err, "%v", err)
		}
		return nil
	default:
		return j.print(j.diff(name, string(r.Fixed.Before), string(r.Fixed.After)))
	}
}

func (j *fixJob) print(text string) *problem {
	if _, err := j.app.stdout.Write([]byte(text)); err != nil {
		return hostf(err, "standard output cannot be written: %s", reason(err))
	}
	return nil
}

// diff writes what changes, in colour on a terminal. There it holds nothing that
// the terminal would obey.
func (j *fixJob) diff(name, before, after string) string {
	var b strings.Builder
	paint := palette{on: j.report.out.colors}
	for _, line := range textdiff.Unified(name, name, before, after) {
		text := line.Text
		if j.report.out.live {
			text = printable(strings.TrimSuffix(text, "\r"))
		}
		switch line.Kind {
		case textdiff.Header:
			text = paint.bold(text)
		case textdiff.Hunk:
			text = paint.cyan(text)
		case textdiff.Removed:
			text = paint.red(text)
		case textdiff.Added:
			text = paint.green(text)
		case textdiff.NoNewline:
			text = paint.dim(text)
		case textdiff.Same:
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// fixReport tells people what was done.
type fixReport struct {
	job      *fixJob
	out, err terminal

	documents, changed, mended, left, code int
}

// add takes what became of the next document.
func (f *fixReport) add(r *lint.FixResult) error {
	f.documents++
	var unsound *check.UnsoundError
	switch {
	case errors.As(r.Err, &unsound):
		f.line(r, "nothing is changed, since the document would have errors after it:")
		f.fail(exitInvalidDocument)
		_ = f.err.text(nil).Write(f.job.app.stderr, unsound.Found)
		return nil
	case r.Err != nil:
		f.line(r, "nothing is changed: "+r.Err.Error())
		f.fail(exitInvalidDocument)
		return nil
	case r.Fixed.Errors != nil:
		_ = f.err.text(r.Fixed.Bundle.Text).Write(f.job.app.stderr, r.Fixed.Errors)
		code := exitInvalidDocument
		if r.Host {
			code = exitHost
		}
		f.fail(code)
		return nil
	}
	if p := f.job.write(r); p != nil {
		if p.code != exitHost {
			return p
		}
		f.job.app.showProblem(p, "")
		f.fail(exitHost)
		return nil
	}
	f.mended += len(r.Fixed.Applied)
	f.left += len(r.Fixed.Left)
	if r.Fixed.Changed() {
		f.changed++
	}
	if !f.job.flags.quiet {
		f.remarks(r.Fixed)
	}
	return nil
}

// fail keeps the exit code that counts most: that of an invalid document.
func (f *fixReport) fail(code int) {
	if f.code != exitInvalidDocument {
		f.code = code
	}
}

func (f *fixReport) line(r *lint.FixResult, text string) {
	_, _ = fmt.Fprintf(f.job.app.stderr, "%s: %s\n", printable(shownName(r.Document)), printable(text))
}

// remarks says where the document may mean something else now, and what is left.
func (f *fixReport) remarks(fixed *check.Fixed) {
	paint := palette{on: f.err.colors}
	var b strings.Builder
	for _, d := range fixed.Applied {
		if d.Fix.Caveat != "" {
			fmt.Fprintf(&b, "%s: %s %s %s\n", printable(d.Range.String()), paint.yellow("note:"), printable(d.Fix.Caveat), paint.dim("("+d.Rule+")"))
		}
	}
	for _, d := range fixed.Left {
		fmt.Fprintf(&b, "%s: %s %s %s\n", printable(d.Range.String()), paint.yellow("not mended:"), printable(d.NoFix), paint.dim("("+d.Rule+")"))
	}
	_, _ = f.job.app.stderr.Write([]byte(b.String()))
}

// summary writes one line.
func (f *fixReport) summary() {
	if f.job.flags.quiet {
		return
	}
	paint := palette{on: f.err.colors}
	done := "can be mended"
	if f.job.flags.write {
		done = "mended"
	}
	parts := []string{plural(f.mended, "problem") + " " + done}
	if f.mended > 0 {
		parts[0] = paint.green(parts[0]) + " in " + plural(f.changed, "document")
	}
	if f.left > 0 {
		parts = append(parts, paint.yellow(fmt.Sprintf("%d left", f.left)))
	}
	_, _ = fmt.Fprintf(f.job.app.stderr, "%s: %s\n", plural(f.documents, "document"), strings.Join(parts, ", "))
	if f.mended > 0 && !f.job.flags.write && !slices.Contains(f.job.arguments, "-") {
		_, _ = fmt.Fprintln(f.job.app.stderr, paint.dim("  write the changes with --write"))
	}
}
