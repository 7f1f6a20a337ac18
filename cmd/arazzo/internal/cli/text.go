package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// printable makes text from a document or a server harmless to a terminal:
// what could move the cursor or reorder the line is shown as an escape.
func printable(s string) string {
	if strings.IndexFunc(s, isUnsafe) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteByte(' ')
		case isUnsafe(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isUnsafe(r rune) bool {
	return unicode.IsControl(r) ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' ||
		r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}

// jsonWriter writes JSON in which what could move the cursor of a terminal, or
// reorder the line, stands as an escape. It means the same. Each write must hold
// whole characters.
type jsonWriter struct{ w io.Writer }

func (j jsonWriter) Write(text []byte) (int, error) {
	from := 0
	var out []byte
	for at := 0; at < len(text); {
		if text[at] < utf8.RuneSelf && text[at] != 0x7f {
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		if isUnsafe(r) && r != utf8.RuneError {
			out = fmt.Appendf(append(out, text[from:at]...), `\u%04x`, r)
			from = at + size
		}
		at += size
	}
	if from == 0 {
		return j.w.Write(text)
	}
	if _, err := j.w.Write(append(out, text[from:]...)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// columns is the number of terminal cells that a character takes.
func columns(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	default:
		return 1
	}
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}

// fit shortens a text to at most width cells.
func fit(s string, width int, ellipsis string) string {
	if textWidth(s) <= width {
		return s
	}
	room := width - textWidth(ellipsis)
	if room < 0 {
		return ""
	}
	n := 0
	for i, r := range s {
		n += columns(r)
		if n > room {
			return s[:i] + ellipsis
		}
	}
	return s
}

// pad fills a text with spaces up to width cells.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-textWidth(s)))
}

// briefly writes a duration with no more digits than a person wants.
func briefly(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Truncate(100*time.Millisecond).Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
}

// countdown writes what is left of a pause in whole seconds, rounded up.
func countdown(d time.Duration) string {
	seconds := max(0, (d+time.Second-1)/time.Second)
	if seconds < 60 {
		return fmt.Sprintf("%ds", seconds)
	}
	return briefly(seconds * time.Second)
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// palette writes text in colour, or plainly if it is the zero value.
type palette struct{ on bool }

func (p palette) paint(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p palette) green(s string) string  { return p.paint("32", s) }
func (p palette) red(s string) string    { return p.paint("31", s) }
func (p palette) yellow(s string) string { return p.paint("33", s) }
func (p palette) cyan(s string) string   { return p.paint("36", s) }
func (p palette) dim(s string) string    { return p.paint("2", s) }
func (p palette) bold(s string) string   { return p.paint("1", s) }
