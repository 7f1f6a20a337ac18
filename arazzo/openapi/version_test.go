package openapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsNewInOpenAPI32(t *testing.T) {
	d := open(t, `
openapi: 3.2.0
servers:
  - {name: production, description: The real one., url: 'https://{region}.example.com', variables: {region: {default: eu, description: Where.}}}
tags: [{name: rooms, parent: all, kind: nav}]
paths:
  /rooms:
    query:
      operationId: find
      parameters:
        - {name: filter, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: integer}}}}}}
        - {name: session, in: cookie, style: cookie, schema: {type: array}}
      responses:
        '200':
          summary: Rooms.
          content:
            application/jsonl: {itemSchema: {$ref: '#/components/schemas/Room'}}
            text/event-stream: {$ref: '#/components/mediaTypes/Events'}
      security: [{'#/components/securitySchemes/key': []}, {'schemes.yaml#/none': []}]
    additionalOperations:
      COPY:
        operationId: copy
        requestBody:
          content:
            multipart/mixed:
              itemSchema: {type: string}
              prefixEncoding: [{contentType: text/plain}, {contentType: image/png, headers: {X-A: {schema: {type: string}}}}]
              itemEncoding: {contentType: application/json}
components:
  schemas: {Room: {type: object}}
  mediaTypes: {Events: {itemSchema: {type: object, properties: {data: {type: string}}}, examples: {one: {dataValue: {data: x}}}}}
  securitySchemes: {key: {type: apiKey, in: query, name: key}}
`)
	op := operation(t, d, "find")
	want := []string{
		"QUERY /rooms",
		"querystring filter explode=false application/x-www-form-urlencoded (object)",
		"cookie session cookie explode=true (array)",
		"response 200", "response 200 application/jsonl ()", "response 200 text/event-stream () example=map[data:x]",
		"server https://{region}.example.com",
		"security #/components/securitySchemes/key(apiKey query key)", "security schemes.yaml#/none",
	}
	if diff := cmp.Diff(want, outline(op)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(op.Warnings) != 1 {
		t.Errorf("warnings %q", warnings(op))
	}
	content := op.Responses[0].Content
	if got := content[0].ItemSchema.Name(); got != "Room" {
		t.Errorf("an item is %q", got)
	}
	if got := content[1].ItemSchema.Property("data").Types(); !cmp.Equal(got, []string{"string"}) {
		t.Errorf("an event has data of the types %q", got)
	}
	if s := op.Servers[0]; s.Name != "production" || s.Description != "The real one." || s.Variables[0].Description != "Where." {
		t.Errorf("server %+v", s)
	}
	op = operation(t, d, "copy")
	if op.Method != "COPY" || op.Pointer != "/paths/~1rooms/additionalOperations/COPY" {
		t.Errorf("%s at %s", op.Method, op.Pointer)
	}
	mixed := op.RequestBody.Content[0]
	if len(mixed.PrefixEncoding) != 2 || mixed.PrefixEncoding[1].ContentType != "image/png" || len(mixed.PrefixEncoding[1].Headers) != 1 {
		t.Errorf("prefixEncoding %+v", mixed.PrefixEncoding)
	}
	if mixed.ItemEncoding == nil || mixed.ItemEncoding.ContentType != "application/json" {
		t.Errorf("itemEncoding %+v", mixed.ItemEncoding)
	}
	if !cmp.Equal(mixed.ItemSchema.Types(), []string{"string"}) {
		t.Errorf("itemSchema %q", mixed.ItemSchema.Types())
	}
}
