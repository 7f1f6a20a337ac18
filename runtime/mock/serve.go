package mock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxRequestBody bounds what is read of a request, in bytes.
const maxRequestBody = 64 << 20

// ServeHTTP answers the request that the course expects next. Any other is
// answered 501, and is a finding.
func (m *Mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	reply, message := m.answer(r, body, err)
	if reply == nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotImplemented)
		text, _ := json.Marshal(map[string]string{"error": message})
		_, _ = w.Write(text)
		return
	}
	for _, f := range reply.Header {
		w.Header().Add(f.Name, f.Value)
	}
	if _, typed := reply.Header.Lookup("Content-Type"); !typed {
		// net/http would guess one.
		w.Header()["Content-Type"] = nil
	}
	w.WriteHeader(reply.Status)
	_, _ = w.Write(reply.Body)
}

// answer records a request and returns the reply to it, or says why there is
// none.
func (m *Mock) answer(r *http.Request, body []byte, unread error) (reply *runtime.Response, message string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rec := record(r, body)
	unexpected := func(format string, args ...any) (*runtime.Response, string) {
		message := rec.Method + " " + rec.Path + ": " + fmt.Sprintf(format, args...)
		m.find(diag.Diagnostic{Rule: "unexpected-request", Message: message})
		m.requests = append(m.requests, rec)
		return nil, message
	}
	if m.next >= len(m.course.Exchanges) && m.repeat {
		m.next = 0
	}
	if again := m.resent(&rec); again != nil {
		return again, ""
	}
	if m.next >= len(m.course.Exchanges) {
		return unexpected("the course of the workflow has ended")
	}
	x := &m.course.Exchanges[m.next]
	route := routeOf(x.step.Operation)
	values, ok := route.match(r.Method, m.below(r.URL))
	if !ok {
		return unexpected("step %q is expected to send %s %s", x.StepID, x.step.Operation.Method, x.step.Operation.Path)
	}
	if unread != nil {
		return unexpected("the body cannot be read: %v", unread)
	}
	rec.StepID = x.StepID
	m.requests = append(m.requests, rec)
	for _, d := range inspect(x, &rec, values) {
		m.find(d)
	}
	m.next++
	return x.Response, ""
}

// below is a URL without the path of the base URL.
func (m *Mock) below(u *url.URL) *url.URL {
	out := *u
	base := basePath(m.baseURL)
	out.Path, out.RawPath = strings.TrimPrefix(u.Path, base), strings.TrimPrefix(u.RawPath, base)
	return &out
}

// resent returns the last reply once more if the request is the last one again,
// and not the one that the course expects: a client may repeat a request below
// the sight of the workflow, for instance with a new token.
func (m *Mock) resent(rec *Recorded) *runtime.Response {
	if m.next == 0 || len(m.requests) == 0 {
		return nil
	}
	last := &m.requests[len(m.requests)-1]
	if last.StepID == "" || last.Method != rec.Method || last.Path != rec.Path || last.Query != rec.Query || !bytes.Equal(last.Body, rec.Body) {
		return nil
	}
	if m.next < len(m.course.Exchanges) {
		route := routeOf(m.course.Exchanges[m.next].step.Operation)
		if u, err := url.Parse(rec.Path + "?" + rec.Query); err == nil {
			if _, expected := route.match(rec.Method, m.below(u)); expected {
				return nil
			}
		}
	}
	reply := m.course.Exchanges[m.next-1].Response
	if reply.Status < 400 {
		return nil
	}
	rec.StepID = last.StepID
	m.requests = append(m.requests, *rec)
	return reply
}

// maxFindings bounds the findings that are kept.
const maxFindings = 1000

func (m *Mock) find(d diag.Diagnostic) {
	if len(m.findings) < maxFindings {
		m.findings.Add(d)
	}
}

// basePath is the path of a base URL without its last slash.
func basePath(base string) string {
	_, rest, found := strings.Cut(base, "://")
	if !found {
		return ""
	}
	_, path, _ := strings.Cut(rest, "/")
	if path = strings.TrimSuffix(path, "/"); path != "" {
		path = "/" + path
	}
	return path
}

// Server is a [Mock] that listens on the loopback interface.
type Server struct {
	*Mock
	// URL is where it can be reached: "http://127.0.0.1:" and a port.
	URL string

	server *http.Server
	served chan error
}

// Listen rehearses a course and serves it on the loopback interface, at an
// address like "127.0.0.1:0", which lets the system choose the port. Any other
// interface is refused. Options.BaseURL is set to the address. The caller closes
// the Server.
func Listen(ctx context.Context, program *runtime.Program, address string, o Options) (*Server, diag.List) {
	failed := func(err error) (*Server, diag.List) {
		return nil, diag.List{{Rule: "mock-address", Message: fmt.Sprintf("the mock cannot listen on %q: %v", address, err)}}
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return failed(err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return failed(errors.New("it is no loopback address"))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return failed(err)
	}
	o.BaseURL = "http://" + listener.Addr().String()
	m, problems := New(ctx, program, o)
	if m == nil {
		_ = listener.Close()
		return nil, problems
	}
	s := &Server{Mock: m, URL: o.BaseURL, served: make(chan error, 1)}
	s.server = &http.Server{Handler: m, ReadHeaderTimeout: time.Minute, MaxHeaderBytes: 1 << 20}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, problems
}

// Close stops listening and breaks open connections off.
func (s *Server) Close() error {
	err := s.server.Close()
	if served := <-s.served; err == nil && !errors.Is(served, http.ErrServerClosed) {
		err = served
	}
	return err
}
