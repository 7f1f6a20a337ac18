package openapi

import (
	"cmp"
	"slices"
	"strings"
)

// maxNearest is how many similar names are offered.
const maxNearest = 3

// nearest returns the names that are most like the wanted one, best first. A
// name that differs only in upper and lower case comes before all others.
func nearest(wanted string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	folded := strings.ToLower(wanted)
	limit := max(1, min(len(wanted)/3, 8))
	var found []candidate
	seen := make(map[string]bool)
	for _, name := range names {
		if name == wanted || seen[name] {
			continue
		}
		seen[name] = true
		other := strings.ToLower(name)
		if other == folded {
			found = append(found, candidate{name, -1})
			continue
		}
		if d := distance(folded, other, limit); d <= limit {
			found = append(found, candidate{name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, c := range found[:min(len(found), maxNearest)] {
		out = append(out, c.name)
	}
	return out
}

// maxCompared bounds the length of the names whose distance is computed.
const maxCompared = 256

// distance returns the number of characters to insert, delete, replace or swap
// with their neighbour to turn one text into the other, or limit+1 if it is
// more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) > limit || len(x) > maxCompared || len(y) > maxCompared {
		return limit + 1
	}
	before, row, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next[0] = i
		best := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			best = min(best, next[j])
		}
		if best > limit {
			return limit + 1
		}
		before, row, next = row, next, before
	}
	return row[len(y)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
