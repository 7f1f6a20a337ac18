package expr

import "strings"

// xpathPattern compiles the pattern of matches(), written in the regular
// expressions of XML Schema. What RE2 reads in another way is refused.
//
// XQuery and XPath Functions 3.1, section 5.6.1.
func xpathPattern(text string) (*sizedRegexp, *SyntaxError) {
	if len(text) > maxRegexp {
		return nil, syntaxErrorf(0, len(text), "", "the pattern is longer than %d bytes", maxRegexp)
	}
	var b strings.Builder
	inClass := false
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch c := text[i]; {
		case c == '\\':
			written, n := patternEscape(rest, inClass)
			if n == 0 {
				return nil, refusedPattern(i, min(i+2, len(text)), rest)
			}
			b.WriteString(written)
			i += n - 1
		case inClass && c == '[', !inClass && strings.HasPrefix(rest, "(?") && !strings.HasPrefix(rest, "(?:"),
			!inClass && c == '{' && (i+1 == len(text) || !isDigit(text[i+1])), !inClass && c == ']':
			return nil, refusedPattern(i, i+1, rest)
		case c == '[':
			inClass = true
			b.WriteByte(c)
			if strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]") {
				return nil, refusedPattern(i, i+1, rest)
			}
		case c == ']':
			inClass = false
			b.WriteByte(c)
		case c == '.' && !inClass:
			b.WriteString(`[^\n\r]`)
		default:
			b.WriteByte(c)
		}
	}
	re, err := compileRegexp(b.String())
	if err != nil {
		return nil, patternError(text, err)
	}
	return re, nil
}

func refusedPattern(at, end int, rest string) *SyntaxError {
	return syntaxErrorf(at, end, "use a criterion of type regex", "%s is not supported in a pattern of matches()", shorten(rest[:min(len(rest), end-at)]))
}

// patternEscape translates the escape at the start of the text and returns its
// length, or 0 if it is not supported.
func patternEscape(text string, inClass bool) (written string, length int) {
	if len(text) < 2 {
		return "", 0
	}
	class := func(content string) string {
		if inClass {
			return content
		}
		return "[" + content + "]"
	}
	switch c := text[1]; c {
	case 'n', 'r', 't', '\\', '|', '.', '?', '*', '+', '(', ')', '{', '}', '-', '[', ']', '^', '$':
		return text[:2], 2
	case 'd':
		return `\p{Nd}`, 2
	case 'D':
		return `\P{Nd}`, 2
	case 's':
		return class(` \t\n\r`), 2
	case 'S':
		if !inClass {
			return `[^ \t\n\r]`, 2
		}
	case 'w':
		if !inClass {
			return `[^\p{P}\p{Z}\p{C}]`, 2
		}
	case 'W':
		return class(`\p{P}\p{Z}\p{C}`), 2
	case 'p', 'P':
		end := strings.IndexByte(text, '}')
		if strings.HasPrefix(text[2:], "{") && (end == 4 || end == 5) {
			return text[:end+1], end + 1
		}
	}
	return "", 0
}
