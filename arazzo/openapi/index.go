package openapi

import (
	"bytes"
	"slices"
)

// entry is a member of a mapping or an element of a sequence. The entries of an
// index stand in document order, so the children of entry i are i+1,
// entries[i+1].next and so on, up to but not including entries[i].next.
type entry struct {
	off    uint32 // the key, or the dash of a YAML sequence entry
	val    uint32 // the value; of a YAML collection, the line below its key, or 0
	end    uint32 // the end of that value, but for a YAML collection that is not folded
	next   int32  // the first entry after this one and its children
	col    int32  // the column of off in bytes, from 0
	item   bool   // an element of a sequence; it has no key
	text   bool   // val is a scalar, a flow collection or an alias
	folded fold   // the children are not in the index
}

// fold says of an entry what it is if its children were left out.
type fold uint8

const (
	foldedObject fold = iota + 1
	foldedArray
)

// index is the structure of a document: where its entries stand, and nothing of
// what they hold. Entry 0 is the document itself. What lies deeper than a lookup
// of operations goes is folded: it was looked at, so that the whole text is known
// to be sound, but is not kept. It is scanned again when it is asked for.
type index struct {
	data    []byte
	entries []entry
	json    bool
	skipped []uint32 // where lines were left out, in ascending order
}

// rootColumn is the column of the entry that stands for the whole document.
const rootColumn = -1

// entriesOf guesses how many entries the index of a text has.
func entriesOf(data []byte) int { return len(data)/200 + 64 }

// hasChildren reports whether entry i is followed by entries of its own.
func (x *index) hasChildren(i int32) bool { return i+1 < x.entries[i].next }

// startOf returns the offset at which entry i starts: of a key behind a "?", that
// of the latter.
func (x *index) startOf(i int32) uint32 {
	e := &x.entries[i]
	line := bytes.LastIndexByte(x.data[:e.off], '\n') + 1
	if start := line + int(e.col); !x.json && start >= 0 && start < int(e.off) && x.data[start] == '?' {
		return uint32(start) //nolint:gosec // Bounded by the text.
	}
	return e.off
}

// damaged reports whether lines were left out inside entry i.
func (x *index) damaged(i int32) bool {
	if len(x.skipped) == 0 {
		return false
	}
	end := uint32(len(x.data)) //nolint:gosec // The caller bounds the text to 1 GiB.
	if next := x.entries[i].next; int(next) < len(x.entries) {
		end = x.entries[next].off
	}
	at, _ := slices.BinarySearch(x.skipped, x.entries[i].off)
	return at < len(x.skipped) && x.skipped[at] < end
}

// unfold returns the index of what stands in entry i, which is folded. Entry 0
// of it is that entry.
func (x *index) unfold(i int32) *index {
	e := x.entries[i]
	root := []entry{{off: e.off, col: e.col}}
	if x.json {
		s := jsonScanner{data: x.data[:e.end], pos: int(e.val), entries: root}
		_ = s.values() // It was sound the first time.
		return s.finish()
	}
	s := &yamlScanner{data: x.data[:e.end], pos: int(e.val), entries: root, await: true}
	_ = s.lines() // It was sound the first time.
	return s.finish()
}

// folding decides which entries are folded while a text is scanned.
type folding struct {
	fold  bool
	depth int // from which on entries of the current section are folded
}

// section takes note of the member of the document that starts with its name at
// the beginning of the text.
func (f *folding) section(text []byte) {
	switch name := bytes.TrimLeft(text[:min(len(text), 16)], `"'`); {
	case bytes.HasPrefix(name, []byte("paths")):
		f.depth = 4 // paths, path, method, operationId
	case bytes.HasPrefix(name, []byte("components")):
		f.depth = 3 // components, schemas, name
	default:
		f.depth = 2 // definitions, name
	}
}

// folds reports whether an entry of a depth, which is 1 for the members of the
// document, is folded.
func (f *folding) folds(depth int) bool { return f.fold && depth >= f.depth }
