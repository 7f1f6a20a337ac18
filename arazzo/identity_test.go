package arazzo_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
)

// recorder is a Fetcher that has no document and notes what it is asked for.
type recorder struct{ asked []string }

func (r *recorder) Fetch(_ context.Context, want arazzo.FetchRequest) (*arazzo.Fetched, error) {
	r.asked = append(r.asked, want.URI)
	return nil, fmt.Errorf("nothing there")
}

// selfDocument is a valid document of 1.1 with a $self, the given sources and a
// workflow that does what the step says.
func selfDocument(self, sources, step string) string {
	text := "arazzo: 1.1.0\n"
	if self != "" {
		text += "$self: " + self + "\n"
	}
	return text + "info: {title: t, version: '1'}\nsourceDescriptions:\n" + sources + "workflows:\n- workflowId: w\n  steps:\n  - {stepId: s, " + step + "}\n"
}

// TestReferencesAreResolvedByTheAlgorithmOfTheRFC holds the examples of RFC
// 3986, 5.4. Fragments are no part of what is fetched.
func TestReferencesAreResolvedByTheAlgorithmOfTheRFC(t *testing.T) {
	const base = "http://a/b/c/d;p?q"
	tests := []struct{ reference, want string }{
		{"http:g", ""}, // strict: a URI without a host, which cannot be fetched
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"g#s", "http://a/b/c/g"},
		{"g?y#s", "http://a/b/c/g?y"},
		{";x", "http://a/b/c/;x"},
		{"g;x", "http://a/b/c/g;x"},
		{"g;x?y#s", "http://a/b/c/g;x?y"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"},
		{"g..", "http://a/b/c/g.."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
		{"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/./x", "http://a/b/c/g?y/./x"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/../x", "http://a/b/c/g"},
		{"http://a/b/../g", "http://a/g"},
	}
	for _, how := range []string{"location", "absolute $self"} {
		for _, test := range tests {
			name, self := base, ""
			if how != "location" {
				name, self = "local.yaml", "'"+base+"'"
			}
			var r recorder
			l := arazzo.Loader{Fetcher: &r}
			l.LoadBytes(t.Context(), name, []byte(selfDocument(self, "- {name: p, url: '"+test.reference+"'}\n", "operationId: x")))
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if d := cmp.Diff(want, r.asked); d != "" {
				t.Errorf("%s, %q (-want +got):\n%s", how, test.reference, d)
			}
		}
	}
}

// TestBaseURIsOfTheAppendix holds what appendix B of Arazzo 1.1.0 says of base
// URIs.
func TestBaseURIsOfTheAppendix(t *testing.T) {
	tests := []struct{ name, retrieved, self, reference, want string }{
		{"absolute $self", "file:///home/me/flow.yaml", "https://example.com/workflows/purchase.arazzo.yaml", "../specs/petstore.yaml", "https://example.com/specs/petstore.yaml"},
		{"relative $self", "https://staging.example.com/v2/api-description.yaml", "workflows/purchase.arazzo.yaml", "../specs/petstore.yaml", "https://staging.example.com/v2/specs/petstore.yaml"},
		{"$self from the root", "https://staging.example.com/v2/api-description.yaml", "/workflows/purchase.arazzo.yaml", "../specs/petstore.yaml", "https://staging.example.com/specs/petstore.yaml"},
		{"no $self", "https://staging.example.com/v2/api-description.yaml", "", "specs/petstore.yaml", "https://staging.example.com/v2/specs/petstore.yaml"},
		{"a URN as $self is no base", "https://staging.example.com/v2/a.yaml", "urn:example:a", "b.yaml", "https://staging.example.com/v2/b.yaml"},
		{"an absolute reference", "https://staging.example.com/v2/a.yaml", "https://example.com/a", "https://other.example.com/b.yaml", "https://other.example.com/b.yaml"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r recorder
			l := arazzo.Loader{Fetcher: &r}
			b, _ := l.LoadBytes(t.Context(), test.retrieved, []byte(selfDocument(test.self, "- {name: p, url: "+test.reference+"}\n", "operationId: x")))
			if d := cmp.Diff([]string{test.want}, r.asked); d != "" {
				t.Error(d)
			}
			if s := b.Source(b.Entry, "p"); s.URI != test.want {
				t.Errorf("the URI of the source is %q", s.URI)
			}
		})
	}
}

func TestDocumentsAreFoundByTheirURI(t *testing.T) {
	const other = "- {name: b, url: https://x.test/b.yaml, type: arazzo}\n"
	const call = "workflowId: $sourceDescriptions.b.w"
	calledB := selfDocument("https://x.test/b.yaml", "- {name: p, url: p.yaml}\n", "operationId: listPets")
	tests := []struct {
		name    string
		entry   string
		files   map[string]string
		include []string
		want    []string
		check   []string
	}{
		{
			name:    "an absolute url is a $self",
			entry:   selfDocument("", other, call),
			files:   map[string]string{"copy.yaml": strings.Replace(calledB, "url: p.yaml", "url: https://x.test/p.yaml", 1), "p.yaml": "openapi: 3.2.0\n$self: https://x.test/p.yaml # its own\n" + pets[strings.IndexByte(pets, '\n')+1:]},
			include: []string{"copy.yaml", "p.yaml"},
		},
		{
			name:    "a relative url is one by the $self of its document",
			entry:   selfDocument("https://x.test/a.yaml", "- {name: b, url: b.yaml, type: arazzo}\n", call),
			files:   map[string]string{"copy.yaml": strings.Replace(calledB, "url: p.yaml", "url: file:p.yaml", 1), "p.yaml": pets},
			include: []string{"copy.yaml"},
			want:    []string{"error source-not-found"},
		},
		{
			name:    "a URN",
			entry:   selfDocument("", "- {name: b, url: 'urn:example:b', type: arazzo}\n", call),
			files:   map[string]string{"copy.yaml": strings.Replace(calledB, "https://x.test/b.yaml", "urn:example:b", 1), "p.yaml": pets},
			include: []string{"copy.yaml"},
		},
		{
			name:    "a URN that nobody has",
			entry:   selfDocument("", "- {name: b, url: 'urn:example:b', type: arazzo}\n", call),
			files:   map[string]string{},
			want:    []string{"error remote-document"},
			include: nil,
		},
		{
			name:  "a local source that is found later has the URI",
			entry: selfDocument("", other+"- {name: c, url: c.yaml}\n", call),
			files: map[string]string{"c.yaml": selfDocument("https://x.test/b.yaml", "- {name: p, url: p.json}\n", "workflowId: v"), "q.yaml": pets},
			want:  []string{"warning remote-document"}, // p.json is https://x.test/p.json
			check: []string{"error undefined-workflow"},
		},
		{
			name:    "nothing refers to it",
			entry:   entry("- {name: p, url: p.yaml}\n"),
			files:   map[string]string{"p.yaml": pets, "copy.yaml": calledB},
			include: []string{"copy.yaml", "copy.yaml"},
			want:    []string{"warning unused-document"},
		},
		{
			name:    "two with one $self",
			entry:   selfDocument("", other, call),
			files:   map[string]string{"p.yaml": pets, "one.yaml": strings.Replace(calledB, "url: p.yaml", "url: "+"https://x.test/b.yaml", 1), "two.yaml": calledB},
			include: []string{"one.yaml", "two.yaml"},
			want:    []string{"error duplicate-self", "warning unused-document"},
			check:   []string{"error invalid-operation"},
		},
		{
			name:    "one that does not exist",
			entry:   entry("- {name: p, url: p.yaml}\n"),
			files:   map[string]string{"p.yaml": pets},
			include: []string{"no.yaml"},
			want:    []string{"error file-not-found"},
		},
		{
			name:    "one that is no document",
			entry:   entry("- {name: p, url: p.yaml}\n"),
			files:   map[string]string{"p.yaml": pets, "no.yaml": "- a\n"},
			include: []string{"no.yaml"},
			want:    []string{"warning unused-document"},
		},
		{
			name:  "documents that are sources of each other",
			entry: strings.Replace(selfDocument("", "- {name: b, url: sub/../b.yaml, type: arazzo}\n- {name: p, url: p.yaml}\n", "workflowId: $sourceDescriptions.b.w"), "workflows:\n", "workflows:\n- {workflowId: v, steps: [{stepId: s, operationId: listPets}]}\n", 1),
			files: map[string]string{"b.yaml": selfDocument("", "- {name: a, url: ./arazzo.yaml, type: arazzo}\n- {name: b, url: b.yaml}\n", "workflowId: $sourceDescriptions.a.v"), "p.yaml": pets},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.files["arazzo.yaml"] = test.entry
			t.Chdir(tree(t, test.files))
			// The entry is named in another way than the reference to it.
			b, list := (&arazzo.Loader{Include: test.include}).Load(t.Context(), "./arazzo.yaml")
			got := rules(list)
			slices.Sort(got)
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("%v", list)
				t.Errorf("Load (-want +got):\n%s", d)
			}
			if list.HasErrors() {
				return
			}
			if d := cmp.Diff(test.check, rules(arazzo.Check(b, arazzo.CheckOptions{Strict: true}))); d != "" {
				t.Errorf("Check (-want +got):\n%s", d)
			}
			seen := map[string]bool{}
			for _, d := range b.Documents {
				name, err := filepath.Abs(d.Name())
				if err != nil || seen[name] {
					t.Errorf("document %q stands in the bundle twice (%v)", name, err)
				}
				seen[name] = true
			}
		})
	}
}

