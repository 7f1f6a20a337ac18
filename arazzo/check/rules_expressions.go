package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// expressionRules are the rules about expressions and conditions.
func expressionRules() []Rule {
	return []Rule{
		{
			ID: "invalid-expression", Family: Expressions,
			Reason: "what begins like a runtime expression and is none stays text, or stops the run",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "invalid-condition", Family: Expressions,
			Reason: "a condition that cannot be read cannot be decided",
			Spec:   "Arazzo 1.1.0, Criterion Object: condition",
		},
		{
			ID: "invalid-jsonpath", Family: Expressions,
			Reason: "a query that cannot be read selects nothing",
			Spec:   "RFC 9535",
		},
		{
			ID: "invalid-regex", Family: Expressions,
			Reason: "a regular expression that cannot be read matches nothing",
			Spec:   "RE2 syntax",
		},
		{
			ID: "invalid-xpath", Family: Expressions,
			Reason: "a query that cannot be read, or needs another version of XPath, selects nothing",
			Spec:   "XPath 1.0",
		},
		{
			ID: "invalid-selector", Family: Expressions,
			Reason: "a selector that cannot be read selects nothing",
			Spec:   "Arazzo 1.1.0, Selector Object: selector",
		},
		{
			ID: "unknown-target", Family: Expressions, Severity: diag.Warning,
			Reason: "what the payload does not have cannot be replaced",
			Spec:   "Arazzo 1.1.0, Payload Replacement Object: target",
		},
		{
			ID: "constant-output", Family: Expressions, Severity: diag.Warning,
			Reason: "an output that is always the same text was probably meant to be an expression",
			Spec:   "Arazzo 1.1.0, Step Object: outputs",
		},
		{
			ID: "literal-braces", Family: Expressions, Severity: diag.Warning,
			Reason: "braces around what is no expression are sent as they are",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
	}
}
