package host

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func (t *HTTP) bodyFailure(parent, ctx context.Context, req *runtime.Request, err error) error {
	host := hostOf(req.URL)
	if errors.Is(err, errTooLarge) {
		return &runtime.ExchangeError{
			Failure: runtime.TooLarge,
			Message: fmt.Sprintf("the response of %s is larger than %d bytes", host, t.maxBody()),
		}
	}
	if e := ended(parent, ctx, req, host); e != nil {
		return e
	}
	var notKept *keepError
	if errors.As(err, &notKept) {
		return &runtime.ExchangeError{
			Failure: runtime.TooLarge,
			Message: fmt.Sprintf("the response of %s cannot be kept in a file: %v", host, notKept.err),
			Err:     notKept.err,
		}
	}
	return &runtime.ExchangeError{
		Failure: runtime.Cut,
		Message: fmt.Sprintf("the response of %s broke off before its end", host),
		Err:     redactURL(err),
	}
}

func (t *HTTP) failure(parent, ctx context.Context, req *runtime.Request, err error, sent bool) error {
	host := hostOf(req.URL)
	if e := ended(parent, ctx, req, host); e != nil {
		return e
	}
	if e := new(runtime.ExchangeError); errors.As(err, &e) {
		return e
	}
	if d := refusalOf(err); d != nil {
		return &runtime.ExchangeError{Failure: runtime.Refused, Rule: d.Rule, Message: d.Message, Hint: d.Hint, Err: d}
	}
	kind := runtime.NotSent
	if sent {
		kind = runtime.Lost
	}
	e := &runtime.ExchangeError{Failure: kind, Err: redactURL(err)}
	var dns *net.DNSError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var remote *net.OpError
	const alert = "remote error" // what crypto/tls calls an alert of the other side
	switch {
	case errors.As(err, &dns):
		e.Message = fmt.Sprintf("the name of host %s cannot be resolved", host)
		e.Hint = "check the server URL, or give another with --server"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Message = fmt.Sprintf("%s refused the connection", host)
		e.Hint = "check that the server is running, or give another with --server"
	case errors.As(err, &verification):
		e.Message = fmt.Sprintf("the certificate of %s was not accepted: %v", host, verification.Err)
	case errors.As(err, &record):
		e.Message = fmt.Sprintf("%s does not speak TLS on this port", host)
		e.Hint = "use an http URL if the server is meant to be reached in clear text"
	case errors.As(err, &remote) && remote.Op == alert:
		e.Message = fmt.Sprintf("%s refused the TLS connection: %v", host, remote.Err)
		e.Hint = "if it asks for a client certificate, give the one that it knows"
	case sent:
		e.Message = fmt.Sprintf("the connection to %s was lost before a response arrived", host)
	default:
		e.Message = fmt.Sprintf("the request to %s could not be sent: %v", host, redactURL(err))
	}
	return e
}

// ended tells the end of the run's context from the end of the request's time.
func ended(parent, ctx context.Context, req *runtime.Request, host string) error {
	if err := parent.Err(); err != nil {
		return err
	}
	if ctx.Err() == nil {
		return nil
	}
	e := &runtime.ExchangeError{
		Failure: runtime.TimedOut,
		Message: fmt.Sprintf("%s did not answer within %v", host, req.Timeout),
		Err:     ctx.Err(),
	}
	if over := new(impatience); errors.As(context.Cause(ctx), &over) {
		e.Message = host + " " + over.what
		e.Hint = "give the step a timeout, or all requests one with --step-timeout"
	}
	return e
}

func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return "the server"
}

// redactURL takes the URL, whose query may hold a secret, out of an error.
func redactURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
