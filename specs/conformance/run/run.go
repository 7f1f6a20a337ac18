package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

const (
	exitPassed = iota
	exitFailed
	exitUsage
)

// options are the flags of the command.
type options struct {
	adapter, pattern, cases, skips, format string
	strict, list                           bool
	parallel                               int
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.adapter, "adapter", "", "the `program` that runs the tool")
	flags.StringVar(&o.pattern, "case", "*", "run only the cases whose ids match this `glob`")
	flags.StringVar(&o.cases, "cases", "", "take the cases from this `folder` instead of those built in")
	flags.StringVar(&o.skips, "skips", "", "`file` with cases that the tool is not expected to pass, with reasons")
	flags.StringVar(&o.format, "format", "text", "text, json or junit")
	flags.BoolVar(&o.strict, "strict", true, "ask the tool for the specification and nothing else")
	flags.BoolVar(&o.list, "list", false, "list the cases and run none")
	flags.IntVar(&o.parallel, "parallel", 4, "how many cases run at a `time`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitPassed
		}
		return exitUsage
	}
	code, err := o.run(ctx, flags.Args(), stdout)
	if err != nil {
		fmt.Fprintf(stderr, "run: %v\n", err)
		return exitUsage
	}
	return code
}

func (o *options) run(ctx context.Context, rest []string, stdout io.Writer) (int, error) {
	if len(rest) > 0 {
		return 0, fmt.Errorf("unexpected argument %q", rest[0])
	}
	write, ok := writerOf(o.format)
	if !ok {
		return 0, fmt.Errorf("format %q is none of text, json and junit", o.format)
	}
	all, err := o.load()
	if err != nil {
		return 0, err
	}
	cases, err := matching(all, o.pattern)
	if err != nil {
		return 0, err
	}
	if o.list {
		for _, c := range cases {
			fmt.Fprintf(stdout, "%s\t%s\n", c.ID, c.Title)
		}
		return exitPassed, nil
	}
	skips, err := o.readSkips(all)
	if err != nil {
		return 0, err
	}
	if o.adapter == "" {
		return 0, errors.New("flag -adapter is missing")
	}
	program, err := filepath.Abs(o.adapter)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(program); err != nil {
		return 0, fmt.Errorf("the adapter cannot be run: %w", err)
	}
	started := time.Now()
	results := conformance.JudgeAll(ctx, cases, &adapter{program: program, strict: o.strict}, o.parallel)
	s := summarize(results, skips, time.Since(started))
	if err := write(stdout, s); err != nil {
		return 0, err
	}
	if s.Failed > 0 {
		return exitFailed, nil
	}
	return exitPassed, nil
}

func (o *options) load() ([]*conformance.Case, error) {
	if o.cases == "" {
		return conformance.Suite()
	}
	cases, err := conformance.LoadAll(os.DirFS(o.cases))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.cases, err)
	}
	return cases, nil
}

func (o *options) readSkips(cases []*conformance.Case) (conformance.Skips, error) {
	if o.skips == "" {
		return nil, nil
	}
	data, err := os.ReadFile(o.skips)
	if err != nil {
		return nil, err
	}
	skips, err := conformance.ParseSkips(data, cases)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.skips, err)
	}
	return skips, nil
}

func matching(all []*conformance.Case, pattern string) ([]*conformance.Case, error) {
	var cases []*conformance.Case
	for _, c := range all {
		ok, err := path.Match(pattern, c.ID)
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, err)
		}
		if ok {
			cases = append(cases, c)
		}
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case matches %q", pattern)
	}
	return cases, nil
}
