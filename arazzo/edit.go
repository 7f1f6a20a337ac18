package arazzo

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// This file changes the text of documents. An edit touches as little as it can:
// comments, order, anchors and layout stay, and so does the style of a scalar
// as long as it can hold the new text.

// ErrNotEditable is wrapped by all errors of the methods of [Origin] that make
// edits: the place cannot be changed without changing something else, or is
// written in a way that is not understood.
var ErrNotEditable = errors.New("the text cannot be edited")

func notEditable(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotEditable, fmt.Sprintf(format, args...))
}

// Replace returns the edit after which a string of the document is text. What
// stands behind an alias is changed at its anchor, and so wherever it is used.
func (o Origin) Replace(text string) (diag.Edit, error) {
	if o.node == nil || o.node.kind != String {
		return diag.Edit{}, notEditable("it is no string")
	}
	old := o.node.text
	from := commonPrefix(old, text)
	until := commonSuffix(old[from:], text[from:])
	return o.ReplacePart(from, len(old)-until, text[from:len(text)-until])
}

// Rewrite is Replace with as little of the text touched as possible: what the old
// and the new text have in common stays as it is spelt, line breaks included.
func (o Origin) Rewrite(text string) ([]diag.Edit, error) {
	n, err := o.written()
	if err != nil {
		return nil, err
	}
	if n.kind != String {
		return nil, notEditable("it is no string")
	}
	start, stop := scalarExtent(o.src.text, n)
	w := scalarEdit{src: o.src, node: n, start: start, stop: stop, want: text}
	if edits, ok := w.parts(); start < stop && ok {
		return edits, nil
	}
	e, err := o.Replace(text)
	if err != nil {
		return nil, err
	}
	return []diag.Edit{e}, nil
}

// ReplacePart returns the edit after which the bytes of a decoded string from
// offset up to end are text. The same holds as for [Origin.Replace].
func (o Origin) ReplacePart(offset, end int, text string) (diag.Edit, error) {
	n, err := o.written()
	if err != nil {
		return diag.Edit{}, err
	}
	if n.kind != String || offset < 0 || end < offset || end > len(n.text) {
		return diag.Edit{}, notEditable("it has no such part")
	}
	start, stop := scalarExtent(o.src.text, n)
	if start == stop {
		return diag.Edit{}, notEditable("its spelling is not understood")
	}
	w := scalarEdit{src: o.src, node: n, start: start, stop: stop, want: n.text[:offset] + text + n.text[end:]}
	if e, ok := w.part(offset, end, text); ok {
		return e, nil
	}
	if e, ok := w.whole(); ok {
		return e, nil
	}
	return diag.Edit{}, notEditable("no style of a string can hold %q here", shown(w.want))
}

// Quote returns the edit after which a number or a boolean is a string that reads
// as it is written.
func (o Origin) Quote() (diag.Edit, error) {
	n, err := o.written()
	if err != nil {
		return diag.Edit{}, err
	}
	if n.kind != Number && n.kind != Bool {
		return diag.Edit{}, notEditable("it is no number or boolean")
	}
	start, end := extent(o.src.text, n)
	spelling := string(o.src.text[start:end])
	if n.style == jsonStyle {
		return o.edit(start, end, jsonQuote(spelling)), nil
	}
	return o.edit(start, end, singleQuote(spelling)), nil
}

