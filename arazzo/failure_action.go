package arazzo

// FailureAction is an [Action] in onFailure or failureActions.
type FailureAction = Action

func (d *decoder) failureAction(n *node) *FailureAction { return d.action(n, failureActionObject) }
