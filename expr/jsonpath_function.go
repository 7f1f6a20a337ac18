package expr

// functionNode is a call of a function of RFC 9535, section 2.4.
type functionNode struct {
	name string
	args []node
}

func (n *functionNode) test(sc scope) (bool, error) {
	o, err := n.value(sc)
	return truthy(o), err
}

func (n *functionNode) value(sc scope) (operand, error) {
	if n.name == "count" {
		nodes, err := n.args[0].(*queryNode).selector.nodes(sc)
		return operand{len(nodes), err == nil}, err
	}
	first, err := n.args[0].value(sc)
	if err != nil {
		return operand{}, err
	}
	switch n.name {
	case "length":
		return lengthOf(first), nil
	case "value":
		return first, nil
	}
	second, err := n.args[1].value(sc)
	if err != nil {
		return operand{}, err
	}
	matched, err := matchIRegexp(first.value, second.value, n.name == "match")
	return operand{matched, err == nil}, err
}

// matchIRegexp is one call of match, anchored, or search.
func matchIRegexp(value, pattern any, anchored bool) (matched bool, err error) {
	defer recoverEngine(&err)
	return (&regexpMatcher{}).match(value, pattern, anchored), nil
}

// call parses a call of a function at p.i.
func (p *logicParser) call(name string) (node, *SyntaxError) {
	at := p.i
	if p.noFunctions {
		return nil, syntaxErrorf(at, at+len(name), "declare version "+versionRFC9535, "this version of JSONPath has no functions, found %s()", shorten(name))
	}
	want := map[string]int{"length": 1, "count": 1, "value": 1, "match": 2, "search": 2}[name]
	if want == 0 {
		return nil, syntaxErrorf(at, at+len(name), "the functions are length, count, match, search and value", "%q is not a function of JSONPath", shorten(name))
	}
	p.i += len(name) + 1
	p.compares = true
	n := &functionNode{name: name}
	for !p.take(")") {
		if len(n.args) > 0 && !p.take(",") {
			return nil, syntaxErrorf(at, p.i, "", "the call of %s() is not closed by \")\"", name)
		}
		p.skip()
		if p.i == len(p.text) || len(n.args) == want {
			return nil, syntaxErrorf(at, p.i, "", "%s() takes %d argument(s)", name, want)
		}
		if p.depth++; p.depth > maxNesting {
			return nil, syntaxErrorf(at, at+1, "", "the condition is nested deeper than %d levels", maxNesting)
		}
		arg, err := dialectOperand(p)
		p.depth--
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
	}
	if len(n.args) != want {
		return nil, syntaxErrorf(at, p.i, "", "%s() takes %d argument(s)", name, want)
	}
	if _, isQuery := n.args[0].(*queryNode); !isQuery && (name == "count" || name == "value") {
		return nil, syntaxErrorf(at, p.i, "", "%s() takes a JSONPath", name)
	}
	return n, nil
}
