package expr

import "strings"

// ParseMemberName parses the name of a member of a payload. The specification has
// expressions in values only, so that a name is text. In the dialect an
// expression in it stands for its value, if each names a declared input or output
// of a step. It is false for a name that is text.
func ParseMemberName(name string, o Options) (*Template, []Note, bool) {
	if o.Strict || o.Names == nil || strings.IndexByte(name, '$') < 0 {
		return nil, nil, false
	}
	t, _, err := ParseTemplate(name, o)
	if err != nil {
		return nil, nil, false
	}
	found := false
	for e := range t.Expressions() {
		found = true
		declared := e.Root == RootInputs && !e.Whole && o.Names.Input(e.Name) ||
			e.Root == RootSteps && o.Names.StepOutput(e.Name, e.Output)
		if !declared {
			return nil, nil, false
		}
	}
	if !found {
		return nil, nil, false
	}
	return t, []Note{{
		Rule: RuleExpressionInName, Offset: 0, End: len(name),
		Message: "the name of a member of a payload is text by the specification; the expression in " + shorten(name) + " is replaced by its value",
		Hint:    "write the payload as one text with the expression in braces",
		NoFix:   "a name that is computed has no other form in a payload that is an object",
	}}, true
}
