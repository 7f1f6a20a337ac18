package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// plainView writes one line for each event, for logs and pipes.
type plainView struct {
	out     io.Writer
	states  *states
	verbose bool
}

// Observe writes the line of the event.
func (v *plainView) Observe(_ context.Context, ev *runtime.Event) {
	if v.verbose {
		if line := exchangeLine(ev); line != "" {
			_, _ = fmt.Fprintln(v.out, line)
		}
	}
	if line := v.line(ev); line != "" {
		_, _ = fmt.Fprintln(v.out, printable(line))
	}
}

func (v *plainView) line(ev *runtime.Event) string {
	switch ev.Kind {
	case runtime.RunStarted:
		return fmt.Sprintf("run %s: workflow %q started", ev.RunID, ev.WorkflowID)
	case runtime.StepStarted:
		return fmt.Sprintf("%s%s: %s", indentation(ev.Depth), ev.StepID, startedText(ev))
	case runtime.StepFinished:
		return fmt.Sprintf("%s%s: %s", indentation(ev.Depth), ev.StepID, v.finishedText(ev))
	case runtime.ExchangeFailed:
		return fmt.Sprintf("%s%s: %s", indentation(ev.Depth), ev.StepID, messageOf(ev.Failure))
	case runtime.RequestRetried:
		return fmt.Sprintf("%s%s: sending again in %s: %s", indentation(ev.Depth), ev.StepID, briefly(ev.Wait), ev.Reason)
	case runtime.Waiting:
		return fmt.Sprintf("%s%s: waiting %s (%s)", indentation(ev.Depth), ev.StepID, briefly(ev.Wait), ev.Reason)
	case runtime.Warned:
		if ev.Diagnostic == nil {
			return ""
		}
		return "warning: " + ev.Diagnostic.Error()
	case runtime.RequestSent, runtime.ResponseReceived, runtime.RunFinished:
		return ""
	default:
		return ""
	}
}

func startedText(ev *runtime.Event) string {
	switch {
	case ev.Attempt > 1:
		return fmt.Sprintf("started, attempt %d", ev.Attempt)
	case ev.Visit > 1:
		return fmt.Sprintf("started, visit %d", ev.Visit)
	default:
		return "started"
	}
}

func (v *plainView) finishedText(ev *runtime.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s", ev.Status, briefly(ev.Duration))
	if state := v.states.of(ev); state != "" {
		fmt.Fprintf(&b, ", %s", state)
	}
	if ev.Status == runtime.StepFailed && ev.Response != nil {
		fmt.Fprintf(&b, ", HTTP %d", ev.Response.Status)
	}
	if ev.Action != nil {
		fmt.Fprintf(&b, ", %s", actionText(ev.Action))
	}
	return b.String()
}

// actionText names an action and where it leads.
func actionText(a *runtime.ActionTaken) string {
	text := a.Type
	if a.Target != "" {
		text += " " + a.Target
	}
	if a.Name != "" {
		text += fmt.Sprintf(" (%s)", a.Name)
	}
	return text
}

func messageOf(f *runtime.Failure) string {
	if f == nil {
		return "failed"
	}
	return f.Message
}

// exchangeLine is what -v shows of an event: the request or response line and
// the size of the content, but no header field and no content, since those may
// hold secrets.
func exchangeLine(ev *runtime.Event) string {
	switch ev.Kind {
	case runtime.RequestSent:
		if ev.Request == nil {
			return ""
		}
		line := fmt.Sprintf("> %s %s", ev.Request.Method, ev.Request.URL)
		if n := len(ev.Request.Body); n > 0 {
			line += fmt.Sprintf(" (%s)", plural(n, "byte"))
		}
		return printable(line)
	case runtime.ResponseReceived:
		if ev.Response == nil {
			return ""
		}
		line := fmt.Sprintf("< %d", ev.Response.Status)
		if text := http.StatusText(ev.Response.Status); text != "" {
			line += " " + text
		}
		if media, ok := ev.Response.Header.Lookup("Content-Type"); ok && media != "" {
			line += " " + media
		}
		size := len(ev.Response.Body)
		if ev.Response.File != nil {
			size = int(ev.Response.File.Size)
		}
		return printable(fmt.Sprintf("%s %s, %s", line, plural(size, "byte"), briefly(ev.Duration)))
	case runtime.ExchangeFailed:
		return printable(fmt.Sprintf("< no response after %s: %s", briefly(ev.Duration), messageOf(ev.Failure)))
	default:
		return ""
	}
}

// indentation puts the steps of a workflow below the step that calls it.
func indentation(depth int) string { return strings.Repeat("  ", depth) }
