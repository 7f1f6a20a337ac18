// Package cli is the arazzo command.
//
// Standard output carries the answer and nothing else; progress, warnings and
// errors go to standard error.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const reportAddress = "https://github.com/seed-d89508e2/arazzo/issues"

// app is one invocation of the command: the streams and what the environment
// says about them.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	// exit ends the process at once; it serves the second interrupt only.
	exit func(code int)
	// stdinUsed says what standard input was read for, since it can be read once.
	stdinUsed string
	// misuse is a mistake in the call that was found while showing help.
	misuse error
}

// Main runs the command with the arguments that follow its name and returns
// the exit code. It never panics and never prints a stack trace.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv, exit: os.Exit}
	reserveStack(0)
	defer func() {
		if v := recover(); v != nil {
			a.reportPanic(v)
			code = exitHost
		}
	}()
	return a.main(args)
}

// reserveStack grows the stack of its goroutine at once. Growing it step by step
// below deep calls, with everything on it to be moved each time, takes about a
// twentieth of a short run.
//
//go:noinline
func reserveStack(use int) byte {
	if use == 0 {
		return 0
	}
	var frame [64 << 10]byte
	for i := range frame {
		frame[i] = byte(use)
	}
	return frame[use]
}

func (a *app) main(args []string) int {
	root := newRoot(a)
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	if err == nil {
		err = a.misuse
	}
	var r reported
	if err == nil || errors.As(err, &r) {
		return codeOf(err)
	}
	a.showProblem(err, cmd.CommandPath())
	return codeOf(err)
}

// showProblem writes an error that is about the call or the machine and not
// about a place in a document.
func (a *app) showProblem(err error, command string) {
	list := []*problem{{code: exitUsage, message: err.Error()}}
	var p *problem
	if errors.As(err, &p) {
		list = append([]*problem{p}, p.more...)
	}
	var b strings.Builder
	hinted := false
	for _, p := range list {
		fmt.Fprintf(&b, "arazzo: %s\n", printable(p.message))
		if p.hint != "" {
			hinted = true
			fmt.Fprintf(&b, "  hint: %s\n", printable(p.hint))
		}
		for _, line := range p.details {
			fmt.Fprintf(&b, "    %s\n", printable(line))
		}
	}
	if !hinted && codeOf(err) == exitUsage && command != "" {
		fmt.Fprintf(&b, "  see \"%s --help\"\n", command)
	}
	_, _ = io.WriteString(a.stderr, b.String())
}

func (a *app) reportPanic(v any) {
	text := printable(fmt.Sprint(v))
	const limit = 200
	if len(text) > limit {
		text = text[:limit]
	}
	_, _ = fmt.Fprintf(a.stderr, "arazzo: internal error: %s; please report it with the command you ran at %s\n", text, reportAddress)
}
