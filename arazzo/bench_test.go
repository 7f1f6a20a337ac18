package arazzo_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// longWorkflow is a document with many steps.
func longWorkflow(steps int) []byte {
	var b strings.Builder
	b.WriteString("arazzo: 1.0.1\ninfo:\n  title: Long\n  version: 1.0.0\nsourceDescriptions:\n- name: pets\n  url: petstore.yaml\n" +
		"workflows:\n- workflowId: long\n  inputs:\n    type: object\n    properties:\n      limit: {type: integer}\n  steps:\n")
	for i := range steps {
		fmt.Fprintf(&b, `  - stepId: step%d
    operationId: listPets
    parameters:
    - name: limit
      in: query
      value: $inputs.limit
    successCriteria:
    - condition: $statusCode == 200
    outputs:
      first: $response.body#/0/id
`, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	documents := map[string][]byte{"steps=5": longWorkflow(5), "steps=500": longWorkflow(500)}
	for _, name := range []string{"steps=5", "steps=500"} {
		b.Run(name, func(b *testing.B) {
			data := documents[name]
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, list := arazzo.Parse("a.yaml", data); len(list) > 0 {
					b.Fatal(list)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	data := longWorkflow(5)
	for b.Loop() {
		if _, list := (&arazzo.Loader{}).LoadBytes(b.Context(), filepath.Join("testdata", "long.yaml"), data); len(list) > 0 {
			b.Fatal(list)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, steps := range []int{5, 500} {
		b.Run(fmt.Sprintf("steps=%d", steps), func(b *testing.B) {
			bundle, list := (&arazzo.Loader{}).LoadBytes(b.Context(), filepath.Join("testdata", "long.yaml"), longWorkflow(steps))
			if len(list) > 0 {
				b.Fatal(list)
			}
			b.ReportAllocs()
			for b.Loop() {
				if problems := arazzo.Check(bundle, arazzo.CheckOptions{}); len(problems) > 0 {
					b.Fatal(problems)
				}
			}
		})
	}
}
