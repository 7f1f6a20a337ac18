package cli

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// didYouMean names what was probably meant, to be put behind a sentence; it is
// empty if nothing resembles the name.
func didYouMean(name string, names []string, prefix string) string {
	found := nearest.Find(name, names)
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", prefix+found[0])
}

// quoted lists names for a sentence.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
