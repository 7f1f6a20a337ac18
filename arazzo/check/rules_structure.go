package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// structureRules are the rules about objects of the specification.
func structureRules() []Rule {
	return []Rule{
		{
			ID: "unknown-field", Family: Structure, Fixable: true,
			Reason: "a field that the specification does not define is ignored, and so is what its author meant by it",
			Spec:   "Arazzo 1.1.0, Specification Extensions",
		},
		{
			ID: "missing-field", Family: Structure,
			Reason: "without a field that the specification requires, what the object means is not known",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "wrong-type", Family: Structure,
			Reason: "a value of another type than the specification says cannot be understood",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "invalid-value", Family: Structure,
			Reason: "a value that the specification does not admit has no meaning",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "empty-list", Family: Structure,
			Reason: "the specification asks for one item at least",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "conflicting-fields", Family: Structure,
			Reason: "fields that exclude each other leave open which of them counts",
			Spec:   "Arazzo 1.1.0, Step Object",
		},
		{
			ID: "ignored-field", Family: Structure, Severity: diag.Warning,
			Reason: "a field without effect misleads whoever reads the document",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "duplicate-name", Family: Structure,
			Reason: "a name that stands for two things refers to neither",
			Spec:   "Arazzo 1.1.0, Schema",
		},
		{
			ID: "invalid-inputs-schema", Family: Structure,
			Reason: "inputs cannot be checked against what is no JSON Schema",
			Spec:   "Arazzo 1.1.0, Workflow Object: inputs",
		},
		{
			ID: "reference-cycle", Family: Structure,
			Reason: "a schema that applies to the same value again and again never ends",
			Spec:   "JSON Schema 2020-12, 9.4.1",
		},
		{
			ID: "not-supported-yet", Family: Structure,
			Reason: "what this release cannot carry out must not be skipped silently",
		},
		{
			ID: "unknown-rule", Family: Structure, Severity: diag.Warning,
			Reason: "a rule that does not exist cannot be silenced",
		},
		{
			ID: "ignore-without-reason", Family: Structure, Severity: diag.Warning,
			Reason: "whoever finds a silenced rule wants to know why",
		},
		{
			ID: "unused-ignore", Family: Structure, Severity: diag.Warning,
			Reason: "what silences nothing hides the next problem",
		},
	}
}
