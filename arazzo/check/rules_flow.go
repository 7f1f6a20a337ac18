package check

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// flowRules are the rules about the order in which steps run.
func flowRules() []Rule {
	return []Rule{
		{
			ID: "unreachable-step", Family: Flow, Severity: diag.Warning,
			Reason: "a step that nothing leads to was meant to run",
			Spec:   "Arazzo 1.1.0, Workflow Object: steps",
		},
		{
			ID: "shadowed-action", Family: Flow, Severity: diag.Warning,
			Reason: "of the actions that apply only the first is taken",
			Spec:   "Arazzo 1.1.0, Step Object: onSuccess",
		},
		{
			ID: "endless-loop", Family: Flow, Severity: diag.Warning,
			Reason: "a loop that only a failure ends never comes to a success",
			Spec:   "Arazzo 1.1.0, Success Action Object: type",
		},
		{
			ID: "unbounded-poll", Family: Flow, Severity: diag.Warning,
			Reason: "a loop that the server alone can end may wait for ever",
			Spec:   "Arazzo 1.1.0, Success Action Object: type",
		},
		{
			ID: "poll-ignores-failure", Family: Flow, Severity: diag.Warning,
			Reason: "a loop until one state is reached never ends in another that is final",
			Spec:   "Arazzo 1.1.0, Success Action Object: criteria",
		},
		{
			ID: "unhandled-state", Family: Flow, Severity: diag.Warning,
			Reason: "in a state that no action names the workflow goes on, or ends, as if all was well",
			Spec:   "Arazzo 1.1.0, Step Object: onSuccess",
		},
		{
			ID: "no-success-criteria", Family: Flow, Severity: diag.Warning,
			Reason: "a success that depends on nothing proves nothing",
			Spec:   "Arazzo 1.1.0, Step Object: successCriteria",
		},
		{
			ID: "retry-without-pause", Family: Flow, Severity: diag.Warning,
			Reason: "a server that is in trouble does not recover from being asked faster",
			Spec:   "Arazzo 1.1.0, Failure Action Object: retryAfter",
		},
		{
			ID: "useless-retry-limit", Family: Flow, Severity: diag.Warning,
			Reason: "a bound that is never reached is none",
			Spec:   "Arazzo 1.1.0, Failure Action Object: retryLimit",
		},
		{
			ID: "default-retry-limit", Family: Flow, Severity: diag.Info,
			Reason: "without a retryLimit there is one retry, which few expect",
			Spec:   "Arazzo 1.1.0, Failure Action Object: retryLimit",
		},
	}
}