// Rename returns the edit that gives a member of an object another name.
func (o Origin) Rename(name string) (diag.Edit, error) {
	if o.node == nil || o.node.parent == nil || o.node.parent.kind != Object {
		return diag.Edit{}, notEditable("it has no name")
	}
	n, err := o.named()
	if err != nil {
		return diag.Edit{}, err
	}
	start, end := n.keyOffset, n.keyOffset+len(n.key)
	text := o.src.text
	if end > len(text) || string(text[start:end]) != n.key {
		return diag.Edit{}, notEditable("the spelling of the name %q is not understood", shown(n.key))
	}
	if start > 0 && end < len(text) && (text[start-1] == '"' || text[start-1] == '\'') && text[end] == text[start-1] {
		quote := text[start-1]
		start, end = start-1, end+1
		if quote == '\'' && isPrintableLine(name) {
			return o.edit(start, end, singleQuote(name)), nil
		}
		return o.edit(start, end, quoteFor(n.style)(name)), nil
	}
	for _, spelling := range []string{name, singleQuote(name), doubleQuote(name)} {
		if spellsKey(spelling, name, isFlow(o.src.text, n.parent)) {
			return o.edit(start, end, spelling), nil
		}
	}
	return diag.Edit{}, notEditable("%q cannot be a name here", shown(name))
}

func (o Origin) edit(start, end int, text string) diag.Edit {
	return diag.Edit{File: o.src.file, Start: start, End: end, Text: text}
}

// written returns the node as it is written: behind an alias, the one with the
// anchor.
func (o Origin) written() (*node, error) {
	if o.node == nil {
		return nil, notEditable("it is not in the document")
	}
	if !o.node.isElsewhere() {
		return o.node, nil
	}
	return o.node.original(func(n *node) bool { return n.isSame(o.node) && !n.isElsewhere() })
}

// named returns the member as it is written, with its name: an alias may stand
// for its value.
func (o Origin) named() (*node, error) {
	n := o.node
	if !n.merged && !n.parent.isElsewhere() {
		return n, nil
	}
	return n.original(func(m *node) bool {
		return m.isSame(n) && m.keyOffset == n.keyOffset && m.key == n.key && !m.merged && m.parent != nil && !m.parent.isElsewhere()
	})
}

// original looks for the node of a text among all of the document.
func (n *node) original(is func(*node) bool) (*node, error) {
	root := n
	for root.parent != nil {
		root = root.parent
	}
	if found := root.find(is); found != nil {
		return found, nil
	}
	return nil, notEditable("what an alias or merge key stands for here is not understood")
}

// isElsewhere reports whether the node was read through an alias or merge key.
func (n *node) isElsewhere() bool {
	for at := n; at != nil; at = at.parent {
		if at.alias > 0 || at.merged {
			return true
		}
	}
	return false
}

// isSame reports whether two nodes are the same text.
func (n *node) isSame(other *node) bool {
	return n.offset == other.offset && n.kind == other.kind && n.style == other.style && n.text == other.text
}

// find returns the first node of a tree that has a property, or nil.
func (n *node) find(has func(*node) bool) *node {
	if has(n) {
		return n
	}
	for _, c := range n.children {
		if found := c.find(has); found != nil {
			return found
		}
	}
	return nil
}

// isFlow reports whether the content of a container stands in brackets. All
// containers of a JSON text do.
func isFlow(src []byte, n *node) bool {
	for at := n; at != nil; at = at.parent {
		if at.kind != Array && at.kind != Object {
			continue
		}
		if at.style == jsonStyle {
			return true
		}
		if pos := skipProperties(src, at.offset); pos < len(src) && (src[pos] == '{' || src[pos] == '[') {
			return true
		}
	}
	return false
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	return n
}

func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	for n > 0 && !utf8.RuneStart(a[len(a)-n]) {
		n--
	}
	return n
}

// indentation is the white space at the start of the line of a place.
func indentation(src []byte, offset int) string {
	start := offset
	for start > 0 && src[start-1] != '\n' {
		start--
	}
	end := start
	for end < offset && src[end] == ' ' {
		end++
	}
	return string(src[start:end])
}

// lineBreak is the way in which lines end before a place: "\r\n" or "\n".
func lineBreak(src []byte, offset int) string {
	if before := strings.LastIndexByte(string(src[:offset]), '\n'); before > 0 && src[before-1] == '\r' {
		return "\r\n"
	}
	if after := strings.IndexByte(string(src[offset:]), '\n'); after > 0 && src[offset+after-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
