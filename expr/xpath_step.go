package expr

import (
	"slices"
	"strings"
)

// xpathStep is a step of a location path.
type xpathStep struct {
	axis       string
	test       xpathTest
	predicates []*xpathNode
}

// xpathTest is a node test.
type xpathTest struct {
	// kind is "node", "text", "comment", "processing-instruction", or "" for a
	// test of the name.
	kind string
	// prefix and local are the name; local is "*" for any. The target of a
	// processing instruction is in local.
	prefix, local string
	// insert supplies the name if it is not nil.
	insert    *Expression
	attribute bool // the axis is that of attributes
	at        int
}

func (p *xpathParser) predicates() ([]*xpathNode, *SyntaxError) {
	var list []*xpathNode
	for p.is("[") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect("]"); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// locationPath parses a LocationPath.
func (p *xpathParser) locationPath() (*xpathNode, *SyntaxError) {
	n := &xpathNode{form: formPath, at: p.tok.at, absolute: p.is("/") || p.is("//")}
	if !n.absolute {
		step, err := p.step()
		if err != nil {
			return nil, err
		}
		n.steps = append(n.steps, step)
		return p.relative(n)
	}
	if p.is("//") {
		return p.relative(n)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.beginsStep() {
		step, err := p.step()
		if err != nil {
			return nil, err
		}
		n.steps = append(n.steps, step)
	}
	return p.relative(n)
}

func (p *xpathParser) beginsStep() bool {
	return p.tok.kind == tokenName || p.tok.kind == tokenInsert || p.operator(".", "..", "@", "*") != ""
}

// relative parses the steps that follow, each after "/" or "//".
func (p *xpathParser) relative(n *xpathNode) (*xpathNode, *SyntaxError) {
	for p.is("/") || p.is("//") {
		if p.is("//") {
			n.steps = append(n.steps, xpathStep{axis: "descendant-or-self", test: xpathTest{kind: "node"}})
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		step, err := p.step()
		if err != nil {
			return nil, err
		}
		n.steps = append(n.steps, step)
	}
	n.end = p.prev
	if err := n.check(p.later); err != nil {
		return nil, err
	}
	var err error
	if n.segments, err = planPath(n.steps); err != nil {
		return nil, syntaxErrorf(n.at, n.end, "", "%s", err.Error())
	}
	return n, nil
}

func (p *xpathParser) step() (step xpathStep, err *SyntaxError) {
	switch {
	case p.is("."), p.is(".."):
		step = xpathStep{axis: "self", test: xpathTest{kind: "node"}}
		if p.is("..") {
			step.axis = "parent"
		}
		if err = p.advance(); err != nil {
			return step, err
		}
		if p.is("[") && !p.later {
			return step, needsXPath(p.tok.at, p.tok.end, "a predicate after . or ..", "2.0").withHint("write self::node()[…] or parent::node()[…]")
		}
	case p.is("@"):
		step.axis = "attribute"
		if err = p.advance(); err != nil {
			return step, err
		}
		step.test, err = p.nodeTest()
	case p.tok.kind == tokenName && strings.HasPrefix(strings.TrimLeft(p.scan.text[p.tok.end:], " \t\r\n"), "::"):
		if step.axis, err = p.axis(); err != nil {
			return step, err
		}
		step.test, err = p.nodeTest()
	default:
		step.axis = "child"
		step.test, err = p.nodeTest()
	}
	if err != nil {
		return step, err
	}
	step.test.attribute = step.axis == "attribute"
	step.predicates, err = p.predicates()
	return step, err
}

func (p *xpathParser) axis() (string, *SyntaxError) {
	t := p.tok
	axes := []string{
		"ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
		"following-sibling", "parent", "preceding", "preceding-sibling", "self",
	}
	switch {
	case t.prefix == "" && slices.Contains(axes, t.text):
	case t.prefix == "" && t.text == "namespace":
		return "", syntaxErrorf(t.at, t.end, "", "the namespace axis is not supported")
	default:
		hint := "the axes are " + strings.Join(axes, ", ")
		if near, ok := nearest(t.text, axes); ok {
			hint = "did you mean " + near + "?"
		}
		return "", syntaxErrorf(t.at, t.end, hint, "%q is no axis", shorten(t.text))
	}
	if err := p.advance(); err != nil {
		return "", err
	}
	return t.text, p.advance()
}

func (p *xpathParser) nodeTest() (xpathTest, *SyntaxError) {
	t := p.tok
	switch {
	case t.kind == tokenInsert:
		return xpathTest{insert: t.insert}, p.advance()
	case p.is("*"):
		if err := p.advance(); err != nil {
			return xpathTest{}, err
		}
		if p.is(":") && p.tok.at == t.end {
			return xpathTest{}, needsXPath(t.at, p.tok.end, "the wildcard *:", "2.0").withHint("write *[local-name() = '…']")
		}
		return xpathTest{local: "*"}, nil
	case t.kind == tokenName:
		if err := p.advance(); err != nil {
			return xpathTest{}, err
		}
		if !p.is("(") {
			return xpathTest{prefix: t.prefix, local: t.text, at: t.at}, nil
		}
		return p.typeTest(t)
	case p.is("("), t.kind == tokenLiteral, t.kind == tokenNumber:
		return xpathTest{}, needsXPath(t.at, t.end, "a step that is no axis and node test", "2.0")
	default:
		return xpathTest{}, p.unexpected("expected a name, a node test or a value")
	}
}

// typeTest parses what follows the name of a node type.
func (p *xpathParser) typeTest(name xpathToken) (xpathTest, *SyntaxError) {
	if name.prefix != "" || !isNodeType(name.text) {
		what := "the function " + shorten(name.text) + "() as a step"
		if slices.Contains([]string{"element", "attribute", "schema-element", "schema-attribute", "document-node", "item", "namespace-node"}, name.text) {
			what = "the test " + name.text + "()"
		}
		return xpathTest{}, needsXPath(name.at, name.end, what, "2.0")
	}
	if err := p.advance(); err != nil {
		return xpathTest{}, err
	}
	test := xpathTest{kind: name.text}
	if test.kind == "processing-instruction" && p.tok.kind == tokenLiteral {
		if p.tok.template != nil {
			return xpathTest{}, syntaxErrorf(p.tok.at, p.tok.end, "", "the target of a processing instruction cannot be inserted")
		}
		test.local = strings.Trim(p.tok.text, " \t\r\n")
		if err := p.advance(); err != nil {
			return xpathTest{}, err
		}
	}
	return test, p.expect(")")
}
