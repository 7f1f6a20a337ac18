package openapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func at(line, column int) diag.Range {
	return diag.Range{File: "api.yaml", Start: diag.Position{Line: line, Column: column}}
}

func warnings(op *openapi.Operation) []string {
	var out []string
	for _, w := range op.Warnings {
		out = append(out, w.Error())
	}
	return out
}

const orders = `
openapi: 3.0.3
info: {title: Orders, version: 1.0}
servers:
  - url: https://{host}:{port}/{base}
    variables:
      port: {default: 8443, enum: [8443, '443']}
      host: {default: api.example.com}
      base:
        enum: [v1, v2]
security:
  - key: []
  - oauth: [read, write]
    key: []
  - {}
paths:
  /orders/{id}:
    servers: [{url: /relative}]
    parameters:
      - {name: id, in: path, schema: {type: string}}
      - $ref: '#/components/parameters/Trace'
      - {name: limit, in: query, schema: {type: integer}}
    put:
      operationId: putOrder
      parameters:
        - name: limit
          in: query
          required: true
          schema: {type: integer, default: 12345678901234567890, enum: [10, 12345678901234567890]}
        - {name: x-trace, in: HEADER, explode: true, schema: {type: array}}
        - {name: tags, in: query, style: pipeDelimited, allowReserved: true, schema: {type: array}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: session, in: cookie}
      requestBody:
        $ref: '#/components/requestBodies/Order'
      responses:
        '200': {$ref: '#/components/responses/Order'}
        404: {description: none}
        default: {content: {text/plain: {}}}
        x-internal: true
      security: []
    get:
      operationId: getOrder
      servers: []
    delete:
      operationId: deleteOrder
      servers: [{url: https://a}, {url: http://b, variables: {c: {default: false}}}]
      security: [{sigv4: []}, {missing: []}]
components:
  parameters:
    Trace: {name: X-Trace, in: header, required: true, schema: {type: string}}
  requestBodies:
    Order:
      required: true
      content:
        text/csv: {}
        application/json: {schema: {$ref: '#/components/schemas/Broken'}}
  responses:
    Order: {content: {application/json: {}, application/xml: {}}}
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header}
    oauth: {$ref: '#/components/securitySchemes/realOAuth'}
    realOAuth: {type: OAuth2, flows: {}}
    sigv4:
      type: apiKey
      name: Authorization
      in: header
      description: Amazon Signature authorization v4
      x-amazon-apigateway-authtype: awsSigv4
`

