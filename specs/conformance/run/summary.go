package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// summary is what the command reports.
type summary struct {
	Schema     string  `json:"schema"`
	Passed     int     `json:"passed"`
	Failed     int     `json:"failed"`
	Differs    int     `json:"differs"`
	Skipped    int     `json:"skipped"`
	DurationMs int64   `json:"durationMs"`
	Cases      []entry `json:"cases"`
}

// entry is the report of one case.
type entry struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Checklist []string `json:"checklist"`
	// Verdict is pass, fail, differs or skip.
	Verdict    string   `json:"verdict"`
	Reason     string   `json:"reason,omitempty"`
	Problems   []string `json:"problems,omitempty"`
	DurationMs int64    `json:"durationMs"`
}

// summarize counts results. A case on the skip list that passes has failed: the
// list must tell the truth.
func summarize(results []conformance.Result, skips conformance.Skips, took time.Duration) summary {
	s := summary{Schema: "arazzo.conformance/1", DurationMs: took.Milliseconds()}
	for _, r := range results {
		e := entry{
			ID: r.Case.ID, Title: r.Case.Title, Checklist: r.Case.Checklist,
			Verdict: string(r.Verdict), Problems: r.Problems, DurationMs: r.Duration.Milliseconds(),
		}
		if reason := skips.Reason(r.Case.ID); reason != "" {
			e.Reason = reason
			if r.Verdict == conformance.Pass {
				e.Verdict, e.Problems = string(conformance.Fail), []string{"the case passes, but is on the skip list: " + reason}
			} else {
				e.Verdict = "skip"
			}
		}
		switch e.Verdict {
		case string(conformance.Pass):
			s.Passed++
		case string(conformance.Fail):
			s.Failed++
		case string(conformance.Differs):
			s.Differs++
		default:
			s.Skipped++
		}
		s.Cases = append(s.Cases, e)
	}
	return s
}

// writerOf returns the writer of a report format.
func writerOf(format string) (func(io.Writer, summary) error, bool) {
	switch format {
	case "text":
		return writeText, true
	case "json":
		return writeJSON, true
	case "junit":
		return writeJUnit, true
	default:
		return nil, false
	}
}

func writeText(w io.Writer, s summary) error {
	var b strings.Builder
	for _, e := range s.Cases {
		fmt.Fprintf(&b, "%-8s%s", e.Verdict, e.ID)
		if e.Verdict == string(conformance.Pass) {
			b.WriteByte('\n')
			continue
		}
		fmt.Fprintf(&b, "  (%s; %s)\n", e.Title, strings.Join(e.Checklist, " "))
		if e.Verdict == "skip" {
			fmt.Fprintf(&b, "          %s\n", e.Reason)
			continue
		}
		for _, problem := range e.Problems {
			fmt.Fprintf(&b, "          %s\n", strings.ReplaceAll(problem, "\n", "\n          "))
		}
	}
	fmt.Fprintf(&b, "%d passed, %d failed, %d differ where the specification is silent, %d skipped; %v\n",
		s.Passed, s.Failed, s.Differs, s.Skipped, time.Duration(s.DurationMs)*time.Millisecond)
	_, err := io.WriteString(w, b.String())
	return err
}

func writeJSON(w io.Writer, s summary) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(s)
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the form that most CI systems read. What differs where the
// specification is silent is shown as skipped.
func writeJUnit(w io.Writer, s summary) error {
	seconds := func(ms int64) string { return fmt.Sprintf("%.3f", float64(ms)/1000) }
	suite := junitSuite{
		Name: "arazzo-conformance", Tests: len(s.Cases), Failures: s.Failed, Skipped: s.Skipped + s.Differs, Time: seconds(s.DurationMs),
	}
	for _, e := range s.Cases {
		c := junitCase{Class: strings.Join(e.Checklist, " "), Name: e.ID, Time: seconds(e.DurationMs)}
		problems := strings.Join(e.Problems, "\n")
		switch e.Verdict {
		case string(conformance.Fail):
			c.Failure = &junitText{Message: e.Title, Text: problems}
		case string(conformance.Differs):
			c.Skipped = &junitText{Message: "the specification is silent", Text: problems}
		case "skip":
			c.Skipped = &junitText{Message: e.Reason}
		}
		suite.Cases = append(suite.Cases, c)
	}
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}
