package arazzo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
)

// TestParseBoundsItsWork reads texts that were made to take long. Work that
// grows with the square of their size would run into the timeout of the tests.
func TestParseBoundsItsWork(t *testing.T) {
	const n = 100_000
	var keys strings.Builder
	for i := range n {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	tests := []struct{ name, text, rule string }{
		{"unknown fields", "arazzo: 1.0.1\n" + keys.String(), "unknown-field"},
		{"repeated keys", "arazzo: 1.0.1\n" + strings.Repeat("k: 1\n", n), "duplicate-key"},
		{"wrong types in one line", "arazzo: 1.0.1\nworkflows: [" + strings.Repeat("é, ", n) + "]", "wrong-type"},
		{"aliases in one line", "arazzo: 1.0.1\nx-a: [&a [é], " + strings.Repeat("é, ", n) + strings.Repeat("*a, ", n/4) + "]", "missing-field"},
		{"open brackets", "arazzo: " + strings.Repeat("[", n), "too-deep"},
		{"deep brackets", "arazzo: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "too-deep"},
		{"merges", "arazzo: 1.0.1\nx-a: &a {b: 1}\nx-c:\n" + strings.Repeat("  <<: *a\n", n/4), "missing-field"},
		{"an error at the end", "arazzo: 1.0.1\nx-a:\n" + strings.Repeat("- a: b\n", n) + " x: y", "invalid-yaml"},
		{"an open quote", "a: \"" + strings.Repeat("b\n", n), "invalid-yaml"},
		{"no document", strings.Repeat("x", 1<<20), "not-arazzo"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, list := arazzo.Parse("a.yaml", []byte(test.text))
			if doc == nil || !list.HasErrors() || len(list) > 600 {
				t.Fatalf("%d diagnostics", len(list))
			}
			for i := range list {
				if list[i].Rule == test.rule {
					return
				}
			}
			t.Errorf("no %s: %s", test.rule, list[0].Error())
		})
	}
}

// TestCheckBoundsItsWork checks documents in which every object refers to all
// others, or to nothing at all.
func TestCheckBoundsItsWork(t *testing.T) {
	const n = 20_000
	const head = "arazzo: 1.1.0\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: p, url: p.yaml}]\n"
	each := func(format string, args func(i int) []any) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, args(i)...)
		}
		return b.String()
	}
	i1 := func(i int) []any { return []any{i} }
	i2 := func(i int) []any { return []any{i, (i + 1) % n} }
	steps := func(format string, args func(i int) []any) string {
		return head + "workflows:\n- workflowId: w\n  steps:\n" + each(format, args)
	}
	workflows := func(format string, args func(i int) []any) string {
		return head + "workflows:\n" + each(format, args)
	}
	inputs := func(inputs, format string, args func(i int) []any) string {
		return head + "workflows:\n- workflowId: w\n  inputs: " + inputs + "\n  steps: [{stepId: s, operationId: o}]\ncomponents:\n  inputs:\n" + each(format, args)
	}
	tests := []struct{ name, text string }{
		{"steps that depend on the next", steps("  - {stepId: s%d, operationId: o, dependsOn: [s%d]}\n", i2)},
		{"steps that depend on the first", steps("  - {stepId: s%d, operationId: o, dependsOn: [s%d, s0]}\n", i2)},
		{"steps that depend on nothing there is", steps("  - {stepId: s%d, operationId: o, dependsOn: [r%d]}\n", i2)},
		{"steps that use the output of the next", steps("  - {stepId: s%d, operationId: o, parameters: [{name: a, in: query, value: $steps.s%d.outputs.o}], outputs: {o: $statusCode}}\n", i2)},
		{"steps that use the output of the next, ordered", steps("  - {stepId: s%d, operationId: o, dependsOn: [s0], parameters: [{name: a, in: query, value: $steps.s%d.outputs.o}], outputs: {o: $statusCode}}\n", i2)},
		{"steps that call workflows which are not there", steps("  - {stepId: s%d, workflowId: $sourceDescriptions.p.w%d}\n", i2)},
		{"actions that lead nowhere", steps("  - {stepId: s%d, operationId: o, onSuccess: [{name: a, type: goto, stepId: t%d}]}\n", i2)},
		{"workflows that depend on the next", workflows("- {workflowId: w%d, dependsOn: [w%d], steps: [{stepId: s, operationId: o}]}\n", i2)},
		{"workflows that call the next", workflows("- {workflowId: w%d, steps: [{stepId: s, workflowId: w%d}]}\n", i2)},
		{"workflows that call the first and the next", workflows("- {workflowId: w%d, steps: [{stepId: s, workflowId: w%d}, {stepId: t, workflowId: w0}]}\n", i2)},
		{"workflows that call none there is", workflows("- {workflowId: w%d, steps: [{stepId: s, workflowId: v%d}]}\n", i2)},
		{"components that refer to nothing", head + "workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: o\n    parameters:\n" + each("    - reference: $components.parameters.b%d\n", i1) + "components:\n  parameters:\n" + each("    a%d: {name: a, in: query, value: 1}\n", i1)},
		{"schemas that refer to the next", inputs("{$ref: '#/components/inputs/a0'}", "    a%d: {$ref: '#/components/inputs/a%d'}\n", i2)},
		{"schemas that refer to the next twice", inputs("{$ref: '#/components/inputs/a0'}", "    a%[1]d: {allOf: [{$ref: '#/components/inputs/a%[2]d'}, {$ref: '#/components/inputs/a%[2]d'}, {properties: {p%[1]d: {$ref: '#/components/inputs/a%[2]d'}}}]}\n", i2)},
		{"schemas that refer to nothing", head + "workflows:\n- workflowId: w\n  inputs:\n    properties:\n" + each("      a%d: {$ref: '#/components/inputs/b%d'}\n", i2) + "  steps: [{stepId: s, operationId: o}]\n"},
		{"schemas that refer to files", head + "workflows:\n- workflowId: w\n  inputs:\n    properties:\n" + each("      a%d: {$ref: 'b%d.yaml'}\n", i2) + "  steps: [{stepId: s, operationId: o}]\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			b, list := (&arazzo.Loader{}).LoadBytes(t.Context(), "a.yaml", []byte(test.text))
			loaded := time.Now()
			list.Add(arazzo.Check(b, arazzo.CheckOptions{})...)
			t.Logf("load %v, check %v, %d diagnostics", loaded.Sub(start), time.Since(loaded), len(list))
			if len(list) == 0 || len(list) > 3000 {
				t.Errorf("%d diagnostics", len(list))
			}
			for _, w := range b.Entry.Workflows[:min(2, len(b.Entry.Workflows))] {
				w.InputSchema().JSON()
			}
		})
	}
}
