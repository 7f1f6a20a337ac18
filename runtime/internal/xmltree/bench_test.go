package xmltree_test

import (
	"os"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// BenchmarkRead reads a list of 5,000 reservations, 4 MB of XML.
func BenchmarkRead(b *testing.B) {
	text, err := os.ReadFile("testdata/describe-instances.xml")
	if err != nil {
		b.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "<reservationSet>")
	items, after, _ := strings.Cut(rest, "</reservationSet>")
	large := before + "<reservationSet>" + strings.Repeat(items, 2500) + "</reservationSet>" + after
	schema := schemaOf(b, "{type: object, properties: {reservationSet: {type: array, items: {type: object, properties: {reservationId: {type: string}, instancesSet: {type: array, items: {type: object, properties: {instanceId: {type: string}, instanceState: {type: object, properties: {code: {type: integer}, name: {type: string}}}}}}}}}}}")
	reads := readsOf(b, "/reservationSet/0/instancesSet/0/instanceState/name")
	b.SetBytes(int64(len(large)))
	b.ReportAllocs()
	for b.Loop() {
		root, err := expr.ParseXML(large)
		if err != nil {
			b.Fatal(err)
		}
		xmltree.Read(root, schema, reads)
	}
}
