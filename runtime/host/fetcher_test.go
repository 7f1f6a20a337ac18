package host_test

import (
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// secureWorld is a world whose server speaks TLS under the names below
// example.com.
func secureWorld(t *testing.T, names map[string][]string, handler http.HandlerFunc) *world {
	t.Helper()
	w := newWorld(t, names, nil)
	w.server = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.hits = append(w.hits, r.Host+r.URL.Path)
		w.mu.Unlock()
		handler(rw, r)
	}))
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) securePolicy() *host.Policy {
	p := w.policy()
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	p.TLS = &tls.Config{RootCAs: roots, ServerName: "example.com"}
	return p
}

func document(rw http.ResponseWriter, r *http.Request) {
	if to := r.URL.Query().Get("to"); to != "" {
		if to == "long" {
			to = "/" + strings.Repeat("x", 9000)
		}
		rw.Header().Set("Location", to)
		rw.WriteHeader(http.StatusFound)
		return
	}
	rw.Header().Set("Connection", "close")
	_, _ = fmt.Fprintf(rw, "referer: %q\nauthorization: %q\n", r.Header.Get("Referer"), r.Header.Get("Authorization"))
}

func TestWhereDocumentsAreFetchedFrom(t *testing.T) {
	names := map[string][]string{"a.test": {"93.184.215.14"}, "b.test": {"93.184.215.15"}, "inner.test": {"10.0.0.1"}}
	long := strings.Repeat("x", 9000)
	tests := []struct {
		name  string
		want  arazzo.FetchRequest
		allow string
		rule  string
	}{
		{"for the user", arazzo.FetchRequest{URI: "https://inner.test/w.yaml"}, "", ""},
		{"for a local document", arazzo.FetchRequest{URI: "https://inner.test/w.yaml", From: "/home/me/w.yaml"}, "", ""},
		{"for a fetched document", arazzo.FetchRequest{URI: "https://b.test/api.yaml", From: "https://a.test/w.yaml"}, "", ""},
		{"a private one for a fetched document", arazzo.FetchRequest{URI: "https://inner.test/api.yaml", From: "https://a.test/w.yaml"}, "", host.RulePrivateAddress},
		{"one at loopback for a fetched document", arazzo.FetchRequest{URI: "http://127.0.0.1/api.yaml", From: "https://a.test/w.yaml"}, "", host.RulePrivateAddress},
		{"one that is named", arazzo.FetchRequest{URI: "https://inner.test/api.yaml", From: "https://a.test/w.yaml"}, "inner.test", ""},
		{"one that is not allowed", arazzo.FetchRequest{URI: "https://b.test/w.yaml"}, "a.test", host.RuleHostNotAllowed},
		{"a redirect to a public host", arazzo.FetchRequest{URI: "https://a.test/?to=https://b.test/w.yaml"}, "", ""},
		{"a redirect to a private host", arazzo.FetchRequest{URI: "https://a.test/?to=https://inner.test/w.yaml"}, "", host.RulePrivateAddress},
		{"a redirect to loopback", arazzo.FetchRequest{URI: "https://a.test/?to=https://127.0.0.1/w.yaml", From: "w.yaml"}, "", host.RulePrivateAddress},
		{"a redirect to clear text", arazzo.FetchRequest{URI: "https://a.test/?to=http://127.0.0.1/w.yaml"}, "", "error: redirected from https to clear text"},
		{"a redirect to a file", arazzo.FetchRequest{URI: "https://a.test/?to=file:///etc/passwd"}, "", "error: redirected from https to clear text"},
		{"a redirect to a long URL", arazzo.FetchRequest{URI: "https://a.test/?to=long"}, "", "error: redirected to a URL of more than 8192 bytes"},
		{"a long URL", arazzo.FetchRequest{URI: "https://a.test/" + long}, "", "error: its URL has more than 8192 bytes"},
		{"clear text", arazzo.FetchRequest{URI: "http://a.test/w.yaml"}, "", "error: documents are fetched over https only, and \"http\" is not"},
		{"a password in the URL", arazzo.FetchRequest{URI: "https://me:s3cret@a.test/w.yaml"}, "", "error: its URL holds a user name or a password"},
		{"a part from its own host", arazzo.FetchRequest{URI: "https://a.test/s.yaml", From: "https://a.test/api.yaml", Part: true}, "", ""},
		{"a part from another host", arazzo.FetchRequest{URI: "https://b.test/s.yaml", From: "https://a.test/api.yaml", Part: true}, "", host.RuleReferenceNotPermitted},
		{"a part from another port", arazzo.FetchRequest{URI: "https://a.test:444/s.yaml", From: "https://a.test/api.yaml", Part: true}, "", host.RuleReferenceNotPermitted},
		{"a part of a local description", arazzo.FetchRequest{URI: "https://b.test/s.yaml", From: "api.yaml", Part: true}, "", host.RuleReferenceNotPermitted},
		{"a part that is permitted", arazzo.FetchRequest{URI: "https://b.test/s.yaml", From: "api.yaml", Part: true}, "b.test", ""},
		{"a part that is permitted with its domain", arazzo.FetchRequest{URI: "https://b.test/s.yaml", From: "api.yaml", Part: true}, "*.test", ""},
		{"a part that moved to another host", arazzo.FetchRequest{URI: "https://a.test/?to=https://b.test/s.yaml", From: "https://a.test/api.yaml", Part: true}, "", host.RuleReferenceNotPermitted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := secureWorld(t, names, document)
			p := w.securePolicy()
			if tt.allow != "" {
				p.Allow = []host.Pattern{pattern(t, tt.allow)}
			}
			rule, got := fetch(t, &host.Fetcher{Policy: p}, tt.want)
			if rule != tt.rule {
				t.Errorf("refused by %q, want %q", rule, tt.rule)
			}
			if strings.Contains(rule, "s3cret") {
				t.Errorf("the error shows the password: %s", rule)
			}
			if got != nil && string(got.Data) != "referer: \"\"\nauthorization: \"\"\n" {
				t.Errorf("the server was told %s", got.Data)
			}
		})
	}
}

