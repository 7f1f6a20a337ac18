package arazzo

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// CheckOptions says how [Check] judges. The zero value checks all workflows of
// the entry document and admits the dialect of published documents.
type CheckOptions struct {
	// Strict admits what the specification admits and nothing else.
	Strict bool
	// Workflow is the id of the workflow that is to be run: only what it can come
	// to is checked beyond its structure. Empty: all.
	Workflow string
	// Fixes attaches to each problem the change that mends it, where there is one.
	// What it takes is found out for that, such as the types of values, and with it
	// a filter of an object is noticed that would only be so during a run.
	Fixes bool
}

// Check finds what is wrong with a bundle beyond the structure of its
// documents: names, references, expressions, conditions, and how steps fit the
// operations that they call. It needs no network. A bundle for which the list
// holds no error can be compiled.
//
// Check may be called for a bundle that was loaded with errors, to show all
// problems together; what only follows from a structural error is left out, and
// the structural errors are in the list again.
func Check(b *Bundle, o CheckOptions) diag.List {
	c := &checker{bundle: b, strict: o.Strict}
	if o.Fixes {
		c.fixes = newFixer()
	}
	if b.Entry.node == nil && len(b.Entry.problems) > 0 {
		return b.Entry.problems.Select(diag.Error)
	}
	if b.Entry.node == nil {
		c.add(diag.Diagnostic{Rule: "invalid-document", Range: diag.Range{File: b.Entry.Name()}, Message: "the document could not be read"})
		return c.list
	}
	workflows := reachable(b, o.Workflow)
	if o.Workflow != "" && len(workflows) == 0 {
		c.unknownWorkflow(b.Entry.Field("workflows"), b.Entry, o.Workflow, "unknown-workflow")
	}
	documents := []*Document{b.Entry}
	for _, w := range workflows {
		if !slices.Contains(documents, w.document) {
			documents = append(documents, w.document)
		}
	}
	for _, d := range documents {
		if problems := d.problems.Select(diag.Error); len(problems) > 0 {
			c.list.Add(problems...)
			c.damaged = append(c.damaged, d.File())
		}
		c.document(d)
	}
	for _, w := range workflows {
		if c.full() {
			break
		}
		c.workflow(w)
	}
	c.workflowCycles(workflows)
	for _, d := range documents {
		c.unusedComponents(d)
	}
	c.fixes.review(c.list)
	c.fixes.renames(b, c.list)
	c.list.Sort()
	return c.list
}

// checker collects the problems of one call of Check.
type checker struct {
	bundle *Bundle
	strict bool
	list   diag.List
	// reported are the problems that are in the list, so that a component that is
	// used in several places is reported once.
	reported map[diagnosticKey]bool
	// used are the components to which workflows refer.
	used map[usedComponent]bool
	// damaged are the files with structural errors.
	damaged []string
	// fixes is nil if no fixes are asked for.
	fixes *fixer
}

// diagnosticKey tells one problem from another.
type diagnosticKey struct {
	rule, message string
	place         diag.Range
}

// full reports whether no more problems are collected. The loops over what a
// document may have many of end then.
func (c *checker) full() bool { return len(c.list) >= maxProblems }

func (c *checker) add(d diag.Diagnostic) {
	if c.full() || isConsequence(d.Rule) && slices.Contains(c.damaged, d.Range.File) {
		return
	}
	key := diagnosticKey{rule: d.Rule, message: d.Message, place: d.Range}
	if c.reported[key] {
		return
	}
	if c.reported == nil {
		c.reported = map[diagnosticKey]bool{}
	}
	c.reported[key] = true
	c.list.Add(d)
}

// isConsequence reports whether a problem may only follow from a structural
// error, such as a reference to a step whose id is misspelt.
func isConsequence(rule string) bool {
	switch rule {
	case "missing-field", "missing-parameter", "missing-path-parameter", "unknown-step", ruleUndefinedWorkflow,
		"undefined-input", ruleMissingInput, "undefined-step", "undefined-output", "forward-reference", ruleUnknownSource:
		return true
	default:
		return false
	}
}

