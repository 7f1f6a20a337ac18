package arazzo

import (
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// ruleNotSupportedYet marks what the specification has and this release cannot
// carry out: steps that need a message broker.
const ruleNotSupportedYet = "not-supported-yet"

// unsupportedStep refuses a step that exchanges messages. Steps that name an
// operation of an AsyncAPI description are refused where it is looked up.
func (wc *workflowChecker) unsupportedStep(s *Step) {
	if !s.Has("channelPath") || wc.document.minor < 1 {
		return
	}
	wc.add(diag.Diagnostic{
		Rule: ruleNotSupportedYet, Range: s.FieldNameRange("channelPath"), Pointer: s.Field("channelPath").Pointer(),
		Message: fmt.Sprintf("step %q exchanges messages (\"channelPath\"), which is not supported yet", shown(s.StepID)),
	})
}
