package arazzo

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape decodes the escape sequence that begins at pos in a double-quoted
// YAML scalar or a JSON string, and says where the source goes on. Two escapes
// that form a UTF-16 surrogate pair are decoded together (RFC 8259, 7).
func unescape(src []byte, pos int) (decoded string, next int, ok bool) {
	if pos+1 >= len(src) {
		return "", pos, false
	}
	next = pos + 2
	switch c := src[pos+1]; c {
	case '\n', '\r':
		// A YAML escaped line break joins the lines and drops the indentation.
		for next < len(src) && isBlank(src[next]) {
			next++
		}
		return "", next, true
	case 'x':
		return hexEscape(src, next, 2)
	case 'U':
		return hexEscape(src, next, 8)
	case 'u':
		return utf16Escape(src, next)
	default:
		decoded, ok = simpleEscape(c)
		return decoded, next, ok
	}
}

func simpleEscape(c byte) (string, bool) {
	switch c {
	case '0':
		return "\x00", true
	case 'a':
		return "\a", true
	case 'b':
		return "\b", true
	case 't', '\t':
		return "\t", true
	case 'n':
		return "\n", true
	case 'v':
		return "\v", true
	case 'f':
		return "\f", true
	case 'r':
		return "\r", true
	case 'e':
		return "\x1b", true
	case 'N':
		return "\u0085", true
	case '_':
		return "\u00a0", true
	case 'L':
		return "\u2028", true
	case 'P':
		return "\u2029", true
	case ' ', '"', '/', '\\', '\'':
		return string(c), true
	default:
		return "", false
	}
}

func hexEscape(src []byte, pos, digits int) (string, int, bool) {
	code, ok := hexDigits(src, pos, digits)
	if !ok || code > utf8.MaxRune {
		return "", pos, false
	}
	return string(rune(code)), pos + digits, true
}

func utf16Escape(src []byte, pos int) (string, int, bool) {
	code, ok := hexDigits(src, pos, 4)
	if !ok {
		return "", pos, false
	}
	next := pos + 4
	if utf16.IsSurrogate(rune(code)) && next+6 <= len(src) && src[next] == '\\' && src[next+1] == 'u' {
		if low, ok := hexDigits(src, next+2, 4); ok {
			if r := utf16.DecodeRune(rune(code), rune(low)); r != utf8.RuneError {
				return string(r), next + 6, true
			}
		}
	}
	return string(rune(code)), next, true
}

func hexDigits(src []byte, pos, digits int) (uint64, bool) {
	if pos+digits > len(src) {
		return 0, false
	}
	code, err := strconv.ParseUint(string(src[pos:pos+digits]), 16, 32)
	return code, err == nil
}
