package arazzo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// decoder turns nodes into objects of the model and collects what does not fit.
type decoder struct {
	src   *source
	minor int
	// version is what the document declares, for messages.
	version string
	list    diag.List
}

// full reports whether no more problems are collected. Those that would not
// be are not worked out either, for that takes time in a text of one long line.
func (d *decoder) full() bool { return len(d.list) >= maxProblems }

// report records a problem with a value.
func (d *decoder) report(n *node, rule, message, hint string) {
	if d.full() {
		return
	}
	d.add(diag.Diagnostic{Rule: rule, Message: message, Hint: hint, Range: d.at(n).Range(), Pointer: n.pointer()})
}

func (d *decoder) add(problem diag.Diagnostic) {
	if !d.full() {
		d.list.Add(problem)
	}
}

func (d *decoder) at(n *node) Origin { return Origin{src: d.src, node: n} }

func (d *decoder) value(n *node) Value { return Value{d.at(n)} }

// members returns the fixed fields of an object that are present, and reports
// unknown and missing ones. A value that is no object is reported too.
func (d *decoder) members(n *node, kind objectKind, also ...string) []*node {
	if n.kind != Object {
		d.wrongType(n, "an object")
		return nil
	}
	rules := kind.fields()
	known := make([]*node, 0, len(n.children))
	var misspelt []string
	for _, m := range n.children {
		switch {
		case strings.HasPrefix(m.key, "x-") && kind != reusableObject:
		case d.isKnown(m.key, rules, also):
			known = append(known, m)
		default:
			misspelt = append(misspelt, d.unknownField(m, kind, rules)...)
		}
	}
	for _, r := range rules {
		if r.required && !d.full() && n.member(r.name) == nil && !slices.Contains(misspelt, r.name) {
			problem := diag.Diagnostic{
				Rule: "missing-field", Range: d.at(n).headRange(), Pointer: n.pointer(),
				Message: fmt.Sprintf("%s needs the field %q", kind, r.name),
			}
			if kind == successActionObject && r.name == "type" {
				d.mendType(&problem, n)
			}
			d.add(problem)
		}
	}
	return known
}

func (d *decoder) isKnown(name string, rules []fieldRule, also []string) bool {
	for _, r := range rules {
		if r.name == name {
			return r.minor <= d.minor
		}
	}
	for _, a := range also {
		if a == name {
			return true
		}
	}
	return false
}

// unknownField reports a member that the specification does not define
// (Arazzo 1.1.0, Specification Extensions: other members begin with "x-"). It
// returns the fields that may have been meant.
func (d *decoder) unknownField(m *node, kind objectKind, rules []fieldRule) []string {
	if d.full() {
		return nil
	}
	problem := diag.Diagnostic{
		Rule: "unknown-field", Range: m.keyRange(d.src), Pointer: m.pointer(),
		Message: fmt.Sprintf("%s has no field %q", kind, shown(m.key)),
	}
	if kind == reusableObject {
		// Arazzo 1.1.0, Reusable Object: additional properties MUST be ignored.
		problem.Rule, problem.Severity = "ignored-field", diag.Warning
		problem.Message = fmt.Sprintf("the field %q of a reusable object is ignored", shown(m.key))
		d.add(problem)
		return nil
	}
	names := make([]string, 0, len(rules))
	for _, r := range rules {
		if r.name == m.key {
			problem.Hint = fmt.Sprintf("the field exists from Arazzo 1.1.0 on; this document declares %s", shown(d.version))
			d.add(problem)
			return nil
		}
		if r.minor <= d.minor {
			names = append(names, r.name)
		}
	}
	near := resembling(m.key, names)
	if len(near) > 0 {
		problem.Hint = didYouMean(near)
		if len(near) == 1 && m.parent.member(near[0]) == nil {
			edit, err := d.at(m).Rename(near[0])
			mend(&problem, fmt.Sprintf("rename it to %q", near[0]), "the field may have been meant otherwise", d.at(m), []diag.Edit{edit}, err)
		}
	} else {
		problem.Hint = "remove it, or begin its name with \"x-\" if it is an extension"
	}
	d.add(problem)
	return near
}

// didYouMean offers names.
func didYouMean(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(shown(n))
	}
	if len(quoted) > 1 {
		last := len(quoted) - 1
		return "did you mean " + strings.Join(quoted[:last], ", ") + " or " + quoted[last] + "?"
	}
	return "did you mean " + strings.Join(quoted, "") + "?"
}

