package expr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// xpathForm is the form of an expression of XPath 1.0, section 3.
type xpathForm int

const (
	formLiteral xpathForm = iota
	formNumber
	formInsert   // {$…} outside of quotes
	formNegation // -args[0]
	formBinary   // args[0] op args[1]
	formCall     // op(args)
	formFilter   // args[0][predicates]
	formPath     // steps from the context, the root or args[0]
)

// xpathNode is an expression, with its place in the text.
type xpathNode struct {
	form    xpathForm
	at, end int
	op      string // operator or function
	args    []*xpathNode

	text     string // of a literal
	template *Template
	number   xpathNumber
	insert   *Expression
	pattern  *sizedRegexp // of matches()

	predicates []*xpathNode
	absolute   bool // the path begins at the root
	steps      []xpathStep
	segments   []xpathSegment // of a path, ready to be walked

	parenthesized bool
	kind          xpathType
	measure       xpathMeasure
	positional    bool // depends on the position or size of its own context
}

// xpathParser parses the grammar of XPath 1.0. What later versions add is
// refused by name.
type xpathParser struct {
	scan  xpathScanner
	tok   xpathToken
	prev  int // end of the token before
	depth int
	later bool
}

func parseXPath(text string, later bool, o Options) (*xpathNode, []Note, *SyntaxError) {
	if len(text) > maxTextBytes {
		return nil, nil, syntaxErrorf(0, len(text), "", "the XPath is longer than %d bytes", maxTextBytes)
	}
	p := &xpathParser{scan: xpathScanner{text: text, o: o, later: later}, later: later}
	if err := p.advance(); err != nil {
		return nil, nil, err
	}
	if p.tok.kind == tokenEnd {
		return nil, nil, syntaxErrorf(0, len(text), "", "the XPath is empty")
	}
	n, err := p.expression()
	if err != nil {
		return nil, nil, err
	}
	if p.tok.kind != tokenEnd {
		return nil, nil, p.unexpected("")
	}
	return n, p.scan.notes, nil
}

func (p *xpathParser) advance() (err *SyntaxError) {
	p.prev = p.tok.end
	p.tok, err = p.scan.next()
	return err
}

func (p *xpathParser) is(symbol string) bool {
	return p.tok.kind == tokenSymbol && p.tok.text == symbol
}

// operator returns the first of the operators that comes next, or "".
func (p *xpathParser) operator(ops ...string) string {
	if p.tok.kind == tokenSymbol || p.tok.kind == tokenName && p.tok.prefix == "" {
		for _, op := range ops {
			if p.tok.text == op {
				return op
			}
		}
	}
	return ""
}

func (p *xpathParser) expect(symbol string) *SyntaxError {
	if !p.is(symbol) {
		return p.unexpected("expected " + strconv.Quote(symbol))
	}
	return p.advance()
}

// expression parses an Expr.
func (p *xpathParser) expression() (*xpathNode, *SyntaxError) {
	if p.depth++; p.depth > maxNesting {
		return nil, syntaxErrorf(p.tok.at, p.tok.end, "", "the XPath is nested deeper than %d levels", maxNesting)
	}
	defer func() { p.depth-- }()
	return p.binary(0)
}

// xpathOperators returns the operators of a level of precedence, the weakest
// level first.
func xpathOperators(level int) []string {
	switch level {
	case 0:
		return []string{"or"}
	case 1:
		return []string{"and"}
	case 2:
		return []string{"=", "!="}
	case 3:
		return []string{"<", "<=", ">", ">="}
	case 4:
		return []string{"+", "-"}
	case 5:
		return []string{"*", "div", "mod"}
	default:
		return nil
	}
}

func isXPathComparison(op string) bool {
	return slices.Contains([]string{"=", "!=", "<", "<=", ">", ">="}, op)
}

