package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/server"
	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

func describe(t testing.TB, base, scheme string) *openapi.Operation {
	t.Helper()
	text := fmt.Sprintf(`openapi: 3.2.0
info: {title: Pets, version: "1"}
servers: [{url: %s}]
security: [{oauth: [pets:read]}]
paths: {/pets: {get: {operationId: listPets}}}
components: {securitySchemes: {oauth: %s}}
`, base, scheme)
	document, err := openapi.Open("pets.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	op, err := document.OperationByID("listPets")
	if err != nil {
		t.Fatal(err)
	}
	return op
}

const (
	clientFlow = "{clientCredentials: {tokenUrl: /token, scopes: {pets:read: R}}}"
	personFlow = "{password: {tokenUrl: /token, refreshUrl: /refresh, scopes: {}}}"
	codeFlow   = "{authorizationCode: {authorizationUrl: /authorize, tokenUrl: /token, scopes: {}}}"
)

func client(more ...string) []string {
	return append([]string{"ARAZZO_PETS_OAUTH_CLIENT_ID=" + clientID, "ARAZZO_PETS_OAUTH_CLIENT_SECRET=" + clientSecret}, more...)
}

func person(more ...string) []string {
	return append([]string{"ARAZZO_PETS_OAUTH_USERNAME=" + userName, "ARAZZO_PETS_OAUTH_PASSWORD=" + userPassword}, more...)
}

func TestTokensAreFetchedOnceAndReplacedBeforeTheyEnd(t *testing.T) {
	s := newAuthorizationServer(t)
	c := newClock()
	p := auth.New(auth.Options{Source: variables(client()...), Clock: c})
	where := s.at(t, clientFlow)
	first, err := bearerOf(t, p, where)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		fresh bool
	}{{time.Minute, false}, {58*time.Minute + 29*time.Second, false}, {time.Second, true}, {59 * time.Minute, false}} {
		c.at = c.at.Add(step.after)
		got, err := bearerOf(t, p, where)
		if err != nil {
			t.Fatal(err)
		}
		if fresh := got != first; fresh != step.fresh {
			t.Errorf("at %v: another token: %t, want %t", c.at, fresh, step.fresh)
		}
		first = got
	}
	want := []string{"/token client_credentials pets:read header", "/token client_credentials pets:read header"}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Errorf("requests for tokens (-want +got):\n%s", diff)
	}
}

func TestOneRequestServesAllWhoWaitForAToken(t *testing.T) {
	s := newAuthorizationServer(t)
	p := auth.New(auth.Options{Source: variables(client()...)})
	a, _ := p.Adapt(t.Context(), s.at(t, clientFlow))
	var all sync.WaitGroup
	var mu sync.Mutex
	tokens := map[string]int{}
	for range 30 {
		all.Go(func() {
			r := request(t, s.URL+"/pets")
			if err := p.Sign(t.Context(), a.Auth[0], r, nil); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			tokens[r.Header.Get("Authorization")]++
		})
	}
	all.Wait()
	if len(tokens) != 1 || len(s.asked()) != 1 {
		t.Errorf("%d tokens after %d requests, want one", len(tokens), len(s.asked()))
	}
}

func TestTheClientAuthenticatesItselfAsTheServerWants(t *testing.T) {
	s := newAuthorizationServer(t)
	s.oauth.SetClientInfoHandler(server.ClientFormHandler)
	c := newClock()
	p := auth.New(auth.Options{Source: variables(client("ARAZZO_PETS_OAUTH_SCOPES=a b")...), Clock: c})
	for range 2 {
		if _, err := bearerOf(t, p, s.at(t, clientFlow)); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(2 * time.Hour)
	}
	want := []string{"/token client_credentials a b header", "/token client_credentials a b body", "/token client_credentials a b body"}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Errorf("requests for tokens (-want +got):\n%s", diff)
	}
}

