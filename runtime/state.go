package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Fingerprint identifies a [Program]: documents and modes that could make a
// run take another course have another fingerprint.
type Fingerprint string

// WorkflowRef names a workflow of a program: the document that defines it and
// its workflowId.
type WorkflowRef struct {
	Document   string
	WorkflowID string
}

// String returns "document#workflowId".
func (r WorkflowRef) String() string { return r.Document + "#" + r.WorkflowID }

// MarshalText returns the form that String returns.
func (r WorkflowRef) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the form that MarshalText writes.
func (r *WorkflowRef) UnmarshalText(text []byte) error {
	i := bytes.LastIndexByte(text, '#')
	if i < 0 {
		return fmt.Errorf("workflow reference %q has no %q", text, "#")
	}
	r.Document, r.WorkflowID = string(text[:i]), string(text[i+1:])
	return nil
}

// State is everything that a run must remember between two step attempts. It is
// plain data: encoding it to JSON and decoding it again loses nothing, and
// [State.Clone] forks the run. It belongs to the program whose fingerprint it
// carries. A State is not safe for concurrent use.
type State struct {
	RunID   string      `json:"runId"`
	Program Fingerprint `json:"program"`
	Status  Status      `json:"status"`
	// Root is the workflow that the run was started for.
	Root WorkflowRef `json:"root"`
	// Frames are the workflows under way, the innermost last.
	Frames []Frame `json:"frames,omitempty"`
	// Finished are the workflows that have ended, for $workflows expressions.
	Finished map[WorkflowRef]Outcome `json:"finished,omitempty"`
	// NotBefore is the time before which the next attempt must not start.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// WaitReason says what NotBefore waits for.
	WaitReason string `json:"waitReason,omitempty"`
	// Sent holds what was last sent from each step, for the pace of loops.
	Sent map[StepPath]*SentRecord `json:"sent,omitempty"`
	// Attempts counts the step attempts of the run, against Policy.MaxSteps.
	Attempts int `json:"attempts"`
	// Exchanges counts the requests sent; it numbers the draws of jitter.
	Exchanges int       `json:"exchanges"`
	StartedAt time.Time `json:"startedAt"`
	// EndedAt is set when Status is final.
	EndedAt time.Time `json:"endedAt,omitzero"`
	Policy  Policy    `json:"policy,omitzero"`
	// Expect are conditions on the finished run.
	Expect []string `json:"expect,omitempty"`
	// Outcome is the root workflow's when Status is final.
	Outcome *Outcome `json:"outcome,omitempty"`
	// Failure says why Status is neither Running nor Succeeded.
	Failure *Failure `json:"failure,omitempty"`
	// Warnings are what was noticed during the run, at most 100.
	Warnings diag.List `json:"warnings,omitempty"`
}

// Frame is a workflow under way.
type Frame struct {
	Workflow WorkflowRef    `json:"workflow"`
	Inputs   map[string]any `json:"inputs,omitempty"`
	// Next is the index of the step to attempt.
	Next int `json:"next"`
	// Steps holds what is remembered of each step that was reached.
	Steps map[string]*StepRecord `json:"steps,omitempty"`
	// Retries counts the retries that each retry action of the step under way
	// has used in this visit.
	Retries map[ActionKey]int `json:"retries,omitempty"`
	// Retrying is set while Next is attempted again by a retry action, and so
	// does not begin a new visit.
	Retrying bool `json:"retrying,omitempty"`
	// Repair is set while a step is carried out that a retry action names.
	Repair *Repair `json:"repair,omitempty"`
	// Purpose says what the frame below waits for. It is empty in the outermost
	// frame.
	Purpose Purpose `json:"purpose,omitempty"`
	// Unpaced is set if the frame is part of a retry, which has a pace of its own.
	Unpaced bool `json:"unpaced,omitempty"`
	// StartedAt is when the frame was pushed.
	StartedAt time.Time `json:"startedAt,omitzero"`
	// Deadline is when the step that waits for the frame runs out of time. Zero:
	// never.
	Deadline time.Time `json:"deadline,omitzero"`
	// Ended is set when the workflow has ended and its outcome is about to be
	// handed to the frame below.
	Ended *Ended `json:"ended,omitempty"`
}

