package openapi_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

type number = json.Number

func open(t testing.TB, text string, options ...openapi.Option) *openapi.Document {
	t.Helper()
	d, err := openapi.Open("api.yaml", []byte(strings.TrimPrefix(text, "\n")), options...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func operation(t testing.TB, d *openapi.Document, id string) *openapi.Operation {
	t.Helper()
	op, err := d.OperationByID(id)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

const pets = `
openapi: 3.1.0
paths:
  /pets:
    get: {operationId: listPets}
    post:
      operationId: "createPet"
      callbacks:
        done:
          /pets:
            post: {operationId: callback}
  /pets/{petId}:
    get:
      operationId: getPet
      description: |
        operationId: notThis
    delete: {operationId: 'deletePet'}
  /a b/~c:
    put:
      operationId: odd
  /twice:
    get: {operationId: same}
    put: {operationId: same}
  x-paths:
    get: {operationId: extension}
components:
  schemas:
    A: {properties: {operationId: {const: schema}}}
webhooks:
  hook: {post: {operationId: webhook}}
`

func TestOperationByID(t *testing.T) {
	d := open(t, pets)
	for id, pointer := range map[string]string{
		"listPets":  "/paths/~1pets/get",
		"createPet": "/paths/~1pets/post",
		"getPet":    "/paths/~1pets~1{petId}/get",
		"deletePet": "/paths/~1pets~1{petId}/delete",
		"odd":       "/paths/~1a b~1~0c/put",
	} {
		op := operation(t, d, id)
		if op.ID != id || op.Pointer != pointer || op.Document != d || !d.HasOperation(id) {
			t.Errorf("%s: id %q at %q", id, op.ID, op.Pointer)
		}
	}
	want := []string{"listPets", "createPet", "getPet", "deletePet", "odd", "same", "same"}
	if diff := cmp.Diff(want, d.OperationIDs()); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestOperationByIDNotFound(t *testing.T) {
	d := open(t, pets)
	tests := []struct {
		id      string
		nearest []string
		message string
	}{
		{"listpets", []string{"listPets"}, `no operation has the operationId "listpets"; did you mean "listPets"?`},
		{"getPets", []string{"getPet"}, ""},
		{"creatPet", []string{"createPet"}, ""},
		{"callback", nil, `no operation has the operationId "callback"`},
		{"webhook", nil, ""},
		{"extension", nil, ""},
		{"notThis", nil, ""},
		{"schema", []string{"same"}, ""},
		{"", nil, ""},
	}
	for _, tt := range tests {
		_, err := d.OperationByID(tt.id)
		var notFound *openapi.NotFoundError
		if !errors.As(err, &notFound) {
			t.Errorf("%q: error %v", tt.id, err)
			continue
		}
		if tt.id != "schema" && !cmp.Equal(tt.nearest, notFound.Nearest) {
			t.Errorf("%q: nearest %q, want %q", tt.id, notFound.Nearest, tt.nearest)
		}
		if tt.message != "" && err.Error() != tt.message {
			t.Errorf("%q: message %q", tt.id, err)
		}
		if d.HasOperation(tt.id) {
			t.Errorf("%q exists", tt.id)
		}
	}
}

func TestOperationByIDAmbiguous(t *testing.T) {
	d := open(t, pets)
	_, err := d.OperationByID("same")
	var several *openapi.AmbiguousError
	if !errors.As(err, &several) {
		t.Fatalf("error %v", err)
	}
	if diff := cmp.Diff([]string{"/paths/~1twice/get", "/paths/~1twice/put"}, several.Pointers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := `2 operations have the operationId "same": /paths/~1twice/get, /paths/~1twice/put`; err.Error() != want {
		t.Errorf("message %q", err)
	}
}

func TestOperationByPointer(t *testing.T) {
	d := open(t, pets)
	for pointer, id := range map[string]string{
		"/paths/~1pets/get":               "listPets",
		"#/paths/~1pets/post":             "createPet",
		"/paths/~1pets~1{petId}/get":      "getPet",
		"/paths/~1pets~1%7BpetId%7D/get":  "getPet",
		"#/paths/%2Fpets/get":             "listPets",
		"/paths/~1a b~1~0c/put":           "odd",
		"#/paths/~1a%20b~1~0c/put":        "odd",
		"#/paths/%7E1pets%7E1{petId}/get": "getPet",
	} {
		op, err := d.OperationByPointer(pointer)
		if err != nil {
			t.Errorf("%s: %v", pointer, err)
		} else if op.ID != id {
			t.Errorf("%s: operation %q, want %q", pointer, op.ID, id)
		}
	}
}

func TestOperationByPointerNotFound(t *testing.T) {
	d := open(t, pets)
	tests := []struct {
		pointer, part string
		nearest       []string
		message       string
	}{
		{"/paths/~1pet/get", "/pet", []string{"/pets"}, `the pointer "/paths/~1pet/get" leads to no operation: "/paths" has no "/pet"; did you mean "/pets"?`},
		{"/paths/~1Pets/get", "/Pets", []string{"/pets", "/pets/{petId}"}, ""},
		{"/paths/~1pets/put", "put", []string{"post", "get"}, ""},
		{"/paths/~1pets/patch", "patch", []string{"post", "get"}, `"/paths/~1pets" has no "patch"`},
		{"/paths/~1pets/GET", "GET", []string{"get"}, ""},
		{"/paths/~1pets", "", nil, "an operation is at /paths/{path}/{method}"},
		{"/paths//pets/get", "", nil, "an operation is at"},
		{"/paths/~1pets/get/responses", "", nil, ""},
		{"/components/schemas/A", "", nil, ""},
		{"paths/~1pets/get", "", nil, "is not a JSON Pointer"},
		{"", "", nil, ""},
		{"#", "", nil, ""},
		{"/paths/~1pets/%zz", "%zz", nil, ""},
	}
	for _, tt := range tests {
		_, err := d.OperationByPointer(tt.pointer)
		var wrong *openapi.PointerError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: error %v", tt.pointer, err)
			continue
		}
		if wrong.Part != tt.part || tt.nearest != nil && !cmp.Equal(tt.nearest, wrong.Nearest) {
			t.Errorf("%q: part %q, nearest %q; want %q, %q", tt.pointer, wrong.Part, wrong.Nearest, tt.part, tt.nearest)
		}
		if !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%q: message %q", tt.pointer, err)
		}
	}
}

func TestTheLastOfSeveralMembersOfOneNameCounts(t *testing.T) {
	for name, text := range map[string]string{
		"YAML": `
openapi: 3.0.0
paths:
  /a:
    get:
      operationId: first
  /b:
    get: {operationId: b}
  /a:
    get:
      operationId: second
      operationId: last
    put:
      operationId: first
`,
		"JSON": `{"openapi":"3.0.0","paths":{"/a":{"get":{"operationId":"first"}},"/b":{"get":{"operationId":"b"}},
			"/a":{"get":{"operationId":"second","operationId":"last"},"put":{"operationId":"first"}}}}`,
	} {
		d := open(t, text)
		for id, pointer := range map[string]string{"first": "/paths/~1a/put", "last": "/paths/~1a/get"} {
			if op := operation(t, d, id); op.Pointer != pointer {
				t.Errorf("%s: %s is at %s, want %s", name, id, op.Pointer, pointer)
			}
		}
		op, err := d.OperationByPointer("/paths/~1a/get")
		if err != nil || op.ID != "last" {
			t.Errorf("%s: %v, %v", name, op, err)
		}
	}
}

func TestAHiddenOperationIsStillFoundByItsID(t *testing.T) {
	d := open(t, `
openapi: 3.0.0
paths:
  /a:
    get: {operationId: hidden}
  /a:
    get: {operationId: shown}
`)
	if op := operation(t, d, "hidden"); op.ID != "hidden" {
		t.Errorf("operation %q", op.ID)
	}
	op, err := d.OperationByPointer("/paths/~1a/get")
	if err != nil || op.ID != "shown" {
		t.Errorf("by pointer: %v, %v", op, err)
	}
}

func TestMethods(t *testing.T) {
	d := open(t, `
openapi: 3.2.0
paths:
  /a:
    query: {operationId: q}
    additionalOperations:
      COPY: {operationId: copy}
    parameters: []
    summary: {operationId: summary}
    GET: {operationId: upper}
`)
	if op := operation(t, d, "q"); op.Method != "QUERY" {
		t.Errorf("method %s", op.Method)
	}
	op := operation(t, d, "copy")
	if op.Method != "COPY" || op.Pointer != "/paths/~1a/additionalOperations/COPY" {
		t.Errorf("method %s at %s", op.Method, op.Pointer)
	}
	if again, err := d.OperationByPointer(op.Pointer); err != nil || again.ID != "copy" {
		t.Errorf("by pointer: %v, %v", again, err)
	}
	if d.HasOperation("summary") || d.HasOperation("upper") {
		t.Error("a member that is no method is an operation")
	}
}
