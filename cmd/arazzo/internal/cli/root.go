package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "arazzo",
		Short: "Run the workflows of Arazzo documents",
		Example: `  arazzo run workflow.yaml
  arazzo run workflow.yaml get-pet -i petId=7
  arazzo run --help`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if show, err := cmd.Flags().GetBool("version"); err == nil && show {
				return a.printVersion()
			}
			writeHelp(a.stderr, cmd)
			return reported{exitUsage}
		},
	}
	root.Flags().Bool("version", false, "print the version")
	root.PersistentFlags().BoolP("help", "h", false, "show help")
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.help(cmd) })
	root.SetHelpCommand(newHelp(a))
	root.SetUsageFunc(func(cmd *cobra.Command) error { writeHelp(a.stderr, cmd); return nil })
	root.SetFlagErrorFunc(flagProblem)
	root.AddCommand(newRun(a), newDescribe(a), newValidate(a), newFix(a), newRules(a), newExplain(a), newVersion(a))
	return root
}

// newHelp is "arazzo help COMMAND".
func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show help for a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(about, args[len(args)-1])
			}
			about.HelpFunc()(about, args)
			return a.misuse
		},
	}
}

// help shows the help of a command. A command that only holds others comes
// here too if none of them was named rightly.
func (a *app) help(cmd *cobra.Command) {
	if rest := cmd.Flags().Args(); !cmd.Runnable() && len(rest) > 0 {
		a.misuse = unknownCommand(cmd, rest[0])
		return
	}
	writeHelp(a.stdout, cmd)
}

func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	p := usagef("unknown command %q%s", name, didYouMean(name, names, ""))
	if strings.ContainsAny(name, "./\\") {
		return p.withHint("to run a document write \"arazzo run %s\"", name)
	}
	return p
}

// flagProblem says what is wrong with a flag in one sentence.
func flagProblem(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			return usagef("unknown flag \"-%s\"", name)
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return usagef("unknown flag \"--%s\"%s", name, didYouMean(name, names, "--"))
	case errors.As(err, &missing):
		return usagef("flag %q needs a value", spelling(missing.GetFlag()))
	case errors.As(err, &invalid):
		return usagef("flag %q does not accept %q: %v", spelling(invalid.GetFlag()), invalid.GetValue(), invalid.Unwrap())
	default:
		return usagef("%v", err)
	}
}

func spelling(f *pflag.Flag) string {
	if f == nil {
		return ""
	}
	return "--" + f.Name
}

// flagGroup is a titled part of the flags of a command, for its help.
type flagGroup struct {
	title string
	flags *pflag.FlagSet
}

// notesKey is the annotation of a command that stands at the end of its help.
const notesKey = "notes"

// writeHelp writes the help of a command, examples first.
func writeHelp(w io.Writer, cmd *cobra.Command, groups ...flagGroup) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n", cmd.Short)
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	b.WriteString("\nUsage:\n")
	if cmd.Runnable() && cmd.HasParent() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND [flags]\n\nCommands:\n", cmd.CommandPath())
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
			}
		}
	}
	if len(groups) == 0 {
		groups = []flagGroup{{"Flags", cmd.LocalFlags()}}
	}
	for _, g := range groups {
		if usages := g.flags.FlagUsages(); usages != "" {
			fmt.Fprintf(&b, "\n%s:\n%s", g.title, usages)
		}
	}
	if notes := cmd.Annotations[notesKey]; notes != "" {
		fmt.Fprintf(&b, "\n%s\n", notes)
	}
	_, _ = io.WriteString(w, b.String())
}
