package arazzo

// SuccessAction is an [Action] in onSuccess or successActions.
type SuccessAction = Action

func (d *decoder) successAction(n *node) *SuccessAction {
	// A retry among the success actions is a form that documents in the wild
	// use; its own fields are read with it.
	if t := n.member("type"); t != nil && t.text == "retry" {
		return d.action(n, successActionObject, "retryAfter", "retryLimit")
	}
	return d.action(n, successActionObject)
}
