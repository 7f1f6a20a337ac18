package host_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// stranger is a document that was fetched.
const stranger = "https://stranger.test/w.yaml"

// world is a network of names and addresses on loopback: look-ups are answered
// from a list, in turn, and connections to any address end at a server. What was
// dialled is noted.
type world struct {
	names  map[string][]string
	server *httptest.Server

	mu      sync.Mutex
	lookups map[string]int
	dialled []string
	hits    []string
}

func newWorld(t *testing.T, names map[string][]string, handler http.HandlerFunc) *world {
	t.Helper()
	w := &world{names: names, lookups: map[string]int{}}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.hits = append(w.hits, r.Host+r.URL.Path)
		w.mu.Unlock()
		if handler != nil {
			handler(rw, r)
		}
	}))
	t.Cleanup(w.server.Close)
	return w
}

// LookupNetIP answers with the addresses of the next look-up, and the last ones
// for ever. The name "*" stands for those that are not listed.
func (w *world) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name = strings.ToLower(name)
	answers := w.names[name]
	if len(answers) == 0 {
		answers = w.names["*"]
	}
	if len(answers) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	answer := answers[min(w.lookups[name], len(answers)-1)]
	w.lookups[name]++
	var addrs []netip.Addr
	for text := range strings.SplitSeq(answer, " ") {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	return addrs, nil
}

func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	w.dialled = append(w.dialled, address)
	w.mu.Unlock()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, w.server.Listener.Addr().String())
	if err != nil {
		return nil, err
	}
	return &placed{conn, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address))}, nil
}

// placed is a connection that says it leads where it was dialled to.
type placed struct {
	net.Conn
	remote net.Addr
}

func (p *placed) RemoteAddr() net.Addr { return p.remote }

func (w *world) policy() *host.Policy {
	return &host.Policy{Resolver: w, Dial: w.dial, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }}
}

// exchange sends a GET and returns the rule by which it is refused, or "".
func exchange(t *testing.T, p *host.Policy, address string, why runtime.Reach, header ...runtime.Field) string {
	t.Helper()
	transport := &host.HTTP{Policy: p}
	defer transport.CloseIdleConnections()
	_, err := transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: address, Reach: why, Header: header})
	if err == nil {
		return ""
	}
	var ex *runtime.ExchangeError
	if !errors.As(err, &ex) || ex.Failure != runtime.Refused || ex.Rule == "" || ex.Message == "" {
		t.Fatalf("error is %#v, want a refusal", err)
	}
	if ex.Rule != host.RuleRedirectRefused && !strings.Contains(ex.Hint, "--allow-host") {
		t.Errorf("hint is %q", ex.Hint)
	}
	return ex.Rule
}

