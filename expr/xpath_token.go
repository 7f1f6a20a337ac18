package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// xpathTokenKind is the kind of a token of XPath 1.0, section 3.7.
type xpathTokenKind int

const (
	tokenEnd xpathTokenKind = iota
	tokenName
	tokenNumber
	tokenLiteral
	tokenInsert // {$…} outside of quotes
	tokenSymbol // punctuation and operators that are no names
)

// xpathToken is one token. A name may have a prefix; its local part is "*" for
// "prefix:*".
type xpathToken struct {
	kind    xpathTokenKind
	at, end int
	// text is the symbol, the digits, the local name, or the content of a literal.
	text   string
	prefix string
	// template holds the content of a literal into which values are inserted.
	template *Template
	insert   *Expression
}

// xpathScanner yields the tokens of an XPath.
type xpathScanner struct {
	text  string
	o     Options
	later bool // the version is 2.0 or later
	i     int
	notes []Note
}

func (s *xpathScanner) next() (xpathToken, *SyntaxError) {
	for s.i < len(s.text) && isSpace(s.text[s.i]) {
		s.i++
	}
	at := s.i
	if at == len(s.text) {
		return xpathToken{kind: tokenEnd, at: at, end: at}, nil
	}
	c := s.text[at]
	switch {
	case c == '\'' || c == '"':
		return s.literal(c)
	case isDigit(c), c == '.' && at+1 < len(s.text) && isDigit(s.text[at+1]):
		return s.numeral()
	case c == '{' && strings.HasPrefix(s.text[at:], "{$"):
		e, notes, end := bracedExpression(s.text, at, s.o)
		s.notes = append(s.notes, notes...)
		if e != nil {
			s.i = end
			return xpathToken{kind: tokenInsert, at: at, end: end, insert: e}, nil
		}
	}
	if n := ncName(s.text[at:]); n > 0 {
		return s.name(n), nil
	}
	n := 1
	for _, symbol := range []string{"(:", "::", ":=", "//", "..", "!=", "<=", ">=", "<<", ">>", "||", "=>", "==", "&&"} {
		if strings.HasPrefix(s.text[at:], symbol) {
			n = len(symbol)
			break
		}
	}
	if c >= utf8.RuneSelf {
		_, n = utf8.DecodeRuneInString(s.text[at:])
	}
	s.i += n
	return xpathToken{kind: tokenSymbol, at: at, end: s.i, text: s.text[at:s.i]}, nil
}

// name takes a QName, whose first part is n bytes long, or "prefix:*".
func (s *xpathScanner) name(n int) xpathToken {
	at := s.i
	t := xpathToken{kind: tokenName, at: at, text: s.text[at : at+n]}
	s.i += n
	if rest := s.text[s.i:]; strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "::") {
		if length := ncName(rest[1:]); length > 0 {
			t.prefix, t.text = t.text, rest[1:1+length]
			s.i += 1 + length
		} else if strings.HasPrefix(rest, ":*") {
			t.prefix, t.text = t.text, "*"
			s.i += 2
		}
	}
	t.end = s.i
	return t
}

// ncName returns the length of the NCName with which the text begins, or 0.
//
// Namespaces in XML 1.0, section 3.
func ncName(text string) int {
	n := 0
	for n < len(text) {
		r, size := rune(text[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[n:])
		}
		if !isNameRune(r, n == 0) {
			break
		}
		n += size
	}
	return n
}

func isNameRune(r rune, first bool) bool {
	switch {
	case r < utf8.RuneSelf:
		return isLetter(byte(r)) || r == '_' || !first && (isDigit(byte(r)) || r == '-' || r == '.')
	case r == utf8.RuneError:
		return false
	case unicode.IsLetter(r) || unicode.Is(unicode.Nl, r):
		return true
	default:
		return !first && (unicode.IsDigit(r) || unicode.IsMark(r) || r == 0xB7)
	}
}

// numeral takes a Number: digits, with a fraction or without.
func (s *xpathScanner) numeral() (xpathToken, *SyntaxError) {
	at := s.i
	s.i = skipDigits(s.text, s.i)
	if s.i < len(s.text) && s.text[s.i] == '.' {
		s.i = skipDigits(s.text, s.i+1)
	}
	if end := exponentEnd(s.text, s.i); end > 0 {
		return xpathToken{}, needsXPath(at, end, "the number "+shorten(s.text[at:end])+" with an exponent", "2.0")
	}
	return xpathToken{kind: tokenNumber, at: at, end: s.i, text: s.text[at:s.i]}, nil
}

// exponentEnd returns the end of an exponent at i, or 0 if there is none.
func exponentEnd(text string, i int) int {
	if i >= len(text) || text[i] != 'e' && text[i] != 'E' {
		return 0
	}
	i++
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		i++
	}
	if end := skipDigits(text, i); end > i {
		return end
	}
	return 0
}

// literal takes a quoted string. A doubled quote stands for one quote from
// XPath 2.0 on, and is an error before.
func (s *xpathScanner) literal(quote byte) (xpathToken, *SyntaxError) {
	at := s.i
	end := at + 1
	doubled := false
	for {
		length := strings.IndexByte(s.text[end:], quote)
		if length < 0 {
			return xpathToken{}, syntaxErrorf(at, len(s.text), "", "the string that begins here is not closed")
		}
		end += length + 1
		if end == len(s.text) || s.text[end] != quote {
			break
		}
		if !s.later {
			return xpathToken{}, needsXPath(end-1, end+1, "a doubled quote in a string", "2.0").
				withHint("put the string in the other quotes, or join its parts with concat()")
		}
		doubled = true
		end++
	}
	s.i = end
	content := s.text[at+1 : end-1]
	t := xpathToken{kind: tokenLiteral, at: at, end: end, text: content}
	if strings.IndexByte(content, '$') >= 0 {
		scanner := templateScanner{text: content, o: s.o, unbraced: !s.o.Strict && s.o.Names != nil}
		scanner.scan()
		s.notes = append(s.notes, shiftNotes(scanner.notes, at+1)...)
		if scanner.found {
			t.template = &Template{source: content, parts: scanner.parts}
		}
	}
	if doubled {
		undouble := strings.NewReplacer(string([]byte{quote, quote}), string(quote))
		t.text = undouble.Replace(t.text)
		if t.template != nil {
			for i := range t.template.parts {
				t.template.parts[i].text = undouble.Replace(t.template.parts[i].text)
			}
		}
	}
	return t, nil
}

// needsXPath is the error about something that only later versions have.
func needsXPath(at, end int, what, version string) *SyntaxError {
	return syntaxErrorf(at, end, "say it in XPath 1.0, or in a criterion or selector of another type",
		"%s needs XPath %s, which is not supported", what, version)
}

// withHint returns the error with another hint.
func (e *SyntaxError) withHint(hint string) *SyntaxError {
	changed := *e
	changed.Hint = hint
	return &changed
}
