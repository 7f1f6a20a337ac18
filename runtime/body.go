package runtime

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// bodyForm is how a payload is written.
type bodyForm int

const (
	jsonBody bodyForm = iota
	formBody
	multipartBody
	textBody
)

func formOf(mediaType string) bodyForm {
	t, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		t = strings.ToLower(strings.TrimSpace(mediaType))
	}
	switch {
	case isJSON(t):
		return jsonBody
	case t == "application/x-www-form-urlencoded":
		return formBody
	case strings.HasPrefix(t, "multipart/"):
		return multipartBody
	default:
		return textBody
	}
}

// isXML reports whether a media type is XML (RFC 7303).
func isXML(mediaType string) bool {
	t, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (t == "application/xml" || t == "text/xml" || strings.HasSuffix(t, "+xml"))
}

// body evaluates the payload and writes it as its media type demands.
//
// Arazzo 1.1.0, Request Body Object.
func (b *requestBuilder) body(ctx context.Context, req *Request) *Failure {
	body := b.step.body
	if body == nil {
		return nil
	}
	b.media = body.mediaType
	if replaced, ok := b.target.mediaTypes[strings.ToLower(body.mediaType)]; ok {
		b.media = replaced
	}
	form := formOf(body.mediaType)
	if form == jsonBody && len(body.replacements) == 0 && !body.payload.isText() {
		return b.orderedJSON(ctx, req)
	}
	v, missing := body.payload.resolve(b.env)
	if missing != nil {
		return b.absentBody(ctx, missing)
	}
	if text, isText := v.(string); isText && form == jsonBody && len(body.replacements) > 0 {
		// The text of a JSON payload is read before something in it is replaced.
		parsed, err := decodeJSON([]byte(text))
		if err != nil {
			return b.invalidPayload(err)
		}
		v = parsed
	}
	if len(body.replacements) > 0 {
		var failure *Failure
		if v, failure = b.replace(v); failure != nil {
			return failure
		}
	}
	text, isText := v.(string)
	if isText && (form != jsonBody || body.payload.isText() && len(body.replacements) == 0) {
		// A payload that is a text is what the author wants to send.
		req.Body = []byte(text)
		return nil
	}
	b.env.exchange.sent = lazyBody{value: v, present: true, read: true}
	switch form {
	case jsonBody:
		content, err := wire.AppendJSON(nil, v, body.order)
		if err != nil {
			return b.invalidPayload(err)
		}
		req.Body = content
	case formBody:
		fields, ok := v.(map[string]any)
		if !ok {
			return b.invalidPayload(fmt.Errorf("a form is made from an object, and this is %s", typeNames([]string{typeOf(v)})))
		}
		form, err := wire.AppendForm(nil, fields, body.order, nil)
		if err != nil {
			return b.invalidPayload(err)
		}
		req.Body = form
	case multipartBody:
		fields, ok := v.(map[string]any)
		if !ok {
			return b.invalidPayload(fmt.Errorf("a multipart body is made from an object, and this is %s", typeNames([]string{typeOf(v)})))
		}
		req.Body, b.media = b.multipart(fields)
	case textBody:
		switch v.(type) {
		case map[string]any, []any:
			return b.invalidPayload(fmt.Errorf("an object or array cannot be written as %s", body.mediaType))
		}
		req.Body = []byte(expr.Text(v))
	}
	return nil
}

// orderedJSON writes a payload whose members keep the order of the document.
func (b *requestBuilder) orderedJSON(ctx context.Context, req *Request) *Failure {
	payload := b.step.body.payload
	content, missing, err := payload.appendJSON(nil, b.env)
	switch {
	case err != nil:
		return b.invalidPayload(err)
	case missing != nil:
		return b.absentBody(ctx, missing)
	}
	req.Body = content
	return nil
}

func (b *requestBuilder) invalidPayload(err error) *Failure {
	f := b.fail("invalid-payload", fmt.Sprintf("the payload of step %q cannot be written: %v", b.step.id, err), "")
	f.Range = b.step.body.payload.origin.Range()
	return f
}

// absentBody leaves out a payload that is absent as a whole, unless the
// operation requires one.
func (b *requestBuilder) absentBody(ctx context.Context, missing *absence) *Failure {
	declared := b.step.call.operation.RequestBody
	if declared != nil && declared.Required || !b.step.body.payload.isWhole() {
		return b.absent("the payload", missing)
	}
	b.warnAbsent(ctx, missing)
	return nil
}

// isText reports whether the payload is a string in the document, other than
// one expression, whose value keeps its type.
func (v *value) isText() bool {
	switch v.kind {
	case constantValue:
		_, ok := v.constant.(string)
		return ok
	case templateValue:
		return !v.isWhole()
	default:
		return false
	}
}

// multipart writes the members of an object as parts: arrays give a part for
// each element, objects are JSON, everything else is text (OpenAPI 3.1,
// 4.8.15.1.3).
func (b *requestBuilder) multipart(fields map[string]any) (content []byte, mediaType string) {
	var parts bytes.Buffer
	var each []multipartPart
	for _, name := range sortedKeys(fields) {
		elements, isArray := fields[name].([]any)
		if !isArray {
			elements = []any{fields[name]}
		}
		for _, e := range elements {
			each = append(each, newPart(name, e))
		}
	}
	boundary := boundaryFor(each)
	for _, p := range each {
		fmt.Fprintf(&parts, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n", boundary, escapeParameter(p.name))
		if p.mediaType != "" {
			fmt.Fprintf(&parts, "Content-Type: %s\r\n", p.mediaType)
		}
		parts.WriteString("\r\n")
		parts.WriteString(p.text)
		parts.WriteString("\r\n")
	}
	fmt.Fprintf(&parts, "--%s--\r\n", boundary)
	declared, parameters, err := mime.ParseMediaType(b.media)
	if err != nil {
		declared = "multipart/form-data"
	}
	if parameters == nil {
		parameters = make(map[string]string)
	}
	parameters["boundary"] = boundary
	return parts.Bytes(), mime.FormatMediaType(declared, parameters)
}

type multipartPart struct{ name, mediaType, text string }

func newPart(name string, v any) multipartPart {
	p := multipartPart{name: name, text: expr.Text(v)}
	switch v.(type) {
	case map[string]any, []any:
		p.mediaType = "application/json"
	}
	return p
}

// boundaryFor derives a boundary from the parts, so that the same request is
// always written alike, and the boundary does not stand in it.
func boundaryFor(parts []multipartPart) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d %d %s %s", len(p.name), len(p.text), p.name, p.text)
	}
	for {
		boundary := "arazzo-" + hex.EncodeToString(h.Sum(nil)[:15])
		found := false
		for _, p := range parts {
			found = found || strings.Contains(p.text, boundary)
		}
		if !found {
			return boundary
		}
		_, _ = h.Write([]byte(boundary))
	}
}

// escapeParameter writes a name into a quoted parameter of a part's header
// (WHATWG HTML, multipart/form-data encoding algorithm).
func escapeParameter(name string) string {
	return strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace(name)
}
