package arazzo

import (
	"time"
)

// Step calls an operation or a workflow (Arazzo 1.1.0, Step Object).
type Step struct {
	Origin
	StepID, Description string
	// Exactly one of OperationID, OperationPath, WorkflowID and ChannelPath is
	// given in a valid document.
	OperationID, OperationPath, WorkflowID string
	Parameters                             []*Parameter
	// RequestBody is nil if the step has none.
	RequestBody     *RequestBody
	SuccessCriteria []*Criterion
	OnSuccess       []*SuccessAction
	OnFailure       []*FailureAction
	Outputs         []Output

	// Timeout, CorrelationID, Action, ChannelPath and DependsOn exist from 1.1 on.
	Timeout             time.Duration
	CorrelationID       Value
	Action, ChannelPath string
	DependsOn           []string

	workflow *Workflow
}

// Workflow is the workflow that holds the step.
func (s *Step) Workflow() *Workflow { return s.workflow }

// Output returns the output of a name and whether there is one.
func (s *Step) Output(name string) (Output, bool) { return findOutput(s.Outputs, name) }

func (d *decoder) step(n *node, w *Workflow) *Step {
	s := &Step{Origin: d.at(n), workflow: w}
	for _, m := range d.members(n, stepObject) {
		switch m.key {
		case "stepId":
			s.StepID = d.text(m)
		case "description":
			s.Description = d.text(m)
		case "operationId":
			s.OperationID = d.text(m)
		case "operationPath":
			s.OperationPath = d.text(m)
		case "workflowId":
			s.WorkflowID = d.text(m)
		case "channelPath":
			s.ChannelPath = d.text(m)
		case "parameters":
			s.Parameters = decodeList(d, m, 0, d.parameter)
		case "requestBody":
			s.RequestBody = d.requestBody(m)
		case "successCriteria":
			// Arazzo 1.1.0, Step Object: the list, if present, MUST hold one item at least.
			s.SuccessCriteria = decodeList(d, m, d.minor, d.criterion)
		case "onSuccess":
			s.OnSuccess = decodeList(d, m, 0, d.successAction)
		case "onFailure":
			s.OnFailure = decodeList(d, m, 0, d.failureAction)
		case "outputs":
			s.Outputs = d.outputs(m)
		case "timeout":
			s.Timeout = time.Duration(d.wholeNumber(m)) * time.Millisecond
		case "correlationId":
			s.CorrelationID = d.value(m)
		case "action":
			s.Action = d.text(m)
		case "dependsOn":
			s.DependsOn = d.texts(m)
		}
	}
	return s
}
