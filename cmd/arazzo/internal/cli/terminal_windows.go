package cli

import (
	"syscall"
	"unsafe"
)

// terminalSize asks the console for the columns and lines of its window.
func terminalSize(fd uintptr) (width, height int) {
	var info struct {
		size, cursor             [2]int16
		attributes               uint16
		left, top, right, bottom int16
		largest                  [2]int16
	}
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("GetConsoleScreenBufferInfo")
	if ok, _, _ := proc.Call(fd, uintptr(unsafe.Pointer(&info))); ok == 0 {
		return sane(0, 0)
	}
	return sane(int(info.right-info.left)+1, int(info.bottom-info.top)+1)
}

// enableEscapes switches the console to escape sequences and reports whether
// it understands them.
func enableEscapes(fd uintptr) bool {
	const virtualTerminalProcessing = 4
	var mode uint32
	if err := syscall.GetConsoleMode(syscall.Handle(fd), &mode); err != nil {
		return false
	}
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")
	ok, _, _ := proc.Call(fd, uintptr(mode|virtualTerminalProcessing))
	return ok != 0
}