// wrongType reports a value that is not of the type that its place asks for.
func (d *decoder) wrongType(n *node, want string) {
	if d.full() {
		return
	}
	name := "the document"
	switch {
	case n.parent != nil && n.parent.kind == Object:
		name = strconv.Quote(shown(n.key))
	case n.parent != nil:
		name = fmt.Sprintf("item %d of %q", n.index+1, shown(n.parent.key))
	}
	is, hint := "", ""
	switch n.kind {
	case Null:
		is = "empty"
	case Array, Object:
		is = "an " + n.kind.String()
	case Number, Bool, String:
		is = "a " + n.kind.String()
		if want == "a string" {
			hint = fmt.Sprintf("quote it: %s", strconv.Quote(shown(d.spelling(n))))
		}
	case Absent:
		is = "absent"
	}
	problem := diag.Diagnostic{
		Rule: "wrong-type", Message: fmt.Sprintf("%s must be %s, but it is %s", name, want, is), Hint: hint,
		Range: d.at(n).Range(), Pointer: n.pointer(),
	}
	if want == "a string" && (n.kind == Number || n.kind == Bool) {
		edit, err := d.at(n).Quote()
		mend(&problem, hint, "", d.at(n), []diag.Edit{edit}, err)
	}
	d.add(problem)
}

// spelling is a scalar as it stands in the source.
func (d *decoder) spelling(n *node) string {
	start, end := extent(d.src.text, n)
	if end > start {
		return string(d.src.text[start:end])
	}
	return n.text
}

func (d *decoder) text(n *node) string {
	if n.kind != String {
		d.wrongType(n, "a string")
		return ""
	}
	return n.text
}

func (d *decoder) texts(n *node) []string {
	if n.kind != Array {
		d.wrongType(n, "an array of strings")
		return nil
	}
	list := make([]string, len(n.children))
	for i, c := range n.children {
		list[i] = d.text(c)
	}
	return list
}

// wholeNumber reads a non-negative integer.
func (d *decoder) wholeNumber(n *node) int {
	if n.kind != Number {
		d.wrongType(n, "an integer")
		return 0
	}
	i, err := strconv.ParseInt(n.text, 10, 64)
	switch {
	case err != nil && strings.ContainsAny(n.text, ".eE"):
		d.report(n, "wrong-type", fmt.Sprintf("%q must be an integer, but it is %s", n.key, shown(n.text)), "")
	case err != nil || i > maxInteger:
		d.report(n, "invalid-value", fmt.Sprintf("%q is too large", n.key), "")
	case i < 0:
		d.report(n, "invalid-value", fmt.Sprintf("%q must not be negative", n.key), "")
	default:
		return int(i)
	}
	return 0
}

// maxInteger is the largest retry limit and timeout.
const maxInteger = 1<<31 - 1

// seconds reads a non-negative number of seconds (Arazzo 1.1.0, Failure Action
// Object: retryAfter is a non-negative decimal).
func (d *decoder) seconds(n *node) time.Duration {
	if n.kind != Number {
		d.wrongType(n, "a number of seconds")
		return 0
	}
	pause, ok := seconds(json.Number(n.text))
	switch {
	case !ok && strings.HasPrefix(n.text, "-"):
		d.report(n, "invalid-value", fmt.Sprintf("%q must not be negative", n.key), "")
	case !ok:
		d.report(n, "invalid-value", fmt.Sprintf("%q is too large", n.key), "")
	}
	return pause
}

// decodeList reads an array, item by item. Least is how many items it must have.
func decodeList[T any](d *decoder, n *node, least int, item func(*node) T) []T {
	if n.kind != Array {
		d.wrongType(n, "an array")
		return nil
	}
	if len(n.children) < least {
		d.report(n, "empty-list", fmt.Sprintf("%q must have at least one item", n.key), "")
	}
	items := make([]T, len(n.children))
	for i, c := range n.children {
		items[i] = item(c)
	}
	return items
}

// decodeMap reads an object as a map whose order is kept.
func decodeMap[T any](d *decoder, n *node, item func(*node) T) []Named[T] {
	if n.kind != Object {
		d.wrongType(n, "an object")
		return nil
	}
	entries := make([]Named[T], 0, len(n.children))
	for _, c := range n.children {
		entries = append(entries, Named[T]{Name: c.key, Value: item(c)})
	}
	return entries
}

// headRange is a place for what an object lacks: its start.
func (o Origin) headRange() diag.Range {
	if o.node != nil && o.node.kind == Object && len(o.node.children) > 0 && o.node.style != jsonStyle {
		if first := o.node.children[0]; first.keyOffset >= o.node.offset {
			return first.keyRange(o.src)
		}
	}
	return o.src.point(o.node.offset)
}

// mendType adds the type of a success action that leads somewhere: of the types
// that it can have, only "goto" does.
func (d *decoder) mendType(problem *diag.Diagnostic, n *node) {
	if n.member("name") == nil || n.member("stepId") == nil && n.member("workflowId") == nil || n.member("retryAfter") != nil || n.member("retryLimit") != nil {
		return
	}
	problem.Hint = "add type: goto"
	edit, err := d.at(n).InsertAfter("name", Member{Name: "type", Value: "goto"})
	mend(problem, problem.Hint, "", d.at(n), []diag.Edit{edit}, err)
}
