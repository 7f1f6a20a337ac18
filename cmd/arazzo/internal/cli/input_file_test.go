package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestFilesOfInputs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	large := strings.Repeat("x", maxInline+1)
	writeFiles(t, map[string]string{
		"text.md": "one\n", "bytes.bin": "\xff\x00", "empty.txt": "", "break.txt": "\n", "data.json": `{"a": 1}`, "large.csv": large, "pic": "\x89PNG\r\n\x1a\n\x00",
	})
	binary := func(name, mediaType, content string) *expr.Binary {
		b := expr.NewBinary([]byte(content), mediaType)
		b.Name = name
		return b
	}
	byReference := binary("large.csv", "text/csv", large)
	byReference.Data, byReference.File = nil, filepath.Join(resolved(t, dir), "large.csv")
	str := []string{"string"}
	tests := []struct {
		name  string
		file  string
		input runtime.Input
		want  any
	}{
		{"text", "text.md", runtime.Input{Types: str}, "one"},
		{"text that is sent as a file", "text.md", runtime.Input{Types: str, File: true}, binary("text.md", "text/markdown", "one\n")},
		{"the same without a type", "text.md", runtime.Input{File: true}, binary("text.md", "text/markdown", "one\n")},
		{"bytes", "bytes.bin", runtime.Input{Types: str}, binary("bytes.bin", "application/octet-stream", "\xff\x00")},
		{"bytes for a number", "bytes.bin", runtime.Input{Types: []string{"integer"}}, binary("bytes.bin", "application/octet-stream", "\xff\x00")},
		{"nothing", "empty.txt", runtime.Input{Types: str}, ""},
		{"nothing as a file", "empty.txt", runtime.Input{Types: str, File: true}, binary("empty.txt", "text/plain", "")},
		{"a line break", "break.txt", runtime.Input{Types: str}, ""},
		{"an object", "data.json", runtime.Input{Types: []string{"object"}, File: true}, map[string]any{"a": json.Number("1")}},
		{"JSON as a file", "data.json", runtime.Input{Types: str, File: true}, binary("data.json", "application/json", `{"a": 1}`)},
		{"large text", "large.csv", runtime.Input{Types: str}, large},
		{"a large file", "large.csv", runtime.Input{Types: str, File: true}, byReference},
		{"a type by the first bytes", "pic", runtime.Input{Types: str}, binary("pic", "image/png", "\x89PNG\r\n\x1a\n\x00")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.input.Name = "in"
			list, err := (&app{}).readInputs([]string{"in=@" + test.file})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"in": test.want}, bindInputs(list, []runtime.Input{test.input})); diff != "" {
				t.Errorf("input differs (-want +got):\n%.2000s", diff)
			}
		})
	}
}

// resolved is the path of a folder as the working directory has it.
func resolved(t *testing.T, dir string) string {
	t.Helper()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if a, err := filepath.EvalSymlinks(wd); err == nil {
		if b, err := filepath.EvalSymlinks(dir); err == nil && a == b {
			return wd
		}
	}
	return dir
}
