// Package host connects a run to the real world: HTTP over the network, with the
// [Policy] that says which hosts may be reached, and the system clock.
package host

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// Signer authenticates the requests of one scheme of [runtime.Auth].
// Implementations must be safe for concurrent use.
//
// A Signer may also implement [ReplyObserver], [BoundSigner], [Connector],
// [runtime.Retrier] and [runtime.SecretKeeper].
type Signer interface {
	// Sign is called once for each try, when URL, header and body are final. It
	// may write the URL and the host in another spelling of the same meaning, if
	// the signature demands one; else it changes only the header and what it adds
	// to the query. The auth value is one of those of the request; what the ones
	// before it have added is there already.
	//
	// A request that is redirected within its origin is signed anew, from what it
	// was before it was signed. One that is redirected to another origin is not
	// signed, and carries nothing that was added here.
	Sign(ctx context.Context, auth runtime.Auth, req *http.Request, body []byte) error
}

// ReplyObserver is an optional interface of a [Signer] that learns from
// replies, for instance how far the server's clock is from ours.
type ReplyObserver interface {
	ObserveReply(auth runtime.Auth, req *http.Request, resp *http.Response)
}

// BoundSigner is an optional interface of a [Signer] whose signature holds for
// one URL. Redirects of requests that are bound so are not followed; the
// workflow sees them as they are.
type BoundSigner interface {
	BoundToURL(auth runtime.Auth) bool
}

// Connector is an optional interface of a [Signer] that authenticates the
// connection as well as the request, as mutual TLS does.
type Connector interface {
	// Connect returns what carries the requests of an auth value: base itself, or
	// something made from it, which must be the same each time for connections to
	// be reused. A request that is redirected to another origin is carried by base.
	// A base that is a [TLSTransport] can be had with another TLS configuration.
	Connect(ctx context.Context, auth runtime.Auth, base http.RoundTripper) (http.RoundTripper, error)
}

// sign adds the credentials of a request.
func (t *HTTP) sign(ctx context.Context, req *runtime.Request, hr *http.Request) error {
	if !t.AllowHTTP && hr.URL.Scheme == "http" && !isLoopback(hr.URL.Hostname()) && (len(req.Auth) > 0 || hasCredentials(req, hr)) {
		return &runtime.ExchangeError{
			Failure: runtime.Refused,
			Message: fmt.Sprintf("credentials would go to %s over clear text", hr.URL.Host),
			Hint:    "use the https address with --server, or permit it with --allow-http",
		}
	}
	for _, auth := range req.Auth {
		signer := t.Signers[auth.Scheme]
		if signer == nil {
			return &runtime.ExchangeError{
				Failure: runtime.Refused,
				Message: fmt.Sprintf("no signer is set up for authentication scheme %q", auth.Scheme),
			}
		}
		if err := signer.Sign(ctx, auth, hr, req.Body); err != nil {
			return refusal(ctx, err)
		}
	}
	return nil
}

// refusal makes an exchange error of what a signer returned.
func refusal(ctx context.Context, err error) error {
	var refused *runtime.ExchangeError
	if errors.As(err, &refused) || ctx.Err() != nil {
		return err
	}
	return &runtime.ExchangeError{Failure: runtime.Refused, Message: "the request cannot be signed: " + err.Error(), Err: err}
}

// carrier returns what sends a request. One that has left its origin goes over
// a connection that nobody vouches for.
func (t *HTTP) carrier(ctx context.Context, req *runtime.Request, base http.RoundTripper, foreign bool) (http.RoundTripper, error) {
	carrier := base
	if foreign {
		return carrier, nil
	}
	for _, auth := range req.Auth {
		c, ok := t.Signers[auth.Scheme].(Connector)
		if !ok {
			continue
		}
		var err error
		if carrier, err = c.Connect(ctx, auth, carrier); err != nil {
			return nil, refusal(ctx, err)
		}
	}
	return carrier, nil
}

func (t *HTTP) observeReply(req *runtime.Request, hr *http.Request, resp *http.Response) {
	for _, auth := range req.Auth {
		if o, ok := t.Signers[auth.Scheme].(ReplyObserver); ok {
			o.ObserveReply(auth, hr, resp)
		}
	}
}

func (t *HTTP) boundToURL(req *runtime.Request) bool {
	return slices.ContainsFunc(req.Auth, func(auth runtime.Auth) bool {
		b, ok := t.Signers[auth.Scheme].(BoundSigner)
		return ok && b.BoundToURL(auth)
	})
}

// Retry asks the signers of the request whether to send it again, as far as
// their protocols provide for that.
func (t *HTTP) Retry(req *runtime.Request, resp *runtime.Response, err error, try int) (runtime.Retry, bool) {
	asked := make([]string, 0, len(req.Auth))
	for _, auth := range req.Auth {
		r, ok := t.Signers[auth.Scheme].(runtime.Retrier)
		if !ok || slices.Contains(asked, auth.Scheme) {
			continue
		}
		asked = append(asked, auth.Scheme)
		if retry, again := r.Retry(req, resp, err, try); again {
			return retry, true
		}
	}
	return runtime.Retry{}, false
}

// Secrets returns the credentials that the signers have used.
func (t *HTTP) Secrets() []string {
	var out []string
	for _, signer := range t.Signers {
		if keeper, ok := signer.(runtime.SecretKeeper); ok {
			out = append(out, keeper.Secrets()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hasCredentials reports whether the step itself gives the request a credential.
func hasCredentials(req *runtime.Request, hr *http.Request) bool {
	for _, name := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
		if hr.Header.Get(name) != "" {
			return true
		}
	}
	var query []string
	for _, pair := range pairs(hr.URL.RawQuery) {
		name, _ := splitPair(pair)
		query = append(query, name)
	}
	return slices.ContainsFunc(req.Secrets, func(p runtime.ParameterName) bool {
		return p.In == "header" && hr.Header.Get(p.Name) != "" || p.In == "query" && slices.Contains(query, p.Name)
	})
}
