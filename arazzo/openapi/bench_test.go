package openapi_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// largeDescription returns a published description of 3 MB, or one of the same
// size and shape that is made up, and the id of one of its last operations.
func largeDescription(b *testing.B) (data []byte, id string) {
	b.Helper()
	if data, err := os.ReadFile("../../../shared/corpus/medplum/openapi/medplum-openapi-original.yml"); err == nil {
		return data, "createResource"
	}
	var text strings.Builder
	text.WriteString("openapi: 3.1.0\ninfo:\n  title: Large\n  version: '1'\nservers:\n- url: https://api.example.com\npaths:\n")
	const paths, schemas = 2000, 4500
	for i := range paths {
		fmt.Fprintf(&text, "  /things%d/{id}:\n    get:\n      summary: Read a thing\n      operationId: readThing%d\n      parameters:\n"+
			"      - name: id\n        in: path\n        description: The id of the thing.\n        required: true\n        schema:\n          type: string\n"+
			"      responses:\n        '200':\n          description: Success\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Thing%d'\n", i, i, i)
	}
	text.WriteString("components:\n  schemas:\n")
	for i := range schemas {
		fmt.Fprintf(&text, "    Thing%d:\n      type: object\n      description: |\n        A thing, described\n        over two lines.\n      properties:\n"+
			"        id:\n          type: string\n          description: \"The id, which never changes.\"\n        tags: {type: array, items: {type: string}}\n"+
			"        status:\n          type: string\n          enum:\n          - active\n          - retired\n          - 'unknown'\n", i)
	}
	return []byte(text.String()), fmt.Sprintf("readThing%d", paths-1)
}

func BenchmarkLargeYAML(b *testing.B) {
	data, id := largeDescription(b)
	b.Run("open and read one operation", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			d, err := openapi.Open("api.yaml", data)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := d.OperationByID(id); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read one more operation", func(b *testing.B) {
		d, err := openapi.Open("api.yaml", data)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := d.OperationByID(id); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("only parse it with yaml.v3", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var n yaml.Node
			if err := yaml.Unmarshal(data, &n); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkLargeJSON(b *testing.B) {
	data, err := os.ReadFile("../../../shared/corpus/svix/openapi/svix-openapi.json")
	if err != nil {
		b.Skip("the published JSON description is not beside this repository")
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d, err := openapi.Open("api.json", data)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.OperationByID("v1.application.create"); err != nil {
			b.Fatal(err)
		}
	}
}
