package arazzo

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// provided is a document that references can find by its URI.
type provided struct {
	location string
	// kind is what the document says it is, as in [Source.Kind].
	kind string
	// self is the $self as it is written, and text what the document holds.
	self string
	text []byte
	// document is set for an Arazzo document.
	document *Document
	// included is how the caller named the document, if it did.
	included string
	used     bool
	// private: it came from an address that is not public, and the caller did not
	// give it.
	private bool
}

// provide reads the documents that the caller gives with the entry, which itself
// may have come from an address that is not public.
func (r *loading) provide(private bool) {
	entry := r.bundle.Entry
	r.identify(&provided{location: entry.Name(), kind: "arazzo", document: entry, self: entry.Self, text: entry.Text(), used: true, private: private})
	names := make([]string, 0, len(r.loader.Documents))
	for name := range r.loader.Documents {
		names = append(names, name)
		r.memory[locationKey(name)] = r.loader.Documents[name]
	}
	slices.Sort(names)
	for i, name := range append(names, r.loader.Include...) {
		if r.known[locationKey(name)] != nil {
			continue // given twice
		}
		text, err := r.read(FetchRequest{URI: name})
		if err != nil {
			r.list.Add(diag.Diagnostic{Rule: err.rule, Message: err.message, Hint: err.hint, Range: diag.Range{File: shownFile(name)}})
			continue
		}
		r.include(name, text, i >= len(names))
	}
}

// include makes a document known. One that was asked for should be used.
func (r *loading) include(name string, given *Fetched, asked bool) {
	location, data := given.URI, given.Data
	if len(r.given) >= maxDocuments {
		r.list.Add(diag.Diagnostic{Rule: "too-many-sources", Message: tooManyDocuments().message, Range: diag.Range{File: shownFile(location)}})
		return
	}
	p := &provided{location: location, kind: Sniff(data), included: name, text: bytes.TrimPrefix(data, []byte("\uFEFF"))}
	r.setText(location, p.text)
	switch p.kind {
	case "swagger":
		p.kind = "openapi"
		p.self = sniffSelf(data)
	case "openapi", "asyncapi":
		// OpenAPI 3.2.0, OpenAPI Object: $self.
		p.self = sniffSelf(data)
	default:
		doc, list := Parse(location, data)
		if p.kind == "arazzo" || doc.Arazzo != "" {
			r.list.Add(list...)
			p.kind, p.document, p.self = "arazzo", doc, doc.Self
		}
		if p.kind == "arazzo" && doc.node == nil {
			return
		}
	}
	p.used = !asked
	r.given = append(r.given, p)
	r.identify(p)
}

func tooManyDocuments() *readError {
	return &readError{rule: "too-many-sources", message: fmt.Sprintf("more than %d Arazzo documents refer to each other", maxDocuments)}
}

func (r *loading) setText(file string, text []byte) {
	if r.bundle.texts == nil {
		r.bundle.texts = map[string][]byte{}
	}
	r.bundle.texts[shownFile(file)] = text
}

// identify makes a document known by its location and its $self. One that came
// from the network cannot take the name of another host.
func (r *loading) identify(p *provided) {
	r.known[locationKey(p.location)] = p
	if p.self == "" {
		return
	}
	uri, err := resolve(p.location, p.self)
	if err != nil || isRemote(p.location) && !sameOrigin(p.location, uri) {
		return
	}
	key := locationKey(uri)
	first := r.known[key]
	if first == nil || first == p {
		r.known[key] = p
		return
	}
	place := diag.Range{File: shownFile(p.location)}
	if p.document != nil {
		place = p.document.Field("$self").Range()
	}
	// Arazzo 1.1.0, Arazzo Specification Object: $self identifies the document.
	r.list.Add(diag.Diagnostic{
		Rule: "duplicate-self", Range: place, Message: fmt.Sprintf("%q already identifies the document %q", shown(shownFile(uri)), shownFile(first.location)),
		Hint: "give each document a \"$self\" of its own",
	})
}

func sameOrigin(a, b string) bool {
	first := originOf(a)
	return first != "" && first == originOf(b)
}

// originOf returns scheme and host of a URL, or the empty string for a path.
func originOf(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// use takes a document that is known by its URI for a source.
func (r *loading) use(s *Source, p *provided) *readError {
	p.used = true
	s.Location, s.private = p.location, p.private
	if known := r.loaded[locationKey(p.location)]; known != nil {
		shareSource(s, known)
		return nil
	}
	if err := r.open(s, p.text); err != nil {
		return err
	}
	r.loaded[locationKey(p.location)] = s
	return nil
}

// adopt adds an Arazzo document to those of the bundle.
func (r *loading) adopt(doc *Document) {
	if !slices.Contains(r.bundle.Documents, doc) {
		r.bundle.Documents = append(r.bundle.Documents, doc)
	}
}

// reportUnused warns of documents to which nothing refers.
func (r *loading) reportUnused() {
	for _, p := range r.given {
		if p.used {
			continue
		}
		hint := "give it a \"$self\", and name that in the url of a source description"
		if p.self != "" {
			hint = "name its \"$self\" in the url of a source description"
		}
		r.list.Add(diag.Diagnostic{
			Rule: "unused-document", Severity: diag.Warning, Range: diag.Range{File: shownFile(p.location)},
			Message: fmt.Sprintf("nothing refers to the document %q", shownFile(p.included)), Hint: hint,
		})
	}
}

// sniffSelf finds the $self at the root of an API description without reading
// all of it as a model.
func sniffSelf(data []byte) string {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n")
	if len(data) > 0 && data[0] == '{' {
		return sniffSelfJSON(data)
	}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		name, value, found := bytes.Cut(line, []byte{':'})
		if !found || string(bytes.Trim(bytes.TrimRight(name, " \t"), `"'`)) != "$self" {
			continue
		}
		if before, _, comment := bytes.Cut(value, []byte(" #")); comment {
			value = before
		}
		return string(bytes.Trim(bytes.TrimSpace(value), `"'`))
	}
	return ""
}

func sniffSelfJSON(data []byte) string {
	d := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))
	if _, err := d.ReadToken(); err != nil {
		return ""
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return ""
		}
		if name.String() != "$self" {
			if d.SkipValue() != nil {
				return ""
			}
			continue
		}
		value, err := d.ReadToken()
		if err != nil || value.Kind() != '"' {
			return ""
		}
		return value.String()
	}
	return ""
}
