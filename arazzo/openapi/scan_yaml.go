package openapi

import (
	"bytes"
	"errors"
)

// maxDepth bounds the nesting of collections in a description.
const maxDepth = 1000

// errNotUnderstood means that a YAML text has a form that the scanner leaves to
// a full parser.
var errNotUnderstood = errors.New("a form that only a full YAML parser understands")

// errTooDeep means that the nesting of a description exceeds maxDepth.
var errTooDeep = errors.New("collections are nested more than 1,000 deep")

// yamlScanner finds the entries of a block-style YAML text by indentation. It
// gives up with errNotUnderstood rather than guess.
type yamlScanner struct {
	data    []byte
	pos     int
	entries []entry
	levels  []level
	last    int32 // the newest entry
	await   bool  // the newest entry has no value yet
	started bool  // a "---" was seen
	closers []byte
	folding
}

// level is a block collection that is still open.
type level struct {
	col  int32
	item bool
	cur  int32 // its newest entry
}

// scanYAML returns the index of a YAML text without a byte order mark. The error
// is errNotUnderstood or errTooDeep.
func scanYAML(data []byte) (*index, error) {
	if hasForeignBreaks(data) {
		return nil, errNotUnderstood
	}
	s := newYAMLScanner(data)
	s.fold = true
	if err := s.lines(); err != nil {
		return nil, err
	}
	return s.finish(), nil
}

func (s *yamlScanner) lines() error {
	for s.pos < len(s.data) {
		if err := s.line(); err != nil {
			return err
		}
	}
	return nil
}

// scanBrokenYAML returns an index of what is sound in a text that is not YAML. A
// line that makes no sense is left out, with the lines below it that are
// indented more.
func scanBrokenYAML(data []byte) *index {
	s := newYAMLScanner(data)
	var skipped []uint32
	for s.pos < len(data) {
		start := s.pos
		if s.line() == nil {
			continue
		}
		s.await = false
		skipped = append(skipped, uint32(start)) //nolint:gosec // The caller bounds the text to 1 GiB.
		if s.documentMarker(start) {
			break
		}
		s.skipDeeper(start)
	}
	x := s.finish()
	x.skipped = skipped
	return x
}

// skipDeeper skips the line at start and those below it that are indented more.
// How far a line with a tab is indented is not known, so it is skipped alone.
func (s *yamlScanner) skipDeeper(start int) {
	indent := s.indentation(start)
	tab := start+indent < len(s.data) && s.data[start+indent] == '\t'
	for s.pos = s.nextLine(start); s.pos < len(s.data); s.pos = s.nextLine(s.pos) {
		if n := s.indentation(s.pos); tab || n <= indent && !s.atBreak(s.pos+n) {
			return
		}
	}
}

func newYAMLScanner(data []byte) *yamlScanner {
	s := &yamlScanner{
		data:    data,
		entries: make([]entry, 1, entriesOf(data)),
		await:   true,
	}
	s.entries[0].col = rootColumn
	return s
}

// finish closes all collections.
func (s *yamlScanner) finish() *index {
	for depth := len(s.levels); depth > 0; depth-- {
		s.close(s.levels[depth-1].cur, depth, len(s.data))
	}
	s.entries[0].next = int32(len(s.entries)) //nolint:gosec // The caller bounds the text to 1 GiB.
	return &index{data: s.data, entries: s.entries}
}

// close ends an entry of a depth before the line at p, and folds it if it is to
// be folded.
func (s *yamlScanner) close(i int32, depth, p int) {
	e := &s.entries[i]
	if rest := s.entries[i+1:]; len(rest) > 0 && s.folds(depth) && !e.item && e.val > 0 {
		e.folded = foldedObject
		if rest[0].item {
			e.folded = foldedArray
		}
		e.end = uint32(p) //nolint:gosec // Bounded by the text.
		s.entries = s.entries[:i+1]
	}
	e.next = int32(len(s.entries)) //nolint:gosec // Bounded by the text.
}

