package check

// securityRules are the rules about secrets.
func securityRules() []Rule {
	return []Rule{}
}