// Purpose is what a frame is there for.
type Purpose string

// The purposes of frames that are not the outermost.
const (
	// ForStep: the frame below is at a step that calls the workflow.
	ForStep Purpose = "step"
	// ForRepair: a retry action of the frame below names the workflow.
	ForRepair Purpose = "repair"
	// ForDependency: the workflow of the frame below depends on this one.
	ForDependency Purpose = "dependency"
)

// Repair is a step that is carried out before another is tried again.
type Repair struct {
	// Return is the index of the step to try again.
	Return int `json:"return"`
}

// Ended is how a workflow ended.
type Ended struct {
	Outcome Outcome  `json:"outcome"`
	Failure *Failure `json:"failure,omitempty"`
}

// ActionKey identifies an action of a step: the step, a slash, the action's
// name.
type ActionKey string

// StepRecord is what a frame remembers of a step.
type StepRecord struct {
	// Outputs are those of the last attempt that brought a reply.
	Outputs map[string]any `json:"outputs,omitempty"`
	// Visits counts how often control reached the step, Attempt the tries of
	// the visit under way.
	Visits  int `json:"visits"`
	Attempt int `json:"attempt"`
	// Succeeded tells how the last attempt ended.
	Succeeded bool `json:"succeeded,omitempty"`
}

// SentRecord is what a run remembers of the request last sent from a step. It
// outlives the frame, so that a loop over a workflow is seen as one.
type SentRecord struct {
	// Request identifies the request, Repeats counts how often it was repeated
	// without a change, and RepliedAt is when it was answered.
	Request   RequestID `json:"request"`
	Repeats   int       `json:"repeats,omitempty"`
	RepliedAt time.Time `json:"repliedAt,omitzero"`
	// RetryAfter is what the last reply asked for in a Retry-After field, from
	// RepliedAt on; it counts only if HasRetryAfter is set.
	RetryAfter    time.Duration `json:"retryAfter,omitempty"`
	HasRetryAfter bool          `json:"hasRetryAfter,omitempty"`
}

// RequestID tells requests apart by what they ask for.
type RequestID [2]uint64

// StepPath identifies a step by the steps that lead to it: the workflow and
// step of each frame, the outermost first.
type StepPath string

// Outcome is what a finished workflow leaves behind.
type Outcome struct {
	Status  Status         `json:"status"`
	Inputs  map[string]any `json:"inputs,omitempty"`
	Outputs map[string]any `json:"outputs,omitempty"`
	// Steps are the ids of the steps that succeeded, sorted.
	Steps []string `json:"steps,omitempty"`
}

// Policy bounds and shapes a run. The zero value is the default behaviour.
type Policy struct {
	// Unhandled says what becomes of a run that would end as Unhandled.
	Unhandled UnhandledPolicy `json:"unhandled,omitempty"`
	// MaxSteps bounds the step attempts of a run. Zero: 10,000.
	MaxSteps int `json:"maxSteps,omitempty"`
	// Timeout bounds the run, StepTimeout each exchange. Zero: unbounded.
	Timeout     time.Duration `json:"timeout,omitempty"`
	StepTimeout time.Duration `json:"stepTimeout,omitempty"`
	// Poll is the pace of loops that repeat the same request.
	Poll Poll `json:"poll,omitzero"`
}

// UnhandledPolicy says what becomes of a run that would end as [Unhandled].
type UnhandledPolicy string

// The policies. The zero value reports the status Unhandled.
const (
	UnhandledReport  UnhandledPolicy = ""
	UnhandledSucceed UnhandledPolicy = "succeed"
	UnhandledFail    UnhandledPolicy = "fail"
)

// Poll is the pace of a loop that repeats the same request: the first pause is
// Min, each further one half as long again, up to Max.
type Poll struct {
	// Off lets loops run without a pause.
	Off bool `json:"off,omitempty"`
	// Min and Max are 2 s and 60 s if they are zero.
	Min time.Duration `json:"min,omitempty"`
	Max time.Duration `json:"max,omitempty"`
}

const (
	defaultMaxSteps = 10_000
	defaultPollMin  = 2 * time.Second
	defaultPollMax  = 60 * time.Second
)

func (p Policy) maxSteps() int {
	if p.MaxSteps > 0 {
		return p.MaxSteps
	}
	return defaultMaxSteps
}

