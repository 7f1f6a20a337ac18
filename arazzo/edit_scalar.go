package arazzo

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
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
	return w.edit(start, stop, spelling)
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
		if e, ok := w.edit(w.start, w.stop, s); ok {
			return e, true
		}
	}
	return diag.Edit{}, false
}

// edit makes an edit if the string is what it shall be after it.
func (w *scalarEdit) edit(start, stop int, spelling string) (diag.Edit, bool) {
	text := w.src.text
	whole := string(text[w.start:start]) + spelling + string(text[stop:max(stop, w.stop)])
	if !w.spells(whole) {
		return diag.Edit{}, false
	}
	return diag.Edit{File: w.src.name, Start: start, End: stop, Text: spelling}, true
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
