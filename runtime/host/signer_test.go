package host_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// letterSigner appends what its parameters say to a header field.
type letterSigner struct{ repeats, secret string }

func (letterSigner) Sign(_ context.Context, auth runtime.Auth, req *http.Request, _ []byte) error {
	req.Header.Set("X-Signed", req.Header.Get("X-Signed")+auth.Params["letter"])
	return nil
}

func (s letterSigner) Retry(*runtime.Request, *runtime.Response, error, int) (runtime.Retry, bool) {
	return runtime.Retry{Reason: s.repeats}, s.repeats != ""
}

func (s letterSigner) Secrets() []string { return []string{s.secret, "shared"} }

func TestSignersWorkOneAfterTheOther(t *testing.T) {
	var signed string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { signed = r.Header.Get("X-Signed") }))
	t.Cleanup(server.Close)
	transport := &host.HTTP{Signers: map[string]host.Signer{"one": letterSigner{secret: "first"}, "two": letterSigner{repeats: "said two", secret: "second"}}}
	letter := func(scheme, l string) runtime.Auth {
		return runtime.Auth{Scheme: scheme, Params: map[string]string{"letter": l}}
	}
	req := get(server.URL)
	req.Auth = []runtime.Auth{letter("one", "a"), letter("two", "b"), letter("one", "c")}
	if _, err := transport.Exchange(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if signed != "abc" {
		t.Errorf("the request was signed by %q, want abc", signed)
	}
	if retry, again := transport.Retry(req, nil, nil, 1); !again || retry.Reason != "said two" {
		t.Errorf("the retry is %+v, %t", retry, again)
	}
	if diff := cmp.Diff([]string{"first", "second", "shared"}, transport.Secrets()); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}
