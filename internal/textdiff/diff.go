// Package textdiff finds what differs between two texts, and writes it as a
// unified diff, which people can read and "patch" can apply.
package textdiff

import (
	"fmt"
	"strings"
)

// Kind says what a line of a diff is.
type Kind int

// The kinds of lines.
const (
	Header Kind = iota
	Hunk
	Same
	Removed
	Added
	// NoNewline notes that the line before it ends the text without a line break.
	NoNewline
)

// Line is one line of a diff with its mark and without its line break.
type Line struct {
	Kind Kind
	Text string
}

// context is how many lines are shown around a change.
const context = 3

// Unified returns the lines of the difference between two texts. It is empty if
// they are the same. The names stand in the header.
func Unified(oldName, newName, before, after string) []Line {
	if before == after {
		return nil
	}
	d := differ{old: splitLines(before), new: splitLines(after)}
	d.compare()
	lines := []Line{{Header, "--- " + oldName}, {Header, "+++ " + newName}}
	for _, h := range d.hunks() {
		lines = append(lines, d.write(h)...)
	}
	return lines
}

// splitLines keeps the line breaks.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// Change is a run of elements that differ: those of the old list from OldFrom up
// to OldTo became those of the new list from NewFrom up to NewTo.
type Change struct{ OldFrom, OldTo, NewFrom, NewTo int }

// Changes returns what differs between two lists, in their order. What is left
// out or added is as little as possible, unless the lists differ in very much.
func Changes(before, after []string) []Change {
	d := differ{old: before, new: after}
	d.compare()
	return d.changes
}

// differ compares two lists.
type differ struct {
	old, new []string
	changes  []Change
}

// maxCost bounds the work of the search for a short difference. Beyond it all
// that is left is taken to be different.
const maxCost = 1000

func (d *differ) compare() {
	start := 0
	for start < len(d.old) && start < len(d.new) && d.old[start] == d.new[start] {
		start++
	}
	oldEnd, newEnd := len(d.old), len(d.new)
	for oldEnd > start && newEnd > start && d.old[oldEnd-1] == d.new[newEnd-1] {
		oldEnd, newEnd = oldEnd-1, newEnd-1
	}
	if oldEnd > start || newEnd > start {
		d.search(start, oldEnd, newEnd)
	}
}

// front is the furthest point of each diagonal, from -zero+1 to zero-1.
type front struct {
	zero  int
	reach []int
}

func newFront(most int) front { return front{zero: most + 1, reach: make([]int, 2*most+3)} }

func (f front) at(k int) int { return f.reach[f.zero+k] }

func (f front) set(k, x int) { f.reach[f.zero+k] = x }

// copy keeps what the given number of changes can have reached.
func (f front) copy(cost int) front {
	c := newFront(cost + 1)
	for k := -cost - 1; k <= cost+1 && f.zero+k < len(f.reach); k++ {
		if f.zero+k >= 0 {
			c.set(k, f.at(k))
		}
	}
	return c
}

// goesDown reports whether the way to a diagonal comes from the one above it,
// by a line that is new.
func (f front) goesDown(k, cost int) bool {
	return k == -cost || k != cost && f.at(k-1) < f.at(k+1)
}

// search finds a shortest difference: the furthest point that each diagonal
// reaches with a number of changes, from which the way is followed back.
func (d *differ) search(start, oldEnd, newEnd int) {
	n, m := oldEnd-start, newEnd-start
	limit := min(n+m, maxCost)
	reach := newFront(limit)
	var trace []front
	for cost := 0; cost <= limit; cost++ {
		trace = append(trace, reach.copy(cost))
		for k := -cost; k <= cost; k += 2 {
			x := reach.at(k-1) + 1
			if reach.goesDown(k, cost) {
				x = reach.at(k + 1)
			}
			y := x - k
			for x < n && y < m && d.old[start+x] == d.new[start+y] {
				x, y = x+1, y+1
			}
			reach.set(k, x)
			if x >= n && y >= m {
				d.follow(trace, start, n, m)
				return
			}
		}
	}
	d.changes = []Change{{start, oldEnd, start, newEnd}}
}

// follow goes back along the way that was found and collects the changes.
func (d *differ) follow(trace []front, start, x, y int) {
	var steps []Change
	for cost := len(trace) - 1; cost > 0; cost-- {
		reach, k := trace[cost], x-y
		from := k - 1
		if reach.goesDown(k, cost) {
			from = k + 1
		}
		fromX := reach.at(from)
		fromY := fromX - from
		c := Change{start + fromX, start + fromX, start + fromY, start + fromY}
		if from == k-1 {
			c.OldTo++
		} else {
			c.NewTo++
		}
		steps = append(steps, c)
		x, y = fromX, fromY
	}
	for i := len(steps) - 1; i >= 0; i-- {
		c := steps[i]
		if last := len(d.changes) - 1; last >= 0 && d.changes[last].OldTo == c.OldFrom && d.changes[last].NewTo == c.NewFrom {
			d.changes[last].OldTo, d.changes[last].NewTo = c.OldTo, c.NewTo
			continue
		}
		d.changes = append(d.changes, c)
	}
}

// hunks groups the changes whose context overlaps.
func (d *differ) hunks() [][]Change {
	var hunks [][]Change
	for _, c := range d.changes {
		if last := len(hunks) - 1; last >= 0 && c.OldFrom-hunks[last][len(hunks[last])-1].OldTo <= 2*context {
			hunks[last] = append(hunks[last], c)
			continue
		}
		hunks = append(hunks, []Change{c})
	}
	return hunks
}

func (d *differ) write(hunk []Change) []Line {
	first, last := hunk[0], hunk[len(hunk)-1]
	lead := min(context, first.OldFrom)
	trail := min(context, len(d.old)-last.OldTo)
	oldFrom, oldTo := first.OldFrom-lead, last.OldTo+trail
	newFrom, newTo := first.NewFrom-lead, last.NewTo+trail
	lines := []Line{{Hunk, fmt.Sprintf("@@ -%s +%s @@", span(oldFrom, oldTo), span(newFrom, newTo))}}
	put := func(kind Kind, mark string, texts []string) {
		for _, text := range texts {
			line, ended := strings.CutSuffix(text, "\n")
			lines = append(lines, Line{kind, mark + line})
			if !ended {
				lines = append(lines, Line{NoNewline, `\ No newline at end of file`})
			}
		}
	}
	at := oldFrom
	for _, c := range hunk {
		put(Same, " ", d.old[at:c.OldFrom])
		put(Removed, "-", d.old[c.OldFrom:c.OldTo])
		put(Added, "+", d.new[c.NewFrom:c.NewTo])
		at = c.OldTo
	}
	put(Same, " ", d.old[at:oldTo])
	return lines
}

// span writes where lines stand, as the first and how many.
func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprintf("%d", from+1)
	default:
		return fmt.Sprintf("%d,%d", from+1, to-from)
	}
}
