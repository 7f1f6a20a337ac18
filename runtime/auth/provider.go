// Package auth meets the security schemes of OpenAPI descriptions: API keys,
// HTTP authentication, OAuth 2, OpenID Connect and mutual TLS.
//
// A [Provider] is at once a [runtime.Adapter], which chooses for each operation
// the first alternative of its security for which all credentials are there, and
// a [host.Signer] for the HTTP transport, where it serves the scheme [AuthScheme].
// Credentials come from a [Source]: environment variables, a file, or what an
// embedder supplies. They go to the servers of the source description that they
// are for, and to the token endpoint of their own scheme, and nowhere else.
package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// AuthScheme is the [runtime.Auth] scheme of requests that a [Provider]
// authenticates.
const AuthScheme = "openapi"

// The rules of diagnostics about credentials.
const (
	// RuleMissingCredentials is about an operation that needs credentials which
	// are not there.
	RuleMissingCredentials = "missing-credentials"
	// RuleInvalidCredentials is about a credential that cannot be used as it is.
	RuleInvalidCredentials = "invalid-credentials"
	// RuleClearText is about credentials that would go to a host other than
	// loopback over clear text.
	RuleClearText = "clear-text-credentials"
	// RuleConflictingSchemes warns of schemes that must be met together and cannot,
	// since they go into one parameter.
	RuleConflictingSchemes = "conflicting-security-schemes"
	// RuleRefreshTokenReplaced warns of a refresh token that the server has
	// replaced, so that the one that was given may no longer be valid.
	RuleRefreshTokenReplaced = "refresh-token-replaced"
)

// Options say where a [Provider] takes credentials from and how it reaches token
// endpoints.
type Options struct {
	// Source finds credentials. Nil: there are none.
	Source Source
	// NoCredentials sends requests without the credentials that are missing,
	// instead of refusing to start.
	NoCredentials bool
	// AllowHTTP permits secrets over clear text to a host other than loopback.
	AllowHTTP bool
	// Policy says which hosts requests for tokens and metadata may reach. It should
	// be that of the transport. Nil: the zero value of host.Policy.
	Policy *host.Policy
	// Clock tells when tokens expire. Nil: the system clock.
	Clock runtime.Clock
	// Warn is told what is noticed during a run and did not stop it. It may be
	// called by several goroutines at the same time. Nil: nobody is told.
	Warn func(diag.Diagnostic)
}

// Provider authenticates requests as API descriptions demand. Tokens are fetched
// when they are first needed and shared by all runs that the Provider serves. A
// Provider is safe for concurrent use and must not be copied.
type Provider struct {
	options Options
	policy  *host.Policy
	secrets secrets
	tokens  tokens
	servers metadataCache
	wires   wires
}

var (
	_ runtime.Adapter      = (*Provider)(nil)
	_ runtime.Retrier      = (*Provider)(nil)
	_ runtime.SecretKeeper = (*Provider)(nil)
	_ host.Signer          = (*Provider)(nil)
	_ host.ReplyObserver   = (*Provider)(nil)
	_ host.Connector       = (*Provider)(nil)
)

// New returns a Provider. It does no I/O.
func New(options Options) *Provider {
	p := &Provider{options: options}
	if p.policy = options.Policy; p.policy == nil {
		p.policy = &host.Policy{}
	}
	return p
}

// find asks the source for a credential, and remembers what is secret in it.
func (p *Provider) find(ctx context.Context, source, scheme string) (*Credential, error) {
	if p.options.Source == nil {
		return nil, nil
	}
	c, err := p.options.Source.Credential(ctx, source, scheme)
	if err != nil || c == nil {
		return nil, err
	}
	p.secrets.add(c.secrets()...)
	return c, nil
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

// Secrets returns the credentials that have been in use, the tokens that were
// fetched among them.
func (p *Provider) Secrets() []string { return p.secrets.list() }

// maxSecrets bounds the secrets that are remembered. A run that fetches a token
// every minute stays below it for hours, and older tokens are of no use.
const maxSecrets = 256

// secrets are texts that nobody may see. The zero value is empty. It is safe for
// concurrent use.
type secrets struct {
	mu    sync.Mutex
	texts []string // the oldest first
}

func (s *secrets) add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		if text != "" && !slices.Contains(s.texts, text) {
			s.texts = append(s.texts, text)
		}
	}
	if extra := len(s.texts) - maxSecrets; extra > 0 {
		s.texts = slices.Delete(s.texts, 0, extra)
	}
}

func (s *secrets) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}

// hide takes the secrets out of a text that a server sent.
func (s *secrets) hide(text string) string {
	for _, secret := range s.list() {
		const least = 4 // a shorter one stands in many texts by chance
		if len(secret) >= least {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// unusable makes a diagnostic about a credential.
func unusable(at diag.Range, s *status, reason string) diag.Diagnostic {
	return diag.Diagnostic{
		Rule:    RuleInvalidCredentials,
		Message: fmt.Sprintf("the credential for %q of source %q cannot be used: %s", s.name, s.source, reason),
		Hint:    "it comes from " + s.credential.Origin,
		Range:   at,
	}
}
