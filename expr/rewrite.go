package expr

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rewriting is a criterion that the specification has, in the place of one of
// the dialect.
type Rewriting struct {
	Spec CriterionSpec
	// Caveat says when the new criterion comes to another verdict. Empty: never,
	// as far as is known of the values.
	Caveat string
}

// ErrNoForm is wrapped by the errors of [RewriteCriterion].
var ErrNoForm = errors.New("the specification has no form for it")

// RewriteCriterion writes a jsonpath criterion of the dialect as the
// specification has it. What is chosen is, in this order, what means the same:
// a filter that holds or not for all members of the context at once, a simple
// condition, a regular expression; then the filter although an empty context
// has no members of which it could hold. A criterion that cannot be judged and
// one that is false are taken to be alike.
//
// The context of the result is in the form of the grammar; it is empty if the
// type is simple. Names are needed as for [CompileCriterion]; with Values more
// is known to mean the same. The error says why there is no form.
func RewriteCriterion(spec CriterionSpec, o Options) (Rewriting, error) {
	o.Strict = false
	c, notes, err := CompileCriterion(spec, o)
	switch {
	case err != nil:
		return Rewriting{}, err
	case spec.Type != "jsonpath":
		return Rewriting{}, noForm("only jsonpath criteria are rewritten")
	}
	notes = slices.DeleteFunc(notes, func(n Note) bool { return n.Field != "condition" })
	r := rewriter{c: c, o: o, notes: notes}
	r.context = emptiness{containers: o.describe(c.context).Types.Only(TypeArray | TypeObject)}
	return r.rewrite()
}

func noForm(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoForm, fmt.Sprintf(format, args...))
}

type rewriter struct {
	c       *Criterion
	o       Options
	notes   []Note
	context emptiness
}

func (r *rewriter) rewrite() (Rewriting, error) {
	path, isQuery := r.c.condition.(*queryNode)
	switch {
	case r.c.context.Whole:
		return r.ofInputs()
	case isQuery:
		return r.query(path)
	case r.c.spec.Version == versionGoessner:
		return Rewriting{}, noForm("the version %s has no comparisons outside of filters, and RFC 9535 may read its paths otherwise", versionGoessner)
	}
	filter, filterError := r.filter()
	if filterError == nil && filter.Caveat == "" {
		return filter, nil
	}
	simple, ofTextOnly, simpleError := r.simple()
	if simpleError == nil && simple.Caveat == "" {
		return simple, nil
	}
	if pattern, err := r.pattern(); err == nil {
		return pattern, nil
	}
	if filterError == nil && !ofTextOnly {
		return filter, nil
	}
	if simpleError == nil {
		return simple, nil
	}
	return Rewriting{}, filterError
}

// accepted checks that the specification has what was written.
func (r *rewriter) accepted(spec CriterionSpec, caveats []string) (Rewriting, error) {
	o := r.o
	o.Strict = true
	if _, notes, err := CompileCriterion(spec, o); err != nil || len(notes) > 0 {
		return Rewriting{}, noForm("%q would not be understood", shorten(spec.Condition))
	}
	return Rewriting{Spec: spec, Caveat: strings.Join(caveats, "; ")}, nil
}

func (r *rewriter) spec(kind, condition string) CriterionSpec {
	if kind == "simple" {
		return CriterionSpec{Type: kind, Condition: condition}
	}
	return CriterionSpec{Type: kind, Version: r.version(kind), Context: r.c.context.String(), Condition: condition}
}

// version is that of the criterion, if its type is the same.
func (r *rewriter) version(kind string) string {
	if kind == r.c.spec.Type {
		return r.c.spec.Version
	}
	return ""
}

func (r *rewriter) writer() *filterWriter {
	return &filterWriter{text: r.c.spec.Condition, notes: r.notes, o: r.o, context: r.context, inside: r.inside}
}

// inside is an expression for what a path selects, or nil.
func (r *rewriter) inside(path *queryNode) *Expression {
	q, is := path.selector.(*query)
	if !is || !q.singular || q.pieces != nil {
		return nil
	}
	return r.c.context.inside(q.steps)
}

// query corrects the expressions in a condition that is one query.
func (r *rewriter) query(path *queryNode) (Rewriting, error) {
	w := r.writer()
	for _, n := range r.notes {
		if n.Rule == RuleJSONPathRootFilter {
			return r.rootFilter(path)
		}
	}
	text, ok := w.corrected(0, len(r.c.spec.Condition))
	if !ok {
		return Rewriting{}, noForm("%s", w.noForm)
	}
	return r.accepted(r.spec("jsonpath", text), w.caveats)
}

