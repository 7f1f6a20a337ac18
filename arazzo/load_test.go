package arazzo_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// tree writes files into a directory of its own and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const pets = "openapi: 3.0.3\ninfo: {title: p, version: '1'}\npaths: {/pets: {get: {operationId: listPets, responses: {'200': {description: d}}}}}\n"

// entry is a document with one step and the given sources.
func entry(sources string) string {
	return "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions:\n" + sources +
		"workflows: [{workflowId: w, steps: [{stepId: s, operationId: listPets}]}]\n"
}

// rules lists severity and rule of diagnostics, and leaves the directory out
// of their messages.
func rules(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Severity.String()+" "+d.Rule)
	}
	return out
}

func TestLoadFindsSources(t *testing.T) {
	tests := []struct {
		name   string
		files  map[string]string
		loader arazzo.Loader
		want   []string
		hint   string // contained in the hint of the first diagnostic
	}{
		{
			name:  "beside",
			files: map[string]string{"a.yaml": entry("- {name: p, url: ./p.yaml}\n"), "p.yaml": pets},
		},
		{
			name:  "with percent escapes and a fragment",
			files: map[string]string{"a.yaml": entry("- {name: p, url: 'my%20pets.yaml#/'}\n"), "my pets.yaml": pets},
		},
		{
			name:  "with a percent sign in the name",
			files: map[string]string{"a.yaml": entry("- {name: p, url: 'my%20pets.yaml'}\n"), "my%20pets.yaml": pets},
		},
		{
			name:  "moved into _original",
			files: map[string]string{"w/a.yaml": entry("- {name: p, url: ../openapi/p.yaml}\n"), "openapi/_original/p.yaml": pets},
			want:  []string{"error moved-source"},
			hint:  "--source p=",
		},
		{
			name:   "moved and found",
			files:  map[string]string{"w/a.yaml": entry("- {name: p, url: ../openapi/p.yaml}\n"), "openapi/_original/p.yaml": pets},
			loader: arazzo.Loader{FindSources: true},
			want:   []string{"warning moved-source"},
			hint:   "--source p=",
		},
		{
			name:  "other extension",
			files: map[string]string{"a.yaml": entry("- {name: p, url: p.json}\n"), "p.yml": pets},
			want:  []string{"error moved-source"},
		},
		{
			name:  "missing",
			files: map[string]string{"a.yaml": entry("- {name: p, url: q.yaml}\n")},
			want:  []string{"error source-not-found"},
			hint:  "--source p=PATH",
		},
		{
			name:  "missing and not used",
			files: map[string]string{"a.yaml": entry("- {name: p, url: p.yaml}\n- {name: q, url: q.yaml}\n"), "p.yaml": pets},
			want:  []string{"warning source-not-found"},
		},
		{
			name:   "missing and used by another workflow",
			files:  map[string]string{"a.yaml": entry("- {name: p, url: p.yaml}\n- {name: q, url: q.yaml}\n") + "", "p.yaml": pets},
			loader: arazzo.Loader{Workflow: "w"},
			want:   []string{"warning source-not-found"},
		},
		{
			name:  "directory",
			files: map[string]string{"a.yaml": entry("- {name: p, url: d}\n"), "d/p.yaml": pets},
			want:  []string{"error source-unreadable"},
		},
		{
			name:   "too large",
			files:  map[string]string{"a.yaml": entry("- {name: p, url: p.yaml}\n"), "p.yaml": pets + strings.Repeat("# \n", 400)},
			loader: arazzo.Loader{MaxBytes: 1000},
			want:   []string{"error file-too-large"},
		},
		{
			name:   "location for a source that is not described",
			files:  map[string]string{"a.yaml": entry("- {name: pets, url: p.yaml}\n"), "p.yaml": pets},
			loader: arazzo.Loader{Sources: map[string]string{"pet": "x.yaml"}},
			want:   []string{"error unknown-source"},
			hint:   `did you mean "pets"?`,
		},
		{
			name:  "remote",
			files: map[string]string{"a.yaml": entry("- {name: p, url: 'https://example.com/p.yaml'}\n")},
			want:  []string{"error remote-document"},
			hint:  "--source p=PATH",
		},
		{
			name:  "scheme",
			files: map[string]string{"a.yaml": entry("- {name: p, url: 's3://bucket/p.yaml'}\n")},
			want:  []string{"error remote-document"},
		},
		{
			name: "cycle of Arazzo documents",
			files: map[string]string{
				"a.yaml": entry("- {name: p, url: p.yaml}\n- {name: b, url: b.yaml, type: arazzo}\n"), "p.yaml": pets,
				"b.yaml": entry("- {name: p, url: p.yaml}\n- {name: a, url: a.yaml, type: arazzo}\n"),
			},
		},
		{
			name:  "type is what the document says",
			files: map[string]string{"a.yaml": entry("- {name: p, url: p.json}\n- {name: b, url: b.yaml}\n"), "p.json": `{"info":{},"openapi":"3.0.0","paths":{"/":{"get":{"operationId":"listPets"}}}}`, "b.yaml": entry("- {name: p, url: p.json}\n")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := tree(t, test.files)
			name := "a.yaml"
			if _, ok := test.files["w/a.yaml"]; ok {
				name = "w/a.yaml"
			}
			b, list := test.loader.Load(t.Context(), filepath.Join(dir, name))
			if d := cmp.Diff(test.want, rules(list)); d != "" {
				t.Errorf("(-want +got):\n%s\n%v", d, list)
			}
			for _, d := range list {
				if strings.HasPrefix(d.Rule, "source-n") && !arazzo.IsHostFailure(d.Rule) {
					t.Errorf("%s is a failure of the host", d.Rule)
				}
				if b.Text(d.Range.File) == nil {
					t.Errorf("no text for %s", d.Range.File)
				}
			}
			if test.hint != "" && (len(list) == 0 || !strings.Contains(list[0].Hint, test.hint)) {
				t.Errorf("no %q in %+v", test.hint, list)
			}
			if list.HasErrors() {
				return
			}
			if problems := arazzo.Check(b, arazzo.CheckOptions{}); problems.HasErrors() {
				t.Error(problems.Err())
			}
			op, source, _ := b.Operation(b.Entry.Workflows[0].Steps[0])
			if op == nil || op.ID != "listPets" || source == nil || source.Description.Name != "p" {
				t.Errorf("operation %v of %v", op, source)
			}
		})
	}
}

