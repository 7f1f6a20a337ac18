package expr

import (
	"fmt"
	"slices"
	"strings"
)

// This file writes a logical expression of the dialect as a query of RFC 9535.
//
// A comparison of absolute paths may stand in a filter: $[?$.status == 'done']
// selects every member of the root if the comparison holds, and none if not.
// The root must have a member for that.

// strictForm returns the query that passes in the same cases as a logical
// expression, or "" if there is none that does so whatever the context is.
func (p *logicParser) strictForm(n node) string {
	w := filterWriter{text: p.text, notes: p.notes, o: p.o, context: emptiness{containers: true}}
	if !w.query(n) || len(w.caveats) > 0 || w.context.test(n).passes {
		return ""
	}
	o := p.o
	o.Strict = true
	if _, _, err := compileQuery(w.b.String(), o); err != nil {
		return ""
	}
	return w.b.String()
}

// filterWriter writes a logical expression as a filter.
type filterWriter struct {
	b strings.Builder
	// text is the condition, and notes what was noted in it.
	text  string
	notes []Note
	o     Options
	// context says what is known of the root, inside how its parts are described.
	context emptiness
	inside  func(path *queryNode) *Expression
	// caveats are the cases in which the filter means something else, noForm is
	// the reason for which there is none.
	caveats []string
	noForm  string
}

// query writes the query.
func (w *filterWriter) query(n node) bool {
	w.b.WriteString("$[?")
	if !w.logical(n, true) {
		return false
	}
	w.b.WriteByte(']')
	return true
}

func (w *filterWriter) refuse(format string, args ...any) bool {
	if w.noForm == "" {
		w.noForm = fmt.Sprintf(format, args...)
	}
	return false
}

func (w *filterWriter) caveat(format string, args ...any) {
	if c := fmt.Sprintf(format, args...); !slices.Contains(w.caveats, c) {
		w.caveats = append(w.caveats, c)
	}
}

// logical writes a node where a truth value is wanted. top is set where no
// parentheses are needed around "||".
func (w *filterWriter) logical(n node, top bool) bool {
	switch n := n.(type) {
	case *queryNode:
		return w.path(n)
	case *lengthNode:
		return w.comparable(n) && w.put(" > 0")
	case *emptyNode:
		return w.empty(n, top)
	case *notNode:
		return w.put("!(") && w.logical(n.operand, true) && w.put(")")
	case *compareNode:
		return w.comparison(n, top)
	case *logicNode:
		return w.terms(n, top)
	case *functionNode:
		switch n.name {
		case "match", "search":
			return w.call(n)
		case "length", "count":
			return w.call(n) && w.put(" > 0")
		}
		return w.refuse("a value alone cannot stand in a filter")
	default:
		return w.refuse("a value alone cannot stand in a filter")
	}
}

func (w *filterWriter) put(text string) bool {
	w.b.WriteString(text)
	return true
}

func (w *filterWriter) terms(n *logicNode, top bool) bool {
	op, inner := " || ", true
	if n.and {
		op, inner, top = " && ", false, true
	}
	if !top {
		w.put("(")
	}
	for i, term := range n.terms {
		if i > 0 {
			w.put(op)
		}
		if !w.logical(term, inner) {
			return false
		}
	}
	return top || w.put(")")
}

// empty writes a test for emptiness. Missing, null and what has the length zero
// is empty.
func (w *filterWriter) empty(n *emptyNode, top bool) bool {
	if !n.path.selector.single() {
		op := " > 0"
		if n.want {
			op = " == 0"
		}
		return w.put("count(") && w.path(n.path) && w.put(")"+op)
	}
	path, ok := w.spelling(n.path)
	if !ok {
		return false
	}
	if w.facts(n.path).Types.Only(TypeString | TypeArray | TypeObject) {
		if n.want {
			return w.or(top, "!"+path, "length("+path+") == 0")
		}
		return w.put("length(" + path + ") > 0")
	}
	if n.want {
		return w.or(top, "!"+path, path+" == null", "length("+path+") == 0")
	}
	return w.put(path + " && " + path + " != null && length(" + path + ") != 0")
}

func (w *filterWriter) or(top bool, terms ...string) bool {
	text := strings.Join(terms, " || ")
	if !top {
		text = "(" + text + ")"
	}
	return w.put(text)
}

