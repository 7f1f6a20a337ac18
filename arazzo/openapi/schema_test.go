package openapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// factsOnly compares what an operation says itself, and not the schemas and
// examples that are read where they are asked for.
func factsOnly() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreUnexported(openapi.Parameter{}, openapi.MediaType{}),
		cmpopts.IgnoreTypes((*openapi.Schema)(nil)),
	}
}

const petSchemas = `
openapi: 3.1.0
paths:
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, examples: [7]}, example: 8}]
    post:
      operationId: putPet
      requestBody:
        $ref: '#/components/requestBodies/Pet'
      responses:
        '200':
          $ref: '#/components/responses/Found'
components:
  requestBodies:
    Pet:
      content:
        multipart/form-data:
          schema: {$ref: '#/components/schemas/Pet'}
          examples:
            one: {value: {name: Rex}}
          encoding:
            photo: {contentType: 'image/png, image/jpeg', headers: {X-Size: {schema: {type: integer}}}}
            tags: {style: pipeDelimited, explode: false}
            deep: {allowReserved: true}
  responses:
    Found:
      description: a pet
      headers: {ETag: {schema: {type: string}}}
      content:
        application/json:
          schema:
            description: found
            $ref: '#/components/schemas/Pet'
  schemas:
    Named:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 12345678901234567890, example: Rex}
    Pet:
      xml: {name: pet, namespace: urn:pets, prefix: p}
      allOf:
        - $ref: '#/components/schemas/Named'
        - required: [kind, unlisted]
          additionalProperties: false
          properties:
            kind: {enum: [cat, dog], default: cat}
            parent: {$ref: '#/components/schemas/Pet'}
            tags: {type: array, items: {type: string, xml: {name: tag}}, xml: {wrapped: true, name: tags}}
            pair: {prefixItems: [{type: string}, {type: number}], items: {type: boolean}}
            anything: true
            more: {type: object, additionalProperties: {type: integer}}
      oneOf:
        - {properties: {meows: {type: boolean, readOnly: true}}}
        - $ref: '#/components/schemas/Barks'
    Barks: {properties: {barks: {type: [boolean, 'null'], writeOnly: true, format: loud}}}
    Loop: {$ref: '#/components/schemas/Loop'}
`

// describe writes what a schema says, with the members of objects to a depth.
func describe(s *openapi.Schema, depth int) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if types := s.Types(); types != nil {
		say("%s", strings.Join(types, "|"))
	}
	if name := s.Name(); name != "" {
		say("%s", name)
	}
	if enum := s.Enum(); enum != nil {
		say("enum=%v", enum)
	}
	if x, ok := s.Default(); ok {
		say("default=%v", x)
	}
	if depth > 0 {
		for _, p := range s.Properties() {
			required := ""
			if p.Required {
				required = "!"
			}
			say("%s%s(%s)", p.Name, required, describe(p.Schema, depth-1))
		}
	}
	return strings.Join(out, " ")
}

func TestSchemasAreReadThroughReferencesAndAllOf(t *testing.T) {
	for _, form := range []string{"block", "aliases"} {
		t.Run(form, func(t *testing.T) {
			text := petSchemas
			if form == "aliases" { // which only the full parser reads
				text = strings.Replace(text, "enum: [cat, dog], default: cat", "enum: [&c cat, dog], default: *c", 1)
			}
			d := open(t, text)
			op := operation(t, d, "putPet")
			body := op.RequestBody.Content[0]
			pet := body.Schema
			const want = "object Pet name!(string) kind!(enum=[cat dog] default=cat) parent(object Pet) tags(array) pair() anything() more(object)"
			if got := describe(pet, 1); got != want {
				t.Errorf("the schema reads\n%s, want\n%s", got, want)
			}
			if got, want := pet.Required(), []string{"name", "kind", "unlisted"}; !cmp.Equal(got, want) {
				t.Errorf("required: %q, want %q", got, want)
			}
			deep := pet
			for range 40 {
				deep = deep.Property("parent")
			}
			if got := deep.Name(); got != "Pet" {
				t.Errorf("the parent of a parent of … is %q, want Pet", got)
			}
			if deep.Equal(pet) || !deep.Equal(deep.Property("parent")) {
				t.Errorf("%v and %v: a schema and a reference to it are two places, two references one", deep, pet)
			}
			response := op.Responses[0]
			if got := response.Content[0].Schema.Description(); got != "found" {
				t.Errorf("description beside a reference: %q", got)
			}
			if got := response.Content[0].Schema.Property("name").Types(); !cmp.Equal(got, []string{"string"}) {
				t.Errorf("name has the types %q", got)
			}
			if len(response.Headers) != 1 || response.Headers[0].Name != "ETag" || response.Headers[0].In != "header" {
				t.Errorf("headers: %v", response.Headers)
			}
		})
	}
}

