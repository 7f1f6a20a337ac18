package diag

import (
	"encoding/json"
	"fmt"
	"io"
)

// JSONSchema names the form in which [WriteJSON] writes.
const JSONSchema = "arazzo.diagnostics/1"

// Location is a [Range] as it stands in JSON. Numbers that are not known are
// left out.
type Location struct {
	File      string `json:"file"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
}

// Location returns the range in the form in which it stands in JSON.
func (r Range) Location() Location {
	return Location{File: r.File, Line: r.Start.Line, Column: r.Start.Column, EndLine: r.End.Line, EndColumn: r.End.Column}
}

type jsonReport struct {
	Schema      string           `json:"schema"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
}

type jsonDiagnostic struct {
	Rule     string        `json:"rule"`
	Severity string        `json:"severity"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint,omitempty"`
	Fix      *Fix          `json:"fix,omitempty"`
	Location Location      `json:"location"`
	Pointer  string        `json:"pointer,omitempty"`
	Related  []jsonRelated `json:"related"`
}

type jsonRelated struct {
	Message  string   `json:"message"`
	Location Location `json:"location"`
}

// WriteJSON writes a list as one JSON document of the form [JSONSchema], in
// the order of the list.
func WriteJSON(w io.Writer, list List) error {
	report := jsonReport{Schema: JSONSchema, Diagnostics: make([]jsonDiagnostic, len(list))}
	for i := range list {
		d := &list[i]
		out := jsonDiagnostic{
			Rule: d.Rule, Severity: d.Severity.String(), Message: d.Message, Hint: d.Hint, Fix: d.Fix,
			Location: d.Range.Location(), Pointer: d.Pointer, Related: make([]jsonRelated, len(d.Related)),
		}
		for j, r := range d.Related {
			out.Related[j] = jsonRelated{Message: r.Message, Location: r.Range.Location()}
		}
		report.Diagnostics[i] = out
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(report); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}
