package xmltree

import (
	"encoding/json"
	"strings"
)

// scalar reads a text as the type that the schema gives it. A text that is not of
// that type, or whose type is not known, stays as it is.
func scalar(text string, s *shape) any {
	if s.load() == nil {
		return text
	}
	trimmed := strings.TrimSpace(text)
	switch {
	case s.admits("integer") || s.admits("number"):
		if n, ok := number(trimmed); ok {
			return n
		}
	case s.admits("boolean"):
		switch {
		case sameName(trimmed, "true") || trimmed == "1":
			return true
		case sameName(trimmed, "false") || trimmed == "0":
			return false
		}
	}
	if trimmed == "" && s.admits("null") && !s.admits("string") {
		return nil
	}
	if trimmed != text {
		for _, v := range s.enum {
			if v == trimmed {
				return trimmed
			}
		}
	}
	return text
}

// number reads a decimal of XML Schema as a JSON number with the same digits: it
// has no sign "+", no superfluous zeros before the others, and digits around its
// point.
func number(text string) (json.Number, bool) {
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	mantissa, exponent := rest, ""
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		mantissa, exponent = rest[:i], rest[i:]
		if digits := strings.TrimLeft(exponent[1:], "+-"); len(exponent)-len(digits) > 2 || !isDigits(digits) {
			return "", false
		}
	}
	whole, fraction, pointed := strings.Cut(mantissa, ".")
	if whole+fraction == "" || whole != "" && !isDigits(whole) || fraction != "" && !isDigits(fraction) {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if negative {
		whole = "-" + whole
	}
	if pointed && fraction != "" {
		whole += "." + fraction
	}
	return json.Number(whole + exponent), true
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
