package conformance_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// TestCoverage holds that every requirement has a case, and that COVERAGE.md is
// what the cases and skips make of it.
func TestCoverage(t *testing.T) {
	cases, skips := suite(t)
	sections, err := conformance.Checklist()
	if err != nil {
		t.Fatal(err)
	}
	want, err := conformance.Coverage(sections, cases, skips)
	if err != nil {
		t.Error(err)
	}
	if *update {
		if err := os.WriteFile("COVERAGE.md", []byte(want), 0o644); err != nil { //nolint:gosec // a document for everybody
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("COVERAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("COVERAGE.md is out of date; run this test with -update (- want, + file):\n%s", diff)
	}
}

var update = flag.Bool("update", false, "write COVERAGE.md")
