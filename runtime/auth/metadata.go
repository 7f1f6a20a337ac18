package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// maxMetadata bounds the metadata of an authorization server, in bytes.
const maxMetadata = 1 << 20

// metadata is what is needed of the description that an authorization server
// gives of itself (OpenID Connect Discovery 1.0, 3; RFC 8414, 2).
type metadata struct {
	tokenEndpoint string
	// style is how clients authenticate themselves, "" if the server does not say.
	style string
}

// metadataCache keeps metadata, by its URL. The zero value has none. It is safe
// for concurrent use.
type metadataCache struct {
	mu    sync.Mutex
	known map[string]metadata
}

// get returns the metadata that a URL stands for.
func (m *metadataCache) get(ctx context.Context, client *http.Client, p *Provider, address string) (metadata, error) {
	m.mu.Lock()
	found, ok := m.known[address]
	m.mu.Unlock()
	if ok {
		return found, nil
	}
	var first error
	for _, candidate := range candidates(address) {
		found, err := fetchMetadata(ctx, client, p, candidate)
		if err == nil {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.known == nil {
				m.known = make(map[string]metadata)
			}
			m.known[address] = found
			return found, nil
		}
		if ctx.Err() != nil {
			return metadata{}, err
		}
		if first == nil {
			first = err
		}
	}
	return metadata{}, first
}

// candidates are the addresses at which metadata may stand: the one that the
// description names, and, should that be an issuer, the well-known ones made of
// it (OpenID Connect Discovery 1.0, 4; RFC 8414, 3).
func candidates(address string) []string {
	u, err := url.Parse(address)
	if err != nil || strings.Contains(u.Path, "/.well-known/") {
		return []string{address}
	}
	u.RawQuery, u.RawPath = "", ""
	path := strings.TrimSuffix(u.Path, "/")
	appended, inserted := *u, *u
	appended.Path = path + "/.well-known/openid-configuration"
	inserted.Path = "/.well-known/oauth-authorization-server" + path
	return []string{address, appended.String(), inserted.String()}
}

func fetchMetadata(ctx context.Context, client *http.Client, p *Provider, address string) (metadata, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return metadata{}, refuse("%q is not the URL of an authorization server", hostOf(address))
	}
	resp, err := client.Do(req)
	if err != nil {
		return metadata{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	failed := func(format string, args ...any) (metadata, error) {
		return metadata{}, &runtime.ExchangeError{
			Failure: runtime.NotSent,
			Message: fmt.Sprintf("the authorization server %s does not describe itself: %s", req.URL.Host, fmt.Sprintf(format, args...)),
			Hint:    "give a token that exists, or name the token endpoint in a credentials file: tokenUrl",
		}
	}
	if resp.StatusCode != http.StatusOK {
		return failed("it answered %d", resp.StatusCode)
	}
	if media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && media == "text/html" {
		return failed("it answered with a page for people")
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxMetadata+1))
	switch {
	case err != nil:
		return metadata{}, err
	case len(data) > maxMetadata:
		return failed("its answer is larger than %d bytes", maxMetadata)
	}
	var document struct {
		TokenEndpoint string   `json:"token_endpoint"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return failed("its answer is not JSON of the known form")
	}
	if document.TokenEndpoint == "" {
		return failed("it names no token endpoint")
	}
	endpoint, reason := p.endpoint("", document.TokenEndpoint)
	if reason != "" {
		return failed("its token endpoint %s", reason)
	}
	style, ok := supported(document.Methods)
	if !ok {
		return failed("it authenticates clients by %s only, which is not supported", clean(strings.Join(document.Methods, ", ")))
	}
	return metadata{tokenEndpoint: endpoint, style: style}, nil
}
