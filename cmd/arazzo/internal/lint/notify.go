package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/fsnotify/fsnotify"
)

// FileEvents are the events of the file system. Folders are watched, not files,
// so that a file that an editor puts in the place of another is seen.
type FileEvents struct {
	watcher *fsnotify.Watcher
	changes chan string
	done    chan struct{}
}

// NewFileEvents begins to listen. It must be followed by a Close.
func NewFileEvents() (*FileEvents, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("files cannot be watched: %w", err)
	}
	e := &FileEvents{watcher: watcher, changes: make(chan string), done: make(chan struct{})}
	go e.forward()
	return e, nil
}

// forward passes on what is more than a change of permissions or times.
func (e *FileEvents) forward() {
	for {
		select {
		case <-e.done:
			return
		case ev, open := <-e.watcher.Events:
			if !open {
				return
			}
			if ev.Op == fsnotify.Chmod {
				continue
			}
			select {
			case e.changes <- ev.Name:
			case <-e.done:
				return
			}
		}
	}
}

// Watch sets the folders.
func (e *FileEvents) Watch(folders []string) error {
	now := e.watcher.WatchList()
	for _, folder := range now {
		if !slices.Contains(folders, folder) {
			// It may be gone, which ends the watching too.
			_ = e.watcher.Remove(folder)
		}
	}
	for _, folder := range folders {
		if slices.Contains(now, folder) {
			continue
		}
		if err := e.watcher.Add(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the folder %q cannot be watched: %w", folder, err)
		}
	}
	return nil
}

// Changes yields what changes.
func (e *FileEvents) Changes() <-chan string { return e.changes }

// Errors yields what goes wrong.
func (e *FileEvents) Errors() <-chan error { return e.watcher.Errors }

// Close ends the listening.
func (e *FileEvents) Close() error {
	close(e.done)
	if err := e.watcher.Close(); err != nil {
		return fmt.Errorf("files cannot be watched: %w", err)
	}
	return nil
}
