package sigv4

import (
	"errors"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// problem is something that keeps requests from being signed or sent, told in
// one sentence without a secret.
type problem struct {
	rule    string
	message string
	hint    string
	// passing says that the same may work a moment later.
	passing bool
	// cause is kept for errors.Is and errors.As; its text is never shown.
	cause error
}

func (p *problem) Error() string { return p.message }

func (p *problem) Unwrap() error { return p.cause }

func (p *problem) diagnostic(at diag.Range) diag.Diagnostic {
	return diag.Diagnostic{Rule: p.rule, Message: p.message, Hint: p.hint, Range: at}
}

// exchangeError returns the problem as the failure of an exchange: one that was
// not sent if another try may help, else one that was refused.
func (p *problem) exchangeError() *runtime.ExchangeError {
	failure := runtime.Refused
	if p.passing {
		failure = runtime.NotSent
	}
	return &runtime.ExchangeError{Failure: failure, Message: p.message, Hint: p.hint}
}

// problemOf finds the problem in an error. Others than problems are ends of a
// context, whose texts are safe.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return &problem{rule: "no-credentials", message: "looking for AWS credentials was interrupted: " + err.Error(), cause: err}
}
