package lint_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
)

const someAPI = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {operationId: list, responses: {}}}}\n"

const flawed = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml}]\nworkflows:\n- workflowId: w\n  steps:\n" +
	"  - stepId: s\n    operationId: list\n    outputs: {tag: $response.headers.etag}\n"

func fixed(t *testing.T, text string) (*lint.FixResult, string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "flow.yaml")
	for name, content := range map[string]string{file: text, filepath.Join(dir, "api.yaml"): someAPI} {
		if err := os.WriteFile(name, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	r := lint.New(lint.Options{}).Fix(t.Context(), lint.Document{Name: file}, lint.FixOptions{})
	if r.Err != nil || !r.Fixed.Changed() {
		t.Fatalf("%v, changed: %t", r.Err, r.Fixed.Changed())
	}
	return r, file
}

func TestWriteKeepsLineEndsAndTheByteOrderMark(t *testing.T) {
	text := "\uFEFF" + strings.ReplaceAll(flawed, "\n", "\r\n")
	r, file := fixed(t, text)
	if err := r.Write(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if want := strings.Replace(text, "headers", "header", 1); err != nil || string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestWriteLeavesAFileAloneThatWasChangedMeanwhile(t *testing.T) {
	r, file := fixed(t, flawed)
	if err := os.WriteFile(file, []byte("other"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := r.Write(); !errors.Is(err, lint.ErrChanged) {
		t.Errorf("%v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if got, _ := os.ReadFile(file); err != nil || string(got) != "other" || len(entries) != 2 {
		t.Errorf("%q and %v", got, entries)
	}
}

func TestWriteReportsAFolderThatCannotBeWritten(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	r, file := fixed(t, flawed)
	if err := os.Chmod(filepath.Dir(file), 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(file), 0o700) })
	if err := r.Write(); err == nil {
		t.Error("it was written")
	}
	if got, _ := os.ReadFile(file); string(got) != flawed {
		t.Errorf("%q", got)
	}
}