func TestOfflineNothingIsFetched(t *testing.T) {
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	rule, _ := fetch(t, &host.Fetcher{Policy: &host.Policy{Offline: true}}, arazzo.FetchRequest{URI: server.URL + "/w.yaml"})
	if rule != host.RuleOffline || reached {
		t.Errorf("refused by %q, reached %t", rule, reached)
	}
	if rule := exchange(t, &host.Policy{Offline: true}, server.URL, runtime.Reach{}); rule != "" || !reached {
		t.Errorf("a request is refused by %q", rule)
	}
}

// TestADocumentMayReachWhereItCameFrom has documents on an intranet.
func TestADocumentMayReachWhereItCameFrom(t *testing.T) {
	names := map[string][]string{"inner.test": {"10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"}, "other.test": {"10.0.0.1"}}
	w := secureWorld(t, names, document)
	p := w.securePolicy()
	f := &host.Fetcher{Policy: p}
	rule, entry := fetch(t, f, arazzo.FetchRequest{URI: "https://inner.test/w.yaml"})
	if rule != "" || !entry.Private {
		t.Fatalf("the entry: refused by %q, %+v", rule, entry)
	}
	if rule, source := fetch(t, f, arazzo.FetchRequest{URI: "https://inner.test/api.yaml", From: entry.URI}); rule != "" || !source.Private {
		t.Errorf("its source: refused by %q, %+v", rule, source)
	}
	if rule, _ := fetch(t, f, arazzo.FetchRequest{URI: "https://other.test/api.yaml", From: entry.URI}); rule != host.RulePrivateAddress {
		t.Errorf("another name of the server is refused by %q", rule)
	}
	if rule := exchange(t, p, "https://inner.test/v1", runtime.Reach{Document: entry.URI}); rule != "" {
		t.Errorf("its API: refused by %q", rule)
	}
	if rule := exchange(t, p, "https://inner.test:444/v1", runtime.Reach{Document: entry.URI}); rule != host.RulePrivateAddress {
		t.Errorf("another port is refused by %q", rule)
	}
	p.CloseIdleConnections()
	if rule := exchange(t, p, "https://inner.test/v1", runtime.Reach{Document: entry.URI}); rule != host.RulePrivateAddress {
		t.Errorf("after the name has moved to another address: refused by %q", rule)
	}
	if rule := exchange(t, p, "https://inner.test/v1", runtime.Reach{Document: stranger}); rule != host.RulePrivateAddress {
		t.Errorf("a stranger is refused by %q", rule)
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	t.Run("redirects", func(t *testing.T) {
		w := secureWorld(t, map[string][]string{"a.test": {"93.184.215.14"}}, func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, r.URL.Path+"x", http.StatusFound)
		})
		rule, _ := fetch(t, &host.Fetcher{Policy: w.securePolicy()}, arazzo.FetchRequest{URI: "https://a.test/"})
		if rule != "error: more than 10 redirects" || len(w.hits) != 11 {
			t.Errorf("%s after %d requests", rule, len(w.hits))
		}
	})
	t.Run("size", func(t *testing.T) {
		for name, handler := range map[string]http.HandlerFunc{"plain": endless, "compressed": bomb} {
			server := httptest.NewServer(handler)
			rule, _ := fetch(t, &host.Fetcher{MaxBytes: 100_000}, arazzo.FetchRequest{URI: server.URL})
			if rule != "error: the document is larger than 100000 bytes" {
				t.Errorf("%s: %s", name, rule)
			}
			server.Close()
		}
	})
	t.Run("time of one", func(t *testing.T) {
		started := time.Now()
		rule, _ := fetch(t, &host.Fetcher{Timeout: 50 * time.Millisecond}, arazzo.FetchRequest{URI: trickle(t)})
		if !strings.HasPrefix(rule, "error: ") || time.Since(started) > 10*time.Second {
			t.Errorf("%s after %v", rule, time.Since(started))
		}
	})
	t.Run("time of all", func(t *testing.T) {
		f := &host.Fetcher{Total: 20 * time.Millisecond}
		address := trickle(t)
		if rule, _ := fetch(t, f, arazzo.FetchRequest{URI: address}); !strings.HasPrefix(rule, "error: ") {
			t.Errorf("the first ends with %q", rule)
		}
		if rule, _ := fetch(t, f, arazzo.FetchRequest{URI: address}); rule != "error: the documents took more than 20ms to fetch" {
			t.Errorf("the second ends with %q", rule)
		}
	})
}

