package arazzo

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// baseLocation is what relative references of a document are relative to: its
// own location or, from 1.1 on, its $self, which may itself be relative to that
// location.
//
// Arazzo 1.1.0, Establishing the Base URI: the base URI within the content is
// the $self field, resolved against the base URI of the next level, here the
// retrieval URI (RFC 3986, 5.1.3).
func baseLocation(doc *Document) string {
	if doc.Self == "" {
		return doc.Name()
	}
	base, err := resolve(doc.Name(), doc.Self)
	if err != nil || isOpaque(base) || readsFile(doc.Name(), base) {
		return doc.Name()
	}
	return base
}

// URI is the URI by which the document identifies itself: its $self, resolved
// against the location from which it was read if it is relative. A document in
// a local file has a path for that location, and then the result is one too. It
// is empty without a $self.
//
// Arazzo 1.1.0, Arazzo Specification Object: $self.
func (d *Document) URI() string {
	if d.Self == "" {
		return ""
	}
	uri, err := resolve(d.Name(), d.Self)
	if err != nil {
		return d.Self
	}
	return uri
}

// schemeOf returns the scheme of a URI in lower case. A single letter is the
// drive of a path.
func schemeOf(text string) (string, bool) {
	scheme, _, ok := strings.Cut(text, ":")
	if !ok || len(scheme) < 2 {
		return "", false
	}
	for i := range len(scheme) {
		c := scheme[i] | 0x20
		if c >= 'a' && c <= 'z' || i > 0 && (isDigit(scheme[i]) || scheme[i] == '+' || scheme[i] == '-') {
			continue
		}
		return "", false
	}
	return strings.ToLower(scheme), true
}

// isOpaque reports whether a URI has no path to be relative to, as a URN.
func isOpaque(uri string) bool {
	scheme, ok := schemeOf(uri)
	return ok && !strings.HasPrefix(uri[len(scheme)+1:], "/")
}

// resolve finds the location that a URI reference stands for, relative to the
// location of the document that holds it, by the algorithm of RFC 3986, 5.2. A
// fragment is dropped. Local files are paths and not URIs.
//
// Arazzo 1.0.1, Relative References in URLs; Arazzo 1.1.0, Resolving relative
// references.
func resolve(base, reference string) (string, *readError) {
	reference, _, _ = strings.Cut(strings.TrimSpace(reference), "#")
	if reference == "" {
		return base, nil
	}
	if scheme, ok := schemeOf(reference); ok && scheme == "file" {
		return localPath(reference), nil
	} else if ok {
		if isOpaque(reference) {
			return reference, nil
		}
		return join(reference, "")
	}
	if scheme, ok := schemeOf(base); ok && scheme != "file" {
		return join(base, reference)
	}
	base = localPath(base)
	file := filepath.FromSlash(reference)
	if decoded, err := url.PathUnescape(reference); err == nil && decoded != reference && !exists(joinFile(base, file)) {
		file = filepath.FromSlash(decoded)
	}
	return joinFile(base, file), nil
}

// join resolves a reference against a URL. An empty one removes the dot
// segments of the URL itself.
func join(base, reference string) (string, *readError) {
	b, err := url.Parse(base)
	if err != nil {
		return "", noURL(base)
	}
	r, err := url.Parse(reference)
	if err != nil {
		return "", noURL(reference)
	}
	if reference == "" {
		b.Fragment = ""
		return b.ResolveReference(b).String(), nil
	}
	return b.ResolveReference(r).String(), nil
}

func noURL(text string) *readError {
	return &readError{rule: "invalid-value", message: fmt.Sprintf("%q is no URL", shown(text))}
}

// locationKey makes locations comparable: URLs by the case of scheme and host,
// paths by the file that they name.
func locationKey(location string) string {
	scheme, ok := schemeOf(location)
	switch {
	case ok && scheme == "file":
		location = localPath(location)
	case ok:
		if u, err := url.Parse(location); err == nil {
			u.Scheme, u.Host, u.Fragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), ""
			return u.String()
		}
		return location
	}
	if absolute, err := filepath.Abs(location); err == nil {
		return absolute
	}
	return filepath.Clean(location)
}

func joinFile(base, file string) string {
	if filepath.IsAbs(file) {
		return filepath.Clean(file)
	}
	return filepath.Join(filepath.Dir(base), file)
}
