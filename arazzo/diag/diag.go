// Package diag describes what is wrong with a document and where.
//
// A [Diagnostic] is plain data: a rule id, a sentence, a place, a remedy.
// [List] collects all problems of a document so that they can be shown
// together. The renderers turn a list into text for people and machines.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a diagnostic stops a run.
type Severity int

// The severities, most severe last. The zero value is Error, so that a
// diagnostic whose author forgot to choose is never overlooked.
const (
	Error Severity = iota
	Warning
	Info
)

// String returns "error", "warning" or "info".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Info:
		return "info"
	default:
		return fmt.Sprintf("severity(%d)", int(s))
	}
}

// Position is a place in a source text. Line and Column count from 1, columns
// in Unicode code points. The zero value means that the place is not known.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// IsValid reports whether the place is known.
func (p Position) IsValid() bool { return p.Line > 0 }

// Compare orders positions from the start of a text to its end.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Range is a stretch of a file, from Start up to but not including End. An
// invalid End means that only the start is known. The zero value is no place.
type Range struct {
	File       string
	Start, End Position
}

// String returns "file:line:column" as far as it is known.
func (r Range) String() string {
	switch {
	case !r.Start.IsValid():
		return r.File
	case r.Start.Column <= 0:
		return fmt.Sprintf("%s:%d", r.File, r.Start.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", r.File, r.Start.Line, r.Start.Column)
	}
}

// Related is a second place that helps to understand a diagnostic.
type Related struct {
	Message string
	Range   Range
}

// Diagnostic is one problem of one document.
type Diagnostic struct {
	// Rule is the stable kebab-case id of the rule that found the problem.
	Rule     string
	Severity Severity
	// Message is one sentence: lower case, no full stop, names quoted.
	Message string
	// Hint is the remedy. It may be empty.
	Hint  string
	Range Range
	// Pointer is the JSON Pointer of the object concerned, if there is one.
	Pointer string
	Related []Related
	// Fix is a change that mends the problem, nil if there is none that can be
	// made without knowing what the author meant.
	Fix *Fix
	// NoFix says why there is no fix here although the rule has one elsewhere.
	// It may be empty.
	NoFix string
}

// Error returns "file:line:column: message (rule)", without the hint.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if place := d.Range.String(); place != "" {
		b.WriteString(place)
		b.WriteString(": ")
	}
	b.WriteString(d.Message)
	if d.Rule != "" {
		b.WriteString(" (")
		b.WriteString(d.Rule)
		b.WriteString(")")
	}
	return b.String()
}

// List is a collection of diagnostics. The zero value is empty and usable.
// A List is not safe for concurrent use.
type List []Diagnostic

// Add appends diagnostics.
func (l *List) Add(ds ...Diagnostic) { *l = append(*l, ds...) }

// HasErrors reports whether a diagnostic of severity Error is in the list.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Select returns the diagnostics of one severity, in their order.
func (l List) Select(s Severity) List {
	var out List
	for _, d := range l {
		if d.Severity == s {
			out = append(out, d)
		}
	}
	return out
}

// Sort orders the list by file and position and removes exact repetitions of
// a rule with the same message at one place.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Range.File, b.Range.File),
			a.Range.Start.Compare(b.Range.Start),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Rule == b.Rule && a.Message == b.Message && a.Range == b.Range
	})
}

// Err returns nil if the list holds no error, else an error of type
// [*ListError] that carries the whole list.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return &ListError{List: l}
}

// ListError makes a [List] with at least one error travel as a Go error.
type ListError struct{ List List }

// Error returns the errors of the list, one a line.
func (e *ListError) Error() string {
	var lines []string
	for i := range e.List {
		if e.List[i].Severity == Error {
			lines = append(lines, e.List[i].Error())
		}
	}
	return strings.Join(lines, "\n")
}
