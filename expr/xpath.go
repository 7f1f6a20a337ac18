package expr

import (
	"errors"
	"fmt"
	"iter"
)

// RuleXPathDefaultNamespace marks a name without a prefix that is applied to a
// document whose names are in a default namespace, and so selects nothing.
const RuleXPathDefaultNamespace = "xpath-default-namespace"

// The versions of the xpath expression type.
//
// Arazzo 1.0.1, Criterion Expression Type Object; Arazzo 1.1.0, Expression Type
// Object, which adds xpath-31 and makes it the version of a plain "xpath".
const (
	versionXPath10 = "xpath-10"
	versionXPath20 = "xpath-20"
	versionXPath30 = "xpath-30"
	versionXPath31 = "xpath-31"
)

// xpathQuery is a compiled XPath. The grammar is that of XPath 1.0 with a few
// functions of later versions; where these answer an XPath of that grammar in
// another way than XPath 1.0 does, the declared version decides. It is
// immutable and safe for concurrent use.
type xpathQuery struct {
	source string
	root   *xpathNode
	later  bool // the version is 2.0 or later
}

// compileXPath compiles an XPath of a version, of which "" is 3.1.
func compileXPath(text, version string, o Options) (*xpathQuery, []Note, *SyntaxError) {
	known := versionXPath10 + ", " + versionXPath20 + " and " + versionXPath30
	if o.Version != V1_0 {
		known = versionXPath10 + ", " + versionXPath20 + ", " + versionXPath30 + " and " + versionXPath31
	}
	switch version {
	case "", versionXPath10, versionXPath20, versionXPath30:
	case versionXPath31:
		if o.Version != V1_0 {
			break
		}
		fallthrough
	default:
		e := syntaxErrorf(0, len(version), "the versions are "+known, "%q is not a version of xpath in Arazzo %s", shorten(version), o.Version)
		return nil, nil, e.withField("version")
	}
	q := &xpathQuery{source: text, later: version != versionXPath10}
	var notes []Note
	var err *SyntaxError
	if q.root, notes, err = parseXPath(text, q.later, o); err != nil {
		return nil, nil, err
	}
	return q, notes, nil
}

// evaluation parses the context, which must be XML text.
func (q *xpathQuery) evaluation(env Environment, context any) (*xpathEvaluation, error) {
	text, is := context.(string)
	if !is {
		return nil, errNotXML
	}
	doc, err := parseXML(text)
	if err != nil {
		return nil, err
	}
	return &xpathEvaluation{doc: doc, env: env, later: q.later}, nil
}

var errXPathEngine = errors.New("the XPath engine failed")

// atRoot evaluates an expression at the root of the document.
func (ev *xpathEvaluation) atRoot(n *xpathNode) (v any, err error) {
	defer recoverXPath(&err)
	return ev.value(n, xpathContext{node: 0, position: 1, size: 1})
}

// recoverXPath turns a panic into an error: that the work is too much, or a
// fault of the engine.
func recoverXPath(err *error) {
	r := recover()
	if r == nil {
		return
	}
	if failed, is := r.(error); is && errors.Is(failed, errXPathWork) {
		*err = errXPathWork
		return
	}
	*err = fmt.Errorf("%w: %v", errXPathEngine, r)
}

// test evaluates the XPath as a condition.
//
// Arazzo 1.1.0, Criterion Object: the effective boolean value decides.
func (q *xpathQuery) test(env Environment, context any) (bool, error) {
	ev, err := q.evaluation(env, context)
	if err != nil {
		return false, err
	}
	v, err := ev.atRoot(q.root)
	if err != nil {
		return false, fmt.Errorf("the XPath %s: %w", shorten(q.source), err)
	}
	return ev.truth(v), nil
}

// selectFrom evaluates the XPath as a selector. A node is its string-value.
// How many nodes there are decides the form of the result, since XML does not
// tell a list from a single value: none is absent, one is its text, several
// are an array of texts.
func (q *xpathQuery) selectFrom(env Environment, context any) (value any, ok bool, err error) {
	ev, err := q.evaluation(env, context)
	if err != nil {
		return nil, false, err
	}
	v, err := ev.atRoot(q.root)
	if err == nil {
		value, ok, err = ev.data(v)
	}
	if err != nil {
		return nil, false, fmt.Errorf("the XPath %s: %w", shorten(q.source), err)
	}
	return value, ok, nil
}

