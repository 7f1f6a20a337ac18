package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

const formData = "multipart/form-data"

// part is one part of a multipart body.
type part struct {
	// disposition is the Content-Disposition field, or empty.
	disposition string
	// mediaType is the Content-Type field, or empty.
	mediaType string
	// header are further fields, each with its line break.
	header []byte
	data   []byte
	// file is a binary value that is written in the place of data.
	file *expr.Binary
}

// multipart writes the members of an object as parts that have names, or, in
// other multipart types than form-data, the elements of an array one after the
// other.
//
// OpenAPI 3.1.1, Encoding Object and "Special Considerations for multipart
// Content"; OpenAPI 3.2.0, "Encoding By Position"; RFC 7578.
func (w *writer) multipart(v any) ([]byte, error) {
	var parts []part
	var err error
	list, isArray := v.([]any)
	object, isObject := v.(map[string]any)
	switch {
	case isObject:
		for _, name := range w.Order.names(object) {
			var more []part
			if more, err = w.member(name, object[name]); err != nil {
				return nil, fmt.Errorf("member %q: %w", name, err)
			}
			parts = append(parts, more...)
		}
	case isArray && Bare(w.MediaType) != formData:
		for i, e := range list {
			var p part
			if p, err = w.position(i, e); err != nil {
				return nil, fmt.Errorf("element %d: %w", i, err)
			}
			parts = append(parts, p)
		}
	default:
		return nil, fmt.Errorf("a multipart body is made from an object, and this is %s", typeName(v))
	}
	return w.join(parts)
}

// member returns the parts of a member of the payload: one for each element of
// an array, else one.
func (w *writer) member(name string, v any) ([]part, error) {
	m := &memberWriter{writer: w, name: name, order: w.Order.member(name), named: true}
	if w.Declared != nil {
		m.encoding = w.Declared.EncodingOf(name)
		m.schema = func() *openapi.Schema { return w.schema().Property(name) }
	} else {
		m.schema = func() *openapi.Schema { return nil }
	}
	if m.encoding != nil && m.encoding.Styled && isNested(v) {
		return m.styled(v)
	}
	list, isArray := v.([]any)
	if !isArray || m.wholeArray() {
		p, err := m.part(v)
		return []part{p}, err
	}
	array, order := m.schema, m.order
	m.schema = func() *openapi.Schema { return array().Items() }
	parts := make([]part, len(list))
	for i, e := range list {
		m.order = order.element(i)
		var err error
		if parts[i], err = m.part(e); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func isNested(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	default:
		return false
	}
}

// position returns the part of an element of the payload.
func (w *writer) position(i int, v any) (part, error) {
	m := &memberWriter{writer: w, order: w.Order.element(i), schema: func() *openapi.Schema { return nil }}
	if d := w.Declared; d != nil {
		switch {
		case i < len(d.PrefixEncoding):
			m.encoding = &d.PrefixEncoding[i]
		default:
			m.encoding = d.ItemEncoding
		}
		m.schema = func() *openapi.Schema {
			if prefix := d.Schema.PrefixItems(); i < len(prefix) {
				return prefix[i]
			}
			if d.ItemSchema != nil {
				return d.ItemSchema
			}
			return d.Schema.Items()
		}
	}
	return m.part(v)
}

// memberWriter writes the parts of one member.
type memberWriter struct {
	*writer
	name     string
	named    bool
	encoding *openapi.Encoding
	// schema describes the value of a part. It is asked for only where it matters.
	schema func() *openapi.Schema
	order  *Order
}

// wholeArray reports whether an array is one part, since its content type is one
// that arrays can be written as.
func (m *memberWriter) wholeArray() bool {
	return m.encoding != nil && !m.encoding.Styled && m.encoding.ContentType != "" && KindOf(first(m.encoding.ContentType)).Structured()
}

func first(list string) string {
	name, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(name)
}

// styled writes an array or object as a query parameter of the style of its
// encoding would be written, each pair as a part of its own.
func (m *memberWriter) styled(v any) ([]part, error) {
	p := openapi.Parameter{Name: m.name, In: "query", Style: m.encoding.Style, Explode: m.encoding.Explode}
	pairs, err := appendPairs(nil, &p, v, m.order, keepNone)
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	var parts []part
	for pair := range strings.SplitSeq(string(pairs), "&") {
		name, content, _ := strings.Cut(pair, "=")
		disposition, err := m.disposition(Unescape(name), "")
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{disposition: disposition, data: []byte(Unescape(content))})
	}
	return parts, nil
}

