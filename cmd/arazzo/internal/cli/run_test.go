package cli

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestWhatTheSignerNoticesIsShownAndKept(t *testing.T) {
	var stderr bytes.Buffer
	j := &runJob{app: &app{stderr: &stderr}}
	d := diag.Diagnostic{Rule: "clock-skew", Message: "the clock is 20 minutes off"}
	j.warn(d)
	j.view = &plainView{out: &stderr}
	j.warn(d)
	if diff := cmp.Diff("warning: the clock is 20 minutes off (clock-skew)\n", stderr.String()); diff != "" {
		t.Errorf("standard error differs (-want +got):\n%s", diff)
	}
	if n := len(j.warnings.Select(diag.Warning)); n != 2 {
		t.Errorf("%d warnings are kept, want 2", n)
	}
}

func TestExitCodesOfDiagnostics(t *testing.T) {
	tests := []struct {
		name  string
		rules []string
		want  int
	}{
		{"input", []string{"missing-input", "invalid-input"}, exitUsage},
		{"document", []string{"invalid-condition"}, exitInvalidDocument},
		{"document before all", []string{"file-not-found", "unknown-source", "invalid-condition"}, exitInvalidDocument},
		{"file", []string{"file-not-found"}, exitHost},
		{"moved source", []string{"moved-source"}, exitHost},
		{"call before machine", []string{"moved-source", "unknown-source"}, exitUsage},
		{"credentials", []string{"no-credentials"}, exitHost},
		{"region before its consequence", []string{"server-variable", "no-region"}, exitHost},
		{"no server", []string{"no-server"}, exitUsage},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list diag.List
			for _, rule := range test.rules {
				list.Add(diag.Diagnostic{Rule: rule})
			}
			list.Add(diag.Diagnostic{Rule: "a-warning", Severity: diag.Warning})
			if got := codeOfDiagnostics(list); got != test.want {
				t.Errorf("exit code is %d, want %d", got, test.want)
			}
		})
	}
}

func TestExitCodesOfVerdicts(t *testing.T) {
	for status, want := range map[runtime.Status]int{
		runtime.Succeeded: 0, runtime.Failed: 1, runtime.Unhandled: 5, runtime.Cancelled: 130,
	} {
		if got := exitOf(status); got != want {
			t.Errorf("exit code of %q is %d, want %d", status, got, want)
		}
	}
}

func TestOutputsKeepDigitsAndCharacters(t *testing.T) {
	var b bytes.Buffer
	if err := writeOutputs(&b, map[string]any{"n": json.Number("12345678901234567890.10"), "s": "a<b>&\u001b"}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"n\": 12345678901234567890.10,\n  \"s\": \"a<b>&\\u001b\"\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("outputs differ (-want +got):\n%s", diff)
	}
}
