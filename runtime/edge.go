package runtime

import (
	"context"
	"io"
	"strings"
	"time"
)

// Transport carries one request to a server and brings back its reply.
//
// Exchange returns a nil error for any reply, whatever its status. It never
// retries and never follows an instruction of the workflow; it may sign or
// otherwise authenticate the request as Request.Auth says. An error that
// comes from the network should be an [*ExchangeError]. Implementations must
// be safe for concurrent use, since several runs may share one.
type Transport interface {
	Exchange(ctx context.Context, req *Request) (*Response, error)
}

// Retrier is an optional interface of a [Transport] for protocols in which a
// client repeats a request below the workflow's sight, as the AWS SDKs do.
type Retrier interface {
	// Retry says whether the request should be sent again after the outcome of
	// the given try, counted from 1: resp is nil if err is not.
	Retry(req *Request, resp *Response, err error, try int) (Retry, bool)
}

// Retry is the decision to send a request again.
type Retry struct {
	// Delay is the longest wait before the next try; the engine draws the real
	// one from the run id, so that a replay waits alike.
	Delay time.Duration
	// Exact asks for Delay itself, for instance because the server named it.
	Exact bool
	// Reason is shown to the user: "ThrottlingException", "connection lost".
	Reason string
	// Once says that one repetition for this reason is all that can help: the
	// engine makes no second one within a step attempt.
	Once bool
}

// SecretKeeper is an optional interface of a [Transport] that adds credentials
// which the run itself never sees. What it returns is hidden in events and
// failures, should a server hand it back.
type SecretKeeper interface {
	// Secrets returns the credentials that have been in use, in the forms in which
	// they are sent.
	Secrets() []string
}

// Clock tells the time and waits. Sleep returns early with the context's
// error when the context ends. Implementations must be safe for concurrent use.
type Clock interface {
	Now() time.Time
	Sleep(ctx context.Context, d time.Duration) error
}

// Observer is told what happens in a run, in order. The event is only valid
// during the call. Observe must not block for long; what it does never changes
// the run. Secrets are already masked in what an Observer sees.
type Observer interface {
	Observe(ctx context.Context, ev *Event)
}

// Request is everything that a [Transport] needs to carry out an exchange. It
// is plain data, and holds no credentials: those are added by the Transport.
type Request struct {
	// RunID, Source and OperationID say on whose behalf the request is made.
	RunID       string `json:"runId,omitempty"`
	Source      string `json:"source,omitempty"`
	OperationID string `json:"operationId,omitempty"`

	Method string `json:"method"`
	// URL is absolute and complete; a Transport sends it as it stands.
	URL    string `json:"url"`
	Header Header `json:"header,omitempty"`
	// Body is nil if the request has no content.
	Body []byte `json:"body,omitempty"`
	// Timeout bounds the exchange, reading of the body included. Zero: unbounded.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Auth says how the request is to be authenticated: what each entry stands for
	// is added in their order. Empty: nothing is.
	Auth []Auth `json:"auth,omitempty"`
	// Secrets are the parameters whose values are credentials, whether the step
	// gives them or the Transport adds them. They are masked in events and do not
	// follow a redirect to another host.
	Secrets []ParameterName `json:"secrets,omitempty"`
	// Reach says on whose word the request goes to this URL.
	Reach Reach `json:"reach,omitzero"`
}

// AuthBy returns the entry of Auth for an authenticator.
func (r *Request) AuthBy(scheme string) (Auth, bool) {
	for _, a := range r.Auth {
		if a.Scheme == scheme {
			return a, true
		}
	}
	return Auth{}, false
}

// Auth names a way in which a request is authenticated, and its parameters. It
// never holds a secret.
type Auth struct {
	// Scheme selects the authenticator: "aws-sigv4".
	Scheme string `json:"scheme"`
	// Params are for the authenticator: "service", "region".
	Params map[string]string `json:"params,omitempty"`
}

// ParameterName names a parameter of a request.
type ParameterName struct {
	// In is "header", "query" or "cookie".
	In string `json:"in"`
	// Name compares without regard to case in a header.
	Name string `json:"name"`
}

