package check

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/internal/nearest"
)

// IgnoreExtension is the extension of an object that silences rules about it
// and all that is inside of it: an object of rule ids, each with the reason.
const IgnoreExtension = "x-arazzo-lint-ignore"

// ignore is one rule that is silenced on one object.
type ignore struct {
	entry   arazzo.Value
	rule    string
	pointer string
	used    bool
}

// silence drops the problems that the documents of the bundle ask to ignore,
// and reports where such a request is in vain.
func (l *linter) silence() {
	files := map[string]ignores{}
	var all []*ignore
	for _, d := range l.bundle.Documents {
		if !bytes.Contains(d.Text(), []byte(IgnoreExtension)) {
			continue
		}
		f := ignoreFinder{}
		f.object(arazzo.Value{Origin: d.Origin}, place{})
		files[d.File()] = byPlace(f.found)
		if d == l.bundle.Entry {
			all = f.found
		}
	}
	if len(files) == 0 {
		return
	}
	l.list = slices.DeleteFunc(l.list, func(d diag.Diagnostic) bool {
		return files[d.Range.File].silence(d)
	})
	l.reportIgnores(all)
}

// ignores are the ignores of a document by rule and object.
type ignores map[ruleAt]*ignore

type ruleAt struct{ rule, pointer string }

func byPlace(list []*ignore) ignores {
	found := make(ignores, len(list))
	for _, i := range list {
		found[ruleAt{i.rule, i.pointer}] = i
	}
	return found
}

// silence reports whether a problem is to be ignored: it looks at the object and
// at all around it.
func (all ignores) silence(d diag.Diagnostic) bool {
	silent := false
	for pointer := d.Pointer; len(all) > 0; {
		if i := all[ruleAt{d.Rule, pointer}]; i != nil {
			i.used, silent = true, true
		}
		end := strings.LastIndexByte(pointer, '/')
		if end < 0 {
			break
		}
		pointer = pointer[:end]
	}
	return silent
}

// reportIgnores reports what is wrong with the ignores of the entry document.
func (l *linter) reportIgnores(list []*ignore) {
	for _, i := range list {
		d := diag.Diagnostic{Range: i.entry.NameRange(), Pointer: i.entry.Pointer()}
		reason, text := i.entry.Text()
		switch _, known := l.severities[i.rule]; {
		case i.rule == "" && i.entry.Pointer() == i.pointer+"/"+IgnoreExtension:
			d.Rule, d.Message = "ignore-without-reason", strconv.Quote(IgnoreExtension)+" must be an object of rule ids, each with a reason"
			d.Hint = "write it as in {" + IgnoreExtension + ": {missing-parameter: the gateway adds it}}"
			l.add(d)
			continue
		case !known:
			d.Rule, d.Message = "unknown-rule", "there is no rule "+strconv.Quote(shown(i.rule))
			d.Hint = `"arazzo rules" lists all rules`
			if near := nearest.Find(i.rule, l.ruleIDs()); len(near) > 0 {
				d.Hint = "did you mean " + strconv.Quote(near[0]) + "?"
			}
			l.add(d)
			continue
		case !i.used && l.options.Workflow == "":
			d.Rule, d.Message = "unused-ignore", "nothing of the rule "+strconv.Quote(i.rule)+" is found here"
			d.Hint = "remove it"
			l.add(d)
		}
		if !text || strings.TrimSpace(reason) == "" {
			d.Rule, d.Message = "ignore-without-reason", "no reason is given to ignore the rule "+strconv.Quote(i.rule)
			d.Hint = "write the reason as text: " + i.rule + ": REASON"
			l.add(d)
		}
	}
}

func (l *linter) ruleIDs() []string {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// place says what kind of part of a document a value is, as far as it matters
// for extensions.
type place struct {
	// names: the members are named by the author, so that none is an extension.
	names bool
	// data: all of it is data that is sent.
	data bool
	// schema: a JSON Schema.
	schema bool
}

// below is the kind of a member.
func (p place) below(name string) place {
	if p.names {
		return place{schema: p.schema}
	}
	if p.schema {
		switch name {
		case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas":
			return place{schema: true, names: true}
		case "default", "const", "enum", "examples", "example":
			return place{data: true}
		}
		return place{schema: true}
	}
	switch name {
	case "payload", "value":
		return place{data: true}
	case "outputs":
		return place{names: true}
	case "inputs":
		return place{schema: true}
	}
	return place{}
}

// ignoreFinder collects the ignores of a document.
type ignoreFinder struct{ found []*ignore }

func (f *ignoreFinder) object(v arazzo.Value, at place) {
	for _, e := range v.Elements() {
		f.object(e, at)
	}
	for name, m := range v.Members() {
		switch {
		case name == IgnoreExtension && !at.names:
			if m.Kind() != arazzo.Object {
				f.found = append(f.found, &ignore{entry: m, pointer: v.Pointer()})
			}
			for rule, entry := range m.Members() {
				f.found = append(f.found, &ignore{entry: entry, rule: rule, pointer: v.Pointer()})
			}
		case v.Pointer() == "/components":
			f.object(m, place{names: true, schema: name == "inputs"})
		case !at.below(name).data:
			f.object(m, at.below(name))
		}
	}
}

// shown shortens a text that stands in a message.
func shown(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
