package specs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// minPause is the shortest pause between two polls, whatever the workflow says:
// two seconds, less the jitter.
const minPause = 1800 * time.Millisecond

// stepClock is a clock that only sleeping moves on.
type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// actions is an observer that keeps the names of the actions that were taken,
// without repetitions.
type actions []string

func (a *actions) Observe(_ context.Context, ev *runtime.Event) {
	if ev.Kind != runtime.StepFinished || ev.Action == nil {
		return
	}
	if n := len(*a); n == 0 || (*a)[n-1] != ev.Action.Name {
		*a = append(*a, ev.Action.Name)
	}
}

// outcome is what became of a run.
type outcome struct {
	status  runtime.Status
	actions string
	state   any
	calls   int
	jobs    int
	took    time.Duration
}

// run carries out a workflow against a simulator. Nothing below the steps
// repeats a request. An empty source leaves the document's own.
func run(t *testing.T, file, source string, strict bool, config simulator.Config) outcome {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": simulator.SampleAccessKeyID, "AWS_SECRET_ACCESS_KEY": simulator.SampleSecretAccessKey,
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none,
	} {
		t.Setenv(name, value)
	}
	clock := &stepClock{now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
	began := clock.now
	config.Now, config.Sleep = clock.Now, clock.Sleep
	sim, err := simulator.New(config).Start("")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sim.Close() }()

	ctx := t.Context()
	loader := &arazzo.Loader{}
	if source != "" {
		loader.Sources = map[string]string{"healthlakeApi": source}
	}
	bundle, problems := loader.Load(ctx, file)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	problems = arazzo.Check(bundle, arazzo.CheckOptions{Strict: strict})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	if strict && len(problems) > 0 {
		t.Errorf("the workflow is not strict: %v", problems)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	aws := sigv4.New(sigv4.Options{
		Region: simulator.DefaultRegion, EndpointURL: sim.URL(), Clock: clock,
		Environ: func(name string) string { return map[string]string{"AWS_MAX_ATTEMPTS": "1"}[name] },
	})
	binding, problems := program.Bind(ctx, runtime.BindOptions{Adapters: []runtime.Adapter{aws}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join("..", "examples", "healthlake", "inputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var inputs map[string]any
	if err := json.Unmarshal(data, &inputs); err != nil {
		t.Fatal(err)
	}
	state, problems := program.Start(runtime.StartOptions{RunID: "run", Inputs: inputs, Now: clock.Now()})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	var taken actions
	engine := &runtime.Engine{
		Program: program, Binding: binding, Clock: clock, Observer: &taken,
		Transport: &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: aws}},
	}
	result, err := engine.Run(ctx, state)
	if err != nil {
		t.Fatal(err)
	}
	calls := sim.CallsOf("DescribeFHIRImportJob")
	for i := 1; i < len(calls); i++ {
		if gap := calls[i].Time.Sub(calls[i-1].Time); gap < minPause {
			t.Errorf("poll %d came %v after the one before it", i+1, gap)
		}
	}
	if log := sim.Log(); bytes.Contains(log, []byte(`"JobName"`)) || !bytes.Contains(log, []byte(`"ClientToken"`)) {
		t.Errorf("an input that was not given is on the wire, or one that was is not:\n%s", log)
	}
	return outcome{
		status: result.Status, actions: strings.Join(taken, " "), state: result.Outputs["jobStatus"],
		calls: len(calls), jobs: len(sim.Jobs()), took: clock.Now().Sub(began),
	}
}

func TestBoundedWorkflowRuns(t *testing.T) {
	const describe = "DescribeFHIRImportJob"
	always := func(kind simulator.FaultKind) []simulator.Fault {
		return []simulator.Fault{{Kind: kind, Operation: describe, Last: simulator.Always}}
	}
	tests := []struct {
		name   string
		plan   string
		faults []simulator.Fault
		want   outcome
	}{
		{"completes", "SUBMITTED,QUEUED*3,IN_PROGRESS*5,COMPLETED", nil, outcome{
			runtime.Succeeded, "importStillPending importCompleted", "COMPLETED", 10, 1, 9 * 30 * time.Second,
		}},
		{"completes with errors", "COMPLETED_WITH_ERRORS*1", nil, outcome{
			runtime.Succeeded, "importCompletedWithErrors", "COMPLETED_WITH_ERRORS", 1, 1, 0,
		}},
		{"fails", "FAILED", nil, outcome{
			runtime.Failed, "importStillPending importFailed", "FAILED", 3, 1, time.Minute,
		}},
		{"is cancelled", "CANCEL_COMPLETED", nil, outcome{
			runtime.Failed, "importStillPending importCancelled", "CANCEL_COMPLETED", 5, 1, 2 * time.Minute,
		}},
		{"cannot be cancelled", "CANCEL_FAILED", nil, outcome{
			runtime.Failed, "importStillPending importCancelFailed", "CANCEL_FAILED", 5, 1, 2 * time.Minute,
		}},
		{"is in a state of the future", "ARCHIVED", nil, outcome{
			runtime.Failed, "importStillPending importInUnknownState", "ARCHIVED", 3, 1, time.Minute,
		}},
		{"never ends", "IN_PROGRESS", nil, outcome{
			runtime.Failed, "importStillPending waitedTooLong", "IN_PROGRESS", 2881, 1, 24 * time.Hour,
		}},
		{"is throttled for a while", "COMPLETED*1", []simulator.Fault{{Kind: simulator.Throttle, Operation: describe, Last: 10}}, outcome{
			runtime.Succeeded, "serviceThrottled importCompleted", "COMPLETED", 11, 1, 10 * time.Minute,
		}},
		{"is throttled for ever", "COMPLETED*1", always(simulator.Throttle), outcome{
			runtime.Failed, "serviceThrottled describeRefused", nil, 11, 1, 10 * time.Minute,
		}},
		{"meets a 429", "COMPLETED*1", []simulator.Fault{{Kind: simulator.Throttle429, Operation: describe}}, outcome{
			runtime.Succeeded, "serviceThrottled importCompleted", "COMPLETED", 2, 1, time.Minute,
		}},
		{"meets a page of HTML", "COMPLETED*1", []simulator.Fault{{Kind: simulator.Unavailable, Operation: describe}}, outcome{
			runtime.Succeeded, "serviceUnavailable importCompleted", "COMPLETED", 2, 1, time.Minute,
		}},
		{"finds the service down", "COMPLETED*1", always(simulator.Internal), outcome{
			runtime.Failed, "serviceUnavailable describeRefused", nil, 11, 1, 10 * time.Minute,
		}},
		{"loses its credentials", "COMPLETED*1", always(simulator.ExpiredToken), outcome{
			runtime.Failed, "describeRefused", nil, 1, 1, 0,
		}},
		{"loses the connection", "COMPLETED*1", []simulator.Fault{{Kind: simulator.DropBefore, Operation: describe}}, outcome{
			runtime.Succeeded, "connectionLost importCompleted", "COMPLETED", 2, 1, time.Minute,
		}},
		{"loses every connection", "COMPLETED*1", always(simulator.DropBefore), outcome{
			runtime.Failed, "connectionLost connectionGone", nil, 11, 1, 10 * time.Minute,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan, err := simulator.ParsePlan(tt.plan)
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, filepath.Join("arazzo", boundedName), "", true, simulator.Config{ImportPlans: []simulator.Plan{plan}, Faults: tt.faults})
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeedRuns(t *testing.T) {
	ours := filepath.Join("arazzo", seedName)
	seed := func(t *testing.T) string { return shared(t, "seed", seedName) }
	documents := []struct {
		name         string
		file, source func(t *testing.T) string
	}{
		{"our own", func(*testing.T) string { return ours }, func(*testing.T) string { return "" }},
		{"with our description", seed, func(*testing.T) string { return filepath.FromSlash(descriptionPath) }},
		{"with the published description", seed, func(t *testing.T) string {
			return shared(t, "corpus", "amazon-healthlake", "openapi", "amazon-healthlake-openapi.yaml")
		}},
	}
	tests := []struct {
		plan    string
		status  runtime.Status
		actions string
		state   string
		calls   int
	}{
		{"SUBMITTED*2,IN_PROGRESS*3,COMPLETED", runtime.Succeeded, "importStillSubmitted importStillRunning importCompleted", "COMPLETED", 6},
		{"FAILED", runtime.Unhandled, "importStillSubmitted importStillRunning", "FAILED", 3},
		{"SUBMITTED,QUEUED,COMPLETED", runtime.Unhandled, "importStillSubmitted", "QUEUED", 2},
		{"COMPLETED_WITH_ERRORS", runtime.Unhandled, "importStillSubmitted importStillRunning", "COMPLETED_WITH_ERRORS", 3},
	}
	for _, doc := range documents {
		for _, tt := range tests {
			t.Run(doc.name+", "+tt.plan, func(t *testing.T) {
				plan, err := simulator.ParsePlan(tt.plan)
				if err != nil {
					t.Fatal(err)
				}
				got := run(t, doc.file(t), doc.source(t), false, simulator.Config{ImportPlans: []simulator.Plan{plan}})
				want := outcome{tt.status, tt.actions, tt.state, tt.calls, 1, got.took}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{})); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
			})
		}
	}
}
