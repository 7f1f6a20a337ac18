package simulator

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The states of a job. A [Plan] may hold any other text as well, which shows
// how a client takes a state that did not exist when it was written.
const (
	Submitted           = "SUBMITTED"
	Queued              = "QUEUED"
	InProgress          = "IN_PROGRESS"
	Completed           = "COMPLETED"
	CompletedWithErrors = "COMPLETED_WITH_ERRORS"
	Failed              = "FAILED"
	CancelSubmitted     = "CANCEL_SUBMITTED"
	CancelInProgress    = "CANCEL_IN_PROGRESS"
	CancelCompleted     = "CANCEL_COMPLETED"
	CancelFailed        = "CANCEL_FAILED"
)

// maxStages bounds a plan that is read from text.
const maxStages = 1000

// Plan is the way of a job or of a data store through its states. The last
// stage stays. If the state of a job's last stage is one in which a job still
// waits or runs, the job never ends.
type Plan struct {
	Stages []Stage
	// Message is shown by a job in its last stage. Empty: a text for FAILED and
	// COMPLETED_WITH_ERRORS, none for other states.
	Message string
	// Report replaces the progress report of an import job that runs or has run.
	Report *ProgressReport
}

// Stage is one state of a [Plan].
type Stage struct {
	Status string
	// Polls is how many descriptions show the state. Zero: one. It does not
	// count if Lasts is positive.
	Polls int
	// Lasts, if positive, is how long the state lasts on the server's clock.
	Lasts time.Duration
}

// ProgressReport is the report of an import job.
type ProgressReport struct {
	ScannedFiles, ImportedFiles, UnreadableFiles          int64
	ScannedResources, ImportedResources, RefusedResources int64
	ScannedMB, Throughput                                 float64
}

// DefaultPlan is the plan of jobs for which the Config has none: one description
// each shows SUBMITTED, QUEUED and IN_PROGRESS, and then the job is COMPLETED.
func DefaultPlan() Plan {
	return stagesOf(Submitted, Queued, InProgress, Completed)
}

// EndPlan returns the way to the given state of a job that finds no other one
// before it, one description for each stage. A state in which a job waits or
// runs makes a job that never ends.
func EndPlan(status string) Plan {
	switch status {
	case Submitted:
		return stagesOf(Submitted)
	case Queued, InProgress:
		return stagesOf(Submitted, status)
	case CancelInProgress:
		return stagesOf(Submitted, InProgress, CancelSubmitted, status)
	case CancelCompleted, CancelFailed:
		return stagesOf(Submitted, InProgress, CancelSubmitted, CancelInProgress, status)
	}
	return stagesOf(Submitted, InProgress, status)
}

func stagesOf(states ...string) Plan {
	var plan Plan
	for _, s := range states {
		plan.Stages = append(plan.Stages, Stage{Status: s})
	}
	return plan
}

// ParsePlan reads a plan from states separated by commas, each with an optional
// number of descriptions or an optional duration:
// "SUBMITTED, QUEUED*3, IN_PROGRESS=90s, COMPLETED". A single state without
// either is the same as [EndPlan].
func ParsePlan(text string) (Plan, error) {
	words := strings.Split(text, ",")
	if len(words) > maxStages {
		return Plan{}, fmt.Errorf("plan has %d stages, more than %d", len(words), maxStages)
	}
	var plan Plan
	for _, word := range words {
		stage, err := parseStage(strings.TrimSpace(word))
		if err != nil {
			return Plan{}, fmt.Errorf("plan %q: %w", text, err)
		}
		plan.Stages = append(plan.Stages, stage)
	}
	if only := plan.Stages[0]; len(plan.Stages) == 1 && only.Polls == 0 && only.Lasts == 0 {
		return EndPlan(only.Status), nil
	}
	return plan, nil
}

func parseStage(word string) (Stage, error) {
	status, polls, counted := strings.Cut(word, "*")
	stage := Stage{Status: status}
	if counted {
		n, err := strconv.Atoi(polls)
		if err != nil || n < 1 {
			return Stage{}, fmt.Errorf("stage %q: the number after * must be a positive integer", word)
		}
		stage.Polls = n
	} else if name, lasts, timed := strings.Cut(word, "="); timed {
		d, err := time.ParseDuration(lasts)
		if err != nil || d <= 0 {
			return Stage{}, fmt.Errorf("stage %q: the text after = must be a positive duration such as 90s", word)
		}
		stage.Status, stage.Lasts = name, d
	}
	if stage.Status == "" || strings.Trim(stage.Status, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
		return Stage{}, fmt.Errorf("stage %q: a state is written in capital letters, such as IN_PROGRESS", word)
	}
	return stage, nil
}

// waiting reports whether a job in the state has not begun to run.
func waiting(status string) bool { return status == Submitted || status == Queued }

// running reports whether a job in the state occupies its place.
func running(status string) bool {
	switch status {
	case InProgress, CancelSubmitted, CancelInProgress:
		return true
	}
	return false
}

// course is the place of a job or data store on its plan.
type course struct {
	plan Plan
	// at is the index of the present stage.
	at int
	// shown counts the descriptions that showed the present stage.
	shown int
	// entered is when the present stage began.
	entered time.Time
}

func (c *course) status() string { return c.plan.Stages[c.at].Status }

func (c *course) last() bool { return c.at == len(c.plan.Stages)-1 }

// ended reports whether the state can no longer change.
func (c *course) ended() bool {
	return c.last() && !waiting(c.status()) && !running(c.status())
}

// settle moves on over all stages whose time or number of descriptions is used
// up. A course that is blocked does not leave the states in which it waits; one
// that is not leaves them no earlier than at the time free.
func (c *course) settle(now, free time.Time, blocked bool) {
	for !c.last() {
		stage, next := c.plan.Stages[c.at], c.plan.Stages[c.at+1]
		starts := waiting(stage.Status) && !waiting(next.Status)
		if blocked && starts {
			return
		}
		began := now
		if stage.Lasts > 0 {
			if began = c.entered.Add(stage.Lasts); now.Before(began) {
				return
			}
			if starts && began.Before(free) {
				began = free
			}
		} else if !c.spent() {
			return
		}
		c.at, c.shown, c.entered = c.at+1, 0, began
	}
}

// spent reports whether the present stage was shown as often as planned.
func (c *course) spent() bool { return c.shown >= max(c.plan.Stages[c.at].Polls, 1) }
