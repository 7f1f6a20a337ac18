package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// authority signs certificates in a test.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
	dir         string
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{certificate: certificate, key: key, pool: x509.NewCertPool(), dir: t.TempDir()}
	a.pool.AddCert(certificate)
	a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func (a *authority) write(t *testing.T, name, kind string, der ...[]byte) string {
	t.Helper()
	var text strings.Builder
	for _, each := range der {
		if err := pem.Encode(&text, &pem.Block{Type: kind, Bytes: each}); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// issue makes a certificate and returns it with the files that hold it.
func (a *authority) issue(t *testing.T, name string) (pair tls.Certificate, cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &private.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = a.write(t, name+".pem", "CERTIFICATE", der), a.write(t, name+".key", "PRIVATE KEY", encoded)
	pair, err = tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return pair, cert, key
}

// mutualServer demands client certificates of the authority, and answers with
// the name of the client. "/elsewhere" redirects to the URL in the query.
func mutualServer(t *testing.T, a *authority, demand tls.ClientAuthType, http2 bool) *httptest.Server {
	t.Helper()
	pair, _, _ := a.issue(t, "server")
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		name := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			name = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		_, _ = io.WriteString(w, name)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: demand, ClientCAs: a.pool, MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = http2
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// exchange sends a request as a run would.
func exchange(t *testing.T, p *auth.Provider, where runtime.Target, path string) (*runtime.Response, error) {
	t.Helper()
	a, found := p.Adapt(t.Context(), where)
	if found.HasErrors() {
		t.Fatal(texts(found))
	}
	transport := &host.HTTP{Signers: map[string]host.Signer{auth.AuthScheme: p}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: where.BaseURL + path, Auth: a.Auth, Secrets: a.Secrets})
}

func TestMutualTLS(t *testing.T) {
	a := newAuthority(t, "authority")
	s := mutualServer(t, a, tls.RequireAndVerifyClientCert, true)
	_, cert, key := a.issue(t, "client")
	both := filepath.Join(a.dir, "both.pem")
	var text []byte
	for _, name := range []string{cert, key} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, data...)
	}
	if err := os.WriteFile(both, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(a.dir, "ca.pem")
	for name, credential := range map[string]auth.Credential{
		"certificate and key": {Cert: cert, Key: key, CA: ca},
		"one file":            {Cert: both, CA: ca},
	} {
		t.Run(name, func(t *testing.T) {
			for scheme, credentials := range map[string]auth.Static{
				"[{certificate: []}]":          {"pets": {"certificate": credential}},
				"[]":                           {"pets": {"": credential}},
				"[{certificate: [], key: []}]": {"pets": {"certificate": credential, "key": {Value: "k"}}},
			} {
				where := target(t, scheme)
				where.BaseURL = s.URL
				resp, err := exchange(t, auth.New(auth.Options{Source: credentials}), where, "/pets")
				if err != nil || string(resp.Body) != "client" {
					t.Errorf("security %s: %v, %v, want the name of the client", scheme, resp, err)
				}
			}
		})
	}
}

func TestMutualTLSThatFails(t *testing.T) {
	a, stranger := newAuthority(t, "authority"), newAuthority(t, "stranger")
	s := mutualServer(t, a, tls.RequireAndVerifyClientCert, false)
	_, cert, key := a.issue(t, "client")
	_, foreign, foreignKey := stranger.issue(t, "client")
	ca := filepath.Join(a.dir, "ca.pem")
	tests := []struct {
		name       string
		credential auth.Credential
		want       string
	}{
		{"certificate of somebody else", auth.Credential{Cert: foreign, Key: foreignKey, CA: ca}, "refused the TLS connection"},
		{"server of somebody else", auth.Credential{Cert: cert, Key: key, CA: filepath.Join(stranger.dir, "ca.pem")}, "was not accepted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			where := target(t, "[{certificate: []}]")
			where.BaseURL = s.URL
			_, err := exchange(t, auth.New(auth.Options{Source: auth.Static{"pets": {"certificate": tt.credential}}}), where, "/pets")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
	garbage := filepath.Join(a.dir, "garbage.pem")
	if err := os.WriteFile(garbage, []byte("-----BEGIN the-secret-----"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, credential := range map[string]auth.Credential{
		"no such file":  {Cert: filepath.Join(a.dir, "none.pem"), Key: key},
		"garbage":       {Cert: garbage},
		"key of others": {Cert: cert, Key: foreignKey},
		"garbage as CA": {Cert: cert, Key: key, CA: garbage},
	} {
		_, found := auth.New(auth.Options{Source: auth.Static{"pets": {"certificate": credential}}}).Adapt(t.Context(), target(t, "[{certificate: []}]"))
		if len(found) != 1 || found[0].Rule != auth.RuleInvalidCredentials || strings.Contains(found[0].Message, "the-secret") {
			t.Errorf("%s: %v", name, texts(found))
		}
	}
}

func TestACertificateIsNotShownToAnotherOrigin(t *testing.T) {
	a := newAuthority(t, "authority")
	first, second := mutualServer(t, a, tls.RequireAndVerifyClientCert, true), mutualServer(t, a, tls.VerifyClientCertIfGiven, true)
	_, cert, key := a.issue(t, "client")
	p := auth.New(auth.Options{Source: auth.Static{"pets": {"certificate": {Cert: cert, Key: key, CA: filepath.Join(a.dir, "ca.pem")}}}})
	where := target(t, "[{certificate: []}]")
	where.BaseURL = first.URL
	adapted, _ := p.Adapt(t.Context(), where)
	transport := &host.HTTP{
		Policy:  &host.Policy{TLS: &tls.Config{RootCAs: a.pool, MinVersion: tls.VersionTLS12}},
		Signers: map[string]host.Signer{auth.AuthScheme: p},
	}
	t.Cleanup(transport.CloseIdleConnections)
	for to, want := range map[string]string{first.URL + "/end": "client", second.URL + "/end": "nobody"} {
		resp, err := transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: first.URL + "/pets?to=" + to, Auth: adapted.Auth})
		if err != nil || string(resp.Body) != want {
			t.Errorf("redirected to %s: %v, %v, want %s", to, resp, err, want)
		}
	}
}

func TestTheTokenEndpointOfAnAPIWithMutualTLS(t *testing.T) {
	a := newAuthority(t, "authority")
	_, cert, key := a.issue(t, "client")
	pair, _, _ := a.issue(t, "server")
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"of-`+r.TLS.PeerCertificates[0].Subject.CommonName+`","token_type":"Bearer"}`)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.pool, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	p := auth.New(auth.Options{Source: auth.Static{"pets": {
		"":      {Cert: cert, Key: key, CA: filepath.Join(a.dir, "ca.pem")},
		"oauth": {ClientID: clientID, ClientSecret: clientSecret},
	}}})
	where := targetAt(t, s.URL, "{type: oauth2, flows: "+clientFlow+"}")
	adapted, found := p.Adapt(t.Context(), where)
	if len(found) > 0 {
		t.Fatal(texts(found))
	}
	r := request(t, s.URL+"/pets")
	for _, each := range adapted.Auth {
		if err := p.Sign(t.Context(), each, r, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.Header.Get("Authorization"); got != "Bearer of-client" {
		t.Errorf("the token is %q", got)
	}

	// Another server does not see the certificate.
	seen := 0
	other := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen += len(r.TLS.PeerCertificates) + 1
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"t","token_type":"Bearer"}`)
	}))
	other.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	other.StartTLS()
	t.Cleanup(other.Close)
	p = auth.New(auth.Options{
		Policy: &host.Policy{TLS: &tls.Config{RootCAs: a.pool, MinVersion: tls.VersionTLS12}},
		Source: auth.Static{"pets": {
			"":      {Cert: cert, Key: key, CA: filepath.Join(a.dir, "ca.pem")},
			"oauth": {ClientID: clientID, ClientSecret: clientSecret},
		}},
	})
	where = targetAt(t, s.URL, "{type: oauth2, flows: {clientCredentials: {tokenUrl: '"+other.URL+"/token', scopes: {}}}}")
	adapted, _ = p.Adapt(t.Context(), where)
	for _, each := range adapted.Auth {
		if err := p.Sign(t.Context(), each, request(t, s.URL+"/pets"), nil); err != nil {
			t.Fatal(err)
		}
	}
	if seen != 1 {
		t.Errorf("another token endpoint was shown the certificate of the API")
	}
}
