package xmltree_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// schemaOf returns a schema in YAML flow form. It is nil for "".
func schemaOf(t testing.TB, schema string) *openapi.Schema {
	t.Helper()
	if schema == "" {
		return nil
	}
	text := "openapi: 3.1.0\npaths:\n  /:\n    get:\n      operationId: op\n      responses:\n        '200':\n          content:\n            application/xml:\n              schema: " + schema + "\ncomponents:\n  schemas:\n    Node: {type: object, properties: {name: {type: string}, nodes: {type: array, items: {$ref: '#/components/schemas/Node'}}}}\n"
	doc, err := openapi.Open("api.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	op, err := doc.OperationByID("op")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return op.Responses[0].Content[0].Schema
}

// readsOf returns the places that pointers and conditions read.
func readsOf(t testing.TB, texts string) *xmltree.Reads {
	t.Helper()
	var reads *xmltree.Reads
	add := func(places []expr.Place) {
		for _, p := range places {
			if len(p.Path) > 0 {
				if reads == nil {
					reads = &xmltree.Reads{}
				}
				reads.Add(p.Path)
			}
		}
	}
	for _, text := range strings.Fields(texts) {
		if strings.HasPrefix(text, "$") {
			c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "jsonpath", Context: "$response.body", Condition: text}, expr.Options{})
			if err != nil {
				t.Fatal(err)
			}
			add(c.Places())
			continue
		}
		e, _, err := expr.ParseExpression("$response.body#"+text, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		add([]expr.Place{e.Place()})
	}
	return reads
}

