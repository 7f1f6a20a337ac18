package cli

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/describe"
)

// The widths between which descriptions are set, in columns, and the one where
// nothing else is known.
const (
	narrowest    = 40
	defaultWidth = 80
	widest       = 100
)

// descriptionPrinter writes a description for people.
type descriptionPrinter struct {
	paint   palette
	width   int
	unicode bool
	b       strings.Builder
}

func (p *descriptionPrinter) print(d *describe.Description) []byte {
	p.document(&d.Document)
	p.sources(d.Sources)
	for i := range d.Workflows {
		p.workflow(&d.Workflows[i])
	}
	p.credentials(d.Credentials)
	p.problems(d)
	return []byte(p.b.String())
}

// row writes a text behind a column of its own, and goes on below it where the
// line is too long. The column is painted, and counted without its paint.
func (p *descriptionPrinter) row(indent int, column string, width int, paint func(string) string, text string) {
	at := indent + width
	first := strings.Repeat(" ", indent) + paint(column) + strings.Repeat(" ", max(0, width-textWidth(column)))
	if width > 0 && textWidth(column) >= width {
		p.b.WriteString(strings.TrimRight(first, " ") + "\n")
		first = strings.Repeat(" ", at)
	}
	if text == "" {
		p.b.WriteString(strings.TrimRight(first, " ") + "\n")
		return
	}
	for _, line := range describe.Wrap(text, max(p.width-at, narrowest/2)) {
		p.b.WriteString(strings.TrimRight(first+line, " ") + "\n")
		first = strings.Repeat(" ", at)
	}
}

func plainly(text string) string { return text }

// paragraph writes a text of the document, which may have several.
func (p *descriptionPrinter) paragraph(indent int, text string, paint func(string) string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		for _, part := range describe.Wrap(printable(line), p.width-indent) {
			p.b.WriteString(strings.Repeat(" ", indent) + paint(part) + "\n")
		}
	}
}

func (p *descriptionPrinter) heading(text string) {
	p.b.WriteString("\n" + p.paint.bold(text) + "\n")
}

func (p *descriptionPrinter) document(d *describe.Document) {
	title := d.Title
	if title == "" {
		title = d.File
	}
	p.b.WriteString(p.paint.bold(printable(title)))
	if d.Version != "" {
		p.b.WriteString(" " + printable(d.Version))
	}
	p.b.WriteByte('\n')
	text := d.Summary
	if text == "" {
		text = d.Description
	}
	p.paragraph(2, text, plainly)
	p.b.WriteString(p.paint.dim(fmt.Sprintf("  %s, Arazzo %s", printable(d.File), printable(d.Arazzo))) + "\n")
}

func (p *descriptionPrinter) sources(list []describe.Source) {
	if len(list) == 0 {
		return
	}
	p.heading("Sources")
	width := 0
	for _, s := range list {
		width = max(width, textWidth(printable(s.Name)))
	}
	width = min(width, 24) + 2
	for i := range list {
		p.source(&list[i], width)
	}
}

func (p *descriptionPrinter) source(s *describe.Source, width int) {
	where := s.Location
	if where == "" {
		where = s.URL
	}
	kind := s.Specification
	if kind == "" {
		kind = s.Type
	}
	p.row(2, printable(s.Name), width, p.paint.bold, strings.TrimSpace(kind+"  "+printable(where)))
	at := 2 + width
	if s.Problem != nil {
		for _, line := range describe.Wrap(printable(s.Problem.Message), p.width-at) {
			p.b.WriteString(strings.Repeat(" ", at) + p.paint.red(line) + "\n")
		}
		p.hint(at, s.Problem.Hint)
	}
	for _, server := range s.Servers {
		p.server(at, &server)
	}
}

func (p *descriptionPrinter) hint(indent int, text string) {
	if text != "" {
		p.row(indent, "hint:", 6, p.paint.dim, printable(text))
	}
}

