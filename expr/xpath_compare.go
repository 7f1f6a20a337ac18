package expr

import (
	"errors"
	"math"
	"strings"
)

func orderHolds(op string, less, equal bool) bool {
	switch op {
	case "<":
		return less
	case "<=":
		return less || equal
	case ">":
		return !less && !equal
	case ">=":
		return !less
	case "=":
		return equal
	default:
		return !equal
	}
}

func numbersHold(op string, a, b float64) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return op == "!="
	}
	return orderHolds(op, a < b, a == b)
}

func textsHold(op, a, b string) bool {
	c := strings.Compare(a, b)
	return orderHolds(op, c < 0, c == 0)
}

// mirrored returns the operator with its sides exchanged.
func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	default:
		return op
	}
}

// compare compares two values.
//
// XPath 1.0, section 3.4.
func (ev *xpathEvaluation) compare(op string, left, right any) bool {
	leftNodes, isLeft := left.(xpathNodes)
	rightNodes, isRight := right.(xpathNodes)
	_, leftTruth := left.(bool)
	_, rightTruth := right.(bool)
	switch {
	case isLeft && isRight:
		return ev.compareNodes(op, leftNodes, rightNodes, op != "=" && op != "!=")
	case leftTruth && isRight, rightTruth && isLeft:
		return ev.compareAtoms(op, ev.truth(left), ev.truth(right))
	case isLeft:
		for _, node := range leftNodes {
			if ev.compareNodeWith(op, node, right) {
				return true
			}
		}
		return false
	case isRight:
		for _, node := range rightNodes {
			if ev.compareNodeWith(mirrored(op), node, left) {
				return true
			}
		}
		return false
	default:
		return ev.compareAtoms(op, left, right)
	}
}

// compareNodeWith compares the text of a node with a number or a string.
func (ev *xpathEvaluation) compareNodeWith(op string, node int32, with any) bool {
	return ev.compareAtoms(op, ev.text(node), with)
}

// compareAtoms compares values that are no node-sets.
func (ev *xpathEvaluation) compareAtoms(op string, left, right any) bool {
	if op == "=" || op == "!=" {
		_, leftTruth := left.(bool)
		_, rightTruth := right.(bool)
		if leftTruth || rightTruth {
			return (ev.truth(left) == ev.truth(right)) == (op == "=")
		}
		_, leftNumber := left.(xpathNumber)
		_, rightNumber := right.(xpathNumber)
		if !leftNumber && !rightNumber {
			return (ev.toString(left) == ev.toString(right)) == (op == "=")
		}
	}
	a, _ := ev.toNumber(left)
	b, _ := ev.toNumber(right)
	return numbersHold(op, a, b)
}

// compareNodes reports whether the texts of some two nodes compare, as numbers
// or as texts. It does so in linear time.
func (ev *xpathEvaluation) compareNodes(op string, left, right xpathNodes, asNumbers bool) bool {
	if len(left) == 0 || len(right) == 0 {
		return false
	}
	switch {
	case op == "=":
		texts := make(map[string]struct{}, len(left))
		for _, node := range left {
			texts[ev.text(node)] = struct{}{}
		}
		for _, node := range right {
			if _, found := texts[ev.text(node)]; found {
				return true
			}
		}
		return false
	case op == "!=":
		// No two differ only if all are the same.
		first := ev.text(left[0])
		for _, nodes := range []xpathNodes{left, right} {
			for _, node := range nodes {
				if ev.text(node) != first {
					return true
				}
			}
		}
		return false
	case asNumbers:
		a, okA := ev.extremeNumber(left, op[0] == '<')
		b, okB := ev.extremeNumber(right, op[0] == '>')
		return okA && okB && numbersHold(op, a, b)
	default:
		return textsHold(op, ev.extremeText(left, op[0] == '<'), ev.extremeText(right, op[0] == '>'))
	}
}

// extremeNumber returns the least or the greatest number among the nodes. ok
// is false if none holds a number.
func (ev *xpathEvaluation) extremeNumber(nodes xpathNodes, least bool) (best float64, ok bool) {
	for _, node := range nodes {
		f, is := parseNumber(ev.text(node), ev.later)
		if is && !math.IsNaN(f) && (!ok || (f < best) == least) {
			best, ok = f, true
		}
	}
	return best, ok
}

func (ev *xpathEvaluation) extremeText(nodes xpathNodes, least bool) string {
	best := ev.text(nodes[0])
	for _, node := range nodes[1:] {
		if s := ev.text(node); (s < best) == least {
			best = s
		}
	}
	return best
}

// compareLater compares two values as XPath 2.0 and later do: the text of a
// node takes the type of the other side, text is ordered as text, and what
// cannot be converted is an error.
//
// XPath 2.0, section 3.5.2.
func (ev *xpathEvaluation) compareLater(op string, left, right any) (bool, error) {
	leftNodes, isLeft := left.(xpathNodes)
	rightNodes, isRight := right.(xpathNodes)
	switch {
	case isLeft && isRight:
		return ev.compareNodes(op, leftNodes, rightNodes, false), nil
	case isLeft:
		return ev.compareTyped(op, leftNodes, right)
	case isRight:
		return ev.compareTyped(mirrored(op), rightNodes, left)
	}
	switch l := left.(type) {
	case xpathNumber:
		if r, is := right.(xpathNumber); is {
			return numbersHold(op, l.value, r.value), nil
		}
	case string:
		if r, is := right.(string); is {
			return textsHold(op, l, r), nil
		}
	case bool:
		if r, is := right.(bool); is {
			return orderHolds(op, !l && r, l == r), nil
		}
	}
	return false, errors.New("comparing values of two types is an error from XPath 2.0 on")
}

// compareTyped compares the text of each node with a value whose type it takes.
func (ev *xpathEvaluation) compareTyped(op string, nodes xpathNodes, with any) (bool, error) {
	var failed error
	for _, node := range nodes {
		text := ev.text(node)
		holds := false
		if _, is := with.(string); !is && !ev.untyped(node) {
			return false, errors.New("comparing a comment or processing instruction with what is no string is an error from XPath 2.0 on")
		}
		switch with := with.(type) {
		case string:
			holds = textsHold(op, text, with)
		case xpathNumber:
			f, ok := parseNumber(text, true)
			if !ok {
				failed = errNoXPathNumber("a comparison with a number")
				continue
			}
			holds = numbersHold(op, f, with.value)
		case bool:
			var truth bool
			switch strings.Trim(text, " \t\r\n") {
			case "true", "1":
				truth = true
			case "false", "0":
			default:
				failed = errors.New("a comparison with a boolean is given text that is none, which is an error from XPath 2.0 on")
				continue
			}
			holds = orderHolds(op, !truth && with, truth == with)
		}
		if holds {
			return true, nil
		}
	}
	return false, failed
}

// untyped reports whether the text of a node takes the type that is asked for.
// That of comments and processing instructions is a string.
//
// XQuery and XPath Data Model 3.1, section 6.
func (ev *xpathEvaluation) untyped(node int32) bool {
	kind := ev.doc.nodes[node].kind
	return kind != xmlComment && kind != xmlInstruction
}
