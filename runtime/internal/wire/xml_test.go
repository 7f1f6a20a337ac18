package wire_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

const prolog = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func TestXML(t *testing.T) {
	// The examples of the XML Object of OpenAPI stand in the middle.
	tests := []struct {
		name, schema, components string
		value                    string
		want                     string // without the prolog, or "error: " and what it says
	}{
		{"root by the xml object", "{xml: {name: room}}", "", `{"a":1}`, `<room><a>1</a></room>`},
		{"root by the component", "{$ref: '#/components/schemas/Room'}", "Room: {type: object}", `{"a":1}`, `<Room><a>1</a></Room>`},
		{"root by the only member", "{type: object}", "", `{"room":{"a":1}}`, `<room><a>1</a></room>`},
		{"root by the only property", "{type: object, properties: {Config: {type: object, properties: {Region: {type: string}}}}}", "", `{"Region":"eu"}`, `<Config><Region>eu</Region></Config>`},
		{"the same, spelt out", "{type: object, properties: {Config: {type: object, xml: {namespace: 'urn:x'}, properties: {Region: {type: string}}}}}", "", `{"Config":{"Region":"eu"}}`, `<Config xmlns="urn:x"><Region>eu</Region></Config>`},
		{"root of another name", "{type: object, properties: {upload: {type: object, xml: {name: CompleteUpload}, properties: {Part: {type: array, items: {type: object}}}}}}", "", `{"upload":{"Part":[{"N":1},{"N":2}]}}`, `<CompleteUpload><Part><N>1</N></Part><Part><N>2</N></Part></CompleteUpload>`},
		{"the root is not wrapped twice", "{type: object, xml: {name: room}, properties: {a: {type: integer}}}", "", `{"room":{"a":1}}`, `<room><a>1</a></room>`},
		{"not by the name of its component either", "{$ref: '#/components/schemas/Room'}", "Room: {type: object, xml: {name: room}}", `{"Room":{"a":1}}`, `<room><a>1</a></room>`},
		{"unless it has such a member", "{type: object, xml: {name: name}, properties: {name: {type: string}}}", "", `{"name":"x"}`, `<name><name>x</name></name>`},
		{"no root", "{type: object}", "", `{"a":1,"b":2}`, "error: nothing says what the outermost element of the XML is; put all members into one that is"},
		{"no root for a scalar", "{}", "", `1`, "error: nothing says what the outermost element of the XML is; put all members into one that is"},
		{"a scalar", "{xml: {name: n}}", "", `1.50`, `<n>1.50</n>`},
		{"null", "{xml: {name: n}}", "", `{"a":null,"b":""}`, `<n><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><b></b></n>`},
		{"no members", "{xml: {name: n}}", "", `{}`, `<n/>`},
		{"order of the schema", "{xml: {name: n}, properties: {z: {}, a: {}}}", "", `{"a":1,"b":2,"c":3,"z":4}`, `<n><z>4</z><a>1</a><b>2</b><c>3</c></n>`},
		{"text", "{xml: {name: n}}", "", `{"a":"<&>\"'\r\n\t]]>é"}`, "<n><a>&lt;&amp;&gt;\"'&#xD;\n\t]]&gt;é</a></n>"},
		{"attributes", "{xml: {name: n}, properties: {a: {xml: {attribute: true}}, b: {xml: {attribute: true, name: B}}, c: {xml: {attribute: true}}}}", "", `{"x":1,"b":true,"a":"<\"\n\t\r&","c":null}`, `<n a="&lt;&quot;&#xA;&#x9;&#xD;&amp;" B="true"><x>1</x></n>`},
		{"prefix and namespace", "{type: object, xml: {name: person, namespace: 'http://example.com/schema/sample', prefix: sample}, properties: {id: {xml: {attribute: true}}, name: {xml: {namespace: 'http://example.com/schema/sample', prefix: sample}}}}", "", `{"id":0,"name":"x"}`, `<sample:person xmlns:sample="http://example.com/schema/sample" id="0"><sample:name>x</sample:name></sample:person>`},
		{"a namespace inside another", "{xml: {name: a, namespace: 'urn:1'}, properties: {b: {type: object, xml: {namespace: 'urn:2'}, properties: {c: {xml: {namespace: 'urn:1'}}}}}}", "", `{"b":{"c":1}}`, `<a xmlns="urn:1"><b xmlns="urn:2"><c xmlns="urn:1">1</c></b></a>`},
		{"a prefixed attribute", "{xml: {name: a}, properties: {b: {xml: {attribute: true, prefix: p, namespace: 'urn:1'}}}}", "", `{"b":1}`, `<a xmlns:p="urn:1" p:b="1"/>`},
		{"array", "{xml: {name: n}, properties: {animals: {type: array, items: {type: string}}}}", "", `{"animals":["a","b"]}`, `<n><animals>a</animals><animals>b</animals></n>`},
		{"array with names of items", "{xml: {name: n}, properties: {animals: {type: array, items: {type: string, xml: {name: animal}}}}}", "", `{"animals":["a","b"]}`, `<n><animal>a</animal><animal>b</animal></n>`},
		{"array, the name outside does not count", "{xml: {name: n}, properties: {animals: {type: array, xml: {name: aliens}, items: {type: string, xml: {name: animal}}}}}", "", `{"animals":["a"]}`, `<n><animal>a</animal></n>`},
		{"wrapped", "{xml: {name: n}, properties: {animals: {type: array, xml: {wrapped: true}, items: {type: string}}}}", "", `{"animals":["a","b"]}`, `<n><animals><animals>a</animals><animals>b</animals></animals></n>`},
		{"wrapped with names", "{xml: {name: n}, properties: {animals: {type: array, xml: {name: aliens, wrapped: true}, items: {type: string, xml: {name: animal}}}}}", "", `{"animals":["a","b"]}`, `<n><aliens><animal>a</animal><animal>b</animal></aliens></n>`},
		{"wrapped with a name outside", "{xml: {name: n}, properties: {animals: {type: array, xml: {name: aliens, wrapped: true}, items: {type: string}}}}", "", `{"animals":["a"]}`, `<n><aliens><aliens>a</aliens></aliens></n>`},
		{"empty arrays", "{xml: {name: n}, properties: {a: {type: array, xml: {wrapped: true}}, b: {type: array}}}", "", `{"a":[],"b":[]}`, `<n><a></a></n>`},
		{"items of a component", "{xml: {name: n}, properties: {tags: {type: array, xml: {wrapped: true}, items: {$ref: '#/components/schemas/Tag'}}}}", "Tag: {type: object, xml: {name: tag}}", `{"tags":[{"id":1}]}`, `<n><tags><tag><id>1</id></tag></tags></n>`},
		{"an array as the document", "{type: array, xml: {name: pets}, items: {$ref: '#/components/schemas/Pet'}}", "Pet: {type: object}", `[{"id":1},{"id":2}]`, `<pets><Pet><id>1</id></Pet><Pet><id>2</id></Pet></pets>`},
		{"arrays in arrays", "{xml: {name: n}, properties: {m: {type: array, xml: {wrapped: true}, items: {type: array, xml: {wrapped: true, name: row}, items: {xml: {name: cell}}}}}}", "", `{"m":[[1,2],[3]]}`, `<n><m><row><cell>1</cell><cell>2</cell></row><row><cell>3</cell></row></m></n>`},
		{"node types", "{xml: {name: n}, properties: {id: {xml: {nodeType: attribute}}, t: {xml: {nodeType: text}}, c: {xml: {nodeType: cdata}}, o: {type: object, xml: {nodeType: none}, properties: {x: {}}}, l: {type: array, xml: {nodeType: element}, items: {xml: {name: i}}}}}", "", `{"c":"<]]>","id":7,"t":"a&","o":{"x":1},"l":[2]}`, `<n id="7">a&amp;<![CDATA[<]]]]><![CDATA[>]]><x>1</x><l><i>2</i></l></n>`},
		{"additional properties", "{xml: {name: n}, additionalProperties: {type: object, properties: {id: {xml: {attribute: true}}}}}", "", `{"k":{"id":1}}`, `<n><k id="1"/></n>`},
		{"allOf", "{xml: {name: n}, allOf: [{properties: {z: {xml: {name: Z}}}}, {properties: {a: {xml: {attribute: true}}}}]}", "", `{"a":1,"z":2}`, `<n a="1"><Z>2</Z></n>`},
		{"a schema that contains itself", "{$ref: '#/components/schemas/T'}", "T: {type: object, xml: {name: t}, properties: {t: {$ref: '#/components/schemas/T'}, id: {xml: {attribute: true}}}}", `{"t":{"t":{"id":2},"id":1}}`, `<t><t id="1"><t id="2"/></t></t>`},
		{"names with a prefix", "{}", "", `{"soap:Envelope":{"soap:Body":"x"}}`, `<soap:Envelope><soap:Body>x</soap:Body></soap:Envelope>`},
		{"other letters", "{}", "", `{"größe":{"名前":1,"_x-1.y":2}}`, `<größe><_x-1.y>2</_x-1.y><名前>1</名前></größe>`},
		{"no name", "{}", "", `{"a b":1}`, `error: "a b" cannot be the name of an XML element or attribute`},
		{"an empty name", "{xml: {name: n}}", "", `{"":1}`, `error: "" cannot be the name of an XML element or attribute`},
		{"the sign of an attribute", "{xml: {name: n}}", "", `{"@id":1}`, `error: "@id" cannot be the name of an XML element or attribute`},
		{"an injected element", "{xml: {name: n}}", "", `{"a><b":1}`, `error: "a><b" cannot be the name of an XML element or attribute`},
		{"two colons", "{xml: {name: n}}", "", `{"a:b:c":1}`, `error: "a:b:c" cannot be the name of an XML element or attribute`},
		{"a digit first", "{xml: {name: n}}", "", `{"1a":1}`, `error: "1a" cannot be the name of an XML element or attribute`},
		{"a prefix that is none", "{xml: {name: n, prefix: 'a b'}}", "", `{}`, `error: "a b:n" cannot be the name of an XML element or attribute`},
		{"an attribute that is an object", "{xml: {name: n}, properties: {a: {xml: {attribute: true}}}}", "", `{"a":{}}`, `error: "a" is an attribute in the XML, and an object cannot be that`},
		{"a text that is an array", "{xml: {name: n}, properties: {a: {xml: {nodeType: text}}}}", "", `{"a":[]}`, `error: "a" is text in the XML, and an array cannot be that`},
		{"an attribute twice", "{xml: {name: n}, properties: {a: {xml: {attribute: true}}, b: {xml: {attribute: true, name: a}}}}", "", `{"a":1,"b":2}`, `error: two members of element "n" are its attribute "a"`},
		{"a prefix for two namespaces", "{xml: {name: n, prefix: p, namespace: 'urn:1'}, properties: {a: {xml: {attribute: true, prefix: p, namespace: 'urn:2'}}}}", "", `{"a":1}`, `error: the prefix "p" stands for two namespaces in one element`},
		{"a control character", "{xml: {name: n}}", "", `{"a":"\u0001"}`, `error: element "a": the character U+0001 cannot stand in XML`},
		{"a control character in an attribute", "{xml: {name: n}, properties: {a: {xml: {attribute: true}}}}", "", `{"a":"\uffff"}`, `error: attribute "a": the character U+FFFF cannot stand in XML`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			content := declared(t, "3.1.0", "{application/xml: {schema: "+test.schema+"}}", test.components)
			got, err := wire.Body{MediaType: "application/xml", Declared: &content[0]}.Write(value(t, test.value))
			if err != nil {
				if "error: "+err.Error() != test.want {
					t.Errorf("error is %v, want %s", err, test.want)
				}
				return
			}
			if string(got.Data) != prolog+test.want {
				t.Errorf("got %s, want %s", got.Data, test.want)
			}
			wellFormed(t, got.Data)
		})
	}
}

