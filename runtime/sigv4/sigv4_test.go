package sigv4_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// isolate takes the AWS settings of this machine out of the test.
func isolate(t testing.TB) {
	t.Helper()
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME":                        home,
		"USERPROFILE":                 home,
		"AWS_CONFIG_FILE":             filepath.Join(home, "config"),
		"AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "credentials"),
		"AWS_EC2_METADATA_DISABLED":   "true",
	} {
		t.Setenv(name, value)
	}
}

// configFile gives the test a shared AWS configuration.
func configFile(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(os.Getenv("AWS_CONFIG_FILE"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	testKey    = "AKIDEXAMPLE"
	testSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	testToken  = "session-token-that-must-stay-secret"
)

func staticCredentials(t *testing.T) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", testKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
}

// fixedClock is a clock that stands still until it is set.
type fixedClock struct{ at time.Time }

func (c *fixedClock) Now() time.Time { return c.at }

func (c *fixedClock) Sleep(ctx context.Context, d time.Duration) error {
	c.at = c.at.Add(d)
	return ctx.Err()
}

// hmacScheme is the security scheme of descriptions made from SDK models.
func hmacScheme() []openapi.SecurityRequirement {
	return []openapi.SecurityRequirement{{{Name: "hmac", Scheme: &openapi.SecurityScheme{
		Type: "apiKey", ParameterName: "Authorization", In: "header",
		Description: "Amazon Signature authorization v4",
		Extensions:  map[string]any{"x-amazon-apigateway-authtype": "awsSigv4"},
	}}}}
}

func regionVariable() []openapi.ServerVariable {
	return []openapi.ServerVariable{{Name: "region", Default: "us-east-1", Enum: []string{"us-east-1", "us-west-2", "eu-west-2"}}}
}

// healthlake is an operation as the published description has it.
func healthlake() *openapi.Operation {
	return &openapi.Operation{
		ID: "StartFHIRImportJob", Method: "POST", Path: "/#X-Amz-Target=HealthLake.StartFHIRImportJob",
		Pointer: "/paths/~1#X-Amz-Target=HealthLake.StartFHIRImportJob/post",
		Parameters: []openapi.Parameter{{
			Name: "X-Amz-Target", In: "header", Required: true, Enum: []any{"HealthLake.StartFHIRImportJob"},
		}},
		RequestBody: &openapi.RequestBody{Required: true, Content: []openapi.MediaType{{Name: "application/json"}}},
		Servers: []openapi.Server{
			{URL: "http://healthlake.{region}.amazonaws.com", Variables: regionVariable()},
			{URL: "https://healthlake.{region}.amazonaws.com", Variables: regionVariable()},
			{URL: "http://healthlake.{region}.amazonaws.com.cn", Variables: []openapi.ServerVariable{{Name: "region", Default: "cn-north-1"}}},
			{URL: "https://healthlake.{region}.amazonaws.com.cn", Variables: []openapi.ServerVariable{{Name: "region", Default: "cn-north-1"}}},
		},
		Security: hmacScheme(),
	}
}

func variables(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

// rules lists the rules of diagnostics, warnings in parentheses.
func rules(l diag.List) string {
	var out []string
	for _, d := range l {
		if d.Severity == diag.Error {
			out = append(out, d.Rule)
		} else {
			out = append(out, "("+d.Rule+")")
		}
	}
	return strings.Join(out, " ")
}

// authOf returns how the requests of an adaptation are signed.
func authOf(a *runtime.Adaptation) runtime.Auth {
	for _, auth := range a.Auth {
		return auth
	}
	for _, claim := range a.Claims {
		return claim.Auth
	}
	return runtime.Auth{}
}

func adapt(t *testing.T, p *sigv4.Provider, target runtime.Target) (*runtime.Adaptation, diag.List) {
	t.Helper()
	a, found := p.Adapt(t.Context(), target)
	for _, d := range found {
		if d.Message == "" || d.Rule == "" || strings.HasSuffix(d.Message, ".") {
			t.Errorf("diagnostic %+v is not a sentence of the usual form", d)
		}
	}
	if found.HasErrors() && a == nil {
		a = &runtime.Adaptation{}
	}
	return a, found
}