func pattern(t *testing.T, text string) host.Pattern {
	t.Helper()
	p, err := host.ParsePattern(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// specialAddresses are not public.
func specialAddresses() []string {
	return []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8",
		"169.254.169.254", "169.254.170.2", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
		"192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "100.100.100.200", "168.63.129.16",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
		"64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1",
		"fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "fd20:ce::254",
	}
}

func publicAddresses() []string {
	return []string{
		"1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
		"223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8",
	}
}

func TestAFetchedDocumentReachesPublicAddressesOnly(t *testing.T) {
	for _, form := range []string{"literal", "name"} {
		for _, addr := range append(specialAddresses(), publicAddresses()...) {
			w := newWorld(t, map[string][]string{"api.test": {addr}}, nil)
			name := "api.test"
			if form == "literal" {
				if name = addr; strings.Contains(addr, ":") {
					name = "[" + addr + "]"
				}
			}
			want := host.RulePrivateAddress
			for _, public := range publicAddresses() {
				if addr == public {
					want = ""
				}
			}
			if got := exchange(t, w.policy(), "http://"+name+"/", runtime.Reach{Document: stranger}); got != want {
				t.Errorf("%s as a %s: refused by %q, want %q", addr, form, got, want)
			}
			if want != "" && len(w.dialled) > 0 {
				t.Errorf("%s as a %s: dialled %q", addr, form, w.dialled)
			}
			w.server.Close()
		}
	}
}

// TestOtherSpellingsOfLoopbackAreJudgedByWhatTheyMean has a resolver that
// understands each of these as 127.0.0.1, as some do.
func TestOtherSpellingsOfLoopbackAreJudgedByWhatTheyMean(t *testing.T) {
	w := newWorld(t, map[string][]string{"*": {"127.0.0.1"}}, nil)
	for _, name := range []string{
		"localhost", "LocalHost", "localhost.", "any.localhost", "2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "127.0.1",
		"127.0.0.1.", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "①②⑦.⓪.⓪.①", "127。0。0。1", "ｌocalhost",
	} {
		if rule := exchange(t, w.policy(), "http://"+name+"/", runtime.Reach{Document: stranger}); rule != host.RulePrivateAddress {
			t.Errorf("%s: refused by %q", name, rule)
		}
	}
	if len(w.dialled) > 0 || len(w.hits) > 0 {
		t.Errorf("dialled %q, reached %q", w.dialled, w.hits)
	}
}

func TestDNSRebinding(t *testing.T) {
	t.Run("between the look-ups of one exchange and the next", func(t *testing.T) {
		w := newWorld(t, map[string][]string{"rebind.test": {"93.184.215.14", "127.0.0.1"}}, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Connection", "close")
		})
		p := w.policy()
		if rule := exchange(t, p, "http://rebind.test/one", runtime.Reach{Document: stranger}); rule != "" {
			t.Fatalf("refused by %s at first", rule)
		}
		if rule := exchange(t, p, "http://rebind.test/two", runtime.Reach{Document: stranger}); rule != host.RulePrivateAddress {
			t.Errorf("refused by %q afterwards", rule)
		}
		if len(w.hits) != 1 || len(w.dialled) != 1 || w.lookups["rebind.test"] != 2 {
			t.Errorf("hits %q, dialled %q, %d look-ups", w.hits, w.dialled, w.lookups["rebind.test"])
		}
	})
	t.Run("between the document and its requests", func(t *testing.T) {
		w := newWorld(t, map[string][]string{"rebind.test": {"93.184.215.14", "10.0.0.1"}}, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Connection", "close")
			_, _ = io.WriteString(rw, "arazzo: 1.0.1\n")
		})
		p := w.policy()
		// The transport speaks clear text, so the document is fetched as a request.
		if rule := exchange(t, p, "http://rebind.test/w.yaml", runtime.Reach{Document: "http://rebind.test/w.yaml"}); rule != "" {
			t.Fatalf("refused by %s at first", rule)
		}
		if rule := exchange(t, p, "http://rebind.test/admin", runtime.Reach{Document: "http://rebind.test/w.yaml"}); rule != host.RulePrivateAddress {
			t.Errorf("refused by %q afterwards", rule)
		}
	})
	t.Run("one address of several", func(t *testing.T) {
		w := newWorld(t, map[string][]string{"both.test": {"10.0.0.1 93.184.215.14 ::1"}}, nil)
		if rule := exchange(t, w.policy(), "http://both.test/", runtime.Reach{Document: stranger}); rule != "" {
			t.Errorf("refused by %s", rule)
		}
		if len(w.dialled) != 1 || w.dialled[0] != "93.184.215.14:80" {
			t.Errorf("dialled %q", w.dialled)
		}
	})
}

// TestConnectionsAreNotLent holds that a request which must not connect to an
// address does not come by a connection that another one has made.
func TestConnectionsAreNotLent(t *testing.T) {
	w := newWorld(t, map[string][]string{"api.test": {"10.0.0.1"}}, nil)
	transport := &host.HTTP{Policy: w.policy()}
	defer transport.CloseIdleConnections()
	send := func(why runtime.Reach) error {
		_, err := transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: "http://api.test/", Reach: why})
		return err
	}
	if err := send(runtime.Reach{}); err != nil {
		t.Fatal(err)
	}
	if err := send(runtime.Reach{Document: stranger}); err == nil {
		t.Error("the connection of a local document was lent to a fetched one")
	}
	if err := send(runtime.Reach{Document: stranger, Server: "http://api.test"}); err != nil {
		t.Errorf("the server that the user named is refused: %v", err)
	}
	if err := send(runtime.Reach{Document: stranger}); err == nil {
		t.Error("the connection to a server that the user named was lent")
	}
}