func TestPasswordAndRefreshToken(t *testing.T) {
	s := newAuthorizationServer(t)
	c := newClock()
	var warned diag.List
	p := auth.New(auth.Options{Source: variables(person(client()...)...), Clock: c, Warn: func(d diag.Diagnostic) { warned.Add(d) }})
	where := s.at(t, personFlow)
	for range 3 {
		if _, err := bearerOf(t, p, where); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(2 * time.Hour)
	}
	// The server no longer knows the refresh token: the password is used again.
	s.manager.MustTokenStorage(newTokenStore())
	if _, err := bearerOf(t, p, where); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/token password pets:read header", "/refresh refresh_token  header", "/refresh refresh_token  header",
		"/refresh refresh_token  header", "/token password pets:read header",
	}
	if diff := cmp.Diff(want, s.asked()); diff != "" {
		t.Errorf("requests for tokens (-want +got):\n%s", diff)
	}
	if len(warned) > 0 {
		t.Errorf("a refresh token that the run got itself is nobody's concern: %v", texts(warned))
	}
}

func TestARefreshTokenThatIsReplacedIsReported(t *testing.T) {
	s := newAuthorizationServer(t)
	s.manager.SetRefreshTokenCfg(&manage.RefreshingConfig{AccessTokenExp: time.Hour, RefreshTokenExp: time.Hour, IsGenerateRefresh: true, IsRemoveAccess: true, IsRemoveRefreshing: true})
	refresh := s.refreshToken(t)
	c := newClock()
	var warned diag.List
	p := auth.New(auth.Options{Source: variables(client("ARAZZO_PETS_OAUTH_REFRESH_TOKEN=" + refresh)...), Clock: c, Warn: func(d diag.Diagnostic) { warned.Add(d) }})
	where := s.at(t, codeFlow)
	for range 2 {
		if _, err := bearerOf(t, p, where); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(2 * time.Hour)
	}
	if len(warned) != 2 || warned[0].Rule != auth.RuleRefreshTokenReplaced || strings.Contains(warned[0].Error()+warned[0].Hint, refresh) {
		t.Errorf("warnings: %v", texts(warned))
	}
	if diff := cmp.Diff([]string{"/token refresh_token  header", "/token refresh_token  header"}, s.asked()[1:]); diff != "" {
		t.Errorf("requests for tokens (-want +got):\n%s", diff)
	}
}

