package arazzo

import (
	"bytes"
	"sort"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/location"
)

// source is the text of one file with an index of its lines. It is immutable.
type source struct {
	name string
	// file is the name as messages show it.
	file string
	text []byte
	// lines holds the byte offset of the start of each line; lines end with LF.
	lines []int
}

func newSource(name string, text []byte) *source {
	lines := make([]int, 1, 1+bytes.Count(text, []byte{'\n'}))
	for i := 0; ; {
		next := bytes.IndexByte(text[i:], '\n')
		if next < 0 {
			break
		}
		i += next + 1
		lines = append(lines, i)
	}
	return &source{name: name, file: shownFile(name), text: text, lines: lines}
}

// shownFile is a location as messages show it.
func shownFile(name string) string { return location.Shown(name) }

// position converts a byte offset to line and column. Offsets outside the
// text are moved to its nearest end.
func (s *source) position(offset int) diag.Position {
	offset = max(0, min(offset, len(s.text)))
	line := sort.SearchInts(s.lines, offset+1) - 1
	column := utf8.RuneCount(s.text[s.lines[line]:offset]) + 1
	return diag.Position{Line: line + 1, Column: column}
}

// span is the range between two byte offsets.
func (s *source) span(start, end int) diag.Range {
	r := diag.Range{File: s.file, Start: s.position(start)}
	if end >= start {
		r.End = s.position(end)
	}
	return r
}

// point is the range that begins at a byte offset and whose end is not known.
func (s *source) point(start int) diag.Range {
	return diag.Range{File: s.file, Start: s.position(start)}
}

// lineRange is a line without the blanks at its ends. Line counts from 1.
func (s *source) lineRange(line int) diag.Range {
	line = max(1, min(line, len(s.lines)))
	start := s.lines[line-1]
	end := len(s.text)
	if line < len(s.lines) {
		end = s.lines[line]
	}
	content := bytes.TrimRight(s.text[start:end], " \t\r\n")
	trimmed := bytes.TrimLeft(content, " \t")
	return s.span(start+len(content)-len(trimmed), start+len(content))
}

// breaks gives the byte offsets at which lines start by the rules of YAML 1.1,
// which count CR, NEL, LS and PS as line breaks too. yaml.v3 numbers lines so.
func (s *source) breaks() []int {
	if bytes.IndexByte(s.text, '\r') < 0 && !bytes.Contains(s.text, []byte("\u0085")) && !bytes.Contains(s.text, []byte("\u2028")) &&
		!bytes.Contains(s.text, []byte("\u2029")) {
		return s.lines
	}
	starts := []int{0}
	for i := 0; i < len(s.text); {
		r, size := utf8.DecodeRune(s.text[i:])
		i += size
		switch r {
		case '\r':
			if i < len(s.text) && s.text[i] == '\n' {
				i++
			}
			starts = append(starts, i)
		case '\n', '\u0085', '\u2028', '\u2029':
			starts = append(starts, i)
		}
	}
	return starts
}
