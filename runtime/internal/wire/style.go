package wire

import (
	"encoding/json"
	"slices"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// style is how a parameter is expanded (RFC 6570, 3.2.1; OpenAPI 3.2.0, Style
// Values).
type style struct {
	// first begins the expansion, and between separates the pairs of an exploded
	// value.
	first, between string
	// joint separates what belongs to one pair.
	joint string
	// named writes the name before a value, and ifEmpty follows it if the value is
	// the empty text.
	named   bool
	ifEmpty string
	explode bool
	keep    kept
}

// appendTo expands a value. Elements and members that are arrays or objects
// themselves are written as JSON.
func (s style) appendTo(dst []byte, name string, v any, o *Order) []byte {
	dst = append(dst, s.first...)
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return s.pair(dst, name, "")
		}
		if !s.explode {
			dst = s.name(dst, name, false)
		}
		for i, e := range v {
			content := Text(e, o.element(i))
			if s.explode {
				dst = s.separate(dst, i, s.between)
				dst = s.pair(dst, name, content)
				continue
			}
			dst = s.separate(dst, i, s.joint)
			dst = appendEscaped(dst, content, s.keep)
		}
		return dst
	case map[string]any:
		if len(v) == 0 {
			return s.pair(dst, name, "")
		}
		if !s.explode {
			dst = s.name(dst, name, false)
		}
		for i, member := range o.names(v) {
			content := Text(v[member], o.member(member))
			if s.explode {
				dst = s.separate(dst, i, s.between)
				dst = appendEscaped(dst, member, s.nameKeep())
				dst = s.equals(dst, content == "" && s.named)
			} else {
				dst = s.separate(dst, i, s.joint)
				dst = appendEscaped(dst, member, s.keep)
				dst = append(dst, s.joint...)
			}
			dst = appendEscaped(dst, content, s.keep)
		}
		return dst
	default:
		return s.pair(dst, name, Text(v, nil))
	}
}

// delimiter returns what stands between the parts of a value that is not
// exploded, in a URL or, if it is not escaped, in a header. OpenAPI 3 has the
// delimited styles in the query alone, and Swagger 2.0, from which
// "tabDelimited" stems, in every location.
func delimiter(style string, escaped bool) string {
	raw, inURL := ",", ","
	switch style {
	case "spaceDelimited":
		raw, inURL = " ", "%20"
	case "pipeDelimited":
		raw, inURL = "|", "%7C"
	case "tabDelimited":
		raw, inURL = "\t", "%09"
	}
	if escaped {
		return inURL
	}
	return raw
}

// nameKeep says what is kept in the name of a member.
func (s style) nameKeep() kept {
	if s.keep == keepRaw {
		return keepRaw
	}
	return keepNone
}

func (s style) separate(dst []byte, i int, with string) []byte {
	if i == 0 {
		return dst
	}
	return append(dst, with...)
}

// pair writes a value with its name, if the style has names.
func (s style) pair(dst []byte, name, content string) []byte {
	return appendEscaped(s.name(dst, name, content == ""), content, s.keep)
}

func (s style) name(dst []byte, name string, empty bool) []byte {
	if !s.named {
		return dst
	}
	return s.equals(appendEscaped(dst, name, s.nameKeep()), empty)
}

func (s style) equals(dst []byte, empty bool) []byte {
	if empty {
		return append(dst, s.ifEmpty...)
	}
	return append(dst, '=')
}

// contentText writes a value by a media type. A text where JSON is expected that
// is no text is taken for JSON that is written out. The name is that of the value;
// the schema may be nil.
func contentText(mediaType, name string, schema *openapi.Schema, v any, o *Order) (string, error) {
	kind := KindOf(mediaType)
	if text, isText := v.(string); isText {
		if kind != KindJSON || json.Valid([]byte(text)) && !admitsText(schema) {
			return text, nil
		}
	}
	if kind == KindMultipart || !isNested(v) && kind != KindJSON {
		return Text(v, o), nil
	}
	content, err := Body{MediaType: mediaType, Declared: &openapi.MediaType{Schema: schema}, Order: o, root: name}.Write(v)
	return string(content.Data), err
}

func admitsText(schema *openapi.Schema) bool {
	types := schema.Types()
	return len(types) == 0 || slices.Contains(types, "string")
}
