// Package location says how the place that a document came from is shown.
package location

import (
	"net/url"
	"strings"
)

const masked = "***"

// Shown returns a path as it is, and a URL without a password and without the
// values of those parameters of its query that may be secrets, as signed URLs
// have them. Equal locations are shown alike.
func Shown(location string) string {
	if !strings.Contains(location, "://") || !strings.ContainsAny(location, "?@") {
		return location
	}
	u, err := url.Parse(location)
	if err != nil {
		scheme, _, _ := strings.Cut(location, "://")
		return scheme + "://" + masked
	}
	user := u.User != nil
	u.User = nil
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, _, assigned := strings.Cut(part, "=")
		if assigned && isSecret(name) {
			parts[i] = name + "=" + masked
		}
	}
	u.RawQuery = strings.Join(parts, "&")
	if user {
		return strings.Replace(u.String(), "://", "://"+masked+"@", 1)
	}
	if !strings.Contains(u.RawQuery, masked) {
		return location
	}
	return u.String()
}

func isSecret(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	for _, word := range []string{"token", "secret", "sig", "key", "pass", "auth", "cred", "session", "code", "jwt"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
