package simulator_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

// curl runs curl with AWS signatures, or skips the test.
func curl(t *testing.T, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	help, err := exec.CommandContext(t.Context(), program, "--help", "all").Output()
	if err != nil || !strings.Contains(string(help), "--aws-sigv4") {
		t.Skip("this curl cannot sign with AWS Signature Version 4")
	}
	// The empty configuration keeps a user's own settings out.
	command := exec.CommandContext(t.Context(), program, append([]string{"-q", "-sS", "--noproxy", "*", "--max-time", "30"}, args...)...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("curl: %v: %s", err, out)
	}
	return string(out)
}

func TestCurlIsAccepted(t *testing.T) {
	session := simulator.Credential{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "session-secret", SessionToken: "token"}
	e := start(t, simulator.Config{Credentials: []simulator.Credential{simulator.SampleCredential(), session}})
	static := simulator.SampleCredential()
	tests := []struct {
		name, user string
		more       []string
		want       string
	}{
		{"static keys", static.AccessKeyID + ":" + static.SecretAccessKey, nil, `"JobStatus":"SUBMITTED"`},
		{"session", session.AccessKeyID + ":" + session.SecretAccessKey, []string{"-H", "x-amz-security-token: " + session.SessionToken}, `"JobStatus":"SUBMITTED"`},
		{"wrong secret", static.AccessKeyID + ":wrong", nil, "InvalidSignatureException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := []string{
				"--aws-sigv4", "aws:amz:" + simulator.DefaultRegion + ":healthlake", "--user", tt.user,
				"-H", "Content-Type: application/x-amz-json-1.0", "-H", "X-Amz-Target: HealthLake.StartFHIRImportJob",
				"--data-binary", startBody(""), e.URL() + "/",
			}
			if got := curl(t, append(tt.more, args...)...); !strings.Contains(got, tt.want) {
				t.Errorf("answer is %s, want %s", got, tt.want)
			}
		})
	}
}
