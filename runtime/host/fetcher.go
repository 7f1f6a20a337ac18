package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxDocumentURL bounds the length of the URL of a document, in bytes.
const maxDocumentURL = 8 << 10

// Fetcher reads documents over https, and over http from loopback, as far as its
// policy permits. A $ref to another host than that of the file it stands in is
// followed only if Allow of the policy has that host. The zero value is ready for
// use; it is safe for concurrent use. It implements arazzo.Fetcher.
type Fetcher struct {
	// Policy says which hosts may be reached. Nil: the zero value of Policy.
	Policy *Policy
	// Base sends the requests that the policy lets pass; see [HTTP]. Nil: the
	// policy's own transports.
	Base http.RoundTripper
	// MaxBytes bounds the size of a document. Zero: 64 MiB.
	MaxBytes int64
	// Timeout bounds the time of one fetch. Zero: 30 s.
	Timeout time.Duration
	// Total bounds the time of all fetches together. Zero: it is not bounded.
	Total time.Duration

	once   sync.Once
	policy *Policy
	mu     sync.Mutex
	spent  time.Duration
}

var _ arazzo.Fetcher = (*Fetcher)(nil)

// Fetch reads the document at a URL. Refusals are of type [*diag.Diagnostic].
func (f *Fetcher) Fetch(ctx context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	f.once.Do(func() {
		if f.policy = f.Policy; f.policy == nil {
			f.policy = &Policy{}
		}
	})
	if f.policy.Offline {
		return nil, &diag.Diagnostic{Rule: RuleOffline, Message: "no document is to be fetched", Hint: "leave out --offline, or say where a copy of it is"}
	}
	timeout, err := f.patience()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.spent += time.Since(started)
	}()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := documentRequest(ctx, want.URI)
	if err != nil {
		return nil, err
	}
	if err := f.permits(want, req.URL); err != nil {
		return nil, err
	}
	resp, err := f.client(want).Do(req)
	if err != nil {
		if refusal := refusalOf(err); refusal != nil {
			return nil, refusal
		}
		return nil, redactURL(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	data, err := f.readDocument(resp)
	if err != nil {
		return nil, err
	}
	return &arazzo.Fetched{Data: data, URI: resp.Request.URL.String(), Private: f.origin(resp)}, nil
}

// patience is how long the next fetch may take.
func (f *Fetcher) patience() (time.Duration, error) {
	timeout := f.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	if f.Total <= 0 {
		return timeout, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	left := f.Total - f.spent
	if left <= 0 {
		return 0, fmt.Errorf("the documents took more than %v to fetch", f.Total)
	}
	return min(timeout, left), nil
}

func documentRequest(ctx context.Context, uri string) (*http.Request, error) {
	if len(uri) > maxDocumentURL {
		return nil, fmt.Errorf("its URL has more than %d bytes", maxDocumentURL)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, redactURL(err)
	}
	if err := fetchable(req.URL); err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "arazzo")
	req.Header.Set("Accept", "application/vnd.oai.openapi, application/vnd.oai.workflows, application/yaml, application/json, */*;q=0.5")
	return req, nil
}

// client sends the request for one document.
func (f *Fetcher) client(want arazzo.FetchRequest) *http.Client {
	why := runtime.Reach{}
	switch {
	case arazzo.IsRemote(want.From):
		why.Document = want.From
	case want.From == "":
		why.Server = want.URI
	}
	return &http.Client{
		Transport: roundTripper{policy: f.policy, why: why, base: f.Base},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			if via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
				return errors.New("redirected from https to clear text")
			}
			if len(next.URL.String()) > maxDocumentURL {
				return fmt.Errorf("redirected to a URL of more than %d bytes", maxDocumentURL)
			}
			if err := fetchable(next.URL); err != nil {
				return err
			}
			return f.permits(want, next.URL)
		},
	}
}

// permits refuses parts of a document at hosts of which nobody has spoken: a
// description could otherwise tell a stranger that it is read, and have its
// meaning decided elsewhere.
func (f *Fetcher) permits(want arazzo.FetchRequest, u *url.URL) error {
	if !want.Part {
		return nil
	}
	if from, err := url.Parse(want.From); err == nil && arazzo.IsRemote(want.From) && sameOrigin(from, u) {
		return nil
	}
	for _, a := range f.policy.Allow {
		if a.matches(u) {
			return nil
		}
	}
	return &diag.Diagnostic{
		Rule:    RuleReferenceNotPermitted,
		Message: fmt.Sprintf("%s is not the host that the file with the reference came from", u.Host),
		Hint:    "permit it, and name all other hosts that may be reached too, with --allow-host " + u.Host,
	}
}

func (f *Fetcher) readDocument(resp *http.Response) ([]byte, error) {
	limit := f.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, redactURL(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("the document is larger than %d bytes", limit)
	}
	return data, nil
}

// origin takes note of where a document came from, and reports whether that is
// a place to which only those documents may refer that came from there.
func (f *Fetcher) origin(resp *http.Response) bool {
	u, peer := resp.Request.URL, f.policy.peerOf(resp)
	f.policy.note(u, peer)
	switch {
	case f.policy.named(u):
		return false
	case peer.IsValid():
		return !isPublic(peer)
	default:
		return isLocalhost(u.Hostname()) || f.Base == nil
	}
}

func fetchable(u *url.URL) error {
	if u.User != nil {
		return errors.New("its URL holds a user name or a password")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("documents are fetched over https only, and %q is not", u.Scheme)
}
