package openapi

import (
	"bytes"
	"fmt"
	"strings"
)

// located is a value with the JSON Pointer of it in its file.
type located struct {
	value
	pointer string
}

// identities are the names under which a file and the schemas in it can be
// referred to, beside the location of the file and JSON Pointers.
type identities struct {
	// base is the URI of the file: its location, or what "$self" says.
	base string
	// searched is set once the schemas of the file were looked at.
	searched  bool
	resources map[string]located // schemas with "$id", by their URI
	anchors   map[anchor]located
	bases     map[value]string // what references inside such schemas start from
}

// anchor is a plain name in a schema with a URI, or in the file.
type anchor struct{ base, name string }

// identities returns the names in a file. Those of its schemas are searched if
// one states its "$id", or if an anchor is looked for.
func (t *tree) identities(anchors bool) *identities {
	t.namesMu.Lock()
	defer t.namesMu.Unlock()
	if t.names == nil {
		t.names = &identities{base: t.base()}
		anchors = anchors || bytes.Contains(t.src.data, []byte("$id"))
	}
	if anchors && !t.names.searched {
		n := *t.names
		n.searched = true
		n.resources, n.anchors, n.bases = make(map[string]located), make(map[anchor]located), make(map[value]string)
		s := &identitySearch{identities: &n, tree: t, budget: maxNodes}
		s.look(located{value: t.top()}, n.base, 0)
		t.names = &n
	}
	return t.names
}

// base returns the URI that relative references in a file start from: that of
// the file, unless it says that it has another.
//
// OpenAPI 3.2.0, OpenAPI Object: "$self" is the URI of the document and its base.
// JSON Schema 2020-12, 8.2.1: "$id" is that of a schema, also of one that is a
// file of its own.
func (t *tree) base() string {
	root, keyword := t.top(), "$id"
	if root.member("openapi").exists() {
		keyword = "$self"
	}
	self, _ := stringMember(root, keyword)
	self, _, _ = strings.Cut(self, "#")
	if self == "" {
		return t.src.location
	}
	return resolveLocation(t.src.location, self)
}

// identitySearch looks for the names of schemas.
type identitySearch struct {
	*identities
	tree   *tree
	budget int
}

// look takes note of what an object and all below it call themselves. Of two
// that have the same name, the first counts.
//
// JSON Schema 2020-12, 8.2: $id, $anchor and $dynamicAnchor.
func (s *identitySearch) look(at located, base string, depth int) {
	if s.budget--; s.budget < 0 || depth > maxDepth || base == s.base && !s.mayName(at.value) {
		return
	}
	switch at.kind() {
	case kindObject:
		if id, ok := stringMember(at.value, "$id"); ok && depth > 0 {
			id, _, _ = strings.Cut(id, "#")
			if id != "" {
				base = resolveLocation(base, id)
				if _, known := s.resources[base]; !known {
					s.resources[base] = at
				}
			}
		}
		for _, keyword := range []string{"$anchor", "$dynamicAnchor"} {
			if name, ok := stringMember(at.value, keyword); ok {
				if _, known := s.anchors[anchor{base, name}]; !known {
					s.anchors[anchor{base, name}] = at
				}
			}
		}
		at.fields(func(f field) bool {
			if (f.name == "$ref" || f.name == "$dynamicRef") && base != s.base {
				s.bases[f.value] = base
			}
			s.look(located{f.value, at.pointer + "/" + escape(f.name)}, base, depth+1)
			return true
		})
	case kindArray:
		for i, item := range listOf(at.value) {
			s.look(located{item, fmt.Sprintf("%s/%d", at.pointer, i)}, base, depth+1)
		}
	case kindNull, kindBoolean, kindNumber, kindString:
	}
}

// mayName reports whether a keyword that names a schema may stand inside a value.
func (s *identitySearch) mayName(v value) bool {
	text := v.textRange()
	return text == nil || bytes.Contains(text, []byte("$id")) || bytes.Contains(text, []byte("nchor"))
}

// textRange returns the text of a value in an indexed file. It is nil if it is
// not known.
func (v value) textRange() []byte {
	if v.index == nil || v.node != nil {
		return nil
	}
	x := v.index
	e := &x.entries[v.at]
	end := int(e.end)
	if !x.json && !e.text && e.folded == 0 {
		end = len(x.data)
		if int(e.next) < len(x.entries) {
			end = int(x.entries[e.next].off)
		}
	}
	return x.data[e.off:end]
}

// stringMember returns a member of an object that is a string.
func stringMember(v value, name string) (string, bool) {
	m := v.member(name)
	if m.kind() != kindString {
		return "", false
	}
	return m.text()
}

// find returns what a URI without a fragment names in the file, if it names
// anything: the file as a whole, or a schema in it.
func (t *tree) find(uri string) (located, bool) {
	if uri == t.src.location {
		return located{value: t.top()}, true
	}
	names := t.identities(false)
	if uri == names.base {
		return located{value: t.top()}, true
	}
	at, ok := names.resources[uri]
	return at, ok
}

// within follows a fragment, which is a JSON Pointer or the name of an anchor,
// from a file or a schema with the given URI.
func (r *resolver) within(root located, base, fragment string) (located, error) {
	if name := fragment; name != "" && !strings.HasPrefix(name, "/") {
		if decoded, ok := percentDecoded(name); ok {
			name = decoded
		}
		if at, ok := root.tree.identities(true).anchors[anchor{base, name}]; ok {
			return at, nil
		}
		if strings.HasPrefix(name, "/") {
			fragment = name // a JSON Pointer whose first slash is escaped
		} else {
			return located{}, fmt.Errorf("%q is neither a JSON Pointer, which starts with \"/\", nor an anchor", name)
		}
	}
	v, m := locate(root.value, fragment)
	if m != nil {
		if m.within.exists() {
			m.search = func() []string { return r.similar(m.part, m.within) }
		}
		m.parent = root.pointer + m.parent
		return located{}, m
	}
	return located{v, root.pointer + fragment}, nil
}
