package check_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// FuzzBundle checks whatever text there is. The answer is the same each time, and
// in order.
func FuzzBundle(f *testing.F) {
	for _, pattern := range []string{"example/rules/*/bad.yaml", "testdata/*.yaml", "testdata/defects/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(strings.ReplaceAll(strings.ReplaceAll(string(text), "../example/rules/pets.yaml", "pets.yaml"), "../pets.yaml", "pets.yaml"))
		}
	}
	pets, err := os.ReadFile("example/rules/pets.yaml")
	if err != nil {
		f.Fatal(err)
	}
	loader := arazzo.Loader{Documents: map[string][]byte{"pets.yaml": pets}}
	judge := func(text string) diag.List {
		b, loaded := loader.LoadBytes(context.Background(), "d.yaml", []byte(text))
		return check.Bundle(b, check.Options{Loaded: loaded, Fixes: true})
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := judge(text)
		if d := cmp.Diff(first, judge(text)); d != "" {
			t.Errorf("two answers:\n%s", d)
		}
		for i := range first {
			if _, known := check.Find(first[i].Rule); !known {
				t.Errorf("%q is no rule", first[i].Rule)
			}
		}
	})
}
