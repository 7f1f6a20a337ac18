package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/antchfx/xpath"
)

// xpathSegment is a run of steps that the engine walks in one go.
//
// The engine finds its way along the axes. It is not given predicates,
// functions and operators, of which it gets many wrong (the position after
// another predicate, the order of reverse axes and unions, node-sets that are
// compared with numbers), nor names with a prefix, which it can only resolve
// before it sees the document. It is shared between evaluations; its Select
// works on a copy.
type xpathSegment struct {
	engine *xpath.Expr
	// steps are those that the segment stands for; only the last may have a
	// test that is made here, or predicates.
	last     xpathStep
	filtered bool // the engine does not make the test of the last step
	// each makes the segment start from one context node at a time, for
	// predicates that ask for the position.
	each bool
	// axis is set for a segment of one step.
	axis string
	// single are the steps one by one, for a context that is an attribute: the
	// engine would go from one attribute to the next. It may be nil.
	single []xpathSegment
}

// planPath groups steps into segments.
func planPath(steps []xpathStep) ([]xpathSegment, error) {
	steps = shortenDescent(steps)
	var segments []xpathSegment
	for first := 0; first < len(steps); {
		end := first + 1
		deep := isDeep(steps[first].axis)
		for end < len(steps) && joins(&steps[end-1], &steps[end], deep) {
			deep = deep || isDeep(steps[end].axis)
			end++
		}
		s, err := planSegment(steps[first:end])
		if err != nil {
			return nil, err
		}
		segments = append(segments, s)
		first = end
	}
	return segments, nil
}

func planSegment(steps []xpathStep) (xpathSegment, error) {
	last := steps[len(steps)-1]
	s := xpathSegment{last: last, filtered: !engineTests(&last.test), each: slices.ContainsFunc(last.predicates, isPositional)}
	text := engineStep(&steps[0])
	for i := range steps[1:] {
		text += "/" + engineStep(&steps[i+1])
	}
	var err error
	if s.engine, err = xpath.Compile(text); err != nil {
		return s, fmt.Errorf("the XPath engine refuses the step %s", shorten(text))
	}
	if len(steps) == 1 {
		s.axis = last.axis
		return s, nil
	}
	if last.axis == "attribute" {
		for i := range steps {
			one, err := planSegment(steps[i : i+1])
			if err != nil {
				return s, err
			}
			s.single = append(s.single, one)
		}
	}
	return s, nil
}

// isPositional reports whether a predicate depends on the position.
func isPositional(n *xpathNode) bool { return n.positional || n.kind == typeNumber }

