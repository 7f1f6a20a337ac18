package expr

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
)

// decimal is a number of JSON's grammar, taken apart without any conversion:
// its value is sign 0.DIGITS × 10^scale, where DIGITS are the digits of whole
// and then frac, with leading zeros removed.
type decimal struct {
	negative    bool
	whole, frac string
	scale       int64 // meaningless for zero
}

// maxExponentDigits bounds exponents, so that scales never overflow. Text with
// a larger one is not taken for a number.
const maxExponentDigits = 15

// parseDecimal reads a number in the grammar of RFC 8259, section 6.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	i := 0
	if i < len(s) && s[i] == '-' {
		d.negative = true
		i++
	}
	start := i
	i = skipDigits(s, i)
	if i == start || (s[start] == '0' && i-start > 1) {
		return decimal{}, false
	}
	d.whole = s[start:i]
	if i < len(s) && s[i] == '.' {
		start = i + 1
		i = skipDigits(s, start)
		if i == start {
			return decimal{}, false
		}
		d.frac = s[start:i]
	}
	exponent := int64(0)
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		minus := false
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			minus = s[i] == '-'
			i++
		}
		start = i
		i = skipDigits(s, i)
		if i == start || i-start > maxExponentDigits {
			return decimal{}, false
		}
		for _, c := range []byte(s[start:i]) {
			exponent = exponent*10 + int64(c-'0')
		}
		if minus {
			exponent = -exponent
		}
	}
	if i != len(s) {
		return decimal{}, false
	}
	d.normalize(exponent)
	return d, true
}

func skipDigits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// normalize drops zeros that do not count, and sets the scale.
func (d *decimal) normalize(exponent int64) {
	if d.whole == "0" {
		d.whole = ""
	}
	d.scale = exponent + int64(len(d.whole))
	if d.whole == "" {
		n := 0
		for n < len(d.frac) && d.frac[n] == '0' {
			n++
		}
		d.frac = d.frac[n:]
		d.scale -= int64(n)
	}
	for len(d.frac) > 0 && d.frac[len(d.frac)-1] == '0' {
		d.frac = d.frac[:len(d.frac)-1]
	}
	if d.isZero() {
		d.negative = false
	}
}

func (d *decimal) isZero() bool { return d.whole == "" && d.frac == "" }

// digit returns the i-th significant digit, '0' beyond the last.
func (d *decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	if i -= len(d.whole); i < len(d.frac) {
		return d.frac[i]
	}
	return '0'
}

// compareDecimals orders two numbers by their exact values.
func compareDecimals(a, b *decimal) int {
	switch {
	case a.isZero() && b.isZero():
		return 0
	case a.isZero():
		return -signum(b)
	case b.isZero():
		return signum(a)
	case a.negative != b.negative:
		return signum(a)
	}
	c := cmp.Compare(a.scale, b.scale)
	for i, n := 0, max(len(a.whole)+len(a.frac), len(b.whole)+len(b.frac)); c == 0 && i < n; i++ {
		c = cmp.Compare(a.digit(i), b.digit(i))
	}
	return c * signum(a)
}

func signum(d *decimal) int {
	if d.negative {
		return -1
	}
	return 1
}

// compareNumbers orders two numerals. It reports false if one is none.
func compareNumbers(a, b string) (int, bool) {
	if isNatural(a) && isNatural(b) {
		if len(a) != len(b) {
			return cmp.Compare(len(a), len(b)), true
		}
		return strings.Compare(a, b), true
	}
	da, ok := parseDecimal(a)
	if !ok {
		return 0, false
	}
	db, ok := parseDecimal(b)
	if !ok {
		return 0, false
	}
	return compareDecimals(&da, &db), true
}

// isNatural reports whether the text is an integer without a sign, of which
// the longer or, at equal length, the lexically greater is the greater number.
func isNatural(s string) bool {
	return s != "" && skipDigits(s, 0) == len(s) && (s[0] != '0' || len(s) == 1)
}

// isNumeral reports whether the text is a JSON number.
func isNumeral(s string) bool {
	if s == "" || (s[0] != '-' && (s[0] < '0' || s[0] > '9')) {
		return false
	}
	_, ok := parseDecimal(s)
	return ok
}

// numeral returns the digits of a number. Numbers are json.Number; the other
// Go types are accepted so that a value from a careless caller is not lost.
func numeral(v any) (string, bool) {
	switch n := v.(type) {
	case json.Number:
		return string(n), true
	case int:
		return strconv.Itoa(n), true
	case int64:
		return strconv.FormatInt(n, 10), true
	case float64:
		return strconv.FormatFloat(n, 'g', -1, 64), true
	default:
		return "", false
	}
}
