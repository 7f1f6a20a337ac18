package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// maxDepth bounds the values inside each other that are looked through.
const maxDepth = 10_000

var errFilesTooLarge = errors.New("its files are larger than 1 GiB")

var errTooDeep = errors.New("it is nested too deep")

// read appends the bytes of a binary value.
func (w *writer) read(dst []byte, b *expr.Binary) ([]byte, error) {
	if b.File == "" {
		return append(dst, b.Data...), nil
	}
	if w.files += b.Size; b.Size < 0 || w.files > MaxFiles {
		return dst, errFilesTooLarge
	}
	if w.Read == nil {
		return dst, errors.New("a file that it needs cannot be opened here")
	}
	before := len(dst)
	dst, err := w.Read(slices.Grow(dst, int(b.Size)+1), b)
	if err != nil {
		return dst, err
	}
	if got := int64(len(dst) - before); got != b.Size {
		return dst, fmt.Errorf("a file that it needs has %d bytes, and had %d", got, b.Size)
	}
	return dst, nil
}

// binary writes a binary value that is the whole payload: its bytes, or in
// base64 if the description says so.
func (w *writer) binary(b *expr.Binary, kind Kind) ([]byte, error) {
	if (kind == KindBytes || kind == KindText) && isBase64(w.schema()) {
		return w.base64(b)
	}
	if b.File == "" {
		return b.Data, nil
	}
	return w.read(nil, b)
}

func (w *writer) base64(b *expr.Binary) ([]byte, error) {
	data, err := b.Data, error(nil)
	if b.File != "" {
		if data, err = w.read(nil, b); err != nil {
			return nil, err
		}
	}
	return base64.StdEncoding.AppendEncode(nil, data), nil
}

// isBase64 reports whether a schema describes bytes in base64 (OpenAPI 3.0: the
// format "byte"; JSON Schema 2020-12: contentEncoding).
func isBase64(s *openapi.Schema) bool {
	if s == nil {
		return false
	}
	encoding, _ := s.Keyword("contentEncoding")
	name, _ := encoding.(string)
	return strings.HasPrefix(strings.ToLower(name), "base64") || s.Format() == "byte" || s.Format() == "base64"
}

// IsBinary reports whether a schema describes bytes that are not encoded as text
// (OpenAPI 3.0: the format "binary"; OpenAPI 3.1: contentMediaType without
// contentEncoding; Swagger 2.0: the type "file").
func IsBinary(s *openapi.Schema) bool {
	if s == nil {
		return false
	}
	if s.Format() == "binary" {
		return true
	}
	if kind, _ := s.Keyword("type"); kind == "file" {
		return true
	}
	if _, encoded := s.Keyword("contentEncoding"); encoded {
		return false
	}
	content, _ := s.Keyword("contentMediaType")
	name, stated := content.(string)
	return stated && !KindOf(name).Structured() && KindOf(name) != KindText
}

func hasBinary(v any, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case *expr.Binary:
		return true
	case []any:
		for _, e := range v {
			if hasBinary(e, depth+1) {
				return true
			}
		}
	case map[string]any:
		for _, m := range v { // order: any will do
			if hasBinary(m, depth+1) {
				return true
			}
		}
	}
	return false
}

// withoutBinaries puts texts in the place of the binary values in a value: their
// text if they are one and the schema does not ask for base64, else base64. If
// raw is set, bytes that are no text may stand as they are.
func (w *writer) withoutBinaries(v any, s *openapi.Schema, raw bool, depth int) (any, error) {
	if depth == 0 && !hasBinary(v, 0) {
		return v, nil
	}
	if depth > maxDepth {
		return nil, errTooDeep
	}
	switch v := v.(type) {
	case *expr.Binary:
		data, err := w.read(nil, v)
		if err != nil {
			return nil, err
		}
		if isBase64(s) || !raw && !utf8.Valid(data) {
			return base64.StdEncoding.EncodeToString(data), nil
		}
		return string(data), nil
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var err error
			if out[i], err = w.withoutBinaries(e, s.Items(), raw, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, m := range v { // order: a copy of a map
			plain, err := w.withoutBinaries(m, s.Property(name), raw, depth+1)
			if err != nil {
				return nil, err
			}
			out[name] = plain
		}
		return out, nil
	default:
		return v, nil
	}
}

// Plain puts texts in the place of the binary values in a parameter, whose size it
// bounds.
func Plain(v any, s *openapi.Schema, read func(dst []byte, b *expr.Binary) ([]byte, error)) (any, error) {
	switch v.(type) {
	case map[string]any, []any, *expr.Binary:
	default:
		return v, nil
	}
	if err := CheckSize(v); err != nil {
		return nil, err
	}
	w := &writer{Body: Body{Read: read}}
	return w.withoutBinaries(v, s, true, 0)
}

// TakesFile reports whether a member of a multipart body is bytes as far as the
// description says, or is not described.
func TakesFile(m *openapi.MediaType, name string) bool {
	if m == nil || m.Schema == nil {
		return true
	}
	s := m.Schema.Property(name)
	return s == nil || IsBinary(s) || IsBinary(s.Items())
}
