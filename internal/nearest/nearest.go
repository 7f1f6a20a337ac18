// Package nearest finds the names that a mistyped one was probably meant to be.
package nearest

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
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
		} else if hasWords(want, words(c)) {
			found = append(found, match{c, limit + maxLength})
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

// words splits a name at its separators and before its capitals, drops case and
// the "s" of plurals.
func words(name string) []string {
	var out []string
	start := 0
	add := func(end int) {
		if word := strings.ToLower(name[start:end]); word != "" {
			if len(word) > 3 {
				word = strings.TrimSuffix(word, "s")
			}
			out = append(out, word)
		}
	}
	lower := false
	for i, r := range name {
		switch {
		case fold(string(r)) == "":
			add(i)
			start, lower = i+utf8.RuneLen(r), false
		case unicode.IsUpper(r):
			if lower {
				add(i)
				start = i
			}
			lower = false
		default:
			lower = true
		}
	}
	add(len(name))
	return out
}

// hasWords reports whether a folded name consists of the words, in whatever
// order, but for a few characters.
func hasWords(folded string, words []string) bool {
	const fewWords = 2
	if len(words) < fewWords || len(folded) > maxLength {
		return false
	}
	rest := folded
	for _, w := range words {
		i := strings.Index(rest, w)
		if i < 0 {
			return false
		}
		// What stands before and behind the word must not form another.
		rest = rest[:i] + "\x00" + rest[i+len(w):]
	}
	return len(strings.ReplaceAll(rest, "\x00", "")) <= max(1, len(folded)/8)
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
