package openapi_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

const guestHouse = `
swagger: '2.0'
info: {title: Guest house, version: '1'}
host: api.example.com
basePath: /v2
schemes: [http, https]
consumes: [application/json, application/xml]
produces: [application/json]
security: [{key: []}]
parameters:
  Trace: {name: X-Trace, in: header, type: string, default: none}
  Room: {name: room, in: body, required: true, schema: {$ref: '#/definitions/Room'}}
responses:
  Missing: {description: No such room., schema: {$ref: '#/definitions/Problem'}}
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
  basic: {type: basic}
  app: {type: oauth2, flow: application, tokenUrl: https://id.example/token, scopes: {read: Reads, write: Writes}}
  code: {type: oauth2, flow: accessCode, authorizationUrl: https://id.example/in, tokenUrl: https://id.example/token, scopes: {read: Reads}}
  user: {type: oauth2, flow: password, tokenUrl: https://id.example/token, scopes: {}}
  page: {type: oauth2, flow: implicit, authorizationUrl: https://id.example/in}
paths:
  /rooms/{room}:
    parameters:
      - {name: room, in: path, required: true, type: integer, format: int64}
      - $ref: '#/parameters/Trace'
      - {name: shared, in: query, type: string}
    get:
      operationId: list
      schemes: [https]
      produces: [application/json, text/csv]
      parameters:
        - {name: plain, in: query, type: array, items: {type: string}}
        - {name: csv, in: query, type: array, collectionFormat: csv, items: {type: integer}}
        - {name: ssv, in: query, type: array, collectionFormat: ssv, items: {type: integer}}
        - {name: tsv, in: query, type: array, collectionFormat: tsv, items: {type: integer}}
        - {name: pipes, in: query, type: array, collectionFormat: pipes, items: {type: integer}}
        - {name: multi, in: query, type: array, collectionFormat: multi, items: {type: integer}}
        - {name: X-Pipes, in: header, type: array, collectionFormat: pipes, items: {type: integer}}
        - {name: state, in: query, type: string, enum: [free, taken], default: free, x-example: taken, x-nullable: true}
        - {name: shared, in: query, required: true, type: boolean}
      security: [{app: [read], basic: []}, {code: [read]}, {user: []}, {page: []}, {}]
      responses:
        '200':
          description: The rooms.
          schema: {type: array, items: {$ref: '#/definitions/Room'}}
          headers: {X-Rest: {type: integer, format: int32}, X-Tags: {type: array, items: {type: string}, collectionFormat: ssv}}
          examples: {application/json: [{id: 1}], text/html: <p>}
        '404': {$ref: '#/responses/Missing'}
        default: {description: Anything., examples: {text/plain: oh}}
    put:
      operationId: change
      consumes: []
      parameters:
        - $ref: '#/parameters/Room'
      responses: {'204': {description: Done.}}
    post:
      operationId: create
      parameters:
        - {name: room, in: body, schema: {$ref: '#/definitions/Room'}}
      responses: {'201': {description: Done., schema: {type: file}}}
  /forms:
    post:
      operationId: form
      consumes: [application/json, application/x-www-form-urlencoded]
      parameters:
        - {name: name, in: formData, type: string, required: true, description: The name.}
        - {name: tags, in: formData, type: array, items: {type: string}, collectionFormat: pipes}
        - {name: many, in: formData, type: array, items: {type: string}, collectionFormat: multi}
        - {name: age, in: formData, type: integer, default: 7, enum: [7, 8]}
      responses: {}
    put:
      operationId: upload
      parameters:
        - {name: photo, in: formData, type: file, required: true}
        - {name: note, in: formData, type: string}
      responses: {}
    patch:
      operationId: either
      consumes: [multipart/form-data; charset=utf-8, application/x-www-form-urlencoded]
      parameters:
        - {name: note, in: formData, type: string}
      responses: {}
definitions:
  Room:
    type: object
    discriminator: kind
    required: [id, kind]
    properties:
      id: {type: integer}
      kind: {type: string}
      owner: {$ref: '#/definitions/Owner'}
      note: {type: string, x-nullable: true}
  Owner: {allOf: [{type: object, properties: {name: {type: string}}}]}
  Problem: {type: object, properties: {message: {type: string}}}
`

