package arazzo_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
)

func TestStepsAreOrderedByTheirDependencies(t *testing.T) {
	tests := []struct{ name, steps, want string }{
		{"no dependsOn keeps the order", "a: {use: b}, b: {}", "a b"},
		{"backwards", "a: {on: [b]}, b: {on: [c]}, c: {}", "c b a"},
		{"stable", "a: {}, b: {on: [d]}, c: {}, d: {}", "a d b c"},
		{"by the long form", "a: {on: [$workflows.w.steps.b]}, b: {}", "b a"},
		{"an output that is used is a dependency too", "a: {use: b}, b: {}, c: {on: [b]}", "b a c"},
		{"a loop that brings the output back is none", "a: {use: b}, b: {to: a}, c: {on: [b]}", "a b c"},
		{"what other workflows have is none", "a: {on: [$workflows.v.steps.b]}, b: {}", "a b"},
		{"a cycle ends", "a: {on: [b]}, b: {on: [a]}, c: {on: [c]}", "b a c"},
		{"an own output is no dependency", "a: {use: a}, b: {on: [a]}", "a b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := "arazzo: 1.1.0\ninfo: {title: t, version: '1'}\nsourceDescriptions: [{name: p, url: p.yaml}]\nworkflows:\n- workflowId: w\n  steps:\n"
			for _, step := range strings.Split(test.steps, ", ") {
				id, rest, _ := strings.Cut(step, ": ")
				fields := strings.Trim(rest, "{}")
				text += "  - stepId: " + id + "\n    operationId: o\n"
				name, value, _ := strings.Cut(fields, ": ")
				switch name {
				case "on":
					text += "    dependsOn: " + value + "\n"
				case "use":
					text += "    parameters: [{name: q, in: query, value: 'x{$steps." + value + ".outputs.o}'}]\n"
				case "to":
					text += "    onSuccess: [{name: back, type: goto, stepId: " + value + "}]\n"
				}
			}
			doc, list := arazzo.Parse("a.yaml", []byte(text))
			if len(list) > 0 {
				t.Fatal(list)
			}
			var got []string
			for _, s := range doc.Workflows[0].Ordered() {
				got = append(got, s.StepID)
			}
			if d := cmp.Diff(test.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
}