// shortenDescent writes //child::x as /descendant::x, which is the same unless
// a predicate asks for the position.
func shortenDescent(steps []xpathStep) []xpathStep {
	out := make([]xpathStep, 0, len(steps))
	for i := range steps {
		s := steps[i]
		if s.axis == "child" && len(out) > 0 && !slices.ContainsFunc(s.predicates, isPositional) {
			before := &out[len(out)-1]
			if before.axis == "descendant-or-self" && before.test.kind == "node" && len(before.predicates) == 0 {
				s.axis = "descendant"
				*before = s
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

func isDeep(axis string) bool { return axis == "descendant" || axis == "descendant-or-self" }

// isForward reports whether a run of steps may hold the axis: the engine visits
// its nodes in document order, or at most more than once.
func isForward(axis string) bool {
	return axis == "child" || axis == "self" || axis == "parent" || isDeep(axis)
}

// joins reports whether a step may follow another in one run.
func joins(step, next *xpathStep, deep bool) bool {
	switch {
	case len(step.predicates) > 0 || !engineTests(&step.test) || !isForward(step.axis):
		return false
	case slices.ContainsFunc(next.predicates, isPositional):
		return false
	case step.axis == "descendant-or-self" && next.axis == "child":
		return false // the engine would ignore the test of the first
	case isDeep(next.axis):
		return !deep
	default:
		return isForward(next.axis) || next.axis == "attribute"
	}
}

// engineTests reports whether the engine makes a node test rightly.
func engineTests(t *xpathTest) bool {
	switch {
	case t.insert != nil || t.kind == "processing-instruction":
		return false
	case t.kind != "" || t.local == "*" && t.prefix == "":
		return true
	}
	return t.prefix == "" && strings.IndexFunc(t.local, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// engineStep writes a step without its predicates for the engine.
func engineStep(s *xpathStep) string {
	switch {
	case s.test.kind == "processing-instruction":
		return s.axis + "::node()"
	case s.test.kind != "":
		return s.axis + "::" + s.test.kind + "()"
	case !engineTests(&s.test):
		return s.axis + "::*"
	default:
		return s.axis + "::" + s.test.local
	}
}

// nodes evaluates an expression that is a node-set.
func (ev *xpathEvaluation) nodes(n *xpathNode, c xpathContext) (xpathNodes, error) {
	switch n.form {
	case formFilter:
		nodes, err := ev.nodes(n.args[0], c)
		if err != nil {
			return nil, err
		}
		return ev.filter(slices.Clone(nodes), n.predicates)
	case formPath:
		from := xpathNodes{c.node}
		if n.absolute {
			from = xpathNodes{0}
		} else if len(n.args) > 0 {
			var err error
			if from, err = ev.nodes(n.args[0], c); err != nil {
				return nil, err
			}
		}
		for i := range n.segments {
			var err error
			if from, err = ev.walk(&n.segments[i], from); err != nil {
				return nil, err
			}
		}
		return from, nil
	default:
		v, err := ev.value(n, c)
		nodes, _ := v.(xpathNodes)
		return nodes, err
	}
}

// walk returns what a segment leads to from the given nodes.
func (ev *xpathEvaluation) walk(s *xpathSegment, from xpathNodes) (xpathNodes, error) {
	var out xpathNodes
	for _, node := range from {
		start := len(out)
		var err error
		if out, err = ev.step(s, node, out); err != nil {
			return nil, err
		}
		if !s.each {
			continue
		}
		found := inDocumentOrder(slices.Clone(out[start:]))
		if isReverse(s.axis) {
			slices.Reverse(found)
		}
		if found, err = ev.filter(found, s.last.predicates); err != nil {
			return nil, err
		}
		out = append(out[:start], found...)
	}
	if len(from) > 1 || !slices.IsSorted(out) || s.axis == "" {
		ev.charge(len(out))
		out = inDocumentOrder(out)
	}
	if s.each {
		return out, nil
	}
	return ev.filter(out, s.last.predicates)
}

func isReverse(axis string) bool {
	switch axis {
	case "ancestor", "ancestor-or-self", "preceding", "preceding-sibling":
		return true
	default:
		return false
	}
}

// step appends what a segment leads to from one node.
func (ev *xpathEvaluation) step(s *xpathSegment, node int32, out xpathNodes) (xpathNodes, error) {
	var name xpathTest
	if s.filtered {
		var err error
		if name, err = ev.resolveTest(&s.last.test); err != nil {
			return nil, err
		}
	}
	if !s.filtered {
		name = s.last.test
	}
	if strings.HasPrefix(s.axis, "ancestor") {
		return ev.ancestors(s, node, &name, out), nil
	}
	if ev.doc.nodes[node].kind == xmlAttribute {
		switch {
		case s.single != nil:
			from := xpathNodes{node}
			for i := range s.single {
				var err error
				if from, err = ev.walk(&s.single[i], from); err != nil {
					return nil, err
				}
			}
			return append(out, from...), nil
		case s.axis == "attribute":
			return out, nil
		case s.axis == "following":
			// What its element holds follows an attribute.
			node = ev.doc.nodes[node].parent
			out = ev.descendants(s, node, &name, out)
		}
	}
	cursor := &xpathCursor{ev: ev, at: node}
	for found := s.engine.Select(cursor); found.MoveNext(); {
		at, is := found.Current().(*xpathCursor)
		if is && (!s.filtered || ev.passes(&name, s.last.axis, at.at)) {
			out = append(out, at.at)
		}
		ev.charge(1)
	}
	return out, nil
}

// descendants appends the descendants of an element that pass the test.
func (ev *xpathEvaluation) descendants(s *xpathSegment, element int32, test *xpathTest, out xpathNodes) xpathNodes {
	n := &ev.doc.nodes[element]
	for i := element + 1 + n.attributes; i <= n.last; i++ {
		ev.charge(1)
		if ev.doc.nodes[i].kind != xmlAttribute && ev.passes(test, s.axis, i) {
			out = append(out, i)
		}
	}
	return out
}

// ancestors appends the ancestors that pass the test, the nearest first. The
// engine would count the elder siblings of each.
func (ev *xpathEvaluation) ancestors(s *xpathSegment, node int32, test *xpathTest, out xpathNodes) xpathNodes {
	for self := true; ; self = false {
		if (!self || s.axis == "ancestor-or-self") && ev.passes(test, s.axis, node) {
			out = append(out, node)
		}
		if node == 0 {
			return out
		}
		ev.charge(1)
		node = ev.doc.nodes[node].parent
	}
}

// resolveTest returns a test of a name with the namespace in the place of the
// prefix. The prefixes are those that the outermost element declares.
func (ev *xpathEvaluation) resolveTest(t *xpathTest) (xpathTest, error) {
	if t.kind != "" {
		return *t, nil
	}
	name := xpathTest{prefix: t.prefix, local: t.local}
	if t.insert != nil {
		v, ok := t.insert.Evaluate(ev.env)
		if !ok {
			return name, fmt.Errorf("%s has no value", shorten(t.insert.Source()))
		}
		text := Text(v)
		prefix, local, prefixed := strings.Cut(text, ":")
		if !prefixed {
			prefix, local = "", text
		}
		if ncName(local) != len(local) || local == "" || prefixed && (prefix == "" || ncName(prefix) != len(prefix)) {
			return name, fmt.Errorf("the value of %s is not the name of an element or attribute", shorten(t.insert.Source()))
		}
		name.prefix, name.local = prefix, local
	}
	if name.prefix != "" {
		uri, bound := ev.doc.bindings[name.prefix]
		if !bound {
			return name, fmt.Errorf("the prefix %q of the XPath is not declared by the outermost element of the XML", shorten(name.prefix))
		}
		name.prefix = uri
	}
	return name, nil
}

// passes reports whether a node passes a resolved test.
func (ev *xpathEvaluation) passes(t *xpathTest, axis string, node int32) bool {
	n := &ev.doc.nodes[node]
	switch t.kind {
	case "":
		principal := xmlElement
		if axis == "attribute" {
			principal = xmlAttribute
		}
		return n.kind == principal && (t.local == "*" && t.prefix == "" || n.space == t.prefix && (t.local == "*" || n.local == t.local))
	case "text":
		return n.kind == xmlText
	case "comment":
		return n.kind == xmlComment
	case "processing-instruction":
		return n.kind == xmlInstruction && (t.local == "" || t.local == n.local)
	default:
		return true
	}
}

// filter keeps the nodes that pass all predicates. The nodes are in the order
// of their axis, and what is kept stays in it.
func (ev *xpathEvaluation) filter(nodes xpathNodes, predicates []*xpathNode) (xpathNodes, error) {
	for _, p := range predicates {
		size := len(nodes)
		kept := nodes[:0]
		for i, node := range nodes {
			v, err := ev.value(p, xpathContext{node: node, position: i + 1, size: size})
			if err != nil {
				return nil, err
			}
			passes := false
			if x, is := v.(xpathNumber); is {
				passes = x.value == float64(i+1)
			} else {
				passes = ev.truth(v)
			}
			if passes {
				kept = append(kept, node)
			}
		}
		nodes = kept
	}
	return nodes, nil
}
