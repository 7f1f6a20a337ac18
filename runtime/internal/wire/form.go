package wire

import (
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// AppendForm writes the members of an object as a form. A member with a stated
// style is written like a query parameter; any other by its content: arrays
// repeat the name, objects are JSON, the rest is text.
//
// OpenAPI 3.1.1, Encoding Object and "Encoding the x-www-form-urlencoded Media
// Type"; OpenAPI 3.2.0 writes arrays alike.
func AppendForm(dst []byte, object map[string]any, o *Order, m *openapi.MediaType) ([]byte, error) {
	for _, name := range o.names(object) {
		v, order := object[name], o.member(name)
		var e *openapi.Encoding
		if m != nil {
			e = m.EncodingOf(name)
		}
		var err error
		if e != nil && e.Styled {
			dst, err = appendStyledField(dst, name, v, order, e)
		} else {
			dst, err = appendField(dst, name, v, order, m, e)
		}
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendStyledField(dst []byte, name string, v any, o *Order, e *openapi.Encoding) ([]byte, error) {
	keep := keepNone
	if e.AllowReserved {
		keep = keepReservedForm
	}
	p := openapi.Parameter{Name: name, In: "query", Style: e.Style, Explode: e.Explode}
	return appendPairs(dst, &p, v, o, keep)
}

func appendField(dst []byte, name string, v any, o *Order, m *openapi.MediaType, e *openapi.Encoding) ([]byte, error) {
	list, isArray := v.([]any)
	contentType := ""
	if e != nil {
		contentType = first(e.ContentType)
	}
	var schema *openapi.Schema
	if KindOf(contentType).Structured() {
		schema = m.Schema.Property(name)
	}
	if !isArray || KindOf(contentType).Structured() {
		list = []any{v}
		o = &Order{Elements: []*Order{o}}
	}
	for i, item := range list {
		content := ""
		var err error
		if contentType == "" {
			content = Text(item, o.element(i))
		} else if content, err = contentText(contentType, name, schema, item, o.element(i)); err != nil {
			return dst, err
		}
		dst = appendFormText(ampersand(dst), name)
		dst = appendFormText(append(dst, '='), content)
	}
	return dst, nil
}

// appendFormText percent-encodes a name or value of a form, with "+" for a space
// (WHATWG URL, 5.2).
func appendFormText(dst []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			dst = append(dst, '+')
		case isUnreserved(c):
			dst = append(dst, c)
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}
