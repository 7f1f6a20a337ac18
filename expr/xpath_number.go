package expr

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// xpathMeasure is the kind of a number in XPath 2.0 and later. XPath 1.0 knows
// doubles only.
type xpathMeasure int

const (
	measureUnknown xpathMeasure = iota // before the evaluation
	measureInteger
	measureDecimal
	measureDouble
)

type xpathNumber struct {
	value   float64
	measure xpathMeasure
}

// maxExactInteger is the greatest integer up to which a double holds all.
const maxExactInteger = 1<<53 - 1

// xpathNumeral reads a Number: digits, "1.", ".5" or "1.5". One that a double
// cannot tell from its neighbours is refused.
func xpathNumeral(text string, later bool) (xpathNumber, *SyntaxError) {
	whole, frac, fraction := strings.Cut(text, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	exact := whole
	if frac != "" {
		exact += "." + frac
	}
	f, err := strconv.ParseFloat(exact, 64)
	c, ok := 0, err == nil && f <= maxExactInteger
	if ok {
		c, ok = compareNumbers(exact, strconv.FormatFloat(f, 'g', -1, 64))
	}
	if !ok || c != 0 {
		return xpathNumber{}, syntaxErrorf(0, len(text), "compare it as text, in quotes", "the number %s has too many digits to be exact inside an XPath", shorten(text))
	}
	switch {
	case !later:
		return xpathNumber{f, measureDouble}, nil
	case fraction:
		return xpathNumber{f, measureDecimal}, nil
	default:
		return xpathNumber{f, measureInteger}, nil
	}
}

// insertedNumber reads the value that is inserted as a number.
func insertedNumber(v any, later bool) (xpathNumber, bool, error) {
	text, isText := v.(string)
	if !isText {
		text, _ = numeral(v)
	}
	if !isNumeral(text) {
		return xpathNumber{}, false, nil
	}
	digits, minus := strings.CutPrefix(text, "-")
	if strings.ContainsAny(digits, "eE") {
		f, err := strconv.ParseFloat(text, 64)
		return xpathNumber{f, measureDouble}, err == nil, err
	}
	n, failed := xpathNumeral(digits, later)
	if failed != nil {
		return xpathNumber{}, true, failed
	}
	if minus {
		n.value = -n.value
	}
	return n, true, nil
}

// arithmeticMeasure returns the kind of number that an operand is computed as.
func (n *xpathNode) arithmeticMeasure() xpathMeasure {
	switch n.kind {
	case typeNumber:
		return n.measure
	default: // the text of a node becomes a double
		return measureDouble
	}
}

// arithmeticMeasure returns the kind of number that an operation results in.
//
// XPath 2.0, appendix B.2.
func arithmeticMeasure(op string, a, b xpathMeasure) xpathMeasure {
	switch {
	case a == measureDouble || b == measureDouble:
		return measureDouble
	case a == measureUnknown || b == measureUnknown:
		return measureUnknown
	case a == measureDecimal || b == measureDecimal || op == "div":
		return measureDecimal
	default:
		return measureInteger
	}
}

// parseNumber is the number() of a string: XPath 1.0, section 4.4, or the cast
// to xs:double of later versions. ok is false if the text is no number.
func parseNumber(text string, later bool) (f float64, ok bool) {
	text = strings.Trim(text, " \t\r\n")
	if later {
		switch text {
		case "INF":
			return math.Inf(1), true
		case "-INF":
			return math.Inf(-1), true
		case "NaN":
			return math.NaN(), true
		}
		text = strings.TrimPrefix(text, "+")
	}
	rest := strings.TrimPrefix(text, "-")
	whole := skipDigits(rest, 0)
	end := whole
	if end < len(rest) && rest[end] == '.' {
		end = skipDigits(rest, end+1)
	}
	if end == 0 || rest[:end] == "." {
		return math.NaN(), false
	}
	if later {
		if after := exponentEnd(rest, end); after > 0 {
			end = after
		}
	}
	if end != len(rest) || len(text) > maxTextBytes {
		return math.NaN(), false
	}
	f, _ = strconv.ParseFloat(text, 64) // out of range is infinite or zero
	return f, true
}

// text returns the string() of a number.
//
// XPath 1.0, section 4.2; XQuery and XPath Functions 3.1, section 19.1.2.
func (n xpathNumber) text(later bool) string {
	f := n.value
	infinity := "Infinity"
	if later {
		infinity = "INF"
	}
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return infinity
	case math.IsInf(f, -1):
		return "-" + infinity
	case f == 0:
		if later && n.measure == measureDouble && math.Signbit(f) {
			return "-0"
		}
		return "0"
	}
	size := math.Abs(f)
	if !later || n.measure != measureDouble || size >= 1e-6 && size < 1e6 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	power, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(power)
}

// json returns a number as a JSON number. NaN and the infinities are none.
func (n xpathNumber) json() (json.Number, bool) {
	if math.IsNaN(n.value) || math.IsInf(n.value, 0) {
		return "", false
	}
	if n.value == 0 {
		return "0", true
	}
	return json.Number(strconv.FormatFloat(n.value, 'f', -1, 64)), true
}

// roundXPath rounds to the nearest integer, halves towards positive infinity.
//
// XPath 1.0, section 4.4.
func roundXPath(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 {
		return f
	}
	if f < 0 && f >= -0.5 {
		return math.Copysign(0, -1)
	}
	down := math.Floor(f)
	if f-down >= 0.5 {
		return down + 1
	}
	return down
}
