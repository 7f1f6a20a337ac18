package host_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

const (
	headerSecret = "s3cret-in-the-header"
	querySecret  = "s3cret-in-the-query"
)

// keySigner adds its secrets under names that no list of sensitive names has,
// and counts how often it was asked.
type keySigner struct{ signed int }

func (s *keySigner) Sign(_ context.Context, _ runtime.Auth, req *http.Request, _ []byte) error {
	s.signed++
	req.Header.Set("X-House", headerSecret)
	req.Header.Add("Cookie", "crumb="+headerSecret)
	query := req.URL.Query()
	query.Set("house", querySecret)
	req.URL.RawQuery = query.Encode()
	return nil
}

// journey is a set of servers on loopback that redirect as the path of a request
// says, and note what they get.
type journey struct {
	servers map[string]*httptest.Server
	seen    []string
}

// newJourney starts the servers "a" and "b", and "tls" with a certificate of its
// own. "/go/NAME/REST" redirects to "/REST" on the server NAME.
func newJourney(t *testing.T, status int) *journey {
	t.Helper()
	j := &journey{servers: map[string]*httptest.Server{}}
	for _, name := range []string{"a", "b", "tls"} {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var carried []string
			for _, field := range []string{"Authorization", "Cookie", "Proxy-Authorization", "X-House", "X-Api-Key", "Ocp-Apim-Subscription-Key", "X-Custom", "Referer", "Content-Type", "X-Trace"} {
				if r.Header.Get(field) != "" {
					carried = append(carried, field)
				}
			}
			text := fmt.Sprintf("%s %s %s [%s]", name, r.Method, r.URL.RequestURI(), strings.Join(carried, " "))
			j.seen = append(j.seen, strings.ReplaceAll(text, querySecret, "SECRET"))
			if rest, ok := strings.CutPrefix(r.URL.Path, "/go/"); ok {
				to, path, _ := strings.Cut(rest, "/")
				location := j.servers[to].URL + "/" + path
				if r.URL.RawQuery != "" {
					location += "?" + r.URL.RawQuery + "&echo=" + r.URL.Query().Get("house")
				}
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			}
		})
		if name == "tls" {
			j.servers[name] = httptest.NewTLSServer(handler)
		} else {
			j.servers[name] = httptest.NewServer(handler)
		}
		t.Cleanup(j.servers[name].Close)
	}
	return j
}

