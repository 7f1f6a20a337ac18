package host_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

func get(url string) *runtime.Request { return &runtime.Request{Method: "GET", URL: url} }

func TestExchangeSendsTheRequestAsItStands(t *testing.T) {
	var method, uri, body string
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		method, uri, body, header = r.Method, r.RequestURI, string(content), r.Header
		w.Header().Set("X-Reply", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	}))
	defer server.Close()
	transport := &host.HTTP{}
	defer transport.CloseIdleConnections()
	resp, err := transport.Exchange(t.Context(), &runtime.Request{
		Method: "PATCH",
		URL:    server.URL + "/a%2Fb/c?x=1&x=%20&y",
		Header: runtime.Header{{Name: "X-One", Value: "1"}, {Name: "Content-Type", Value: "text/plain"}},
		Body:   []byte("hello"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{method, uri, body, header.Get("X-One"), header.Get("Content-Type"), resp.Status, string(resp.Body)}
	want := []any{"PATCH", "/a%2Fb/c?x=1&x=%20&y", "hello", "1", "text/plain", 418, "short and stout"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exchange (-want +got):\n%s", diff)
	}
	if v, _ := resp.Header.Lookup("x-reply"); v != "yes" {
		t.Errorf("X-Reply is %q", v)
	}
}

// brokenServer accepts connections and hands each to the function.
func brokenServer(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func readHead(c net.Conn) {
	var seen strings.Builder
	buf := make([]byte, 1024)
	for !strings.Contains(seen.String(), "\r\n\r\n") {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		seen.Write(buf[:n])
	}
}

func TestExchangeFailuresAreToldApart(t *testing.T) {
	refused := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		return "http://" + l.Addr().String()
	}()
	drop := brokenServer(t, func(c net.Conn) { readHead(c) })
	cut := brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
	})
	cutChunks := brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
	})
	hang := brokenServer(t, func(c net.Conn) { readHead(c); _, _ = c.Read(make([]byte, 1)) })
	large := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 100 {
			if _, err := w.Write(make([]byte, 1024)); err != nil {
				return
			}
		}
	}))
	defer large.Close()
	announced := brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
		_, _ = c.Read(make([]byte, 1))
	})
	tests := []struct {
		name string
		url  string
		want runtime.ExchangeFailure
		text string
	}{
		{"nobody listens", refused, runtime.NotSent, "refused the connection"},
		{"no such name", "http://no-such-host.invalid/", runtime.NotSent, "cannot be resolved"},
		{"not a URL", "/relative", runtime.NotSent, "not an absolute"},
		{"dropped before an answer", drop, runtime.Lost, "was lost before a response arrived"},
		{"body shorter than announced", cut, runtime.Cut, "broke off before its end"},
		{"chunks without an end", cutChunks, runtime.Cut, "broke off before its end"},
		{"no answer", hang, runtime.TimedOut, "did not answer within"},
		{"more than the limit", large.URL, runtime.TooLarge, "larger than 50000 bytes"},
		{"announces more than the limit", announced, runtime.TooLarge, "larger than 50000 bytes"},
		{"TLS to a plain port", strings.Replace(large.URL, "http:", "https:", 1), runtime.NotSent, "TLS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			transport := &host.HTTP{MaxBody: 50_000}
			defer transport.CloseIdleConnections()
			req := &runtime.Request{Method: "POST", URL: tt.url + "?token=hidden", Body: []byte("x"), Timeout: 30 * time.Second}
			if tt.want == runtime.TimedOut {
				req.Timeout = 50 * time.Millisecond
			}
			_, err := transport.Exchange(t.Context(), req)
			var ex *runtime.ExchangeError
			if !errors.As(err, &ex) {
				t.Fatalf("error is %v, want an ExchangeError", err)
			}
			if ex.Failure != tt.want || !strings.Contains(ex.Error(), tt.text) {
				t.Errorf("failure is %s: %q, want %s: …%s…", ex.Failure, ex.Error(), tt.want, tt.text)
			}
			if strings.Contains(fmt.Sprint(err, ex.Err), "hidden") {
				t.Errorf("the error shows the query: %v / %v", err, ex.Err)
			}
		})
	}
}

func TestExchangeEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	transport := &host.HTTP{}
	if _, err := transport.Exchange(ctx, get(server.URL)); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
}

