// Command healthlake runs the HealthLake import workflow of this repository
// against a simulator of the service on loopback, signed as for the real one.
// It is also an example of the library: everything that the arazzo command does
// to run a workflow is here, in about a hundred lines.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	goruntime "runtime"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	workflow string
	end      string
	plan     string
	faults   []simulator.Fault
	poll     time.Duration
	serve    bool
	// inputs replace those of inputs.json if they are not nil.
	inputs map[string]any
	clock  runtime.Clock
}

func run(args []string, stdout, stderr io.Writer) int {
	o := options{clock: host.Clock{}}
	flags := flag.NewFlagSet("healthlake", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.workflow, "workflow", filepath.Join(root(), "specs", "arazzo", "amazon-healthlake-start-import-and-wait-completed-workflow.yml"), "the workflow `file` to run")
	flags.StringVar(&o.end, "end", simulator.Completed, "the `state` in which the import job ends: COMPLETED, FAILED, …")
	flags.StringVar(&o.plan, "plan", "", "the `states` that the job goes through, such as SUBMITTED,QUEUED*3,IN_PROGRESS,COMPLETED; replaces -end")
	flags.Func("fault", "a `fault` of the service, such as throttle, drop-after or skew=20m; repeatable", func(text string) error {
		f, err := simulator.ParseFault(text)
		o.faults = append(o.faults, f)
		return err
	})
	flags.DurationVar(&o.poll, "poll", 200*time.Millisecond, "the first pause between two polls")
	flags.BoolVar(&o.serve, "serve", false, "only start the simulator, and print the environment for a client in another terminal")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if o.serve {
		if err := o.serveOnly(ctx, stdout); err != nil {
			_, _ = fmt.Fprintln(stderr, err)
			return 4
		}
		return 0
	}
	service, err := o.startSimulator()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 4
	}
	defer func() { _ = service.Close() }()
	result, err := o.run(ctx, service, stderr)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 4
	}
	answer := json.NewEncoder(stdout)
	answer.SetIndent("", "  ")
	_ = answer.Encode(result.Outputs)
	_, _ = fmt.Fprintf(stderr, "%s after %v\n", result.Status, result.Duration.Round(time.Millisecond))
	if result.Failure != nil {
		_, _ = fmt.Fprintln(stderr, result.Failure.Message)
	}
	return exitCode(result.Status)
}

// run carries the workflow out against a simulator that listens.
func (o options) run(ctx context.Context, service *simulator.Endpoint, progress io.Writer) (*runtime.Result, error) {
	_, _ = fmt.Fprintf(progress, "simulator of Amazon HealthLake at %s\n", service.URL())

	// Load the documents, find what is wrong with them, compile them.
	bundle, problems := (&arazzo.Loader{}).Load(ctx, o.workflow)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if err := arazzo.Check(bundle, arazzo.CheckOptions{}).Err(); err != nil {
		return nil, err
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		return nil, err
	}

	// Say where the operations are served and how requests are signed.
	aws := sigv4.New(sigv4.Options{Region: simulator.DefaultRegion, EndpointURL: service.URL()})
	binding, problems := program.Bind(ctx, runtime.BindOptions{Adapters: []runtime.Adapter{aws}})
	if err := problems.Err(); err != nil {
		return nil, err
	}

	// Start a run and carry it out.
	inputs := o.inputs
	if inputs == nil {
		var err error
		if inputs, err = readInputs(filepath.Join(root(), "examples", "healthlake", "inputs.json")); err != nil {
			return nil, err
		}
	}
	state, problems := program.Start(runtime.StartOptions{
		RunID:  host.NewRunID(),
		Inputs: inputs,
		Policy: runtime.Policy{Poll: runtime.Poll{Min: o.poll}},
		Now:    time.Now(),
	})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	transport := &host.HTTP{Signers: map[string]host.Signer{sigv4.Scheme: aws}}
	engine := &runtime.Engine{
		Program:   program,
		Binding:   binding,
		Transport: transport,
		Clock:     o.clock,
		Observer:  printer{progress},
	}
	return engine.Run(ctx, state)
}