// data returns a value of an XPath as a value of JSON.
func (ev *xpathEvaluation) data(v any) (value any, ok bool, err error) {
	defer recoverXPath(&err)
	switch v := v.(type) {
	case xpathNodes:
		switch len(v) {
		case 0:
			return nil, false, nil
		case 1:
			return ev.text(v[0]), true, nil
		}
		texts := make([]any, len(v))
		for i, node := range v {
			texts[i] = ev.text(node)
		}
		return texts, true, nil
	case xpathNumber:
		number, ok := v.json()
		if !ok {
			return nil, false, fmt.Errorf("the result is %s, which JSON cannot say", v.text(ev.later))
		}
		return number, true, nil
	default:
		return v, true, nil
	}
}

// walkXPath visits an expression and all in it, steps and predicates included,
// in the order of the text.
func walkXPath(n *xpathNode, visit func(*xpathNode, *xpathTest)) {
	if n == nil {
		return
	}
	visit(n, nil)
	for _, arg := range n.args {
		walkXPath(arg, visit)
	}
	for _, p := range n.predicates {
		walkXPath(p, visit)
	}
	for i := range n.steps {
		visit(n, &n.steps[i].test)
		for _, p := range n.steps[i].predicates {
			walkXPath(p, visit)
		}
	}
}

// expressions yields the runtime expressions whose values are inserted.
func (q *xpathQuery) expressions() iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		more := true
		walkXPath(q.root, func(n *xpathNode, test *xpathTest) {
			switch {
			case !more:
			case test != nil:
				more = test.insert == nil || test.insert.yieldWithInner(yield)
			case n.insert != nil:
				more = n.insert.yieldWithInner(yield)
			case n.template != nil:
				for e := range n.template.Expressions() {
					if more = yield(e); !more {
						return
					}
				}
			}
		})
	}
}

// operands adds the values that the condition depends on: what its comparisons,
// conditions and tests look at, and the values that are inserted.
func (q *xpathQuery) operands(env Environment, context any, add func(text string, value any, present bool)) bool {
	ev, err := q.evaluation(env, context)
	if err != nil {
		return false
	}
	var look func(n *xpathNode)
	look = func(n *xpathNode) {
		switch {
		case n.form == formLiteral || n.form == formNumber || n.form == formInsert:
			return
		case n.form == formBinary && n.op != "|", n.form == formNegation, n.form == formCall && looksThrough(n.op) && len(n.args) > 0:
			for _, arg := range n.args {
				look(arg)
			}
			return
		}
		v, err := ev.atRoot(n)
		var value any
		present := false
		if err == nil {
			value, present, err = ev.data(v)
		}
		add(q.source[n.at:n.end], value, present && err == nil)
	}
	look(q.root)
	for e := range q.expressions() {
		v, ok := e.Evaluate(env)
		add(e.Source(), v, ok)
	}
	return true
}

// looksThrough reports whether the arguments of a function explain its result.
func looksThrough(function string) bool {
	switch function {
	case "not", "boolean", "starts-with", "ends-with", "contains", "matches", "exists", "empty", "string", "number", "floor", "ceiling", "round":
		return true
	default:
		return false
	}
}

// runtimeNotes warns of names that miss the default namespace of the context.
func (q *xpathQuery) runtimeNotes(context any) []Note {
	text, _ := context.(string)
	doc, err := parseXML(text)
	if err != nil {
		return nil
	}
	outermost := &doc.nodes[doc.nodes[0].child]
	for outermost.kind != xmlElement {
		outermost = &doc.nodes[outermost.next]
	}
	if outermost.space == "" || outermost.prefix != "" {
		return nil
	}
	var notes []Note
	walkXPath(q.root, func(n *xpathNode, test *xpathTest) {
		if len(notes) > 0 || test == nil || test.kind != "" || test.insert != nil || test.prefix != "" || test.local == "*" || test.attribute {
			return
		}
		notes = append(notes, Note{
			Rule: RuleXPathDefaultNamespace, Offset: test.at, End: test.at + len(test.local),
			Message: "the name " + shorten(test.local) + " has no prefix and is in no namespace, while the XML has a default namespace",
			Hint:    "write *[local-name() = '" + shorten(test.local) + "'], or a prefix that the outermost element declares",
		})
	})
	return notes
}