func TestWhatTheUserNamesMayBeAtAnyAddress(t *testing.T) {
	names := map[string][]string{"api.test": {"10.0.0.1"}, "b.corp.test": {"10.0.0.2"}, "metadata.test": {"169.254.169.254"}}
	tests := []struct {
		name    string
		address string
		why     runtime.Reach
		allow   []string
		named   []string
		want    string
	}{
		{"a server of the user", "http://api.test/x", runtime.Reach{Document: stranger, Server: "http://api.test/v1"}, nil, nil, ""},
		{"another port of it", "http://api.test:81/x", runtime.Reach{Document: stranger, Server: "http://api.test/v1"}, nil, nil, host.RulePrivateAddress},
		{"a host in a flag", "http://api.test/", runtime.Reach{Document: stranger}, nil, []string{"api.test"}, ""},
		{"a port in a flag", "http://api.test/", runtime.Reach{Document: stranger}, nil, []string{"api.test:81"}, host.RulePrivateAddress},
		{"an allowed host", "http://api.test/", runtime.Reach{Document: stranger}, []string{"api.test"}, nil, ""},
		{"an allowed address", "http://127.0.0.1/", runtime.Reach{Document: stranger}, []string{"127.0.0.1"}, nil, ""},
		{"a wildcard names nobody", "http://b.corp.test/", runtime.Reach{Document: stranger}, []string{"*.corp.test"}, nil, host.RulePrivateAddress},
		{"a document of the user", "http://api.test/", runtime.Reach{}, nil, nil, ""},
		{"a document of the user at loopback", "http://127.0.0.1/", runtime.Reach{}, nil, nil, ""},
		{"a document of the user at the metadata service", "http://169.254.169.254/", runtime.Reach{}, nil, nil, host.RulePrivateAddress},
		{"and by its name", "http://metadata.test/", runtime.Reach{}, nil, nil, host.RulePrivateAddress},
		{"and by IPv6", "http://[fd00:ec2::254]/", runtime.Reach{}, nil, nil, host.RulePrivateAddress},
		{"the metadata service of the user", "http://169.254.169.254/", runtime.Reach{Server: "http://169.254.169.254"}, nil, nil, ""},
		{"the server of the document", "http://127.0.0.1:8080/", runtime.Reach{Document: "http://127.0.0.1:8080/w.yaml"}, nil, nil, ""},
		{"the server of the document by another name", "http://localhost:8080/", runtime.Reach{Document: "http://127.0.0.1:8080/w.yaml"}, nil, nil, host.RulePrivateAddress},
		{"another port of the server of the document", "http://127.0.0.1:8081/", runtime.Reach{Document: "http://127.0.0.1:8080/w.yaml"}, nil, nil, host.RulePrivateAddress},
		{"the name of the server of the document", "http://api.test/", runtime.Reach{Document: "http://api.test/w.yaml"}, nil, nil, host.RulePrivateAddress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, names, nil)
			p := w.policy()
			for _, text := range tt.allow {
				p.Allow = append(p.Allow, pattern(t, text))
			}
			for _, text := range tt.named {
				p.Named = append(p.Named, pattern(t, text))
			}
			if got := exchange(t, p, tt.address, tt.why); got != tt.want {
				t.Errorf("refused by %q, want %q", got, tt.want)
			}
			if reached := len(w.hits) > 0; reached != (tt.want == "") {
				t.Errorf("reached %q", w.hits)
			}
		})
	}
}