func TestDocumentsInMemoryAreReadFirst(t *testing.T) {
	l := arazzo.Loader{Documents: map[string][]byte{
		"mem/b.yaml":               []byte(selfDocument("", "- {name: p, url: p.yaml}\n", "operationId: listPets")),
		"mem/p.yaml":               []byte(strings.Replace(pets, "paths: {/pets: {get: {operationId: listPets, responses: {'200': {description: d}}}}}", "paths: {/pets: {$ref: 'https://x.test/path.yaml#/pets'}}", 1)),
		"https://x.test/path.yaml": []byte("pets: {get: {operationId: listPets, responses: {'200': {description: d}}}}\n"),
	}}
	b, list := l.LoadBytes(t.Context(), "mem/a.yaml", []byte(selfDocument("", "- {name: b, url: b.yaml}\n", "workflowId: $sourceDescriptions.b.w")))
	list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: true})...)
	if d := cmp.Diff([]string(nil), rules(list)); d != "" {
		t.Errorf("%v\n%s", list, d)
	}
}

// TestARemoteDocumentCannotTakeTheNameOfAnother holds that what comes from one
// host is not taken for what another host has.
func TestARemoteDocumentCannotTakeTheNameOfAnother(t *testing.T) {
	l := arazzo.Loader{Fetcher: fetcher{
		"https://evil.test/b.yaml": selfDocument("https://good.test/c.yaml", "- {name: p, url: p.yaml}\n", "operationId: x"),
		"https://good.test/c.yaml": selfDocument("https://good.test/c.yaml", "- {name: p, url: p.yaml}\n", "operationId: x"),
	}}
	b, _ := l.LoadBytes(t.Context(), "a.yaml", []byte(selfDocument("", "- {name: b, url: https://evil.test/b.yaml}\n- {name: c, url: https://good.test/c.yaml}\n", "workflowId: $sourceDescriptions.c.w")))
	if s := b.Source(b.Entry, "c"); s == nil || s.Document == nil || s.Document.Name() != "https://good.test/c.yaml" {
		t.Errorf("source %+v", s)
	}
}
