package runtime

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/jsonvalue"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// lazyBody is a body that is decoded when it is first asked for.
type lazyBody struct {
	value   any
	present bool
	read    bool
	// err says in what the body is not what it says that it is.
	err error
	// tree is what JSON Pointers and JSONPaths are applied to, if hasTree is set.
	tree              any
	hasTree, treeRead bool
	notes             []bodyNote
}

// bodyNote is something about a body that its reader should know.
type bodyNote struct{ rule, message, hint string }

// content is a body as it came, with what is known about it.
type content struct {
	header Header
	body   []byte
	file   *File
	// declared are the media types that the description has for such a body.
	declared []openapi.MediaType
	reads    *xmltree.Reads
	strict   bool
}

func (c *content) media() media {
	contentType, _ := c.header.Lookup("Content-Type")
	return parseMedia(contentType)
}

// binary is the body as bytes.
func (c *content) binary() *expr.Binary {
	contentType, _ := c.header.Lookup("Content-Type")
	var b *expr.Binary
	if c.file != nil {
		b = &expr.Binary{File: c.file.Path, Size: c.file.Size, SHA256: c.file.SHA256, MediaType: contentType}
	} else {
		b = expr.NewBinary(c.body, contentType)
	}
	b.Name = contentName(c.header)
	return b
}

// decode reads a body by its media type. An empty body is absent.
func (b *lazyBody) decode(c *content) {
	if b.read {
		return
	}
	b.read = true
	if len(c.body) == 0 && c.file == nil {
		return
	}
	b.present = true
	if c.file != nil {
		b.value = c.binary()
		return
	}
	m := c.media()
	if coding, ok := c.header.Lookup("Content-Encoding"); ok && !strings.EqualFold(coding, "identity") {
		b.err = fmt.Errorf("the body is encoded as %q, which was not asked for", shorten(coding))
		b.value = c.binary()
		return
	}
	switch {
	case m.isJSON():
		b.decodeJSON(c, m)
	case m.isXML():
		b.decodeText(c, xmlCharset(c.body, m))
	case m.isText():
		b.decodeText(c, m.charset())
		b.decodeSequence(c, m)
	case !m.isOpaque() && looksLikeText(c.body):
		b.decodeText(c, "")
	default:
		b.value = c.binary()
	}
	b.decodeByDeclaration(c, m)
}

// decodeText reads the body as text. What is no text stays bytes.
func (b *lazyBody) decodeText(c *content, charset string) {
	text, err := decodeText(c.body, charset)
	if err != nil {
		b.err = fmt.Errorf("the body cannot be read as text: %w", err)
		b.value = c.binary()
		return
	}
	b.value = text
}

func (b *lazyBody) decodeJSON(c *content, m media) {
	charset := m.charset()
	if len(c.body) >= 2 && c.body[0] == 0 && c.body[1] != 0 {
		charset = "utf-16be"
	} else if len(c.body) >= 2 && c.body[0] != 0 && c.body[1] == 0 {
		charset = "utf-16le"
	}
	text, err := decodeText(c.body, charset)
	if err == nil {
		var v any
		if v, err = b.json(text); err == nil {
			b.value = v
			return
		}
	}
	b.err = fmt.Errorf("the body is not valid JSON: %w", err)
	// What claims to be JSON and is not stays text, so that nothing that is read
	// from it passes for data.
	if b.value = text; text == "" {
		b.value = c.binary()
	}
}

// json reads a JSON text and notes what is odd about it.
func (b *lazyBody) json(text string) (any, error) {
	v, name, twice, err := jsonvalue.Decode(text)
	if err == nil && twice {
		b.note("duplicate-member", fmt.Sprintf("has the member %q twice; the last one counts", shorten(name)), "")
	}
	return v, err
}

func (b *lazyBody) note(rule, message, hint string) {
	b.notes = append(b.notes, bodyNote{rule: rule, message: message, hint: hint})
}

// decodeSequence reads the items of a sequential media type as an array, where
// the description gives them a schema.
//
// OpenAPI 3.2, Media Type Object: itemSchema.
func (b *lazyBody) decodeSequence(c *content, m media) {
	text, isText := b.value.(string)
	kind := m.sequence()
	if kind == "" || !isText {
		return
	}
	if d := declaredAs(c.declared, m); d == nil || d.ItemSchema == nil {
		return
	}
	items, err := b.sequence(kind, text)
	if err != nil {
		b.err = fmt.Errorf("the body is not a sequence of JSON values: %w", err)
		return
	}
	b.value = items
}

