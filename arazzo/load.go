package arazzo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Loader reads a document and the sources that it describes. The zero value
// reads local files only. A Loader may be used concurrently if its Fetcher may.
type Loader struct {
	// Fetcher reads http and https locations. Nil: they are refused.
	Fetcher Fetcher
	// Sources says where sources of the entry document really are: name of the
	// source description to path or URL.
	Sources map[string]string
	// OptionalSources says that Sources may name sources which the document does
	// not describe, because it is meant for several documents.
	OptionalSources bool
	// Include are paths or URLs of further documents of the description. A
	// reference is matched with the $self of each before any location is tried
	// (Arazzo 1.1.0, Identity-Based Referencing).
	Include []string
	// Documents are further documents like those of Include, by their locations,
	// whose text is known already.
	Documents map[string][]byte
	// FindSources uses a file of the same name nearby if a source does not exist
	// where its description says.
	FindSources bool
	// MaxBytes bounds the size of each document. Zero: 64 MiB.
	MaxBytes int64
	// Cache keeps what is read besides the entry document. Nil: nothing is kept.
	Cache *Cache
	// MaxTotalBytes bounds the size of all documents together. Zero: 512 MiB.
	MaxTotalBytes int64
	// Workflow is the id of the workflow that is to be run. A source that could
	// not be read is an error only if this workflow uses it. Empty: if any
	// workflow of the entry document does.
	Workflow string
}

const (
	defaultMaxBytes      = 64 << 20
	defaultMaxTotalBytes = 512 << 20
	// maxFetches bounds the documents that are fetched from the network.
	maxFetches = 500
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
		return isRefusal(rule)
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
	text, err := l.read(ctx, FetchRequest{URI: location}, &budget{})
	if err != nil {
		if err.rule == ruleFileNotFound {
			err.hint = similarFile(location)
		}
		doc := &Document{Origin: Origin{src: newSource(location, nil)}}
		doc.problems = diag.List{{Rule: err.rule, Message: err.message, Hint: err.hint, Range: diag.Range{File: shownFile(location)}}}
		return &Bundle{Entry: doc, Documents: []*Document{doc}}, slices.Clone(doc.problems)
	}
	return l.load(ctx, text)
}

// LoadBytes is Load for a document whose text is known already. Sources are
// resolved relative to the name.
func (l *Loader) LoadBytes(ctx context.Context, name string, data []byte) (*Bundle, diag.List) {
	return l.load(ctx, &Fetched{Data: data, URI: name})
}

func (l *Loader) load(ctx context.Context, text *Fetched) (*Bundle, diag.List) {
	doc, list := Parse(text.URI, text.Data)
	b := &Bundle{Entry: doc, Documents: []*Document{doc}, sources: map[*SourceDescription]*Source{}}
	if doc.node == nil {
		return b, list
	}
	r := &loading{
		loader: l, ctx: ctx, bundle: b, list: list, loaded: map[string]*Source{},
		known: map[string]*provided{}, memory: map[string][]byte{}, budget: &budget{},
	}
	r.unknownOverrides()
	r.provide(text.Private)
	for i := 0; i < len(b.Documents); i++ {
		r.sources(b.Documents[i])
	}
	r.latecomers()
	r.reportFailures(l.Workflow)
	r.reportUnused()
	r.schemas()
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
	budget   *budget

	// known are the documents that are there, by their URIs and locations.
	known map[string]*provided
	// given are those of the Loader, memory their texts by location.
	given  []*provided
	memory map[string][]byte
	// late are sources that are not on this machine. They are looked for when all
	// documents that may be one of them have been read.
	late []lateSource
}

// lateSource is a source that waits for all others.
type lateSource struct {
	doc *Document
	sd  *SourceDescription
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
		if r.loader.OptionalSources || slices.Contains(names, name) {
			continue
		}
		hint := "the document describes " + quotedList(names)
		if near := resembling(name, names); len(near) > 0 {
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
		r.source(doc, sd, false)
	}
}

// latecomers reads the sources that were put off. Documents that are found so
// may bring sources of their own.
//
// Arazzo 1.1.0, Parsing Documents: all documents that are provided are parsed
// before a reference is declared unresolvable.
func (r *loading) latecomers() {
	for len(r.late) > 0 {
		next := r.late[0]
		r.late = r.late[1:]
		before := len(r.bundle.Documents)
		r.source(next.doc, next.sd, true)
		for _, doc := range r.bundle.Documents[before:] {
			r.sources(doc)
		}
	}
}

