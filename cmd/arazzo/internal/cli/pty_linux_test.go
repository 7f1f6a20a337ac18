package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// openPty returns both ends of a new pseudo-terminal of 80 columns.
func openPty(t *testing.T) (controller, terminal *os.File) {
	t.Helper()
	controller, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { _ = controller.Close() })
	var unlock, number int32
	size := struct{ rows, columns, x, y uint16 }{24, 80, 0, 0}
	for _, call := range []struct {
		name uintptr
		arg  unsafe.Pointer
	}{
		{syscall.TIOCSPTLCK, unsafe.Pointer(&unlock)},
		{syscall.TIOCGPTN, unsafe.Pointer(&number)},
		{syscall.TIOCSWINSZ, unsafe.Pointer(&size)},
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, controller.Fd(), call.name, uintptr(call.arg)); errno != 0 {
			t.Skipf("the pseudo-terminal cannot be set up: %v", errno)
		}
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("the pseudo-terminal cannot be opened: %v", err)
	}
	return controller, terminal
}

// runOnTerminal runs a command whose standard error is a terminal; during is
// called while it runs. It returns what stands on the screen in the end.
func runOnTerminal(t *testing.T, args []string, during func(interrupt func())) (*screen, string, int) {
	t.Helper()
	controller, terminal := openPty(t)
	cmd := command(t, args...)
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = terminal.Close()
	read := make(chan []byte)
	go func() {
		// Reading ends with an error when the last writer has gone.
		data, _ := io.ReadAll(controller)
		read <- data
	}()
	during(func() { _ = cmd.Process.Signal(os.Interrupt) })
	code := exitCode(cmd.Wait())
	s := &screen{}
	_, _ = s.Write(<-read)
	return s, stdout.String(), code
}

func TestTerminalIsLeftAsItWas(t *testing.T) {
	server := startServer(t)
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"slow.yaml": slowWorkflow, "api.yaml": slowAPI})
	s, stdout, code := runOnTerminal(t, []string{"run", "slow.yaml", "--server", server.URL}, func(interrupt func()) {
		awaitHang(t, server)
		interrupt()
	})
	if code != exitInterrupted {
		t.Errorf("exit code is %d, want %d", code, exitInterrupted)
	}
	if s.hidden {
		t.Error("the cursor is still hidden")
	}
	if stdout != "{\n  \"status\": \"available\"\n}\n" {
		t.Errorf("standard output holds %q", stdout)
	}
	lines := strings.Split(strings.TrimRight(s.String(), "\n"), "\n")
	want := []string{"✓ first   available · ", "■ second  ", "cancelled after 1 step in "}
	if len(lines) != len(want) {
		t.Fatalf("the screen has %d lines, want %d:\n%s", len(lines), len(want), s)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d is %q, want it to begin with %q", i+1, lines[i], want[i])
		}
	}
}

func TestTerminalWithoutCursorGetsPlainLines(t *testing.T) {
	server := startServer(t)
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"w.yaml": strings.ReplaceAll(slowWorkflow, "operationId: hang", "operationId: getPet"), "api.yaml": slowAPI})
	t.Setenv("TERM", "dumb")
	controller, terminal := openPty(t)
	cmd := command(t, "run", "w.yaml", "--server", server.URL)
	cmd.Env = append(cmd.Env, "TERM=dumb")
	cmd.Stderr = terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = terminal.Close()
	data, _ := io.ReadAll(controller)
	if code := exitCode(cmd.Wait()); code != exitSucceeded {
		t.Errorf("exit code is %d\n%s", code, data)
	}
	if bytes.ContainsRune(data, '\x1b') {
		t.Errorf("an escape was sent to a dumb terminal: %q", data)
	}
}

func TestLiveViewOfASignedRunShowsNoSecret(t *testing.T) {
	server := startServer(t)
	t.Chdir(t.TempDir())
	writeFiles(t, map[string]string{"import.yaml": signedWorkflow, "api.yaml": signedAPI})
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
	t.Setenv("AWS_SESSION_TOKEN", testToken)
	s, stdout, code := runOnTerminal(t, []string{"run", "import.yaml", "-v", "--format", "json", "--region", "us-west-2", "--endpoint-url", server.URL}, func(func()) {})
	if code != exitSucceeded {
		t.Fatalf("exit code is %d\n%s", code, s)
	}
	if len(server.signatures()) == 0 {
		t.Fatal("the server saw no signature")
	}
	for _, secret := range append([]string{testSecret, testToken, "AWS4-HMAC", "Credential="}, server.signatures()...) {
		if strings.Contains(stdout, secret) || strings.Contains(s.String(), secret) {
			t.Errorf("the secret %q is shown", secret)
		}
	}
}

const signedWorkflow = `arazzo: 1.0.1
info: {title: Import, version: 1.0.0}
sourceDescriptions: [{name: health, url: api.yaml, type: openapi}]
workflows:
  - workflowId: import
    steps:
      - stepId: start
        operationId: StartFHIRImportJob
        requestBody: {payload: {DatastoreId: d}}
        successCriteria: [{condition: $statusCode == 200}]
`

const signedAPI = `openapi: 3.0.0
info: {title: Amazon HealthLake, version: "1", x-serviceName: healthlake}
servers: [{url: "https://healthlake.us-west-2.amazonaws.com"}]
security: [{hmac: []}]
paths:
  /#X-Amz-Target=HealthLake.StartFHIRImportJob:
    post:
      operationId: StartFHIRImportJob
      requestBody: {content: {application/json: {}}}
      responses: {"200": {description: Started.}}
components:
  securitySchemes:
    hmac: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
`
