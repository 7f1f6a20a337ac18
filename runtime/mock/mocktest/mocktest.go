// Package mocktest runs whole workflows against a directed mock, over HTTP on
// the loopback interface. It is for tests that ask whether a document runs, and
// what it sends.
package mocktest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
)

// Options say how a workflow is run. The zero value runs the first workflow of a
// document in default mode with the inputs that its schema requires.
type Options struct {
	// Workflow is the workflow to run. Empty: the first.
	Workflow string
	// AllInputs gives all inputs that the schema lists, not only those that it
	// requires.
	AllInputs bool
	// Inputs are given instead of made ones if they are not nil.
	Inputs map[string]any
	Strict bool
	Plan   mock.Plan
	Seed   uint64
	// Adapters and Signers authenticate requests.
	Adapters []runtime.Adapter
	Signers  map[string]host.Signer
	// Direct hands the requests to the mock without a connection.
	Direct bool
	// Mock answers instead of one that is made for the workflow: that of another
	// document, which should send the same. It is reset first. Direct is implied,
	// and the plan and the seed have no effect.
	Mock *mock.Mock
}

// Trial is a run and what the mock saw of it.
type Trial struct {
	// Problems are the errors that kept the workflow from running; all else is then
	// empty.
	Problems diag.List
	// Warnings are those of the mock about the course.
	Warnings diag.List
	Course   mock.Course
	Result   *runtime.Result
	Requests []mock.Recorded
	// Findings are what is wrong with the requests.
	Findings diag.List
}

// Load reads a document as a user of --find-sources would and compiles it.
func Load(ctx context.Context, file string, o Options) (*arazzo.Bundle, *runtime.Program, diag.List) {
	loader := &arazzo.Loader{FindSources: true, Workflow: o.Workflow}
	bundle, problems := loader.Load(ctx, file)
	return compile(bundle, problems, o)
}

func compile(bundle *arazzo.Bundle, problems diag.List, o Options) (*arazzo.Bundle, *runtime.Program, diag.List) {
	if problems.HasErrors() {
		return bundle, nil, problems.Select(diag.Error)
	}
	if problems = arazzo.Check(bundle, arazzo.CheckOptions{Strict: o.Strict, Workflow: o.Workflow}); problems.HasErrors() {
		return bundle, nil, problems.Select(diag.Error)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: o.Strict, Workflow: o.Workflow})
	return bundle, program, problems.Select(diag.Error)
}

// Run runs a workflow of a file against a mock.
func Run(ctx context.Context, file string, o Options) Trial {
	bundle, program, problems := Load(ctx, file, o)
	if problems.HasErrors() {
		return Trial{Problems: problems}
	}
	return RunProgram(ctx, bundle, program, o)
}

// RunProgram runs a workflow of a compiled bundle against a mock.
func RunProgram(ctx context.Context, bundle *arazzo.Bundle, program *runtime.Program, o Options) Trial {
	if o.Workflow == "" && len(bundle.Entry.Workflows) > 0 {
		o.Workflow = bundle.Entry.Workflows[0].WorkflowID
	}
	inputs := o.Inputs
	if inputs == nil {
		for _, w := range bundle.Entry.Workflows {
			if w.WorkflowID == o.Workflow {
				inputs = mock.ExampleInputs(w, o.AllInputs)
			}
		}
	}
	options := mock.Options{Workflow: o.Workflow, Inputs: inputs, Plan: o.Plan, Seed: o.Seed, BaseURL: "http://127.0.0.1"}
	transport := &host.HTTP{Signers: o.Signers}
	var m *mock.Mock
	var problems diag.List
	switch {
	case o.Mock != nil:
		m = o.Mock
		m.Reset()
		transport.Base = direct{m}
	case o.Direct:
		m, problems = mock.New(ctx, program, options)
		transport.Base = direct{m}
	default:
		var server *mock.Server
		if server, problems = mock.Listen(ctx, program, "127.0.0.1:0", options); server != nil {
			m, options.BaseURL = server.Mock, server.URL
			defer func() { _ = server.Close() }()
			defer transport.CloseIdleConnections()
		}
	}
	if m == nil {
		return Trial{Problems: problems}
	}
	t := Trial{Warnings: problems, Course: m.Course()}
	t.Problems = t.run(ctx, program, transport, options, o.Adapters)
	t.Requests, t.Findings = m.Requests(), m.Findings()
	return t
}

// direct is a connection to a handler in the same process.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	d.handler.ServeHTTP(rec, in)
	out := rec.Result()
	out.Request = r
	return out, nil
}

func (t *Trial) run(ctx context.Context, program *runtime.Program, transport *host.HTTP, options mock.Options, adapters []runtime.Adapter) diag.List {
	binding, problems := program.Bind(ctx, runtime.BindOptions{Workflow: options.Workflow, Servers: map[string]string{"": options.BaseURL}, Adapters: adapters})
	if problems.HasErrors() {
		return problems.Select(diag.Error)
	}
	state, problems := program.Start(runtime.StartOptions{
		RunID: "trial", Workflow: options.Workflow, Inputs: options.Inputs, Now: time.Now(),
		Policy: runtime.Policy{Poll: runtime.Poll{Off: true}},
	})
	if problems.HasErrors() {
		return problems.Select(diag.Error)
	}
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: &leapingClock{now: time.Now()}}
	result, err := engine.Run(ctx, state)
	if err != nil {
		return diag.List{{Rule: "run", Message: fmt.Sprintf("the run could not be carried out: %v", err)}}
	}
	t.Result = result
	return nil
}

// leapingClock moves when somebody waits, so that nobody has to.
type leapingClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *leapingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *leapingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(0, d))
	return ctx.Err()
}
