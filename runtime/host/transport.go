package host

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxHeader bounds the header of a reply, in bytes.
const maxHeader = 1 << 20

// RoundTripper returns a transport whose requests go only where the policy lets
// them, made on the word that why says: the zero value for a destination that
// the user or a document of his named. Redirects that an http.Client follows
// with it are judged one by one: they carry neither a Referer nor, elsewhere, what
// looks like a credential, and a body never goes elsewhere. It serves all that has to be sent beside the
// requests of a run, such as those for tokens; set Document to the URL of the
// description that names the token endpoint if that was fetched.
func (p *Policy) RoundTripper(why runtime.Reach) TLSTransport {
	return roundTripper{policy: p, why: why}
}

// roundTripper sends requests under a policy.
type roundTripper struct {
	policy *Policy
	why    runtime.Reach
	// base takes the place of the policy's own transports, if it is not nil.
	// Addresses are then judged by their text alone.
	base http.RoundTripper
	// tls is the configuration of TLS connections. Nil: that of the policy.
	tls *tls.Config
	// written is called when the header of a request was sent. It may be nil.
	written func()
}

// TLSTransport is a transport that can be had with another configuration of its
// TLS connections, such as one with a client certificate. What comes of
// [Policy.RoundTripper] is one, and so is the base of a [Connector] unless
// HTTP.Base is set.
type TLSTransport interface {
	http.RoundTripper
	// WithTLS returns a transport under the same policy. Connections are shared by
	// those for which the pointer is the same; the configuration must not be
	// changed afterwards.
	WithTLS(config *tls.Config) http.RoundTripper
}

var _ TLSTransport = roundTripper{}

// WithTLS implements [TLSTransport].
func (t roundTripper) WithTLS(config *tls.Config) http.RoundTripper {
	t.tls = config
	return t
}

// poolKey tells apart connections that must not be shared.
type poolKey struct {
	within reach
	tls    *tls.Config
}

// passageKey is the key of a context under which a request has its passage.
type passageKey struct{}

// passage is one request on its way: who named its host, and the address to which
// it went, which is that of a proxy if there is one.
type passage struct {
	by   word
	peer netip.Addr
}

// word says who has named the host of a request.
type word struct {
	why runtime.Reach
	// redirected: a server did.
	redirected bool
}

// RoundTrip judges a request, and sends it.
func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	within, refusal := t.policy.judge(req.URL, t.why, req.Response)
	if refusal == nil {
		refusal = t.policy.allowsSite(req)
	}
	if refusal == nil && req.Response != nil {
		refusal = redirectable(req)
	}
	if refusal != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, refusal
	}
	way := &passage{by: word{t.why, req.Response != nil}}
	ctx := context.WithValue(req.Context(), passageKey{}, way)
	trace := &httptrace.ClientTrace{}
	if t.written != nil {
		trace.WroteHeaders = t.written
	}
	base := t.base
	if base == nil {
		trace.GotConn = func(c httptrace.GotConnInfo) { way.peer = addressOf(c.Conn) }
		if within == public && t.why.Document == "" && t.policy.proxied(req.URL) {
			within = local // a redirect through a proxy, which decides where it leads
		}
		base = t.policy.transport(within, t.tls)
	}
	ctx = httptrace.WithClientTrace(ctx, trace)
	sent := req.WithContext(ctx)
	if req.Response != nil {
		sent = redirected(sent)
	}
	resp, err := base.RoundTrip(sent)
	if resp != nil {
		resp.Request = sent
	}
	return resp, err
}

// allowsSite refuses a Host field that leads to another site of the server, if
// that site is none of the hosts that may be reached.
func (p *Policy) allowsSite(req *http.Request) *diag.Diagnostic {
	if req.Host == "" || req.Host == req.URL.Host {
		return nil
	}
	site := *req.URL
	site.Host = req.Host
	if site.Port() == "" {
		site.Host = net.JoinHostPort(site.Hostname(), portOf(req.URL))
	}
	return p.allows(&site)
}

// redirectable refuses redirects that an http.Client follows and that would hand
// on what they must not: the body of a request, or anything in clear text that
// was encrypted before.
func redirectable(req *http.Request) *diag.Diagnostic {
	from := req.Response.Request
	if from == nil || sameOrigin(from.URL, req.URL) {
		return nil
	}
	reason := ""
	switch {
	case from.URL.Scheme == "https" && req.URL.Scheme != "https":
		reason = "to clear text"
	case req.Method != http.MethodGet && req.Method != http.MethodHead || req.Body != nil && req.Body != http.NoBody:
		reason = "with what was sent"
	default:
		return nil
	}
	return &diag.Diagnostic{
		Rule:    RuleRedirectRefused,
		Message: fmt.Sprintf("%s redirects to %s %s, which is not followed", from.URL.Host, req.URL.Host, reason),
	}
}

// redirected takes out of a redirected request what no server needs to know of
// another one.
func redirected(req *http.Request) *http.Request {
	from := req.Response.Request
	if from == nil {
		return req
	}
	clean := req.Clone(req.Context())
	clean.Header.Del("Referer")
	if !sameOrigin(from.URL, req.URL) {
		dropCredentials(clean.Header, nil)
	}
	return clean
}

// peerOf returns the address from which a reply came, if it is known.
func (p *Policy) peerOf(resp *http.Response) netip.Addr {
	way, ok := resp.Request.Context().Value(passageKey{}).(*passage)
	if ok && way.peer.IsValid() && !p.proxied(resp.Request.URL) {
		return way.peer
	}
	addr, err := netip.ParseAddr(resp.Request.URL.Hostname())
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap()
}

func addressOf(conn net.Conn) netip.Addr {
	if conn == nil || conn.RemoteAddr() == nil {
		return netip.Addr{}
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	addr, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return addr.Addr().Unmap()
}

// transport returns the transport for connections of one reach. Each reach has
// one of its own, so that no request comes by a connection that it would not
// have been allowed to make.
func (p *Policy) transport(within reach, config *tls.Config) *http.Transport {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := poolKey{within, config}
	if t := p.transports[key]; t != nil {
		return t
	}
	t := &http.Transport{}
	if std, ok := http.DefaultTransport.(*http.Transport); ok {
		t = std.Clone()
	}
	t.MaxIdleConnsPerHost = 64
	t.MaxResponseHeaderBytes = maxHeader
	t.ForceAttemptHTTP2 = true
	t.DialTLSContext = nil
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return p.connect(ctx, within, network, address)
	}
	t.Proxy = nil
	if within == anywhere || within == local {
		t.Proxy = p.proxy()
	}
	if config == nil {
		config = p.TLS
	}
	if config != nil {
		t.TLSClientConfig = config.Clone()
	}
	if p.transports == nil {
		p.transports = make(map[poolKey]*http.Transport)
	}
	p.transports[key] = t
	return t
}

// CloseIdleConnections closes connections that are kept open for reuse.
func (p *Policy) CloseIdleConnections() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.transports {
		t.CloseIdleConnections()
	}
}
