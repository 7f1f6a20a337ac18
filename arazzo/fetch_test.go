package arazzo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// web is a Fetcher that serves documents from memory, notes who asked for what,
// and holds some hosts to be private.
type web struct {
	texts   map[string]string
	private map[string]bool
	asked   []string
}

func (w *web) Fetch(_ context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	line := fmt.Sprintf("%s for %s", want.URI, want.From)
	if want.Part {
		line += ", a part"
	}
	w.asked = append(w.asked, line)
	text, ok := w.texts[want.URI]
	if !ok {
		return nil, errors.New("no such document")
	}
	if text == "forbidden" {
		return nil, &diag.Diagnostic{Rule: "reference-not-permitted", Message: "that is another host", Hint: "permit it"}
	}
	return &arazzo.Fetched{Data: []byte(text), Private: w.private[want.URI]}, nil
}

// local is a folder with files that a stranger would like to read.
func local(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"api.yaml":    "openapi: 3.1.0\ninfo: {title: SECRET, version: '1'}\nservers: [{url: https://x.test}]\npaths: {/a: {get: {operationId: a, responses: {}}}}\n",
		"schema.yaml": "type: object\nproperties: {SECRET: {type: string}}\n",
		"flow.yaml":   selfDocument("", "- {name: p, url: api.yaml}\n", "operationId: a"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "api.yaml"), filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAFetchedDocumentReadsNoFile(t *testing.T) {
	dir := local(t)
	file := "file://" + filepath.ToSlash(dir)
	const entry = "https://evil.test/w/a.yaml"
	tests := []struct{ name, self, url string }{
		{"a file URL", "", file + "/api.yaml"},
		{"a file URL in capitals", "", "FILE" + strings.TrimPrefix(file, "file") + "/api.yaml"},
		{"a file URL with a host", "", "file://localhost" + filepath.ToSlash(dir) + "/api.yaml"},
		{"a file URL without slashes", "", "file:" + filepath.ToSlash(dir) + "/api.yaml"},
		{"a file URL to a link", "", file + "/link.yaml"},
		{"a file URL with dots", "", file + "/x/../api.yaml"},
		{"a file URL with escapes", "", file + "/%61pi.yaml"},
		{"a path", "", filepath.ToSlash(dir) + "/api.yaml"},
		{"a relative path", "", strings.Repeat("../", 20) + strings.TrimPrefix(filepath.ToSlash(dir), "/") + "/api.yaml"},
		{"a path of Windows", "", `C:\api.yaml`},
		{"another path of Windows", "", "c:/api.yaml"},
		{"a share of Windows", "", `\\server\share\api.yaml`},
		{"a file as $self", file + "/a.yaml", "api.yaml"},
		{"a path as $self", filepath.ToSlash(dir) + "/a.yaml", "api.yaml"},
		{"a path of Windows as $self", `C:\a.yaml`, "api.yaml"},
	}
	for _, kind := range []string{"openapi", "arazzo"} {
		for _, tt := range tests {
			t.Run(kind+" by "+tt.name, func(t *testing.T) {
				step, url := "operationId: a", tt.url
				if kind == "arazzo" {
					step, url = "workflowId: $sourceDescriptions.p.w", strings.NewReplacer("api.yaml", "flow.yaml", "%61pi", "%66low", "link", "flow").Replace(url)
				}
				self := ""
				if tt.self != "" {
					self = "'" + tt.self + "'"
				}
				w := &web{texts: map[string]string{entry: selfDocument(self, "- {name: p, url: '"+url+"', type: "+kind+"}\n", step)}}
				b, list := (&arazzo.Loader{Fetcher: w, FindSources: true}).Load(t.Context(), entry)
				list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
				if s := b.Source(b.Entry, "p"); s == nil || s.API != nil || s.Document != nil || s.Err == nil {
					t.Errorf("source %+v", s)
				}
				if text := fmt.Sprintf("%v", list); !list.HasErrors() || strings.Contains(text, "SECRET") {
					t.Errorf("diagnostics %s", text)
				}
				for _, asked := range w.asked {
					if !strings.HasPrefix(asked, "https://") {
						t.Errorf("fetched %s", asked)
					}
				}
			})
		}
	}
}

func TestAFetchedSourceReadsNoFile(t *testing.T) {
	dir := local(t)
	file := "file://" + filepath.ToSlash(dir)
	t.Run("from a document on this machine", func(t *testing.T) {
		w := &web{texts: map[string]string{"https://evil.test/b.yaml": selfDocument("", "- {name: p, url: '"+file+"/api.yaml'}\n", "operationId: a")}}
		text := selfDocument("", "- {name: p, url: api.yaml}\n- {name: b, url: https://evil.test/b.yaml, type: arazzo}\n", "workflowId: $sourceDescriptions.b.w")
		b, list := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), filepath.Join(dir, "a.yaml"), []byte(text))
		// The entry has read the file already, which the other document names.
		if d := cmp.Diff([]string{"error remote-document-reads-file"}, rules(list)); d != "" {
			t.Errorf("%v\n%s", list, d)
		}
		if s := b.Source(b.Source(b.Entry, "b").Document, "p"); s == nil || s.API != nil {
			t.Errorf("source %+v", s)
		}
	})
	t.Run("in the schema of inputs", func(t *testing.T) {
		w := &web{texts: map[string]string{"https://evil.test/a.yaml": strings.Replace(
			selfDocument("", "- {name: p, url: https://evil.test/p.yaml}\n", "operationId: listPets"),
			"  steps:", "  inputs: {$ref: '"+file+"/schema.yaml'}\n  steps:", 1), "https://evil.test/p.yaml": pets}}
		b, list := (&arazzo.Loader{Fetcher: w}).Load(t.Context(), "https://evil.test/a.yaml")
		if d := cmp.Diff([]string{"warning remote-document-reads-file"}, rules(list)); d != "" {
			t.Errorf("%v\n%s", list, d)
		}
		if names := b.Entry.Workflows[0].InputSchema().Names(); len(names) > 0 {
			t.Errorf("inputs %q", names)
		}
	})
	for name, item := range map[string]string{
		"the description itself": file + "/api.yaml#/paths/~1a",
		"a file it refers to":    "https://evil.test/item.yaml",
	} {
		t.Run("in "+name, func(t *testing.T) {
			w := &web{texts: map[string]string{
				"https://evil.test/api.yaml":  "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/b: {$ref: '" + item + "'}}\n",
				"https://evil.test/item.yaml": "$ref: '" + file + "/api.yaml#/paths/~1a'\n",
			}}
			text := selfDocument("", "- {name: q, url: api.yaml}\n- {name: p, url: https://evil.test/api.yaml}\n", "operationId: $sourceDescriptions.p.a")
			b, _ := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), filepath.Join(dir, "a.yaml"), []byte(text))
			if b.Source(b.Entry, "p").API.HasOperation("a") {
				t.Error("the operation of a local file was found")
			}
		})
	}
}

