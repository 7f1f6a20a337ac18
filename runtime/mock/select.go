package mock

import (
	"maps"
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// found is a way to make a path select a value, and where that value stands.
type found struct {
	branch
	at place
}

func branches(list []found) []branch {
	out := make([]branch, len(list))
	for i, f := range list {
		out[i] = f.branch
		out[i].demands = append(slices.Clip(f.demands), present(f.at))
	}
	return out
}

// maxFound bounds the ways that are looked at for one path.
const maxFound = 24

// exists returns ways to make a path select a value.
func (s *solver) exists(g goal, path *expr.Path, at place) []found {
	list := []found{{at: at}}
	for i, segment := range path.Segments {
		var next []found
		for _, f := range list {
			for _, from := range s.descend(segment, f.at) {
				for _, selector := range segment.Selectors {
					for _, step := range s.choose(g, selector, from, path.TestsRoot && i == 0) {
						if len(next) == maxFound {
							break
						}
						next = append(next, found{
							branch: branch{goals: slices.Concat(f.goals, step.goals), demands: slices.Concat(f.demands, step.demands)},
							at:     step.at,
						})
					}
				}
			}
		}
		list = next
	}
	return list
}

// descend returns the places from which a segment may select: the place itself
// or, for a descendant segment, those below that have what it names.
func (s *solver) descend(segment expr.PathSegment, at place) []place {
	if !segment.Descendant {
		return []place{at}
	}
	const most = 4
	out := s.holders(segment, at)
	out = out[:min(len(out), most)]
	// A value that has nothing of the kind may get it, or one inside it.
	return append(out, at, at.child(member("nested")))
}

// holders returns the places at and below one that have a child which the
// segment names.
func (s *solver) holders(segment expr.PathSegment, at place) []place {
	const most = 500
	var out []place
	queue := []place{at}
	for n := 0; len(queue) > 0 && n < most; n++ {
		next := queue[0]
		queue = queue[1:]
		v, ok := s.seen.lookup(next)
		if !ok {
			continue
		}
		for _, selector := range segment.Selectors {
			if _, has := childOf(v, tokenOf(selector)); has || selector.Kind != expr.SelectName && selector.Kind != expr.SelectIndex && isContainer(v) {
				out = append(out, next)
				break
			}
		}
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				queue = append(queue, next.child(member(k)))
			}
		case []any:
			for i := range v {
				queue = append(queue, next.child(element(i)))
			}
		}
	}
	return out
}

func tokenOf(selector expr.PathSelector) token {
	if selector.Kind == expr.SelectName {
		return member(selector.Name)
	}
	return element(selector.Index)
}

func isContainer(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	default:
		return false
	}
}

// choose returns ways to make a selector select a child of a place.
func (s *solver) choose(g goal, selector expr.PathSelector, at place, testsRoot bool) []found {
	switch selector.Kind {
	case expr.SelectName, expr.SelectIndex:
		return []found{{at: at.child(tokenOf(selector))}}
	case expr.SelectSlice:
		return []found{{at: at.child(element(selector.Index))}}
	default:
	}
	var out []found
	if v, ok := s.seen.lookup(at); testsRoot && ok {
		if _, isObject := v.(map[string]any); isObject {
			return []found{s.passing(g, selector, at)}
		}
	}
	for _, child := range s.children(at) {
		out = append(out, s.passing(g, selector, child))
	}
	return out
}

// passing is the way to make a child pass a filter; a wildcard asks for nothing.
func (s *solver) passing(g goal, selector expr.PathSelector, at place) found {
	f := found{at: at}
	f.demands = append(f.demands, present(at))
	if selector.Kind == expr.SelectFilter {
		inner := g.with(selector.Filter, true)
		inner.current = at
		f.goals = append(f.goals, inner)
	}
	return f
}