func read(t testing.TB, xml string, schema *openapi.Schema, reads *xmltree.Reads) any {
	t.Helper()
	root, err := expr.ParseXML(xml)
	if err != nil {
		t.Fatalf("%v\n%s", err, xml)
	}
	return xmltree.Read(root, schema, reads)
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, schema, reads, xml, want string
	}{
		// Without a schema and readers.
		{"texts", "", "", `<r><a>1</a><b>true</b><c/></r>`, `{"a":"1","b":"true","c":""}`},
		{"repetition is an array", "", "", `<r><a>1</a><b/><a>2</a></r>`, `{"a":["1","2"],"b":""}`},
		{"items are an array", "", "", `<r><set><item><id>1</id></item></set><other><member>x</member><member>y</member></other></r>`, `{"set":[{"id":"1"}],"other":["x","y"]}`},
		{"a plural around its singular is an array", "", "", `<r><Buckets><Bucket><Name>a</Name></Bucket></Buckets></r>`, `{"Buckets":[{"Name":"a"}]}`},
		{"other nesting is an object", "", "", `<r><owner><id>1</id></owner></r>`, `{"owner":{"id":"1"}}`},
		{"the result in a response", "", "", `<GetXResponse><GetXResult><a>1</a></GetXResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetXResponse>`, `{"ResponseMetadata":{"RequestId":"r"},"a":"1"}`},
		{"attributes beside children", "", "", `<r v="1"><a x="y"/><b z="1">t</b></r>`, `{"v":"1","a":{"x":"y"},"b":"t"}`},
		{"mixed content", "", "", "<r><a>one <b>two</b> three</a></r>", `{"a":{"b":"two","#text":"one  three"}}`},
		{"text keeps its white space", "", "", "<r><a>  x\n</a></r>", `{"a":"  x\n"}`},
		{"CDATA, comments and references", "", "", `<r><a><![CDATA[<x>]]>&amp;<!-- no -->&#65;</a></r>`, `{"a":"<x>&A"}`},
		{"nil", "", "", `<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a xsi:nil="true"/><b xsi:nil="false">x</b></r>`, `{"a":null,"b":"x"}`},
		{"namespaces", "", "", `<p:r xmlns:p="urn:p" xmlns:q="urn:q"><p:a>1</p:a><q:a>2</q:a><q:b>3</q:b></p:r>`, `{"a":"1","q:a":"2","b":"3"}`},
		{"text only", "", "", `<LocationConstraint>x</LocationConstraint>`, `{"#text":"x"}`},
		{"nothing", "", "", `<r/>`, `{}`},

		// What readers look at.
		{"an index makes a list of one", "", "/a/0/id", `<r><a><id>1</id></a></r>`, `{"a":[{"id":"1"}]}`},
		{"an index into a wrapper", "", "/list/0/id", `<r><list><thing><id>1</id></thing></list></r>`, `{"list":[{"id":"1"}]}`},
		{"an index into an empty wrapper", "", "/list/0", `<r><list/></r>`, `{"list":[]}`},
		{"an index into text", "", "/a/0", `<r><a>x</a></r>`, `{"a":["x"]}`},
		{"a list that is not there", "", "$.a.length==0", `<r><b/></r>`, `{"a":[],"b":""}`},
		{"the items named", "", "/set/item/0/id", `<r><set><item><id>1</id></item></set></r>`, `{"set":{"item":[{"id":"1"}]}}`},
		{"the items named without an index", "", "/set/item/id", `<r><set><item><id>1</id></item></set></r>`, `{"set":{"item":{"id":"1"}}}`},
		{"another case", "", "/dBInstances/0/status", `<r><DBInstances><DBInstance><Status>x</Status></DBInstance></DBInstances></r>`, `{"dBInstances":[{"status":"x"}]}`},
		{"both cases", "", "/a /A/x", `<r><A><x>1</x></A></r>`, `{"a":{"x":"1"},"A":{"x":"1"}}`},
		{"both cases there", "", "/state", `<r><State>1</State><state>2</state></r>`, `{"State":"1","state":"2"}`},
		{"the outermost element named", "", "/r/a", `<r><a>1</a></r>`, `{"a":"1","r":{"a":"1"}}`},
		{"the outermost element is the value", "", "/locationConstraint", `<LocationConstraint>x</LocationConstraint>`, `{"locationConstraint":"x"}`},
		{"the outermost element is the list", "", "/0/id", `<r><x><id>1</id></x></r>`, `[{"id":"1"}]`},
		{"below a wrapper of another name", "", "/a/b", `<r><meta>1</meta><w><a><b>1</b></a></w></r>`, `{"meta":"1","a":{"b":"1"}}`},
		{"the result named and passed over", "", "/GetXResult/a /b", `<GetXResponse><GetXResult><a>1</a><b>2</b></GetXResult></GetXResponse>`, `{"GetXResult":{"a":"1","b":"2"},"a":"1","b":"2"}`},
		{"an attribute", "", "/a/0/href", `<r><a href="u"/></r>`, `{"a":[{"href":"u"}]}`},
		{"an empty list with an attribute", "", "/a/0", `<r><a type="array"/></r>`, `{"a":[]}`},
		{"an attribute beside text", "", "/price/currency", `<r><price currency="EUR">5</price></r>`, `{"price":{"currency":"EUR","#text":"5"}}`},
		{"looking into text", "", "/a/b", `<r><a>x</a></r>`, `{"a":"x"}`},
		{"a name with an ending of lists", "", "/instances/0/id", `<r><instancesSet><item><id>1</id></item></instancesSet></r>`, `{"instances":[{"id":"1"}]}`},
		{"a filter", "", `$.set[?(@.Name=='x')].Id`, `<r><set><item><name>x</name><id>1</id></item></set></r>`, `{"set":[{"Name":"x","Id":"1"}]}`},

		// What a schema says.
		{
			"types", "{type: object, properties: {i: {type: integer}, n: {type: number}, b: {type: boolean}, s: {type: string}, e: {enum: [on, off]}, u: {}}}", "",
			"<r><i>+007</i><n>.50</n><b>1</b><s>7</s><e> on\n</e><u>7</u></r>", `{"i":7,"n":0.50,"b":true,"s":"7","e":"on","u":"7"}`,
		},
		{
			"what is not of its type stays text", "{type: object, properties: {i: {type: integer}, b: {type: boolean}, n: {type: [integer, 'null']}, j: {type: integer}}}", "",
			"<r><i>x</i><b>maybe</b><n/><j/></r>", `{"i":"x","b":"maybe","n":null,"j":""}`,
		},
		{"large numbers", "{type: object, properties: {i: {type: integer}, n: {type: number}}}", "", "<r><i>123456789012345678901234567890</i><n>1.10E+400</n></r>", `{"i":123456789012345678901234567890,"n":1.10E+400}`},
		{"one is an array", "{type: object, properties: {tag: {type: array, items: {type: integer}}}}", "", "<r><tag>1</tag></r>", `{"tag":[1]}`},
		{"several are an array", "{type: object, properties: {tag: {type: array, items: {type: integer}}}}", "", "<r><tag>1</tag><x/><tag>2</tag></r>", `{"tag":[1,2],"x":""}`},
		{"an object of one", "{type: object, properties: {tag: {type: array, items: {type: object, properties: {key: {type: string}}}}}}", "", "<r><tag><key>a</key></tag></r>", `{"tag":[{"key":"a"}]}`},
		{"wrapped", "{type: object, properties: {tags: {type: array, xml: {wrapped: true}, items: {type: string, xml: {name: t}}}}}", "", "<r><tags><t>a</t></tags></r>", `{"tags":["a"]}`},
		{"wrapped under another name", "{type: object, properties: {tags: {type: array, xml: {wrapped: true, name: Labels}, items: {type: string}}}}", "", "<r><Labels><Labels>a</Labels></Labels></r>", `{"tags":["a"]}`},
		{"wrapped and empty", "{type: object, properties: {tags: {type: array, xml: {wrapped: true}, items: {type: string}}}}", "", "<r><tags/></r>", `{"tags":[]}`},
		{"not wrapped, named by its items", "{type: object, properties: {tags: {type: array, items: {type: string, xml: {name: t}}}}}", "", "<r><t>a</t><t/></r>", `{"tags":["a",""]}`},
		{"one item that is empty", "{type: object, properties: {tags: {type: array, items: {type: string, xml: {name: tags}}}}}", "", "<r><tags/></r>", `{"tags":[""]}`},
		{"items that the schema does not mention", "{type: object, properties: {set: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}", "", "<r><set><item><id>1</id></item></set></r>", `{"set":[{"id":1}]}`},
		{"items of any name", "{type: object, properties: {set: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}", "", "<r><set><Thing><id>1</id></Thing></set></r>", `{"set":[{"id":1}]}`},
		{"texts as items", "{type: object, properties: {ids: {type: array, items: {type: string}}}}", "", "<r><ids><member>a</member></ids></r>", `{"ids":["a"]}`},
		{"an item that has an item", "{type: object, properties: {set: {type: array, items: {type: object, properties: {item: {type: string}}}}}}", "", "<r><set><item>a</item></set></r>", `{"set":[{"item":"a"}]}`},
		{"an empty wrapper", "{type: object, properties: {set: {type: array, items: {type: string}}}}", "", "<r><set>\n</set></r>", `{"set":[]}`},
		{"arrays of arrays", "{type: object, properties: {rows: {type: array, items: {type: array, items: {type: integer}}}}}", "", "<r><rows><row><c>1</c><c>2</c></row><row><c>3</c></row></rows></r>", `{"rows":[[1,2],[3]]}`},
		{"names", "{type: object, properties: {id: {type: integer, xml: {name: Identifier}}, p: {type: string, xml: {name: q, prefix: x}}}}", "", "<r><Identifier>1</Identifier><x:q xmlns:x='u'>a</x:q></r>", `{"id":1,"p":"a"}`},
		{"another case than the schema", "{type: object, properties: {dBInstances: {type: array, items: {type: object, properties: {dBInstanceStatus: {type: string}}}}}}", "", "<r><DBInstances><DBInstance><DBInstanceStatus>x</DBInstanceStatus></DBInstance></DBInstances></r>", `{"dBInstances":[{"dBInstanceStatus":"x"}]}`},
		{"a list of another ending", "{type: object, properties: {instances: {type: array, items: {type: object, properties: {id: {type: integer}}}}, tags: {type: array, items: {type: string}}}}", "", "<r><instancesSet><item><id>1</id></item></instancesSet><tagSet/></r>", `{"instances":[{"id":1}],"tags":[]}`},
		{"attributes", "{type: object, properties: {id: {type: integer, xml: {attribute: true}}, kind: {type: string, xml: {attribute: true, name: 'xsi:type'}}, a: {type: string}}}", "", "<r id='7' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='T'><a>x</a></r>", `{"id":7,"kind":"T","a":"x"}`},
		{"attributes by node type", "{type: object, properties: {id: {type: integer, xml: {nodeType: attribute}}, value: {type: number, xml: {nodeType: text}}}}", "", "<r id='7'>1.5</r>", `{"id":7,"value":1.5}`},
		{"an attribute and an element of one name", "{type: object, properties: {id: {type: integer, xml: {attribute: true}}}}", "", "<r id='7'><id>8</id></r>", `{"id":7}`},
		{"an object that is empty", "{type: object, properties: {o: {type: object}}}", "", "<r><o/></r>", `{"o":{}}`},
		{"a map", "{type: object, properties: {m: {type: object, additionalProperties: {type: integer}}}}", "", "<r><m><a>1</a><b>2</b></m></r>", `{"m":{"a":1,"b":2}}`},
		{"a map of entries", "{type: object, properties: {m: {type: object, additionalProperties: {type: integer}}}}", "", "<r><m><entry><key>a</key><value>1</value></entry></m></r>", `{"m":{"a":1}}`},
		{"the array itself", "{type: array, items: {type: object, properties: {id: {type: integer}}}}", "", "<r><x><id>1</id></x></r>", `[{"id":1}]`},
		{"the value itself", "{type: integer}", "", "<r>5</r>", `5`},
		{"the outermost element is a property", "{type: object, properties: {Location: {type: string}}}", "", "<Location>x</Location>", `{"Location":"x"}`},
		{"below a wrapper", "{type: object, properties: {id: {type: integer}}}", "", "<r><data><id>1</id></data></r>", `{"id":1}`},
		{"all of it", "{allOf: [{type: object, properties: {a: {type: integer}}}, {properties: {b: {type: boolean}}}]}", "", "<r><a>1</a><b>true</b></r>", `{"a":1,"b":true}`},
		{"alternatives", "{oneOf: [{type: object, properties: {a: {type: integer}}}, {type: object, properties: {b: {type: boolean}}}]}", "", "<r><b>true</b></r>", `{"b":true}`},
		{"recursion", "{$ref: '#/components/schemas/Node'}", "", "<node><name>1</name><nodes><node><name>2</name><nodes/></node></nodes></node>", `{"name":"1","nodes":[{"name":"2","nodes":[]}]}`},
		{"the schema and a reader differ", "{type: object, properties: {set: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}", "/set/item/0/id", "<r><set><item><id>1</id></item></set></r>", `{"set":{"item":[{"id":"1"}]}}`},
		{"the schema says one and there are two", "{type: object, properties: {a: {type: string}}}", "", "<r><a>1</a><a>2</a></r>", `{"a":["1","2"]}`},
		{"the schema says text and there are parts", "{type: object, properties: {a: {type: string}}}", "", "<r><a><b>1</b></a></r>", `{"a":{"b":"1"}}`},
		{"the schema says object and a reader list", "{type: object, properties: {a: {type: object, properties: {b: {type: integer}}}}}", "/a/0/b", "<r><a><b>1</b></a></r>", `{"a":[{"b":"1"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, test.xml, schemaOf(t, test.schema), readsOf(t, test.reads))
			var want any
			dec := json.NewDecoder(strings.NewReader(test.want))
			dec.UseNumber()
			if err := dec.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
