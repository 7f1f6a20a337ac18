package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
)

// TestDefects holds that each of the defects by which checkers of Arazzo documents
// were compared is found, at its place, and nothing besides.
func TestDefects(t *testing.T) {
	files, err := filepath.Glob("testdata/defects/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const kinds = 24
	if len(files) != kinds {
		t.Errorf("%d documents for %d kinds of defects", len(files), kinds)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			marks := example.Marks(filepath.Base(file), text)
			if len(marks) == 0 {
				t.Fatal("nothing is marked")
			}
			expect(t, file, marks)
		})
	}
}
