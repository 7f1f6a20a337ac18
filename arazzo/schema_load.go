package arazzo

import (
	"bytes"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// schemas connects the files in which schemas stand, so that a reference in
// the inputs of one finds another: the Arazzo documents of the bundle, those
// that the caller gives, and files that hold nothing but schemas, which are read
// here.
func (r *loading) schemas() {
	library := map[string]*schemaFile{}
	for key, p := range r.known {
		if p.document != nil && p.document.schemas != nil {
			library[key] = p.document.schemas
		}
	}
	var queue []*schemaFile
	for _, d := range r.bundle.Documents {
		if d.schemas != nil {
			d.schemas.base = baseLocation(d)
			library[locationKey(d.Name())] = d.schemas
			queue = append(queue, d.schemas)
		}
	}
	tried := map[string]bool{}
	for len(queue) > 0 {
		file := queue[0]
		queue = queue[1:]
		file.library = library
		for _, reference := range file.elsewhere() {
			location, err := resolve(file.base, reference.text)
			if err != nil {
				continue
			}
			key := locationKey(location)
			if library[key] != nil || tried[key] || len(tried) >= maxDocuments {
				continue
			}
			tried[key] = true
			if other := r.schemaFile(file, reference.at, location); other != nil {
				library[key] = other
				queue = append(queue, other)
			}
		}
	}
}

// schemaFile reads a file of schemas. It is nil if that cannot be done; the
// check of the schema that needs it says so. What must not be read is reported
// here.
func (r *loading) schemaFile(from *schemaFile, at *node, location string) *schemaFile {
	text, problem := r.read(FetchRequest{URI: location, From: from.src.name, Part: true})
	if problem != nil {
		if isRefusal(problem.rule) {
			place := Origin{src: from.src, node: at}
			r.list.Add(diag.Diagnostic{
				Rule: problem.rule, Severity: diag.Warning, Message: problem.message, Hint: problem.hint,
				Range: place.Range(), Pointer: place.Pointer(),
			})
		}
		return nil
	}
	src, unreadable := readText(text.URI, text.Data)
	if unreadable != nil {
		return nil
	}
	root, list := parseTree(src)
	if root == nil || len(list) > 0 {
		return nil
	}
	r.setText(text.URI, bytes.TrimPrefix(text.Data, []byte("\uFEFF")))
	return &schemaFile{root: root, src: src, base: text.URI}
}

// fileReference is a reference to another file at its place.
type fileReference struct {
	text string
	at   *node
}

// elsewhere lists the references in the schemas of the file that lead to other
// files.
func (f *schemaFile) elsewhere() []fileReference {
	f.index()
	var found []fileReference
	seen := map[string]bool{}
	var look func(n *node)
	look = func(n *node) {
		if ref := n.member("$ref"); ref != nil && ref.kind == String {
			location, _, _ := strings.Cut(ref.text, "#")
			if location != "" && !seen[location] && f.ids[location] == nil {
				seen[location] = true
				found = append(found, fileReference{location, ref})
			}
		}
		for _, c := range n.children {
			if n.kind == Array || !isSchemaData(c.key) {
				look(c)
			}
		}
	}
	for _, root := range f.roots() {
		look(root)
	}
	return found
}
