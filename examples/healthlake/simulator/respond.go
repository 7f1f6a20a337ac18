package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	// slowPieces is how many pieces a slow body comes in.
	slowPieces = 8
	// floodBytes is how long a body is that does not end.
	floodBytes = 10 << 30
)

// respond sends the answer or the failure, in the way that the faults ask for.
// The call is on the list before the first byte leaves, so that a client that
// has its answer finds its call there.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, c *call, answer map[string]any, problem *failure) {
	if problem != nil {
		c.record.Status, c.record.ErrorType = problem.status, problem.kind
		body := problem.write(w.Header(), s.config)
		s.finish(c)
		send(w, problem.status, body)
		return
	}
	f := c.fault(DropBefore, DropAfter, Hang)
	if f != nil {
		s.finish(c)
		if f.Kind == Hang {
			<-r.Context().Done()
		}
		drop(w)
		return
	}
	c.record.Status = http.StatusOK
	s.finish(c)
	w.Header().Set("Content-Type", mediaType)
	body := encodeAnswer(answer)
	f = c.fault(Truncate, Slow, Flood)
	switch {
	case f == nil:
		send(w, http.StatusOK, body)
	case f.Kind == Truncate:
		truncate(w, body)
	case f.Kind == Slow:
		s.trickle(w, r, body, f.duration())
	default:
		flood(w)
	}
}

// send writes a whole reply. A client that is gone does not matter.
func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// drop closes the connection.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = conn.Close()
}

// truncate sends half of the body that it promises, and closes the connection.
func truncate(w http.ResponseWriter, body []byte) {
	header := w.Header().Clone()
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		send(w, http.StatusOK, body[:len(body)/2])
		return
	}
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = fmt.Fprintf(buffered, "HTTP/1.1 200 OK\r\n")
	_ = header.Write(buffered)
	_, _ = fmt.Fprintf(buffered, "\r\n%s", body[:len(body)/2])
	_ = buffered.Flush()
}

// trickle sends the body in pieces over the given time.
func (s *Server) trickle(w http.ResponseWriter, r *http.Request, body []byte, over time.Duration) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	piece := max(len(body)/slowPieces, 1)
	for len(body) > 0 {
		n := min(piece, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			return
		}
		_ = out.Flush()
		body = body[n:]
		if err := s.config.Sleep(r.Context(), over/slowPieces); err != nil {
			return
		}
	}
}

// flood sends one JSON string that does not end.
func flood(w http.ResponseWriter) {
	w.WriteHeader(http.StatusOK)
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = 'x'
	}
	if _, err := w.Write([]byte(`{"Message":"`)); err != nil {
		return
	}
	for sent := 0; sent < floodBytes; sent += len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}