func TestALocalDocumentReadsFilesAnywhere(t *testing.T) {
	dir, other := local(t), t.TempDir()
	text := selfDocument("", "- {name: p, url: 'file://"+filepath.ToSlash(dir)+"/link.yaml'}\n", "operationId: a")
	b, list := (&arazzo.Loader{}).LoadBytes(t.Context(), filepath.Join(other, "a.yaml"), []byte(text))
	if len(list) > 0 || b.Source(b.Entry, "p").API == nil {
		t.Errorf("%v", list)
	}
}

func TestReferencesSayWhoMakesThem(t *testing.T) {
	w := &web{texts: map[string]string{
		"https://a.test/p.yaml":      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {$ref: 'item.yaml'}, /b: {$ref: 'https://b.test/item.yaml'}}\n",
		"https://a.test/item.yaml":   "get: {operationId: a, responses: {}, parameters: [{$ref: 'https://c.test/parameter.yaml'}]}\n",
		"https://b.test/item.yaml":   "forbidden",
		"https://c.test/schema.yaml": "forbidden",
	}}
	l := arazzo.Loader{Fetcher: w, Sources: map[string]string{"q": "https://d.test/q.yaml"}}
	text := strings.Replace(selfDocument("", "- {name: p, url: https://a.test/p.yaml}\n- {name: q, url: q.yaml}\n", "operationId: $sourceDescriptions.p.a"),
		"  steps:", "  inputs: {$ref: 'https://c.test/schema.yaml'}\n  steps:", 1)
	b, list := l.LoadBytes(t.Context(), "a.yaml", []byte(text))
	op, _, problem := b.Operation(b.Entry.Workflows[0].Steps[0])
	if problem != nil || op == nil {
		t.Fatalf("operation %v, %v", op, problem)
	}
	want := []string{
		"https://d.test/q.yaml for ",
		"https://a.test/p.yaml for a.yaml",
		"https://c.test/schema.yaml for a.yaml, a part",
		"https://a.test/item.yaml for https://a.test/p.yaml, a part",
		"https://b.test/item.yaml for https://a.test/p.yaml, a part",
		"https://c.test/parameter.yaml for https://a.test/item.yaml, a part",
	}
	if d := cmp.Diff(want, w.asked); d != "" {
		t.Errorf("asked (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"warning fetch-failed", "warning reference-not-permitted"}, rules(list)); d != "" {
		t.Errorf("%v\n%s", list, d)
	}
	if list[1].Hint != "permit it" || list[1].Range.Start.Line == 0 {
		t.Errorf("%+v", list[1])
	}
}