// comparison writes a comparison. RFC 9535 tells missing from null, the dialect
// does not.
func (w *filterWriter) comparison(n *compareNode, top bool) bool {
	for _, side := range []node{n.left, n.right} {
		if isTruth(side) {
			return w.refuse("the result of a comparison cannot be compared in a filter")
		}
	}
	left, leftNull := isNullLiteral(n.left)
	right, rightNull := isNullLiteral(n.right)
	switch {
	case leftNull && rightNull:
	case leftNull || rightNull:
		path, is := n.left.(*queryNode)
		if leftNull {
			path, is = n.right.(*queryNode)
		}
		if !is || n.op != opEqual && n.op != opNotEqual {
			return w.refuse("only a JSONPath can be compared with null in a filter")
		}
		text, ok := w.spelling(path)
		if !ok {
			return false
		}
		if n.op == opEqual {
			return w.or(top, "!"+text, text+" == null")
		}
		return w.put(text + " && " + text + " != null")
	case left || right:
		if done, ok := w.lengths(n, top); done {
			return ok
		}
	case n.op != opLess && n.op != opGreater:
		w.mayBeNothing(n)
	}
	for _, side := range []node{n.left, n.right} {
		if length, is := side.(*lengthNode); is && !left && !right && length.path.selector.single() {
			w.caveat("%s no longer has the length 0 where it is missing or null", shorten(length.path.text))
		}
	}
	return w.comparable(n.left) && w.put(" "+n.op.String()+" ") && w.comparable(n.right)
}

// lengths writes the comparison of a length with a literal. In the dialect, what
// is missing or null has the length 0; in RFC 9535 it has none, which differs from
// every number and is compared with none. It is not done if that is all the same.
func (w *filterWriter) lengths(n *compareNode, top bool) (done, ok bool) {
	var holds bool
	length, is := n.left.(*lengthNode)
	if literal, isLiteral := n.right.(*literalNode); is && isLiteral {
		holds = compareExact(operand{0, true}, n.op, literal.operand)
	} else if length, is = n.right.(*lengthNode); is {
		if literal, isLiteral = n.left.(*literalNode); isLiteral {
			holds = compareExact(literal.operand, n.op, operand{0, true})
		}
	}
	if !is || holds == (n.op == opNotEqual) || !length.path.selector.single() {
		return false, false
	}
	path, ok := w.spelling(length.path)
	if !ok {
		return true, false
	}
	before := w.b.String()
	if !w.comparable(n.left) || !w.put(" "+n.op.String()+" ") || !w.comparable(n.right) {
		return true, false
	}
	comparison := w.b.String()[len(before):]
	w.b.Reset()
	w.put(before)
	if holds {
		return true, w.or(top, "!"+path, path+" == null", comparison)
	}
	return true, w.put(path + " && " + path + " != null && " + comparison)
}

// mayBeNothing notes that a comparison of two values that may both be missing or
// null means something else in a filter, as does one with an absent value.
func (w *filterWriter) mayBeNothing(n *compareNode) {
	paths := 0
	for _, side := range []node{n.left, n.right} {
		switch side := side.(type) {
		case *queryNode:
			paths++
		case *expressionNode, *tokenNode:
			e, _ := expressionOf(side)
			w.mayBeAbsent(e)
			if f := w.o.describe(e); f.Types == 0 || f.Types&TypeNull != 0 {
				w.caveat("a missing member no longer equals %s where that is null", shorten(e.Source()))
			}
		case *templateNode:
			for e := range side.template.Expressions() {
				w.mayBeAbsent(e)
			}
		}
	}
	if paths == 2 {
		w.caveat("a missing member no longer equals one that is null")
	}
}

func (w *filterWriter) mayBeAbsent(e *Expression) {
	if !w.o.describe(e).Present {
		w.caveat("the condition no longer holds where %s has no value", shorten(e.Source()))
	}
}

func expressionOf(n node) (*Expression, bool) {
	switch n := n.(type) {
	case *expressionNode:
		return n.expr, true
	case *tokenNode:
		return n.expr, true
	default:
		return nil, false
	}
}

// isNullLiteral reports whether a node is a literal, and whether it is null.
func isNullLiteral(n node) (isLiteral, isNull bool) {
	l, is := n.(*literalNode)
	return is, is && l.operand.value == nil
}

func isTruth(n node) bool {
	switch n := n.(type) {
	case *compareNode, *logicNode, *notNode, *emptyNode:
		return true
	case *functionNode:
		return n.name == "match" || n.name == "search"
	default:
		return false
	}
}

