package wire_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// declared reads the content of a request body, given in YAML as the value of
// "content" in one line, and the components beside it.
func declared(t testing.TB, version, content, components string) []openapi.MediaType {
	t.Helper()
	text := fmt.Sprintf("openapi: %s\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    post:\n      operationId: op\n      requestBody: {content: %s}\n      responses: {'200': {description: ok}}\ncomponents: {schemas: {%s}}\n", version, content, components)
	d, err := openapi.Open("api.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	op, err := d.OperationByID("op")
	if err != nil {
		t.Fatal(err)
	}
	return op.RequestBody.Content
}

// value reads JSON. Numbers keep their digits.
func value(t testing.TB, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestMediaTypes(t *testing.T) {
	records := `[{"a":1,"b":"x"},{"b":"y,\"z\"\n","c":null}]`
	tests := []struct {
		name, mediaType string
		value           any
		want            string // the body, or "error: " and what it says
	}{
		{"JSON", "application/json", value(t, `{"b":12345678901234567890.50,"a":["<",null,true]}`), `{"a":["<",null,true],"b":12345678901234567890.50}`},
		{"JSON, a string", "application/json", "a\"\u2028\x7f", `"a\"\u2028\u007f"`},
		{"JSON, null", "application/json", nil, `null`},
		{"JSON Patch", "application/json-patch+json", value(t, `[{"op":"add"}]`), `[{"op":"add"}]`},
		{"AWS JSON", "application/x-amz-json-1.1", value(t, `{}`), `{}`},
		{"YAML", "application/yaml", value(t, `{"a":[1]}`), `{"a":[1]}`},
		{"JSON in Latin-1", "application/json; charset=ISO-8859-1", "é", "\"\xe9\""},
		{"lines", "application/x-ndjson", value(t, `[{"a":1},2,"x\n"]`), "{\"a\":1}\n2\n\"x\\n\"\n"},
		{"one line", "application/jsonl", value(t, `{"a":1}`), "{\"a\":1}\n"},
		{"lines that are written out", "application/x-ndjson", "{\"a\":1}\n", "{\"a\":1}\n"},
		{"sequence", "application/json-seq", value(t, `[1,2]`), "\x1e1\n\x1e2\n"},
		{"suffixed sequence", "application/geo+json-seq", value(t, `[1]`), "\x1e1\n"},
		{"form of text", "application/x-www-form-urlencoded", "a=b&c", "a=b&c"},
		{"form of an array", "application/x-www-form-urlencoded", value(t, `[1]`), "error: a form is made from an object, and this is an array"},
		{"text", "text/plain", "a\r\nb", "a\r\nb"},
		{"text of a number", "text/plain", json.Number("1.50"), "1.50"},
		{"text of null", "text/plain", nil, "null"},
		{"text of an object", "text/plain", value(t, `{}`), "error: an object cannot be written as text/plain"},
		{"text of an array", "text/html; charset=utf-8", value(t, `[]`), "error: an array cannot be written as text/html"},
		{"Latin-1", "text/plain; charset=\"iso-8859-1\"", "Zoë", "Zo\xeb"},
		{"beyond Latin-1", "text/plain; charset=iso-8859-1", "€", "error: the character U+20AC cannot be written in the charset \"iso-8859-1\""},
		{"ASCII", "text/plain; charset=us-ascii", "Zoë", "error: the character U+00EB cannot be written in the charset \"us-ascii\""},
		{"another charset", "text/plain; charset=utf-16", "a", "error: the charset \"utf-16\" is not known here"},
		{"bytes of text", "application/octet-stream", "abc", "abc"},
		{"bytes of an object", "image/png", value(t, `{}`), "error: an object cannot be written as image/png"},
		{"a file", "application/octet-stream", expr.NewBinary([]byte("\xff\x00"), ""), "\xff\x00"},
		{"a file as JSON", "application/json", expr.NewBinary([]byte(`{"a": 1}`), ""), `{"a": 1}`},
		{"a file in JSON", "application/json", map[string]any{"a": expr.NewBinary([]byte("é"), ""), "b": expr.NewBinary([]byte("\xff"), "")}, `{"a":"é","b":"/w=="}`},
		{"CSV", "text/csv", value(t, records), "a,b,c\r\n1,x,\r\n,\"y,\"\"z\"\"\n\",\r\n"},
		{"CSV without header", "text/csv; header=absent", value(t, records), "1,x,\r\n,\"y,\"\"z\"\"\n\",\r\n"},
		{"CSV of arrays", "text/csv", value(t, `[["a"," b "],[1,[2]],[""]]`), "a,\" b \"\r\n1,[2]\r\n\"\"\r\n"},
		{"CSV of one object", "text/csv", value(t, `{"a":{"b":1}}`), "a\r\n\"{\"\"b\"\":1}\"\r\n"},
		{"CSV of text", "text/csv", "a;b", "a;b"},
		{"CSV of nothing", "text/csv", value(t, `[]`), ""},
		{"CSV of both", "text/csv", value(t, `[{"a":1},[1]]`), "error: record 2 is an array, and the first is not"},
		{"multipart of an array", "multipart/form-data", value(t, `[1]`), "error: a multipart body is made from an object, and this is an array"},
		{"multipart of text", "multipart/form-data", "a", "error: a multipart body is made from an object, and this is a string"},
		{"multipart that is written out", "multipart/form-data; boundary=x", "--x--", "--x--"},
		{"no known type", "gibberish", "a", "a"},
	}
	for _, test := range tests {
		got, err := wire.Body{MediaType: test.mediaType}.Write(test.value)
		text := string(got.Data)
		if err != nil {
			text = "error: " + err.Error()
		}
		if text != test.want {
			t.Errorf("%s: got %q, want %q", test.name, text, test.want)
		}
		if err == nil && got.MediaType != test.mediaType {
			t.Errorf("%s: the media type becomes %q", test.name, got.MediaType)
		}
	}
}

func TestOrderOfMembers(t *testing.T) {
	order := &wire.Order{
		Names:   []string{"z", "gone", "a"},
		Members: []*wire.Order{{Elements: []*wire.Order{{Names: []string{"y", "b"}}}}},
	}
	v := value(t, `{"a":1,"m":2,"z":[{"b":1,"c":3,"y":2}]}`)
	for mediaType, want := range map[string]string{
		"application/json":                  `{"z":[{"y":2,"b":1,"c":3}],"a":1,"m":2}`,
		"application/x-www-form-urlencoded": "z=%7B%22y%22%3A2%2C%22b%22%3A1%2C%22c%22%3A3%7D&a=1&m=2",
		"text/csv":                          "z,a,m\r\n\"[{\"\"y\"\":2,\"\"b\"\":1,\"\"c\"\":3}]\",1,2\r\n",
	} {
		got, err := wire.Body{MediaType: mediaType, Order: order}.Write(v)
		if err != nil || string(got.Data) != want {
			t.Errorf("%s: got %s (%v), want %s", mediaType, got.Data, err, want)
		}
	}
}

func TestForms(t *testing.T) {
	const mediaType = "application/x-www-form-urlencoded"
	tests := []struct{ name, encoding, value, want string }{
		{"plain", "", `{"a":"b c&=ü+%","n":1.50,"t":true,"z":null,"e":""}`, "a=b+c%26%3D%C3%BC%2B%25&e=&n=1.50&t=true&z=null"},
		{"nested without an encoding", "", `{"o":{"a":[1]},"l":["a","b"],"m":[{"x":1},{"x":2}],"e":[],"f":{}}`, "f=%7B%7D&l=a&l=b&m=%7B%22x%22%3A1%7D&m=%7B%22x%22%3A2%7D&o=%7B%22a%22%3A%5B1%5D%7D"},
		{
			"deepObject", "o: {style: deepObject, explode: true}, l: {style: deepObject, explode: true}, s: {style: deepObject, explode: true}",
			`{"o":{"a":{"b":"c d"},"t":["x"]},"l":[{"price":"p","quantity":2}],"s":["card","link"]}`,
			"l%5B0%5D%5Bprice%5D=p&l%5B0%5D%5Bquantity%5D=2&o%5Ba%5D%5Bb%5D=c%20d&o%5Bt%5D%5B%5D=x&s%5B%5D=card&s%5B%5D=link",
		},
		{"deepObject of text", "o: {style: deepObject, explode: true}", `{"o":""}`, "o="},
		{"form, not exploded", "l: {style: form, explode: false}, o: {style: form, explode: false}", `{"l":["a,b","c"],"o":{"R":1,"G":2}}`, "l=a%2Cb,c&o=G,2,R,1"},
		{"form, exploded", "o: {style: form}", `{"o":{"R":1,"G":2}}`, "G=2&R=1"},
		{"explode alone", "l: {explode: false}", `{"l":["a","b"]}`, "l=a,b"},
		{"spaces and bars", "a: {style: spaceDelimited}, b: {style: pipeDelimited}", `{"a":[1,2],"b":[1,2]}`, "a=1%202&b=1%7C2"},
		{"reserved", "a: {allowReserved: true}", `{"a":"/x?y&z=+%41% #"}`, "a=/x?y%26z=%2B%41%25%20#"},
		{"as JSON", "l: {contentType: application/json}, s: {contentType: application/json}", `{"l":["a",1],"s":"x"}`, "l=%5B%22a%22%2C1%5D&s=%22x%22"},
		{"as XML", "o: {contentType: application/xml}", `{"o":{"a":1}}`, "o=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E%0A%3Co%3E%3Ca%3E1%3C%2Fa%3E%3C%2Fo%3E"},
		{"as text", "l: {contentType: text/plain}", `{"l":["a",1]}`, "l=a&l=1"},
		{"style beats the content type", "l: {contentType: application/json, style: form, explode: false}", `{"l":["a",1]}`, "l=a,1"},
		{"names", "", `{"a[b] c&=ü":"x"}`, "a%5Bb%5D+c%26%3D%C3%BC=x"},
		{"nothing", "", `{}`, ""},
	}
	for _, test := range tests {
		content := declared(t, "3.1.0", "{"+mediaType+": {schema: {type: object}, encoding: {"+test.encoding+"}}}", "")
		got, err := wire.Body{MediaType: mediaType, Declared: &content[0]}.Write(value(t, test.value))
		if err != nil || string(got.Data) != test.want {
			t.Errorf("%s: got %s (%v), want %s", test.name, got.Data, err, test.want)
		}
	}
	// Bytes that are no text are sent as they are.
	got, err := wire.Body{MediaType: mediaType}.Write(map[string]any{"f": expr.NewBinary([]byte("\xff a"), "")})
	if err != nil || string(got.Data) != "f=%FF+a" {
		t.Errorf("a file: got %s (%v)", got.Data, err)
	}
}

// FuzzForm holds that a form is read as it was made.
func FuzzForm(f *testing.F) {
	for _, v := range texts() {
		f.Add(v[0], v[1], v[2])
	}
	f.Fuzz(func(t *testing.T, name, text, other string) {
		got, err := wire.Body{MediaType: "application/x-www-form-urlencoded"}.Write(map[string]any{name: text, name + "[]": []any{text, other}})
		if err != nil {
			t.Fatal(err)
		}
		read, err := url.ParseQuery(string(got.Data))
		if err != nil {
			t.Fatalf("%q: %v", got.Data, err)
		}
		if diff := cmp.Diff(url.Values{name: {text}, name + "[]": {text, other}}, read); diff != "" {
			t.Errorf("%q is read otherwise (-want +got):\n%s", got.Data, diff)
		}
	})
}

func TestDeclarations(t *testing.T) {
	content := []openapi.MediaType{{Name: "*/*"}, {Name: "image/*"}, {Name: "image/png"}, {Name: "Application/JSON; charset=utf-8"}}
	for mediaType, want := range map[string]string{
		"application/json": "Application/JSON; charset=utf-8", "IMAGE/PNG; q=1": "image/png", "image/jpeg": "image/*", "text/csv": "*/*", "": "*/*",
	} {
		if got := wire.Declaration(content, mediaType); got == nil || got.Name != want {
			t.Errorf("%s: got %v, want %s", mediaType, got, want)
		}
	}
	if got := wire.Declaration(content[1:], "text/csv"); got != nil {
		t.Errorf("text/csv: got %v", got)
	}
}

func TestChoice(t *testing.T) {
	object, array := map[string]any{}, []any{}
	png := &expr.Binary{MediaType: "image/png"}
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
	tests := []struct {
		declared []string
		value    any
		want     string
	}{
		{nil, object, "application/json"},
		{nil, "text", "application/json"},
		{nil, png, "image/png"},
		{nil, &expr.Binary{}, "application/octet-stream"},
		{[]string{form, "application/vnd.x+json"}, object, "application/vnd.x+json"},
		{[]string{"text/plain", form}, object, form},
		{[]string{form, multipart, "text/csv"}, array, "text/csv"},
		{[]string{multipart, "text/plain"}, "text", "text/plain"},
		{[]string{multipart, "text/plain"}, nil, "text/plain"},
		{[]string{"*/*"}, object, "application/json"},
		{[]string{"text/*"}, "text", "text/plain"},
		{[]string{"application/*"}, object, "application/json"},
		{[]string{"image/*"}, object, "application/json"},
		{[]string{"text/plain"}, object, "text/plain"},
		{[]string{"application/json", "image/*"}, png, "image/png"},
		{[]string{"application/json", "*/*"}, png, "image/png"},
		{[]string{multipart, "application/json", "application/pdf"}, png, "application/pdf"},
		{[]string{multipart, "text/csv"}, png, "text/csv"},
		{[]string{multipart}, png, "image/png"},
	}
	for _, test := range tests {
		var content []openapi.MediaType
		for _, name := range test.declared {
			content = append(content, openapi.MediaType{Name: name})
		}
		if got := wire.Choose(content, test.value); got != test.want {
			t.Errorf("%v for %v: got %s, want %s", test.declared, test.value, got, test.want)
		}
	}
}

// TestBodiesAreBounded puts a text into a payload often enough to fill any
// memory, if nothing counted.
func TestBodiesAreBounded(t *testing.T) {
	text := strings.Repeat("x", 1<<20)
	list := make([]any, 200)
	for i := range list {
		list[i] = text
	}
	for _, mediaType := range []string{"application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "text/csv"} {
		if _, err := (wire.Body{MediaType: mediaType}).Write(map[string]any{"a": list}); err == nil || !strings.Contains(err.Error(), "64 MiB") {
			t.Errorf("%s: error is %v", mediaType, err)
		}
	}
	if _, err := wire.AppendJSON(nil, list, nil); err == nil {
		t.Error("200 MiB of JSON are written")
	}
	deep := any("x")
	for range 20_000 {
		deep = []any{deep}
	}
	for _, mediaType := range []string{"application/json", "application/xml", "multipart/mixed"} {
		if _, err := (wire.Body{MediaType: mediaType}).Write(map[string]any{"a": deep}); err == nil {
			t.Errorf("%s: 20,000 levels are written", mediaType)
		}
	}
}
