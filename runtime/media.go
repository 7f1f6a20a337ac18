package runtime

import (
	"bytes"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// media is a media type taken apart.
type media struct {
	// name is in lower case and without parameters: "text/plain".
	name       string
	parameters map[string]string
}

func parseMedia(contentType string) media {
	if strings.IndexByte(contentType, ';') < 0 {
		return media{name: strings.ToLower(strings.TrimSpace(contentType))}
	}
	name, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		name, _, _ = strings.Cut(contentType, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	return media{name: name, parameters: parameters}
}

func (m media) charset() string { return m.parameters["charset"] }

// isJSON reports whether a media type is JSON: application/json, one with the
// suffix +json, or one of the names that are in use for it, such as those of the
// AWS JSON protocols.
func (m media) isJSON() bool {
	switch m.name {
	case "application/json", "text/json", "application/x-json":
		return true
	default:
		return strings.HasSuffix(m.name, "+json") || strings.HasPrefix(m.name, "application/x-amz-json-")
	}
}

// isXML reports whether a media type is XML (RFC 7303).
func (m media) isXML() bool {
	return m.name == "application/xml" || m.name == "text/xml" || strings.HasSuffix(m.name, "+xml")
}

// isText reports whether a media type is text of some other kind.
func (m media) isText() bool {
	if strings.HasPrefix(m.name, "text/") || m.charset() != "" || m.sequence() != "" {
		return true
	}
	switch m.name {
	case "application/x-www-form-urlencoded", "application/javascript", "application/ecmascript", "application/yaml", "application/x-yaml",
		"application/toml", "application/graphql", "application/sql", "application/pem-certificate-chain", "application/problem":
		return true
	default:
		return strings.HasSuffix(m.name, "+yaml")
	}
}

// isOpaque reports whether content of a media type is never text.
func (m media) isOpaque() bool {
	for _, kind := range []string{"image/", "audio/", "video/", "font/"} {
		if strings.HasPrefix(m.name, kind) {
			return true
		}
	}
	return false
}

// The kinds of sequential media types.
//
// OpenAPI 3.2, Media Type Object: itemSchema.
const (
	linesSequence  = "lines"
	recordSequence = "records"
	eventSequence  = "events"
)

// sequence returns how the items of a sequential media type are written, or "".
func (m media) sequence() string {
	switch m.name {
	case "application/jsonl", "application/x-jsonlines", "application/jsonlines", "application/x-ndjson", "application/ndjson":
		return linesSequence
	case "application/json-seq":
		return recordSequence
	case "text/event-stream":
		return eventSequence
	default:
		if strings.HasSuffix(m.name, "+json-seq") {
			return recordSequence
		}
		return ""
	}
}

// IsText reports whether a body is JSON, XML or other text, and no bytes that are
// to be kept as they are: by its media type where that says so, else by the
// content, which may be cut off after some part. An empty content type is one
// that says nothing.
func IsText(contentType string, content []byte) bool {
	m := parseMedia(contentType)
	switch {
	case m.isJSON() || m.isXML() || m.isText():
		return true
	case m.isOpaque():
		return false
	default:
		return looksLikeText(content)
	}
}

// looksLikeText reports whether content is UTF-8 without control characters
// other than those of texts. It may end inside a character.
func looksLikeText(content []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut < len(content); cut++ {
		last := content[len(content)-1-cut]
		if utf8.RuneStart(last) {
			if last >= utf8.RuneSelf && !utf8.FullRune(content[len(content)-1-cut:]) {
				content = content[:len(content)-1-cut]
			}
			break
		}
	}
	if !utf8.Valid(content) {
		return false
	}
	return bytes.IndexFunc(content, func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b\x1e", r)
	}) < 0
}

// contentName returns the file name that a reply gives its content, without
// folders, or "" if it gives none that is one.
func contentName(h Header) string {
	disposition, ok := h.Lookup("Content-Disposition")
	if !ok {
		return ""
	}
	_, parameters, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	name := path.Base(strings.ReplaceAll(parameters["filename"], "\\", "/"))
	const longest = 255
	if name == "." || name == ".." || name == "/" || len(name) > longest || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return ""
	}
	return name
}

// declaredContent returns the media types that an operation declares for a
// status: of the status itself, of its class, or of the default response.
func declaredContent(op *openapi.Operation, status string) []openapi.MediaType {
	if op == nil || len(status) != 3 {
		return nil
	}
	for _, wanted := range []string{status, status[:1] + "XX", "default"} {
		for i := range op.Responses {
			if strings.EqualFold(op.Responses[i].Status, wanted) {
				return op.Responses[i].Content
			}
		}
	}
	return nil
}

// declaredAs returns the declared media type that a content type is, by name or
// by a range such as "application/*", or nil.
func declaredAs(list []openapi.MediaType, m media) *openapi.MediaType {
	kind, _, _ := strings.Cut(m.name, "/")
	for _, wanted := range []string{m.name, kind + "/*", "*/*", "*"} {
		if i := slices.IndexFunc(list, func(d openapi.MediaType) bool { return parseMedia(d.Name).name == wanted }); i >= 0 {
			return &list[i]
		}
	}
	return nil
}

// declares reports whether all of the declared media types have a property, and
// whether one has it.
func declares(list []openapi.MediaType, is func(media) bool) (all, some bool) {
	all = len(list) > 0
	for i := range list {
		has := is(parseMedia(list[i].Name))
		all, some = all && has, some || has
	}
	return all, some
}