func TestOnlyAllowedHostsAreReached(t *testing.T) {
	public := []string{"93.184.215.14"}
	names := map[string][]string{"api.test": public, "a.api.test": public, "b.a.api.test": public, "evilapi.test": public, "other.test": public}
	tests := []struct {
		allow, address string
		header         []runtime.Field
		want           bool
	}{
		{"api.test", "http://api.test/", nil, true},
		{"API.test", "http://Api.Test/", nil, true},
		{"api.test", "http://api.test:8080/", nil, true},
		{"api.test:8080", "http://api.test:8080/", nil, true},
		{"api.test:80", "http://api.test/", nil, true},
		{"api.test:8080", "http://api.test/", nil, false},
		{"api.test", "http://a.api.test/", nil, false},
		{"api.test", "http://api.test.other.test/", nil, false},
		{"api.test", "http://other.test/?api.test", nil, false},
		{"api.test", "http://api.test@other.test/", nil, false},
		{"*.api.test", "http://a.api.test/", nil, true},
		{"*.api.test", "http://b.a.api.test/", nil, true},
		{"*.api.test", "http://api.test/", nil, false},
		{"*.api.test", "http://evilapi.test/", nil, false},
		{"*.api.test:81", "http://a.api.test:81/", nil, true},
		{"*.api.test:81", "http://a.api.test/", nil, false},
		{"[::1]:80", "http://[::1]/", nil, true},
		{"::1", "http://[0:0::1]/", nil, true},
		{"127.0.0.1", "http://[::ffff:127.0.0.1]/", nil, true},
		{"127.0.0.1", "http://localhost/", nil, false},
		{"api.test", "http://api.test/", []runtime.Field{{Name: "Host", Value: "other.test"}}, false},
		{"api.test", "http://api.test/", []runtime.Field{{Name: "Host", Value: "API.TEST:80"}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.allow+" "+tt.address, func(t *testing.T) {
			w := newWorld(t, names, nil)
			p := w.policy()
			p.Allow = []host.Pattern{pattern(t, tt.allow)}
			rule := exchange(t, p, tt.address, runtime.Reach{}, tt.header...)
			if (rule == "") != tt.want || rule != "" && rule != host.RuleHostNotAllowed {
				t.Errorf("refused by %q, want to reach it: %t", rule, tt.want)
			}
			if reached := len(w.hits) > 0; reached != tt.want {
				t.Errorf("reached %q", w.hits)
			}
		})
	}
}

func TestPatternsThatNameNoHost(t *testing.T) {
	for _, text := range []string{
		"", "*", "*.", "*.*.test", "a.*.test", "https://api.test", "api.test/", "api.test:", "api.test:0", "api.test:http", "api.test:65536",
		"a b", "a..b", "-.test:x", "user@api.test", "bücher.test", "[api.test]", "[*.test]:1", "fe80::1%lo", "[fe80::1%lo]:1", "[::1", "::1]:80", "*.127.0.0.1/8", strings.Repeat("a", 64) + ".test",
	} {
		if p, err := host.ParsePattern(text); err == nil {
			t.Errorf("%q names %s", text, p)
		}
	}
	for _, text := range []string{"api.test", "api.test:81", "*.api.test", "127.0.0.1", "127.0.0.1:80", "::1", "[::1]:80", "a_b.test", "localhost"} {
		if p := pattern(t, text); p.String() != text {
			t.Errorf("%q is written as %q", text, p)
		}
	}
}

func TestRedirectsDoNotLeadToPrivateAddresses(t *testing.T) {
	public := "93.184.215.14"
	names := map[string][]string{"api.test": {public}, "inner.test": {"10.0.0.1"}, "loop.test": {"127.0.0.1"}, "other.test": {public}}
	tests := []struct {
		name, to string
		why      runtime.Reach
		named    string
		want     string
	}{
		{"to another public host", "http://other.test/end", runtime.Reach{}, "", ""},
		{"to a private name", "http://inner.test/end", runtime.Reach{}, "", host.RulePrivateAddress},
		{"to a loopback name", "http://loop.test/end", runtime.Reach{}, "", host.RulePrivateAddress},
		{"to a loopback address", "http://127.0.0.1/end", runtime.Reach{}, "", host.RulePrivateAddress},
		{"to localhost", "http://localhost/end", runtime.Reach{}, "", host.RulePrivateAddress},
		{"to the metadata service", "http://169.254.169.254/end", runtime.Reach{}, "", host.RulePrivateAddress},
		{"to a private host that the user named", "http://inner.test/end", runtime.Reach{}, "inner.test", ""},
		{"for a fetched document", "http://127.0.0.1/end", runtime.Reach{Document: stranger}, "", host.RulePrivateAddress},
		{"back to the server of a document", "http://127.0.0.1/end", runtime.Reach{Document: "http://127.0.0.1/w.yaml"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, names, func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/start" {
					http.Redirect(rw, r, tt.to, http.StatusFound)
				}
			})
			p := w.policy()
			if tt.named != "" {
				p.Named = []host.Pattern{pattern(t, tt.named)}
			}
			if got := exchange(t, p, "http://api.test/start", tt.why); got != tt.want {
				t.Errorf("refused by %q, want %q", got, tt.want)
			}
			if arrived := len(w.hits) == 2; arrived != (tt.want == "") {
				t.Errorf("hits %q", w.hits)
			}
		})
	}
	t.Run("from one private address to another", func(t *testing.T) {
		w := newWorld(t, names, func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/start" {
				http.Redirect(rw, r, "http://loop.test/end", http.StatusFound)
			}
		})
		if rule := exchange(t, w.policy(), "http://inner.test/start", runtime.Reach{}); rule != "" {
			t.Errorf("refused by %s", rule)
		}
	})
	t.Run("to a host that is not allowed", func(t *testing.T) {
		w := newWorld(t, names, func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "http://other.test/end", http.StatusFound)
		})
		p := w.policy()
		p.Allow = []host.Pattern{pattern(t, "api.test")}
		if rule := exchange(t, p, "http://api.test/start", runtime.Reach{}); rule != host.RuleHostNotAllowed || len(w.hits) != 1 {
			t.Errorf("refused by %q after %q", rule, w.hits)
		}
	})
}

