package host_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = fmt.Fprint(w, `{"id": 7, "status": "done"}`)
	}))
	defer server.Close()

	outputs, err := runWorkflow(context.Background(), "../../examples/quickstart/workflow.yaml", server.URL)
	fmt.Println(outputs["id"], outputs["status"], err)
	// Output: 7 done <nil>
}

func runWorkflow(ctx context.Context, file, server string) (map[string]any, error) {
	bundle, problems := (&arazzo.Loader{}).Load(ctx, file)
	problems.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	binding, problems := program.Bind(ctx, runtime.BindOptions{Servers: map[string]string{"jobs": server}})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	state, problems := program.Start(runtime.StartOptions{
		RunID:  host.NewRunID(),
		Inputs: map[string]any{"name": "report"},
		Now:    time.Now(),
	})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: &host.HTTP{}, Clock: host.Clock{}}
	result, err := engine.Run(ctx, state)
	if err != nil {
		return nil, err
	}
	if result.Status != runtime.Succeeded {
		return result.Outputs, fmt.Errorf("the run %s: %s", result.Status, result.Failure.Message)
	}
	return result.Outputs, nil
}
