package lint

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/glob"
)

// Settings is the configuration that applies to a document.
type Settings struct {
	check.Config
	// File is the configuration file, empty if there is none.
	File string
	// Problems are what is wrong with it.
	Problems diag.List
	text     []byte
}

// configs finds the configuration of each folder once. It is safe for concurrent
// use.
type configs struct {
	home string
	mu   sync.Mutex
	// byFolder has nil for a folder without a configuration above it.
	byFolder map[string]*Settings
	byFile   map[string]*Settings
}

// of returns the configuration that applies to a document: the nearest file
// from its folder upwards. The search ends at the root of a repository, at the
// home folder and at the root of the file system.
func (c *configs) of(document string) *Settings {
	absolute, err := filepath.Abs(document)
	if err != nil || IsURL(document) {
		return &Settings{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.above(filepath.Dir(absolute)); s != nil {
		return s
	}
	return &Settings{}
}

func (c *configs) above(folder string) *Settings {
	if s, known := c.byFolder[folder]; known {
		return s
	}
	s := c.read(filepath.Join(folder, check.ConfigName))
	if s == nil && !c.isTop(folder) {
		s = c.above(filepath.Dir(folder))
	}
	if c.byFolder == nil {
		c.byFolder = map[string]*Settings{}
	}
	c.byFolder[folder] = s
	return s
}

// isTop reports whether the search for a configuration ends in a folder.
func (c *configs) isTop(folder string) bool {
	return filepath.Dir(folder) == folder || folder == c.home || isRepository(folder)
}

// upwards visits a folder and those above it in which a configuration for it
// could be.
func (c *configs) upwards(folder string, visit func(string)) {
	for ; ; folder = filepath.Dir(folder) {
		visit(folder)
		if c.isTop(folder) {
			return
		}
	}
}

// isRepository reports whether a folder is the root of a repository.
func isRepository(folder string) bool {
	for _, mark := range []string{".git", ".hg", ".jj"} {
		if _, err := os.Lstat(filepath.Join(folder, mark)); err == nil {
			return true
		}
	}
	return false
}

// maxConfigBytes bounds a configuration file.
const maxConfigBytes = 1 << 20

// read reads a configuration file, or returns nil if there is none.
func (c *configs) read(file string) *Settings {
	if s := c.byFile[file]; s != nil {
		return s
	}
	data, err := readBounded(file, maxConfigBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	name := shortName(file)
	s := &Settings{File: file, text: data}
	if err != nil {
		s.Problems = diag.List{{Rule: check.ConfigRule, Message: "the configuration cannot be read: " + reason(err), Range: diag.Range{File: name}}}
	} else {
		config, problems := check.ParseConfig(name, data)
		s.Config, s.Problems = *config, problems
	}
	if c.byFile == nil {
		c.byFile = map[string]*Settings{}
	}
	c.byFile[file] = s
	return s
}

// ignores reports whether the configuration excludes a document.
func (s *Settings) ignores(document string) bool {
	if s.File == "" || len(s.Ignore) == 0 {
		return false
	}
	absolute, err := filepath.Abs(document)
	if err != nil {
		return false
	}
	below, err := filepath.Rel(filepath.Dir(s.File), absolute)
	if err != nil {
		return false
	}
	for _, pattern := range s.Ignore {
		if glob.Covers(pattern, filepath.ToSlash(below)) {
			return true
		}
	}
	return false
}

// location is where a source of the configuration is: paths in it are relative
// to its folder.
func (s *Settings) location(source string) string {
	location := s.Sources[source]
	if IsURL(location) || filepath.IsAbs(location) {
		return location
	}
	return shortName(filepath.Join(filepath.Dir(s.File), location))
}

// shortName is a path relative to the working directory if it is inside of it.
func shortName(file string) string {
	folder, err := os.Getwd()
	if err != nil {
		return file
	}
	below, err := filepath.Rel(folder, file)
	if err != nil || !filepath.IsLocal(below) {
		return file
	}
	return below
}

func readBounded(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller words it
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, err //nolint:wrapcheck // the caller words it
	case int64(len(data)) > limit:
		return nil, errors.New("it is larger than 1 MiB")
	}
	return data, nil
}

// reason is what is wrong without the name of the file.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// forget lets all configurations be read again.
func (c *configs) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byFolder, c.byFile = nil, nil
}
