package expr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/theory/jsonpath"
)

// query is one JSONPath query of a condition, compiled as far as it can be.
type query struct {
	source string
	// steps serve a singular query whose text is fixed.
	steps    []pathStep
	singular bool
	// path serves any other query whose text is fixed; nil if pieces do.
	path *jsonpath.Path
	// text is what the engine reads if it must read it again for each evaluation,
	// since it calls match or search.
	text string
	// pieces hold the text of a query into which values are inserted.
	pieces []queryPiece
	// objectRoot lets a leading filter test an object itself.
	objectRoot bool
	// descendants is the number of descendant segments.
	descendants int
	cost        *queryCost
	// filtersRoot is set if the query begins with a filter.
	filtersRoot bool
}

// insertion says how a value is inserted into a query.
type insertion int

const (
	insertNothing insertion = iota // the piece is literal text
	insertLiteral                  // as a typed JSONPath literal
	insertContent                  // as text inside a quoted string
	insertMember                   // as the name of a member, after a dot
	insertToken                    // as a number, true, false or null
)

// queryPiece is literal text, or a value to insert.
type queryPiece struct {
	text string
	part templatePart
	how  insertion
	// quote is the quote of the string around an insertContent.
	quote byte
	// at is the place of the piece in the source.
	at int
}

// compileQuery compiles a text that is one JSONPath query. Offsets in notes
// and errors count from its first byte.
func compileQuery(text string, o Options) (*query, []Note, *SyntaxError) {
	s := queryScanner{text: text, o: o}
	if err := s.scan(); err != nil {
		return nil, nil, err
	}
	q := &query{source: text, objectRoot: !o.Strict, descendants: s.descendants, cost: costOf(text)}
	sample, origins := s.sample()
	path, err := parseRFC9535(sample)
	if err != nil {
		serr := engineError(err, len(text), func(at int) int { return sourceOffset(origins, at) })
		if serr.Hint = s.hint(serr.Offset); errors.Is(err, errEngine) {
			serr.Hint = ""
		}
		return nil, nil, serr
	}
	q.filtersRoot = rootFilter(path) != nil
	if s.dynamic {
		q.pieces = s.pieces
		_, q.singular = singularSteps(path)
		return q, s.notes, nil
	}
	if q.steps, q.singular = singularSteps(path); !q.singular {
		q.path = path
		if strings.Contains(sample, functionMatch) || strings.Contains(sample, functionSearch) {
			q.text = sample
		}
	}
	return q, s.notes, nil
}

// hint explains common mistakes at a place of the text.
func (s *queryScanner) hint(at int) string {
	rest := s.text[min(at, len(s.text)):]
	switch {
	case strings.HasPrefix(rest, "-"):
		return "put a name with \"-\" in brackets: ['a-b']"
	case strings.HasPrefix(rest, "="):
		return "write == to compare"
	case strings.HasPrefix(rest, "$"):
		return "put braces around a runtime expression, and quotes around the braces if the value is text"
	case strings.HasPrefix(rest, "(") && at > 0 && (s.text[at-1] == '[' || isMethod(s.text[:at])):
		return "scripts and methods are not part of RFC 9535; declare version draft-goessner-dispatch-jsonpath-00 for the older syntax"
	case s.o.Strict && strings.HasPrefix(s.text, "$") && strings.ContainsAny(rest, "=<>"):
		return "a comparison stands in a filter: $[?@.status == 'done']"
	default:
		return ""
	}
}

// isMethod reports whether the text ends in ".name".
func isMethod(text string) bool {
	name := strings.TrimRightFunc(text, func(r rune) bool { return r == '_' || unicode.IsLetter(r) })
	return len(name) < len(text) && strings.HasSuffix(name, ".")
}

// origin is where a stretch of the sample comes from.
type origin struct{ sample, source int }

func sourceOffset(origins []origin, at int) int {
	for i := len(origins) - 1; i >= 0; i-- {
		if o := origins[i]; at >= o.sample {
			return o.source + at - o.sample
		}
	}
	return at
}

// nodes returns the nodes that the query selects.
func (q *query) nodes(sc scope) ([]any, error) {
	if q.singular && q.pieces == nil {
		if v, ok := follow(sc.root, q.steps); ok {
			return []any{v}, nil
		}
		return nil, nil
	}
	path, err := q.fixed(sc)
	if err != nil {
		return nil, err
	}
	return selectNodes(path, sc.root, q.objectRoot)
}

// checkWork refuses a value that it would take too long to search.
func (q *query) checkWork(v any) error {
	if err := checkDepth(v, descendantDepth(q.descendants), q.source); err != nil {
		return err
	}
	return q.cost.check(v, q.source)
}

// descendantDepth returns how deep a value may be nested that a query with so
// many descendant segments searches: the work grows with the power of the depth.
func descendantDepth(segments int) int {
	switch segments {
	case 0:
		return 0
	case 1:
		return 1000
	case 2:
		return 200
	case 3:
		return 50
	default:
		return 20
	}
}