// rootFilter makes the filter at the start of a query one of the root, which is
// what the dialect tests it on.
func (r *rewriter) rootFilter(path *queryNode) (Rewriting, error) {
	w := r.writer()
	text, ok := w.corrected(path.at, path.at+len(path.text))
	switch {
	case !ok:
		return Rewriting{}, noForm("%s", w.noForm)
	case bracketEnd(text, 1) != len(text):
		return Rewriting{}, noForm("what follows the filter would be selected inside of the members")
	}
	changed := []byte(text)
	leadingFilter(text, func(at int) { changed[at] = '$' })
	if passes, err := path.test(scope{env: nothing{}, root: map[string]any{}}); (passes || err != nil) && !r.o.describe(r.c.context).Filled {
		w.caveat("the condition no longer holds where %s has no members", shorten(r.c.spec.Context))
	}
	return r.accepted(r.spec("jsonpath", string(changed)), w.caveats)
}

// filter writes the condition as a filter of the members of the context.
func (r *rewriter) filter() (Rewriting, error) {
	w := r.writer()
	if !w.query(r.c.condition) {
		return Rewriting{}, noForm("%s", w.noForm)
	}
	if !r.o.describe(r.c.context).Filled && r.context.test(r.c.condition).passes {
		w.caveat("the condition no longer holds where %s has no members", shorten(r.c.spec.Context))
	}
	return r.accepted(r.spec("jsonpath", w.b.String()), w.caveats)
}

// simple writes the condition as a simple one. ofTextOnly says that the only
// caveat is about a context that is text, in which a JSONPath finds nothing.
func (r *rewriter) simple() (result Rewriting, ofTextOnly bool, err error) {
	// Inputs are checked before the run; a reply may be anything.
	w := simpleWriter{text: r.c.spec.Condition, o: r.o, inside: r.inside, trusts: r.c.context.Whole}
	if !w.logical(r.c.condition, false) {
		return Rewriting{}, false, noForm("%s", w.noForm)
	}
	text := w.b.String()
	context := r.c.context
	if facts := r.o.describe(context); !context.Whole {
		always := facts.Present && facts.Types != 0 && facts.Types&TypeNull == 0
		if !always && (emptiness{missing: true}).test(r.c.condition).passes {
			if logic, is := r.c.condition.(*logicNode); is && !logic.and {
				text = "(" + text + ")"
			}
			text = context.String() + " != null && " + text
		}
		if r.c.looksInside() && (facts.Types == 0 || facts.Types&TypeString != 0) {
			ofTextOnly = len(w.caveats) == 0
			w.caveat("the condition is judged even where %s is text", shorten(r.c.spec.Context))
		}
	}
	result, err = r.accepted(r.spec("simple", text), w.caveats)
	return result, ofTextOnly && err == nil, err
}

// pattern writes a comparison of the context itself as a regular expression.
func (r *rewriter) pattern() (Rewriting, error) {
	types := r.o.describe(r.c.context).Types
	if r.testsEmptiness() {
		switch {
		case types.Only(TypeArray):
			return r.accepted(r.spec("regex", `^\[\]$`), nil)
		case types.Only(TypeObject):
			return r.accepted(r.spec("regex", `^\{\}$`), nil)
		default:
			return r.accepted(r.spec("regex", `^(\[\]|\{\})?$`), []string{fmt.Sprintf(
				"the condition holds where %s is the text [] or {}, and not where it has a member length that is 0", shorten(r.c.spec.Context))})
		}
	}
	compare, is := r.c.condition.(*compareNode)
	if !is || compare.op != opEqual {
		return Rewriting{}, noForm("it is no comparison with a text")
	}
	text, ok := textOfRoot(compare.left, compare.right)
	if !ok {
		text, ok = textOfRoot(compare.right, compare.left)
	}
	if !ok {
		return Rewriting{}, noForm("it is no comparison with a text")
	}
	var caveats []string
	if !types.Only(TypeString|TypeArray|TypeObject) && (isNumeral(text) || text == "true" || text == "false") {
		caveats = append(caveats, fmt.Sprintf("the condition holds for the value %s, too, which is no text", text))
	}
	return r.accepted(r.spec("regex", "^"+regexp.QuoteMeta(text)+"$"), caveats)
}

// textOfRoot returns the text with which the context is compared.
func textOfRoot(path, literal node) (string, bool) {
	p, isPath := path.(*queryNode)
	l, isLiteral := literal.(*literalNode)
	if !isPath || !isLiteral || !isRootPath(p) {
		return "", false
	}
	text, is := l.operand.value.(string)
	return text, is
}

