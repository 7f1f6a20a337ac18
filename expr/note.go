package expr

import (
	"fmt"
	"strings"
)

// The rules that a [Note] can name.
const (
	RuleUnbracedExpression         = "unbraced-expression"
	RuleDoubleQuotedString         = "double-quoted-string"
	RuleHeadersPlural              = "headers-plural"
	RuleDottedAccess               = "dotted-access"
	RuleBareInputsContext          = "bare-inputs-context"
	RulePointerExpression          = "pointer-expression"
	RulePointerWithoutSlash        = "pointer-without-slash"
	RuleSpacedIdentifier           = "spaced-identifier"
	RuleExpressionInName           = "expression-in-name"
	RuleBareValueCondition         = "bare-value-condition"
	RuleJSONPathComparison         = "jsonpath-comparison"
	RuleJSONPathLength             = "jsonpath-length"
	RuleJSONPathUnbracedExpression = "jsonpath-unbraced-expression"
	RuleJSONPathRootFilter         = "jsonpath-root-filter"
	// RuleLiteralBraces marks braces around something that looks like an
	// expression but is none, and therefore stays literal text.
	RuleLiteralBraces = "literal-braces"
)

// Note reports the use of a form that the specification does not have but that
// is understood all the same, or one that works but is likely a mistake. It is
// a warning.
type Note struct {
	Rule string
	// Offset and End delimit the form, in bytes of the text.
	Offset, End int
	// Message is one sentence: lower case, no full stop.
	Message string
	// Hint is the remedy in words. It may be empty.
	Hint string
	// Fix is the text to put in the place of the form so that it is in the
	// specification and means the same. It is empty if there is none.
	Fix string
	// Caveat says when the text of Fix means something else. Empty: never.
	Caveat string
	// NoFix says why there is no Fix where other uses of the form have one.
	NoFix string
	// Field is the field of a criterion the text stands in, "condition" or
	// "context". It is empty for other texts.
	Field string
}

// SyntaxError says that a text is not what it should be.
type SyntaxError struct {
	// Field is the field of a criterion the text stands in: "condition",
	// "context", "type" or "version". It is empty for other texts.
	Field string
	// Offset and End delimit the place of the error, in bytes of the text.
	Offset, End int
	// Message is one sentence: lower case, no full stop.
	Message string
	// Hint is the remedy. It may be empty.
	Hint string
}

// Error returns the message with its place.
func (e *SyntaxError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("at byte %d: %s", e.Offset, e.Message)
	}
	return fmt.Sprintf("%s, at byte %d: %s", e.Field, e.Offset, e.Message)
}

// shifted returns the error moved by n bytes.
func (e *SyntaxError) shifted(n int) *SyntaxError {
	moved := *e
	moved.Offset += n
	moved.End += n
	return &moved
}

// withField returns the error as one of the given field of a criterion.
func (e *SyntaxError) withField(field string) *SyntaxError {
	named := *e
	named.Field = field
	return &named
}

func syntaxErrorf(offset, end int, hint, format string, args ...any) *SyntaxError {
	return &SyntaxError{Offset: offset, End: max(offset, end), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Limits of the texts that are accepted.
const (
	maxTextBytes = 64 << 10 // of a condition, an expression
	maxNesting   = 100      // of parentheses and brackets
	maxRegexp    = 8 << 10  // bytes of a regular expression
)

// shorten cuts a text that is quoted in a message.
func shorten(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// nearest returns the candidate that differs from the word by the fewest
// edits, if they are few enough to suppose a slip of the keyboard.
func nearest(word string, candidates []string) (string, bool) {
	if len(word) > 64 {
		return "", false
	}
	best, bestDistance := "", 3
	for _, c := range candidates {
		d := editDistance(strings.ToLower(word), strings.ToLower(c))
		if d < bestDistance && d*2 < len(c) {
			best, bestDistance = c, d
		}
	}
	return best, best != ""
}

// editDistance is the Levenshtein distance in bytes, with the transposition of
// neighbours counted as one edit.
func editDistance(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
