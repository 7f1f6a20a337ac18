package auth

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
)

// Credential is what is known of how to meet one security scheme. Which fields
// count depends on the scheme; the zero value meets none.
type Credential struct {
	// Value is an API key, a bearer token, "user:password" of basic
	// authentication, or the whole Authorization value of another HTTP scheme.
	Value string
	// Username and Password are for basic authentication and the password flow of
	// OAuth 2.
	Username, Password string
	// ClientID and ClientSecret identify the client to an OAuth 2 server.
	ClientID, ClientSecret string
	// Token is an OAuth 2 access token that exists already.
	Token string
	// RefreshToken obtains further access tokens.
	RefreshToken string
	// Scopes replace those that the description asks for.
	Scopes []string
	// TokenURL replaces the token endpoint of the description.
	TokenURL string
	// Header is the header field in which Value is sent, for a scheme that the
	// description does not define. Empty: Authorization.
	Header string
	// Cert, Key and CA are files in PEM form: the client certificate and its key
	// for mutual TLS, and the authorities that may have signed the certificate of
	// the server. Key may be empty if Cert holds the key too. CA may be empty for
	// those of the system.
	Cert, Key, CA string
	// Hosts are the only hosts, with a port or without, that may receive the
	// credential. Empty: those of the source's servers.
	Hosts []string
	// Origin says where the credential comes from, for messages.
	Origin string
}

// secrets returns the texts of the credential that nobody may see, in all forms
// in which they are sent.
func (c *Credential) secrets() []string {
	var out []string
	for _, s := range []string{c.Value, c.Password, c.ClientSecret, c.Token, c.RefreshToken} {
		if s != "" {
			out = append(out, s)
		}
	}
	if user, password, ok := c.basic(); ok {
		out = append(out, password, encodeBasic(user, password))
	}
	return out
}

// basic returns user and password of basic authentication. It is false if they
// are not there, or not of the form that it takes.
func (c *Credential) basic() (user, password string, ok bool) {
	if c.Value == "" && c.Username != "" && c.Password != "" {
		return c.Username, c.Password, !strings.Contains(c.Username, ":")
	}
	return strings.Cut(c.Value, ":")
}

func encodeBasic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}

// Source finds credentials. Implementations must be safe for concurrent use.
type Source interface {
	// Credential returns what is known for a security scheme of a source
	// description, or nil if nothing is. It is asked for every request, so that
	// what is renewed meanwhile is found; a Source that is slow keeps what it
	// found. An empty scheme asks for the client certificate that all requests to
	// the source present.
	//
	// An error says why a credential that should be there cannot be had. It must
	// not hold a secret.
	Credential(ctx context.Context, source, scheme string) (*Credential, error)
}

// Sources is a [Source] that asks several in turn; the first that knows the
// scheme decides. Nil elements are skipped.
type Sources []Source

// Credential returns the first credential that is found.
func (s Sources) Credential(ctx context.Context, source, scheme string) (*Credential, error) {
	for _, each := range s {
		if each == nil {
			continue
		}
		if c, err := each.Credential(ctx, source, scheme); c != nil || err != nil {
			return c, err
		}
	}
	return nil, nil
}

// Static is a [Source] that holds its credentials, by source description and
// scheme. It must not be changed once it is in use.
type Static map[string]map[string]Credential

// Credential returns the credential of the scheme.
func (s Static) Credential(_ context.Context, source, scheme string) (*Credential, error) {
	c, ok := s[source][scheme]
	if !ok {
		return nil, nil
	}
	c.Scopes, c.Hosts = slices.Clone(c.Scopes), slices.Clone(c.Hosts)
	return &c, nil
}