func (p *xpathParser) binary(level int) (*xpathNode, *SyntaxError) {
	ops := xpathOperators(level)
	if ops == nil {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil {
		op := p.operator(ops...)
		if op == "" {
			return left, nil
		}
		opAt, opEnd := p.tok.at, p.tok.end
		if err = p.advance(); err != nil {
			break
		}
		var right *xpathNode
		if right, err = p.binary(level + 1); err != nil {
			break
		}
		if p.later && isXPathComparison(op) {
			for _, side := range []*xpathNode{left, right} {
				if side.form == formBinary && isXPathComparison(side.op) && !side.parenthesized {
					return nil, syntaxErrorf(opAt, opEnd, "put one comparison in parentheses", "XPath 2.0 and later do not compare the result of a comparison")
				}
			}
		}
		left = &xpathNode{form: formBinary, op: op, args: []*xpathNode{left, right}, at: left.at, end: p.prev}
		if err = left.check(p.later); err != nil {
			break
		}
		if note, is := left.textOrder(p.later); is {
			p.scan.notes = append(p.scan.notes, note)
		}
	}
	return nil, err
}

// unary parses a UnaryExpr, to which "-" may stand any number of times.
func (p *xpathParser) unary() (*xpathNode, *SyntaxError) {
	at, minus := p.tok.at, 0
	for p.is("-") {
		minus++
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if p.is("+") {
		return nil, needsXPath(p.tok.at, p.tok.end, "the sign +", "2.0").withHint("leave the sign out")
	}
	n, err := p.union()
	if err != nil || minus == 0 {
		return n, err
	}
	if p.later && n.form == formBinary && n.op == "|" && !n.parenthesized {
		return nil, syntaxErrorf(at, p.prev, "put the union in parentheses", "the sign binds more tightly than | in XPath 2.0 and later")
	}
	n = &xpathNode{form: formNegation, args: []*xpathNode{n}, at: at, end: p.prev}
	if minus%2 == 0 {
		n.op = "--" // a number all the same
	}
	return n, n.check(p.later)
}

func (p *xpathParser) union() (*xpathNode, *SyntaxError) {
	left, err := p.path()
	for err == nil && p.is("|") {
		if err = p.advance(); err != nil {
			break
		}
		var right *xpathNode
		if right, err = p.path(); err != nil {
			break
		}
		left = &xpathNode{form: formBinary, op: "|", args: []*xpathNode{left, right}, at: left.at, end: p.prev}
		err = left.check(p.later)
	}
	if err != nil {
		return nil, err
	}
	return left, nil
}

// path parses a PathExpr.
func (p *xpathParser) path() (*xpathNode, *SyntaxError) {
	primary, err := p.primary()
	if err != nil {
		return nil, err
	}
	if primary == nil {
		return p.locationPath()
	}
	predicates, err := p.predicates()
	if err != nil {
		return nil, err
	}
	if predicates != nil {
		primary = &xpathNode{form: formFilter, args: []*xpathNode{primary}, predicates: predicates, at: primary.at, end: p.prev}
		if err := primary.check(p.later); err != nil {
			return nil, err
		}
	}
	if !p.is("/") && !p.is("//") {
		return primary, nil
	}
	n := &xpathNode{form: formPath, args: []*xpathNode{primary}, at: primary.at}
	return p.relative(n)
}

// primary parses a PrimaryExpr, or returns nil if a location path comes next.
func (p *xpathParser) primary() (n *xpathNode, err *SyntaxError) {
	t := p.tok
	n = &xpathNode{at: t.at, end: t.end}
	switch {
	case t.kind == tokenLiteral:
		n.form, n.text, n.template = formLiteral, t.text, t.template
	case t.kind == tokenNumber:
		n.form = formNumber
		if n.number, err = xpathNumeral(t.text, p.later); err != nil {
			return nil, err.shifted(t.at)
		}
	case t.kind == tokenInsert:
		n.form, n.insert = formInsert, t.insert
	case p.is("("):
		return p.parenthesized()
	case p.is("$"):
		return nil, p.variable()
	case t.kind == tokenName && t.text != "*":
		return p.call()
	default:
		return nil, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	return n, n.check(p.later)
}

func (p *xpathParser) parenthesized() (*xpathNode, *SyntaxError) {
	at := p.tok.at
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.is(")") {
		return nil, needsXPath(at, p.tok.end, "the empty sequence ()", "2.0")
	}
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	n.parenthesized = true
	return n, nil
}

// variable explains a "$".
func (p *xpathParser) variable() *SyntaxError {
	at := p.tok.at
	end := conditionExpressionEnd(p.scan.text, at, p.scan.o)
	e := expressionParser{text: p.scan.text[at:end], o: p.scan.o, inCondition: true}
	if _, err := e.parse(); err == nil {
		return syntaxErrorf(at, end, "write {"+shorten(p.scan.text[at:end])+"}, in quotes if the value is text",
			"the expression %s inside an XPath has no braces around it", shorten(p.scan.text[at:end]))
	}
	end = at + 1 + ncName(p.scan.text[at+1:])
	if end == at+1 {
		return syntaxErrorf(at, end, "an XPath begins with / or a name; declare type jsonpath for a JSONPath", "the XPath is not valid: unexpected \"$\"")
	}
	return syntaxErrorf(at, end, "insert a value with a runtime expression in braces", "the XPath variable %s has no value: nothing in Arazzo binds it", shorten(p.scan.text[at:end]))
}

// call parses a FunctionCall, or returns nil if the name is that of a step.
func (p *xpathParser) call() (*xpathNode, *SyntaxError) {
	name := p.tok
	rest := strings.TrimLeft(p.scan.text[name.end:], " \t\r\n")
	switch {
	case strings.HasPrefix(rest, "$") && name.prefix == "" && isXPathClause(name.text):
		return nil, needsXPath(name.at, name.end, "`"+name.text+"`", clauseVersion(name.text))
	case strings.HasPrefix(rest, "{") && !strings.HasPrefix(rest, "{$") && name.prefix == "" && (name.text == "map" || name.text == "array"):
		return nil, needsXPath(name.at, name.end, "`"+name.text+"`", "3.1")
	case strings.HasPrefix(rest, "#"):
		return nil, needsXPath(name.at, name.end+1, "a function reference", "3.0")
	case !strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, "(:"):
		return nil, nil
	case name.prefix == "" && isNodeType(name.text):
		return nil, nil
	}
	n := &xpathNode{form: formCall, op: name.text, at: name.at}
	if err := checkFunctionName(&name, p.later); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil { // the parenthesis
		return nil, err
	}
	for !p.is(")") {
		if len(n.args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		arg, err := p.expression()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n.end = p.prev
	return n, n.check(p.later)
}

func isNodeType(name string) bool {
	return name == "node" || name == "text" || name == "comment" || name == "processing-instruction"
}

// unexpected explains the next token, which stands where it cannot.
func (p *xpathParser) unexpected(wanted string) *SyntaxError {
	t := p.tok
	if err := laterSyntax(&t); err != nil {
		return err
	}
	if wanted != "" {
		wanted = ": " + wanted
	}
	switch t.kind {
	case tokenEnd:
		return syntaxErrorf(t.at, t.end, "", "the XPath ends too early%s", wanted)
	default:
		hint := ""
		switch t.text {
		case "==":
			hint = "write = to compare"
		case "&&":
			hint = "write and"
		}
		return syntaxErrorf(t.at, t.end, hint, "the XPath is not valid: unexpected %s%s", shorten(fmt.Sprintf("%q", p.scan.text[t.at:t.end])), wanted)
	}
}
