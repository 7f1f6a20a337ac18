package conformance_test

import (
	"os"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// The ways of using this implementation that skips.yaml may tell apart.
const (
	strictMode  = "strict"
	defaultMode = "default"
	commandMode = "command"
)

// atOnce is how many cases run at a time. Most of them wait for the loopback
// interface or for a process, and a few for time to pass.
const atOnce = 8

// suite returns the cases, and those that this implementation does not pass.
func suite(t *testing.T) ([]*conformance.Case, conformance.Skips) {
	t.Helper()
	cases, err := conformance.Suite()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("skips.yaml")
	if err != nil {
		t.Fatal(err)
	}
	skips, err := conformance.ParseSkips(data, cases)
	if err != nil {
		t.Fatal(err)
	}
	return cases, skips
}

// passes runs all cases and fails the test for each that does not pass without
// being skipped, and for each that passes although it is skipped.
func passes(t *testing.T, runner conformance.Runner, modes ...string) {
	t.Helper()
	cases, skips := suite(t)
	for _, r := range conformance.JudgeAll(t.Context(), cases, runner, atOnce) {
		t.Run(r.Case.ID, func(t *testing.T) {
			reason := skips.Reason(r.Case.ID, modes...)
			switch passed := r.Verdict == conformance.Pass; {
			case passed && reason != "":
				t.Errorf("the case passes, but skips.yaml lists it: %s", reason)
			case !passed && reason == "":
				t.Errorf("%s after %v (%s):\n\t%s", r.Verdict, r.Duration, r.Case.Title, strings.Join(r.Problems, "\n\t"))
			case reason != "":
				t.Skip(reason)
			}
		})
	}
}

func TestLibraryStrict(t *testing.T) { passes(t, library{strict: true}, strictMode) }

func TestLibraryInPieces(t *testing.T) { passes(t, library{strict: true, pieces: true}, strictMode) }

func TestLibraryDefault(t *testing.T) { passes(t, library{}, defaultMode) }

func TestCommandStrict(t *testing.T) { passes(t, buildCommand(t, true), strictMode, commandMode) }

func TestCommandDefault(t *testing.T) { passes(t, buildCommand(t, false), defaultMode, commandMode) }
