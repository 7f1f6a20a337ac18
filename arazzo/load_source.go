package arazzo

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// open reads the text of a source as what it is.
func (r *loading) open(s *Source, data []byte) *readError {
	kind := Sniff(data)
	if kind == "swagger" {
		kind = "openapi"
	}
	declared := s.Description.Type
	if declared != "" && kind != "" && declared != kind {
		s.Kind = kind
		return &readError{
			rule: "source-type", message: fmt.Sprintf("%q is %s, not %s as its type says", shownFile(s.Location), kindName(kind), kindName(declared)),
			hint: fmt.Sprintf("set its type to %q", kind),
			mend: func(d *diag.Diagnostic) {
				place := s.Description.Field("type")
				edit, err := place.Replace(kind)
				mend(d, fmt.Sprintf("set its type to %q", kind), "", place, []diag.Edit{edit}, err)
			},
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
	open := func(files *fileSet) (*openapi.Document, error) {
		return openapi.Open(s.Location, data, openapi.WithReader(r.sibling(files)))
	}
	var err error
	if _, given := r.memory[locationKey(s.Location)]; r.loader.Cache != nil && !given {
		s.API, s.files, err = r.loader.Cache.description(s.Location, len(data), open)
	} else {
		s.files = &fileSet{}
		s.API, err = open(s.files)
	}
	if err != nil {
		return invalidSource(shownFile(s.Location), err)
	}
	s.Kind = "openapi"
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

// sibling reads the other files that an API description refers to, and takes
// note of them. They are read when an operation that needs them is looked up.
func (r *loading) sibling(files *fileSet) openapi.Reader {
	loader, memory, budget := *r.loader, r.memory, r.budget
	ctx := context.WithoutCancel(r.ctx)
	return func(from, location string) ([]byte, string, error) {
		files.add(location)
		if readsFile(from, location) {
			return nil, "", fileRefused(from, location).diagnostic()
		}
		if data, ok := memory[locationKey(location)]; ok {
			return data, location, nil
		}
		text, err := loader.readShared(ctx, FetchRequest{URI: location, From: from, Part: true}, budget)
		if err != nil {
			return nil, "", err.diagnostic()
		}
		return text.Data, text.URI, nil
	}
}

func (r *loading) openArazzo(s *Source, data []byte) *readError {
	if found := r.known[locationKey(s.Location)]; found != nil && found.document != nil {
		s.Document = found.document
		r.adopt(found.document)
		return nil
	}
	if len(r.bundle.Documents) >= maxDocuments {
		return tooManyDocuments()
	}
	doc, list := Parse(s.Location, data)
	r.list.Add(list...)
	if doc.node == nil {
		return &readError{rule: "invalid-source", message: fmt.Sprintf("%q cannot be read as an Arazzo document", shownFile(s.Location))}
	}
	s.Document = doc
	r.adopt(doc)
	r.identify(&provided{location: s.Location, kind: "arazzo", document: doc, self: doc.Self, text: s.text, private: s.private})
	return nil
}
