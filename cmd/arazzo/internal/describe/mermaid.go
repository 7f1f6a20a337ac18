package describe

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Mermaid draws the control flow of the workflows as a Mermaid flowchart: every
// step, every action, and what happens where no action is taken.
func (d *Description) Mermaid() string {
	c := &chart{}
	c.line("flowchart TD")
	for i := range d.Workflows {
		c.workflow(&d.Workflows[i], len(d.Workflows) > 1)
	}
	return c.b.String()
}

type chart struct {
	b strings.Builder
	// prefix makes the names of nodes those of one workflow.
	prefix string
	indent string
	// steps are the numbers of the steps, outside the nodes of workflows outside
	// this one, by their names.
	steps   map[string]int
	outside map[string]string
	// terminals are the ends that were drawn.
	terminals map[string]bool
	count     int
}

func (c *chart) line(format string, args ...any) {
	fmt.Fprintf(&c.b, c.indent+format+"\n", args...)
}

func (c *chart) workflow(w *Workflow, several bool) {
	c.count++
	c.prefix = fmt.Sprintf("w%d", c.count)
	c.steps, c.outside, c.terminals = make(map[string]int), make(map[string]string), make(map[string]bool)
	c.indent = "  "
	if several {
		c.line("subgraph %s [%s]", c.prefix, label(w.WorkflowID))
		c.indent = "    "
	}
	for i, s := range w.Steps {
		if _, taken := c.steps[s.StepID]; !taken {
			c.steps[s.StepID] = i
		}
	}
	c.line("%sstart([%s])", c.prefix, label(w.WorkflowID))
	previous := c.prefix + "start"
	for _, reference := range w.DependsOn {
		node := c.other(reference)
		c.edge(previous, node, "first")
		previous = node
	}
	if len(w.Steps) > 0 {
		c.edge(previous, c.step(0), "")
	}
	for i := range w.Steps {
		c.stepNode(w, i)
	}
	if several {
		c.indent = "  "
		c.line("end")
	}
}

func (c *chart) step(i int) string { return fmt.Sprintf("%ss%d", c.prefix, i+1) }

// other is the node of another workflow.
func (c *chart) other(reference string) string {
	node, known := c.outside[reference]
	if !known {
		node = fmt.Sprintf("%so%d", c.prefix, len(c.outside)+1)
		c.outside[reference] = node
		c.line("%s[[%s]]", node, label(reference))
	}
	return node
}

// terminal is the node of an end.
func (c *chart) terminal(name string) string {
	node := c.prefix + name
	if !c.terminals[name] {
		c.terminals[name] = true
		c.line("%s([%s])", node, name)
	}
	return node
}

func (c *chart) edge(from, to, text string) {
	if text == "" {
		c.line("%s --> %s", from, to)
	} else {
		c.line("%s -->|%s| %s", from, label(text), to)
	}
}

// stepNode draws a step and where it leads.
func (c *chart) stepNode(w *Workflow, i int) {
	s := &w.Steps[i]
	node := c.step(i)
	lines := []string{s.StepID}
	open, end := "[", "]"
	switch {
	case s.WorkflowID != "":
		lines = append(lines, s.WorkflowID)
		open, end = "[[", "]]"
	case s.Method != "":
		lines = append(lines, s.Method+" "+s.Path)
	case s.OperationID != "":
		lines = append(lines, s.OperationID)
	case s.Channel != "":
		lines = append(lines, s.Channel)
	}
	c.line("%s%s%s%s", node, open, label(lines...), end)

	next := func() string {
		if i+1 < len(w.Steps) {
			return c.step(i + 1)
		}
		return c.terminal("succeeded")
	}
	if certain := c.actions(node, s.OnSuccess, "succeeded"); !certain {
		text := ""
		if len(s.OnSuccess) > 0 {
			text = "otherwise"
		}
		if i+1 == len(w.Steps) && c.undecided(i, s.OnSuccess) {
			c.edge(node, c.terminal("unhandled"), text)
		} else {
			c.edge(node, next(), text)
		}
	}
	if certain := c.actions(node, s.OnFailure, "failed"); !certain {
		c.edge(node, c.terminal("failed"), "failure")
	}
}

// undecided reports whether a last step names exits, or polls with a bound, so
// that a run which comes to none of them is left undecided.
func (c *chart) undecided(i int, actions []Action) bool {
	for _, a := range actions {
		target, known := c.steps[a.StepID]
		switch {
		case a.Type == "retry", a.Type == "end", a.WorkflowID != "", known && target > i:
			return true
		}
	}
	return false
}

// actions draws the actions of a step. It reports whether one of them is taken in
// any case.
func (c *chart) actions(node string, actions []Action, ended string) (certain bool) {
	for _, a := range actions {
		text := []string{a.Name}
		if ended == "failed" {
			text = append(text, "on failure")
		}
		if a.Type == "retry" {
			text = append(text, retryText(a))
		}
		text = append(text, a.Conditions...)
		joined := strings.Join(text, "\n")
		switch {
		case a.Type == "end":
			c.edge(node, c.terminal(ended), joined)
		case a.WorkflowID != "":
			other := c.other(a.WorkflowID)
			c.edge(node, other, joined)
			if a.Type == "retry" {
				c.edge(other, node, "then again")
			}
		case a.StepID != "":
			to := node
			if i, ok := c.steps[a.StepID]; ok {
				to = c.step(i)
			}
			c.edge(node, to, joined)
			if a.Type == "retry" && to != node {
				c.edge(to, node, "then again")
			}
		case a.Type == "retry":
			c.edge(node, node, joined)
		}
		if len(a.Conditions) == 0 && a.Type != "retry" {
			return true
		}
	}
	return false
}

func retryText(a Action) string {
	text := fmt.Sprintf("retry, at most %d times", a.RetryLimit)
	if a.RetryLimit == 1 {
		text = "retry once"
	}
	if a.RetryAfter > 0 {
		text += fmt.Sprintf(", after %g s", a.RetryAfter)
	}
	return text
}

// maxLabel bounds the characters of a line in a chart.
const maxLabel = 60

// label quotes text for a chart, one line each.
func label(lines ...string) string {
	var out []string
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		if line == "" {
			continue
		}
		if utf8.RuneCountInString(line) > maxLabel {
			line = string([]rune(line)[:maxLabel-1]) + "…"
		}
		out = append(out, escapeLabel(line))
	}
	if len(out) == 0 {
		out = []string{" "}
	}
	return `"` + strings.Join(out, "<br>") + `"`
}

// escapeLabel writes what Mermaid or HTML would take for something else by its
// number.
func escapeLabel(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '<' || r == '>' || r == '&' || r == '#' || r == ';' || r == '`' || r == '\\' || r == '{' || r == '}' || r == '|':
			fmt.Fprintf(&b, "#%d;", r)
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
