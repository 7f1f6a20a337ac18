package wire

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// HeaderValue returns the value of a header parameter. Nothing in it is
// percent-encoded (OpenAPI 3.1.1, Appendix D); see [CheckHeader] for what cannot
// be sent.
func HeaderValue(p *openapi.Parameter, v any, o *Order) (string, error) {
	if p.ContentType != "" {
		return contentText(p.ContentType, p.Name, p.Schema, v, o)
	}
	switch v.(type) {
	case []any, map[string]any:
		s := style{between: ",", joint: delimiter(p.Style, false), explode: p.Explode, keep: keepRaw}
		return string(s.appendTo(nil, p.Name, v, o)), nil
	default:
		return Text(v, nil), nil
	}
}

// maxHeader bounds the value of a header field, in bytes, far above what servers
// take.
const maxHeader = 1 << 20

// CheckHeader says why a header field cannot be sent as it is. ascii is false
// if the value has other characters than those of US-ASCII, whose encoding HTTP
// does not define (RFC 9110, 5.5).
func CheckHeader(name, value string) (ascii bool, err error) {
	if !isToken(name) {
		return true, fmt.Errorf("%q cannot be the name of a header field", name)
	}
	if len(value) > maxHeader {
		return true, fmt.Errorf("the value of the header field %q has %d bytes, more than %d", name, len(value), maxHeader)
	}
	ascii = true
	for i := range len(value) {
		switch c := value[i]; {
		case c < ' ' && c != '\t' || c == 0x7f:
			// The value itself may be a secret, and the character would be
			// another field, or another request.
			return ascii, fmt.Errorf("the value of the header field %q has a control character (U+%04X)", name, c)
		case c >= 0x80:
			ascii = false
		}
	}
	return ascii, nil
}
