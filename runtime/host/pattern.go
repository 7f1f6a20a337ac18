package host

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Pattern names hosts: one, with any port or with one, or all below a domain.
// The zero value names none. Get one from [ParsePattern] or [ServerPattern].
type Pattern struct {
	// name is a host name in lower case, the text of an address, or the domain
	// of a wildcard.
	name     string
	port     string
	wildcard bool
}

// ParsePattern reads "api.example.com", "api.example.com:8443", "127.0.0.1",
// "[::1]:8080" or "*.example.com". A wildcard stands for any host below the
// domain, and not for the domain itself. A name in another script is written in
// its ASCII form ("xn--…").
func ParsePattern(text string) (Pattern, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return addressPattern(addr, "")
	}
	name, port := text, ""
	bracketed := strings.HasPrefix(text, "[")
	if bracketed && strings.HasSuffix(text, "]") {
		name = text[1 : len(text)-1]
	} else if strings.Contains(text, ":") {
		var err error
		if name, port, err = net.SplitHostPort(text); err != nil || strings.Contains(text, "/") {
			return Pattern{}, errors.New("want a host, such as api.example.com, api.example.com:8443 or *.example.com, and no URL")
		}
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return Pattern{}, errors.New("the port is no number from 1 to 65535")
		}
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return addressPattern(addr, port)
	} else if bracketed {
		return Pattern{}, errors.New("between brackets stands an IPv6 address")
	}
	p := Pattern{name: canonicalName(name), port: port}
	if rest, ok := strings.CutPrefix(p.name, "*."); ok {
		p.name, p.wildcard = rest, true
	}
	if !isHostName(p.name) {
		return Pattern{}, errors.New("want a host, such as api.example.com, api.example.com:8443 or *.example.com")
	}
	return p, nil
}

func addressPattern(addr netip.Addr, port string) (Pattern, error) {
	if addr.Zone() != "" {
		return Pattern{}, errors.New("an address with a zone cannot be named")
	}
	return Pattern{name: addr.Unmap().String(), port: port}, nil
}

// ServerPattern names the host and the port of an http or https URL, and
// reports whether it is one.
func ServerPattern(address string) (Pattern, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Pattern{}, false
	}
	return Pattern{name: hostName(u), port: portOf(u)}, true
}

// String returns the pattern as [ParsePattern] reads it.
func (p Pattern) String() string {
	name := p.name
	if p.wildcard {
		name = "*." + name
	}
	switch {
	case p.port != "":
		return net.JoinHostPort(name, p.port)
	default:
		return name
	}
}

// matches reports whether a URL's host is one that the pattern names.
func (p Pattern) matches(u *url.URL) bool {
	if p.name == "" || p.port != "" && p.port != portOf(u) {
		return false
	}
	name := hostName(u)
	if p.wildcard {
		rest, below := strings.CutSuffix(name, "."+p.name)
		return below && isHostName(rest)
	}
	return name == p.name
}

// exactly is matches for patterns that name one host. A wildcard names hosts
// that the user has never heard of.
func (p Pattern) exactly(u *url.URL) bool { return !p.wildcard && p.matches(u) }

// hostName returns the host of a URL in one spelling.
func hostName(u *url.URL) string {
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		return addr.Unmap().String()
	}
	return canonicalName(u.Hostname())
}

// isHostName reports whether a text has the form of a host name. Underscores
// occur in practice.
func isHostName(text string) bool {
	if text == "" || len(text) > 253 {
		return false
	}
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}
