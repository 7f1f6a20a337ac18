package wire

import (
	"mime"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// Kind is how a body is written.
type Kind int

// The kinds of bodies.
const (
	// KindBytes is what no other kind is: bytes that only a text or a binary value can
	// give.
	KindBytes Kind = iota
	// KindText is plain text.
	KindText
	// KindJSON is one JSON text.
	KindJSON
	// KindLines are JSON texts, each on a line of its own.
	KindLines
	// KindSequence are JSON texts, each behind a record separator (RFC 7464).
	KindSequence
	// KindYAML is YAML, of which JSON is a part.
	KindYAML
	// KindForm is application/x-www-form-urlencoded.
	KindForm
	// KindMultipart are parts between boundaries (RFC 2046, 5.1).
	KindMultipart
	// KindXML is an XML document.
	KindXML
	// KindCSV are records of fields (RFC 4180).
	KindCSV
)

// Bare returns the type and subtype of a media type, in lower case, without its
// parameters.
func Bare(mediaType string) string {
	bare, _, _ := strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(bare))
}

// KindOf returns the kind of a media type.
func KindOf(mediaType string) Kind {
	switch t := Bare(mediaType); t {
	case "application/json", "text/json", "application/x-json", "text/x-json":
		return KindJSON
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
		"application/x-jsonlines", "application/json-lines", "text/x-ndjson", "text/jsonl":
		return KindLines
	case "application/json-seq":
		return KindSequence
	case "application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml":
		return KindYAML
	case "application/x-www-form-urlencoded":
		return KindForm
	case "application/xml", "text/xml":
		return KindXML
	case "text/csv", "application/csv":
		return KindCSV
	default:
		return kindByPart(t)
	}
}

func kindByPart(t string) Kind {
	switch {
	case strings.HasSuffix(t, "+json"), strings.HasPrefix(t, "application/x-amz-json-"):
		return KindJSON
	case strings.HasSuffix(t, "+json-seq"):
		return KindSequence
	case strings.HasSuffix(t, "+yaml"):
		return KindYAML
	case strings.HasSuffix(t, "+xml"):
		return KindXML
	case strings.HasPrefix(t, "multipart/"):
		return KindMultipart
	case strings.HasPrefix(t, "text/"), t == "application/graphql", t == "application/sql", t == "application/javascript":
		return KindText
	default:
		return KindBytes
	}
}

// Structured reports whether an array or object can be written as the kind. An
// array can be no form, and neither can be text.
func (k Kind) Structured() bool { return k != KindBytes && k != KindText }

// matches reports whether a media type, without parameters, is in a range such
// as "image/*".
func matches(bare, mediaRange string) bool {
	r := Bare(mediaRange)
	if r == bare || r == "*/*" || r == "*" {
		return true
	}
	kind, isRange := strings.CutSuffix(r, "/*")
	return isRange && strings.HasPrefix(bare, kind+"/")
}

func isRange(mediaType string) bool { return strings.Contains(Bare(mediaType), "*") }

// Declaration returns what an operation says of bodies of a media type: the
// entry of that very name, else the first whose range it is in, else nil.
func Declaration(content []openapi.MediaType, mediaType string) *openapi.MediaType {
	bare := Bare(mediaType)
	var found *openapi.MediaType
	for i := range content {
		m := &content[i]
		if Bare(m.Name) == bare {
			return m
		}
		if found == nil || isRange(found.Name) && len(Bare(m.Name)) > len(Bare(found.Name)) {
			if matches(bare, m.Name) {
				found = m
			}
		}
	}
	return found
}

// parameter returns a parameter of a media type, such as "charset".
func parameter(mediaType, name string) string {
	if !strings.Contains(mediaType, ";") {
		return ""
	}
	_, parameters, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return ""
	}
	return parameters[name]
}
