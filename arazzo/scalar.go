package arazzo

import (
	"math/big"
	"strings"
)

// maxNumberLength bounds the digits of a number in a base other than ten.
const maxNumberLength = 4096

// plainScalar decides what an unquoted YAML scalar stands for: the core schema
// of YAML 1.2, and digits grouped by underscores. "yes", "on" and dates are
// strings (Arazzo 1.0.1, Format). Numbers become JSON number text that keeps
// all digits. ok is false for a number that JSON cannot express.
func plainScalar(text string) (kind Kind, value string, ok bool) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return Null, text, true
	case "true", "True", "TRUE":
		return Bool, "true", true
	case "false", "False", "FALSE":
		return Bool, "false", true
	}
	switch strings.TrimLeft(text, "+-") {
	case ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN":
		if len(text) <= len("-.inf") {
			return Number, text, false
		}
	}
	if number, isNumber := plainNumber(text); isNumber {
		return Number, number, true
	}
	return String, text, true
}

// plainNumber rewrites the YAML forms of a number to that of JSON.
func plainNumber(text string) (string, bool) {
	sign, digits := "", text
	if digits[0] == '-' || digits[0] == '+' {
		if digits[0] == '-' {
			sign = "-"
		}
		digits = digits[1:]
	}
	if len(digits) == 0 || digits[0] != '.' && !isDigit(digits[0]) {
		return "", false
	}
	if strings.HasPrefix(digits, "0x") || strings.HasPrefix(digits, "0o") {
		return basedNumber(sign, digits)
	}
	whole, rest := leadingDigits(digits)
	if strings.ContainsRune(whole, '_') {
		if rest != "" || strings.HasSuffix(whole, "_") || strings.Contains(whole, "__") {
			return "", false
		}
		whole = strings.ReplaceAll(whole, "_", "")
	}
	fraction := ""
	if strings.HasPrefix(rest, ".") {
		fraction, rest = leadingDigits(rest[1:])
		if strings.ContainsRune(fraction, '_') {
			return "", false
		}
		if whole == "" && fraction == "" {
			return "", false
		}
	}
	exponent := ""
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' || whole == "" && fraction == "" {
			return "", false
		}
		exponent = rest
		power := strings.TrimLeft(rest[1:], "+-")
		if len(rest[1:])-len(power) > 1 || power == "" || strings.Trim(power, "0123456789") != "" {
			return "", false
		}
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction + exponent, true
}

func basedNumber(sign, digits string) (string, bool) {
	base := 16
	if digits[1] == 'o' {
		base = 8
	}
	if len(digits) <= 2 || len(digits) > maxNumberLength || digits[2] == '+' || digits[2] == '-' || strings.ContainsRune(digits, '_') {
		return "", false
	}
	n, ok := new(big.Int).SetString(digits[2:], base)
	if !ok {
		return "", false
	}
	return sign + n.String(), true
}

// leadingDigits splits off the digits and underscores at the start of a text.
func leadingDigits(text string) (digits, rest string) {
	i := 0
	for i < len(text) && (isDigit(text[i]) || text[i] == '_' && i > 0) {
		i++
	}
	return text[:i], text[i:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