// hasForeignBreaks reports whether the text holds a line break other than LF and
// CRLF, or a byte order mark, which YAML admits in the middle of a stream.
func hasForeignBreaks(data []byte) bool {
	for rest := data; ; {
		i := bytes.IndexByte(rest, '\r')
		if i < 0 {
			break
		}
		if i+1 >= len(rest) || rest[i+1] != '\n' {
			return true
		}
		rest = rest[i+2:]
	}
	for _, s := range []string{"\u0085", "\u2028", "\u2029", "\ufeff"} {
		if bytes.Contains(data, []byte(s)) {
			return true
		}
	}
	return false
}

// line reads the line at s.pos, and those over which its value extends.
func (s *yamlScanner) line() error {
	start := s.pos
	p := start
	for p < len(s.data) && s.data[p] == ' ' {
		p++
	}
	if s.atBreak(p) || s.data[p] == '#' {
		s.pos = s.nextLine(p)
		return nil
	}
	switch s.data[p] {
	case '\t':
		return errNotUnderstood
	case '-', '.', '%':
		if p == start {
			if s.data[p] == '%' {
				return errNotUnderstood
			}
			if s.documentMarker(p) {
				return s.documentStart(p)
			}
		}
	}
	inline := false // after a dash on the same line
	for s.data[p] == '-' && s.blankOrEnd(p+1) {
		if err := s.enter(p, p-start, true); err != nil {
			return err
		}
		p++
		for p < len(s.data) && s.data[p] == ' ' {
			p++
		}
		if s.atBreak(p) || s.data[p] == '#' {
			s.pos = s.nextLine(p)
			return nil
		}
		if s.data[p] == '\t' {
			return errNotUnderstood
		}
		inline = true
	}
	if s.data[p] == '?' && s.blankOrEnd(p+1) && !inline {
		return s.explicit(p, p-start)
	}
	return s.node(p, p-start, inline)
}

// explicit reads a key that stands on a line of its own behind the "?" at p, as
// long ones are often written, and the colon below it with a mapping that begins
// on its line.
func (s *yamlScanner) explicit(p, col int) error {
	key := p + 1
	for key < len(s.data) && s.data[key] == ' ' {
		key++
	}
	if s.atBreak(key) || s.isIndicator(key) || s.keyEnd(key) >= 0 {
		return errNotUnderstood
	}
	end, _ := s.plainLine(key)
	line := s.nextLine(end)
	colon := line + col
	if s.indentation(line) != col || colon >= len(s.data) || s.data[colon] != ':' || !s.blankOrEnd(colon+1) {
		return errNotUnderstood
	}
	value := colon + 1
	for value < len(s.data) && s.data[value] == ' ' {
		value++
	}
	if s.blankOrEnd(value) || s.isIndicator(value) || s.keyEnd(value) < 0 {
		return errNotUnderstood
	}
	if err := s.enter(p, col, false); err != nil {
		return err
	}
	s.entries[s.last].off = uint32(key) //nolint:gosec // Bounded by the text.
	return s.node(value, value-line, true)
}

// documentMarker reports whether "---" or "..." stands at p.
func (s *yamlScanner) documentMarker(p int) bool {
	if p+3 > len(s.data) {
		return false
	}
	m := string(s.data[p : p+3])
	return (m == "---" || m == "...") && s.blankOrEnd(p+3)
}

// documentStart takes a "---" alone on its line before any content.
func (s *yamlScanner) documentStart(p int) error {
	if s.data[p] != '-' || s.started || len(s.entries) > 1 || !s.await || !s.restIsBlank(p+3) {
		return errNotUnderstood
	}
	s.started = true
	s.pos = s.nextLine(p)
	return nil
}

