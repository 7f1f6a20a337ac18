package auth_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// schemes is the description whose operations the tests call.
const schemes = `openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example/v1}]
paths:
  /pets:
    get: {operationId: listPets, security: SECURITY}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    queryKey: {type: apiKey, in: query, name: api key}
    cookieKey: {type: apiKey, in: cookie, name: sid}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: Bearer}
    digest: {type: http, scheme: digest}
    certificate: {type: mutualTLS}
    client: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
    swagger: {type: oauth2, flows: {application: {tokenUrl: /token, scopes: {}}}}
    person: {type: oauth2, flows: {password: {tokenUrl: /token, refreshUrl: /refresh, scopes: {}}}}
    code: {type: oauth2, flows: {authorizationCode: {authorizationUrl: /authorize, tokenUrl: https://id.example/token, scopes: {}}}}
    implicit: {type: oauth2, flows: {implicit: {authorizationUrl: /authorize, scopes: {}}}}
    oidc: {type: openIdConnect, openIdConnectUrl: https://id.example/.well-known/openid-configuration}
    plainToken: {type: oauth2, flows: {clientCredentials: {tokenUrl: "http://id.example/token", scopes: {}}}}
    untyped: {description: A key.}
    untypedBearer: {scheme: bearer}
    nowhere: {type: apiKey, in: body, name: X-Key}
    nameless: {type: apiKey, in: header}
`

// target is an operation with the given security.
func target(t testing.TB, security string, given ...string) runtime.Target {
	t.Helper()
	document, err := openapi.Open("pets.yaml", []byte(strings.Replace(schemes, "SECURITY", security, 1)))
	if err != nil {
		t.Fatal(err)
	}
	op, err := document.OperationByID("listPets")
	if err != nil {
		t.Fatal(err)
	}
	out := runtime.Target{Source: "pets", Operation: op, BaseURL: "https://pets.example/v1", Range: diag.Range{File: "flow.yaml", Start: diag.Position{Line: 7, Column: 9}}}
	for _, p := range given {
		in, name, _ := strings.Cut(p, ":")
		out.Given = append(out.Given, runtime.ParameterName{In: in, Name: name})
	}
	return out
}

// variables are environment variables, "NAME=value" each.
func variables(list ...string) auth.Environment {
	return auth.Environment{Lookup: lookup(list...)}
}

func lookup(list ...string) func(string) string {
	return func(name string) string {
		for _, entry := range list {
			if n, value, _ := strings.Cut(entry, "="); n == name {
				return value
			}
		}
		return ""
	}
}

// clock stands still until it is moved.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.at }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.at = c.at.Add(d)
	return ctx.Err()
}

// request makes a request as the transport would.
func request(t testing.TB, address string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// carried lists what a request carries beside what it was made with.
func carried(r *http.Request) []string {
	var out []string
	for name, values := range r.Header {
		for _, v := range values {
			out = append(out, name+": "+v)
		}
	}
	slices.Sort(out)
	if r.URL.RawQuery != "" {
		out = append(out, "?"+r.URL.RawQuery)
	}
	return out
}

// texts shows diagnostics as a user sees them, without places.
func texts(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Severity.String()+" "+d.Rule+": "+d.Message)
		for _, r := range d.Related {
			out = append(out, "  "+r.Message)
		}
	}
	return out
}
