package host_test

import (
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// FuzzParsePattern holds that what is read is written in a form that is read
// alike.
func FuzzParsePattern(f *testing.F) {
	for _, text := range []string{"", "api.test", "API.test.:8443", "*.api.test", "127.0.0.1:1", "::1", "[::1]:80", "[::ffff:127.0.0.1]", "fe80::1%lo", "a:b:c", "*", "[*.a]:1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := host.ParsePattern(text)
		if err != nil {
			return
		}
		again, err := host.ParsePattern(p.String())
		if err != nil || again != p || strings.ContainsAny(p.String(), "/@?# ") {
			t.Errorf("%q is written as %q, which is read as %q, %v", text, p, again, err)
		}
	})
}
