package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Call is one request that a [Server] received.
type Call struct {
	// Number counts all calls, from 1.
	Number int
	// Operation is what X-Amz-Target names, without its prefix. It is empty if
	// the request named no operation of the service.
	Operation string
	// OperationNumber counts the calls of the operation, from 1.
	OperationNumber int
	// Time is when the request came, by the server's clock.
	Time time.Time
	// AccessKeyID is who signed the request, if the signature was right.
	AccessKeyID string
	// InvocationID is the amz-sdk-invocation-id header, which the SDKs of AWS keep
	// when they repeat a request.
	InvocationID string
	// ClientToken, JobID and State are what the request and its answer spoke of.
	ClientToken, JobID, State string
	// Status is the HTTP status of the answer. Zero: there was none.
	Status int
	// ErrorType is the type of the error that was answered, or empty.
	ErrorType string
	// Faults are those that were applied.
	Faults []FaultKind
}

// Calls returns the requests that were answered or dropped so far, in the order
// in which they came.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.calls), func(a, b Call) int { return cmp.Compare(a.Number, b.Number) })
}

// CallsOf returns those of one operation.
func (s *Server) CallsOf(operation string) []Call {
	var list []Call
	for _, c := range s.Calls() {
		if c.Operation == operation {
			list = append(list, c)
		}
	}
	return list
}

// begin gives a request its number and finds the faults that apply to it.
func (s *Server) begin(r *http.Request) *call {
	operation := ""
	if targets := r.Header.Values("X-Amz-Target"); len(targets) == 1 {
		name, prefixed := strings.CutPrefix(targets[0], targetPrefix)
		if _, known := s.operations[name]; prefixed && known {
			operation = name
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	s.count[operation]++
	c := &call{record: Call{
		Number: s.total, Operation: operation, OperationNumber: s.count[operation],
		InvocationID: r.Header.Get("Amz-Sdk-Invocation-Id"),
	}}
	s.skew = 0
	for _, f := range s.config.Faults {
		if operation == "" || !f.applies(operation, c.record.Number, c.record.OperationNumber) {
			continue
		}
		c.faults = append(c.faults, f)
		c.record.Faults = append(c.record.Faults, f.Kind)
		if f.Kind == Skew {
			s.skew += f.duration()
		}
	}
	c.now = s.now()
	c.record.Time = c.now
	return c
}

// finish puts a call on the list.
func (s *Server) finish(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c.record)
	if extra := len(s.calls) - s.config.MaxCalls; extra > 0 {
		s.calls = slices.Delete(s.calls, 0, extra)
	}
}
