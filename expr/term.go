package expr

import (
	"strings"
)

// Term is a part of a compiled condition, for those who reason about a condition
// instead of evaluating it: a checker that looks for comparisons that can never
// hold, a simulator that looks for values that make it hold. It is a view: what
// it says follows from the compiled condition and nothing else.
type Term struct {
	Kind TermKind
	// Op is the operator of a TermCompare: "==", "!=", "<", "<=", ">" or ">=".
	Op string
	// Exact is set for a TermCompare that follows RFC 9535, in which strings of
	// different case differ. Simple conditions compare without regard to case.
	Exact bool
	// Terms are the operands: of a TermAnd and TermOr all, of a TermNot one, of a
	// TermCompare left and right, of a TermFunction its arguments, and of a
	// TermLength and TermEmpty the path.
	Terms []*Term
	// Value is that of a TermLiteral, or of a TermEmpty what it wants: true or
	// false.
	Value any
	// Expression is the runtime expression of a TermExpression.
	Expression *Expression
	// Template is the text with embedded expressions of a TermTemplate.
	Template *Template
	// Text is the path of a TermPath, as it stands in the condition, and the name
	// of a TermFunction.
	Text string
	// Pointer is where the path of a TermPath leads inside the context, if it is
	// Singular and its text is fixed. Negative indices stand as they are written.
	Pointer Pointer
	// Offset and End delimit a literal, an expression, a path or a comparison in
	// the text of the condition, in bytes. Both are zero where it is not known.
	Offset, End int
	// Singular is set for a TermPath with a Pointer. Any other selects any number
	// of nodes, or depends on values that are inserted when it is evaluated: see
	// [Term.Path].
	Singular bool
	// Filter is what a TermPath of the form $[?…] tests. Its paths lead into what
	// the filter is applied to: the context if that is an object and the paths
	// begin with "$" or the dialect is admitted, else its elements or members. Nil:
	// the path has another form.
	Filter *Term
	// Relative is set for a TermPath inside a filter that begins at the value which
	// the filter is tested on.
	Relative bool

	node node
}

// TermKind says what a Term is.
type TermKind int

// The kinds of terms.
const (
	TermAnd TermKind = iota + 1
	TermOr
	TermNot
	// TermCompare compares two operands.
	TermCompare
	// TermLiteral is a string, number, boolean or null.
	TermLiteral
	// TermExpression is a runtime expression.
	TermExpression
	// TermTemplate is a string with embedded expressions.
	TermTemplate
	// TermPath is a JSONPath applied to the context. Where a truth value is wanted
	// it passes if it selects anything.
	TermPath
	// TermFunction is a call of a function of RFC 9535.
	TermFunction
	// TermLength is the length of the value of a path, or the number of nodes that
	// it selects.
	TermLength
	// TermEmpty tests whether a path selects nothing or something empty.
	TermEmpty
)

// Term returns the condition as a tree. It is nil for the criteria of the types
// regex and xpath, which have no parts.
func (c *Criterion) Term() *Term {
	if c.condition == nil {
		return nil
	}
	return termOf(c.condition)
}

// Holds reports whether the term passes where a truth value is wanted. What it
// says of the context is not known here: a path selects nothing.
func (t *Term) Holds(env Environment) (bool, error) { return t.node.test(scope{env: env}) }

// Evaluate returns the value of the term as an operand, and whether it has one.
// A path has none, as in [Term.Holds].
func (t *Term) Evaluate(env Environment) (value any, ok bool) {
	o, err := t.node.value(scope{env: env})
	return o.value, o.present && err == nil
}

// Compare reports whether a TermCompare holds between two values that stand in
// the place of its operands.
func (t *Term) Compare(left, right Operand) bool {
	c, is := t.node.(*compareNode)
	if !is {
		return false
	}
	a, b := operand{left.Value, left.Present}, operand{right.Value, right.Present}
	if c.exact {
		return compareExact(a, c.op, b)
	}
	return compareSimple(a, c.op, b)
}

