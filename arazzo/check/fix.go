package check

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// FixOptions says how [Fix] mends a document.
type FixOptions struct {
	// Load reads the document with its sources, the text of which it is given.
	// It is called once for each round, and with the same name.
	Load func(text []byte) (*arazzo.Bundle, diag.List)
	// Check says how the document is judged. What is off or silenced is not
	// mended. Strict has no effect: what the strict reading refuses outright is
	// not understood well enough to be mended.
	Check Options
	// Rules are the ids of the rules to mend. Empty: all.
	Rules []string
	// Strict mends only what the specification does not admit.
	Strict bool
	// Exact leaves out what may mean something else afterwards.
	Exact bool
}

// Fixed is what became of a document.
type Fixed struct {
	// Before and After are the text without a byte order mark. They are the same if
	// nothing was mended.
	Before, After []byte
	// Applied are the problems that were mended, in the order in which that was
	// done, with the fixes that did it. Their places are those in the text of their
	// round. Of those that one fix mends only the first is listed.
	Applied diag.List
	// Left are the problems of the selection that have a fix elsewhere and none
	// here, or one that was not made. NoFix says why. Their places are in After.
	Left diag.List
	// Errors are those of the document as it was, if it could not be read at all.
	Errors diag.List
	// Bundle is the document after the last round.
	Bundle *arazzo.Bundle
}

// Changed reports whether anything was mended.
func (f *Fixed) Changed() bool { return string(f.Before) != string(f.After) }

// UnsoundError says that a document with its fixes would have an error that it
// did not have before.
type UnsoundError struct{ Found diag.List }

// Error returns the first of the errors.
func (e *UnsoundError) Error() string {
	return "the changed document would have an error: " + e.Found[0].Error()
}

// maxRounds bounds how often a document is judged anew. What a fix uncovers is
// mended in the next round, and so is what is beyond the number of problems that
// one judgement may find.
const maxRounds = 100

// Fix applies the fixes of a document until there are none left. One after which
// the document would have an error that it did not have before is not made. If
// several have that effect only together the error is an [*UnsoundError].
func Fix(text []byte, o FixOptions) (*Fixed, error) {
	m := mender{o: o, result: &Fixed{Before: text, After: text}}
	m.o.Check.Strict, m.o.Check.Fixes = false, true
	// What is off is found all the same, to leave out the fixes that would mend it
	// with what is not.
	m.o.Check.Severities = maps.Clone(o.Check.Severities)
	maps.DeleteFunc(m.o.Check.Severities, func(rule string, level Level) bool {
		if level == Off {
			m.off = append(m.off, rule)
		}
		return level == Off
	})
	m.result.Bundle, m.list = m.load(text)
	if !m.result.Bundle.Entry.Exists() {
		m.result.Errors = m.list.Select(diag.Error)
		return m.result, nil
	}
	for range maxRounds {
		m.errors = count(m.list)
		chosen := m.choose()
		if len(chosen) == 0 {
			return m.result, nil
		}
		if err := m.apply(chosen); err != nil && !m.exclude(chosen) {
			return nil, err
		}
	}
	for _, d := range m.choose() {
		d.NoFix = "there is more to change than is changed at once; start again"
		m.result.Left.Add(d)
	}
	return m.result, nil
}

// mender is one call of Fix.
type mender struct {
	o      FixOptions
	result *Fixed
	// list is what is wrong with the text as it is now.
	list diag.List
	// unsound are the fixes that are not made, with the reasons.
	unsound map[string]string
	// off are the rules that are not to be reported.
	off []string
	// errors counts the errors that the text has, by rule.
	errors map[string]int
}

// load finds what is wrong with a text.
func (m *mender) load(text []byte) (*arazzo.Bundle, diag.List) {
	b, loaded := m.o.Load(text)
	o := m.o.Check
	o.Loaded = loaded
	return b, Bundle(b, o)
}

// count counts the errors by rule. The messages of one may name what a fix
// changes.
func count(list diag.List) map[string]int {
	counts := map[string]int{}
	for _, d := range list.Select(diag.Error) {
		counts[d.Rule]++
	}
	return counts
}

