package arazzo

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// locate finds the bytes of the source that the decoded bytes offset to end
// of a string stand for. It reports false if the source does not spell the
// string in a way it knows.
func locate(src []byte, n *node, offset, end int) (start, stop int, ok bool) {
	if offset < 0 || end < offset || end > len(n.text) {
		return 0, 0, false
	}
	a := aligner{src: src, text: n.text, want: [2]int{offset, end}, at: [2]int{-1, -1}}
	if !a.align(n) {
		return 0, 0, false
	}
	start, stop = a.at[0], a.at[1]
	// The end of a part lies behind its last character, not before the next one,
	// which may stand on another line.
	if end > offset && a.last >= start {
		stop = a.last
	}
	return start, max(start, stop), true
}

// extent finds where a scalar begins and ends in the source.
func extent(src []byte, n *node) (start, end int) {
	switch {
	case n.kind == String:
		a := aligner{src: src, text: n.text, want: [2]int{0, len(n.text)}, at: [2]int{-1, -1}}
		if !a.align(n) {
			return n.offset, n.offset
		}
		switch n.style {
		case singleQuoted, doubleQuoted, jsonStyle:
			return a.begin, min(a.at[1]+1, len(src))
		case plainStyle, literalBlock, foldedBlock:
			return a.begin, max(a.begin, a.last)
		}
		return n.offset, n.offset
	case n.kind == Null && n.text == "":
		return n.offset, n.offset
	default:
		start = skipProperties(src, n.offset)
		end = start
		for end < len(src) && !bytes.ContainsRune([]byte(" \t\r\n,]}#"), rune(src[end])) {
			end++
		}
		return start, end
	}
}

// aligner walks over the spelling of a string and its decoded text at once
// and notes where the wanted decoded bytes stand.
type aligner struct {
	src  []byte
	text string
	pos  int // in src
	done int // in text
	want [2]int
	at   [2]int
	// begin is where the scalar begins, without its tag and anchor; last is the
	// end of the source of the decoded byte before want[1].
	begin, last int
}

// emit records that the source bytes up to next decode to the given text.
func (a *aligner) emit(decoded string, next int) bool {
	if !strings.HasPrefix(a.text[a.done:], decoded) {
		return false
	}
	a.mark(len(decoded))
	a.done += len(decoded)
	if a.done <= a.want[1] {
		a.last = next
	}
	a.pos = next
	return true
}

// mark places the wanted bytes that lie within the next n decoded ones at the
// current position.
func (a *aligner) mark(n int) {
	for i, w := range a.want {
		if a.at[i] < 0 && w >= a.done && w < a.done+n {
			a.at[i] = a.pos
		}
	}
}

func (a *aligner) finish() bool {
	for i, w := range a.want {
		if a.at[i] < 0 && w == a.done {
			a.at[i] = a.pos
		}
	}
	return a.done == len(a.text) && a.at[0] >= 0 && a.at[1] >= 0
}

func (a *aligner) align(n *node) bool {
	a.pos = skipProperties(a.src, n.offset)
	a.begin = a.pos
	a.last = a.pos
	switch n.style {
	case plainStyle:
		return a.flow("", "")
	case singleQuoted:
		return a.quoted('\'')
	case doubleQuoted, jsonStyle:
		return a.quoted('"')
	case literalBlock, foldedBlock:
		return a.block()
	default:
		return false
	}
}

