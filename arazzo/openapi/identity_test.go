package openapi_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func TestReferencesStartFromWhatAFileCallsItself(t *testing.T) {
	const paths = "\npaths:\n  /a: {get: {operationId: a, parameters: [{$ref: 'parts/p.yaml#/P'}]}}\nx: {P: {name: inner, in: query}}\n"
	const part = "P: {name: p, in: query}\n"
	tests := []struct {
		name, head string
		files      map[string]string
		reads      []string
		want       string
		warning    string
	}{
		{"a URI", "openapi: 3.2.0\n$self: https://example.com/apis/api.yaml", map[string]string{"https://example.com/apis/parts/p.yaml": part}, []string{"https://example.com/apis/parts/p.yaml"}, "p", ""},
		{"a relative one", "openapi: 3.2.0\n$self: ../other/api.yaml", map[string]string{"other/parts/p.yaml": part}, []string{"other/parts/p.yaml"}, "p", ""},
		{
			"not there, but beside it",
			"openapi: 3.2.0\n$self: https://example.com/apis/api.yaml",
			map[string]string{"dir/parts/p.yaml": part},
			[]string{"https://example.com/apis/parts/p.yaml", "dir/parts/p.yaml"},
			"p",
			`"https://example.com/apis/parts/p.yaml" cannot be read, which is where "$self" puts "parts/p.yaml"; the file beside the description is taken`,
		},
		{"no text", "openapi: 3.2.0\n$self: 7", map[string]string{"dir/parts/p.yaml": part}, []string{"dir/parts/p.yaml"}, "p", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var reads []string
			d, err := openapi.Open("dir/api.yaml", []byte(tt.head+paths), openapi.WithReader(func(from, location string) ([]byte, string, error) {
				if from != "dir/api.yaml" {
					t.Errorf("%q is said to refer to %q", from, location)
				}
				reads = append(reads, location)
				if text, ok := tt.files[location]; ok {
					return []byte(text), "", nil
				}
				return nil, "", fs.ErrNotExist
			}))
			if err != nil {
				t.Fatal(err)
			}
			op := operation(t, d, "a")
			got := ""
			if len(op.Parameters) == 1 {
				got = op.Parameters[0].Name
			}
			if got != tt.want {
				t.Errorf("parameter %q, want %q", got, tt.want)
			}
			if diff := cmp.Diff(tt.reads, reads); diff != "" {
				t.Errorf("reads (-want +got):\n%s", diff)
			}
			if text := strings.Join(warnings(op), "\n"); (tt.warning == "") != (text == "") || !strings.Contains(text, tt.warning) {
				t.Errorf("warnings %q, want one with %q", text, tt.warning)
			}
		})
	}
}

func TestAFileIsFoundByWhatItCallsItself(t *testing.T) {
	d, err := openapi.Open("api.yaml", []byte(`openapi: 3.2.0
$self: https://example.com/api
paths:
  /a: {get: {operationId: a, parameters: [{$ref: 'https://example.com/api#/x/P'}, {$ref: 'other.yaml#/Q'}, {$ref: 'https://example.com/other#/Q'}]}}
x: {P: {name: p, in: query}}
`), reader(map[string]string{
		"https://example.com/other.yaml": "openapi: 3.2.0\n$self: other\nQ: {name: q, in: query, schema: {$ref: 'api#/x/P'}}\n",
	}, make(map[string]int)))
	if err != nil {
		t.Fatal(err)
	}
	op := operation(t, d, "a")
	if len(op.Parameters) != 2 || len(op.Warnings) > 0 {
		t.Errorf("parameters %+v, warnings %q", op.Parameters, warnings(op))
	}
	if got := op.Parameters[1].Schema.Range().File; got != "https://example.com/other.yaml" {
		t.Errorf("the second parameter is in %q", got)
	}
}

