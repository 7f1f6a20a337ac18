package host

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// The bounds of [Files] unless it says otherwise, in bytes.
const (
	DefaultMinFile  = 1 << 20
	DefaultMaxFiles = 4 << 30
)

// Files keeps bodies of replies that are large and no text in files of one
// folder. A file is named by the hash of what is in it, so that the same content
// is there once, and nothing that a server sends has a say in where it goes. The
// zero value is ready for use. Files may be used by many exchanges at the same
// time; its fields must not be changed after the first.
type Files struct {
	// Dir is the folder, which must exist. Empty: one in the system's folder for
	// temporary files, made when it is first needed.
	Dir string
	// MinSize is the largest body that is still held in memory. Zero: 1 MiB.
	MinSize int64
	// MaxTotal bounds the sizes of all files together. Zero: 4 GiB.
	MaxTotal int64

	mu sync.Mutex
	// own is the temporary folder, once there is one.
	own   string
	total int64
	paths map[string]bool
}

// threshold is the size above which a body is kept in a file. A nil Files keeps
// none that is within the limit.
func (f *Files) threshold(limit int64) int64 {
	switch {
	case f == nil:
		return limit
	case f.MinSize > 0:
		return f.MinSize
	default:
		return DefaultMinFile
	}
}

func (f *Files) maxTotal() int64 {
	if f.MaxTotal > 0 {
		return f.MaxTotal
	}
	return DefaultMaxFiles
}

// keepError says why content could not be written to a file.
type keepError struct{ err error }

func (e *keepError) Error() string { return e.err.Error() }

func (e *keepError) Unwrap() error { return e.err }

// keep writes content to a file. An error of the reader is returned as it is.
func (f *Files) keep(content io.Reader) (*runtime.File, error) {
	dir, err := f.dir()
	if err != nil {
		return nil, &keepError{err}
	}
	partial, err := os.CreateTemp(dir, "partial-*")
	if err != nil {
		return nil, &keepError{reasonOf(err)}
	}
	w := &fileWriter{files: f, to: partial}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(w, hash), content)
	if closed := partial.Close(); err == nil && closed != nil {
		err = &keepError{reasonOf(closed)}
	}
	if err != nil {
		_ = os.Remove(partial.Name())
		f.grow(-w.size)
		return nil, err
	}
	out := &runtime.File{Size: w.size, SHA256: hex.EncodeToString(hash.Sum(nil))}
	out.Path = filepath.Join(dir, out.SHA256)
	if f.take(out.Path) {
		err = os.Rename(partial.Name(), out.Path)
	} else {
		f.grow(-w.size)
		err = os.Remove(partial.Name())
	}
	if err != nil {
		return nil, &keepError{reasonOf(err)}
	}
	return out, nil
}

// Write keeps content that is in memory, such as that of a small body that is to
// be handed out.
func (f *Files) Write(content io.Reader) (*runtime.File, error) {
	file, err := f.keep(content)
	if err != nil {
		return nil, fmt.Errorf("content cannot be kept in a file: %w", err)
	}
	return file, nil
}

// take notes that a path is in use, and reports whether it was not before.
func (f *Files) take(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.paths[path] {
		return false
	}
	if f.paths == nil {
		f.paths = make(map[string]bool)
	}
	f.paths[path] = true
	return true
}

// grow counts bytes, and reports whether there is room for them.
func (f *Files) grow(n int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.total += n
	return f.total <= f.maxTotal()
}

// fileWriter writes within the bound of all files.
type fileWriter struct {
	files *Files
	to    *os.File
	size  int64
}

func (w *fileWriter) Write(p []byte) (int, error) {
	w.size += int64(len(p))
	if !w.files.grow(int64(len(p))) {
		return 0, &keepError{fmt.Errorf("all files together are larger than %d bytes", w.files.maxTotal())}
	}
	n, err := w.to.Write(p)
	if err != nil {
		return n, &keepError{reasonOf(err)}
	}
	return n, nil
}

// dir returns the folder, which it makes if need be.
func (f *Files) dir() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Dir != "" {
		return f.Dir, nil
	}
	if f.own == "" {
		dir, err := os.MkdirTemp("", "arazzo-*")
		if err != nil {
			return "", reasonOf(err)
		}
		f.own = dir
	}
	return f.own, nil
}

// Close removes the files that nobody needs any more: all but those for which
// needed returns true. A nil function needs none. The temporary folder goes with
// the last file; a folder that was given stays.
func (f *Files) Close(needed func(path string) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var errs []error
	for path := range f.paths {
		if needed != nil && needed(path) {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		delete(f.paths, path)
	}
	if f.own != "" && len(f.paths) == 0 {
		if err := os.RemoveAll(f.own); err != nil {
			errs = append(errs, err)
		}
		f.own = ""
	}
	return errors.Join(errs...)
}

// reasonOf takes the path out of an error of the file system.
func reasonOf(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// OpenFile opens a file that [Files] keeps or that an input names.
func (t *HTTP) OpenFile(path string) (io.ReadCloser, error) { return os.Open(path) }
