package arazzo_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text with a file, or rewrites the file.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to make it)", err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// TestInvalidDocuments shows what each document of testdata/invalid gets, in
// the words in which a user reads it.
func TestInvalidDocuments(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, list := (&arazzo.Loader{}).Load(t.Context(), file)
			list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
			list.Sort()
			if len(list) == 0 {
				t.Error("nothing is found")
			}
			var text bytes.Buffer
			if err := diag.WriteText(&text, list, b.Text, false); err != nil {
				t.Fatal(err)
			}
			golden(t, file+".golden", text.Bytes())
		})
	}
}
