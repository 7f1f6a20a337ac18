package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

func newRules(a *app) *cobra.Command {
	format := choice{value: "text", choices: []string{"text", "json"}}
	color := choice{value: "auto", choices: []string{"auto", "always", "never"}}
	cmd := &cobra.Command{
		Use:     "rules",
		Short:   "List the rules by which documents are checked",
		Example: "  arazzo rules\n  arazzo rules --format json",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			var err error
			if format.value == "json" {
				err = writeRulesJSON(a.stdout)
			} else {
				err = writeRules(a.stdout, detectTerminal(a.stdout, a.getenv, color.value))
			}
			if err != nil {
				return hostf(err, "standard output cannot be written: %s", reason(err))
			}
			return nil
		},
	}
	cmd.Flags().Var(&format, "format", "how to write the list")
	cmd.Flags().Var(&color, "color", "when to use colour")
	for name, c := range map[string]*choice{"format": &format, "color": &color} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.choices, cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

// writeRules writes one line a rule, by family. On a terminal the lines are cut
// at its width.
func writeRules(w io.Writer, term terminal) error {
	columns := 0
	if term.size != nil {
		columns, _ = term.size()
	}
	paint := palette{on: term.colors}
	rules := check.Rules()
	width := 0
	for _, r := range rules {
		width = max(width, len(r.ID))
	}
	var b strings.Builder
	for i, family := range check.Families() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(paint.bold(string(family)) + "\n")
		for _, r := range rules {
			if r.Family != family {
				continue
			}
			fix := " "
			if r.Fixable {
				fix = "*"
			}
			reason := r.Reason
			if columns > 0 {
				reason = cut(reason, columns-len("  warning * ")-width-2)
			}
			fmt.Fprintf(&b, "  %s %s %s  %s\n", paintSeverity(paint, r.Severity), fix, pad(r.ID, width), reason)
		}
	}
	b.WriteString("\n* \"arazzo fix\" can mend it. \"arazzo explain RULE\" shows a rule with examples.\n")
	_, err := io.WriteString(w, b.String())
	return err //nolint:wrapcheck // the caller words it
}

// paintSeverity writes a severity in a column of its own.
func paintSeverity(p palette, s diag.Severity) string {
	name := pad(s.String(), len("warning"))
	switch s {
	case diag.Error:
		return p.red(name)
	case diag.Warning:
		return p.yellow(name)
	case diag.Info:
		return name
	default:
		return name
	}
}

// cut shortens a text to a number of columns.
func cut(text string, columns int) string {
	const least = 10
	columns = max(columns, least)
	if textWidth(text) <= columns {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && textWidth(string(runes)) > columns-1 {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

// ruleJSON is a rule as "arazzo rules --format json" writes it.
type ruleJSON struct {
	ID       string `json:"id"`
	Family   string `json:"family"`
	Severity string `json:"severity"`
	Reason   string `json:"reason"`
	Spec     string `json:"specification,omitempty"`
	Fixable  bool   `json:"fixable"`
	Bad      string `json:"bad,omitempty"`
	Good     string `json:"good,omitempty"`
}

func writeRulesJSON(w io.Writer) error {
	rules := check.Rules()
	out := struct {
		Schema string     `json:"schema"`
		Rules  []ruleJSON `json:"rules"`
	}{Schema: "arazzo.rules/1", Rules: make([]ruleJSON, len(rules))}
	for i, r := range rules {
		out.Rules[i] = ruleJSON{
			ID: r.ID, Family: string(r.Family), Severity: r.Severity.String(), Reason: r.Reason, Spec: r.Spec, Fixable: r.Fixable,
		}
		if e, err := example.Of(r.ID); err == nil {
			out.Rules[i].Bad, out.Rules[i].Good = string(e.Bad.Plain()), string(e.Good.Plain())
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("writing the rules: %w", err)
	}
	return nil
}