// wellFormed reads a document to its end.
func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
	}
}

func TestXMLText(t *testing.T) {
	const document = "<a>\r\n</a>"
	got, err := wire.Body{MediaType: "text/xml"}.Write(document)
	if err != nil || string(got.Data) != document {
		t.Errorf("a text: got %q (%v)", got.Data, err)
	}
	got, err = wire.Body{MediaType: "application/atom+xml; charset=iso-8859-1"}.Write(map[string]any{"a": "é"})
	if want := "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<a>\xe9</a>"; err != nil || string(got.Data) != want {
		t.Errorf("Latin-1: got %q (%v)", got.Data, err)
	}
	got, err = wire.Body{MediaType: "application/xml"}.Write(map[string]any{"a": expr.NewBinary([]byte("\xff"), "")})
	if err != nil || string(got.Data) != prolog+"<a>/w==</a>" {
		t.Errorf("bytes: got %q (%v)", got.Data, err)
	}
	if _, err = (wire.Body{MediaType: "application/xml"}).Write(map[string]any{"a": "\xff"}); err == nil {
		t.Error("text that is not UTF-8 is written")
	}
	got, err = wire.Body{MediaType: "application/xml", Order: &wire.Order{Names: []string{"r"}, Members: []*wire.Order{{Names: []string{"z", "a"}}}}}.Write(value(t, `{"r":{"a":1,"z":2}}`))
	if err != nil || string(got.Data) != prolog+"<r><z>2</z><a>1</a></r>" {
		t.Errorf("order: got %q (%v)", got.Data, err)
	}
}

