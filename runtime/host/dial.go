package host

import (
	"context"
	"net"
	"net/netip"
	"time"
)

const (
	dialTimeout = 30 * time.Second
	// dialHeadStart is how long an address may take before the next one is tried
	// beside it (RFC 8305, 5).
	dialHeadStart = 250 * time.Millisecond
	// maxAddresses bounds the addresses of one name that are tried.
	maxAddresses = 16
)

// connect resolves a host, judges each of its addresses, and connects to the
// first that answers among those that may be reached.
func (p *Policy) connect(ctx context.Context, within reach, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs, err := p.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var admitted []string
	for _, addr := range addrs {
		if p.admits(within, host, port, addr) && len(admitted) < maxAddresses {
			admitted = append(admitted, net.JoinHostPort(addr.String(), port))
		}
	}
	if len(admitted) == 0 {
		var by word
		if way, ok := ctx.Value(passageKey{}).(*passage); ok {
			by = way.by
		}
		return nil, private(net.JoinHostPort(host, port), addrs[0], by)
	}
	return p.race(ctx, network, admitted)
}

// resolve returns the addresses of a host, at least one if there is no error.
func (p *Policy) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	var resolver Resolver = net.DefaultResolver
	if p.Resolver != nil {
		resolver = p.Resolver
	}
	addrs, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	return addrs, nil
}

// race connects to the first address that answers. Each gets a head start on the
// next one.
func (p *Policy) race(ctx context.Context, network string, addresses []string) (net.Conn, error) {
	dial := p.Dial
	if dial == nil {
		dial = (&net.Dialer{KeepAlive: dialTimeout}).DialContext
	}
	if len(addresses) == 1 {
		return dial(ctx, network, addresses[0])
	}
	type attempt struct {
		conn net.Conn
		err  error
	}
	attempts := make(chan attempt, len(addresses))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, pending := 0, 0
	var first error
	for {
		var head <-chan time.Time
		if next < len(addresses) {
			address := addresses[next]
			go func() {
				conn, err := dial(ctx, network, address)
				attempts <- attempt{conn, err}
			}()
			next, pending = next+1, pending+1
			if next < len(addresses) {
				head = time.After(dialHeadStart)
			}
		}
		select {
		case <-head:
			continue
		case a := <-attempts:
			pending--
			if a.err == nil {
				go func() {
					for range pending {
						if late := <-attempts; late.conn != nil {
							_ = late.conn.Close()
						}
					}
				}()
				return a.conn, nil
			}
			if first == nil {
				first = a.err
			}
			if pending == 0 && next == len(addresses) {
				return nil, first
			}
		}
	}
}
