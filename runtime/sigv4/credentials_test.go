package sigv4_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// roleServer plays the part of AWS that gives credentials for roles.
func roleServer(t *testing.T, status int, body string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		_, _ = io.Copy(w, bytes.NewReader([]byte(body)))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestRoleIsAssumed(t *testing.T) {
	isolate(t)
	s := roleServer(t, 200, fmt.Sprintf(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>role-token</SessionToken>
<Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`, testSecret, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)))
	t.Setenv("AWS_ENDPOINT_URL_STS", s.URL)
	configFile(t, fmt.Sprintf("[profile base]\naws_access_key_id=%s\naws_secret_access_key=%s\n[profile role]\nsource_profile=base\nrole_arn=arn:aws:iam::123456789012:role/r\n", testKey, testSecret))
	p := sigv4.New(sigv4.Options{Profile: "role"})
	r := newRequest(t, "POST", "https://healthlake.us-east-1.amazonaws.com/", nil, nil)
	if err := p.Sign(t.Context(), auth("healthlake", "us-east-1"), r, nil); err != nil {
		t.Fatal(err)
	}
	if key := parseAuthorization(t, r.Header.Get("Authorization")).key; key != "AKIDROLE" || r.Header.Get("X-Amz-Security-Token") != "role-token" {
		t.Errorf("signed by %s with token %q", key, r.Header.Get("X-Amz-Security-Token"))
	}
}

func TestMissingCredentials(t *testing.T) {
	const secret = "secret-that-must-not-show"
	tests := []struct {
		name    string
		options sigv4.Options
		setup   func(t *testing.T)
		rule    string
		message string
		hint    string
	}{
		{"none", sigv4.Options{}, func(*testing.T) {}, "no-credentials", "no AWS credentials were found", "AWS_ACCESS_KEY_ID"},
		{"half", sigv4.Options{}, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", testKey)
		}, "no-credentials", "AWS_SECRET_ACCESS_KEY is not", ""},
		{"other half", sigv4.Options{}, func(t *testing.T) {
			t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
		}, "no-credentials", "AWS_ACCESS_KEY_ID is not", ""},
		{"none in the profile", sigv4.Options{Profile: "empty"}, func(t *testing.T) {
			configFile(t, "[profile empty]\nregion = us-east-1\n")
		}, "no-credentials", `no AWS credentials were found for profile "empty"`, "--profile"},
		{"metadata service that hangs", sigv4.Options{}, func(t *testing.T) {
			t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
			done := make(chan struct{})
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				select {
				case <-done:
				case <-r.Context().Done():
				}
			}))
			t.Cleanup(s.Close)
			t.Cleanup(func() { close(done) })
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", s.URL)
		}, "no-credentials", "no AWS credentials were found", "AWS_ACCESS_KEY_ID"},
		{"unknown profile", sigv4.Options{Profile: "nobody"}, func(*testing.T) {}, "aws-configuration", `there is no AWS profile "nobody"`, "list-profiles"},
		{"broken file", sigv4.Options{}, func(t *testing.T) {
			configFile(t, "[default]\naws_secret_access_key "+secret+"\n[broken\n")
		}, "", "", ""},
		{"program that fails", sigv4.Options{Profile: "process"}, func(t *testing.T) {
			configFile(t, "[profile process]\ncredential_process = false "+secret+"\n")
		}, "no-credentials", "credential_process", "by hand"},
		{"program that prints no credentials", sigv4.Options{Profile: "process"}, func(t *testing.T) {
			configFile(t, "[profile process]\ncredential_process = echo "+secret+"\n")
		}, "no-credentials", "credential_process", "by hand"},
		{"role that is refused", sigv4.Options{Profile: "role"}, func(t *testing.T) {
			s := roleServer(t, 403, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>canonical: `+secret+`</Message></Error></ErrorResponse>`)
			t.Setenv("AWS_ENDPOINT_URL_STS", s.URL)
			configFile(t, "[profile base]\naws_access_key_id=a\naws_secret_access_key="+secret+"\n[profile role]\nsource_profile=base\nrole_arn=arn:aws:iam::123456789012:role/r\n")
		}, "no-credentials", "could not be assumed (AccessDenied)", "role_arn"},
		{"role that asks for a code", sigv4.Options{Profile: "role"}, func(t *testing.T) {
			configFile(t, "[profile base]\naws_access_key_id=a\naws_secret_access_key="+secret+"\n[profile role]\nsource_profile=base\nrole_arn=arn:aws:iam::123456789012:role/r\nmfa_serial=arn:aws:iam::123456789012:mfa/m\n")
		}, "no-credentials", "MFA", "export-credentials"},
		{"role without a source", sigv4.Options{Profile: "role"}, func(t *testing.T) {
			configFile(t, "[profile role]\nsource_profile=nobody\nrole_arn=arn:aws:iam::123456789012:role/r\n")
		}, "aws-configuration", `there is no AWS profile "nobody"`, ""},
		{"session that was never begun", sigv4.Options{Profile: "sso"}, func(t *testing.T) {
			configFile(t, "[profile sso]\nsso_start_url=https://x.awsapps.com/start\nsso_region=us-east-1\nsso_account_id=123456789012\nsso_role_name=r\n")
		}, "no-credentials", "SSO session", "aws sso login --profile sso"},
		{"variable that is wrong", sigv4.Options{}, func(t *testing.T) {
			t.Setenv("AWS_RETRY_MODE", secret)
		}, "aws-configuration", "AWS_RETRY_MODE", "unset"},
		{"unsigned", sigv4.Options{NoSignRequest: true}, func(*testing.T) {}, "", "", ""},
		{"enough", sigv4.Options{}, staticCredentials, "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			t.Setenv("AWS_REGION", "us-east-1")
			test.setup(t)
			p := sigv4.New(test.options)
			if found := p.Check(t.Context()); found != nil {
				t.Errorf("before any operation of AWS is met: %v", found)
			}
			start := time.Now()
			_, found := adapt(t, p, runtime.Target{Operation: healthlake()})
			found.Add(p.Check(t.Context())...)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			var problems diag.List
			for _, d := range found {
				if strings.Contains(fmt.Sprint(d), secret) {
					t.Errorf("the secret shows in %v", d)
				}
				if d.Severity == diag.Error {
					problems.Add(d)
				}
			}
			if test.rule == "" {
				if test.name != "broken file" && problems != nil {
					t.Errorf("diagnostics are %v", problems)
				}
				return
			}
			if len(problems) == 0 {
				t.Fatal("nothing is reported")
			}
			d := problems[0]
			if d.Rule != test.rule || !strings.Contains(d.Message, test.message) || !strings.Contains(d.Hint, test.hint) {
				t.Errorf("the diagnostic is %+v", d)
			}
			if len(d.Message) > 160 || strings.ContainsAny(d.Message, "\n") {
				t.Errorf("the message is no single sentence: %q", d.Message)
			}
			if took := time.Since(start); took > time.Second {
				return // once is enough
			}
			r := newRequest(t, "POST", "https://healthlake.us-east-1.amazonaws.com/", nil, nil)
			err := p.Sign(t.Context(), auth("healthlake", "us-east-1"), r, nil)
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) || r.Header.Get("Authorization") != "" {
				t.Errorf("signing gives %v", err)
			}
		})
	}
}
