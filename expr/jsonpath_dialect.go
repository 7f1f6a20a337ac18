package expr

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// compileJSONPath compiles the condition of a jsonpath criterion: one query of
// RFC 9535 or, in the dialect, a logical expression over queries.
//
// Arazzo 1.1.0, Criterion Object: a nodelist that is not empty passes.
func compileJSONPath(text string, o Options) (node, []Note, *SyntaxError) {
	if len(text) > maxTextBytes {
		return nil, nil, syntaxErrorf(0, len(text), "", "the condition is longer than %d bytes", maxTextBytes)
	}
	start, end := 0, len(text)
	if !o.Strict {
		for start < end && isSpace(text[start]) {
			start++
		}
		for end > start && isSpace(text[end-1]) {
			end--
		}
	}
	trimmed := text[start:end]
	isQuery := strings.HasPrefix(trimmed, "$") && !(len(trimmed) > 1 && isLetter(trimmed[1])) && pathEnd(trimmed, 0) == len(trimmed)
	if isQuery || o.Strict {
		q, notes, err := compileQuery(trimmed, o)
		if err != nil {
			return nil, nil, err.shifted(start)
		}
		return &queryNode{selector: q, text: trimmed, at: start}, shiftNotes(notes, start), nil
	}
	return compileDialect(text, start, end, o, compileSelector)
}

// compileDialect compiles a logical expression over the paths that compilePath
// knows.
func compileDialect(text string, start, end int, o Options, compilePath pathCompiler) (node, []Note, *SyntaxError) {
	p := logicParser{text: text, o: o, operand: dialectOperand, compilePath: compilePath, exact: true, where: "condition"}
	n, err := p.parse()
	if err != nil {
		return nil, nil, err
	}
	if p.compares {
		note := Note{
			Rule: RuleJSONPathComparison, Offset: start, End: end,
			Message: "a comparison is not a JSONPath, it is taken as a logical expression over the context",
		}
		note.Fix = p.strictForm(n)
		if note.Hint = "write a filter, or a simple condition"; note.Fix != "" {
			note.Hint = "write " + shorten(note.Fix)
		}
		p.notes = append([]Note{note}, p.notes...)
	}
	return n, p.notes, nil
}

// selector finds values inside the root of a scope.
type selector interface {
	// nodes returns all values that are selected.
	nodes(sc scope) ([]any, error)
	// exists reports whether a value is selected.
	exists(sc scope) (bool, error)
	// value returns the one value that is selected, and an error if there are
	// several.
	value(sc scope) (operand, error)
	// single reports whether never more than one value is selected.
	single() bool
}

// queryNode is a JSONPath query. It passes if it selects a node or, in a
// filter of the draft, if the value of the node counts as true there.
type queryNode struct {
	selector selector
	text     string
	at       int
	byValue  bool
}

func (n *queryNode) value(sc scope) (operand, error) { return n.selector.value(sc) }

func (n *queryNode) test(sc scope) (bool, error) {
	if !n.byValue {
		return n.selector.exists(sc)
	}
	o, err := n.selector.value(sc)
	switch o.value.(type) {
	case []any, map[string]any:
		return err == nil, err
	}
	return truthy(o), err
}

// ordered returns the nodes in an order that does not depend on the order in
// which a Go map is walked.
func (n *queryNode) ordered(sc scope) []any {
	if q, is := n.selector.(*query); is && q.path != nil && !q.filtersRoot {
		path, err := q.fixed(sc)
		if err != nil {
			return nil
		}
		if located, err := selectLocated(path, sc.root); err == nil {
			return located
		}
	}
	nodes, _ := n.selector.nodes(sc)
	slices.SortStableFunc(nodes, func(a, b any) int { return strings.Compare(Text(a), Text(b)) })
	return nodes
}

// lengthNode is a path that ends in ".length": the length of the one value, or
// the number of nodes that a query selects. An object that has a member
// "length" of its own keeps it. What is missing or null has the length 0, since
// servers leave empty lists out, or write null for them, and an optional list
// that was not given is none.
type lengthNode struct {
	path *queryNode
	text string
}

func (n *lengthNode) test(sc scope) (bool, error) {
	o, err := n.value(sc)
	return truthy(o), err
}

func (n *lengthNode) value(sc scope) (operand, error) {
	if !n.path.selector.single() {
		nodes, err := n.path.selector.nodes(sc)
		return operand{len(nodes), err == nil}, err
	}
	o, err := n.path.selector.value(sc)
	if err != nil {
		return operand{}, err
	}
	if !o.present || o.value == nil {
		return operand{0, true}, nil
	}
	if object, is := o.value.(map[string]any); is {
		if member, has := object["length"]; has {
			return operand{member, true}, nil
		}
	}
	return lengthOf(o), nil
}

