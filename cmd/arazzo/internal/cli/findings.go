package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
	"github.com/seed-d89508e2/arazzo/internal/location"
)

const homeAddress = "https://github.com/seed-d89508e2/arazzo"

// findings gathers what is found in documents and writes it.
type findings struct {
	job     *validateJob
	results []*lint.Result
	// seen are the problems that were found so far, so that one in a document to
	// which several lead is written once.
	seen map[problemKey]bool
	list diag.List
	// hidden is how many notes were left out.
	hidden int
	err    error
}

// problemKey tells one problem from another.
type problemKey struct {
	rule, message string
	place         diag.Range
}

func newFindings(j *validateJob) *findings { return &findings{job: j, seen: map[problemKey]bool{}} }

// add takes what was found in the next document. As text, it is written at once.
func (f *findings) add(r *lint.Result) {
	shown := *r
	r = &shown
	switch {
	case f.job.flags.quiet:
		r.List = upTo(r.List, r.FailOn)
	case !f.showsNotes():
		before := len(r.List)
		r.List = upTo(r.List, diag.Warning)
		f.hidden += before - len(r.List)
	}
	f.results = append(f.results, r)
	var fresh diag.List
	for _, d := range r.List {
		key := problemKey{d.Rule, d.Message, d.Range}
		if !f.seen[key] {
			f.seen[key] = true
			fresh.Add(d)
		}
	}
	f.list.Add(fresh...)
	if f.job.flags.format.value == "text" && f.err == nil {
		f.err = f.text(fresh, r.Text)
	}
}

// showsNotes reports whether notes are written: for programs always, for people
// if they ask.
func (f *findings) showsNotes() bool {
	format := f.job.flags.format.value
	return f.job.flags.verbose || format == "json" || format == "sarif"
}

// text writes problems for people.
func (f *findings) text(list diag.List, sources diag.TextOf) error {
	if len(list) == 0 {
		return nil
	}
	return f.job.term.text(sources).Write(f.job.app.stdout, list) //nolint:wrapcheck // it says what was written
}

// upTo returns the diagnostics of a severity and of more severe ones.
func upTo(list diag.List, least diag.Severity) diag.List {
	var out diag.List
	for _, d := range list {
		if d.Severity <= least {
			out.Add(d)
		}
	}
	return out
}

// finish writes what is written when all documents are checked.
func (f *findings) finish() error {
	w := f.job.app.stdout
	switch f.job.flags.format.value {
	case "json":
		return diag.WriteJSON(jsonWriter{w}, f.list) //nolint:wrapcheck // it says what was written
	case "sarif":
		return f.sarif().WriteSARIF(jsonWriter{w}, f.list) //nolint:wrapcheck // it says what was written
	case "github":
		return diag.WriteGitHub(w, f.list) //nolint:wrapcheck // it says what was written
	case "junit":
		return f.junit()
	default:
		return f.err
	}
}

func (f *findings) sarif() diag.SARIF {
	s := diag.SARIF{Version: moduleVersion(), Address: homeAddress, Sources: f.source}
	if folder, err := os.Getwd(); err == nil {
		s.Folder = filepath.ToSlash(folder)
	}
	for _, r := range check.Rules() {
		help := diag.RuleHelp{ID: r.ID, Severity: r.Severity, Summary: r.Reason, Tags: []string{string(r.Family)}}
		help.Help = sentence(r.Reason)
		help.Markdown = help.Help
		if r.Spec != "" {
			help.Help += "\n\n" + r.Spec
			help.Markdown += "\n\n*" + r.Spec + "*"
		}
		help.Help += "\n\narazzo explain " + r.ID
		help.Markdown += "\n\n`arazzo explain " + r.ID + "` shows an example."
		s.Rules = append(s.Rules, help)
	}
	return s
}

// sentence begins a text with a capital letter and ends it with a full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// source returns the text of a file that a problem is in.
func (f *findings) source(file string) []byte {
	for _, r := range f.results {
		if text := r.Text(file); text != nil {
			return text
		}
	}
	return nil
}

// moduleVersion is the version of the command, empty if it is not known.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

func (f *findings) junit() error {
	checked := make([]diag.Checked, len(f.results))
	for i, r := range f.results {
		checked[i] = diag.Checked{File: shownName(r.Document), List: r.List, FailOn: r.FailOn, Took: r.Took}
	}
	return diag.WriteJUnit(f.job.app.stdout, "arazzo validate", checked) //nolint:wrapcheck // it says what was written
}

func shownName(d lint.Document) string {
	if d.Name == "-" {
		return lint.StdinName
	}
	return location.Shown(d.Name)
}

// code is the exit code. A document that is invalid counts more than one that
// could not be read.
func (f *findings) code() int {
	code := exitSucceeded
	for _, r := range f.results {
		switch {
		case r.Host && r.Failed():
			code = cmp.Or(code, exitHost)
		case r.Failed():
			return exitInvalidDocument
		}
	}
	return code
}

// summary writes one line for people.
func (f *findings) summary(left int, took time.Duration) {
	_, _ = fmt.Fprintln(f.job.app.stderr, f.summaryLine(left, took))
}

func (f *findings) summaryLine(left int, took time.Duration) string {
	var b bytes.Buffer
	paint := palette{on: detectTerminal(f.job.app.stderr, f.job.app.getenv, f.job.flags.color.value).colors}
	fmt.Fprintf(&b, "%s checked", plural(len(f.results), "document"))
	if left > 0 {
		fmt.Fprintf(&b, " (%d ignored)", left)
	}
	fmt.Fprintf(&b, " in %s: ", seconds(took))
	var counts []string
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		n := len(f.list.Select(severity))
		if n == 0 {
			continue
		}
		switch severity {
		case diag.Error:
			counts = append(counts, paint.red(plural(n, "error")))
		case diag.Warning:
			counts = append(counts, paint.yellow(plural(n, "warning")))
		case diag.Info:
			counts = append(counts, plural(n, "note"))
		}
	}
	if len(counts) == 0 {
		b.WriteString(paint.green("no problems"))
	} else {
		b.WriteString(strings.Join(counts, ", "))
	}
	if f.hidden > 0 {
		fmt.Fprintf(&b, " (%s with -v)", plural(f.hidden, "note"))
	}
	mendable := 0
	for _, d := range f.list {
		if d.Fix != nil {
			mendable++
		}
	}
	if mendable > 0 {
		fmt.Fprintf(&b, "; \"arazzo fix\" can mend %d", mendable)
	}
	return b.String()
}
