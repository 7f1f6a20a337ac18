package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Fix is a change of source texts that removes what a [Diagnostic] reports.
// It is plain data: whoever shows the diagnostic decides whether to offer it,
// and whoever applies it hands the edits of each file to [Apply].
type Fix struct {
	// Message is one sentence in the imperative that says what is changed:
	// lower case, no full stop, names quoted.
	Message string `json:"message"`
	// Caveat says when the changed document means something else than the
	// document that was reported. Empty means never.
	Caveat string `json:"caveat,omitempty"`
	// Edits are the changes, none of which overlap. They belong together: a
	// part of them is no fix.
	Edits []Edit `json:"edits"`
}

// Edit puts Text in the place of the bytes of a file from Start up to but not
// including End, counted from 0 and without a byte order mark. Start equal to
// End inserts. The zero value changes nothing.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// ErrOverlap is returned by [Apply] for edits that cannot all be made.
var ErrOverlap = errors.New("the edits overlap")

// Apply returns a text with edits made to it, which must all be of one file.
// Every byte outside of the edits stays as it is. The order of the edits does
// not matter, but for insertions at one place, which are made in the order
// given. An edit that stands twice is made once, unless it inserts. Edits that
// share a byte, or of which one inserts inside of what another replaces, are
// [ErrOverlap]; one that reaches beyond the text is an error as well. Edits are
// not changed.
func Apply(text string, edits []Edit) (string, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var b strings.Builder
	at := 0
	for i, e := range sorted {
		if i > 0 && e == sorted[i-1] && e.Start < e.End {
			continue
		}
		switch {
		case e.File != sorted[0].File:
			return "", fmt.Errorf("applying edits: they are of %q and of %q", sorted[0].File, e.File)
		case e.Start < 0 || e.End < e.Start || e.End > len(text):
			return "", fmt.Errorf("applying edits: no bytes %d to %d in %q, which has %d", e.Start, e.End, e.File, len(text))
		case e.Start < at:
			return "", fmt.Errorf("applying edits to %q at byte %d: %w", e.File, e.Start, ErrOverlap)
		}
		b.WriteString(text[at:e.Start])
		b.WriteString(e.Text)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String(), nil
}
