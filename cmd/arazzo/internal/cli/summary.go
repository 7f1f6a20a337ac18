package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// writeSummary says in words how the run ended, why, and what helps.
func writeSummary(w io.Writer, res *runtime.Result, steps int, p palette) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s after %s in %s: ", paintStatus(p, res.Status), plural(steps, "step"), briefly(res.Duration))
	f := res.Failure
	if f == nil || f.Message == "" {
		fmt.Fprintf(&b, "workflow %q\n", printable(res.WorkflowID))
	} else {
		b.WriteString(printable(f.Message))
		if f.Rule != "" {
			b.WriteString(" " + p.dim("("+printable(f.Rule)+")"))
		}
		b.WriteByte('\n')
	}
	if f != nil {
		if place := f.Range.String(); place != "" {
			fmt.Fprintf(&b, "  %s %s\n", p.dim("at:"), printable(place))
		}
		if f.Hint != "" {
			fmt.Fprintf(&b, "  %s %s\n", p.dim("hint:"), printable(f.Hint))
		}
	}
	_, _ = io.WriteString(w, b.String())
}

func paintStatus(p palette, s runtime.Status) string {
	switch s {
	case runtime.Succeeded:
		return p.green(string(s))
	case runtime.Unhandled, runtime.Cancelled:
		return p.yellow(string(s))
	case runtime.Failed, runtime.Running:
		return p.red(string(s))
	default:
		return string(s)
	}
}

// writeOutputs writes the outputs of a workflow as a JSON object.
func writeOutputs(w io.Writer, outputs map[string]any) error {
	if outputs == nil {
		outputs = map[string]any{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(outputs)
}
