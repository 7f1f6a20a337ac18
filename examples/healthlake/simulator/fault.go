package simulator

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FaultKind is a way in which a [Server] misbehaves.
type FaultKind string

// The faults. Those before DropBefore answer; the others break something else.
const (
	// Throttle answers a ThrottlingException with status 400, as AWS does for
	// this protocol. Fault.For, if positive, is sent as Retry-After.
	Throttle FaultKind = "throttle"
	// Throttle429 is the same with status 429.
	Throttle429 FaultKind = "throttle-429"
	// Internal answers an InternalServerException with status 500.
	Internal FaultKind = "internal"
	// Unavailable answers 503 with a page of HTML.
	Unavailable FaultKind = "unavailable"
	// NotFoundPage answers 404 with a page of HTML.
	NotFoundPage FaultKind = "not-found-page"
	// DropBefore closes the connection before the request has an effect.
	DropBefore FaultKind = "drop-before"
	// DropAfter closes the connection after the request has had its effect.
	DropAfter FaultKind = "drop-after"
	// Truncate sends half of the body and closes the connection.
	Truncate FaultKind = "truncate"
	// Slow sends the body in pieces over the time Fault.For.
	Slow FaultKind = "slow"
	// Hang does not answer until the client gives up.
	Hang FaultKind = "hang"
	// Flood sends a body that does not end before the client gives up, or before
	// 10 GB.
	Flood FaultKind = "flood"
	// ExpiredToken makes the credential expire that signed the request. Others,
	// issued since, work.
	ExpiredToken FaultKind = "expired-token"
	// Skew puts the server's clock Fault.For ahead of Config.Now, or behind it if
	// negative, while it applies.
	Skew FaultKind = "skew"
)

// Always as the last call of a [Fault] has it apply for ever.
const Always = math.MaxInt

// Fault is one way in which a [Server] misbehaves, and when.
type Fault struct {
	Kind FaultKind
	// Operation is the operation that it applies to, such as
	// "DescribeFHIRImportJob". Empty: all.
	Operation string
	// First and Last are the calls that it applies to, counted from 1: calls of
	// the Operation, or all calls if there is none. Every request that names an
	// operation counts, repeated and refused ones too. First zero: 1. Last zero:
	// First.
	First, Last int
	// For is the time that the Kind speaks of. Zero: 2 s for Slow, 20 min for Skew.
	For time.Duration
}

// FaultKinds lists all kinds of faults.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Throttle, Throttle429, Internal, Unavailable, NotFoundPage, DropBefore, DropAfter,
		Truncate, Slow, Hang, Flood, ExpiredToken, Skew,
	}
}

// ParseFault reads a fault of the form
//
//	KIND[=DURATION][@[OPERATION:]FIRST[-[LAST]]]
//
// such as "throttle", "throttle@DescribeFHIRImportJob:2-4", "drop-after@1",
// "slow=3s" or "skew=-20m@5-". Without a place, drop-before and drop-after apply
// to the first StartFHIRImportJob, skew applies always, and all others apply to
// the second DescribeFHIRImportJob. An operation without numbers is its first
// call.
func ParseFault(text string) (Fault, error) {
	rest, place, placed := strings.Cut(text, "@")
	name, duration, timed := strings.Cut(rest, "=")
	f := Fault{Kind: FaultKind(name)}
	if !slices.Contains(FaultKinds(), f.Kind) {
		var names []string
		for _, k := range FaultKinds() {
			names = append(names, string(k))
		}
		return Fault{}, fmt.Errorf("fault %q: unknown kind %q; the kinds are %s", text, name, strings.Join(names, ", "))
	}
	if timed {
		d, err := time.ParseDuration(duration)
		if err != nil {
			return Fault{}, fmt.Errorf("fault %q: the text after = must be a duration such as 2s", text)
		}
		f.For = d
	}
	if !placed {
		f.place()
		return f, nil
	}
	operation, calls, both := strings.Cut(place, ":")
	switch {
	case both:
	case strings.Trim(place, "0123456789-") == "":
		operation, calls = "", place
	default:
		calls = "1"
	}
	if operation != "" && !slices.Contains(operationNames(), operation) {
		return Fault{}, fmt.Errorf("fault %q: unknown operation %q; the operations are %s",
			text, operation, strings.Join(operationNames(), ", "))
	}
	f.Operation = operation
	if err := f.parseCalls(calls); err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	return f, nil
}

// place sets where a fault applies whose text does not say it.
func (f *Fault) place() {
	switch f.Kind {
	case DropBefore, DropAfter:
		f.Operation, f.First, f.Last = "StartFHIRImportJob", 1, 1
	case Skew:
		f.First, f.Last = 1, Always
	default:
		f.Operation, f.First, f.Last = "DescribeFHIRImportJob", 2, 2
	}
}

func (f *Fault) parseCalls(calls string) error {
	first, last, ranged := strings.Cut(calls, "-")
	var err error
	if f.First, err = strconv.Atoi(first); err != nil || f.First < 1 {
		return fmt.Errorf("call %q is not a positive integer", first)
	}
	switch {
	case !ranged:
		f.Last = f.First
	case last == "":
		f.Last = Always
	default:
		if f.Last, err = strconv.Atoi(last); err != nil || f.Last < f.First {
			return fmt.Errorf("last call %q is not an integer of at least %d", last, f.First)
		}
	}
	return nil
}

// applies reports whether the fault concerns a call, by its number among all
// calls and among those of its operation.
func (f *Fault) applies(operation string, number, ofOperation int) bool {
	if f.Operation != "" {
		if f.Operation != operation {
			return false
		}
		number = ofOperation
	}
	first := max(f.First, 1)
	return number >= first && number <= max(f.Last, first)
}

func (f *Fault) duration() time.Duration {
	switch {
	case f.For != 0:
		return f.For
	case f.Kind == Slow:
		return 2 * time.Second
	case f.Kind == Skew:
		return 20 * time.Minute
	}
	return 0
}

// answer returns what a fault answers, or nil if it breaks something else.
func (f *Fault) answer() *failure {
	switch f.Kind {
	case Throttle:
		return reject(throttlingException, "Rate exceeded")
	case Throttle429:
		out := reject(throttlingException, "Rate exceeded")
		out.status = 429
		return out
	case Internal:
		return reject(internalException, "An internal error has occurred. Retry your request.")
	case Unavailable:
		return page(503, serviceUnavailable)
	case NotFoundPage:
		return page(404, unknownOperation)
	case DropBefore, DropAfter, Truncate, Slow, Hang, Flood, ExpiredToken, Skew:
	}
	return nil
}
