package arazzo_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// shared is where material that is not part of the repository may be found.
const shared = "../../shared"

// corpus returns the published workflows, or skips the test.
func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared, "corpus/*/arazzo/*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not on this machine")
	}
	return files
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestPublishedWorkflowsAreUnderstood holds that every published document is
// read, and that what is refused in one is a defect of its own: a reference to
// an operation that does not exist or is ambiguous, a file that is missing, a
// path parameter that is not given, or a description that is not supported.
func TestPublishedWorkflowsAreUnderstood(t *testing.T) {
	defects := []string{
		"ambiguous-operation", "missing-path-parameter", "source-not-found", "unknown-operation", "unsupported-description",
	}
	files := corpus(t)
	count := map[string]int{}
	refused := 0
	for _, file := range files {
		doc, list := arazzo.Parse(file, read(t, file))
		if len(list) > 0 || len(doc.Workflows) == 0 {
			t.Errorf("%s is not read: %v", file, list)
			continue
		}
		b, list := (&arazzo.Loader{}).Load(t.Context(), file)
		list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
		for i := range list {
			count[list[i].Severity.String()+" "+list[i].Rule]++
			if list[i].Severity == diag.Error && !slices.Contains(defects, list[i].Rule) {
				t.Error(list[i].Error())
			}
			if !list[i].Range.Start.IsValid() {
				t.Errorf("no place: %s", list[i].Error())
			}
		}
		if list.HasErrors() {
			refused++
		}
	}
	t.Logf("%d of %d documents have errors", refused, len(files))
	for _, rule := range slices.Sorted(func(yield func(string) bool) {
		for rule := range count {
			if !yield(rule) {
				return
			}
		}
	}) {
		t.Logf("%5d %s", count[rule], rule)
	}
}
