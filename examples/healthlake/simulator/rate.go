package simulator

import "time"

// Rate limits how often an operation may be called. Calls beyond it get a
// ThrottlingException.
type Rate struct {
	// Operation is the operation that is limited. Empty: all together.
	Operation string
	// PerSecond is how many calls are allowed in the long run.
	PerSecond float64
	// Burst is how many calls may come at once. Zero: one second's worth, at least
	// one.
	Burst int
}

// bucket holds the tokens of a rate.
type bucket struct {
	rate   Rate
	tokens float64
	filled time.Time
}

func newBucket(r Rate, now time.Time) *bucket {
	b := &bucket{rate: r, filled: now}
	b.tokens = b.size()
	return b
}

func (b *bucket) size() float64 {
	if b.rate.Burst > 0 {
		return float64(b.rate.Burst)
	}
	return max(b.rate.PerSecond, 1)
}

// take removes a token and reports whether there was one. A clock that goes
// backwards adds nothing.
func (b *bucket) take(now time.Time) bool {
	if passed := now.Sub(b.filled); passed > 0 {
		b.tokens = min(b.size(), b.tokens+passed.Seconds()*b.rate.PerSecond)
	}
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