func TestRefusalsOfTokensSayWhyAndHoldNoSecret(t *testing.T) {
	s := newAuthorizationServer(t)
	s.oauth.SetClientScopeHandler(nil)
	odd := http.NewServeMux()
	odd.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.URL+"/token", http.StatusTemporaryRedirect)
	})
	odd.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>" + clientSecret)) })
	odd.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	odd.HandleFunc("/echo", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_scope","error_description":"client %s\u001b[2J asked too much."}`, clientSecret)
	})
	odd.HandleFunc("/mac", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"access_token":"a","token_type":"dpop"}`))
	})
	odd.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"access_token":"a\nb","token_type":"bearer"}`))
	})
	strange := httptest.NewServer(odd)
	t.Cleanup(strange.Close)
	gone := httptest.NewServer(nil)
	gone.Close()
	flow := func(address string) string { return "{clientCredentials: {tokenUrl: '" + address + "', scopes: {}}}" }
	tests := []struct {
		name, flows string
		set         []string
		failure     runtime.ExchangeFailure
		want, hint  string
	}{
		{"wrong secret", clientFlow, []string{"ARAZZO_PETS_OAUTH_CLIENT_ID=" + clientID, "ARAZZO_PETS_OAUTH_CLIENT_SECRET=wrong-secret"}, runtime.Refused, "says invalid_client", "ARAZZO_PETS_OAUTH_CLIENT_SECRET"},
		{"wrong password", personFlow, client("ARAZZO_PETS_OAUTH_USERNAME=someone", "ARAZZO_PETS_OAUTH_PASSWORD=wrong-secret"), runtime.Refused, "says invalid_grant", "ARAZZO_PETS_OAUTH_PASSWORD"},
		{"wrong refresh token", codeFlow, client("ARAZZO_PETS_OAUTH_REFRESH_TOKEN=wrong-secret"), runtime.Refused, "says invalid_grant", "ARAZZO_PETS_OAUTH_REFRESH_TOKEN"},
		{"redirect", flow(strange.URL + "/redirect"), client(), runtime.Refused, "answered 307", "do not follow a redirect"},
		{"page", flow(strange.URL + "/page"), client(), runtime.NotSent, "an answer that holds none", ""},
		{"unavailable", flow(strange.URL + "/down"), client(), runtime.NotSent, "answered 503", ""},
		{"scope", flow(strange.URL + "/echo"), client(), runtime.Refused, "says invalid_scope: client *** [2J asked too much", "ARAZZO_PETS_OAUTH_SCOPES"},
		{"another type of token", flow(strange.URL + "/mac"), client(), runtime.Refused, `tokens of type "dpop"`, ""},
		{"no token", flow(strange.URL + "/broken"), client(), runtime.Refused, "something that is not a token", ""},
		{"gone", flow(gone.URL + "/token"), client(), runtime.NotSent, "cannot be reached", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := auth.New(auth.Options{Source: variables(tt.set...)})
			_, err := bearerOf(t, p, s.at(t, tt.flows))
			var e *runtime.ExchangeError
			if !errors.As(err, &e) || e.Failure != tt.failure {
				t.Fatalf("error is %v, want one of kind %s", err, tt.failure)
			}
			if !strings.Contains(e.Message, tt.want) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("message %q, hint %q", e.Message, e.Hint)
			}
			for cause := error(e); cause != nil; cause = errors.Unwrap(cause) {
				for _, secret := range []string{clientSecret, "wrong-secret", userPassword, "\x1b"} {
					if strings.Contains(cause.Error()+e.Hint, secret) {
						t.Errorf("%q shows in %q", secret, cause.Error())
					}
				}
			}
		})
	}
	if got := len(s.asked()); got != 4 {
		t.Errorf("the token endpoint was asked %d times, want 4: %q; a redirect must not bring secrets there", got, s.asked())
	}
}

