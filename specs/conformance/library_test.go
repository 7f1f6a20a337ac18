package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// library runs cases through the packages of this module.
type library struct {
	strict bool
	// pieces encodes and decodes the state between any two step attempts.
	pieces bool
}

func (l library) Run(ctx context.Context, job conformance.Job) (conformance.Outcome, error) {
	loader := &arazzo.Loader{Fetcher: &host.Fetcher{}, Workflow: job.Workflow, Include: job.Provide}
	bundle, problems := loader.Load(ctx, job.Entry)
	if problems.HasErrors() {
		return rejected(conformance.Invalid, problems)
	}
	problems = arazzo.Check(bundle, arazzo.CheckOptions{Strict: l.strict, Workflow: job.Workflow})
	if problems.HasErrors() && !job.Force {
		return rejected(conformance.Invalid, problems)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: l.strict, Force: job.Force, Workflow: job.Workflow})
	if problems.HasErrors() {
		return rejected(conformance.Invalid, problems)
	}
	if job.Workflow == "" {
		return conformance.Outcome{Ending: conformance.Success, Message: "the documents are accepted"}, nil
	}
	inputs, err := readInputs(job.Inputs)
	if err != nil {
		return conformance.Outcome{}, err
	}
	st, problems := program.Start(runtime.StartOptions{
		RunID: job.Case, Workflow: job.Workflow, Inputs: inputs, Policy: runtime.Policy{Poll: runtime.Poll{Off: true}}, Now: time.Now(),
	})
	if problems.HasErrors() {
		return rejected(endingOf(problems), problems)
	}
	binding, problems := program.Bind(ctx, runtime.BindOptions{Workflow: job.Workflow})
	if problems.HasErrors() {
		return rejected(conformance.Invalid, problems)
	}
	transport := &host.HTTP{}
	defer transport.CloseIdleConnections()
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: host.Clock{}}
	res, err := l.drive(ctx, engine, st)
	if err != nil {
		return conformance.Outcome{}, err
	}
	outcome := conformance.Outcome{Ending: conformance.Failure, Outputs: res.Outputs, Message: string(res.Status)}
	if res.Status == runtime.Succeeded {
		outcome.Ending = conformance.Success
	}
	if res.Failure != nil {
		outcome.Message += ": " + res.Failure.Message
	}
	return outcome, nil
}

func (l library) drive(ctx context.Context, engine *runtime.Engine, st *runtime.State) (*runtime.Result, error) {
	if !l.pieces {
		return engine.Run(ctx, st)
	}
	for !st.Done() {
		if err := engine.Advance(ctx, st); err != nil {
			return nil, err
		}
		text, err := st.Encode()
		if err != nil {
			return nil, err
		}
		if st, err = runtime.DecodeState(text); err != nil {
			return nil, err
		}
	}
	return engine.Result(st), nil
}

// endingOf tells inputs that were refused from a document that was.
func endingOf(problems diag.List) conformance.Ending {
	for _, d := range problems.Select(diag.Error) {
		switch d.Rule {
		case "missing-input", "unknown-input", "invalid-input":
		default:
			return conformance.Invalid
		}
	}
	return conformance.Failure
}

// rejected is the answer for documents or inputs with errors. What is refused
// only because it is not supported is no answer.
func rejected(ending conformance.Ending, problems diag.List) (conformance.Outcome, error) {
	supported := false
	for _, d := range problems.Select(diag.Error) {
		supported = supported || d.Rule != "not-supported-yet"
	}
	if !supported {
		return conformance.Outcome{}, problems.Err()
	}
	return conformance.Outcome{Ending: ending, Message: problems.Err().Error()}, nil
}

func readInputs(file string) (map[string]any, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var inputs map[string]any
	err = decoder.Decode(&inputs)
	return inputs, err
}
