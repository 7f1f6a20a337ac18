package mock

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
)

// xmlEdit changes a document so that a part of an XPath holds.
type xmlEdit func(root *node)

// xmlContext is the element at which an XPath is evaluated: in a predicate, the
// element that it is tested on. Nil stands for the root of the document.
type xmlContext func(root *node) *node

// expandXPath returns ways to make an XPath hold, or not hold.
func expandXPath(t *expr.XPathTerm, want bool, at xmlContext) [][]xmlEdit {
	switch t.Kind {
	case expr.XPathOperator:
		switch t.Op {
		case "and", "or":
			if (t.Op == "and") == want {
				return product(expandXPath(t.Terms[0], want, at), expandXPath(t.Terms[1], want, at))
			}
			return append(expandXPath(t.Terms[0], want, at), expandXPath(t.Terms[1], want, at)...)
		case "|":
			if want {
				return append(expandXPath(t.Terms[0], want, at), expandXPath(t.Terms[1], want, at)...)
			}
			return product(expandXPath(t.Terms[0], want, at), expandXPath(t.Terms[1], want, at))
		case "=", "!=", "<", "<=", ">", ">=":
			return compareXPath(t, want, at)
		}
	case expr.XPathCall:
		return callXPath(t, want, at)
	case expr.XPathPath, expr.XPathFilter:
		if want {
			return [][]xmlEdit{{reach(t, at, nil)}}
		}
		return [][]xmlEdit{{vanish(t, at)}}
	default:
	}
	return unknownXPath()
}

// unknownXPath leaves a part to the judgement of the finished document.
func unknownXPath() [][]xmlEdit { return [][]xmlEdit{nil} }

// maxEdits bounds the ways that are looked at for one XPath.
const maxEdits = 64

func product(a, b [][]xmlEdit) [][]xmlEdit {
	var out [][]xmlEdit
	for _, x := range a {
		for _, y := range b {
			if len(out) < maxEdits {
				out = append(out, slices.Concat(x, y))
			}
		}
	}
	return out
}

func callXPath(t *expr.XPathTerm, want bool, at xmlContext) [][]xmlEdit {
	switch t.Op {
	case "not":
		return expandXPath(t.Terms[0], !want, at)
	case "boolean", "exists":
		return expandXPath(t.Terms[0], want, at)
	case "empty":
		return expandXPath(t.Terms[0], !want, at)
	case "contains", "starts-with", "ends-with", "matches":
		if len(t.Terms) != 2 || t.Terms[1].Kind != expr.XPathLiteral {
			break
		}
		text := t.Terms[1].Text
		if t.Op == "matches" {
			text = matchOf(text)
		}
		if !want {
			text = "-"
		}
		return settings(t.Terms[0], []string{text}, at)
	case "count", "string-length":
		return countXPath(t, "!=", 0, want, at)
	case "string", "normalize-space", "number", "sum", "floor", "ceiling", "round":
		if len(t.Terms) != 1 {
			break
		}
		if want {
			return settings(t.Terms[0], []string{"1", "a"}, at)
		}
		return settings(t.Terms[0], []string{"", "0"}, at)
	}
	return unknownXPath()
}

// compareXPath expands a comparison of a path with a constant, or of two paths.
func compareXPath(t *expr.XPathTerm, want bool, at xmlContext) [][]xmlEdit {
	left, right, op := t.Terms[0], t.Terms[1], t.Op
	if isConstantXPath(left) {
		left, right, op = right, left, mirrored(op)
	}
	if !isConstantXPath(right) {
		// Both are given the same text, or different ones.
		var out [][]xmlEdit
		for _, pair := range [][2]string{{"1", "1"}, {"1", "2"}, {"2", "1"}} {
			out = append(out, product(settings(left, pair[:1], at), settings(right, pair[1:], at))...)
		}
		return out
	}
	if left.Kind == expr.XPathCall && (left.Op == "count" || left.Op == "string-length") {
		n, err := strconv.ParseFloat(right.Text, 64)
		if err != nil || n < -1 || n > 50 {
			return unknownXPath()
		}
		return countXPath(left, op, int(n), want, at)
	}
	texts := textsNear(right)
	out := settings(left, texts, at)
	if !want {
		out = append(out, removal(left, at)...)
	}
	return out
}

// textsNear are a text and its neighbours: one of them compares as it is wanted.
func textsNear(constant *expr.XPathTerm) []string {
	text := constant.Text
	if constant.Kind == expr.XPathNegation && len(constant.Terms) == 1 {
		text = "-" + constant.Terms[0].Text
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return []string{text, strconv.FormatFloat(n+1, 'f', -1, 64), strconv.FormatFloat(n-1, 'f', -1, 64)}
	}
	return []string{text, text + "-other", "", "zzzz"}
}

func isConstantXPath(t *expr.XPathTerm) bool {
	switch t.Kind {
	case expr.XPathLiteral, expr.XPathNumber:
		return true
	case expr.XPathNegation:
		return isConstantXPath(t.Terms[0])
	case expr.XPathCall:
		return t.Op == "true" || t.Op == "false"
	default:
		return false
	}
}

func mirrored(op string) string {
	return strings.NewReplacer("<", ">", ">", "<").Replace(op)
}

// settings are ways to give what a term reads one of the texts.
func settings(t *expr.XPathTerm, texts []string, at xmlContext) [][]xmlEdit {
	path := readBy(t)
	if path == nil {
		return unknownXPath()
	}
	var out [][]xmlEdit
	for _, text := range texts {
		out = append(out, []xmlEdit{reach(path, at, &text)})
	}
	return out
}

func removal(t *expr.XPathTerm, at xmlContext) [][]xmlEdit {
	if path := readBy(t); path != nil {
		return [][]xmlEdit{{vanish(path, at)}}
	}
	return nil
}

// readBy returns the path whose text decides the value of a term, or nil.
func readBy(t *expr.XPathTerm) *expr.XPathTerm {
	switch t.Kind {
	case expr.XPathPath, expr.XPathFilter:
		return t
	case expr.XPathCall, expr.XPathOperator:
		for _, inner := range t.Terms {
			if path := readBy(inner); path != nil {
				return path
			}
		}
	default:
	}
	return nil
}

// countXPath expands the comparison of count() or string-length() with a number.
func countXPath(t *expr.XPathTerm, op string, n int, want bool, at xmlContext) [][]xmlEdit {
	if len(t.Terms) != 1 {
		return unknownXPath()
	}
	path := readBy(t.Terms[0])
	if path == nil {
		return unknownXPath()
	}
	var out [][]xmlEdit
	for _, k := range []int{1, n, n + 1, n - 1, 0} {
		if k < 0 || holds(k, op, n) != want {
			continue
		}
		if t.Op == "string-length" {
			text := strings.Repeat("a", k)
			out = append(out, []xmlEdit{reach(path, at, &text)})
			continue
		}
		if k == 0 {
			out = append(out, []xmlEdit{vanish(path, at)})
			continue
		}
		out = append(out, []xmlEdit{func(root *node) {
			resize(root, path, at, k, func(count int) bool { return holds(count, op, n) == want })
		}})
	}
	return out
}

func holds(a int, op string, b int) bool {
	switch op {
	case "=":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	default:
		return a >= b
	}
}