// testsEmptiness reports whether the condition says that the context is empty,
// and nothing else.
func (r *rewriter) testsEmptiness() bool {
	switch n := r.c.condition.(type) {
	case *emptyNode:
		return n.want && isRootPath(n.path)
	case *compareNode:
		length, is := n.left.(*lengthNode)
		zero, isLiteral := n.right.(*literalNode)
		return is && isLiteral && isRootPath(length.path) && n.op == opEqual && Equal(zero.operand.value, operand{0, true}.value)
	default:
		return false
	}
}

// ofInputs writes a criterion about all inputs as one about the input that it
// looks at.
func (r *rewriter) ofInputs() (Rewriting, error) {
	simple, _, simpleError := r.simple()
	if simpleError == nil && simple.Caveat == "" {
		return simple, nil
	}
	if narrow, err := r.narrowed(); err == nil && narrow.Caveat == "" || err == nil && simpleError != nil {
		return narrow, nil
	}
	return simple, simpleError
}

// narrowed moves the first name of all paths from the condition to the context.
func (r *rewriter) narrowed() (Rewriting, error) {
	name := ""
	text, moved := []byte(r.c.spec.Condition), 0
	var err error
	r.c.walk(func(n node, tested bool) {
		path, is := n.(*queryNode)
		if !is || err != nil {
			return
		}
		first := nameSpan(path.text)
		switch {
		case first == "" || tested && path.text == "$."+first:
			err = noForm("the specification has no object of all inputs")
		case name != "" && name != first:
			err = noForm("it is about several inputs at once")
		}
		if err != nil {
			return
		}
		name = first
		at := path.at + 1 - moved
		text = slices.Delete(text, at, at+len(".")+len(name))
		moved += len(".") + len(name)
	})
	if err != nil {
		return Rewriting{}, err
	}
	if name == "" {
		return Rewriting{}, noForm("it is about no input")
	}
	context := "$inputs." + name
	spec := CriterionSpec{Type: "jsonpath", Version: r.c.spec.Version, Context: context, Condition: string(text)}
	var after Rewriting
	if _, notes, cerr := CompileCriterion(spec, r.o); cerr == nil && len(notes) == 0 {
		after = Rewriting{Spec: spec}
	} else if after, err = RewriteCriterion(spec, r.o); err != nil {
		return Rewriting{}, err
	}
	if e, _, cerr := ParseExpression(context, r.o); cerr == nil && !r.o.describe(e).Present && r.context.test(r.c.condition).passes {
		after.Caveat = strings.TrimPrefix(after.Caveat+"; the condition no longer holds where the input "+name+" is not given", "; ")
	}
	return after, nil
}

// nameSpan returns the first name of a path such as $.name[0], or "".
func nameSpan(path string) string {
	if len(path) < 2 || path[1] != '.' {
		return ""
	}
	n := spanOf(path[2:], func(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' })
	return path[2 : 2+n]
}

// Contrary returns a simple condition that holds where a criterion does not, and
// says when it does not do so. The error is one of [ErrNoForm].
func Contrary(spec CriterionSpec, o Options) (condition, caveat string, err error) {
	o.Strict = false
	if spec.Type == "jsonpath" {
		if inner, ok := absoluteFilter(spec.Condition); ok {
			spec.Condition = inner
		}
	}
	c, _, err := CompileCriterion(spec, o)
	switch {
	case err != nil:
		return "", "", err
	case c.condition == nil || spec.Version == versionGoessner:
		return "", "", noForm("a simple condition cannot say what a criterion of type %s does", spec.Type)
	}
	r := rewriter{c: c, o: o}
	if c.context == nil {
		condition = "!(" + spec.Condition + ")"
		_, err = r.accepted(CriterionSpec{Condition: condition}, nil)
		return condition, "", err
	}
	w := simpleWriter{text: spec.Condition, o: o, inside: r.inside, trusts: true}
	if !w.logical(c.condition, false) {
		return "", "", noForm("%s", w.noForm)
	}
	condition = "!(" + w.b.String() + ")"
	after, err := r.accepted(r.spec("simple", condition), w.caveats)
	return condition, after.Caveat, err
}

// absoluteFilter returns the condition in a filter that only looks at the root.
func absoluteFilter(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, "$[?")
	if !ok || bracketEnd(text, 1) != len(text) || leadingFilter(text, func(int) {}) > 0 {
		return "", false
	}
	return inner[:len(inner)-1], true
}
