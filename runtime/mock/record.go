package mock

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// Recorded is a request that came in.
type Recorded struct {
	// StepID is the step that the course expected, empty for a request that it did
	// not expect.
	StepID string
	Method string
	// Path is as it stood on the wire, Query what follows "?".
	Path, Query string
	// Header holds the fields in the order of their names.
	Header runtime.Header
	Body   []byte
}

func record(r *http.Request, body []byte) Recorded {
	out := Recorded{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Body: body}
	for _, name := range sortedKeys(r.Header) {
		for _, value := range r.Header[name] {
			out.Header.Add(name, value)
		}
	}
	return out
}

// Normalized writes the request so that two which ask for the same are written
// alike: the pairs of the query sorted, JSON and forms in their canonical form,
// multipart bodies without their boundary. Fields that the connection, the time
// or a signature bring in are left out, and so are credentials.
func (r *Recorded) Normalized() string {
	var b strings.Builder
	b.WriteString(r.Method + " " + r.Path)
	if r.Query != "" {
		b.WriteString("?" + sortedPairs(r.Query))
	}
	b.WriteByte('\n')
	for _, f := range r.Header {
		name := strings.ToLower(f.Name)
		if isAmbient(name) {
			continue
		}
		value := f.Value
		if name == "content-type" {
			value = withoutBoundary(value)
		}
		b.WriteString(name + ": " + value + "\n")
	}
	if len(r.Body) > 0 {
		contentType, _ := r.Header.Lookup("Content-Type")
		b.WriteByte('\n')
		b.Write(canonical(contentType, r.Body))
		b.WriteByte('\n')
	}
	return b.String()
}

// isAmbient reports whether a header field says nothing of what is asked for.
func isAmbient(name string) bool {
	return strings.HasPrefix(name, "x-amz-date") || strings.HasPrefix(name, "x-amz-content-sha256") || strings.HasPrefix(name, "x-amz-security-token") ||
		slices.Contains([]string{"host", "user-agent", "accept-encoding", "content-length", "connection", "date", "authorization", "cookie", "traceparent"}, name)
}

func sortedPairs(query string) string {
	pairs := strings.Split(query, "&")
	// Pairs of one name keep their order.
	slices.SortStableFunc(pairs, func(a, b string) int {
		x, _, _ := strings.Cut(a, "=")
		y, _, _ := strings.Cut(b, "=")
		return strings.Compare(x, y)
	})
	return strings.Join(pairs, "&")
}

func withoutBoundary(mediaType string) string {
	t, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return mediaType
	}
	delete(parameters, "boundary")
	return mime.FormatMediaType(t, parameters)
}

// canonical writes a body so that what means the same looks the same.
func canonical(contentType string, body []byte) []byte {
	switch {
	case isJSON(contentType):
		if v, err := parseJSON(body); err == nil {
			return encodeJSON(v)
		}
	case baseType(contentType) == "application/x-www-form-urlencoded":
		return []byte(sortedPairs(string(body)))
	case strings.HasPrefix(baseType(contentType), "multipart/"):
		if _, parameters, err := mime.ParseMediaType(contentType); err == nil {
			return bytes.ReplaceAll(body, []byte(parameters["boundary"]), []byte("boundary"))
		}
	}
	return body
}

func parseJSON(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	return v, nil
}

// parts reads a multipart body.
func parts(contentType string, body []byte) (names []string, err error) {
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return names, err
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			return names, err
		}
		names = append(names, part.FormName())
	}
}

// unescaped decodes percent-encoding, also of what is not encoded rightly.
func unescaped(text string) string {
	if out, err := url.QueryUnescape(text); err == nil {
		return out
	}
	return text
}
