package expr_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

func jobsXML(n int) string {
	var b strings.Builder
	b.WriteString("<jobs>")
	for i := range n {
		fmt.Fprintf(&b, `<job id="%d"><state>DONE</state><size>%d</size></job>`, i, i*10)
	}
	b.WriteString("<status>COMPLETED</status></jobs>")
	return b.String()
}

// BenchmarkXPath measures a criterion, the parsing of its context included.
func BenchmarkXPath(b *testing.B) {
	for _, size := range []int{1, 1000} {
		doc := jobsXML(size)
		b.Run(fmt.Sprintf("tokens/%d", size), func(b *testing.B) { // the reference: the document read by the decoder
			b.ReportAllocs()
			for b.Loop() {
				d := xml.NewDecoder(strings.NewReader(doc))
				for {
					if _, err := d.RawToken(); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		for _, condition := range []string{"/jobs/status = 'COMPLETED'", "//status = 'COMPLETED'", "//job[@id = '0']/state", "count(//job[state = 'DONE']) > 0", "//job[last()]/size >= 0"} {
			criterion, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: "xpath", Context: "$response.body", Condition: condition}, expr.Options{Version: v11})
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", condition, size), func(b *testing.B) {
				b.ReportAllocs()
				env := &replies{body: doc}
				for b.Loop() {
					if ok, err := criterion.Evaluate(env); !ok || err != nil {
						b.Fatal(ok, err)
					}
				}
			})
		}
	}
}
