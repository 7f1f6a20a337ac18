package mock

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// route tells the requests of an operation by method, path and the query that
// is part of the path key.
type route struct {
	method string
	path   *regexp.Regexp
	names  []string
	query  url.Values
}

// routeOf compiles the path template of an operation. What follows "#" in the
// key tells operations apart and is never sent.
//
// OpenAPI 3.1.1, Paths Object: path templating.
func routeOf(op *openapi.Operation) route {
	key, _, _ := strings.Cut(op.Path, "#")
	path, query, _ := strings.Cut(key, "?")
	r := route{method: op.Method}
	r.query, _ = url.ParseQuery(query)
	var b strings.Builder
	b.WriteString(`\A`)
	rest := "/" + strings.TrimPrefix(path, "/")
	for {
		literal, after, found := strings.Cut(rest, "{")
		name, next, closed := strings.Cut(after, "}")
		if !found || !closed {
			b.WriteString(regexp.QuoteMeta(rest))
			break
		}
		b.WriteString(regexp.QuoteMeta(literal))
		if strings.HasSuffix(name, "+") {
			b.WriteString(`(.*)`)
		} else {
			b.WriteString(`([^/?]*)`)
		}
		r.names = append(r.names, strings.TrimSuffix(name, "+"))
		rest = next
	}
	b.WriteString(`\z`)
	r.path = regexp.MustCompile(b.String())
	return r
}

// match returns the values of the path parameters of a request, as they stand on
// the wire, or false if it is no request of the operation.
func (r *route) match(method string, u *url.URL) (map[string]string, bool) {
	if method != r.method {
		return nil, false
	}
	found := r.path.FindStringSubmatch(u.EscapedPath())
	if found == nil {
		// A key may hold characters that are escaped on the wire.
		if found = r.path.FindStringSubmatch(u.Path); found == nil {
			return nil, false
		}
	}
	// A step may give a name of the query in the key another value.
	given := u.Query()
	for name := range r.query { // order: all must be there
		if !given.Has(name) {
			return nil, false
		}
	}
	values := make(map[string]string, len(r.names))
	for i, name := range r.names {
		values[name] = found[i+1]
	}
	return values, true
}
