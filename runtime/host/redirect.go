package host

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxRedirects bounds the redirects that are followed for one request.
const maxRedirects = 10

// follow signs and sends a request, and follows redirects as far as that is
// safe. The final request is the one of the reply, as it was before it was signed.
//
// Within an origin (scheme, host and port) the request is signed anew for each
// address. As soon as it leaves the origin, it carries neither what signers have
// added nor what looks like a credential, and never does again.
func (t *HTTP) follow(ctx context.Context, unsigned *http.Request, req *runtime.Request, written func()) (resp *http.Response, final *http.Request, err error) {
	var base http.RoundTripper = roundTripper{policy: t.policy, why: req.Reach, base: t.Base, written: written}
	if t.Base != nil {
		base = struct{ http.RoundTripper }{base} // its connections are its own affair
	}
	var added addition
	foreign := false
	for hops := 0; ; hops++ {
		hr := unsigned
		if !foreign {
			if len(req.Auth) > 0 {
				hr = unsigned.Clone(ctx)
			}
			if err := t.sign(ctx, req, hr); err != nil {
				return nil, nil, err
			}
			added.note(unsigned, hr)
		}
		carrier, err := t.carrier(ctx, req, base, foreign)
		if err != nil {
			return nil, nil, err
		}
		resp, err = carrier.RoundTrip(hr)
		if err != nil {
			return nil, nil, err
		}
		if !foreign {
			t.observeReply(req, hr, resp)
		}
		next := t.next(hr, resp, req)
		if next == nil || hops == maxRedirects {
			return resp, unsigned, nil
		}
		_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
		_ = resp.Body.Close()
		again := unsigned.Clone(ctx)
		again.URL, again.Host, again.Response = next, "", resp
		again.Body, again.GetBody, again.ContentLength = nil, nil, 0
		dropContent(again.Header)
		again.URL.RawQuery = added.withoutQuery(next.RawQuery)
		if foreign = foreign || !sameOrigin(next, hr.URL); foreign {
			dropCredentials(again.Header, req.Secrets)
			again.URL.RawQuery = withoutSecrets(again.URL.RawQuery, req.Secrets)
		}
		unsigned = again
	}
}

// next returns where a reply sends the request, or nil if the reply is the one
// to hand on. Only a GET or HEAD is redirected, and never from https to http.
// One with a body is not where the redirect would have to repeat it.
func (t *HTTP) next(hr *http.Request, resp *http.Response, req *runtime.Request) *url.URL {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if hr.ContentLength != 0 {
			return nil
		}
	default:
		return nil
	}
	if hr.Method != http.MethodGet && hr.Method != http.MethodHead {
		return nil
	}
	if t.boundToURL(req) {
		return nil
	}
	location := resp.Header.Get("Location")
	if location == "" {
		return nil
	}
	next, err := hr.URL.Parse(location)
	if err != nil || next.Host == "" || next.Scheme != "https" && (next.Scheme != "http" || hr.URL.Scheme == "https") {
		return nil
	}
	next.User, next.Fragment, next.RawFragment = nil, "", ""
	return next
}

// sameOrigin reports whether two URLs have scheme, host and port in common.
func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

// portOf returns the port of a URL, that of its scheme if it names none.
func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// addition is what signers have put into the query of a request: names, and
// values that a server might hand back under another name. What they put into
// the header need not be known, since a redirected request begins without it.
type addition struct{ names, values []string }

// note compares a request before and after it was signed.
func (a *addition) note(unsigned, signed *http.Request) {
	if unsigned.URL.RawQuery == signed.URL.RawQuery {
		return
	}
	before := pairs(unsigned.URL.RawQuery)
	for _, pair := range pairs(signed.URL.RawQuery) {
		if slices.Contains(before, pair) {
			continue
		}
		name, value := splitPair(pair)
		a.names = append(a.names, name)
		const telling = 4 // a shorter value stands in many queries by chance
		if len(value) >= telling {
			a.values = append(a.values, value)
		}
	}
}

// withoutQuery returns a query without what signers have added before.
func (a *addition) withoutQuery(query string) string {
	if len(a.names) == 0 {
		return query
	}
	kept := slices.DeleteFunc(pairs(query), func(pair string) bool {
		name, value := splitPair(pair)
		return slices.Contains(a.names, name) || slices.Contains(a.values, value)
	})
	return strings.Join(kept, "&")
}

func pairs(query string) []string {
	return strings.FieldsFunc(query, func(r rune) bool { return r == '&' })
}

// splitPair returns name and value of a pair of a query, decoded as far as that
// is possible.
func splitPair(pair string) (name, value string) {
	name, value, _ = strings.Cut(pair, "=")
	if decoded, err := url.QueryUnescape(name); err == nil {
		name = decoded
	}
	if decoded, err := url.QueryUnescape(value); err == nil {
		value = decoded
	}
	return name, value
}

// dropContent removes the fields that describe a body.
func dropContent(h http.Header) {
	for name := range h {
		if strings.HasPrefix(name, "Content-") {
			delete(h, name)
		}
	}
}

// dropCredentials removes the fields that another origin must not see.
func dropCredentials(h http.Header, secrets []runtime.ParameterName) {
	for name, values := range h {
		if looksLikeCredential(name, values) || isSecret(secrets, "header", name) {
			delete(h, name)
		}
	}
}

// withoutSecrets returns a query without the parameters that are credentials.
func withoutSecrets(query string, secrets []runtime.ParameterName) string {
	kept := slices.DeleteFunc(pairs(query), func(pair string) bool {
		name, _ := splitPair(pair)
		return isSecret(secrets, "query", name)
	})
	return strings.Join(kept, "&")
}

func isSecret(secrets []runtime.ParameterName, in, name string) bool {
	return slices.ContainsFunc(secrets, runtime.ParameterName{In: in, Name: name}.Is)
}

// looksLikeCredential reports whether a field may hold a secret, or tells where
// the request comes from. Dropping too much does little harm to a GET.
func looksLikeCredential(name string, values []string) bool {
	if runtime.IsSensitiveHeader(name) {
		return true
	}
	name = strings.ToLower(name)
	if name == "referer" || name == "origin" {
		return true
	}
	for _, word := range []string{"key", "sign", "pass", "jwt", "bearer", "csrf", "xsrf", "sid", "private", "ticket", "assertion"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return slices.ContainsFunc(values, func(value string) bool {
		scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
		switch strings.ToLower(scheme) {
		case "basic", "bearer", "digest", "negotiate", "token":
			return rest != ""
		}
		return strings.HasPrefix(scheme, "eyJ") // a JSON Web Token
	})
}
