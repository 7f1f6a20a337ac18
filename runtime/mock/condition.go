package mock

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
)

// goal is a condition that is to hold, or not to hold.
type goal struct {
	term *expr.Term
	// xpath is set instead of term for a criterion of that type.
	xpath *expr.XPathTerm
	want  bool
	// root is where absolute paths begin, and current where relative ones do. A
	// root that is no part of the response makes rooted false.
	root, current place
	rooted        bool
}

// branch is one way to reach a goal: goals and demands that together suffice.
type branch struct {
	goals   []goal
	demands []demand
	edits   []xmlEdit
}

func demanding(d ...demand) []branch { return []branch{{demands: d}} }

// unknown leaves a goal to the judgement of the finished response.
func unknown() []branch { return []branch{{}} }

// with returns the goal for another term in the same scope.
func (g goal) with(t *expr.Term, want bool) goal {
	g.term, g.want = t, want
	return g
}

// expand returns the ways to reach a goal. There is none if it cannot be reached.
func (s *solver) expand(g goal) []branch {
	if g.xpath != nil {
		var out []branch
		for _, edits := range expandXPath(g.xpath, g.want, nil) {
			out = append(out, branch{edits: edits})
		}
		return out
	}
	switch t := g.term; t.Kind {
	case expr.TermAnd, expr.TermOr:
		if (t.Kind == expr.TermAnd) == g.want {
			var all branch
			for _, inner := range t.Terms {
				all.goals = append(all.goals, g.with(inner, g.want))
			}
			return []branch{all}
		}
		var out []branch
		for _, inner := range t.Terms {
			out = append(out, branch{goals: []goal{g.with(inner, g.want)}})
		}
		return out
	case expr.TermNot:
		return []branch{{goals: []goal{g.with(t.Terms[0], !g.want)}}}
	case expr.TermCompare:
		return s.compare(g)
	case expr.TermFunction:
		if t.Text == "match" || t.Text == "search" {
			return s.match(g)
		}
	case expr.TermEmpty:
		return s.emptiness(g)
	default:
	}
	return s.truth(g)
}

// decided returns the branches of a goal whose truth is known.
func decided(holds bool) []branch {
	if holds {
		return []branch{{}}
	}
	return nil
}

// truth expands an operand that stands where a truth value is wanted.
func (s *solver) truth(g goal) []branch {
	o := s.operand(g, g.term)
	switch o.form {
	case constantForm:
		return decided(truthy(o.constant.Value) == g.want)
	case placedForm:
		if g.term.Kind == expr.TermPath {
			if g.want {
				return demanding(present(o.at))
			}
			return demanding(absent(o.at))
		}
		return demanding(truthful(o.at, g.want))
	case manyForm:
		if g.want {
			return branches(s.exists(g, o.path, o.at))
		}
		return s.none(g, o.path, o.at)
	default:
		return unknown()
	}
}

// emptiness expands "PATH empty true".
func (s *solver) emptiness(g goal) []branch {
	wanted, _ := g.term.Value.(bool)
	isEmpty := wanted == g.want
	o := s.operand(g, g.term.Terms[0])
	switch o.form {
	case placedForm:
		return demanding(empty(o.at, isEmpty))
	case manyForm:
		if isEmpty {
			return s.none(g, o.path, o.at)
		}
		return branches(s.exists(g, o.path, o.at))
	default:
		return unknown()
	}
}

// match expands match() and search() of RFC 9535.
func (s *solver) match(g goal) []branch {
	subject, pattern := s.operand(g, g.term.Terms[0]), s.operand(g, g.term.Terms[1])
	text, isText := pattern.constant.Value.(string)
	if subject.form != placedForm || pattern.form != constantForm || !isText {
		return unknown()
	}
	if g.term.Text == "match" {
		text = `\A(?:` + text + `)\z`
	}
	d, ok := matching(subject.at, text, g.want, true)
	if !ok {
		return unknown()
	}
	return demanding(d)
}

