package host

import (
	"net/netip"
	"slices"
	"strings"
)

// isLoopback reports whether a host is this machine, by its name or address and
// without asking anybody.
func isLoopback(host string) bool {
	if isLocalhost(host) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// isLocalhost reports whether a name is reserved for loopback (RFC 6761, 6.3).
func isLocalhost(host string) bool {
	host = canonicalName(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// canonicalName writes a host name in lower case and without its final dot.
func canonicalName(host string) string {
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// isPublic reports whether an address belongs to the public internet: it is
// global unicast, and neither private, loopback, link-local, shared, reserved,
// for documentation or benchmarks, nor an IPv6 form of an IPv4 address that is
// any of these. The lists are those of the IANA special-purpose registries
// (RFC 6890), where they say that an address is not globally reachable.
func isPublic(addr netip.Addr) bool {
	addr = embedded(addr.Unmap())
	if addr.Zone() != "" || isMetadata(addr) {
		return false
	}
	if addr.Is4() {
		return !within(addr, specialIPv4())
	}
	return globalUnicast().Contains(addr) && !within(addr, specialIPv6())
}

// isMetadata reports whether machines in a cloud find a service at an address
// that hands out their credentials: AWS, Azure, Google, Alibaba and others. No
// API is there that a workflow means.
func isMetadata(addr netip.Addr) bool {
	addr = embedded(addr.Unmap())
	if addr.Is4() && addr.IsLinkLocalUnicast() {
		return true
	}
	return slices.ContainsFunc([]string{
		"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
	}, func(known string) bool { return addr.WithZone("") == netip.MustParseAddr(known) })
}

// embedded returns the IPv4 address to which a translator forwards what is sent
// to an IPv6 address (RFC 6052, the well-known prefix), else the address itself.
func embedded(addr netip.Addr) netip.Addr {
	if !netip.MustParsePrefix("64:ff9b::/96").Contains(addr) {
		return addr
	}
	bytes := addr.As16()
	return netip.AddrFrom4([4]byte(bytes[12:]))
}

func within(addr netip.Addr, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		return netip.MustParsePrefix(prefix).Contains(addr)
	})
}

func globalUnicast() netip.Prefix { return netip.MustParsePrefix("2000::/3") }

func specialIPv4() []string {
	return []string{
		"0.0.0.0/8",       // this network, RFC 791
		"10.0.0.0/8",      // private, RFC 1918
		"100.64.0.0/10",   // shared between customers of a provider, RFC 6598
		"127.0.0.0/8",     // loopback, RFC 1122
		"169.254.0.0/16",  // link-local, RFC 3927
		"172.16.0.0/12",   // private, RFC 1918
		"192.0.0.0/24",    // protocol assignments, RFC 6890
		"192.0.2.0/24",    // documentation, RFC 5737
		"192.88.99.0/24",  // 6to4 relays, RFC 7526
		"192.168.0.0/16",  // private, RFC 1918
		"198.18.0.0/15",   // benchmarks, RFC 2544
		"198.51.100.0/24", // documentation, RFC 5737
		"203.0.113.0/24",  // documentation, RFC 5737
		"224.0.0.0/4",     // multicast, RFC 5771
		"240.0.0.0/4",     // reserved and broadcast, RFC 1112
	}
}

// specialIPv6 lists what is not public within the global unicast addresses.
func specialIPv6() []string {
	return []string{
		"2001::/23",     // protocol assignments and Teredo, RFC 2928
		"2001:db8::/32", // documentation, RFC 3849
		"2002::/16",     // 6to4, which embeds IPv4 addresses, RFC 3056
		"3fff::/20",     // documentation, RFC 9637
	}
}
