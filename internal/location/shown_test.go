package location_test

import (
	"testing"

	"github.com/seed-d89508e2/arazzo/internal/location"
)

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"flows/a?token=b.yaml":                      "flows/a?token=b.yaml",
		`C:\flows\a@b.yaml`:                         `C:\flows\a@b.yaml`,
		"https://x.test/a.yaml":                     "https://x.test/a.yaml",
		"https://x.test/a%20b.yaml?v=2&w=%2F":       "https://x.test/a%20b.yaml?v=2&w=%2F",
		"https://x.test/a.yaml?token=abc&v=2":       "https://x.test/a.yaml?token=***&v=2",
		"https://x.test/a?X-Amz-Signature=1&v=2#f":  "https://x.test/a?X-Amz-Signature=***&v=2#f",
		"https://x.test/a?%74oken=abc&t":            "https://x.test/a?%74oken=***&t",
		"https://me:pw@x.test/a?sig=abc":            "https://***@x.test/a?sig=***",
		"https://me@x.test/a":                       "https://***@x.test/a",
		"https://x.test/a?access_token=abc#frag?@x": "https://x.test/a?access_token=***#frag?@x",
		"https://x.test/%zz?token=abc":              "https://***",
	} {
		if got := location.Shown(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}
