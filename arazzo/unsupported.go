package arazzo

// ruleNotSupportedYet marks what the specification has and this release cannot
// carry out.
const ruleNotSupportedYet = "not-supported-yet"
