package expr

import (
	"regexp"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"
)

// Path is a JSONPath in parts, for those who reason about what it selects
// instead of selecting it.
//
// RFC 9535, section 2.1.
type Path struct {
	// Relative is set for a path inside a filter that begins at the value which
	// the filter is tested on.
	Relative bool
	// TestsRoot is set if the first segment is a filter that is tested on the
	// context itself where that is an object.
	TestsRoot bool
	Segments  []PathSegment
}

// PathSegment is a step of a path. It selects what any of its selectors does.
type PathSegment struct {
	// Descendant looks at all values below, not only at the next.
	Descendant bool
	Selectors  []PathSelector
}

// PathSelector selects some of the children of a value.
type PathSelector struct {
	Kind SelectorKind
	// Name is the member of a SelectName.
	Name string
	// Index is that of a SelectIndex, and where a SelectSlice starts. A negative
	// one counts from the end.
	Index int
	// Filter is the condition of a SelectFilter.
	Filter *Term
}

// SelectorKind says what a PathSelector is.
type SelectorKind int

// The kinds of selectors.
const (
	SelectName SelectorKind = iota + 1
	SelectIndex
	SelectSlice
	SelectWildcard
	SelectFilter
)

// Path returns the path of a TermPath in parts. The environment supplies the
// values that are inserted into it; it may be nil if there are none. It is false
// for any other term, and for a path whose parts or values are not known.
func (t *Term) Path(env Environment) (*Path, bool) {
	if t == nil {
		return nil, false
	}
	n, is := t.node.(*queryNode)
	if !is {
		return nil, false
	}
	return n.outline(env, t.Relative)
}

// Path returns the path of a selector in parts, as [Term.Path] does. A JSON
// Pointer has a name for each token, even where it leads into an array. An
// XPath has none.
func (s *Selector) Path(env Environment) (*Path, bool) {
	switch {
	case s.xpath != nil:
		return nil, false
	case s.query != nil:
		return (&queryNode{selector: s.query}).outline(env, false)
	case s.draft != nil:
		return (&queryNode{selector: s.draft}).outline(env, false)
	default:
		return s.pointer.path(), true
	}
}

func (p Pointer) path() *Path {
	out := &Path{}
	for _, token := range p {
		out.Segments = append(out.Segments, PathSegment{Selectors: []PathSelector{{Kind: SelectName, Name: token}}})
	}
	return out
}

// PointerIn returns the pointer of the expression with the values of the expressions
// that stand in it. It is false if one of these has no value.
func (e *Expression) PointerIn(env Environment) (Pointer, bool) {
	if e.dynamic == nil {
		return e.Pointer, true
	}
	out := make(Pointer, len(e.Pointer))
	for i, token := range e.Pointer {
		out[i] = token
		if inner := e.dynamic[i]; inner != nil {
			v, ok := inner.Evaluate(env)
			if !ok {
				return nil, false
			}
			out[i] = Text(v)
		}
	}
	return out, true
}

// PatternIn returns the regular expression of a criterion of type regex with the
// values of the expressions that stand in it. It is false for any other
// criterion, and if a value is missing.
func (c *Criterion) PatternIn(env Environment) (string, bool) {
	if c.pattern == nil {
		return "", false
	}
	text, err := c.pattern.text(env)
	return text, err == nil
}

// outline takes the path apart that the node stands for.
func (n *queryNode) outline(env Environment, relative bool) (*Path, bool) {
	if env == nil {
		env = nothing{}
	}
	var path *jsonpath.Path
	var err error
	out := &Path{Relative: relative}
	switch s := n.selector.(type) {
	case *query:
		path, err = s.fixed(scope{env: env})
		out.TestsRoot = s.filtersRoot && s.objectRoot
	case absoluteQuery:
		path, err = s.fixed(scope{env: env})
	case *draftPath:
		path, err = parseRFC9535(withoutScripts(s.source))
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	for _, segment := range path.Query().Segments() {
		o := PathSegment{Descendant: segment.IsDescendant()}
		for _, selector := range segment.Selectors() {
			part, ok := outlineSelector(selector)
			if !ok {
				return nil, false
			}
			o.Selectors = append(o.Selectors, part)
		}
		out.Segments = append(out.Segments, o)
	}
	return out, true
}

// withoutScripts writes the one script of the draft that RFC 9535 can say.
func withoutScripts(source string) string {
	return regexp.MustCompile(`\[\s*\(\s*@\.length\s*-\s*(\d{1,9})\s*\)\s*\]`).ReplaceAllString(source, "[-$1]")
}

func outlineSelector(selector spec.Selector) (PathSelector, bool) {
	switch s := selector.(type) {
	case spec.Name:
		return PathSelector{Kind: SelectName, Name: string(s)}, true
	case spec.Index:
		return PathSelector{Kind: SelectIndex, Index: int(s)}, true
	case spec.WildcardSelector:
		return PathSelector{Kind: SelectWildcard}, true
	case spec.SliceSelector:
		return PathSelector{Kind: SelectSlice, Index: s.Start()}, true
	case *spec.FilterSelector:
		term, ok := outlineFilter(s)
		return PathSelector{Kind: SelectFilter, Filter: term}, ok
	default:
		return PathSelector{}, false
	}
}

// outlineFilter compiles the condition of a filter once more, from the text that
// the engine has of it: the engine keeps the parts to itself.
func outlineFilter(filter *spec.FilterSelector) (*Term, bool) {
	text := strings.TrimPrefix(filter.String(), "?")
	text = strings.NewReplacer(functionMatch+"(", "match(", functionSearch+"(", "search(").Replace(text)
	p := logicParser{text: text, operand: dialectOperand, compilePath: compileInnerPath, exact: true, where: "filter"}
	n, err := p.parse()
	if err != nil {
		return nil, false
	}
	return termOf(n).relative(), true
}

// relative marks the paths of a filter that begin at the value which is tested.
func (t *Term) relative() *Term {
	if n, is := t.node.(*queryNode); is {
		_, t.Relative = n.selector.(*query)
	}
	for _, inner := range t.Terms {
		inner.relative()
	}
	return t
}
