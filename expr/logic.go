package expr

import (
	"strings"
)

// scope is what a condition is evaluated against.
type scope struct {
	env Environment
	// root is the context value of a jsonpath criterion, or the element that a
	// filter of the draft is tested on.
	root any
	// document is the context value while a filter of the draft is tested.
	document any
}

// node is a part of a compiled condition.
type node interface {
	// value returns the node's value as an operand.
	value(sc scope) (operand, error)
	// test reports whether the node passes where a truth value is wanted.
	test(sc scope) (bool, error)
}

// literalNode is a literal.
type literalNode struct {
	operand operand
	at, end int
}

func (n *literalNode) value(scope) (operand, error) { return n.operand, nil }
func (n *literalNode) test(scope) (bool, error)     { return truthy(n.operand), nil }

// expressionNode is a runtime expression.
type expressionNode struct {
	expr *Expression
	text string
	at   int
}

func (n *expressionNode) value(sc scope) (operand, error) {
	v, ok := n.expr.Evaluate(sc.env)
	return operand{v, ok}, nil
}

func (n *expressionNode) test(sc scope) (bool, error) {
	v, ok := n.expr.Evaluate(sc.env)
	return truthy(operand{v, ok}), nil
}

// compareNode is a comparison. Exact ones follow RFC 9535, the others the
// rules of simple conditions.
type compareNode struct {
	left, right node
	op          operator
	exact       bool
}

func (n *compareNode) value(sc scope) (operand, error) { return truthOperand(n.test(sc)) }

func (n *compareNode) test(sc scope) (bool, error) {
	left, err := n.left.value(sc)
	if err != nil {
		return false, err
	}
	right, err := n.right.value(sc)
	if err != nil {
		return false, err
	}
	if n.exact {
		return compareExact(left, n.op, right), nil
	}
	return compareSimple(left, n.op, right), nil
}

// logicNode joins its terms with && or ||, and stops at the first that decides.
type logicNode struct {
	terms []node
	and   bool
}

func (n *logicNode) value(sc scope) (operand, error) { return truthOperand(n.test(sc)) }

func (n *logicNode) test(sc scope) (bool, error) {
	for _, term := range n.terms {
		passes, err := term.test(sc)
		if err != nil || passes != n.and {
			return passes, err
		}
	}
	return n.and, nil
}

// notNode negates.
type notNode struct{ operand node }

func (n *notNode) value(sc scope) (operand, error) { return truthOperand(n.test(sc)) }

func (n *notNode) test(sc scope) (bool, error) {
	passes, err := n.operand.test(sc)
	return !passes && err == nil, err
}

func truthOperand(passes bool, err error) (operand, error) {
	return operand{value: passes, present: true}, err
}

// walk calls visit for the node and all below it. tested says whether the node
// stands where a truth value is wanted.
func walk(n node, tested bool, visit func(n node, tested bool)) {
	visit(n, tested)
	switch n := n.(type) {
	case *compareNode:
		walk(n.left, false, visit)
		walk(n.right, false, visit)
	case *logicNode:
		for _, term := range n.terms {
			walk(term, true, visit)
		}
	case *notNode:
		walk(n.operand, true, visit)
	case *functionNode:
		for _, arg := range n.args {
			walk(arg, false, visit)
		}
	case *lengthNode:
		walk(n.path, false, visit)
	case *emptyNode:
		walk(n.path, false, visit)
	}
}

// logicParser parses conditions: || lowest, then &&, == and !=, < <= > >=, and
// ! highest. Operators of one rank group from left to right.
type logicParser struct {
	text string
	i    int
	o    Options
	// operand parses what is neither operator nor parenthesis.
	operand func(p *logicParser) (node, *SyntaxError)
	// exact selects the comparison of RFC 9535.
	exact bool
	// compilePath compiles the paths of a jsonpath criterion.
	compilePath pathCompiler
	// byValue makes a path alone pass by its value, not by its existence.
	byValue bool
	// noFunctions refuses calls of functions.
	noFunctions bool
	// where names the language in messages: "condition".
	where string

	depth int
	notes []Note
	// compares is set if an operator was found.
	compares bool
}

