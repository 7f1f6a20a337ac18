package arazzo

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Bounds of a document. They are far beyond what people write and keep a
// hostile document from taking the machine down.
const (
	// maxDepth is how deeply objects and arrays may be nested.
	maxDepth = 500
	// maxAliasNodes is how many values the aliases of a YAML document may stand
	// for in all.
	maxAliasNodes = 100_000
	// maxProblems is how many diagnostics are collected for one document.
	maxProblems = 500
)

// Parse reads an Arazzo document in YAML or JSON. It does no I/O; name is only
// used in messages, and its extension to tell the formats apart in doubt.
//
// All structural problems are reported at once: syntax, unknown and missing
// fields, wrong types. The Document is never nil and keeps the text, but it is
// only complete if the list holds no error.
func Parse(name string, data []byte) (*Document, diag.List) {
	src, problem := readText(name, data)
	doc := &Document{Origin: Origin{src: src}}
	if problem != nil {
		doc.problems = diag.List{*problem}
		return doc, slices.Clone(doc.problems)
	}
	root, list := parseTree(src)
	if root == nil {
		list.Sort()
		doc.problems = list
		return doc, slices.Clone(list)
	}
	doc.node = root
	d := &decoder{src: src, list: list}
	d.document(doc)
	doc.schemas = &schemaFile{root: root, src: src}
	d.list.Sort()
	doc.problems = d.list
	return doc, slices.Clone(d.list)
}

// parseTree reads the text as JSON or YAML, whichever it is.
func parseTree(src *source) (*node, diag.List) {
	ext := strings.ToLower(path.Ext(src.name))
	text := bytes.TrimLeft(src.text, " \t\r\n")
	if len(text) == 0 {
		return nil, diag.List{{
			Rule: "empty-document", Range: src.point(0), Message: "the file is empty",
			Hint: "an Arazzo document begins with a line such as: arazzo: 1.0.1",
		}}
	}
	if text[0] == '<' {
		return nil, diag.List{{
			Rule: "not-arazzo", Range: src.point(len(src.text) - len(text)),
			Message: "the file is an HTML or XML page, not an Arazzo document",
			Hint:    "if it was downloaded, use the address of the raw file",
		}}
	}
	if ext == ".json" {
		return parseJSON(src)
	}
	if text[0] != '{' && text[0] != '[' {
		return parseYAML(src)
	}
	// JSON is handed to a JSON reader, since yaml.v3 refuses some of it. What is
	// no JSON may still be YAML in flow style.
	root, list := parseJSON(src)
	if root != nil {
		return root, list
	}
	yamlRoot, yamlList := parseYAML(src)
	if yamlRoot != nil || ext == ".yaml" || ext == ".yml" {
		return yamlRoot, yamlList
	}
	return root, list
}

// readText drops a byte order mark and refuses what is no UTF-8 text.
func readText(name string, data []byte) (*source, *diag.Diagnostic) {
	const rule = "not-text"
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return newSource(name, nil), &diag.Diagnostic{
			Rule: rule, Range: diag.Range{File: shownFile(name)},
			Message: "the file is encoded in UTF-16", Hint: "save it as UTF-8",
		}
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return newSource(name, nil), &diag.Diagnostic{
			Rule: rule, Range: diag.Range{File: shownFile(name)},
			Message: fmt.Sprintf("the file is not text: byte %d is zero", i), Hint: "give an Arazzo document in YAML or JSON",
		}
	}
	if !utf8.Valid(data) {
		bad := 0
		for bad < len(data) {
			r, size := utf8.DecodeRune(data[bad:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			bad += size
		}
		return newSource(name, nil), &diag.Diagnostic{
			Rule: rule, Range: newSource(name, data[:bad]).point(bad),
			Message: fmt.Sprintf("the file is not UTF-8: byte 0x%02X is no character", data[bad]), Hint: "save it as UTF-8",
		}
	}
	src := newSource(name, data)
	for i, c := range data {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return src, &diag.Diagnostic{
				Rule: rule, Range: src.span(i, i+1),
				Message: fmt.Sprintf("the control character U+%04X is not allowed", c),
				Hint:    "remove it, or write it as an escape in a double-quoted string",
			}
		}
	}
	return src, nil
}
