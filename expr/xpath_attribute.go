package expr

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// xmlSpan is the value of an attribute and the bytes between its quotes.
type xmlSpan struct {
	at, end int
	value   string
}

// attributeValues finds the attributes in the text of the current start tag,
// which the decoder has found to be well-formed: it does not tell where they
// stand, and it does not normalize them.
func (b *xmlBuilder) attributeValues(t xml.StartElement) ([]xmlSpan, error) {
	if len(t.Attr) == 0 {
		return nil, nil
	}
	tag := b.doc.text[b.at:b.end]
	spans := make([]xmlSpan, 0, len(t.Attr))
	for i := 0; len(spans) < len(t.Attr); {
		if i > 0 && !isSpace(tag[i]) {
			return nil, b.errorf("no white space between two attributes")
		}
		equals := strings.IndexByte(tag[i:], '=')
		if equals < 0 {
			return nil, b.errorf("a start tag is not right")
		}
		i += equals + 1
		for i < len(tag) && isSpace(tag[i]) {
			i++
		}
		if i >= len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return nil, b.errorf("a start tag is not right")
		}
		quote := tag[i]
		i++
		length := strings.IndexByte(tag[i:], quote)
		if length < 0 {
			return nil, b.errorf("a start tag is not right")
		}
		value, ok := attributeValue(tag[i : i+length])
		if !ok {
			return nil, b.errorf("a reference in an attribute is not right")
		}
		spans = append(spans, xmlSpan{b.at + i, b.at + i + length, value})
		i += length + 1
	}
	return spans, nil
}

// attributeValue returns the value that the text between the quotes stands
// for: white space is a space, unless it is written as a reference.
//
// XML 1.0, section 3.3.3.
func attributeValue(raw string) (string, bool) {
	if !strings.ContainsAny(raw, "&\t\r\n") {
		return raw, true
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '\r':
			if strings.HasPrefix(raw[i:], "\r\n") {
				i++
			}
			b.WriteByte(' ')
		case '\t', '\n':
			b.WriteByte(' ')
		case '&':
			length := strings.IndexByte(raw[i:], ';')
			if length < 0 {
				return "", false
			}
			r, ok := referenced(raw[i+1 : i+length])
			if !ok {
				return "", false
			}
			b.WriteRune(r)
			i += length
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// referenced returns the character that a reference without "&" and ";" is for.
func referenced(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !strings.HasPrefix(name, "#") || code > 0x10FFFF || !isXMLChar(rune(code)) {
		return 0, false
	}
	return rune(code), true
}
