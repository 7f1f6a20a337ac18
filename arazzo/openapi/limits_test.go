package openapi_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// patience is far more than anything here takes on a machine that is not busy.
const patience = time.Minute

// within fails a test that takes far longer than it should.
func within(t *testing.T, what func()) {
	t.Helper()
	start := time.Now()
	what()
	if took := time.Since(start); took > patience {
		t.Errorf("it takes %v", took)
	}
}

// bomb returns YAML whose aliases stand for ten to the power of levels values.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("x-0: &a0 {name: p, in: query}\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&b, "x-%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

func TestAliasBombIsRefused(t *testing.T) {
	text := "openapi: 3.1.0\n" + bomb(9) + "paths:\n  /a:\n    get:\n      operationId: a\n      parameters: *a9\n"
	within(t, func() {
		d := open(t, text)
		op, err := d.OperationByID("a")
		if err != nil {
			t.Fatal(err)
		}
		if len(op.Parameters) > 0 || len(op.Warnings) != 1 || !strings.Contains(op.Warnings[0].Message, "more than a million values") {
			t.Errorf("%d parameters, warnings %q", len(op.Parameters), warnings(op))
		}
	})
	within(t, func() {
		d := open(t, "openapi: 3.1.0\nx-tag: !t 1\n"+bomb(9)+"paths: {/a: {get: {operationId: a, x: *a9}}}\n")
		if _, err := d.OperationByID("a"); err == nil || !strings.Contains(err.Error(), "more than a million values") {
			t.Errorf("error %v", err)
		}
	})
}

func TestAnAliasBombThatIsNotTouchedDoesNoHarm(t *testing.T) {
	d := open(t, "openapi: 3.1.0\n"+bomb(9)+"paths:\n  /a:\n    get:\n      operationId: a\n      x-example: *a9\n")
	if op := operation(t, d, "a"); len(op.Warnings) > 0 {
		t.Errorf("warnings %q", warnings(op))
	}
}

func TestAnAliasInsideItself(t *testing.T) {
	d := open(t, "openapi: 3.1.0\nx-tag: !t 1\npaths:\n  /a: &a\n    get: *a\n")
	if _, err := d.OperationByID("a"); err == nil || !strings.Contains(err.Error(), "inside the value that it stands for") {
		t.Errorf("error %v", err)
	}
}

func TestManyReferences(t *testing.T) {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters:\n")
	const n = 20_000
	for i := range n {
		fmt.Fprintf(&b, "      - $ref: '#/components/parameters/P%d'\n", i)
	}
	b.WriteString("components:\n  parameters:\n")
	for i := range n {
		fmt.Fprintf(&b, "    P%d: {$ref: '#/components/parameters/P%d'}\n", i, i+1)
	}
	within(t, func() {
		op := operation(t, open(t, b.String()), "a")
		if len(op.Parameters) > 0 || len(op.Warnings) == 0 {
			t.Errorf("%d parameters, %d warnings", len(op.Parameters), len(op.Warnings))
		}
	})
}

func TestManyDanglingReferencesAreReportedFast(t *testing.T) {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters:\n")
	const n = 5_000
	for i := range n {
		fmt.Fprintf(&b, "      - $ref: '#/components/parameters/Parameter%d'\n", i)
	}
	b.WriteString("components:\n  parameters:\n")
	for i := range n {
		fmt.Fprintf(&b, "    Paremeter%d: {}\n", i)
	}
	within(t, func() {
		op := operation(t, open(t, b.String()), "a")
		if len(op.Warnings) != n {
			t.Errorf("%d warnings", len(op.Warnings))
		}
	})
}

func TestManyOfEverything(t *testing.T) {
	var b strings.Builder
	const n = 10_000
	list := func(name, form string) {
		b.WriteString(name)
		for i := range n {
			fmt.Fprintf(&b, form, i)
		}
	}
	b.WriteString("openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n")
	list("      parameters:\n", "      - {name: p%d, in: query}\n")
	list("      requestBody:\n        content:\n", "          a/b%d: {}\n")
	list("      responses:\n", "        s%d: {}\n")
	list("      security:\n", "      - s%d: []\n")
	list("      servers:\n      - url: https://a\n        variables:\n", "          v%d: {default: x}\n")
	list("    put:\n", "      operationId: a%d\n")
	within(t, func() {
		op := operation(t, open(t, b.String()), "a")
		if len(op.Parameters) != n || len(op.RequestBody.Content) != n || len(op.Responses) != n || len(op.Security) != n || len(op.Servers[0].Variables) != n {
			t.Errorf("%d parameters, %d media types, %d responses", len(op.Parameters), len(op.RequestBody.Content), len(op.Responses))
		}
	})
}

