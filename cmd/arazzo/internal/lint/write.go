package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrChanged is returned by [Write] for a file that is not what it was when it
// was read.
var ErrChanged = errors.New("the file was changed meanwhile")

// Text is the mended text, with the byte order mark that the document had.
func (r *FixResult) Text() []byte {
	if r.Mark {
		return append([]byte(byteOrderMark), r.Fixed.After...)
	}
	return r.Fixed.After
}

// Write puts the mended text in the place of a document's file, all of it or
// nothing: a new file beside it takes its name and mode. Behind a symbolic link
// it is the file that the link leads to.
func (r *FixResult) Write() error {
	file, err := filepath.EvalSymlinks(r.Document.Name)
	if err != nil {
		return fmt.Errorf("writing %q: %w", r.Document.Name, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("writing %q: %w", r.Document.Name, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("writing %q: it is no regular file", r.Document.Name)
	}
	before, err := os.ReadFile(file)
	switch {
	case err != nil:
		return fmt.Errorf("writing %q: %w", r.Document.Name, err)
	case !bytes.Equal(bytes.TrimPrefix(before, []byte(byteOrderMark)), r.Fixed.Before):
		return fmt.Errorf("writing %q: %w", r.Document.Name, ErrChanged)
	}
	if err := replaceFile(file, r.Text(), info.Mode().Perm()); err != nil {
		return fmt.Errorf("writing %q: %w", r.Document.Name, err)
	}
	return nil
}

// replaceFile writes a file anew under its name.
func replaceFile(file string, text []byte, mode fs.FileMode) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err //nolint:wrapcheck // the caller names the file
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.Write(text)
	if err == nil {
		err = temporary.Chmod(mode)
	}
	if err == nil {
		err = temporary.Sync()
	}
	if closeError := temporary.Close(); err == nil {
		err = closeError
	}
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	return err //nolint:wrapcheck // the caller names the file
}
