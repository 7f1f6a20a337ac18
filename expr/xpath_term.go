package expr

// XPathTerm is a part of a compiled XPath, for those who look for a document on
// which it holds instead of applying it to one. See [Term].
type XPathTerm struct {
	Kind XPathKind
	// Op is the operator of an XPathOperator: "or", "and", "=", "!=", "<", "<=",
	// ">", ">=", "+", "-", "*", "div", "mod" or "|"; and the name of an XPathCall.
	Op string
	// Terms are the operands or arguments. A path that begins with another
	// expression, and a filter, have that expression as their only term.
	Terms []*XPathTerm
	// Text is the value of an XPathLiteral, with the values of expressions in it,
	// and the digits of an XPathNumber.
	Text string
	// Absolute is set for a path that begins at the root of the document.
	Absolute bool
	Steps    []XPathStep
	// Predicates are those of an XPathFilter.
	Predicates []*XPathTerm
}

// XPathKind says what an XPathTerm is.
type XPathKind int

// The kinds of terms.
const (
	XPathLiteral XPathKind = iota + 1
	XPathNumber
	XPathNegation
	XPathOperator
	XPathCall
	XPathFilter
	XPathPath
)

// XPathStep is a step of a location path.
type XPathStep struct {
	// Axis is written out: "child", "descendant-or-self", "attribute".
	Axis string
	// Test is "node", "text", "comment" or "processing-instruction", or empty for a
	// test of the name.
	Test string
	// Name may have a prefix; "*" is any.
	Name       string
	Predicates []*XPathTerm
}

// XPathTerm returns the XPath of a criterion as a tree, with the values of the
// expressions in it. It is false for any other criterion, and if a value is
// missing.
func (c *Criterion) XPathTerm(env Environment) (*XPathTerm, bool) {
	if c.xpath == nil {
		return nil, false
	}
	return c.xpath.root.outline(env)
}

// XPathTerm returns the XPath of a selector as [Criterion.XPathTerm] does.
func (s *Selector) XPathTerm(env Environment) (*XPathTerm, bool) {
	if s.xpath == nil {
		return nil, false
	}
	return s.xpath.root.outline(env)
}

func (n *xpathNode) outline(env Environment) (t *XPathTerm, ok bool) {
	t = &XPathTerm{Op: n.op, Text: n.text, Absolute: n.absolute}
	switch n.form {
	case formLiteral:
		t.Kind = XPathLiteral
		if n.template != nil {
			v, ok := n.template.Evaluate(env)
			if !ok {
				return nil, false
			}
			t.Text = Text(v)
		}
	case formNumber:
		t.Kind, t.Text = XPathNumber, n.number.text(false)
	case formInsert:
		t.Kind = XPathNumber
		v, ok := n.insert.Evaluate(env)
		if !ok {
			return nil, false
		}
		t.Text = Text(v)
	case formNegation:
		t.Kind = XPathNegation
	case formBinary:
		t.Kind = XPathOperator
	case formCall:
		t.Kind = XPathCall
	case formFilter:
		t.Kind = XPathFilter
	case formPath:
		t.Kind = XPathPath
	}
	if t.Terms, ok = outlineAll(n.args, env); !ok {
		return nil, false
	}
	if t.Predicates, ok = outlineAll(n.predicates, env); !ok {
		return nil, false
	}
	for i := range n.steps {
		step, ok := n.steps[i].outline(env)
		if !ok {
			return nil, false
		}
		t.Steps = append(t.Steps, step)
	}
	return t, true
}

func outlineAll(nodes []*xpathNode, env Environment) ([]*XPathTerm, bool) {
	var out []*XPathTerm
	for _, n := range nodes {
		t, ok := n.outline(env)
		if !ok {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}

func (s *xpathStep) outline(env Environment) (XPathStep, bool) {
	out := XPathStep{Axis: s.axis, Test: s.test.kind, Name: s.test.local}
	if s.test.prefix != "" {
		out.Name = s.test.prefix + ":" + s.test.local
	}
	if s.test.insert != nil {
		v, ok := s.test.insert.Evaluate(env)
		if !ok {
			return out, false
		}
		out.Name = Text(v)
	}
	var ok bool
	out.Predicates, ok = outlineAll(s.predicates, env)
	return out, ok
}
