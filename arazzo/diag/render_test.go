package diag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

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
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

func place(line, column, endLine, endColumn int) diag.Range {
	return diag.Range{File: "a.yaml", Start: diag.Position{Line: line, Column: column}, End: diag.Position{Line: endLine, Column: endColumn}}
}

// text is a file with everything that makes columns hard to count.
var text = strings.Join([]string{
	"plain: value",
	"\ttab:\tvalue",
	"wide: 世界 value",
	"combined: e\u0301 value",
	"emoji: \U0001F600 value",
	"escape: \x1b[31m value",
	"bidi: \u202Evalue",
	"broken: \xff value",
	"windows: value\r",
	"long: " + strings.Repeat("abcdefghi ", 40) + "end",
	"",
	"many: |",
	"  lines",
}, "\n")

func examples() diag.List {
	mark := func(severity diag.Severity, message string, r diag.Range) diag.Diagnostic {
		return diag.Diagnostic{Rule: "some-rule", Severity: severity, Message: message, Range: r}
	}
	return diag.List{
		{
			Rule: "some-rule", Message: "everything is given", Hint: "write \"other\"", Range: place(1, 8, 1, 13), Pointer: "/plain",
			Related: []diag.Related{{Message: "first here", Range: place(2, 2, 2, 5)}, {Message: "elsewhere", Range: diag.Range{File: "b.yaml", Start: diag.Position{Line: 3, Column: 4}}}},
		},
		mark(diag.Warning, "tabs", place(2, 7, 2, 12)),
		mark(diag.Warning, "wide characters", place(3, 10, 3, 15)),
		mark(diag.Warning, "wide characters underlined", place(3, 7, 3, 9)),
		mark(diag.Warning, "combining characters", place(4, 14, 4, 19)),
		mark(diag.Warning, "emoji", place(5, 10, 5, 15)),
		mark(diag.Info, "control characters", place(6, 15, 6, 20)),
		mark(diag.Info, "text direction", place(7, 8, 7, 13)),
		mark(diag.Info, "no UTF-8", place(8, 11, 8, 16)),
		mark(diag.Info, "line end", place(9, 10, 9, 15)),
		mark(diag.Error, "long line, at its start", place(10, 1, 10, 5)),
		mark(diag.Error, "long line, within", place(10, 207, 10, 211)),
		mark(diag.Error, "long line, at its end", place(10, 407, 10, 410)),
		mark(diag.Error, "long line, all of it", place(10, 1, 10, 410)),
		mark(diag.Error, "empty line", place(11, 1, 11, 1)),
		mark(diag.Error, "several lines", place(12, 7, 13, 8)),
		mark(diag.Error, "no end", place(1, 8, 0, 0)),
		mark(diag.Error, "behind the end of the line", place(1, 13, 1, 13)),
		mark(diag.Error, "beyond the file", place(99, 1, 99, 2)),
		mark(diag.Error, "line only", diag.Range{File: "a.yaml", Start: diag.Position{Line: 1}}),
		mark(diag.Error, "file only", diag.Range{File: "a.yaml"}),
		mark(diag.Error, "nowhere", diag.Range{}),
		{Message: "no rule\nand a line break \x1b[2J"},
	}
}

func sources(file string) []byte {
	if file == "a.yaml" {
		return []byte(text)
	}
	return nil
}

func TestWriteText(t *testing.T) {
	for name, color := range map[string]bool{"testdata/text.golden": false, "testdata/color.golden": true} {
		var b bytes.Buffer
		if err := diag.WriteText(&b, examples(), sources, color); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

func TestWriteTextForATerminal(t *testing.T) {
	list := examples()
	list[0].Message = "a sentence that is so long that it has to be wrapped, more than once if the terminal is narrow, and ends well"
	list[0].Hint = "write what was meant, which takes a few more words than there is room for in one line"
	list = append(list, diag.Diagnostic{Rule: "wide", Message: strings.Repeat("世界", 30) + " " + strings.Repeat("x", 100) + " end"})
	for _, width := range []int{40, 80} {
		for _, color := range []bool{false, true} {
			var b bytes.Buffer
			if err := (diag.Text{Sources: sources, Color: color, Width: width}).Write(&b, list); err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("testdata/terminal%d.%v.golden", width, color), b.Bytes())
		}
	}
}

func TestWriteTextWithoutSources(t *testing.T) {
	var b bytes.Buffer
	if err := diag.WriteText(&b, examples()[:1], nil, false); err != nil {
		t.Fatal(err)
	}
	want := "a.yaml:1:8: error: everything is given (some-rule)\n  hint: write \"other\"\n  a.yaml:2:2: first here\n  b.yaml:3:4: elsewhere\n"
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestWriteJSON(t *testing.T) {
	var b bytes.Buffer
	if err := diag.WriteJSON(&b, withFixes()); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/list.golden.json", b.Bytes())
	b.Reset()
	if err := diag.WriteJSON(&b, nil); err != nil {
		t.Fatal(err)
	}
	var empty map[string]any
	if err := json.Unmarshal(b.Bytes(), &empty); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{"schema": diag.JSONSchema, "diagnostics": []any{}}, empty); d != "" {
		t.Error(d)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestRenderersReportWriteErrors(t *testing.T) {
	if err := diag.WriteText(brokenWriter{}, examples(), sources, false); !errors.Is(err, errBroken) {
		t.Errorf("WriteText: %v", err)
	}
	if err := diag.WriteJSON(brokenWriter{}, examples()); !errors.Is(err, errBroken) {
		t.Errorf("WriteJSON: %v", err)
	}
}

func TestListSortsAndRemovesRepetitions(t *testing.T) {
	a := diag.Diagnostic{Rule: "a", Message: "m", Range: place(2, 1, 2, 2)}
	b := diag.Diagnostic{Rule: "b", Message: "m", Severity: diag.Warning, Range: place(1, 5, 1, 6)}
	list := diag.List{a, b, a}
	list.Sort()
	if d := cmp.Diff(diag.List{b, a}, list); d != "" {
		t.Error(d)
	}
	if !list.HasErrors() || len(list.Select(diag.Warning)) != 1 {
		t.Errorf("%v", list)
	}
	var err *diag.ListError
	if !errors.As(list.Err(), &err) || err.Error() != "a.yaml:2:1: m (a)" {
		t.Errorf("%v", list.Err())
	}
	if list.Select(diag.Warning).Err() != nil {
		t.Error("warnings are no error")
	}
}

func FuzzWriteText(f *testing.F) {
	f.Add("plain: value\n\t世界", 1, 2, 2, 3)
	f.Add(text, 10, 207, 10, 211)
	f.Fuzz(func(t *testing.T, text string, line, column, endLine, endColumn int) {
		list := diag.List{{Rule: "r", Message: text, Range: place(line, column, endLine, endColumn)}}
		var b bytes.Buffer
		if err := diag.WriteText(&b, list, func(string) []byte { return []byte(text) }, false); err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsRune(b.Bytes(), 0x1b) {
			t.Error("an escape character reaches the terminal")
		}
	})
}
