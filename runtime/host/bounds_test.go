package host_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// failing sends a GET that must fail, and returns the failure.
func failing(t *testing.T, transport *host.HTTP, address string) *runtime.ExchangeError {
	t.Helper()
	defer transport.CloseIdleConnections()
	_, err := transport.Exchange(t.Context(), get(address))
	var ex *runtime.ExchangeError
	if !errors.As(err, &ex) {
		t.Fatalf("error is %v, want a failed exchange", err)
	}
	return ex
}

func TestRepliesAreBoundedInSize(t *testing.T) {
	const limit = 1 << 20
	for name, handler := range map[string]http.HandlerFunc{"endless": endless, "compressed": bomb} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			var before, after goruntime.MemStats
			goruntime.ReadMemStats(&before)
			if ex := failing(t, &host.HTTP{MaxBody: limit}, server.URL); ex.Failure != runtime.TooLarge {
				t.Errorf("failure is %s: %v", ex.Failure, ex)
			}
			goruntime.ReadMemStats(&after)
			// The server itself compresses a gigabyte a megabyte at a time.
			if used := after.TotalAlloc - before.TotalAlloc; used > 64*limit {
				t.Errorf("%d bytes were used for a body of at most %d", used, limit)
			}
		})
	}
	t.Run("header without end", func(t *testing.T) {
		address := brokenServer(t, func(c net.Conn) {
			readHead(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(c, "X-%d: %s\r\n", i, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		})
		if ex := failing(t, &host.HTTP{}, address); ex.Failure != runtime.Lost {
			t.Errorf("failure is %s: %v", ex.Failure, ex)
		}
	})
	t.Run("status line without end", func(t *testing.T) {
		address := brokenServer(t, func(c net.Conn) {
			readHead(c)
			for {
				if _, err := io.WriteString(c, strings.Repeat("x", 10_000)); err != nil {
					return
				}
			}
		})
		if ex := failing(t, &host.HTTP{}, address); ex.Failure != runtime.Lost {
			t.Errorf("failure is %s: %v", ex.Failure, ex)
		}
	})
	t.Run("informational replies without end", func(t *testing.T) {
		address := brokenServer(t, func(c net.Conn) {
			readHead(c)
			for {
				if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"); err != nil {
					return
				}
			}
		})
		if ex := failing(t, &host.HTTP{}, address); ex.Failure != runtime.Lost {
			t.Errorf("failure is %s: %v", ex.Failure, ex)
		}
	})
}

func TestRepliesAreBoundedInTime(t *testing.T) {
	const short = 30 * time.Millisecond
	silentBody := brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
		_, _ = c.Read(make([]byte, 1))
	})
	slowBody := brokenServer(t, func(c net.Conn) {
		readHead(c)
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		for {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := c.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
				return
			}
		}
	})
	silent := brokenServer(t, func(c net.Conn) { readHead(c); _, _ = c.Read(make([]byte, 1)) })
	tests := []struct {
		name, address string
		transport     *host.HTTP
		text          string
	}{
		{"no reply", silent, &host.HTTP{Silence: short}, "sent nothing for 30ms"},
		{"a header that comes drop by drop", trickle(t), &host.HTTP{Silence: short}, "sent nothing for 30ms"},
		{"a body that breaks off", silentBody, &host.HTTP{Silence: short}, "sent nothing for 30ms"},
		{"a body that comes drop by drop", slowBody, &host.HTTP{Longest: short}, "has not answered in full after 30ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := failing(t, tt.transport, tt.address)
			if ex.Failure != runtime.TimedOut || !strings.Contains(ex.Message, tt.text) || !strings.Contains(ex.Hint, "--step-timeout") {
				t.Errorf("failure is %s: %v (%s)", ex.Failure, ex, ex.Hint)
			}
		})
	}
	t.Run("a body that keeps coming is waited for", func(t *testing.T) {
		started := time.Now()
		ex := failing(t, &host.HTTP{Silence: time.Second, Longest: 1500 * time.Millisecond}, slowBody)
		if !strings.Contains(ex.Message, "in full") || time.Since(started) < 1500*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(started), ex)
		}
	})
	t.Run("a time limit of the request takes their place", func(t *testing.T) {
		transport := &host.HTTP{Silence: time.Millisecond, Longest: time.Millisecond}
		_, err := transport.Exchange(t.Context(), &runtime.Request{Method: "GET", URL: silent, Timeout: 50 * time.Millisecond})
		if err == nil || !strings.Contains(err.Error(), "did not answer within 50ms") {
			t.Errorf("error is %v", err)
		}
	})
}
