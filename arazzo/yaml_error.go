package arazzo

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"gopkg.in/yaml.v3"
)

// yamlProblem turns an error of yaml.v3 into a diagnostic. The line that
// yaml.v3 names is often that of the beginning of the enclosing block, or is
// missing, so the place is found anew.
func yamlProblem(src *source, text []byte, err error) diag.Diagnostic {
	line, problem := splitYAMLError(err.Error())
	d := diag.Diagnostic{Rule: "invalid-yaml"}
	if e := explainYAML(problem); e.message != "" {
		d.Message, d.Hint = e.message, e.hint
	} else {
		d.Message = "the YAML text is not well-formed: " + shown(problem)
	}
	switch {
	case strings.HasPrefix(problem, "unknown anchor"):
		name := quotedPart(problem)
		d.Message = fmt.Sprintf("the alias %q has no anchor", shown(name))
		d.Hint = "quote the value if it is meant to begin with \"*\""
		d.Range = findText(src, "*"+name)
	case strings.HasPrefix(problem, "control characters"):
		d.Range = findControl(src)
	case strings.Contains(problem, "',' or ']'"), strings.Contains(problem, "',' or '}'"):
		d.Range = bracketIn(src, line+1, problem)
	case strings.Contains(problem, "unexpected end of stream") && line > 0:
		d.Range = openQuote(src, src.lineRange(line))
	case strings.Contains(problem, "max depth"):
		d.Rule = "too-deep"
		d.Range = src.point(0)
	default:
		d.Range = src.lineRange(failingLine(text, line))
		if strings.Contains(problem, "cannot start any token") || strings.Contains(problem, "tab character") {
			d.Range = badStart(src, d.Range)
			if start, _ := lineOffsets(src, d.Range); src.text[start+d.Range.Start.Column-1] == '\t' {
				d.Message, d.Hint = "a tab is used for indentation", "YAML is indented with spaces only"
			}
		}
		if strings.Contains(problem, "unknown escape") {
			d.Range = badEscape(src, d.Range)
		}
		if strings.Contains(problem, "mapping values") {
			d.Range = secondColon(src, d.Range)
		}
	}
	return d
}

var yamlErrorPlace = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func splitYAMLError(text string) (line int, problem string) {
	m := yamlErrorPlace.FindStringSubmatch(text)
	if m == nil {
		return 0, text
	}
	if m[1] != "" {
		line, _ = strconv.Atoi(m[1])
	}
	return line, text[len(m[0]):]
}

type explanation struct{ message, hint string }

func explainYAML(problem string) explanation {
	switch {
	case strings.Contains(problem, "mapping values are not allowed"):
		return explanation{"a \": \" is not expected here", "quote the value if the colon belongs to it; else check the indentation"}
	case strings.Contains(problem, "cannot start any token"):
		return explanation{"a value cannot begin with this character", "quote the value; YAML does not allow tabs, \"@\", \"`\" and \"%\" there"}
	case strings.Contains(problem, "tab character"):
		return explanation{"a tab is used for indentation", "YAML is indented with spaces only"}
	case strings.Contains(problem, "did not find expected key"):
		return explanation{"the line does not fit into the object around it", "check the indentation, and quotes inside of quoted text"}
	case strings.Contains(problem, "'-' indicator"):
		return explanation{"the line does not fit into the list around it", "check the indentation; each item of a list begins with \"- \""}
	case strings.Contains(problem, "block sequence entries are not allowed"):
		return explanation{"a list item cannot begin here", "begin the list on a line of its own"}
	case strings.Contains(problem, "expected node content"):
		return explanation{"a value is expected before this", "write the value, or quote it if it begins with a sign such as \",\" or \"]\""}
	case strings.Contains(problem, "',' or ']'"):
		return explanation{"the list that begins with \"[\" is not closed properly", "add the missing \"]\" or comma, or quote the text"}
	case strings.Contains(problem, "',' or '}'"):
		return explanation{"the object that begins with \"{\" is not closed properly", "add the missing \"}\" or comma, or quote the text"}
	case strings.Contains(problem, "unexpected end of stream"):
		return explanation{"the quoted text that begins here is not closed", "add the missing quote"}
	case strings.Contains(problem, "unexpected document indicator"):
		return explanation{"the quoted text is not closed before the end of the document", "add the missing quote"}
	case strings.Contains(problem, "unknown escape character"):
		return explanation{"an escape in the double-quoted text is not known", "write a backslash as \\\\, or use single quotes"}
	case strings.Contains(problem, "could not find expected ':'"):
		return explanation{"a colon is missing after the key", "write \"key: value\""}
	case strings.Contains(problem, "undefined tag handle"):
		return explanation{"a YAML tag is not allowed", "quote the value if it begins with \"!\""}
	case strings.Contains(problem, "comment or line break"):
		return explanation{"only a comment may follow the sign of a block text", "begin the text on the next line"}
	case strings.Contains(problem, "max depth"):
		return explanation{"objects and arrays are nested too deeply", ""}
	case strings.Contains(problem, "control characters"):
		return explanation{"a control character is not allowed", "write it as an escape in a double-quoted string"}
	default:
		return explanation{}
	}
}