// Is reports whether both name the same parameter.
func (p ParameterName) Is(other ParameterName) bool {
	return p.In == other.In && (p.Name == other.Name || p.In == "header" && strings.EqualFold(p.Name, other.Name))
}

// Response is a server's reply.
type Response struct {
	Status int    `json:"status"`
	Header Header `json:"header,omitempty"`
	// Body is the content after transfer decoding, nil if there was none or if a
	// file keeps it.
	Body []byte `json:"body,omitempty"`
	// File keeps a body that is large and no text. It is nil for any other.
	File *File `json:"file,omitempty"`
	// URL is where the reply came from if redirects were followed, else empty.
	URL string `json:"url,omitempty"`
	// Date is when the reply arrived, by the Transport's clock; it is used to
	// interpret a Retry-After header that names a date. It may be zero.
	Date time.Time `json:"date,omitzero"`
}

// File is content that a [Transport] keeps outside of memory. What is done with
// the file when no run needs it any more is up to the Transport.
type File struct {
	// Path is chosen by the Transport, never by a server.
	Path string `json:"path"`
	Size int64  `json:"size"`
	// SHA256 is the hash of the content in hexadecimal, in lower case.
	SHA256 string `json:"sha256"`
}

// FileOpener is an optional interface of a [Transport] that keeps content in
// files: it opens them for requests in which the content is sent on.
type FileOpener interface {
	// OpenFile opens the file of an [expr.Binary], which no server and no document
	// can make up. The caller closes what it gets.
	OpenFile(path string) (io.ReadCloser, error)
}

// Field is one header field as it stands on the wire.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Header is a list of header fields in their order. Names compare without
// regard to case. The nil Header is empty and usable.
type Header []Field

// Lookup returns the value of a field. Several fields of one name are joined
// with ", ", except Set-Cookie, whose first is returned (RFC 9110, 5.3).
func (h Header) Lookup(name string) (string, bool) {
	value, found := "", false
	for i := range h {
		if !strings.EqualFold(h[i].Name, name) {
			continue
		}
		if !found {
			value, found = h[i].Value, true
			if strings.EqualFold(name, "Set-Cookie") {
				break
			}
			continue
		}
		value += ", " + h[i].Value
	}
	return value, found
}

// Set replaces all fields of the name by one.
func (h *Header) Set(name, value string) {
	h.Del(name)
	*h = append(*h, Field{Name: name, Value: value})
}

// Add appends a field.
func (h *Header) Add(name, value string) { *h = append(*h, Field{Name: name, Value: value}) }

// Del removes all fields of the name.
func (h *Header) Del(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// ExchangeFailure says at which point an exchange broke off.
type ExchangeFailure string

// The points at which an exchange can break off.
const (
	// NotSent: the server never saw the request (name not found, refused, TLS).
	NotSent ExchangeFailure = "not-sent"
	// Lost: the connection broke after some of the request was written.
	Lost ExchangeFailure = "lost"
	// Cut: the reply began but its body did not arrive whole.
	Cut ExchangeFailure = "cut"
	// TimedOut: Request.Timeout passed.
	TimedOut ExchangeFailure = "timed-out"
	// TooLarge: the body is larger than the Transport accepts.
	TooLarge ExchangeFailure = "too-large"
	// Refused: the Transport declined to send the request, for instance because
	// it would have carried credentials over clear text.
	Refused ExchangeFailure = "refused"
)

// ExchangeError is a failure of an exchange. It makes the step fail, and the
// workflow's failure actions decide what happens then.
type ExchangeError struct {
	Failure ExchangeFailure
	// Rule is the rule id of the failure of the step. Empty: one for the point at
	// which the exchange broke off.
	Rule string
	// Message is one sentence that names the host and the cause.
	Message string
	// Hint is the remedy, if one is known.
	Hint string
	// Err is the cause. It may be nil.
	Err error
}

// Error returns the message.
func (e *ExchangeError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *ExchangeError) Unwrap() error { return e.Err }
