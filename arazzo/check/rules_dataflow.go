package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// dataFlowRules are the rules about the types of values.
func dataFlowRules() []Rule {
	return []Rule{
		{
			ID: "impossible-pointer", Family: DataFlow, Severity: diag.Warning,
			Reason: "a pointer to what the value does not have never finds a value",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "type-mismatch", Family: DataFlow, Severity: diag.Warning,
			Reason: "an API refuses a value of another type than it declares",
			Spec:   "OpenAPI 3.1.1, Schema Object",
		},
		{
			ID: "missing-member", Family: DataFlow, Severity: diag.Warning,
			Reason: "an API refuses a body without a member that it requires",
			Spec:   "JSON Schema 2020-12 Validation, 6.5.3",
		},
		{
			ID: "optional-input-required", Family: DataFlow, Severity: diag.Warning,
			Reason: "a request that lacks a parameter which it requires is not sent",
			Spec:   "OpenAPI 3.1.1, Parameter Object: required",
		},
		{
			ID: "undeclared-member", Family: DataFlow, Severity: diag.Warning,
			Reason: "a member of the payload that the operation does not declare is likely misspelt or ignored",
			Spec:   "OpenAPI 3.1.1, Schema Object",
		},
		{
			ID: "undeclared-value", Family: DataFlow, Severity: diag.Warning,
			Reason: "a value that the description does not list is likely misspelt",
			Spec:   "JSON Schema 2020-12 Validation, 6.1.2",
		},
		{
			ID: "undeclared-status", Family: DataFlow, Severity: diag.Warning,
			Reason: "a step that waits for a status which the operation does not declare is likely to fail",
			Spec:   "OpenAPI 3.1.1, Responses Object",
		},
		{
			ID: "impossible-comparison", Family: DataFlow, Severity: diag.Warning,
			Reason: "a comparison that can never hold decides nothing",
			Spec:   "Arazzo 1.1.0, Criterion Object: condition",
		},
		{
			ID: "skipped-step-output", Family: DataFlow, Severity: diag.Warning,
			Reason: "an output of a step that a branch goes around has no value there",
			Spec:   "Arazzo 1.1.0, Step Object: outputs",
		},
	}
}
