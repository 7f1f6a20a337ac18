package arazzo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"gopkg.in/yaml.v3"
)

// yamlReader builds nodes from a yaml.v3 tree. Aliases are expanded on the way,
// within a budget, so that the result is a tree.
type yamlReader struct {
	treeBuilder
	breaks []int
	ascii  bool
	// last is where the offset that was asked for before stands.
	last textPlace
	// offsets are those of nodes that were read through an alias.
	offsets map[*yaml.Node]int
	// open are the anchored nodes that are being read, to notice cycles.
	open []*yaml.Node
	// aliased counts the nodes made for aliases; in is how many aliases deep the
	// reader is.
	aliased, in int
	// outer is the alias of the document under which the reader is.
	outer   *yaml.Node
	stopped bool
}

func parseYAML(src *source) (*node, diag.List) {
	r := &yamlReader{treeBuilder: treeBuilder{src: src}}
	text := withoutDirective(src.text)
	r.breaks = src.breaks()
	r.ascii = isASCII(text)
	root, err := decodeYAML(text, r)
	if err != nil {
		r.problem(yamlProblem(src, text, err))
	}
	if root == nil || r.list.HasErrors() {
		return nil, r.list
	}
	n := r.newNode(nil)
	r.read(n, root)
	if r.stopped {
		return nil, r.list
	}
	return n, r.list
}

// decodeYAML reads the one document of a text. A panic of the YAML reader is an
// error like any other.
func decodeYAML(text []byte, r *yamlReader) (root *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("yaml: the reader gave up: %v", p)
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			r.problem(diag.Diagnostic{
				Rule: "empty-document", Range: r.src.point(0),
				Message: "the file holds no document, only comments or blank lines",
				Hint:    "an Arazzo document begins with a line such as: arazzo: 1.0.1",
			})
			return nil, nil
		}
		return nil, err
	}
	err = d.Decode(&more)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err == nil && !isEmptyYAML(&more) {
		r.problem(diag.Diagnostic{
			Rule: "multiple-documents", Range: r.src.point(r.offset(&more)),
			Message: "the file holds more than one YAML document",
			Hint:    "keep one document in a file: remove the line \"---\" and what follows it",
		})
		return nil, nil
	}
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		return doc.Content[0], nil
	}
	return &doc, nil
}

func isEmptyYAML(n *yaml.Node) bool {
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}
	return n.Kind == 0 || n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Value == ""
}

// withoutDirective turns a leading %YAML directive, which yaml.v3 refuses
// unless it names version 1.1, into a comment of the same length.
func withoutDirective(text []byte) []byte {
	if !bytes.HasPrefix(text, []byte("%YAML")) {
		return text
	}
	text = bytes.Clone(text)
	text[0] = '#'
	return text
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// offset converts the position of a YAML node to bytes.
func (r *yamlReader) offset(y *yaml.Node) int {
	if y.Line < 1 || y.Line > len(r.breaks) {
		return 0
	}
	if r.ascii {
		return min(r.breaks[y.Line-1]+max(0, y.Column-1), len(r.src.text))
	}
	if r.in == 0 {
		return r.countColumns(y)
	}
	offset, known := r.offsets[y]
	if !known {
		if r.offsets == nil {
			r.offsets = map[*yaml.Node]int{}
		}
		offset = r.countColumns(y)
		r.offsets[y] = offset
	}
	return offset
}

// textPlace is a place in a text in both ways of counting.
type textPlace struct{ line, column, offset int }

// countColumns goes to the column of a node from the place that was asked for
// before, if that stands earlier in the line, so that a long line costs no more
// than its length as long as the nodes come in their order.
func (r *yamlReader) countColumns(y *yaml.Node) int {
	if y.Line != r.last.line || y.Column < r.last.column {
		r.last = textPlace{line: y.Line, column: 1, offset: r.breaks[y.Line-1]}
	}
	for ; r.last.column < y.Column && r.last.offset < len(r.src.text); r.last.column++ {
		_, size := utf8.DecodeRune(r.src.text[r.last.offset:])
		r.last.offset += size
	}
	return r.last.offset
}

// read fills n from a YAML node.
func (r *yamlReader) read(n *node, y *yaml.Node) {
	if r.stopped {
		return
	}
	if r.in > 0 {
		if r.aliased++; r.aliased > maxAliasNodes {
			r.stopped = true
			r.problem(diag.Diagnostic{
				Rule: "alias-bomb", Range: r.src.span(r.offset(r.outer), r.offset(r.outer)+1+len(r.outer.Value)),
				Message: fmt.Sprintf("the aliases of the document stand for more than %d values", maxAliasNodes),
				Hint:    "write the values out instead of nesting aliases",
			})
			return
		}
	}
	n.offset = r.offset(y)
	switch y.Kind {
	case yaml.ScalarNode:
		r.scalar(n, y)
	case yaml.SequenceNode:
		n.kind = Array
		r.container(n, y, "!!seq", func() {
			n.children = make([]*node, 0, len(y.Content))
			for _, item := range y.Content {
				c := r.newNode(n)
				r.read(c, item)
				n.children = append(n.children, c)
			}
		})
	case yaml.MappingNode:
		n.kind = Object
		r.container(n, y, "!!map", func() { r.members(n, y) })
	case yaml.AliasNode:
		r.alias(n, y)
	case yaml.DocumentNode:
		n.kind = Null
	}
}

// container reads the content of a mapping or sequence.
func (r *yamlReader) container(n *node, y *yaml.Node, tag string, content func()) {
	if y.Style&yaml.TaggedStyle != 0 && y.ShortTag() != tag {
		r.unknownTag(y, n.offset)
	}
	if r.tooDeep(n) {
		r.stopped = true
		return
	}
	if y.Anchor == "" {
		content()
		return
	}
	r.open = append(r.open, y)
	content()
	r.open = r.open[:len(r.open)-1]
}

func (r *yamlReader) alias(n *node, y *yaml.Node) {
	n.kind = Null
	if r.isOpen(y.Alias) {
		r.problem(diag.Diagnostic{
			Rule: "alias-cycle", Range: r.src.span(n.offset, n.offset+1+len(y.Value)),
			Message: fmt.Sprintf("the alias %q stands inside of what it stands for", y.Value),
		})
		return
	}
	if y.Alias == nil {
		return
	}
	if r.in == 0 {
		r.outer = y
	}
	at := n.offset
	r.in++
	r.read(n, y.Alias)
	r.in--
	n.alias = at + 1
}

func (r *yamlReader) isOpen(y *yaml.Node) bool {
	for _, o := range r.open {
		if o == y {
			return true
		}
	}
	return false
}

// members reads the keys and values of a mapping. Merged members stand behind
// its own and never replace them.
func (r *yamlReader) members(n *node, y *yaml.Node) {
	n.children = make([]*node, 0, len(y.Content)/2)
	var names nameSet
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content) && !r.stopped; i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if isMergeKey(key) {
			merges = append(merges, value)
			continue
		}
		name, ok := r.keyName(key)
		if !ok {
			continue
		}
		offset := r.offset(key)
		if key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			offset++
		}
		if first := names.earlier(n, name); first != nil {
			r.duplicateKey(name, first, offset, len(name))
			continue
		}
		c := r.newNode(n)
		c.key, c.keyOffset = name, offset
		r.read(c, value)
		n.children = append(n.children, c)
	}
	for _, m := range merges {
		r.merge(n, m, &names)
	}
}

