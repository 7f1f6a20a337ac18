package host

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// DefaultMaxBody is the largest response body that [HTTP] accepts unless told
// otherwise, in bytes.
const DefaultMaxBody = 64 << 20

// HTTP is a [runtime.Transport] over net/http. The zero value is ready for use.
// An HTTP may be used by many runs at the same time; its fields must not be
// changed after the first exchange.
//
// It follows redirects for GET and HEAD only, at most ten, and never from https
// to http. A request that leaves its origin (scheme, host and port) carries
// neither what a [Signer] has added nor what looks like a credential. No Referer
// is ever added. It never repeats a request.
type HTTP struct {
	// Policy says which hosts may be reached. Nil: the zero value of Policy.
	Policy *Policy
	// Base sends the requests that the policy lets pass. Addresses are then judged
	// by their text alone, since a Base resolves names by itself. Nil: transports
	// with the settings of http.DefaultTransport that judge what they connect to.
	Base http.RoundTripper
	// MaxBody is the largest response body in bytes that is held in memory. A
	// larger one is an error, unless Files keeps it. Zero: 64 MiB.
	MaxBody int64
	// Files keeps large bodies that are neither JSON nor XML nor other text. Nil:
	// all bodies are held in memory.
	Files *Files
	// Silence is how long a server may send nothing, and Longest how long it may take
	// altogether, if the request has no Timeout. Zero: 5 minutes, and an hour.
	// Negative: for ever.
	Silence, Longest time.Duration
	// AllowHTTP permits credentials over clear text to other hosts than loopback.
	AllowHTTP bool
	// Signers authenticate requests, by the Scheme of their Auth.
	Signers map[string]Signer
	// UserAgent is sent unless the request names one. Empty: "arazzo".
	UserAgent string
	// Clock tells when replies arrive. Nil: the system clock.
	Clock runtime.Clock

	once   sync.Once
	policy *Policy
}

// Exchange carries out one exchange. Errors are of type
// [*runtime.ExchangeError], unless ctx ended: then the error is ctx's.
func (t *HTTP) Exchange(ctx context.Context, req *runtime.Request) (*runtime.Response, error) {
	t.once.Do(t.initialise)
	parent := ctx
	var waiting *patience
	if req.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, req.Timeout)
		defer cancel()
	} else {
		ctx, waiting = t.watch(ctx)
		defer waiting.stop()
	}
	var sent atomic.Bool
	hr, err := t.request(ctx, req)
	if err != nil {
		return nil, err
	}
	resp, final, err := t.follow(ctx, hr, req, func() { sent.Store(true) })
	if err != nil {
		return nil, t.failure(parent, ctx, req, err, sent.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	if waiting != nil {
		waiting.heard()
		resp.Body = heardBody{resp.Body, waiting}
	}
	body, file, err := t.readBody(final, resp)
	if err != nil {
		return nil, t.bodyFailure(parent, ctx, req, err)
	}
	out := &runtime.Response{Status: resp.StatusCode, Header: fields(resp.Header), Body: body, File: file, Date: t.now()}
	if final.Response != nil {
		out.URL = final.URL.String()
	}
	return out, nil
}

// CloseIdleConnections closes connections that are kept open for reuse.
func (t *HTTP) CloseIdleConnections() {
	t.once.Do(t.initialise)
	type closer interface{ CloseIdleConnections() }
	t.policy.CloseIdleConnections()
	if c, ok := t.Base.(closer); ok {
		c.CloseIdleConnections()
	}
	for _, signer := range t.Signers {
		if c, ok := signer.(closer); ok {
			c.CloseIdleConnections()
		}
	}
}

func (t *HTTP) initialise() {
	if t.policy = t.Policy; t.policy == nil {
		t.policy = &Policy{}
	}
}

func (t *HTTP) now() time.Time {
	if t.Clock != nil {
		return t.Clock.Now()
	}
	return Clock{}.Now()
}

func (t *HTTP) maxBody() int64 {
	if t.MaxBody > 0 {
		return t.MaxBody
	}
	return DefaultMaxBody
}

func (t *HTTP) request(ctx context.Context, req *runtime.Request) (*http.Request, error) {
	u, err := url.Parse(req.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, &runtime.ExchangeError{
			Failure: runtime.NotSent,
			Message: "the request URL is not an absolute http or https URL",
			Hint:    "give the base URL of the API with --server",
			Err:     redactURL(err),
		}
	}
	var body io.Reader
	if req.Body != nil {
		body = bytes.NewReader(req.Body)
	}
	hr, err := http.NewRequestWithContext(ctx, req.Method, "", body)
	if err != nil {
		return nil, &runtime.ExchangeError{Failure: runtime.NotSent, Message: fmt.Sprintf("the request to %s cannot be built", u.Host), Err: redactURL(err)}
	}
	hr.URL, hr.Host = u, u.Host
	for _, f := range req.Header {
		if strings.EqualFold(f.Name, "Host") {
			hr.Host = f.Value
			continue
		}
		hr.Header.Add(f.Name, f.Value)
	}
	if hr.Header.Get("User-Agent") == "" {
		agent := t.UserAgent
		if agent == "" {
			agent = "arazzo"
		}
		hr.Header.Set("User-Agent", agent)
	}
	return hr, nil
}

func fields(h http.Header) runtime.Header {
	out := make(runtime.Header, 0, len(h))
	for name, values := range h {
		for _, v := range values {
			out = append(out, runtime.Field{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(out, func(a, b runtime.Field) int { return strings.Compare(a.Name, b.Name) })
	return out
}