func TestAReferenceThatIsNotPermittedSaysHowToPermitIt(t *testing.T) {
	w := &web{texts: map[string]string{"https://b.test/p.yaml": "forbidden"}}
	dir := t.TempDir()
	api := "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: a, responses: {}, parameters: [{$ref: 'https://b.test/p.yaml'}]}}}\n"
	if err := os.WriteFile(filepath.Join(dir, "api.yaml"), []byte(api), 0o600); err != nil {
		t.Fatal(err)
	}
	b, list := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), filepath.Join(dir, "a.yaml"), []byte(selfDocument("", "- {name: p, url: api.yaml}\n", "operationId: a")))
	list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
	if d := cmp.Diff([]string{"warning reference-not-permitted"}, rules(list)); d != "" {
		t.Fatalf("%v\n%s", list, d)
	}
	if list[0].Hint != "permit it" || filepath.Base(list[0].Range.File) != "api.yaml" || list[0].Range.Start.Line != 3 {
		t.Errorf("%+v", list[0])
	}
}

// TestWhatIsPrivateIsNotShared holds that a document which one source may read
// is not had by another one that may not.
func TestWhatIsPrivateIsNotShared(t *testing.T) {
	const inner = "http://127.0.0.1:1/b.yaml"
	texts := map[string]string{
		inner:                        selfDocument("http://127.0.0.1:1/self.yaml", "- {name: p, url: p.yaml}\n", "operationId: listPets"),
		"http://127.0.0.1:1/p.yaml":  pets,
		"https://evil.test/by.yaml":  selfDocument("", "- {name: b, url: '"+inner+"', type: arazzo}\n", "workflowId: $sourceDescriptions.b.w"),
		"https://evil.test/id.yaml":  selfDocument("", "- {name: b, url: http://127.0.0.1:1/self.yaml, type: arazzo}\n", "workflowId: $sourceDescriptions.b.w"),
		"https://evil.test/api.yaml": selfDocument("", "- {name: b, url: http://127.0.0.1:1/p.yaml}\n", "operationId: listPets"),
	}
	for _, evil := range []string{"by", "id", "api"} {
		t.Run(evil, func(t *testing.T) {
			w := &web{texts: texts, private: map[string]bool{inner: true, "http://127.0.0.1:1/p.yaml": true}}
			text := selfDocument("", "- {name: b, url: '"+inner+"', type: arazzo}\n- {name: e, url: 'https://evil.test/"+evil+".yaml', type: arazzo}\n",
				"workflowId: $sourceDescriptions.e.w")
			b, list := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), "a.yaml", []byte(text))
			if d := cmp.Diff([]string{"error private-address"}, rules(list)); d != "" {
				t.Errorf("%v\n%s", list, d)
			}
			if s := b.Source(b.Source(b.Entry, "e").Document, "b"); s == nil || s.Document != nil || s.API != nil {
				t.Errorf("source %+v", s)
			}
			if s := b.Source(b.Entry, "b"); s.Document == nil || b.Source(s.Document, "p").API == nil {
				t.Error("the local document cannot read it either")
			}
		})
	}
}

