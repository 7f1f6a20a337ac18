package openapi

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// entryValue returns the value of an entry.
func (t *tree) entryValue(x *index, i int32) value {
	v := value{tree: t, index: x, at: i}
	if x.json {
		return v
	}
	e := &x.entries[i]
	if !e.text {
		return v
	}
	switch x.data[e.val] {
	case '[', '{':
		v.node = v.flow()
	case '*':
		t.odd.Store(true)
		v.node = nullNode()
	}
	return v
}

// children calls yield for the entries of a collection until it returns false.
// They are values without their nodes.
func (v value) children(yield func(entry value) bool) {
	x, at := v.index, v.at
	if x.entries[at].folded != 0 {
		x, at = v.unfold(), 0
	}
	for i := at + 1; i < x.entries[at].next; i = x.entries[i].next {
		if !yield(value{tree: v.tree, index: x, at: i}) {
			return
		}
	}
}

// unfold returns the index of what stands in a folded entry.
func (v value) unfold() *index {
	t := v.tree
	t.mu.Lock()
	defer t.mu.Unlock()
	if x, ok := t.unfolded[v]; ok {
		return x
	}
	x := v.index.unfold(v.at)
	if t.unfolded == nil {
		t.unfolded = make(map[value]*index)
	}
	t.unfolded[v] = x
	return x
}

// flow returns the flow collection that is the value of an entry.
func (v value) flow() *yaml.Node {
	t := v.tree
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, ok := t.flows[v]; ok {
		return n
	}
	n := v.parse()
	if t.flows == nil {
		t.flows = make(map[value]*yaml.Node)
	}
	t.flows[v] = n
	return n
}

// parse hands one entry to the full parser and returns its value.
func (v value) parse() *yaml.Node {
	t := v.tree
	e := &v.index.entries[v.at]
	text := make([]byte, 0, int(e.col)+int(e.end-e.off)+1)
	for range max(e.col, 0) {
		text = append(text, ' ')
	}
	text = append(text, v.index.data[e.off:e.end]...)
	root, err := parseYAML(text)
	if err != nil {
		t.odd.Store(true)
		return nullNode()
	}
	switch {
	case e.col == rootColumn:
	case e.item && root.Kind == yaml.SequenceNode && len(root.Content) == 1:
		root = root.Content[0]
	case !e.item && root.Kind == yaml.MappingNode && len(root.Content) == 2:
		root = root.Content[1]
	default:
		t.odd.Store(true)
		return nullNode()
	}
	moveDown(root, t.src.position(int(e.off)).Line-1, 0)
	return root
}

// moveDown adds to the line numbers of a node and its content.
func moveDown(n *yaml.Node, lines, depth int) {
	n.Line += lines
	if depth > maxDepth+1 {
		return
	}
	for _, c := range n.Content {
		moveDown(c, lines, depth+1)
	}
}

// hasName reports whether an entry is a member with a name. Names without
// escapes are compared in place.
func (v value) hasName(name string) bool {
	raw, quote := v.rawName()
	if quote == 0 {
		return string(raw) == name
	}
	for _, c := range raw {
		if c == '\\' || c == '\'' {
			return v.name() == name
		}
	}
	return string(raw) == name
}

// rawName returns the name of an entry as it is written, without its quotes, and
// the quote.
func (v value) rawName() (raw []byte, quote byte) {
	x := v.index
	p := int(x.entries[v.at].off)
	s := yamlScanner{data: x.data}
	switch c := x.data[p]; c {
	case '"', '\'':
		return x.data[p+1 : s.quotedEnd(p)-1], c
	}
	end := s.keyEnd(p)
	if end < 0 { // behind a "?"
		end, _ = s.plainLine(p)
	}
	for end > p && isBlank(x.data[end-1]) {
		end--
	}
	return x.data[p:end], 0
}

// name returns the name of the member that an entry is.
func (v value) name() string {
	raw, quote := v.rawName()
	switch quote {
	case '\'':
		return strings.ReplaceAll(string(raw), "''", "'")
	case '"':
		quoted := append(append([]byte{'"'}, raw...), '"')
		var text string
		if v.index.json {
			_, text = jsonScalar(quoted)
			return text
		}
		k, text, ok := simpleScalar(quoted)
		if ok && k == kindString {
			return text
		}
		if n, err := parseYAML(quoted); err == nil {
			return n.Value
		}
		v.tree.odd.Store(true)
	}
	return string(raw)
}
