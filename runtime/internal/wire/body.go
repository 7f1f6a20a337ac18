package wire

import (
	"errors"
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// MaxBody bounds a body that is made of values, in bytes; what it takes from
// files is not counted, and is bounded by MaxFiles.
const (
	MaxBody  = 64 << 20
	MaxFiles = 1 << 30
)

var errTooLarge = errors.New("it is larger than 64 MiB")

// tooLarge bounds what is written while it is written.
func tooLarge(dst []byte) error {
	if len(dst) > MaxBody {
		return errTooLarge
	}
	return nil
}

// CheckSize refuses a value that is larger than any body, before something is
// made of it: parts of a value may be the same text many times.
func CheckSize(v any) error {
	if _, ok := size(v, 0, 0); !ok {
		return errTooLarge
	}
	return nil
}

// size adds what a value has in texts to a sum, as long as that is in bounds.
func size(v any, sum, depth int) (int, bool) {
	if depth > maxDepth {
		return sum, false
	}
	switch v := v.(type) {
	case string:
		sum += len(v)
	case []any:
		sum += len(v)
		for _, e := range v {
			var ok bool
			if sum, ok = size(e, sum, depth+1); !ok {
				return sum, false
			}
		}
	case map[string]any:
		for name, m := range v { // order: a sum
			var ok bool
			if sum, ok = size(m, sum+len(name), depth+1); !ok {
				return sum, false
			}
		}
	}
	return sum, sum <= MaxBody
}

// Body is how a payload is to be written.
type Body struct {
	// MediaType is what the payload is to be, with its parameters.
	MediaType string
	// Declared is what the operation says of this media type. It may be nil.
	Declared *openapi.MediaType
	// Order is that of the members of a payload that is spelt out.
	Order *Order
	// Read appends the bytes of a value that a file keeps. If it is nil, there are
	// no such values.
	Read func(dst []byte, b *expr.Binary) ([]byte, error)
	// root is the name of the outermost element of XML, if nothing else names it.
	root string
}

// Content is a body that was written.
type Content struct {
	Data []byte
	// MediaType is that of Body, completed by a boundary if it has parts.
	MediaType string
	// Omitted names what should be in the body and is not, since nothing says what
	// its value is: header fields of parts.
	Omitted []string
}

// Write writes a payload. A text is written as it is, but for JSON, where it is a
// string; so is a binary value, for JSON too.
//
// Arazzo 1.1.0, Request Body Object; OpenAPI 3.1.1, Media Type Object.
func (b Body) Write(v any) (Content, error) {
	if err := CheckSize(v); err != nil {
		return Content{}, err
	}
	w := &writer{Body: b}
	data, err := w.write(KindOf(b.MediaType), v)
	if err != nil {
		return Content{}, err
	}
	return Content{Data: data, MediaType: w.MediaType, Omitted: w.omitted}, nil
}

// writer writes one body.
type writer struct {
	Body
	// files counts the bytes that came from files.
	files   int64
	omitted []string
}

func (w *writer) schema() *openapi.Schema {
	if w.Declared == nil {
		return nil
	}
	return w.Declared.Schema
}

func (w *writer) write(kind Kind, v any) ([]byte, error) {
	if binary, ok := v.(*expr.Binary); ok && kind != KindMultipart {
		return w.binary(binary, kind)
	}
	_, isText := v.(string)
	if kind == KindMultipart && !(isText && parameter(w.MediaType, "boundary") != "") {
		return w.multipart(v)
	}
	v, err := w.withoutBinaries(v, w.schema(), kind == KindForm, 0)
	if err != nil {
		return nil, err
	}
	if text, isText := v.(string); isText && kind != KindJSON {
		return encodeText([]byte(text), w.MediaType)
	}
	data, err := w.structured(kind, v)
	if err != nil {
		return nil, err
	}
	if kind == KindForm { // it is ASCII, whatever it says
		return data, tooLarge(data)
	}
	return encodeText(data, w.MediaType)
}

// structured writes what is no text.
func (w *writer) structured(kind Kind, v any) ([]byte, error) {
	switch kind {
	case KindJSON, KindYAML: // every JSON text is YAML
		return AppendJSON(nil, v, w.Order)
	case KindLines, KindSequence:
		return appendRecords(v, w.Order, kind)
	case KindForm:
		object, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("a form is made from an object, and this is %s", typeName(v))
		}
		return AppendForm(nil, object, w.Order, w.Declared)
	case KindXML:
		return w.xml(v)
	case KindCSV:
		return appendCSV(v, w.Order, parameter(w.MediaType, "header") != "absent")
	case KindText, KindBytes, KindMultipart:
		switch v.(type) {
		case map[string]any, []any:
			return nil, fmt.Errorf("%s cannot be written as %s", typeName(v), Bare(w.MediaType))
		}
		return []byte(Text(v, nil)), nil
	default:
		return nil, fmt.Errorf("nothing can be written as %s", Bare(w.MediaType))
	}
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	case *expr.Binary:
		return "a file"
	default:
		return "a number"
	}
}

// appendRecords writes the elements of an array as JSON texts: each on a line of
// its own, or each behind a record separator (RFC 7464). Another value is one
// record.
func appendRecords(v any, o *Order, kind Kind) ([]byte, error) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
		o = &Order{Elements: []*Order{o}}
	}
	var dst []byte
	for i, e := range list {
		if kind == KindSequence {
			dst = append(dst, 0x1e)
		}
		var err error
		if dst, err = AppendJSON(dst, e, o.element(i)); err != nil {
			return dst, err
		}
		dst = append(dst, '\n')
	}
	return dst, nil
}
