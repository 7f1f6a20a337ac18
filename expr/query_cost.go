package expr

import (
	"fmt"
	"strings"
)

// maxQueryWork bounds the nodes that one evaluation of a JSONPath looks at.
const maxQueryWork = 10_000_000

// queryCost is the shape of a JSONPath as far as the work of evaluating it
// depends on it. It is made from the text alone, in either syntax.
type queryCost struct {
	absolute bool
	segments []segmentCost
	// flat: the work is in proportion to the size of the value, whatever that is.
	flat bool
}

// segmentCost is one segment of a query.
type segmentCost struct {
	selectors  float64
	descendant bool
	// multi: a selector may select more than one child.
	multi bool
	// inner are the queries in the filters.
	inner []queryCost
}

// costOf reads the shape of a query.
func costOf(text string) *queryCost {
	s := costScanner{text: text}
	for s.i < len(text) && text[s.i] != '$' {
		s.i++
	}
	cost := s.query()
	const nodes, depth, factor = 1e6, 1e3, 10
	cost.flat = cost.work(1, false, false, nodes, depth) <= factor*nodes
	return &cost
}

// check refuses to evaluate a query on a value where that could take too long.
func (c *queryCost) check(v any, source string) error {
	if c == nil || c.flat {
		return nil
	}
	nodes, depth := 0, 0
	measure(v, 1, &nodes, &depth)
	if c.work(1, false, false, float64(nodes), float64(depth)) <= maxQueryWork {
		return nil
	}
	return fmt.Errorf("the context is too large to be searched by the JSONPath %s", shorten(source))
}

// measure counts the nodes of a value and how deep they are nested.
func measure(v any, at int, nodes, depth *int) {
	*nodes++
	*depth = max(*depth, at)
	if *nodes > maxQueryWork {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			measure(e, at+1, nodes, depth)
		}
	case map[string]any:
		for _, e := range v {
			measure(e, at+1, nodes, depth)
		}
	}
}

// work is an upper bound of the nodes that are looked at. The query starts from
// one node, or, if it is spread, from any number of them, each up to so many
// times; nested says that some of these may stand inside others.
func (c *queryCost) work(times float64, spread, nested bool, nodes, depth float64) float64 {
	total := 0.0
	for i := range c.segments {
		s := &c.segments[i]
		if s.descendant {
			if nested {
				times *= depth // a node is found from each of those around it
			}
			spread, nested = true, true
		}
		if s.multi {
			spread = true
		}
		visits := times * s.selectors
		if spread {
			visits *= nodes
		}
		total += visits
		for j := range s.inner {
			if inner := &s.inner[j]; inner.absolute {
				total += visits * inner.work(1, false, false, nodes, depth)
			} else {
				total += inner.work(times*s.selectors, spread, nested, nodes, depth)
			}
		}
		times *= s.selectors
	}
	return total
}

// costScanner reads queries without understanding more of them than their shape.
type costScanner struct {
	text string
	i    int
}

func (s *costScanner) peek() byte {
	if s.i < len(s.text) {
		return s.text[s.i]
	}
	return 0
}

// query reads from "$" or "@" to the end of the last segment.
func (s *costScanner) query() queryCost {
	q := queryCost{absolute: s.peek() == '$'}
	s.i++
	for s.i < len(s.text) {
		before := s.i
		for strings.IndexByte(" \t\r\n", s.peek()) >= 0 && s.i < len(s.text) {
			s.i++
		}
		segment := segmentCost{selectors: 1}
		dots := 0
		for s.peek() == '.' && dots < 2 {
			dots++
			s.i++
		}
		segment.descendant = dots == 2
		switch {
		case s.peek() == '[':
			s.i++
			s.brackets(&segment)
		case dots > 0 && s.peek() == '*':
			s.i++
			segment.multi = true
		case dots > 0:
			s.name()
		default:
			s.i = before
			return q
		}
		q.segments = append(q.segments, segment)
	}
	return q
}

func (s *costScanner) name() {
	for s.i < len(s.text) && strings.IndexByte(" \t\r\n.[](){}=<>!&|,+*'\"?$@", s.text[s.i]) < 0 {
		s.i++
	}
}

// brackets reads the selectors up to the closing bracket.
func (s *costScanner) brackets(segment *segmentCost) {
	for open := 0; s.i < len(s.text); {
		switch c := s.text[s.i]; c {
		case '\'', '"':
			s.quoted(c)
			continue
		case '$', '@':
			segment.inner = append(segment.inner, s.query())
			continue
		case '[', '(':
			open++
			segment.multi = segment.multi || c == '('
		case ']', ')':
			if open == 0 && c == ']' {
				s.i++
				return
			}
			open = max(open-1, 0)
		case ',':
			if open == 0 {
				segment.selectors++
			}
		case '*', ':', '?':
			segment.multi = true
		}
		s.i++
	}
}

func (s *costScanner) quoted(quote byte) {
	for s.i++; s.i < len(s.text); s.i++ {
		switch s.text[s.i] {
		case '\\':
			s.i++
		case quote:
			s.i++
			return
		}
	}
}