// part writes one value.
func (m *memberWriter) part(v any) (part, error) {
	var p part
	filename := ""
	var err error
	switch v := v.(type) {
	case *expr.Binary:
		filename = v.Name
		if filename == "" {
			filename = m.name
		}
		p.mediaType = m.fileType(v.MediaType)
		if p.file = v; isBase64(m.schema()) {
			p.file = nil
			p.data, err = m.base64(v)
		}
	case string:
		p.mediaType = m.contentType(v)
		switch binary := IsBinary(m.schema()); {
		case binary && p.mediaType == "":
			p.mediaType = "application/octet-stream"
			fallthrough
		case binary, p.mediaType != "" && KindOf(p.mediaType) == KindBytes:
			filename = m.name // which tells servers a file from a field
		}
		p.data, err = m.text(v, p.mediaType)
	default:
		p.mediaType = m.contentType(v)
		p.data, err = m.content(v, &p.mediaType)
	}
	if err != nil {
		return p, err
	}
	if p.mediaType == "" && Bare(m.MediaType) != formData {
		p.mediaType = "text/plain; charset=utf-8"
	}
	if _, err = CheckHeader("Content-Type", p.mediaType); err != nil {
		return p, err
	}
	if p.disposition, err = m.disposition(m.name, filename); err != nil {
		return p, err
	}
	return p, m.headers(&p)
}

// text writes a string. Where JSON is expected it is a JSON string, unless the
// schema admits none and the text is JSON itself.
func (m *memberWriter) text(v, mediaType string) ([]byte, error) {
	if KindOf(mediaType) == KindJSON {
		written, err := contentText(mediaType, m.name, m.schema(), v, nil)
		return []byte(written), err
	}
	return encodeText([]byte(v), mediaType)
}

// content writes a value that is neither a text nor a file.
func (m *memberWriter) content(v any, mediaType *string) ([]byte, error) {
	kind := KindText
	if *mediaType != "" {
		kind = KindOf(*mediaType)
	}
	inner := &writer{Body: Body{MediaType: *mediaType, Order: m.order, Read: m.Read, Declared: &openapi.MediaType{}, root: m.name}, files: m.files}
	if kind == KindXML || kind == KindMultipart || hasBinary(v, 0) {
		inner.Declared.Schema = m.schema()
	}
	data, err := inner.write(kind, v)
	m.files = inner.files
	m.omitted = append(m.omitted, inner.omitted...)
	*mediaType = inner.MediaType
	return data, err
}

// contentType returns the media type of a part that is no file: of those that
// its encoding lists, the first that fits, else the one of its type, else none.
func (m *memberWriter) contentType(v any) string {
	nested := isNested(v)
	if m.encoding != nil && !m.encoding.Styled {
		fallback := ""
		for name := range strings.SplitSeq(m.encoding.ContentType, ",") {
			name = strings.TrimSpace(name)
			switch kind := KindOf(name); {
			case name == "":
			case isRange(name):
				if !nested && matches("text/plain", name) {
					return "text/plain"
				}
			case nested && kind.Structured(), !nested && kind == KindText:
				return name
			case fallback == "" && !nested:
				fallback = name
			}
		}
		if fallback != "" {
			return fallback
		}
	}
	if nested {
		return "application/json"
	}
	return ""
}

// fileType returns the media type of a file: its own, if the encoding admits it,
// else the only one that the encoding names.
func (m *memberWriter) fileType(own string) string {
	if m.encoding != nil && !m.encoding.Styled && m.encoding.ContentType != "" {
		names := strings.Split(m.encoding.ContentType, ",")
		for _, name := range names {
			if own != "" && matches(Bare(own), name) {
				return own
			}
		}
		if only := strings.TrimSpace(names[0]); len(names) == 1 && !isRange(only) {
			return only
		}
	}
	if own == "" {
		return "application/octet-stream"
	}
	return own
}

