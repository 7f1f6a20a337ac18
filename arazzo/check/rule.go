package check

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Family is what a group of rules is about.
type Family string

// The families, in the order in which [Rules] lists them.
const (
	// Documents: files and their text, before anything is known of their sense.
	Documents Family = "documents"
	// Structure: the objects of the specification, their fields and types.
	Structure Family = "structure"
	// References: what a document names, within itself, in other documents and in
	// the descriptions of APIs.
	References Family = "references"
	// Expressions: runtime expressions, conditions, selectors, queries.
	Expressions Family = "expressions"
	// DataFlow: the types of values on their way from step to step.
	DataFlow Family = "data-flow"
	// Flow: in which order steps can run, and how a workflow ends.
	Flow Family = "flow"
	// Security: secrets, and where they go.
	Security Family = "security"
	// Portability: what the specification does not have or leaves open, so that
	// tools differ.
	Portability Family = "portability"
)

// Families lists the families in their order.
func Families() []Family {
	return []Family{Documents, Structure, References, Expressions, DataFlow, Flow, Security, Portability}
}

// Rule is one kind of problem that a document can have before it is run.
type Rule struct {
	// ID is the stable kebab-case name.
	ID     string
	Family Family
	// Severity is the one with which the rule is reported unless an option or
	// the strict mode says otherwise.
	Severity diag.Severity
	// Reason says in one sentence why this is a problem: lower case, no full stop.
	Reason string
	// Spec is the part of a specification that says so. Empty: experience does.
	Spec string
	// Fixable says that the problem can be mended mechanically.
	Fixable bool
	// Unshown says why no example document can show the problem. Empty: there is
	// one.
	Unshown string
}

// StopsRun reports whether a run refuses a document that breaks the rule,
// whatever the settings of the linter say.
func (r Rule) StopsRun() bool {
	switch r.Family {
	case Documents, Structure, References, Expressions:
		return r.Severity == diag.Error
	case DataFlow, Flow, Security, Portability:
		return false
	default:
		return false
	}
}

// Rules lists every rule by which a document is judged before it is run, by
// family. The result belongs to the caller.
func Rules() []Rule {
	return slices.Concat(
		documentRules(),
		structureRules(),
		referenceRules(),
		expressionRules(),
		dataFlowRules(),
		flowRules(),
		securityRules(),
		portabilityRules(),
	)
}

// Find returns the rule of an id.
func Find(id string) (Rule, bool) {
	rules := Rules()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