func (p *descriptionPrinter) server(indent int, s *describe.Server) {
	mark, paint := "  ", p.paint.dim
	if s.Used {
		mark, paint = p.arrow()+" ", plainly
	}
	text := printable(s.URL)
	if !strings.Contains(s.URL, "://") {
		text += " (relative: give --server)"
	}
	p.b.WriteString(strings.Repeat(" ", indent) + mark + paint(text) + "\n")
	if !s.Used {
		return
	}
	width := 0
	for _, v := range s.Variables {
		width = max(width, textWidth(printable(v.Name)))
	}
	for _, v := range s.Variables {
		p.row(indent+4, printable(v.Name), width+2, plainly, printable(variableFacts(&v)))
		p.paragraph(indent+4+width+2, v.Description, p.paint.dim)
	}
}

// variableFacts says in a line what a variable of a server is, and could be.
func variableFacts(v *describe.Variable) string {
	if v.Value == nil {
		return "not set: give --server-var " + v.Name + "=VALUE"
	}
	const most = 12
	text := quotedIfEmpty(*v.Value)
	var others []string
	for _, other := range v.Enum {
		if other != *v.Value {
			others = append(others, quotedIfEmpty(other))
		}
	}
	if len(others) > most {
		others = append(others[:most], "…")
	}
	if len(others) > 0 {
		text += " (or " + strings.Join(others, ", ") + ")"
	}
	return text
}

func quotedIfEmpty(text string) string {
	if text == "" {
		return `""`
	}
	return text
}

func (p *descriptionPrinter) arrow() string {
	if p.unicode {
		return "→"
	}
	return ">"
}

func (p *descriptionPrinter) workflow(w *describe.Workflow) {
	p.heading("Workflow " + printable(w.WorkflowID))
	text := w.Summary
	if text == "" {
		text = w.Description
	}
	p.paragraph(2, text, plainly)
	if len(w.DependsOn) > 0 {
		p.row(2, "after", 7, p.paint.dim, printable(strings.Join(w.DependsOn, ", ")))
	}
	p.inputs(w)
	p.steps(w.Steps)
	if len(w.Outputs) > 0 {
		p.b.WriteString("\n  " + p.paint.bold("Outputs") + "\n")
		p.row(4, "", 0, plainly, printable(strings.Join(w.Outputs, ", ")))
	}
}

func (p *descriptionPrinter) inputs(w *describe.Workflow) {
	if len(w.Inputs) == 0 {
		return
	}
	p.b.WriteString("\n  " + p.paint.bold("Inputs") + "\n")
	width := 0
	for _, in := range w.Inputs {
		width = max(width, textWidth(printable(in.Name)))
	}
	width = min(width, 24) + 2
	for i := range w.Inputs {
		in := &w.Inputs[i]
		p.row(4, printable(in.Name), width, plainly, printable(inputFacts(in)))
		p.paragraph(4+width, in.Description, p.paint.dim)
	}
	if w.OtherInputs {
		p.row(4, "", 0, plainly, "others are taken, too")
	}
}

// inputFacts says in a line what an input must be.
func inputFacts(in *describe.Input) string {
	facts := []string{strings.Join(in.Types, " or ")}
	if facts[0] == "" {
		facts[0] = "any"
	}
	switch {
	case in.Secret:
		facts = append(facts, "secret")
	case in.Format != "":
		facts = append(facts, in.Format)
	}
	switch {
	case in.Default != nil:
		facts = append(facts, "default "+jsonText(*in.Default))
	case in.Required:
		facts = append(facts, "required")
	default:
		facts = append(facts, "optional")
	}
	if len(in.Enum) > 0 {
		var values []string
		for _, v := range in.Enum {
			values = append(values, jsonText(v))
		}
		switch len(values) {
		case 1:
			facts = append(facts, "only "+values[0])
		default:
			facts = append(facts, "one of "+strings.Join(values, " "))
		}
	}
	return strings.Join(facts, ", ")
}

