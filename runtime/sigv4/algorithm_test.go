package sigv4_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// This file holds Signature Version 4 written from its published algorithm, as
// a server checks it. It shares no code with the signer under test.

// escape encodes text as RFC 3986 says, leaving the unreserved characters.
func escape(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// canonicalRequest builds the canonical request of what a server received.
func canonicalRequest(t *testing.T, method, requestURI, host string, header http.Header, signed []string, payloadHash string, once bool) string {
	t.Helper()
	path, rawQuery, _ := strings.Cut(requestURI, "?")
	segments := strings.Split(path, "/")
	for i, s := range segments {
		text, err := url.PathUnescape(s)
		if err != nil {
			t.Fatal(err)
		}
		segments[i] = escape(text)
		if !once {
			segments[i] = escape(segments[i])
		}
	}
	path = strings.Join(segments, "/")
	if path == "" {
		path = "/"
	}
	var pairs []string
	for _, pair := range strings.Split(rawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, err1 := url.PathUnescape(name)
		v, err2 := url.PathUnescape(value)
		if err1 != nil || err2 != nil || strings.ContainsAny(pair, "+;") {
			t.Fatalf("query %q is ambiguous", rawQuery)
		}
		pairs = append(pairs, escape(n)+"="+escape(v))
	}
	slices.SortFunc(pairs, func(a, b string) int {
		an, av, _ := strings.Cut(a, "=")
		bn, bv, _ := strings.Cut(b, "=")
		if an != bn {
			return strings.Compare(an, bn)
		}
		return strings.Compare(av, bv)
	})
	var fields strings.Builder
	for _, name := range signed {
		values := header.Values(name)
		if name == "host" {
			values = []string{host}
		}
		for i, v := range values {
			values[i] = strings.Join(strings.Fields(v), " ")
		}
		fmt.Fprintf(&fields, "%s:%s\n", name, strings.Join(values, ","))
	}
	return strings.Join([]string{method, path, strings.Join(pairs, "&"), fields.String(), strings.Join(signed, ";"), payloadHash}, "\n")
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func signingKey(secret, day, region, service string) []byte {
	return mac(mac(mac(mac([]byte("AWS4"+secret), day), region), service), "aws4_request")
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func signature(secret, date, scope, canonical string) string {
	parts := strings.Split(scope, "/") // day/region/service/aws4_request
	text := strings.Join([]string{"AWS4-HMAC-SHA256", date, scope, hash([]byte(canonical))}, "\n")
	return hex.EncodeToString(mac(signingKey(secret, parts[0], parts[1], parts[2]), text))
}

// authorization is an Authorization header taken apart.
type authorization struct {
	key, scope, signature string
	signed                []string
}

func parseAuthorization(t *testing.T, text string) authorization {
	t.Helper()
	var a authorization
	rest, ok := strings.CutPrefix(text, "AWS4-HMAC-SHA256 ")
	if !ok {
		t.Fatalf("Authorization is of another form: %q", text)
	}
	for _, part := range strings.Split(rest, ", ") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "Credential":
			a.key, a.scope, _ = strings.Cut(value, "/")
		case "SignedHeaders":
			a.signed = strings.Split(value, ";")
		case "Signature":
			a.signature = value
		default:
			t.Fatalf("Authorization has a part %q", name)
		}
	}
	return a
}

// verify checks the signature of a request that a server received.
func verify(t *testing.T, r *http.Request, body []byte, secret string, once bool) authorization {
	t.Helper()
	a := parseAuthorization(t, r.Header.Get("Authorization"))
	header := r.Header.Clone()
	if r.ContentLength > 0 {
		header.Set("Content-Length", fmt.Sprint(r.ContentLength))
	}
	canonical := canonicalRequest(t, r.Method, r.RequestURI, r.Host, header, a.signed, hash(body), once)
	date := r.Header.Get("X-Amz-Date")
	if want := signature(secret, date, a.scope, canonical); want != a.signature {
		t.Errorf("the signature is %s, and should be %s; canonical request:\n%s", a.signature, want, canonical)
	}
	if !slices.IsSorted(a.signed) || !slices.Contains(a.signed, "host") || !slices.Contains(a.signed, "x-amz-date") {
		t.Errorf("signed headers %q lack host or x-amz-date, or are not in order", a.signed)
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		if (strings.HasPrefix(lower, "x-amz-") || lower == "content-type") && !slices.Contains(a.signed, lower) {
			t.Errorf("header %s is not signed", name)
		}
	}
	if !strings.HasPrefix(a.scope, date[:8]+"/") {
		t.Errorf("scope %q is not of the day of %s", a.scope, date)
	}
	return a
}

// The examples that AWS has published for its algorithm.
func TestAlgorithmOfTheTestsAgreesWithPublishedExamples(t *testing.T) {
	key := signingKey(testSecret, "20150830", "us-east-1", "iam")
	if got, want := hex.EncodeToString(key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"; got != want {
		t.Errorf("the signing key is %s, and should be %s", got, want)
	}
	form := http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
		"X-Amz-Date":   {"20150830T123600Z"},
	}
	canonical := canonicalRequest(t, "POST", "/", "example.amazonaws.com", form,
		[]string{"content-type", "host", "x-amz-date"}, hash([]byte("Param1=value1")), false)
	got := signature(testSecret, "20150830T123600Z", "20150830/us-east-1/service/aws4_request", canonical)
	if want := "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"; got != want {
		t.Errorf("the signature of the form is %s, and should be %s", got, want)
	}
}
