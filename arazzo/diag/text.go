package diag

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TextOf returns the text of a file that diagnostics point into, or nil if it
// is not known.
type TextOf func(file string) []byte

const (
	// lineWidth is how many columns of a source line are shown at most where the
	// width of the terminal is not known.
	lineWidth = 100
	// leastWidth is the width below which a terminal is taken for wider.
	leastWidth = 40
	// gutter is what stands before a source line: its number and a bar.
	gutter = 8
	// ellipses is the room for those at the ends of a part of a line.
	ellipses = 2
	tabWidth = 4
)

// WriteText writes a list for people: place, severity, message and rule, then
// the line of the source with the part concerned underlined, then the hint and
// related places. Sources may be nil. Color adds terminal colours. The list is
// written in its order; an empty list writes nothing.
func WriteText(w io.Writer, list List, sources TextOf, color bool) error {
	return Text{Sources: sources, Color: color}.Write(w, list)
}

// Text says how a list is written for people. The zero value writes plain text
// in lines of any length, without the sources.
type Text struct {
	// Sources gives the lines to show. It may be nil.
	Sources TextOf
	// Color adds terminal colours.
	Color bool
	// Width is that of the terminal in columns: what is longer is wrapped between
	// words, and problems are set apart by an empty line. Zero: lines may be of any
	// length.
	Width int
}

// Write writes a list in its order, as [WriteText] does.
func (o Text) Write(w io.Writer, list List) error {
	t := textWriter{sources: o.Sources, color: o.Color, lines: map[string][][]byte{}, room: lineWidth}
	if o.Width > 0 {
		t.width = max(o.Width, leastWidth)
		t.room, t.margin = t.width-gutter, ellipses
	}
	for i := range list {
		t.diagnostic(&list[i])
		if t.width > 0 {
			t.b.WriteByte('\n')
		}
		if _, err := w.Write(t.b.Bytes()); err != nil {
			return fmt.Errorf("writing diagnostics: %w", err)
		}
		t.b.Reset()
	}
	return nil
}

// textWriter renders one diagnostic after the other.
type textWriter struct {
	b       bytes.Buffer
	sources TextOf
	color   bool
	// width is where lines of words are wrapped, zero if they are not; room is how
	// much of a source line is shown, of which a part of a line leaves the margin.
	width, room, margin int
	// lines are the lines of the files that were shown so far.
	lines map[string][][]byte
}

const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
	dim    = "2"
)

