package host

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// The rule ids of refusals.
const (
	// RuleHostNotAllowed: the host is none of those that may be reached.
	RuleHostNotAllowed = "host-not-allowed"
	// RulePrivateAddress: the host is at an address that is not public, and those
	// who name it may not reach such.
	RulePrivateAddress = "private-address"
	// RuleUnverifiedAddress: a proxy stands between, so that nobody can tell at
	// which address the host is.
	RuleUnverifiedAddress = "unverified-address"
	// RuleRedirectRefused: a server sends a request where it must not go.
	RuleRedirectRefused = "redirect-refused"
	// RuleOffline: no document is to be fetched.
	RuleOffline = "offline"
	// RuleReferenceNotPermitted: a document refers to one at another host.
	RuleReferenceNotPermitted = "reference-not-permitted"
)

// Policy says which hosts may be reached, and is the one place that decides it:
// [Fetcher] asks it about documents, [HTTP] about the requests of a run, and its
// [Policy.RoundTripper] carries what else has to be sent, such as the requests
// for tokens. One Policy should serve all of them.
//
// Who names a host decides how far it is trusted:
//
//   - What the user names (Allow, Named, [runtime.Reach.Server], the location of
//     a document) may be at any address.
//   - What a document on the user's machine names may be at any address but
//     those at which clouds hand out credentials.
//   - What a fetched document names must be at a public address. The server from
//     which the document came is the exception, at the address at which it was.
//   - What the reply of a server names (a redirect) must be at a public address,
//     unless that server is not at one itself.
//
// Addresses are judged when a connection is made, after the name was resolved,
// so that no spelling and no change of the answer from look-up to look-up gets
// around them. A proxy from the environment resolves names by itself: what a
// fetched document names is then reached only if the user names the host too.
//
// A refusal is an error of type [*diag.Diagnostic] that says which host, why, and
// what permits it. The zero value allows all hosts, as far as the above does. A
// Policy is safe for concurrent use; its fields must not be changed after the
// first use, and it must not be copied.
type Policy struct {
	// Allow are the only hosts that may be reached. Empty: any. An entry without a
	// wildcard also names the host, as Named does.
	Allow []Pattern
	// Named are hosts that the user names in another way, such as the server of an
	// API.
	Named []Pattern
	// Offline keeps documents from being fetched, wherever they are. Requests of
	// the run are none of them.
	Offline bool

	// Resolver finds the addresses of a name. Nil: net.DefaultResolver.
	Resolver Resolver
	// Dial connects to an address that was judged, such as "192.0.2.1:443". Nil: a
	// net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy says through which proxy a request goes. Nil: as the environment says
	// (http.ProxyFromEnvironment).
	Proxy func(*http.Request) (*url.URL, error)
	// TLS is the configuration of TLS clients. Nil: the default.
	TLS *tls.Config

	mu         sync.Mutex
	transports map[poolKey]*http.Transport
	// origins are addresses that are not public, from which documents came, by
	// host and port.
	origins map[string][]netip.Addr
}

// Resolver finds the addresses of a host name. [*net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// reach is which addresses a connection may be made to.
type reach int

const (
	// anywhere: the user named the host.
	anywhere reach = iota
	// local: a document on the user's machine named it.
	local
	// origin: a fetched document came from it.
	origin
	// public: nobody whom the user trusts named it.
	public
)

// Permit reports whether a request may go to a URL, as far as that can be told
// without resolving its host. Nil: it may.
func (p *Policy) Permit(address string, why runtime.Reach) *diag.Diagnostic {
	u, err := url.Parse(address)
	if err != nil {
		return &diag.Diagnostic{Rule: "invalid-server", Message: "the address of the server is no URL"}
	}
	_, refusal := p.judge(u, why, nil)
	return refusal
}

// judge decides how far a connection for a URL may reach. The reply is the one
// that redirects the request, if it is redirected.
func (p *Policy) judge(u *url.URL, why runtime.Reach, reply *http.Response) (reach, *diag.Diagnostic) {
	if refusal := p.allows(u); refusal != nil {
		return public, refusal
	}
	if p.named(u) {
		return anywhere, nil
	}
	if why.Server != "" {
		if server, ok := ServerPattern(why.Server); ok && server.matches(u) {
			return anywhere, nil
		}
	}
	within := public
	if why.Document == "" {
		if reply == nil || p.trusted(u, reply) {
			within = local
		}
	} else if document, err := url.Parse(why.Document); err == nil && sameOrigin(u, document) {
		within = origin
	}
	return within, p.judgeName(within, u, word{why, reply != nil})
}

