package expr

import (
	"iter"
	"strings"
)

// Template is a string of a document that may hold expressions: literal text,
// one whole expression whose value keeps its type, or text with embedded
// expressions. It is immutable.
//
// Arazzo 1.1.0, Runtime Expressions: only "{" that is followed by "$" and a
// valid expression up to the matching "}" embeds; all other text is literal.
type Template struct {
	source string
	// literal is the boxed text of a template without expressions.
	literal any
	whole   *Expression
	parts   []templatePart
}

// templatePart is literal text, or an expression if expr is not nil.
type templatePart struct {
	text string
	expr *Expression
	// If the value of expr is an array or object, navigated is evaluated in its
	// place; else suffix, the text of the navigation, follows the value. Both are
	// empty if no navigation follows the expression.
	navigated *Expression
	suffix    string
}

// ParseTemplate parses a string of a document. Text that is clearly meant as
// one whole expression but is none is a [*SyntaxError].
func ParseTemplate(text string, o Options) (*Template, []Note, error) {
	if strings.IndexByte(text, '$') < 0 {
		return &Template{source: text, literal: text}, nil, nil
	}
	var failed *SyntaxError
	var free *Expression
	if text[0] == '$' {
		p := expressionParser{text: text, o: o}
		e, err := p.parse()
		if err == nil && (!p.free || o.Strict) {
			return &Template{source: text, whole: e}, p.notes, nil
		}
		free = e
		if err != nil && meantAsExpression(text) {
			failed = err
		}
	}
	s := templateScanner{text: text, o: o, unbraced: !o.Strict && o.Names != nil}
	s.scan()
	switch {
	case s.found:
		return &Template{source: text, parts: s.parts}, s.notes, nil
	case free != nil:
		return &Template{source: text, whole: free}, nil, nil
	case failed != nil:
		return nil, nil, failed
	default:
		return &Template{source: text, literal: text}, s.notes, nil
	}
}

// meantAsExpression reports whether a text that begins with "$" but is no
// expression is one that was written wrongly, not mere text such as a price.
func meantAsExpression(text string) bool {
	if !strings.HasPrefix(text, "$") {
		return false
	}
	end := rootEnd(text, 1)
	word := text[1:end]
	if end == len(text) || text[end] == '.' || text[end] == '#' || text[end] == '[' {
		for _, root := range rootWords() {
			if strings.EqualFold(word, root) {
				return true
			}
		}
	}
	if end < len(text) && text[end] == '.' && len(word) > 2 {
		_, near := nearest(word, rootWords())
		return near
	}
	return false
}

// templateScanner finds the expressions embedded in a text.
type templateScanner struct {
	text string
	o    Options
	// unbraced admits expressions without braces that name something declared.
	unbraced bool

	parts   []templatePart
	notes   []Note
	found   bool
	literal int // start of the literal text not yet in parts
}

func (s *templateScanner) scan() {
	for i := 0; i < len(s.text); {
		switch {
		case s.text[i] == '{' && strings.HasPrefix(s.text[i+1:], "$"):
			if end := s.braced(i); end > 0 {
				i = end
				continue
			}
		case s.text[i] == '$' && s.unbraced:
			if end := s.bare(i); end > 0 {
				i = end
				continue
			}
		}
		i++
	}
	s.flush(len(s.text), len(s.text))
}

// flush adds the literal text up to end; the next begins at resume.
func (s *templateScanner) flush(end, resume int) {
	if end > s.literal {
		s.parts = append(s.parts, templatePart{text: s.text[s.literal:end]})
	}
	s.literal = resume
}

// braced takes "{$…}" at i and returns its end, or 0 if it is literal.
func (s *templateScanner) braced(i int) int {
	e, notes, end := bracedExpression(s.text, i, s.o)
	if e == nil {
		s.notes = append(s.notes, notes...)
		return 0
	}
	s.flush(i, end)
	s.notes = append(s.notes, notes...)
	s.parts = append(s.parts, templatePart{expr: e})
	s.found = true
	return end
}

