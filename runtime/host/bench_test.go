package host_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

const benchSteps = 500

// benchAPI answers each request with a small JSON object.
func benchAPI(b *testing.B) *httptest.Server {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id": 12345, "name": "Fluffy", "status": "available", "tags": ["a", "b"]}`)
	}))
	b.Cleanup(server.Close)
	return server
}

// benchProgram compiles a workflow of 500 steps, each of which judges its reply
// and hands an output to the next.
func benchProgram(b *testing.B) *runtime.Program {
	b.Helper()
	var doc strings.Builder
	doc.WriteString("arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: api, url: api.yaml, type: openapi}\nworkflows:\n- workflowId: w\n  steps:\n")
	for i := range benchSteps {
		value := "'0'"
		if i > 0 {
			value = fmt.Sprintf("$steps.s%d.outputs.id", i-1)
		}
		fmt.Fprintf(&doc, "  - stepId: s%d\n    operationId: getPet\n    parameters: [{name: id, in: path, value: %s}]\n    successCriteria: [{condition: $statusCode == 200}]\n    outputs: {id: $response.body#/id}\n", i, value)
	}
	api := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: https://api.example}]\npaths:\n  /pets/{id}:\n    get:\n      operationId: getPet\n      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n      responses: {'200': {description: ok}}\n"
	dir := b.TempDir()
	for name, text := range map[string]string{"arazzo.yaml": doc.String(), "api.yaml": api} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	bundle, problems := (&arazzo.Loader{}).Load(b.Context(), filepath.Join(dir, "arazzo.yaml"))
	if err := problems.Err(); err != nil {
		b.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		b.Fatal(err)
	}
	return program
}

func benchEngine(b *testing.B, program *runtime.Program, url string) func() {
	b.Helper()
	binding, problems := program.Bind(b.Context(), runtime.BindOptions{Servers: map[string]string{"": url}})
	if err := problems.Err(); err != nil {
		b.Fatal(err)
	}
	transport := &host.HTTP{}
	b.Cleanup(transport.CloseIdleConnections)
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: host.Clock{}}
	return func() {
		st, problems := program.Start(runtime.StartOptions{RunID: "bench", Now: time.Now()})
		if err := problems.Err(); err != nil {
			b.Fatal(err)
		}
		res, err := engine.Run(b.Context(), st)
		if err != nil || res.Status != runtime.Succeeded {
			b.Fatalf("run: %v, %+v", err, res)
		}
	}
}

// plainLoop makes the same exchanges with net/http and reads the same member
// of each reply.
func plainLoop(b *testing.B, url string) func() {
	b.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	client := &http.Client{Transport: transport}
	b.Cleanup(transport.CloseIdleConnections)
	return func() {
		id := "0"
		for range benchSteps {
			resp, err := client.Get(url + "/pets/" + id)
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatalf("status %d, %v", resp.StatusCode, err)
			}
			var pet struct{ ID json.Number }
			if err := json.Unmarshal(body, &pet); err != nil {
				b.Fatal(err)
			}
			id = pet.ID.String()
		}
	}
}

// BenchmarkSteps runs a workflow of 500 steps over HTTP on loopback, and the
// same exchanges in a plain loop.
func BenchmarkSteps(b *testing.B) {
	server := benchAPI(b)
	run, plain := benchEngine(b, benchProgram(b), server.URL), plainLoop(b, server.URL)
	for _, bench := range []struct {
		name string
		once func()
	}{{"arazzo", run}, {"net-http", plain}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bench.once()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchSteps, "ns/step")
		})
	}
	// Pair by pair, so that the ratio holds when the machine's speed drifts.
	b.Run("ratio", func(b *testing.B) {
		var ratios []float64
		for b.Loop() {
			started := time.Now()
			run()
			ours := time.Since(started)
			started = time.Now()
			plain()
			ratios = append(ratios, float64(ours)/float64(time.Since(started)))
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], "times-net/http")
	})
}
