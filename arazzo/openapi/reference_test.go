package openapi_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// reader serves files from a map and counts the reads.
func reader(files map[string]string, reads map[string]int) openapi.Option {
	return openapi.WithReader(func(_, location string) ([]byte, string, error) {
		reads[location]++
		text, ok := files[location]
		if !ok {
			return nil, "", fs.ErrNotExist
		}
		return []byte(text), "", nil
	})
}

func TestReferencesToOtherFiles(t *testing.T) {
	const text = `
openapi: 3.1.0
paths:
  /a: {$ref: 'paths/a.yaml'}
  /b: {$ref: 'paths/missing.yaml'}
`
	files := map[string]string{
		"dir/paths/a.yaml": `
get:
  operationId: a
  parameters:
    - $ref: '../parameters.json#/P%20Q'
    - $ref: '../../dir/api.yaml#/paths/~1a/x'
  requestBody: {$ref: '#/body'}
body: {content: {text/plain: {}}}
`,
		"dir/parameters.json": `{"P Q": {"name": "p", "in": "query", "schema": {"$ref": "#/schema"}}, "schema": {"type": "integer"}}`,
	}
	reads := make(map[string]int)
	d, err := openapi.Open("dir/api.yaml", []byte(text), reader(files, reads))
	if err != nil {
		t.Fatal(err)
	}
	op := operation(t, d, "a")
	if len(op.Parameters) != 1 || op.Parameters[0].Name != "p" || !cmp.Equal(op.Parameters[0].Types, []string{"integer"}) {
		t.Errorf("parameters %+v", op.Parameters)
	}
	if op.Parameters[0].Range.File != "dir/parameters.json" || op.Range.File != "dir/paths/a.yaml" || op.Path != "/a" || op.Pointer != "/paths/~1a/get" {
		t.Errorf("the operation is %s at %s, its parameter at %s", op.Pointer, op.Range, op.Parameters[0].Range)
	}
	if op.RequestBody == nil || len(op.RequestBody.Content) != 1 {
		t.Errorf("request body %+v", op.RequestBody)
	}
	if diff := cmp.Diff([]string{
		`dir/paths/a.yaml:6:13: the reference "../../dir/api.yaml#/paths/~1a/x" leads nowhere: "/paths/~1a" has no "x" (dangling-reference)`,
	}, warnings(op)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	for file, n := range reads {
		if n != 1 && file != "dir/paths/missing.yaml" {
			t.Errorf("%s is read %d times", file, n)
		}
	}
	_, err = d.OperationByID("b")
	var notFound *openapi.NotFoundError
	if !errors.As(err, &notFound) || !cmp.Equal(notFound.Unread, []string{"paths/missing.yaml"}) {
		t.Errorf("error %v", err)
	}
	if want := `it may be in the path item "paths/missing.yaml", which cannot be read`; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want one with %q", err, want)
	}
}

func TestReferencesStartFromTheLocation(t *testing.T) {
	for _, tt := range []struct{ base, ref, want string }{
		{"api.yaml", "p.yaml", "p.yaml"},
		{"dir/api.yaml", "../p.yaml", "p.yaml"},
		{"/dir/api.yaml", "./p%20q.yaml", "/dir/p q.yaml"},
		{"/dir/api.yaml", "/p.yaml", "/p.yaml"},
		{"https://example.com/v1/api.yaml?x=1", "../p.yaml", "https://example.com/p.yaml"},
		{"https://example.com/v1/api.yaml", "//other.example/p.yaml", "https://other.example/p.yaml"},
		{"dir/api.yaml", "https://example.com/p.yaml", "https://example.com/p.yaml"},
		{"file:///dir/api.yaml", "p.yaml", "file:///dir/p.yaml"},
	} {
		reads := make(map[string]int)
		d, err := openapi.Open(tt.base, fmt.Appendf(nil, "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, parameters: [{$ref: '%s#/P'}]}}}\n", tt.ref),
			reader(map[string]string{tt.want: "P: {name: p, in: query}\n"}, reads))
		if err != nil {
			t.Fatal(err)
		}
		if op := operation(t, d, "a"); len(op.Parameters) != 1 {
			t.Errorf("%s in %s: %q, read %v", tt.ref, tt.base, warnings(op), reads)
		}
	}
}

