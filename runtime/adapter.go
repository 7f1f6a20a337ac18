package runtime

import (
	"context"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// Adapter knows a family of APIs whose rules an OpenAPI description cannot
// express, or expresses wrongly, such as the services of AWS. It is asked once
// for each operation that a program calls, before the run. Implementations must
// be safe for concurrent use.
type Adapter interface {
	// Adapt returns nil if the operation is none of the family's. The list holds
	// warnings, or errors that keep a run from starting (no region, say).
	Adapt(ctx context.Context, target Target) (*Adaptation, diag.List)
}

// Target is an operation as a program calls it.
type Target struct {
	// Source is the name of the source description.
	Source string
	// Operation is the operation as its description has it.
	Operation *openapi.Operation
	// Server is the URL that the user asked for with an override, or empty.
	Server string
	// Variables are the server variables that the user set.
	Variables map[string]string
	// Range is the place of the step that calls the operation.
	Range diag.Range
}

// Adaptation is what an [Adapter] changes in the requests of an operation. It
// is plain data.
type Adaptation struct {
	// BaseURL replaces the server of the description. Empty: it stays.
	BaseURL string
	// Auth is handed to the Transport with each request.
	Auth Auth
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