// lengthOf is the function length() of RFC 9535, section 2.4.4.
func lengthOf(o operand) operand {
	switch v := o.value.(type) {
	case string:
		return operand{utf8.RuneCountInString(v), true}
	case []any:
		return operand{len(v), true}
	case map[string]any:
		return operand{len(v), true}
	default:
		return operand{}
	}
}

// emptyNode is "PATH empty true" or "PATH empty false".
type emptyNode struct {
	path *queryNode
	want bool
}

func (n *emptyNode) value(sc scope) (operand, error) { return truthOperand(n.test(sc)) }

func (n *emptyNode) test(sc scope) (bool, error) {
	if !n.path.selector.single() {
		nodes, err := n.path.selector.nodes(sc)
		return (len(nodes) == 0) == n.want, err
	}
	o, err := n.path.selector.value(sc)
	if err != nil {
		return false, err
	}
	empty := !o.present || o.value == nil
	if length := lengthOf(o); length.present {
		empty = length.value == 0
	}
	return empty == n.want, nil
}

// pathCompiler compiles a path that begins with "$" or "@".
type pathCompiler func(text string, o Options) (selector, []Note, *SyntaxError)

// compileSelector compiles a query of RFC 9535, in which a leading "@" means
// the root.
func compileSelector(text string, o Options) (selector, []Note, *SyntaxError) {
	q, notes, err := compileQuery("$"+text[1:], o)
	if err != nil {
		return nil, nil, err
	}
	return q, notes, nil
}

// dialectOperand parses a path, a literal, a runtime expression or a call.
func dialectOperand(p *logicParser) (node, *SyntaxError) {
	at := p.i
	rest := p.text[at:]
	switch c := rest[0]; {
	case c == '$' && len(rest) > 1 && isLetter(rest[1]):
		end := conditionExpressionEnd(p.text, at, p.o)
		n, err := p.expressionAt(at, end)
		if err == nil {
			p.notes = append(p.notes, p.o.unbracedNote(p.text[at:end], at, templatePart{expr: n.(*expressionNode).expr}))
		}
		return n, err
	case c == '$' || c == '@':
		return p.path()
	case c == '{':
		e, notes, end := bracedExpression(p.text, at, p.o)
		if e == nil {
			return nil, syntaxErrorf(at, at+1, "write for example {$inputs.name}", "no runtime expression stands in these braces")
		}
		p.notes = append(p.notes, notes...)
		p.i = end
		return &tokenNode{expressionNode{expr: e, text: p.text[at:end], at: at}}, nil
	case c == '\'' || c == '"':
		return p.pathString()
	case c == '-' || isDigit(c):
		return p.numeralLiteral()
	case c == '=':
		return nil, syntaxErrorf(at, at+1, "write == to compare", "%q is not an operator", rest[:1])
	default:
		name := rest[:spanOf(rest, isIdent)]
		if strings.HasPrefix(rest[len(name):], "(") && name != "" {
			return p.call(name)
		}
		return p.word()
	}
}

// tokenNode is an expression in braces outside of quotes: its text stands in
// the condition, as 1.1 says, and must be a number, true, false or null there.
type tokenNode struct{ expressionNode }

func (n *tokenNode) test(sc scope) (bool, error) {
	o, err := n.value(sc)
	return truthy(o), err
}

func (n *tokenNode) value(sc scope) (operand, error) {
	o, err := n.expressionNode.value(sc)
	text, isText := o.value.(string)
	if err != nil || !isText {
		return o, err
	}
	if _, err := appendToken(nil, text, n.expr); err != nil && !isNumeral(text) {
		return operand{}, err
	}
	switch text {
	case "true", "false":
		return operand{text == "true", true}, nil
	case "null":
		return operand{nil, true}, nil
	default:
		return operand{json.Number(text), true}, nil
	}
}

// path parses a query at p.i, with ".length" or "empty" after it.
func (p *logicParser) path() (node, *SyntaxError) {
	at := p.i
	end := pathEnd(p.text, at)
	text := p.text[at:end]
	if strings.HasPrefix(p.text[end:], "()") && strings.HasSuffix(text, ".length") {
		end += len("()")
	}
	bare, isLength := strings.CutSuffix(text, ".length")
	q, notes, err := p.compilePath(bare, p.o)
	if err != nil {
		if err.Hint == "" && end < len(p.text) && p.text[end] == '-' {
			err.Hint = "put a name with \"-\" in brackets: ['a-b']"
		}
		return nil, err.shifted(at)
	}
	if end < len(p.text) && p.text[end] == '-' && strings.HasPrefix(text, "$") {
		return nil, syntaxErrorf(end, end+1, "put a name with \"-\" in brackets: ['a-b']", "%q cannot stand in the name of a member", "-")
	}
	p.notes = append(p.notes, shiftNotes(notes, at)...)
	p.i = end
	n := &queryNode{selector: q, text: bare, at: at, byValue: p.byValue}
	if isLength {
		p.compares = true
		hint := "write length(" + shorten(bare) + ") in a filter"
		if !q.single() {
			hint = "write count(" + shorten(bare) + ") in a filter"
		}
		p.notes = append(p.notes, Note{
			Rule: RuleJSONPathLength, Offset: at, End: end,
			Message: "\".length\" is not part of JSONPath, it is taken as the number of elements", Hint: hint,
		})
		return &lengthNode{path: n, text: p.text[at:end]}, nil
	}
	return p.empty(n, at)
}

