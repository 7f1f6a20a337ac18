package diag_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// withFixes are the examples, of which one has a fix.
func withFixes() diag.List {
	list := examples()
	list[0].Fix = &diag.Fix{Message: "write \"other\"", Caveat: "the order changes", Edits: []diag.Edit{
		{File: "a.yaml", Start: 7, End: 12, Text: "other"}, {File: "a.yaml", Start: 14, End: 14, Text: "new: 世界\n"}, {File: "a.yaml", Start: 32, End: 38},
	}}
	list[1].Fix = &diag.Fix{Message: "not to be placed", Edits: []diag.Edit{{File: "unknown.yaml", Start: 0, End: 1}}}
	return list
}

func TestWriteGitHub(t *testing.T) {
	tests := []struct {
		problem diag.Diagnostic
		want    string
	}{
		{diag.Diagnostic{Message: "m"}, "::error::m\n"},
		{
			diag.Diagnostic{Rule: "r", Severity: diag.Warning, Message: "100% of\nit", Hint: "a,b: c", Range: place(1, 2, 1, 5)},
			"::warning file=a.yaml,line=1,endLine=1,col=2,endColumn=5,title=r::100%25 of%0Ait%0Aa,b: c\n",
		},
		{
			diag.Diagnostic{Rule: "r", Severity: diag.Info, Message: "m", Range: place(1, 2, 3, 5)},
			"::notice file=a.yaml,line=1,endLine=3,title=r::m\n",
		},
		{
			diag.Diagnostic{Message: "::error::forged\r\n::set-output::x", Range: diag.Range{File: "a,b:c%\n::d", Start: diag.Position{Line: 4, Column: 1}}},
			"::error file=a%2Cb%3Ac%25%0A%3A%3Ad,line=4,col=1::::error::forged%0D%0A::set-output::x\n",
		},
	}
	for _, test := range tests {
		var b bytes.Buffer
		if err := diag.WriteGitHub(&b, diag.List{test.problem}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(test.want, b.String()); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func checked(failOn diag.Severity) []diag.Checked {
	list := examples()
	return []diag.Checked{
		{File: "a.yaml", List: list, FailOn: failOn, Took: 1234 * time.Microsecond},
		{File: "warned.yaml", List: list.Select(diag.Warning), FailOn: failOn, Took: time.Millisecond},
		{File: "sound<&>.yaml"},
	}
}

func TestWriteJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := diag.WriteJUnit(&b, "arazzo validate", checked(diag.Error)); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/junit.golden.xml", b.Bytes())
}

func TestJUnitFailsFromTheSeverityAskedFor(t *testing.T) {
	for failOn, want := range map[diag.Severity]int{diag.Error: 1, diag.Warning: 2} {
		var b bytes.Buffer
		if err := diag.WriteJUnit(&b, "n", checked(failOn)); err != nil {
			t.Fatal(err)
		}
		var report struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testsuite>testcase"`
		}
		if err := xml.Unmarshal(b.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, c := range report.Cases {
			if c.Failure != nil {
				failed++
			}
		}
		if report.Tests != 3 || report.Failures != want || failed != want {
			t.Errorf("fail on %s: %+v, %d failed cases, want %d", failOn, report, failed, want)
		}
	}
}

func FuzzWriteJUnit(f *testing.F) {
	f.Add("a.yaml", "message \x00 ]]> \x1b")
	f.Fuzz(func(t *testing.T, file, message string) {
		var b bytes.Buffer
		list := diag.List{{Rule: "r", Message: message, Range: diag.Range{File: file}}}
		if err := diag.WriteJUnit(&b, "n", []diag.Checked{{File: file, List: list}}); err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(b.Bytes(), new(struct{})); err != nil {
			t.Errorf("no XML: %v", err)
		}
	})
}

func FuzzWriteGitHub(f *testing.F) {
	f.Add("a.yaml", "message\n::error::x")
	f.Fuzz(func(t *testing.T, file, message string) {
		var b bytes.Buffer
		if err := diag.WriteGitHub(&b, diag.List{{Message: message, Range: diag.Range{File: file}}}); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "\n") != 1 || strings.Contains(b.String(), "\r") {
			t.Errorf("more than one line: %q", b.String())
		}
	})
}
