package check_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// fixFile mends a document as "arazzo fix" does.
func fixFile(t testing.TB, file string, text []byte, o check.FixOptions) *check.Fixed {
	t.Helper()
	var loader arazzo.Loader
	o.Load = func(text []byte) (*arazzo.Bundle, diag.List) { return loader.LoadBytes(t.Context(), file, text) }
	fixed, err := check.Fix(text, o)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return fixed
}

func at(d diag.Diagnostic) string {
	return fmt.Sprintf("%d:%d", d.Range.Start.Line, d.Range.Start.Column)
}

// remarks writes what is said of a document that was mended.
func remarks(f *check.Fixed) string {
	var b strings.Builder
	for _, d := range f.Applied {
		fmt.Fprintf(&b, "%s %s: %s", at(d), d.Rule, d.Fix.Message)
		if d.Fix.Caveat != "" {
			fmt.Fprintf(&b, "\n    but %s", d.Fix.Caveat)
		}
		b.WriteByte('\n')
	}
	for _, d := range f.Left {
		fmt.Fprintf(&b, "%s %s: left, since %s\n", at(d), d.Rule, d.NoFix)
	}
	return b.String()
}

func goldenText(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// TestFixRewritesDocuments compares what becomes of the documents of a folder
// with what should: beside each stand the mended text and what is said of it.
func TestFixRewritesDocuments(t *testing.T) {
	files, err := filepath.Glob("testdata/fix/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ext := filepath.Ext(file)
		base := strings.TrimSuffix(file, ext)
		if strings.HasSuffix(base, ".fixed") || ext == ".txt" || strings.HasSuffix(base, "pets") || strings.HasSuffix(base, "shops") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fixed := fixFile(t, file, text, check.FixOptions{})
			goldenText(t, base+".fixed"+ext, string(fixed.After))
			goldenText(t, base+".txt", remarks(fixed))
			if again := fixFile(t, file, fixed.After, check.FixOptions{}); again.Changed() {
				t.Errorf("a second time changes more: %s", cmp.Diff(string(fixed.After), string(again.After)))
			}
			// The same with the line ends of Windows.
			windows := func(text []byte) string { return strings.ReplaceAll(string(text), "\n", "\r\n") }
			if other := fixFile(t, file, []byte(windows(text)), check.FixOptions{}); string(other.After) != windows(fixed.After) {
				t.Errorf("other line ends: %s", cmp.Diff(windows(fixed.After), string(other.After)))
			}
			strictlySound(t, file, fixed)
		})
	}
}

// strictlySound checks that the strict reading has no objection to a document
// but for what is left, and that nothing of the dialect is in it.
func strictlySound(t *testing.T, file string, fixed *check.Fixed) {
	t.Helper()
	left := map[int]bool{}
	for _, d := range fixed.Left {
		left[d.Range.Start.Line] = true
	}
	for _, strict := range []bool{false, true} {
		var loader arazzo.Loader
		b, loaded := loader.LoadBytes(t.Context(), file, fixed.After)
		list := check.Bundle(b, check.Options{Strict: strict, Loaded: loaded})
		for i := range list {
			d := &list[i]
			if (d.Severity == diag.Error || check.IsDialect(d.Rule)) && !left[d.Range.Start.Line] {
				t.Errorf("strict %t: %s", strict, d.Error())
			}
		}
	}
}

func TestFixLeavesAloneWhatIsNotSelected(t *testing.T) {
	const file = "testdata/fix/jsonpath.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []check.FixOptions{
		{Rules: []string{"jsonpath-length"}},
		{Check: check.Options{Severities: map[string]check.Level{"jsonpath-comparison": check.Off}}},
	} {
		fixed := fixFile(t, file, text, o)
		for _, d := range fixed.Applied {
			if d.Rule == "jsonpath-comparison" {
				t.Errorf("%v", d.Error())
			}
		}
		if !strings.Contains(string(fixed.After), "condition: $.pets[?(@.id == $inputs.count)].length == 1") {
			t.Error("a change that is also one of a rule that is not selected was made")
		}
	}
	exact := fixFile(t, file, text, check.FixOptions{Exact: true})
	for _, d := range exact.Applied {
		if d.Fix.Caveat != "" {
			t.Errorf("%s: %s", d.Error(), d.Fix.Caveat)
		}
	}
}

func TestFixLeavesWhatWouldNotBeSound(t *testing.T) {
	const head = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: pets, url: pets.yaml}]\n" +
		"workflows:\n- workflowId: w\n  inputs: {type: object, properties: {on: {type: boolean}}}\n  steps:\n  - stepId: s\n    operationId: listPets\n"
	// An input that there is not is absent among all inputs, and an error by name.
	text := head + "    successCriteria:\n    - {context: $inputs, type: jsonpath, condition: $.no != true}\n    outputs: {tag: $response.headers.etag}\n"
	fixed := fixFile(t, "testdata/fix/a.yaml", []byte(text), check.FixOptions{})
	if want := strings.Replace(text, "headers", "header", 1); string(fixed.After) != want {
		t.Errorf("%s, want %s", fixed.After, want)
	}
	if len(fixed.Left) == 0 || !strings.HasPrefix(fixed.Left[0].NoFix, "the document would have an error after it: ") {
		t.Errorf("%v", fixed.Left)
	}
	// A change that has nothing to do with an error is not made either if it comes
	// with one.
	var loader arazzo.Loader
	calls := 0
	_, err := check.Fix([]byte(head+"    outputs: {tag: $response.headers.etag}\n"), check.FixOptions{Load: func(text []byte) (*arazzo.Bundle, diag.List) {
		if calls++; calls == 2 {
			text = []byte(strings.Replace(string(text), "listPets", "noPets", 1))
		}
		return loader.LoadBytes(t.Context(), "testdata/fix/a.yaml", text)
	}})
	var unsound *check.UnsoundError
	if !errors.As(err, &unsound) || unsound.Found[0].Rule != "unknown-operation" {
		t.Errorf("%v", err)
	}
}

func TestFixOfWhatIsNoDocument(t *testing.T) {
	fixed := fixFile(t, "a.yaml", []byte("arazzo: ["), check.FixOptions{})
	if fixed.Changed() || len(fixed.Errors) == 0 {
		t.Errorf("%+v", fixed)
	}
}