// comparable writes a side of a comparison.
func (w *filterWriter) comparable(n node) bool {
	switch n := n.(type) {
	case *literalNode:
		return w.put(w.text[n.at:n.end])
	case *queryNode:
		if !n.selector.single() {
			return w.refuse("%s may select several values, which a filter cannot compare", shorten(n.text))
		}
		if isRootPath(n) {
			return w.refuse("a filter cannot compare the context itself")
		}
		return w.path(n)
	case *lengthNode:
		return w.length(n)
	case *functionNode:
		return w.call(n)
	case *expressionNode:
		return w.expression(n)
	case *tokenNode:
		return w.put(n.text)
	case *templateNode:
		text, ok := w.corrected(n.at, n.end)
		return ok && w.put(text)
	default:
		return w.refuse("a filter cannot compare this")
	}
}

// expression writes an expression that stood without braces, as its note says.
func (w *filterWriter) expression(n *expressionNode) bool {
	for i := range w.notes {
		note := &w.notes[i]
		if note.Rule != RuleJSONPathUnbracedExpression || note.Offset != n.at && note.Offset != n.at-1 {
			continue
		}
		if note.Fix == "" {
			return w.refuse("%s", note.NoFix)
		}
		if note.Caveat != "" {
			w.caveat("%s", note.Caveat)
		}
		return w.put(note.Fix)
	}
	return w.refuse("the expression %s cannot stand in a filter", shorten(n.text))
}

// length writes the function for ".length". An object may have a member of that
// name, which is what counts then.
func (w *filterWriter) length(n *lengthNode) bool {
	path, ok := w.spelling(n.path)
	if !ok {
		return false
	}
	if !n.path.selector.single() {
		return w.put("count(" + path + ")")
	}
	facts := w.facts(n.path)
	switch {
	case facts.Types != 0 && facts.Types&TypeObject == 0:
	case facts.Types.Only(TypeObject) && w.lengthFacts(n.path).Declared:
		if !w.lengthFacts(n.path).Present {
			w.caveat("%s has no length any more where it has no member of that name", shorten(n.path.text))
		}
		return w.put(path + ".length")
	case facts.Types == 0 && w.inside != nil:
		w.caveat("the length of %s is no longer its member of that name, if it has one", shorten(n.path.text))
	}
	return w.put("length(" + path + ")")
}

func (w *filterWriter) facts(path *queryNode) Facts {
	if w.inside == nil {
		return Facts{}
	}
	return w.o.describe(w.inside(path))
}

func (w *filterWriter) lengthFacts(path *queryNode) Facts {
	e := w.inside(path)
	if e == nil {
		return Facts{}
	}
	return w.o.describe(e.inside([]pathStep{{name: "length"}}))
}

func (w *filterWriter) call(n *functionNode) bool {
	w.put(n.name + "(")
	for i, arg := range n.args {
		if i > 0 {
			w.put(", ")
		}
		path, isPath := arg.(*queryNode)
		ok := isPath && w.path(path)
		if !isPath {
			ok = w.comparable(arg)
		}
		if !ok {
			return false
		}
	}
	return w.put(")")
}

// path writes a query, with the expressions in it as the specification has them.
func (w *filterWriter) path(n *queryNode) bool {
	text, ok := w.spelling(n)
	return ok && w.put(text)
}

func (w *filterWriter) spelling(n *queryNode) (string, bool) {
	text, ok := w.corrected(n.at, n.at+len(n.text))
	if !ok {
		return "", false
	}
	return "$" + text[1:], true
}

// corrected returns a part of the condition with what was noted in it corrected.
func (w *filterWriter) corrected(at, end int) (string, bool) {
	var b strings.Builder
	for _, note := range w.within(at, end) {
		if note.Fix == "" {
			return "", w.refuse("%s", note.NoFix)
		}
		if note.Caveat != "" {
			w.caveat("%s", note.Caveat)
		}
		b.WriteString(w.text[at:note.Offset])
		b.WriteString(note.Fix)
		at = note.End
	}
	b.WriteString(w.text[at:end])
	return b.String(), true
}

// within returns the notes on the expressions in a part of the condition, in
// their order.
func (w *filterWriter) within(at, end int) []Note {
	var found []Note
	for _, n := range w.notes {
		if n.Offset >= at && n.End <= end && n.Rule != RuleJSONPathComparison && n.Rule != RuleJSONPathLength && n.Rule != RuleJSONPathRootFilter {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, func(a, b Note) int { return a.Offset - b.Offset })
	return slices.CompactFunc(found, func(a, b Note) bool { return b.Offset < a.End })
}