// compare expands a comparison.
func (s *solver) compare(g goal) []branch {
	left, right := s.operand(g, g.term.Terms[0]), s.operand(g, g.term.Terms[1])
	switch {
	case left.form == constantForm && right.form == constantForm:
		return decided(g.term.Compare(left.constant, right.constant) == g.want)
	case right.form == constantForm:
		return s.compareWith(g, left, right.constant, false)
	case left.form == constantForm:
		return s.compareWith(g, right, left.constant, true)
	case left.form == placedForm && right.form == placedForm:
		return s.comparePlaces(g, left.at, right.at)
	case left.form == sizedForm && right.form == sizedForm:
		return s.compareSizes(g, left.at, right.at)
	default:
		return unknown()
	}
}

// compareWith expands the comparison of a part of the response with a constant.
func (s *solver) compareWith(g goal, o operand, constant expr.Operand, constantLeft bool) []branch {
	switch o.form {
	case placedForm:
		return demanding(compared(o.at, g.term, constant, constantLeft, g.want))
	case sizedForm:
		return demanding(sized(o.at, g.term, constant, constantLeft, g.want, o.memberFirst))
	case manyForm:
		var out []branch
		for _, found := range s.exists(g, o.path, o.at) {
			b := found.branch
			b.demands = append(b.demands, compared(found.at, g.term, constant, constantLeft, g.want))
			out = append(out, b)
		}
		if !g.want || !constant.Present || constant.Value == nil {
			out = append(out, s.none(g, o.path, o.at)...)
		}
		return out
	case countedForm:
		var out []branch
		for _, n := range countsNear(constant.Value) {
			left, right := expr.Operand{Value: json.Number(strconv.Itoa(n)), Present: true}, constant
			if constantLeft {
				left, right = right, left
			}
			if g.term.Compare(left, right) == g.want {
				out = append(out, s.count(g, o.path, o.at, n)...)
			}
		}
		return out
	default:
		return unknown()
	}
}

// compareSizes expands the comparison of two lengths.
func (s *solver) compareSizes(g goal, left, right place) []branch {
	var out []branch
	size := func(n int) expr.Operand {
		return expr.Operand{Value: json.Number(strconv.Itoa(n)), Present: true}
	}
	lengths := []int{1, 4, 2, 5}
	for _, at := range []place{left, right} {
		if v, ok := s.seen.lookup(at); ok {
			if n, ok := lengthOf(v, false); ok {
				if k, err := n.(json.Number).Int64(); err == nil && k <= 50 {
					lengths = append([]int{int(k)}, lengths...)
				}
			}
		}
	}
	for _, n := range lengths {
		for _, m := range []int{n, n + 1} {
			if g.term.Compare(size(n), size(m)) == g.want {
				out = append(out, branch{demands: []demand{ofLength(left, n), ofLength(right, m)}})
			}
			if n != m && g.term.Compare(size(m), size(n)) == g.want {
				out = append(out, branch{demands: []demand{ofLength(left, m), ofLength(right, n)}})
			}
		}
	}
	return out
}

// comparePlaces expands the comparison of two parts of the response: one is
// settled, and the other made to compare with it.
func (s *solver) comparePlaces(g goal, left, right place) []branch {
	var out []branch
	for _, fixed := range []struct {
		at, other place
		isLeft    bool
	}{{right, left, false}, {left, right, true}} {
		v, ok := s.seen.lookup(fixed.at)
		if !ok || v == nil {
			if fixed.at.header != "" {
				v = "1"
			} else {
				v = s.seen.body.sampleAt(s.seen.body.schemaAt(fixed.at.path), lastName(fixed.at.path), 0)
			}
		}
		values := []any{v}
		if fixed.at.header == "" {
			values = append(values, nil)
		}
		for _, v := range values {
			out = append(out, branch{demands: []demand{
				{
					at:      fixed.at,
					check:   func(got any, present bool) bool { return present && expr.Equal(got, v) },
					propose: func(*tree, place, any, bool) []any { return []any{v} },
				},
				compared(fixed.other, g.term, expr.Operand{Value: v, Present: true}, fixed.isLeft, g.want),
			}})
		}
	}
	return out
}

// operand is what stands on a side of a comparison.
type operand struct {
	form     form
	constant expr.Operand
	// at is the place, or where the path begins.
	at   place
	path *expr.Path
	// memberFirst: the length is a member of that name, if there is one.
	memberFirst bool
}

type form int

