package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// referenceRules are the rules about what a document names.
func referenceRules() []Rule {
	return []Rule{
		{
			ID: "source-not-found", Family: References,
			Reason: "operations cannot be called without the description of their API",
			Spec:   "Arazzo 1.1.0, Source Description Object: url",
		},
		{
			ID: "source-unreadable", Family: References,
			Reason: "operations cannot be called without the description of their API",
			Spec:   "Arazzo 1.1.0, Source Description Object: url",
		},
		{
			ID: "moved-source", Family: References, Fixable: true,
			Reason: "the description of an API is found only where the document says, or where you say",
			Spec:   "Arazzo 1.1.0, Source Description Object: url",
		},
		{
			ID: "invalid-source", Family: References,
			Reason: "a source that is no description of an API or of workflows offers nothing to call",
			Spec:   "Arazzo 1.1.0, Source Description Object",
		},
		{
			ID: "source-type", Family: References, Fixable: true,
			Reason: "a source that is of another type than declared is read wrongly",
			Spec:   "Arazzo 1.1.0, Source Description Object: type",
		},
		{
			ID: "too-many-sources", Family: References,
			Reason:  "reading without a bound could exhaust the machine",
			Unshown: "it takes more than a thousand sources",
		},
		{
			ID: "unknown-source", Family: References,
			Reason:  "a location is given for a source that the document does not describe",
			Unshown: "it depends on how the command is called",
		},
		{
			ID: "unknown-workflow", Family: References,
			Reason:  "a workflow is asked for that the document does not have",
			Unshown: "it depends on how the command is called",
		},
		{
			ID: "duplicate-self", Family: References,
			Reason:  "a URI that identifies two documents refers to neither",
			Spec:    "Arazzo 1.1.0, Identity-Based Referencing",
			Unshown: "it depends on which documents are given",
		},
		{
			ID: "unused-document", Family: References, Severity: diag.Warning,
			Reason:  "a document that nothing refers to was probably meant to be used",
			Unshown: "it depends on which documents are given",
		},
		{
			ID: "undefined-source", Family: References,
			Reason: "an expression cannot lead to a source that is not described",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "unavailable-source", Family: References,
			Reason:  "what a source defines is not known while it cannot be read",
			Spec:    "Arazzo 1.1.0, Source Description Object",
			Unshown: "it only follows from another problem",
		},
		{
			ID: "unknown-operation", Family: References,
			Reason: "a step cannot call an operation that the API does not have",
			Spec:   "Arazzo 1.1.0, Step Object: operationId",
		},
		{
			ID: "ambiguous-operation", Family: References,
			Reason: "an operationId that several operations have refers to none of them",
			Spec:   "Arazzo 1.1.0, Step Object: operationId",
		},
		{
			ID: "invalid-operation", Family: References,
			Reason: "what the reference leads to is not something that a step can call",
			Spec:   "Arazzo 1.1.0, Step Object: operationPath",
		},
		{
			ID: "invalid-operation-path", Family: References,
			Reason: "an operationPath names a source and, within it, an operation by a JSON Pointer",
			Spec:   "Arazzo 1.1.0, Step Object: operationPath",
		},
		{
			ID: "invalid-description", Family: References, Severity: diag.Warning,
			Reason: "a part of an API description that the operation needs is broken",
			Spec:   "OpenAPI 3.1.1, Schema",
		},
		{
			ID: "unsupported-description", Family: References,
			Reason: "an API description in a format that is not read offers nothing to call",
			Spec:   "Arazzo 1.1.0, Source Description Object: type",
		},
		{
			ID: "dangling-reference", Family: References, Severity: diag.Warning,
			Reason: "a $ref that leads nowhere leaves open what the operation takes or gives",
			Spec:   "OpenAPI 3.1.1, Reference Object",
		},
		{
			ID: "missing-path-parameter", Family: References,
			Reason: "a path with a part that is not filled in is no address",
			Spec:   "OpenAPI 3.1.1, Parameter Object: required",
		},
		{
			ID: "missing-parameter", Family: References, Severity: diag.Warning,
			Reason: "an API refuses a call without a parameter that it requires",
			Spec:   "OpenAPI 3.1.1, Parameter Object: required",
		},
		{
			ID: "undeclared-parameter", Family: References, Severity: diag.Warning,
			Reason: "a parameter that the operation does not declare is likely misspelt or in the wrong place",
			Spec:   "OpenAPI 3.1.1, Parameter Object",
		},
		{
			ID: "undeclared-media-type", Family: References, Severity: diag.Warning,
			Reason: "an API refuses a body in a media type that it does not take",
			Spec:   "OpenAPI 3.1.1, Request Body Object: content",
		},
		{
			ID: "undefined-step", Family: References,
			Reason: "an expression cannot refer to a step that the workflow does not have",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "unknown-step", Family: References,
			Reason: "an action or a dependency cannot lead to a step that does not exist",
			Spec:   "Arazzo 1.1.0, Step Object",
		},
		{
			ID: "undefined-output", Family: References,
			Reason: "an output that is not declared never has a value",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "undefined-input", Family: References,
			Reason: "an input that is not declared never has a value",
			Spec:   "Arazzo 1.1.0, Workflow Object: inputs",
		},
		{
			ID: "undefined-field", Family: References, Severity: diag.Warning,
			Reason: "a source description has no such field, so the expression never has a value",
			Spec:   "Arazzo 1.1.0, Source Description Object",
		},
		{
			ID: "forward-reference", Family: References,
			Reason: "the output of a step that runs later has no value yet",
			Spec:   "Arazzo 1.1.0, Step Object: outputs",
		},
		{
			ID: "no-value-yet", Family: References, Severity: diag.Warning,
			Reason: "the expression stands where it can never have a value",
			Spec:   "Arazzo 1.1.0, Runtime Expressions",
		},
		{
			ID: "undefined-workflow", Family: References,
			Reason: "a workflow that does not exist cannot be called",
			Spec:   "Arazzo 1.1.0, Step Object: workflowId",
		},
		{
			ID: "invalid-workflow-reference", Family: References, Fixable: true,
			Reason: "a workflow is named by its workflowId, or by an expression that names its source",
			Spec:   "Arazzo 1.1.0, Step Object: workflowId",
		},
		{
			ID: "missing-workflow-input", Family: References,
			Reason: "a workflow that lacks a required input cannot be started",
			Spec:   "Arazzo 1.1.0, Workflow Object: inputs",
		},
		{
			ID: "unknown-component", Family: References,
			Reason: "a reference cannot lead to a component that does not exist",
			Spec:   "Arazzo 1.1.0, Components Object",
		},
		{
			ID: "wrong-component", Family: References,
			Reason: "a component of another kind does not fit the place",
			Spec:   "Arazzo 1.1.0, Reusable Object: reference",
		},
		{
			ID: "invalid-reference", Family: References,
			Reason: "what does not have the form of a reference leads nowhere",
			Spec:   "Arazzo 1.1.0, Reusable Object: reference",
		},
		{
			ID: "unresolved-reference", Family: References,
			Reason: "a schema that refers to nothing cannot be applied",
			Spec:   "Arazzo 1.1.0, Workflow Object: inputs",
		},
		{
			ID: "dependency-cycle", Family: References,
			Reason: "what waits for each other never starts",
			Spec:   "Arazzo 1.1.0, Workflow Object: dependsOn",
		},
		{
			ID: "recursive-workflow", Family: References, Severity: diag.Warning,
			Reason: "workflows that call each other may never end",
			Spec:   "Arazzo 1.1.0, Step Object: workflowId",
		},
	}
}
