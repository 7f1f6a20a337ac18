package arazzo

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Member is a member of an object that is to be written.
type Member struct {
	Name string
	// Value is a string, a bool, a json.Number, or a []Member, which is an object.
	Value any
}

// InsertAfter returns the edit that puts members behind the member of a name of
// an object, in the style in which that one is written.
func (o Origin) InsertAfter(name string, members ...Member) (diag.Edit, error) {
	object, err := o.written()
	if err != nil {
		return diag.Edit{}, err
	}
	m := object.member(name)
	if m == nil || m.key != name || object.kind != Object {
		return diag.Edit{}, notEditable("it has no member %q", shown(name))
	}
	src := o.src.text
	start, ok := memberStart(src, m)
	if !ok {
		return diag.Edit{}, notEditable("the spelling of the name %q is not understood", shown(name))
	}
	end, ok := memberEnd(src, m)
	if !ok {
		return diag.Edit{}, notEditable("where the member %q ends is not understood", shown(name))
	}
	w := valueWriter{json: object.style == jsonStyle, flow: isFlow(src, object)}
	if w.flow {
		before := start
		for before > 0 && isBlank(src[before-1]) {
			before--
		}
		for _, member := range members {
			w.b.WriteByte(',')
			if blanks := src[before:start]; len(blanks) > 0 || w.json {
				w.b.Write(blanks)
			} else {
				w.b.WriteByte(' ')
			}
			w.member(member)
		}
		return o.edit(end, end, w.b.String()), nil
	}
	newline, indent := lineBreak(src, start), strings.Repeat(" ", column(src, start))
	atLineStart := end > 0 && src[end-1] == '\n'
	if !atLineStart {
		end = lineEnd(src, end)
	}
	for _, member := range members {
		if !atLineStart {
			w.b.WriteString(newline)
		}
		w.b.WriteString(indent)
		w.member(member)
		if atLineStart {
			w.b.WriteString(newline)
		}
	}
	return o.edit(end, end, w.b.String()), nil
}

// Remove returns the edits that take members out of an object, with their lines
// and the comments at the ends of these if they stand alone on them.
func (o Origin) Remove(names ...string) ([]diag.Edit, error) {
	object, err := o.written()
	if err != nil {
		return nil, err
	}
	if object.kind != Object {
		return nil, notEditable("it is no object")
	}
	r := remover{o: o, src: o.src.text}
	for _, m := range object.children {
		p := memberPlace{name: m.key, remove: slices.Contains(names, m.key)}
		if m.merged {
			if p.remove {
				return nil, notEditable("a merge key brings the member %q", shown(m.key))
			}
			continue
		}
		known := false
		if p.start, known = memberStart(r.src, m); known {
			p.end, known = memberEnd(r.src, m)
		}
		if !known {
			return nil, notEditable("the spelling of the member %q is not understood", shown(m.key))
		}
		r.members = append(r.members, p)
	}
	for _, name := range names {
		if !slices.ContainsFunc(r.members, func(p memberPlace) bool { return p.name == name }) {
			return nil, notEditable("it has no member %q", shown(name))
		}
	}
	if isFlow(r.src, object) {
		return r.flow()
	}
	return r.block()
}

// memberPlace is where a member stands.
type memberPlace struct {
	name       string
	start, end int
	remove     bool
}

// remover takes members out of an object.
type remover struct {
	o       Origin
	src     []byte
	members []memberPlace
}

// kept returns the index of the first member from i on that stays, or the number
// of all.
func (r *remover) kept(i int) int {
	for i < len(r.members) && r.members[i].remove {
		i++
	}
	return i
}

