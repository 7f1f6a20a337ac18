package xmltree

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
)

// object collects the members of an object from one element or from several
// that wrap each other.
type object struct {
	shape *shape
	reads *Reads
	from  []expr.XMLElement
	// groups are the children by name, in the order of the document.
	groups []*group
	// index finds a group by the name and namespace of its elements.
	index map[[2]string]*group
	// claimed holds the groups of properties, and asked the names of readers for
	// which there is one.
	claimed map[*property]*group
	asked   map[string]bool
	out     map[string]any
}

// group is the children of one name.
type group struct {
	elements []expr.XMLElement
	// property is the member that the schema has for it, or nil.
	property *property
	// wanted are the names by which readers ask for it.
	wanted []string
	// skip is set for an element whose content is taken in its place.
	skip bool
}

func (g *group) name() string { return g.elements[0].Local() }

// qualified is the name with the prefix that the document gives it.
func (g *group) qualified() string {
	if p := g.elements[0].Prefix(); p != "" {
		return p + ":" + g.name()
	}
	return g.name()
}

// take adds the children of an element.
func (o *object) take(e expr.XMLElement) {
	o.shape.load()
	o.from = append(o.from, e)
	if o.index == nil {
		o.index = make(map[[2]string]*group)
	}
	for child := range e.Children() {
		key := [2]string{child.Space(), child.Local()}
		g := o.index[key]
		if g == nil {
			g = &group{}
			o.index[key] = g
			o.groups = append(o.groups, g)
		}
		g.elements = append(g.elements, child)
	}
}

// maxWrappers bounds the wrappers inside each other that are passed over.
const maxWrappers = 3

// unwrap takes the content of elements that only wrap the object.
func (o *object) unwrap(root expr.XMLElement) {
	around := root
	for range maxWrappers {
		o.match()
		var next *group
		for _, g := range o.groups {
			if !g.skip && len(g.elements) == 1 && g.property == nil && o.isWrapper(around, g.elements[0]) {
				next = g
				break
			}
		}
		if next == nil {
			return
		}
		next.skip = len(next.wanted) == 0
		around = next.elements[0]
		o.take(around)
	}
}

// isWrapper reports whether an element inside the outermost one holds what is
// looked for, or is named as its result.
func (o *object) isWrapper(around, e expr.XMLElement) bool {
	if slices.Contains(o.from, e) || !hasChildren(e) {
		return false
	}
	for _, ending := range []string{"Response", "Result", ""} {
		if base, ok := strings.CutSuffix(around.Local(), ending); ok && e.Local() == base+"Result" {
			return true
		}
	}
	inner := object{shape: o.shape, reads: o.reads}
	inner.take(e)
	inner.match()
	for _, g := range inner.groups {
		if g.property != nil && !o.hasProperty(g.property) || slices.ContainsFunc(g.wanted, func(name string) bool { return !o.wants(name) }) {
			return true
		}
	}
	return false
}

// hasProperty reports whether an element was found for the property.
func (o *object) hasProperty(p *property) bool { return o.claimed[p] != nil }

// wants reports whether an element was found for a name that a reader gives.
func (o *object) wants(name string) bool { return o.asked[name] }

// declared returns the shape of a property, or nil.
func (o *object) declared(name string) *shape {
	if o.shape != nil {
		for i := range o.shape.properties {
			if p := &o.shape.properties[i]; p.name == name {
				return p.of()
			}
		}
	}
	return nil
}

// likeness is how alike a name and that of an element must be.
type likeness int

const (
	veryName likeness = iota
	anyCase
	anyEnding // for lists only
	likenesses
)

// key is the form of a name in which those are equal that are so alike.
func (l likeness) key(name string) string {
	switch l {
	case anyCase:
		return strings.ToLower(name)
	case anyEnding:
		return stem(name)
	default:
		return name
	}
}