func TestATokenEndpointThatDoesNotAnswer(t *testing.T) {
	hold := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	t.Cleanup(func() { close(hold); silent.Close() })
	p := auth.New(auth.Options{Source: variables(client()...)})
	a, found := p.Adapt(t.Context(), targetAt(t, silent.URL, "{type: oauth2, flows: "+clientFlow+"}"))
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := p.Sign(ctx, a.Auth[0], request(t, silent.URL+"/pets"), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want the end of the context", err)
	}
	waiting, stop := context.WithCancel(t.Context())
	stop()
	if err := p.Sign(waiting, a.Auth[0], request(t, silent.URL+"/pets"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want the end of the context", err)
	}
}

func TestSecretsGoToTheTokenEndpointOfTheirSchemeOnly(t *testing.T) {
	s := newAuthorizationServer(t)
	listed := func(hosts ...string) auth.Credential {
		return auth.Credential{ClientID: clientID, ClientSecret: clientSecret, Hosts: hosts, Origin: "c.yaml:3"}
	}
	provider := func(c auth.Credential) *auth.Provider {
		return auth.New(auth.Options{Source: auth.Static{"pets": {"oauth": c}}})
	}
	// A description that names a host of its own cannot have the secret.
	elsewhere := targetAt(t, "https://api.example", "{type: oauth2, flows: {clientCredentials: {tokenUrl: '"+s.URL+"/token', scopes: {}}}}")
	_, found := provider(listed("api.example")).Adapt(t.Context(), elsewhere)
	if len(found) != 1 || found[0].Rule != auth.RuleInvalidCredentials || !strings.Contains(found[0].Message, "none of the hosts") {
		t.Errorf("before the run: %v", texts(found))
	}
	// Nor if it gets as far as a request.
	a, _ := provider(listed()).Adapt(t.Context(), elsewhere)
	err := provider(listed("api.example")).Sign(t.Context(), a.Auth[0], request(t, "https://api.example/pets"), nil)
	if err == nil || !strings.Contains(err.Error(), "none of the hosts") || len(s.asked()) > 0 {
		t.Errorf("error %v after %q", err, s.asked())
	}
	// Both hosts on the list are fine, and so is an endpoint that the user names.
	named := listed("api.example")
	named.TokenURL = s.URL + "/token"
	for _, c := range []auth.Credential{listed("api.example", strings.TrimPrefix(s.URL, "http://")), named} {
		p, before := provider(c), len(s.asked())
		a, _ = p.Adapt(t.Context(), elsewhere)
		if err := p.Sign(t.Context(), a.Auth[0], request(t, "https://api.example/pets"), nil); err != nil || len(s.asked()) != before+1 {
			t.Errorf("error %v after %q", err, s.asked())
		}
	}
}

func TestALateRefusalOfAnOldTokenLeavesTheNewOne(t *testing.T) {
	s := newAuthorizationServer(t)
	p := auth.New(auth.Options{Source: variables(client()...)})
	a, _ := p.Adapt(t.Context(), s.at(t, clientFlow))
	signed := func() *http.Request {
		r := request(t, s.URL+"/pets")
		if err := p.Sign(t.Context(), a.Auth[0], r, nil); err != nil {
			t.Fatal(err)
		}
		return r
	}
	refused := &http.Response{StatusCode: http.StatusUnauthorized}
	first, second := signed(), signed()
	p.ObserveReply(a.Auth[0], first, refused)
	third := signed()
	p.ObserveReply(a.Auth[0], second, refused)
	if fourth := signed(); fourth.Header.Get("Authorization") != third.Header.Get("Authorization") || len(s.asked()) != 2 {
		t.Errorf("%d requests for tokens, want 2", len(s.asked()))
	}
}

func TestWhatIsNotRepeated(t *testing.T) {
	s := newAuthorizationServer(t)
	p := auth.New(auth.Options{Source: variables(client()...)})
	a, _ := p.Adapt(t.Context(), s.at(t, clientFlow))
	fixed := auth.New(auth.Options{Source: variables("ARAZZO_PETS_OAUTH_TOKEN=t")})
	alone, _ := fixed.Adapt(t.Context(), s.at(t, clientFlow))
	req := func(auths []runtime.Auth, header ...runtime.Field) *runtime.Request {
		return &runtime.Request{Method: "GET", URL: s.URL + "/pets", Auth: auths, Header: header}
	}
	reply := func(status int, url string) *runtime.Response { return &runtime.Response{Status: status, URL: url} }
	tests := []struct {
		name  string
		req   *runtime.Request
		reply *runtime.Response
		want  bool
	}{
		{"refused", req(a.Auth), reply(401, ""), true},
		{"refused after a redirect within the origin", req(a.Auth), reply(401, s.URL+"/end"), true},
		{"refused by another server", req(a.Auth), reply(401, "https://other.example/"), false},
		{"refused with a header of the step", req(a.Auth, runtime.Field{Name: "authorization", Value: "mine"}), reply(401, ""), false},
		{"forbidden", req(a.Auth), reply(403, ""), false},
		{"no reply", req(a.Auth), nil, false},
		{"a token that cannot be replaced", req(alone.Auth), reply(401, ""), false},
		{"no credentials", req(nil), reply(401, ""), false},
	}
	for _, tt := range tests {
		if _, again := p.Retry(tt.req, tt.reply, nil, 1); again != tt.want {
			t.Errorf("%s: repeated %t, want %t", tt.name, again, tt.want)
		}
	}
}

func TestASecretDoesNotEvenFollowARedirectWithinItsServer(t *testing.T) {
	var bodies int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
			return
		}
		bodies++
	}))
	t.Cleanup(s.Close)
	p := auth.New(auth.Options{Source: variables(client()...)})
	if _, err := bearerOf(t, p, targetAt(t, s.URL, "{type: oauth2, flows: "+clientFlow+"}")); err == nil || bodies > 0 {
		t.Errorf("error %v, %d requests after the redirect", err, bodies)
	}
}