func (r *remover) block() (edits []diag.Edit, err error) {
	first := r.kept(0)
	if first == len(r.members) {
		return nil, notEditable("there is no other member")
	}
	i := 0
	if first > 0 && !r.isAlone(r.members[0]) {
		// They stand behind the "-" of a list. The next one takes their place.
		for k := range first {
			if between := r.src[r.members[k].end:r.members[k+1].start]; len(bytes.TrimSpace(between)) > 0 {
				return nil, notEditable("a comment would be lost")
			}
		}
		edits, i = append(edits, r.o.edit(r.members[0].start, r.members[first].start, "")), first
	}
	for ; i < len(r.members); i++ {
		switch m := r.members[i]; {
		case !m.remove:
		case !r.isAlone(m):
			return nil, notEditable("the member %q shares its line with others", shown(m.name))
		default:
			edits = append(edits, r.line(m))
		}
	}
	return edits, nil
}

// isAlone reports whether nothing stands before a member in its line.
func (r *remover) isAlone(m memberPlace) bool {
	return len(bytes.TrimLeft(r.src[lineStart(r.src, m.start):m.start], " ")) == 0
}

// line removes the lines of a member.
func (r *remover) line(m memberPlace) diag.Edit {
	first, end := lineStart(r.src, m.start), m.end
	if end > 0 && r.src[end-1] == '\n' {
		return r.o.edit(first, end, "")
	}
	end = lineEnd(r.src, end)
	if end < len(r.src) && r.src[end] == '\r' {
		end++
	}
	if end < len(r.src) {
		end++
	} else if first > 0 {
		// The last line of a text that ends without a line break.
		first -= len(lineBreak(r.src, first))
	}
	return r.o.edit(first, end, "")
}

func (r *remover) flow() (edits []diag.Edit, err error) {
	last := len(r.members)
	for last > 0 && r.members[last-1].remove {
		last--
	}
	cut := func(start, end int) {
		if bytes.IndexByte(r.src[start:end], '#') >= 0 && bytes.IndexByte(r.src[start:end], '\n') >= 0 {
			err = notEditable("a comment would be lost")
		}
		edits = append(edits, r.o.edit(start, end, ""))
	}
	for i, m := range r.members[:last] {
		if m.remove {
			cut(m.start, r.members[i+1].start)
		}
	}
	if last < len(r.members) {
		start := r.members[last].start
		if last > 0 {
			start = r.members[last-1].end
		}
		cut(start, r.members[len(r.members)-1].end)
	}
	return edits, err
}

// ReplaceValue returns the edit that puts an object in the place of a scalar.
func (o Origin) ReplaceValue(members ...Member) (diag.Edit, error) {
	n, err := o.written()
	if err != nil {
		return diag.Edit{}, err
	}
	if n.kind == Array || n.kind == Object {
		return diag.Edit{}, notEditable("it is no scalar")
	}
	start, end := extent(o.src.text, n)
	if start == end {
		return diag.Edit{}, notEditable("its spelling is not understood")
	}
	w := valueWriter{json: n.style == jsonStyle, flow: true}
	w.value(members)
	return o.edit(start, end, w.b.String()), nil
}

// memberStart is where the name of a member begins, with its quote.
func memberStart(src []byte, m *node) (int, bool) {
	start, end := m.keyOffset, m.keyOffset+len(m.key)
	if end > len(src) || string(src[start:end]) != m.key {
		return 0, false
	}
	if start > 0 && end < len(src) && (src[start-1] == '"' || src[start-1] == '\'') && src[end] == src[start-1] {
		start--
	}
	return start, true
}

// memberEnd is where the value of a member ends.
func memberEnd(src []byte, m *node) (int, bool) {
	switch {
	case m.merged:
		return 0, false
	case m.alias > 0:
		return aliasEnd(src, m.alias-1), true
	}
	if m.kind == Null && m.text == "" {
		return afterColon(src, m)
	}
	return valueEnd(src, m)
}

// afterColon is the end of a member without a value.
func afterColon(src []byte, m *node) (int, bool) {
	at := m.keyOffset + len(m.key)
	if at < len(src) && (src[at] == '"' || src[at] == '\'') {
		at++
	}
	for at < len(src) && (src[at] == ' ' || src[at] == '\t') {
		at++
	}
	return at + 1, at < len(src) && src[at] == ':'
}

