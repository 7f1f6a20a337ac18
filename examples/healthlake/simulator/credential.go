package simulator

import (
	"encoding/json"
	"net/http"
	"time"
)

// Credential is a pair of keys that a [Server] knows, with a session token if
// it is temporary.
type Credential struct {
	AccessKeyID     string
	SecretAccessKey string
	// SessionToken must be sent with the requests if it is not empty, and must not
	// be sent if it is.
	SessionToken string
	// Expires is when the credential stops working. Zero: never.
	Expires time.Time
}

// SampleCredential is the only credential that a Server knows whose Config
// lists none.
func SampleCredential() Credential {
	return Credential{AccessKeyID: SampleAccessKeyID, SecretAccessKey: SampleSecretAccessKey}
}

// Issue makes a new temporary credential and adds it to those that the server
// knows. A lifetime that is not positive never ends.
func (s *Server) Issue(lifetime time.Duration) Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Credential{
		AccessKeyID:     "ASIA" + s.id("access key")[:16],
		SecretAccessKey: s.id("secret access key"),
		SessionToken:    s.id("session token"),
	}
	if lifetime > 0 {
		c.Expires = s.now().Add(lifetime)
	}
	s.credentials = append(s.credentials, c)
	return c
}

// CredentialEndpoint returns a handler that issues a new temporary credential
// on each request, in the form of the container credentials of AWS. A client
// that is pointed at it with AWS_CONTAINER_CREDENTIALS_FULL_URI gets fresh
// credentials when its own have expired.
func (s *Server) CredentialEndpoint(lifetime time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c := s.Issue(lifetime)
		answer := struct {
			AccessKeyID string     `json:"AccessKeyId"`
			Secret      string     `json:"SecretAccessKey"`
			Token       string     `json:"Token"`
			Expiration  *time.Time `json:"Expiration,omitempty"`
		}{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, nil}
		if !c.Expires.IsZero() {
			answer.Expiration = &c.Expires
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
}
