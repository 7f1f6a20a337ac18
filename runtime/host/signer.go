// Package host connects a run to the real world: HTTP over the network and
// the system clock.
package host

import (
	"context"
	"net/http"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// Signer authenticates the requests of one scheme of [runtime.Auth].
// Implementations must be safe for concurrent use.
//
// A Signer may also implement [ReplyObserver], [BoundSigner] and
// [runtime.Retrier].
type Signer interface {
	// Sign is called once for each try, when URL, header and body are final. It
	// may write the URL and the host in another spelling of the same meaning, if
	// the signature demands one; else it changes only the header and what it adds
	// to the query. The auth value is that of the request.
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