func aliasEnd(src []byte, at int) int {
	for at < len(src) && !isBlank(src[at]) && strings.IndexByte(",]}", src[at]) < 0 {
		at++
	}
	return at
}

// valueEnd is where a value ends in the source.
func valueEnd(src []byte, n *node) (int, bool) {
	if n.kind != Array && n.kind != Object {
		start, end := scalarExtent(src, n)
		return end, end > start
	}
	at := skipProperties(src, n.offset)
	brackets := at < len(src) && (src[at] == '{' || src[at] == '[')
	if brackets {
		at++
	}
	if len(n.children) > 0 {
		var ok bool
		last := n.children[len(n.children)-1]
		switch {
		case n.kind == Object:
			at, ok = memberEnd(src, last)
		case last.alias > 0:
			at, ok = aliasEnd(src, last.alias-1), true
		case last.kind == Null && last.text == "":
			return 0, false
		default:
			at, ok = valueEnd(src, last)
		}
		if !ok || !brackets {
			return at, ok
		}
	}
	if !brackets {
		return 0, false
	}
	for at < len(src) {
		switch c := src[at]; {
		case c == '}' || c == ']':
			return at + 1, true
		case c == '#' && isBlank(src[at-1]):
			at = lineEnd(src, at)
		case isBlank(c) || c == ',':
			at++
		default:
			return 0, false
		}
	}
	return 0, false
}

// scalarExtent finds where a scalar begins and ends in the source, with the
// blank lines at the end of a block scalar that keeps them.
func scalarExtent(src []byte, n *node) (start, end int) {
	start, end = extent(src, n)
	if n.style != literalBlock && n.style != foldedBlock || start == end {
		return start, end
	}
	header, _, _ := bytes.Cut(src[start:lineEnd(src, start)], []byte(" "))
	if bytes.IndexByte(header, '+') < 0 {
		return start, end
	}
	for at := end; at < len(src) && isBlank(src[at]); at++ {
		if src[at] == '\n' {
			end = at + 1
		}
	}
	return start, end
}

// lineStart is the start of the line of a place.
func lineStart(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

// lineEnd is the end of the line of a place, before its line break.
func lineEnd(src []byte, at int) int {
	end := bytes.IndexByte(src[at:], '\n')
	if end < 0 {
		return len(src)
	}
	end += at
	if end > at && src[end-1] == '\r' {
		end--
	}
	return end
}

// column counts the characters before a place in its line.
func column(src []byte, at int) int {
	return len(bytes.Runes(src[lineStart(src, at):at]))
}

// valueWriter writes new values.
type valueWriter struct {
	b    strings.Builder
	json bool
	flow bool
}

func (w *valueWriter) member(m Member) {
	switch {
	case w.json:
		w.b.WriteString(jsonQuote(m.Name))
	case spellsKey(m.Name, m.Name, w.flow):
		w.b.WriteString(m.Name)
	default:
		w.b.WriteString(doubleQuote(m.Name))
	}
	w.b.WriteString(": ")
	w.value(m.Value)
}

// value writes a value in one line.
func (w *valueWriter) value(v any) {
	switch v := v.(type) {
	case []Member:
		w.b.WriteByte('{')
		outer := w.flow
		w.flow = true
		for i, m := range v {
			if i > 0 {
				w.b.WriteString(", ")
			}
			w.member(m)
		}
		w.flow = outer
		w.b.WriteByte('}')
	case json.Number:
		w.b.WriteString(string(v))
	case bool:
		if v {
			w.b.WriteString("true")
		} else {
			w.b.WriteString("false")
		}
	case string:
		w.b.WriteString(w.text(v))
	}
}

func (w *valueWriter) text(text string) string {
	if w.json {
		return jsonQuote(text)
	}
	open, end := "- ", "\n"
	if w.flow {
		open, end = "- [", " ]"
	}
	for _, s := range []string{text, singleQuote(text)} {
		if reads(open+s+end, text) {
			return s
		}
	}
	return doubleQuote(text)
}
