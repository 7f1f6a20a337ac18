package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// SARIF says what a SARIF log tells about the tool. The zero value is usable.
type SARIF struct {
	// Version of the tool, such as "1.2.0".
	Version string
	// Address is where people find the tool.
	Address string
	// Rules describes the rules; those that are not listed are named only.
	Rules []RuleHelp
	// Folder is the working directory as an absolute path with slashes: files in
	// it are named relative to it. Empty: files are named as the diagnostics do.
	Folder string
	// Sources gives the texts of files, in which edits are placed. Nil: fixes are
	// left out.
	Sources TextOf
}

// RuleHelp is what is told of a rule.
type RuleHelp struct {
	ID       string
	Severity Severity
	// Summary is one sentence, Help a longer text, and Markdown the same with
	// marks. Help and Markdown may be empty.
	Summary, Help, Markdown string
	// Tags sort rules into groups.
	Tags []string
}

// WriteSARIF writes a list as a log of the Static Analysis Results Interchange
// Format 2.1.0 (OASIS).
func (s SARIF) WriteSARIF(w io.Writer, list List) error {
	run := s.run(list)
	log := sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(log); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// fingerprintKey names how the fingerprints are computed. Another way gets
	// another name.
	fingerprintKey = "arazzoProblem/v1"
)

func (s SARIF) run(list List) sarifRun {
	rules := make([]sarifRule, 0, len(s.Rules))
	index := map[string]int{}
	for _, r := range s.Rules {
		index[r.ID] = len(rules)
		rules = append(rules, describeRule(r))
	}
	for i := range list {
		if _, known := index[list[i].Rule]; !known && list[i].Rule != "" {
			index[list[i].Rule] = len(rules)
			rules = append(rules, sarifRule{ID: list[i].Rule})
		}
	}
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "arazzo", Version: s.Version, InformationURI: s.Address, Rules: rules}},
		ColumnKind: "unicodeCodePoints",
		Results:    make([]sarifResult, 0, len(list)),
	}
	seen := map[string]int{}
	for i := range list {
		d := &list[i]
		r := sarifResult{
			RuleID: d.Rule, Level: sarifLevel(d.Severity), Message: sarifMessage{Text: d.Message},
			Locations: []sarifLocation{s.location(d.Range, d.Pointer)},
			Fixes:     s.fixes(d),
		}
		if at, known := index[d.Rule]; known {
			r.RuleIndex = &at
		}
		if d.Hint != "" {
			r.Message.Text += "\n" + d.Hint
		}
		for j, related := range d.Related {
			l := s.location(related.Range, "")
			l.ID, l.Message = j+1, &sarifMessage{Text: related.Message}
			r.RelatedLocations = append(r.RelatedLocations, l)
		}
		mark := s.fingerprint(d)
		seen[mark]++
		r.PartialFingerprints = map[string]string{fingerprintKey: mark + ":" + strconv.Itoa(seen[mark])}
		run.Results = append(run.Results, r)
	}
	return run
}

func describeRule(r RuleHelp) sarifRule {
	rule := sarifRule{
		ID:                   r.ID,
		ShortDescription:     &sarifMessage{Text: r.Summary},
		DefaultConfiguration: &sarifConfiguration{Level: sarifLevel(r.Severity)},
	}
	if r.Help != "" {
		rule.Help = &sarifMessage{Text: r.Help, Markdown: r.Markdown}
	}
	if len(r.Tags) > 0 {
		rule.Properties = &sarifProperties{Tags: r.Tags}
	}
	return rule
}

// fingerprint tells a problem from others also when the lines around it move:
// it is made of the rule, the object and the sentence, not of the position.
func (s SARIF) fingerprint(d *Diagnostic) string {
	h := sha256.New()
	for _, part := range []string{d.Rule, s.uri(d.Range.File), d.Pointer, d.Message} {
		_, _ = io.WriteString(h, strconv.Itoa(len(part))+":"+part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (s SARIF) location(r Range, pointer string) sarifLocation {
	l := sarifLocation{}
	if r.File != "" {
		l.Physical = &sarifPhysical{Artifact: sarifArtifact{URI: s.uri(r.File)}}
		if r.Start.IsValid() {
			l.Physical.Region = &sarifRegion{StartLine: r.Start.Line, StartColumn: r.Start.Column}
			if r.End.IsValid() && r.Start.Compare(r.End) < 0 {
				l.Physical.Region.EndLine, l.Physical.Region.EndColumn = r.End.Line, r.End.Column
			}
		}
	}
	if pointer != "" {
		l.Logical = []sarifLogical{{FullyQualifiedName: pointer, Kind: "object"}}
	}
	return l
}

// uri names a file as SARIF does: relative to the working directory with
// slashes, or absolutely.
func (s SARIF) uri(file string) string {
	if scheme, _, found := strings.Cut(file, "://"); found && len(scheme) > 1 {
		return file
	}
	file = strings.ReplaceAll(file, `\`, "/")
	if s.Folder != "" {
		absolute := file
		if !isAbsolute(file) {
			absolute = path.Join(s.Folder, file)
		}
		absolute = path.Clean(absolute)
		if inside, ok := strings.CutPrefix(absolute, strings.TrimSuffix(s.Folder, "/")+"/"); ok {
			return escapePath(inside)
		}
		file = absolute
	}
	if isAbsolute(file) {
		if !strings.HasPrefix(file, "/") {
			file = "/" + file
		}
		return "file://" + escapePath(file)
	}
	return escapePath(path.Clean(file))
}

// isAbsolute reports whether a path with slashes is absolute on some system.
func isAbsolute(file string) bool {
	return strings.HasPrefix(file, "/") || len(file) > 2 && file[1] == ':' && file[2] == '/'
}

// escapePath writes a path as a part of a URI. A colon in the first segment of
// a relative path would make a scheme of it.
func escapePath(file string) string {
	escaped := (&url.URL{Path: file}).EscapedPath()
	if first, _, _ := strings.Cut(escaped, "/"); strings.Contains(first, ":") {
		escaped = "./" + escaped
	}
	return escaped
}

func sarifLevel(s Severity) string {
	switch s {
	case Warning:
		return "warning"
	case Info:
		return "note"
	case Error:
		return "error"
	default:
		return "error"
	}
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri,omitempty"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string              `json:"id"`
	ShortDescription     *sarifMessage       `json:"shortDescription,omitempty"`
	Help                 *sarifMessage       `json:"help,omitempty"`
	DefaultConfiguration *sarifConfiguration `json:"defaultConfiguration,omitempty"`
	Properties           *sarifProperties    `json:"properties,omitempty"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifProperties struct {
	Tags []string `json:"tags"`
}

type sarifMessage struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifResult struct {
	RuleID              string            `json:"ruleId,omitempty"`
	RuleIndex           *int              `json:"ruleIndex,omitempty"`
	Level               string            `json:"level"`
	Message             sarifMessage      `json:"message"`
	Locations           []sarifLocation   `json:"locations"`
	RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	Fixes               []sarifFix        `json:"fixes,omitempty"`
}

type sarifLocation struct {
	ID       int            `json:"id,omitempty"`
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifMessage  `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifFix struct {
	Description sarifMessage  `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion   `json:"deletedRegion"`
	Inserted *sarifMessage `json:"insertedContent,omitempty"`
}
