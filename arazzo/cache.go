package arazzo

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// Cache keeps the texts that [Loader]s have read and the descriptions of APIs
// that they have opened, so that what several documents name is read once.
// Loaders that share a Cache should have the same Fetcher, MaxBytes, Include and
// Documents. What failed is not kept. The zero value is empty and usable. A Cache
// is safe for concurrent use: who asks for what another is reading waits for it.
type Cache struct {
	// MaxBytes bounds the texts that are kept. Beyond it, those are let go that
	// have not been asked for longest. Zero: 256 MiB.
	MaxBytes int64

	mu      sync.Mutex
	entries map[string]*cached
	size    int64
	// uses counts what has been asked for; it tells which entry is the oldest.
	uses uint64
}

const defaultCacheBytes = 256 << 20

// cached is one document.
type cached struct {
	// used and size belong to the Cache.
	used uint64
	size int64

	mu    sync.Mutex
	text  *Fetched
	api   *openapi.Document
	files fileSet
}

// Forget lets go of a file and of the descriptions that have read it, because it
// may have changed.
func (c *Cache) Forget(file string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := locationKey(file)
	for name, e := range c.entries { // order: each entry is judged by itself
		location, _, _ := strings.Cut(name, "\x00")
		if locationKey(location) == key || e.files.has(key) {
			c.drop(name, e)
		}
	}
}

func (c *Cache) drop(name string, e *cached) {
	c.size -= e.size
	delete(c.entries, name)
}

// cacheKey is the spelling of a location. Other spellings of the same file are
// other entries, so that each diagnostic names a file as its document does.
func cacheKey(location string) string {
	if scheme, ok := schemeOf(location); ok && scheme != "file" {
		return location
	}
	return filepath.Clean(localPath(location))
}

// entry returns the entry of a location, which may be empty yet.
func (c *Cache) entry(location string) *cached {
	key := cacheKey(location)
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		e = &cached{}
		if c.entries == nil {
			c.entries = map[string]*cached{}
		}
		c.entries[key] = e
	}
	c.uses++
	e.used = c.uses
	return e
}

// account makes room for what an entry holds.
func (c *Cache) account(location string, e *cached, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[cacheKey(location)] != e {
		return
	}
	c.size += size - e.size
	e.size = size
	limit := c.MaxBytes
	if limit <= 0 {
		limit = defaultCacheBytes
	}
	for c.size > limit {
		name, oldest := "", (*cached)(nil)
		for n, candidate := range c.entries { // order: each use has another number
			if candidate.size > 0 && (oldest == nil || candidate.used < oldest.used) {
				name, oldest = n, candidate
			}
		}
		if oldest == nil {
			return
		}
		c.drop(name, oldest)
	}
}

// text returns what stands at a location. What is fetched from the network is
// kept apart for those who might not all be allowed to fetch it.
func (c *Cache) text(want FetchRequest, read func() (*Fetched, *readError)) (*Fetched, *readError) {
	location := want.URI
	if isRemote(location) && (isRemote(want.From) || want.Part) {
		location += "\x00" + originOf(want.From)
		if want.Part {
			location += "\x00"
		}
	}
	e := c.entry(location)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.text != nil {
		return e.text, nil
	}
	text, problem := read()
	if problem != nil {
		return nil, problem
	}
	e.text = text
	c.account(location, e, int64(len(text.Data)))
	return text, nil
}

// description returns the description of an API at a location, whose text has
// so many bytes, and the files that it reads besides.
func (c *Cache) description(location string, size int, open func(*fileSet) (*openapi.Document, error)) (*openapi.Document, *fileSet, error) {
	e := c.entry(location)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.api == nil {
		api, err := open(&e.files)
		if err != nil {
			return nil, &e.files, err
		}
		e.api = api
		c.account(location, e, int64(size))
	}
	return e.api, &e.files, nil
}

// fileSet is a set of locations, by their keys. It is safe for concurrent use.
type fileSet struct {
	mu    sync.Mutex
	names map[string]bool
}

func (s *fileSet) add(location string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[locationKey(location)] = true
}

func (s *fileSet) has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names[key]
}

// list returns the keys in their order. It suits a nil set.
func (s *fileSet) list() []string {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.names))
}

// Files lists the files and URLs of which the bundle was made, also those that
// could not be read, in alphabetical order. Paths are absolute. Files that a
// description of an API refers to are in the list from the time on at which an
// operation needs them.
func (b *Bundle) Files() []string {
	all := map[string]bool{}
	for _, d := range b.Documents {
		all[locationKey(d.Name())] = true
		for _, s := range b.Sources(d) {
			if s.Location != "" {
				all[locationKey(s.Location)] = true
			}
			for _, f := range s.files.list() {
				all[f] = true
			}
		}
	}
	for _, f := range b.files.list() {
		all[f] = true
	}
	return slices.Sorted(maps.Keys(all))
}
