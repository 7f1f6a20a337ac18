package auth_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-oauth2/oauth2/v4"
	oauth2errors "github.com/go-oauth2/oauth2/v4/errors"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	"github.com/go-oauth2/oauth2/v4/server"
	"github.com/go-oauth2/oauth2/v4/store"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
)

const (
	clientID     = "the-client"
	clientSecret = "the-client-secret"
	userName     = "someone"
	userPassword = "the-user-password"
)

// authorizationServer is an OAuth 2 server with an API that takes its tokens.
// "/token" and "/refresh" give tokens, "/pets" is the API, and "/closed" refuses
// all tokens.
type authorizationServer struct {
	*httptest.Server
	oauth   *server.Server
	manager *manage.Manager

	mu sync.Mutex
	// grants lists the requests for tokens: path, grant type, scope, and how the
	// client authenticated itself.
	grants []string
	// tokens lists the tokens that the API was shown.
	tokens []string
}

func newAuthorizationServer(t testing.TB) *authorizationServer {
	t.Helper()
	s := &authorizationServer{manager: manage.NewDefaultManager()}
	s.manager.MustTokenStorage(store.NewMemoryTokenStore())
	s.manager.SetClientTokenCfg(&manage.Config{AccessTokenExp: time.Hour})
	s.manager.SetPasswordTokenCfg(&manage.Config{AccessTokenExp: time.Hour, RefreshTokenExp: 24 * time.Hour, IsGenerateRefresh: true})
	clients := store.NewClientStore()
	if err := clients.Set(clientID, &models.Client{ID: clientID, Secret: clientSecret}); err != nil {
		t.Fatal(err)
	}
	s.manager.MapClientStorage(clients)
	s.oauth = server.NewDefaultServer(s.manager)
	s.oauth.SetAllowedGrantType(oauth2.ClientCredentials, oauth2.PasswordCredentials, oauth2.Refreshing)
	s.oauth.SetPasswordAuthorizationHandler(func(_ context.Context, _, name, password string) (string, error) {
		if name != userName || password != userPassword {
			return "", oauth2errors.ErrInvalidGrant
		}
		return "1", nil
	})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /refresh", s.token)
	mux.HandleFunc("GET /pets", s.pets)
	mux.HandleFunc("GET /closed", func(w http.ResponseWriter, r *http.Request) {
		s.show(r)
		w.WriteHeader(http.StatusUnauthorized)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *authorizationServer) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	how := "nothing"
	if _, _, basic := r.BasicAuth(); basic {
		how = "header"
	} else if r.PostForm.Has("client_secret") {
		how = "body"
	}
	s.mu.Lock()
	s.grants = append(s.grants, strings.Join([]string{r.URL.Path, r.PostForm.Get("grant_type"), r.PostForm.Get("scope"), how}, " "))
	s.mu.Unlock()
	_ = s.oauth.HandleTokenRequest(w, r)
}

func (s *authorizationServer) pets(w http.ResponseWriter, r *http.Request) {
	s.show(r)
	w.Header().Set("Content-Type", "application/json")
	if _, err := s.oauth.ValidationBearerToken(r); err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "you sent " + r.Header.Get("Authorization")})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"you sent": r.Header.Get("Authorization")})
}

func (s *authorizationServer) show(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = append(s.tokens, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
}

// revoke makes the server forget the token that it was shown last.
func (s *authorizationServer) revoke(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	last := s.tokens[len(s.tokens)-1]
	s.mu.Unlock()
	if err := s.manager.RemoveAccessToken(context.WithoutCancel(t.Context()), last); err != nil {
		t.Error(err)
	}
}

func (s *authorizationServer) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.grants)
}

// at makes the scheme of the name "oauth" that is served here, and the only one
// that an operation asks for.
func (s *authorizationServer) at(t testing.TB, flows string) runtime.Target {
	t.Helper()
	return targetAt(t, s.URL, "{type: oauth2, flows: "+flows+"}")
}

// targetAt is an operation of a server with one security scheme.
func targetAt(t testing.TB, base, scheme string) runtime.Target {
	t.Helper()
	out := target(t, "[{oauth: [pets:read]}]")
	out.Operation = describe(t, base, scheme)
	out.BaseURL = base
	return out
}

// bearerOf lets a provider authenticate a request to a server and returns what
// the request carries.
func bearerOf(t testing.TB, p *auth.Provider, where runtime.Target) (string, error) {
	t.Helper()
	a, found := p.Adapt(t.Context(), where)
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	r := request(t, where.BaseURL+"/pets")
	err := p.Sign(t.Context(), a.Auth[0], r, nil)
	return r.Header.Get("Authorization"), err
}

func newTokenStore() (oauth2.TokenStore, error) { return store.NewMemoryTokenStore() }

// refreshToken lets somebody log in and returns the refresh token that he got.
func (s *authorizationServer) refreshToken(t testing.TB) string {
	t.Helper()
	form := strings.NewReader("grant_type=password&username=" + userName + "&password=" + userPassword)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/token", form)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(clientID, clientSecret)
	resp, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Refresh string `json:"refresh_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Refresh == "" {
		t.Fatalf("no refresh token: %v", err)
	}
	return answer.Refresh
}