// disposition returns the Content-Disposition field of a part. Names are UTF-8
// (RFC 7578, 5.1) in a quoted string.
func (m *memberWriter) disposition(name, filename string) (string, error) {
	var b strings.Builder
	switch {
	case m.named:
		quoted, err := quote(name)
		if err != nil {
			return "", err
		}
		b.WriteString("form-data; name=" + quoted)
	case filename != "":
		b.WriteString("attachment")
	}
	if filename != "" {
		quoted, err := quote(filename)
		if err != nil {
			return "", err
		}
		b.WriteString("; filename=" + quoted)
	}
	return b.String(), nil
}

func quote(s string) (string, error) {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return "", errors.New("a name with a control character cannot be sent")
		}
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, nil
}

// headers adds the fields that the encoding describes, as far as it says what
// their values are.
func (m *memberWriter) headers(p *part) error {
	if m.encoding == nil {
		return nil
	}
	for i := range m.encoding.Headers {
		h := &m.encoding.Headers[i]
		v, known := h.Default, h.HasDefault
		if len(h.Enum) == 1 {
			v, known = h.Enum[0], true
		}
		switch {
		case strings.EqualFold(h.Name, "Content-Type"): // OpenAPI 3.1.1, Encoding Object: headers
			continue
		case !known && h.Required:
			m.omitted = append(m.omitted, h.Name)
			continue
		case !known:
			continue
		}
		value, err := HeaderValue(h, v, nil)
		if err != nil {
			return err
		}
		if _, err := CheckHeader(h.Name, value); err != nil {
			return err
		}
		if strings.EqualFold(h.Name, "Content-Disposition") {
			p.disposition = value
			continue
		}
		p.header = fmt.Appendf(p.header, "%s: %s\r\n", h.Name, value)
	}
	return nil
}

// join writes the parts with a boundary between them, and puts it into the media
// type.
func (w *writer) join(parts []part) ([]byte, error) {
	h := sha256.New()
	var data, files int64
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d %d %d %s %s %s", len(p.disposition), len(p.mediaType), len(p.data), p.disposition, p.mediaType, p.header)
		_, _ = h.Write(p.data)
		data += int64(len(p.data))
		if p.file != nil {
			_, _ = h.Write([]byte(p.file.SHA256))
			files += max(p.file.Size, int64(len(p.file.Data)))
		}
	}
	switch {
	case data > MaxBody:
		return nil, errTooLarge
	case files > MaxFiles:
		return nil, errFilesTooLarge
	}
	const perPart = 256
	// A boundary that is made of the parts makes the same body the same bytes.
	for {
		boundary := "arazzo-" + hex.EncodeToString(h.Sum(nil)[:15])
		dst := make([]byte, 0, data+files+perPart*int64(len(parts)+1))
		for _, p := range parts {
			dst = p.head(dst, boundary)
			var err error
			if dst, err = p.append(dst, w); err != nil {
				return nil, err
			}
			dst = append(dst, "\r\n"...)
		}
		dst = append(append(append(dst, "--"...), boundary...), "--\r\n"...)
		if bytes.Count(dst, []byte(boundary)) == len(parts)+1 {
			w.MediaType = withBoundary(w.MediaType, boundary, parts)
			return dst, nil
		}
		w.files = 0
		_, _ = h.Write([]byte(boundary))
	}
}

func (p *part) head(dst []byte, boundary string) []byte {
	dst = append(append(append(dst, "--"...), boundary...), "\r\n"...)
	if p.disposition != "" {
		dst = append(append(append(dst, "Content-Disposition: "...), p.disposition...), "\r\n"...)
	}
	if p.mediaType != "" {
		dst = append(append(append(dst, "Content-Type: "...), p.mediaType...), "\r\n"...)
	}
	return append(append(dst, p.header...), "\r\n"...)
}

func (p *part) append(dst []byte, w *writer) ([]byte, error) {
	if p.file != nil {
		return w.read(dst, p.file)
	}
	return append(dst, p.data...), nil
}

// withBoundary adds the boundary to a media type, and to multipart/related the
// type of its first part (RFC 2387, 3.1).
func withBoundary(mediaType, boundary string, parts []part) string {
	name, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		name = Bare(mediaType)
	}
	if parameters == nil {
		parameters = make(map[string]string)
	}
	parameters["boundary"] = boundary
	if name == "multipart/related" && parameters["type"] == "" && len(parts) > 0 {
		parameters["type"] = Bare(parts[0].mediaType)
	}
	if formatted := mime.FormatMediaType(name, parameters); formatted != "" {
		return formatted
	}
	return name + "; boundary=" + boundary
}