// dialect is the severity of a form that the specification does not have but
// that is understood in default mode.
func (c *checker) dialect() diag.Severity {
	if c.strict {
		return diag.Error
	}
	return diag.Warning
}

func (c *checker) errorAt(place Origin, rule, hint, format string, args ...any) {
	c.add(diag.Diagnostic{Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint, Range: place.Range(), Pointer: place.Pointer()})
}

func (c *checker) warnAt(place Origin, rule, hint, format string, args ...any) {
	c.add(diag.Diagnostic{
		Rule: rule, Severity: diag.Warning, Message: fmt.Sprintf(format, args...), Hint: hint,
		Range: place.Range(), Pointer: place.Pointer(),
	})
}

// document checks what concerns a document as a whole.
func (c *checker) document(d *Document) {
	names := uniqueNames{c: c, what: "source description"}
	for _, s := range d.SourceDescriptions {
		// Arazzo 1.1.0, Source Description Object: name, "a unique name".
		names.add(s.Name, s.Field("name"))
		c.identifier(s.Field("name"), "name of a source description", declared{kind: sourceDescriptionName, document: d, name: s.Name})
		c.sourceType(d, s)
		if s.Has("url") && s.URL == "" {
			c.errorAt(s.Field("url"), "invalid-value", "", "the url of source %q is empty", shown(s.Name))
		}
	}
	// Arazzo 1.1.0, Workflow Object: the workflowId MUST be unique.
	ids := uniqueNames{c: c, what: "workflow"}
	for _, w := range d.Workflows {
		ids.add(w.WorkflowID, w.Field("workflowId"))
		c.identifier(w.Field("workflowId"), "workflowId", declared{kind: workflowName, document: d, workflow: w, name: w.WorkflowID})
	}
	if d.Components != nil {
		c.components(d)
	}
}

func (c *checker) sourceType(d *Document, s *SourceDescription) {
	types := []string{"openapi", "arazzo"}
	if d.minor >= 1 {
		types = append(types, "asyncapi")
	}
	if s.Has("type") {
		c.oneOf(s.Field("type"), "type of a source description", s.Type, types)
	}
}

// oneOf checks that a text is one of a few.
func (c *checker) oneOf(place Origin, what, text string, allowed []string) bool {
	if slices.Contains(allowed, text) {
		return true
	}
	if (Value{place}).Kind() != String {
		return false
	}
	hint := "use " + alternatives(allowed)
	if near := resembling(text, allowed); len(near) > 0 {
		hint = didYouMean(near)
	}
	c.errorAt(place, "invalid-value", hint, "%q is no %s", shown(text), what)
	return false
}

func alternatives(words []string) string {
	text := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			text += " or "
		default:
			text += ", "
		}
		text += strconv.Quote(w)
	}
	return text
}

// uniqueNames reports names that occur twice.
type uniqueNames struct {
	c     *checker
	what  string
	first map[string]Origin
}

func (u *uniqueNames) add(name string, place Origin) {
	if name == "" {
		return
	}
	if u.first == nil {
		u.first = map[string]Origin{}
	}
	before, taken := u.first[name]
	if !taken {
		u.first[name] = place
		return
	}
	u.c.add(diag.Diagnostic{
		Rule: "duplicate-name", Range: place.Range(), Pointer: place.Pointer(),
		Message: fmt.Sprintf("a second %s is named %q", u.what, shown(name)),
		Hint:    "give it another name",
		Related: []diag.Related{{Message: "first here", Range: before.Range()}},
	})
}

func (c *checker) unknownWorkflow(place Origin, d *Document, id, rule string) {
	var ids []string
	for _, w := range d.Workflows {
		ids = append(ids, w.WorkflowID)
	}
	hint := "the document has " + alternativesOrNone(ids, "no workflow")
	if near := resembling(id, ids); len(near) > 0 {
		hint = didYouMean(near)
	}
	c.errorAt(place, rule, hint, "there is no workflow %q", shown(id))
}

func alternativesOrNone(names []string, none string) string {
	const most = 10
	if len(names) == 0 {
		return none
	}
	if len(names) > most {
		return quotedList(names[:most]) + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return quotedList(names)
}
