package wire

import "strings"

// kept says which characters besides the unreserved ones are written as they
// are; all others are percent-encoded as UTF-8 (RFC 3986, 2).
type kept uint8

const (
	// keepNone keeps the unreserved characters only.
	keepNone kept = iota
	// keepReserved keeps what RFC 6570, 3.2.3 calls reserved expansion, escapes
	// included, but for "#", which would end the query.
	keepReserved
	// keepReservedForm is keepReserved without what would end a pair of a form or
	// be read as a space.
	keepReservedForm
	// keepReservedCookie is keepReserved without what ends a cookie.
	keepReservedCookie
	// keepSegment is keepReserved without what cannot stand in a segment of a path.
	keepSegment
	// keepSlashes keeps the slashes of a value that stands for several segments.
	keepSlashes
	// keepQuery keeps what may stand in a query, escapes included.
	keepQuery
	// keepPath keeps what may stand in a path, escapes included.
	keepPath
	// keepRaw keeps everything.
	keepRaw
)

func (k kept) keeps(s string, i int) bool {
	switch c := s[i]; k {
	case keepNone:
		return false
	case keepReserved:
		return strings.IndexByte(":/?[]@!$&'()*+,;=", c) >= 0 || isEscape(s, i)
	case keepReservedForm:
		return strings.IndexByte(":/?#[]@!$'()*,;=", c) >= 0 || isEscape(s, i)
	case keepReservedCookie:
		return strings.IndexByte(":/?#[]@!$&'()*+,=", c) >= 0 || isEscape(s, i)
	case keepSegment:
		return strings.IndexByte(":@!$&'()*+,;=", c) >= 0 || isEscape(s, i)
	case keepSlashes:
		return c == '/'
	case keepQuery:
		return strings.IndexByte(":/?@!$&'()*+,;=", c) >= 0 || isEscape(s, i)
	case keepPath:
		return strings.IndexByte(":/@!$&'()*+,;=", c) >= 0 || isEscape(s, i)
	case keepRaw:
		return true
	default:
		return false
	}
}

const upperHex = "0123456789ABCDEF"

func appendEscaped(dst []byte, s string, k kept) []byte {
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) || k.keeps(s, i) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// EscapeQuery percent-encodes a text for the value of a query parameter. With
// reserved, the characters that allowReserved admits are kept.
func EscapeQuery(s string, reserved bool) string {
	if reserved {
		return string(appendEscaped(nil, s, keepReserved))
	}
	return string(appendEscaped(nil, s, keepNone))
}

// EscapePathText percent-encodes what cannot stand in a path, such as a space
// or a bar in the literal part of a template.
func EscapePathText(s string) string { return string(appendEscaped(nil, s, keepPath)) }

// EscapeQueryText percent-encodes what cannot stand in a query.
func EscapeQueryText(s string) string { return string(appendEscaped(nil, s, keepQuery)) }

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isEscape(s string, i int) bool {
	return s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// isToken reports whether a text is a token (RFC 9110, 5.6.2), as the names of
// header fields and cookies are.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// Unescape decodes the percent escapes of a text, and leaves what is none.
func Unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if isEscape(s, i) {
			out = append(out, hexValue(s[i+1])<<4|hexValue(s[i+2]))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

func hexValue(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}

// Spellings returns the ways in which a text is spelt in what this package
// writes, other than the text itself, so that a secret can be found there.
func Spellings(s string) []string {
	out := make([]string, 0, 6)
	add := func(spelt []byte) {
		if t := string(spelt); t != s {
			out = append(out, t)
		}
	}
	for _, k := range []kept{keepNone, keepReserved, keepReservedForm, keepSegment, keepSlashes, keepQuery} {
		add(appendEscaped(nil, s, k))
	}
	add(appendFormText(nil, s))
	quoted := AppendJSONString(nil, s)
	add(quoted[1 : len(quoted)-1])
	return out
}
