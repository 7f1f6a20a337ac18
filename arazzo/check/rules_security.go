package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// securityRules are the rules about secrets.
func securityRules() []Rule {
	return []Rule{
		{
			ID: "literal-secret", Family: Security, Severity: diag.Warning,
			Reason: "a secret in a document is known to everybody who reads the document",
		},
		{
			ID: "clear-text-credentials", Family: Security, Severity: diag.Warning,
			Reason: "credentials over clear text are known to everybody on the way",
			Spec:   "RFC 9110, 11.6.2",
		},
		{
			ID: "plain-secret-input", Family: Security, Severity: diag.Warning,
			Reason: "an input that is not declared as a secret is shown in logs and reports",
			Spec:   "OpenAPI 3.1.1, Data Types: format password",
		},
		{
			ID: "secret-in-query", Family: Security, Severity: diag.Warning,
			Reason: "URLs are written to logs, with the secrets in them",
			Spec:   "RFC 6750, 2.3",
		},
	}
}
