package arazzo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// Fetcher reads documents from the network. Fetch returns the content and the
// URI from which it came in the end. Implementations must be safe for
// concurrent use and should bound what they read.
type Fetcher interface {
	Fetch(ctx context.Context, uri string) (data []byte, finalURI string, err error)
}

// Loader reads a document and the sources that it describes. The zero value
// reads local files only. A Loader may be used concurrently if its Fetcher may.
type Loader struct {
	// Fetcher reads http and https locations. Nil: they are refused.
	Fetcher Fetcher
	// Sources says where sources of the entry document really are: name of the
	// source description to path or URL.
	Sources map[string]string
	// FindSources uses a file of the same name nearby if a source does not exist
	// where its description says.
	FindSources bool
	// MaxBytes bounds the size of each document. Zero: 64 MiB.
	MaxBytes int64
	// Workflow is the id of the workflow that is to be run. A source that could
	// not be read is an error only if this workflow uses it. Empty: if any
	// workflow of the entry document does.
	Workflow string
}

const (
	defaultMaxBytes = 64 << 20
	// maxDocuments bounds the Arazzo documents of a bundle, and maxSources the
	// sources of all of them.
	maxDocuments = 100
	maxSources   = 1000
)

// IsHostFailure reports whether a rule is about the host and not about the
// document: a file or a network location that could not be read. The command
// line ends with exit code 4 for these and with 3 for all others.
func IsHostFailure(rule string) bool {
	switch rule {
	case ruleFileNotFound, ruleFileUnreadable, ruleFileTooLarge, ruleSourceNotFound, ruleSourceUnreadable,
		ruleMovedSource, ruleRemoteDocument, ruleFetchFailed:
		return true
	default:
		return false
	}
}

// The rules for which [IsHostFailure] holds.
const (
	ruleFileNotFound     = "file-not-found"
	ruleFileUnreadable   = "file-unreadable"
	ruleFileTooLarge     = "file-too-large"
	ruleSourceNotFound   = "source-not-found"
	ruleSourceUnreadable = "source-unreadable"
	ruleMovedSource      = "moved-source"
	ruleRemoteDocument   = "remote-document"
	ruleFetchFailed      = "fetch-failed"
)

// Load reads the document at a path, or at a URL through the Fetcher, with all
// its sources. The Bundle is never nil; it is only complete if the list holds
// no error. A source that cannot be read is a warning if no step needs it, and
// [Source.Err] says why.
func (l *Loader) Load(ctx context.Context, location string) (*Bundle, diag.List) {
	data, final, err := l.read(ctx, location)
	if err != nil {
		if err.rule == ruleFileNotFound {
			err.hint = similarFile(location)
		}
		doc := &Document{Origin: Origin{src: newSource(location, nil)}}
		doc.problems = diag.List{{Rule: err.rule, Message: err.message, Hint: err.hint, Range: diag.Range{File: location}}}
		return &Bundle{Entry: doc, Documents: []*Document{doc}}, slices.Clone(doc.problems)
	}
	return l.LoadBytes(ctx, final, data)
}

// LoadBytes is Load for a document whose text is known already. Sources are
// resolved relative to the name.
func (l *Loader) LoadBytes(ctx context.Context, name string, data []byte) (*Bundle, diag.List) {
	doc, list := Parse(name, data)
	b := &Bundle{Entry: doc, Documents: []*Document{doc}, sources: map[*SourceDescription]*Source{}}
	if doc.node == nil {
		return b, list
	}
	r := &loading{loader: l, ctx: ctx, bundle: b, list: list, loaded: map[string]*Source{}}
	r.unknownOverrides()
	for i := 0; i < len(b.Documents); i++ {
		r.sources(b.Documents[i])
	}
	r.reportFailures(l.Workflow)
	r.list.Sort()
	return b, r.list
}