// FuzzXML holds that names and texts are read as they were written, or refused.
func FuzzXML(f *testing.F) {
	for _, v := range texts() {
		f.Add(v[0], v[1], v[2])
	}
	f.Add("a:b", "]]>", "&#x1;")
	content := declared(f, "3.1.0", "{application/xml: {schema: {xml: {name: root}, properties: {attr: {xml: {attribute: true}}, cdata: {xml: {nodeType: cdata}}}}}}", "")
	f.Fuzz(func(t *testing.T, name, text, other string) {
		got, err := wire.Body{MediaType: "application/xml", Declared: &content[0]}.Write(map[string]any{"attr": other, "cdata": other, name: []any{text}})
		if err != nil || name == "attr" || name == "cdata" {
			return
		}
		if !utf8.Valid(got.Data) {
			t.Fatalf("%q is not UTF-8", got.Data)
		}
		if err := xml.Unmarshal(got.Data, new(struct{})); err != nil && strings.Contains(err.Error(), "invalid XML name") {
			return // encoding/xml knows the names of the fourth edition of XML 1.0 only
		}
		wellFormed(t, got.Data)
		var read struct {
			Attr     string `xml:"attr,attr"`
			Text     string `xml:",chardata"`
			Children []struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:",any"`
		}
		if err := xml.Unmarshal(got.Data, &read); err != nil {
			t.Fatalf("%q: %v", got.Data, err)
		}
		lines := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		if len(read.Children) != 1 || read.Children[0].Text != text || read.Attr != other || read.Text != lines.Replace(other) {
			t.Errorf("%q is read as %+v", got.Data, read)
		}
		if prefix, local, qualified := strings.Cut(name, ":"); qualified {
			if read.Children[0].XMLName.Local != local {
				t.Errorf("%s:%s is read as %v", prefix, local, read.Children[0].XMLName)
			}
		} else if read.Children[0].XMLName.Local != name {
			t.Errorf("%q is read as %v", name, read.Children[0].XMLName)
		}
	})
}
