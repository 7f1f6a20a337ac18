package expr

import (
	"errors"
	"iter"
	"strings"
)

// XMLElement is an element of an XML document. The zero value is none. It is
// immutable.
type XMLElement struct {
	doc *xmlDocument
	at  int32
}

// XMLAttribute is an attribute of an element. Declarations of namespaces are not
// attributes.
type XMLAttribute struct {
	// Prefix and Space are empty for an attribute in no namespace.
	Prefix, Local, Space string
	Value                string
}

// ParseXML parses an XML document, with the limits of XPath criteria: a document
// type declaration that defines anything is refused, and so is what is too large
// or too deep. It returns the outermost element. The error says what is wrong,
// and does not repeat the text.
func ParseXML(text string) (XMLElement, error) {
	doc, err := parseXML(text)
	if err != nil {
		if errors.Is(err, errNotXML) {
			err = errors.New("it is not XML")
		}
		return XMLElement{}, err
	}
	for n := doc.nodes[0].child; n != 0; n = doc.nodes[n].next {
		if doc.nodes[n].kind == xmlElement {
			return XMLElement{doc, n}, nil
		}
	}
	return XMLElement{}, errNotXML
}

// Exists reports whether there is an element.
func (e XMLElement) Exists() bool { return e.doc != nil }

// Prefix returns the prefix of the name, or "".
func (e XMLElement) Prefix() string { return e.doc.nodes[e.at].prefix }

// Local returns the name without its prefix.
func (e XMLElement) Local() string { return e.doc.nodes[e.at].local }

// Space returns the URI of the namespace, or "".
func (e XMLElement) Space() string { return e.doc.nodes[e.at].space }

// Children yields the elements inside the element, in their order.
func (e XMLElement) Children() iter.Seq[XMLElement] {
	return func(yield func(XMLElement) bool) {
		for n := e.doc.nodes[e.at].child; n != 0; n = e.doc.nodes[n].next {
			if e.doc.nodes[n].kind == xmlElement && !yield(XMLElement{e.doc, n}) {
				return
			}
		}
	}
}

// Attributes yields the attributes of the element, in their order.
func (e XMLElement) Attributes() iter.Seq[XMLAttribute] {
	return func(yield func(XMLAttribute) bool) {
		for n := e.at + 1; n <= e.at+e.doc.nodes[e.at].attributes; n++ {
			a := &e.doc.nodes[n]
			if !yield(XMLAttribute{Prefix: a.prefix, Local: a.local, Space: a.space, Value: a.value}) {
				return
			}
		}
	}
}

// Text returns the text that stands directly in the element, CDATA sections
// included.
func (e XMLElement) Text() string {
	first, b := "", strings.Builder{}
	found := 0
	for n := e.doc.nodes[e.at].child; n != 0; n = e.doc.nodes[n].next {
		if e.doc.nodes[n].kind != xmlText {
			continue
		}
		if found++; found == 1 {
			first = e.doc.nodes[n].value
			continue
		}
		if found == 2 {
			b.WriteString(first)
		}
		b.WriteString(e.doc.nodes[n].value)
	}
	if found <= 1 {
		return first
	}
	return b.String()
}
