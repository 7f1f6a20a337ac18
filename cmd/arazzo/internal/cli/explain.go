package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

func newExplain(a *app) *cobra.Command {
	color := choice{value: "auto", choices: []string{"auto", "always", "never"}}
	cmd := &cobra.Command{
		Use:     "explain RULE",
		Short:   "Show a rule with examples",
		Example: "  arazzo explain missing-path-parameter",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usagef("the rule to explain is missing").withHint("\"arazzo rules\" lists all rules")
			case len(args) > 1:
				return usagef("unexpected argument %q", args[1])
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			rule, known := check.Find(args[0])
			if !known {
				return usagef("there is no rule %q%s", args[0], didYouMean(args[0], ruleIDs(""), "")).withHint("\"arazzo rules\" lists all rules")
			}
			if err := writeExplanation(a.stdout, rule, detectTerminal(a.stdout, a.getenv, color.value)); err != nil {
				return hostf(err, "standard output cannot be written: %s", reason(err))
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return ruleIDs(""), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().Var(&color, "color", "when to use colour")
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(color.choices, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// writeExplanation writes all that there is to say about a rule.
func writeExplanation(w io.Writer, r check.Rule, term terminal) error {
	paint := palette{on: term.colors}
	var b bytes.Buffer
	severity := r.Severity.String()
	if r.Severity == diag.Error {
		severity = paint.red(severity)
	} else {
		severity = paint.yellow(severity)
	}
	width := exampleColumns
	if term.size != nil {
		width, _ = term.size()
	}
	fmt.Fprintf(&b, "%s  %s, %s\n\n%s\n", paint.bold(r.ID), severity, r.Family, wrapped(sentence(r.Reason), width))
	if r.Spec != "" {
		fmt.Fprintf(&b, "%s\n", paint.dim(r.Spec))
	}
	if r.Fixable {
		b.WriteString("\"arazzo fix\" can mend it.\n")
	}
	switch e, err := example.Of(r.ID); {
	case r.Unshown != "":
		fmt.Fprintf(&b, "\nNo document can show it: %s.\n", r.Unshown)
	case err != nil:
	default:
		b.WriteString("\n" + paint.red("Bad") + "\n\n")
		writeNumbered(&b, e.Bad, paint, width)
		for _, f := range e.Files {
			if len(f.Marks) > 0 {
				b.WriteString("\n" + paint.dim("with "+f.Name) + "\n\n")
				writeNumbered(&b, f, paint, width)
			}
		}
		b.WriteString("\n" + paint.green("Good") + "\n\n")
		writeNumbered(&b, e.Good, paint, width)
	}
	fmt.Fprintf(&b, `
Silence it on one object, and all that is inside of it, with a reason:

    %s:
      %s: the reason

or everywhere, with a flag or in %s:

    arazzo validate FILE --rule %s=off

    rules:
      %s: off
`, check.IgnoreExtension, r.ID, check.ConfigName, r.ID, r.ID)
	if r.StopsRun() {
		b.WriteString("\nA run stops at it all the same.\n")
	}
	_, err := w.Write(b.Bytes())
	return err //nolint:wrapcheck // the caller words it
}

// exampleColumns is how wide a text is written where the terminal does not say.
const exampleColumns = 100

// wrapped breaks a text between words.
func wrapped(text string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		switch w := textWidth(word); {
		case i == 0:
			column = w
		case column+1+w > width:
			b.WriteByte('\n')
			column = w
		default:
			b.WriteByte(' ')
			column += 1 + w
		}
		b.WriteString(word)
	}
	return b.String()
}

// writeNumbered writes a document with line numbers, and underlines what is
// marked in it.
func writeNumbered(b *bytes.Buffer, f example.File, paint palette, width int) {
	width -= len("1234 | ")
	plain, marks := f.Plain(), f.Places()
	lines := strings.Split(strings.TrimRight(string(plain), "\n"), "\n")
	for i, line := range lines {
		number := i + 1
		fmt.Fprintf(b, "%s %s\n", paint.dim(fmt.Sprintf("%4d |", number)), cut(printable(line), width))
		for _, m := range marks {
			if m.Range.Start.Line != number || m.Range.Start.Column > width {
				continue
			}
			marked := 1
			if m.Range.End.Line == number {
				marked = max(1, min(m.Range.End.Column, width+1)-m.Range.Start.Column)
			}
			fmt.Fprintf(b, "%s %s%s\n", paint.dim("     |"), strings.Repeat(" ", max(0, m.Range.Start.Column-1)), paint.red(strings.Repeat("^", marked)))
		}
	}
}
