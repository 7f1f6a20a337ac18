package expr

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// simpleWriter writes a logical expression of the dialect as a simple condition.
// That compares text without regard to case, and text that spells a number as
// the number.
type simpleWriter struct {
	b      strings.Builder
	text   string
	o      Options
	inside func(path *queryNode) *Expression
	// trusts says that a value is one of the texts that are known of it.
	trusts  bool
	caveats []string
	noForm  string
}

func (w *simpleWriter) refuse(format string, args ...any) bool {
	if w.noForm == "" {
		w.noForm = fmt.Sprintf(format, args...)
	}
	return false
}

func (w *simpleWriter) caveat(format string, args ...any) {
	if c := fmt.Sprintf(format, args...); !slices.Contains(w.caveats, c) {
		w.caveats = append(w.caveats, c)
	}
}

func (w *simpleWriter) put(text string) bool {
	w.b.WriteString(text)
	return true
}

// logical writes a node where a truth value is wanted. inner is set where "||"
// needs parentheses.
func (w *simpleWriter) logical(n node, inner bool) bool {
	switch n := n.(type) {
	case *notNode:
		return w.put("!(") && w.logical(n.operand, false) && w.put(")")
	case *logicNode:
		op, round := " || ", inner
		if n.and {
			op, round = " && ", false
		}
		if round {
			w.put("(")
		}
		for i, term := range n.terms {
			if i > 0 {
				w.put(op)
			}
			if !w.logical(term, true) {
				return false
			}
		}
		return !round || w.put(")")
	case *compareNode:
		return w.comparison(n)
	default:
		return w.refuse("a simple condition cannot say whether a value exists or how long it is")
	}
}

// comparison writes a comparison. A missing value makes it false here, also if
// it is "!=", but for null.
func (w *simpleWriter) comparison(n *compareNode) bool {
	left, right := w.operand(n.left), w.operand(n.right)
	if left.text == "" || right.text == "" {
		return w.refuse("a simple condition cannot compare this")
	}
	w.compare(left, n.op, right)
	isNull := left.isNull() || right.isNull()
	if n.op == opNotEqual && !isNull {
		return w.put("!(" + left.text + " == " + right.text + ")")
	}
	if isNull && n.op != opEqual && n.op != opNotEqual {
		return w.refuse("nothing can be ordered with null")
	}
	return w.put(left.text + " " + n.op.String() + " " + right.text)
}

// simpleOperandText is a side of a comparison.
type simpleOperandText struct {
	text string
	// literal is set for one that is written in the condition.
	literal *literalNode
	facts   Facts
}

func (s simpleOperandText) isNull() bool { return s.literal != nil && s.literal.operand.value == nil }

// compare notes in which cases the comparison means something else.
func (w *simpleWriter) compare(left simpleOperandText, op operator, right simpleOperandText) {
	if left.literal != nil {
		left, right = right, left
	}
	if right.literal == nil {
		if !left.facts.Types.Only(TypeBoolean) || !right.facts.Types.Only(TypeBoolean) || !left.facts.Present && !right.facts.Present {
			w.caveat("%s and %s are compared as simple conditions do, in which the case of letters does not count", left.text, right.text)
		}
		return
	}
	mayBe := func(t Types) bool { return left.facts.Types == 0 || left.facts.Types&t != 0 }
	switch value := right.literal.operand.value.(type) {
	case json.Number:
		if mayBe(TypeString) {
			w.caveat("the condition holds for a text that spells the number, too")
		}
	case string:
		if mayBe(TypeString) && (op != opEqual && op != opNotEqual || hasCase(value) && !(w.trusts && left.facts.distinct(value))) {
			w.caveat("the case of letters no longer counts")
		}
		if mayBe(TypeNumber) && isNumeral(value) {
			w.caveat("the condition holds for the number %s, too", shorten(value))
		}
	}
}

// hasCase reports whether a text equals another without regard to case.
func hasCase(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.SimpleFold(r) != r }) >= 0
}

// operand writes a side of a comparison. Its text is empty if that cannot be.
func (w *simpleWriter) operand(n node) simpleOperandText {
	switch n := n.(type) {
	case *literalNode:
		text := w.text[n.at:n.end]
		if s, is := n.operand.value.(string); is {
			text = "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
		return simpleOperandText{text: text, literal: n}
	case *queryNode:
		e := w.inside(n)
		if e == nil || e.Whole {
			return simpleOperandText{}
		}
		return w.named(e)
	case *expressionNode:
		return w.named(n.expr)
	default:
		return simpleOperandText{}
	}
}

// named writes an expression, if a condition reads it to its end.
func (w *simpleWriter) named(e *Expression) simpleOperandText {
	text := e.String()
	o := w.o
	o.Strict = true
	if conditionExpressionEnd(text+" ", 0, o) != len(text) {
		return simpleOperandText{}
	}
	return simpleOperandText{text: text, facts: w.o.describe(e)}
}
