package openapi_test

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// outline writes what an operation says, a line for each thing.
func outline(op *openapi.Operation) []string {
	out := []string{op.Method + " " + op.Path}
	say := func(format string, args ...any) {
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
	}
	for i := range op.Parameters {
		say("%s", outlineParameter(&op.Parameters[i]))
	}
	if body := op.RequestBody; body != nil {
		say("body required=%t", body.Required)
		for i := range body.Content {
			say("body %s", outlineContent(&body.Content[i]))
			for _, e := range body.Content[i].Encoding {
				say("body %s encoding %s %s styled=%t %s explode=%t", body.Content[i].Name, e.Name, e.ContentType, e.Styled, e.Style, e.Explode)
			}
		}
	}
	for _, response := range op.Responses {
		say("response %s", response.Status)
		for i := range response.Headers {
			say("response %s %s", response.Status, outlineParameter(&response.Headers[i]))
		}
		for i := range response.Content {
			say("response %s %s", response.Status, outlineContent(&response.Content[i]))
		}
	}
	for _, s := range op.Servers {
		say("server %s", s.URL)
	}
	for _, requirement := range op.Security {
		say("security %s", outlineSecurity(requirement))
	}
	return out
}

func outlineParameter(p *openapi.Parameter) string {
	required := ""
	if p.Required {
		required = "!"
	}
	text := fmt.Sprintf("%s %s%s %s explode=%t %s (%s)", p.In, p.Name, required, p.Style, p.Explode, p.ContentType, describe(p.Schema, 0))
	if items := p.Schema.Items(); items != nil {
		text += " of (" + describe(items, 0) + ")"
	}
	if format := p.Schema.Format(); format != "" {
		text += " format=" + format
	}
	if x, ok := p.Example(); ok {
		text += fmt.Sprintf(" example=%v", x)
	}
	return text
}

func outlineContent(m *openapi.MediaType) string {
	text := fmt.Sprintf("%s (%s)", m.Name, describe(m.Schema, 1))
	if x, ok := m.Example(); ok {
		text += fmt.Sprintf(" example=%v", x)
	}
	return text
}

func outlineSecurity(requirement openapi.SecurityRequirement) string {
	var parts []string
	for _, use := range requirement {
		text := use.Name
		if s := use.Scheme; s != nil {
			text += fmt.Sprintf("(%s %s %s %s", s.Type, s.Scheme, s.In, s.ParameterName)
			for _, f := range s.Flows {
				text += fmt.Sprintf(" %s authorization=%s token=%s scopes=%q", f.Kind, f.AuthorizationURL, f.TokenURL, f.Scopes)
			}
			text += ")"
		}
		if len(use.Scopes) > 0 {
			text += fmt.Sprintf(" scopes=%q", use.Scopes)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " and ")
}
