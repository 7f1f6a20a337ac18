package runtime

import (
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Status is the state or verdict of a run.
type Status string

// The states of a run. All but Running are final.
const (
	Running Status = "running"
	// Succeeded: the workflow ended by an end action of onSuccess, or its last
	// step succeeded and nothing was left undecided.
	Succeeded Status = "succeeded"
	// Failed: a step failed and no failure action recovered, an end action of
	// onFailure was taken, a limit was reached or an expectation was not met.
	Failed Status = "failed"
	// Unhandled: the last step succeeded, its actions name an exit, and none of
	// them was taken.
	Unhandled Status = "unhandled"
	// Cancelled: the run was interrupted.
	Cancelled Status = "cancelled"
)

// Result is the outcome of a run.
type Result struct {
	RunID      string
	WorkflowID string
	Status     Status
	// Outputs are the workflow's outputs. Those that could not be computed are
	// left out. It is nil while the run is under way.
	Outputs map[string]any
	// Failure says why Status is not Succeeded. It is nil if it is.
	Failure *Failure
	// Warnings are what was noticed during the run and did not stop it.
	Warnings  diag.List
	StartedAt time.Time
	Duration  time.Duration
}
