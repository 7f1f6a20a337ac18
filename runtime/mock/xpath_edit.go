package mock

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// matchOf is a text that a pattern matches, or the pattern itself.
func matchOf(pattern string) string {
	if text, ok := sample.Match(pattern, 0, 1000); ok {
		return text
	}
	return pattern
}

// clone copies an element with all below.
func (n *node) clone() *node {
	c := &node{name: n.name, text: n.text, attributes: slices.Clone(n.attributes)}
	for _, child := range n.children {
		c.children = append(c.children, child.clone())
	}
	return c
}

// set gives an attribute a value.
func (n *node) set(name, value string) {
	for i := range n.attributes {
		if n.attributes[i].name == name {
			n.attributes[i].value = value
			return
		}
	}
	n.attributes = append(n.attributes, attribute{name, value})
}

// named returns the children of a name, of which "*" is any.
func (n *node) named(name string) []*node {
	var out []*node
	for _, c := range n.children {
		if name == "*" || c.name == name {
			out = append(out, c)
		}
	}
	return out
}

// below returns the first element of a name below one, or nil.
func (n *node) below(name string) *node {
	for _, c := range n.children {
		if name == "*" || c.name == name {
			return c
		}
		if found := c.below(name); found != nil {
			return found
		}
	}
	return nil
}

// document is the root of a document, above its outermost element.
func document(root *node) *node { return &node{children: []*node{root}} }

// reach returns an edit that makes a path lead to something, and gives that a
// text if there is one.
func reach(t *expr.XPathTerm, at xmlContext, text *string) xmlEdit {
	return func(root *node) { follows(root, t, at, text) }
}

// follows makes what leads along a path where it is not there, and returns the
// element at its end.
func follows(root *node, t *expr.XPathTerm, at xmlContext, text *string) *node {
	var from *node
	switch {
	case t.Kind == expr.XPathFilter:
		inner := readBy(t.Terms[0])
		if inner == nil {
			return nil
		}
		end := follows(root, inner, at, text)
		satisfy(root, end, t.Predicates)
		return end
	case len(t.Terms) > 0:
		inner := readBy(t.Terms[0])
		if inner == nil {
			return nil
		}
		from = follows(root, inner, at, nil)
	case t.Absolute || at == nil:
		from = document(root)
	default:
		from = at(root)
	}
	if from == nil {
		return nil
	}
	descend := false
	for i, s := range t.Steps {
		last := i == len(t.Steps)-1
		switch {
		case s.Axis == "attribute":
			if last && s.Name != "*" {
				value := "a"
				if text != nil {
					value = *text
				}
				from.set(declared(root, s.Name), value)
			}
			return from
		case s.Test == "text":
			if text != nil {
				from.text, from.children = *text, nil
			} else if from.text == "" {
				from.text = "a"
			}
			return from
		case s.Axis == "descendant-or-self" && s.Test == "node":
			descend = true
			continue
		case s.Axis == "self" || s.Test != "":
			continue
		case s.Axis == "descendant" || s.Axis == "descendant-or-self":
			from = step(root, from, s, true)
		case s.Axis == "child":
			from = step(root, from, s, descend)
		default:
			return nil
		}
		if from == nil {
			return nil
		}
		descend = false
	}
	if text != nil && from.name != "" {
		from.text, from.children = *text, nil
	}
	return from
}

// step goes to a child, which is made if there is none. The outermost element
// takes the name that it is asked for by.
func step(root, from *node, s expr.XPathStep, deep bool) *node {
	name := declared(root, s.Name)
	if from.name == "" && !deep {
		if name != "*" {
			root.name = name
		}
		satisfy(root, root, s.Predicates)
		return root
	}
	wanted := 1
	for _, p := range s.Predicates {
		if n, err := strconv.Atoi(p.Text); p.Kind == expr.XPathNumber && err == nil && n > 0 && n <= 50 {
			wanted = n
		}
	}
	if deep {
		for _, found := range elementsOf(from, name, true) {
			if wanted == 1 && compatible(found, s.Predicates) {
				satisfy(root, found, s.Predicates)
				return found
			}
		}
		if first := from.below(name); first != nil {
			from = parentOf(document(root), first)
		}
		if from.name == "" {
			from = root
		}
	}
	plain := name
	if name == "*" {
		plain = "element"
	}
	for len(from.named(name)) < wanted {
		from.children = append(from.children, &node{name: plain})
	}
	from.text = ""
	child := from.named(name)[wanted-1]
	for _, other := range from.named(name) {
		if !compatible(child, s.Predicates) {
			child = other
		}
	}
	if !compatible(child, s.Predicates) {
		child = &node{name: plain}
		from.children = append(from.children, child)
	}
	satisfy(root, child, s.Predicates)
	return child
}

