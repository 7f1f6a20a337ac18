package expr

import (
	"cmp"
	"strings"
)

// queryScanner takes a JSONPath query apart: text that goes to the engine as
// it is, and places where values are inserted. It also bounds nesting, which
// the engine does not.
type queryScanner struct {
	text string
	o    Options

	i       int
	literal int // start of the text not yet in pieces
	depth   int
	filters int // depth of brackets at which the innermost filter began, 0 outside
	pieces  []queryPiece
	notes   []Note
	dynamic bool
	// descendants counts the descendant segments, also those in filters.
	descendants int
}

func (s *queryScanner) scan() *SyntaxError {
	if len(s.text) > maxTextBytes {
		return syntaxErrorf(0, len(s.text), "", "the JSONPath is longer than %d bytes", maxTextBytes)
	}
	for s.i < len(s.text) {
		var err *SyntaxError
		switch c := s.text[s.i]; {
		case c == '\'' || c == '"':
			err = s.quoted(c)
		case c == '[' || c == '(':
			s.depth++
			if s.depth > maxNesting {
				return syntaxErrorf(s.i, s.i+1, "", "the JSONPath is nested deeper than %d levels", maxNesting)
			}
			s.i++
		case c == ']' || c == ')':
			s.depth--
			if s.filters > s.depth {
				s.filters = 0
			}
			s.i++
		case c == '?' && s.filters == 0:
			s.filters = s.depth
			s.i++
		case c == '.' && strings.HasPrefix(s.text[s.i:], ".."):
			s.descendants++
			s.i += 2
		case c == '{' && strings.HasPrefix(s.text[s.i:], "{$"):
			s.braced()
		case c == '$' && s.i+1 < len(s.text) && isLetter(s.text[s.i+1]) && !s.o.Strict:
			err = s.unbraced()
		case isLetter(c) || c == '_' || c >= 0x80:
			err = s.word()
		case isDigit(c) || c == '-':
			err = s.numeral()
		default:
			s.i++
		}
		if err != nil {
			return err
		}
	}
	s.flush(len(s.text), len(s.text))
	return nil
}

// flush adds the literal text up to end; the next begins at resume.
func (s *queryScanner) flush(end, resume int) {
	if end > s.literal {
		s.pieces = append(s.pieces, queryPiece{text: s.text[s.literal:end], at: s.literal})
	}
	s.literal = resume
}

func (s *queryScanner) insert(p queryPiece) {
	s.pieces = append(s.pieces, p)
	s.dynamic = true
}

// word passes a name, and renames the functions that the engine gets wrong.
func (s *queryScanner) word() *SyntaxError {
	at := s.i
	s.i += spanOf(s.text[at:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 })
	called := s.i < len(s.text) && s.text[s.i] == '('
	if !called || at > 0 && s.text[at-1] == '.' {
		return nil
	}
	name := ""
	switch s.text[at:s.i] {
	case "match":
		name = functionMatch
	case "search":
		name = functionSearch
	case functionMatch, functionSearch:
		return syntaxErrorf(at, s.i, "", "the JSONPath is not valid: unknown function %s()", s.text[at:s.i])
	default:
		return nil
	}
	s.flush(at, s.i)
	s.pieces = append(s.pieces, queryPiece{text: name, at: at})
	return nil
}

// numeral passes a number, and refuses one in a filter that the engine would
// not compare exactly.
func (s *queryScanner) numeral() *SyntaxError {
	p := logicParser{text: s.text, i: s.i}
	end := p.numeralEnd()
	if end == s.i {
		s.i++
		return nil
	}
	number := s.text[s.i:end]
	if s.filters > 0 && isNumeral(number) {
		if err := checkFilterNumber(number); err != nil {
			return syntaxErrorf(s.i, end, "compare it in a simple condition, which is exact", "%s", err.Error())
		}
	}
	s.i = end
	return nil
}

// braced takes "{$…}" outside of quotes.
func (s *queryScanner) braced() {
	at := s.i
	e, notes, end := bracedExpression(s.text, at, s.o)
	s.notes = append(s.notes, notes...)
	if e == nil {
		s.i++
		return
	}
	p := queryPiece{part: templatePart{expr: e}, how: insertToken, at: at}
	s.i = end
	if at > 0 && s.text[at-1] == '.' {
		p.how = insertMember
		if at > 1 && s.text[at-2] == '.' {
			s.flush(at, end)
		} else {
			s.flush(at-1, end) // the brackets that are inserted need no dot
		}
	} else {
		s.flush(at, end)
	}
	s.insert(p)
}

// unbraced takes an expression without braces outside of quotes.
func (s *queryScanner) unbraced() *SyntaxError {
	at := s.i
	end := conditionExpressionEnd(s.text, at, s.o)
	p := expressionParser{text: s.text[at:end], o: s.o, inCondition: true}
	e, err := p.parse()
	if err != nil {
		return err.shifted(at)
	}
	s.flush(at, end)
	s.insert(queryPiece{part: templatePart{expr: e}, how: insertLiteral, at: at})
	s.notes = append(s.notes, s.o.unbracedNote(s.text[at:end], at, templatePart{expr: e}))
	s.i = end
	return nil
}

