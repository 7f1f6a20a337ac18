package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// Sign signs a request with credentials that are valid now, at the service's
// time as far as that is known. It replaces whatever signature the request
// carries, and spells path and query the way AWS does when it checks a
// signature, which means the same.
//
// Errors are of type [*runtime.ExchangeError], unless ctx was cancelled.
func (p *Provider) Sign(ctx context.Context, auth runtime.Auth, req *http.Request, body []byte) error {
	service, region := auth.Params[ServiceParam], auth.Params[RegionParam]
	if auth.Scheme != Scheme || service == "" || region == "" {
		return &runtime.ExchangeError{
			Failure: runtime.Refused,
			Message: fmt.Sprintf("service and region of the signature for %s are not known", req.URL.Host),
			Hint:    "give the region with --region or AWS_REGION",
		}
	}
	if req.URL.Scheme != "https" && !p.options.AllowHTTP && !isLoopback(req.URL.Hostname()) {
		return &runtime.ExchangeError{
			Failure: runtime.Refused,
			Message: fmt.Sprintf("a signed request would go to %s over clear text", req.URL.Host),
			Hint:    "use the https address, or permit clear text with --allow-http",
		}
	}
	credentials, err := p.retrieve(ctx)
	switch {
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &runtime.ExchangeError{
			Failure: runtime.NotSent,
			Message: fmt.Sprintf("AWS credentials for %s were not found in time", req.URL.Host),
			Err:     ctx.Err(),
		}
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return problemOf(err).exchangeError()
	}
	query, err := url.ParseQuery(strings.ReplaceAll(req.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return &runtime.ExchangeError{
			Failure: runtime.Refused,
			Message: fmt.Sprintf("the query of the request to %s is not percent-encoded", req.URL.Host),
		}
	}
	payload := payloadHash(service, req, body)
	deleteSignature(req.Header)
	if signsPayloadHeader(service) {
		req.Header.Set(payloadField, payload)
	}
	spelled := *req.URL
	spellPath(&spelled)
	spelled.RawQuery = query.Encode()
	signed := &http.Request{
		Method:        req.Method,
		URL:           &spelled,
		Host:          req.Host,
		Header:        signedHeader(req.Header),
		ContentLength: int64(len(body)),
	}
	at := p.now().Add(p.clocks.offset(endpointOf(req.URL)))
	once := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = encodesPathOnce(service) }
	if err := p.signer.SignHTTP(ctx, credentials, signed, payload, service, region, at, once); err != nil {
		return &runtime.ExchangeError{Failure: runtime.Refused, Message: fmt.Sprintf("the request to %s cannot be signed", req.URL.Host)}
	}
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"} {
		if values := signed.Header[name]; len(values) > 0 {
			req.Header[name] = values
		}
	}
	req.URL, req.Host = signed.URL, signed.Host
	return nil
}

// BoundToURL says that a signature holds for one URL only: a redirect is for the
// workflow to see, as the AWS SDKs show it to their callers.
func (p *Provider) BoundToURL(runtime.Auth) bool { return true }

// payloadField is the header field that holds the hash of the payload.
const payloadField = "X-Amz-Content-Sha256"

// payloadHash returns what a signature says of the payload. A step may ask for
// none by giving [payloadField] the value UNSIGNED-PAYLOAD, to services that
// demand the field and over TLS, which then protects the payload alone.
func payloadHash(service string, req *http.Request, body []byte) string {
	const unsigned = "UNSIGNED-PAYLOAD"
	if signsPayloadHeader(service) && req.URL.Scheme == "https" && req.Header.Get(payloadField) == unsigned {
		return unsigned
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// dropped are the parameters that a step must not give because they belong to
// the signature.
func dropped(service string) []string {
	fields := signatureFields()
	if signsPayloadHeader(service) {
		fields = slices.DeleteFunc(fields, func(name string) bool { return name == payloadField })
	}
	return fields
}

// signatureFields are the header and query parameters that make up a signature.
func signatureFields() []string {
	return []string{
		"Authorization", "X-Amz-Algorithm", payloadField, "X-Amz-Credential",
		"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-SignedHeaders",
	}
}

func deleteSignature(h http.Header) {
	for name := range h {
		for _, field := range signatureFields() {
			if strings.EqualFold(name, field) {
				delete(h, name)
			}
		}
	}
}

// signedHeader returns a copy of the fields that a signature should cover:
// those which arrive at the service as they were sent.
func signedHeader(h http.Header) http.Header {
	out := make(http.Header, len(h)+3)
	for name, values := range h {
		switch http.CanonicalHeaderKey(name) {
		case "Accept-Encoding", "Connection", "Content-Length", "Forwarded", "Host", "Keep-Alive", "Proxy-Authorization",
			"Proxy-Connection", "Te", "Traceparent", "Tracestate", "Trailer", "Transfer-Encoding", "Upgrade", "Via":
		default:
			out[name] = append([]string(nil), values...)
		}
	}
	return out
}

// spellPath writes each segment of a path with everything percent-encoded but
// the unreserved characters of RFC 3986, as AWS does before it signs.
func spellPath(u *url.URL) {
	if u.Opaque != "" {
		return
	}
	segments := strings.Split(u.EscapedPath(), "/")
	for i, segment := range segments {
		text, err := url.PathUnescape(segment)
		if err != nil {
			return
		}
		segments[i] = spell(text)
	}
	u.RawPath = strings.Join(segments, "/")
}

func spell(text string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