// TestCacheKeepsWhatIsFetchedForStrangersApart holds that a Cache does not stand
// in for permission.
func TestCacheKeepsWhatIsFetchedForStrangersApart(t *testing.T) {
	w := &web{texts: map[string]string{
		"https://a.test/p.yaml": pets,
		"https://b.test/w.yaml": selfDocument("", "- {name: p, url: https://a.test/p.yaml}\n", "operationId: listPets"),
	}}
	cache := &arazzo.Cache{}
	for _, entry := range []string{"w.yaml", "v.yaml"} {
		l := &arazzo.Loader{Fetcher: w, Cache: cache}
		l.LoadBytes(t.Context(), entry, []byte(selfDocument("", "- {name: p, url: https://a.test/p.yaml}\n", "operationId: listPets")))
	}
	(&arazzo.Loader{Fetcher: w, Cache: cache}).Load(t.Context(), "https://b.test/w.yaml")
	want := []string{"https://a.test/p.yaml for w.yaml", "https://b.test/w.yaml for ", "https://a.test/p.yaml for https://b.test/w.yaml"}
	if d := cmp.Diff(want, w.asked); d != "" {
		t.Errorf("asked (-want +got):\n%s", d)
	}
}

func TestLoadBoundsWhatItReads(t *testing.T) {
	t.Run("bytes in all", func(t *testing.T) {
		w := &web{texts: map[string]string{}}
		sources := ""
		for i := range 10 {
			sources += fmt.Sprintf("- {name: p%d, url: https://a.test/%d.yaml}\n", i, i)
			w.texts[fmt.Sprintf("https://a.test/%d.yaml", i)] = pets + "# " + strings.Repeat("x", 10_000)
		}
		_, list := (&arazzo.Loader{Fetcher: w, MaxTotalBytes: 50_000}).LoadBytes(t.Context(), "a.yaml", []byte(selfDocument("", sources, "operationId: $sourceDescriptions.p9.listPets")))
		if got := rules(list); len(got) < 5 || got[len(got)-1] != "error file-too-large" {
			t.Errorf("%v", got)
		}
	})
	t.Run("documents of the network", func(t *testing.T) {
		w := &web{}
		sources := ""
		for i := range 900 {
			sources += fmt.Sprintf("- {name: p%d, url: https://a.test/%d.yaml}\n", i, i)
		}
		_, list := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), "a.yaml", []byte(selfDocument("", sources, "operationId: $sourceDescriptions.p899.listPets")))
		if len(w.asked) != 500 || rules(list)[len(list)-1] != "error too-many-sources" {
			t.Errorf("%d documents were asked for", len(w.asked))
		}
	})
	t.Run("parts of a description", func(t *testing.T) {
		text := "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
		w := &web{texts: map[string]string{}}
		for i := range 900 {
			text += fmt.Sprintf("  /%d: {$ref: 'https://a.test/%d.yaml'}\n", i, i)
			w.texts[fmt.Sprintf("https://a.test/%d.yaml", i)] = fmt.Sprintf("get: {operationId: o%d, responses: {}}\n", i)
		}
		w.texts["https://a.test/p.yaml"] = text
		b, _ := (&arazzo.Loader{Fetcher: w}).LoadBytes(t.Context(), "a.yaml", []byte(selfDocument("", "- {name: p, url: https://a.test/p.yaml}\n", "operationId: o1")))
		api := b.Source(b.Entry, "p").API
		if !api.HasOperation("o1") || api.HasOperation("o899") || len(w.asked) != 500 {
			t.Errorf("%d documents were asked for", len(w.asked))
		}
	})
}