// unbracedNote notes an expression inside a JSONPath that has no braces. The
// text that was written may have quotes around it.
func (o Options) unbracedNote(written string, at int, part templatePart) Note {
	bare := shorten(strings.Trim(written, `'"`))
	n := Note{
		Rule: RuleJSONPathUnbracedExpression, Offset: at, End: at + len(written),
		Message: "the expression " + bare + " inside a JSONPath has no braces around it, its value is inserted as a literal",
		Hint:    "write {" + bare + "}, in quotes if the value is text",
	}
	o.brace(&n, part)
	if n.Fix == "" {
		return n
	}
	quote := ""
	if written[0] == '\'' || written[0] == '"' {
		quote = written[:1]
	}
	switch types := o.describe(part.expr).Types; {
	case part.navigated != nil || types.Only(TypeString):
		n.Fix = cmp.Or(quote, "'") + n.Fix + cmp.Or(quote, "'")
	case types.Only(TypeNumber | TypeBoolean | TypeNull):
	case quote != "":
		n.Fix = quote + n.Fix + quote
		n.Caveat = "the value of " + bare + " is compared as text even if it is a number or a boolean"
	default:
		n.Fix, n.NoFix = "", "whether the value of "+bare+" is text, which must stand in quotes, is not known"
	}
	return n
}

// quoted takes a string literal at s.i.
func (s *queryScanner) quoted(quote byte) *SyntaxError {
	at := s.i
	end := quotedEnd(s.text, at)
	if end < 0 {
		return syntaxErrorf(at, len(s.text), "", "the string that begins here is not closed")
	}
	s.i = end
	content := s.text[at+1 : end-1]
	if strings.IndexByte(content, '$') < 0 {
		return nil
	}
	if !s.o.Strict {
		if part, n := unbracedExpression(content, 0, s.o); n > 0 && n == len(content) {
			s.flush(at, end)
			s.insert(queryPiece{part: part, how: insertLiteral, at: at})
			s.notes = append(s.notes, s.o.unbracedNote(s.text[at:end], at, part))
			return nil
		}
	}
	scanner := templateScanner{text: content, o: s.o, unbraced: !s.o.Strict && s.o.Names != nil}
	scanner.scan()
	for i := range scanner.notes {
		if scanner.notes[i].Rule == RuleUnbracedExpression {
			scanner.notes[i].Rule = RuleJSONPathUnbracedExpression
		}
	}
	s.notes = append(s.notes, shiftNotes(scanner.notes, at+1)...)
	if !scanner.found {
		return nil
	}
	s.flush(at+1, end-1)
	for _, part := range scanner.parts {
		p := queryPiece{text: part.text, part: part, at: at + 1, quote: quote}
		if part.expr != nil {
			p.how = insertContent
			s.dynamic = true
		}
		s.pieces = append(s.pieces, p)
	}
	return nil
}

// quotedEnd returns the end of the string literal at i, past its closing
// quote, or -1.
func quotedEnd(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return -1
}

// sample returns the query with stand-ins for the values, which is valid if
// the query is, and where its stretches come from.
func (s *queryScanner) sample() (string, []origin) {
	if len(s.pieces) == 1 && s.pieces[0].how == insertNothing {
		return s.pieces[0].text, nil
	}
	var b strings.Builder
	var origins []origin
	for i := range s.pieces {
		p := &s.pieces[i]
		origins = append(origins, origin{b.Len(), p.at})
		switch p.how {
		case insertNothing:
			b.WriteString(p.text)
		case insertLiteral:
			b.WriteString(`"x"`)
		case insertContent:
			b.WriteString("x" + p.part.suffix)
		case insertMember:
			b.WriteString(`["x"]`)
		case insertToken:
			b.WriteString("0")
		}
	}
	return b.String(), origins
}

// pathEnd returns the end of the JSONPath that begins with "$" or "@" at i.
// A method call ".length()" is not part of it.
func pathEnd(text string, i int) int {
	i++
	for i < len(text) {
		next := i
		for next < len(text) && isSpace(text[next]) {
			next++
		}
		switch {
		case next == len(text):
			return i
		case text[next] == '[':
			end := bracketEnd(text, next)
			if end < 0 {
				return len(text)
			}
			i = end
		case text[next] == '.':
			j := next + 1
			if j < len(text) && text[j] == '.' {
				j++
			}
			for j < len(text) && isSpace(text[j]) && text[j-1] != '.' {
				j++
			}
			switch {
			case j < len(text) && text[j] == '*':
				i = j + 1
			case j < len(text) && text[j] == '[' && text[j-1] == '.':
				i = j
			case j < len(text) && strings.HasPrefix(text[j:], "{$"):
				closing := matchingBrace(text, j)
				if closing < 0 {
					return len(text)
				}
				i = closing + 1
			default:
				n := spanOf(text[j:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 })
				if n == 0 {
					return j
				}
				i = j + n
			}
		default:
			return i
		}
	}
	return i
}

// bracketEnd returns the end of the bracket at i, past its closing one, or -1.
func bracketEnd(text string, i int) int {
	depth := 0
	for i < len(text) {
		switch text[i] {
		case '\'', '"':
			end := quotedEnd(text, i)
			if end < 0 {
				return -1
			}
			i = end
			continue
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// leadingFilter calls found with the place of each "@" that stands for what the
// filter at the start of a query is tested on, and returns how many there are.
func leadingFilter(text string, found func(at int)) int {
	count, depth, nested := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\'', '"':
			if i = quotedEnd(text, i) - 1; i < 0 {
				return count
			}
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return count
			}
			if depth < nested {
				nested = 0
			}
		case '?':
			if depth > 1 && nested == 0 {
				nested = depth
			}
		case '@':
			if nested == 0 {
				count++
				found(i)
			}
		}
	}
	return count
}
