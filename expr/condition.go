package expr

import (
	"encoding/json"
	"strings"
)

// compileSimple compiles a simple condition.
//
// Arazzo 1.1.0, Criterion Object: condition. The order of precedence, which the
// specification leaves open, is that of most languages.
func compileSimple(text string, o Options) (node, []Note, *SyntaxError) {
	p := logicParser{text: text, o: o, operand: simpleOperand, where: "condition"}
	n, err := p.parse()
	if err != nil {
		return nil, nil, err
	}
	walk(n, true, func(n node, tested bool) {
		if note, is := staticBareValue(n); is && tested {
			p.notes = append(p.notes, note.mended(text, comparisonOf(n)))
		}
	})
	return n, p.notes, nil
}

// simpleOperand parses a literal or a runtime expression.
func simpleOperand(p *logicParser) (node, *SyntaxError) {
	at := p.i
	switch c := p.text[at]; {
	case c == '$':
		return p.simpleExpression()
	case c == '\'' || c == '"':
		s, err := p.simpleString(c)
		if err != nil {
			return nil, err
		}
		return &literalNode{operand: operand{s, true}, at: at, end: p.i}, nil
	case c == '-' || isDigit(c):
		return p.numeralLiteral()
	case c == '{' && strings.HasPrefix(p.text[at:], "{$"):
		return nil, syntaxErrorf(at, at+1, "write the expression without braces", "an expression in a simple condition has no braces")
	default:
		return p.word()
	}
}

func (p *logicParser) numeralLiteral() (node, *SyntaxError) {
	end := p.numeralEnd()
	s := p.text[p.i:end]
	if !isNumeral(s) {
		if end == p.i {
			end++
		}
		return nil, syntaxErrorf(p.i, end, "put text in single quotes", "%q is not a number", shorten(p.text[p.i:end]))
	}
	n := &literalNode{operand: operand{json.Number(s), true}, at: p.i, end: end}
	p.i = end
	return n, nil
}

// word parses true, false and null, and explains any other word.
func (p *logicParser) word() (node, *SyntaxError) {
	rest := p.text[p.i:]
	n := spanOf(rest, func(c byte) bool { return isIdent(c) || c >= 0x80 })
	word := rest[:n]
	switch word {
	case "true", "false":
		p.i += n
		return &literalNode{operand: operand{word == "true", true}, at: p.i - n, end: p.i}, nil
	case "null":
		p.i += n
		return &literalNode{operand: operand{nil, true}, at: p.i - n, end: p.i}, nil
	case "":
		return nil, syntaxErrorf(p.i, p.i+len(firstRune(rest)), "", "a value is expected, found %q", firstRune(rest))
	}
	hint := "put text in single quotes: '" + shorten(word) + "'"
	switch strings.ToLower(word) {
	case "true", "false", "null":
		hint = "write " + strings.ToLower(word)
	case "nil", "none", "undefined":
		hint = "write null"
	case "not":
		hint = "write ! for \"not\""
	default:
		if p.exact {
			hint = "write $." + shorten(word) + " for a member, '" + shorten(word) + "' for text"
		}
		if root := strings.SplitN(word, ".", 2)[0]; isRootWord(root) {
			hint = "did you mean $" + shorten(word) + "?"
		}
	}
	return nil, syntaxErrorf(p.i, p.i+n, hint, "%q is neither a literal nor an expression", shorten(word))
}

func isRootWord(word string) bool {
	for _, root := range rootWords() {
		if word == root {
			return true
		}
	}
	return false
}

// simpleString parses a string in the given quotes, in which the doubled quote
// stands for itself.
func (p *logicParser) simpleString(quote byte) (string, *SyntaxError) {
	at := p.i
	if quote == '"' && p.o.Strict {
		end := len(p.text)
		if closing := strings.IndexByte(p.text[at+1:], '"'); closing >= 0 {
			end = at + 1 + closing + 1
		}
		return "", syntaxErrorf(at, end, "use single quotes: '"+shorten(strings.Trim(p.text[at:end], `"`))+"'", "strings in a condition are in single quotes")
	}
	var content []byte
	i := at + 1
	for ; i < len(p.text); i++ {
		if p.text[i] == quote {
			if i+1 < len(p.text) && p.text[i+1] == quote {
				i++
			} else {
				break
			}
		}
		content = append(content, p.text[i])
	}
	if i >= len(p.text) {
		return "", syntaxErrorf(at, len(p.text), "a quote inside the string is written twice", "the string that begins here is not closed")
	}
	p.i = i + 1
	if quote == '"' {
		fix := "'" + strings.ReplaceAll(string(content), "'", "''") + "'"
		p.notes = append(p.notes, Note{
			Rule: RuleDoubleQuotedString, Offset: at, End: p.i,
			Message: "strings in a condition are in single quotes, not in double quotes",
			Hint:    "write " + shorten(fix), Fix: fix,
		})
	}
	return string(content), nil
}

