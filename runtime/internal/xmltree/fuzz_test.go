package xmltree_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// FuzzRead holds that any XML, with any schema and any readers, gives a JSON
// value, and the same one each time.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no samples", err)
	}
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), uint(i), "/a/0/b")
	}
	f.Add(`<a><b xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1"/>t<b c="d"/></a>`, uint(1), "/b/0/c")
	schemas := make([]*openapi.Schema, 0, 6)
	for _, schema := range []string{
		"", "{type: object}", "{type: array, items: {type: integer}}", "{$ref: '#/components/schemas/Node'}", "{type: object, additionalProperties: {type: boolean}}",
		"{type: object, properties: {a: {type: array, xml: {wrapped: true}, items: {type: object, properties: {b: {type: integer, xml: {attribute: true}}, v: {xml: {nodeType: text}}}}}, b: {type: [number, 'null']}}}",
	} {
		schemas = append(schemas, schemaOf(f, schema))
	}
	f.Fuzz(func(t *testing.T, text string, schema uint, pointer string) {
		root, err := expr.ParseXML(text)
		if err != nil {
			return
		}
		var reads *xmltree.Reads
		if e, _, err := expr.ParseExpression("$response.body#"+pointer, expr.Options{}); err == nil {
			reads = &xmltree.Reads{}
			reads.Add(e.Place().Path)
		}
		s := schemas[schema%uint(len(schemas))]
		first, err := json.Marshal(xmltree.Read(root, s, reads))
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(xmltree.Read(root, s, reads))
		if err != nil || string(first) != string(again) {
			t.Fatalf("read as\n%s\nand as\n%s\n%v", first, again, err)
		}
	})
}