func TestSwagger(t *testing.T) {
	const (
		room    = "(object Room id!(integer) kind!(string) owner(object Owner) note(string|null))"
		path    = "path room! simple explode=false (integer) format=int64"
		trace   = "header X-Trace simple explode=false (string default=none)"
		shared  = "query shared form explode=true (string)"
		key     = "security key(apiKey header X-Key)"
		plain   = "server http://api.example.com/v2"
		secure  = "server https://api.example.com/v2"
		problem = "(object Problem message(string))"
	)
	tests := map[string][]string{
		"list": {
			"GET /rooms/{room}", path, trace, "query shared! form explode=true (boolean)",
			"query plain form explode=false (array) of (string)",
			"query csv form explode=false (array) of (integer)",
			"query ssv spaceDelimited explode=false (array) of (integer)",
			"query tsv tabDelimited explode=false (array) of (integer)",
			"query pipes pipeDelimited explode=false (array) of (integer)",
			"query multi form explode=true (array) of (integer)",
			"header X-Pipes pipeDelimited explode=false (array) of (integer)",
			"query state form explode=true (string|null enum=[free taken] default=free) example=taken",
			"response 200",
			"response 200 header X-Rest simple explode=false (integer) format=int32",
			"response 200 header X-Tags spaceDelimited explode=false (array) of (string)",
			"response 200 application/json (array) example=[map[id:1]]",
			"response 200 text/csv (array)",
			"response 404",
			"response 404 application/json " + problem,
			"response 404 text/csv " + problem,
			"response default",
			"response default text/plain () example=oh",
			secure,
			`security app(oauth2 clientCredentials authorization= token=https://id.example/token scopes=["read" "write"]) scopes=["read"] and basic(http basic )`,
			`security code(oauth2 authorizationCode authorization=https://id.example/in token=https://id.example/token scopes=["read"]) scopes=["read"]`,
			`security user(oauth2 password authorization= token=https://id.example/token scopes=[])`,
			`security page(oauth2 implicit authorization=https://id.example/in token= scopes=[])`,
			"security",
		},
		"change": {
			"PUT /rooms/{room}", path, trace, shared,
			"body required=true", "body */* " + room,
			"response 204", plain, secure, key,
		},
		"create": {
			"POST /rooms/{room}", path, trace, shared,
			"body required=false", "body application/json " + room, "body application/xml " + room,
			"response 201", "response 201 application/json (string)", plain, secure, key,
		},
		"form": {
			"POST /forms", "body required=true",
			"body application/x-www-form-urlencoded (object name!(string) tags(array) many(array) age(integer enum=[7 8] default=7))",
			"body application/x-www-form-urlencoded encoding tags styled=true pipeDelimited explode=false",
			"body application/x-www-form-urlencoded encoding many styled=true form explode=true",
			plain, secure, key,
		},
		"upload": {
			"PUT /forms", "body required=true", "body multipart/form-data (object photo!(string) note(string))", plain, secure, key,
		},
		"either": {
			"PATCH /forms", "body required=false",
			"body multipart/form-data; charset=utf-8 (object note(string))",
			"body application/x-www-form-urlencoded (object note(string))", plain, secure, key,
		},
	}
	d := open(t, guestHouse)
	for id, want := range tests {
		t.Run(id, func(t *testing.T) {
			op := operation(t, d, id)
			if diff := cmp.Diff(want, outline(op)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(op.Warnings) > 0 {
				t.Errorf("warnings %q", warnings(op))
			}
		})
	}
}

func TestASwaggerFormIsTheSchemaOfAnObject(t *testing.T) {
	op := operation(t, open(t, guestHouse), "upload")
	s := op.RequestBody.Content[0].Schema
	if got := s.Types(); !cmp.Equal(got, []string{"object"}) {
		t.Errorf("types %q", got)
	}
	if got := s.Required(); !cmp.Equal(got, []string{"photo"}) {
		t.Errorf("required %q", got)
	}
	if got := s.Property("photo").Format(); got != "binary" {
		t.Errorf("a file has the format %q", got)
	}
	if s.Property("none") != nil {
		t.Error("there is no such property")
	}
	if got, want := s.Pointer(), "/paths/~1forms/put/parameters"; got != want {
		t.Errorf("the form is at %q, want %q", got, want)
	}
	if got, want := s.Property("note").Pointer(), "/paths/~1forms/put/parameters/1"; got != want {
		t.Errorf("the field is at %q, want %q", got, want)
	}
	if !s.Range().Start.IsValid() || s.Range().File != "api.yaml" {
		t.Errorf("the form is at %v", s.Range())
	}
	if got := operation(t, open(t, guestHouse), "create").RequestBody.Content[0].Schema.Discriminator(); got != "kind" {
		t.Errorf("discriminator %q", got)
	}
}

func TestSwaggerServers(t *testing.T) {
	tests := []struct {
		name, location, head string
		want                 []string
		warning              string
	}{
		{"all", "api.yaml", "host: h\nbasePath: /b\nschemes: [https]", []string{"https://h/b"}, ""},
		{"no slash", "api.yaml", "host: h\nbasePath: b\nschemes: [HTTPS]", []string{"https://h/b"}, ""},
		{"no base path", "api.yaml", "host: h:8080\nschemes: [http]", []string{"http://h:8080/"}, ""},
		{"one scheme as text", "api.yaml", "host: h\nschemes: http", []string{"http://h/"}, ""},
		{"no scheme", "api.yaml", "host: h", []string{"https://h/"}, `api.yaml:2:7: no scheme is given for the host "h"; "https" is taken (invalid-description)`},
		{"no scheme, from a URL", "http://d/x/api.yaml", "host: h", []string{"http://h/"}, ""},
		{"no host", "api.yaml", "basePath: /b\nschemes: [https]", []string{"/b"}, ""},
		{"no host, from a URL", "https://d:1/x/api.yaml", "basePath: /b", []string{"https://d:1/b"}, ""},
		{"no host, other schemes", "https://d:1/x/api.yaml", "basePath: /b\nschemes: [http, https]", []string{"http://d:1/b", "https://d:1/b"}, ""},
		{"nothing", "api.yaml", "x-none: true", []string{"/"}, ""},
		{"a URL as host", "api.yaml", "host: https://h/\nbasePath: /b", []string{"https://h/b"}, `api.yaml:2:7: "https://h/" is a URL, not a host (invalid-description)`},
		{"a host with a path", "api.yaml", "host: h/a/\nbasePath: /b\nschemes: [https]", []string{"https://h/a/b"}, ""},
		{"wrong types", "api.yaml", "host: [h]\nbasePath: {}\nschemes: {https: true}", []string{"/"}, ""},
		{"a variable", "api.yaml", "host: '{region}.h'\nschemes: [https]", []string{"https://{region}.h/"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := openapi.Open(tt.location, []byte("swagger: '2.0'\n"+tt.head+"\npaths: {/a: {get: {operationId: a}}}\n"))
			if err != nil {
				t.Fatal(err)
			}
			op := operation(t, d, "a")
			var got []string
			for _, s := range op.Servers {
				got = append(got, s.URL)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var want []string
			if tt.warning != "" {
				want = []string{tt.warning}
			}
			if diff := cmp.Diff(want, warnings(op)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDefectsOfSwaggerAreMended(t *testing.T) {
	d := open(t, `
swagger: 2.0
host: h
schemes: [https]
produces: application/json
paths:
  /a/{id}:
    post:
      operationId: a
      parameters:
        id: {in: path, type: integer}
        first: {in: body, name: one, schema: none}
        second: {in: body, name: two, schema: {type: object}, required: 'true'}
        field: {in: formData, name: field, type: string}
      responses: [200]
      security: [{oauth: []}]
    put:
      operationId: b
      parameters:
        - {in: cookie, name: c, type: string}
        - {in: header, name: many, type: array, collectionFormat: multi, items: {type: array, items: {type: string}}}
        - {in: query, name: odd, type: array, collectionFormat: semicolons}
        - {in: query, name: new, schema: {type: integer}}
        - none
        - $ref: '#/parameters/nowhere'
      responses: {'200': {schema: {$ref: '#/definitions/nowhere'}, examples: none}}
securityDefinitions:
  oauth: {type: oauth2}
`)
	tests := []struct {
		id             string
		want, warnings []string
	}{
		{
			"a",
			[]string{
				"POST /a/{id}", "path id! simple explode=false (integer)", "body required=true", "body */* (object)",
				"server https://h/", "security oauth(oauth2 )",
			},
			[]string{
				`api.yaml:10:9: "parameters" is an object, not an array; its members are taken for the elements (invalid-description)`,
				`api.yaml:11:16: the parameter "one" is left out: "two" is the body (invalid-description)`,
				`api.yaml:13:16: the parameter "field" is left out: "two" is the body (invalid-description)`,
				`api.yaml:14:18: "responses" is an array, not an object, and is left out (invalid-description)`,
				`api.yaml:27:10: the security scheme "oauth" names no flow (invalid-description)`,
			},
		},
		{
			"b",
			[]string{
				"PUT /a/{id}",
				"header many simple explode=false (array) of (array)",
				"query odd form explode=false (array)",
				"query new form explode=true (integer)",
				"response 200", "response 200 application/json ()", "server https://h/",
			},
			[]string{
				`api.yaml:19:11: the parameter "c" is left out: there is no location "cookie" (invalid-description)`,
				`api.yaml:20:11: the arrays inside the parameter "many" are written as JSON: there is no style for them (invalid-description)`,
				`api.yaml:20:11: the parameter "many" of location "header" cannot occur several times; commas are put between its values (invalid-description)`,
				`api.yaml:21:11: the parameter "odd" has the unknown collectionFormat "semicolons"; commas are put between its values (invalid-description)`,
				`api.yaml:23:11: a parameter without "name" and "in" is left out (invalid-description)`,
				`api.yaml:24:17: the reference "#/parameters/nowhere" leads nowhere: the document has no "parameters" (dangling-reference)`,
				`api.yaml:25:78: "examples" is a string, not an object, and is left out (invalid-description)`,
			},
		},
	}
	for _, tt := range tests {
		op := operation(t, d, tt.id)
		if diff := cmp.Diff(tt.want, outline(op)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.id, diff)
		}
		if diff := cmp.Diff(tt.warnings, warnings(op)); diff != "" {
			t.Errorf("%s: warnings (-want +got):\n%s", tt.id, diff)
		}
	}
}

func TestSwaggerOverSeveralFiles(t *testing.T) {
	files := map[string]string{
		"rooms.json":       `{"get": {"operationId": "list", "parameters": [{"$ref": "parts/all.yaml#/parameters/Limit"}], "responses": {"200": {"$ref": "parts/all.yaml#/responses/Rooms"}}}}`,
		"parts/all.yaml":   "parameters:\n  Limit: {name: limit, in: query, type: integer}\nresponses:\n  Rooms: {description: Rooms., schema: {$ref: ../room%20s.json}}\n",
		"room s.json":      `{"type": "array", "items": {"$ref": "#/x"}, "x": {"type": "string"}}`,
		"parts/other.yaml": "",
	}
	d := open(t, "swagger: '2.0'\nhost: h\nschemes: [https]\nproduces: [a/b]\npaths:\n  /rooms:\n    $ref: rooms.json\n",
		openapi.WithReader(func(_, location string) ([]byte, string, error) {
			if text, ok := files[location]; ok {
				return []byte(text), location, nil
			}
			return nil, location, fs.ErrNotExist
		}))
	op := operation(t, d, "list")
	want := []string{"GET /rooms", "query limit form explode=true (integer)", "response 200", "response 200 a/b (array)", "server https://h/"}
	if diff := cmp.Diff(want, outline(op)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	items := op.Responses[0].Content[0].Schema.Items()
	if got := items.Types(); !cmp.Equal(got, []string{"string"}) || items.Location() != "room s.json" {
		t.Errorf("items %q in %q", got, items.Location())
	}
	if len(op.Warnings) > 0 {
		t.Errorf("warnings %q", warnings(op))
	}
}

func TestSwaggerBefore2IsRefused(t *testing.T) {
	d := open(t, "swagger: '1.2'\npaths: {/a: {get: {operationId: a}}}\n")
	const want = "api.yaml:1:1: Swagger 1.2 is not supported, only Swagger 2.0 and OpenAPI 3 (unsupported-description)"
	if _, err := d.OperationByID("a"); err == nil || err.Error() != want {
		t.Errorf("by id: %v", err)
	}
	if _, err := d.OperationByPointer("/paths/~1a/get"); err == nil {
		t.Error("by pointer: no error")
	}
	if d.HasOperation("a") {
		t.Error("it has operations")
	}
	var notFound *openapi.NotFoundError
	if _, err := open(t, "openapi: '2.0'\nhost: h\npaths: {}\n").OperationByID("a"); !errors.As(err, &notFound) {
		t.Errorf("2.0 under \"openapi\": %v", err)
	}
}
