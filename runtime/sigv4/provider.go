// Package sigv4 lets a run call the services of AWS: it recognises their
// operations in OpenAPI descriptions, finds service, region and endpoint the
// way the AWS tools do, signs each request with Signature Version 4, and
// decides which exchanges to repeat as the AWS SDKs would.
//
// A [Provider] is at once a [runtime.Adapter] for the compiler, and a
// [host.Signer], [host.ReplyObserver], [host.BoundSigner] and
// [runtime.Retrier] for the HTTP transport, where it serves the scheme [Scheme].
package sigv4

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// Scheme is the [runtime.Auth] scheme of requests that a [Provider] signs.
const Scheme = "aws-sigv4"

// The parameters of [runtime.Auth] under [Scheme].
const (
	// ServiceParam holds the service's name in the credential scope.
	ServiceParam = "service"
	// RegionParam holds the region in the credential scope.
	RegionParam = "region"
)

// Options say where a [Provider] takes its settings from. The zero value takes
// all of them from the places in which the AWS command line looks.
type Options struct {
	// Profile names the profile of the shared AWS configuration to use. Empty:
	// AWS_PROFILE, or the default profile. A profile named here is asked for
	// credentials before the environment is.
	Profile string
	// Region is preferred to every other source of the region.
	Region string
	// EndpointURL is used instead of the server that a description names.
	EndpointURL string
	// NoSignRequest leaves requests unsigned. Endpoint, media type and the like
	// are still found.
	NoSignRequest bool
	// NoCredentials leaves requests unsigned for which no credentials are found,
	// instead of refusing them.
	NoCredentials bool
	// AllowHTTP permits signed requests over clear text to a host other than
	// loopback.
	AllowHTTP bool
	// Environ looks up an environment variable that governs region, endpoint or
	// retries; "" means not set. Nil: os.Getenv. The AWS SDK, which finds the
	// credentials, always reads the environment of the process.
	Environ func(name string) string
	// Clock dates signatures. Nil: the system clock.
	Clock runtime.Clock
	// Warn is told what is noticed during a run and did not stop it. It may be
	// called by several goroutines at the same time. Nil: nobody is told.
	Warn func(diag.Diagnostic)
}

// Provider adapts operations of AWS services and signs their requests. Nothing
// is read or looked up before the first such operation is met. A Provider is
// safe for concurrent use and must not be copied.
type Provider struct {
	options Options
	signer  *v4.Signer
	needed  atomic.Bool // an operation was met that must be signed
	clocks  clocks

	mu       sync.Mutex // guards the fields below
	settings *settings
	stale    bool // the service said that the credentials have expired
	obtained bool // credentials were found at least once
}

var (
	_ runtime.Adapter    = (*Provider)(nil)
	_ runtime.Retrier    = (*Provider)(nil)
	_ host.Signer        = (*Provider)(nil)
	_ host.ReplyObserver = (*Provider)(nil)
	_ host.BoundSigner   = (*Provider)(nil)
)

// New returns a Provider. It does no I/O.
func New(options Options) *Provider {
	return &Provider{options: options, signer: v4.NewSigner()}
}

// Check reports whether credentials can be found, so that a run which needs
// them can be refused before its first request. The list is empty if they can,
// if Adapt met no operation that cannot be called without, or if requests are
// left unsigned.
func (p *Provider) Check(ctx context.Context) diag.List {
	if p.options.NoSignRequest || !p.needed.Load() {
		return nil
	}
	if _, err := p.retrieve(ctx); err != nil {
		return diag.List{problemOf(err).diagnostic(diag.Range{})}
	}
	return nil
}

func (p *Provider) environ(name string) string {
	if p.options.Environ != nil {
		return p.options.Environ(name)
	}
	return os.Getenv(name)
}

func (p *Provider) now() time.Time {
	if p.options.Clock != nil {
		return p.options.Clock.Now()
	}
	return time.Now()
}

func (p *Provider) warn(d diag.Diagnostic) {
	if p.options.Warn != nil {
		p.options.Warn(d)
	}
}
