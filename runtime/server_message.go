package runtime

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// serverMessage is what the reply says about an error, in the members or elements
// that APIs commonly use for it. Some APIs report errors with a status of success.
func (a *attempt) serverMessage() string {
	resp := a.env.exchange.resp
	if resp == nil {
		return ""
	}
	code, _ := resp.Header.Lookup("X-Amzn-ErrorType")
	text := ""
	if body, ok := a.env.responseBody(); ok {
		m, named := errorObject(body)
		if resp.Status < 400 && !named {
			return ""
		}
		if code == "" {
			code = firstString(m, "__type", "code", "Code", "type", "error")
		}
		text = firstString(m, "message", "Message", "detail", "title", "error_description", "description", "error")
	}
	code, _, _ = strings.Cut(code, ":")
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	if text == code {
		text = ""
	}
	switch {
	case code != "" && text != "":
		return fmt.Sprintf("; the server said %s: %s", shorten(code), shorten(text))
	case code+text != "":
		return "; the server said " + shorten(code+text)
	default:
		return ""
	}
}

// errorObject returns the object of a reply that describes an error, and whether
// something in the reply is called so.
func errorObject(body any) (m map[string]any, named bool) {
	if text, isText := body.(string); isText && strings.HasPrefix(strings.TrimLeft(text, "\uFEFF \t\r\n"), "<") {
		if root, err := expr.ParseXML(text); err == nil && !strings.EqualFold(root.Local(), "html") {
			body = xmltree.Read(root, nil, nil)
			named = root.Local() == "Error" || root.Local() == "ErrorResponse"
		}
	}
	m, _ = body.(map[string]any)
	const deepest = 3
	for range deepest {
		var inner map[string]any
		for _, name := range []string{"error", "Error", "errors", "Errors"} {
			v := m[name]
			if text, isText := v.(string); isText && text != "" {
				named = true
			}
			if list, isList := v.([]any); isList && len(list) > 0 {
				v = list[0]
			}
			if object, is := v.(map[string]any); is {
				inner, named = object, true
				break
			}
		}
		if inner == nil {
			break
		}
		m = inner
	}
	return m, named
}

func firstString(m map[string]any, names ...string) string {
	for _, n := range names {
		if s, ok := m[n].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// noteBody reports what is odd about the body of the reply. What a failure says
// already is not repeated.
func (a *attempt) noteBody(ctx context.Context, failure *Failure) {
	body := &a.env.exchange.body
	for _, n := range body.notes {
		a.engine.warn(ctx, a.st, diag.Diagnostic{
			Rule: n.rule, Message: fmt.Sprintf("the reply to step %q %s", a.step.id, n.message), Hint: n.hint, Range: a.step.origin.Range(),
		})
	}
	body.notes = nil
	if body.err != nil && failure == nil {
		a.engine.warn(ctx, a.st, diag.Diagnostic{
			Rule: "unreadable-body", Message: fmt.Sprintf("the reply to step %q cannot be read as it should be: %v", a.step.id, body.err), Range: a.step.origin.Range(),
		})
	}
}
