package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// wires are the settings of connections that present client certificates. The zero value
// has none. It is safe for concurrent use.
type wires struct {
	mu           sync.Mutex
	certificates map[files]*tls.Config
}

// files name a client certificate.
type files struct{ cert, key, ca string }

func filesOf(c *Credential) files {
	f := files{cert: c.Cert, key: c.Key, ca: c.CA}
	if f.key == "" {
		f.key = f.cert
	}
	return f
}

// maxPEM bounds the files of certificates and keys, in bytes.
const maxPEM = 1 << 20

// certificate reads a client certificate, once, so that connections can be
// shared.
func (w *wires) certificate(c *Credential) (*tls.Config, error) {
	f := filesOf(c)
	w.mu.Lock()
	defer w.mu.Unlock()
	if config := w.certificates[f]; config != nil {
		return config, nil
	}
	config, err := f.read(c.Key == "")
	if err != nil {
		return nil, err
	}
	if w.certificates == nil {
		w.certificates = make(map[files]*tls.Config)
	}
	w.certificates[f] = config
	return config, nil
}

// read makes the settings of connections from the files. No error quotes what a
// file holds.
func (f files) read(keyInside bool) (*tls.Config, error) {
	cert, err := readPEM(f.cert)
	if err != nil {
		return nil, err
	}
	key := cert
	if !keyInside {
		if key, err = readPEM(f.key); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair(cert, key)
	switch {
	case err != nil && keyInside:
		return nil, fmt.Errorf("the file %q does not hold a certificate and its key in PEM form", f.cert)
	case err != nil:
		return nil, fmt.Errorf("the files %q and %q are not a certificate and its key in PEM form", f.cert, f.key)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if f.ca != "" {
		authorities, err := readPEM(f.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(authorities) {
			return nil, fmt.Errorf("the file %q holds no certificate in PEM form", f.ca)
		}
	}
	return config, nil
}

func readPEM(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err == nil {
		defer func() { _ = f.Close() }()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(f, maxPEM+1)); err == nil {
			if len(data) > maxPEM {
				return nil, fmt.Errorf("the file %q is larger than %d bytes", name, maxPEM)
			}
			return data, nil
		}
	}
	var cause *os.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return nil, fmt.Errorf("the file %q cannot be read: %w", name, err)
}

// transport returns what carries requests with the certificate.
func (w *wires) transport(c *Credential, base http.RoundTripper) (http.RoundTripper, error) {
	plain, ok := base.(host.TLSTransport)
	if !ok {
		return nil, errors.New("the transport of the host does not present client certificates")
	}
	config, err := w.certificate(c)
	if err != nil {
		return nil, err
	}
	return plain.WithTLS(config), nil
}

// Connect returns connections that present the client certificate of the auth
// value, or base if it is about something else.
func (p *Provider) Connect(ctx context.Context, auth runtime.Auth, base http.RoundTripper) (http.RoundTripper, error) {
	if kind(auth.Params[paramKind]) != kindCertificate {
		return base, nil
	}
	source, name := auth.Params[paramSource], auth.Params[paramName]
	c, err := p.find(ctx, source, name)
	if err == nil && (c == nil || c.Cert == "") {
		err = errors.New("it is no longer there")
	}
	if err != nil {
		return nil, refuse("the client certificate for source %q cannot be had: %v", source, err)
	}
	made, err := p.wires.transport(c, base)
	if err != nil {
		return nil, refuse("the client certificate for source %q cannot be used: %v", source, err)
	}
	return made, nil
}
