package expr

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// xpathNodes is a node-set, in document order and without duplicates.
type xpathNodes []int32

// xpathContext is the context of an evaluation: the node, its position and how
// many there are.
type xpathContext struct {
	node           int32
	position, size int
}

// maxXPathWork bounds the moves from node to node in one evaluation.
const maxXPathWork = 10_000_000

var errXPathWork = errors.New("the XPath needs too many steps on this document")

// xpathEvaluation is one evaluation of an XPath on a document. It is not safe
// for concurrent use. It panics with errXPathWork when the work is too much,
// because the engine offers no other way out; recoverXPath makes it an error.
//
// A value is xpathNodes, bool, xpathNumber or string.
type xpathEvaluation struct {
	doc   *xmlDocument
	env   Environment
	later bool
	work  int
}

func (ev *xpathEvaluation) charge(n int) {
	if ev.work += n; ev.work > maxXPathWork {
		panic(errXPathWork)
	}
}

func errManyNodes(what string, count int) error {
	return fmt.Errorf("%s is given %d nodes, and from XPath 2.0 on it takes one; choose one, as in (…)[1]", what, count)
}

func errNoXPathNumber(what string) error {
	return fmt.Errorf("%s is given text that is no number, which is an error from XPath 2.0 on", what)
}

func errNoXPathValue(what string) error {
	return fmt.Errorf("%s is given nothing, and from XPath 2.0 on it needs a value", what)
}

func (ev *xpathEvaluation) value(n *xpathNode, c xpathContext) (any, error) {
	ev.charge(1)
	switch n.form {
	case formLiteral:
		if n.template == nil {
			return n.text, nil
		}
		v, ok := n.template.Evaluate(ev.env)
		if !ok {
			return nil, fmt.Errorf("%s has no value", shorten(n.template.Missing(ev.env).Source()))
		}
		return v, nil
	case formNumber:
		return n.number, nil
	case formInsert:
		return ev.inserted(n.insert)
	case formNegation:
		x, empty, err := ev.operand(n.args[0], c)
		switch {
		case err != nil:
			return nil, err
		case empty:
			return xpathNodes(nil), nil
		case n.op == "":
			x.value = -x.value
			if x.value == 0 && x.measure != measureDouble {
				x.value = 0
			}
		}
		return x, nil
	case formBinary:
		return ev.binary(n, c)
	case formCall:
		return ev.call(n, c)
	default:
		return ev.nodes(n, c)
	}
}

// inserted returns the number that stands in the place of "{$…}".
func (ev *xpathEvaluation) inserted(e *Expression) (any, error) {
	v, ok := e.Evaluate(ev.env)
	if !ok {
		return nil, fmt.Errorf("%s has no value", shorten(e.Source()))
	}
	number, ok, err := insertedNumber(v, ev.later)
	if err != nil {
		return nil, fmt.Errorf("the value of %s has too many digits to be exact inside an XPath", shorten(e.Source()))
	}
	if !ok {
		return nil, fmt.Errorf("the value of %s is no number and stands in the XPath without quotes", shorten(e.Source()))
	}
	return number, nil
}

func (ev *xpathEvaluation) binary(n *xpathNode, c xpathContext) (any, error) {
	switch {
	case n.op == "|":
		left, err := ev.nodes(n.args[0], c)
		if err != nil {
			return nil, err
		}
		right, err := ev.nodes(n.args[1], c)
		if err != nil {
			return nil, err
		}
		ev.charge(len(left) + len(right))
		return inDocumentOrder(slices.Concat(left, right)), nil
	case n.op == "and" || n.op == "or":
		v, err := ev.value(n.args[0], c)
		if err != nil {
			return nil, err
		}
		if truth := ev.truth(v); truth == (n.op == "or") {
			return truth, nil
		}
		v, err = ev.value(n.args[1], c)
		return ev.truth(v), err
	case isXPathComparison(n.op):
		left, err := ev.value(n.args[0], c)
		if err != nil {
			return nil, err
		}
		right, err := ev.value(n.args[1], c)
		if err != nil {
			return nil, err
		}
		if ev.later {
			return ev.compareLater(n.op, left, right)
		}
		return ev.compare(n.op, left, right), nil
	default:
		return ev.arithmetic(n, c)
	}
}

