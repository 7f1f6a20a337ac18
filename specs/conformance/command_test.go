package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// command runs cases through the built program.
type command struct {
	binary string
	strict bool
}

// buildCommand builds the program.
func buildCommand(t *testing.T, strict bool) command {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "arazzo")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/arazzo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return command{binary: binary, strict: strict}
}

func (c command) Run(ctx context.Context, job conformance.Job) (conformance.Outcome, error) {
	args := []string{"run", job.Entry, "--poll-interval", "0", "--format", "json"}
	if job.Workflow != "" {
		args = append(args, "--workflow", job.Workflow)
	}
	if job.Inputs != "" {
		args = append(args, "--input", job.Inputs)
	}
	for _, document := range job.Provide {
		args = append(args, "--include", document)
	}
	if c.strict {
		args = append(args, "--strict")
	}
	if job.Force {
		args = append(args, "--force")
	}
	run := exec.CommandContext(ctx, c.binary, args...)
	run.Dir = job.Dir
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	err := run.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return conformance.Outcome{}, err
	}
	outcome := conformance.Outcome{Message: strings.TrimSpace(stderr.String())}
	switch code := run.ProcessState.ExitCode(); code {
	case 0:
		outcome.Ending = conformance.Success
	case 1, 2, 5:
		outcome.Ending = conformance.Failure
	case 3:
		outcome.Ending = conformance.Invalid
		if onlyUnsupported(outcome.Message) {
			return outcome, errors.New(outcome.Message)
		}
	default:
		return outcome, fmt.Errorf("exit code %d: %s", code, outcome.Message)
	}
	if stdout.Len() == 0 {
		return outcome, nil
	}
	document, err := conformance.DecodeJSON(stdout.Bytes())
	if err != nil {
		return outcome, fmt.Errorf("standard output is no JSON: %w", err)
	}
	if members, ok := document.(map[string]any); ok {
		outcome.Outputs, _ = members["outputs"].(map[string]any)
	}
	return outcome, nil
}

// onlyUnsupported reports whether all errors on standard error are about what
// the program does not support. Such a refusal is no answer.
func onlyUnsupported(stderr string) bool {
	for line := range strings.Lines(stderr) {
		if strings.Contains(line, ": error: ") && !strings.Contains(line, "(not-supported-yet)") {
			return false
		}
	}
	return strings.Contains(stderr, "(not-supported-yet)")
}
