package arazzo

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

const ruleInvalidSchema = "invalid-inputs-schema"

// schema checks a JSON Schema and all that it refers to (Arazzo 1.1.0, Workflow
// Object: inputs is a JSON Schema 2020-12).
func (wc *workflowChecker) schema(root schemaAt) {
	s := schemaChecker{workflowChecker: wc, index: map[*node]int{}}
	s.visit(root)
	for len(s.queue) > 0 && !s.full() {
		at := s.queue[0]
		s.queue = s.queue[1:]
		s.keywords(at)
	}
	s.circles()
}

// schemaChecker checks the schemas that one schema comes to.
type schemaChecker struct {
	*workflowChecker
	// all are the schemas, index their place in it.
	all   []schemaAt
	index map[*node]int
	queue []schemaAt
	// applied lists, for each schema, those that apply to the same value.
	applied [][]edge
}

func (s *schemaChecker) visit(at schemaAt) int {
	i, known := s.index[at.node]
	if !known {
		i = len(s.all)
		s.index[at.node] = i
		s.all = append(s.all, at)
		s.applied = append(s.applied, nil)
		s.queue = append(s.queue, at)
	}
	return i
}

// apply notes that a schema applies to the same value as another.
func (s *schemaChecker) apply(from int, to schemaAt, place *node) {
	target := s.visit(to)
	s.applied[from] = append(s.applied[from], edge{to: target, place: Origin{src: s.all[from].file.src, node: place}})
}

func (s *schemaChecker) bad(at schemaAt, n *node, format string, args ...any) {
	s.errorAt(Origin{src: at.file.src, node: n}, ruleInvalidSchema, "", format, args...)
}

// keywords checks the keywords of a schema by the meta-schema of JSON Schema
// 2020-12.
func (s *schemaChecker) keywords(at schemaAt) {
	if at.node.kind != Object {
		if at.node.kind != Bool {
			s.bad(at, at.node, "a schema must be an object or a boolean, but it is %s", withArticle(at.node.kind))
		}
		return
	}
	self := s.index[at.node]
	for _, c := range at.node.children {
		switch keywordOf(c.key) {
		case referenceKeyword:
			s.reference(at, self, c)
		case schemaKeyword:
			s.single(at, self, c)
		case schemaListKeyword:
			s.list(at, self, c)
		case schemaMapKeyword, definitionsKeyword:
			s.entries(at, self, c)
		case annotationKeyword:
		case otherKeyword, countKeyword:
			s.assertion(at, c)
		}
	}
}

func (s *schemaChecker) reference(at schemaAt, self int, c *node) {
	if c.kind != String {
		s.bad(at, c, "%q must be a string", c.key)
		return
	}
	if target, ok := at.file.resolve(at.node, c.text); ok {
		s.apply(self, target, c)
		return
	}
	d := diag.Diagnostic{
		Rule: "unresolved-reference", Range: at.value().Field(c.key).Range(), Pointer: c.pointer(),
		Message: fmt.Sprintf("%q leads nowhere: %q", c.key, shown(c.text)),
	}
	location, fragment, _ := strings.Cut(c.text, "#")
	switch name, isComponent := strings.CutPrefix(c.text, componentInputPrefix); {
	case isComponent:
		// Arazzo 1.1.0, Components Object: inputs are referred to as JSON Schemas are.
		known := at.file.componentInputs()
		d.Rule, d.Message = "unknown-component", fmt.Sprintf("the components have no inputs named %q", shown(name))
		if len(known) > 0 {
			d.Hint = nearestOr(name, known, "known are "+alternativesOrNone(known, ""))
		}
	case strings.HasPrefix(c.text, componentPrefix):
		d.Hint = "write '#/components/inputs/NAME'"
	case location != "":
		d.Hint = "the file cannot be read, or has no schema there"
	case fragment != "" && !strings.HasPrefix(fragment, "/"):
		d.Hint = "no schema of the document has an $anchor of that name"
	}
	s.add(d)
}

const componentInputPrefix = "#/components/inputs/"

func (f *schemaFile) componentInputs() []string {
	var names []string
	if inputs := f.root.member("components").member("inputs"); inputs != nil {
		for _, c := range inputs.children {
			names = append(names, c.key)
		}
	}
	return names
}

func (s *schemaChecker) single(at schemaAt, self int, c *node) {
	if c.kind == Array && c.key == "items" {
		s.errorAt(Origin{at.file.src, c}, ruleInvalidSchema, "write \"prefixItems\"", "\"items\" must be a schema, but it is an array")
		return
	}
	if c.key == "not" || c.key == "if" || c.key == "then" || c.key == "else" {
		s.apply(self, schemaAt{at.file, c}, c)
		return
	}
	s.visit(schemaAt{at.file, c})
}

