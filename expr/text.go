package expr

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Text returns the form in which a value is embedded in a string: strings as
// they are, numbers with all their digits, "true", "false", "null", and arrays
// and objects as JSON without white space, members sorted by name. A [Binary] is
// its bytes, or the JSON that describes it if a file keeps them.
//
// Arazzo 1.1.0, Runtime Expressions: embedded expressions.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	var buf [64]byte
	return string(appendText(buf[:0], v))
}

func appendText(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(dst, v...)
	case *Binary:
		return v.appendText(dst)
	default:
		return appendJSON(dst, v)
	}
}

// appendJSON appends the value as JSON (RFC 8259).
func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case json.Number:
		if v == "" {
			return append(dst, '0')
		}
		return append(dst, v...)
	case string:
		return appendQuoted(dst, v)
	case *Binary:
		return v.appendJSON(dst)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		dst = append(dst, '{')
		for i, name := range names {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendQuoted(dst, name)
			dst = append(dst, ':')
			dst = appendJSON(dst, v[name])
		}
		return append(dst, '}')
	default:
		if s, ok := numeral(v); ok {
			return append(dst, s...)
		}
		return append(dst, "null"...)
	}
}

// appendQuoted appends a string literal that is one of both JSON and JSONPath.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s, '"')
	return append(dst, '"')
}

// appendEscaped appends the content of a string literal.
func appendEscaped(dst []byte, s string, quote byte) []byte {
	const hex = "0123456789abcdef"
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r) // U+FFFD for what is no UTF-8
			i += n
			continue
		}
		switch {
		case c == quote || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return dst
}
