package expr_test

import (
	"testing"

	"github.com/PaesslerAG/gval"
	paessler "github.com/PaesslerAG/jsonpath"
	"github.com/theory/jsonpath"

	"github.com/seed-d89508e2/arazzo/expr"
)

// replies is an Environment as a runtime has it: values are ready to be returned.
type replies struct{ status, body any }

func (r *replies) Lookup(e *expr.Expression) (any, bool) {
	switch e.Root {
	case expr.RootStatusCode:
		return r.status, true
	case expr.RootResponse:
		return r.body, true
	default:
		return "COMPLETED", e.Root == expr.RootInputs
	}
}

func compileFor(tb testing.TB, kind, condition string) *expr.Criterion {
	tb.Helper()
	spec := expr.CriterionSpec{Type: kind, Context: "$response.body", Condition: condition}
	c, _, err := expr.CompileCriterion(spec, expr.Options{Names: names})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func job(tb testing.TB) *replies {
	return &replies{number("200"), decode(tb, `{"ImportJobProperties":{"JobStatus":"COMPLETED","n":4},"items":[{"id":1},{"id":2}]}`)}
}

// What runs at every step of every workflow allocates nothing.
func TestEvaluationAllocates(t *testing.T) {
	env := job(t)
	for _, c := range []struct {
		kind, condition string
		want            float64
	}{
		{"", "$statusCode == 200", 0},
		{"", "$statusCode >= 200 && $statusCode < 300", 0},
		{"", "$response.body#/ImportJobProperties/JobStatus == 'completed'", 0},
		{"jsonpath", `$.ImportJobProperties.JobStatus == "COMPLETED"`, 0},
		{"jsonpath", `$.ImportJobProperties.JobStatus == "A" || $.ImportJobProperties.JobStatus == "COMPLETED"`, 0},
		{"jsonpath", "$.ImportJobProperties", 0},
		{"jsonpath", "$.items.length > 0", 0},
	} {
		criterion := compileFor(t, c.kind, c.condition)
		if ok, err := criterion.Evaluate(env); !ok || err != nil {
			t.Fatalf("%s: %t, %v", c.condition, ok, err)
		}
		if got := testing.AllocsPerRun(100, func() { _, _ = criterion.Evaluate(env) }); got > c.want {
			t.Errorf("%s: %v allocations", c.condition, got)
		}
	}
	for _, c := range []struct {
		text string
		want float64
	}{
		{"literal", 0},
		{"$response.body", 0},
		{"$response.body#/ImportJobProperties/JobStatus", 0},
		{"id-{$statusCode}/{$inputs.name}", 2}, // the string and its header
	} {
		tmpl, _, err := expr.ParseTemplate(c.text, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := testing.AllocsPerRun(100, func() { tmpl.Evaluate(env) }); got > c.want {
			t.Errorf("%s: %v allocations, want %v", c.text, got, c.want)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	env := job(b)
	for _, c := range []struct{ name, kind, condition string }{
		{"status", "", "$statusCode == 200"},
		{"range", "", "$statusCode >= 200 && $statusCode < 300"},
		{"pointer", "", "$response.body#/ImportJobProperties/JobStatus == 'COMPLETED'"},
		{"jsonpath-comparison", "jsonpath", `$.ImportJobProperties.JobStatus == "COMPLETED"`},
		{"jsonpath-length", "jsonpath", "$.items.length > 0"},
		{"jsonpath-filter", "jsonpath", "$.items[?@.id == 2]"},
		{"jsonpath-filter-inserted", "jsonpath", "$.items[?@.id != '$inputs.name']"},
		{"regex", "regex", "COMPLETED"},
	} {
		criterion := compileFor(b, c.kind, c.condition)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if ok, err := criterion.Evaluate(env); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

// The engines alone, on the path of jsonpath-comparison and jsonpath-filter.
func BenchmarkReference(b *testing.B) {
	env := job(b)
	for _, c := range []struct{ name, path string }{
		{"theory-path", "$.ImportJobProperties.JobStatus"},
		{"theory-filter", "$.items[?@.id == 2]"},
	} {
		path := jsonpath.MustParse(c.path)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(path.Select(env.body)) == 0 {
					b.Fatal("nothing selected")
				}
			}
		})
	}
	b.Run("paessler-comparison", func(b *testing.B) {
		eval, err := gval.Full(paessler.Language()).NewEvaluable(`$.ImportJobProperties.JobStatus == "COMPLETED"`)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if v, err := eval(b.Context(), env.body); v != true || err != nil {
				b.Fatal(v, err)
			}
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for _, c := range []struct{ name, kind, condition string }{
		{"status", "", "$statusCode == 200"},
		{"jsonpath-comparison", "jsonpath", `$.ImportJobProperties.JobStatus == "COMPLETED"`},
		{"jsonpath-filter", "jsonpath", "$.items[?@.id == 2]"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				compileFor(b, c.kind, c.condition)
			}
		})
	}
}

func BenchmarkTemplate(b *testing.B) {
	env := job(b)
	for name, text := range map[string]string{
		"whole":    "$response.body#/ImportJobProperties/JobStatus",
		"embedded": "id-{$statusCode}/{$inputs.name}",
	} {
		tmpl, _, err := expr.ParseTemplate(text, expr.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("evaluate-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tmpl.Evaluate(env)
			}
		})
		b.Run("parse-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := expr.ParseTemplate(text, expr.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
