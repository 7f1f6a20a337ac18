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
	silence, longest time.Duration
	since            time.Time
	// timer runs out when the server has been silent for too long. That of a server
	// which is not silent is looked at each time it is heard.
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

// impatience is the cause for which a patience has ended a context.
type impatience struct{ what string }

func (e *impatience) Error() string { return e.what }

// watch returns a context that lasts as long as the patience.
func (t *HTTP) watch(ctx context.Context) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &patience{
		silence: bound(t.Silence, defaultSilence), longest: bound(t.Longest, defaultLongest), since: time.Now(), cancel: cancel,
	}
	if wait := p.wait(); wait > 0 {
		p.timer = time.AfterFunc(wait, p.over)
	}
	return ctx, p
}

// wait is how long to wait for the server to be heard again. Zero: for ever.
func (p *patience) wait() time.Duration {
	if p.longest == 0 {
		return p.silence
	}
	left := max(p.longest-time.Since(p.since), 1)
	if p.silence == 0 {
		return left
	}
	return min(p.silence, left)
}

// over ends the context.
func (p *patience) over() {
	what := fmt.Sprintf("sent nothing for %v", p.silence)
	if p.longest > 0 && time.Since(p.since) >= p.longest {
		what = fmt.Sprintf("has not answered in full after %v", p.longest)
	}
	p.cancel(&impatience{what})
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
	if p.timer != nil {
		p.timer.Reset(p.wait())
	}
}

// stop frees what the patience holds. The exchange must be over.
func (p *patience) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
	p.cancel(nil)
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
