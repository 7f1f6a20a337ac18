package arazzo

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Document is an Arazzo description (Arazzo 1.1.0, Arazzo Specification
// Object). It is immutable and safe for concurrent use.
type Document struct {
	Origin
	// Arazzo is the version as it is written, such as "1.0.1".
	Arazzo string
	// Self is the URI of the document itself; it exists from 1.1 on.
	Self               string
	Info               Info
	SourceDescriptions []*SourceDescription
	Workflows          []*Workflow
	// Components is nil if the document has none.
	Components *Components

	minor int
	// schemas is the document as a place of schemas. It is nil if the document
	// could not be read.
	schemas *schemaFile
	// byID finds workflows. It is nil if there are none.
	byID map[string]*Workflow
	// problems are what Parse found.
	problems diag.List
}

// Name is the name of the document's file as it was given to [Parse].
func (d *Document) Name() string { return d.File() }

// Text is the text of the document without a byte order mark, as positions
// count it. It must not be changed.
func (d *Document) Text() []byte {
	if d.src == nil {
		return nil
	}
	return d.src.text
}

// Problems is what [Parse] found in the document. The result belongs to the
// caller.
func (d *Document) Problems() diag.List { return slices.Clone(d.problems) }

// Minor is the second number of the version of the specification that the
// document declares: 0 for 1.0.x, 1 for 1.1.x.
func (d *Document) Minor() int { return d.minor }

// Workflow returns the workflow of an id, or nil.
func (d *Document) Workflow(id string) *Workflow { return d.byID[id] }

// SourceDescription returns the source description of a name, or nil.
func (d *Document) SourceDescription(name string) *SourceDescription {
	for _, s := range d.SourceDescriptions {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// supportedVersion matches the versions of the specification that are
// understood. The patch number changes nothing (Arazzo 1.1.0, Versions).
var supportedVersion = regexp.MustCompile(`^1\.([01])\.[0-9]+(-.+)?$`)

// document reads the root object.
func (d *decoder) document(doc *Document) {
	root := doc.node
	if root.kind != Object {
		d.report(root, "not-arazzo", fmt.Sprintf("the document must be an object, but it is %s", withArticle(root.kind)),
			"an Arazzo document begins with a line such as: arazzo: 1.0.1")
		return
	}
	if !d.declaredVersion(doc) {
		return
	}
	for _, m := range d.members(root, documentObject) {
		switch m.key {
		case "$self":
			doc.Self = d.text(m)
			if strings.Contains(doc.Self, "#") {
				// Arazzo 1.1.0, Arazzo Specification Object: $self MUST NOT contain a fragment.
				d.report(m, "invalid-value", "\"$self\" must not contain a fragment", "remove what begins with \"#\"")
			}
		case "info":
			doc.Info = d.info(m)
		case "sourceDescriptions":
			doc.SourceDescriptions = decodeList(d, m, 1, d.sourceDescription)
		case "workflows":
			doc.Workflows = decodeList(d, m, 1, func(n *node) *Workflow { return d.workflow(n, doc) })
			doc.byID = make(map[string]*Workflow, len(doc.Workflows))
			for _, w := range doc.Workflows {
				if doc.byID[w.WorkflowID] == nil {
					doc.byID[w.WorkflowID] = w
				}
			}
		case "components":
			doc.Components = d.components(m)
		}
	}
}

// declaredVersion reads the version, on which the meaning of all else depends.
func (d *decoder) declaredVersion(doc *Document) bool {
	root := doc.node
	m := root.member("arazzo")
	if m == nil {
		d.notArazzo(root)
		return false
	}
	if m.kind != String {
		d.wrongType(m, "a string")
		return false
	}
	doc.Arazzo = m.text
	d.version = m.text
	match := supportedVersion.FindStringSubmatch(m.text)
	if match == nil {
		d.report(m, "unsupported-version", fmt.Sprintf("version %q of the Arazzo Specification is not supported", shown(m.text)),
			"supported are 1.0.0, 1.0.1 and 1.1.0")
		return false
	}
	if match[1] == "1" {
		d.minor, doc.minor = 1, 1
	}
	return true
}

// notArazzo says what a document without a version seems to be.
func (d *decoder) notArazzo(root *node) {
	kinds := []struct{ key, name string }{
		{"openapi", "an OpenAPI"}, {"swagger", "a Swagger"}, {"asyncapi", "an AsyncAPI"}, {"overlay", "an OpenAPI Overlay"},
	}
	for _, k := range kinds {
		if m := root.member(k.key); m != nil {
			d.add(diag.Diagnostic{
				Rule: "not-arazzo", Range: m.keyRange(d.src),
				Message: fmt.Sprintf("the file is %s %s document, not an Arazzo document", k.name, shown(m.text)),
				Hint:    "give the Arazzo document whose sourceDescriptions name this file",
			})
			return
		}
	}
	message := "the document has no field \"arazzo\""
	if root.member("workflows") == nil && root.member("sourceDescriptions") == nil {
		message = "the file is not an Arazzo document: it has no field \"arazzo\""
	}
	hint := "an Arazzo document begins with a line such as: arazzo: 1.0.1"
	for _, m := range root.children {
		if strings.EqualFold(m.key, "arazzo") || strings.EqualFold(m.key, "arazzoSpec") {
			hint = fmt.Sprintf("write \"arazzo\" instead of %q", m.key)
		}
	}
	d.add(diag.Diagnostic{Rule: "not-arazzo", Range: d.at(root).headRange(), Message: message, Hint: hint})
}

func withArticle(k Kind) string {
	switch k {
	case Array, Object:
		return "an " + k.String()
	case Null:
		return "empty"
	case Absent, Bool, Number, String:
		return "a " + k.String()
	default:
		return k.String()
	}
}