func TestOtherFilesAreNotReadUnlessAsked(t *testing.T) {
	d := open(t, "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, parameters: [{$ref: '/etc/passwd'}]}}}\n")
	want := []string{`api.yaml:2:56: the reference "/etc/passwd" leads nowhere: "/etc/passwd" is another file, and other files are not read (dangling-reference)`}
	if diff := cmp.Diff(want, warnings(operation(t, d, "a"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPathItemReferences(t *testing.T) {
	d := open(t, `
openapi: 3.1.0
paths:
  /a:
    $ref: '#/components/pathItems/A'
    parameters: [{name: own, in: query}]
    put: {operationId: ownPut}
  /c: {$ref: '#/paths/~1d'}
  /d: {$ref: '#/paths/~1c'}
  /e: {$ref: '#/components/pathItems/B'}
components:
  pathItems:
    A:
      servers: [{url: https://a}]
      parameters: [{name: other, in: query}]
      get: {operationId: get}
      put: {operationId: otherPut}
`)
	if diff := cmp.Diff([]string{"ownPut", "get"}, d.OperationIDs()); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	op := operation(t, d, "get")
	if op.Path != "/a" || len(op.Servers) != 1 || len(op.Parameters) != 1 || op.Parameters[0].Name != "own" || op.Range.Start.Line != 15 {
		t.Errorf("%+v", op)
	}
	_, err := d.OperationByID("nothing at all")
	if want := `it may be in one of the 3 path items, such as "#/paths/~1c", that cannot be read`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v", err)
	}
}

func TestAliasesAndMergeKeys(t *testing.T) {
	d := open(t, `
openapi: 3.1.0
x-parameters:
  - &id {name: id, in: path, schema: {type: string}}
  - &page
    name: page
    in: query
    schema: &int {type: integer}
x-item: &item
  parameters: [*id]
  servers: &servers
    - url: https://a
paths:
  /plain:
    get: {operationId: plain, parameters: [{name: p, in: query}]}
  /alias/{id}: *item
  /merge/{id}:
    <<: *item
    get: &get
      operationId: merged
      parameters:
        - *page
        - <<: *page
          name: size
  /several:
    get:
      <<: [{operationId: first, requestBody: {content: {a/b: {}}}}, *get]
`)
	if op := operation(t, d, "plain"); len(op.Parameters) != 1 || op.Range.Start.Line != 14 {
		t.Errorf("%+v", op)
	}
	op := operation(t, d, "merged")
	var names []string
	for _, p := range op.Parameters {
		names = append(names, p.In+" "+p.Name+" "+strings.Join(p.Types, ","))
	}
	if diff := cmp.Diff([]string{"path id string", "query page integer", "query size integer"}, names); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if len(op.Servers) != 1 || op.Servers[0].URL != "https://a" {
		t.Errorf("servers %+v", op.Servers)
	}
	op = operation(t, d, "first")
	if op.RequestBody == nil || len(op.Parameters) != 2 {
		t.Errorf("%+v", op)
	}
}

func TestFlowStyleAndJSONSayTheSame(t *testing.T) {
	block := operation(t, open(t, "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters:\n      - name: p\n        in: query\n        schema:\n          enum:\n          - 1\n          - x\n"), "a")
	for _, text := range []string{
		"{openapi: 3.1.0, paths: {/a: {get: {operationId: a, parameters: [{name: p, in: query, schema: {enum: [1, x]}}]}}}}",
		`{"openapi":"3.1.0","paths":{"/a":{"get":{"operationId":"a","parameters":[{"name":"p","in":"query","schema":{"enum":[1,"x"]}}]}}}}`,
		`{"openapi":"3.1.0","paths":{"\/a":{"get":{"operationId":"\u0061","parameters":[{"name":"p","in":"query","schema":{"enum":[1,"x"]}}]}}}}`,
	} {
		op := operation(t, open(t, text), "a")
		if op.Path != block.Path || op.Pointer != block.Pointer || !cmp.Equal(op.Parameters[0].Enum, block.Parameters[0].Enum) {
			t.Errorf("%s: %+v", text, op)
		}
	}
}

func TestSurrogatesAndLargeNumbersInJSON(t *testing.T) {
	d := open(t, `{"openapi":"3.1.0","info":{"x-a":"\ud83d\ude00\/","x-n":123456789012345678901234567890.10,"x-bad":"\ud83d"},"paths":{}}`)
	want := map[string]any{"x-a": "😀/", "x-n": number("123456789012345678901234567890.10"), "x-bad": "\ufffd"}
	if diff := cmp.Diff(want, d.Extensions("/info")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
