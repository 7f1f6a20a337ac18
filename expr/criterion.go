package expr

import (
	"encoding/json"
	"fmt"
	"iter"
)

// CriterionSpec is a Criterion Object as it stands in a document.
//
// Arazzo 1.1.0, Criterion Object.
type CriterionSpec struct {
	// Type is "simple", "regex", "jsonpath" or "xpath". Empty means simple.
	Type string
	// Version is the version of an Expression Type Object. It may be empty.
	Version string
	// Context is a runtime expression. A simple criterion needs none.
	Context string
	// Condition is what is tested.
	Condition string
}

// The versions of the jsonpath expression type.
const (
	versionRFC9535  = "rfc9535"
	versionGoessner = "draft-goessner-dispatch-jsonpath-00"
)

// Criterion is a compiled criterion. It is immutable and safe for concurrent use.
type Criterion struct {
	spec    CriterionSpec
	context *Expression // nil for a simple criterion
	// One of these is set.
	condition node
	pattern   *pattern
	xpath     *xpathQuery
	// structured is set for a condition that looks into the context value.
	structured bool
}

// Operand is a value that a criterion looked at, for explanations.
type Operand struct {
	// Text is the operand as it stands in the criterion: "$statusCode", "$.a.b".
	Text    string
	Value   any
	Present bool
}

// CompileCriterion compiles a criterion. The error is a [*SyntaxError].
func CompileCriterion(spec CriterionSpec, o Options) (*Criterion, []Note, error) {
	c := &Criterion{spec: spec}
	notes, err := c.compile(o)
	if err != nil {
		return nil, nil, err
	}
	return c, notes, nil
}

func (c *Criterion) compile(o Options) (notes []Note, failed error) {
	kind := c.spec.Type
	if kind == "" {
		kind = "simple"
	}
	var err *SyntaxError
	if kind == "simple" {
		c.condition, notes, err = compileSimple(c.spec.Condition, o)
		if err != nil {
			return nil, err.withField("condition")
		}
		return inField(notes, "condition"), nil
	}
	if err := c.checkType(kind); err != nil {
		return nil, err
	}
	contextNotes, cerr := c.compileContext(kind, o)
	if cerr != nil {
		return nil, cerr
	}
	switch {
	case kind == "regex":
		c.pattern, notes, err = compilePattern(c.spec.Condition, o)
	case kind == "xpath":
		c.xpath, notes, err = compileXPath(c.spec.Condition, c.spec.Version, o)
	case c.spec.Version == versionGoessner:
		c.structured = true
		c.condition, notes, err = compileDraft(c.spec.Condition, o)
	default:
		c.structured = true
		c.condition, notes, err = compileJSONPath(c.spec.Condition, o)
		if path, is := c.condition.(*queryNode); is && !o.Strict && err == nil && o.describe(c.context).Types.Only(TypeObject) {
			notes = append(notes, path.rootFilterNotes()...)
		}
	}
	if err != nil {
		if err.Field != "" {
			return nil, err
		}
		return nil, err.withField("condition")
	}
	return append(contextNotes, inField(notes, "condition")...), nil
}

// checkType refuses the types and versions that cannot be evaluated.
func (c *Criterion) checkType(kind string) error {
	version := c.spec.Version
	fail := func(field, hint, format string, args ...any) error {
		e := syntaxErrorf(0, len(c.spec.Type), hint, format, args...)
		if e.Field = field; field == "version" {
			e.End = len(version)
		}
		return e
	}
	switch kind {
	case "regex":
		if version != "" {
			return fail("version", "leave the version out", "a regex criterion has no version, found %q", shorten(version))
		}
		return nil
	case "jsonpath":
		if version == "" || version == versionRFC9535 || version == versionGoessner {
			return nil
		}
		return fail("version", "write "+versionRFC9535+" or "+versionGoessner, "%q is not a version of jsonpath", shorten(version))
	case "xpath":
		return nil
	default:
		hint := "the types are simple, regex, jsonpath and xpath"
		if near, ok := nearest(kind, []string{"simple", "regex", "jsonpath", "xpath"}); ok {
			hint = "did you mean " + near + "?"
		}
		return fail("type", hint, "%q is not a type of criterion", shorten(kind))
	}
}

