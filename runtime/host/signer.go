// Package host connects a run to the real world: HTTP over the network and
// the system clock.
package host

import (
	"context"
	"net/http"
)

// Signer authenticates requests of one runtime.Auth scheme. Sign is called
// once for each try, when URL, header and body are final; it changes only the
// header. Implementations must be safe for concurrent use.
//
// A Signer may also implement [ReplyObserver] and runtime.Retrier.
type Signer interface {
	Sign(ctx context.Context, req *http.Request, body []byte) error
}

// ReplyObserver is an optional interface of a [Signer] that learns from
// replies, for instance how far the server's clock is from ours.
type ReplyObserver interface {
	ObserveReply(req *http.Request, resp *http.Response)
}
