package diag

import (
	"bytes"
	"unicode/utf8"
)

// fixes writes the fix of a diagnostic. Where the text of a file is not known,
// the place of an edit cannot be told and the fix is left out.
func (s SARIF) fixes(d *Diagnostic) []sarifFix {
	if d.Fix == nil || len(d.Fix.Edits) == 0 || s.Sources == nil {
		return nil
	}
	var changes []sarifChange
	for _, e := range d.Fix.Edits {
		text := s.Sources(e.File)
		if text == nil || e.Start < 0 || e.End < e.Start || e.End > len(text) {
			return nil
		}
		start, end := positionOf(text, e.Start), positionOf(text, e.End)
		replacement := sarifReplacement{Deleted: sarifRegion{StartLine: start.Line, StartColumn: start.Column, EndLine: end.Line, EndColumn: end.Column}}
		if e.Text != "" {
			replacement.Inserted = &sarifMessage{Text: e.Text}
		}
		uri := s.uri(e.File)
		if last := len(changes) - 1; last >= 0 && changes[last].Artifact.URI == uri {
			changes[last].Replacements = append(changes[last].Replacements, replacement)
			continue
		}
		changes = append(changes, sarifChange{Artifact: sarifArtifact{URI: uri}, Replacements: []sarifReplacement{replacement}})
	}
	description := d.Fix.Message
	if d.Fix.Caveat != "" {
		description += "; " + d.Fix.Caveat
	}
	return []sarifFix{{Description: sarifMessage{Text: description}, Changes: changes}}
}

// positionOf is the place of a byte of a text.
func positionOf(text []byte, offset int) Position {
	before := text[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Position{Line: bytes.Count(before, []byte{'\n'}) + 1, Column: utf8.RuneCount(before[start:]) + 1}
}
