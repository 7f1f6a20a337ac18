package expr

import (
	"fmt"
	"slices"
	"strings"
)

// xpathType is the type of an expression. XPath 1.0 has no variables here, so
// it is known before the evaluation.
type xpathType int

const (
	typeNodes xpathType = iota
	typeBoolean
	typeNumber
	typeString
)

// noun returns the type for messages.
func (t xpathType) noun() string {
	switch t {
	case typeNodes:
		return "a node-set"
	case typeBoolean:
		return "a boolean"
	case typeNumber:
		return "a number"
	default:
		return "a string"
	}
}

// RuleXPathTextOrder marks an ordering of two texts, which XPath 1.0 takes for
// numbers and later versions compare character by character.
const RuleXPathTextOrder = "xpath-text-order"

// check finds the type of an expression whose parts are checked, and refuses
// what is an error whatever the document holds.
//
// XPath 2.0, appendix I, lists where later versions differ from XPath 1.0.
func (n *xpathNode) check(later bool) *SyntaxError {
	for _, arg := range n.args {
		n.positional = n.positional || arg.positional
	}
	switch n.form {
	case formLiteral:
		n.kind = typeString
	case formNumber:
		n.kind, n.measure = typeNumber, n.number.measure
	case formInsert:
		n.kind = typeNumber
	case formNegation:
		n.kind, n.measure = typeNumber, n.args[0].arithmeticMeasure()
		return n.checkArithmetic(later)
	case formBinary:
		return n.checkBinary(later)
	case formCall:
		return n.checkCall(later)
	case formFilter, formPath:
		n.kind = typeNodes
		if len(n.args) > 0 && n.args[0].kind != typeNodes {
			return syntaxErrorf(n.args[0].at, n.args[0].end, "", "a step or predicate applies to a node-set, and this is %s", n.args[0].kind.noun())
		}
	}
	return nil
}

func (n *xpathNode) checkBinary(later bool) *SyntaxError {
	left, right := n.args[0], n.args[1]
	switch {
	case n.op == "|":
		n.kind = typeNodes
		for _, side := range n.args {
			if side.kind != typeNodes {
				return syntaxErrorf(side.at, side.end, "write or between conditions", "| joins node-sets, and this is %s", side.kind.noun())
			}
		}
		return nil
	case n.op == "and" || n.op == "or":
		n.kind = typeBoolean
		return nil
	case isXPathComparison(n.op):
		n.kind = typeBoolean
		if !later || left.kind == right.kind || left.kind == typeNodes || right.kind == typeNodes {
			return nil
		}
		hint := "convert one side with number(…), string(…) or boolean(…)"
		if left.kind == typeString && left.form == formLiteral || right.kind == typeString && right.form == formLiteral {
			hint = "write the number without quotes, or true() and false() for booleans"
		}
		return syntaxErrorf(n.at, n.end, hint, "comparing %s with %s is an error in XPath 2.0 and later", left.kind.noun(), right.kind.noun())
	default:
		n.kind = typeNumber
		n.measure = arithmeticMeasure(n.op, left.arithmeticMeasure(), right.arithmeticMeasure())
		return n.checkArithmetic(later)
	}
}

// textOrder returns the note about an ordering of two texts.
func (n *xpathNode) textOrder(later bool) (Note, bool) {
	text := func(side *xpathNode) bool { return side.kind == typeNodes || side.kind == typeString }
	if !later || !strings.ContainsAny(n.op, "<>") || !text(n.args[0]) || !text(n.args[1]) {
		return Note{}, false
	}
	return Note{
		Rule: RuleXPathTextOrder, Offset: n.at, End: n.end,
		Message: "both sides of " + n.op + " are text, which XPath 2.0 and later put in order character by character, so that '10' comes before '9'",
		Hint:    "put number(…) around a side to compare numbers",
	}, true
}

// checkArithmetic refuses operands of which later versions make an error, and
// decimals, which they compute exactly.
func (n *xpathNode) checkArithmetic(later bool) *SyntaxError {
	if !later {
		return nil
	}
	exact := true
	for _, side := range n.args {
		if side.kind == typeString || side.kind == typeBoolean {
			return syntaxErrorf(side.at, side.end, "convert it with number(…)", "computing with %s is an error in XPath 2.0 and later", side.kind.noun())
		}
		m := side.arithmeticMeasure()
		exact = exact && (m == measureInteger || m == measureDecimal)
	}
	if exact && n.form == formBinary && slices.ContainsFunc(n.args, func(side *xpathNode) bool { return side.arithmeticMeasure() == measureDecimal }) {
		return syntaxErrorf(n.at, n.end, "convert one side with number(…)", "computing with decimal numbers alone needs the exact decimals of XPath 2.0, which are not supported")
	}
	return nil
}

func (n *xpathNode) checkCall(later bool) *SyntaxError {
	f, _ := xpathFunctionNamed(n.op)
	n.kind, n.measure = f.result, f.measure
	n.positional = n.positional || n.op == "position" || n.op == "last"
	least, most := f.arity()
	if len(n.args) < least || most >= 0 && len(n.args) > most {
		return syntaxErrorf(n.at, n.end, "", "%s() takes %s, found %d", n.op, arguments(least, most), len(n.args))
	}
	for i, arg := range n.args {
		want := f.argument(i)
		switch {
		case want == argNodes && arg.kind != typeNodes:
			return syntaxErrorf(arg.at, arg.end, "", "%s() takes a node-set, and this is %s", n.op, arg.kind.noun())
		case !later:
		case want == argString && (arg.kind == typeNumber || arg.kind == typeBoolean):
			return syntaxErrorf(arg.at, arg.end, "convert it with string(…)", "%s() takes a string in XPath 2.0 and later, and this is %s", n.op, arg.kind.noun())
		case want == argNumber && (arg.kind == typeString || arg.kind == typeBoolean):
			return syntaxErrorf(arg.at, arg.end, "convert it with number(…)", "%s() takes a number in XPath 2.0 and later, and this is %s", n.op, arg.kind.noun())
		}
	}
	if n.op == "floor" || n.op == "ceiling" || n.op == "round" {
		n.measure = n.args[0].arithmeticMeasure()
	}
	if n.op == "matches" && (n.args[1].form != formLiteral || n.args[1].template != nil) {
		return syntaxErrorf(n.args[1].at, n.args[1].end, "use a criterion of type regex", "the pattern of matches() must be a string in quotes without inserted values")
	}
	if n.op == "matches" {
		var err *SyntaxError
		if n.pattern, err = xpathPattern(n.args[1].text); err != nil {
			return err.shifted(n.args[1].at + 1)
		}
	}
	return nil
}

func arguments(least, most int) string {
	switch {
	case most == 0:
		return "no arguments"
	case most < 0:
		return fmt.Sprintf("at least %d arguments", least)
	case least == most && most == 1:
		return "one argument"
	case least == most:
		return fmt.Sprintf("%d arguments", most)
	default:
		return fmt.Sprintf("%d to %d arguments", least, most)
	}
}
