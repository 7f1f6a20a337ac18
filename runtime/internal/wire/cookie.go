package wire

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// AppendCookie appends the pairs of a cookie parameter to the value of a Cookie
// field.
//
// OpenAPI 3.2.0, Style Values: "form" percent-encodes, "cookie" writes all as it
// is. An exploded array of the style "form" would need a "&", which is not what
// separates cookies, and is written as if it were not exploded.
func AppendCookie(dst []byte, p *openapi.Parameter, v any, o *Order) ([]byte, error) {
	if isEmpty(v) && p.ContentType == "" {
		return dst, nil
	}
	s := style{between: "; ", joint: ",", named: true, ifEmpty: "=", explode: p.Explode}
	switch {
	case p.Style == "cookie":
		s.keep = keepRaw
		if err := checkCookie(p, v, o); err != nil {
			return dst, err
		}
	case p.AllowReserved:
		s.keep = keepReservedCookie
	}
	if len(dst) > 0 {
		dst = append(dst, "; "...)
	}
	if _, isArray := v.([]any); isArray && s.keep != keepRaw {
		s.explode = false
	}
	if p.ContentType != "" {
		content, err := contentText(p.ContentType, p.Name, p.Schema, v, o)
		return s.pair(dst, p.Name, content), err
	}
	return s.appendTo(dst, p.Name, v, o), nil
}

// checkCookie refuses what is not escaped and would be read as something else
// than one cookie.
func checkCookie(p *openapi.Parameter, v any, o *Order) error {
	name := p.Name
	if !isToken(name) {
		return fmt.Errorf("%q cannot be the name of a cookie", name)
	}
	if p.ContentType != "" {
		content, err := contentText(p.ContentType, p.Name, p.Schema, v, o)
		if err != nil {
			return err
		}
		return checkCookieText(name, content)
	}
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			if err := checkCookieText(name, Text(e, o.element(i))); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for _, member := range o.names(v) {
			if !isToken(member) {
				return fmt.Errorf("%q cannot be the name of a cookie", member)
			}
			if err := checkCookieText(member, Text(v[member], o.member(member))); err != nil {
				return err
			}
		}
		return nil
	default:
		return checkCookieText(name, Text(v, nil))
	}
}

func checkCookieText(name, value string) error {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c >= 0x7f || c == ';' {
			return fmt.Errorf("the value of the cookie %q has a character that must be percent-encoded before", name)
		}
	}
	return nil
}