// Encode returns the state as JSON.
func (s *State) Encode() ([]byte, error) {
	if s.needsEncoding() {
		s = s.Clone()
		s.values(func(values map[string]any) map[string]any {
			encoded, _ := encodeObject(values)
			return encoded
		})
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encoding the state of run %q: %w", s.RunID, err)
	}
	return data, nil
}

// DecodeState reads a state that [State.Encode] has written. Numbers keep all
// their digits.
func DecodeState(data []byte) (*State, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var s State
	if err := dec.Decode(&s); err != nil {
		return nil, fmt.Errorf("decoding the state of a run: %w", err)
	}
	if dec.More() {
		return nil, errors.New("decoding the state of a run: data after the end")
	}
	// A null where a record is expected says nothing that must be remembered.
	maps.DeleteFunc(s.Sent, func(_ StepPath, r *SentRecord) bool { return r == nil })
	for i := range s.Frames {
		maps.DeleteFunc(s.Frames[i].Steps, func(_ string, r *StepRecord) bool { return r == nil })
	}
	var failed error
	s.values(func(values map[string]any) map[string]any {
		decoded, err := decodeValue(values)
		if err != nil && failed == nil {
			failed = fmt.Errorf("decoding the state of a run: %w", err)
		}
		object, _ := decoded.(map[string]any)
		return object
	})
	if failed != nil {
		return nil, failed
	}
	return &s, nil
}

// Clone returns a copy that shares nothing with the state but JSON values,
// which are never changed.
func (s *State) Clone() *State {
	c := *s
	c.Frames = slices.Clone(s.Frames)
	for i := range c.Frames {
		f := &c.Frames[i]
		f.Inputs = maps.Clone(f.Inputs)
		f.Retries = maps.Clone(f.Retries)
		steps := make(map[string]*StepRecord, len(f.Steps))
		for id, r := range f.Steps { // order: a copy of a map
			if r != nil {
				copied := *r
				steps[id] = &copied
			}
		}
		f.Steps = steps
		if f.Ended != nil {
			ended := *f.Ended
			f.Ended = &ended
		}
	}
	c.Finished = maps.Clone(s.Finished)
	c.Sent = make(map[StepPath]*SentRecord, len(s.Sent))
	for path, r := range s.Sent { // order: a copy of a map
		if r != nil {
			copied := *r
			c.Sent[path] = &copied
		}
	}
	c.Expect = slices.Clone(s.Expect)
	c.Warnings = slices.Clone(s.Warnings)
	if s.Outcome != nil {
		o := *s.Outcome
		c.Outcome = &o
	}
	if s.Failure != nil {
		f := *s.Failure
		c.Failure = &f
	}
	return &c
}

// Done reports whether the run has ended.
func (s *State) Done() bool { return s.Status != Running }

// sent returns the record of the step under way, which it makes if need be.
func (s *State) sent() *SentRecord {
	var buf [256]byte
	path := buf[:0]
	for i := range s.Frames {
		f := &s.Frames[i]
		path = append(path, f.Workflow.Document...)
		path = append(path, '#')
		path = append(path, f.Workflow.WorkflowID...)
		path = append(path, '/')
		path = strconv.AppendInt(path, int64(f.Next), 10)
		path = append(path, '>')
	}
	if r := s.Sent[StepPath(path)]; r != nil {
		return r
	}
	if s.Sent == nil {
		s.Sent = make(map[StepPath]*SentRecord)
	}
	r := &SentRecord{}
	s.Sent[StepPath(path)] = r
	return r
}

func (s *State) frame() *Frame { return &s.Frames[len(s.Frames)-1] }

func (f *Frame) record(stepID string) *StepRecord {
	if r := f.Steps[stepID]; r != nil {
		return r
	}
	if f.Steps == nil {
		f.Steps = make(map[string]*StepRecord)
	}
	r := &StepRecord{}
	f.Steps[stepID] = r
	return r
}

// resetRetries gives all retry actions of a step their budget back.
func (f *Frame) resetRetries(stepID string) {
	prefix := stepID + "/"
	maps.DeleteFunc(f.Retries, func(k ActionKey, _ int) bool {
		return strings.HasPrefix(string(k), prefix)
	})
}
