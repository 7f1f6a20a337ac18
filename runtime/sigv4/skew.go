package sigv4

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// skewThreshold is how far the time of a signature may be from the time of the
// reply before a refusal is put down to the clocks.
const skewThreshold = 4 * time.Minute

const (
	dateForm     = "20060102T150405Z"
	maxEndpoints = 1024
	maxSkewed    = 64
)

// clocks remembers how far the clocks of services are from ours, and which
// replies showed that a request was dated wrongly. The zero value knows of
// none. It is safe for concurrent use, and bounded.
type clocks struct {
	mu      sync.Mutex
	offsets map[string]time.Duration
	skewed  []replyKey // the oldest first
}

// replyKey identifies a reply as the signer and the retrier see it.
type replyKey struct {
	endpoint string
	status   int
	date     string
	id       string
}

func (c *clocks) offset(endpoint string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offsets[endpoint]
}

// correct takes over the offset that a reply showed.
func (c *clocks) correct(reply replyKey, offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.offsets == nil || len(c.offsets) >= maxEndpoints {
		c.offsets = make(map[string]time.Duration)
	}
	c.offsets[reply.endpoint] = offset
	if len(c.skewed) >= maxSkewed {
		c.skewed = append(c.skewed[:0], c.skewed[1:]...)
	}
	c.skewed = append(c.skewed, reply)
}

// take reports whether a reply led to a correction, once for each reply.
func (c *clocks) take(reply replyKey) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.skewed {
		if k == reply {
			c.skewed = append(c.skewed[:i], c.skewed[i+1:]...)
			return true
		}
	}
	return false
}

// ObserveReply learns from a refusal how far the service's clock is from ours,
// unless AWS_DISABLE_CLOCK_SKEW_CORRECTION or the profile forbids it. Later
// signatures for the same endpoint are dated by the service's clock.
func (p *Provider) ObserveReply(auth runtime.Auth, req *http.Request, resp *http.Response) {
	if auth.Scheme != Scheme || !mayBeRefusal(resp.StatusCode) || resp.Header.Get("Age") != "" {
		return
	}
	if s := p.loaded(); s == nil || s.keepSkew {
		return
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return
	}
	signed, err := time.Parse(dateForm, req.Header.Get("X-Amz-Date"))
	if err != nil || date.Sub(signed).Abs() <= skewThreshold {
		return
	}
	offset := date.Sub(p.now()).Round(time.Second)
	endpoint := endpointOf(req.URL)
	p.clocks.correct(replyKey{
		endpoint: endpoint,
		status:   resp.StatusCode,
		date:     resp.Header.Get("Date"),
		id:       requestID(resp.Header.Get),
	}, offset)
	direction := "behind"
	if offset < 0 {
		direction = "ahead of"
	}
	p.warn(diag.Diagnostic{
		Rule:     "clock-skew",
		Severity: diag.Warning,
		Message:  fmt.Sprintf("the clock of this machine is %v %s that of %s, which is used for signatures from now on", offset.Abs(), direction, req.URL.Host),
		Hint:     "set the clock of this machine",
	})
}

// wasSkewed reports whether a reply led to a correction of the clock.
func (p *Provider) wasSkewed(req *runtime.Request, resp *runtime.Response) bool {
	u, err := url.Parse(req.URL)
	if err != nil {
		return false
	}
	date, _ := resp.Header.Lookup("Date")
	return p.clocks.take(replyKey{
		endpoint: endpointOf(u),
		status:   resp.Status,
		date:     date,
		id: requestID(func(name string) string {
			value, _ := resp.Header.Lookup(name)
			return value
		}),
	})
}

// mayBeRefusal reports whether a service refuses a signature with this status.
func mayBeRefusal(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	default:
		return false
	}
}

func requestID(field func(string) string) string {
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Request-Id"} {
		if id := field(name); id != "" {
			return id
		}
	}
	return ""
}

func endpointOf(u *url.URL) string {
	return strings.ToLower(u.Scheme + "://" + u.Host)
}
