package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

func seedWorkflow() string {
	return filepath.Join(root(), "specs", "arazzo", "amazon-healthlake-start-import-and-wait-completed-workflow.yml")
}

// hasty is the system clock, but never waits.
type hasty struct{ host.Clock }

func (hasty) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// isolate puts the environment back after the test; startSimulator changes it.
func isolate(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
	} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func TestFaultsOfTheServiceEndInOneJob(t *testing.T) {
	tests := []struct {
		name   string
		faults []string
		// starts is how often the job was asked for; there is one job all the same.
		starts int
	}{
		{"none", nil, 1},
		{"throttled polls", []string{"throttle@DescribeFHIRImportJob:1", "throttle@DescribeFHIRImportJob:3"}, 1},
		{"throttled with 429", []string{"throttle-429"}, 1},
		{"a throttled start", []string{"throttle@StartFHIRImportJob:1-2"}, 3},
		{"an internal error", []string{"internal"}, 1},
		{"a page of HTML", []string{"unavailable"}, 1},
		{"a connection dropped after the job was created", []string{"drop-after"}, 2},
		{"a connection dropped before", []string{"drop-before"}, 2},
		{"half a body after the job was created", []string{"truncate@StartFHIRImportJob:1"}, 2},
		{"a poll cut short", []string{"truncate"}, 1},
		{"credentials that expire in the middle of a poll", []string{"expired-token"}, 1},
		{"a clock that is ahead", []string{"skew=20m"}, 2},
		{"a clock that is behind", []string{"skew=-20m"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			isolate(t)
			o := options{clock: hasty{}, workflow: seedWorkflow(), end: simulator.Completed, poll: time.Millisecond}
			for _, text := range tt.faults {
				f, err := simulator.ParseFault(text)
				if err != nil {
					t.Fatal(err)
				}
				o.faults = append(o.faults, f)
			}
			service, err := o.startSimulator()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = service.Close() }()
			var progress bytes.Buffer
			result, err := o.run(t.Context(), service, &progress)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != runtime.Succeeded || result.Outputs["jobStatus"] != simulator.Completed {
				t.Errorf("the run ends %s with %v: %+v\n%s", result.Status, result.Outputs["jobStatus"], result.Failure, &progress)
			}
			if jobs := service.Jobs(); len(jobs) != 1 || jobs[0].Name != "" {
				t.Errorf("jobs are %+v, want one without a name", jobs)
			}
			if starts := service.CallsOf("StartFHIRImportJob"); len(starts) != tt.starts {
				t.Errorf("%d calls of StartFHIRImportJob, want %d:\n%s", len(starts), tt.starts, &progress)
			}
			if log := string(service.Log()); strings.Contains(log, "JobName") {
				t.Error("JobName was not given and is on the wire")
			}
		})
	}
}

func TestAWrongSecretEndsAfterOneStart(t *testing.T) {
	isolate(t)
	o := options{clock: hasty{}, workflow: seedWorkflow(), end: simulator.Completed, poll: time.Millisecond}
	service, err := o.startSimulator()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
	t.Setenv("AWS_ACCESS_KEY_ID", simulator.SampleAccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not the right secret at all")
	result, err := o.run(t.Context(), service, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != runtime.Failed || len(service.CallsOf("StartFHIRImportJob")) != 1 || len(service.Calls()) != 1 {
		t.Errorf("the run ends %s after %d calls", result.Status, len(service.Calls()))
	}
	if f := result.Failure; f == nil || !strings.Contains(f.Message, "InvalidSignatureException") || strings.Contains(f.Message, "not the right secret") {
		t.Errorf("failure is %+v", f)
	}
}

func TestMissingInputStopsTheRunBeforeAnyRequest(t *testing.T) {
	isolate(t)
	o := options{clock: hasty{}, workflow: seedWorkflow(), end: simulator.Completed, inputs: map[string]any{"DatastoreId": "d"}}
	service, err := o.startSimulator()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	_, err = o.run(t.Context(), service, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `input "ClientToken" is required`) || len(service.Calls()) != 0 {
		t.Errorf("error is %v after %d calls", err, len(service.Calls()))
	}
}

func TestEndsAndExitCodes(t *testing.T) {
	tests := []struct {
		args []string
		code int
		want string
	}{
		{nil, 0, "succeeded after"},
		{[]string{"-end", "FAILED"}, 5, `no action handles $.ImportJobProperties.JobStatus is "FAILED"`},
		{[]string{"-plan", "SUBMITTED,QUEUED"}, 5, `is "QUEUED"`},
		{[]string{"-end", "SOMETHING_NEW"}, 5, `is "SOMETHING_NEW"`},
		{[]string{"-fault", "nonsense"}, 2, "nonsense"},
		{[]string{"-workflow", "no-such-file.yml"}, 4, "no-such-file.yml"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			isolate(t)
			var stdout, stderr bytes.Buffer
			code := run(append([]string{"-poll", "1ms"}, tt.args...), &stdout, &stderr)
			if code != tt.code || !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("exit code is %d, want %d with …%s…:\n%s", code, tt.code, tt.want, &stderr)
			}
		})
	}
}
