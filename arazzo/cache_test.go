package arazzo_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
)

// countingFetcher serves one API description at any URL and counts how often.
type countingFetcher struct {
	mu    sync.Mutex
	asked map[string]int
}

func (f *countingFetcher) Fetch(_ context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	f.asked[want.URI]++
	if strings.Contains(want.URI, "missing") {
		return nil, errors.New("no such host")
	}
	text := "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: {get: {operationId: a, responses: {'200': {description: ok}}}}\n# " + strings.Repeat("x", 1000)
	return &arazzo.Fetched{Data: []byte(text)}, nil
}

func callingA(url string) []byte {
	return []byte("arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: '" + url + "', type: openapi}]\n" +
		"workflows: [{workflowId: w, steps: [{stepId: s, operationId: a}]}]\n")
}

func TestCacheReadsAnAPIOnce(t *testing.T) {
	fetcher, cache := &countingFetcher{}, &arazzo.Cache{}
	const url = "https://example.com/api.yaml"
	apis := make([]any, 20)
	var wait sync.WaitGroup
	for i := range apis {
		wait.Go(func() {
			b, list := (&arazzo.Loader{Fetcher: fetcher, Cache: cache}).LoadBytes(t.Context(), fmt.Sprintf("w%d.yaml", i), callingA(url))
			if len(list) > 0 {
				t.Errorf("%v", list)
			}
			apis[i] = b.Source(b.Entry, "api").API
		})
	}
	wait.Wait()
	if fetcher.asked[url] != 1 {
		t.Errorf("fetched %d times", fetcher.asked[url])
	}
	for _, api := range apis {
		if api == nil || api != apis[0] {
			t.Fatal("the description was opened more than once")
		}
	}
}

func TestCacheKeepsNoFailures(t *testing.T) {
	fetcher, cache := &countingFetcher{}, &arazzo.Cache{}
	const url = "https://example.com/missing.yaml"
	for range 2 {
		if _, list := (&arazzo.Loader{Fetcher: fetcher, Cache: cache}).LoadBytes(t.Context(), "w.yaml", callingA(url)); !list.HasErrors() {
			t.Errorf("%v", list)
		}
	}
	if fetcher.asked[url] != 2 {
		t.Errorf("fetched %d times", fetcher.asked[url])
	}
}

func TestCacheLetsTheOldestGo(t *testing.T) {
	fetcher, cache := &countingFetcher{}, &arazzo.Cache{MaxBytes: 2500}
	for _, name := range []string{"a", "b", "a", "c", "a", "b"} {
		(&arazzo.Loader{Fetcher: fetcher, Cache: cache}).LoadBytes(t.Context(), "w.yaml", callingA("https://example.com/"+name))
	}
	want := map[string]int{"https://example.com/a": 1, "https://example.com/b": 2, "https://example.com/c": 1}
	if d := cmp.Diff(want, fetcher.asked); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// writeFiles writes files into a new folder.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCacheForgetsWhatHasReadAFile(t *testing.T) {
	const parameter = "{name: %s, in: query, required: true, schema: {type: string}}"
	dir := writeFiles(t, map[string]string{
		"api.yaml": "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: {get: {operationId: a, parameters: [{$ref: 'part.yaml'}], responses: {'200': {description: ok}}}}\n",
		"w.yaml":   string(callingA("api.yaml")),
	})
	part, cache := filepath.Join(dir, "part.yaml"), &arazzo.Cache{}
	missing := func() (string, *arazzo.Bundle) {
		b, list := (&arazzo.Loader{Cache: cache}).Load(t.Context(), filepath.Join(dir, "w.yaml"))
		list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
		return list[0].Message, b
	}
	for _, name := range []string{"one", "two"} {
		if err := os.WriteFile(part, fmt.Appendf(nil, parameter, name), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "two" {
			if got, _ := missing(); !strings.Contains(got, `"one"`) {
				t.Errorf("the file was read again: %s", got)
			}
			cache.Forget(part)
		}
		got, b := missing()
		if !strings.Contains(got, fmt.Sprintf("%q", name)) {
			t.Errorf("with parameter %q: %s", name, got)
		}
		want := []string{filepath.Join(dir, "api.yaml"), part, filepath.Join(dir, "w.yaml")}
		if d := cmp.Diff(want, b.Files()); d != "" {
			t.Errorf("files (-want +got):\n%s", d)
		}
	}
}

func TestFilesListsWhatCouldNotBeRead(t *testing.T) {
	dir := writeFiles(t, map[string]string{"w.yaml": string(callingA("gone.yaml"))})
	b, _ := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "w.yaml"))
	if d := cmp.Diff([]string{filepath.Join(dir, "gone.yaml"), filepath.Join(dir, "w.yaml")}, b.Files()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	b, _ = (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "none.yaml"))
	if d := cmp.Diff([]string{filepath.Join(dir, "none.yaml")}, b.Files()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
