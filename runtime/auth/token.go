package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxEarly is how long before its end at most a token is replaced, so that it
// does not end on its way to the server. Of a short life it is a tenth.
const maxEarly = 30 * time.Second

// accessToken is a token as a server gave it.
type accessToken struct {
	// field is the value of the Authorization header.
	field string
	// expires is zero if the server did not say.
	expires time.Time
	early   time.Duration
}

// usable reports whether the token will still be good when it arrives.
func (t accessToken) usable(now time.Time) bool {
	return t.field != "" && (t.expires.IsZero() || now.Before(t.expires.Add(-t.early)))
}

// tokenKey tells tokens apart: whose they are, what they are for and how they
// are had.
type tokenKey struct {
	source, scheme, scopes, endpoints string
	// identity is a digest of the credential, so that one that was changed gives
	// tokens of its own.
	identity string
}

func keyOf(auth runtime.Auth, c *Credential) tokenKey {
	params := auth.Params
	h := sha256.New()
	for _, text := range []string{c.Value, c.Token, c.RefreshToken, c.Username, c.Password, c.ClientID, c.ClientSecret} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(text), text)
	}
	var endpoints []string
	for _, g := range []grant{grantRefreshToken, grantPassword, grantClient} {
		endpoints = append(endpoints, params[paramEndpoint+string(g)])
	}
	return tokenKey{
		source: params[paramSource], scheme: params[paramName], scopes: params[paramScopes],
		endpoints: strings.Join(append(endpoints, params[paramMetadata]), " "),
		identity:  hex.EncodeToString(h.Sum(nil)),
	}
}

// tokens are the access tokens that are in use. The zero value has none. It is
// safe for concurrent use.
type tokens struct {
	mu      sync.Mutex
	entries map[tokenKey]*tokenEntry
	// styles are the ways in which clients could authenticate themselves.
	styles map[clientKey]oauth2.AuthStyle
}

// clientKey is a client at a token endpoint.
type clientKey struct{ endpoint, clientID string }

// preferred returns the ways in which a client may authenticate itself, the one
// that worked before alone.
func (t *tokens) preferred(endpoint, clientID string, styles []oauth2.AuthStyle) []oauth2.AuthStyle {
	t.mu.Lock()
	defer t.mu.Unlock()
	if style, known := t.styles[clientKey{endpoint, clientID}]; known && slices.Contains(styles, style) {
		return []oauth2.AuthStyle{style}
	}
	return styles
}

func (t *tokens) prefer(endpoint, clientID string, style oauth2.AuthStyle) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.styles == nil {
		t.styles = make(map[clientKey]oauth2.AuthStyle)
	}
	t.styles[clientKey{endpoint, clientID}] = style
}

func (t *tokens) entry(key tokenKey) *tokenEntry {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entries[key]
	if e == nil {
		if t.entries == nil {
			t.entries = make(map[tokenKey]*tokenEntry)
		}
		e = &tokenEntry{turn: make(chan struct{}, 1)}
		t.entries[key] = e
	}
	return e
}

// tokenEntry is one access token and what replaces it. Only one caller at a time
// asks the server; the others wait for what it gets.
type tokenEntry struct {
	turn chan struct{} // holds a value while somebody asks

	mu      sync.Mutex
	begun   bool
	current accessToken
	refresh string
	// asked counts the answers of the server, and failed is the last one if it was
	// a refusal.
	asked  int
	failed error
}

// grantedToken is what a server gives.
type grantedToken struct {
	accessToken
	refresh string
}

// begin gives the entry what the user supplied.
func (e *tokenEntry) begin(c *Credential) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.begun {
		return
	}
	e.begun, e.refresh = true, c.RefreshToken
	if token := c.get(FieldToken); token != "" {
		e.current.field = bearer(&Credential{Value: token})
	} else if c.Value != "" {
		e.current.field = bearer(c)
	}
}