// failingLine is the line in which reading fails. The reader is fed line by
// line: what it has asked for when it fails is at most one line too much.
func failingLine(text []byte, reported int) int {
	feed := &lineReader{text: text}
	err := tryYAML(feed)
	if err == nil {
		return max(1, reported)
	}
	_, problem := splitYAMLError(err.Error())
	line, end := feed.lines, feed.offset
	for line > 1 {
		start := bytes.LastIndexByte(text[:end-1], '\n') + 1
		shorter := tryYAML(bytes.NewReader(text[:start]))
		if shorter == nil {
			break
		}
		if _, p := splitYAMLError(shorter.Error()); p != problem || feed.lines-line > 1 {
			break
		}
		line, end = line-1, start
	}
	return line
}

func tryYAML(r io.Reader) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("yaml: the reader gave up: %v", p)
		}
	}()
	var n yaml.Node
	return yaml.NewDecoder(r).Decode(&n)
}

// lineReader hands out one line a call and counts them.
type lineReader struct {
	text          []byte
	offset, lines int
	midLine       bool
}

func (r *lineReader) Read(p []byte) (int, error) {
	rest := r.text[r.offset:]
	if len(rest) == 0 {
		return 0, io.EOF
	}
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i+1]
	}
	n := copy(p, rest)
	if !r.midLine {
		r.lines++
	}
	r.midLine = n < len(rest)
	r.offset += n
	return n, nil
}

func quotedPart(text string) string {
	_, rest, _ := strings.Cut(text, "'")
	part, _, _ := strings.Cut(rest, "'")
	return part
}

func findText(src *source, text string) diag.Range {
	if i := bytes.Index(src.text, []byte(text)); i >= 0 {
		return src.span(i, i+len(text))
	}
	return src.point(0)
}

func findControl(src *source) diag.Range {
	for i := 0; i < len(src.text); {
		c, size := utf8.DecodeRune(src.text[i:])
		switch {
		case c == 0x7F, c >= 0x80 && c < 0xA0 && c != 0x85, c == 0xFEFF, c == 0xFFFE, c == 0xFFFF:
			return src.span(i, i+size)
		}
		i += size
	}
	return src.point(0)
}

// lineStart returns the offsets of a line's content.
func lineOffsets(src *source, r diag.Range) (start, end int) {
	line := r.Start.Line - 1
	start, end = src.lines[line], len(src.text)
	if line+1 < len(src.lines) {
		end = src.lines[line+1]
	}
	return start, end
}

func bracketIn(src *source, line int, problem string) diag.Range {
	r := src.lineRange(line)
	open := byte('{')
	if strings.Contains(problem, "']'") {
		open = '['
	}
	start, end := lineOffsets(src, r)
	if i := bytes.LastIndexByte(src.text[start:end], open); i >= 0 {
		return src.span(start+i, start+i+1)
	}
	return r
}

// badStart narrows a line down to a tab or a character that YAML reserves.
func badStart(src *source, r diag.Range) diag.Range {
	start, end := lineOffsets(src, r)
	line := src.text[start:end]
	blank := len(line) - len(bytes.TrimLeft(line, " \t"))
	if i := bytes.IndexByte(line[:blank], '\t'); i >= 0 {
		return src.span(start+i, start+i+1)
	}
	for i := blank; i < len(line); i++ {
		if bytes.IndexByte([]byte("@`%\t"), line[i]) >= 0 && (i == blank || bytes.IndexByte([]byte(" \t[{,"), line[i-1]) >= 0) {
			return src.span(start+i, start+i+1)
		}
	}
	return r
}

// openQuote narrows a line down to the quote with which a value begins.
func openQuote(src *source, r diag.Range) diag.Range {
	start, end := lineOffsets(src, r)
	for i := start; i < end; i++ {
		if c := src.text[i]; (c == '"' || c == '\'') && (i == start || bytes.IndexByte([]byte(" \t[{,:"), src.text[i-1]) >= 0) {
			return src.span(i, i+1)
		}
	}
	return r
}

// badEscape narrows a line down to an escape that YAML does not have.
func badEscape(src *source, r diag.Range) diag.Range {
	start, end := lineOffsets(src, r)
	for i := start; i+1 < end; i++ {
		if src.text[i] != '\\' {
			continue
		}
		if _, next, ok := unescape(src.text, i); !ok {
			return src.span(i, min(i+2, end))
		} else if next > i {
			i = next - 1
		}
	}
	return r
}

func secondColon(src *source, r diag.Range) diag.Range {
	start, end := lineOffsets(src, r)
	line := src.text[start:end]
	first := bytes.Index(line, []byte(": "))
	if first < 0 {
		return r
	}
	second := bytes.Index(line[first+1:], []byte(": "))
	if second < 0 {
		second = bytes.Index(line[first+1:], []byte(":\n"))
	}
	if second < 0 {
		return r
	}
	at := start + first + 1 + second
	return src.span(at, at+1)
}
