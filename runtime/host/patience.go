package host

import (
	"context"
	"fmt"
	"io"
	"time"
)

// How long a server is waited for where the request has no time limit of its own.
const (
	defaultSilence = 5 * time.Minute
	defaultLongest = time.Hour
)

// patience ends the context of an exchange when the server has sent nothing for
// too long, or takes too long altogether.
type patience struct {
	silence time.Duration
	silent  *time.Timer
	whole   *time.Timer
	cancel  context.CancelCauseFunc
}

// impatience is the cause for which a patience has ended a context.
type impatience struct{ what string }

func (e *impatience) Error() string { return e.what }

// watch returns a context that lasts as long as the patience.
func (t *HTTP) watch(ctx context.Context) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &patience{silence: bound(t.Silence, defaultSilence), cancel: cancel}
	longest := bound(t.Longest, defaultLongest)
	if p.silence > 0 {
		p.silent = time.AfterFunc(p.silence, func() { cancel(&impatience{fmt.Sprintf("sent nothing for %v", p.silence)}) })
	}
	if longest > 0 {
		p.whole = time.AfterFunc(longest, func() { cancel(&impatience{fmt.Sprintf("has not answered in full after %v", longest)}) })
	}
	return ctx, p
}

// bound is a limit: its default if it is zero, and none if it is negative.
func bound(limit, usual time.Duration) time.Duration {
	if limit == 0 {
		return usual
	}
	return max(limit, 0)
}

// heard takes note that the server has sent something.
func (p *patience) heard() {
	if p.silent != nil {
		p.silent.Reset(p.silence)
	}
}

// stop frees what the patience holds. The exchange must be over.
func (p *patience) stop() {
	p.cancel(nil)
	for _, timer := range []*time.Timer{p.silent, p.whole} {
		if timer != nil {
			timer.Stop()
		}
	}
}

// heardBody is a body whose reader hears the server.
type heardBody struct {
	io.ReadCloser
	patience *patience
}

func (b heardBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	if n > 0 {
		b.patience.heard()
	}
	return n, err
}
