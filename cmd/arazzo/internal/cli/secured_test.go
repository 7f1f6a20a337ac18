package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

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
		case "renew":
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
		plain, _ := url.QueryUnescape(secret)
		switch grant := r.FormValue("grant_type"); {
		case grant == "client_credentials" && id == "me" && plain == testSecret:
		case grant == "password" && r.FormValue("username") == "me" && r.FormValue("password") == testSecret:
		case grant == "refresh_token" && r.FormValue("refresh_token") == testSecret:
		default:
			writeJSON(w, http.StatusUnauthorized, `{"error": "invalid_client"}`)
			return
		}
		writeJSON(w, http.StatusOK, fmt.Sprintf(`{"access_token": %q, "token_type": "Bearer", "expires_in": 60}`, testToken))
	})
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, fmt.Sprintf(`{"issuer": %q, "token_endpoint": %q}`, s.URL, s.URL+"/token"))
	})
}

// mutualServer answers only clients with the certificate that it writes to the
// folder, and nothing but "/secured/…".
func (s *scriptedServer) mutualServer(dir string) (*httptest.Server, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	for name, text := range map[string][]byte{"client.pem": cert, "client.key": secret} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair(cert, secret)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	server := httptest.NewUnstartedServer(s.Config.Handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	return server, nil
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