// children are the members or elements of a value that may be chosen: those that
// are there, the first few, and one that is not.
func (s *solver) children(at place) []place {
	const most = 3
	v, _ := s.seen.lookup(at)
	var out []place
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if len(out) < most {
				out = append(out, at.child(member(k)))
			}
		}
		if len(out) == 0 {
			out = append(out, at.child(member("key1")))
		}
	case []any:
		for i := range min(len(v), most) {
			out = append(out, at.child(element(i)))
		}
		out = append(out, at.child(element(len(v))))
	default:
		out = append(out, at.child(element(0)))
	}
	return out
}

// none returns ways to make a path select nothing.
func (s *solver) none(g goal, path *expr.Path, at place) []branch {
	for i, segment := range path.Segments {
		if segment.Descendant {
			return s.noneBelow(segment, at)
		}
		if len(segment.Selectors) == 1 {
			if k := segment.Selectors[0].Kind; k == expr.SelectName || k == expr.SelectIndex {
				at = at.child(tokenOf(segment.Selectors[0]))
				continue
			}
		}
		return s.noneOf(g, segment, at, path.TestsRoot && i == 0)
	}
	return demanding(absent(at))
}

// noneOf returns ways to make a segment select nothing of a value: by elements
// that no filter passes, by no elements, or by no value at all.
func (s *solver) noneOf(g goal, segment expr.PathSegment, at place, testsRoot bool) []branch {
	var out []branch
	if len(segment.Selectors) == 1 && segment.Selectors[0].Kind == expr.SelectFilter {
		filter := segment.Selectors[0].Filter
		var failing []goal
		fails := func(child place) {
			inner := g.with(filter, false)
			inner.current = child
			failing = append(failing, inner)
		}
		v, _ := s.seen.lookup(at)
		switch v := v.(type) {
		case map[string]any:
			if testsRoot {
				fails(at)
				return []branch{{goals: failing}}
			}
			for _, k := range slices.Sorted(maps.Keys(v)) {
				fails(at.child(member(k)))
			}
		case []any:
			for i := range v {
				fails(at.child(element(i)))
			}
		}
		if len(failing) > 0 && len(failing) <= maxFound {
			out = append(out, branch{goals: failing})
		}
	}
	return append(out, branch{demands: []demand{exactly(at, 0)}}, branch{demands: []demand{absent(at)}})
}

// noneBelow takes away all that a descendant segment names.
func (s *solver) noneBelow(segment expr.PathSegment, at place) []branch {
	var all branch
	for _, holder := range s.holders(segment, at) {
		for _, selector := range segment.Selectors {
			if selector.Kind == expr.SelectName || selector.Kind == expr.SelectIndex {
				all.demands = append(all.demands, absent(holder.child(tokenOf(selector))))
			} else {
				all.demands = append(all.demands, exactly(holder, 0))
			}
		}
	}
	return []branch{all}
}

// count returns ways to make a path select so many values.
func (s *solver) count(g goal, path *expr.Path, at place, n int) []branch {
	if n == 0 {
		return s.none(g, path, at)
	}
	for i, segment := range path.Segments {
		if len(segment.Selectors) != 1 || segment.Descendant {
			break
		}
		selector := segment.Selectors[0]
		if selector.Kind == expr.SelectName || selector.Kind == expr.SelectIndex {
			at = at.child(tokenOf(selector))
			continue
		}
		if v, ok := s.seen.lookup(at); ok {
			if _, isObject := v.(map[string]any); isObject {
				break
			}
		}
		all := branch{demands: []demand{exactly(at, n)}}
		rest := &expr.Path{Segments: path.Segments[i+1:]}
		for k := range n {
			f := s.passing(g, selector, at.child(element(k)))
			all.goals, all.demands = append(all.goals, f.goals...), append(all.demands, f.demands...)
			if ways := branches(s.exists(g, rest, f.at)); len(ways) > 0 {
				all.goals, all.demands = append(all.goals, ways[0].goals...), append(all.demands, ways[0].demands...)
			}
		}
		return []branch{all}
	}
	return branches(s.exists(g, path, at))
}