func (j *journey) exchange(t *testing.T, transport *host.HTTP, method, server, path string, body []byte, header runtime.Header, scheme string) *runtime.Response {
	t.Helper()
	transport.Policy = trusting(j.servers["tls"])
	req := &runtime.Request{Method: method, URL: j.servers[server].URL + path, Header: header, Body: body}
	if scheme != "" {
		req.Auth = []runtime.Auth{{Scheme: scheme}}
	}
	resp, err := transport.Exchange(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// trusting returns a policy under which the certificate of a server is accepted.
func trusting(server *httptest.Server) *host.Policy {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &host.Policy{TLS: &tls.Config{RootCAs: roots}}
}

func TestRedirectsLeaveSecretsBehind(t *testing.T) {
	given := runtime.Header{
		{Name: "Authorization", Value: "Basic eDp5"},
		{Name: "Cookie", Value: "id=1"},
		{Name: "Proxy-Authorization", Value: "Basic eDp5"},
		{Name: "X-Api-Key", Value: "k"},
		{Name: "Ocp-Apim-Subscription-Key", Value: "k"},
		{Name: "X-Custom", Value: "Bearer abc"},
		{Name: "Referer", Value: "https://a.example/private"},
		{Name: "X-Trace", Value: "1"},
	}
	const all = "Authorization Cookie Proxy-Authorization X-Api-Key Ocp-Apim-Subscription-Key X-Custom Referer X-Trace"
	tests := []struct {
		name, from, path string
		want             []string
	}{
		{"same origin", "a", "/go/a/end", []string{"a GET /go/a/end [" + all + "]", "a GET /end [" + strings.Replace(all, " Referer", "", 1) + "]"}},
		{"other port", "a", "/go/b/end", []string{"a GET /go/b/end [" + all + "]", "b GET /end [X-Trace]"}},
		{"other scheme", "a", "/go/tls/end", []string{"a GET /go/tls/end [" + all + "]", "tls GET /end [X-Trace]"}},
		{"there and back", "a", "/go/b/go/a/end", []string{"a GET /go/b/go/a/end [" + all + "]", "b GET /go/a/end [X-Trace]", "a GET /end [X-Trace]"}},
		{"https to http", "tls", "/go/a/end", []string{"tls GET /go/a/end [" + all + "]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJourney(t, http.StatusFound)
			j.exchange(t, &host.HTTP{}, "GET", tt.from, tt.path, nil, given, "")
			if diff := cmp.Diff(tt.want, j.seen); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedirectsLeaveBehindWhatSignersAdd(t *testing.T) {
	tests := []struct {
		name, path string
		signed     int
		want       []string
	}{
		{"signed anew within the origin", "/go/a/end?x=1", 2, []string{
			"a GET /go/a/end?house=SECRET&x=1 [Cookie X-House X-Trace]", "a GET /end?house=SECRET&x=1 [Cookie X-House X-Trace]",
		}},
		{"dropped elsewhere", "/go/b/end?x=1", 1, []string{
			"a GET /go/b/end?house=SECRET&x=1 [Cookie X-House X-Trace]", "b GET /end?x=1 [X-Trace]",
		}},
		{"not found again on the way back", "/go/b/go/a/end?x=1", 1, []string{
			"a GET /go/b/go/a/end?house=SECRET&x=1 [Cookie X-House X-Trace]", "b GET /go/a/end?x=1 [X-Trace]", "a GET /end?x=1&echo= [X-Trace]",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJourney(t, http.StatusTemporaryRedirect)
			signer := &keySigner{}
			transport := &host.HTTP{Signers: map[string]host.Signer{"key": signer}}
			j.exchange(t, transport, "GET", "a", tt.path, nil, runtime.Header{{Name: "X-Trace", Value: "1"}}, "key")
			if diff := cmp.Diff(tt.want, j.seen); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if signer.signed != tt.signed {
				t.Errorf("signed %d times, want %d", signer.signed, tt.signed)
			}
		})
	}
}

func TestRedirectsOfOtherMethodsAreHandedOn(t *testing.T) {
	j := newJourney(t, http.StatusFound)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		j.seen = nil
		resp := j.exchange(t, &host.HTTP{}, method, "a", "/go/a/end", nil, nil, "")
		if resp.Status != http.StatusFound || len(j.seen) != 1 {
			t.Errorf("%s gives %d after %q", method, resp.Status, j.seen)
		}
	}
	if resp := j.exchange(t, &host.HTTP{}, "HEAD", "a", "/go/a/end", nil, nil, ""); resp.Status != http.StatusOK || resp.URL == "" {
		t.Errorf("HEAD gives %d from %q", resp.Status, resp.URL)
	}
}

func TestRedirectOfABody(t *testing.T) {
	want := map[int][]string{
		http.StatusFound:             {"a GET /go/b/end [Content-Type]", "b GET /end []"},
		http.StatusTemporaryRedirect: {"a GET /go/b/end [Content-Type]"},
	}
	for _, status := range slices.Sorted(maps.Keys(want)) {
		j := newJourney(t, status)
		j.exchange(t, &host.HTTP{}, "GET", "a", "/go/b/end", []byte(`{"q":1}`), runtime.Header{{Name: "Content-Type", Value: "application/json"}}, "")
		if diff := cmp.Diff(want[status], j.seen); diff != "" {
			t.Errorf("requests after %d (-want +got):\n%s", status, diff)
		}
	}
}

func TestRedirectsLeaveBehindWhatIsKnownToBeSecret(t *testing.T) {
	j := newJourney(t, http.StatusFound)
	transport := &host.HTTP{Base: j.servers["tls"].Client().Transport}
	resp, err := transport.Exchange(t.Context(), &runtime.Request{
		Method: "GET", URL: j.servers["a"].URL + "/go/b/end?plain=1&x=2",
		Header:  runtime.Header{{Name: "X-House", Value: "given by the step"}, {Name: "X-Trace", Value: "1"}},
		Secrets: []runtime.ParameterName{{In: "header", Name: "x-house"}, {In: "query", Name: "plain"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a GET /go/b/end?plain=1&x=2 [X-House X-Trace]", "b GET /end?x=2&echo= [X-Trace]"}
	if diff := cmp.Diff(want, j.seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if want := j.servers["b"].URL + "/end?x=2&echo="; resp.URL != want {
		t.Errorf("the reply is said to come from %s, want %s", resp.URL, want)
	}
}

func TestTheURLOfAReplyHoldsNothingThatWasAdded(t *testing.T) {
	j := newJourney(t, http.StatusFound)
	transport := &host.HTTP{Signers: map[string]host.Signer{"key": &keySigner{}}}
	resp := j.exchange(t, transport, "GET", "a", "/go/a/end?x=1", nil, nil, "key")
	if want := j.servers["a"].URL + "/end?x=1"; resp.URL != want {
		t.Errorf("the reply is said to come from %s, want %s", resp.URL, want)
	}
}

// wire is a signer that brings a connection of its own.
type wire struct {
	keySigner
	carried int
}

func (w *wire) Connect(_ context.Context, _ runtime.Auth, base http.RoundTripper) (http.RoundTripper, error) {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		w.carried++
		return base.RoundTrip(r)
	}), nil
}

func TestAConnectionIsNotSharedWithAnotherOrigin(t *testing.T) {
	j := newJourney(t, http.StatusFound)
	w := &wire{}
	transport := &host.HTTP{Signers: map[string]host.Signer{"wire": w}}
	j.exchange(t, transport, "GET", "a", "/go/a/go/b/end", nil, nil, "wire")
	if len(j.seen) != 3 || w.carried != 2 {
		t.Errorf("%d of %d requests went over the connection of the origin, want 2 of 3", w.carried, len(j.seen))
	}
}
