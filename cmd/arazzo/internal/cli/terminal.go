package cli

import (
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// terminal is what a stream is connected to.
type terminal struct {
	// live is set for a terminal that can move its cursor.
	live bool
	// colors and unicode say what may be written to it.
	colors  bool
	unicode bool
	// size returns the columns and lines; it is nil if live is not set.
	size func() (width, height int)
}

// detectTerminal looks at standard error; color is the value of --color. It
// asks the terminal nothing unless it is one.
func detectTerminal(w io.Writer, getenv func(string) string, color string) terminal {
	t := terminal{unicode: speaksUTF8(getenv)}
	f, isFile := w.(*os.File)
	if isFile && isatty.IsTerminal(f.Fd()) && getenv("TERM") != "dumb" && enableEscapes(f.Fd()) {
		t.live = true
		t.size = func() (int, int) { return terminalSize(f.Fd()) }
	}
	switch color {
	case "always":
		t.colors = true
	case "never":
	default:
		t.colors = t.live && getenv("NO_COLOR") == ""
	}
	return t
}

// text says how problems are written to the terminal.
func (t terminal) text(sources diag.TextOf) diag.Text {
	o := diag.Text{Sources: sources, Color: t.colors}
	if t.size != nil {
		o.Width, _ = t.size()
	}
	return o
}

// speaksUTF8 reads the character set of the locale. No locale at all is taken
// for UTF-8, as in containers.
func speaksUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// sane replaces a size that the terminal does not know.
func sane(width, height int) (int, int) {
	if width <= 0 {
		width = 80
	}
	if height <= 0 {
		height = 24
	}
	return width, height
}