// match finds out which member each group is: first by the very name, then
// without regard to case, then by the endings of lists.
func (o *object) match() {
	for _, g := range o.groups {
		g.property, g.wanted = nil, nil
	}
	o.claimed, o.asked = make(map[*property]*group), make(map[string]bool)
	names := o.reads.names()
	if o.shape == nil && len(names) == 0 {
		return
	}
	for like := range likenesses {
		var index map[string][]*group
		find := func(name string, free func(*group) bool) *group {
			if index == nil {
				index = o.indexed(like)
			}
			for _, g := range index[like.key(name)] {
				if free(g) {
					return g
				}
			}
			return nil
		}
		if o.shape != nil {
			for i := range o.shape.properties {
				o.matchProperty(&o.shape.properties[i], like, find)
			}
		}
		for _, name := range names {
			o.matchName(name, like, find)
		}
	}
}

// indexed returns the groups by their names.
func (o *object) indexed(like likeness) map[string][]*group {
	index := make(map[string][]*group, len(o.groups))
	for _, g := range o.groups {
		if g.skip {
			continue
		}
		key := like.key(g.name())
		index[key] = append(index[key], g)
		if q := g.qualified(); like == veryName && q != g.name() {
			index[q] = append(index[q], g)
		}
	}
	return index
}

func (o *object) matchProperty(p *property, like likeness, find func(string, func(*group) bool) *group) {
	s := p.of()
	if o.claimed[p] != nil || s.isAttribute() || s.isText() || s.isInline() || like == anyEnding && !s.isArray() {
		return
	}
	names := []string{p.wireName()}
	if like != anyEnding && s.isArray() && !s.isWrapped() && s.itemName() != "" {
		names = append(names, s.itemName())
	}
	if p.wireName() != p.name {
		names = append(names, p.name)
	}
	for _, name := range names {
		if g := find(name, func(g *group) bool { return g.property == nil }); g != nil {
			g.property, o.claimed[p] = p, g
			return
		}
	}
}

func (o *object) matchName(name string, like likeness, find func(string, func(*group) bool) *group) {
	if o.asked[name] {
		return
	}
	// A name of the schema is what the schema says it is.
	g := o.propertyGroup(name)
	if g == nil && (like != anyEnding || o.reads.member(name).asList()) {
		g = find(name, func(*group) bool { return true })
	}
	if g != nil {
		g.wanted = append(g.wanted, name)
		o.asked[name] = true
	}
}

// propertyGroup returns the group that was found for a property of the name.
func (o *object) propertyGroup(name string) *group {
	if o.shape == nil {
		return nil
	}
	for i := range o.shape.properties {
		if p := &o.shape.properties[i]; p.name == name {
			return o.claimed[p]
		}
	}
	return nil
}

// build reads the members.
func (o *object) build() {
	o.match()
	if len(o.groups) == 1 && len(o.groups[0].wanted) == 0 {
		if pairs, ok := entries(o.groups[0].elements, o.shape, o.reads); ok {
			o.out = pairs
			return
		}
	}
	o.inline()
	// A member that is described as an attribute is no element.
	o.attributes(true)
	for _, g := range o.groups {
		if !g.skip {
			o.member(g)
		}
	}
	o.attributes(false)
	o.text()
	// A list that is written as a repetition of its elements is not there at all
	// if it is empty.
	for _, name := range o.reads.names() {
		if _, found := o.out[name]; found || !o.reads.member(name).asList() {
			continue
		}
		if s := o.declared(name); s == nil || s.isArray() {
			o.out[name] = []any{}
		}
	}
}

// inline reads the objects that have no element of their own: their members stand
// among those of the object around them.
//
// OpenAPI 3.2, XML Object: nodeType.
func (o *object) inline() {
	if o.shape == nil {
		return
	}
	for i := range o.shape.properties {
		p := &o.shape.properties[i]
		s := p.of()
		if !s.isInline() {
			continue
		}
		inner := object{shape: s, reads: o.reads.member(p.name), out: make(map[string]any)}
		for _, g := range o.groups {
			if g.property == nil && !g.skip {
				inner.groups = append(inner.groups, &group{elements: g.elements})
			}
		}
		inner.match()
		for _, g := range inner.groups {
			if g.property == nil {
				continue
			}
			inner.member(g)
			for _, outer := range o.groups {
				outer.skip = outer.skip || outer.elements[0] == g.elements[0]
			}
		}
		if len(inner.out) > 0 {
			o.out[p.name] = inner.out
		}
	}
}

