package expr

import (
	"cmp"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Equal reports whether two values are the same JSON value. Numbers are equal
// if their exact decimal values are, strings if their characters are.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case string:
		if bytes, ok := b.(*Binary); ok {
			return bytes.equals(a)
		}
		b, ok := b.(string)
		return ok && a == b
	case *Binary:
		return a.equals(b)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, av := range a {
			bv, ok := b[name]
			if !ok || !Equal(av, bv) {
				return false
			}
		}
		return true
	default:
		return equalNumbers(a, b)
	}
}

func equalNumbers(a, b any) bool {
	if x, ok := a.(json.Number); ok {
		if y, ok := b.(json.Number); ok && x == y {
			return true
		}
	}
	x, ok := numeral(a)
	if !ok {
		return false
	}
	y, ok := numeral(b)
	if !ok {
		return false
	}
	if c, ok := compareNumbers(x, y); ok {
		return c == 0
	}
	return x == y
}

// operand is a value in a comparison, which may be missing.
type operand struct {
	value   any
	present bool
}

// operator is a comparison operator.
type operator int

const (
	opEqual operator = iota + 1
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
)

func (o operator) String() string {
	switch o {
	case opEqual:
		return "=="
	case opNotEqual:
		return "!="
	case opLess:
		return "<"
	case opLessEqual:
		return "<="
	case opGreater:
		return ">"
	case opGreaterEqual:
		return ">="
	default:
		return "?"
	}
}

// holds reports whether the operator is satisfied by the result of an ordering.
func (o operator) holds(order int) bool {
	switch o {
	case opEqual:
		return order == 0
	case opNotEqual:
		return order != 0
	case opLess:
		return order < 0
	case opLessEqual:
		return order <= 0
	case opGreater:
		return order > 0
	case opGreaterEqual:
		return order >= 0
	default:
		return false
	}
}

// compareSimple compares as simple conditions do: strings without regard to
// case, a numeric string as the number it spells where the other side is a
// number, null equal to null only. A missing value makes every comparison
// false, except that it equals null.
//
// Arazzo 1.1.0, Criterion Object: Literals and Operators.
func compareSimple(a operand, op operator, b operand) bool {
	if !a.present || !b.present {
		isNull := (a.present || b.present) && a.value == nil && b.value == nil
		return op == opEqual && isNull
	}
	if op == opEqual || op == opNotEqual {
		return equalLoosely(a.value, b.value) == (op == opEqual)
	}
	order, ok := orderLoosely(a.value, b.value)
	return ok && op.holds(order)
}

func equalLoosely(a, b any) bool {
	if x, ok := a.(json.Number); ok {
		switch y := b.(type) {
		case json.Number:
			return x == y || equalNumbers(a, b)
		case string:
			c, ok := compareNumbers(string(x), y)
			return ok && c == 0
		}
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x == y || strings.EqualFold(x, y)
		}
		if y, ok := numeral(b); ok {
			c, ok := compareNumbers(x, y)
			return ok && c == 0
		}
	}
	return Equal(a, b)
}

func orderLoosely(a, b any) (int, bool) {
	x, xIsText, ok := scalarText(a)
	if !ok {
		return 0, false
	}
	y, yIsText, ok := scalarText(b)
	if !ok {
		return 0, false
	}
	if c, ok := compareNumbers(x, y); ok {
		return c, true
	}
	if xIsText && yIsText {
		return compareFold(x, y), true
	}
	return 0, false
}

// scalarText returns the text of a string or number.
func scalarText(v any) (text string, isString, ok bool) {
	if s, is := v.(string); is {
		return s, true, true
	}
	s, ok := numeral(v)
	return s, false, ok
}

// compareFold orders two strings by their characters without regard to case.
func compareFold(a, b string) int {
	for a != "" && b != "" {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			if c := cmp.Compare(foldRune(ra), foldRune(rb)); c != 0 {
				return c
			}
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

// foldRune returns one representative for all characters that are equal
// without regard to case.
func foldRune(r rune) rune {
	if r >= utf8.RuneSelf {
		for f := unicode.SimpleFold(r); f != r && f < r; f = unicode.SimpleFold(f) {
			r = f
		}
	}
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// compareExact compares as RFC 9535, section 2.3.5.2.2, with one difference: a
// missing value equals null.
func compareExact(a operand, op operator, b operand) bool {
	equal := equalExact(a, b)
	switch op {
	case opEqual:
		return equal
	case opNotEqual:
		return !equal
	case opLess:
		return lessExact(a, b)
	case opLessEqual:
		return equal || lessExact(a, b)
	case opGreater:
		return lessExact(b, a)
	case opGreaterEqual:
		return equal || lessExact(b, a)
	default:
		return false
	}
}

func equalExact(a, b operand) bool {
	if !a.present || !b.present {
		return a.value == nil && b.value == nil
	}
	return Equal(a.value, b.value)
}

func lessExact(a, b operand) bool {
	if !a.present || !b.present {
		return false
	}
	x, xIsText, ok := scalarText(a.value)
	if !ok {
		return false
	}
	y, yIsText, ok := scalarText(b.value)
	if !ok || xIsText != yIsText {
		return false
	}
	if xIsText {
		return x < y // UTF-8 keeps the order of code points
	}
	c, ok := compareNumbers(x, y)
	return ok && c < 0
}

// truthy reports whether a bare value passes: true, a number other than zero,
// a string, array or object that is not empty.
func truthy(o operand) bool {
	if !o.present {
		return false
	}
	switch v := o.value.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	case *Binary:
		return v.Size > 0
	default:
		s, ok := numeral(v)
		if !ok {
			return false
		}
		d, ok := parseDecimal(s)
		return ok && !d.isZero()
	}
}
