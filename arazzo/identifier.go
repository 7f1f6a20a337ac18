package arazzo

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// maxCandidates bounds the names that are compared with one that is not known.
const maxCandidates = 2000

// resembling returns the names that a mistyped one was probably meant to be.
func resembling(name string, candidates []string) []string {
	return nearest.Find(name, candidates[:min(len(candidates), maxCandidates)])
}

// isIdentifier reports whether a name is of the form that the specification
// recommends for ids: letters, digits, "_" and "-".
func isIdentifier(name string) bool { return isMadeOf(name, "_-") }

// isKey reports whether a name is one that outputs and components may have:
// letters, digits, ".", "_" and "-".
func isKey(name string) bool { return isMadeOf(name, "._-") }

func isMadeOf(name, also string) bool {
	for i := range len(name) {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || strings.IndexByte(also, c) >= 0 {
			continue
		}
		return false
	}
	return name != ""
}

// identifier checks the form of an id. The specification says SHOULD, so the
// form is never an error; an empty id is.
func (c *checker) identifier(place Origin, what string, as declared) {
	name := as.name
	switch {
	case !place.Exists():
	case name == "" && Value.Kind(Value{place}) == String:
		c.errorAt(place, "invalid-value", "", "the %s is empty", what)
	case name != "" && !isIdentifier(name):
		d := diag.Diagnostic{
			Rule: "spaced-identifier", Severity: diag.Warning, Range: place.Range(), Pointer: place.Pointer(),
			Message: fmt.Sprintf("the %s %q should only hold letters, digits, \"_\" and \"-\"", what, shown(name)),
		}
		c.fixes.misnamed(d, as)
		c.add(d)
	}
}

// key checks the name of an output or component.
//
// Arazzo 1.1.0, Step Object, Workflow Object and Components Object: the keys
// MUST match ^[a-zA-Z0-9\.\-_]+$.
func (c *checker) key(entry Origin, what string, as declared) {
	name := as.name
	if isKey(name) {
		return
	}
	if name == "" {
		c.add(diag.Diagnostic{Rule: "invalid-value", Range: entry.NameRange(), Pointer: entry.Pointer(), Message: fmt.Sprintf("the name of the %s is empty", what)})
		return
	}
	d := diag.Diagnostic{
		Rule: "spaced-identifier", Severity: c.dialect(), Range: entry.NameRange(), Pointer: entry.Pointer(),
		Message: fmt.Sprintf("the name of the %s %q may only hold letters, digits, \".\", \"_\" and \"-\"", what, shown(name)),
	}
	c.fixes.misnamed(d, as)
	c.add(d)
}
