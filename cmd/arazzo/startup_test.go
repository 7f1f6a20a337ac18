package main_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// buildProgram compiles a Go package or file and returns the binary.
func buildProgram(b *testing.B, name, source string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), name)
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, source) //nolint:gosec // our own packages
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build %s: %v\n%s", source, err, out)
	}
	return binary
}

func writeFile(b *testing.B, dir, name, text string) string {
	b.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// wall is how long a command takes as a process.
func wall(b *testing.B, name string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(name, args...)
	started := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(started)
	if err != nil {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	return took
}

// pairs times two commands in turn and reports both medians, their difference
// and their ratio, pair by pair.
func pairs(b *testing.B, ours, reference func() time.Duration) {
	b.Helper()
	ours()
	reference()
	var as, bs, differences, ratios []float64
	for b.Loop() {
		x, y := float64(ours()), float64(reference())
		as, bs = append(as, x), append(bs, y)
		differences, ratios = append(differences, x-y), append(ratios, x/y)
	}
	median := func(v []float64) float64 {
		slices.Sort(v)
		return v[len(v)/2]
	}
	const ms = float64(time.Millisecond)
	b.ReportMetric(median(as)/ms, "ms-arazzo")
	b.ReportMetric(median(bs)/ms, "ms-reference")
	b.ReportMetric(median(differences)/ms, "ms-difference")
	b.ReportMetric(median(ratios), "ratio")
}

const oneStep = `arazzo: 1.0.1
info: {title: T, version: "1"}
sourceDescriptions: [{name: api, url: %s, type: openapi}]
workflows:
- workflowId: w
  steps:
  - stepId: s
    operationId: %s
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {id: $response.body#/id}
  outputs: {id: $steps.s.outputs.id}
`

func pong(b *testing.B) string {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 1}`)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// BenchmarkOneStep is a whole run of one step over HTTP on loopback, as a
// process, beside a Go program that does nothing.
func BenchmarkOneStep(b *testing.B) {
	dir := b.TempDir()
	empty := buildProgram(b, "empty", writeFile(b, dir, "main.go", "package main\n\nfunc main() {}\n"))
	arazzo := buildProgram(b, "arazzo", ".")
	writeFile(b, dir, "api.yaml", "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /ping:\n    get:\n      operationId: ping\n      responses: {'200': {description: ok}}\n")
	workflow := writeFile(b, dir, "arazzo.yaml", fmt.Sprintf(oneStep, "api.yaml", "ping"))
	url := pong(b)
	pairs(b,
		func() time.Duration { return wall(b, arazzo, "run", workflow, "--server", url) },
		func() time.Duration { return wall(b, empty) })
}

const parseOnce = `package main

import (
	"os"

	"gopkg.in/yaml.v3"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		panic(err)
	}
}
`

// BenchmarkLargeDescription is a whole run of one step against an API
// description of about 3 MB, beside a program that parses that file once with
// yaml.v3 and does nothing else.
func BenchmarkLargeDescription(b *testing.B) {
	dir := b.TempDir()
	parse := buildProgram(b, "parse", writeFile(b, dir, "main.go", parseOnce))
	arazzo := buildProgram(b, "arazzo", ".")
	api := writeFile(b, dir, "api.yaml", largeYAML())
	workflow := writeFile(b, dir, "arazzo.yaml", fmt.Sprintf(oneStep, "api.yaml", "getThing777"))
	url := pong(b)
	pairs(b,
		func() time.Duration { return wall(b, arazzo, "run", workflow, "--server", url) },
		func() time.Duration { return wall(b, parse, api) })
}

// largeYAML has 1,000 operations with schemas, in about 3 MB.
func largeYAML() string {
	var t strings.Builder
	t.WriteString("openapi: 3.0.3\ninfo:\n  title: Large\n  version: '1'\npaths:\n")
	for i := range 1000 {
		fmt.Fprintf(&t, "  /things%d:\n    get:\n      operationId: getThing%d\n      summary: Reads thing %d\n      description: >-\n        Returns the thing of this number with all of its parts, as they were when\n        it was last changed, and whoever changed it.\n      parameters:\n      - $ref: '#/components/parameters/Trace'\n      responses:\n        '200':\n          description: The thing\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Thing%d'\n", i, i, i, i)
	}
	t.WriteString("components:\n  parameters:\n    Trace:\n      name: X-Trace\n      in: header\n      schema:\n        type: string\n  schemas:\n")
	for i := range 1000 {
		fmt.Fprintf(&t, "    Thing%d:\n      type: object\n      required:\n      - id\n      properties:\n", i)
		for _, p := range []string{"id", "name", "status", "createdAt", "updatedAt", "owner", "parent", "color", "size", "weight", "height", "width", "notes"} {
			fmt.Fprintf(&t, "        %s:\n          type: string\n          description: The %s of the thing, as its owner or the system has last set it.\n          example: abc\n", p, p)
		}
		fmt.Fprintf(&t, "        next:\n          $ref: '#/components/schemas/Thing%d'\n", (i+1)%1000)
	}
	return t.String()
}
