package diag

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Checked is a document that was checked, with what was found.
type Checked struct {
	// File is the document as it was named.
	File string
	// List is what was found in it and in the documents that it refers to.
	List List
	// FailOn is the severity from which on the document counts as failed.
	FailOn Severity
	// Took is how long that took. Zero: not known.
	Took time.Duration
}

// WriteJUnit writes what was found in several documents as a JUnit XML report,
// which the servers of continuous integration show as test results: one case a
// document. A case fails if the document has a problem of its severity or a more
// severe one; all its problems stand in the failure. What does not let it fail
// is part of its output.
func WriteJUnit(w io.Writer, name string, documents []Checked) error {
	suite := junitSuite{Name: name, Tests: len(documents)}
	var total time.Duration
	for _, d := range documents {
		c := junitCase{Name: xmlText(d.File), ClassName: name, File: xmlText(d.File), Time: junitTime(d.Took)}
		total += d.Took
		if failing := d.List.from(d.FailOn); len(failing) > 0 {
			suite.Failures++
			c.Failure = &junitFailure{Message: xmlText(failing.headline()), Type: failing[0].Rule, Text: xmlText(d.List.lines())}
		} else if len(d.List) > 0 {
			c.Output = &junitOutput{xmlText(d.List.lines())}
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = junitTime(total)
	report := junitReport{Name: name, Tests: suite.Tests, Failures: suite.Failures, Time: suite.Time, Suites: []junitSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(report); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}

type junitReport struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitFailure `xml:"failure"`
	Output    *junitOutput  `xml:"system-out"`
}

type junitOutput struct {
	Text string `xml:",cdata"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// from returns the diagnostics of a severity or a more severe one.
func (l List) from(least Severity) List {
	var out List
	for _, d := range l {
		if d.Severity <= least {
			out = append(out, d)
		}
	}
	return out
}

// headline is the first problem, and how many there are besides.
func (l List) headline() string {
	if len(l) == 1 {
		return l[0].Error()
	}
	return fmt.Sprintf("%s, and %d more", l[0].Error(), len(l)-1)
}

// lines writes one problem a line, with its severity and its hint.
func (l List) lines() string {
	var b strings.Builder
	for i := range l {
		d := l[i]
		if place := d.Range.String(); place != "" {
			b.WriteString(printable(place) + ": ")
		}
		d.Range = Range{}
		fmt.Fprintf(&b, "%s: %s\n", d.Severity, printable(d.Error()))
		if d.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", printable(d.Hint))
		}
	}
	return b.String()
}

// xmlText replaces the characters that XML cannot express, not even escaped
// (XML 1.0, 2.2).
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
			return r
		default:
			return utf8.RuneError
		}
	}, text)
}
