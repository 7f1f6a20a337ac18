// Package openapi reads what a workflow step needs from an API description,
// and nothing else of it.
//
// A description is often megabytes long and partly broken. [Open] looks only at
// its head; the first lookup finds out where things stand without building a
// tree; and an [Operation] is read from the few places that it is made of. A
// defect anywhere else in the file changes nothing, and a defect in the
// operation is mended and reported in [Operation.Warnings] where it can be.
//
// Of members of an object that have the same name, the last one counts.
package openapi

import (
	"math"
	"strings"
	"sync"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	names "github.com/seed-d89508e2/arazzo/internal/location"
)

// Document is an API description. It is safe for concurrent use.
type Document struct {
	source  *source
	kind    string
	version string
	read    Reader

	mu         sync.Mutex
	operations *operationTable
	known      map[operationKey]*Operation // those that were asked for
	schemas    knownSchemas
	filesMu    sync.Mutex
	files      map[string]*source  // other files, by location
	failed     map[[2]string]error // why others are not read, by who asks and location
}

// Reader returns the content of another file that a description refers to, and
// where it was found in the end. The location is that of the referring file, from,
// with the relative reference applied. An error of type [*diag.Diagnostic] is
// reported as a warning under its own rule, with its hint.
type Reader func(from, location string) (data []byte, final string, err error)

// Option changes how a description is read.
type Option func(*Document)

// WithReader lets references to other files be followed. Without it they lead
// nowhere, with a warning.
func WithReader(read Reader) Option {
	return func(d *Document) { d.read = read }
}

// maxBytes bounds a description, far above what callers admit.
const maxBytes = 1 << 30

// Open recognises an OpenAPI description in JSON or YAML. The location is a path
// or a URI; it appears in ranges and is what relative references start from. The
// data must not change afterwards.
//
// Open is cheap, so a fault in the text may show only in the first lookup. An
// error is a [*diag.Diagnostic].
func Open(location string, data []byte, options ...Option) (*Document, error) {
	d := &Document{files: make(map[string]*source), failed: make(map[[2]string]error)}
	for _, option := range options {
		option(d)
	}
	if problem := d.open(location, data); problem != nil {
		return nil, problem
	}
	return d, nil
}

func (d *Document) open(location string, data []byte) *diag.Diagnostic {
	refuse := func(message, hint string) *diag.Diagnostic {
		return &diag.Diagnostic{
			Rule: RuleInvalidDescription, Message: message, Hint: hint,
			Range: diag.Range{File: names.Shown(location)},
		}
	}
	if len(data) > min(maxBytes, math.MaxInt32) {
		return refuse("the file is larger than 1 GiB", "")
	}
	if message, hint := notText(data); message != "" {
		return refuse(message, hint)
	}
	d.source = newSource(location, data)
	if kind, version, ok := head(d.source.data); ok {
		d.kind, d.version = kind, version
		return nil
	}
	t, problem := d.source.tree()
	if problem != nil {
		return problem
	}
	root := t.top()
	if k := root.kind(); k != kindObject {
		if t.odd.Load() {
			d.source.parseOdd(t)
		}
		if problem := d.source.isBroken(); problem != nil {
			return problem
		}
		return refuse("this is not an API description: its root is "+article(k)+", not an object", "")
	}
	for _, kind := range []string{"openapi", "swagger"} {
		if v := root.member(kind); v.exists() {
			version, ok := v.text()
			if !ok {
				return refuse("the version in \""+kind+"\" is not a string", "")
			}
			d.kind, d.version = kind, version
			return nil
		}
	}
	return refuse(notDescription(root))
}

// article returns the name of a type after "a" or "an".
func article(k kind) string {
	switch k {
	case kindArray, kindObject:
		return "an " + k.String()
	case kindNull:
		return "null"
	case kindBoolean, kindNumber, kindString:
		return "a " + k.String()
	default:
		return k.String()
	}
}

// notDescription says what a document is that is no API description.
func notDescription(root value) (message, hint string) {
	for _, other := range []struct{ member, name, hint string }{
		{"arazzo", "an Arazzo document", "its source description needs the type \"arazzo\""},
		{"asyncapi", "an AsyncAPI description", "only OpenAPI descriptions are supported"},
		{"$schema", "a JSON Schema", ""},
	} {
		if root.member(other.member).exists() {
			return "this is " + other.name + ", not an OpenAPI description", other.hint
		}
	}
	return "this is not an API description: it has no member \"openapi\"", ""
}

// Location returns the path or URI that was given to [Open].
func (d *Document) Location() string { return d.source.location }

// Kind returns "openapi" or "swagger".
func (d *Document) Kind() string { return d.kind }

// Version returns the version of the specification that the description names,
// such as "3.0.3".
func (d *Document) Version() string { return d.version }

// Extensions returns the members of the object at a JSON Pointer whose names
// start with "x-", as JSON values. It is empty if there is no such object.
func (d *Document) Extensions(pointer string) map[string]any {
	for {
		t, problem := d.source.tree()
		if problem != nil {
			return nil
		}
		v, _ := locate(t.top(), strings.TrimPrefix(pointer, "#"))
		found := extensions(v)
		if !t.odd.Load() || !d.source.parseOdd(t) {
			return found
		}
	}
}

// extensions returns the members of an object whose names start with "x-".
func extensions(v value) map[string]any {
	out := make(map[string]any)
	v.fields(func(f field) bool {
		if strings.HasPrefix(f.name, "x-") {
			if x, ok := f.value.json(); ok {
				out[f.name] = x
			}
		}
		return true
	})
	return out
}
