package glob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/internal/glob"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"a.yaml", "a.yaml", true},
		{"*.yaml", "a.yaml", true},
		{"*.yaml", "sub/a.yaml", false},
		{"**/*.yaml", "a.yaml", true},
		{"**/*.yaml", "sub/deep/a.yaml", true},
		{"sub/**", "sub/deep/a.yaml", true},
		{"sub/**", "sub", true},
		{"sub/**/a.yaml", "sub/a.yaml", true},
		{"a/**/b/**/c", "a/x/b/b/y/c", true},
		{"a/**/b/**/c", "a/x/c", false},
		{"?.[jy]*", "a.json", true},
		{"?.[jy]*", "ab.json", false},
		{"[", "[", false},
		{"", "", true},
		{"**", "a/b", true},
	}
	for _, test := range tests {
		if got := glob.Match(test.pattern, test.name); got != test.want {
			t.Errorf("Match(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}

func TestCovers(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"drafts", "drafts/a.yaml", true},
		{"drafts/", "sub/drafts/a.yaml", true},
		{"/drafts", "sub/drafts/a.yaml", false},
		{"/drafts", "drafts/a.yaml", true},
		{"*.draft.yaml", "sub/a.draft.yaml", true},
		{"sub/*.yaml", "sub/a.yaml", true},
		{"sub/*.yaml", "other/sub/a.yaml", false},
		{"./sub", "sub/a.yaml", true},
		{"sub/**/old", "sub/x/old/a.yaml", true},
		{"a.yaml", "b.yaml", false},
	}
	for _, test := range tests {
		if got := glob.Covers(test.pattern, test.name); got != test.want {
			t.Errorf("Covers(%q, %q) = %v", test.pattern, test.name, got)
		}
	}
}

func TestValid(t *testing.T) {
	for pattern, want := range map[string]bool{"": false, "a/[b": false, "a/[b]/**": true, `a\`: false} {
		if err := glob.Valid(pattern); (err == nil) != want {
			t.Errorf("Valid(%q) = %v", pattern, err)
		}
	}
}

func TestHostilePatternsTakeLittleTime(t *testing.T) {
	pattern, name := strings.Repeat("**/a/", 200)+"b", strings.Repeat("a/", 2000)+"a"
	start := time.Now()
	if glob.Match(pattern, name) {
		t.Error("it matches")
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("**/*.yaml", "a/b.yaml")
	f.Fuzz(func(_ *testing.T, pattern, name string) {
		glob.Match(pattern, name)
		glob.Covers(pattern, name)
	})
}
