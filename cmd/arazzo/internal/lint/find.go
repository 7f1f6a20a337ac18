// Package lint is what "arazzo validate" does: it finds documents and their
// configuration, checks many of them at a time, and again when they change.
package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/internal/glob"
)

// Document is a document to check.
type Document struct {
	// Name is the path or URL as messages show it.
	Name string
	// Found says that the document was not named but found in a folder or by a
	// pattern, so that a configuration may exclude it.
	Found bool
}

// EmptyError says that an argument stands for no document.
type EmptyError struct{ Argument string }

// Error names the argument.
func (e *EmptyError) Error() string {
	if glob.HasMeta(e.Argument) {
		return fmt.Sprintf("no Arazzo document matches %q", e.Argument)
	}
	return fmt.Sprintf("no Arazzo document is in %q", e.Argument)
}

// WithoutOthers leaves out the files that were named and hold no Arazzo document
// but something else, for callers that name all files of a kind. What cannot be
// read stays.
func WithoutOthers(documents []Document) []Document {
	return slices.DeleteFunc(documents, func(d Document) bool {
		if d.Found || d.Name == "-" || IsURL(d.Name) {
			return false
		}
		info, err := os.Stat(d.Name)
		return err == nil && info.Mode().IsRegular() && !isArazzo(d.Name)
	})
}

// IsURL reports whether an argument names a document on the network.
func IsURL(argument string) bool {
	scheme, _, found := strings.Cut(argument, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// Find lists the documents for which arguments stand: files, folders, patterns
// and URLs. Folders are searched for Arazzo documents in files that end in .yaml,
// .yml or .json; hidden folders and those named "node_modules" or "vendor" are
// left out. A file that is named is a document whatever it holds, and need not
// exist. The order is that of the arguments, and that of the paths within a
// folder; each document is listed once. An argument without a document is an
// error of type [*EmptyError].
func Find(arguments []string) ([]Document, error) {
	var list []Document
	seen := map[string]bool{}
	add := func(d Document) {
		key := d.Name
		if !IsURL(key) {
			if absolute, err := filepath.Abs(key); err == nil {
				key = absolute
			}
		}
		if !seen[key] {
			seen[key] = true
			list = append(list, d)
		}
	}
	for _, argument := range arguments {
		if IsURL(argument) {
			add(Document{Name: argument})
			continue
		}
		info, err := os.Stat(argument)
		switch {
		case err == nil && !info.IsDir(), err != nil && !glob.HasMeta(argument):
			add(Document{Name: argument})
			continue
		}
		root, pattern := argument, ""
		if err != nil {
			root, pattern = splitPattern(argument)
		}
		found, err := search(root, pattern)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, &EmptyError{Argument: argument}
		}
		for _, name := range found {
			add(Document{Name: name, Found: true})
		}
	}
	return list, nil
}

// splitPattern returns the folder in which a pattern begins, and the pattern
// below it.
func splitPattern(argument string) (root, pattern string) {
	segments := strings.Split(filepath.ToSlash(argument), "/")
	first := slices.IndexFunc(segments, glob.HasMeta)
	root = strings.Join(segments[:first], "/")
	switch {
	case first == 0:
		root = "."
	case root == "":
		root = "/"
	}
	return filepath.FromSlash(root), strings.Join(segments[first:], "/")
}

// search walks through a folder. The pattern is relative to it; an empty one
// matches all.
func search(root, pattern string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && name == root && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return fmt.Errorf("searching %q: %w", name, err)
		case entry.IsDir():
			if name != root && skipped(entry.Name()) {
				return filepath.SkipDir
			}
			return nil
		case !isCandidate(entry.Name()):
			return nil
		}
		if pattern != "" {
			below, err := filepath.Rel(root, name)
			if err != nil || !glob.Match(pattern, filepath.ToSlash(below)) {
				return nil
			}
		}
		if isArazzo(name) {
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(found)
	return found, nil
}

// skipped reports whether a folder is not searched.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor"
}

func isCandidate(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return !strings.HasPrefix(name, ".")
	default:
		return false
	}
}

// headBytes is how much of a file is read to see whether it is a document.
const headBytes = 4 << 10

// isArazzo reports whether a file says at its head that it is an Arazzo
// document. What cannot be read is none.
func isArazzo(name string) bool {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	head = head[:n]
	return bytes.Contains(head, []byte("arazzo")) && arazzo.Sniff(head) == "arazzo"
}
