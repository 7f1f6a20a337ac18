package arazzo_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReadmeCommands runs the commands of README.md as a reader would type
// them. Those that are covered elsewhere are known by name, so that a new one
// cannot be added without a test.
func TestReadmeCommands(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]string{
		"go test ./...":                "this test is part of it",
		"go run ./examples/quickstart": "started below",
		"go install github.com/seed-d89508e2/arazzo/cmd/arazzo@latest": "needs a published version; the binary is built below",
		"arazzo run workflow.yaml -i name=report":                      "the form of the command; the same is run below with a real file",
		"go test -run '^$' -bench . -benchtime 40x ./cmd/arazzo":       "a benchmark",
		"go test -run '^$' -bench Steps -benchtime 40x ./runtime/host": "a benchmark",
		"go test -run '^$' -bench . ./expr":                            "a benchmark",
	}
	bin := t.TempDir()
	build(t, filepath.Join(bin, "arazzo"), "./cmd/arazzo")
	build(t, filepath.Join(bin, "quickstart"), "./examples/quickstart")
	address := startQuickstart(t, filepath.Join(bin, "quickstart"))

	for _, command := range shellCommands(string(text)) {
		t.Run(command, func(t *testing.T) {
			if _, known := elsewhere[command]; known {
				return
			}
			line := strings.ReplaceAll(command, "http://127.0.0.1:8080", "http://"+address)
			if strings.Contains(line, "quickstart") && !strings.Contains(line, "--server") {
				line += " --server http://" + address
			}
			signed := strings.Contains(line, "--profile clinic")
			if signed {
				// The same command, but nothing may leave this machine.
				line += " --endpoint-url http://" + refusedAddress(t)
			}
			out, err := shell(t, bin, line)
			if !signed {
				if err != nil {
					t.Errorf("%v\n%s", err, out)
				}
				return
			}
			if err == nil || !strings.Contains(out, "refused the connection") {
				t.Errorf("the signed request did not get as far as the network: %v\n%s", err, out)
			}
		})
	}
}

func TestReadmeShowsTheExampleThatIsTested(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("runtime", "host", "example_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, function, found := bytes.Cut(example, []byte("func runWorkflow"))
	if !found || !bytes.Contains(readme, bytes.TrimSpace(function)) {
		t.Error("README.md does not show runWorkflow of runtime/host/example_test.go as it is")
	}
}

// shellCommands returns the commands in the sh blocks of a text, continued
// lines joined.
func shellCommands(text string) []string {
	var out []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[1], "\\\n", "")) {
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}

func build(t *testing.T, binary, source string) {
	t.Helper()
	if out, err := exec.Command("go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", source, err, out)
	}
}

func shell(t *testing.T, bin, line string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[profile clinic]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"AWS_CONFIG_FILE="+config, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func startQuickstart(t *testing.T, binary string) string {
	t.Helper()
	cmd := exec.Command(binary, "-addr", "127.0.0.1:0")
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(progress).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, found := strings.Cut(strings.TrimSpace(line), "http://")
	if !found {
		t.Fatalf("the job API says %q", line)
	}
	return address
}

// refusedAddress is a loopback address on which nobody listens.
func refusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return fmt.Sprint(listener.Addr())
}