func TestRedirectsAreFollowedOnlyWhenThatIsSafe(t *testing.T) {
	var seen []string
	var other *httptest.Server
	record := func(name string, r *http.Request) {
		seen = append(seen, fmt.Sprintf("%s %s %s auth=%q trace=%q", name, r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("X-Trace")))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record("a", r)
		switch r.URL.Path {
		case "/same":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/other":
			http.Redirect(w, r, other.URL+"/end", http.StatusTemporaryRedirect)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		}
	}))
	defer server.Close()
	other = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { record("b", r) }))
	defer other.Close()
	tests := []struct {
		name   string
		method string
		path   string
		auth   []runtime.Auth
		status int
		want   []string
	}{
		{"to the same host", "GET", "/same", nil, 200, []string{
			`a GET /same auth="Bearer x" trace="1"`, `a GET /end auth="Bearer x" trace="1"`,
		}},
		{"to another host, without credentials", "GET", "/other", nil, 200, []string{
			`a GET /other auth="Bearer x" trace="1"`, `b GET /end auth="" trace="1"`,
		}},
		{"never for POST", "POST", "/same", nil, 302, []string{`a POST /same auth="Bearer x" trace="1"`}},
		{"never for a signature of one URL", "GET", "/same", []runtime.Auth{{Scheme: "test"}}, 302, []string{`a GET /same auth="Bearer x" trace="1"`}},
		{"never to a file", "GET", "/file", nil, 302, []string{`a GET /file auth="Bearer x" trace="1"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen = nil
			transport := &host.HTTP{Signers: map[string]host.Signer{"test": boundSignature{}}}
			defer transport.CloseIdleConnections()
			resp, err := transport.Exchange(t.Context(), &runtime.Request{
				Method: tt.method, URL: server.URL + tt.path, Auth: tt.auth,
				Header: runtime.Header{{Name: "Authorization", Value: "Bearer x"}, {Name: "X-Trace", Value: "1"}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if resp.Status != tt.status {
				t.Errorf("status is %d, want %d", resp.Status, tt.status)
			}
			if diff := cmp.Diff(tt.want, seen); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("at most ten", func(t *testing.T) {
		seen = nil
		transport := &host.HTTP{}
		defer transport.CloseIdleConnections()
		resp, err := transport.Exchange(t.Context(), get(server.URL+"/loop"))
		if err != nil || resp.Status != http.StatusFound || len(seen) != 11 {
			t.Errorf("got %v, %v after %d requests, want status 302 after 11", resp, err, len(seen))
		}
	})
}

type boundSignature struct{ noSignature }

func (boundSignature) BoundToURL(runtime.Auth) bool { return true }

type noSignature struct{}

func (noSignature) Sign(context.Context, runtime.Auth, *http.Request, []byte) error { return nil }

func TestCredentialsNeverTravelInClearText(t *testing.T) {
	var reached []string
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		reached = append(reached, r.URL.Host)
		return &http.Response{StatusCode: 204, Body: http.NoBody, Request: r, Header: http.Header{}}, nil
	})
	tests := []struct {
		name   string
		url    string
		header runtime.Header
		auth   []runtime.Auth
		allow  bool
		sent   bool
	}{
		{"bearer token to a host", "http://api.example/", runtime.Header{{Name: "authorization", Value: "Bearer x"}}, nil, false, false},
		{"signature to a host", "http://api.example/", nil, []runtime.Auth{{Scheme: "test"}}, false, false},
		{"bearer token to loopback", "http://127.0.0.1:1/", runtime.Header{{Name: "Authorization", Value: "Bearer x"}}, nil, false, true},
		{"signature to IPv6 loopback", "http://[::1]:1/", nil, []runtime.Auth{{Scheme: "test"}}, false, true},
		{"signature to localhost", "http://localhost:1/", nil, []runtime.Auth{{Scheme: "test"}}, false, true},
		{"a name that only begins like loopback", "http://127.0.0.1.example/", nil, []runtime.Auth{{Scheme: "test"}}, false, false},
		{"no credentials", "http://api.example/", nil, nil, false, true},
		{"permitted", "http://api.example/", nil, []runtime.Auth{{Scheme: "test"}}, true, true},
		{"https", "https://api.example/", nil, []runtime.Auth{{Scheme: "test"}}, false, true},
		{"a key in a field of its own", "http://api.example/", runtime.Header{{Name: "x-own", Value: "k"}}, nil, false, false},
		{"a key in the query", "http://api.example/?a=1&own=k", nil, nil, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reached = nil
			transport := &host.HTTP{Base: base, AllowHTTP: tt.allow, Signers: map[string]host.Signer{"test": noSignature{}}}
			_, err := transport.Exchange(t.Context(), &runtime.Request{
				Method: "GET", URL: tt.url, Header: tt.header, Auth: tt.auth,
				Secrets: []runtime.ParameterName{{In: "header", Name: "X-Own"}, {In: "query", Name: "own"}},
			})
			if sent := len(reached) > 0; sent != tt.sent {
				t.Errorf("sent is %t, want %t (error %v)", sent, tt.sent, err)
			}
			var ex *runtime.ExchangeError
			if !tt.sent && (!errors.As(err, &ex) || ex.Failure != runtime.Refused || ex.Hint == "") {
				t.Errorf("error is %v, want a refusal with a hint", err)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRedirectFromHTTPSToHTTPIsNotFollowed(t *testing.T) {
	var reached []string
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		reached = append(reached, r.URL.String())
		return &http.Response{StatusCode: 302, Body: http.NoBody, Request: r, Header: http.Header{"Location": {"http://api.example/plain"}}}, nil
	})
	transport := &host.HTTP{Base: base}
	resp, err := transport.Exchange(t.Context(), get("https://api.example/"))
	if err != nil || resp.Status != 302 || len(reached) != 1 {
		t.Errorf("got %v, %v after %v, want the redirect itself", resp, err, reached)
	}
}

func TestUnknownSchemeIsRefused(t *testing.T) {
	transport := &host.HTTP{}
	_, err := transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: "https://api.example/", Auth: []runtime.Auth{{Scheme: "nobody"}}})
	var ex *runtime.ExchangeError
	if !errors.As(err, &ex) || ex.Failure != runtime.Refused {
		t.Errorf("error is %v, want a refusal", err)
	}
}

func TestClockSleepEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (host.Clock{}).Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if err := (host.Clock{}).Sleep(t.Context(), -time.Second); err != nil {
		t.Errorf("a pause that is over already gives %v", err)
	}
}

func TestRunIDsDiffer(t *testing.T) {
	if a, b := host.NewRunID(), host.NewRunID(); a == b || len(a) < 16 || url.PathEscape(a) != a {
		t.Errorf("run ids are %q and %q", a, b)
	}
}
