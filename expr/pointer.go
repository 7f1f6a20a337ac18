package expr

import (
	"strings"
)

// Pointer is a JSON Pointer (RFC 6901) as a list of unescaped reference
// tokens. The nil Pointer refers to the whole value.
type Pointer []string

// ParsePointer parses a JSON Pointer: the empty string, or tokens that each
// begin with "/". The error is a [*SyntaxError].
func ParsePointer(text string) (Pointer, error) {
	p, serr := parsePointer(text)
	if serr != nil {
		return nil, serr
	}
	return p, nil
}

func parsePointer(text string) (Pointer, *SyntaxError) {
	if text == "" {
		return nil, nil
	}
	if text[0] != '/' {
		return nil, syntaxErrorf(0, 1, "write /"+shorten(text), "a JSON pointer begins with \"/\"")
	}
	if len(text) > maxTextBytes {
		return nil, syntaxErrorf(0, len(text), "", "the JSON pointer is longer than %d bytes", maxTextBytes)
	}
	p := make(Pointer, 0, strings.Count(text, "/"))
	for start := 1; ; {
		end := strings.IndexByte(text[start:], '/')
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		token, bad := unescapeToken(text[start:end])
		if bad >= 0 {
			return nil, syntaxErrorf(start+bad, min(start+bad+2, len(text)), "write ~0 for \"~\" and ~1 for \"/\"",
				"\"~\" in a JSON pointer is followed by 0 or 1")
		}
		p = append(p, token)
		if end == len(text) {
			return p, nil
		}
		start = end + 1
	}
}

// unescapeToken decodes ~0 and ~1. It returns the place of a wrong escape, or -1.
func unescapeToken(s string) (token string, bad int) {
	tilde := strings.IndexByte(s, '~')
	if tilde < 0 {
		return s, -1
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '~' {
			b.WriteByte(s[i])
			continue
		}
		switch {
		case i+1 < len(s) && s[i+1] == '0':
			b.WriteByte('~')
		case i+1 < len(s) && s[i+1] == '1':
			b.WriteByte('/')
		default:
			return "", i
		}
		i++
	}
	return b.String(), -1
}

// Lookup returns the value that the pointer refers to inside v, and whether it
// exists. A null that exists is (nil, true).
func (p Pointer) Lookup(v any) (any, bool) {
	for _, token := range p {
		var ok bool
		if v, ok = step(v, token); !ok {
			return nil, false
		}
	}
	return v, true
}

// step follows one reference token.
func step(v any, token string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		member, ok := v[token]
		return member, ok
	case []any:
		i, ok := arrayIndex(token)
		if !ok || i >= len(v) {
			return nil, false
		}
		return v[i], true
	default:
		return nil, false
	}
}

// arrayIndex reads an index as RFC 6901 writes it: digits without leading zeros.
func arrayIndex(token string) (int, bool) {
	if token == "" || len(token) > 9 || (token[0] == '0' && len(token) > 1) {
		return 0, false
	}
	n := 0
	for i := range len(token) {
		c := token[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// String returns the pointer in its escaped form, without a leading "#".
func (p Pointer) String() string {
	var b strings.Builder
	for _, token := range p {
		b.WriteByte('/')
		writeToken(&b, token)
	}
	return b.String()
}

func writeToken(b *strings.Builder, token string) {
	for i := range len(token) {
		switch token[i] {
		case '~':
			b.WriteString("~0")
		case '/':
			b.WriteString("~1")
		default:
			b.WriteByte(token[i])
		}
	}
}
