package openapi_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func utf16Text(text string, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestADescriptionReadsAlikeInEveryForm(t *testing.T) {
	text := strings.TrimPrefix(orders, "\n")
	want := outlines(t, open(t, text))
	if len(want) != 3 {
		t.Fatalf("%d operations", len(want))
	}
	forms := map[string][]byte{
		"CRLF":                    []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"CR":                      []byte(strings.ReplaceAll(text, "\n", "\r")),
		"byte order mark":         []byte("\ufeff" + text),
		"UTF-16, little endian":   utf16Text(text, binary.LittleEndian),
		"UTF-16, big endian":      utf16Text(text, binary.BigEndian),
		"directive":               []byte("%YAML 1.2\n---\n" + text + "...\n"),
		"more documents":          []byte(text + "---\nopenapi: 2\n"),
		"comments":                []byte("# before\n\n" + strings.ReplaceAll(text, ":\n", ": # a comment\n")),
		"indented":                []byte("  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"),
		"anchors and aliases":     []byte(strings.Replace(strings.Replace(text, "explode: true", "explode: &t true", 1), "allowReserved: true", "allowReserved: *t", 1)),
		"merge keys":              []byte("x-limit: &l {name: limit, in: query, required: true}\n" + strings.Replace(text, "        - name: limit\n          in: query\n          required: true\n", "        - <<: *l\n", 1)),
		"tags":                    []byte(strings.Replace(text, "openapi: 3.0.3", "openapi: !!str 3.0.3", 1)),
		"repeated members":        []byte(strings.Replace(text, "      operationId: getOrder", "      operationId: other\n      operationId: getOrder", 1)),
		"a broken line elsewhere": []byte(text + "x-broken:\n  a: b: c\n  @: %\n"),
		"a tab elsewhere":         []byte(text + "x-broken:\n\ta: b\n"),
	}
	for name, data := range forms {
		t.Run(name, func(t *testing.T) {
			d, err := openapi.Open("api.yaml", data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, outlines(t, d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// manyPaths returns a description with a number of paths, a hundred bytes each.
func manyPaths(paths int, json bool) []byte {
	var b bytes.Buffer
	if json {
		b.WriteString(`{"openapi":"3.0.3","paths":{`)
		for i := range paths {
			fmt.Fprintf(&b, "\"/things/%d\":{\"get\":{\"operationId\":\"get%d\",\"responses\":{\"200\":{\"description\":\"The thing.\"}}}},\n", i, i)
		}
		b.WriteString(`"/last":{}}}`)
		return b.Bytes()
	}
	b.WriteString("openapi: 3.0.3\npaths:\n")
	for i := range paths {
		fmt.Fprintf(&b, "  /things/%d:\n    get:\n      operationId: get%d\n      responses: {'200': {description: The thing.}}\n", i, i)
	}
	return b.Bytes()
}

func TestManyPaths(t *testing.T) {
	const paths = 50_000
	for _, json := range []bool{false, true} {
		within(t, func() {
			d, err := openapi.Open("api", manyPaths(paths, json))
			if err != nil {
				t.Fatal(err)
			}
			id := fmt.Sprintf("get%d", paths-1)
			if op := operation(t, d, id); op.Path != fmt.Sprintf("/things/%d", paths-1) {
				t.Errorf("%s is at %s", id, op.Path)
			}
			if _, err := d.OperationByID("none"); err == nil {
				t.Error("there is no such operation")
			}
			if _, err := d.OperationByPointer("/paths/~1things~17/get"); err != nil {
				t.Error(err)
			}
		})
	}
}

// BenchmarkAMillionPaths reads one operation of a description of 100 MB.
func BenchmarkAMillionPaths(b *testing.B) {
	for _, json := range []bool{false, true} {
		data := manyPaths(1_000_000, json)
		b.Run(map[bool]string{false: "YAML", true: "JSON"}[json], func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				d, err := openapi.Open("api", data)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := d.OperationByID("get999999"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