// endless answers for ever.
func endless(rw http.ResponseWriter, r *http.Request) {
	block := []byte(strings.Repeat("x", 32<<10))
	for r.Context().Err() == nil {
		if _, err := rw.Write(block); err != nil {
			return
		}
	}
}

// bomb answers with a few kilobytes that stand for a gigabyte.
func bomb(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(rw)
	block := make([]byte, 1<<20)
	for range 1 << 10 {
		if _, err := z.Write(block); err != nil || r.Context().Err() != nil {
			return
		}
	}
	_ = z.Close()
}

// trickle is the address of a server that sends a header field now and then, and
// never the last one.
func trickle(t *testing.T) string {
	t.Helper()
	return brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
		for i := 0; ; i++ {
			_ = c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
			if _, err := c.Read(make([]byte, 1)); err != nil && !strings.Contains(err.Error(), "timeout") {
				return
			}
			if _, err := fmt.Fprintf(c, "X-%d: x\r\n", i); err != nil {
				return
			}
		}
	})
}

func TestFetcherUsesTheProxyOfTheEnvironment(t *testing.T) {
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked = r.Method + " " + r.Host
		rw.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := &host.Policy{Proxy: func(*http.Request) (*url.URL, error) { return through, nil }}
	if rule, _ := fetch(t, &host.Fetcher{Policy: p}, arazzo.FetchRequest{URI: "https://a.test/w.yaml"}); rule == "" || asked != "CONNECT a.test:443" {
		t.Errorf("%s, the proxy was asked to %s", rule, asked)
	}
	asked = ""
	rule, _ := fetch(t, &host.Fetcher{Policy: p}, arazzo.FetchRequest{URI: "https://b.test/api.yaml", From: "https://a.test/w.yaml"})
	if rule != host.RuleUnverifiedAddress || asked != "" {
		t.Errorf("refused by %q, the proxy was asked to %s", rule, asked)
	}
}
