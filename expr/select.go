package expr

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

// SelectorSpec is the language and the text of a selector, as they stand in a
// Selector Object or a Payload Replacement Object.
//
// Arazzo 1.1.0, Selector Object and Payload Replacement Object.
type SelectorSpec struct {
	// Type is "jsonpointer", "jsonpath" or "xpath".
	Type string
	// Version is the version of an Expression Type Object. It may be empty.
	Version string
	// Selector is the text: "/a/0", "$.a[0]".
	Selector string
}

// Selector picks values out of structured data, or replaces them. It is
// immutable and safe for concurrent use.
type Selector struct {
	spec    SelectorSpec
	pointer Pointer
	query   *query
	draft   selector
	xpath   *xpathQuery
}

// CompileSelector compiles a selector. The error is a [*SyntaxError].
func CompileSelector(s SelectorSpec, o Options) (*Selector, []Note, error) {
	out := &Selector{spec: s}
	var notes []Note
	var err *SyntaxError
	switch s.Type {
	case "jsonpointer":
		if s.Version != "" && s.Version != "rfc6901" {
			return nil, nil, unknownVersion(s, "rfc6901")
		}
		out.pointer, err = parsePointer(s.Selector)
	case "jsonpath":
		switch s.Version {
		case "", versionRFC9535:
			out.query, notes, err = compileQuery(s.Selector, o)
			if err == nil {
				// A selector means what RFC 9535 says; only criteria have a dialect.
				out.query.objectRoot = false
			}
		case versionGoessner:
			out.draft, notes, err = compileDraftPath(s.Selector, o)
		default:
			return nil, nil, unknownVersion(s, versionRFC9535+" and "+versionGoessner)
		}
	case "xpath":
		out.xpath, notes, err = compileXPath(s.Selector, s.Version, o)
	default:
		return nil, nil, &SyntaxError{Field: "type", End: len(s.Type), Message: fmt.Sprintf("%q is no type of selector", s.Type), Hint: "use jsonpointer, jsonpath or xpath"}
	}
	if err != nil {
		if err.Field != "" {
			return nil, nil, err
		}
		return nil, nil, err.withField("selector")
	}
	return out, notes, nil
}

func unknownVersion(s SelectorSpec, known string) *SyntaxError {
	return &SyntaxError{Field: "version", End: len(s.Version), Message: fmt.Sprintf("%q is no version of type %s", s.Version, s.Type), Hint: "known are " + known}
}

// Spec returns what the selector was compiled from.
func (s *Selector) Spec() SelectorSpec { return s.spec }

// Expressions yields the runtime expressions in the selector.
func (s *Selector) Expressions() iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		if s.xpath != nil {
			s.xpath.expressions()(yield)
			return
		}
		if s.query == nil {
			return
		}
		for i := range s.query.pieces {
			if e := s.query.pieces[i].part.expr; e != nil && !e.yieldWithInner(yield) {
				return
			}
		}
	}
}

var (
	errNotStructured = errors.New("the context is no object or array")
	errNoTarget      = errors.New("the target does not exist")
)

// Select picks a value out of the context. A selector that can select one node
// only gives that node, any other an array of all that it selects. Nothing is
// selected, and ok is false, if a pointer or a singular path leads nowhere. An
// XPath gives the text of the one node that it selects, an array of texts if
// there are several, nothing if there is none, or the value that it computes.
func (s *Selector) Select(env Environment, root any) (value any, ok bool, err error) {
	if s.xpath != nil {
		return s.xpath.selectFrom(env, root)
	}
	if !isStructured(root) {
		return nil, false, errNotStructured
	}
	if s.query == nil && s.draft == nil {
		value, ok = s.pointer.Lookup(root)
		return value, ok, nil
	}
	chosen := s.draft
	if s.query != nil {
		chosen = s.query
	}
	nodes, err := chosen.nodes(scope{env: env, root: root})
	if err != nil {
		return nil, false, err
	}
	if !chosen.single() {
		if nodes == nil {
			nodes = []any{}
		}
		return nodes, true, nil
	}
	if len(nodes) == 0 {
		return nil, false, nil
	}
	return nodes[0], true, nil
}

func isStructured(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	default:
		return false
	}
}

// Replace returns the target with the value in the place of all that the
// selector selects. The target itself is not changed. Selecting nothing is an
// error.
func (s *Selector) Replace(env Environment, target, value any) (any, error) {
	if s.xpath != nil {
		return s.xpath.replaceIn(env, target, value)
	}
	if s.draft != nil {
		return nil, errors.New("a path of the draft cannot say where a value stands; use rfc9535 or a JSON Pointer")
	}
	if s.query == nil {
		return replaceAt(target, s.pointer, value)
	}
	if !isStructured(target) {
		return nil, errNotStructured
	}
	paths, err := s.query.locate(scope{env: env, root: target})
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errNoTarget
	}
	// Deeper places first, so that one inside another is not lost half-way.
	slices.SortStableFunc(paths, func(a, b Pointer) int { return len(b) - len(a) })
	for _, p := range paths {
		if target, err = replaceAt(target, p, value); err != nil {
			return nil, err
		}
	}
	return target, nil
}

// locate returns the places of the nodes that the query selects.
func (q *query) locate(sc scope) (places []Pointer, err error) {
	path, err := q.fixed(sc)
	if err != nil {
		return nil, err
	}
	defer recoverEngine(&err)
	for _, node := range path.SelectLocated(sc.root) {
		var p Pointer
		for _, selected := range node.Path {
			switch name := selected.(type) {
			case spec.Name:
				p = append(p, string(name))
			case spec.Index:
				p = append(p, fmt.Sprint(int(name)))
			}
		}
		places = append(places, p)
	}
	return places, nil
}

// fixed returns the query with all values inserted.
func (q *query) fixed(sc scope) (*jsonpath.Path, error) {
	if err := q.checkWork(sc.root); err != nil {
		return nil, err
	}
	if q.path != nil && q.text == "" {
		return q.path, nil
	}
	text := q.source
	switch {
	case q.text != "":
		text = q.text
	case q.pieces != nil:
		var err error
		if text, err = q.render(sc.env); err != nil {
			return nil, err
		}
	}
	path, err := parseRFC9535(text)
	if err != nil {
		return nil, fmt.Errorf("the JSONPath %s with its values inserted: %w", shorten(q.source), err)
	}
	return path, nil
}

// replaceAt returns a copy of the target with the value at a place, which must
// exist. Only what leads to the place is copied.
func replaceAt(target any, p Pointer, value any) (any, error) {
	if len(p) == 0 {
		return value, nil
	}
	child, ok := step(target, p[0])
	if !ok {
		return nil, errNoTarget
	}
	changed, err := replaceAt(child, p[1:], value)
	if err != nil {
		return nil, err
	}
	switch v := target.(type) {
	case map[string]any:
		v = maps.Clone(v)
		v[p[0]] = changed
		return v, nil
	case []any:
		at, _ := arrayIndex(p[0])
		v = slices.Clone(v)
		v[at] = changed
		return v, nil
	default:
		return nil, errNoTarget
	}
}
