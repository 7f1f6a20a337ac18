package auth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// TestKeysAndSignatures lets the two providers work together as the command does.
func TestKeysAndSignatures(t *testing.T) {
	const keys = "aws"
	tests := []struct {
		name, security string
		set            []string
		given          bool
		options        auth.Options
		// want is what arrives, "signature" with the key among what it covers.
		want  []string
		found string
	}{
		{"a signature", "[{hmac: []}]", []string{keys}, false, auth.Options{}, []string{"signature"}, ""},
		{"a key beside a signature", "[{hmac: [], key: []}]", []string{keys, "ARAZZO_API_KEY=k"}, false, auth.Options{}, []string{"key", "signature of x-api-key"}, ""},
		{"a key beside a signature, without the key", "[{hmac: [], key: []}]", []string{keys}, false, auth.Options{}, nil, "missing-credentials"},
		{"either, with both", "[{key: []}, {hmac: []}]", []string{keys, "ARAZZO_API_KEY=k"}, false, auth.Options{}, []string{"key"}, ""},
		{"either, with a key", "[{hmac: []}, {key: []}]", []string{"ARAZZO_API_KEY=k"}, false, auth.Options{}, []string{"key"}, ""},
		{"either, with keys of AWS", "[{key: []}, {hmac: []}]", []string{keys}, false, auth.Options{}, []string{"signature"}, ""},
		{"either, with none", "[{key: []}, {hmac: []}]", nil, false, auth.Options{}, nil, "missing-credentials"},
		{"either, with none, if need be", "[{key: []}, {hmac: []}]", nil, false, auth.Options{NoCredentials: true}, nil, ""},
		{"or nothing", "[{hmac: []}, {}]", nil, false, auth.Options{}, nil, ""},
		{"the step's own header", "[{hmac: []}]", nil, true, auth.Options{}, []string{"own"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"} {
				t.Setenv(name, "")
			}
			t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/config")
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/credentials")
			t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			if slices.Contains(tt.set, keys) {
				t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-access-key")
			}
			var got []string
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Api-Key") == "k" {
					got = append(got, "key")
				}
				switch text := r.Header.Get("Authorization"); {
				case text == "mine":
					got = append(got, "own")
				case strings.HasPrefix(text, "AWS4-HMAC-SHA256") && strings.Contains(text, "x-api-key"):
					got = append(got, "signature of x-api-key")
				case strings.HasPrefix(text, "AWS4-HMAC-SHA256"):
					got = append(got, "signature")
				}
			}))
			t.Cleanup(s.Close)

			document, err := openapi.Open("api.yaml", []byte(`openapi: 3.0.0
info: {title: T, version: "1", x-aws-signingName: execute-api}
paths: {/: {get: {operationId: get, security: `+tt.security+`}}}
components:
  securitySchemes:
    hmac: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
    key: {type: apiKey, name: X-Api-Key, in: header}
`))
			if err != nil {
				t.Fatal(err)
			}
			op, err := document.OperationByID("get")
			if err != nil {
				t.Fatal(err)
			}
			tt.options.Source = variables(tt.set...)
			aws := sigv4.New(sigv4.Options{Region: "us-east-1", NoCredentials: tt.options.NoCredentials})
			p := auth.New(tt.options)
			where := runtime.Target{Source: "api", Operation: op, Server: s.URL, BaseURL: s.URL}
			req := &runtime.Request{Method: "GET", URL: s.URL}
			if tt.given {
				where.Given = []runtime.ParameterName{authorizationField()}
				req.Header = runtime.Header{{Name: "Authorization", Value: "mine"}}
			}
			var problems []string
			for _, adapter := range []runtime.Adapter{aws, p} {
				adapted, found := adapter.Adapt(t.Context(), where)
				where.Adapted = adapted
				for _, d := range found {
					problems = append(problems, d.Rule)
				}
			}
			for _, d := range aws.Check(t.Context()) {
				problems = append(problems, d.Rule)
			}
			if got := strings.Join(problems, " "); got != tt.found {
				t.Fatalf("found %q, want %q", got, tt.found)
			}
			if tt.found != "" {
				return
			}
			req.Auth, req.Secrets = where.Adapted.Auth, where.Adapted.Secrets
			transport := &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: aws, auth.AuthScheme: p}}
			t.Cleanup(transport.CloseIdleConnections)
			if _, err := transport.Exchange(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the server gets (-want +got):\n%s", diff)
			}
		})
	}
}

func authorizationField() runtime.ParameterName {
	return runtime.ParameterName{In: "header", Name: "Authorization"}
}