func (p *logicParser) parse() (node, *SyntaxError) {
	if len(p.text) > maxTextBytes {
		return nil, syntaxErrorf(0, len(p.text), "", "the %s is longer than %d bytes", p.where, maxTextBytes)
	}
	if p.skip(); p.i == len(p.text) {
		hint := "write for example $statusCode == 200"
		if p.exact {
			hint = "write for example $.status == 'done'"
		}
		return nil, syntaxErrorf(0, len(p.text), hint, "the %s is empty", p.where)
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.skip(); p.i < len(p.text) {
		return nil, p.trailing()
	}
	return n, nil
}

// skip moves past white space.
func (p *logicParser) skip() {
	for p.i < len(p.text) && isSpace(p.text[p.i]) {
		p.i++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// take moves past the operator if it comes next.
func (p *logicParser) take(op string) bool {
	p.skip()
	if !strings.HasPrefix(p.text[p.i:], op) {
		return false
	}
	p.i += len(op)
	return true
}

func (p *logicParser) or() (node, *SyntaxError)  { return p.terms("||", p.and) }
func (p *logicParser) and() (node, *SyntaxError) { return p.terms("&&", p.equality) }

func (p *logicParser) terms(op string, term func() (node, *SyntaxError)) (node, *SyntaxError) {
	first, err := term()
	if err != nil {
		return nil, err
	}
	if !p.take(op) {
		return first, nil
	}
	p.compares = true
	n := &logicNode{terms: []node{first}, and: op == "&&"}
	for {
		next, err := term()
		if err != nil {
			return nil, err
		}
		n.terms = append(n.terms, next)
		if !p.take(op) {
			return n, nil
		}
	}
}

func (p *logicParser) equality() (node, *SyntaxError) {
	return p.comparisons(p.relation, func() operator {
		switch {
		case p.take("=="):
			return opEqual
		case p.take("!="):
			return opNotEqual
		default:
			return 0
		}
	})
}

func (p *logicParser) relation() (node, *SyntaxError) {
	return p.comparisons(p.unary, func() operator {
		switch {
		case p.take("<="):
			return opLessEqual
		case p.take(">="):
			return opGreaterEqual
		case p.take("<"):
			return opLess
		case p.take(">"):
			return opGreater
		default:
			return 0
		}
	})
}

func (p *logicParser) comparisons(side func() (node, *SyntaxError), next func() operator) (node, *SyntaxError) {
	left, err := side()
	if err != nil {
		return nil, err
	}
	for count := 0; ; count++ {
		p.skip()
		at := p.i
		op := next()
		if op == 0 {
			return left, nil
		}
		if count >= maxNesting {
			return nil, syntaxErrorf(at, at+1, "", "more than %d comparisons follow each other", maxNesting)
		}
		if rest := p.text[p.i:]; strings.HasPrefix(rest, "=") || op == opLess && strings.HasPrefix(rest, ">") {
			hint := "write " + op.String()
			if rest[0] == '>' {
				hint = "write !="
			}
			return nil, syntaxErrorf(at, p.i+1, hint, "%q is not an operator", p.text[at:p.i+1])
		}
		p.compares = true
		right, err := side()
		if err != nil {
			return nil, err
		}
		left = &compareNode{left: left, right: right, op: op, exact: p.exact}
	}
}

func (p *logicParser) unary() (node, *SyntaxError) {
	p.skip()
	at := p.i
	if p.depth++; p.depth > maxNesting {
		return nil, syntaxErrorf(at, at+1, "", "the %s is nested deeper than %d levels", p.where, maxNesting)
	}
	defer func() { p.depth-- }()
	switch {
	case p.i == len(p.text):
		return nil, syntaxErrorf(at, at, "", "the %s ends where a value is expected", p.where)
	case p.take("!"):
		p.compares = true
		n, err := p.unary()
		if err != nil {
			return nil, err
		}
		return &notNode{operand: n}, nil
	case p.take("("):
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			if p.i < len(p.text) {
				return nil, p.trailing()
			}
			return nil, syntaxErrorf(at, at+1, "", "\"(\" is not closed by \")\"")
		}
		return n, nil
	default:
		return p.operand(p)
	}
}

// trailing explains text that stands where an operator or the end is expected.
func (p *logicParser) trailing() *SyntaxError {
	rest := p.text[p.i:]
	word := rest[:spanOf(rest, func(c byte) bool { return !isSpace(c) })]
	fail := func(width int, hint string) *SyntaxError {
		return syntaxErrorf(p.i, p.i+width, hint, "an operator is expected, found %q", shorten(word))
	}
	switch {
	case strings.HasPrefix(rest, ")"):
		return syntaxErrorf(p.i, p.i+1, "", "\")\" closes nothing")
	case strings.HasPrefix(rest, "=>"):
		return fail(2, "write >=")
	case strings.HasPrefix(rest, "=<"):
		return fail(2, "write <=")
	case strings.HasPrefix(rest, "=~"):
		return fail(2, "use a criterion of type regex for patterns")
	case strings.HasPrefix(rest, "="):
		return fail(1, "write == to compare")
	case strings.HasPrefix(rest, "&"):
		return fail(1, "write && for \"and\"")
	case strings.HasPrefix(rest, "|"):
		return fail(1, "write || for \"or\"")
	}
	hint := "the operators are == != < <= > >= && || and !"
	switch strings.ToLower(word) {
	case "and":
		hint = "write && for \"and\""
	case "or":
		hint = "write || for \"or\""
	case "is", "eq", "equals":
		hint = "write == to compare"
	case "ne", "not":
		hint = "write != to compare"
	case "contains", "matches", "in":
		hint = "use a criterion of type regex for patterns"
	}
	return fail(len(word), hint)
}

// numeralEnd returns the end of what begins like a number at p.i, or p.i.
func (p *logicParser) numeralEnd() int {
	i := p.i
	if i < len(p.text) && p.text[i] == '-' {
		i++
	}
	if i >= len(p.text) || !isDigit(p.text[i]) {
		return p.i
	}
	for i < len(p.text) {
		c := p.text[i]
		exponentSign := (c == '+' || c == '-') && (p.text[i-1] == 'e' || p.text[i-1] == 'E')
		if !isIdent(c) && !exponentSign || c == '-' && !exponentSign {
			break
		}
		i++
	}
	return i
}