// quoted aligns a quoted scalar.
func (a *aligner) quoted(quote byte) bool {
	if a.pos >= len(a.src) || a.src[a.pos] != quote {
		return false
	}
	a.pos++
	if quote == '\'' {
		return a.flow("'", "'")
	}
	return a.flow(`"`, `\`)
}

// flow aligns text whose line breaks are folded. The text ends at the closing
// quote, or when all of it has been found if there is none; escape is the
// character that gives the next one another meaning.
func (a *aligner) flow(quote, escape string) bool {
	for a.pos < len(a.src) {
		c := a.src[a.pos]
		switch {
		case quote == "" && a.done == len(a.text):
			return a.finish()
		case quote == "'" && c == '\'':
			if a.pos+1 < len(a.src) && a.src[a.pos+1] == '\'' {
				if !a.emit("'", a.pos+2) {
					return false
				}
				continue
			}
			return a.finish()
		case quote == `"` && c == '"':
			return a.finish()
		case escape == `\` && c == '\\':
			decoded, next, ok := unescape(a.src, a.pos)
			if !ok || !a.emit(decoded, next) {
				return false
			}
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if !a.blanks() {
				return false
			}
		default:
			_, size := utf8.DecodeRune(a.src[a.pos:])
			if !a.emit(string(a.src[a.pos:a.pos+size]), a.pos+size) {
				return false
			}
		}
	}
	return a.finish()
}

// blanks aligns a run of white space: within a line it stands for itself, a
// line break is folded to a space, and more than one to one less.
func (a *aligner) blanks() bool {
	end, lineBreaks := a.pos, 0
	for end < len(a.src) && (a.src[end] == ' ' || a.src[end] == '\t' || a.src[end] == '\n' || a.src[end] == '\r') {
		if a.src[end] == '\n' {
			lineBreaks++
		}
		end++
	}
	switch {
	case a.done == len(a.text) && a.want[1] == a.done:
		// Blanks before a closing quote on a line of its own, or behind the text.
		if lineBreaks == 0 {
			a.finish()
		}
		a.pos = end
		return true
	case lineBreaks == 0:
		for a.pos < end {
			if !a.emit(string(a.src[a.pos]), a.pos+1) {
				return false
			}
		}
		return true
	case lineBreaks == 1:
		return a.emit(" ", end)
	default:
		return a.emit(strings.Repeat("\n", lineBreaks-1), end)
	}
}

// block aligns a literal or folded block scalar. All characters but white
// space stand for themselves and in order; white space is matched between them.
func (a *aligner) block() bool {
	header := bytes.IndexByte(a.src[a.pos:], '\n')
	if header < 0 {
		return a.finish()
	}
	a.pos += header + 1
	for a.done < len(a.text) {
		run := blankRun(a.text[a.done:])
		if run > 0 || a.pos < len(a.src) && isBlank(a.src[a.pos]) {
			a.blockBlanks(run)
			continue
		}
		_, size := utf8.DecodeRuneInString(a.text[a.done:])
		next := a.pos + size
		if next > len(a.src) || !a.emit(string(a.src[a.pos:next]), next) {
			return false
		}
	}
	return a.finish()
}

// blockBlanks aligns n decoded blanks with the run of blanks in the source:
// those before the first line break from the left, those after the last one
// from the right, since what is left of them there is indentation.
func (a *aligner) blockBlanks(n int) {
	decoded := a.text[a.done : a.done+n]
	end := a.pos
	for end < len(a.src) && isBlank(a.src[end]) {
		end++
	}
	first, last := strings.IndexByte(decoded, '\n'), strings.LastIndexByte(decoded, '\n')
	for i := range n {
		at := a.pos
		switch {
		case i <= first:
			at = min(a.pos+i, end)
		case i > last:
			at = max(a.pos, end-(n-i))
		}
		for k, w := range a.want {
			if a.at[k] < 0 && w == a.done+i {
				a.at[k] = at
			}
		}
		if a.done+i < a.want[1] {
			a.last = min(at+1, end)
		}
	}
	a.done += n
	a.pos = end
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func blankRun(text string) int {
	n := 0
	for n < len(text) && isBlank(text[n]) {
		n++
	}
	return n
}

// skipProperties passes over the tag and the anchor of a YAML node.
func skipProperties(src []byte, pos int) int {
	for pos < len(src) && (src[pos] == '&' || src[pos] == '!') {
		for pos < len(src) && !isBlank(src[pos]) {
			pos++
		}
		for pos < len(src) && isBlank(src[pos]) {
			pos++
		}
	}
	return min(pos, len(src))
}