// member reads the elements of a group and puts them under all names that they
// go by.
func (o *object) member(g *group) {
	var keys []string
	var s *shape
	var reads *Reads
	if g.property != nil {
		keys, s = append(keys, g.property.name), g.property.of()
	} else if o.shape != nil {
		s = o.shape.extra
	}
	for _, name := range g.wanted {
		if !slices.Contains(keys, name) {
			keys = append(keys, name)
		}
	}
	if len(keys) == 0 {
		key := g.name()
		if _, taken := o.out[key]; taken {
			key = g.qualified()
		}
		keys = append(keys, key)
	}
	for _, key := range keys {
		reads = merge(reads, o.reads.member(key))
	}
	value := member(g.elements, s, reads)
	for _, key := range keys {
		if _, taken := o.out[key]; !taken {
			o.out[key] = value
		}
	}
}

// entries reads elements that each hold a key and a value as an object, if that
// is what the schema describes: an object with members of any name.
func entries(group []expr.XMLElement, s *shape, reads *Reads) (map[string]any, bool) {
	if s.load() == nil || s.extra == nil || len(s.properties) > 0 {
		return nil, false
	}
	out := make(map[string]any, len(group))
	for _, e := range group {
		var name string
		var value expr.XMLElement
		parts := 0
		for child := range e.Children() {
			parts++
			switch {
			case sameName(child.Local(), "key") || sameName(child.Local(), "name"):
				name = child.Text()
			case sameName(child.Local(), "value"):
				value = child
			}
		}
		if parts != 2 || name == "" || !value.Exists() {
			return nil, false
		}
		out[name] = member([]expr.XMLElement{value}, s.extra, reads.member(name))
	}
	return out, true
}

// attributes reads those attributes that the schema or a reader knows, or the
// others.
func (o *object) attributes(known bool) {
	for _, e := range o.from {
		for a := range e.Attributes() {
			key, s, is := o.attribute(a)
			if key == "" || is != known {
				continue
			}
			if _, taken := o.out[key]; !taken {
				o.out[key] = scalar(a.Value, s)
			}
		}
	}
}

// attribute returns the member that an attribute is, and whether the schema or a
// reader knows it. It is none if it is for the reader of XML only.
func (o *object) attribute(a expr.XMLAttribute) (key string, s *shape, known bool) {
	qualified := a.Local
	if a.Prefix != "" {
		qualified = a.Prefix + ":" + a.Local
	}
	if o.shape != nil {
		for i := range o.shape.properties {
			p := &o.shape.properties[i]
			if wire := p.wireName(); p.of().isAttribute() && (wire == a.Local || wire == qualified || sameName(wire, a.Local)) {
				return p.name, p.of(), true
			}
		}
	}
	for _, name := range o.reads.names() {
		if (name == a.Local || name == qualified) && !o.wants(name) {
			return name, o.declared(name), true
		}
	}
	if a.Space == namespaceSchemaInstance || a.Prefix == "xml" {
		return "", nil, false
	}
	return a.Local, o.declared(a.Local), false
}

// text reads the text that stands beside the children or attributes.
func (o *object) text() {
	var parts []string
	for _, e := range o.from {
		if text := e.Text(); strings.TrimSpace(text) != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return
	}
	key, s := TextMember, (*shape)(nil)
	if o.shape != nil {
		for i := range o.shape.properties {
			if p := &o.shape.properties[i]; p.of().isText() {
				key, s = p.name, p.of()
			}
		}
	}
	text := strings.Join(parts, "")
	if len(o.groups) > 0 {
		text = strings.TrimSpace(text)
	}
	o.out[key] = scalar(text, s)
}