func (c *Criterion) compileContext(kind string, o Options) ([]Note, error) {
	if c.spec.Context == "" {
		e := syntaxErrorf(0, 0, "add for example context: $response.body", "a %s criterion needs a context", kind)
		return nil, e.withField("context")
	}
	p := expressionParser{text: c.spec.Context, o: o}
	var err *SyntaxError
	if c.context, err = p.parse(); err != nil {
		return nil, err.withField("context")
	}
	return inField(p.notes, "context"), nil
}

func inField(notes []Note, field string) []Note {
	for i := range notes {
		notes[i].Field = field
	}
	return notes
}

// Spec returns what the criterion was compiled from.
func (c *Criterion) Spec() CriterionSpec { return c.spec }

// Context returns the context expression, or nil for a simple criterion.
func (c *Criterion) Context() *Expression { return c.context }

// Evaluate reports whether the criterion passes. An error says that it could
// not be evaluated; it has not passed then.
//
// Arazzo 1.1.0, Criterion Object: an evaluation error makes the condition fail.
func (c *Criterion) Evaluate(env Environment) (passed bool, err error) {
	if c.context == nil {
		return c.condition.test(scope{env: env})
	}
	sc, err := c.scope(env)
	if err != nil {
		return false, err
	}
	switch {
	case c.pattern != nil:
		if b, is := sc.root.(*Binary); is && b.File != "" {
			return false, fmt.Errorf("context %s is %s, which are kept in a file", shorten(c.spec.Context), b)
		}
		passed, err = c.pattern.matches(env, Text(sc.root))
	case c.xpath != nil:
		passed, err = c.xpath.test(env, sc.root)
	default:
		passed, err = c.condition.test(sc)
	}
	if err != nil {
		return false, err
	}
	return passed, nil
}

// scope evaluates the context.
func (c *Criterion) scope(env Environment) (scope, error) {
	evaluate := c.context.Evaluate
	if c.structured {
		evaluate = c.context.EvaluateStructured
	}
	root, ok := evaluate(env)
	switch {
	case !ok:
		return scope{}, fmt.Errorf("context %s is absent", shorten(c.spec.Context))
	case root == nil:
		return scope{}, fmt.Errorf("context %s is null", shorten(c.spec.Context))
	}
	if c.structured && c.looksInside() {
		switch root := root.(type) {
		case string:
			return scope{}, fmt.Errorf("context %s is text, not JSON", shorten(c.spec.Context))
		case *Binary:
			return scope{}, fmt.Errorf("context %s is %s, not JSON", shorten(c.spec.Context), root)
		}
	}
	return scope{env: env, root: root}, nil
}

// looksInside reports whether the condition selects parts of the context, not
// only the whole of it.
func (c *Criterion) looksInside() bool {
	inside := false
	walk(c.condition, true, func(n node, _ bool) {
		if path, is := n.(*queryNode); is && path.text != "$" && path.text != "@" {
			inside = true
		}
	})
	return inside
}

// Expressions yields the runtime expressions of the criterion, the context
// first.
func (c *Criterion) Expressions() iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		if c.context != nil && !c.context.yieldWithInner(yield) {
			return
		}
		if c.pattern != nil {
			for e := range c.pattern.expressions() {
				if !yield(e) {
					return
				}
			}
			return
		}
		if c.xpath != nil {
			c.xpath.expressions()(yield)
			return
		}
		more := true
		c.walk(func(n node, _ bool) {
			for e := range nodeExpressions(n) {
				more = more && e.yieldWithInner(yield)
			}
		})
	}
}

func (c *Criterion) walk(visit func(n node, tested bool)) {
	if c.condition != nil {
		walk(c.condition, true, visit)
	}
}

