package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/seed-d89508e2/arazzo/expr"
)

// ErrBinary means that a value has bytes in it, which JSON has no way to write.
var ErrBinary = errors.New("a file cannot be written as JSON")

// AppendJSON writes a value as JSON (RFC 8259) without white space. Numbers keep
// their digits. The error says which Go type is no JSON value; it is ErrBinary for
// a binary value.
func AppendJSON(dst []byte, v any, o *Order) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case string:
		return AppendJSONString(dst, v), tooLarge(dst)
	case json.Number:
		return append(dst, v...), nil
	case []any:
		if err := tooLarge(dst); err != nil {
			return dst, err
		}
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = AppendJSON(dst, e, o.element(i)); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case map[string]any:
		if err := tooLarge(dst); err != nil {
			return dst, err
		}
		dst = append(dst, '{')
		for i, name := range o.names(v) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendJSONString(dst, name), ':')
			var err error
			if dst, err = AppendJSON(dst, v[name], o.member(name)); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	case *expr.Binary:
		return dst, ErrBinary
	default:
		return dst, fmt.Errorf("a value of type %T is no JSON value", v)
	}
}

// AppendJSONString writes a JSON string without escaping more than JSON, and
// JavaScript around it, ask for. An invalid byte becomes U+FFFD.
func AppendJSONString(dst []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\'
	}
	dst = append(dst, '"')
	if plain {
		return append(append(dst, s...), '"')
	}
	const hex = "0123456789abcdef"
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\r':
			dst = append(dst, '\\', 'r')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029':
			dst = append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, '"')
}

// Text is the form of a value where a text is needed: strings as they are, other
// values as JSON.
func Text(v any, o *Order) string {
	switch v.(type) {
	case map[string]any, []any:
		if o == nil {
			break
		}
		if written, err := AppendJSON(nil, v, o); err == nil {
			return string(written)
		}
	}
	return expr.Text(v)
}
