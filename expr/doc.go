// Package expr holds the languages that stand inside the strings of an Arazzo
// document: runtime expressions, string templates with embedded expressions,
// JSON Pointers, selectors, and the conditions of criteria (simple, regex,
// JSONPath, XPath).
//
// A text is compiled once, with [ParseExpression], [ParseTemplate] or
// [CompileCriterion], and evaluated any number of times against an
// [Environment] that the caller supplies. The package knows no document and
// does no I/O. Everything it returns is immutable and safe for concurrent use.
//
// Values are Go values of JSON: nil, bool, string, [encoding/json.Number],
// []any and map[string]any. A value that does not exist is told apart from
// null by a separate boolean. Numbers are compared by their exact decimal
// value and never go through a float64, except inside JSONPath filters, where
// a literal that float64 cannot hold is refused.
//
// Text that departs from the specification in one of the known ways of
// published documents is accepted with a [Note], unless Options.Strict is set.
// What cannot be understood is a [*SyntaxError]. Both point into the text.
package expr
