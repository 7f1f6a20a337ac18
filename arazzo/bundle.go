package arazzo

import (
	"sync"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// Bundle is an Arazzo document with everything that it refers to, as a
// [Loader] found it. It is safe for concurrent use.
type Bundle struct {
	// Entry is the document that was asked for. It is never nil.
	Entry *Document
	// Documents are all Arazzo documents, the entry first.
	Documents []*Document

	sources map[*SourceDescription]*Source
	// texts are the files that belong to no source.
	texts map[string][]byte
	// files are those that Load has asked for.
	files fileSet

	mu         sync.Mutex
	operations map[*Step]foundOperation
}

// Source is a source description with what stands behind it.
type Source struct {
	Description *SourceDescription
	// API is the description of an API, or nil.
	API *openapi.Document
	// Document is an Arazzo document, or nil.
	Document *Document
	// Kind is "openapi", "arazzo" or "asyncapi": the declared type, or what the
	// document itself says if none is declared. Empty: not known.
	Kind string
	// URI is the url of the description, resolved, which identifies the document
	// wherever it is read from. It is a path if the referring document is a
	// local file that has no $self or a relative one.
	URI string
	// Location is the path or URL from which the source was read, or should have
	// been.
	Location string
	// Err says why the source could not be read. API and Document are nil then.
	Err error

	text []byte
	// files are those that the description refers to, as far as they were read.
	files *fileSet
	// private: the source came from an address that is not public.
	private bool
	// reported: Load has said as an error that the source cannot be read.
	reported bool
}

// Source returns the source description of a name in a document, or nil if
// the document declares none of that name.
func (b *Bundle) Source(doc *Document, name string) *Source {
	if doc == nil {
		return nil
	}
	return b.sources[doc.SourceDescription(name)]
}

// Sources returns the sources of a document in the order of its source
// descriptions.
func (b *Bundle) Sources(doc *Document) []*Source {
	list := make([]*Source, 0, len(doc.SourceDescriptions))
	for _, sd := range doc.SourceDescriptions {
		if s := b.sources[sd]; s != nil {
			list = append(list, s)
		}
	}
	return list
}

// Text returns the text of a file of the bundle as positions count it, or nil.
// It suits the renderers of package diag.
func (b *Bundle) Text(file string) []byte {
	for _, d := range b.Documents {
		if d.File() == file {
			return d.Text()
		}
	}
	for _, d := range b.Documents {
		for _, s := range b.Sources(d) {
			if shownFile(s.Location) == file {
				return s.text
			}
		}
	}
	return b.texts[file]
}
