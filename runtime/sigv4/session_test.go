package sigv4_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// service is a server that checks signatures with a clock of its own.
type service struct {
	*httptest.Server
	mu sync.Mutex
	// ahead is how far the service's clock is before the client's.
	ahead time.Duration
	// secrets are the keys that the service knows, by their id.
	secrets map[string]string
	// expired are the session tokens that have ended.
	expired map[string]bool
	// answers are the codes of what happened, in order.
	answers []string
}

func newService(t *testing.T, clock *fixedClock) *service {
	t.Helper()
	s := &service{secrets: map[string]string{testKey: testSecret}, expired: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		now := clock.Now().Add(s.ahead)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		code := s.judge(t, r, body, now)
		s.answers = append(s.answers, code)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		w.Header().Set("X-Amzn-Requestid", fmt.Sprint(len(s.answers)))
		if code != "OK" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"__type":"com.example#%s"}`, code)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) judge(t *testing.T, r *http.Request, body []byte, now time.Time) string {
	signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return "IncompleteSignatureException"
	}
	if now.Sub(signed).Abs() > 15*time.Minute {
		return "InvalidSignatureException"
	}
	a := parseAuthorization(t, r.Header.Get("Authorization"))
	secret, ok := s.secrets[a.key]
	if !ok {
		return "UnrecognizedClientException"
	}
	header := r.Header.Clone()
	header.Set("Content-Length", fmt.Sprint(r.ContentLength))
	canonical := canonicalRequest(t, r.Method, r.RequestURI, r.Host, header, a.signed, hash(body), false)
	if signature(secret, r.Header.Get("X-Amz-Date"), a.scope, canonical) != a.signature {
		return "InvalidSignatureException"
	}
	if s.expired[r.Header.Get("X-Amz-Security-Token")] {
		return "ExpiredTokenException"
	}
	return "OK"
}

// call sends a request as a transport and an engine would, tries included.
func call(t *testing.T, p *sigv4.Provider, base string) (reasons []string, status int) {
	t.Helper()
	body := []byte(`{"JobId":"1"}`)
	req := post("HealthLake.DescribeFHIRImportJob", string(body))
	req.URL = base + "/"
	for try := 1; ; try++ {
		r := newRequest(t, req.Method, req.URL, body, http.Header{"Content-Type": {"application/x-amz-json-1.0"}})
		if err := p.Sign(t.Context(), req.Auth[0], r, body); err != nil {
			t.Fatalf("after %q: %v", reasons, err)
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		p.ObserveReply(req.Auth[0], r, resp)
		content, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		out := &runtime.Response{Status: resp.StatusCode, Body: content}
		for name, values := range resp.Header {
			out.Header.Add(name, values[0])
		}
		again, ok := p.Retry(req, out, nil, try)
		if !ok {
			return reasons, resp.StatusCode
		}
		reasons = append(reasons, again.Reason)
		if try > 20 {
			t.Fatal("the retrier never gives up")
		}
	}
}

var epoch = time.Date(2026, 11, 23, 6, 49, 40, 0, time.UTC)

func TestClockIsCorrected(t *testing.T) {
	for _, ahead := range []time.Duration{20 * time.Minute, -20 * time.Minute, 40 * 24 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			isolate(t)
			staticCredentials(t)
			clock := &fixedClock{epoch}
			s := newService(t, clock)
			s.ahead = ahead
			var warnings diag.List
			p := sigv4.New(sigv4.Options{Clock: clock, Warn: func(d diag.Diagnostic) { warnings.Add(d) }})
			reasons, status := call(t, p, s.URL)
			if diff := cmp.Diff([]string{"clock skew"}, reasons); diff != "" || status != 200 {
				t.Errorf("status %d, tries (-want +got):\n%s", status, diff)
			}
			if reasons, status = call(t, p, s.URL); len(reasons) > 0 || status != 200 {
				t.Errorf("the correction is forgotten: status %d after %q", status, reasons)
			}
			if rules(warnings) != "(clock-skew)" || !strings.Contains(warnings[0].Message, ahead.Abs().String()) {
				t.Errorf("warnings are %v", warnings)
			}
			// The clocks are set right again, which must not be a dead end.
			s.ahead = 0
			if reasons, status = call(t, p, s.URL); status != 200 || len(reasons) != 1 {
				t.Errorf("with clocks set right: status %d after %q", status, reasons)
			}
			other := newService(t, clock)
			if reasons, status = call(t, p, other.URL); status != 200 || len(reasons) != 0 {
				t.Errorf("the correction reaches another endpoint: status %d after %q", status, reasons)
			}
		})
	}
}

func TestClockIsLeftAlone(t *testing.T) {
	t.Run("on request", func(t *testing.T) {
		isolate(t)
		staticCredentials(t)
		t.Setenv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "true")
		clock := &fixedClock{epoch}
		s := newService(t, clock)
		s.ahead = 20 * time.Minute
		if reasons, status := call(t, sigv4.New(sigv4.Options{Clock: clock}), s.URL); len(reasons) > 0 || status != 400 {
			t.Errorf("status %d after %q", status, reasons)
		}
	})
	t.Run("when the secret is wrong", func(t *testing.T) {
		isolate(t)
		staticCredentials(t)
		clock := &fixedClock{epoch}
		s := newService(t, clock)
		s.secrets[testKey] = "another secret"
		s.ahead = 2 * time.Minute
		reasons, status := call(t, sigv4.New(sigv4.Options{Clock: clock}), s.URL)
		if len(reasons) > 0 || status != 400 || len(s.answers) != 1 {
			t.Errorf("status %d after %q, answers %q", status, reasons, s.answers)
		}
	})
	t.Run("when the secret is wrong as well", func(t *testing.T) {
		isolate(t)
		staticCredentials(t)
		clock := &fixedClock{epoch}
		s := newService(t, clock)
		s.secrets[testKey] = "another secret"
		s.ahead = time.Hour
		reasons, status := call(t, sigv4.New(sigv4.Options{Clock: clock}), s.URL)
		if diff := cmp.Diff([]string{"clock skew"}, reasons); diff != "" || status != 400 {
			t.Errorf("status %d, tries (-want +got):\n%s", status, diff)
		}
	})
	t.Run("by a reply from a cache", func(t *testing.T) {
		isolate(t)
		staticCredentials(t)
		clock := &fixedClock{epoch}
		p := sigv4.New(sigv4.Options{Clock: clock, Warn: func(d diag.Diagnostic) { t.Errorf("warning %v", d) }})
		r := newRequest(t, "POST", "https://healthlake.us-east-1.amazonaws.com/", nil, nil)
		if err := p.Sign(t.Context(), auth("healthlake", "us-east-1"), r, nil); err != nil {
			t.Fatal(err)
		}
		late := epoch.Add(time.Hour).Format(http.TimeFormat)
		for _, resp := range []*http.Response{
			{StatusCode: 403, Header: http.Header{"Date": {late}, "Age": {"3600"}}},
			{StatusCode: 200, Header: http.Header{"Date": {late}}},
			{StatusCode: 500, Header: http.Header{"Date": {late}}},
			{StatusCode: 403, Header: http.Header{"Date": {"yesterday"}}},
			{StatusCode: 403, Header: http.Header{}},
		} {
			p.ObserveReply(auth("healthlake", "us-east-1"), r, resp)
		}
	})
}

// processProfile makes a profile whose credentials come from a program. The
// program prints the file it is given.
func processProfile(t *testing.T, name string) (file string) {
	t.Helper()
	if goruntime.GOOS == "windows" {
		t.Skip("the credential process is a shell command")
	}
	file = filepath.Join(t.TempDir(), "credentials.json")
	configFile(t, fmt.Sprintf("[profile %s]\nregion = us-east-1\ncredential_process = cat '%s'\n", name, file))
	return file
}

func writeProcess(t *testing.T, file, key, token string, expires time.Time) {
	t.Helper()
	content := map[string]any{"Version": 1, "AccessKeyId": key, "SecretAccessKey": testSecret, "SessionToken": token}
	if !expires.IsZero() {
		content["Expiration"] = expires.UTC().Format(time.RFC3339)
	}
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCredentialsAreFetchedForEachRequest(t *testing.T) {
	isolate(t)
	file := processProfile(t, "process")
	clock := &fixedClock{time.Now()}
	s := newService(t, clock)
	p := sigv4.New(sigv4.Options{Profile: "process", Clock: clock})

	writeProcess(t, file, testKey, "first", time.Now().Add(time.Hour))
	if reasons, status := call(t, p, s.URL); status != 200 || len(reasons) > 0 {
		t.Fatalf("status %d after %q", status, reasons)
	}
	// They last, so the program is not asked again.
	writeProcess(t, file, "AKIDUNKNOWN", "unknown", time.Now().Add(time.Hour))
	if reasons, status := call(t, p, s.URL); status != 200 || len(reasons) > 0 {
		t.Fatalf("while they last: status %d after %q", status, reasons)
	}
	// The service ends them early.
	s.expired["first"] = true
	writeProcess(t, file, testKey, "second", time.Now().Add(2*time.Second))
	reasons, status := call(t, p, s.URL)
	if diff := cmp.Diff([]string{"expired credentials"}, reasons); diff != "" || status != 200 {
		t.Fatalf("after their end: status %d, tries (-want +got):\n%s", status, diff)
	}
	// The new ones end within seconds, and are renewed before that.
	s.expired["second"] = true
	writeProcess(t, file, testKey, "third", time.Now().Add(time.Hour))
	if reasons, status := call(t, p, s.URL); status != 200 || len(reasons) > 0 {
		t.Fatalf("before the next end: status %d after %q", status, reasons)
	}
}

// Other programs renew the credentials file while a run polls.
func TestCredentialsFileIsReadAgain(t *testing.T) {
	isolate(t)
	write := func(token string) {
		text := fmt.Sprintf("[work]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n", testKey, testSecret, token)
		if err := os.WriteFile(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first")
	t.Setenv("AWS_PROFILE", "work")
	clock := &fixedClock{epoch}
	s := newService(t, clock)
	p := sigv4.New(sigv4.Options{Clock: clock})
	if reasons, status := call(t, p, s.URL); status != 200 || len(reasons) > 0 {
		t.Fatalf("status %d after %q", status, reasons)
	}
	write("second")
	s.expired["first"] = true
	if reasons, status := call(t, p, s.URL); status != 200 || len(reasons) != 1 {
		t.Errorf("status %d after %q", status, reasons)
	}
	s.expired["second"] = true
	if reasons, status := call(t, p, s.URL); status != 400 || len(reasons) != 2 {
		t.Errorf("with nothing newer: status %d after %q", status, reasons)
	}
}

func TestProfileIsPreferredToEnvironment(t *testing.T) {
	isolate(t)
	file := processProfile(t, "process")
	writeProcess(t, file, testKey, "", time.Time{})
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDUNKNOWN")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "unknown")
	clock := &fixedClock{epoch}
	s := newService(t, clock)
	if _, status := call(t, sigv4.New(sigv4.Options{Profile: "process", Clock: clock}), s.URL); status != 200 {
		t.Error("--profile does not win")
	}
	t.Setenv("AWS_PROFILE", "process")
	if _, status := call(t, sigv4.New(sigv4.Options{Clock: clock}), s.URL); status != 400 {
		t.Error("AWS_PROFILE wins over the keys in the environment")
	}
}

func TestProviderIsSafeForConcurrentUse(t *testing.T) {
	isolate(t)
	staticCredentials(t)
	clock := &fixedClock{epoch}
	s := newService(t, clock)
	s.ahead = 20 * time.Minute
	p := sigv4.New(sigv4.Options{Clock: clock, Region: "us-east-1", Warn: func(diag.Diagnostic) {}})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				adapt(t, p, runtime.Target{Operation: healthlake()})
				if _, status := call(t, p, s.URL); status != 200 {
					t.Errorf("status %d", status)
				}
				p.Retry(post("X.Op", "{}"), reply(403, `{"__type":"ExpiredToken"}`), nil, 1)
				if found := p.Check(t.Context()); found != nil {
					t.Errorf("diagnostics are %v", found)
				}
			}
		})
	}
	group.Wait()
}
