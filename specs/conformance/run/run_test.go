package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// script writes an adapter.
func script(t *testing.T, lines string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the adapters of this test are shell scripts")
	}
	file := filepath.Join(t.TempDir(), "adapter.sh")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+lines), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	return file
}

func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// TestOwnAdapter runs cases of all three outcomes through the shipped adapter.
func TestOwnAdapter(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "arazzo")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../../cmd/arazzo")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	t.Setenv("ARAZZO_BIN", binary)
	for _, id := range []string{"exp-11-big-integers", "act-01-default-next-and-break", "val-01-no-sources"} {
		code, stdout, stderr := command(t, "-adapter", "../adapters/arazzo.sh", "-case", id)
		if code != exitPassed || !strings.Contains(stdout, "1 passed, 0 failed") {
			t.Errorf("%s: exit code %d\n%s%s", id, code, stdout, stderr)
		}
	}
}

func TestJob(t *testing.T) {
	adapter := script(t, `
[ -f "$ARAZZO_ENTRY" ] && [ -f "$ARAZZO_INPUTS" ] && [ "$PWD" = "$(dirname "$ARAZZO_ENTRY")" ] || exit 9
grep -q PORT openapi.yaml && exit 8
echo "{\"outcome\": \"failure\", \"message\": \"$ARAZZO_CASE $ARAZZO_WORKFLOW strict=$ARAZZO_STRICT force=$ARAZZO_FORCE\"}"
`)
	code, stdout, stderr := command(t, "-adapter", adapter, "-case", "exp-06-*", "-strict=false")
	if want := "exp-06-inputs-typed w strict=0 force=0"; code != exitFailed || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d, want the message %q\n%s%s", code, want, stdout, stderr)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct{ name, lines, want string }{
		{"rejects", `echo '{"outcome": "invalid"}'`, "1 passed"},
		{"rejects with null", `echo '{"outcome": "invalid", "outputs": null}'`, "1 passed"},
		{"accepts", `echo 'no objection' >&2; echo '{"outcome": "success", "outputs": {}}'`, `the outcome is "success" instead of "invalid": no objection`},
		{"exits", "echo went wrong >&2; exit 7", "the adapter gave no answer: exit status 7\n          went wrong"},
		{"says nothing", "true", "what the adapter prints is no JSON: EOF"},
		{"says too much", `echo '{"outcome": "invalid"} {}'`, "what the adapter prints is no JSON"},
		{"unknown outcome", `echo '{"outcome": "great"}'`, `the outcome that the adapter prints is "great"`},
		{"unknown member", `echo '{"outcome": "invalid", "exit": 3}'`, `a member "exit" that is not known`},
		{"list", "echo '[]'", "is no JSON object"},
		{"outputs that are none", `echo '{"outcome": "invalid", "outputs": 1}'`, "are no object"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, stdout, stderr := command(t, "-adapter", script(t, test.lines), "-case", "val-01-no-sources")
			if !strings.Contains(stdout, test.want) {
				t.Errorf("want %q in:\n%s%s", test.want, stdout, stderr)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	skips := filepath.Join(t.TempDir(), "skips.yaml")
	if err := os.WriteFile(skips, []byte("- reason: there are no retries\n  cases: [rty-01-default-single-retry]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-adapter", script(t, `echo '{"outcome": "invalid"}'`), "-case", "[rv]*-01-*", "-skips", skips, "-format"}
	code, stdout, stderr := command(t, append(args, "json")...)
	var s summary
	if err := json.Unmarshal([]byte(stdout), &s); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	if code != exitFailed || s.Passed == 0 || s.Failed == 0 || s.Skipped != 1 || len(s.Cases) != s.Passed+s.Failed+s.Skipped+s.Differs {
		t.Errorf("exit code %d: %+v", code, s)
	}
	_, stdout, stderr = command(t, append(args, "junit")...)
	var suite junitSuite
	if err := xml.Unmarshal([]byte(stdout), &suite); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	if suite.Tests != len(s.Cases) || suite.Failures != s.Failed || suite.Skipped != s.Skipped+s.Differs {
		t.Errorf("%+v", suite)
	}
}

func TestUsage(t *testing.T) {
	adapter := script(t, `echo '{"outcome": "invalid"}'`)
	passing := filepath.Join(t.TempDir(), "skips.yaml")
	if err := os.WriteFile(passing, []byte("- reason: so it was\n  cases: [val-01-no-sources]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no adapter", nil, exitUsage, "flag -adapter is missing"},
		{"no such adapter", []string{"-adapter", "nowhere.sh"}, exitUsage, "nowhere.sh"},
		{"no such case", []string{"-adapter", adapter, "-case", "nothing"}, exitUsage, `no case matches "nothing"`},
		{"bad pattern", []string{"-adapter", adapter, "-case", "["}, exitUsage, "pattern"},
		{"bad format", []string{"-adapter", adapter, "-format", "html"}, exitUsage, `format "html"`},
		{"argument", []string{"-adapter", adapter, "val-01-no-sources"}, exitUsage, "unexpected argument"},
		{"no such folder", []string{"-adapter", adapter, "-cases", "nowhere"}, exitUsage, "nowhere"},
		{"list", []string{"-list", "-case", "val-01-*"}, exitPassed, "val-01-no-sources\tsourceDescriptions must not be empty\n"},
		{"other folder", []string{"-list", "-cases", "../cases", "-case", "val-01-*"}, exitPassed, "val-01-no-sources"},
		{"passes although skipped", []string{"-adapter", adapter, "-case", "val-01-*", "-skips", passing}, exitFailed, "is on the skip list: so it was"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t, test.args...)
			if code != test.code || !strings.Contains(stdout+stderr, test.want) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, test.code, test.want, stdout, stderr)
			}
		})
	}
}
