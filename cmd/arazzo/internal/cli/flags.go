package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// runFlags are the flags of "arazzo run" as they were given.
type runFlags struct {
	inputs, sources, servers, serverVars, expect []string

	workflow                     string
	profile, region, endpointURL string
	bodyDir                      string
	credentials                  string
	include                      []string
	access                       access

	findSources, noSign, noCredentials, strict, force, allowHTTP, quiet, verbose bool

	maxSteps             int
	timeout, stepTimeout duration
	poll                 interval

	unhandled, format, color choice
}

const runExample = `  arazzo run workflow.yaml
  arazzo run workflow.yaml -i petId=7 -i tags='["a","b"]'
  arazzo run workflow.yaml get-pet -i inputs.json -i name=Rex
  arazzo run workflow.yaml -i '{"petId": 7}' --server https://staging.example.com
  ARAZZO_PETS_APIKEY=… arazzo run workflow.yaml
  arazzo run workflow.yaml --credentials credentials.yaml
  arazzo run import.yaml --region us-west-2 --profile health -i inputs.yaml
  arazzo run workflow.yaml --expect '$outputs.jobStatus == "COMPLETED"' --format json`

const runNotes = `The outputs of the workflow are written to standard output as JSON, all else to
standard error.

The credential for a security scheme of a source comes from the environment
variable ARAZZO_<SOURCE>_<SCHEME>, or from the file that --credentials names. What
is missing is said before the run.

Exit codes:
    0  the workflow succeeded
    1  it failed
    2  the command or the inputs are wrong
    3  a document is invalid
    4  a file, the network or credentials failed before the first step
    5  the workflow ended and no action handled its outcome
  130  interrupted`

func newRun(a *app) *cobra.Command {
	f := &runFlags{
		unhandled: choice{choices: []string{"succeed", "fail"}},
		format:    choice{value: "text", choices: []string{"text", "json"}},
		color:     choice{value: "auto", choices: []string{"auto", "always", "never"}},
	}
	cmd := &cobra.Command{
		Use:         "run FILE [WORKFLOW-ID]",
		Short:       "Run one workflow of an Arazzo document",
		Example:     runExample,
		Annotations: map[string]string{notesKey: runNotes},
		Args:        runArguments,
		RunE:        func(_ *cobra.Command, args []string) error { return a.run(f, args) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeRun(args)
		},
	}
	groups := f.groups()
	for _, g := range groups {
		cmd.Flags().AddFlagSet(g.flags)
	}
	for name, c := range map[string]*choice{"unhandled": &f.unhandled, "format": &f.format, "color": &f.color} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.choices, cobra.ShellCompDirectiveNoFileComp))
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(a.stdout, cmd, groups...) })
	return cmd
}

func runArguments(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return usagef("the document to run is missing")
	case len(args) > 2:
		return usagef("unexpected argument %q", args[2])
	case args[0] == "":
		return usagef("the name of the document is empty")
	}
	return nil
}

func (f *runFlags) groups() []flagGroup {
	group := func(title string, define func(*pflag.FlagSet)) flagGroup {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		define(set)
		return flagGroup{title, set}
	}
	return []flagGroup{
		group("Inputs", func(s *pflag.FlagSet) {
			s.StringArrayVarP(&f.inputs, "input", "i", nil,
				"`INPUT` is NAME=VALUE, read as the type that the input declares;\nNAME=@FILE; '{…}'; or a JSON or YAML file, - for standard input.\nRepeatable, later wins")
			s.StringVarP(&f.workflow, "workflow", "w", "", "the `ID` of the workflow, if the document has several")
		}),
		group("Documents and servers", func(s *pflag.FlagSet) {
			s.StringArrayVar(&f.sources, "source", nil, "where a source description really is: `NAME=PATH` or NAME=URL; repeatable")
			s.BoolVar(&f.findSources, "find-sources", false, "use the nearby candidate when a source file has moved")
			s.StringArrayVar(&f.include, "include", nil, "a further document of the description, found by its $self: `FILE`; repeatable")
			s.StringArrayVar(&f.servers, "server", nil, "base `URL` of the API, or SOURCE=URL; repeatable")
			s.StringArrayVar(&f.serverVars, "server-var", nil, "server variable: `NAME=VALUE` or SOURCE.NAME=VALUE; repeatable")
			f.access.define(s)
		}),
		group("Credentials", func(s *pflag.FlagSet) {
			s.StringVar(&f.credentials, "credentials", "", "read credentials from this YAML or JSON `FILE`; ${NAME} in it is\nthe environment variable NAME")
			s.BoolVar(&f.noCredentials, "no-credentials", false, "send requests whose credentials are missing without them")
			s.BoolVar(&f.allowHTTP, "allow-http", false, "permit credentials over clear text to a host other than loopback")
		}),
		group("AWS", func(s *pflag.FlagSet) {
			s.StringVar(&f.profile, "profile", "", "`NAME` of the profile in the shared AWS configuration")
			s.StringVar(&f.region, "region", "", "AWS `REGION` to call")
			s.StringVar(&f.endpointURL, "endpoint-url", "", "`URL` to call instead of the AWS endpoint")
			s.BoolVar(&f.noSign, "no-sign-request", false, "do not sign requests")
		}),
		group("Verdict and bounds", func(s *pflag.FlagSet) {
			s.BoolVar(&f.strict, "strict", false, "admit what the specification admits and nothing else")
			s.BoolVar(&f.force, "force", false, "start in spite of errors in expressions and conditions")
			s.Var(&f.unhandled, "unhandled", "what becomes of a run whose outcome no action handles")
			s.StringArrayVar(&f.expect, "expect", nil, "fail unless this `CONDITION` holds at the end; repeatable")
			s.IntVar(&f.maxSteps, "max-steps", 0, "give up after `N` step attempts (default 10000)")
			s.Var(&f.timeout, "timeout", "give up after this time, such as 90s, 2h; a bare number is seconds")
			s.Var(&f.stepTimeout, "step-timeout", "give up on one request after this time")
			s.Var(&f.poll, "poll-interval", "pause before a loop repeats the same request, growing from MIN\nto MAX; 0 turns it off (default 2s,60s)")
		}),
		group("Output", func(s *pflag.FlagSet) {
			s.Var(&f.format, "format", "what standard output carries: the outputs (text) or the whole\nresult document (json)")
			s.StringVar(&f.bodyDir, "body-dir", "", "keep large replies that are no text in this `FOLDER`; without it,\nin a temporary one those that an output names")
			s.BoolVarP(&f.quiet, "quiet", "q", false, "show errors only")
			s.BoolVarP(&f.verbose, "verbose", "v", false, "show each request and response line")
			s.Var(&f.color, "color", "when to use colour on standard error")
		}),
	}
}
