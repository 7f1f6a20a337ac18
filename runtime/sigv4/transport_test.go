package sigv4_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// exchange sends a request over HTTP as often as the transport wants to.
func exchange(t *testing.T, transport *host.HTTP, req *runtime.Request) (reasons []string, resp *runtime.Response, err error) {
	t.Helper()
	for try := 1; try < 20; try++ {
		resp, err = transport.Exchange(t.Context(), req)
		again, ok := transport.Retry(req, resp, err, try)
		if !ok {
			return reasons, resp, err
		}
		reasons = append(reasons, again.Reason)
	}
	t.Fatal("the transport never gives up")
	return nil, nil, nil
}

func TestTransportSignsAndRepeats(t *testing.T) {
	isolate(t)
	staticCredentials(t)
	clock := &fixedClock{epoch}
	s := newService(t, clock)
	s.ahead = 20 * time.Minute
	p := sigv4.New(sigv4.Options{Clock: clock})
	transport := &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: p}, Clock: clock}
	t.Cleanup(transport.CloseIdleConnections)
	req := post("HealthLake.DescribeFHIRImportJob", `{"JobId":"1"}`)
	req.URL = s.URL + "/?b=2&a=x+y"
	reasons, resp, err := exchange(t, transport, req)
	if err != nil || resp.Status != 200 || resp.URL != "" {
		t.Fatalf("response %+v, error %v", resp, err)
	}
	if diff := cmp.Diff([]string{"clock skew"}, reasons); diff != "" {
		t.Errorf("tries (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"InvalidSignatureException", "OK"}, s.answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestTransportRepeatsWhatCanDoNoHarm(t *testing.T) {
	for _, test := range []struct {
		name, target, body string
		fault              func(w http.ResponseWriter)
		want               []string
	}{
		{"read lost", "X.DescribeJob", "{}", drop, []string{"connection lost", "connection lost"}},
		{"write lost", "X.StartJob", "{}", drop, nil},
		{"write with a token lost", "X.StartJob", `{"ClientToken":"a"}`, drop, []string{"connection lost", "connection lost"}},
		{"read cut", "X.DescribeJob", "{}", cut, []string{"response cut short", "response cut short"}},
		{"write cut", "X.StartJob", "{}", cut, nil},
		{"throttled", "X.StartJob", "{}", func(w http.ResponseWriter) {
			w.Header().Set("X-Amzn-Errortype", "ThrottlingException:")
			w.WriteHeader(400)
		}, []string{"ThrottlingException", "ThrottlingException"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			var mu sync.Mutex
			dates := map[string]bool{}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				dates[r.Header.Get("X-Amz-Date")] = true
				mu.Unlock()
				test.fault(w)
			}))
			t.Cleanup(s.Close)
			clock := &fixedClock{epoch}
			p := sigv4.New(sigv4.Options{Clock: clock})
			transport := &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: &ticking{p, clock}}, Clock: clock}
			t.Cleanup(transport.CloseIdleConnections)
			req := post(test.target, test.body)
			req.URL = s.URL + "/"
			reasons, _, _ := exchange(t, transport, req)
			if diff := cmp.Diff(test.want, reasons); diff != "" {
				t.Errorf("tries (-want +got):\n%s", diff)
			}
			mu.Lock()
			defer mu.Unlock()
			if len(dates) != len(test.want)+1 {
				t.Errorf("%d tries carry %d different signatures", len(test.want)+1, len(dates))
			}
		})
	}
}

func drop(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func cut(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "100")
	_, _ = w.Write([]byte(`{"JobId"`))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// ticking lets a second pass before each signature.
type ticking struct {
	*sigv4.Provider
	clock *fixedClock
}

func (s *ticking) Sign(ctx context.Context, auth runtime.Auth, req *http.Request, body []byte) error {
	s.clock.at = s.clock.at.Add(time.Second)
	return s.Provider.Sign(ctx, auth, req, body)
}

func TestTransportSendsNothingWithoutCredentials(t *testing.T) {
	isolate(t)
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }))
	t.Cleanup(s.Close)
	transport := &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: sigv4.New(sigv4.Options{})}}
	req := post("X.DescribeJob", "{}")
	req.URL = s.URL
	reasons, _, err := exchange(t, transport, req)
	var e *runtime.ExchangeError
	if !errors.As(err, &e) || e.Failure != runtime.Refused || !strings.Contains(e.Message, "no AWS credentials") || len(reasons) > 0 {
		t.Errorf("after %q: %v", reasons, err)
	}
}