// choose selects the fixes that can be made at once.
func (m *mender) choose() diag.List {
	list := m.list
	m.result.Left = nil
	leave := func(d diag.Diagnostic, reason string) {
		d.NoFix = cmp.Or(d.NoFix, reason)
		m.result.Left.Add(d)
	}
	unselected := map[string]string{}
	for _, d := range list {
		if d.Fix != nil && !m.selects(d.Rule) {
			unselected[keyOf(d.Fix)] = d.Rule
		}
	}
	var chosen diag.List
	var edits []diag.Edit
	for _, d := range list {
		switch {
		case !m.selects(d.Rule):
		case d.Fix == nil:
			if d.NoFix != "" {
				leave(d, "")
			}
		case slices.ContainsFunc(d.Fix.Edits, func(e diag.Edit) bool { return e.File != m.result.Bundle.Entry.File() }):
			leave(d, "it changes another document")
		case m.unsound[keyOf(d.Fix)] != "":
			leave(d, m.unsound[keyOf(d.Fix)])
		case m.o.Exact && d.Fix.Caveat != "":
			leave(d, d.Fix.Caveat)
		case unselected[keyOf(d.Fix)] != "":
			leave(d, fmt.Sprintf("the change is one of the rule %q, too, which is not selected", unselected[keyOf(d.Fix)]))
		case contains(edits, d.Fix.Edits):
		case isClear(edits, d.Fix.Edits):
			edits = append(edits, d.Fix.Edits...)
			chosen.Add(d)
		}
	}
	return chosen
}

// selects reports whether a rule is to be mended.
func (m *mender) selects(rule string) bool {
	if slices.Contains(m.off, rule) || len(m.o.Rules) > 0 && !slices.Contains(m.o.Rules, rule) {
		return false
	}
	return !m.o.Strict || IsDialect(rule)
}

// keyOf identifies the changes that a fix makes.
func keyOf(f *diag.Fix) string {
	var b strings.Builder
	for _, e := range f.Edits {
		fmt.Fprintf(&b, "%d-%d:%q ", e.Start, e.End, e.Text)
	}
	return b.String()
}

// contains reports whether all edits are made already.
func contains(made, edits []diag.Edit) bool {
	return !slices.ContainsFunc(edits, func(e diag.Edit) bool { return !slices.Contains(made, e) })
}

// isClear reports whether edits touch none of those that are made.
func isClear(made, edits []diag.Edit) bool {
	for _, e := range edits {
		for _, other := range made {
			if e.Start <= other.End && other.Start <= e.End {
				return false
			}
		}
	}
	return true
}

// apply changes the text, if the document is sound after it.
func (m *mender) apply(chosen diag.List) error {
	// An error hides others: what a source says that is not found, what is in an
	// object that is not understood. What comes to light is no fault of the change.
	if wrong := chosen.Select(diag.Error); len(wrong) > 0 {
		chosen, m.errors = wrong, nil
	}
	if err := m.try(chosen, true); err != nil {
		return err
	}
	m.result.Applied.Add(chosen...)
	return nil
}

// try finds out whether the document is sound with some fixes, and keeps them if
// that is asked for.
func (m *mender) try(chosen diag.List, keep bool) error {
	var edits []diag.Edit
	for _, d := range chosen {
		edits = append(edits, d.Fix.Edits...)
	}
	after, err := diag.Apply(string(m.result.After), edits)
	if err != nil {
		return err //nolint:wrapcheck // it says what it is about
	}
	b, list := m.load([]byte(after))
	if found := m.newErrors(b, list); len(found) > 0 {
		return &UnsoundError{Found: found}
	}
	if keep {
		m.result.After, m.result.Bundle, m.list = []byte(after), b, list
	}
	return nil
}

// exclude finds the fixes after which the document would not be sound, so that
// the others can be made. It reports false if there are none.
func (m *mender) exclude(chosen diag.List) bool {
	found := false
	for _, d := range chosen {
		var unsound *UnsoundError
		if errors.As(m.try(diag.List{d}, false), &unsound) {
			if m.unsound == nil {
				m.unsound = map[string]string{}
			}
			m.unsound[keyOf(d.Fix)] = "the document would have an error after it: " + unsound.Found[0].Message
			found = true
		}
	}
	return found
}

// newErrors returns the errors of the rules of which there are more than before.
func (m *mender) newErrors(b *arazzo.Bundle, list diag.List) diag.List {
	found := list.Select(diag.Error)
	if !b.Entry.Exists() {
		return found
	}
	if m.errors == nil {
		return nil
	}
	now := count(list)
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return now[d.Rule] <= m.errors[d.Rule] })
}

// IsDialect reports whether a rule is about a form that documents use and the
// specification does not have.
func IsDialect(rule string) bool {
	switch rule {
	case "jsonpath-comparison", "jsonpath-length", "jsonpath-unbraced-expression", "jsonpath-root-filter", "unbraced-expression",
		"double-quoted-string", "headers-plural", "dotted-access", "bare-inputs-context", "pointer-expression", "pointer-without-slash",
		"spaced-identifier", "source-name-operation-path", "retry-on-success", "unqualified-operation-id", "moved-source", "expression-in-name":
		return true
	default:
		return false
	}
}
