package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// sign lets the chosen credentials for a security requirement be added to a
// request.
func sign(t *testing.T, p *auth.Provider, security, address string, header ...string) ([]string, error) {
	t.Helper()
	a, found := p.Adapt(t.Context(), target(t, security))
	if found.HasErrors() {
		t.Fatal(texts(found))
	}
	r := request(t, address, header...)
	for _, each := range a.Auth {
		if err := p.Sign(t.Context(), each, r, nil); err != nil {
			return nil, err
		}
	}
	return carried(r), nil
}

func TestCredentialsOnTheWire(t *testing.T) {
	const address = "https://pets.example/v1/pets"
	set := []string{
		"ARAZZO_PETS_KEY=k 1", "ARAZZO_PETS_QUERYKEY=a b&c=d", "ARAZZO_PETS_COOKIEKEY=c1", "ARAZZO_PETS_BASIC=user:pass:word",
		"ARAZZO_PETS_BEARER=Bearer  tok", "ARAZZO_PETS_DIGEST=Digest username=x", "ARAZZO_PETS_CLIENT_TOKEN=access",
		"ARAZZO_PETS_LOST=Token abc", "ARAZZO_PETS_NOWHERE=n", "ARAZZO_PETS_NAMELESS=whole", "ARAZZO_PETS_UNTYPEDBEARER=ub",
	}
	tests := []struct {
		name, security string
		url            string
		header         []string
		want           []string
	}{
		{"key in a header", "[{key: []}]", "", nil, []string{"X-Key: k 1"}},
		{"key in the query", "[{queryKey: []}]", "", nil, []string{"?api%20key=a%20b%26c%3Dd"}},
		{"key in a query that is there", "[{queryKey: []}]", address + "?x=1", nil, []string{"?x=1&api%20key=a%20b%26c%3Dd"}},
		{"key as a cookie", "[{cookieKey: []}]", "", nil, []string{"Cookie: sid=c1"}},
		{"key beside a cookie", "[{cookieKey: []}]", "", []string{"Cookie: theme=dark"}, []string{"Cookie: theme=dark; sid=c1"}},
		{"basic", "[{basic: []}]", "", nil, []string{"Authorization: Basic dXNlcjpwYXNzOndvcmQ="}},
		{"bearer, given with the name of its scheme", "[{bearer: []}]", "", nil, []string{"Authorization: Bearer tok"}},
		{"another scheme", "[{digest: []}]", "", nil, []string{"Authorization: Digest username=x"}},
		{"a token that exists", "[{client: []}]", "", nil, []string{"Authorization: Bearer access"}},
		{"two at once", "[{key: [], bearer: []}]", "", nil, []string{"Authorization: Bearer tok", "X-Key: k 1"}},
		{"not defined", "[{lost: []}]", "", nil, []string{"Authorization: Token abc"}},
		{"without a place", "[{nowhere: []}]", "", nil, []string{"X-Key: n"}},
		{"without a name", "[{nameless: []}]", "", nil, []string{"Authorization: whole"}},
		{"without a type", "[{untypedBearer: []}]", "", nil, []string{"Authorization: Bearer ub"}},

		{"the step's header comes first", "[{key: []}]", "", []string{"x-key: mine"}, []string{"X-Key: mine"}},
		{"the step's Authorization comes first", "[{client: []}]", "", []string{"authorization: mine"}, []string{"Authorization: mine"}},
		{"the step's query comes first", "[{queryKey: []}]", address + "?api+key=mine", nil, []string{"?api+key=mine"}},
		{"the step's cookie comes first", "[{cookieKey: []}]", "", []string{"Cookie: a=b; sid=mine"}, []string{"Cookie: a=b; sid=mine"}},
		{"a name that only resembles it", "[{queryKey: []}]", address + "?api%20keys=1", nil, []string{"?api%20keys=1&api%20key=a%20b%26c%3Dd"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := tt.url
			if url == "" {
				url = address
			}
			got, err := sign(t, auth.New(auth.Options{Source: variables(set...)}), tt.security, url, tt.header...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCredentialsStayWithTheirOwn(t *testing.T) {
	const secret = "the-secret-key"
	pinned := auth.Static{"pets": {"key": {Value: secret, Hosts: []string{"PETS.example", "other.example:8443"}, Origin: "c.yaml:3"}}}
	free := variables("ARAZZO_PETS_KEY=" + secret)
	tests := []struct {
		name   string
		source auth.Source
		base   string
		url    string
		allow  bool
		want   string
	}{
		{"its server", free, "https://pets.example/v1", "https://pets.example/v1/pets", false, ""},
		{"its server, port and case spelled out", free, "https://pets.example/v1", "https://PETS.example:443/", false, ""},
		{"another host", free, "https://pets.example/v1", "https://evil.example/v1/pets", false, "belongs to"},
		{"a host below", free, "https://pets.example/v1", "https://api.pets.example/", false, "belongs to"},
		{"another port", free, "https://pets.example/v1", "https://pets.example:8443/", false, "belongs to"},
		{"another scheme", free, "https://pets.example/v1", "http://pets.example/", true, "belongs to"},
		{"clear text that is permitted", free, "http://pets.example/v1", "http://pets.example/", true, ""},
		{"clear text to loopback", free, "http://127.0.0.1:8080", "http://127.0.0.1:8080/", false, ""},
		{"a host of the file", pinned, "https://pets.example", "https://pets.example/", false, ""},
		{"a host and port of the file", pinned, "https://other.example:8443", "https://other.example:8443/", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := auth.New(auth.Options{Source: tt.source, AllowHTTP: tt.allow})
			where := target(t, "[{key: []}]")
			where.BaseURL = tt.base
			a, found := p.Adapt(t.Context(), where)
			if found.HasErrors() {
				t.Fatal(texts(found))
			}
			r := request(t, tt.url)
			err := p.Sign(t.Context(), a.Auth[0], r, nil)
			if sent := r.Header.Get("X-Key") != ""; sent != (tt.want == "") {
				t.Errorf("the credential is on the request: %t (%v)", sent, err)
			}
			var refused *runtime.ExchangeError
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (!errors.As(err, &refused) || refused.Failure != runtime.Refused || !strings.Contains(refused.Message, tt.want)):
				t.Errorf("error is %v, want one about %q", err, tt.want)
			case err != nil && strings.Contains(refused.Message+refused.Hint, secret):
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

func TestCredentialsDoNotGoOverClearText(t *testing.T) {
	source := variables("ARAZZO_PETS_KEY=k")
	where := target(t, "[{key: []}]")
	where.BaseURL = "http://pets.example"
	_, found := auth.New(auth.Options{Source: source}).Adapt(t.Context(), where)
	if len(found) != 1 || found[0].Rule != auth.RuleClearText || !found.HasErrors() {
		t.Errorf("before the run: %v", texts(found))
	}
	// Nor if it gets as far as a request.
	a, _ := auth.New(auth.Options{Source: source, AllowHTTP: true}).Adapt(t.Context(), where)
	r := request(t, "http://pets.example")
	if err := auth.New(auth.Options{Source: source}).Sign(t.Context(), a.Auth[0], r, nil); err == nil || r.Header.Get("X-Key") != "" {
		t.Errorf("a request carries the key: %v", err)
	}
}

func TestHostsOfTheFileAreTheOnlyOnes(t *testing.T) {
	pinned := auth.Static{"pets": {"key": {Value: "the-secret-key", Hosts: []string{"pets.example", "other.example:8443"}, Origin: "c.yaml:3"}}}
	for _, base := range []string{"https://evil.example", "https://other.example", "https://pets.example.evil.example"} {
		where := target(t, "[{key: []}]")
		where.BaseURL = base
		_, found := auth.New(auth.Options{Source: pinned}).Adapt(t.Context(), where)
		if got := strings.Join(texts(found), "\n"); !strings.Contains(got, "missing-credentials") || !strings.Contains(got, "none of the hosts") {
			t.Errorf("before a run that calls %s: %s", base, got)
		}
		// Nor if it gets as far as a request.
		a, _ := auth.New(auth.Options{Source: variables("ARAZZO_PETS_KEY=k")}).Adapt(t.Context(), where)
		r := request(t, base)
		if err := auth.New(auth.Options{Source: pinned}).Sign(t.Context(), a.Auth[0], r, nil); err == nil || r.Header.Get("X-Key") != "" {
			t.Errorf("a request to %s carries the key: %v", base, err)
		}
	}
}

func TestANameThatStandsForAnotherDescriptionHasNoCredentials(t *testing.T) {
	source := auth.Static{"pets": {"key": {Value: "k"}, "": {Cert: "client.pem"}}}
	where := target(t, "[{key: []}]")
	where.Shadowed = true
	a, found := auth.New(auth.Options{Source: source}).Adapt(t.Context(), where)
	want := []string{`error missing-credentials: credentials for source "pets" are missing: "key"; what is supplied under this name is for another description`}
	if diff := cmp.Diff(want, texts(found)); diff != "" || len(a.Auth) > 0 {
		t.Errorf("authentication %v, diagnostics (-want +got):\n%s", a.Auth, diff)
	}
	where.Given = []runtime.ParameterName{{In: "header", Name: "X-Key"}}
	if _, found = auth.New(auth.Options{Source: source}).Adapt(t.Context(), where); len(found) > 0 {
		t.Errorf("what the step gives is enough: %v", texts(found))
	}
}

// failing is a source that cannot be asked.
type failing struct{}

func (failing) Credential(context.Context, string, string) (*auth.Credential, error) {
	return nil, errors.New("the vault is closed")
}

func TestCredentialsThatAreGone(t *testing.T) {
	there := variables("ARAZZO_PETS_KEY=k")
	a, _ := auth.New(auth.Options{Source: there}).Adapt(t.Context(), target(t, "[{key: []}]"))
	for want, source := range map[string]auth.Source{"no longer there": variables(), "the vault is closed": failing{}} {
		err := auth.New(auth.Options{Source: source}).Sign(t.Context(), a.Auth[0], request(t, "https://pets.example/"), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
	_, found := auth.New(auth.Options{Source: failing{}}).Adapt(t.Context(), target(t, "[{key: []}]"))
	if got := strings.Join(texts(found), "\n"); !strings.Contains(got, "missing-credentials") || !strings.Contains(got, "the vault is closed") {
		t.Errorf("before the run: %s", got)
	}
}

func TestAFileThatDefinesWhatTheDescriptionDoesNot(t *testing.T) {
	p := auth.New(auth.Options{Source: auth.Static{"pets": {
		"email": {Value: "me@example", Header: "X-Auth-Email"}, "lost": {Value: "k", Header: "X-Auth-Key"}, "key": {Value: "k", Header: "X-Other"},
	}}})
	got, err := sign(t, p, "[{email: [], lost: []}]", "https://pets.example/")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"X-Auth-Email: me@example", "X-Auth-Key: k"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, err = sign(t, p, "[{key: []}]", "https://pets.example/"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"X-Key: k"}, got); diff != "" {
		t.Errorf("a scheme that is defined goes where the description says (-want +got):\n%s", diff)
	}
}
