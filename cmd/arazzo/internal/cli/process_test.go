package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const slowWorkflow = `arazzo: 1.0.1
info: {title: Slow, version: 1.0.0}
sourceDescriptions:
  - {name: api, url: api.yaml, type: openapi}
workflows:
  - workflowId: slow
    steps:
      - stepId: first
        operationId: getPet
        outputs: {petStatus: $response.body#/status}
      - stepId: second
        operationId: hang
        outputs: {never: $response.body#/never}
    outputs:
      status: $steps.first.outputs.petStatus
      never: $steps.second.outputs.never
`

const slowAPI = `openapi: 3.0.3
info: {title: Slow, version: 1.0.0}
servers: [{url: https://api.example}]
paths:
  /pets/1: {get: {operationId: getPet, responses: {"200": {description: A pet.}}}}
  /hang: {get: {operationId: hang, responses: {"200": {description: Never.}}}}
`

// command prepares the arazzo command as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, exe)
	cmd.Args = append([]string{"arazzo"}, args...)
	cmd.Env = append(os.Environ(), "TERM=xterm", "LANG=en_US.UTF-8", "LC_ALL=", "LC_CTYPE=", "NO_COLOR=1")
	return cmd
}

func startServer(t *testing.T) *scriptedServer {
	t.Helper()
	server := newScriptedServer()
	t.Cleanup(server.Close)
	return server
}

func awaitHang(t *testing.T, server *scriptedServer) {
	t.Helper()
	select {
	case <-server.hung:
	case <-time.After(20 * time.Second):
		t.Fatal("no request arrived")
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		return -1
	}
}

func TestInterruptEndsTheRunInOrder(t *testing.T) {
	server := startServer(t)
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"slow.yaml": slowWorkflow, "api.yaml": slowAPI})
	cmd := command(t, "run", "slow.yaml", "--server", server.URL)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitHang(t, server)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := exitCode(cmd.Wait()); got != exitInterrupted {
		t.Errorf("exit code is %d, want %d\n%s", got, exitInterrupted, &stderr)
	}
	if diff := cmp.Diff("{\n  \"status\": \"available\"\n}\n", stdout.String()); diff != "" {
		t.Errorf("standard output differs (-want +got):\n%s", diff)
	}
	for _, want := range []string{"cancelled after 1 step in ", `the run was interrupted at step "second"`} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("standard error lacks %q:\n%s", want, &stderr)
		}
	}
}

func TestInterruptBeforeTheRun(t *testing.T) {
	server := startServer(t)
	cmd := command(t, "run", server.URL+"/hang")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitHang(t, server)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := exitCode(cmd.Wait()); got != exitInterrupted {
		t.Errorf("exit code is %d, want %d", got, exitInterrupted)
	}
	if diff := cmp.Diff("arazzo: interrupted before the run started\n", stderr.String()); diff != "" {
		t.Errorf("standard error differs (-want +got):\n%s", diff)
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output holds %q", &stdout)
	}
}

func TestSecondInterruptKills(t *testing.T) {
	i := &interrupts{}
	i.context, i.cancel = context.WithCancel(t.Context())
	var order []string
	i.onInterrupt(func(string) { order = append(order, "announced") }, func() { order = append(order, "restored") })
	exit := func(code int) { order = append(order, "exit"); _ = code }
	i.interrupt(exit)
	if i.context.Err() == nil || !i.happened() {
		t.Error("the first interrupt does not end the context")
	}
	i.interrupt(exit)
	if diff := cmp.Diff([]string{"announced", "restored", "exit"}, order); diff != "" {
		t.Errorf("order differs (-want +got):\n%s", diff)
	}
}

type panickyReader struct{}

func (panickyReader) Read([]byte) (int, error) { panic("index\x1b out of range\nwith a second line") }

func TestPanicIsOneLine(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := Main([]string{"run", "-"}, panickyReader{}, &stdout, &stderr)
	want := `arazzo: internal error: index\u001b out of range\nwith a second line; please report it with the command you ran at https://github.com/seed-d89508e2/arazzo/issues` + "\n"
	if diff := cmp.Diff(want, stderr.String()); diff != "" || code != exitHost {
		t.Errorf("exit code is %d; standard error differs (-want +got):\n%s", code, diff)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: errors.New("no space left on device")}
}

func TestAnswerThatCannotBeWritten(t *testing.T) {
	server := startServer(t)
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"w.yaml": strings.ReplaceAll(slowWorkflow, "operationId: hang", "operationId: getPet"), "api.yaml": slowAPI})
	for _, args := range [][]string{
		{"run", "w.yaml", "-q", "--server", server.URL},
		{"run", "w.yaml", "-q", "--server", server.URL, "--format", "json"},
	} {
		var stderr bytes.Buffer
		code := Main(args, strings.NewReader(""), fullDisk{}, &stderr)
		want := "arazzo: standard output cannot be written: no space left on device\n"
		if diff := cmp.Diff(want, stderr.String()); diff != "" || code != exitHost {
			t.Errorf("%q: exit code is %d; standard error differs (-want +got):\n%s", args, code, diff)
		}
	}
	if code := Main([]string{"version"}, strings.NewReader(""), fullDisk{}, io.Discard); code != exitHost {
		t.Errorf("version: exit code is %d, want %d", code, exitHost)
	}
}

func TestFilesThatMayNotBeRead(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("the user may read everything")
	}
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"secret.yaml": "arazzo: 1.0.1"})
	if err := os.Chmod("secret.yaml", 0); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	if code := Main([]string{"run", "secret.yaml"}, strings.NewReader(""), io.Discard, &stderr); code != exitHost {
		t.Errorf("exit code is %d, want %d\n%s", code, exitHost, &stderr)
	}
}

func TestHugeDocumentIsRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	f, err := os.Create("huge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(1<<30), f.Close()); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", "huge.yaml"}, {"run", "x.yaml", "-i", "huge.yaml"}} {
		var stderr bytes.Buffer
		if code := Main(args, strings.NewReader(""), io.Discard, &stderr); code != exitHost {
			t.Errorf("%q: exit code is %d, want %d", args, code, exitHost)
		}
		if got := stderr.String(); !strings.Contains(got, "64") {
			t.Errorf("%q: the message does not name the bound: %s", args, got)
		}
	}
}