func TestOperation(t *testing.T) {
	d := open(t, orders)
	key := &openapi.SecurityScheme{Type: "apiKey", ParameterName: "X-Key", In: "header"}
	relative := openapi.Server{URL: "/relative", Range: at(17, 15)}
	id := openapi.Parameter{Name: "id", In: "path", Required: true, Style: "simple", Types: []string{"string"}, Range: at(19, 9)}
	trace := openapi.Parameter{Name: "X-Trace", In: "header", Required: true, Style: "simple", Types: []string{"string"}, Range: at(50, 12)}
	tests := []*openapi.Operation{
		{
			ID: "putOrder", Method: "PUT", Path: "/orders/{id}", Pointer: "/paths/~1orders~1{id}/put",
			Range: diag.Range{File: "api.yaml", Start: diag.Position{Line: 22, Column: 5}, End: diag.Position{Line: 22, Column: 8}},
			Parameters: []openapi.Parameter{
				id,
				{Name: "x-trace", In: "header", Style: "simple", Explode: true, Types: []string{"array"}, Range: at(29, 11)},
				{
					Name: "limit", In: "query", Required: true, Style: "form", Explode: true, Types: []string{"integer"},
					Enum:    []any{number("10"), number("12345678901234567890")},
					Default: number("12345678901234567890"), HasDefault: true, Range: at(25, 11),
				},
				{Name: "tags", In: "query", Style: "pipeDelimited", AllowReserved: true, Types: []string{"array"}, Range: at(30, 11)},
				{Name: "filter", In: "query", Style: "form", Explode: true, ContentType: "application/json", Types: []string{"object"}, Range: at(31, 11)},
				{Name: "session", In: "cookie", Style: "form", Explode: true, Range: at(32, 11)},
			},
			RequestBody: &openapi.RequestBody{Required: true, Content: []openapi.MediaType{{Name: "text/csv"}, {Name: "application/json"}}},
			Responses: []openapi.Response{
				{Status: "200", Content: []openapi.MediaType{{Name: "application/json"}, {Name: "application/xml"}}},
				{Status: "404", Description: "none"},
				{Status: "default", Content: []openapi.MediaType{{Name: "text/plain"}}},
			},
			Servers: []openapi.Server{relative},
		},
		{
			ID: "getOrder", Method: "GET", Path: "/orders/{id}", Pointer: "/paths/~1orders~1{id}/get",
			Range:      diag.Range{File: "api.yaml", Start: diag.Position{Line: 41, Column: 5}, End: diag.Position{Line: 41, Column: 8}},
			Parameters: []openapi.Parameter{id, trace, {Name: "limit", In: "query", Style: "form", Explode: true, Types: []string{"integer"}, Range: at(21, 9)}},
			Servers:    []openapi.Server{relative},
			Security: []openapi.SecurityRequirement{
				{{Name: "key", Scheme: key}},
				{{Name: "oauth", Scopes: []string{"read", "write"}, Scheme: &openapi.SecurityScheme{Type: "oauth2"}}, {Name: "key", Scheme: key}},
				{},
			},
		},
		{
			ID: "deleteOrder", Method: "DELETE", Path: "/orders/{id}", Pointer: "/paths/~1orders~1{id}/delete",
			Range:      diag.Range{File: "api.yaml", Start: diag.Position{Line: 44, Column: 5}, End: diag.Position{Line: 44, Column: 11}},
			Parameters: []openapi.Parameter{id, trace, {Name: "limit", In: "query", Style: "form", Explode: true, Types: []string{"integer"}, Range: at(21, 9)}},
			Servers: []openapi.Server{
				{URL: "https://a", Range: at(46, 17)},
				{URL: "http://b", Variables: []openapi.ServerVariable{{Name: "c", Default: "false", HasDefault: true}}, Range: at(46, 35)},
			},
			Security: []openapi.SecurityRequirement{
				{{Name: "sigv4", Scheme: &openapi.SecurityScheme{
					Type: "apiKey", ParameterName: "Authorization", In: "header", Description: "Amazon Signature authorization v4",
					Extensions: map[string]any{"x-amazon-apigateway-authtype": "awsSigv4"},
				}}},
				{{Name: "missing"}},
			},
		},
	}
	for _, want := range tests {
		t.Run(want.ID, func(t *testing.T) {
			want.Document = d
			got := operation(t, d, want.ID)
			opts := cmp.Options{
				cmpopts.EquateEmpty(), cmpopts.IgnoreFields(openapi.Operation{}, "Warnings"),
				cmp.Comparer(func(a, b *openapi.Document) bool { return a == b }),
			}
			if diff := cmp.Diff(want, got, opts, factsOnly()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	got := operation(t, d, "deleteOrder")
	if diff := cmp.Diff([]string{`api.yaml:47:32: the security scheme "missing" is not defined (invalid-description)`}, warnings(got)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestServersOfTheDocument(t *testing.T) {
	d := open(t, strings.Replace(orders, "    servers: [{url: /relative}]\n", "", 1))
	op := operation(t, d, "getOrder")
	want := []openapi.Server{{
		URL: "https://{host}:{port}/{base}",
		Variables: []openapi.ServerVariable{
			{Name: "port", Default: "8443", HasDefault: true, Enum: []string{"8443", "443"}},
			{Name: "host", Default: "api.example.com", HasDefault: true},
			{Name: "base", Default: "v1", HasDefault: true, Enum: []string{"v1", "v2"}},
		},
		Range: at(4, 5),
	}}
	if diff := cmp.Diff(want, op.Servers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`api.yaml:8:7: the server variable "base" has no default; its first value "v1" is taken (invalid-description)`}, warnings(op)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// parameter reads the one parameter of an operation.
func parameter(t *testing.T, text string) (openapi.Parameter, []string) {
	t.Helper()
	d := open(t, `
openapi: 3.1.0
paths:
  /a:
    get:
      operationId: a
      parameters:
        - `+strings.ReplaceAll(text, "\n", "\n          ")+`
components:
  schemas:
    Colour: {type: string, enum: [red, green]}
    Null: {type: 'null'}
    Wrapped: {allOf: [{$ref: '#/components/schemas/Colour'}], default: red}
    Loop: {$ref: '#/components/schemas/Pool'}
    Pool: {$ref: '#/components/schemas/Loop'}
    Tree: {type: object, properties: {child: {$ref: '#/components/schemas/Tree'}}}
    Knot: {allOf: [{$ref: '#/components/schemas/Knot'}, {type: integer}]}
`)
	op := operation(t, d, "a")
	if len(op.Parameters) == 0 {
		return openapi.Parameter{}, warnings(op)
	}
	return op.Parameters[0], warnings(op)
}

func TestSchemaOfAParameter(t *testing.T) {
	ref := func(name string) string { return "{$ref: '#/components/schemas/" + name + "'}" }
	tests := []struct {
		name, schema string
		types        []string
		enum         []any
		standard     any
		hasDefault   bool
		warnings     int
	}{
		{name: "nothing", schema: "{}"},
		{name: "type", schema: "{type: string}", types: []string{"string"}},
		{name: "several types", schema: "{type: [string, 'null']}", types: []string{"string", "null"}},
		{name: "null without quotes", schema: "{type: [string, null]}", types: []string{"string", "null"}},
		{name: "nullable", schema: "{type: integer, nullable: true}", types: []string{"integer", "null"}},
		{name: "file, as Swagger 2.0 has it", schema: "{type: file}", types: []string{"string"}},
		{name: "unknown type", schema: "{type: anything}"},
		{name: "type of a wrong kind", schema: "{type: {a: b}, enum: {c: d}, allOf: x, anyOf: 3}"},
		{name: "boolean schema", schema: "true"},
		{name: "null schema", schema: ""},
		{name: "numeric bounds of 3.1", schema: "{type: number, exclusiveMinimum: 0, exclusiveMaximum: 5}", types: []string{"number"}},
		{name: "examples as an object", schema: "{type: string, examples: {a: b}}", types: []string{"string"}},
		{name: "discriminator as a string", schema: "{type: object, discriminator: kind}", types: []string{"object"}},
		{name: "properties with a boolean", schema: "{type: object, properties: {a: true}, patternProperties: {x: false}}", types: []string{"object"}},
		{name: "const", schema: "{const: 1.50}", enum: []any{number("1.50")}},
		{name: "default null", schema: "{type: string, default: null}", types: []string{"string"}, hasDefault: true},
		{name: "default", schema: "{default: {a: [1, true]}}", standard: map[string]any{"a": []any{number("1"), true}}, hasDefault: true},
		{name: "date", schema: "{enum: [2024-01-02, on, 0x10]}", enum: []any{"2024-01-02", "on", number("16")}},
		{name: "reference", schema: ref("Colour"), types: []string{"string"}, enum: []any{"red", "green"}},
		{name: "beside a reference", schema: "{$ref: '#/components/schemas/Colour', default: green}", types: []string{"string"}, enum: []any{"red", "green"}, standard: "green", hasDefault: true},
		{name: "allOf", schema: ref("Wrapped"), types: []string{"string"}, enum: []any{"red", "green"}, standard: "red", hasDefault: true},
		{name: "anyOf", schema: "{anyOf: [{$ref: '#/components/schemas/Colour'}, {$ref: '#/components/schemas/Null'}]}", types: []string{"string", "null"}, enum: []any{"red", "green", nil}},
		{name: "oneOf that does not say", schema: "{oneOf: [{type: string}, {}]}"},
		{name: "oneOf", schema: "{oneOf: [{type: string}, {type: integer}, {type: string}]}", types: []string{"string", "integer"}},
		{name: "recursive", schema: ref("Tree"), types: []string{"object"}},
		{name: "circle", schema: ref("Loop"), warnings: 1},
		{name: "circle through allOf", schema: ref("Knot"), types: []string{"integer"}},
		{name: "nowhere", schema: ref("Color"), warnings: 1},
		{name: "another file", schema: "{$ref: 'other.yaml#/A'}", warnings: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, warned := parameter(t, "name: p\nin: query\nschema: "+tt.schema)
			got := []any{p.Types, p.Enum, p.Default, p.HasDefault, len(warned)}
			want := []any{tt.types, tt.enum, tt.standard, tt.hasDefault, tt.warnings}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("types, enum, default (-want +got):\n%s%s", diff, strings.Join(warned, "\n"))
			}
		})
	}
}

func TestDefectiveParameters(t *testing.T) {
	tests := []struct {
		name, text string
		want       openapi.Parameter // without its range
		warning    string
	}{
		{name: "no name", text: "in: query", warning: `api.yaml:7:11: a parameter without "name" and "in" is left out`},
		{name: "no location", text: "name: p", warning: "is left out"},
		{name: "unknown location", text: "{name: p, in: body}", warning: `the parameter "p" is left out: there is no location "body"`},
		{name: "no object", text: "p", warning: "is left out"},
		{name: "null", text: "", warning: "is left out"},
		{name: "nowhere", text: "$ref: '#/components/parameters/P'", warning: `api.yaml:7:17: the reference "#/components/parameters/P" leads nowhere: "/components" has no "parameters"`},
		{name: "reference that is no pointer", text: "$ref: '#P'", warning: "is neither a JSON Pointer"},
		{name: "reference to itself", text: "$ref: '#/paths/~1a/get/parameters/0'", warning: "leads in a circle"},
		{
			name: "unknown style", text: "{name: p, in: query, style: wide}",
			want: openapi.Parameter{Name: "p", In: "query", Style: "form", Explode: true}, warning: `the unknown style "wide"`,
		},
		{
			name: "text for a boolean", text: "{name: p, in: query, required: 'true', explode: 'false', style: form}",
			want: openapi.Parameter{Name: "p", In: "query", Required: true, Style: "form"},
		},
		{
			name: "type beside name", text: "{name: p, in: query, type: integer, default: 3}",
			want: openapi.Parameter{Name: "p", In: "query", Style: "form", Explode: true, Types: []string{"integer"}, Default: number("3"), HasDefault: true},
		},
		{
			name: "number as name", text: "{name: 200, in: header}",
			want: openapi.Parameter{Name: "200", In: "header", Style: "simple"},
		},
		{
			name: "querystring", text: "{name: q, in: querystring, content: {application/x-www-form-urlencoded: {}}}",
			want: openapi.Parameter{Name: "q", In: "querystring", ContentType: "application/x-www-form-urlencoded"},
		},
		{
			name: "style that the location does not have", text: "{name: p, in: header, style: form}",
			want: openapi.Parameter{Name: "p", In: "header", Style: "form", Explode: true},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, warned := parameter(t, tt.text)
			if diff := cmp.Diff(tt.want, got, factsOnly(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(openapi.Parameter{}, "Range")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			all := strings.Join(warned, "\n")
			if tt.warning == "" && all != "" || !strings.Contains(all, tt.warning) {
				t.Errorf("warnings %q, want one with %q", all, tt.warning)
			}
		})
	}
}

func TestDefectsElsewhereDoNotMatter(t *testing.T) {
	for name, text := range map[string]string{
		"dangling reference in an unused schema": "components: {schemas: {A: {$ref: '#/nowhere'}}}\n",
		"examples as an object":                  "components: {schemas: {A: {examples: {a: b}}}}\n",
		"allOf as an object":                     "components: {schemas: {A: {allOf: {type: string}}}}\n",
		"schemas as a list":                      "components: {schemas: [a, b]}\n",
		"tags of a wrong kind":                   "tags: {a: b}\n",
		"numeric version":                        "info: {version: 1.0}\n",
		"info missing altogether":                "",
		"pattern that Go has not":                "components: {schemas: {A: {pattern: '^(?!x)$'}}}\n",
		"component names":                        "components: {schemas: {'a b/c': {}}}\n",
		"a mapping inside a plain value":         "x-a: b: c\n",
		"an unknown alias":                       "x-a: *nobody\n",
		"a duplicate member":                     "x-a: 1\nx-a: 2\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters: [{name: p, in: query}]\n"+text)
			op := operation(t, d, "a")
			if len(op.Parameters) != 1 || len(op.Warnings) > 0 {
				t.Errorf("%d parameters, warnings %q", len(op.Parameters), warnings(op))
			}
		})
	}
}

func TestBrokenYAML(t *testing.T) {
	const before, after = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n", "  /c:\n    get:\n      operationId: c\n      parameters:\n      - name: p\n        in: query\n"
	for name, broken := range map[string]string{
		"tab":                  "  /b:\n\t  get: {}\n",
		"tab inside":           "  /b:\n    get:\n\t  operationId: b\n",
		"indentation":          "  /b:\n    get:\n      operationId: b\n     summary: c\n",
		"a list among members": "  /b:\n    get:\n      operationId: b\n    - c\n",
		"open quote":           "  /b:\n    get:\n      operationId: b\n      summary: \"open\n",
		"open bracket":         "  /b:\n    get:\n      operationId: b\n      tags: [open\n",
		"indicator":            "  /b:\n    get:\n      operationId: b\n      summary: @b\n",
		"text among members":   "  /b:\n    get:\n      operationId: b\n    text\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, before+broken+after)
			for _, id := range []string{"a", "c"} {
				op := operation(t, d, id)
				if len(op.Warnings) != 1 || op.Warnings[0].Rule != openapi.RuleInvalidDescription || !op.Warnings[0].Range.Start.IsValid() {
					t.Errorf("warnings %q", warnings(op))
				}
				if id == "c" && len(op.Parameters) != 1 {
					t.Errorf("%d parameters", len(op.Parameters))
				}
			}
			if op, err := d.OperationByID("b"); err == nil && !strings.Contains(name, "among") && name != "indentation" {
				t.Errorf("a damaged operation is read: %+v", op)
			}
		})
	}
}