// source finds one source. Unless it is the last chance, a source that is not
// on this machine is put off.
func (r *loading) source(doc *Document, sd *SourceDescription, last bool) {
	s := &Source{Description: sd, Kind: sd.Type}
	problem, later := r.find(s, doc, last)
	if later {
		r.late = append(r.late, lateSource{doc, sd})
		return
	}
	r.bundle.sources[sd] = s
	if problem == nil {
		return
	}
	s.Err = errors.New(problem.message)
	d := diag.Diagnostic{
		Rule: problem.rule, Message: fmt.Sprintf("source %q: %s", shown(sd.Name), problem.message), Hint: problem.hint,
		Range: sd.Field("url").Range(), Pointer: sd.Pointer(), Related: problem.related,
	}
	if problem.mend != nil {
		problem.mend(&d)
	}
	r.failures = append(r.failures, failedSource{doc: doc, source: s, problem: d})
}

// find looks for a source: where the caller says it is, then among the documents
// that are known by a URI, then at its location.
func (r *loading) find(s *Source, doc *Document, last bool) (problem *readError, later bool) {
	sd := s.Description
	uri, err := resolve(baseLocation(doc), sd.URL)
	s.URI, s.Location = uri, uri
	override, given := "", false
	if doc == r.bundle.Entry {
		override, given = r.loader.Sources[sd.Name]
	}
	switch {
	case given:
		s.Location = override
	case err != nil:
		s.URI, s.Location = sd.URL, sd.URL
		return err, false
	case readsFile(doc.Name(), uri):
		return fileRefused(doc.Name(), uri), false
	default:
		if found := r.known[locationKey(uri)]; found != nil {
			if found.private && elsewhere(doc.Name(), found.location) {
				return privateRefused(doc.Name(), found.location), false
			}
			return r.use(s, found), false
		}
		if scheme, ok := schemeOf(uri); !last && (ok && scheme != "file" || !exists(localPath(uri))) {
			return nil, true
		}
	}
	return r.readSource(s, doc, given), false
}

// readSource reads a source from its location.
func (r *loading) readSource(s *Source, doc *Document, given bool) *readError {
	sd, location := s.Description, s.Location
	want := FetchRequest{URI: location, From: doc.Name()}
	if given {
		want.From = ""
	}
	if known := r.loaded[locationKey(location)]; known != nil {
		return share(s, known, want.From)
	}
	text, err := r.read(want)
	if err != nil && err.rule == ruleFileNotFound && !given {
		text, err = r.nearby(doc, sd, location, err)
	}
	if err != nil {
		if doc != r.bundle.Entry {
			return asSourceError(err, "")
		}
		if err.hint == "" && !given && doc.Self != "" && !isRemote(doc.Name()) {
			if file := joinFile(doc.Name(), sd.URL); !isRemote(sd.URL) && exists(file) {
				err.hint = fmt.Sprintf("\"$self\" says where the document is; use the file beside it with --source %s", shellWord(sd.Name+"="+file))
			}
		}
		return asSourceError(err, sd.Name)
	}
	s.Location, s.private = text.URI, text.Private
	if known := r.loaded[locationKey(text.URI)]; known != nil {
		return share(s, known, want.From)
	}
	if err := r.open(s, text.Data); err != nil {
		return err
	}
	r.loaded[locationKey(location)], r.loaded[locationKey(text.URI)] = s, s
	return nil
}

// read reads a document that is given as text, or else its location.
func (r *loading) read(want FetchRequest) (*Fetched, *readError) {
	r.bundle.files.add(want.URI)
	if readsFile(want.From, want.URI) {
		return nil, fileRefused(want.From, want.URI)
	}
	if data, ok := r.memory[locationKey(want.URI)]; ok {
		return &Fetched{Data: data, URI: want.URI}, nil
	}
	return r.loader.readShared(r.ctx, want, r.budget)
}

// elsewhere reports whether a document came from the network, and from another
// server than a second one.
func elsewhere(from, location string) bool { return isRemote(from) && !sameOrigin(from, location) }

// share makes a source of a document that is read already, unless the document
// that refers to it may not.
func share(s, known *Source, from string) *readError {
	if known.private && elsewhere(from, known.Location) {
		return privateRefused(from, known.Location)
	}
	shareSource(s, known)
	return nil
}

// shareSource makes a second description of a document that is read already.
func shareSource(s, known *Source) {
	s.API, s.Document, s.Location = known.API, known.Document, known.Location
	s.text, s.files, s.private = known.text, known.files, known.private
	if s.Kind == "" {
		s.Kind = known.Kind
	}
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

// asSourceError words an error as one of a source. A name is given for a source
// of the entry document, since only of these the location can be given.
func asSourceError(err *readError, name string) *readError {
	switch err.rule {
	case ruleFileNotFound:
		err.rule = ruleSourceNotFound
	case ruleFileUnreadable:
		err.rule = ruleSourceUnreadable
	}
	if err.hint == "" && name != "" && IsHostFailure(err.rule) {
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
