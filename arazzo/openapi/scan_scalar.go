package openapi

import "bytes"

// plain reads a plain scalar, which goes on over lines that are indented more
// than the collection that holds it.
func (s *yamlScanner) plain(p int) {
	indent := s.entries[s.last].col
	end, more := s.plainLine(p)
	next := s.nextLine(end)
	for q := next; more && q < len(s.data); {
		start := q
		for q < len(s.data) && s.data[q] == ' ' {
			q++
		}
		if s.atBreak(q) {
			q = s.nextLine(q)
			continue
		}
		if s.data[q] == '#' || s.data[q] == '\t' || int32(q-start) <= indent || //nolint:gosec // Bounded by the text.
			q == start && s.documentMarker(q) {
			break
		}
		end, more = s.plainLine(q)
		q = s.nextLine(end)
		next = q
	}
	s.settle(p, end)
	s.pos = next
}

// plainLine returns the end of the text of a plain scalar on one line, and
// whether the next line may go on with it.
func (s *yamlScanner) plainLine(p int) (end int, more bool) {
	line := s.data[p:s.lineEnd(p)]
	more = true
	for from := 0; ; {
		i := bytes.IndexByte(line[from:], '#')
		if i < 0 {
			break
		}
		if at := from + i; at > 0 && isBlank(line[at-1]) {
			line, more = line[:at], false
			break
		}
		from += i + 1
	}
	return p + len(bytes.TrimRight(line, " \t\r")), more
}

// blockScalar reads a literal or folded scalar whose header is at p.
func (s *yamlScanner) blockScalar(p int) error {
	q := p + 1
	increment := 0
	for range 2 {
		if q >= len(s.data) {
			break
		}
		switch c := s.data[q]; {
		case c == '+' || c == '-':
			q++
		case c >= '1' && c <= '9' && increment == 0:
			increment = int(c - '0')
			q++
		}
	}
	if !s.restIsBlank(q) {
		return errNotUnderstood
	}
	parent := int(s.entries[s.last].col)
	indent := 0
	if increment > 0 {
		indent = max(parent, 0) + increment
	}
	q = s.nextLine(q)
	widest := 0
	for q < len(s.data) {
		start := q
		for q < len(s.data) && s.data[q] == ' ' && (indent == 0 || q-start < indent) {
			q++
		}
		n := q - start
		if q >= len(s.data) {
			break
		}
		if s.atBreak(q) {
			widest = max(widest, n)
			q = s.nextLine(q)
			continue
		}
		if (indent == 0 || n < indent) && s.data[q] == '\t' {
			return errNotUnderstood
		}
		if indent == 0 {
			indent = max(widest, n, parent+1, 1)
		}
		if n < indent {
			q = start
			break
		}
		q = s.nextLine(q)
	}
	s.settle(p, q)
	s.pos = q
	return nil
}
