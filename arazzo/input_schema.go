package arazzo

import "slices"

// InputSchema is the JSON Schema of a workflow's inputs (Arazzo 1.1.0, Workflow
// Object: inputs), with the references in it resolved. It is immutable.
type InputSchema struct {
	// Properties are the inputs that the schema lists, in the order of the
	// document, and those that it only requires.
	Properties []InputProperty
	// Open: the schema admits inputs that it does not list. JSON Schema admits
	// any by default; here a schema that lists properties and says nothing of
	// others admits no others.
	Open bool

	root schemaAt
}

// InputProperty is an input that a schema lists.
type InputProperty struct {
	Name string
	// Schema says what the input must be. A reference in its place is resolved.
	// It is absent for an input that is only required.
	Schema   Value
	Required bool

	at schemaAt
}

// JSON returns the schema of the property as [InputSchema.JSON] returns the
// whole one. It reports false if the property has none.
func (p *InputProperty) JSON() (any, bool) { return bundleSchema(p.at, false) }

// InputSchema returns what the schema of the workflow's inputs says. Without a
// schema any inputs are admitted.
func (w *Workflow) InputSchema() *InputSchema {
	s := &InputSchema{Open: true}
	if w.document == nil || w.document.schemas == nil || !w.Inputs.Exists() || !isSchema(w.Inputs.node) {
		return s
	}
	s.root = schemaAt{w.document.schemas, w.Inputs.node}
	if w.Inputs.Kind() != Object {
		return s
	}
	l := inputLister{schema: s, seen: map[listed]bool{}, index: map[string]int{}}
	l.list(s.root, true)
	s.Open = !l.closed && isOpen(s.root)
	return s
}

// Names are the names of the properties.
func (s *InputSchema) Names() []string {
	names := make([]string, len(s.Properties))
	for i, p := range s.Properties {
		names[i] = p.Name
	}
	return names
}

// JSON returns the schema as a JSON value of its own: what it refers to stands
// in its $defs, and annotations are left out. It reports false if there is no
// schema. References that lead nowhere admit anything.
func (s *InputSchema) JSON() (any, bool) { return bundleSchema(s.root, false) }

// Annotated returns the schema as [InputSchema.JSON] does, with annotations such
// as defaults, examples and formats: for those who make values of it, not for
// those who check values against it.
func (s *InputSchema) Annotated() (any, bool) { return bundleSchema(s.root, true) }

// isOpen reports whether a schema admits properties that it does not list.
func isOpen(at schemaAt) bool {
	seen := map[*node]bool{}
	for !seen[at.node] {
		seen[at.node] = true
		n := at.node
		if len(n.children) != 1 || n.children[0].key != "$ref" || n.children[0].kind != String {
			break
		}
		target, ok := at.file.resolve(n, n.children[0].text)
		if !ok {
			return true
		}
		at = target
	}
	properties := at.node.member("properties")
	if properties == nil || len(properties.children) == 0 {
		return true
	}
	for _, c := range at.node.children {
		switch c.key {
		case "additionalProperties", "unevaluatedProperties":
			if c.kind != Bool || c.text != "false" {
				return true
			}
		case "patternProperties", "propertyNames", "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas":
			return true
		}
	}
	return false
}

// listed is a schema that was visited, and whether it always applies.
type listed struct {
	node   *node
	always bool
}

// inputLister collects properties through references and combinations.
type inputLister struct {
	schema *InputSchema
	seen   map[listed]bool
	index  map[string]int
	closed bool
}

func (l *inputLister) list(at schemaAt, always bool) {
	n := at.node
	if n.kind != Object || l.seen[listed{n, always}] {
		return
	}
	l.seen[listed{n, always}] = true
	if ref := n.member("$ref"); ref != nil && ref.kind == String {
		if target, ok := at.file.resolve(n, ref.text); ok {
			l.list(target, always)
		}
	}
	if properties := n.member("properties"); properties != nil && properties.kind == Object {
		for _, p := range properties.children {
			property := l.property(p.key)
			if property.Schema.node == nil {
				property.at = schemaAt{at.file, p}
				property.Schema = behindReferences(property.at).value()
			}
		}
	}
	if required := n.member("required"); required != nil && required.kind == Array {
		for _, r := range required.children {
			if r.kind == String {
				property := l.property(r.text)
				property.Required = property.Required || always
			}
		}
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		if parts := n.member(keyword); parts != nil && parts.kind == Array {
			for _, part := range parts.children {
				l.list(schemaAt{at.file, part}, always && keyword == "allOf")
			}
		}
	}
	for _, keyword := range []string{"additionalProperties", "unevaluatedProperties"} {
		if other := n.member(keyword); other != nil && other.kind == Bool && other.text == "false" && n.member("patternProperties") == nil {
			l.closed = true
		}
	}
}

// property returns the entry for a name, a new one if need be.
func (l *inputLister) property(name string) *InputProperty {
	i, known := l.index[name]
	if !known {
		i = len(l.schema.Properties)
		l.index[name] = i
		l.schema.Properties = append(l.schema.Properties, InputProperty{Name: name})
	}
	return &l.schema.Properties[i]
}

// behindReferences follows the references of a schema that has a $ref and no
// type of its own.
func behindReferences(at schemaAt) schemaAt {
	for range maxSchemaDepth {
		ref := at.node.member("$ref")
		if ref == nil || ref.kind != String || at.node.member("type") != nil {
			return at
		}
		target, ok := at.file.resolve(at.node, ref.text)
		if !ok {
			return at
		}
		at = target
	}
	return at
}

// maxSchemaDepth bounds how far references to references are followed.
const maxSchemaDepth = 32

// declaredInputs is what checks need to know of a workflow's inputs.
func declaredInputs(w *Workflow) inputNames {
	s := w.InputSchema()
	found := inputNames{names: s.Names(), closed: !s.Open, listed: !s.Open}
	for _, p := range s.Properties {
		found.listed = found.listed || p.Schema.Exists()
		if p.Required && !p.Schema.Has("default") && !slices.Contains(found.required, p.Name) {
			found.required = append(found.required, p.Name)
		}
	}
	return found
}
