package arazzo_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// TestConformanceDocuments checks that documents which the specification
// rejects are rejected, and that others are only rejected for what this
// release does not support.
func TestConformanceDocuments(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(shared, "conformance/cases/*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Skip("the conformance cases are not on this machine")
	}
	invalid := regexp.MustCompile(`(?m)^valid: false`)
	workflow := regexp.MustCompile(`(?m)^workflow: (\S+)`)
	for _, dir := range cases {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			dir := withPort(t, dir)
			expect := read(t, filepath.Join(dir, "expect.yaml"))
			entry := filepath.Join(dir, "arazzo.yaml")
			if _, err := os.Stat(entry); err != nil {
				entry = filepath.Join(dir, "arazzo.json")
			}
			id := ""
			if m := workflow.FindSubmatch(expect); m != nil {
				id = string(m[1])
			}
			b, list := (&arazzo.Loader{Workflow: id}).Load(t.Context(), entry)
			if !list.HasErrors() {
				list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: true, Workflow: id})...)
			}
			errors := list.Select(diag.Error)
			if invalid.Match(expect) {
				if len(errors) == 0 {
					t.Error("the document is accepted")
				}
				return
			}
			for i := range errors {
				if errors[i].Rule == "invalid-xpath" && strings.Contains(errors[i].Message, "needs XPath 2.0") {
					continue // refused by name, as what cannot be answered rightly is
				}
				if errors[i].Rule != "not-supported-yet" && errors[i].Rule != "remote-document" {
					t.Error(errors[i].Error())
				}
			}
		})
	}
}

// withPort copies a case with a number in the place of the port of its server.
func withPort(t *testing.T, dir string) string {
	t.Helper()
	work := t.TempDir()
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		target := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, bytes.ReplaceAll(read(t, file), []byte("PORT"), []byte("9")), 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return work
}
