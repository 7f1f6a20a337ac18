// Package example holds for each rule a document that breaks it and one like
// it that does not. Each is a file that can be checked as it is.
//
// A folder of rules is named for the rule. It holds bad.yaml and good.yaml, and
// what they refer to; pets.yaml, the description of an API, serves all of them.
// What is to be found in a bad document is marked by comments:
//
//	operationId: getPt
//	#            ^^^^^ unknown-operation
//
// A line of the comment sign, carets and a rule id points to a place in the
// line above it. The first caret is where the problem starts; several carets
// are the whole of it. Where there is no room for such a comment, a line
//
//	# want: unknown-operation 12:16
//
// gives line and column. It may also stand in a file bad.marks, for a document
// that cannot hold comments.
package example

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

//go:embed all:rules
var files embed.FS

// Example is what there is to show of one rule.
type Example struct {
	// Bad and Good are documents. Files are others that they refer to; those that
	// only the bad one refers to may be marked.
	Bad, Good File
	Files     []File
}

// File is one document of an example.
type File struct {
	// Name is the name in the folder of the rule.
	Name string
	Text []byte
	// Marks say what is to be found in the document.
	Marks []Mark
}

// Mark is a problem to be found at a place.
type Mark struct {
	Rule string
	// Range has no end if only the start is marked.
	Range diag.Range
}

// Marks are all that is to be found when the bad document is checked.
func (e Example) Marks() []Mark {
	marks := e.Bad.Marks
	for _, f := range e.Files {
		marks = append(slices.Clone(marks), f.Marks...)
	}
	return marks
}

// Of returns the example of a rule, or an error if it has none.
func Of(rule string) (Example, error) {
	folder := path.Join("rules", rule)
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return Example{}, fmt.Errorf("the rule %q has no example: %w", rule, err)
	}
	var e Example
	var apart []Mark
	for _, entry := range entries {
		text, err := fs.ReadFile(files, path.Join(folder, entry.Name()))
		if err != nil {
			return Example{}, fmt.Errorf("reading the example of %q: %w", rule, err)
		}
		f := File{Name: entry.Name(), Text: text, Marks: Marks(entry.Name(), text)}
		switch strings.TrimSuffix(f.Name, path.Ext(f.Name)) {
		case "bad":
			if path.Ext(f.Name) == ".marks" {
				apart = f.Marks
				continue
			}
			e.Bad = f
		case "good":
			e.Good = f
		default:
			e.Files = append(e.Files, f)
		}
	}
	for _, m := range apart {
		m.Range.File = e.Bad.Name
		e.Bad.Marks = append(e.Bad.Marks, m)
	}
	return e, nil
}

// Plain is the document without the marks.
func (f File) Plain() []byte {
	var out []string
	for _, line := range strings.Split(string(f.Text), "\n") {
		if !isMark(line) {
			out = append(out, line)
		}
	}
	return []byte(strings.Join(out, "\n"))
}

// Places are the marks with the lines that they have in [File.Plain].
func (f File) Places() []Mark {
	var marks []Mark
	lines := strings.Split(string(f.Text), "\n")
	for _, m := range f.Marks {
		removed := 0
		for _, line := range lines[:min(m.Range.Start.Line, len(lines))] {
			if isMark(line) {
				removed++
			}
		}
		m.Range.Start.Line -= removed
		if m.Range.End.IsValid() {
			m.Range.End.Line -= removed
		}
		marks = append(marks, m)
	}
	return marks
}

func isMark(line string) bool {
	rest, comment := strings.CutPrefix(strings.TrimSpace(line), "#")
	rest = strings.TrimSpace(rest)
	return comment && (strings.HasPrefix(rest, "^") || strings.HasPrefix(rest, "want: "))
}

const (
	caretPattern = `^\s*#\s*(\^+)\s+([a-z0-9-]+)\s*$`
	wantPattern  = `^\s*# want: ([a-z0-9-]+) (\d+):(\d+)\s*$`
)

// Marks reads the marks of a document.
func Marks(name string, text []byte) []Mark {
	caret, want := regexp.MustCompile(caretPattern), regexp.MustCompile(wantPattern)
	var marks []Mark
	// marked is the last line that is no mark itself.
	marked := 0
	for i, line := range strings.Split(string(text), "\n") {
		if m := caret.FindStringSubmatchIndex(line); m != nil {
			mark := Mark{Rule: line[m[4]:m[5]], Range: diag.Range{File: name, Start: diag.Position{Line: marked, Column: m[2] + 1}}}
			if m[3]-m[2] > 1 {
				mark.Range.End = diag.Position{Line: marked, Column: m[3] + 1}
			}
			marks = append(marks, mark)
			continue
		}
		if m := want.FindStringSubmatch(line); m != nil {
			number, _ := strconv.Atoi(m[2])
			column, _ := strconv.Atoi(m[3])
			marks = append(marks, Mark{Rule: m[1], Range: diag.Range{File: name, Start: diag.Position{Line: number, Column: column}}})
			continue
		}
		marked = i + 1
	}
	return marks
}
