package arazzo_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
)

// TestInputSchemasStandAlone holds that the schema of inputs needs no other
// text, whatever it refers to, and which inputs it lists and admits.
func TestInputSchemasStandAlone(t *testing.T) {
	files := map[string]string{
		"page.yaml":   "Page: {type: object, properties: {size: {$ref: '#/Size'}}}\nSize: {$anchor: size, type: integer}\n",
		"p.yaml":      pets,
		"other.yaml":  selfDocument("https://x.test/o.yaml", "- {name: p, url: p.yaml}\n", "operationId: listPets") + "components: {inputs: {tag: {type: string, $ref: '#/components/inputs/base'}, base: {minLength: 1}}}\n",
		"broken.yaml": "a: [\n",
	}
	tests := []struct {
		name, inputs, components string
		want                     string
		names                    string
		open                     bool
	}{
		{name: "none", inputs: "", open: true},
		{name: "true", inputs: "true", want: "true", open: true},
		{name: "annotations go", inputs: "{title: t, properties: {a: {type: string, default: x, examples: [{$ref: '#/no'}]}}}", want: `{"properties":{"a":{"type":"string"}}}`, names: "a"},
		{name: "a component", inputs: "{$ref: '#/components/inputs/page'}", components: "page: {required: [n], properties: {n: {}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"required":["n"],"properties":{"n":{}}}}}`, names: "n!"},
		{name: "a component with an escaped name", inputs: "{$ref: '#/components/inputs/a%2eb'}", components: "a.b: {properties: {n: {}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"properties":{"n":{}}}}}`, names: "n"},
		{name: "an anchor", inputs: "{$ref: '#p'}", components: "page: {properties: {n: {$anchor: p, properties: {m: {}}}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"properties":{"m":{}}}}}`, names: "m"},
		{name: "definitions of the schema itself", inputs: "{properties: {n: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}", want: `{"properties":{"n":{"allOf":[{"$ref":"#/$defs/ref1"}]}},"$defs":{"ref1":{"type":"integer"}}}`, names: "n"},
		{name: "definitions of a component", inputs: "{$ref: '#/components/inputs/c'}", components: "c: {properties: {n: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"properties":{"n":{"allOf":[{"$ref":"#/$defs/ref2"}]}}},"ref2":{"type":"integer"}}}`, names: "n"},
		{name: "a circle through a property", inputs: "{$ref: '#/components/inputs/tree'}", components: "tree: {properties: {next: {$ref: '#/components/inputs/tree'}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"properties":{"next":{"allOf":[{"$ref":"#/$defs/ref1"}]}}}}}`, names: "next"},
		{name: "an $id of its own", inputs: "{$ref: 'tag:page'}", components: "page: {$id: 'tag:page', properties: {n: {$ref: '#/$defs/n'}}, $defs: {n: {type: integer}}}", want: `{"allOf":[{"$ref":"#/$defs/ref1"}],"$defs":{"ref1":{"properties":{"n":{"allOf":[{"$ref":"#/$defs/ref2"}]}}},"ref2":{"type":"integer"}}}`, names: "n"},
		{name: "a file of schemas", inputs: "{properties: {p: {$ref: 'page.yaml#/Page'}, s: {$ref: 'page.yaml#size'}}}", want: `{"properties":{"p":{"allOf":[{"$ref":"#/$defs/ref1"}]},"s":{"allOf":[{"$ref":"#/$defs/ref2"}]}},"$defs":{"ref1":{"type":"object","properties":{"size":{"allOf":[{"$ref":"#/$defs/ref2"}]}}},"ref2":{"type":"integer"}}}`, names: "p s"},
		{name: "an Arazzo document, by its URI", inputs: "{properties: {t: {$ref: 'https://x.test/o.yaml#/components/inputs/tag'}}}", want: `{"properties":{"t":{"allOf":[{"$ref":"#/$defs/ref1"}]}},"$defs":{"ref1":{"type":"string","allOf":[{"$ref":"#/$defs/ref2"}]},"ref2":{"minLength":1}}}`, names: "t"},
		{name: "a file that is broken", inputs: "{properties: {p: {$ref: 'broken.yaml#/Page'}}}", want: `{"properties":{"p":{}}}`, names: "p"},
		{name: "a property named like a keyword", inputs: "{properties: {$ref: {type: string}, default: {type: string}}}", want: `{"properties":{"$ref":{"type":"string"},"default":{"type":"string"}}}`, names: "$ref default"},
		{name: "allOf and anyOf", inputs: "{allOf: [{required: [a], properties: {a: {}}}], anyOf: [{required: [b], properties: {b: {}}}]}", want: `{"allOf":[{"required":["a"],"properties":{"a":{}}}],"anyOf":[{"required":["b"],"properties":{"b":{}}}]}`, names: "a! b", open: true},
		{name: "no properties", inputs: "{type: object}", want: `{"type":"object"}`, open: true},
		{name: "additionalProperties", inputs: "{properties: {a: {}}, additionalProperties: {type: string}}", want: `{"properties":{"a":{}},"additionalProperties":{"type":"string"}}`, names: "a", open: true},
		{name: "nothing but what is required", inputs: "{required: [a], additionalProperties: false}", want: `{"required":["a"],"additionalProperties":false}`, names: "a!"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := selfDocument("", "- {name: p, url: p.yaml}\n", "operationId: listPets")
			if test.inputs != "" {
				text = strings.Replace(text, "  steps:", "  inputs: "+test.inputs+"\n  steps:", 1)
			}
			if test.components != "" {
				text += "components: {inputs: {" + test.components + "}}\n"
			}
			files["a.yaml"] = text
			dir := tree(t, files)
			b, list := (&arazzo.Loader{Include: []string{dir + "/other.yaml"}}).Load(t.Context(), dir+"/a.yaml")
			if list.HasErrors() {
				t.Fatal(list)
			}
			schema := b.Entry.Workflows[0].InputSchema()
			var names []string
			for _, p := range schema.Properties {
				if p.Required {
					p.Name += "!"
				}
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != test.names || schema.Open != test.open {
				t.Errorf("names %q, open %v", got, schema.Open)
			}
			value, ok := schema.JSON()
			if ok != (test.want != "") {
				t.Fatalf("a schema: %v", ok)
			}
			if !ok {
				return
			}
			var want any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal(encoded, &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestAnnotatedInputSchemas holds that what helps to make values is kept on
// request, and nothing that gives a schema another identity.
func TestAnnotatedInputSchemas(t *testing.T) {
	text := selfDocument("", "- {name: p, url: p.yaml}\n", "operationId: listPets")
	text = strings.Replace(text, "  steps:", "  inputs: {$id: 'tag:x', properties: {a: {type: string, format: email, default: x, examples: [y]}, b: {$ref: '#/components/inputs/b'}}}\n  steps:", 1)
	text += "components: {inputs: {b: {description: why, example: 1}}}\n"
	dir := tree(t, map[string]string{"a.yaml": text, "p.yaml": pets})
	b, list := (&arazzo.Loader{}).Load(t.Context(), dir+"/a.yaml")
	if list.HasErrors() {
		t.Fatal(list)
	}
	value, ok := b.Entry.Workflows[0].InputSchema().Annotated()
	encoded, err := json.Marshal(value)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	want := `{"$defs":{"ref1":{"description":"why","example":1}},"properties":{"a":{"default":"x","examples":["y"],"format":"email","type":"string"},"b":{"allOf":[{"$ref":"#/$defs/ref1"}]}}}`
	if d := cmp.Diff(want, string(encoded)); d != "" {
		t.Error(d)
	}
}
