package arazzo

import (
	"encoding/json"
	"strings"
	"time"
)

// Action is what is done after a step (Arazzo 1.1.0, Success Action Object and
// Failure Action Object). The list in which it stands says which of the two
// it is.
type Action struct {
	Origin
	// Reference is set if a Reusable Object stands in the place of the action;
	// the other fields are then empty.
	Reference *Reusable
	Name      string
	// Type is "end", "goto" or "retry".
	Type               string
	WorkflowID, StepID string
	// RetryAfter is the pause before a retry, and zero if none is given.
	RetryAfter time.Duration
	// RetryLimit is how many retries are made. It is 1 if none is given, as the
	// specification says; Has("retryLimit") tells the difference.
	RetryLimit int
	Criteria   []*Criterion
	// Parameters are for the workflow that the action names; they exist from 1.1 on.
	Parameters []*Parameter
}

func (d *decoder) action(n *node, kind objectKind, also ...string) *Action {
	// Arazzo 1.1.0, Failure Action Object: without a retryLimit a single retry is made.
	a := &Action{Origin: d.at(n), Reference: d.reusable(n), RetryLimit: 1}
	if a.Reference != nil {
		return a
	}
	for _, m := range d.members(n, kind, also...) {
		switch m.key {
		case "name":
			a.Name = d.text(m)
		case "type":
			a.Type = d.text(m)
		case "workflowId":
			a.WorkflowID = d.text(m)
		case "stepId":
			a.StepID = d.text(m)
		case "retryAfter":
			a.RetryAfter = d.seconds(m)
		case "retryLimit":
			a.RetryLimit = d.wholeNumber(m)
		case "criteria":
			a.Criteria = decodeList(d, m, 0, d.criterion)
		case "parameters":
			a.Parameters = decodeList(d, m, 0, d.parameter)
		}
	}
	return a
}

// seconds converts a number of seconds to a duration. It reports false for
// what is negative or longer than a duration can be.
func seconds(n json.Number) (time.Duration, bool) {
	f, err := n.Float64()
	if err != nil || f < 0 || f > maxSeconds {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}

// maxSeconds is the longest pause, about a hundred years.
const maxSeconds = 100 * 366 * 24 * 3600

// ResolveAction returns the action itself, or the component that stands behind
// a Reusable Object. It is nil if there is no such component.
func (d *Document) ResolveAction(a *Action) *Action {
	if a.Reference == nil {
		return a
	}
	if d.Components == nil {
		return nil
	}
	reference := a.Reference.Reference
	var found **Action
	if name, ok := strings.CutPrefix(reference, "$components.successActions."); ok {
		found = component(d.Components.SuccessActions, name)
	} else if name, ok := strings.CutPrefix(reference, "$components.failureActions."); ok {
		found = component(d.Components.FailureActions, name)
	}
	if found == nil || (*found).Reference != nil {
		return nil
	}
	return *found
}
