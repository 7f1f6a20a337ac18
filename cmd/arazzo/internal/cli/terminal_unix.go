//go:build unix && !aix && !solaris && !illumos

package cli

import (
	"syscall"
	"unsafe"
)

// terminalSize asks the terminal for its columns and lines.
func terminalSize(fd uintptr) (width, height int) {
	var size struct{ rows, columns, x, y uint16 }
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size))); errno != 0 {
		return sane(0, 0)
	}
	return sane(int(size.columns), int(size.rows))
}

// enableEscapes reports whether the terminal understands escape sequences.
func enableEscapes(uintptr) bool { return true }
