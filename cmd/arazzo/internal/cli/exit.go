package cli

import (
	"errors"
	"fmt"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// The exit codes. Scripts depend on them.
const (
	exitSucceeded       = 0
	exitFailed          = 1
	exitUsage           = 2
	exitInvalidDocument = 3
	exitHost            = 4
	exitUnhandled       = 5
	exitInterrupted     = 130
)

// exitOf maps the verdict of a run to the exit code.
func exitOf(s runtime.Status) int {
	switch s {
	case runtime.Succeeded:
		return exitSucceeded
	case runtime.Unhandled:
		return exitUnhandled
	case runtime.Cancelled:
		return exitInterrupted
	case runtime.Failed, runtime.Running:
		return exitFailed
	default:
		return exitFailed
	}
}

// problem is an error that ends the command with a certain exit code.
type problem struct {
	code    int
	message string
	hint    string
	// details are further lines below the hint.
	details []string
	err     error
	// more are further problems that are shown with this one.
	more []*problem
}

func (p *problem) Error() string { return p.message }

func (p *problem) Unwrap() error { return p.err }

// usagef returns a problem with the way the command was called.
func usagef(format string, args ...any) *problem {
	return &problem{code: exitUsage, message: fmt.Sprintf(format, args...)}
}

// hostf returns a problem of the machine that the command runs on: a file, the
// network, the standard streams.
func hostf(err error, format string, args ...any) *problem {
	return &problem{code: exitHost, message: fmt.Sprintf(format, args...), err: err}
}

func (p *problem) withHint(format string, args ...any) *problem {
	p.hint = fmt.Sprintf(format, args...)
	return p
}

// reported is returned by a command that has shown its problem already.
type reported struct{ code int }

func (r reported) Error() string { return fmt.Sprintf("exit code %d", r.code) }

// codeOf returns the exit code for what a command returned.
func codeOf(err error) int {
	var p *problem
	var r reported
	switch {
	case err == nil:
		return exitSucceeded
	case errors.As(err, &r):
		return r.code
	case errors.As(err, &p):
		return p.code
	default:
		return exitUsage
	}
}
