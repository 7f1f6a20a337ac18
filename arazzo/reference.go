package arazzo

import "strings"

// sourcePrefix begins a reference to something in a source.
const sourcePrefix = "$sourceDescriptions."

// qualified splits "$sourceDescriptions.name.rest" by the sources that the
// document describes, the longest name first, since names and ids may contain
// dots. Declared is false if the document describes no such source; name is
// then what stands before the next dot.
func qualified(doc *Document, text string) (name, rest string, declared, ok bool) {
	text, ok = strings.CutPrefix(text, sourcePrefix)
	if !ok {
		return "", "", false, false
	}
	for _, sd := range doc.SourceDescriptions {
		if r, found := strings.CutPrefix(text, sd.Name+"."); found && len(sd.Name) > len(name) {
			name, rest, declared = sd.Name, r, true
		}
	}
	if !declared {
		name, rest, _ = strings.Cut(text, ".")
	}
	return name, rest, declared, true
}

// pathForm says how an operationPath is written.
type pathForm uint8

const (
	// specifiedPath is "{$sourceDescriptions.name.url}#/pointer".
	specifiedPath pathForm = iota
	// dialectPath names the source in another recognisable way.
	dialectPath
	// unknownPath names no source.
	unknownPath
)

// operationPath is an operationPath taken apart.
type operationPath struct {
	form    pathForm
	source  string
	pointer string
}

// splitOperationPath takes an operationPath apart (Arazzo 1.1.0, Step Object:
// a runtime expression MUST be used to identify the source description).
func splitOperationPath(doc *Document, text string) operationPath {
	if rest, ok := strings.CutPrefix(text, "{"); ok {
		if expression, pointer, found := strings.Cut(rest, "}"); found {
			pointer, fragment := strings.CutPrefix(pointer, "#")
			if name, field, _, ok := qualified(doc, expression); ok && field == "url" && fragment {
				return operationPath{form: specifiedPath, source: name, pointer: pointer}
			}
			if name := sourceName(doc, expression); name != "" {
				return operationPath{form: dialectPath, source: name, pointer: pointer}
			}
		}
	}
	if prefix, pointer, found := strings.Cut(text, "#"); found {
		if name := sourceName(doc, strings.Trim(prefix, "{}")); name != "" {
			return operationPath{form: dialectPath, source: name, pointer: pointer}
		}
		return operationPath{form: unknownPath, pointer: pointer}
	}
	return operationPath{form: unknownPath}
}

// sourceName recognises a source in a form that the specification does not
// have: its bare name, an expression without braces or without "url", its URL.
func sourceName(doc *Document, text string) string {
	bare := strings.TrimSuffix(strings.TrimPrefix(text, sourcePrefix), ".url")
	for _, sd := range doc.SourceDescriptions {
		if sd.Name == bare && sd.Name != "" {
			return sd.Name
		}
	}
	for _, sd := range doc.SourceDescriptions {
		if sd.URL == text && text != "" {
			return sd.Name
		}
	}
	return ""
}