func TestLoadUsesTheLocationThatIsGiven(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": entry("- {name: p, url: nowhere.yaml}\n"), "other/x.yaml": pets})
	location := filepath.Join(dir, "other", "x.yaml")
	l := arazzo.Loader{Sources: map[string]string{"p": location}}
	b, list := l.Load(t.Context(), filepath.Join(dir, "a.yaml"))
	if len(list) > 0 {
		t.Fatal(list)
	}
	if s := b.Source(b.Entry, "p"); s.Location != location || s.API == nil {
		t.Errorf("source at %q", s.Location)
	}
}

func TestLoadRefusesAnUnreadableEntry(t *testing.T) {
	dir := tree(t, map[string]string{"adopt.arazzo.yaml": entry("- {name: p, url: p.yaml}\n"), "big.yaml": strings.Repeat("#\n", 1000)})
	tests := []struct{ location, rule, hint string }{
		{"adopt.arazo.yaml", "file-not-found", "adopt.arazzo.yaml"},
		{"no/such/file.yaml", "file-not-found", "no directory"},
		{".", "file-unreadable", "file in it"},
		{"big.yaml", "file-too-large", ""},
	}
	for _, test := range tests {
		l := arazzo.Loader{MaxBytes: 1000}
		b, list := l.Load(t.Context(), filepath.Join(dir, test.location))
		if len(list) != 1 || list[0].Rule != test.rule || !strings.Contains(list[0].Hint, test.hint) || !arazzo.IsHostFailure(list[0].Rule) {
			t.Errorf("%s: %+v", test.location, list)
		}
		if again := arazzo.Check(b, arazzo.CheckOptions{}); !again.HasErrors() {
			t.Errorf("%s: Check finds nothing wrong with a bundle that was not loaded", test.location)
		}
	}
}

func TestLoadStopsReadingAtTheBound(t *testing.T) {
	// A file without an end that the system tells no size of.
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("this system has no /dev/zero")
	}
	_, list := (&arazzo.Loader{MaxBytes: 1 << 20}).Load(t.Context(), "/dev/zero")
	if len(list) != 1 || list[0].Rule != "file-too-large" {
		t.Errorf("%v", list)
	}
}

// fetcher serves documents from memory.
type fetcher map[string]string

func (f fetcher) Fetch(_ context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	text, ok := f[want.URI]
	if !ok {
		return nil, errors.New("no such host")
	}
	return &arazzo.Fetched{Data: []byte(text)}, nil
}

func TestLoadFetchesRemoteDocuments(t *testing.T) {
	l := arazzo.Loader{Fetcher: fetcher{
		"https://example.com/w/a.yaml": entry("- {name: p, url: ../p.yaml}\n- {name: q, url: q.yaml}\n"),
		"https://example.com/p.yaml":   pets,
	}}
	b, list := l.Load(t.Context(), "https://example.com/w/a.yaml")
	if d := cmp.Diff([]string{"warning fetch-failed"}, rules(list)); d != "" {
		t.Error(d)
	}
	if s := b.Source(b.Entry, "p"); s == nil || s.API == nil || s.Location != "https://example.com/p.yaml" {
		t.Errorf("source %+v", s)
	}
}

func TestLoadResolvesSelf(t *testing.T) {
	// Arazzo 1.1.0, Establishing the Base URI.
	dir := tree(t, map[string]string{
		"a.yaml":       strings.Replace(entry("- {name: p, url: ../specs/p.yaml}\n"), "arazzo: 1.0.1\n", "arazzo: 1.1.0\n$self: workflows/a.arazzo.yaml\n", 1),
		"specs/p.yaml": pets,
	})
	_, list := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "a.yaml"))
	if len(list) > 0 {
		t.Error(list)
	}
}

func TestLoadEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, list := (&arazzo.Loader{}).Load(ctx, "a.yaml")
	if len(list) != 1 || list[0].Rule != "fetch-failed" {
		t.Errorf("%v", list)
	}
}

func TestSeedIsSound(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared, "seed/*.yml"))
	if len(files) == 0 {
		t.Skip("the seed workflow is not on this machine")
	}
	l := arazzo.Loader{Sources: map[string]string{"healthlakeApi": filepath.Join(shared, "corpus/amazon-healthlake/openapi/amazon-healthlake-openapi.yaml")}}
	b, list := l.Load(t.Context(), files[0])
	list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
	var text bytes.Buffer
	if err := diag.WriteText(&text, list, b.Text, false); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	if list.HasErrors() {
		t.Error("the seed workflow has errors")
	}
	for _, s := range b.Entry.Workflows[0].Steps {
		if op, _, _ := b.Operation(s); op == nil || op.ID != s.OperationID {
			t.Errorf("step %s: operation %v", s.StepID, op)
		}
	}
}
