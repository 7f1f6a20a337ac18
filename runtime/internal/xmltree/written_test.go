package xmltree_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// TestReadWhatIsWritten holds that XML which is written from a value by the xml
// keywords of a schema is read as that value.
func TestReadWhatIsWritten(t *testing.T) {
	tests := []struct{ schema, value string }{
		{"{type: object, xml: {name: n}, properties: {i: {type: integer}, s: {type: string}, b: {type: boolean}, f: {type: number}}}", `{"i":12345678901234567890,"s":" a<&>\n","b":true,"f":1.50}`},
		{"{type: object, xml: {name: n}, properties: {s: {type: string}, o: {type: object}}}", `{"s":"","o":{}}`},
		{"{type: object, xml: {name: n}, properties: {a: {type: [string, 'null']}}}", `{"a":null}`},
		{"{type: object, xml: {name: n}, properties: {id: {type: integer, xml: {attribute: true}}, k: {type: string, xml: {attribute: true, name: K}}, x: {type: integer}}}", `{"id":7,"k":"\"<","x":1}`},
		{"{type: object, xml: {name: n, namespace: 'urn:1', prefix: p}, properties: {a: {type: string, xml: {namespace: 'urn:1', prefix: p}}, b: {type: object, xml: {namespace: 'urn:2'}, properties: {c: {type: string}}}}}", `{"a":"x","b":{"c":"y"}}`},
		{"{type: object, xml: {name: n}, properties: {b: {type: integer, xml: {attribute: true, prefix: p, namespace: 'urn:1'}}}}", `{"b":1}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, items: {type: string}}}}", `{"animals":["a","b"]}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, items: {type: string}}}}", `{"animals":["a"]}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, xml: {name: aliens}, items: {type: string, xml: {name: animal}}}}}", `{"animals":["a"]}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, xml: {wrapped: true}, items: {type: string}}}}", `{"animals":["a"]}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, xml: {wrapped: true}, items: {type: string}}}}", `{"animals":[]}`},
		{"{type: object, xml: {name: n}, properties: {animals: {type: array, xml: {name: aliens, wrapped: true}, items: {type: string, xml: {name: animal}}}}}", `{"animals":["a","b"]}`},
		{"{type: object, xml: {name: n}, properties: {l: {type: array, xml: {nodeType: element}, items: {type: integer, xml: {name: i}}}}}", `{"l":[2]}`},
		{"{type: object, xml: {name: n}, properties: {pets: {type: array, items: {type: object, properties: {id: {type: integer}, tags: {type: array, items: {type: string}}}}}}}", `{"pets":[{"id":1,"tags":["x"]},{"id":2,"tags":["y","z"]}]}`},
		{"{type: object, xml: {name: n}, properties: {pets: {type: array, items: {type: object, properties: {id: {type: integer}, tags: {type: array, items: {type: string}}}}}}}", `{"pets":[{"id":1,"tags":["x"]}]}`},
		{"{type: object, xml: {name: n}, properties: {m: {type: array, xml: {wrapped: true}, items: {type: array, xml: {wrapped: true, name: row}, items: {type: integer, xml: {name: cell}}}}}}", `{"m":[[1,2],[3]]}`},
		{"{type: object, xml: {name: n}, properties: {id: {type: integer, xml: {nodeType: attribute}}, v: {type: string, xml: {nodeType: text}}}}", `{"id":7,"v":"a&"}`},
		{"{type: object, xml: {name: n}, properties: {id: {type: integer, xml: {nodeType: attribute}}, v: {type: string, xml: {nodeType: cdata}}}}", `{"id":7,"v":"<]]>"}`},
		{"{type: object, xml: {name: n}, properties: {o: {type: object, xml: {nodeType: none}, properties: {x: {type: integer}}}, y: {type: integer}}}", `{"o":{"x":1},"y":2}`},
		{"{type: object, xml: {name: n}, additionalProperties: {type: object, properties: {id: {type: integer, xml: {attribute: true}}}}}", `{"k":{"id":1},"l":{"id":2}}`},
		{"{xml: {name: n}, allOf: [{properties: {z: {type: integer, xml: {name: Z}}}}, {properties: {a: {type: integer, xml: {attribute: true}}}}]}", `{"a":1,"z":2}`},
		{"{$ref: '#/components/schemas/Node'}", `{"name":"a","nodes":[{"name":"b","nodes":[{"name":"c"}]},{"name":"d"}]}`},
		{"{type: array, xml: {name: ids}, items: {type: integer, xml: {name: id}}}", `[1,2]`},
		{"{type: array, xml: {name: ids}, items: {type: integer, xml: {name: id}}}", `[1]`},
		{"{type: integer, xml: {name: n}}", `5`},
	}
	for _, test := range tests {
		schema := schemaOf(t, test.schema)
		dec := json.NewDecoder(strings.NewReader(test.value))
		dec.UseNumber()
		var value any
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
		written, err := wire.Body{MediaType: "application/xml", Declared: &openapi.MediaType{Name: "application/xml", Schema: schema}}.Write(value)
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		if diff := cmp.Diff(value, read(t, string(written.Data), schema, nil)); diff != "" {
			t.Errorf("%s\n%s\n(-written +read)\n%s", test.schema, written.Data, diff)
		}
	}
}
