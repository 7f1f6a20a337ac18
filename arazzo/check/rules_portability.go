package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// portabilityRules are the rules about what tools read differently.
func portabilityRules() []Rule {
	return []Rule{
		{
			ID: "jsonpath-comparison", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "other tools take a JSONPath for a query, not for a comparison",
			Spec:   "RFC 9535, 2.1",
		},
		{
			ID: "jsonpath-length", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "JSONPath has no length member, but a function of that name",
			Spec:   "RFC 9535, 2.4.4",
		},
		{
			ID: "jsonpath-unbraced-expression", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "other tools take an expression without braces in a query for plain text",
			Spec:   "Arazzo 1.1.0, Criterion Object: condition",
		},
		{
			ID: "jsonpath-root-filter", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "a filter on an object applies to its members, not to the object itself",
			Spec:   "RFC 9535, 2.3.5",
		},
		{
			ID: "unbraced-expression", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "other tools send an expression that stands in text without braces as it is written",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "double-quoted-string", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "conditions have strings in single quotes only",
			Spec:   "Arazzo 1.1.0, Criterion Object: Literals",
		},
		{
			ID: "headers-plural", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "the name in the grammar is \"header\"",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "dotted-access", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "the grammar has no member access outside of conditions, and tools differ in what they make of it",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "bare-inputs-context", Family: Portability, Severity: diag.Warning,
			Reason: "the grammar asks for the name of an input",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "pointer-expression", Family: Portability, Severity: diag.Warning,
			Reason: "other tools take an expression in a JSON Pointer for the name of a member",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "pointer-without-slash", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "a JSON Pointer begins with \"/\"",
			Spec:   "RFC 6901, 3",
		},
		{
			ID: "expression-in-name", Family: Portability, Severity: diag.Warning,
			Reason: "other tools take an expression in the name of a member of a payload for the name itself",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "spaced-identifier", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "names with other characters cannot be used in expressions of every tool",
			Spec:   "Arazzo 1.1.0, Workflow Object: workflowId",
		},
		{
			ID: "retry-on-success", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "success actions have no type \"retry\"",
			Spec:   "Arazzo 1.1.0, Success Action Object: type",
		},
		{
			ID: "unqualified-operation-id", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "with several sources an operationId must say which one it is of",
			Spec:   "Arazzo 1.1.0, Step Object: operationId",
		},
		{
			ID: "source-name-operation-path", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "an operationPath names its source by an expression in braces",
			Spec:   "Arazzo 1.1.0, Step Object: operationPath",
		},
		{
			ID: "flat-criterion-version", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "a version belongs into the object that names the type",
			Spec:   "Arazzo 1.1.0, Expression Type Object",
		},
		{
			ID: "body-parameter", Family: Portability, Severity: diag.Warning,
			Reason: "only Arazzo 1.0.0 has parameters in the body",
			Spec:   "Arazzo 1.0.1, Parameter Object: in",
		},
		{
			ID: "bare-value-condition", Family: Portability, Severity: diag.Warning, Fixable: true,
			Reason: "tools differ in which values they take for true",
			Spec:   "Arazzo 1.1.0, Criterion Object: condition",
		},
		{
			ID: "xpath-text-order", Family: Portability, Severity: diag.Warning,
			Reason: "XPath 1.0 compares texts as numbers, later versions character by character",
			Spec:   "XPath 2.0, appendix I",
		},
		{
			ID: "open-fall-through", Family: Portability, Severity: diag.Info,
			Reason: "the specification does not say what follows where none of the listed actions applies",
			Spec:   "Arazzo 1.1.0, Step Object: onSuccess",
		},
		{
			ID: "merged-actions", Family: Portability, Severity: diag.Info,
			Reason: "tools differ in whether the actions of a workflow follow those of a step or are replaced by them",
			Spec:   "Arazzo 1.1.0, Workflow Object: successActions",
		},
		{
			ID: "inputs-of-goto", Family: Portability, Severity: diag.Info,
			Reason: "tools differ in which inputs a workflow gets that an action leads to",
			Spec:   "Arazzo 1.1.0, Success Action Object: workflowId",
		},
		{
			ID: "case-of-text", Family: Portability, Severity: diag.Info,
			Reason: "texts compare without regard to case, which most tools do not know",
			Spec:   "Arazzo 1.1.0, Criterion Object: Operators",
		},
		{
			ID: "optional-input", Family: Portability, Severity: diag.Info,
			Reason: "tools differ in what they send for an input that is not given",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
	}
}