func TestSchemasThatBranchWithoutEnd(t *testing.T) {
	within(t, func() {
		d := open(t, `
openapi: 3.1.0
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: p, in: query, schema: {$ref: '#/components/schemas/A'}}]
components:
  schemas:
    A: {anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    B: {oneOf: [{$ref: '#/components/schemas/A'}, {type: string}], allOf: [{$ref: '#/components/schemas/B'}]}
`)
		operation(t, d, "a")
	})
}

func TestMinifiedJSONOfManyParameters(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"openapi":"3.1.0","x-pad":"` + strings.Repeat("é", 1<<20) + `","paths":{"/a":{"get":{"operationId":"a","parameters":[`)
	for i := range 2000 {
		fmt.Fprintf(&b, `{"name":"p%d","in":"query"},`, i)
	}
	b.WriteString(`{"name":"last","in":"query"}]}}}}`)
	within(t, func() {
		op := operation(t, open(t, b.String()), "a")
		want := len([]rune(b.String()[:strings.Index(b.String(), `{"name":"last"`)])) + 1
		if got := op.Parameters[2000].Range.Start; got.Line != 1 || got.Column != want {
			t.Errorf("the last parameter is at %v, want column %d", got, want)
		}
	})
}

func TestDocumentsAreSafeForConcurrentUse(t *testing.T) {
	text := "openapi: 3.1.0\nx-p: &p {name: p, in: query}\npaths:\n"
	for i := range 50 {
		text += fmt.Sprintf("  /%d:\n    get:\n      operationId: o%d\n      tags: [a, b]\n      parameters: [*p, {$ref: 'other.yaml#/P'}]\n", i, i)
	}
	d := open(t, text, openapi.WithReader(func(_, _ string) ([]byte, string, error) {
		return []byte("Q: &q {name: q, in: query}\nP: *q\n"), "", nil
	}))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				op, err := d.OperationByID(fmt.Sprintf("o%d", (i*7+j)%50))
				if err != nil || len(op.Parameters) != 2 || len(op.Warnings) > 0 {
					t.Errorf("%v, %+v", err, op)
					return
				}
				_ = d.HasOperation("o1")
				_ = d.Extensions("")
				if _, err := d.OperationByPointer(op.Pointer); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestFilesWithoutEnd(t *testing.T) {
	reads := 0
	d := open(t, "openapi: 3.1.0\npaths: {/a: {$ref: 'a/b'}, /b: {get: {operationId: a, parameters: [{$ref: 'x/y'}]}}}\n",
		openapi.WithReader(func(_, _ string) ([]byte, string, error) {
			reads++
			return []byte("$ref: 'a/b'\n"), "", nil
		}))
	op := operation(t, d, "a")
	if len(op.Warnings) != 1 || reads > 500 {
		t.Errorf("%d reads, warnings %q", reads, warnings(op))
	}
}

func FuzzOpen(f *testing.F) {
	for _, text := range []string{
		pets, orders, "", "swagger: '2.0'\n", "openapi: 3.1.0\n" + bomb(3) + "paths: {/a: {get: {operationId: a, parameters: *a3}}}\n",
		`{"openapi":"3.1.0","paths":{"/a":{"get":{"operationId":"a","parameters":[{"$ref":"#/paths/~1a/get/parameters/0"}]}}}}`,
		"openapi: 3.1.0\npaths:\n  /a:\n\tget: x\n  /b:\n    get:\n      operationId: a\n",
		"openapi: 3.1.0\npaths:\n  /a: &x\n    get:\n      operationId: a\n      parameters:\n      - $ref: '#/paths/~1a/get/parameters/1'\n      - {$ref: '#'}\n  /b: *x\n",
		"%YAML 1.2\n---\nopenapi: 3.0.0\npaths: {<<: {/a: {get: {operationId: a}}}}\n", "\xff\xfeo\x00", "{\"openapi\":\"3\",\"paths\":{\"\\ud800\":{}}}",
	} {
		f.Add([]byte(strings.TrimPrefix(text, "\n")), "a", "/paths/~1a/get")
	}
	f.Fuzz(func(t *testing.T, data []byte, id, pointer string) {
		before := bytes.Clone(data)
		d, err := openapi.Open("api.yaml", data, openapi.WithReader(func(_, location string) ([]byte, string, error) {
			if location != "b" {
				return nil, "", fs.ErrNotExist
			}
			return data, "", nil
		}))
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without a message")
			}
			return
		}
		_, _ = d.OperationByID(id)
		_, _ = d.OperationByPointer(pointer)
		_ = d.Extensions(pointer)
		for _, id := range d.OperationIDs() {
			op, err := d.OperationByID(id)
			if err == nil && (op.ID != id || !d.HasOperation(id)) {
				t.Errorf("%q gives %q", id, op.ID)
			}
		}
		if !bytes.Equal(before, data) {
			t.Error("the data has changed")
		}
	})
}