func (s *schemaChecker) list(at schemaAt, self int, c *node) {
	if c.kind != Array || len(c.children) == 0 {
		s.bad(at, c, "%q must be an array of at least one schema", c.key)
		return
	}
	for _, part := range c.children {
		if c.key == "prefixItems" {
			s.visit(schemaAt{at.file, part})
			continue
		}
		s.apply(self, schemaAt{at.file, part}, part)
	}
}

func (s *schemaChecker) entries(at schemaAt, self int, c *node) {
	if c.kind != Object {
		s.bad(at, c, "%q must be an object of schemas", c.key)
		return
	}
	for _, entry := range c.children {
		if c.key == "patternProperties" {
			s.pattern(at.value().Member(c.key).Member(entry.key).NameRange(), entry.pointer(), entry.key)
		}
		if c.key == "dependentSchemas" {
			s.apply(self, schemaAt{at.file, entry}, entry)
			continue
		}
		s.visit(schemaAt{at.file, entry})
	}
}

// pattern checks a regular expression. JSON Schema recommends the language of
// ECMA-262; what of it cannot be evaluated in linear time is refused.
func (s *schemaChecker) pattern(place diag.Range, pointer, text string) {
	if _, err := regexp.Compile(text); err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		s.add(diag.Diagnostic{
			Rule: "invalid-regex", Range: place, Pointer: pointer,
			Message: "the regular expression cannot be used: " + shown(reason), Hint: "the syntax is that of RE2, which has no look-around and no back-references",
		})
	}
}

// assertion checks the value of a keyword that is neither a schema nor an
// annotation.
func (s *schemaChecker) assertion(at schemaAt, c *node) {
	switch c.key {
	case "type":
		s.types(at, c)
	case "enum":
		if c.kind != Array {
			s.bad(at, c, "\"enum\" must be an array")
		}
	case "pattern":
		if c.kind != String {
			s.bad(at, c, "\"pattern\" must be a string")
			return
		}
		s.pattern(at.value().Member(c.key).Range(), c.pointer(), c.text)
	case "required":
		s.names(at, c)
	case "dependentRequired":
		if c.kind != Object {
			s.bad(at, c, "\"dependentRequired\" must be an object")
			return
		}
		for _, entry := range c.children {
			s.names(at, entry)
		}
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		s.number(at, c)
	case "uniqueItems":
		if c.kind != Bool {
			s.bad(at, c, "\"uniqueItems\" must be a boolean")
		}
	default:
		if keywordOf(c.key) != countKeyword {
			return
		}
		if n, err := strconv.ParseFloat(c.text, 64); c.kind != Number || err != nil || n < 0 || n > maxInteger || n != float64(int64(n)) {
			s.bad(at, c, "%q must be a non-negative integer", c.key)
		}
	}
}

func (s *schemaChecker) types(at schemaAt, c *node) {
	known := []string{"array", "boolean", "integer", "null", "number", "object", "string"}
	list := []*node{c}
	if c.kind == Array {
		list = c.children
	}
	for _, n := range list {
		if n.kind != String {
			s.bad(at, n, "\"type\" must be a string or an array of strings")
			continue
		}
		if !slices.Contains(known, n.text) {
			s.errorAt(Origin{at.file.src, n}, ruleInvalidSchema, nearestOr(n.text, known, "the types are "+alternatives(known)), "%q is no type of JSON Schema", shown(n.text))
		}
	}
}

func (s *schemaChecker) names(at schemaAt, c *node) {
	if c.kind != Array {
		hint := ""
		if c.kind == Bool && c.key == "required" {
			hint = "list the names of required properties in the \"required\" of the object that has them"
		}
		s.errorAt(Origin{at.file.src, c}, ruleInvalidSchema, hint, "%q must be an array of strings", shown(c.key))
		return
	}
	for _, n := range c.children {
		if n.kind != String {
			s.bad(at, n, "%q must hold strings only", shown(c.key))
		}
	}
}

func (s *schemaChecker) number(at schemaAt, c *node) {
	n, err := strconv.ParseFloat(c.text, 64)
	switch {
	case c.kind == Bool && strings.HasPrefix(c.key, "exclusive"):
		s.errorAt(Origin{at.file.src, c}, ruleInvalidSchema, "give the limit itself, as JSON Schema 2020-12 has it", "%q must be a number, but it is a boolean", c.key)
	case c.kind != Number || err != nil:
		s.bad(at, c, "%q must be a number", c.key)
	case c.key == "multipleOf" && n <= 0:
		s.bad(at, c, "\"multipleOf\" must be greater than zero")
	}
}

// circles reports schemas that apply to the same value without an end: no
// value could ever be checked against them.
func (s *schemaChecker) circles() {
	g := graph{size: len(s.all), edges: func(i int) []edge { return s.applied[i] }}
	for _, found := range g.cycles() {
		d := diag.Diagnostic{
			Rule: "reference-cycle", Range: found.closing.Range(), Pointer: found.closing.Pointer(),
			Message: "the schema refers to itself without an end", Hint: "refer to it from a property or from items, not from the schema itself",
		}
		s.add(d)
	}
}
