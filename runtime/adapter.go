package runtime

import (
	"context"
	"maps"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// Adapter knows how requests are to be made beyond what an OpenAPI description
// can express: the rules of a family of APIs, such as the services of AWS, or
// where credentials come from. It is asked before the run, once for each
// operation that a program calls with the same parameters. Implementations must
// be safe for concurrent use.
type Adapter interface {
	// Adapt returns what is to hold for the operation, or nil to leave everything
	// as it is. Target.Adapted is what the adapters before this one made of it,
	// and is replaced by what is returned; it must not be changed itself.
	//
	// The list holds warnings, or errors that keep a run from starting (no region,
	// say). After an error no further adapter is asked. Beside an error, nil means
	// that nothing is known of where requests go.
	Adapt(ctx context.Context, target Target) (*Adaptation, diag.List)
}

// Target is an operation as a program calls it.
type Target struct {
	// Source is the name of the source description.
	Source string
	// Shadowed says that the name stands for something else in the entry document,
	// or in another that was there first, or that one does which environment
	// variables cannot tell from it. What the user says of the name, such as
	// credentials, is meant for that and must not be used here.
	Shadowed bool
	// Operation is the operation as its description has it.
	Operation *openapi.Operation
	// Server is the URL that the user asked for with an override, or empty.
	Server string
	// Variables are the server variables that the user set.
	Variables map[string]string
	// BaseURL is where the operation is served as far as override, variables and
	// description tell. It is empty if they do not.
	BaseURL string
	// Given are the header, query and cookie parameters that the step gives. One
	// that is given may still be absent when the request is made.
	Given []ParameterName
	// Adapted is the result of the adapters before this one, nil if there is none.
	Adapted *Adaptation
	// Range is the place of the step that calls the operation.
	Range diag.Range
}

// Adaptation is what an [Adapter] changes in the requests of an operation. It
// is plain data.
type Adaptation struct {
	// BaseURL replaces the server of the description. Empty: it stays.
	BaseURL string
	// Named says that the user named BaseURL, so that it may be at any address.
	Named bool
	// Auth is handed to the Transport with each request.
	Auth []Auth
	// Claims are the security schemes of the description that the adapter can
	// meet. A later adapter that chooses among alternatives takes up those that it
	// needs and returns none; without such an adapter the Auth of every claim is
	// handed to the Transport too.
	Claims []Claim
	// Secrets are the parameters whose values are credentials.
	Secrets []ParameterName
	// MediaTypes replaces request media types: "application/json" ↦
	// "application/x-amz-json-1.0".
	MediaTypes map[string]string
	// Drop names the header and query parameters that a workflow may give but
	// that belong to the authenticator. Names compare without regard to case; a
	// trailing "*" matches any rest.
	Drop []string
	// Header are fields to send unless the step gives them.
	Header Header
}

// Claim says that an adapter can meet a security scheme.
type Claim struct {
	// Scheme is the name of the scheme in the description.
	Scheme string
	// Title says what the scheme is, in a few words.
	Title string
	// Auth meets it. The zero value: requests are sent without.
	Auth Auth
	// Missing says what keeps the scheme from being met, in one sentence, and
	// Remedy what to do. Empty: nothing does, or it is not known yet.
	Missing, Remedy string
}

// auth returns the authentications of an adaptation, with its claims.
func (a *Adaptation) auth() []Auth {
	out := slices.Clone(a.Auth)
	for _, c := range a.Claims {
		if c.Auth.Scheme == "" {
			continue
		}
		same := func(b Auth) bool { return b.Scheme == c.Auth.Scheme && maps.Equal(b.Params, c.Auth.Params) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, c.Auth)
		}
	}
	return out
}
