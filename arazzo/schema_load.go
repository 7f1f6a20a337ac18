package arazzo

import (
	"bytes"
	"strings"
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
			location, err := resolve(file.base, reference)
			if err != nil {
				continue
			}
			key := locationKey(location)
			if library[key] != nil || tried[key] || len(tried) >= maxDocuments {
				continue
			}
			tried[key] = true
			if other := r.schemaFile(location); other != nil {
				library[key] = other
				queue = append(queue, other)
			}
		}
	}
}

// schemaFile reads a file of schemas. It is nil if that cannot be done; the
// check of the schema that needs it says so.
func (r *loading) schemaFile(location string) *schemaFile {
	data, final, problem := r.read(location)
	if problem != nil {
		return nil
	}
	src, unreadable := readText(final, data)
	if unreadable != nil {
		return nil
	}
	root, list := parseTree(src)
	if root == nil || len(list) > 0 {
		return nil
	}
	r.setText(final, bytes.TrimPrefix(data, []byte("\uFEFF")))
	return &schemaFile{root: root, src: src, base: final}
}

// elsewhere lists the references in the schemas of the file that lead to other
// files.
func (f *schemaFile) elsewhere() []string {
	f.index()
	var found []string
	seen := map[string]bool{}
	var look func(n *node)
	look = func(n *node) {
		if ref := n.member("$ref"); ref != nil && ref.kind == String {
			location, _, _ := strings.Cut(ref.text, "#")
			if location != "" && !seen[location] && f.ids[location] == nil {
				seen[location] = true
				found = append(found, location)
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
