//go:build !windows && (!unix || aix || solaris || illumos)

package cli

// terminalSize returns the usual size; the system offers no way to ask.
func terminalSize(uintptr) (width, height int) { return sane(0, 0) }

// enableEscapes reports that the terminal is not known to understand escape
// sequences.
func enableEscapes(uintptr) bool { return false }