func (t *textWriter) paint(style, text string) string {
	if !t.color || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func severityStyle(s Severity) string {
	switch s {
	case Error:
		return red
	case Warning:
		return yellow
	case Info:
		return cyan
	default:
		return bold
	}
}

func (t *textWriter) diagnostic(d *Diagnostic) {
	var head []styled
	if place := d.Range.String(); place != "" {
		head = append(head, styled{bold, printable(place) + ":"})
	}
	head = append(head, styled{severityStyle(d.Severity), d.Severity.String() + ":"}, styled{bold, printable(d.Message)})
	if d.Rule != "" {
		head = append(head, styled{dim, "(" + printable(d.Rule) + ")"})
	}
	t.words("", head)
	t.snippet(d.Range, severityStyle(d.Severity))
	if d.Hint != "" {
		t.words("  ", []styled{{cyan, "hint:"}, {"", printable(d.Hint)}})
	}
	for _, r := range d.Related {
		var words []styled
		if place := r.Range.String(); place != "" {
			words = append(words, styled{"", printable(place) + ":"})
		}
		t.words("  ", append(words, styled{"", printable(r.Message)}))
		t.snippet(r.Range, cyan)
	}
}

// styled is text in one style.
type styled struct{ style, text string }

// words writes texts with spaces between them, wrapped at the width with an
// indentation.
func (t *textWriter) words(indent string, parts []styled) {
	t.b.WriteString(indent)
	column := len(indent)
	for i, part := range parts {
		if i > 0 {
			column = t.space(indent, part.text, column)
		}
		for len(part.text) > 0 {
			line, rest := t.fit(part.text, column)
			t.b.WriteString(t.paint(part.style, line))
			column += columns(line)
			if part.text = rest; rest != "" {
				t.b.WriteString("\n" + indent + "    ")
				column = len(indent) + len("    ")
			}
		}
	}
	t.b.WriteByte('\n')
}

// space separates a text from what stands before it, by a line break if its
// first word does not fit any more, and returns the column after that.
func (t *textWriter) space(indent, text string, column int) int {
	first, _, _ := strings.Cut(text, " ")
	if t.width > 0 && column+1+columns(first) > t.width && column > len(indent)+len("    ") {
		t.b.WriteString("\n" + indent + "    ")
		return len(indent) + len("    ")
	}
	t.b.WriteByte(' ')
	return column + 1
}

// fit returns as many words of a text as fit behind a column, one at least, and
// those that do not.
func (t *textWriter) fit(text string, column int) (line, rest string) {
	if t.width == 0 || column+columns(text) <= t.width {
		return text, ""
	}
	end := 0
	for i := 0; i < len(text); {
		next := strings.IndexByte(text[i+1:], ' ')
		if next < 0 {
			next = len(text)
		} else {
			next += i + 1
		}
		if end > 0 && column+columns(text[:next]) > t.width {
			break
		}
		end, i = next, next
	}
	return text[:end], strings.TrimLeft(text[end:], " ")
}

// columns is how many columns of a terminal a text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

// snippet shows the line of a place with the place underlined.
func (t *textWriter) snippet(r Range, style string) {
	line, ok := t.line(r.File, r.Start.Line)
	if !ok || r.Start.Column <= 0 || len(bytes.TrimSpace(line)) == 0 {
		return
	}
	cells := layOut(line)
	start := min(r.Start.Column-1, len(cells))
	end := start + 1
	switch {
	case r.End.Line == r.Start.Line:
		end = max(end, r.End.Column-1)
	case r.End.Line > r.Start.Line:
		end = len(cells)
	}
	end = max(start, min(end, len(cells)))
	from, to := window(cells, start, t.room, t.margin)

	var text, marks strings.Builder
	if from > 0 {
		text.WriteString("…")
		marks.WriteByte(' ')
	}
	for i := from; i < to; i++ {
		text.WriteString(cells[i].text)
		mark := " "
		if i >= start && i < end {
			mark = "^"
		}
		marks.WriteString(strings.Repeat(mark, cells[i].width))
	}
	if to < len(cells) {
		text.WriteString("…")
	}
	if start >= end {
		marks.WriteByte('^')
	}
	number := fmt.Sprintf("%5d", r.Start.Line)
	t.b.WriteString(t.paint(dim, number+" |") + " " + strings.TrimRight(text.String(), " ") + "\n")
	t.b.WriteString(t.paint(dim, strings.Repeat(" ", len(number))+" |") + " " + t.paint(style, strings.TrimRight(marks.String(), " ")) + "\n")
}

func (t *textWriter) line(file string, number int) ([]byte, bool) {
	if t.sources == nil || number <= 0 {
		return nil, false
	}
	lines, known := t.lines[file]
	if !known {
		if text := t.sources(file); text != nil {
			lines = bytes.Split(text, []byte{'\n'})
		}
		t.lines[file] = lines
	}
	if number > len(lines) {
		return nil, false
	}
	return bytes.TrimRight(lines[number-1], "\r"), true
}

// cell is a character as it is shown.
type cell struct {
	text  string
	width int
}

// layOut makes one cell of each character of a line.
func layOut(line []byte) []cell {
	cells := make([]cell, 0, len(line))
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		line = line[size:]
		switch {
		case r == '\t':
			cells = append(cells, cell{strings.Repeat(" ", tabWidth), tabWidth})
		case hidden(r) || r == utf8.RuneError && size == 1:
			cells = append(cells, cell{"\uFFFD", 1})
		default:
			cells = append(cells, cell{string(r), runeWidth(r)})
		}
	}
	return cells
}

// window chooses the cells to show in a number of columns so that the marked
// ones are among them. What is not the whole line leaves a margin.
func window(cells []cell, start, width, margin int) (from, to int) {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	if total <= width {
		return 0, len(cells)
	}
	width -= margin
	// A third of the room stands before the mark.
	from = start
	for room := width / 3; from > 0 && room >= cells[from-1].width; from-- {
		room -= cells[from-1].width
	}
	to = from
	room := width
	for ; to < len(cells) && room >= cells[to].width; to++ {
		room -= cells[to].width
	}
	for ; to == len(cells) && from > 0 && room >= cells[from-1].width; from-- {
		room -= cells[from-1].width
	}
	return from, to
}

// printable replaces what would disturb a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if hidden(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// hidden reports whether a character controls the terminal or the direction of
// the text instead of being shown.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// runeWidth is how many columns of a terminal a character takes.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115F, r >= 0x2E80 && r <= 0x303E, r >= 0x3041 && r <= 0xA4CF,
		r >= 0xAC00 && r <= 0xD7A3, r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE6F,
		r >= 0xFF00 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6,
		r >= 0x1F300 && r <= 0x1F64F, r >= 0x1F680 && r <= 0x1F6FF, r >= 0x1F900 && r <= 0x1F9FF,
		r >= 0x20000 && r <= 0x3FFFD:
		return 2
	default:
		return 1
	}
}
