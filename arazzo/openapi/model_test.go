package openapi

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain reads an operation without the OpenAPI model.
func plain(t *testing.T, d *Document, id string) *Operation {
	t.Helper()
	table, err := d.table()
	if err != nil {
		t.Fatal(err)
	}
	r := d.resolver()
	op, problem := r.operation(table.records[table.byID[id][0]])
	if problem != nil {
		t.Fatal(problem)
	}
	op.Warnings = r.warnings
	op.Warnings.Sort()
	return op
}

func compareWithModel(t *testing.T, d *Document, ids []string) {
	t.Helper()
	for _, id := range ids {
		got, err := d.OperationByID(id)
		if err != nil {
			continue
		}
		if diff := cmp.Diff(plain(t, d, id), got, sameOperation()); diff != "" {
			t.Errorf("%s %s (-without model +with model):\n%s", d.Location(), id, diff)
		}
	}
}

func TestTheModelAgreesWithWhatWasCutOut(t *testing.T) {
	d, err := Open("api.yaml", []byte(`openapi: 3.1.0
servers: [{url: 'https://{a}/x', variables: {a: {default: 1.10, enum: [1.10]}}}, {url: /}]
paths:
  not a path/{a}:
    post:
      operationId: odd names
      parameters:
        - {name: '', in: query}
        - {name: 'a/b~c', in: path, style: matrix, explode: true, schema: {type: [array, 'null'], exclusiveMinimum: 0}}
        - {name: q, in: querystring, content: {a/b: {schema: true}}}
        - {name: c, in: cookie, style: cookie}
        - {name: s, in: query, style: spaceDelimited}
        - {name: d, in: query, style: deepObject, schema: {enum: [12345678901234567890]}}
        - {name: x-origin, in: header, content: {}}
      requestBody: {content: {'': {}, '*/*': {}, application/json: {schema: {$ref: '#/nowhere'}}}, required: true}
      responses: {'': {}, default: {$ref: '#/nowhere'}, 2XX: {content: {a/b: {}}}}
      security: [{'a b': [s]}, {}, {nobody: []}]
    query:
      operationId: none
      security: []
components:
  securitySchemes:
    'a b': {type: other, in: nowhere, flows: {x: y}, openIdConnectUrl: [], x-a: 12345678901234567890}
`))
	if err != nil {
		t.Fatal(err)
	}
	compareWithModel(t, d, []string{"odd names", "none"})
}

func TestTheModelAgreesOnPublishedOperations(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("it takes too long")
	}
	for _, name := range descriptions(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Open(filepath.Base(name), data)
		if err != nil {
			continue
		}
		ids := d.OperationIDs()
		compareWithModel(t, d, ids[:min(len(ids), 100)])
	}
}