// node reads what stands at p: a key with its value, or a value that the newest
// entry has been waiting for.
func (s *yamlScanner) node(p, col int, inline bool) error {
	switch c := s.data[p]; c {
	case '"', '\'':
		end := s.quotedEnd(p)
		if end < 0 {
			return errNotUnderstood
		}
		after := s.skipBlanks(end)
		if after < len(s.data) && s.data[after] == ':' {
			if !s.blankOrEnd(after+1) || bytes.IndexByte(s.data[p:end], '\n') >= 0 {
				return errNotUnderstood
			}
			return s.member(p, col, after+1)
		}
	case '&':
		if !inline || s.keyEnd(p) >= 0 {
			return errNotUnderstood
		}
	case '*', '!':
		if !inline || s.keyEnd(p) >= 0 {
			return errNotUnderstood
		}
	case '[', '{', '|', '>':
	case '<':
		if bytes.HasPrefix(s.data[p:], []byte("<<")) {
			return errNotUnderstood
		}
		fallthrough
	default:
		if s.isIndicator(p) {
			return errNotUnderstood
		}
		if end := s.keyEnd(p); end >= 0 {
			return s.member(p, col, end+1)
		}
	}
	if !s.await || int32(col) <= s.entries[s.last].col { //nolint:gosec // Bounded by the text.
		return errNotUnderstood
	}
	return s.value(p)
}

// member enters the key at p, whose value starts after the colon before p+colon.
func (s *yamlScanner) member(p, col, after int) error {
	if err := s.enter(p, col, false); err != nil {
		return err
	}
	q := s.skipBlanks(after)
	if s.atBreak(q) || s.data[q] == '#' {
		s.below(q)
		return nil
	}
	return s.value(q)
}

// below goes on after the line of p, where the value of the newest entry stands
// if it has one.
func (s *yamlScanner) below(p int) {
	s.pos = s.nextLine(p)
	s.entries[s.last].val = uint32(s.pos) //nolint:gosec // Bounded by the text.
}

// enter adds an entry at offset p and column col.
func (s *yamlScanner) enter(p, column int, item bool) error {
	col := int32(column) //nolint:gosec // Bounded by the text.
	start := p - column
	last := &s.entries[s.last]
	if s.await && (col > last.col || col == last.col && item && !last.item) {
		if len(s.levels) >= maxDepth {
			return errTooDeep
		}
		s.levels = append(s.levels, level{col: col, item: item, cur: int32(len(s.entries))}) //nolint:gosec // Bounded by the text.
	} else {
		for len(s.levels) > 0 {
			top := s.levels[len(s.levels)-1]
			if top.col < col || top.col == col && (!top.item || item) {
				break
			}
			s.close(top.cur, len(s.levels), start)
			s.levels = s.levels[:len(s.levels)-1]
		}
		if len(s.levels) == 0 {
			return errNotUnderstood
		}
		top := &s.levels[len(s.levels)-1]
		if top.col != col || top.item != item {
			return errNotUnderstood
		}
		s.close(top.cur, len(s.levels), start)
		top.cur = int32(len(s.entries)) //nolint:gosec // Bounded by the text.
	}
	if len(s.levels) == 1 {
		s.section(s.data[p:])
	}
	n := int32(len(s.entries))                                                 //nolint:gosec // Bounded by the text.
	s.entries = append(s.entries, entry{off: uint32(p), col: col, item: item}) //nolint:gosec // Bounded by the text.
	s.last, s.await = n, true
	return nil
}

// value reads the value of the newest entry at p, which is not blank.
func (s *yamlScanner) value(p int) error {
	if s.data[p] == '&' {
		q := s.anchorEnd(p)
		if q < 0 {
			return errNotUnderstood
		}
		p = s.skipBlanks(q)
		if s.atBreak(p) || s.data[p] == '#' {
			s.below(p)
			return nil
		}
	}
	var end int
	switch s.data[p] {
	case '"', '\'':
		end = s.quotedEnd(p)
	case '[', '{':
		end = s.flowEnd(p)
	case '*':
		end = s.anchorEnd(p)
	case '|', '>':
		return s.blockScalar(p)
	case '&', '!':
		return errNotUnderstood
	default:
		if s.isIndicator(p) {
			return errNotUnderstood
		}
		s.plain(p)
		return nil
	}
	if end < 0 || !s.restIsBlank(end) {
		return errNotUnderstood
	}
	s.settle(p, end)
	s.pos = s.nextLine(end)
	return nil
}

// settle gives the newest entry its value.
func (s *yamlScanner) settle(p, end int) {
	e := &s.entries[s.last]
	e.val, e.end, e.text = uint32(p), uint32(end), true //nolint:gosec // Bounded by the text.
	s.await = false
}