// jsonText writes a value in one line, texts that need no quotes without them.
func jsonText(v any) string {
	if text, ok := v.(string); ok && text != "" && !strings.ContainsAny(text, " \t\n,") {
		return text
	}
	text, err := indentedJSON(v)
	if err != nil {
		return "?"
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func (p *descriptionPrinter) steps(list []describe.Step) {
	if len(list) == 0 {
		return
	}
	p.b.WriteString("\n  " + p.paint.bold("Steps") + "\n")
	digits := len(fmt.Sprint(len(list)))
	width := 0
	for _, s := range list {
		width = max(width, textWidth(printable(s.StepID)))
	}
	width = min(width, 24) + 2
	for i := range list {
		s := &list[i]
		number := p.paint.dim(fmt.Sprintf("%*d", digits, i+1)) + " "
		p.b.WriteString("    " + number)
		at := 4 + digits + 1
		name := printable(s.StepID)
		p.b.WriteString(name)
		if textWidth(name) >= width {
			p.b.WriteString("\n" + strings.Repeat(" ", at+width))
		} else {
			p.b.WriteString(strings.Repeat(" ", width-textWidth(name)))
		}
		p.call(s, at+width)
		p.actions(s, at+width)
	}
}

// call writes what a step calls, at a column.
func (p *descriptionPrinter) call(s *describe.Step, at int) {
	var text string
	switch {
	case s.WorkflowID != "":
		text = "workflow " + s.WorkflowID
	case s.Channel != "":
		text = "channel " + s.Channel
	case s.URL != "":
		text = s.Method + " " + s.URL
	case s.Method != "":
		text = s.Method + " " + s.Path
	default:
		text = strings.TrimPrefix(s.OperationID, "$sourceDescriptions."+s.Source+".")
	}
	if s.Problem != nil && s.Problem.Rule == "unavailable-source" && s.Source != "" {
		// The source says why.
		text += " of " + s.Source + ", which is missing"
	}
	p.b.WriteString(printable(text) + "\n")
	if s.Problem != nil && s.Problem.Rule != "unavailable-source" {
		for _, line := range describe.Wrap(printable(s.Problem.Message), p.width-at) {
			p.b.WriteString(strings.Repeat(" ", at) + p.paint.red(line) + "\n")
		}
		p.hint(at, s.Problem.Hint)
	}
	if len(s.DependsOn) > 0 {
		p.row(at, "after", 6, p.paint.dim, printable(strings.Join(s.DependsOn, ", ")))
	}
}

func (p *descriptionPrinter) actions(s *describe.Step, at int) {
	for i := range s.OnSuccess {
		p.action(&s.OnSuccess[i], at, "")
	}
	for i := range s.OnFailure {
		p.action(&s.OnFailure[i], at, "on failure, ")
	}
}

func (p *descriptionPrinter) action(a *describe.Action, at int, when string) {
	text := when + a.Type
	if a.Name != "" && a.Type == "end" {
		text += " (" + a.Name + ")"
	}
	switch {
	case a.WorkflowID != "":
		text += " workflow " + a.WorkflowID
	case a.StepID != "":
		text += " " + a.StepID
	}
	if a.Type == "retry" {
		text += fmt.Sprintf(", at most %s", plural(a.RetryLimit, "time"))
		if a.RetryAfter > 0 {
			text += fmt.Sprintf(", after %g s", a.RetryAfter)
		}
	}
	if len(a.Conditions) > 0 {
		text += " if " + strings.Join(a.Conditions, " and ")
	}
	for i, line := range describe.Wrap(printable(text), p.width-at-2) {
		mark := "  "
		if i == 0 {
			mark = p.arrow() + " "
		}
		p.b.WriteString(strings.Repeat(" ", at) + p.paint.dim(mark+line) + "\n")
	}
}

func (p *descriptionPrinter) problems(d *describe.Description) {
	if len(d.Problems) == 0 {
		return
	}
	p.heading("Problems")
	for _, c := range d.Problems {
		paint := p.paint.yellow
		if c.Severity == "error" {
			paint = p.paint.red
		}
		p.row(2, fmt.Sprintf("%d", c.Count), 4, paint, c.Rule)
	}
	p.row(2, "", 0, plainly, "\"arazzo validate FILE\" shows them.")
}