// loading is one call of Load.
type loading struct {
	loader *Loader
	ctx    context.Context
	bundle *Bundle
	list   diag.List
	// loaded holds the sources by location, so that each is read once.
	loaded   map[string]*Source
	failures []failedSource
	count    int
}

// failedSource is a source that could not be read. Whether that matters is
// known when everything else has been read.
type failedSource struct {
	doc     *Document
	source  *Source
	problem diag.Diagnostic
}

// unknownOverrides reports locations that were given for sources which the
// document does not have.
func (r *loading) unknownOverrides() {
	var names []string
	for _, sd := range r.bundle.Entry.SourceDescriptions {
		names = append(names, sd.Name)
	}
	given := make([]string, 0, len(r.loader.Sources))
	for name := range r.loader.Sources {
		given = append(given, name)
	}
	sort.Strings(given)
	for _, name := range given {
		if slices.Contains(names, name) {
			continue
		}
		hint := "the document describes " + quotedList(names)
		if near := nearest.Find(name, names); len(near) > 0 {
			hint = didYouMean(near)
		}
		r.list.Add(diag.Diagnostic{
			Rule: "unknown-source", Range: r.bundle.Entry.FieldNameRange("sourceDescriptions"),
			Message: fmt.Sprintf("a location is given for the source %q, which the document does not describe", shown(name)), Hint: hint,
		})
	}
}

// sources reads the sources of a document.
func (r *loading) sources(doc *Document) {
	for _, sd := range doc.SourceDescriptions {
		if r.count++; r.count > maxSources {
			r.list.Add(diag.Diagnostic{
				Rule: "too-many-sources", Range: sd.Range(),
				Message: fmt.Sprintf("more than %d sources are described in all", maxSources),
			})
			return
		}
		if sd.URL == "" {
			// Parse or Check says so.
			r.bundle.sources[sd] = &Source{Description: sd, Kind: sd.Type, Err: errors.New("its url is not given"), reported: true}
			continue
		}
		s, problem := r.source(doc, sd)
		r.bundle.sources[sd] = s
		if problem != nil {
			s.Err = errors.New(problem.message)
			r.failures = append(r.failures, failedSource{doc: doc, source: s, problem: diag.Diagnostic{
				Rule: problem.rule, Message: fmt.Sprintf("source %q: %s", shown(sd.Name), problem.message), Hint: problem.hint,
				Range: sd.Field("url").Range(), Pointer: sd.Pointer(), Related: problem.related,
			}})
		}
	}
}

// source reads one source.
func (r *loading) source(doc *Document, sd *SourceDescription) (*Source, *readError) {
	s := &Source{Description: sd, Kind: sd.Type}
	override, given := "", false
	if doc == r.bundle.Entry {
		override, given = r.loader.Sources[sd.Name]
	}
	location := override
	if !given {
		var err *readError
		location, err = resolve(baseLocation(doc), sd.URL)
		if err != nil {
			s.Location = sd.URL
			return s, err
		}
	}
	s.Location = location
	if known := r.loaded[location]; known != nil {
		return shareSource(s, known), nil
	}
	data, final, err := r.loader.read(r.ctx, location)
	if err != nil && err.rule == ruleFileNotFound && !given {
		data, final, err = r.nearby(doc, sd, location, err)
	}
	if err != nil {
		return s, asSourceError(err, sd.Name)
	}
	s.Location = final
	if known := r.loaded[final]; known != nil {
		return shareSource(s, known), nil
	}
	if err := r.open(s, data); err != nil {
		return s, err
	}
	r.loaded[location], r.loaded[final] = s, s
	return s, nil
}

// shareSource makes a second description of a document that is read already.
func shareSource(s, known *Source) *Source {
	s.API, s.Document, s.Location, s.text = known.API, known.Document, known.Location, known.text
	if s.Kind == "" {
		s.Kind = known.Kind
	}
	return s
}