// empty parses "empty true" or "empty false" after a path.
func (p *logicParser) empty(n *queryNode, at int) (node, *SyntaxError) {
	before := p.i
	if !p.takeWord("empty") {
		p.i = before
		return n, nil
	}
	var want bool
	switch {
	case p.takeWord("true"):
		want = true
	case p.takeWord("false"):
	default:
		return nil, syntaxErrorf(p.i, p.i, "write empty true or empty false", "\"empty\" is followed by true or false")
	}
	p.compares = true
	p.notes = append(p.notes, Note{
		Rule: RuleJSONPathLength, Offset: at, End: p.i,
		Message: "\"empty\" is not part of JSONPath, it is taken as a test of the number of elements",
		Hint:    "write length() or count() in a filter",
	})
	return &emptyNode{path: n, want: want}, nil
}

func (p *logicParser) takeWord(word string) bool {
	p.skip()
	rest := p.text[p.i:]
	if !strings.HasPrefix(rest, word) || len(rest) > len(word) && (isIdent(rest[len(word)]) || rest[len(word)] == '(') {
		return false
	}
	p.i += len(word)
	return true
}

// pathString parses a string literal of JSONPath, with embedded expressions.
func (p *logicParser) pathString() (node, *SyntaxError) {
	at := p.i
	end := quotedEnd(p.text, at)
	if end < 0 {
		return nil, syntaxErrorf(at, len(p.text), "", "the string that begins here is not closed")
	}
	p.i = end
	content := p.text[at+1 : end-1]
	if strings.IndexByte(content, '$') >= 0 {
		if part, n := unbracedExpression(content, 0, p.o); n > 0 && n == len(content) && part.navigated == nil {
			p.notes = append(p.notes, p.o.unbracedNote(p.text[at:end], at, part))
			return &expressionNode{expr: part.expr, text: content, at: at + 1}, nil
		}
		s := templateScanner{text: content, o: p.o, unbraced: p.o.Names != nil}
		s.scan()
		for i := range s.notes {
			if s.notes[i].Rule == RuleUnbracedExpression {
				s.notes[i].Rule = RuleJSONPathUnbracedExpression
			}
		}
		p.notes = append(p.notes, shiftNotes(s.notes, at+1)...)
		if s.found {
			return p.templateString(&s, at)
		}
	}
	text, bad := unescapePathString(content, p.text[at])
	if bad >= 0 {
		return nil, badEscape(at + 1 + bad)
	}
	return &literalNode{operand: operand{text, true}, at: at, end: end}, nil
}

func badEscape(at int) *SyntaxError {
	return syntaxErrorf(at, at+2, "write \\\\ for a backslash", "this is not an escape sequence of JSONPath")
}

// templateNode is a string with embedded expressions, between its quotes.
type templateNode struct {
	template *Template
	at, end  int
}

func (n *templateNode) test(sc scope) (bool, error) {
	o, err := n.value(sc)
	return truthy(o), err
}

func (n *templateNode) value(sc scope) (operand, error) {
	v, ok := n.template.Evaluate(sc.env)
	return operand{v, ok}, nil
}

func (p *logicParser) templateString(s *templateScanner, at int) (node, *SyntaxError) {
	for i := range s.parts {
		text, bad := unescapePathString(s.parts[i].text, p.text[at])
		if bad >= 0 {
			return nil, badEscape(at + 1)
		}
		s.parts[i].text = text
	}
	return &templateNode{template: &Template{source: p.text[at+1 : p.i-1], parts: s.parts}, at: at, end: p.i}, nil
}

// unescapePathString decodes the content of a string literal (RFC 9535,
// section 2.3.1.1). It returns the place of a wrong escape, or -1.
func unescapePathString(s string, quote byte) (text string, bad int) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, -1
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		at := i
		if i++; i == len(s) {
			return "", at
		}
		switch c := s[i]; c {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case '/', '\\', quote:
			b.WriteByte(c)
		case 'u':
			// JSON has the same escape, pairs of surrogates included.
			n := 6
			if strings.HasPrefix(s[min(at+6, len(s)):], `\u`) {
				n = 12
			}
			var decoded string
			end := min(at+n, len(s))
			if json.Unmarshal([]byte(`"`+s[at:end]+`"`), &decoded) != nil ||
				strings.ContainsRune(decoded, utf8.RuneError) && !strings.EqualFold(s[at:end], `\ufffd`) {
				return "", at // not hexadecimal, or half of a pair of surrogates
			}
			b.WriteString(decoded)
			i = end - 1
		default:
			return "", at
		}
	}
	return b.String(), -1
}