// bracedExpression parses "{$…}" at i. If it holds no expression, the result
// is nil, with a note if it looks as if it should.
func bracedExpression(text string, i int, o Options) (e *Expression, notes []Note, end int) {
	closing := matchingBrace(text, i)
	if closing < 0 {
		return nil, nil, 0
	}
	inner := text[i+1 : closing]
	p := expressionParser{text: inner, o: o}
	e, err := p.parse()
	if err != nil {
		if !meantAsExpression(inner) {
			return nil, nil, 0
		}
		return nil, []Note{{
			Rule: RuleLiteralBraces, Offset: i, End: closing + 1,
			Message: "\"" + shorten(text[i:closing+1]) + "\" is literal text: " + err.Message,
			Hint:    err.Hint,
		}}, 0
	}
	return e, shiftNotes(p.notes, i+1), closing + 1
}

// matchingBrace returns the place of the "}" that closes the "{" at i, or -1.
func matchingBrace(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
			if depth > maxNesting {
				return -1
			}
		case '}':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

func shiftNotes(notes []Note, by int) []Note {
	for i := range notes {
		notes[i].Offset += by
		notes[i].End += by
	}
	return notes
}

// bare takes an expression without braces at i and returns its end, or 0 if
// there is none.
func (s *templateScanner) bare(i int) int {
	part, end := unbracedExpression(s.text, i, s.o)
	if end == 0 {
		return 0
	}
	s.flush(i, end)
	s.parts = append(s.parts, part)
	s.found = true
	written := s.text[i:end]
	n := Note{
		Rule: RuleUnbracedExpression, Offset: i, End: end,
		Message: "the expression " + shorten(written) + " inside text has no braces around it",
		Hint:    "write {" + shorten(written) + "}",
	}
	s.o.brace(&n, part)
	s.notes = append(s.notes, n)
	return end
}

// brace gives a note the corrected form of an expression that stood in text
// without braces. What follows the name of a text is text, what follows the name
// of an object or array leads into it.
func (o Options) brace(n *Note, part templatePart) {
	n.Fix = "{" + part.expr.String() + "}"
	if part.navigated == nil {
		return
	}
	const structured = TypeArray | TypeObject
	name, suffix := shorten(part.expr.Source()), shorten(part.suffix)
	switch types := o.describe(part.expr).Types; {
	case types.Only(structured):
		n.Fix = "{" + part.navigated.String() + "}"
	case types != 0 && types&structured == 0:
		n.Fix += part.suffix
	case strings.HasPrefix(suffix, "["):
		n.Fix = "{" + part.navigated.String() + "}"
		n.Caveat = suffix + " leads into the value of " + name + " even if that is text"
	default:
		n.Fix, n.NoFix = "", "whether the value of "+name+" is an object, which "+suffix+" leads into, is not known"
	}
}

// unbracedExpression parses an expression at i that names a declared input or
// step output, and returns its end, or 0 if none stands there.
func unbracedExpression(text string, i int, o Options) (templatePart, int) {
	end := declaredEnd(text, i, o.Names)
	if end == 0 {
		return templatePart{}, 0
	}
	if strings.HasPrefix(text[end:], "#/") {
		end += 1 + spanOf(text[end+1:], func(c byte) bool { return isStrictIdent(c) || c == '/' || c == '~' || c == '.' })
		for text[end-1] == '.' {
			end--
		}
	}
	parse := func(text string) *Expression {
		p := expressionParser{text: text, o: o}
		e, err := p.parse()
		if err != nil {
			return nil
		}
		return e
	}
	e := parse(text[i:end])
	if e == nil {
		return templatePart{}, 0
	}
	part := templatePart{expr: e}
	if e.HasPointer {
		return part, end
	}
	if n := navigationSpan(text[end:]); n > 0 {
		if part.navigated = parse(text[i : end+n]); part.navigated != nil {
			part.suffix = text[end : end+n]
			end += n
		}
	}
	return part, end
}

// declaredEnd returns the end of "$inputs.NAME" or "$steps.ID.outputs.NAME" at
// i if the name is declared, the longest name winning, else 0.
func declaredEnd(text string, i int, names Names) int {
	if names == nil {
		return 0
	}
	boundary := func(c byte) bool { return !isLetter(c) && !isDigit(c) && c != '_' }
	rest := text[i:]
	if after, ok := strings.CutPrefix(rest, "$inputs."); ok {
		if name, ok := declaredPrefix(after, names.InputNames(), boundary); ok {
			return i + len("$inputs.") + len(name)
		}
		return 0
	}
	after, ok := strings.CutPrefix(rest, "$steps.")
	if !ok {
		return 0
	}
	const infix = ".outputs."
	longest := 0
	for _, step := range names.StepNames() {
		outputs, ok := strings.CutPrefix(after, step)
		if !ok || !strings.HasPrefix(outputs, infix) {
			continue
		}
		if name, ok := declaredPrefix(outputs[len(infix):], names.OutputNames(step), boundary); ok {
			longest = max(longest, len(step)+len(infix)+len(name))
		}
	}
	if longest == 0 {
		return 0
	}
	return i + len("$steps.") + longest
}

// navigationSpan returns the length of ".member" and "[index]" at the start of
// the text. A dot that ends a sentence is not part of it.
func navigationSpan(text string) int {
	n := 0
	for n < len(text) {
		switch text[n] {
		case '.':
			member := spanOf(text[n+1:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' })
			if member == 0 {
				return n
			}
			n += 1 + member
		case '[':
			if !isIndexed(text[n:]) {
				return n
			}
			n += strings.IndexByte(text[n:], ']') + 1
		default:
			return n
		}
	}
	return n
}

// Source returns the text that the template was parsed from.
func (t *Template) Source() string { return t.source }

// Literal returns the text of a template that holds no expression.
func (t *Template) Literal() (string, bool) {
	if t.literal == nil {
		return "", false
	}
	return t.source, true
}

// Whole returns the expression of a template that consists of one.
func (t *Template) Whole() (*Expression, bool) { return t.whole, t.whole != nil }

// Expressions yields the expressions of the template in their order.
func (t *Template) Expressions() iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		if t.whole != nil {
			t.whole.yieldWithInner(yield)
			return
		}
		for i := range t.parts {
			if e := t.parts[i].expr; e != nil && !e.yieldWithInner(yield) {
				return
			}
		}
	}
}

// maxText bounds the text of a template, in bytes: a document can name a large
// value any number of times.
const maxText = 64 << 20

// Evaluate returns the value of the template: the typed value of a whole
// expression, else a string. It reports false if an expression in it has no
// value, or if the text would be larger than 64 MiB or hold the content of a file
// that is not in memory.
func (t *Template) Evaluate(env Environment) (value any, ok bool) {
	switch {
	case t.whole != nil:
		return t.whole.Evaluate(env)
	case t.literal != nil:
		return t.literal, true
	}
	var buf [256]byte
	text := buf[:0]
	for i := range t.parts {
		part := &t.parts[i]
		if part.expr == nil {
			text = append(text, part.text...)
			continue
		}
		v, suffix, ok := part.evaluate(env)
		if b, isBinary := v.(*Binary); !ok || isBinary && b.File != "" {
			return nil, false
		}
		if text = append(appendText(text, v), suffix...); len(text) > maxText {
			return nil, false
		}
	}
	return string(text), true
}

// evaluate returns the value of an embedded expression and the text after it.
func (p *templatePart) evaluate(env Environment) (value any, suffix string, ok bool) {
	value, ok = p.expr.Evaluate(env)
	if !ok || p.navigated == nil {
		return value, "", ok
	}
	switch value.(type) {
	case []any, map[string]any:
		value, ok = p.navigated.Evaluate(env)
		return value, "", ok
	default:
		return value, p.suffix, true
	}
}

// Missing returns the first expression of the template that has no value, or
// nil if all have one.
func (t *Template) Missing(env Environment) *Expression {
	if t.whole != nil {
		if _, ok := t.whole.Evaluate(env); !ok {
			return t.whole
		}
		return nil
	}
	for i := range t.parts {
		part := &t.parts[i]
		if part.expr == nil {
			continue
		}
		if _, _, ok := part.evaluate(env); !ok {
			if part.navigated != nil {
				return part.navigated
			}
			return part.expr
		}
	}
	return nil
}