const named = `
openapi: 3.1.0
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: anchor, in: query, schema: {$ref: '#Pet'}}
        - {name: escaped, in: query, schema: {$ref: '#P%65t'}}
        - {name: id, in: query, schema: {$ref: 'https://example.com/schemas/cat'}}
        - {name: relative, in: query, schema: {$ref: 'https://example.com/schemas/dog'}}
        - {name: defs, in: query, schema: {$ref: '#/components/schemas/Cat/$defs/Whisker'}}
        - {name: inside, in: query, schema: {$ref: 'https://example.com/schemas/cat#whisker'}}
        - {name: pointer, in: query, schema: {$ref: 'https://example.com/schemas/cat#/$defs/Whisker'}}
        - {name: outside, in: query, schema: {$ref: '#whisker'}}
        - {name: dynamic, in: query, schema: {$ref: '#/components/schemas/List'}}
        - {name: none, in: query, schema: {$ref: 'https://example.com/schemas/bird'}}
components:
  schemas:
    Pet:
      $anchor: Pet
      type: object
    Cat:
      $id: https://example.com/schemas/cat
      type: array
      items: {$ref: '#whisker'}
      prefixItems: [{$ref: dog}, {$ref: '#/$defs/Whisker'}]
      $defs:
        Whisker: {$anchor: whisker, type: integer}
        Dog: {$id: dog, type: boolean, not: {$ref: cat}}
    List:
      type: array
      $dynamicAnchor: list
      items: {$dynamicRef: '#item'}
      $defs: {item: {$dynamicAnchor: item, type: 'null'}}
    Word: {properties: {$id: {type: string}, $anchor: {type: string}}, example: {$id: 'https://example.com/schemas/cat'}}
`

func TestSchemasAreFoundByTheirNames(t *testing.T) {
	for _, form := range []string{"indexed", "parsed", "JSON"} {
		t.Run(form, func(t *testing.T) {
			text := named
			switch form {
			case "parsed": // an alias is read by the full parser alone
				text = strings.Replace(text, "paths:", "paths: &p", 1) + "x: !t x\n"
			case "JSON":
				text = toJSON(t, text)
			}
			op := operation(t, open(t, text), "a")
			got := make(map[string]string)
			for _, p := range op.Parameters {
				got[p.Name] = strings.Join(p.Types, " ")
			}
			want := map[string]string{
				"anchor": "object", "escaped": "object", "id": "array", "relative": "boolean", "defs": "integer", "inside": "integer",
				"pointer": "integer", "outside": "", "dynamic": "array", "none": "",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
			cat := op.Parameters[2].Schema
			if got := cat.Items().Types(); !cmp.Equal(got, []string{"integer"}) {
				t.Errorf("a whisker is %q", got)
			}
			if got := cat.PrefixItems(); len(got) != 2 || !cmp.Equal(got[0].Types(), []string{"boolean"}) || !cmp.Equal(got[1].Types(), []string{"integer"}) {
				t.Errorf("prefixItems %v", got)
			}
			if got := op.Parameters[8].Schema.Items().Types(); !cmp.Equal(got, []string{"null"}) {
				t.Errorf("an item of the list is %q", got)
			}
			if n := len(op.Warnings); n != 2 {
				t.Errorf("warnings %q", warnings(op))
			}
		})
	}
}

func TestAFileThatIsASchemaHasItsOwnURI(t *testing.T) {
	d := open(t, "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, parameters: [{name: p, in: query, schema: {$ref: schemas/pet.json}}]}}}\n",
		reader(map[string]string{
			"schemas/pet.json":            `{"$id": "https://example.com/pet", "$ref": "name#n"}`,
			"https://example.com/name":    `{"$defs": {"n": {"$anchor": "n", "type": "string"}}}`,
			"schemas/name":                `{}`,
			"https://example.com/pet":     `{}`,
			"schemas/https://example.com": `{}`,
		}, make(map[string]int)))
	op := operation(t, d, "a")
	if !cmp.Equal(op.Parameters[0].Types, []string{"string"}) || len(op.Warnings) > 0 {
		t.Errorf("types %q, warnings %q", op.Parameters[0].Types, warnings(op))
	}
}

func TestAFetchedFileCannotReachTheMachineByCallingItselfSo(t *testing.T) {
	for _, self := range []string{"file:///etc/api.yaml", "/etc/api.yaml"} {
		d, err := openapi.Open("https://example.com/api.yaml", []byte("openapi: 3.2.0\n$self: "+self+"\npaths: {/a: {get: {operationId: a, parameters: [{$ref: passwd}]}}}\n"),
			openapi.WithReader(func(_, location string) ([]byte, string, error) {
				if !strings.HasPrefix(location, "https://example.com/") {
					t.Errorf("%s is read", location)
				}
				return nil, "", fs.ErrNotExist
			}))
		if err != nil {
			t.Fatal(err)
		}
		if op := operation(t, d, "a"); len(op.Warnings) != 1 {
			t.Errorf("warnings %q", warnings(op))
		}
	}
}