// TestAProxyDoesNotReachForStrangers runs a proxy on loopback that would connect
// to whatever it is asked for.
func TestAProxyDoesNotReachForStrangers(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.URL.String()) }))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	policy := func(allow ...string) *host.Policy {
		p := &host.Policy{Proxy: func(*http.Request) (*url.URL, error) { return through, nil }}
		for _, a := range allow {
			p.Allow = append(p.Allow, pattern(t, a))
		}
		return p
	}
	tests := []struct {
		name    string
		policy  *host.Policy
		address string
		why     runtime.Reach
		want    string
	}{
		{"a fetched document", policy(), "http://api.test/", runtime.Reach{Document: stranger}, host.RuleUnverifiedAddress},
		{"the server of a fetched document", policy(), "http://stranger.test/", runtime.Reach{Document: "http://stranger.test/w.yaml"}, host.RuleUnverifiedAddress},
		{"a host that the user named", policy("api.test"), "http://api.test/", runtime.Reach{Document: stranger}, ""},
		{"a document of the user", policy(), "http://api.test/", runtime.Reach{}, ""},
		{"a document of the user at the metadata service", policy(), "http://169.254.169.254/", runtime.Reach{}, host.RulePrivateAddress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked = nil
			if got := exchange(t, tt.policy, tt.address, tt.why); got != tt.want {
				t.Errorf("refused by %q, want %q", got, tt.want)
			}
			if got := len(asked) > 0; got != (tt.want == "") {
				t.Errorf("the proxy was asked for %q", asked)
			}
		})
	}
}

func TestRoundTripperServesOtherClients(t *testing.T) {
	names := map[string][]string{"token.test": {"93.184.215.14"}, "inner.test": {"10.0.0.1"}, "other.test": {"93.184.215.14"}}
	var header http.Header
	w := newWorld(t, names, func(rw http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(rw, r, to, http.StatusTemporaryRedirect)
			return
		}
		header = r.Header
	})
	client := func(why runtime.Reach) *http.Client { return &http.Client{Transport: w.policy().RoundTripper(why)} }
	post := func(address string, why runtime.Reach) string {
		resp, err := client(why).Post(address, "application/x-www-form-urlencoded", strings.NewReader("client_secret=s3cret"))
		if err != nil {
			var d *diag.Diagnostic
			if !errors.As(err, &d) {
				t.Fatal(err)
			}
			return d.Rule
		}
		_ = resp.Body.Close()
		return ""
	}
	if rule := post("http://token.test/token", runtime.Reach{Document: stranger}); rule != "" {
		t.Errorf("refused by %s", rule)
	}
	if rule := post("http://inner.test/token", runtime.Reach{Document: stranger}); rule != host.RulePrivateAddress {
		t.Errorf("refused by %q, want a private address", rule)
	}
	if rule := post("http://token.test/token?to=http://other.test/", runtime.Reach{}); rule != host.RuleRedirectRefused {
		t.Errorf("refused by %q, want a redirect", rule)
	}
	if rule := post("http://token.test/token?to=/elsewhere", runtime.Reach{}); rule != "" {
		t.Errorf("refused by %s within the origin", rule)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", "http://token.test/keys?to=http://other.test/", http.NoBody)
	req.Header.Set("X-Secret-Key", "s3cret")
	resp, err := client(runtime.Reach{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if header.Get("Referer") != "" || header.Get("X-Secret-Key") != "" {
		t.Errorf("another host sees %v", header)
	}
}

func TestTheFirstAddressThatAnswersIsTaken(t *testing.T) {
	w := newWorld(t, map[string][]string{"api.test": {"2606:4700::1 2606:4700::2 93.184.215.14"}}, nil)
	p := w.policy()
	p.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		switch address {
		case "[2606:4700::1]:80":
			return nil, errors.New("no route")
		case "[2606:4700::2]:80":
			<-ctx.Done() // never answers
			return nil, ctx.Err()
		}
		return w.dial(ctx, network, address)
	}
	if rule := exchange(t, p, "http://api.test/", runtime.Reach{Document: stranger}); rule != "" || len(w.hits) != 1 {
		t.Errorf("refused by %q, hits %q", rule, w.hits)
	}
}

// fetch fetches a document and returns the rule by which it is refused, "" if it
// is not, or "error" for another failure.
func fetch(t *testing.T, f *host.Fetcher, want arazzo.FetchRequest) (string, *arazzo.Fetched) {
	t.Helper()
	got, err := f.Fetch(t.Context(), want)
	var d *diag.Diagnostic
	switch {
	case err == nil:
		return "", got
	case errors.As(err, &d):
		if d.Message == "" || d.Hint == "" && d.Rule != host.RuleRedirectRefused {
			t.Errorf("%+v", d)
		}
		return d.Rule, nil
	default:
		return fmt.Sprint("error: ", err), nil
	}
}