// compatible reports whether an element has nothing else already in the places
// of which predicates ask a certain text.
func compatible(n *node, predicates []*expr.XPathTerm) bool {
	for _, p := range predicates {
		if p.Kind != expr.XPathOperator || p.Op != "=" || len(p.Terms) != 2 || p.Terms[0].Kind != expr.XPathPath || len(p.Terms[0].Steps) != 1 || !isConstantXPath(p.Terms[1]) {
			continue
		}
		s := p.Terms[0].Steps[0]
		if s.Axis == "attribute" {
			for _, a := range n.attributes {
				if a.name == s.Name && a.value != p.Terms[1].Text {
					return false
				}
			}
			continue
		}
		if children := n.named(s.Name); len(children) > 0 && children[0].text != p.Terms[1].Text {
			return false
		}
	}
	return true
}

// satisfy makes an element pass predicates, each in the first way there is.
func satisfy(root, element *node, predicates []*expr.XPathTerm) {
	for _, p := range predicates {
		if p.Kind == expr.XPathNumber || element == nil {
			continue
		}
		ways := expandXPath(p, true, func(*node) *node { return element })
		if len(ways) == 0 {
			continue
		}
		for _, edit := range ways[0] {
			edit(root)
		}
	}
}

// declared makes sure that the outermost element declares the prefix of a name.
func declared(root *node, name string) string {
	if prefix, _, ok := strings.Cut(name, ":"); ok {
		if !slices.ContainsFunc(root.attributes, func(a attribute) bool { return a.name == "xmlns:"+prefix }) {
			root.set("xmlns:"+prefix, "urn:example:"+prefix)
		}
	}
	return name
}

// vanish returns an edit that takes away what a path leads to.
func vanish(t *expr.XPathTerm, at xmlContext) xmlEdit {
	return func(root *node) {
		from := []*node{document(root)}
		path := t
		for path.Kind == expr.XPathFilter || len(path.Terms) > 0 {
			inner := readBy(path.Terms[0])
			if inner == nil {
				return
			}
			path = inner
		}
		if !path.Absolute && at != nil {
			from = []*node{at(root)}
		}
		deep := false
		for i, s := range path.Steps {
			if s.Axis == "descendant-or-self" && s.Test == "node" {
				deep = true
				continue
			}
			if i < len(path.Steps)-1 && s.Axis == "child" && s.Test == "" {
				var next []*node
				for _, n := range from {
					next = append(next, elementsOf(n, s.Name, deep)...)
				}
				from, deep = next, false
				continue
			}
			for _, n := range from {
				n.drop(s, deep || s.Axis == "descendant")
			}
			return
		}
	}
}

// elementsOf returns the children of a name, or all elements of the name below.
func elementsOf(n *node, name string, deep bool) []*node {
	out := n.named(name)
	if deep {
		for _, c := range n.children {
			out = append(out, elementsOf(c, name, true)...)
		}
	}
	return out
}

// drop takes away the children, attributes or text that a step leads to.
func (n *node) drop(s expr.XPathStep, deep bool) {
	switch {
	case s.Axis == "attribute":
		n.attributes = slices.DeleteFunc(n.attributes, func(a attribute) bool {
			return a.name == s.Name || s.Name == "*" && !strings.HasPrefix(a.name, "xmlns")
		})
	case s.Test == "text":
		n.text = ""
	case n.name == "" && len(n.children) == 1 && (n.children[0].name == s.Name || s.Name == "*"):
		// The outermost element cannot go, but it can have another name.
		n.children[0].name += "Other"
	default:
		n.children = slices.DeleteFunc(n.children, func(c *node) bool { return s.Name == "*" || c.name == s.Name })
	}
	if deep {
		for _, c := range n.children {
			c.drop(s, true)
		}
	}
}

// resize makes a path lead to so many elements, unless there is a number of them
// already that will do.
func resize(root *node, t *expr.XPathTerm, at xmlContext, n int, enough func(count int) bool) {
	end := follows(root, t, at, nil)
	if end == nil {
		return
	}
	parent := parentOf(root, end)
	if parent == nil {
		return
	}
	if len(t.Steps) > 0 && t.Steps[len(t.Steps)-1].Name == "*" {
		if enough(len(parent.children)) {
			return
		}
	} else if enough(len(elementsOf(document(root), end.name, true))) {
		return
	}
	for len(parent.named(end.name)) < n {
		parent.children = append(parent.children, end.clone())
	}
	kept := 0
	parent.children = slices.DeleteFunc(parent.children, func(c *node) bool {
		if c.name == end.name {
			kept++
		}
		return c.name == end.name && kept > n
	})
}

func parentOf(from, child *node) *node {
	if slices.Contains(from.children, child) {
		return from
	}
	for _, c := range from.children {
		if found := parentOf(c, child); found != nil {
			return found
		}
	}
	return nil
}