const (
	unknownForm  form = iota
	constantForm      // a value that does not depend on the body and header
	placedForm        // the value of a place
	sizedForm         // the length of the value of a place
	manyForm          // a path that may select several values
	countedForm       // how many values a path selects
)

func (s *solver) operand(g goal, t *expr.Term) operand {
	switch t.Kind {
	case expr.TermLiteral:
		return operand{form: constantForm, constant: expr.Operand{Value: t.Value, Present: true}}
	case expr.TermTemplate:
		for e := range t.Template.Expressions() {
			if readsReply(e) {
				return operand{}
			}
		}
		return s.constant(t)
	case expr.TermExpression:
		if !readsReply(t.Expression) {
			return s.constant(t)
		}
		at, ok := s.placeOf(t.Expression)
		if !ok {
			return operand{}
		}
		return operand{form: placedForm, at: at}
	case expr.TermPath:
		return s.pathOperand(g, t)
	case expr.TermLength:
		return asLength(s.operand(g, t.Terms[0]), true)
	case expr.TermFunction:
		return s.functionOperand(g, t)
	default:
		return operand{}
	}
}

func (s *solver) constant(t *expr.Term) operand {
	v, ok := t.Evaluate(s.env)
	return operand{form: constantForm, constant: expr.Operand{Value: v, Present: ok}}
}

func (s *solver) functionOperand(g goal, t *expr.Term) operand {
	if len(t.Terms) == 0 {
		return operand{}
	}
	o := s.operand(g, t.Terms[0])
	switch t.Text {
	case "length":
		return asLength(o, false)
	case "value":
		return o
	case "count":
		if path, ok := t.Terms[0].Path(s.env); ok && g.rooted {
			return operand{form: countedForm, at: g.start(path), path: path}
		}
	}
	return operand{}
}

// asLength turns an operand into its length.
func asLength(o operand, memberFirst bool) operand {
	switch o.form {
	case placedForm:
		o.form, o.memberFirst = sizedForm, memberFirst
		return o
	case manyForm:
		if memberFirst {
			o.form = countedForm
			return o
		}
	case constantForm:
		n, ok := lengthOf(o.constant.Value, memberFirst)
		return operand{form: constantForm, constant: expr.Operand{Value: n, Present: ok && o.constant.Present}}
	default:
	}
	return operand{}
}

// start is where a path begins.
func (g goal) start(path *expr.Path) place {
	if path.Relative {
		return g.current
	}
	return g.root
}

func (s *solver) pathOperand(g goal, t *expr.Term) operand {
	path, ok := t.Path(s.env)
	if !ok || !g.rooted {
		return operand{}
	}
	at := g.start(path)
	if single, ok := follow(at, path.Segments); ok {
		return operand{form: placedForm, at: single}
	}
	return operand{form: manyForm, at: at, path: path}
}

// follow returns the place to which names and indices lead.
func follow(at place, segments []expr.PathSegment) (place, bool) {
	for _, segment := range segments {
		if segment.Descendant || len(segment.Selectors) != 1 {
			return at, false
		}
		switch selector := segment.Selectors[0]; selector.Kind {
		case expr.SelectName:
			at = at.child(member(selector.Name))
		case expr.SelectIndex:
			at = at.child(element(selector.Index))
		default:
			return at, false
		}
	}
	return at, true
}

// readsReply reports whether the value of an expression is a part of the header
// or the body of the reply. The status is settled before.
func readsReply(e *expr.Expression) bool { return e.Root == expr.RootResponse }

// placeOf returns the place that an expression names.
func (s *solver) placeOf(e *expr.Expression) (place, bool) {
	switch e.Part {
	case expr.PartHeader:
		return place{header: strings.ToLower(e.Name)}, true
	case expr.PartBody:
		pointer, ok := e.PointerIn(s.env)
		if !ok {
			return place{}, false
		}
		return place{path: s.seen.body.resolve(pointer)}, true
	default:
		return place{}, false
	}
}

// isConstant reports whether nothing that a criterion looks at is a part of the
// header or the body of the reply.
func isConstant(c *expr.Criterion) bool {
	return !slices.ContainsFunc(slices.Collect(c.Expressions()), readsReply)
}