func TestSchemaKeywords(t *testing.T) {
	op := operation(t, open(t, petSchemas), "putPet")
	pet := op.RequestBody.Content[0].Schema
	name := pet.Property("name")
	if x, ok := name.Keyword("maxLength"); !ok || x != json.Number("12345678901234567890") {
		t.Errorf("maxLength: %v %v", x, ok)
	}
	if x, ok := name.Example(); !ok || x != "Rex" {
		t.Errorf("example: %v %v", x, ok)
	}
	if x, ok := op.Parameters[0].Example(); !ok || x != json.Number("8") {
		t.Errorf("example of the parameter: %v %v", x, ok)
	}
	if x, ok := op.Parameters[0].Schema.Example(); !ok || x != json.Number("7") {
		t.Errorf("examples of its schema: %v %v", x, ok)
	}
	if x, ok := op.RequestBody.Content[0].Example(); !ok || !cmp.Equal(x, map[string]any{"name": "Rex"}) {
		t.Errorf("example of the content: %v %v", x, ok)
	}
	if x, ok := op.Responses[0].Content[0].Example(); ok {
		t.Errorf("there is no example, got %v", x)
	}
	if got, want := pet.XML(), (openapi.XML{Name: "pet", Namespace: "urn:pets", Prefix: "p"}); got != want {
		t.Errorf("xml: %+v, want %+v", got, want)
	}
	tags := pet.Property("tags")
	if got := tags.XML(); !got.Wrapped || got.Name != "tags" {
		t.Errorf("xml of tags: %+v", got)
	}
	if got := tags.Items().XML().Name; got != "tag" {
		t.Errorf("xml name of a tag: %q", got)
	}
	if got := pet.Property("pair").PrefixItems(); len(got) != 2 || !cmp.Equal(got[1].Types(), []string{"number"}) {
		t.Errorf("prefixItems: %v", got)
	}
	if got := pet.Property("pair").Items().Types(); !cmp.Equal(got, []string{"boolean"}) {
		t.Errorf("items after prefixItems: %v", got)
	}
	if _, allowed := pet.AdditionalProperties(); allowed {
		t.Error("the schema admits no other members")
	}
	if s, allowed := pet.Property("more").AdditionalProperties(); !allowed || !cmp.Equal(s.Types(), []string{"integer"}) {
		t.Errorf("additionalProperties: %v %v", s, allowed)
	}
	barks := pet.Property("barks")
	if !barks.WriteOnly() || barks.ReadOnly() || barks.Format() != "loud" {
		t.Errorf("barks: %v %v %q", barks.WriteOnly(), barks.ReadOnly(), barks.Format())
	}
	if lists := pet.Alternatives(); len(lists) != 1 || len(lists[0]) != 2 || lists[0][1].Name() != "Barks" {
		t.Errorf("alternatives: %v", lists)
	}
	if pet.Property("nothing") != nil {
		t.Error("there is no property \"nothing\"")
	}
}

func TestEncodings(t *testing.T) {
	media := operation(t, open(t, petSchemas), "putPet").RequestBody.Content[0]
	var got []string
	for _, e := range media.Encoding {
		got = append(got, fmt.Sprintf("%s %q styled=%t %s explode=%t reserved=%t headers=%d", e.Name, e.ContentType, e.Styled, e.Style, e.Explode, e.AllowReserved, len(e.Headers)))
	}
	want := []string{
		`photo "image/png, image/jpeg" styled=false form explode=true reserved=false headers=1`,
		`tags "" styled=true pipeDelimited explode=false reserved=false headers=0`,
		`deep "" styled=true form explode=true reserved=true headers=0`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if media.EncodingOf("tags") == nil || media.EncodingOf("none") != nil {
		t.Error("EncodingOf finds what is there, and nothing else")
	}
}

func TestANilSchemaSaysNothing(t *testing.T) {
	var s *openapi.Schema
	if s.Types() != nil || s.Property("a") != nil || s.Properties() != nil || s.Items() != nil || s.Name() != "" || s.Alternatives() != nil {
		t.Error("a nil schema says something")
	}
	if _, ok := s.Keyword("type"); ok {
		t.Error("a nil schema has a keyword")
	}
	if _, allowed := s.AdditionalProperties(); !allowed {
		t.Error("a nil schema forbids members")
	}
}

func TestSchemasThatReferToThemselvesEnd(t *testing.T) {
	const text = `
openapi: 3.0.3
paths:
  /a:
    get:
      operationId: a
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
components:
  schemas:
    A: {allOf: [{$ref: '#/components/schemas/B'}], anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    B: {oneOf: [{$ref: '#/components/schemas/A'}], $ref: '#/components/schemas/B'}
`
	s := operation(t, open(t, text), "a").Responses[0].Content[0].Schema
	if s.Property("x") != nil || s.Properties() != nil || s.Types() != nil {
		t.Error("a schema that only refers to itself says something")
	}
}
