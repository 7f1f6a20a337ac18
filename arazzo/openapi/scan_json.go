package openapi

import (
	"fmt"
	"strings"
)

// syntaxError is a fault in the text of a description.
type syntaxError struct {
	offset  int
	message string
}

func (e *syntaxError) Error() string { return e.message }

// jsonScanner finds the members and elements of a JSON text. It checks the
// structure, and leaves the contents of scalars to whoever reads them.
type jsonScanner struct {
	data    []byte
	pos     int
	entries []entry
	open    []openValue
	folding
}

// openValue is an object or array that is still open.
type openValue struct {
	array bool
	owner int32 // the entry whose value it is
	cur   int32 // its newest entry, 0 if it has none
}

// scanJSON returns the index of a JSON text without a byte order mark.
func scanJSON(data []byte) (*index, error) {
	s := jsonScanner{data: data, entries: make([]entry, 1, entriesOf(data)), folding: folding{fold: true}}
	s.space()
	s.entries[0] = entry{off: uint32(s.pos), col: rootColumn} //nolint:gosec // The caller bounds the text to 1 GiB.
	if err := s.values(); err != nil {
		return nil, err
	}
	s.space()
	if s.pos < len(data) {
		return nil, s.fault("something follows the end of the JSON value")
	}
	return s.finish(), nil
}

// values reads the value of entry 0 with all that is in it.
func (s *jsonScanner) values() error {
	if err := s.value(0); err != nil {
		return err
	}
	for len(s.open) > 0 {
		if err := s.step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsonScanner) finish() *index {
	s.entries[0].next = int32(len(s.entries)) //nolint:gosec // Bounded by the text.
	return &index{data: s.data, entries: s.entries, json: true}
}

func (s *jsonScanner) fault(format string, args ...any) error {
	return &syntaxError{offset: s.pos, message: "invalid JSON: " + fmt.Sprintf(format, args...)}
}

func (s *jsonScanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\n', '\t', '\r':
			s.pos++
		default:
			return
		}
	}
}

// step reads one member or element of the innermost open value, or closes it.
func (s *jsonScanner) step() error {
	top := &s.open[len(s.open)-1]
	s.space()
	closer := byte('}')
	if top.array {
		closer = ']'
	}
	if s.pos >= len(s.data) {
		return s.fault("the text ends before %q", closer)
	}
	if s.data[s.pos] == closer {
		s.pos++
		s.close(top)
		s.open = s.open[:len(s.open)-1]
		return nil
	}
	n := int32(len(s.entries)) //nolint:gosec // Bounded by the text.
	if top.cur > 0 {
		if s.data[s.pos] != ',' {
			return s.fault("%q or a comma is expected", closer)
		}
		s.pos++
		s.space()
		s.entries[top.cur].next = n
	}
	top.cur = n
	if len(s.open) == 1 {
		s.section(s.data[s.pos:])
	}
	s.entries = append(s.entries, entry{off: uint32(s.pos), item: top.array}) //nolint:gosec // Bounded by the text.
	if !top.array {
		if s.pos >= len(s.data) || s.data[s.pos] != '"' {
			return s.fault("a member name in double quotes is expected")
		}
		end := doubleQuotedEnd(s.data, s.pos)
		if end < 0 {
			return s.fault("a string is not closed")
		}
		s.pos = end
		s.space()
		if s.pos >= len(s.data) || s.data[s.pos] != ':' {
			return s.fault("a colon is expected")
		}
		s.pos++
		s.space()
	}
	return s.value(n)
}

// close ends the innermost open value, and folds it if it is to be folded.
func (s *jsonScanner) close(top *openValue) {
	owner := &s.entries[top.owner]
	owner.end = uint32(s.pos) //nolint:gosec // Bounded by the text.
	if top.cur > 0 && s.folds(len(s.open)-1) {
		owner.folded = foldedObject
		if top.array {
			owner.folded = foldedArray
		}
		s.entries = s.entries[:top.owner+1]
	}
	n := int32(len(s.entries)) //nolint:gosec // Bounded by the text.
	if top.cur > 0 && top.cur < n {
		s.entries[top.cur].next = n
	}
	owner.next = n
}

// value reads the start of the value of an entry, and all of it if it is a
// scalar.
func (s *jsonScanner) value(n int32) error {
	if s.pos >= len(s.data) {
		return s.fault("the text ends where a value is expected")
	}
	e := &s.entries[n]
	e.val = uint32(s.pos) //nolint:gosec // Bounded by the text.
	switch c := s.data[s.pos]; c {
	case '{', '[':
		if len(s.open) >= maxDepth {
			return errTooDeep
		}
		s.open = append(s.open, openValue{array: c == '[', owner: n})
		s.pos++
		return nil
	case '"':
		end := doubleQuotedEnd(s.data, s.pos)
		if end < 0 {
			return s.fault("a string is not closed")
		}
		s.pos = end
	default:
		end := s.pos
		for end < len(s.data) && strings.IndexByte(" \t\r\n,]}:\"[{", s.data[end]) < 0 {
			end++
		}
		if !isJSONLiteral(s.data[s.pos:end]) {
			return s.fault("a value is expected")
		}
		s.pos = end
	}
	e.end, e.text = uint32(s.pos), true //nolint:gosec // Bounded by the text.
	e.next = n + 1
	return nil
}

// isJSONLiteral reports whether the text is a number, true, false or null.
func isJSONLiteral(text []byte) bool {
	switch string(text) {
	case "true", "false", "null":
		return true
	default:
		return isJSONNumber(text)
	}
}

// isJSONNumber reports whether the text is a number of RFC 8259.
func isJSONNumber(text []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(text) && text[n] >= '0' && text[n] <= '9' {
			n++
		}
		text = text[n:]
		return n > 0
	}
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
	}
	if len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' || !digits() {
		return false
	}
	if len(text) > 0 && text[0] == '.' {
		text = text[1:]
		if !digits() {
			return false
		}
	}
	if len(text) > 0 && (text[0] == 'e' || text[0] == 'E') {
		text = text[1:]
		if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
			text = text[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(text) == 0
}