// open reads the text of a source as what it is.
func (r *loading) open(s *Source, data []byte) *readError {
	kind := sniff(data)
	if kind == "swagger" {
		kind = "openapi"
	}
	declared := s.Description.Type
	if declared != "" && kind != "" && declared != kind {
		s.Kind = kind
		return &readError{
			rule: "source-type", message: fmt.Sprintf("%q is %s, not %s as its type says", s.Location, kindName(kind), kindName(declared)),
			hint: fmt.Sprintf("set its type to %q", kind),
		}
	}
	if declared == "" {
		s.Kind = kind
	}
	s.text = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if s.Kind == "asyncapi" {
		return nil
	}
	if s.Kind == "arazzo" {
		return r.openArazzo(s, data)
	}
	api, err := openapi.Open(s.Location, data, openapi.WithReader(r.loader.sibling(r.ctx)))
	if err != nil {
		return invalidSource(s.Location, err)
	}
	s.API, s.Kind = api, "openapi"
	return nil
}

func kindName(kind string) string {
	switch kind {
	case "openapi":
		return "an OpenAPI description"
	case "arazzo":
		return "an Arazzo document"
	case "asyncapi":
		return "an AsyncAPI description"
	default:
		return "a document of type " + fmt.Sprintf("%q", shown(kind))
	}
}

// invalidSource wraps what is wrong with an API description.
func invalidSource(location string, err error) *readError {
	problem := &readError{rule: "invalid-source", message: fmt.Sprintf("%q is no API description: %s", location, err)}
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		problem.message = fmt.Sprintf("%q: %s", location, d.Message)
		problem.hint = d.Hint
		if d.Range.Start.IsValid() {
			problem.related = []diag.Related{{Message: d.Message, Range: d.Range}}
		}
	}
	return problem
}

// sibling reads the other files that an API description refers to. They are
// read when an operation that needs them is looked up.
func (l *Loader) sibling(ctx context.Context) openapi.Reader {
	loader := *l
	ctx = context.WithoutCancel(ctx)
	return func(location string) ([]byte, error) {
		data, _, err := loader.read(ctx, location)
		if err != nil {
			return nil, errors.New(err.message)
		}
		return data, nil
	}
}

func (r *loading) openArazzo(s *Source, data []byte) *readError {
	for _, d := range r.bundle.Documents {
		if d.Name() == s.Location {
			s.Document = d
			return nil
		}
	}
	if len(r.bundle.Documents) >= maxDocuments {
		return &readError{rule: "too-many-sources", message: fmt.Sprintf("more than %d Arazzo documents refer to each other", maxDocuments)}
	}
	doc, list := Parse(s.Location, data)
	r.list.Add(list...)
	if doc.node == nil {
		return &readError{rule: "invalid-source", message: fmt.Sprintf("%q cannot be read as an Arazzo document", s.Location)}
	}
	s.Document = doc
	r.bundle.Documents = append(r.bundle.Documents, doc)
	return nil
}

// reportFailures turns failed sources into errors, or into warnings where no
// step that can be reached needs them.
func (r *loading) reportFailures(workflow string) {
	if len(r.failures) == 0 {
		return
	}
	needed := neededSources(r.bundle, workflow)
	for _, f := range r.failures {
		if !needed[f.source.Description] {
			f.problem.Severity = diag.Warning
		} else {
			f.source.reported = true
		}
		r.list.Add(f.problem)
	}
}

func asSourceError(err *readError, name string) *readError {
	switch err.rule {
	case ruleFileNotFound:
		err.rule = ruleSourceNotFound
	case ruleFileUnreadable:
		err.rule = ruleSourceUnreadable
	}
	if err.hint == "" && IsHostFailure(err.rule) {
		err.hint = fmt.Sprintf("say where it is with --source %s", shellWord(name+"=PATH"))
	}
	return err
}

func quotedList(names []string) string {
	if len(names) == 0 {
		return "no source"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", shown(n))
	}
	return strings.Join(quoted, ", ")
}
