package expr

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strconv"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/registry"
	"github.com/theory/jsonpath/spec"
)

// The engine's own match() and search() panic when an argument is missing, and
// a registry cannot replace them. Queries are rewritten to these names.
const (
	functionMatch  = "arazzo_match"
	functionSearch = "arazzo_search"
)

// parseRFC9535 hands a query to the engine. A panic in it becomes an error. What
// it returns is for one evaluation if the query calls match or search.
func parseRFC9535(query string) (path *jsonpath.Path, err error) {
	defer recoverEngine(&err)
	functions := registry.New()
	matcher := &regexpMatcher{}
	for _, f := range []struct {
		name     string
		anchored bool
	}{{functionMatch, true}, {functionSearch, false}} {
		anchored := f.anchored
		err := functions.Register(f.name, spec.FuncLogical, twoValues, func(args []spec.PathValue) spec.PathValue {
			return spec.Logical(matcher.match(pathValue(args[0]), pathValue(args[1]), anchored))
		})
		if err != nil {
			return nil, err
		}
	}
	return jsonpath.NewParser(jsonpath.WithRegistry(functions)).Parse(query)
}

var errEngine = errors.New("the JSONPath engine failed")

func recoverEngine(err *error) {
	if r := recover(); r != nil {
		if failed, ok := r.(error); ok && errors.Is(failed, errRegexpWork) {
			*err = failed
			return
		}
		*err = fmt.Errorf("%w: %v", errEngine, r)
	}
}

func twoValues(args []spec.FuncExprArg) error {
	if len(args) != 2 {
		return fmt.Errorf("expected 2 arguments but found %d", len(args))
	}
	for i, arg := range args {
		if !arg.ConvertsTo(spec.FuncValue) {
			return fmt.Errorf("cannot convert argument %d to Value", i+1)
		}
	}
	return nil
}

// pathValue returns the value of a function argument, nil if it is missing.
func pathValue(arg spec.PathValue) any {
	if v, ok := arg.(*spec.ValueType); ok && v != nil {
		return v.Value()
	}
	return nil
}

// excludeLineEnds gives "." the meaning of RFC 9485: any character but \n and \r.
func excludeLineEnds(tree *syntax.Regexp) {
	if tree.Op == syntax.OpAnyChar {
		tree.Op = syntax.OpCharClass
		tree.Rune = []rune{0, '\n' - 1, '\n' + 1, '\r' - 1, '\r' + 1, '\U0010FFFF'}
		return
	}
	for _, sub := range tree.Sub {
		excludeLineEnds(sub)
	}
}

// pathStep is a name or index selector of a singular query.
type pathStep struct {
	name    string
	index   int
	isIndex bool
}

// token is the reference token of a JSON Pointer that follows the same way.
func (s pathStep) token() string {
	if s.isIndex {
		return strconv.Itoa(s.index)
	}
	return s.name
}

// singularSteps returns the selectors of a query that consists of names and
// indices only.
func singularSteps(path *jsonpath.Path) ([]pathStep, bool) {
	segments := path.Query().Segments()
	steps := make([]pathStep, 0, len(segments))
	for _, segment := range segments {
		selectors := segment.Selectors()
		if segment.IsDescendant() || len(selectors) != 1 {
			return nil, false
		}
		switch s := selectors[0].(type) {
		case spec.Name:
			steps = append(steps, pathStep{name: string(s)})
		case spec.Index:
			steps = append(steps, pathStep{index: int(s), isIndex: true})
		default:
			return nil, false
		}
	}
	return steps, true
}

// follow applies the selectors of a singular query without the engine.
func follow(root any, steps []pathStep) (any, bool) {
	for i := range steps {
		s := &steps[i]
		switch v := root.(type) {
		case map[string]any:
			if s.isIndex {
				return nil, false
			}
			member, ok := v[s.name]
			if !ok {
				return nil, false
			}
			root = member
		case []any:
			at := s.index
			if at < 0 {
				at += len(v)
			}
			if !s.isIndex || at < 0 || at >= len(v) {
				return nil, false
			}
			root = v[at]
		default:
			return nil, false
		}
	}
	return root, true
}

// rootFilter returns the filter with which a query begins, if it does.
func rootFilter(path *jsonpath.Path) *spec.FilterSelector {
	segments := path.Query().Segments()
	if len(segments) == 0 || segments[0].IsDescendant() {
		return nil
	}
	selectors := segments[0].Selectors()
	if len(selectors) != 1 {
		return nil
	}
	filter, _ := selectors[0].(*spec.FilterSelector)
	return filter
}

// selectNodes runs a query. Where it begins with a filter and the root is an
// object, the filter is tested on the root itself if asObject is set.
func selectNodes(path *jsonpath.Path, root any, asObject bool) (nodes []any, err error) {
	defer recoverEngine(&err)
	_, isObject := root.(map[string]any)
	if !asObject || !isObject {
		return path.Select(root), nil
	}
	filter := rootFilter(path)
	if filter == nil {
		return path.Select(root), nil
	}
	if !filter.Eval(root, root) {
		return nil, nil
	}
	nodes = []any{root}
	for _, segment := range path.Query().Segments()[1:] {
		var next []any
		for _, n := range nodes {
			next = append(next, segment.Select(n, root)...)
		}
		nodes = next
	}
	return nodes, nil
}

// selectLocated runs a query and returns the nodes in the order of their places.
func selectLocated(path *jsonpath.Path, root any) (nodes []any, err error) {
	defer recoverEngine(&err)
	located := path.SelectLocated(root)
	located.Sort()
	for node := range located.Nodes() {
		nodes = append(nodes, node)
	}
	return nodes, nil
}

// engineError turns an error of the engine into one about the source text.
// origin maps a place in the text that the engine saw to the source.
func engineError(err error, length int, origin func(int) int) *SyntaxError {
	message := strings.TrimPrefix(err.Error(), "jsonpath: ")
	message = strings.NewReplacer(functionMatch, "match", functionSearch, "search", "unexpected eof", "it ends too early", "blank space", "white space").Replace(message)
	at := 0
	if cut := strings.LastIndex(message, " at position "); cut >= 0 {
		if n, err := strconv.Atoi(message[cut+len(" at position "):]); err == nil {
			at, message = n-1, message[:cut]
		}
	} else {
		at = length
	}
	place := min(max(origin(at), 0), length)
	return syntaxErrorf(place, min(place+1, length), "", "the JSONPath is not valid: %s", message)
}
