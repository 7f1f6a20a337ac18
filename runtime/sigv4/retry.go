package sigv4

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
)

const (
	// maxBackoff bounds the wait before another try, as in the AWS SDKs.
	maxBackoff = 20 * time.Second
	// maxServerDelay is the longest wait that a service may ask for; a request
	// that would have to wait longer is left to the workflow.
	maxServerDelay = time.Hour
)

// Retry decides as the standard retry mode of the AWS SDKs does: throttling,
// server errors and connections that were never made are tried again, at most
// AWS_MAX_ATTEMPTS times in all; so is a request whose signature was refused
// because of a wrong clock or of expired credentials. Where the connection
// broke after the request was sent, it is repeated only if that can do no harm:
// if it reads, or carries an idempotency token.
func (p *Provider) Retry(req *runtime.Request, resp *runtime.Response, err error, try int) (runtime.Retry, bool) {
	if req == nil {
		return runtime.Retry{}, false
	}
	if _, ours := req.AuthBy(Scheme); !ours {
		return runtime.Retry{}, false
	}
	var reason string
	var now bool
	switch {
	case err != nil:
		reason = failureReason(req, err)
	case resp != nil:
		reason, now = p.replyReason(req, resp)
	}
	if reason == "" || try >= p.maxAttempts() {
		return runtime.Retry{}, false
	}
	if now && try <= 1 {
		return runtime.Retry{Exact: true, Reason: reason}, true
	}
	if asked, ok := p.askedDelay(resp); ok {
		if asked > maxServerDelay {
			return runtime.Retry{}, false
		}
		return runtime.Retry{Delay: asked, Exact: true, Reason: reason}, true
	}
	return runtime.Retry{Delay: backoff(try), Reason: reason}, true
}

// backoff returns the longest wait after the given try, counted from 1.
func backoff(try int) time.Duration {
	if try < 1 {
		try = 1
	}
	if try > 4 {
		return maxBackoff
	}
	return time.Second << try
}

// replyReason says why a reply is worth another try, or "". With now, nothing
// is gained by waiting.
func (p *Provider) replyReason(req *runtime.Request, resp *runtime.Response) (reason string, now bool) {
	if resp.Status < 400 {
		return "", false
	}
	code := errorCode(resp)
	skewed := mayBeRefusal(resp.Status) && p.wasSkewed(req, resp)
	switch {
	case isSkew(code):
		if skewed {
			return "clock skew", true
		}
		return "", false
	case isExpired(code):
		p.expire()
		return "expired credentials", true
	case isThrottling(code), code == "RequestTimeout", code == "RequestTimeoutException":
		return code, false
	}
	switch resp.Status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Sprintf("%d %s", resp.Status, http.StatusText(resp.Status)), false
	default:
		return "", false
	}
}

// failureReason says why a failed exchange is worth another try, or "".
func failureReason(req *runtime.Request, err error) string {
	var e *runtime.ExchangeError
	if errors.Is(err, context.Canceled) || !errors.As(err, &e) {
		return ""
	}
	switch e.Failure {
	case runtime.NotSent:
		if isLasting(err) {
			return ""
		}
		return "request not sent"
	case runtime.Lost:
		if repeatable(req) {
			return "connection lost"
		}
	case runtime.Cut:
		if repeatable(req) {
			return "response cut short"
		}
	case runtime.TimedOut:
		if repeatable(req) {
			return "no response in time"
		}
	case runtime.TooLarge, runtime.Refused:
	default:
	}
	return ""
}

// isLasting reports whether a connection could not be made for a reason that a
// second try will meet again: an unknown host name or an untrusted certificate.
func isLasting(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsNotFound
	}
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &record)
}

// askedDelay returns the wait that a reply asks for.
func (p *Provider) askedDelay(resp *runtime.Response) (time.Duration, bool) {
	if resp == nil {
		return 0, false
	}
	if text, ok := resp.Header.Lookup("X-Amz-Retry-After"); ok {
		if ms, err := strconv.ParseUint(strings.TrimSpace(text), 10, 63); err == nil {
			return span(ms, time.Millisecond), true
		}
	}
	text, ok := resp.Header.Lookup("Retry-After")
	if !ok {
		return 0, false
	}
	if seconds, err := strconv.ParseUint(strings.TrimSpace(text), 10, 63); err == nil {
		return span(seconds, time.Second), true
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	from := resp.Date
	if own, ok := resp.Header.Lookup("Date"); ok {
		if t, err := http.ParseTime(own); err == nil {
			from = t
		}
	}
	if from.IsZero() {
		from = p.now()
	}
	return max(date.Sub(from), 0), true
}

func span(n uint64, unit time.Duration) time.Duration {
	if n > uint64(math.MaxInt64/int64(unit)) {
		return math.MaxInt64
	}
	return time.Duration(n) * unit
}

// isThrottling reports whether a service says with this code that it is asked
// too often.
func isThrottling(code string) bool {
	switch code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
		"TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
		"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled",
		"SlowDown", "PriorRequestNotComplete", "EC2ThrottledException":
		return true
	default:
		return false
	}
}

// isSkew reports whether a service may mean with this code that the request is
// dated wrongly. All of them are also used for other refusals.
func isSkew(code string) bool {
	switch code {
	case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
		"SignatureDoesNotMatch", "AuthFailure", "AccessDeniedException":
		return true
	default:
		return false
	}
}

// isExpired reports whether a service says with this code that the credentials
// were valid once.
func isExpired(code string) bool {
	switch code {
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
		return true
	default:
		return false
	}
}
