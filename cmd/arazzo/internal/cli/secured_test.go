package cli

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// secure adds what asks for credentials. "/secured/KIND" answers only a request
// that carries the test's secret in the way of the kind, and hands back what it
// got. "/token" gives the test's token for the client credentials of the test.
func (s *scriptedServer) secure(mux *http.ServeMux) {
	mux.HandleFunc("GET /secured/{kind}", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		cookie, err := r.Cookie("sid")
		var got string
		switch r.PathValue("kind") {
		case "header":
			got = r.Header.Get("X-Key")
		case "query":
			got = r.URL.Query().Get("k")
		case "cookie":
			if err == nil {
				got = cookie.Value
			}
		case "basic":
			if user == "me" {
				got = password
			}
		case "bearer":
			got = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		case "oauth":
			if r.Header.Get("Authorization") == "Bearer "+testToken {
				got = testSecret
			}
		case "open":
			got = testSecret
		}
		code := http.StatusOK
		if got != testSecret && got != "mine" {
			code = http.StatusUnauthorized
		}
		writeJSON(w, code, fmt.Sprintf(`{"got": %q, "authorization": %q}`, got, r.Header.Get("Authorization")))
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if id != "me" || strings.ReplaceAll(secret, "%2F", "/") == "" || r.FormValue("grant_type") != "client_credentials" {
			writeJSON(w, http.StatusUnauthorized, `{"error": "invalid_client"}`)
			return
		}
		writeJSON(w, http.StatusOK, fmt.Sprintf(`{"access_token": %q, "token_type": "Bearer", "expires_in": 60}`, testToken))
	})
}

// hidesCommand is "hides file…": none of the files holds a secret of the test.
func hidesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: hides file...")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		for _, secret := range []string{testSecret, testToken, testSecret[:8], testToken[:8]} {
			if strings.Contains(text, secret) {
				ts.Fatalf("%s holds the secret %q:\n%s", name, secret, text)
			}
		}
	}
}
