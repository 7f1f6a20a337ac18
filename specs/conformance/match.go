package conformance

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// request is a request as the mock server received it.
type request struct {
	method string
	// path and query are as they stood on the wire.
	path, query string
	header      http.Header
	body        []byte
}

func (r *request) String() string {
	if r.query != "" {
		return r.method + " " + r.path + "?" + r.query
	}
	return r.method + " " + r.path
}

// addressed reports whether the request has the method and the path of an
// exchange, or one of the other spellings.
func (r *request) addressed(x *Exchange, spellings []string) bool {
	if r.method != x.Method {
		return false
	}
	path := upperEscapes(r.path)
	return path == upperEscapes(x.Path) ||
		slices.ContainsFunc(spellings, func(spelling string) bool { return path == upperEscapes(spelling) })
}

// problems says in what the request is not as expected.
func (r *request) problems(want *RequestExpectation) []string {
	if want == nil {
		return nil
	}
	var found []string
	problem := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	r.compareQuery(want, problem)
	r.compareHeader(want, problem)
	r.compareBody(want, problem)
	return found
}

func (r *request) compareQuery(want *RequestExpectation, problem func(string, ...any)) {
	if want.Query != nil {
		compareFields("the query", r.query, want.Query, problem)
	}
	spellings := want.RawQueryAnyOf
	if want.RawQuery != nil {
		spellings = append([]string{*want.RawQuery}, spellings...)
	}
	if len(spellings) > 0 {
		got := upperEscapes(r.query)
		if !slices.ContainsFunc(spellings, func(s string) bool { return upperEscapes(s) == got }) {
			problem("the query is %q instead of %s", r.query, quoteAny(spellings))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.QueryJSON)) {
		fields, err := decodeFields(r.query)
		if err != nil {
			problem("the query cannot be decoded: %v", err)
			continue
		}
		compareJSON(fmt.Sprintf("query parameter %q", name), strings.Join(fields[name], "&"), want.QueryJSON[name].JSON, problem)
	}
}

func (r *request) compareHeader(want *RequestExpectation, problem func(string, ...any)) {
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		accepted := want.Headers[name]
		values := r.header.Values(name)
		if len(values) == 0 {
			problem("header field %q is missing; expected %s", name, quoteAny(accepted))
			continue
		}
		value := strings.Join(values, ", ")
		if !slices.ContainsFunc(accepted, func(a string) bool {
			return a == value || strings.EqualFold(name, "Content-Type") && mediaType(a) == mediaType(value)
		}) {
			problem("header field %q is %q instead of %s", name, value, quoteAny(accepted))
		}
	}
	for _, name := range want.HeadersAbsent {
		if values := r.header.Values(name); len(values) > 0 {
			problem("header field %q is sent with %q, and should not be", name, strings.Join(values, ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Cookies)) {
		cookies := map[string]string{}
		for _, line := range r.header.Values("Cookie") {
			for pair := range strings.SplitSeq(line, ";") {
				cookie, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				cookies[cookie] = value
			}
		}
		if value, ok := cookies[name]; !ok {
			problem("cookie %q is missing; the header field is %q", name, r.header.Get("Cookie"))
		} else if value != want.Cookies[name] {
			problem("cookie %q is %q instead of %q", name, value, want.Cookies[name])
		}
	}
}

func (r *request) compareBody(want *RequestExpectation, problem func(string, ...any)) {
	body := string(r.body)
	if want.NoBody && body != "" {
		problem("there is a body, %q, and should be none", shorten(body))
	}
	if !want.JSON.IsZero() {
		if value, err := valueOf(&want.JSON); err != nil {
			problem("the case is at fault: %v", err)
		} else {
			compareJSON("the body", body, value, problem)
		}
	}
	if want.Form != nil {
		compareFields("the form", body, want.Form, problem)
	}
	if want.Multipart != nil {
		r.compareParts(want.Multipart, problem)
	}
	accepted := want.BodyAnyOf
	if want.BodyEquals != nil {
		accepted = append([]string{*want.BodyEquals}, accepted...)
	}
	if len(accepted) > 0 && !slices.Contains(accepted, body) {
		problem("the body is %q instead of %s", shorten(body), quoteAny(accepted))
	}
	for _, piece := range want.BodyContains {
		if !strings.Contains(body, piece) {
			problem("the body %q does not contain %q", shorten(body), piece)
		}
	}
}

// compareParts compares a multipart body, part by part.
func (r *request) compareParts(want map[string]string, problem func(string, ...any)) {
	_, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		problem("the body is no multipart: Content-Type is %q", r.header.Get("Content-Type"))
		return
	}
	reader := multipart.NewReader(bytes.NewReader(r.body), params["boundary"])
	got := map[string]string{}
	for {
		part, err := reader.NextPart()
		if err == io.EOF { //nolint:errorlint // the package returns it bare
			break
		}
		if err != nil {
			problem("the multipart body cannot be read: %v", err)
			return
		}
		content, err := io.ReadAll(part)
		if err != nil {
			problem("part %q cannot be read: %v", part.FormName(), err)
			return
		}
		if _, twice := got[part.FormName()]; twice {
			problem("there are two parts %q", part.FormName())
		}
		got[part.FormName()] = string(content)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if content, ok := got[name]; !ok {
			problem("part %q is missing", name)
		} else if content != want[name] {
			problem("part %q is %q instead of %q", name, shorten(content), want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			problem("there is an unexpected part %q: %q", name, shorten(got[name]))
		}
	}
}

// compareFields compares a query or form: exactly these names, and for each
// name these values in this order.
func compareFields(what, raw string, want map[string]Text, problem func(string, ...any)) {
	got, err := decodeFields(raw)
	if err != nil {
		problem("%s %q cannot be decoded: %v", what, shorten(raw), err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if values, ok := got[name]; !ok {
			problem("%s %q has no %q; expected %q", what, shorten(raw), name, want[name])
		} else if !slices.Equal(values, want[name]) {
			problem("%s has %q as %q instead of %q", what, values, name, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			problem("%s has an unexpected %q with %q", what, name, got[name])
		}
	}
}

// decodeFields reads application/x-www-form-urlencoded text.
func decodeFields(raw string) (map[string][]string, error) {
	fields := map[string][]string{}
	if raw == "" {
		return fields, nil
	}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		fields[name] = append(fields[name], value)
	}
	return fields, nil
}

func compareJSON(what, text string, want any, problem func(string, ...any)) {
	got, err := DecodeJSON([]byte(text))
	if err != nil {
		problem("%s is no JSON: %q: %v", what, shorten(text), err)
		return
	}
	if !Equal(want, got) {
		problem("%s is %s instead of %s", what, show(got), show(want))
	}
}

// upperEscapes writes the hexadecimal digits of percent escapes in upper case.
// It is the one difference in spelling that has no meaning anywhere in a URI.
func upperEscapes(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	b := []byte(text)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], bytes.ToUpper(b[i+1:i+3]))
		}
	}
	return string(b)
}

// mediaType returns a Content-Type without its parameters.
func mediaType(text string) string {
	bare, _, _ := strings.Cut(text, ";")
	return strings.ToLower(strings.TrimSpace(bare))
}

func quoteAny(texts []string) string {
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString(" or ")
		}
		fmt.Fprintf(&b, "%q", text)
	}
	return b.String()
}
