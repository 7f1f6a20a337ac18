package openapi

import (
	"net/url"
	"strings"
)

// Preferred returns the server to use: the first one, in its https form if it is
// offered in both. It is false if there is none.
func Preferred(servers []Server) (Server, bool) {
	if len(servers) == 0 {
		return Server{}, false
	}
	first := servers[0]
	rest, plain := strings.CutPrefix(strings.ToLower(first.URL), "http://")
	if !plain {
		return first, true
	}
	for _, s := range servers[1:] {
		if secure, ok := strings.CutPrefix(strings.ToLower(s.URL), "https://"); ok && secure == rest {
			return s, true
		}
	}
	return first, true
}

// Resolve applies the URL of a server, with or without variables in it, to the
// place from which the description was read. A URL that is absolute stays as it
// is, and so does one in a description that was no URL itself.
//
// OpenAPI 3.1.1, 4.7 (Relative References in URLs).
func (d *Document) Resolve(server string) string {
	location, err := url.Parse(d.Location())
	if err != nil || location.Host == "" {
		return server
	}
	// What is in braces is no part of a URL yet.
	masked := strings.NewReplacer("{", "%7B", "}", "%7D").Replace(server)
	u, err := location.Parse(masked)
	if err != nil {
		return server
	}
	return strings.NewReplacer("%7B", "{", "%7D", "}").Replace(u.String())
}
