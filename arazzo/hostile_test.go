package arazzo_test

import (
	"fmt"
	"strings"
	"testing"

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