func termOf(n node) *Term {
	t := outlineNode(n)
	if t.node == nil {
		t.node = n
	}
	return t
}

func outlineNode(n node) *Term {
	switch n := n.(type) {
	case *literalNode:
		return &Term{Kind: TermLiteral, Value: n.operand.value, Offset: n.at, End: n.end}
	case *expressionNode:
		return n.term()
	case *tokenNode:
		return n.term()
	case *templateNode:
		return &Term{Kind: TermTemplate, Template: n.template}
	case *compareNode:
		t := &Term{Kind: TermCompare, Op: n.op.String(), Exact: n.exact, Terms: []*Term{termOf(n.left), termOf(n.right)}}
		if left, right := t.Terms[0], t.Terms[1]; left.End > 0 && right.End > 0 {
			t.Offset, t.End = left.Offset, right.End
		}
		return t
	case *logicNode:
		t := &Term{Kind: TermOr, Terms: termsOf(n.terms)}
		if n.and {
			t.Kind = TermAnd
		}
		return t
	case *notNode:
		return &Term{Kind: TermNot, Terms: []*Term{termOf(n.operand)}}
	case *functionNode:
		return &Term{Kind: TermFunction, Text: n.name, Terms: termsOf(n.args)}
	case *lengthNode:
		path := n.path.term()
		return &Term{Kind: TermLength, Terms: []*Term{path}, Offset: path.Offset, End: path.Offset + len(n.text)}
	case *emptyNode:
		return &Term{Kind: TermEmpty, Value: n.want, Terms: []*Term{termOf(n.path)}}
	case *queryNode:
		return n.term()
	default:
		return &Term{Kind: TermPath}
	}
}

func termsOf(nodes []node) []*Term {
	out := make([]*Term, len(nodes))
	for i, n := range nodes {
		out[i] = termOf(n)
	}
	return out
}

func (n *expressionNode) term() *Term {
	return &Term{Kind: TermExpression, Expression: n.expr, Offset: n.at, End: n.at + len(n.text)}
}

func (n *queryNode) term() *Term {
	t := &Term{Kind: TermPath, Text: n.text, Offset: n.at, End: n.at + len(n.text), node: n}
	q, is := n.selector.(*query)
	if absolute, inFilter := n.selector.(absoluteQuery); inFilter {
		q, is = absolute.query, true
	}
	if !is || q.pieces != nil {
		return t
	}
	if !q.singular {
		return n.filterTerm(t)
	}
	t.Singular = true
	for _, s := range q.steps {
		t.Pointer = append(t.Pointer, s.token())
	}
	return t
}

// filterTerm looks inside a query that is one filter on the context. Where all of
// its paths begin with "$", the query passes if the condition inside holds, and
// that condition is the term.
func (n *queryNode) filterTerm(t *Term) *Term {
	const before, after = "$[?", "]"
	text := n.text
	if !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		return t
	}
	absolute := true
	compile := func(text string, o Options) (selector, []Note, *SyntaxError) {
		absolute = absolute && text[0] == '$'
		return compileSelector(text, o)
	}
	text = text[len(before) : len(text)-len(after)]
	inner, _, err := compileDialect(text, 0, len(text), Options{}, compile)
	if err != nil {
		return t
	}
	filter := termOf(inner)
	filter.move(n.at + len(before))
	if absolute {
		return filter
	}
	t.Filter = filter
	return t
}

// move adds to the offsets of the term and its parts.
func (t *Term) move(by int) {
	if t.End > 0 {
		t.Offset, t.End = t.Offset+by, t.End+by
	}
	for _, part := range t.Terms {
		part.move(by)
	}
	if t.Filter != nil {
		t.Filter.move(by)
	}
}

// Pattern returns the regular expression of a criterion of type regex whose text
// is fixed. It is false for any other criterion.
func (c *Criterion) Pattern() (string, bool) {
	if c.pattern == nil || c.pattern.re == nil {
		return "", false
	}
	return c.pattern.re.re.String(), true
}
