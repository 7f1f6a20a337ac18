package textdiff_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/internal/textdiff"
)

func text(lines []textdiff.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	numbered := func(n int, change map[int]string) string {
		var b strings.Builder
		for i := 1; i <= n; i++ {
			line, changed := change[i]
			if !changed {
				line = fmt.Sprintf("line %d\n", i)
			}
			b.WriteString(line)
		}
		return b.String()
	}
	for _, test := range []struct{ name, before, after, want string }{
		{"same", "a\n", "a\n", ""},
		{"one line", "a\nb\nc\n", "a\nx\nc\n", "--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
		{"added", "", "a\n", "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n"},
		{"removed", "a\n", "", "--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n"},
		{"without a line break", "a\nb", "a\nc", "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		{"windows", "a\r\nb\r\n", "a\r\nc\r\n", "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		{
			"two hunks", numbered(20, nil), numbered(20, map[int]string{2: "two\n", 18: ""}),
			"--- old\n+++ new\n@@ -1,5 +1,5 @@\n line 1\n-line 2\n+two\n line 3\n line 4\n line 5\n@@ -15,6 +15,5 @@\n line 15\n line 16\n line 17\n-line 18\n line 19\n line 20\n",
		},
		{
			"near changes", numbered(10, nil), numbered(10, map[int]string{2: "two\n", 8: "8\n8b\n"}),
			"--- old\n+++ new\n@@ -1,10 +1,11 @@\n line 1\n-line 2\n+two\n line 3\n line 4\n line 5\n line 6\n line 7\n-line 8\n+8\n+8b\n line 9\n line 10\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.want, text(textdiff.Unified("old", "new", test.before, test.after))); d != "" {
				t.Error(d)
			}
		})
	}
}

// apply makes the changes of a diff, as a reader of diffs understands them.
func apply(before string, lines []textdiff.Line) string {
	old := strings.SplitAfter(before, "\n")
	var b strings.Builder
	at := 0
	for i, l := range lines {
		switch l.Kind {
		case textdiff.Hunk:
			var from, count int
			if _, err := fmt.Sscanf(l.Text, "@@ -%d,%d", &from, &count); err != nil {
				_, _ = fmt.Sscanf(l.Text, "@@ -%d", &from)
				count = 1
			}
			if count > 0 {
				from--
			}
			for ; at < from; at++ {
				b.WriteString(old[at])
			}
			continue
		case textdiff.Header, textdiff.NoNewline:
			continue
		case textdiff.Same, textdiff.Removed:
			at++
		case textdiff.Added:
		}
		ended := i+1 == len(lines) || lines[i+1].Kind != textdiff.NoNewline
		if l.Kind != textdiff.Removed {
			b.WriteString(l.Text[1:])
			if ended {
				b.WriteByte('\n')
			}
		}
	}
	for ; at < len(old); at++ {
		b.WriteString(old[at])
	}
	return b.String()
}

func TestChanges(t *testing.T) {
	got := textdiff.Changes(strings.Split("abcde", ""), strings.Split("xabde", ""))
	if d := cmp.Diff([]textdiff.Change{{0, 0, 0, 1}, {2, 3, 3, 3}}, got); d != "" {
		t.Error(d)
	}
	if got := textdiff.Changes([]string{"a"}, []string{"a"}); got != nil {
		t.Error(got)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nc\nd")
	f.Add("", "x")
	f.Add("a\na\na\nb\n", "a\nb\na\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 2000 {
			return
		}
		lines := textdiff.Unified("a", "b", before, after)
		if before == after {
			return
		}
		if got := apply(before, lines); got != after {
			t.Errorf("%q to %q: applied gives %q", before, after, got)
		}
	})
}

func TestPatchUnderstandsTheDiff(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("patch is not on this machine")
	}
	dir := t.TempDir()
	before, after := "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", "a\nB\nc\nd\ne\nf\ng\nh\nj\nk"
	file := filepath.Join(dir, "f")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(patch, file)
	cmd.Stdin = strings.NewReader(text(textdiff.Unified(file, file, before, after)))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != after {
		t.Errorf("%q, %v", got, err)
	}
}
