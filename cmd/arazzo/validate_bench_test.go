package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkValidateOneDocument checks one small document as a process, beside a
// Go program that does nothing.
func BenchmarkValidateOneDocument(b *testing.B) {
	dir := b.TempDir()
	empty := buildProgram(b, "empty", writeFile(b, dir, "main.go", "package main\n\nfunc main() {}\n"))
	arazzo := buildProgram(b, "arazzo", ".")
	writeFile(b, dir, "api.yaml", "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /ping:\n    get:\n      operationId: ping\n      responses: {'200': {description: ok}}\n")
	workflow := writeFile(b, dir, "arazzo.yaml", fmt.Sprintf(oneStep, "api.yaml", "ping"))
	pairs(b,
		func() time.Duration { return wall(b, arazzo, "validate", workflow) },
		func() time.Duration { return wall(b, empty) })
}

// parseAll parses the YAML files below a folder once, as many at a time as there
// are processors, and does nothing else.
const parseAll = `package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

func main() {
	files := make(chan string)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					panic(err)
				}
				var root yaml.Node
				// Some published files are no YAML.
				_ = yaml.Unmarshal(text, &root)
			}
		})
	}
	err := filepath.WalkDir(os.Args[1], func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.Contains(filepath.Ext(name), ".y") {
			files <- name
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	close(files)
	wait.Wait()
}
`

// wallOfVerdict is wall for a command that may find documents invalid.
func wallOfVerdict(b *testing.B, name string, args ...string) time.Duration {
	b.Helper()
	const invalid = 3
	cmd := exec.Command(name, args...)
	started := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(started)
	if err != nil && cmd.ProcessState.ExitCode() != invalid {
		b.Fatalf("%s: %v\n%s", name, err, out)
	}
	return took
}

func validateFolder(b *testing.B, folder string) {
	b.Helper()
	parse := buildProgram(b, "parse", writeFile(b, b.TempDir(), "main.go", parseAll))
	arazzo := buildProgram(b, "arazzo", ".")
	pairs(b,
		func() time.Duration { return wallOfVerdict(b, arazzo, "validate", folder) },
		func() time.Duration { return wall(b, parse, folder) })
}

// BenchmarkValidateFolder checks 200 documents that share four descriptions of
// about 3 MB, beside a program that parses all these files once with yaml.v3.
func BenchmarkValidateFolder(b *testing.B) {
	dir := b.TempDir()
	for i := range 4 {
		writeFile(b, dir, fmt.Sprintf("api%d.yaml", i), largeYAML())
	}
	for i := range 200 {
		writeFile(b, dir, fmt.Sprintf("workflow%d.yaml", i), fmt.Sprintf(oneStep, fmt.Sprintf("api%d.yaml", i%4), fmt.Sprintf("getThing%d", i)))
	}
	validateFolder(b, dir)
}

// BenchmarkValidateCorpus checks the published workflows beside the repository
// with the descriptions that they name, beside a program that parses all these
// files once with yaml.v3.
func BenchmarkValidateCorpus(b *testing.B) {
	corpus := filepath.Join("..", "..", "..", "shared", "corpus")
	if _, err := os.Stat(corpus); err != nil {
		b.Skip("the published workflows are not beside the repository")
	}
	validateFolder(b, corpus)
}
