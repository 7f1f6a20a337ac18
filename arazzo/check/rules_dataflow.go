package check

// dataFlowRules are the rules about the types of values.
func dataFlowRules() []Rule {
	return []Rule{}
}