// get returns the token, after asking for a new one if it is not usable.
func (e *tokenEntry) get(ctx context.Context, now func() time.Time, ask func(ctx context.Context, refresh string) (grantedToken, error)) (string, error) {
	e.mu.Lock()
	before := e.asked
	e.mu.Unlock()
	for {
		e.mu.Lock()
		current, asked, failed, refresh := e.current, e.asked, e.failed, e.refresh
		e.mu.Unlock()
		switch {
		case current.usable(now()):
			return current.field, nil
		case asked != before && failed != nil:
			// Somebody asked while this caller waited, and the answer holds for both.
			return "", failed
		}
		select {
		case e.turn <- struct{}{}:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		e.mu.Lock()
		mine := e.asked == asked
		e.mu.Unlock()
		if !mine {
			<-e.turn
			continue
		}
		granted, err := ask(ctx, refresh)
		e.mu.Lock()
		if err == nil || ctx.Err() == nil {
			e.asked++
			e.failed = err
		}
		if err == nil {
			e.current, e.refresh = granted.accessToken, granted.refresh
		}
		e.mu.Unlock()
		<-e.turn
		switch {
		case err == nil:
			// Even one that ends at once is good for the request it was asked for.
			return granted.field, nil
		case ctx.Err() == nil && current.field != "" && now().Before(current.expires):
			return current.field, nil // it has not ended yet
		default:
			return "", err
		}
	}
}

// reject makes sure that a token which a server refused is not used again.
func (e *tokenEntry) reject(field string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current.field == field {
		e.current = accessToken{}
	}
}

// token returns the Authorization value for a scheme of OAuth 2.
func (p *Provider) token(ctx context.Context, auth runtime.Auth, c *Credential) (string, error) {
	e := p.tokens.entry(keyOf(auth, c))
	e.begin(c)
	return e.get(ctx, p.now, func(ctx context.Context, refresh string) (grantedToken, error) {
		return p.ask(ctx, auth, c, refresh)
	})
}

// ask gets a new token from the server: by the refresh token as long as there is
// one and it is good, else by what the user supplied besides.
func (p *Provider) ask(ctx context.Context, auth runtime.Auth, c *Credential, refresh string) (grantedToken, error) {
	var refused error
	for _, g := range []grant{grantRefreshToken, grantPassword, grantClient} {
		endpoint, offered := auth.Params[paramEndpoint+string(g)]
		if !offered || g == grantRefreshToken && refresh == "" {
			continue
		}
		granted, err := p.exchange(ctx, auth, c, g, endpoint, refresh)
		if err == nil {
			p.noteRefresh(auth, c, g, granted.refresh)
			return granted, nil
		}
		refused = err
		if g != grantRefreshToken || !isInvalidGrant(err) {
			return grantedToken{}, err
		}
	}
	if refused == nil {
		refused = refuse("there is no way to get another access token for %q of source %q", auth.Params[paramName], auth.Params[paramSource])
	}
	return grantedToken{}, refused
}

// noteRefresh warns if the server has replaced the refresh token that the user
// supplied, which the next run will read again.
func (p *Provider) noteRefresh(auth runtime.Auth, c *Credential, g grant, refresh string) {
	if g != grantRefreshToken || c.RefreshToken == "" || refresh == c.RefreshToken || refresh == "" {
		return
	}
	p.warn(diag.Diagnostic{
		Rule: RuleRefreshTokenReplaced, Severity: diag.Warning,
		Message: fmt.Sprintf("the server replaced the refresh token for %q of source %q, so that the one from %s may no longer be good", auth.Params[paramName], auth.Params[paramSource], c.Origin),
		Hint:    "get a new one before the next run, or use credentials that are not replaced",
	})
}

// ObserveReply takes note of tokens that the server refuses.
func (p *Provider) ObserveReply(auth runtime.Auth, req *http.Request, resp *http.Response) {
	if resp.StatusCode != http.StatusUnauthorized || auth.Params[paramRenew] == "" {
		return
	}
	c, err := p.find(req.Context(), auth.Params[paramSource], auth.Params[paramName])
	if err != nil || c == nil {
		return
	}
	p.tokens.entry(keyOf(auth, c)).reject(req.Header.Get("Authorization"))
}

// Retry asks for a request to be sent once more with a new token, if the server
// refused the one that it carried.
func (p *Provider) Retry(req *runtime.Request, resp *runtime.Response, _ error, _ int) (runtime.Retry, bool) {
	if req == nil || resp == nil || resp.Status != http.StatusUnauthorized {
		return runtime.Retry{}, false
	}
	if resp.URL != "" && originOf(resp.URL) != originOf(req.URL) {
		return runtime.Retry{}, false // another server, which got no token
	}
	if _, given := req.Header.Lookup("Authorization"); given {
		return runtime.Retry{}, false
	}
	for _, auth := range req.Auth {
		if auth.Scheme == AuthScheme && auth.Params[paramRenew] != "" {
			return runtime.Retry{Exact: true, Once: true, Reason: "the server refused the access token, and another is fetched"}, true
		}
	}
	return runtime.Retry{}, false
}
