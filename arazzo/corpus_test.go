package arazzo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

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

func TestParseAcceptsPublishedWorkflows(t *testing.T) {
	files := corpus(t)
	broken := 0
	for _, file := range files {
		_, list := arazzo.Parse(file, read(t, file))
		if list.HasErrors() {
			broken++
		}
		for i := range list {
			t.Log(list[i].Error())
		}
	}
	t.Logf("%d of %d documents have errors", broken, len(files))
}
