//go:build linux

package main_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// measureProgram runs a command and prints how long it took, in nanoseconds, and
// the most memory that it had resident, in bytes. The kernel counts the memory of
// the process that starts another to the latter, so that this one must be small.
const measureProgram = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func main() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stderr = os.Stderr
	started := time.Now()
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	took := time.Since(started)
	fmt.Println(took.Nanoseconds(), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss*1024)
}
`

const parseJSONOnce = `package main

import (
	"encoding/json"
	"os"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		panic(err)
	}
}
`

// usage collects what the runs of a command took.
type usage struct{ ms, mb []float64 }

// add runs a command once more.
func (u *usage) add(b *testing.B, measure string, command ...string) {
	b.Helper()
	out, err := exec.Command(measure, command...).CombinedOutput()
	if err != nil {
		b.Fatalf("%q: %v\n%s", command, err, out)
	}
	var nanoseconds, bytes float64
	if _, err := fmt.Sscan(string(out), &nanoseconds, &bytes); err != nil {
		b.Fatalf("%q: %v", out, err)
	}
	u.ms, u.mb = append(u.ms, nanoseconds/1e6), append(u.mb, bytes/(1<<20))
}

// medians returns the time in milliseconds and the memory in megabytes.
func (u *usage) medians() (ms, mb float64) {
	slices.Sort(u.ms)
	slices.Sort(u.mb)
	return u.ms[len(u.ms)/2], u.mb[len(u.mb)/2]
}

// largeFile is an API description and an operation of it.
type largeFile struct {
	name, path string
	operation  *openapi.Operation
}

// largeFiles are the published descriptions of more than 1 MB, if they are beside
// this repository, and two of 3 MB that are made up.
func largeFiles(b *testing.B, dir string) []largeFile {
	b.Helper()
	text := largeYAML()
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		b.Fatal(err)
	}
	asJSON, err := json.Marshal(tree)
	if err != nil {
		b.Fatal(err)
	}
	paths := []string{writeFile(b, dir, "generated.yaml", text), writeFile(b, dir, "generated.json", string(asJSON))}
	published, err := filepath.Glob("../../../shared/corpus/*/openapi/*")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range published {
		if info, err := os.Stat(path); err == nil && info.Size() > 1_000_000 {
			absolute, err := filepath.Abs(path)
			if err != nil {
				b.Fatal(err)
			}
			paths = append(paths, absolute)
		}
	}
	var out []largeFile
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := openapi.Open(path, data)
		if err != nil {
			b.Fatal(err)
		}
		ids := d.OperationIDs()
		op, err := d.OperationByID(ids[len(ids)/2])
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, largeFile{filepath.Base(path), path, op})
	}
	return out
}

// stepFor is a document with one step that calls an operation.
func stepFor(op *openapi.Operation, description string) string {
	parameters := []string{"{name: Authorization, in: header, value: none}"}
	for _, p := range op.Parameters {
		if p.Required {
			parameters = append(parameters, fmt.Sprintf("{name: %q, in: %s, value: x}", p.Name, p.In))
		}
	}
	return fmt.Sprintf(`arazzo: 1.0.1
info: {title: T, version: "1"}
sourceDescriptions: [{name: api, url: %q, type: openapi}]
workflows:
- workflowId: w
  steps:
  - stepId: s
    operationId: %q
    parameters: [%s]
`, (&url.URL{Path: description}).String(), op.ID, strings.Join(parameters, ", "))
}

// BenchmarkMemory is a whole run of one step against large API descriptions, time
// and peak resident memory of the process, beside a program that parses the same
// file once and does nothing else.
//
// The memory of a process is also that of its own program text, of which ours has
// more than a parser. So what the description adds is reported too: to a run
// against a description of one operation, and to a program that does nothing.
func BenchmarkMemory(b *testing.B) {
	dir := b.TempDir()
	program := func(name, text string) string { return buildProgram(b, name, writeFile(b, dir, name+".go", text)) }
	measure, empty := program("measure", measureProgram), program("empty", "package main\n\nfunc main() {}\n")
	parseYAML, parseJSON := program("yaml", parseOnce), program("json", parseJSONOnce)
	arazzo, server := buildProgram(b, "arazzo", "."), pong(b)
	run := func(u *usage, name, document string) {
		u.add(b, measure, arazzo, "run", writeFile(b, dir, name, document), "--server", server, "-q")
	}
	const small = "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, parameters: [{name: q, in: query}]}}}\n"
	smallest := stepFor(&openapi.Operation{ID: "a"}, writeFile(b, dir, "small.yaml", small))
	var ownBase, base usage
	for range 9 {
		run(&ownBase, "small.arazzo.yaml", smallest)
		base.add(b, measure, empty)
	}
	_, ownBaseMB := ownBase.medians()
	_, baseMB := base.medians()
	for _, large := range largeFiles(b, dir) {
		b.Run(large.name, func(b *testing.B) {
			parse := parseYAML
			if filepath.Ext(large.path) == ".json" {
				parse = parseJSON
			}
			document := stepFor(large.operation, large.path)
			var ours, reference usage
			for b.Loop() {
				run(&ours, "large.arazzo.yaml", document)
				reference.add(b, measure, parse, large.path)
			}
			ms, mb := ours.medians()
			parseMS, parseMB := reference.medians()
			b.ReportMetric(ms, "ms-arazzo")
			b.ReportMetric(parseMS, "ms-parse")
			b.ReportMetric(ms/parseMS, "ratio-time")
			b.ReportMetric(mb, "MB-arazzo")
			b.ReportMetric(parseMB, "MB-parse")
			b.ReportMetric(mb/parseMB, "ratio-MB")
			b.ReportMetric(mb-ownBaseMB, "MB-added-arazzo")
			b.ReportMetric(parseMB-baseMB, "MB-added-parse")
			b.ReportMetric((mb-ownBaseMB)/(parseMB-baseMB), "ratio-added")
		})
	}
}
