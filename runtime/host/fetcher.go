package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Fetcher reads documents over https, and over http from loopback. The zero
// value is ready for use; it is safe for concurrent use. It implements
// arazzo.Fetcher.
type Fetcher struct {
	// Base sends the requests. Nil: http.DefaultTransport.
	Base http.RoundTripper
	// MaxBytes bounds the size of a document. Zero: 64 MiB.
	MaxBytes int64
	// Timeout bounds the time of one fetch. Zero: 30 s.
	Timeout time.Duration
}

// Fetch returns the document at a URL and the URL from which it came in the
// end.
func (f *Fetcher) Fetch(ctx context.Context, uri string) (data []byte, finalURI string, err error) {
	timeout := f.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, "", redactURL(err)
	}
	if err := fetchable(req.URL); err != nil {
		return nil, "", err
	}
	req.Header.Set("User-Agent", "arazzo")
	req.Header.Set("Accept", "application/vnd.oai.openapi, application/vnd.oai.workflows, application/yaml, application/json, */*;q=0.5")
	client := &http.Client{Transport: f.Base, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fmt.Errorf("more than %d redirects", maxRedirects)
		}
		if via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
			return errors.New("redirected from https to clear text")
		}
		return fetchable(next.URL)
	}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, "", redactURL(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("the server answered %s", resp.Status)
	}
	limit := f.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, "", redactURL(err)
	}
	if int64(len(data)) > limit {
		return nil, "", fmt.Errorf("the document is larger than %d bytes", limit)
	}
	return data, resp.Request.URL.String(), nil
}

func fetchable(u *url.URL) error {
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("documents are fetched over https only, and %q is not", u.Scheme)
}