// simpleExpression parses the runtime expression at p.i.
func (p *logicParser) simpleExpression() (node, *SyntaxError) {
	at := p.i
	if strings.HasPrefix(p.text[at:], "$.") || strings.HasPrefix(p.text[at:], "$[") {
		return nil, syntaxErrorf(at, at+2, "add type: jsonpath and a context to the criterion", "a JSONPath cannot stand in a simple condition")
	}
	end := conditionExpressionEnd(p.text, at, p.o)
	return p.expressionAt(at, end)
}

func (p *logicParser) expressionAt(at, end int) (node, *SyntaxError) {
	text := p.text[at:end]
	q := expressionParser{text: text, o: p.o, inCondition: true}
	e, err := q.parse()
	if err != nil {
		return nil, err.shifted(at)
	}
	p.notes = append(p.notes, shiftNotes(q.notes, at)...)
	p.i = end
	return &expressionNode{expr: e, text: text, at: at}, nil
}

// conditionExpressionEnd returns where the expression at i ends: before white
// space, an operator, a comma, or a closing parenthesis or bracket that was
// not opened in it. A declared name with spaces is read to its end.
func conditionExpressionEnd(text string, i int, o Options) int {
	if !o.Strict {
		if end := declaredEnd(text, i, o.Names); end > 0 {
			i = end
		}
	}
	round, square := 0, 0
	for ; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r', '=', '<', '>', ',':
			return i
		case '(':
			round++
		case ')':
			if round--; round < 0 {
				return i
			}
		case '[':
			square++
		case ']':
			if square--; square < 0 {
				return i
			}
		case '\'', '"':
			if square > 0 && text[i-1] == '[' {
				if closing := strings.IndexByte(text[i+1:], c); closing >= 0 {
					i += closing + 1
				}
			}
		case '&', '|':
			if i+1 < len(text) && text[i+1] == c {
				return i
			}
		case '!':
			if i+1 < len(text) && text[i+1] == '=' {
				return i
			}
		}
	}
	return i
}

// staticBareValue notes a value that stands where a truth value is wanted and
// can never be one.
func staticBareValue(n node) (Note, bool) {
	switch n := n.(type) {
	case *expressionNode:
		switch e := n.expr; {
		case e.Root == RootStatusCode, e.Root == RootURL, e.Root == RootMethod, e.Root == RootSelf, e.Whole,
			e.Part == PartHeader:
			return bareValueNote(n.text, n.at, n.at+len(n.text)), true
		}
	case *literalNode:
		switch n.operand.value.(type) {
		case bool, nil:
		default:
			return bareValueNote(Text(n.operand.value), n.at, n.end), true
		}
	}
	return Note{}, false
}

// comparisonOf is the comparison that holds for the values that pass alone.
func comparisonOf(n node) string {
	switch n := n.(type) {
	case *expressionNode:
		if n.expr.Part == PartHeader {
			return n.text + " != ''" // a header is text, and may be empty
		}
		if !n.expr.Whole {
			return n.text + " != null"
		}
	case *literalNode:
		if truthy(n.operand) {
			return "true"
		}
		return "false"
	}
	return ""
}

// mended gives the note on a value that stands alone in a condition, at a place
// of which it is known what the value can be, the comparison that means the same.
func (n Note) mended(text, comparison string) Note {
	n.Fix = comparison
	if before := strings.TrimRight(text[:n.Offset], " \t\r\n"); strings.HasSuffix(before, "!") && strings.ContainsRune(comparison, ' ') {
		n.Fix = "(" + comparison + ")"
	}
	return n
}

func bareValueNote(what string, at, end int) Note {
	return Note{
		Rule: RuleBareValueCondition, Offset: at, End: end,
		Message: "\"" + shorten(what) + "\" stands alone in the condition and is not a boolean",
		Hint:    "compare it, for example with == or !=",
	}
}
