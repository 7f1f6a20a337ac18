package cli

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// interrupts turns the first interrupt into the end of a context, so that the
// run can end in order, and the second into the end of the process.
type interrupts struct {
	context context.Context
	cancel  context.CancelFunc
	signals chan os.Signal
	// ready is closed when interrupts are caught, done when they need not be any
	// longer.
	ready, done chan struct{}

	mu       sync.Mutex
	count    int
	announce func(string)
	restore  func()
}

// listen begins to catch interrupts. It must be followed by a close. Setting
// that up takes the Go runtime a while, which goes on beside the reading of
// documents; an interrupt before that ends the process, which then has not
// begun anything.
func listen(a *app) *interrupts {
	i := &interrupts{signals: make(chan os.Signal, 2), ready: make(chan struct{}), done: make(chan struct{})}
	i.context, i.cancel = context.WithCancel(context.Background())
	go i.wait(a.exit)
	return i
}

func (i *interrupts) wait(exit func(int)) {
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(i.signals)
	close(i.ready)
	for {
		select {
		case <-i.done:
			return
		case <-i.signals:
			i.interrupt(exit)
		}
	}
}

func (i *interrupts) interrupt(exit func(int)) {
	i.mu.Lock()
	i.count++
	count, announce, restore := i.count, i.announce, i.restore
	i.mu.Unlock()
	if count > 1 {
		if restore != nil {
			restore()
		}
		exit(exitInterrupted)
		return
	}
	i.cancel()
	if announce != nil {
		announce("ending the run; press Ctrl-C again to stop at once")
	}
}

// onInterrupt says what to do besides: announce shows a sentence, restore
// leaves the terminal as it was.
func (i *interrupts) onInterrupt(announce func(string), restore func()) {
	if i.ready != nil {
		<-i.ready
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.announce, i.restore = announce, restore
}

// happened reports whether an interrupt came.
func (i *interrupts) happened() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.count > 0
}

func (i *interrupts) close() {
	close(i.done)
	i.cancel()
}