// nodeExpressions yields the expressions of one node, not of those below it.
func nodeExpressions(n node) iter.Seq[*Expression] {
	return func(yield func(*Expression) bool) {
		switch n := n.(type) {
		case *expressionNode:
			yield(n.expr)
		case *tokenNode:
			yield(n.expr)
		case *templateNode:
			n.template.Expressions()(yield)
		case *queryNode:
			q, is := n.selector.(*query)
			if !is {
				return
			}
			for i := range q.pieces {
				if e := q.pieces[i].part.expr; e != nil && !yield(e) {
					return
				}
			}
		}
	}
}

// Operands returns the values that the criterion depends on, in the order in
// which they stand in it, for the explanation of a result.
func (c *Criterion) Operands(env Environment) []Operand {
	var list []Operand
	add := func(text string, value any, present bool) {
		for i := range list {
			if list[i].Text == text {
				return
			}
		}
		if n, is := value.(int); is {
			value = json.Number(Text(n))
		}
		list = append(list, Operand{Text: text, Value: value, Present: present})
	}
	var sc scope
	if c.context != nil {
		var err error
		if sc, err = c.scope(env); err != nil || c.pattern != nil {
			v, ok := c.context.Evaluate(env)
			add(c.spec.Context, v, ok)
			return list
		}
		if c.xpath != nil {
			if !c.xpath.operands(env, sc.root, add) {
				add(c.spec.Context, sc.root, true)
			}
			return list
		}
	}
	sc.env = env
	inserted := func(n node) {
		for e := range nodeExpressions(n) {
			v, ok := e.Evaluate(env)
			add(e.Source(), v, ok)
		}
	}
	skip := map[node]bool{}
	c.walk(func(n node, _ bool) {
		if skip[n] {
			return
		}
		switch n := n.(type) {
		case *expressionNode:
			o, _ := n.value(sc)
			add(n.text, o.value, o.present)
		case *tokenNode:
			o, _ := n.value(sc)
			add(n.text, o.value, o.present)
		case *templateNode:
			inserted(n)
		case *lengthNode:
			skip[n.path] = true
			o, _ := n.value(sc)
			add(n.text, o.value, o.present)
			inserted(n.path)
		case *queryNode:
			if n.selector.single() {
				o, _ := n.selector.value(sc)
				add(n.text, o.value, o.present)
			} else {
				nodes := n.ordered(sc)
				add(n.text, nodes, len(nodes) > 0)
			}
			inserted(n)
		}
	})
	return list
}

// RuntimeNotes returns the warnings that only the values can tell: a bare
// value that is not a boolean, a leading filter that was tested on an object.
// It is meant to be asked once for each place, after an evaluation.
func (c *Criterion) RuntimeNotes(env Environment) []Note {
	var notes []Note
	sc := scope{env: env}
	if c.context != nil {
		var err error
		if sc, err = c.scope(env); err != nil {
			return nil
		}
	}
	if c.xpath != nil {
		notes = c.xpath.runtimeNotes(sc.root)
	}
	c.walk(func(n node, tested bool) {
		switch n := n.(type) {
		case *expressionNode:
			o, _ := n.value(sc)
			if _, isBool := o.value.(bool); !tested || isBool || o.value == nil {
				return
			}
			if _, known := staticBareValue(n); !known {
				notes = append(notes, bareValueNote(n.text, n.at, n.at+len(n.text)))
			}
		case *queryNode:
			if _, isObject := sc.root.(map[string]any); isObject {
				notes = append(notes, n.rootFilterNotes()...)
			}
		}
	})
	return inField(notes, "condition")
}

// rootFilterNotes notes that a filter will be tested on an object itself. A
// filter that only looks at the root selects any member or none, so that it
// means the same either way.
func (n *queryNode) rootFilterNotes() []Note {
	q, is := n.selector.(*query)
	if !is || !q.filtersRoot || !q.objectRoot || leadingFilter(n.text, func(int) {}) == 0 {
		return nil
	}
	return []Note{{
		Rule: RuleJSONPathRootFilter, Offset: n.at, End: n.at + len(n.text),
		Message: "the filter " + shorten(n.text) + " is tested on the object itself, not on its members",
		Hint:    "a filter selects members: apply it to an array, as in $.items[?@.id == 1]",
	}}
}
