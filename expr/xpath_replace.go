package expr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// xmlEdit puts text in the place of a stretch of a document.
type xmlEdit struct {
	at, end int
	text    string
}

// replaceIn returns the XML text with the value in the place of all nodes that
// the XPath selects: the content of an element, the value of an attribute, a
// text. All else stays as it is written, byte for byte.
//
// Arazzo 1.1.0, Payload Replacement Object.
func (q *xpathQuery) replaceIn(env Environment, target, value any) (any, error) {
	text, err := xmlValue(value)
	if err != nil {
		return nil, err
	}
	if q.root.kind != typeNodes {
		return nil, fmt.Errorf("the XPath %s selects no nodes but computes %s", shorten(q.source), q.root.kind.noun())
	}
	ev, err := q.evaluation(env, target)
	if err != nil {
		return nil, err
	}
	v, err := ev.atRoot(q.root)
	if err != nil {
		return nil, fmt.Errorf("the XPath %s: %w", shorten(q.source), err)
	}
	nodes, _ := v.(xpathNodes)
	if len(nodes) == 0 {
		return nil, errNoTarget
	}
	var edits []xmlEdit
	lastAttribute, last := int32(-1), int32(-1) // of an element that is replaced
	for _, node := range nodes {
		n := &ev.doc.nodes[node]
		if node > lastAttribute && node <= last {
			continue // it goes with the content of the element
		}
		edit, err := ev.doc.edit(n, text)
		if err != nil {
			return nil, err
		}
		edits = append(edits, edit)
		if n.kind == xmlElement {
			lastAttribute, last = node+n.attributes, n.last
		}
	}
	return ev.doc.apply(edits), nil
}

// xmlValue returns the text of a value that is put into XML.
func xmlValue(value any) (string, error) {
	switch value.(type) {
	case nil:
		return "", errors.New("null cannot be put into XML")
	case []any, map[string]any:
		return "", errors.New("an object or array cannot be put into XML by a replacement")
	}
	text := Text(value)
	for _, r := range text {
		if !isXMLChar(r) {
			return "", errors.New("the value has a character that XML does not allow")
		}
	}
	return strings.ToValidUTF8(text, "\uFFFD"), nil
}

// edit returns what puts the text in the place of a node.
func (d *xmlDocument) edit(n *xmlNode, text string) (xmlEdit, error) {
	switch n.kind {
	case xmlAttribute:
		return xmlEdit{int(n.at), int(n.end), escapeXML(text, d.text[n.at-1])}, nil
	case xmlText:
		return xmlEdit{int(n.at), int(n.end), escapeXML(text, 0)}, nil
	case xmlElement:
		if n.content != 0 {
			return xmlEdit{int(n.content), int(n.contentEnd), escapeXML(text, 0)}, nil
		}
		name := n.local
		if n.prefix != "" {
			name = n.prefix + ":" + n.local
		}
		return xmlEdit{int(n.end) - len("/>"), int(n.end), ">" + escapeXML(text, 0) + "</" + name + ">"}, nil
	default:
		return xmlEdit{}, errors.New("the XPath selects a node that is no element, attribute or text")
	}
}

// escapeXML escapes text for the content of an element or, if a quote is given,
// for the value of an attribute.
func escapeXML(text string, quote byte) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '&':
			b.WriteString("&amp;")
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '\r', quote != 0 && (c == '\n' || c == '\t'):
			fmt.Fprintf(&b, "&#%d;", c)
		case quote != 0 && c == quote && c == '"':
			b.WriteString("&quot;")
		case quote != 0 && c == quote:
			b.WriteString("&apos;")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// apply makes edits that do not overlap.
func (d *xmlDocument) apply(edits []xmlEdit) string {
	slices.SortFunc(edits, func(a, b xmlEdit) int { return a.at - b.at })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(d.text[at:e.at])
		b.WriteString(e.text)
		at = e.end
	}
	b.WriteString(d.text[at:])
	return b.String()
}
