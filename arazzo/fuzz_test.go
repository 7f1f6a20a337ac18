package arazzo_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// walk visits the first values of a document and asks for their places.
func walk(v arazzo.Value, budget *int) {
	if *budget--; *budget < 0 {
		return
	}
	_ = v.Range()
	_ = v.NameRange()
	if text, ok := v.Text(); ok && len(text) < 200 {
		for i := range len(text) + 1 {
			_ = v.At(i, len(text))
		}
	}
	for _, m := range v.Members() {
		walk(m, budget)
	}
	for _, e := range v.Elements() {
		walk(e, budget)
	}
}

// FuzzParse holds that no text makes the package panic, and that a document
// which is refused is refused with a reason.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/invalid/*.yaml", "testdata/invalid/*.json", "check/testdata/fix/*.yaml", "check/testdata/fix/*.json", filepath.Join(shared, "seed/*.yml")} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			f.Add(read(f, file), filepath.Ext(file) == ".json")
		}
	}
	f.Add([]byte("a: |2\n   b\n\n  c\r\n"), false)
	f.Add([]byte("a: 'b''c\n\n  d'"), false)
	f.Add([]byte("{\"a\":\"\\ud83d\\ude00\"}"), true)
	f.Fuzz(func(t *testing.T, data []byte, asJSON bool) {
		name := "fuzz.yaml"
		if asJSON {
			name = "fuzz.json"
		}
		// Sources are not read: what they say has its own fuzz targets.
		b, list := (&arazzo.Loader{MaxBytes: 1, Sources: map[string]string{}}).LoadBytes(t.Context(), name, data)
		list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
		list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: true, Workflow: "w"})...)
		list.Add(arazzo.Check(b, arazzo.CheckOptions{Fixes: true})...)
		list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: true, Fixes: true})...)
		for i := range list {
			if list[i].Message == "" || list[i].Rule == "" {
				t.Errorf("a diagnostic without a message: %+v", list[i])
			}
			if fix := list[i].Fix; fix != nil && b.Entry.Exists() {
				after, err := diag.Apply(string(b.Entry.Text()), fix.Edits)
				if err != nil {
					t.Fatalf("%s: %v", fix.Message, err)
				}
				if again, problems := arazzo.Parse(name, []byte(after)); !again.Exists() {
					t.Fatalf("%s: %q to %q is no document: %v", fix.Message, b.Entry.Text(), after, problems)
				}
			}
		}
		var out bytes.Buffer
		if err := diag.WriteText(&out, list, b.Text, true); err != nil {
			t.Error(err)
		}
		budget := 1000
		walk(arazzo.Value{Origin: b.Entry.Origin}, &budget)
		for _, w := range b.Entry.Workflows {
			_ = w.Names().InputNames()
		}
	})
}
