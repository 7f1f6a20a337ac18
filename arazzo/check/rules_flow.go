package check

// flowRules are the rules about the order in which steps run.
func flowRules() []Rule {
	return []Rule{}
}
