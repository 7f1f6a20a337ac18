package runtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// epoch is when the fake clock starts.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fakeClock only moves when somebody sleeps, or when it is told to.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *fakeClock { return &fakeClock{now: epoch} }

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return nil
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// reply is a scripted answer.
type reply struct {
	status int
	header string // "Name: value" lines
	body   string
	err    error
	// after runs before the answer is given.
	after func()
}

// script answers requests in order; the last reply answers all further ones.
type script struct {
	mu       sync.Mutex
	replies  []reply
	requests []*runtime.Request
}

func (s *script) Exchange(_ context.Context, req *runtime.Request) (*runtime.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.requests), len(s.replies)-1)
	c := *req
	s.requests = append(s.requests, &c)
	r := s.replies[n]
	if r.after != nil {
		r.after()
	}
	if r.err != nil {
		return nil, r.err
	}
	resp := &runtime.Response{Status: r.status, Body: []byte(r.body)}
	for line := range strings.Lines(r.header) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			resp.Header.Add(name, value)
		}
	}
	if _, given := resp.Header.Lookup("Content-Type"); !given && r.body != "" {
		resp.Header.Set("Content-Type", "application/json")
	}
	return resp, nil
}

func (s *script) lines() []string {
	var out []string
	for _, r := range s.requests {
		line := r.Method + " " + r.URL
		if r.Body != nil {
			line += " " + string(r.Body)
		}
		out = append(out, line)
	}
	return out
}

func ok(body string) reply { return reply{status: 200, body: body} }

// petAPI is the description that most tests call.
const petAPI = `openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example/v1}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
      - {name: tag, in: query, schema: {type: array, items: {type: string}}}
      - {name: limit, in: query, schema: {type: integer}}
      - {name: X-Trace, in: header, schema: {type: string}}
      responses: {"200": {description: ok}}
    post:
      operationId: createPet
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {description: created}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses: {"200": {description: ok}}
`

// document wraps workflows into an Arazzo document over petAPI.
func document(workflows string) string {
	return "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: pets, url: pets.yaml, type: openapi}\nworkflows:\n" + workflows
}

// load writes the documents to a folder and loads, checks and compiles them.
func load(t testing.TB, files map[string]string) (*runtime.Program, diag.List) {
	t.Helper()
	bundle, problems := loadFiles(t, files)
	if !problems.HasErrors() {
		problems = append(problems, arazzo.Check(bundle, arazzo.CheckOptions{})...)
	}
	if problems.HasErrors() {
		return nil, problems
	}
	program, more := runtime.Compile(bundle, runtime.CompileOptions{})
	return program, append(problems, more...)
}

// loadFiles writes documents to a folder and loads them.
func loadFiles(t testing.TB, files map[string]string) (*arazzo.Bundle, diag.List) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "arazzo.yaml"))
}

// compile is load for documents that must be sound.
func compile(t testing.TB, workflows string) *runtime.Program {
	t.Helper()
	program, problems := load(t, map[string]string{"arazzo.yaml": document(workflows), "pets.yaml": petAPI})
	if err := problems.Err(); err != nil {
		t.Fatalf("documents: %v", err)
	}
	return program
}

// trial is one run of a test.
type trial struct {
	program  *runtime.Program
	clock    *fakeClock
	script   *script
	observer runtime.Observer
	options  runtime.StartOptions
	bind     runtime.BindOptions
	// transport replaces script if it is not nil.
	transport runtime.Transport
}

func newTrial(t testing.TB, workflows string, replies ...reply) *trial {
	t.Helper()
	return &trial{
		program: compile(t, workflows),
		clock:   newClock(),
		script:  &script{replies: replies},
		options: runtime.StartOptions{RunID: "run-1", Now: epoch},
	}
}

func (tr *trial) engine(t testing.TB) *runtime.Engine {
	t.Helper()
	binding, problems := tr.program.Bind(t.Context(), tr.bind)
	if err := problems.Err(); err != nil {
		t.Fatalf("bind: %v", err)
	}
	e := &runtime.Engine{Program: tr.program, Binding: binding, Transport: tr.script, Clock: tr.clock, Observer: tr.observer}
	if tr.transport != nil {
		e.Transport = tr.transport
	}
	return e
}

func (tr *trial) start(t testing.TB) *runtime.State {
	t.Helper()
	st, problems := tr.program.Start(tr.options)
	if err := problems.Err(); err != nil {
		t.Fatalf("start: %v", err)
	}
	return st
}

func (tr *trial) run(t testing.TB) *runtime.Result {
	t.Helper()
	res, err := tr.engine(t).Run(t.Context(), tr.start(t))
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return res
}

// runInPieces encodes and decodes the state between any two step attempts.
func (tr *trial) runInPieces(t testing.TB) *runtime.Result {
	t.Helper()
	st := tr.start(t)
	for !st.Done() {
		if err := tr.engine(t).Advance(t.Context(), st); err != nil {
			t.Fatalf("advance: %v", err)
		}
		text, err := st.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if st, err = runtime.DecodeState(text); err != nil {
			t.Fatal(err)
		}
	}
	return tr.engine(t).Result(st)
}

// outputs renders outputs as JSON with sorted members.
func outputs(t testing.TB, res *runtime.Result) string {
	t.Helper()
	b, err := json.Marshal(res.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// recorder collects events as lines.
type recorder struct {
	events []runtime.Event
}

func (r *recorder) Observe(_ context.Context, ev *runtime.Event) { r.events = append(r.events, *ev) }

func (r *recorder) text() string {
	var b strings.Builder
	for _, ev := range r.events {
		line, err := json.Marshal(ev)
		if err != nil {
			_, _ = fmt.Fprintf(&b, "%v\n", err)
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}
