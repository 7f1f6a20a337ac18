package expr

import (
	"strings"
)

// Place is a place inside a value that an expression, a criterion or a selector
// reads. For a format that does not tell a list from a single value, as XML, it
// says what its reader has in mind.
type Place struct {
	// Root is the expression that names the value; its pointer is part of Path.
	Root *Expression
	Path []Segment
}

// Segment is one level of a path: a member of an object, or an element of an
// array.
type Segment struct {
	// Name is that of the member.
	Name string
	// Element is set for an index, a slice, a wildcard or a filter.
	Element bool
	// Index is the number in a JSON Pointer, and zero for any other element.
	Index int
}

// Place returns the place that the expression reads. It ends before a token that
// another expression supplies.
func (e *Expression) Place() Place {
	p := Place{Root: e, Path: make([]Segment, 0, len(e.Pointer))}
	for i, token := range e.Pointer {
		if e.dynamic != nil && e.dynamic[i] != nil {
			break
		}
		p.Path = append(p.Path, segmentOf(token))
	}
	return p
}

// segmentOf reads a token of a JSON Pointer. Digits are an index.
func segmentOf(token string) Segment {
	if index, isIndex := arrayIndex(token); isIndex {
		return Segment{Element: true, Index: index}
	}
	return Segment{Name: token}
}

// Places returns the places that the criterion reads: those of its expressions,
// and those of its JSONPath queries inside the context.
func (c *Criterion) Places() []Place {
	var out []Place
	for e := range c.Expressions() {
		if e.HasPointer {
			out = append(out, e.Place())
		}
	}
	if !c.structured {
		return out
	}
	base := c.context.Place()
	skip := map[node]bool{}
	c.walk(func(n node, _ bool) {
		if skip[n] {
			return
		}
		switch n := n.(type) {
		case *lengthNode:
			skip[n.path] = true
			out = append(out, placesOf(n.path.text, base, true)...)
		case *queryNode:
			out = append(out, placesOf(n.text, base, false)...)
		}
	})
	return out
}

// Places returns the places that the selector reads inside a context.
func (s *Selector) Places(context *Expression) []Place {
	base := context.Place()
	switch s.spec.Type {
	case "jsonpointer":
		for _, token := range s.pointer {
			base.Path = append(base.Path, segmentOf(token))
		}
		return []Place{base}
	case "jsonpath":
		return placesOf(s.spec.Selector, base, false)
	default:
		return nil
	}
}

// placesOf returns the places that a JSONPath reads inside a value. It reads the
// text loosely, since the engines do not show what they have compiled: what it
// does not understand ends a path. Counted says that the length of what the
// path selects is taken: its elements are counted, or the nodes if there may be
// several.
func placesOf(text string, base Place, counted bool) []Place {
	s := placeScanner{text: text, root: base}
	if strings.HasPrefix(text, "$") || strings.HasPrefix(text, "@") {
		s.at = 1
		path := s.path(base.Path, 0)
		if counted && s.at == len(text) && !s.several {
			path = append(path, Segment{Element: true})
		}
		s.add(path)
	}
	return s.out
}

type placeScanner struct {
	text string
	at   int
	root Place
	out  []Place
	// several is set once a path selects any number of nodes.
	several bool
}

func (s *placeScanner) add(path []Segment) {
	if len(path) > 0 {
		s.out = append(s.out, Place{Root: s.root.Root, Path: append([]Segment(nil), path...)})
	}
}

// path reads the segments that follow and returns the path that they make.
func (s *placeScanner) path(base []Segment, depth int) []Segment {
	path := append([]Segment(nil), base...)
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '.' && strings.HasPrefix(s.text[s.at:], ".*"):
			s.at += 2
			s.several = true
			path = append(path, Segment{Element: true})
		case c == '.':
			name := shorthandName(s.text[s.at+1:])
			if name == "" {
				return path
			}
			s.at += 1 + len(name)
			path = append(path, Segment{Name: name})
		case c == '[':
			content, ok := bracketed(s.text[s.at:])
			if !ok {
				s.at = len(s.text)
				return path
			}
			segment, known := s.bracket(path, strings.TrimSpace(content), depth)
			s.at += len(content) + 2
			if !known {
				return path
			}
			path = append(path, segment)
		default:
			return path
		}
	}
	return path
}

// shorthandName is the name of a member at the beginning of a text.
func shorthandName(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r < 0x80 && r != '_' && (r < '0' || r > '9') && !isLetter(byte(r))
	})
	if end < 0 {
		return text
	}
	return text[:end]
}

// bracketed returns what stands between the bracket at the beginning of a text
// and the one that closes it.
func bracketed(text string) (content string, ok bool) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			switch c {
			case '\\':
				i++
			case quote:
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return text[1:i], true
			}
		}
	}
	return "", false
}

// bracket reads the selectors between brackets.
func (s *placeScanner) bracket(path []Segment, content string, depth int) (segment Segment, known bool) {
	if content == "" {
		return Segment{}, false
	}
	switch c := content[0]; {
	case c == '?':
		s.several = true
		inside := path
		if len(path) > 0 {
			inside = append(append([]Segment(nil), path...), Segment{Element: true})
		}
		s.filter(inside, content[1:], depth+1)
		if len(path) == 0 {
			// A filter at the root may be meant for an object as a whole.
			return Segment{}, false
		}
		return Segment{Element: true}, true
	case c == '*' || c == ':' || c == '-' || c >= '0' && c <= '9':
		s.several = s.several || strings.ContainsAny(content, "*:,")
		return Segment{Element: true}, true
	case c == '\'' || c == '"':
		end := strings.IndexByte(content[1:], c)
		if end < 0 || end+2 != len(content) || strings.ContainsAny(content, "\\{") {
			return Segment{}, false
		}
		return Segment{Name: content[1 : 1+end]}, true
	default:
		return Segment{}, false
	}
}

// filter looks for the paths in a filter.
func (s *placeScanner) filter(current []Segment, content string, depth int) {
	if depth > maxNesting {
		return
	}
	quote := byte(0)
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case quote != 0:
			switch c {
			case '\\':
				i++
			case quote:
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '@' || c == '$':
			base := current
			if c == '$' {
				base = s.root.Path
			}
			inner := placeScanner{text: content, at: i + 1, root: s.root}
			inner.add(inner.path(base, depth))
			s.out = append(s.out, inner.out...)
			i = max(i, inner.at-1)
		}
	}
}
