package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// parts reads a multipart body with the standard library, one line for each part.
func parts(t testing.TB, content wire.Content) []string {
	t.Helper()
	_, parameters, err := mime.ParseMediaType(content.MediaType)
	if err != nil {
		t.Fatalf("%q: %v", content.MediaType, err)
	}
	r := multipart.NewReader(bytes.NewReader(content.Data), parameters["boundary"])
	var out []string
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%q: %v", content.Data, err)
		}
		data, err := io.ReadAll(p)
		if err != nil {
			t.Fatalf("%q: %v", content.Data, err)
		}
		line := fmt.Sprintf("name=%q", p.FormName())
		if p.FileName() != "" {
			line += fmt.Sprintf(" file=%q", p.FileName())
		}
		for _, name := range []string{"Content-Type", "X-Rate", "Content-Id"} {
			if v, ok := p.Header[textproto.CanonicalMIMEHeaderKey(name)]; ok {
				line += fmt.Sprintf(" %s=%q", name, v[0])
			}
		}
		out = append(out, line+" "+string(data))
	}
}

func TestMultipart(t *testing.T) {
	png := expr.NewBinary([]byte("\x89PNG\r\n--"), "image/png")
	png.Name = `a "b" \ü.png`
	unnamed := expr.NewBinary([]byte("x"), "")
	const formData = "multipart/form-data"
	tests := []struct {
		name, mediaType, version string
		declared, components     string
		value                    any
		want                     []string
	}{
		{
			"by the types of the values", formData, "3.0.3", "", "",
			map[string]any{"s": "é", "n": value(t, "1.50"), "b": true, "z": nil, "o": value(t, `{"a":[1]}`)},
			[]string{`name="b" true`, `name="n" 1.50`, `name="o" Content-Type="application/json" {"a":[1]}`, `name="s" é`, `name="z" null`},
		},
		{
			"arrays", formData, "3.0.3", "", "",
			map[string]any{"l": value(t, `["a",{"b":1}]`), "e": []any{}},
			[]string{`name="l" a`, `name="l" Content-Type="application/json" {"b":1}`},
		},
		{
			"files", formData, "3.0.3", "", "",
			map[string]any{"f": png, "g": unnamed, "l": []any{unnamed, png}},
			[]string{
				`name="f" file="a \"b\" \\ü.png" Content-Type="image/png" ` + "\x89PNG\r\n--", `name="g" file="g" Content-Type="application/octet-stream" x`,
				`name="l" file="l" Content-Type="application/octet-stream" x`, `name="l" file="a \"b\" \\ü.png" Content-Type="image/png" ` + "\x89PNG\r\n--",
			},
		},
		{
			"a text where bytes are described", formData, "3.0.3", "schema: {properties: {f: {type: string, format: binary}, l: {type: array, items: {type: string, format: binary}}}}", "",
			map[string]any{"f": "text", "l": []any{"a"}},
			[]string{`name="f" file="f" Content-Type="application/octet-stream" text`, `name="l" file="l" Content-Type="application/octet-stream" a`},
		},
		{
			"bytes by OpenAPI 3.1", formData, "3.1.0", "schema: {properties: {f: {contentMediaType: image/png}, g: {type: string, contentEncoding: base64}}}", "",
			map[string]any{"f": "text", "g": unnamed},
			[]string{`name="f" file="f" Content-Type="application/octet-stream" text`, `name="g" file="g" Content-Type="application/octet-stream" eA==`},
		},
		{
			"base64 is text", formData, "3.0.3", "schema: {properties: {f: {type: string, format: byte}, g: {type: string, format: byte}}}", "",
			map[string]any{"f": "eA==", "g": unnamed},
			[]string{`name="f" eA==`, `name="g" file="g" Content-Type="application/octet-stream" eA==`},
		},
		{
			"content types", formData, "3.0.3", "encoding: {a: {contentType: 'text/html; charset=utf-8'}, b: {contentType: application/xml}, c: {contentType: 'image/png, image/*'}, d: {contentType: application/json}, e: {contentType: application/json}, f: {contentType: image/gif}, g: {contentType: 'image/*'}, h: {contentType: 'image/gif, text/*, text/csv'}}", "",
			map[string]any{"a": "x", "b": value(t, `{"r":1}`), "c": png, "d": value(t, `[1,2]`), "e": "x", "f": png, "g": unnamed, "h": "t"},
			[]string{
				`name="a" Content-Type="text/html; charset=utf-8" x`, `name="b" Content-Type="application/xml" <?xml version="1.0" encoding="UTF-8"?>` + "\n<b><r>1</r></b>",
				`name="c" file="a \"b\" \\ü.png" Content-Type="image/png" ` + "\x89PNG\r\n--", `name="d" Content-Type="application/json" [1,2]`, `name="e" Content-Type="application/json" "x"`,
				`name="f" file="a \"b\" \\ü.png" Content-Type="image/gif" ` + "\x89PNG\r\n--", `name="g" file="g" Content-Type="application/octet-stream" x`, `name="h" Content-Type="text/plain" t`,
			},
		},
		{
			"JSON that is written out", formData, "3.0.3", "schema: {properties: {d: {type: object}}}, encoding: {d: {contentType: application/json}}", "",
			map[string]any{"d": `{"a": 1}`},
			[]string{`name="d" Content-Type="application/json" {"a": 1}`},
		},
		{
			"a file for several kinds of documents", formData, "3.1.0", "schema: {properties: {f: {type: string, format: binary}}}, encoding: {f: {contentType: 'application/pdf, text/plain, text/csv'}}", "",
			map[string]any{"f": "text"},
			[]string{`name="f" file="f" Content-Type="text/plain" text`},
		},
		{
			"a schema for XML", formData, "3.0.3", "schema: {properties: {b: {$ref: '#/components/schemas/B'}}}, encoding: {b: {contentType: application/xml}}", "B: {type: object, properties: {id: {type: integer, xml: {attribute: true}}}}",
			map[string]any{"b": value(t, `{"id":1}`)},
			[]string{`name="b" Content-Type="application/xml" <?xml version="1.0" encoding="UTF-8"?>` + "\n<B id=\"1\"/>"},
		},
		{
			"header fields", formData, "3.0.3", "encoding: {a: {headers: {X-Rate: {schema: {type: integer, default: 5}}, X-Other: {schema: {type: string}}, Content-Type: {schema: {default: text/x}}}}, b: {headers: {Content-ID: {schema: {enum: ['<b>']}}}}}", "",
			map[string]any{"a": "x", "b": "y"},
			[]string{`name="a" X-Rate="5" x`, `name="b" Content-Id="<b>" y`},
		},
		{
			"styles", formData, "3.1.0", "encoding: {l: {style: form, explode: false}, m: {style: deepObject}, o: {style: form}}", "",
			map[string]any{"l": value(t, `["a b","c"]`), "m": value(t, `{"x":{"y":"é"}}`), "o": value(t, `{"R":1}`)},
			[]string{`name="l" a b,c`, `name="m[x][y]" é`, `name="R" 1`},
		},
		{"names", formData, "3.0.3", "", "", map[string]any{`ü "x" \`: "y"}, []string{`name="ü \"x\" \\" y`}},
		{
			"mixed by names", "multipart/mixed", "3.1.0", "", "",
			map[string]any{"a": "x", "f": png},
			[]string{`name="a" Content-Type="text/plain; charset=utf-8" x`, `name="f" file="a \"b\" \\ü.png" Content-Type="image/png" ` + "\x89PNG\r\n--"},
		},
		{
			"mixed by position", "multipart/mixed", "3.2.0", "prefixEncoding: [{contentType: application/json}, {headers: {X-Rate: {schema: {const: 7}}}}], itemEncoding: {contentType: image/gif}", "",
			[]any{value(t, `[1]`), "x", png, unnamed},
			[]string{`name="" Content-Type="application/json" [1]`, `name="" Content-Type="text/plain; charset=utf-8" X-Rate="7" x`, `name="" file="a \"b\" \\ü.png" Content-Type="image/gif" ` + "\x89PNG\r\n--", `name="" Content-Type="image/gif" x`},
		},
		{"nothing", formData, "3.0.3", "", "", map[string]any{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			content := declared(t, test.version, "{"+test.mediaType+": {"+test.declared+"}}", test.components)
			body := wire.Body{MediaType: test.mediaType, Declared: &content[0]}
			got, err := body.Write(test.value)
			if err != nil {
				t.Fatal(err)
			}
			if lines := parts(t, got); !slices.Equal(lines, test.want) {
				t.Errorf("parts are\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(test.want, "\n"))
			}
			again, err := body.Write(test.value)
			if err != nil || !bytes.Equal(again.Data, got.Data) || again.MediaType != got.MediaType {
				t.Error("the same payload is not the same bytes")
			}
		})
	}
}

func TestMultipartRelated(t *testing.T) {
	got, err := wire.Body{MediaType: "multipart/related; start=\"<a>\""}.Write([]any{value(t, `{"title":"x"}`), expr.NewBinary([]byte("bytes"), "image/png")})
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(got.MediaType)
	if err != nil || parameters["type"] != "application/json" || parameters["start"] != "<a>" {
		t.Errorf("media type is %q", got.MediaType)
	}
	if want := []string{`name="" Content-Type="application/json" {"title":"x"}`, `name="" Content-Type="image/png" bytes`}; !slices.Equal(parts(t, got), want) {
		t.Errorf("parts are %q", parts(t, got))
	}
}

func TestMultipartRefuses(t *testing.T) {
	evil := expr.NewBinary([]byte("x"), "text/plain\r\nX-Evil: 1")
	named := expr.NewBinary([]byte("x"), "")
	named.Name = "a\"\r\nX-Evil: 1"
	content := declared(t, "3.0.3", `{multipart/form-data: {encoding: {a: {contentType: "text/x\r\nX-Evil: 1"}, b: {headers: {X-B: {schema: {default: "1\r\nX-Evil: 1"}}}}}}}`, "")
	for _, v := range []map[string]any{
		{"f": evil}, {"f": named}, {"x\r\nX-Evil: 1": "y"}, {"a": "x"}, {"b": "x"},
	} {
		if got, err := (wire.Body{MediaType: "multipart/form-data", Declared: &content[0]}).Write(v); err == nil {
			t.Errorf("%v is written %q", v, got.Data)
		}
	}
}

func TestOmittedHeaderFieldsAreNamed(t *testing.T) {
	content := declared(t, "3.0.3", "{multipart/form-data: {encoding: {a: {headers: {X-Sum: {required: true, schema: {type: string}}}}}}}", "")
	got, err := wire.Body{MediaType: "multipart/form-data", Declared: &content[0]}.Write(map[string]any{"a": "x"})
	if err != nil || !slices.Equal(got.Omitted, []string{"X-Sum"}) {
		t.Errorf("omitted are %v (%v)", got.Omitted, err)
	}
}

// TestFilesAreReadOnce holds that the content of a file goes straight into the
// body, and that a file of another size is noticed.
func TestFilesAreReadOnce(t *testing.T) {
	reads := 0
	read := func(dst []byte, b *expr.Binary) ([]byte, error) {
		reads++
		if b.File == "gone" {
			return dst, errors.New("no such file")
		}
		return append(dst, "content"...), nil
	}
	file := &expr.Binary{File: "f", Name: "f.bin", Size: 7, SHA256: "00"}
	got, err := wire.Body{MediaType: "multipart/form-data", Read: read}.Write(map[string]any{"f": file})
	if want := []string{`name="f" file="f.bin" Content-Type="application/octet-stream" content`}; err != nil || reads != 1 || !slices.Equal(parts(t, got), want) {
		t.Errorf("%d reads of %q (%v)", reads, got.Data, err)
	}
	for mediaType, want := range map[string]string{"application/octet-stream": "content", "application/json": "content", "text/plain": "content"} {
		if got, err = (wire.Body{MediaType: mediaType, Read: read}).Write(file); err != nil || string(got.Data) != want {
			t.Errorf("%s: got %q (%v)", mediaType, got.Data, err)
		}
	}
	if got, err = (wire.Body{MediaType: "application/json", Read: read}).Write([]any{file}); err != nil || string(got.Data) != `["content"]` {
		t.Errorf("in JSON: got %q (%v)", got.Data, err)
	}
	for _, broken := range []*expr.Binary{{File: "f", Size: 8}, {File: "gone", Size: 7}, {File: "f", Size: -1}, {File: "f", Size: 2 << 30}} {
		for _, v := range []any{broken, map[string]any{"f": broken}} {
			if got, err := (wire.Body{MediaType: "multipart/form-data", Read: read}).Write(v); err == nil {
				t.Errorf("%+v is written %q", broken, got.Data)
			}
			if got, err := (wire.Body{MediaType: "application/json", Read: read}).Write(v); err == nil {
				t.Errorf("%+v is written %q", broken, got.Data)
			}
		}
	}
	if _, err := (wire.Body{MediaType: "application/octet-stream"}).Write(file); err == nil {
		t.Error("a file is read without a reader")
	}
}

// FuzzMultipart holds that the standard library reads the parts as they were
// made, or that the payload is refused.
func FuzzMultipart(f *testing.F) {
	for _, v := range texts() {
		f.Add(v[0], v[1], v[2])
	}
	f.Add("a", "\r\n--arazzo-\r\n", "--")
	f.Fuzz(func(t *testing.T, name, text, other string) {
		file := expr.NewBinary([]byte(text), "")
		file.Name = other
		got, err := wire.Body{MediaType: "multipart/form-data"}.Write(map[string]any{name: []any{text, file}})
		if err != nil || !utf8.ValidString(name+"|"+other) {
			return
		}
		lines := parts(t, got)
		filename := other
		if filename == "" {
			filename = name
		}
		// The standard library returns the last element of a path.
		if i := strings.LastIndexByte(filename, '/'); i >= 0 {
			return
		}
		want := []string{fmt.Sprintf("name=%q %s", name, text), fmt.Sprintf("name=%q file=%q Content-Type=\"application/octet-stream\" %s", name, filename, text)}
		if filename != "" && filename != "." && filename != ".." && !slices.Equal(lines, want) {
			t.Errorf("parts are %q, want %q", lines, want)
		}
	})
}

func BenchmarkMultipart(b *testing.B) {
	file := expr.NewBinary(make([]byte, 8<<20), "image/png")
	body := wire.Body{MediaType: "multipart/form-data", Declared: &openapi.MediaType{}}
	b.SetBytes(file.Size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := body.Write(map[string]any{"file": file, "name": "x"}); err != nil {
			b.Fatal(err)
		}
	}
}
