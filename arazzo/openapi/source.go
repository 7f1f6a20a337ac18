package openapi

import (
	"bytes"
	"errors"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	names "github.com/seed-d89508e2/arazzo/internal/location"
)

// RuleInvalidDescription is the rule id of what is wrong with an API description
// itself.
const RuleInvalidDescription = "invalid-description"

// source is a file that holds a description or a part of one.
type source struct {
	location string
	// file is the location as messages show it.
	file string
	data []byte // UTF-8, without a byte order mark
	json bool

	mu      sync.Mutex
	current atomic.Pointer[tree]
	err     *diag.Diagnostic // why there is no tree
	broken  *diag.Diagnostic // why a full parse of the text is of no use

	lines lineTable
}

func newSource(location string, data []byte) *source {
	s := &source{location: location, file: names.Shown(location), data: normalise(data)}
	s.json = looksLikeJSON(s.data)
	return s
}

// tree returns the content, reading it the first time.
func (s *source) tree() (*tree, *diag.Diagnostic) {
	if t := s.current.Load(); t != nil {
		return t, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.current.Load(); t != nil {
		return t, nil
	}
	if s.err != nil {
		return nil, s.err
	}
	t, err := s.read()
	if err != nil {
		s.err = err
		return nil, err
	}
	s.current.Store(t)
	return t, nil
}

func (s *source) read() (*tree, *diag.Diagnostic) {
	if s.json {
		x, err := scanJSON(s.data)
		if err == nil {
			return &tree{src: s, index: x}, nil
		}
		if !s.namedYAML() {
			return nil, s.fault(err)
		}
		s.json = false
	}
	x, err := scanYAML(s.data)
	if err == nil {
		return &tree{src: s, index: x}, nil
	}
	if errors.Is(err, errTooDeep) {
		return nil, s.fault(err)
	}
	t, problem := s.readWhole()
	if problem == nil {
		return t, nil
	}
	x = scanBrokenYAML(s.data)
	t = &tree{src: s, index: x}
	if t.top().member("paths").kind() != kindObject {
		return nil, problem
	}
	s.broken = problem
	return t, nil
}

func (s *source) readWhole() (*tree, *diag.Diagnostic) {
	root, err := parseYAML(s.data)
	if err == nil {
		err = checkAliases(root)
	}
	if err != nil {
		return nil, s.fault(err)
	}
	return &tree{src: s, root: root}, nil
}

// namedYAML reports whether the file calls itself YAML.
func (s *source) namedYAML() bool {
	switch strings.ToLower(path.Ext(s.location)) {
	case ".yaml", ".yml":
		return true
	default:
		return false
	}
}

// parseOdd replaces an indexed tree, in which something was found that needs the
// full parser, by a fully parsed one. It reports whether there is a new tree. A
// file that the full parser refuses keeps its index: what is well-formed in it
// is still found.
func (s *source) parseOdd(t *tree) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Load() != t {
		return true
	}
	if s.broken != nil || t.root != nil || t.index.json {
		return false
	}
	whole, err := s.readWhole()
	if err != nil {
		s.broken = err
		return false
	}
	s.current.Store(whole)
	return true
}

// fault makes a diagnostic of an error in the text.
func (s *source) fault(err error) *diag.Diagnostic {
	d := &diag.Diagnostic{Rule: RuleInvalidDescription, Range: diag.Range{File: s.file}}
	var syntax *syntaxError
	switch {
	case errors.As(err, &syntax):
		d.Message = syntax.message
		d.Range.Start = s.position(syntax.offset)
	case errors.Is(err, errTooDeep), errors.Is(err, errAliasBomb), errors.Is(err, errAliasCircle):
		d.Message = err.Error()
	default:
		message, line := yamlMessage(err)
		d.Message = "invalid YAML: " + message
		if line > 0 {
			d.Range.Start = diag.Position{Line: line, Column: 1}
		}
	}
	return d
}

// position returns the place of a byte offset.
func (s *source) position(offset int) diag.Position {
	return s.lines.position(s.data, offset)
}

// lineTable turns offsets into lines and columns. It is filled when it is first
// used.
type lineTable struct {
	once   sync.Once
	blocks []diag.Position // where every block of blockSize bytes starts
}

const blockSize = 16 << 10

func (l *lineTable) position(data []byte, offset int) diag.Position {
	l.once.Do(func() {
		at := diag.Position{Line: 1, Column: 1}
		for from := 0; from <= len(data); from += blockSize {
			l.blocks = append(l.blocks, at)
			at = advance(at, data[from:min(from+blockSize, len(data))])
		}
	})
	offset = max(0, min(offset, len(data)))
	block := offset / blockSize
	return advance(l.blocks[block], data[block*blockSize:offset])
}

// advance returns the position after a text that starts at another position.
func advance(at diag.Position, text []byte) diag.Position {
	if last := bytes.LastIndexByte(text, '\n'); last >= 0 {
		at.Line += bytes.Count(text, []byte{'\n'})
		at.Column = 1
		text = text[last+1:]
	}
	// A character counts where it starts, so that one that is cut in two by the
	// end of a block counts once.
	for _, c := range text {
		if c < 0x80 || c >= 0xc0 {
			at.Column++
		}
	}
	return at
}

// start returns the place of a value.
func (v value) start() diag.Position {
	switch {
	case v.tree == nil:
		return diag.Position{}
	case v.node != nil && v.node.Line > 0:
		return diag.Position{Line: v.node.Line, Column: v.node.Column}
	case v.index == nil:
		return diag.Position{}
	}
	e := &v.index.entries[v.at]
	offset := e.off
	if e.text || v.index.json {
		offset = e.val
	} else {
		v.children(func(entry value) bool {
			offset = entry.index.startOf(entry.at)
			return false
		})
	}
	return v.tree.src.position(int(offset))
}

// keyStart returns the place of the name of a member.
func (f field) keyStart() diag.Position {
	switch {
	case f.key != nil:
		return diag.Position{Line: f.key.Line, Column: f.key.Column}
	case f.value.index == nil:
		return diag.Position{}
	default:
		return f.value.tree.src.position(int(f.value.index.entries[f.value.at].off))
	}
}

// place returns a range that starts at a position of the file of a value.
func (v value) place(at diag.Position) diag.Range {
	if v.tree == nil {
		return diag.Range{}
	}
	return diag.Range{File: v.tree.src.file, Start: at}
}
