package cli

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/describe"
)

// credentials writes what operations need, and which variables supply it.
func (p *descriptionPrinter) credentials(list []describe.Credential) {
	if len(list) == 0 {
		return
	}
	p.heading("Credentials")
	for i := range list {
		c := &list[i]
		if i > 0 {
			p.b.WriteByte('\n')
		}
		text := "for " + strings.Join(c.Operations, ", ")
		if c.Anonymous {
			text += " (can do without)"
		}
		p.row(2, printable(c.Source), textWidth(printable(c.Source))+1, p.paint.bold, printable(text))
		missing := p.paint.yellow
		if c.Anonymous || slices.ContainsFunc(c.Alternatives, func(a describe.Alternative) bool { return a.Met }) {
			missing = p.paint.dim
		}
		for j := range c.Alternatives {
			if j > 0 {
				p.b.WriteString("    " + p.paint.dim("or") + "\n")
			}
			for k := range c.Alternatives[j].Schemes {
				name := printable(c.Alternatives[j].Schemes[k].Name)
				if k > 0 {
					name = "and " + name
				}
				p.scheme(&c.Alternatives[j].Schemes[k], name, missing)
			}
		}
	}
}

// scheme writes what a security scheme needs. What is missing is painted as it
// matters.
func (p *descriptionPrinter) scheme(s *describe.Scheme, name string, missing func(string) string) {
	title := s.Title
	if len(s.Scopes) > 0 {
		title += ", scopes " + strings.Join(s.Scopes, " ")
	}
	state := ""
	switch {
	case s.Given:
		state = ", which the steps give"
	case s.Present:
		state = ", which is " + p.paint.green("there")
	}
	p.b.WriteString("    " + name + ": " + printable(title) + state + "\n")
	if s.Given {
		return
	}
	width := 0
	for _, w := range s.Ways {
		for _, v := range w.Variables {
			width = max(width, textWidth(v.Name))
		}
	}
	indent := "      "
	for i, w := range s.Ways {
		switch {
		case len(s.Ways) > 1 && w.Title != "":
			p.b.WriteString("      " + p.paint.dim(w.Title) + "\n")
			indent = "        "
		case i > 0:
			p.b.WriteString("      " + p.paint.dim("or") + "\n")
		}
		for _, v := range w.Variables {
			state := "not set"
			switch {
			case v.Set:
				state = p.paint.green("set")
			case v.Optional:
				state = p.paint.dim("not set, optional")
			default:
				state = missing(state)
			}
			p.b.WriteString(indent + pad(v.Name, width+2) + state + "\n")
		}
	}
	if s.Note != "" {
		p.row(6, "", 0, p.paint.dim, printable(s.Note))
	}
}
