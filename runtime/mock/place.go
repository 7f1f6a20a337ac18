package mock

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// place is a part of a response: a header field, or a value in the body.
type place struct {
	// header is the name of a field in lower case, empty for the body.
	header string
	path   []token
}

// token leads from a value to one of its members or elements.
type token struct {
	name    string
	index   int
	isIndex bool
}

func member(name string) token { return token{name: name} }
func element(index int) token  { return token{index: index, isIndex: true} }

// child is the place of a member or element.
func (p place) child(t token) place {
	return place{header: p.header, path: append(slices.Clip(slices.Clone(p.path)), t)}
}

// key identifies the place.
func (p place) key() string {
	if p.header != "" {
		return "header " + p.header
	}
	var b strings.Builder
	b.WriteString("body")
	for _, t := range p.path {
		if t.isIndex {
			b.WriteString("/" + strconv.Itoa(t.index))
		} else {
			b.WriteString("." + strconv.Quote(t.name))
		}
	}
	return b.String()
}

// tree is a body under construction.
type tree struct {
	root    any
	present bool
	schema  sample.Schema
	options sample.Options
	// guess is the type of values that are read and not described.
	guess guess
	// guessed is set if there are any.
	guessed bool
}

// guess is a type that a value may have of which nothing is known.
type guess int

const (
	guessText guess = iota
	guessNumber
	guessList
)

// provide makes a value for a place that is read, unless there is one.
func (t *tree) provide(path []token) {
	if v, ok := t.lookup(path); ok && v != nil || len(path) == 0 {
		return
	}
	s := t.schemaAt(path)
	v := t.sampleAt(s, lastName(path), 0)
	if s == nil {
		t.guessed = true
		switch t.guess {
		case guessText:
		case guessNumber:
			v = json.Number(strconv.FormatUint(t.options.Seed%9000+1000, 10))
		case guessList:
			v = []any{map[string]any{"id": v}}
		}
	}
	t.set(path, v)
}

// schemaAt returns the schema of a place, or nil.
func (t *tree) schemaAt(path []token) sample.Schema {
	s := t.schema
	for _, tok := range path {
		s = below(s, tok)
	}
	return s
}

// lookup returns the value at a place, and whether there is one.
func (t *tree) lookup(path []token) (any, bool) {
	v, ok := t.root, t.present
	for _, tok := range path {
		if !ok {
			return nil, false
		}
		v, ok = childOf(v, tok)
	}
	return v, ok
}

func childOf(v any, tok token) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if tok.isIndex {
			return nil, false
		}
		m, ok := v[tok.name]
		return m, ok
	case []any:
		if !tok.isIndex {
			return nil, false
		}
		if at := position(v, tok.index); at >= 0 && at < len(v) {
			return v[at], true
		}
	}
	return nil, false
}

// position is where an index leads to: a negative one counts from the end.
func position(list []any, index int) int {
	if index < 0 {
		return index + len(list)
	}
	return index
}

// maxElements bounds the elements that an index asks for.
const maxElements = 1000

// set puts a value at a place. What leads there is made if it does not exist. It
// reports false if the place cannot be reached.
func (t *tree) set(path []token, v any) bool {
	out, ok := t.put(t.root, t.schema, path, "", v)
	if ok {
		t.root, t.present = out, true
	}
	return ok
}

func (t *tree) put(at any, s sample.Schema, path []token, name string, v any) (any, bool) {
	if len(path) == 0 {
		return v, true
	}
	tok := path[0]
	if !tok.isIndex {
		object, _ := at.(map[string]any)
		object = maps.Clone(object)
		if object == nil {
			object = make(map[string]any)
		}
		inner, ok := t.put(object[tok.name], below(s, tok), path[1:], tok.name, v)
		if ok {
			object[tok.name] = inner
		}
		return object, ok
	}
	list, _ := at.([]any)
	list = slices.Clone(list)
	index := tok.index
	if index < 0 {
		index = max(0, index+len(list))
	}
	if index >= maxElements {
		return at, false
	}
	for len(list) <= index {
		list = append(list, t.sampleAt(below(s, element(len(list))), name, len(list)))
	}
	inner, ok := t.put(list[index], below(s, element(index)), path[1:], name, v)
	if ok {
		list[index] = inner
	}
	return list, ok
}

// remove takes the value at a place away. An element goes with those after it.
func (t *tree) remove(path []token) {
	if len(path) == 0 {
		t.root, t.present = nil, false
		return
	}
	parent, ok := t.lookup(path[:len(path)-1])
	last := path[len(path)-1]
	if _, exists := childOf(parent, last); !ok || !exists {
		return
	}
	switch v := parent.(type) {
	case map[string]any:
		v = maps.Clone(v)
		delete(v, last.name)
		t.set(path[:len(path)-1], v)
	case []any:
		t.set(path[:len(path)-1], slices.Clone(v[:position(v, last.index)]))
	}
}

// sampleAt makes a value for a place.
func (t *tree) sampleAt(s sample.Schema, name string, index int) any {
	if s == nil {
		// An undescribed element is an object that gets the members it needs.
		if name == "" {
			return map[string]any{}
		}
	}
	o := t.options
	o.Seed += uint64(index) * 7919
	return sample.Value(s, name, o)
}

// lastName is the name of the innermost member that leads to a place.
func lastName(path []token) string {
	for i := len(path) - 1; i >= 0; i-- {
		if !path[i].isIndex {
			return path[i].name
		}
	}
	return ""
}

// resolve turns the tokens of a pointer into tokens of a place: a number leads
// into an array unless an object is known to stand there.
func (t *tree) resolve(pointer []string) []token {
	var path []token
	for _, text := range pointer {
		index, err := strconv.Atoi(text)
		tok := member(text)
		if err == nil && index >= 0 && strconv.Itoa(index) == text && t.isArrayAt(path) {
			tok = element(index)
		}
		path = append(path, tok)
	}
	return path
}

func (t *tree) isArrayAt(path []token) bool {
	if v, ok := t.lookup(path); ok {
		switch v.(type) {
		case []any:
			return true
		case map[string]any:
			return false
		}
	}
	s := t.schemaAt(path)
	if s == nil {
		return true
	}
	if isArray(s) {
		return true
	}
	if types := s.Types(); len(types) > 0 || len(s.Properties()) > 0 {
		return slices.Contains(types, "array")
	}
	return true
}