func (o options) startSimulator() (*simulator.Endpoint, error) {
	plan := simulator.EndPlan(o.end)
	if o.plan != "" {
		var err error
		if plan, err = simulator.ParsePlan(o.plan); err != nil {
			return nil, err
		}
	}
	service, err := simulator.New(simulator.Config{ImportPlans: []simulator.Plan{plan}, Faults: o.faults}).Start("")
	if err != nil {
		return nil, err
	}
	environment, err := credentialEnvironment(service)
	if err != nil {
		return nil, errors.Join(err, service.Close())
	}
	for _, v := range environment {
		if err := os.Setenv(v.name, v.value); err != nil {
			return nil, errors.Join(err, service.Close())
		}
	}
	return service, nil
}

type variable struct{ name, value string }

// credentialEnvironment points the credential chain at an endpoint that issues
// temporary keys for the simulator, as a container on AWS finds them, and away
// from the keys of the user. Keys that expire during a long poll are replaced
// from there.
func credentialEnvironment(service *simulator.Endpoint) ([]variable, error) {
	issuer, err := service.StartCredentials(time.Hour)
	if err != nil {
		return nil, err
	}
	return []variable{
		{"AWS_CONTAINER_CREDENTIALS_FULL_URI", issuer},
		{"AWS_CONFIG_FILE", os.DevNull},
		{"AWS_SHARED_CREDENTIALS_FILE", os.DevNull},
		{"AWS_ACCESS_KEY_ID", ""},
		{"AWS_SECRET_ACCESS_KEY", ""},
		{"AWS_SESSION_TOKEN", ""},
		{"AWS_PROFILE", ""},
		{"AWS_WEB_IDENTITY_TOKEN_FILE", ""},
	}, nil
}

// serveOnly keeps the simulator up until ctx ends, for the arazzo command or any
// other client in another terminal.
func (o options) serveOnly(ctx context.Context, stdout io.Writer) error {
	service, err := o.startSimulator()
	if err != nil {
		return err
	}
	defer func() { _ = service.Close() }()
	_, _ = fmt.Fprintf(stdout, "# In another terminal:\nexport AWS_ENDPOINT_URL_HEALTHLAKE=%s\nexport AWS_REGION=%s\n", service.URL(), simulator.DefaultRegion)
	for _, name := range []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		_, _ = fmt.Fprintf(stdout, "export %s=%s\n", name, os.Getenv(name))
	}
	_, _ = fmt.Fprintf(stdout, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE\n")
	<-ctx.Done()
	return nil
}

// printer shows the progress of a run, a line for each event of interest.
type printer struct{ w io.Writer }

func (p printer) Observe(_ context.Context, ev *runtime.Event) {
	switch ev.Kind {
	case runtime.RequestRetried:
		_, _ = fmt.Fprintf(p.w, "  %-16s %s, next try in %v\n", ev.StepID, ev.Reason, ev.Wait.Round(time.Millisecond))
	case runtime.Waiting:
		_, _ = fmt.Fprintf(p.w, "  %-16s next in %v (%s)\n", ev.StepID, ev.Wait.Round(time.Millisecond), ev.Reason)
	case runtime.StepFinished:
		_, _ = fmt.Fprintf(p.w, "  %-16s %-9s %v\n", ev.StepID, ev.Status, ev.Outputs["jobStatus"])
	default:
	}
}

func readInputs(file string) (map[string]any, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var inputs map[string]any
	if err := json.Unmarshal(content, &inputs); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return inputs, nil
}

func exitCode(s runtime.Status) int {
	switch s {
	case runtime.Succeeded:
		return 0
	case runtime.Unhandled:
		return 5
	case runtime.Cancelled:
		return 130
	default:
		return 1
	}
}

// root is the root of the repository, from wherever the program is started.
func root() string {
	if _, file, _, ok := goruntime.Caller(0); ok {
		if dir := filepath.Join(filepath.Dir(file), "..", ".."); exists(filepath.Join(dir, "go.mod")) {
			return dir
		}
	}
	return "."
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
