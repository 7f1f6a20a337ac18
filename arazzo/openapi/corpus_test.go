package openapi

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"
)

// step is what a published workflow uses of a description.
type step struct{ description, id string }

// publishedSteps returns the steps of the shared workflows whose description is
// there.
func publishedSteps(t testing.TB) []step {
	t.Helper()
	files, err := filepath.Glob("../../../shared/corpus/*/arazzo/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not beside this repository")
	}
	var steps []step
	seen := make(map[step]bool)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var document struct {
			SourceDescriptions []struct {
				URL string `yaml:"url"`
			} `yaml:"sourceDescriptions"`
			Workflows []struct {
				Steps []struct {
					OperationID string `yaml:"operationId"`
				} `yaml:"steps"`
			} `yaml:"workflows"`
		}
		if err := yaml.Unmarshal(data, &document); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, source := range document.SourceDescriptions {
			description := filepath.Join(filepath.Dir(name), source.URL)
			if _, err := os.Stat(description); err != nil {
				continue
			}
			for _, w := range document.Workflows {
				for _, s := range w.Steps {
					key := step{description, s.OperationID}
					if s.OperationID != "" && !seen[key] {
						seen[key] = true
						steps = append(steps, key)
					}
				}
			}
		}
	}
	return steps
}

// openWhole opens a description in such a way that all of it is parsed.
func openWhole(t testing.TB, name string, data []byte) *Document {
	t.Helper()
	d, err := Open(name, data)
	if err != nil {
		t.Fatal(err)
	}
	root, err := parseYAML(d.source.data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	d.source.current.Store(&tree{src: d.source, root: root})
	return d
}

func sameOperation() cmp.Options {
	return cmp.Options{
		cmpopts.IgnoreFields(Operation{}, "Document"), cmpopts.EquateEmpty(),
		cmpopts.IgnoreUnexported(Parameter{}, MediaType{}),
		cmp.Comparer(func(a, b *Schema) bool { return a.String() == b.String() }),
	}
}

func TestPublishedOperationsAreFoundAlikeByEitherParser(t *testing.T) {
	found, absent, ambiguous, swagger, warnings := 0, 0, 0, 0, 0
	type pair struct{ sliced, whole *Document }
	open := make(map[string]pair)
	for _, s := range publishedSteps(t) {
		docs, ok := open[s.description]
		if !ok {
			data, err := os.ReadFile(s.description)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) > largestCompared() {
				continue
			}
			docs.sliced, err = Open(s.description, data)
			if err != nil {
				t.Fatal(err)
			}
			docs.whole = openWhole(t, s.description, data)
			open[s.description] = docs
		}
		if docs.sliced.Kind() == "swagger" {
			swagger++
		}
		got, gotErr := docs.sliced.OperationByID(s.id)
		want, wantErr := docs.whole.OperationByID(s.id)
		if diff := cmp.Diff(want, got, sameOperation()); diff != "" {
			t.Errorf("%s %s (-whole +sliced):\n%s", s.description, s.id, diff)
		}
		if (gotErr == nil) != (wantErr == nil) || gotErr != nil && gotErr.Error() != wantErr.Error() {
			t.Errorf("%s %s: error %v, want %v", s.description, s.id, gotErr, wantErr)
		}
		var notFound *NotFoundError
		var several *AmbiguousError
		switch {
		case errors.As(gotErr, &notFound):
			absent++
		case errors.As(gotErr, &several):
			ambiguous++
		case gotErr != nil:
			t.Errorf("%s %s: %v", s.description, s.id, gotErr)
		default:
			found++
			warnings += len(got.Warnings)
			again, err := docs.sliced.OperationByPointer(got.Pointer)
			if err != nil {
				t.Errorf("%s: %v", got.Pointer, err)
			} else if diff := cmp.Diff(got, again, sameOperation()); diff != "" {
				t.Errorf("%s: by pointer (-id +pointer):\n%s", got.Pointer, diff)
			}
		}
	}
	t.Logf("%d descriptions: %d operations found, %d not in the description named beside them, %d ambiguous, %d looked for in Swagger 2.0, %d warnings",
		len(open), found, absent, ambiguous, swagger, warnings)
	if found == 0 {
		t.Error("no operation was found")
	}
}
