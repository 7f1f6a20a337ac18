package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// TestDocuments holds that the families say what is marked in the documents, and
// nothing else. Notes are left aside.
func TestDocuments(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		marks := example.Marks(filepath.Base(file), text)
		if len(marks) == 0 {
			continue // what the documents refer to
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			list := slices.DeleteFunc(checkFile(file, check.Options{}), func(d diag.Diagnostic) bool {
				return d.Severity == diag.Info || d.Rule == "dangling-reference"
			})
			var got, want []string
			for _, d := range list {
				got = append(got, line(d.Rule, d.Range, false))
			}
			for _, m := range marks {
				want = append(want, line(m.Rule, m.Range, false))
			}
			slices.Sort(got)
			slices.Sort(want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-marked +found):\n%s", d)
				if err := diag.WriteText(os.Stderr, list, func(string) []byte { return text }, false); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
