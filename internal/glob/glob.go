// Package glob matches paths against patterns.
//
// Paths have slashes. In a pattern "*" stands for any characters of a segment,
// "?" for one, "[…]" for one of several, and a segment "**" for any number of
// segments, also none.
package glob

import (
	"fmt"
	"path"
	"strings"
)

// Valid reports what is wrong with a pattern.
func Valid(pattern string) error {
	if pattern == "" {
		return fmt.Errorf("the pattern is empty")
	}
	for _, segment := range strings.Split(pattern, "/") {
		if segment == "**" {
			continue
		}
		if _, err := path.Match(segment, ""); err != nil {
			return fmt.Errorf("%q is no pattern: a \"[\" or a \"\\\" is not ended", pattern)
		}
	}
	return nil
}

// HasMeta reports whether a text has a character that is special in patterns.
func HasMeta(text string) bool { return strings.ContainsAny(text, "*?[") }

// Match reports whether a path matches a pattern as a whole. A pattern that is
// not valid matches nothing.
func Match(pattern, name string) bool {
	return match(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

// match compares segment by segment. Of several "**" only the last one that was
// met is ever moved on, so that the time is bounded by the product of the lengths.
func match(pattern, name []string) bool {
	p, n := 0, 0
	star, resume := -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, resume = p, n
			p++
		case p < len(pattern) && matchSegment(pattern[p], name[n]):
			p++
			n++
		case star >= 0:
			resume++
			p, n = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

func matchSegment(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// Covers reports whether a pattern covers a path: it matches the path or a
// folder above it. A pattern without a slash, but for one at its end, may match
// at any depth.
func Covers(pattern, name string) bool {
	pattern = strings.TrimSuffix(strings.TrimPrefix(pattern, "./"), "/")
	switch {
	case strings.HasPrefix(pattern, "/"):
		pattern = pattern[1:]
	case !strings.Contains(pattern, "/"):
		pattern = "**/" + pattern
	}
	for at := name; at != "." && at != "/" && at != ""; at = path.Dir(at) {
		if Match(pattern, at) {
			return true
		}
	}
	return false
}
