package mock

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// Options say what a [Mock] serves. The zero value serves the only workflow of a
// program, for inputs that are none.
type Options struct {
	// Workflow is the workflow that is run. Empty: the only one.
	Workflow string
	// Inputs are those that the run is given: conditions and filters may depend on
	// them. See [ExampleInputs].
	Inputs map[string]any
	Plan   Plan
	// BaseURL is where the mock can be reached: the server of all sources. Empty:
	// "http://mock.invalid".
	BaseURL string
	// Seed makes the values of replies differ from those of another seed.
	Seed uint64
	// NoDelay adds "Retry-After: 0" to replies that lead back, so that the client
	// need not wait.
	NoDelay bool
	// Repeat begins the course again when it has ended. Without it, further
	// requests are unexpected.
	Repeat bool
}

// Mock is a server that takes a workflow through a course. It is an
// [net/http.Handler], safe for concurrent use, and answers one run at a time.
type Mock struct {
	course  Course
	baseURL string
	repeat  bool

	mu       sync.Mutex
	next     int
	requests []Recorded
	findings diag.List
}

// New rehearses the course of a plan. The list says what keeps the plan from
// being carried out, as errors; the Mock is nil then. It warns if no plan asks
// for it and yet no course was found on which the run succeeds.
func New(ctx context.Context, program *runtime.Program, o Options) (*Mock, diag.List) {
	if o.BaseURL == "" {
		o.BaseURL = "http://mock.invalid"
	}
	course, problems := rehearse(ctx, program, o)
	if problems.HasErrors() {
		return nil, problems
	}
	return &Mock{course: *course, baseURL: o.BaseURL, repeat: o.Repeat}, problems
}

// rehearse finds the course of a plan.
func rehearse(ctx context.Context, program *runtime.Program, o Options) (*Course, diag.List) {
	binding, problems := program.Bind(ctx, runtime.BindOptions{Workflow: o.Workflow, Servers: map[string]string{"": o.BaseURL}})
	if problems.HasErrors() {
		return nil, problems.Select(diag.Error)
	}
	at := &stage{now: time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)}
	state, problems := program.Start(runtime.StartOptions{
		RunID: "rehearsal", Workflow: o.Workflow, Inputs: o.Inputs, Now: at.now,
		Policy: runtime.Policy{Poll: runtime.Poll{Off: true}},
	})
	if problems.HasErrors() {
		return nil, problems.Select(diag.Error)
	}
	if bad := o.Plan.check(program, program.Reachable(o.Workflow)); bad.HasErrors() {
		return nil, bad
	}
	turns, err := o.Plan.turns()
	if err != nil {
		return nil, diag.List{{Rule: "invalid-plan", Message: err.Error()}}
	}
	goals := []runtime.Status{o.Plan.End}
	if o.Plan.End == "" {
		goals = []runtime.Status{runtime.Succeeded, ""}
	}
	var hindrance string
	for i, goal := range goals {
		for _, g := range []guess{guessText, guessNumber, guessList} {
			r := &rehearsal{
				ctx: ctx, stage: at, plan: &o.Plan, turns: turns, goal: goal, seed: o.Seed, noDelay: o.NoDelay, guess: g,
				engine: &runtime.Engine{Program: program, Binding: binding, Transport: at, Clock: at, Observer: at},
				taken:  make(map[string]int), used: make(map[string]int),
			}
			end, ok := r.walk(state)
			if hindrance == "" {
				hindrance = r.obstacle()
			}
			if ok {
				course := &Course{Exchanges: r.path, Result: r.engine.Result(end)}
				if i > 0 && len(turns) == 0 {
					return course, diag.List{{Rule: "no-successful-course", Severity: diag.Warning, Message: "no course was found on which the run succeeds: " + hindrance}}
				}
				return course, nil
			}
			if !r.guessed {
				break
			}
		}
	}
	return nil, diag.List{{Rule: "no-course", Message: fmt.Sprintf("no course was found that carries out the plan: %s", hindrance)}}
}

// Course is the course that the mock takes a run through.
func (m *Mock) Course() Course {
	c := m.course
	c.Exchanges = slices.Clone(c.Exchanges)
	return c
}

// Done reports whether all requests of the course have come in.
func (m *Mock) Done() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.next >= len(m.course.Exchanges)
}

// Findings are what is wrong with the requests so far.
func (m *Mock) Findings() diag.List {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.findings)
}

// Requests are the requests so far, in their order.
func (m *Mock) Requests() []Recorded {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

// Reset begins the course again and forgets requests and findings.
func (m *Mock) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next, m.requests, m.findings = 0, nil, nil
}
