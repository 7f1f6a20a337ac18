package describe_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/describe"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/sigv4"
)

// values reads a file of inputs, with numbers as json.Number.
func values(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if tree == nil {
		return nil
	}
	data, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// uncommented gives the inputs that are written as comments, too.
func uncommented(text []byte) []byte {
	return regexp.MustCompile(`(?m)^#([^ \n]| {2,})`).ReplaceAll(text, []byte("$1"))
}

func TestPublishedWorkflowsAreDescribed(t *testing.T) {
	files, err := filepath.Glob("../../../../../shared/corpus/*/arazzo/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not beside this repository")
	}
	ctx := t.Context()
	described, started := 0, 0
	for i, file := range files {
		if testing.Short() && i%10 != 0 {
			continue
		}
		b, list := (&arazzo.Loader{}).Load(ctx, file)
		d := describe.Of(ctx, b, list, describe.Options{Credentials: describe.Credentials{
			Schemes: auth.New(auth.Options{}), AWS: sigv4.New(sigv4.Options{NoSignRequest: true, Environ: func(string) string { return "" }}),
		}})
		if len(d.Workflows) == 0 || len(d.Sources) == 0 || d.Mermaid() == "" {
			t.Errorf("%s: nothing is described", file)
		}
		described++
		program, _ := runtime.Compile(b, runtime.CompileOptions{})
		for _, w := range b.Entry.Workflows {
			text, err := describe.ExampleInputs(w, "arazzo run x.yaml -i FILE")
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if program == nil {
				continue
			}
			for _, text := range [][]byte{text, uncommented(text)} {
				_, problems := program.Start(runtime.StartOptions{RunID: "r", Workflow: w.WorkflowID, Inputs: values(t, text), Now: time.Unix(0, 0)})
				if err := problems.Err(); err != nil {
					t.Errorf("%s %s: %v\n%s", file, w.WorkflowID, err, text)
					continue
				}
				started++
			}
		}
	}
	t.Logf("%d documents described, %d runs started with example inputs", described, started)
}