// allows refuses hosts that are not on the list, if there is one.
func (p *Policy) allows(u *url.URL) *diag.Diagnostic {
	if len(p.Allow) == 0 || slices.ContainsFunc(p.Allow, func(a Pattern) bool { return a.matches(u) }) {
		return nil
	}
	return &diag.Diagnostic{
		Rule:    RuleHostNotAllowed,
		Message: fmt.Sprintf("%s is none of the hosts that may be reached", u.Host),
		Hint:    "permit it too with --allow-host " + u.Host,
	}
}

// named reports whether the user named the very host.
func (p *Policy) named(u *url.URL) bool {
	exactly := func(a Pattern) bool { return a.exactly(u) }
	return slices.ContainsFunc(p.Allow, exactly) || slices.ContainsFunc(p.Named, exactly)
}

// trusted reports whether a reply may send a request, made for a document on
// the user's machine, to an address that is not public: within its origin it may
// always, and elsewhere if it came from such an address itself.
func (p *Policy) trusted(u *url.URL, reply *http.Response) bool {
	if reply.Request == nil {
		return false
	}
	if sameOrigin(u, reply.Request.URL) {
		return true
	}
	from := p.peerOf(reply)
	return from.IsValid() && !isPublic(from)
}

// judgeName refuses what can be told from the name alone. Everything else waits
// for the addresses of the name.
func (p *Policy) judgeName(within reach, u *url.URL, by word) *diag.Diagnostic {
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && !p.admits(within, u.Hostname(), portOf(u), addr) {
		return private(u.Host, addr, by)
	}
	if within == public && isLocalhost(u.Hostname()) {
		return private(u.Host, netip.MustParseAddr("127.0.0.1"), by)
	}
	if by.why.Document != "" && p.proxied(u) {
		return &diag.Diagnostic{
			Rule: RuleUnverifiedAddress,
			Message: fmt.Sprintf("%s would be reached through a proxy, where a document that was fetched (%s) may only reach hosts that are named",
				u.Host, withoutQuery(by.why.Document)),
			Hint: "name all hosts that may be reached with --allow-host, such as --allow-host " + u.Host,
		}
	}
	return nil
}

// proxied reports whether requests for a URL go through a proxy.
func (p *Policy) proxied(u *url.URL) bool {
	through, err := p.proxy()(&http.Request{URL: u})
	return err == nil && through != nil
}

func (p *Policy) proxy() func(*http.Request) (*url.URL, error) {
	if p.Proxy != nil {
		return p.Proxy
	}
	return http.ProxyFromEnvironment
}

// admits reports whether a connection may be made to an address.
func (p *Policy) admits(within reach, host, port string, addr netip.Addr) bool {
	addr = addr.Unmap()
	if isLocalhost(host) && !addr.IsLoopback() {
		return false
	}
	switch within {
	case anywhere:
		return true
	case local:
		return !isMetadata(addr)
	case origin:
		if isPublic(addr) || isLoopback(host) {
			return true
		}
		_, err := netip.ParseAddr(host)
		return err == nil && !isMetadata(addr) || p.cameFrom(host, port, addr)
	default:
		return isPublic(addr)
	}
}

// note remembers that a document came from an address that is not public.
func (p *Policy) note(u *url.URL, addr netip.Addr) {
	if !addr.IsValid() || isPublic(addr) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.origins == nil {
		p.origins = make(map[string][]netip.Addr)
	}
	key := net.JoinHostPort(hostName(u), portOf(u))
	if known := p.origins[key]; !slices.Contains(known, addr) {
		p.origins[key] = append(known, addr)
	}
}

// cameFrom reports whether a document came from an address under a name.
func (p *Policy) cameFrom(host, port string, addr netip.Addr) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.origins[net.JoinHostPort(canonicalName(host), port)], addr)
}

// private refuses an address.
func private(host string, addr netip.Addr, by word) *diag.Diagnostic {
	d := &diag.Diagnostic{Rule: RulePrivateAddress, Hint: "if it may be reached, name it with --allow-host " + host}
	kind := "no public address"
	if isMetadata(addr) {
		kind = "an address where clouds hand out credentials"
	}
	is := fmt.Sprintf("%s is %s", host, kind)
	if name, _, err := net.SplitHostPort(host); err != nil || name != addr.String() {
		if bare := strings.Trim(host, "[]"); bare != addr.String() {
			is = fmt.Sprintf("%s is at %s, %s", host, addr, kind)
		}
	}
	switch {
	case by.redirected:
		d.Message = is + ", and a redirect must not lead there"
	case by.why.Document != "":
		d.Message = fmt.Sprintf("%s, and %s, which names it, was fetched", is, withoutQuery(by.why.Document))
		d.Hint += ", or as a server with --server"
	default:
		d.Message = is
	}
	return d
}

// withoutQuery shortens a URL to what is safe to show.
func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "a URL"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// refusalOf returns the refusal in an error, or nil.
func refusalOf(err error) *diag.Diagnostic {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return d
	}
	return nil
}
