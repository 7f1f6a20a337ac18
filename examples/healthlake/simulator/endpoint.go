package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// Endpoint is a [Server] that listens.
type Endpoint struct {
	*Server
	http     *http.Server
	listener net.Listener
	log      *byteLog
	// others serve credentials.
	others []*http.Server
	served sync.WaitGroup
}

// Start makes the server listen. An empty address is a free port on loopback.
func (s *Server) Start(address string) (*Endpoint, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	e := &Endpoint{
		Server: s, listener: listener, log: &byteLog{limit: s.config.MaxLogBytes},
		http: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute},
	}
	e.served.Go(func() { _ = e.http.Serve(recorder{listener, e.log}) })
	return e, nil
}

// StartCredentials makes [Server.CredentialEndpoint] listen on a free port on
// loopback, until Close, and returns its URL. It must not be called at the same
// time as Close.
func (e *Endpoint) StartCredentials(lifetime time.Duration) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("simulator: %w", err)
	}
	other := &http.Server{Handler: e.CredentialEndpoint(lifetime), ReadHeaderTimeout: time.Minute}
	e.others = append(e.others, other)
	e.served.Go(func() { _ = other.Serve(listener) })
	return "http://" + listener.Addr().String() + "/", nil
}

// URL returns the address of the endpoint, such as "http://127.0.0.1:41397".
func (e *Endpoint) URL() string { return "http://" + e.listener.Addr().String() }

// Close stops the endpoint and breaks its connections.
func (e *Endpoint) Close() error {
	err := e.http.Close()
	for _, other := range e.others {
		err = errors.Join(err, other.Close())
	}
	e.served.Wait()
	return err
}

// Log returns all bytes that came and went, as they were on the wire, except
// that signatures and session tokens are masked. It shows one connection after
// the other; a line that begins with ">" stands before what a client sent, one
// with "<" before what the server sent.
func (e *Endpoint) Log() []byte { return e.log.masked() }

// byteLog keeps what was read and written, up to a limit.
type byteLog struct {
	limit int

	mu    sync.Mutex
	size  int
	conns [][]block
}

// block is what went one way without a break.
type block struct {
	arrow string
	data  []byte
}

// open returns the number of a new connection.
func (l *byteLog) open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = append(l.conns, nil)
	return len(l.conns) - 1
}

func (l *byteLog) add(conn int, arrow string, p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p = p[:min(len(p), l.limit-l.size)]
	if len(p) == 0 {
		return
	}
	l.size += len(p)
	blocks := l.conns[conn]
	if last := len(blocks) - 1; last >= 0 && blocks[last].arrow == arrow {
		blocks[last].data = append(blocks[last].data, p...)
		return
	}
	l.conns[conn] = append(blocks, block{arrow, bytes.Clone(p)})
}

func (l *byteLog) masked() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	signature := regexp.MustCompile(`Signature=[0-9A-Za-z]*`)
	token := regexp.MustCompile(`(?im)^(x-amz-security-token:)[^\r\n]*`)
	var out bytes.Buffer
	for i, blocks := range l.conns {
		for _, b := range blocks {
			data := signature.ReplaceAll(b.data, []byte("Signature=***"))
			fmt.Fprintf(&out, "%s connection %d\n%s\n", b.arrow, i+1, token.ReplaceAll(data, []byte("$1 ***")))
		}
	}
	return out.Bytes()
}

// recorder is a listener whose connections write to a log.
type recorder struct {
	net.Listener
	log *byteLog
}

// Accept waits for the next connection.
func (r recorder) Accept() (net.Conn, error) {
	conn, err := r.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &recordedConn{Conn: conn, log: r.log, number: r.log.open()}, nil
}

type recordedConn struct {
	net.Conn
	log    *byteLog
	number int
}

// Read logs what it reads.
func (c *recordedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.log.add(c.number, ">", p[:n])
	return n, err
}

// Write logs what it writes.
func (c *recordedConn) Write(p []byte) (int, error) {
	c.log.add(c.number, "<", p)
	return c.Conn.Write(p)
}