func isMergeKey(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" &&
		key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
}

// keyName is the text of a key: the keys of the YAML failsafe schema are
// strings, however they look (Arazzo 1.0.1, Format).
func (r *yamlReader) keyName(key *yaml.Node) (string, bool) {
	at := key
	if key.Kind == yaml.AliasNode && key.Alias != nil {
		key = key.Alias
	}
	if key.Kind != yaml.ScalarNode {
		r.problem(diag.Diagnostic{
			Rule: "non-string-key", Range: r.src.point(r.offset(at)),
			Message: "a key must be a string, not an array or object",
			Hint:    "a template such as {name} must be quoted",
		})
		return "", false
	}
	if key.Style&yaml.TaggedStyle != 0 && key.ShortTag() != "!!str" {
		r.unknownTag(key, r.offset(at))
		return "", false
	}
	return key.Value, true
}

// merge adds the members of the mapping that a merge key names, or of several.
func (r *yamlReader) merge(n *node, y *yaml.Node, names *nameSet) {
	if y.Kind == yaml.SequenceNode {
		for _, item := range y.Content {
			r.merge(n, item, names)
		}
		return
	}
	scratch := r.newNode(n.parent)
	scratch.index = n.index
	r.read(scratch, y)
	if r.stopped {
		return
	}
	if scratch.kind != Object {
		r.problem(diag.Diagnostic{
			Rule: "invalid-yaml", Range: r.src.point(r.offset(y)),
			Message: "the merge key \"<<\" must name an object",
		})
		return
	}
	for _, c := range scratch.children {
		if names.earlier(n, c.key) != nil {
			continue
		}
		c.parent, c.index = n, len(n.children)
		c.merged = true
		n.children = append(n.children, c)
	}
}

func (r *yamlReader) scalar(n *node, y *yaml.Node) {
	n.kind, n.text = String, y.Value
	switch {
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.style = singleQuoted
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.style = doubleQuoted
	case y.Style&yaml.LiteralStyle != 0:
		n.style = literalBlock
	case y.Style&yaml.FoldedStyle != 0:
		n.style = foldedBlock
	}
	tag := ""
	if y.Style&yaml.TaggedStyle != 0 {
		tag = y.ShortTag()
	}
	switch tag {
	case "":
		if n.style != plainStyle {
			return
		}
	case "!!str", "!":
		return
	case "!!null", "!!bool", "!!int", "!!float":
	default:
		r.unknownTag(y, n.offset)
		return
	}
	kind, text, ok := plainScalar(y.Value)
	if !ok || tag != "" && !tagAdmits(tag, kind) {
		r.problem(diag.Diagnostic{
			Rule: "invalid-number", Range: r.src.point(n.offset),
			Message: fmt.Sprintf("%q is no value that JSON can express", y.Value),
			Hint:    "quote it if a string is meant",
		})
		return
	}
	n.kind, n.text = kind, text
}

func tagAdmits(tag string, kind Kind) bool {
	switch tag {
	case "!!null":
		return kind == Null
	case "!!bool":
		return kind == Bool
	default:
		return kind == Number
	}
}

func (r *yamlReader) unknownTag(y *yaml.Node, offset int) {
	r.problem(diag.Diagnostic{
		Rule: "yaml-tag", Range: r.src.point(offset),
		Message: fmt.Sprintf("the YAML tag %q is not allowed", shown(y.Tag)),
		Hint:    "only the types of JSON can be used; quote the value if it begins with \"!\"",
	})
}

// shown shortens a text of the document for a message.
func shown(text string) string {
	const limit = 80
	text = strings.ToValidUTF8(text, "?")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit]) + "…"
}
