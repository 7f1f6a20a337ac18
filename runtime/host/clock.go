package host

import (
	"context"
	"crypto/rand"
	"time"
)

// Clock is the system clock. It implements runtime.Clock.
type Clock struct{}

// Now returns the current time.
func (Clock) Now() time.Time { return time.Now() }

// Sleep waits for d or until ctx ends, whose error it then returns.
func (Clock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// NewRunID returns an identifier for a run that no other run has.
func NewRunID() string { return rand.Text() }
