package auth_test

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

// The service user of the storage that comes with the provider.
const (
	serviceID     = "sid1"
	serviceSecret = "verysecret"
)

// openIDProvider is an OpenID provider with an API at "/pets" that takes its
// tokens.
type openIDProvider struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newOpenIDProvider(t *testing.T) *openIDProvider {
	t.Helper()
	p := &openIDProvider{}
	var handler http.Handler
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.URL.Path)
		p.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	provider, err := op.NewProvider(
		&op.Config{CryptoKey: sha256.Sum256([]byte("test")), CryptoKeyId: "key", AuthMethodPost: true},
		storage.NewStorage(storage.NewUserStore(p.URL)), op.StaticIssuer(p.URL), op.WithAllowInsecure(),
		op.WithLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", provider)
	mux.HandleFunc("GET /pets", func(w http.ResponseWriter, r *http.Request) {
		token, err := provider.Crypto().Decrypt(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		if err != nil || !strings.HasSuffix(token, ":"+serviceID) {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	handler = mux
	return p
}

func (p *openIDProvider) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.seen)
}

func TestTokensByDiscovery(t *testing.T) {
	const configuration = "GET /.well-known/openid-configuration"
	tests := []struct {
		name, scheme string
		want         []string
	}{
		{"the configuration", "{type: openIdConnect, openIdConnectUrl: BASE/.well-known/openid-configuration}", []string{configuration, "POST /oauth/token", "GET /pets"}},
		{"relative to the server", "{type: openIdConnect, openIdConnectUrl: /.well-known/openid-configuration}", []string{configuration, "POST /oauth/token", "GET /pets"}},
		{"the issuer", "{type: openIdConnect, openIdConnectUrl: BASE}", []string{"GET /", configuration, "POST /oauth/token", "GET /pets"}},
		{"metadata of OAuth 2", "{type: oauth2, flows: {}, oauth2MetadataUrl: BASE/.well-known/openid-configuration}", []string{configuration, "POST /oauth/token", "GET /pets"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newOpenIDProvider(t)
			p := auth.New(auth.Options{Source: variables("ARAZZO_PETS_OAUTH_CLIENT_ID="+serviceID, "ARAZZO_PETS_OAUTH_CLIENT_SECRET="+serviceSecret, "ARAZZO_PETS_OAUTH_SCOPES=openid")})
			where := targetAt(t, s.URL, strings.ReplaceAll(tt.scheme, "BASE", s.URL))
			bearer, err := bearerOf(t, p, where)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := s.Client().Do(clientRequest(t, s.URL+"/pets", "Authorization: "+bearer))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("the API answers %v, %v", resp, err)
			}
			resp.Body.Close()
			if diff := cmp.Diff(tt.want, s.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			// Metadata is kept: a token for other scopes costs one request.
			a, _ := p.Adapt(t.Context(), where)
			a.Auth[0].Params["scopes"] = "openid profile"
			if err := p.Sign(t.Context(), a.Auth[0], request(t, s.URL+"/pets"), nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append(tt.want, "POST /oauth/token"), s.requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// clientRequest is a request that is really sent.
func clientRequest(t *testing.T, address string, header ...string) *http.Request {
	t.Helper()
	r := request(t, address, header...)
	r.RequestURI = ""
	return r
}

func TestMetadataThatCannotBeUsed(t *testing.T) {
	var answer func(w http.ResponseWriter, r *http.Request)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	t.Cleanup(s.Close)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other server was asked") }))
	t.Cleanup(other.Close)
	write := func(text string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	tests := []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request)
		want   string
	}{
		{"not found", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, "it answered 404"},
		{"page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>"))
		}, "a page for people"},
		{"not JSON", write("token_endpoint=x"), "not JSON of the known form"},
		{"no endpoint", write(`{"issuer":"x"}`), "names no token endpoint"},
		{"relative endpoint", write(`{"token_endpoint":"/token"}`), "is not an absolute http or https URL"},
		{"endpoint over clear text", write(`{"token_endpoint":"http://id.example/token"}`), "over clear text only"},
		{"unknown authentication", write(`{"token_endpoint":"https://id.example/token","token_endpoint_auth_methods_supported":["private_key_jwt"]}`), "by private_key_jwt only"},
		{"too large", write(`{"x":"` + strings.Repeat("y", 1<<20) + `"}`), "larger than"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusFound)
		}, "it answered 302"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer = tt.answer
			p := auth.New(auth.Options{Source: variables(client()...)})
			_, err := bearerOf(t, p, targetAt(t, s.URL, fmt.Sprintf("{type: openIdConnect, openIdConnectUrl: %s/.well-known/openid-configuration}", s.URL)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

func TestMetadataIsReachedAsFarAsTheDescriptionIsTrusted(t *testing.T) {
	s := newOpenIDProvider(t)
	where := targetAt(t, s.URL, "{type: openIdConnect, openIdConnectUrl: "+s.URL+"/.well-known/openid-configuration}")
	p := auth.New(auth.Options{Source: variables(client()...)})
	a, _ := p.Adapt(t.Context(), where)
	fetched := runtime.Auth{Scheme: a.Auth[0].Scheme, Params: map[string]string{}}
	for name, value := range a.Auth[0].Params {
		fetched.Params[name] = value
	}
	fetched.Params["document"] = "https://stranger.example/openapi.yaml"
	err := p.Sign(t.Context(), fetched, request(t, s.URL+"/pets"), nil)
	if err == nil || len(s.requests()) > 0 {
		t.Errorf("a description from the network leads secrets to loopback: %v after %q", err, s.requests())
	}
}
