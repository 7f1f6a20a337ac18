package expr

import "github.com/antchfx/xpath"

// xpathCursor is a place in a document, as the engine sees it. Every move is
// work of the evaluation.
type xpathCursor struct {
	ev *xpathEvaluation
	at int32
}

// instructionNode is the type of processing instructions, which the engine
// does not know: only the test node() passes them.
const instructionNode xpath.NodeType = 100

func (c *xpathCursor) node() *xmlNode { return &c.ev.doc.nodes[c.at] }

// NodeType returns the type of the node.
func (c *xpathCursor) NodeType() xpath.NodeType {
	c.ev.charge(1)
	switch c.node().kind {
	case xmlRoot:
		return xpath.RootNode
	case xmlElement:
		return xpath.ElementNode
	case xmlAttribute:
		return xpath.AttributeNode
	case xmlText:
		return xpath.TextNode
	case xmlComment:
		return xpath.CommentNode
	default:
		return instructionNode
	}
}

// LocalName returns the name without its prefix.
func (c *xpathCursor) LocalName() string { return c.node().local }

// Prefix returns the namespace in the place of the prefix: a test without a
// prefix passes names in no namespace only.
func (c *xpathCursor) Prefix() string { return c.node().space }

// Value returns "": the engine needs it only to tell nodes apart, and it has
// their places for that.
func (c *xpathCursor) Value() string { return "" }

// Copy returns another cursor at the same place.
func (c *xpathCursor) Copy() xpath.NodeNavigator {
	copied := *c
	return &copied
}

// MoveToRoot moves to the root of the document.
func (c *xpathCursor) MoveToRoot() { c.at = 0 }

// MoveToParent moves to the parent, which the root has not.
func (c *xpathCursor) MoveToParent() bool {
	if c.at == 0 {
		return false
	}
	return c.move(c.node().parent, true)
}

// MoveToNextAttribute moves from an element to its first attribute, and from
// an attribute to the next of the same element.
func (c *xpathCursor) MoveToNextAttribute() bool {
	switch n := c.node(); n.kind {
	case xmlElement:
		return c.move(c.at+1, n.attributes > 0)
	case xmlAttribute:
		return c.move(c.at+1, c.at < n.parent+c.ev.doc.nodes[n.parent].attributes)
	default:
		return false
	}
}

// MoveToChild moves to the first child.
func (c *xpathCursor) MoveToChild() bool { return c.move(c.node().child, c.node().child != 0) }

// MoveToFirst moves to the first sibling.
func (c *xpathCursor) MoveToFirst() bool {
	n := c.node()
	if n.prev == 0 {
		return false
	}
	return c.move(c.ev.doc.nodes[n.parent].child, true)
}

// MoveToNext moves to the next sibling.
func (c *xpathCursor) MoveToNext() bool { return c.move(c.node().next, c.node().next != 0) }

// MoveToPrevious moves to the previous sibling.
func (c *xpathCursor) MoveToPrevious() bool { return c.move(c.node().prev, c.node().prev != 0) }

// MoveTo moves to the place of another cursor of the same evaluation.
func (c *xpathCursor) MoveTo(other xpath.NodeNavigator) bool {
	o, is := other.(*xpathCursor)
	if !is {
		return false
	}
	return c.move(o.at, true)
}

func (c *xpathCursor) move(to int32, possible bool) bool {
	c.ev.charge(1)
	if possible {
		c.at = to
	}
	return possible
}
