// Package nearest finds the names that a mistyped one was probably meant to be.
package nearest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxFound is how many names are offered at most.
	maxFound = 3
	// maxLength is the length in characters beyond which names are only compared
	// without regard to case.
	maxLength = 128
)

// Find returns up to three candidates that resemble the name, the best first.
// Differences of case and of separators count little. It returns nil if
// nothing resembles it. The name itself is never returned.
func Find(name string, candidates []string) []string {
	type match struct {
		name     string
		distance int
	}
	want := fold(name)
	if want == "" {
		return nil
	}
	// Each edit costs 2 and a difference that folding hides costs 1 in all.
	limit := 0
	if length := utf8.RuneCountInString(want); length > 1 {
		limit = 2 * max(1, min(length/3, 6))
	}
	var found []match
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		have := fold(c)
		if have == want {
			found = append(found, match{c, 1})
			continue
		}
		if d := 2 * distance(want, have, limit/2); d <= limit {
			found = append(found, match{c, d})
		} else if len(want) >= 4 && (strings.Contains(have, want) || len(have) >= 4 && strings.Contains(want, have)) {
			found = append(found, match{c, limit + 1 + abs(len(have)-len(want))})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, m := range found {
		if len(names) == maxFound {
			break
		}
		if !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return names
}

// fold drops case and separators.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '_', ' ', '.', '/':
			return -1
		default:
			return r
		}
	}, strings.ToLower(name))
}

// distance is the number of insertions, deletions, substitutions and swaps of
// neighbours that turn a into b, or more than limit if it is more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) > limit || len(x) > maxLength || len(y) > maxLength {
		return limit + 1
	}
	before, previous, current := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(x); i++ {
		current[0] = i
		best := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, before[j-2]+1)
			}
			current[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		before, previous, current = previous, current, before
	}
	return previous[len(y)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
