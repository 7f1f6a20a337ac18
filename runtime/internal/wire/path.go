package wire

import "github.com/seed-d89508e2/arazzo/arazzo/openapi"

// AppendPath appends what takes the place of a placeholder in a path. A greedy
// placeholder keeps the slashes of its value.
func AppendPath(dst []byte, p *openapi.Parameter, v any, o *Order, greedy bool) ([]byte, error) {
	s := style{between: ",", joint: delimiter(p.Style, true), explode: p.Explode}
	switch {
	case greedy:
		s.keep = keepSlashes
	case p.AllowReserved:
		s.keep = keepSegment
	}
	switch p.Style {
	case "label":
		s.first, s.between = ".", "."
	case "matrix":
		s.first, s.between, s.named = ";", ";", true
	}
	if p.ContentType != "" {
		content, err := contentText(p.ContentType, p.Name, p.Schema, v, o)
		return appendEscaped(dst, content, s.keep), err
	}
	return s.appendTo(dst, p.Name, v, o), nil
}

// HasDotSegment reports whether a path has a segment that is one or two dots,
// escaped or not, which RFC 3986, 5.2.4 removes.
func HasDotSegment(path []byte) bool {
	dots, others := 0, false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '/':
			if !others && dots > 0 && dots <= 2 {
				return true
			}
			dots, others = 0, false
		case c == '.':
			dots++
		case c == '%' && i+2 < len(path) && path[i+1] == '2' && path[i+2]|0x20 == 'e':
			dots++
			i += 2
		default:
			others = true
		}
	}
	return !others && dots > 0 && dots <= 2
}
