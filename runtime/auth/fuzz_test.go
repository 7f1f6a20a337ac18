package auth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// FuzzAdapt holds that no description and no credential makes the provider fail,
// and that a credential never ends up in what is said or handed on.
func FuzzAdapt(f *testing.F) {
	f.Add("security: [{a: [], b: [x]}, {}]\ncomponents: {securitySchemes: {a: {type: apiKey, in: query, name: k}, b: {type: oauth2, flows: {password: {tokenUrl: /t}}}}}", "https://h/x")
	f.Add("security: [{a: []}]\ncomponents: {securitySchemes: {a: {type: http, scheme: basic}}}", "http://127.0.0.1")
	f.Add("security: [{a: []}]\ncomponents: {securitySchemes: {a: {type: openIdConnect, openIdConnectUrl: '::'}}}", "")
	f.Add("security: [{a: [], b: []}]\ncomponents: {securitySchemes: {a: {in: cookie, name: ';'}, b: {type: mutualTLS}}}", "h")
	const secret = "s3cr3t-value:with-colon"
	source := auth.Environment{Lookup: func(name string) string {
		for _, plain := range []string{"_SCOPES", "_CERT", "_KEY", "_CA", "_CLIENT_ID", "_USERNAME"} {
			if strings.HasSuffix(name, plain) {
				return "" // these may be shown
			}
		}
		return secret
	}}
	f.Fuzz(func(t *testing.T, security, base string) {
		document, err := openapi.Open("a.yaml", []byte("openapi: 3.1.0\npaths: {/a: {get: {operationId: a}}}\n"+security))
		if err != nil {
			return
		}
		op, err := document.OperationByID("a")
		if err != nil {
			return
		}
		p := auth.New(auth.Options{Source: source})
		a, found := p.Adapt(t.Context(), runtime.Target{Source: "s", Operation: op, BaseURL: base})
		for _, d := range found {
			if strings.Contains(d.Message+d.Hint, secret) {
				t.Fatalf("a message holds the secret: %s", d.Message)
			}
		}
		if found.HasErrors() {
			return
		}
		u, err := url.Parse(base)
		if err != nil || u.Host == "" {
			return
		}
		for _, each := range a.Auth {
			for _, value := range each.Params {
				if strings.Contains(value, secret) {
					t.Fatalf("%v holds the secret", each)
				}
			}
			if each.Params["kind"] == "oauth2" {
				continue // it would ask a server
			}
			r := &http.Request{Method: "GET", URL: u, Header: http.Header{}}
			_ = p.Sign(t.Context(), each, r, nil)
		}
	})
}
