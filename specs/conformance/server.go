package conformance

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// server plays the script of a case.
type server struct {
	// c is the case with the port of the server in its place.
	c    *Case
	port int
	http *http.Server
	done chan struct{}

	mu sync.Mutex
	// sequence and taken are the exchanges and which of them took place.
	sequence []*Exchange
	taken    []bool
	// received are the requests other than for documents, problems what was
	// wrong with them.
	received []string
	problems []string
	// replied is when the last reply was sent.
	replied time.Time
}

// serve starts a mock server on a free port of the loopback interface.
func serve(c *Case) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if c, err = c.at(port); err != nil {
		_ = listener.Close()
		return nil, err
	}
	s := &server{c: c, port: port, sequence: c.sequence(), done: make(chan struct{})}
	s.taken = make([]bool, len(s.sequence))
	s.http = &http.Server{Handler: http.HandlerFunc(s.handle), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// close stops the server and breaks off what it still does.
func (s *server) close() {
	_ = s.http.Close()
	<-s.done
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err != nil {
		http.Error(w, "the body did not arrive", http.StatusBadRequest)
		return
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	got := &request{method: r.Method, path: path, query: query, header: r.Header, body: body}
	x := s.take(got, arrived)
	if x == nil {
		http.Error(w, "the case does not expect this request", http.StatusNotImplemented)
		return
	}
	if x.DelayMs > 0 {
		select {
		case <-time.After(time.Duration(x.DelayMs) * time.Millisecond):
		case <-r.Context().Done():
		}
	}
	s.reply(w, x)
	if !x.Document {
		s.mu.Lock()
		s.replied = time.Now()
		s.mu.Unlock()
	}
}

func (s *server) reply(w http.ResponseWriter, x *Exchange) {
	for name, values := range x.Headers {
		for _, value := range values {
			w.Header().Add(name, value)
		}
	}
	if _, typed := w.Header()["Content-Type"]; !typed {
		w.Header()["Content-Type"] = nil // net/http would guess one
	}
	content := []byte(x.Body)
	if x.BodyFile != "" {
		content = s.c.file(x.BodyFile, s.port)
	}
	w.WriteHeader(x.Status)
	_, _ = w.Write(content)
	_ = http.NewResponseController(w).Flush()
}

// take finds the exchange that a request belongs to and notes what is wrong
// with the request. It returns nil if there is no such exchange.
func (s *server) take(got *request, arrived time.Time) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.c.Exchanges {
		if x := &s.c.Exchanges[i]; x.Document && got.addressed(x, s.c.PathAlternatives) {
			s.note(got, x)
			return x
		}
	}
	s.received = append(s.received, got.String())
	next := s.next()
	chosen := s.choose(got, next)
	if chosen < 0 {
		s.problems = append(s.problems, s.unexpected(got, next))
		return nil
	}
	x := s.sequence[chosen]
	s.taken[chosen] = true
	s.note(got, x)
	s.judgeGap(x, arrived)
	return x
}

// choose returns the index of the exchange that a request is taken for: one that
// it meets in all, rather one that says more; else the first that it is
// addressed to, else -1.
func (s *server) choose(got *request, next []int) int {
	addressed, met := -1, -1
	for _, i := range next {
		x := s.sequence[i]
		if !got.addressed(x, s.c.PathAlternatives) {
			continue
		}
		if addressed < 0 {
			addressed = i
		}
		if len(got.problems(x.Expect)) == 0 && (met < 0 || s.sequence[met].Expect == nil && x.Expect != nil) {
			met = i
		}
	}
	if met >= 0 {
		return met
	}
	return addressed
}

// next returns the indices of the exchanges that may take place now: the first
// that has not, and if it is of a group, the others of that group.
func (s *server) next() []int {
	var next []int
	group := ""
	for i, x := range s.sequence {
		switch {
		case len(next) > 0 && (group == "" || x.Unordered != group):
			return next
		case s.taken[i]:
		default:
			next = append(next, i)
			group = x.Unordered
		}
	}
	return next
}

func (s *server) note(got *request, x *Exchange) {
	for _, problem := range got.problems(x.Expect) {
		s.problems = append(s.problems, fmt.Sprintf("request %s: %s", s.label(got), problem))
	}
}

// label names a request in messages.
func (s *server) label(got *request) string {
	return fmt.Sprintf("%d (%s)", len(s.received), shorten(got.String()))
}

func (s *server) unexpected(got *request, next []int) string {
	if len(next) == 0 {
		return fmt.Sprintf("request %s comes after the last of the case", s.label(got))
	}
	var expected []string
	for _, i := range next {
		expected = append(expected, s.sequence[i].Method+" "+s.sequence[i].Path)
	}
	return fmt.Sprintf("request %s comes instead of %s", s.label(got), strings.Join(expected, " or "))
}

func (s *server) judgeGap(x *Exchange, arrived time.Time) {
	if s.replied.IsZero() {
		return
	}
	gap := arrived.Sub(s.replied)
	least, most := time.Duration(x.MinGapMs)*time.Millisecond, time.Duration(x.MaxGapMs)*time.Millisecond
	switch {
	case least > 0 && gap < least:
		s.problems = append(s.problems, fmt.Sprintf("request %d comes %v after the last reply, and not before %v", len(s.received), gap.Round(time.Millisecond), least))
	case most > 0 && gap > most:
		s.problems = append(s.problems, fmt.Sprintf("request %d comes %v after the last reply, and not within %v", len(s.received), gap.Round(time.Millisecond), most))
	}
}

// transcript is what the server has seen once the tool has ended.
type transcript struct {
	received []string
	problems []string
	// missing are the exchanges that did not take place; done is how many did.
	missing []string
	done    int
}

func (s *server) transcript() transcript {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := transcript{received: s.received, problems: s.problems}
	for i, x := range s.sequence {
		if s.taken[i] {
			t.done++
		} else {
			t.missing = append(t.missing, x.Method+" "+x.Path)
		}
	}
	return t
}
