package check_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

const rulesFolder = "example/rules"

// checkFile checks a document as "arazzo validate" does.
func checkFile(file string, o check.Options) diag.List {
	loader := arazzo.Loader{MaxBytes: 1 << 20}
	b, loaded := loader.Load(context.Background(), file)
	o.Loaded, o.Fixes = loaded, true
	return check.Bundle(b, o)
}

// found is what is compared: rule and place, without the end if the mark has
// none.
func found(list diag.List, marks []example.Mark) (got, want []string) {
	ends := map[string]bool{}
	for _, m := range marks {
		if m.Range.End.IsValid() {
			ends[m.Rule] = true
		}
		want = append(want, line(m.Rule, m.Range, m.Range.End.IsValid()))
	}
	for _, d := range list {
		got = append(got, line(d.Rule, d.Range, ends[d.Rule]))
	}
	slices.Sort(got)
	slices.Sort(want)
	return got, want
}

func line(rule string, r diag.Range, end bool) string {
	text := fmt.Sprintf("%s %s:%d:%d", rule, filepath.Base(r.File), r.Start.Line, r.Start.Column)
	if end {
		text += fmt.Sprintf("-%d:%d", r.End.Line, r.End.Column)
	}
	return text
}

// expect checks a document against marks.
func expect(t *testing.T, file string, marks []example.Mark) diag.List {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list := checkFile(file, check.Options{})
	got, want := found(list, marks)
	if d := cmp.Diff(want, got); d != "" {
		var all strings.Builder
		if err := diag.WriteText(&all, list, func(string) []byte { return text }, false); err != nil {
			t.Error(err)
		}
		t.Errorf("%s (-marked +found):\n%s\n%s", file, d, all.String())
	}
	return list
}

// TestExamples holds that the bad document of each rule breaks that rule alone,
// at the marked place, and that the good one breaks none.
func TestExamples(t *testing.T) {
	for _, r := range check.Rules() {
		folder := filepath.Join(rulesFolder, r.ID)
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			e, err := example.Of(r.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range e.Marks() {
				if m.Rule != r.ID {
					t.Errorf("%s is marked in the example of another rule", m.Rule)
				}
			}
			if len(e.Marks()) == 0 || len(e.Good.Marks) > 0 {
				t.Errorf("%d marks in %q and %d in %q", len(e.Marks()), e.Bad.Name, len(e.Good.Marks), e.Good.Name)
			}
			for _, d := range expect(t, filepath.Join(folder, e.Bad.Name), e.Marks()) {
				if d.Severity != r.Severity {
					t.Errorf("reported as %s, the table says %s", d.Severity, r.Severity)
				}
				if fixed := d.Fix != nil; fixed != r.Fixable {
					t.Errorf("has a fix: %v, the table says %v; %s", fixed, r.Fixable, d.NoFix)
				}
			}
			expect(t, filepath.Join(folder, e.Good.Name), nil)
		})
	}
}
