package expr

// emptiness finds out what a condition says of a context without members: an
// empty object or array, a number, a boolean. No path leads anywhere there but
// "$" itself.
type emptiness struct {
	// containers says that the context is an object or array.
	containers bool
	// missing says that there is no context at all.
	missing bool
}

// verdicts are those that a condition may come to.
type verdicts struct{ passes, fails bool }

func oneVerdict(passes bool) verdicts { return verdicts{passes: passes, fails: !passes} }

// guess is what is known of an operand.
type guess struct {
	// known: it is this operand.
	known bool
	operand
	// something: it is there and is not null.
	something bool
}

func (s emptiness) test(n node) verdicts {
	switch n := n.(type) {
	case *queryNode:
		return oneVerdict(isRootPath(n) && !s.missing)
	case *emptyNode:
		if isRootPath(n.path) && !s.missing {
			if s.containers {
				return oneVerdict(n.want)
			}
			return verdicts{true, true}
		}
		return oneVerdict(n.want)
	case *notNode:
		v := s.test(n.operand)
		return verdicts{passes: v.fails, fails: v.passes}
	case *logicNode:
		return s.terms(n)
	case *compareNode:
		return s.compare(n)
	default:
		if g := s.value(n); g.known {
			return oneVerdict(truthy(g.operand))
		}
		return verdicts{true, true}
	}
}

func (s emptiness) terms(n *logicNode) verdicts {
	all := oneVerdict(n.and)
	for _, term := range n.terms {
		v := s.test(term)
		if n.and {
			all = verdicts{passes: all.passes && v.passes, fails: all.fails || v.fails}
		} else {
			all = verdicts{passes: all.passes || v.passes, fails: all.fails && v.fails}
		}
	}
	return all
}

func (s emptiness) compare(n *compareNode) verdicts {
	left, right := s.value(n.left), s.value(n.right)
	isNothing := func(g guess) bool { return g.known && (!g.present || g.value == nil) }
	switch {
	case left.known && right.known:
		return oneVerdict(compareExact(left.operand, n.op, right.operand))
	case left.something && isNothing(right), right.something && isNothing(left):
		return oneVerdict(n.op == opNotEqual)
	default:
		return verdicts{true, true}
	}
}

func (s emptiness) value(n node) guess {
	switch n := n.(type) {
	case *literalNode:
		return guess{known: true, operand: n.operand}
	case *queryNode:
		if isRootPath(n) && !s.missing {
			return guess{something: true}
		}
		return guess{known: true}
	case *lengthNode:
		if !isRootPath(n.path) || s.missing || s.containers {
			return guess{known: true, operand: operand{0, true}}
		}
	case *functionNode:
		return s.call(n)
	case *expressionNode, *tokenNode, *templateNode:
		// That it may be absent or null is a caveat of its own.
		return guess{something: true}
	}
	return guess{}
}

func (s emptiness) call(n *functionNode) guess {
	arg := s.value(n.args[0])
	switch n.name {
	case "count":
		if path, is := n.args[0].(*queryNode); is && !isRootPath(path) {
			return guess{known: true, operand: operand{0, true}}
		}
	case "length":
		if path, is := n.args[0].(*queryNode); is && isRootPath(path) && s.containers && !s.missing {
			return guess{known: true, operand: operand{0, true}}
		}
		if arg.known {
			return guess{known: true, operand: lengthOf(arg.operand)}
		}
	case "value":
		return arg
	case "match", "search":
		if arg.known && !arg.present {
			return guess{known: true, operand: operand{false, true}}
		}
	}
	return guess{}
}

// isRootPath reports whether a path is the root itself.
func isRootPath(n *queryNode) bool { return n.text == "$" || n.text == "@" }