func inDocumentOrder(nodes xpathNodes) xpathNodes {
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// arithmetic evaluates + - * div mod.
//
// XPath 1.0, section 3.5; XPath 2.0, section 3.4.
func (ev *xpathEvaluation) arithmetic(n *xpathNode, c xpathContext) (any, error) {
	a, emptyA, err := ev.operand(n.args[0], c)
	if err != nil {
		return nil, err
	}
	b, emptyB, err := ev.operand(n.args[1], c)
	if err != nil {
		return nil, err
	}
	if emptyA || emptyB {
		return xpathNodes(nil), nil
	}
	out := xpathNumber{measure: arithmeticMeasure(n.op, a.measure, b.measure)}
	exact := out.measure != measureDouble
	switch {
	case exact && b.value == 0 && (n.op == "div" || n.op == "mod"):
		return nil, errors.New("a division by zero is an error from XPath 2.0 on")
	case exact && (a.measure == measureDecimal || b.measure == measureDecimal):
		return nil, errors.New("computing with decimal numbers alone needs the exact decimals of XPath 2.0, which are not supported; convert one side with number(…)")
	}
	switch n.op {
	case "+":
		out.value = a.value + b.value
	case "-":
		out.value = a.value - b.value
	case "*":
		out.value = a.value * b.value
	case "div":
		out.value = a.value / b.value
	default:
		out.value = math.Mod(a.value, b.value)
	}
	if exact && math.Abs(out.value) > maxExactInteger {
		return nil, errors.New("the result of a computation is too large to be exact")
	}
	if exact && out.value == 0 {
		out.value = 0 // there is no negative zero
	}
	return out, nil
}

// operand evaluates an expression as a number. From XPath 2.0 on nothing stays
// nothing; before, it is NaN.
func (ev *xpathEvaluation) operand(n *xpathNode, c xpathContext) (x xpathNumber, empty bool, err error) {
	v, err := ev.value(n, c)
	if err != nil {
		return xpathNumber{}, false, err
	}
	if x, is := v.(xpathNumber); is {
		return x, false, nil
	}
	if nodes, is := v.(xpathNodes); is && ev.later {
		switch len(nodes) {
		case 0:
			return xpathNumber{}, true, nil
		case 1:
			if !ev.untyped(nodes[0]) {
				return xpathNumber{}, false, errNoXPathNumber("a computation")
			}
		default:
			return xpathNumber{}, false, errManyNodes("a computation", len(nodes))
		}
	}
	f, ok := ev.toNumber(v)
	if !ok && ev.later {
		return xpathNumber{}, false, errNoXPathNumber("a computation")
	}
	return xpathNumber{f, measureDouble}, false, nil
}

// stringOf evaluates an argument as a string. From XPath 2.0 on more than one
// node is an error; before, the first counts.
func (ev *xpathEvaluation) stringOf(n *xpathNode, i int, c xpathContext) (string, error) {
	v, err := ev.value(n.args[i], c)
	if err != nil {
		return "", err
	}
	if nodes, is := v.(xpathNodes); is && ev.later {
		switch {
		case len(nodes) > 1:
			return "", errManyNodes(n.op+"()", len(nodes))
		case len(nodes) == 0 && n.op == "translate" && i > 0:
			return "", errNoXPathValue(n.op + "()")
		}
	}
	return ev.toString(v), nil
}

// text returns the string-value of a node.
func (ev *xpathEvaluation) text(node int32) string {
	n := &ev.doc.nodes[node]
	ev.charge(1 + int(n.last-node))
	s := ev.doc.stringValue(node)
	ev.charge(len(s) / 16)
	return s
}

// toString is the string() of a value.
func (ev *xpathEvaluation) toString(v any) string {
	switch v := v.(type) {
	case xpathNodes:
		if len(v) == 0 {
			return ""
		}
		return ev.text(v[0])
	case bool:
		if v {
			return "true"
		}
		return "false"
	case xpathNumber:
		return v.text(ev.later)
	case string:
		return v
	default:
		return ""
	}
}

// toNumber is the number() of a value. ok is false for text that is no number.
func (ev *xpathEvaluation) toNumber(v any) (f float64, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case xpathNumber:
		return v.value, true
	default:
		return parseNumber(ev.toString(v), ev.later)
	}
}

// truth is the boolean() of a value, its effective boolean value.
func (ev *xpathEvaluation) truth(v any) bool {
	switch v := v.(type) {
	case xpathNodes:
		return len(v) > 0
	case bool:
		return v
	case xpathNumber:
		return v.value != 0 && !math.IsNaN(v.value)
	case string:
		return v != ""
	default:
		return false
	}
}
