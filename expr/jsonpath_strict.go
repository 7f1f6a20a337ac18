package expr

import (
	"strings"
)

// strictForm rewrites a logical expression of the dialect as a query that
// RFC 9535 has and that passes in the same cases, or returns "".
//
// A comparison of absolute paths may stand in a filter: $[?$.status == 'done']
// selects every member of the root if the comparison holds, and none if not.
// The root must have a member for that, so an expression that holds on an
// empty root has no such form.
func strictForm(n node, o Options) string {
	var b strings.Builder
	b.WriteString("$[?")
	if !writeStrict(&b, n, true) {
		return ""
	}
	b.WriteByte(']')
	form := b.String()
	o.Strict = true
	if _, _, err := compileQuery(form, o); err != nil {
		return ""
	}
	for _, root := range []any{map[string]any{}, []any{}} {
		if passes, err := n.test(scope{env: nothing{}, root: root}); err != nil || passes {
			return ""
		}
	}
	return form
}

// nothing is an environment in which no value exists.
type nothing struct{}

func (nothing) Lookup(*Expression) (any, bool) { return nil, false }

// writeStrict writes a node for a filter. top is set where no parentheses are
// needed around "||".
func writeStrict(b *strings.Builder, n node, top bool) bool {
	switch n := n.(type) {
	case *literalNode:
		b.Write(appendLiteralNode(n))
		return true
	case *queryNode:
		b.WriteByte('$')
		b.WriteString(n.text[1:])
		return n.fixed()
	case *lengthNode:
		return writeStrictLength(b, n.path)
	case *emptyNode:
		if n.path.selector.single() {
			return false
		}
		b.WriteString("count($" + n.path.text[1:] + ")")
		if n.want {
			b.WriteString(" == 0")
		} else {
			b.WriteString(" > 0")
		}
		return n.path.fixed()
	case *notNode:
		b.WriteString("!(")
		ok := writeStrict(b, n.operand, true)
		b.WriteByte(')')
		return ok
	case *compareNode:
		return writeStrictComparison(b, n)
	case *logicNode:
		return writeStrictLogic(b, n, top)
	default:
		return false
	}
}

// writeStrictLength writes the function for ".length". An object with a member
// of that name, whose value the dialect prefers, is not thought of.
func writeStrictLength(b *strings.Builder, path *queryNode) bool {
	if path.selector.single() {
		b.WriteString("length($")
	} else {
		b.WriteString("count($")
	}
	b.WriteString(path.text[1:] + ")")
	return path.fixed()
}

func appendLiteralNode(n *literalNode) []byte {
	if s, ok := n.operand.value.(string); ok {
		return appendQuoted(nil, s, '\'')
	}
	return appendJSON(nil, n.operand.value)
}

func writeStrictLogic(b *strings.Builder, n *logicNode, top bool) bool {
	op := " || "
	if n.and {
		op = " && "
	} else if !top {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	for i, term := range n.terms {
		if i > 0 {
			b.WriteString(op)
		}
		if !writeStrict(b, term, false) {
			return false
		}
	}
	return true
}

// writeStrictComparison writes a comparison. RFC 9535 tells missing from null,
// the dialect does not.
func writeStrictComparison(b *strings.Builder, n *compareNode) bool {
	if isComparison(n.left) || isComparison(n.right) {
		return false
	}
	left, leftLiteral := n.left.(*literalNode)
	right, rightLiteral := n.right.(*literalNode)
	isNull := leftLiteral && left.operand.value == nil || rightLiteral && right.operand.value == nil
	if !isNull {
		if !leftLiteral && !rightLiteral && (n.op != opLess && n.op != opGreater) {
			return false
		}
		ok := writeStrict(b, n.left, false)
		b.WriteString(" " + n.op.String() + " ")
		return writeStrict(b, n.right, false) && ok
	}
	path, ok := n.left.(*queryNode)
	if leftLiteral {
		path, ok = n.right.(*queryNode)
	}
	if !ok || !path.fixed() {
		return false
	}
	text := "$" + path.text[1:]
	if n.op == opEqual {
		b.WriteString("(!" + text + " || " + text + " == null)")
	} else {
		b.WriteString("(" + text + " && " + text + " != null)")
	}
	return n.op == opEqual || n.op == opNotEqual
}

func isComparison(n node) bool {
	switch n.(type) {
	case *compareNode, *logicNode, *notNode, *emptyNode:
		return true
	default:
		return false
	}
}
