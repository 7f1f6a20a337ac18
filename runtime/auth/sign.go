package auth

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// The parameters of [runtime.Auth] under [AuthScheme]. They name the credential,
// where it goes and how a token for it is had, and hold nothing secret.
const (
	paramSource    = "source"
	paramName      = "scheme"
	paramKind      = "kind"
	paramIn        = "in"
	paramParameter = "parameter"
	// paramOrigin is the only origin that may receive the credential.
	paramOrigin = "origin"
	paramGrant  = "grant"
	paramScopes = "scopes"
	// paramMetadata is where an authorization server describes itself.
	paramMetadata = "metadata"
	// paramEndpoint, with a grant behind it, is the token endpoint for the grant;
	// empty: as the metadata says.
	paramEndpoint = "endpoint-"
	// paramDocument is the URL of the description that names the authorization
	// server, if it came from the network.
	paramDocument = "document"
	// paramRenew is set if another token can be had.
	paramRenew = "renew"
)

func sameAuth(a, b runtime.Auth) bool { return a.Scheme == b.Scheme && maps.Equal(a.Params, b.Params) }

// Sign adds a credential to a request that does not carry it already: what the
// step gives comes first. Errors are of type [*runtime.ExchangeError], unless
// ctx ended.
func (p *Provider) Sign(ctx context.Context, auth runtime.Auth, req *http.Request, _ []byte) error {
	source, name := auth.Params[paramSource], auth.Params[paramName]
	if auth.Scheme != AuthScheme || source == "" {
		return refuse("the request to %s names no credential", req.URL.Host)
	}
	if origin := auth.Params[paramOrigin]; origin != "" && originOf(req.URL.String()) != origin {
		return refuse("the credential for %q of source %q belongs to %s and not to %s", name, source, origin, req.URL.Host)
	}
	if !p.mayReceive(req.URL) {
		e := refuse("the credential for %q of source %q would go to %s over clear text", name, source, req.URL.Host)
		e.Hint = "use the https address with --server, or permit it with --allow-http"
		return e
	}
	at := runtime.ParameterName{In: auth.Params[paramIn], Name: auth.Params[paramParameter]}
	if kind(auth.Params[paramKind]) != kindCertificate && carries(req, at) {
		return nil
	}
	c, err := p.find(ctx, source, name)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return refuse("the credential for %q of source %q cannot be had: %v", name, source, err)
	case c == nil:
		return refuse("the credential for %q of source %q is no longer there", name, source)
	}
	if !admits(c.Hosts, req.URL) {
		e := refuse("%s is none of the hosts that may receive the credential for %q of source %q", req.URL.Host, name, source)
		e.Hint = "the hosts are listed in " + c.Origin
		return e
	}
	value := ""
	switch kind(auth.Params[paramKind]) {
	case kindCertificate:
		return nil // the connection shows it
	case kindKey, kindVerbatim:
		value = c.Value
	case kindBearer:
		value = bearer(c)
	case kindBasic:
		user, password, ok := c.basic()
		if !ok {
			return refuse("the credential for %q of source %q is not of the form user:password", name, source)
		}
		value = "Basic " + encodeBasic(user, password)
	case kindOAuth:
		if value, err = p.token(ctx, auth, c); err != nil {
			return err
		}
	default:
		return refuse("the request to %s names a credential of an unknown kind", req.URL.Host)
	}
	if value == "" {
		return refuse("the credential for %q of source %q is no longer there", name, source)
	}
	put(req, at, value)
	return nil
}

// bearer returns the Authorization value of a bearer token. A value that begins
// with the name of the scheme is taken for the whole.
func bearer(c *Credential) string {
	token := c.Value
	if token == "" {
		token = c.Token
	}
	const name = "Bearer "
	if len(token) > len(name) && strings.EqualFold(token[:len(name)], name) {
		token = strings.TrimSpace(token[len(name):])
	}
	if token == "" {
		return ""
	}
	return name + token
}

// carries reports whether a request has the parameter.
func carries(req *http.Request, at runtime.ParameterName) bool {
	switch at.In {
	case "query":
		for _, pair := range strings.Split(req.URL.RawQuery, "&") {
			name, _, _ := strings.Cut(pair, "=")
			if decoded, err := url.QueryUnescape(name); err == nil && decoded == at.Name && pair != "" {
				return true
			}
		}
		return false
	case "cookie":
		return slices.ContainsFunc(req.Cookies(), func(c *http.Cookie) bool { return c.Name == at.Name })
	default:
		return len(req.Header.Values(at.Name)) > 0
	}
}

// put adds a parameter to a request.
func put(req *http.Request, at runtime.ParameterName, value string) {
	switch at.In {
	case "query":
		pair := escape(at.Name) + "=" + escape(value)
		changed := *req.URL
		if changed.RawQuery != "" {
			pair = changed.RawQuery + "&" + pair
		}
		changed.RawQuery = pair
		req.URL = &changed
	case "cookie":
		pair := at.Name + "=" + value
		if before := req.Header.Get("Cookie"); before != "" {
			pair = before + "; " + pair
		}
		req.Header.Set("Cookie", pair)
	default:
		req.Header.Set(at.Name, value)
	}
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// check says why a credential cannot be sent as it is, or returns "". It never
// quotes it.
func (s *status) check() string {
	c := s.credential
	value := c.get(FieldValue)
	switch s.kind {
	case kindBasic:
		user, password, ok := c.basic()
		switch {
		case !ok && c.Value == "":
			return "the user name holds a colon"
		case !ok:
			return "it is not of the form user:password"
		}
		value = user + password
	case kindBearer:
		value = bearer(c)
	case kindOAuth:
		value = c.Token + c.Value
	case kindKey:
		if s.at.In == "cookie" && (strings.ContainsAny(value, `;, "\`) || !isFieldName(s.at.Name)) {
			return "it holds a character that a cookie cannot have"
		}
	case kindVerbatim, kindCertificate:
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "it holds a line break or another control character"
	}
	return ""
}

// mayReceive reports whether secrets may go to a URL.
func (p *Provider) mayReceive(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (p.options.AllowHTTP || isLoopback(u.Hostname()))
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// originOf returns scheme, host and port of a URL, or "".
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme) + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), portOf(u))
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	default:
		return "80"
	}
}

// admits reports whether a list of hosts, with ports or without, holds that of a
// URL. An empty list holds all.
func admits(hosts []string, u *url.URL) bool {
	if len(hosts) == 0 {
		return true
	}
	return slices.ContainsFunc(hosts, func(host string) bool {
		return strings.EqualFold(host, u.Hostname()) || strings.EqualFold(host, net.JoinHostPort(u.Hostname(), portOf(u)))
	})
}

// refuse makes the failure of a request that is not sent.
func refuse(format string, args ...any) *runtime.ExchangeError {
	return &runtime.ExchangeError{Failure: runtime.Refused, Message: fmt.Sprintf(format, args...)}
}
