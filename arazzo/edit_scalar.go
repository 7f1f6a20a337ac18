package arazzo

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/textdiff"
)

// scalarEdit changes a string of a document.
type scalarEdit struct {
	src  *source
	node *node
	// start and stop delimit the string in the source, with its quotes or its
	// header and without its tag and anchor.
	start, stop int
	// want is what the string shall be.
	want string
}

// part changes some bytes of the decoded text and keeps the style. It reports
// false if the style cannot hold the result.
func (w *scalarEdit) part(offset, end int, text string) (diag.Edit, bool) {
	e, ok := w.spell(offset, end, text)
	if !ok || !w.spells(w.with(e)) {
		return diag.Edit{}, false
	}
	return e, true
}

// parts changes only the words that differ, and keeps the style.
func (w *scalarEdit) parts() ([]diag.Edit, bool) {
	before, after := words(w.node.text), words(w.want)
	var edits []diag.Edit
	offset, next := 0, 0
	for _, c := range textdiff.Changes(before, after) {
		for ; next < c.OldFrom; next++ {
			offset += len(before[next])
		}
		from := offset
		for ; next < c.OldTo; next++ {
			offset += len(before[next])
		}
		e, ok := w.spell(from, offset, strings.Join(after[c.NewFrom:c.NewTo], ""))
		if !ok || len(edits) > 0 && e.Start < edits[len(edits)-1].End {
			return nil, false
		}
		edits = append(edits, e)
	}
	return edits, w.spells(w.with(edits...))
}

// words splits a text into words, white space and single other characters.
func words(text string) []string {
	kind := func(r rune) int {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return 1
		case unicode.IsSpace(r):
			return 2
		default:
			return 0
		}
	}
	var list []string
	start, last := 0, -1
	for i, r := range text {
		k := kind(r)
		if i > start && (k != last || k == 0) {
			list = append(list, text[start:i])
			start = i
		}
		last = k
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

// spell writes some bytes of the decoded text anew in the style of the string.
func (w *scalarEdit) spell(offset, end int, text string) (diag.Edit, bool) {
	start, stop, ok := locate(w.src.text, w.node, offset, end)
	if !ok || start < w.start || stop > w.stop && offset < end {
		return diag.Edit{}, false
	}
	spelling := text
	switch w.node.style {
	case jsonStyle, doubleQuoted:
		quoted := quoteFor(w.node.style)(text)
		spelling = quoted[1 : len(quoted)-1]
	case singleQuoted:
		spelling = strings.ReplaceAll(text, "'", "''")
	case literalBlock:
		spelling = strings.ReplaceAll(text, "\n", lineBreak(w.src.text, start)+w.indent(start))
	case plainStyle, foldedBlock:
	}
	return diag.Edit{File: w.src.file, Start: start, End: stop, Text: spelling}, true
}

// with is the spelling of the string after edits, which are in order.
func (w *scalarEdit) with(edits ...diag.Edit) string {
	var b strings.Builder
	at := w.start
	for _, e := range edits {
		b.Write(w.src.text[at:e.Start])
		b.WriteString(e.Text)
		at = e.End
	}
	b.Write(w.src.text[at:max(at, w.stop)])
	return b.String()
}

// indent is the indentation of the line of a place in a block scalar.
func (w *scalarEdit) indent(at int) string { return indentation(w.src.text, at) }

// whole writes the string anew in another style.
func (w *scalarEdit) whole() (diag.Edit, bool) {
	spellings := []string{w.want, singleQuote(w.want), doubleQuote(w.want)}
	switch w.node.style {
	case jsonStyle:
		spellings = []string{jsonQuote(w.want)}
	case doubleQuoted:
		spellings = spellings[2:]
	case singleQuoted, plainStyle:
		spellings = spellings[1:]
	case literalBlock, foldedBlock:
	}
	// The line break that ends a block scalar stays to end what takes its place.
	for w.stop > w.start && isBlank(w.src.text[w.stop-1]) {
		w.stop--
	}
	for _, s := range spellings {
		if w.spells(s) {
			return diag.Edit{File: w.src.file, Start: w.start, End: w.stop, Text: s}, true
		}
	}
	return diag.Edit{}, false
}

// spells reports whether a spelling reads as the wanted string where the node
// stands.
func (w *scalarEdit) spells(spelling string) bool {
	if w.node.style == jsonStyle {
		root, _ := parseJSON(newSource("", []byte(spelling)))
		return root != nil && root.kind == String && root.text == w.want
	}
	flow := isFlow(w.src.text, w.node.parent)
	if flow {
		return reads("- ["+spelling+" ]", w.want)
	}
	if !strings.HasSuffix(spelling, "\n") {
		spelling += "\n"
	}
	// An indentation that a block scalar states counts from that of its parent.
	return reads(w.parentIndent()+"- "+spelling, w.want)
}

// parentIndent is the indentation of what a scalar in block style stands in.
func (w *scalarEdit) parentIndent() string {
	if w.node.style != literalBlock && w.node.style != foldedBlock || w.node.parent == nil || w.node.parent.kind != Object {
		return ""
	}
	at := w.node.keyOffset
	column := at
	for column > 0 && w.src.text[column-1] != '\n' {
		column--
	}
	return strings.Repeat(" ", at-column)
}

// reads reports whether the only or first element of a YAML sequence, or of the
// sequence in it, is a certain string.
func reads(yaml, want string) bool {
	root, list := parseYAML(newSource("", []byte(yaml)))
	for root != nil && len(list) == 0 && root.kind == Array && len(root.children) == 1 {
		root = root.children[0]
	}
	return root != nil && len(list) == 0 && root.kind == String && root.text == want
}

// spellsKey reports whether a spelling reads as the name of a member.
func spellsKey(spelling, name string, flow bool) bool {
	text := spelling + ": 1"
	if flow {
		text = "{" + text + "}"
	}
	root, list := parseYAML(newSource("", []byte(text)))
	return root != nil && len(list) == 0 && root.kind == Object && len(root.children) == 1 && root.children[0].key == name &&
		root.children[0].kind == Number
}

// quoteFor returns what writes a text in double quotes.
func quoteFor(s style) func(string) string {
	if s == jsonStyle {
		return jsonQuote
	}
	return doubleQuote
}

func jsonQuote(text string) string {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		quoted, _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\uFFFD"))
	}
	return string(quoted)
}

func singleQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// doubleQuote writes a text as a double-quoted scalar of YAML, in one line.
func doubleQuote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case isPlainRune(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isPlainRune reports whether a character can stand for itself in a line.
func isPlainRune(r rune) bool {
	return r != utf8.RuneError && r != '\uFEFF' && (unicode.IsPrint(r) || r == '\u00A0')
}

// isPrintableLine reports whether a text can stand in single quotes.
func isPrintableLine(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isPlainRune(r) }) < 0
}
