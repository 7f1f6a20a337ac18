package simulator

import (
	"context"
	"time"
)

// Values that fit the defaults of [Config], for examples and tests. They are
// made up, and give access to nothing.
const (
	// DefaultRegion is the region of a Server whose Config names none.
	DefaultRegion = "us-east-1"
	// SampleDatastoreID is the data store of a Server whose Config lists none.
	SampleDatastoreID = "0123456789abcdef0123456789abcdef"
	// SampleAccessKeyID and SampleSecretAccessKey sign requests to a Server whose
	// Config lists no credentials.
	SampleAccessKeyID = "AKIDEXAMPLE"
	// SampleSecretAccessKey is the secret of SampleAccessKeyID.
	SampleSecretAccessKey = "simulator-example-secret-access-key"
)

const (
	serviceName = "healthlake"
	accountID   = "123456789012"

	defaultMaxBodyBytes = 1 << 20
	defaultMaxLogBytes  = 8 << 20
	defaultMaxCalls     = 100_000
)

// Config says how a [Server] behaves. The zero value is the strictest server
// with one active data store, the sample credentials and jobs that complete.
type Config struct {
	// Region is the only region in whose name requests may be signed. Empty:
	// DefaultRegion.
	Region string
	// Credentials are those that the server knows. None: the sample pair.
	Credentials []Credential
	// Datastores exist from the start. None: SampleDatastoreID, active.
	Datastores []Datastore

	// ImportPlans are the plans of import jobs, in the order in which the jobs
	// are created; the last one serves all further jobs. None: DefaultPlan.
	ImportPlans []Plan
	// ExportPlans are the same for export jobs.
	ExportPlans []Plan
	// CreatePlan is the way of a new data store. Without stages: one description
	// shows CREATING, then ACTIVE.
	CreatePlan Plan
	// DeletePlan is the way of a data store that is deleted. Without stages: one
	// description shows DELETING, then DELETED.
	DeletePlan Plan
	// ForgetDeleted makes a data store that is DELETED unknown. Which of the two
	// the service does is not documented.
	ForgetDeleted bool
	// QueuePerDatastore runs one job at a time for each data store. Otherwise one
	// import job and one export job at a time run in the whole account.
	QueuePerDatastore bool

	// Faults are the ways in which the server misbehaves.
	Faults []Fault
	// Rates limit how often operations may be called.
	Rates []Rate
	// RetryAfter, if positive, is sent in a Retry-After header with the
	// description of a job that has not ended, in whole seconds. The service
	// sends no such header.
	RetryAfter time.Duration

	// MediaType says which request media types are accepted. What the service
	// does with others than its own is not documented.
	MediaType MediaTypePolicy
	// AcceptQuery lets requests have a query string, which is then ignored but
	// must be signed. What the service does with one is not documented.
	AcceptQuery bool
	// AuthStatus is the HTTP status of refused signatures. Zero: 403; older
	// services answer 400.
	AuthStatus int
	// SkewType is the error type for a request signed at the wrong time. Empty:
	// InvalidSignatureException. The common errors of AWS also name RequestExpired.
	SkewType string
	// TokenConflict says what a known ClientToken with another body gets.
	TokenConflict TokenConflictPolicy
	// ErrorForm says where errors carry their type.
	ErrorForm ErrorForm
	// MessageMember is the member that holds an error's text. Empty: "Message" in
	// the errors of HealthLake and "message" in those of the front end before it.
	MessageMember string

	// Now tells the server's time. Nil: time.Now.
	Now func() time.Time
	// Sleep waits for faults that take time. Nil: a timer. It must return early
	// when the context ends.
	Sleep func(ctx context.Context, d time.Duration) error

	// MaxBodyBytes bounds a request body. Zero: 1 MiB.
	MaxBodyBytes int64
	// MaxLogBytes bounds the byte log of an Endpoint. Zero: 8 MiB.
	MaxLogBytes int
	// MaxCalls bounds the list of calls; older ones are dropped. Zero: 100,000.
	MaxCalls int
}

// MediaTypePolicy says which media types of requests a [Server] accepts.
type MediaTypePolicy int

const (
	// RequireAmazonJSON answers 415 to all but application/x-amz-json-1.0.
	RequireAmazonJSON MediaTypePolicy = iota
	// NotFoundUnlessAmazonJSON answers a 404 page of HTML instead, as some
	// services of AWS do.
	NotFoundUnlessAmazonJSON
	// AcceptAnyJSON also takes application/x-amz-json-1.1 and application/json,
	// and does not insist that the media type is signed.
	AcceptAnyJSON
)

// TokenConflictPolicy says how a [Server] answers a request whose ClientToken
// was used before with a different body.
type TokenConflictPolicy int

const (
	// RefuseWithValidation answers a ValidationException.
	RefuseWithValidation TokenConflictPolicy = iota
	// RefuseWithConflict answers a ConflictException.
	RefuseWithConflict
	// ReturnFirst answers with what the first request created.
	ReturnFirst
)

// ErrorForm says where a [Server] puts the type of an error.
type ErrorForm int

const (
	// TypeAndHeader has a namespaced __type in the body and a plain
	// x-amzn-ErrorType header.
	TypeAndHeader ErrorForm = iota
	// TypeOnly has a namespaced __type in the body.
	TypeOnly
	// HeaderOnly has an x-amzn-ErrorType header, followed by a colon and a URI.
	HeaderOnly
	// SuffixedType has a __type in the body, followed by a colon and a URI.
	SuffixedType
	// CodeMember has a plain code member in the body.
	CodeMember
)

// withDefaults returns the Config with its zero values filled in.
func (c Config) withDefaults() Config {
	if c.Region == "" {
		c.Region = DefaultRegion
	}
	if len(c.Credentials) == 0 {
		c.Credentials = []Credential{SampleCredential()}
	}
	if len(c.Datastores) == 0 {
		c.Datastores = []Datastore{{ID: SampleDatastoreID, Name: "sample"}}
	}
	if len(c.ImportPlans) == 0 {
		c.ImportPlans = []Plan{DefaultPlan()}
	}
	if len(c.ExportPlans) == 0 {
		c.ExportPlans = []Plan{DefaultPlan()}
	}
	if len(c.CreatePlan.Stages) == 0 {
		c.CreatePlan.Stages = []Stage{{Status: datastoreCreating}, {Status: datastoreActive}}
	}
	if len(c.DeletePlan.Stages) == 0 {
		c.DeletePlan.Stages = []Stage{{Status: datastoreDeleting}, {Status: datastoreDeleted}}
	}
	if c.AuthStatus == 0 {
		c.AuthStatus = 403
	}
	if c.SkewType == "" {
		c.SkewType = invalidSignature
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = wait
	}
	if c.MaxBodyBytes <= 0 {
		c.MaxBodyBytes = defaultMaxBodyBytes
	}
	if c.MaxLogBytes <= 0 {
		c.MaxLogBytes = defaultMaxLogBytes
	}
	if c.MaxCalls <= 0 {
		c.MaxCalls = defaultMaxCalls
	}
	return c
}

// wait sleeps on the real clock until the time has passed or ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
