package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	mediaType    = "application/x-amz-json-1.0"
	targetPrefix = "HealthLake."
)

// Server is a simulated Amazon HealthLake in one region and one account. Make
// one with [New]. Its methods may be called concurrently.
type Server struct {
	config     Config
	operations map[string]operation

	mu          sync.Mutex
	credentials []Credential
	// spent are the credentials that a fault made expire.
	spent      map[Credential]bool
	datastores map[string]*datastore
	jobs       []*job
	promises   map[string]promise
	buckets    []*bucket
	calls      []Call
	total      int
	count      map[string]int
	ids        int
	skew       time.Duration
}

// New returns a Server that behaves as the Config says.
func New(config Config) *Server {
	s := &Server{
		config: config.withDefaults(), spent: map[Credential]bool{}, datastores: map[string]*datastore{},
		promises: map[string]promise{}, count: map[string]int{},
	}
	s.operations = s.model()
	s.credentials = slices.Clone(s.config.Credentials)
	now := s.config.Now()
	for _, d := range s.config.Datastores {
		s.addDatastore(d, now)
	}
	for _, r := range s.config.Rates {
		s.buckets = append(s.buckets, newBucket(r, now))
	}
	return s
}

// operationNames lists the operations of the service that are simulated.
func operationNames() []string {
	return []string{
		"CreateFHIRDatastore", "DescribeFHIRDatastore", "DeleteFHIRDatastore",
		"StartFHIRImportJob", "DescribeFHIRImportJob", "ListFHIRImportJobs",
		"StartFHIRExportJob", "DescribeFHIRExportJob", "ListFHIRExportJobs",
	}
}

// call is a request on its way through the server.
type call struct {
	record Call
	now    time.Time
	header http.Header
	faults []Fault
}

// fault returns the first fault of one of the kinds that applies to the call.
func (c *call) fault(kinds ...FaultKind) *Fault {
	for i, f := range c.faults {
		if slices.Contains(kinds, f.Kind) {
			return &c.faults[i]
		}
	}
	return nil
}

// ServeHTTP answers one request. A fault that breaks the connection needs a
// ResponseWriter that can be hijacked, as those of an http.Server for HTTP/1 can.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, tooLarge := s.readBody(w, r)
	c := s.begin(r)
	c.header = w.Header()
	s.identify(c)
	var answer map[string]any
	problem := tooLarge
	if problem == nil {
		answer, problem = s.process(c, r, body)
	}
	s.respond(w, r, c, answer, problem)
}

// identify sets the headers that every reply has.
func (s *Server) identify(c *call) {
	digest := sha256.Sum256(fmt.Appendf(nil, "request %d", c.record.Number))
	id := hex.EncodeToString(digest[:16])
	c.header.Set("X-Amzn-RequestId", strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-"))
	c.header.Set("Date", c.now.UTC().Format(http.TimeFormat))
}

func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, *failure) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.config.MaxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, reject(entityTooLarge, fmt.Sprintf("The request body is larger than %d bytes.", s.config.MaxBodyBytes))
	case err != nil:
		return nil, reject(serializationFailure, "The request body could not be read.")
	}
	return body, nil
}

// process runs a request through the checks in their order. The first that
// fails answers.
func (s *Server) process(c *call, r *http.Request, body []byte) (map[string]any, *failure) {
	if problem := s.checkRequest(r); problem != nil {
		return nil, problem
	}
	op, known := s.operations[c.record.Operation]
	if !known {
		return nil, reject(unknownOperation, "The operation that X-Amz-Target names is not known.")
	}
	credential, problem := s.verify(r, body, c.now)
	if problem != nil {
		return nil, problem
	}
	c.record.AccessKeyID = credential.AccessKeyID
	if problem := s.misbehave(c, credential); problem != nil {
		return nil, problem
	}
	if c.fault(DropBefore, Hang, Flood) != nil {
		return nil, nil
	}
	return s.perform(c, op, body)
}

// perform decodes the body, validates it and hands it to the operation.
func (s *Server) perform(c *call, op operation, body []byte) (map[string]any, *failure) {
	object, err := decodeBody(body)
	if err != nil {
		return nil, reject(serializationFailure, upperFirst(err.Error()))
	}
	decoded, err := op.request.decode(object)
	if err != nil {
		return nil, reject(serializationFailure, upperFirst(err.Error()))
	}
	request, ok := decoded.(map[string]any)
	if !ok {
		return nil, reject(serializationFailure, "The request body is not an object.")
	}
	if problem := invalid(op.request.validate("", request, nil)); problem != nil {
		return nil, problem
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op.handle(c, request)
}

// checkRequest checks what does not depend on the operation.
func (s *Server) checkRequest(r *http.Request) *failure {
	if r.Method != http.MethodPost {
		return reject(methodNotAllowed, "Only POST is allowed.")
	}
	if path := r.URL.EscapedPath(); path != "/" {
		return reject(unknownOperation, fmt.Sprintf("The request path must be '/', not '%.100s'.", path))
	}
	if (r.URL.RawQuery != "" || r.URL.ForceQuery) && !s.config.AcceptQuery {
		return reject(unknownOperation, "The request must not have a query string.")
	}
	return s.checkMediaType(r.Header.Values("Content-Type"))
}

func (s *Server) checkMediaType(given []string) *failure {
	if len(given) == 1 {
		if given[0] == mediaType {
			return nil
		}
		kind, _, err := mime.ParseMediaType(given[0])
		if err == nil && s.config.MediaType == AcceptAnyJSON &&
			slices.Contains([]string{mediaType, "application/x-amz-json-1.1", "application/json"}, kind) {
			return nil
		}
	}
	if s.config.MediaType == NotFoundUnlessAmazonJSON {
		return page(http.StatusNotFound, unknownOperation)
	}
	return reject(unsupportedMediaType, "The content type must be '"+mediaType+"'.")
}

// misbehave applies the faults and rates that answer in place of the operation.
func (s *Server) misbehave(c *call, credential Credential) *failure {
	if c.fault(ExpiredToken) != nil {
		s.mu.Lock()
		s.spent[credential] = true
		s.mu.Unlock()
		return s.refuse(expiredToken, "The security token included in the request is expired")
	}
	if f := c.fault(Throttle, Throttle429, Internal, Unavailable, NotFoundPage); f != nil {
		if f.For > 0 {
			c.header.Set("Retry-After", fmt.Sprintf("%d", int64(f.For.Seconds())))
		}
		return f.answer()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.buckets {
		if (b.rate.Operation == "" || b.rate.Operation == c.record.Operation) && !b.take(c.now) {
			return reject(throttlingException, "Rate exceeded")
		}
	}
	return nil
}

// expired reports whether a credential works no longer.
func (s *Server) expired(c Credential, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spent[c] || !c.Expires.IsZero() && !now.Before(c.Expires)
}

// now is the server's time. The server must be locked.
func (s *Server) now() time.Time { return s.config.Now().Add(s.skew) }

// id returns a new identifier of 32 hexadecimal digits.
func (s *Server) id(what string) string {
	s.ids++
	digest := sha256.Sum256(fmt.Appendf(nil, "%s %d", what, s.ids))
	return hex.EncodeToString(digest[:16])
}

// encodeAnswer returns the JSON text of an answer.
func encodeAnswer(answer map[string]any) []byte {
	body, err := json.Marshal(answer)
	if err != nil {
		return []byte("{}")
	}
	return body
}