// decodeByDeclaration reads as JSON what is not said to be JSON, where the
// description has nothing but JSON.
func (b *lazyBody) decodeByDeclaration(c *content, m media) {
	text, isText := b.value.(string)
	all, _ := declares(c.declared, media.isJSON)
	if !isText || !all || c.strict || m.isJSON() || m.isXML() {
		return
	}
	v, err := b.json(text)
	if err != nil {
		if b.err == nil {
			b.err = fmt.Errorf("the body is %s, and not the JSON that the description promises", m)
		}
		return
	}
	b.value = v
	b.note("json-by-declaration", fmt.Sprintf("is %s, and is read as the JSON that the description promises", m), "")
}

// String names the media type.
func (m media) String() string {
	if m.name == "" {
		return "of no media type"
	}
	return shorten(m.name)
}

// structure returns what a JSON Pointer or a JSONPath is applied to. For XML that
// is a tree in the shape of the description's schema.
func (b *lazyBody) structure(c *content) (any, bool) {
	b.decode(c)
	if b.treeRead {
		return b.tree, b.hasTree
	}
	b.treeRead = true
	text, isText := b.value.(string)
	if !isText {
		b.tree, b.hasTree = b.value, b.present
		return b.tree, b.hasTree
	}
	if c.strict {
		return nil, false
	}
	m := c.media()
	switch start := strings.TrimLeft(text, "\uFEFF \t\r\n"); {
	case m.isXML() || strings.HasPrefix(start, "<") && c.mayBeXML(m):
		b.readXML(c, m, text)
	case m.isJSON():
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		if v, err := b.json(text); err == nil {
			b.tree, b.hasTree = v, true
			b.note("json-by-declaration", fmt.Sprintf("is %s, and is read as JSON where a JSON Pointer or JSONPath is applied to it", m), "")
		}
	}
	return b.tree, b.hasTree
}

// mayBeXML reports whether a text that begins like XML is likely to be XML,
// though it is said to be something else or nothing.
func (c *content) mayBeXML(m media) bool {
	_, some := declares(c.declared, media.isXML)
	return some || m.name == "" || m.name == "text/plain" || m.name == "application/octet-stream"
}

func (b *lazyBody) readXML(c *content, m media, text string) {
	root, err := expr.ParseXML(text)
	if err != nil {
		if b.err == nil && m.isXML() {
			b.err = fmt.Errorf("the body is not valid XML: %w", err)
		}
		return
	}
	b.tree, b.hasTree = xmltree.Read(root, c.schema(m), c.reads), true
	b.note("xml-as-json", "is XML, and is read as if it were JSON where a JSON Pointer or JSONPath is applied to it",
		"use XPath, in a criterion of type xpath or a selector, to say what is meant in the XML itself")
}

// schema returns the schema that fits a media type best: its own, else that of
// another form of XML, else that of whatever is described.
func (c *content) schema(m media) *openapi.Schema {
	if d := declaredAs(c.declared, m); d != nil && d.Schema != nil {
		return d.Schema
	}
	var other *openapi.Schema
	for i := range c.declared {
		d := &c.declared[i]
		if d.Schema != nil && parseMedia(d.Name).isXML() {
			return d.Schema
		}
		if other == nil {
			other = d.Schema
		}
	}
	return other
}

// xmlCharset returns the charset of an XML document: that of its media type, else
// the one that the document declares.
//
// RFC 7303, section 3; XML 1.0, appendix F.
func xmlCharset(body []byte, m media) string {
	if charset := m.charset(); charset != "" {
		return charset
	}
	switch {
	case len(body) >= 4 && string(body[:4]) == "\x00<\x00?":
		return "utf-16be"
	case len(body) >= 4 && string(body[:4]) == "<\x00?\x00":
		return "utf-16le"
	case !strings.HasPrefix(string(body[:min(len(body), 6)]), "<?xml"):
		return ""
	}
	head := string(body[:min(len(body), 200)])
	head, _, _ = strings.Cut(head, "?>")
	_, rest, found := strings.Cut(head, "encoding")
	if !found {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}

func decodeJSON(content []byte) (any, error) {
	if !utf8.Valid(content) {
		return nil, errors.New("the body is not valid JSON: it is not UTF-8")
	}
	v, _, _, err := jsonvalue.Decode(string(content))
	if err != nil {
		return nil, fmt.Errorf("the body is not valid JSON: %w", err)
	}
	return v, nil
}
