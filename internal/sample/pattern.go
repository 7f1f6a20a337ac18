package sample

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPattern bounds the text of a pattern.
const maxPattern = 4096

// compilePattern compiles a pattern of JSON Schema, which is one of ECMA-262:
// what RE2 has not, such as looking ahead, is refused.
func compilePattern(pattern string) (*regexp.Regexp, bool) {
	if len(pattern) > maxPattern {
		return nil, false
	}
	re, err := regexp.Compile(pattern)
	return re, err == nil
}

// matches reports whether a pattern is found in a text. A pattern that is not
// understood matches nothing.
func matches(pattern, text string) bool {
	re, ok := compilePattern(pattern)
	return ok && re.MatchString(text)
}

// Match returns a text in which the pattern, one of RE2, is found, with at
// least and at most so many characters. It is false if none is found.
func Match(pattern string, least, most int) (string, bool) {
	re, ok := compilePattern(pattern)
	if !ok {
		return "", false
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	most = min(most, maxLength)
	// More repetitions make longer texts, until they are long enough.
	for _, repeat := range []int{0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256, 512, 1024} {
		for _, choice := range []int{0, 1, 2} {
			w := patternWriter{repeat: repeat, choice: choice, most: most}
			w.write(tree)
			text := w.out.String()
			if w.long {
				continue
			}
			for _, candidate := range []string{text, pad(text, least, true), pad(text, least, false)} {
				if within(candidate, least, most) && re.MatchString(candidate) {
					return candidate, true
				}
			}
		}
	}
	return "", false
}

// pad lengthens a text at one of its ends.
func pad(text string, least int, after bool) string {
	missing := least - utf8.RuneCountInString(text)
	if missing <= 0 {
		return text
	}
	if after {
		return text + strings.Repeat("a", missing)
	}
	return strings.Repeat("a", missing) + text
}

// patternWriter writes a text that a pattern matches.
type patternWriter struct {
	out strings.Builder
	// repeat is how often what may occur any number of times occurs.
	repeat int
	// choice is the alternative that is taken.
	choice int
	most   int
	long   bool
}

func (w *patternWriter) write(re *syntax.Regexp) {
	if w.out.Len() > 4*w.most {
		w.long = true
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			w.out.WriteRune(r)
		}
	case syntax.OpCharClass:
		w.out.WriteRune(characterOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.out.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	case syntax.OpAlternate:
		w.write(re.Sub[min(w.choice, len(re.Sub)-1)])
	case syntax.OpStar:
		w.times(re.Sub[0], w.repeat)
	case syntax.OpPlus:
		w.times(re.Sub[0], max(1, w.repeat))
	case syntax.OpQuest:
		w.times(re.Sub[0], min(1, w.repeat))
	case syntax.OpRepeat:
		n := max(re.Min, w.repeat)
		if re.Max >= 0 {
			n = min(n, re.Max)
		}
		w.times(re.Sub[0], n)
	default:
		// Anchors and word boundaries match no character.
	}
}

func (w *patternWriter) times(re *syntax.Regexp, n int) {
	for range n {
		w.write(re)
		if w.long {
			return
		}
	}
}

// characterOf chooses a character of a class: a letter or digit if it holds
// one.
func characterOf(ranges []rune) rune {
	in := func(r rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= r && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	for _, r := range "a1A-_ .x7" {
		if in(r) {
			return r
		}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r < ranges[i]+256; r++ {
			if unicode.IsPrint(r) {
				return r
			}
		}
	}
	if len(ranges) > 0 {
		return ranges[0]
	}
	return 'a'
}
