package openapi

import (
	"bytes"
	"strings"
)

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// atBreak reports whether a line break or the end of the text is at p.
func (s *yamlScanner) atBreak(p int) bool {
	return p >= len(s.data) || s.data[p] == '\n' || s.data[p] == '\r'
}

// indentation returns the number of spaces at p.
func (s *yamlScanner) indentation(p int) int {
	n := 0
	for p+n < len(s.data) && s.data[p+n] == ' ' {
		n++
	}
	return n
}

func (s *yamlScanner) blankOrEnd(p int) bool {
	return s.atBreak(p) || isBlank(s.data[p])
}

func (s *yamlScanner) skipBlanks(p int) int {
	for p < len(s.data) && isBlank(s.data[p]) {
		p++
	}
	return p
}

// lineEnd returns the offset of the line feed at or after p, or of the end.
func (s *yamlScanner) lineEnd(p int) int {
	if p >= len(s.data) {
		return len(s.data)
	}
	if i := bytes.IndexByte(s.data[p:], '\n'); i >= 0 {
		return p + i
	}
	return len(s.data)
}

// nextLine returns the offset after the line feed at or after p.
func (s *yamlScanner) nextLine(p int) int {
	return min(s.lineEnd(p)+1, len(s.data))
}

// restIsBlank reports whether nothing but blanks and a comment follows on the
// line of p.
func (s *yamlScanner) restIsBlank(p int) bool {
	p = s.skipBlanks(p)
	return s.atBreak(p) || s.data[p] == '#'
}

// isIndicator reports whether the character at p cannot start a plain scalar in
// block context.
func (s *yamlScanner) isIndicator(p int) bool {
	switch s.data[p] {
	case ',', ']', '}', '%', '@', '`', '&', '*', '!', '|', '>', '#', '"', '\'', '[', '{':
		return true
	case '-', '?', ':':
		return s.blankOrEnd(p + 1)
	case 0:
		return true
	default:
		return false
	}
}

// keyEnd returns the offset of the colon that ends the plain key at p, or -1.
func (s *yamlScanner) keyEnd(p int) int {
	end := s.lineEnd(p)
	for from := p; from < end; {
		i := bytes.IndexByte(s.data[from:end], ':')
		if i < 0 {
			return -1
		}
		at := from + i
		if s.blankOrEnd(at + 1) {
			key := s.data[p:at]
			if bytes.Contains(key, []byte(" #")) || bytes.Contains(key, []byte("\t#")) {
				return -1
			}
			return at
		}
		from = at + 1
	}
	return -1
}

// quotedEnd returns the offset after the quoted scalar at p, or -1.
func (s *yamlScanner) quotedEnd(p int) int {
	if s.data[p] == '"' {
		return doubleQuotedEnd(s.data, p)
	}
	for q := p + 1; q < len(s.data); {
		i := bytes.IndexByte(s.data[q:], '\'')
		if i < 0 {
			return -1
		}
		q += i + 1
		if q >= len(s.data) || s.data[q] != '\'' {
			return q
		}
		q++
	}
	return -1
}

// doubleQuotedEnd returns the offset after the string at p, in which a backslash
// escapes the character after it, or -1.
func doubleQuotedEnd(data []byte, p int) int {
	for q := p + 1; q < len(data); {
		i := bytes.IndexByte(data[q:], '"')
		if i < 0 {
			return -1
		}
		at := q + i
		escapes := 0
		for j := at - 1; j >= q && data[j] == '\\'; j-- {
			escapes++
		}
		if escapes%2 == 0 {
			return at + 1
		}
		q = at + 1
	}
	return -1
}

// anchorEnd returns the offset after the anchor or alias at p, or -1 if its name
// is not plain letters and digits with a blank after it.
func (s *yamlScanner) anchorEnd(p int) int {
	q := s.anchorNameEnd(p)
	if q == p+1 || !s.blankOrEnd(q) {
		return -1
	}
	return q
}

// flowAnchorEnd is anchorEnd in a flow collection.
func (s *yamlScanner) flowAnchorEnd(p int) int {
	q := s.anchorNameEnd(p)
	if q == p+1 || !s.blankOrEnd(q) && strings.IndexByte(",]}", s.data[q]) < 0 {
		return -1
	}
	return q
}

func (s *yamlScanner) anchorNameEnd(p int) int {
	q := p + 1
	for q < len(s.data) && isAnchorByte(s.data[q]) {
		q++
	}
	return q
}

func isAnchorByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// flowEnd returns the offset after the flow collection at p, or -1 if it is not
// closed or holds something that is left to a full parser.
func (s *yamlScanner) flowEnd(p int) int {
	s.closers = s.closers[:0]
	for p < len(s.data) {
		switch c := s.data[p]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			p++
		case '#':
			p = s.nextLine(p)
		case '"', '\'':
			if p = s.quotedEnd(p); p < 0 {
				return -1
			}
		case '[', '{':
			if len(s.closers) >= maxDepth {
				return -1
			}
			s.closers = append(s.closers, c+2)
			p++
		case ']', '}':
			top := len(s.closers) - 1
			if s.closers[top] != c {
				return -1
			}
			s.closers = s.closers[:top]
			p++
			if top == 0 {
				return p
			}
		default:
			if c == '*' || c == '&' {
				p = s.flowAnchorEnd(p)
			} else if s.isIndicator(p) || c == '?' {
				return -1
			} else {
				p = s.flowPlainEnd(p)
			}
			if p < 0 {
				return -1
			}
		}
	}
	return -1
}

// flowPlainEnd returns the offset after the plain scalar at p in a flow
// collection. Quotes inside it are ordinary characters.
func (s *yamlScanner) flowPlainEnd(p int) int {
	for p < len(s.data) {
		for !s.blankOrEnd(p) {
			switch s.data[p] {
			case ',', '?', '[', ']', '{', '}':
				return p
			case ':':
				if s.blankOrEnd(p + 1) {
					return p
				}
			}
			p++
		}
		for p < len(s.data) && s.blankOrEnd(p) {
			p++
		}
		if p < len(s.data) && s.data[p] == '#' {
			return p
		}
	}
	return p
}
