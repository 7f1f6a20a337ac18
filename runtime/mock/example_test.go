package mock_test

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
)

func ExampleListen() {
	ctx := context.Background()
	bundle, problems := (&arazzo.Loader{}).Load(ctx, "../../examples/quickstart/workflow.yaml")
	if problems.HasErrors() {
		fmt.Println(problems)
		return
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if problems.HasErrors() {
		fmt.Println(problems)
		return
	}

	// The mock chooses a course that loops once and then succeeds.
	inputs := mock.ExampleInputs(bundle.Entry.Workflows[0], false)
	server, problems := mock.Listen(ctx, program, "127.0.0.1:0", mock.Options{Inputs: inputs, NoDelay: true})
	if problems.HasErrors() {
		fmt.Println(problems)
		return
	}
	defer func() { _ = server.Close() }()

	result, err := run(ctx, program, server.URL, inputs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range server.Course().Exchanges {
		fmt.Println(x.StepID, x.Request.Method, x.Response.Status, x.Result)
	}
	fmt.Println(result.Status, len(server.Findings()), "findings")
	// Output:
	// create POST 201 success
	// wait GET 200 failure
	// wait GET 200 success
	// succeeded 0 findings
}

func ExampleNew_failure() {
	ctx := context.Background()
	bundle, _ := (&arazzo.Loader{}).Load(ctx, "../../examples/quickstart/workflow.yaml")
	program, _ := runtime.Compile(bundle, runtime.CompileOptions{})
	// The first request of the step "create" is answered with a failure.
	plan := mock.Plan{Steps: map[string][]mock.Turn{"create": {{Status: 503}}}}
	m, problems := mock.New(ctx, program, mock.Options{Inputs: map[string]any{"name": "report"}, Plan: plan})
	if problems.HasErrors() {
		fmt.Println(problems)
		return
	}
	course := m.Course()
	fmt.Println(course.Exchanges[0].Response.Status, course.Exchanges[0].Result, course.Result.Status)
	// Output: 503 failure failed
}

func run(ctx context.Context, program *runtime.Program, server string, inputs map[string]any) (*runtime.Result, error) {
	binding, problems := program.Bind(ctx, runtime.BindOptions{Servers: map[string]string{"": server}})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	state, problems := program.Start(runtime.StartOptions{
		RunID: host.NewRunID(), Inputs: inputs, Now: time.Now(), Policy: runtime.Policy{Poll: runtime.Poll{Off: true}},
	})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: &host.HTTP{}, Clock: host.Clock{}}
	return engine.Run(ctx, state)
}
