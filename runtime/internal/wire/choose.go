package wire

import (
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// Choose returns the media type in which a payload is sent if the step does not
// say: JSON if the operation takes it, else the first that the payload can be
// written as. A file is sent as what it is, if the operation takes that.
//
// Arazzo 1.1.0, Request Body Object: contentType.
func Choose(content []openapi.MediaType, v any) string {
	binary, isBinary := v.(*expr.Binary)
	if isBinary {
		return chooseForFile(content, binary.MediaType)
	}
	for i := range content {
		if !isRange(content[i].Name) && KindOf(content[i].Name) == KindJSON {
			return content[i].Name
		}
	}
	for i := range content {
		name := content[i].Name
		if isRange(name) {
			if name = concrete(name, v); name == "" {
				continue
			}
		}
		if holds(KindOf(name), Bare(name), v) {
			return name
		}
	}
	if len(content) > 0 && !isRange(content[0].Name) {
		return content[0].Name
	}
	return "application/json"
}

// concrete returns a media type of a range for a value, or nothing.
func concrete(mediaRange string, v any) string {
	_, isText := v.(string)
	switch {
	case matches("application/json", mediaRange):
		return "application/json"
	case isText && matches("text/plain", mediaRange):
		return "text/plain"
	default:
		return ""
	}
}

// holds reports whether a value can be written as a kind.
func holds(kind Kind, bare string, v any) bool {
	switch v.(type) {
	case map[string]any:
		return kind.Structured()
	case []any:
		return kind.Structured() && kind != KindForm && bare != formData
	case string:
		return kind != KindForm && kind != KindMultipart
	default:
		return kind != KindForm && kind != KindMultipart && kind != KindXML
	}
}

func chooseForFile(content []openapi.MediaType, own string) string {
	const unknown = "application/octet-stream"
	if own == "" {
		own = unknown
	}
	for i := range content {
		if matches(Bare(own), content[i].Name) {
			return own
		}
	}
	for _, sure := range []bool{true, false} {
		for i := range content {
			name := content[i].Name
			kind := KindOf(name)
			if isRange(name) || kind == KindMultipart || kind == KindForm {
				continue
			}
			if kind == KindBytes || !sure {
				return name
			}
		}
	}
	return own
}
