package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// adapter is a tool behind an adapter program. The program is started once for
// each case, in the folder of the case, and is told by environment variables
// what to do.
type adapter struct {
	program string
	strict  bool
}

// Run starts the program and reads its answer.
func (a *adapter) Run(ctx context.Context, job conformance.Job) (conformance.Outcome, error) {
	cmd := exec.CommandContext(ctx, a.program) //nolint:gosec // running it is the point
	cmd.Dir = job.Dir
	cmd.Env = append(os.Environ(),
		"ARAZZO_CASE="+job.Case,
		"ARAZZO_ENTRY="+job.Entry,
		"ARAZZO_WORKFLOW="+job.Workflow,
		"ARAZZO_INPUTS="+job.Inputs,
		"ARAZZO_PROVIDE="+strings.Join(job.Provide, "\n"),
		"ARAZZO_STRICT="+flag01(a.strict),
		"ARAZZO_FORCE="+flag01(job.Force),
	)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = errors.New("it did not end in time")
		}
		return conformance.Outcome{}, fmt.Errorf("the adapter gave no answer: %w%s", err, said(stderr.String()))
	}
	answer, err := conformance.DecodeJSON(stdout.Bytes())
	if err != nil {
		return conformance.Outcome{}, fmt.Errorf("what the adapter prints is no JSON: %w%s", err, said(stderr.String()))
	}
	outcome, err := outcomeOf(answer)
	if outcome.Message == "" {
		outcome.Message = strings.TrimSpace(stderr.String())
	}
	return outcome, err
}

// outcomeOf reads {"outcome": "success", "outputs": {…}, "message": "…"}.
func outcomeOf(answer any) (conformance.Outcome, error) {
	members, ok := answer.(map[string]any)
	if !ok {
		return conformance.Outcome{}, errors.New("what the adapter prints is no JSON object")
	}
	var outcome conformance.Outcome
	for name, value := range members {
		switch name {
		case "outcome":
			text, _ := value.(string)
			outcome.Ending = conformance.Ending(text)
		case "outputs":
			if outcome.Outputs, ok = value.(map[string]any); !ok && value != nil {
				return outcome, errors.New("the outputs that the adapter prints are no object")
			}
		case "message":
			outcome.Message, _ = value.(string)
		default:
			return outcome, fmt.Errorf("the adapter prints a member %q that is not known", name)
		}
	}
	switch outcome.Ending {
	case conformance.Success, conformance.Failure, conformance.Invalid:
		return outcome, nil
	default:
		return outcome, fmt.Errorf("the outcome that the adapter prints is %q instead of \"success\", \"failure\" or \"invalid\"", outcome.Ending)
	}
}

func flag01(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// said renders what a tool wrote for a message.
func said(text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	return "\n" + text
}