// checkDepth refuses a value that is nested deeper than the limit, 0 being none.
func checkDepth(v any, limit int, source string) error {
	if limit == 0 || !deeper(v, limit) {
		return nil
	}
	return fmt.Errorf("the context is nested deeper than %d levels, too deep to be searched by the JSONPath %s", limit, shorten(source))
}

func deeper(v any, limit int) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if limit == 0 || deeper(e, limit-1) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if limit == 0 || deeper(e, limit-1) {
				return true
			}
		}
	}
	return false
}

// exists reports whether the query selects a node.
func (q *query) exists(sc scope) (bool, error) {
	if q.singular && q.pieces == nil {
		_, ok := follow(sc.root, q.steps)
		return ok, nil
	}
	nodes, err := q.nodes(sc)
	return len(nodes) > 0, err
}

// value returns the one value that the query selects.
func (q *query) value(sc scope) (operand, error) {
	if q.singular && q.pieces == nil {
		v, ok := follow(sc.root, q.steps)
		return operand{v, ok}, nil
	}
	nodes, err := q.nodes(sc)
	return oneOf(nodes, err, q.source)
}

// oneOf returns the one node of a list.
func oneOf(nodes []any, err error, source string) (operand, error) {
	switch {
	case err != nil || len(nodes) == 0:
		return operand{}, err
	case len(nodes) == 1:
		return operand{nodes[0], true}, nil
	default:
		return operand{}, fmt.Errorf("the JSONPath %s selects %d values, and a comparison needs one", shorten(source), len(nodes))
	}
}

func (q *query) single() bool { return q.singular }

// render returns the text of the query with all values inserted.
func (q *query) render(env Environment) (string, error) {
	var dst []byte
	for i := range q.pieces {
		p := &q.pieces[i]
		if p.how == insertNothing {
			dst = append(dst, p.text...)
			continue
		}
		v, suffix, ok := p.part.evaluate(env)
		if !ok {
			return "", fmt.Errorf("%s has no value", shorten(p.part.expr.Source()))
		}
		var err error
		switch p.how {
		case insertLiteral:
			if suffix != "" {
				v, suffix = Text(v)+suffix, ""
			}
			dst, err = appendLiteral(dst, v, p.part.expr)
		case insertContent:
			dst = appendEscaped(dst, Text(v), p.quote)
		case insertMember:
			dst = append(dst, '[')
			dst = appendQuoted(dst, Text(v))
			dst = append(dst, ']')
		case insertToken:
			dst, err = appendToken(dst, v, p.part.expr)
		case insertNothing:
		}
		if err != nil {
			return "", err
		}
		dst = append(dst, suffix...)
	}
	if len(dst) > maxTextBytes {
		return "", fmt.Errorf("the JSONPath %s with its values inserted is longer than %d bytes", shorten(q.source), maxTextBytes)
	}
	return string(dst), nil
}

// appendLiteral appends a value as a literal of JSONPath.
func appendLiteral(dst []byte, v any, e *Expression) ([]byte, error) {
	switch v := v.(type) {
	case nil, bool:
		return appendJSON(dst, v), nil
	case string:
		return appendQuoted(dst, v), nil
	case []any, map[string]any:
		return nil, fmt.Errorf("the value of %s is not a string, number, boolean or null and cannot stand in a JSONPath", shorten(e.Source()))
	default:
		s, _ := numeral(v)
		if err := checkFilterNumber(s); err != nil {
			return nil, fmt.Errorf("the value of %s: %w", shorten(e.Source()), err)
		}
		return append(dst, s...), nil
	}
}

// appendToken appends the text of a value that stands in the query without
// quotes. It must be a single literal, so that no value changes the query.
func appendToken(dst []byte, v any, e *Expression) ([]byte, error) {
	text := Text(v)
	switch {
	case text == "true" || text == "false" || text == "null":
	case isNumeral(text):
		if err := checkFilterNumber(text); err != nil {
			return nil, fmt.Errorf("the value of %s: %w", shorten(e.Source()), err)
		}
	default:
		return nil, fmt.Errorf("the value of %s is text and stands in the condition without quotes", shorten(e.Source()))
	}
	return append(dst, text...), nil
}

// checkFilterNumber refuses a number that the engine, which computes with
// float64, may take for another: integers beyond 2^53 - 1, the range of I-JSON
// (RFC 7493, section 2.2), and fractions with more digits than float64 holds.
func checkFilterNumber(s string) error {
	const most = 1<<53 - 1
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && -most <= f && f <= most {
		if c, ok := compareNumbers(s, strconv.FormatFloat(f, 'g', -1, 64)); ok && c == 0 {
			return nil
		}
	}
	return fmt.Errorf("the number %s has too many digits to be compared exactly inside a JSONPath", shorten(s))
}
