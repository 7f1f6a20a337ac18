package expr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of an XML document to which an XPath is applied.
const (
	maxXMLBytes      = 64 << 20
	maxXMLDepth      = 1000
	maxXMLNodes      = 1 << 19
	maxXMLNamespaces = 256 // declarations in scope at one place
)

const (
	namespaceXML   = "http://www.w3.org/XML/1998/namespace"
	namespaceXMLNS = "http://www.w3.org/2000/xmlns/"
)

// xmlKind is the type of a node in the data model of XPath 1.0, section 5.
type xmlKind uint8

const (
	xmlRoot xmlKind = iota
	xmlElement
	xmlAttribute
	xmlText
	xmlComment
	xmlInstruction
)

// xmlNode is one node. The numbers of other nodes are places in the document's
// list of nodes, which is in document order; 0 is the root and, as a relative
// other than the parent, none.
type xmlNode struct {
	kind                xmlKind
	parent              int32
	child, next, prev   int32 // first child, next and previous sibling
	last                int32 // last node of the subtree
	attributes          int32 // that follow an element
	prefix, local       string
	space               string // namespace URI
	value               string // of all but the root and elements
	at, end             int32  // bytes: the node; for an attribute what is between its quotes
	content, contentEnd int32  // bytes of what an element holds; 0 for "<a/>"
}

// xmlDocument is a parsed document. It is immutable.
type xmlDocument struct {
	text  string
	nodes []xmlNode
	// bindings are the prefixes that the outermost element declares.
	bindings map[string]string
}

// An error about a document says what is wrong and in which line. It does not
// repeat the data.
func xmlErrorf(line int, format string, args ...any) error {
	return fmt.Errorf("the XML is not well-formed: line %d: %s", line, fmt.Sprintf(format, args...))
}

var (
	errNotXML = errors.New("the context is not XML text")
	errXMLDTD = errors.New("the XML has a document type declaration, which is refused: it may define entities")
)

// xmlBinding is one namespace declaration.
type xmlBinding struct{ prefix, uri string }

// xmlBuilder builds a document from the tokens of the decoder.
type xmlBuilder struct {
	doc      *xmlDocument
	open     []xmlOpen
	bindings []xmlBinding
	// text collects adjacent text and CDATA sections.
	text            []byte
	textAt, textEnd int
	rooted          bool
	at, end         int // bytes of the current token
}

// xmlOpen is an element, or the root, that is not closed yet.
type xmlOpen struct {
	node, lastChild int32
	bindings        int // of the scope around it
	name            xml.Name
}

// parseXML parses a document. Document type declarations and documents beyond
// the limits are refused.
func parseXML(text string) (*xmlDocument, error) {
	if len(text) > maxXMLBytes {
		return nil, fmt.Errorf("the XML is longer than %d bytes", maxXMLBytes)
	}
	base, err := checkXMLText(text)
	if err != nil {
		return nil, err
	}
	b := &xmlBuilder{doc: &xmlDocument{text: text}}
	b.doc.nodes = make([]xmlNode, 1, min(16+strings.Count(text, "<"), maxXMLNodes))
	b.open = []xmlOpen{{}}
	b.bindings = []xmlBinding{{"xml", namespaceXML}}
	d := xml.NewDecoder(strings.NewReader(text[base:]))
	// What the declaration says of the encoding was true of the bytes that the
	// text was read from.
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	for {
		b.at = base + int(d.InputOffset())
		token, err := d.RawToken()
		b.end = base + int(d.InputOffset())
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = b.add(token)
		}
		if err != nil {
			return nil, b.fault(err)
		}
	}
	if len(b.open) > 1 {
		return nil, b.errorf("the element %q is not closed", shorten(qualified(b.open[len(b.open)-1].name)))
	}
	if !b.rooted {
		return nil, errNotXML
	}
	b.doc.nodes[0].last = int32(len(b.doc.nodes) - 1)
	return b.doc, nil
}

// checkXMLText checks the characters of a document and returns where it
// begins, past a byte order mark.
func checkXMLText(text string) (base int, err error) {
	switch {
	case strings.HasPrefix(text, "\xFE\xFF"), strings.HasPrefix(text, "\xFF\xFE"):
		return 0, errors.New("the XML is bytes in UTF-16, not text")
	case !utf8.ValidString(text):
		return 0, errors.New("the XML is not valid UTF-8")
	case strings.HasPrefix(text, "\uFEFF"):
		base = len("\uFEFF")
	}
	if !strings.HasPrefix(strings.TrimLeft(text[base:], " \t\r\n"), "<") {
		return 0, errNotXML
	}
	if at := strings.IndexFunc(text[base:], func(r rune) bool { return !isXMLChar(r) }); at >= 0 {
		return 0, xmlErrorf(lineOf(text, base+at), "a character that XML does not allow")
	}
	return base, nil
}

// isXMLChar reports whether XML 1.0 allows the character.
func isXMLChar(r rune) bool {
	switch {
	case r < 0x20:
		return r == '\t' || r == '\n' || r == '\r'
	default:
		return r < 0xD800 || r > 0xDFFF && r != 0xFFFE && r != 0xFFFF
	}
}

func lineOf(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }

func (b *xmlBuilder) errorf(format string, args ...any) error {
	return xmlErrorf(lineOf(b.doc.text, b.at), format, args...)
}

// fault turns an error of the decoder into one that repeats no data.
func (b *xmlBuilder) fault(err error) error {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		if strings.HasPrefix(err.Error(), "xml: ") {
			return b.errorf("%s", shorten(strings.TrimPrefix(err.Error(), "xml: ")))
		}
		return err
	}
	message := shorten(syntax.Msg)
	switch {
	case strings.Contains(message, "entity"):
		message = "a reference to something else than a character or one of the five predefined entities"
	case strings.Contains(message, "<") && !strings.Contains(message, "unescaped"):
		message = "a tag is not right"
	}
	return xmlErrorf(lineOf(b.doc.text, min(b.end, len(b.doc.text))), "%s", message)
}

func (b *xmlBuilder) add(token xml.Token) error {
	if text, is := token.(xml.CharData); is {
		return b.addText(text)
	}
	if err := b.flushText(); err != nil {
		return err
	}
	switch t := token.(type) {
	case xml.StartElement:
		return b.start(t)
	case xml.EndElement:
		return b.close(t)
	case xml.Comment:
		_, err := b.append(xmlNode{kind: xmlComment, value: string(t)})
		return err
	case xml.ProcInst:
		if strings.EqualFold(t.Target, "xml") {
			if len(b.doc.nodes) > 1 || len(strings.TrimPrefix(b.doc.text[:b.at], "\uFEFF")) > 0 {
				return b.errorf("an XML declaration that is not at the start")
			}
			return nil
		}
		if strings.Contains(t.Target, ":") {
			return b.errorf("a processing instruction with a colon in its name")
		}
		_, err := b.append(xmlNode{kind: xmlInstruction, local: t.Target, value: strings.TrimLeft(string(t.Inst), " \t\r\n")})
		return err
	case xml.Directive:
		// A declaration that only names the root defines nothing.
		if words := strings.Fields(string(t)); len(words) != 2 || words[0] != "DOCTYPE" || strings.ContainsAny(words[1], "[\"'") {
			return errXMLDTD
		}
	}
	return nil
}

func (b *xmlBuilder) addText(text []byte) error {
	if len(b.open) == 1 {
		if len(strings.Trim(string(text), " \t\r\n")) > 0 || strings.HasPrefix(b.doc.text[b.at:], "<![") {
			return b.errorf("text outside of the outermost element")
		}
		return nil
	}
	if b.text == nil {
		b.textAt = b.at
		b.text = make([]byte, 0, len(text))
	}
	b.text = append(b.text, text...)
	b.textEnd = b.end
	return nil
}

func (b *xmlBuilder) flushText() error {
	text := b.text
	b.text = nil
	if len(text) == 0 {
		return nil
	}
	value := b.doc.text[b.textAt:b.textEnd]
	if strings.ContainsAny(value, "&<\r") {
		value = string(text)
	}
	n, err := b.append(xmlNode{kind: xmlText, value: value})
	if err == nil {
		b.doc.nodes[n].at, b.doc.nodes[n].end = int32(b.textAt), int32(b.textEnd)
	}
	return err
}

// append adds a child to the innermost open element.
func (b *xmlBuilder) append(n xmlNode) (int32, error) {
	at := int32(len(b.doc.nodes))
	if at >= maxXMLNodes {
		return 0, fmt.Errorf("the XML has more than %d nodes", maxXMLNodes)
	}
	around := &b.open[len(b.open)-1]
	n.parent, n.prev, n.last = around.node, around.lastChild, at
	n.at, n.end = int32(b.at), int32(b.end)
	if around.lastChild != 0 {
		b.doc.nodes[around.lastChild].next = at
	} else {
		b.doc.nodes[around.node].child = at
	}
	around.lastChild = at
	b.doc.nodes = append(b.doc.nodes, n)
	return at, nil
}

func (b *xmlBuilder) start(t xml.StartElement) error {
	if len(b.open) == 1 && b.rooted {
		return b.errorf("a second outermost element")
	}
	if len(b.open) > maxXMLDepth {
		return fmt.Errorf("the XML is nested deeper than %d levels", maxXMLDepth)
	}
	outermost := len(b.open) == 1
	b.rooted = true
	scope := len(b.bindings)
	values, err := b.attributeValues(t)
	if err != nil {
		return err
	}
	if err := b.declare(t, values); err != nil {
		return err
	}
	if outermost {
		b.doc.bindings = map[string]string{}
		for _, binding := range b.bindings {
			if binding.prefix != "" {
				b.doc.bindings[binding.prefix] = binding.uri
			}
		}
	}
	n, err := b.append(xmlNode{kind: xmlElement})
	if err != nil {
		return err
	}
	element := &b.doc.nodes[n]
	if element.prefix, element.local, element.space, err = b.resolve(t.Name, true); err != nil {
		return err
	}
	if !strings.HasSuffix(b.doc.text[b.at:b.end], "/>") {
		element.content = int32(b.end)
	}
	b.open = append(b.open, xmlOpen{node: n, bindings: scope, name: t.Name})
	return b.addAttributes(n, t, values)
}

func (b *xmlBuilder) addAttributes(element int32, t xml.StartElement, values []xmlSpan) error {
	var seen map[[2]string]bool
	if len(t.Attr) > 1 {
		seen = make(map[[2]string]bool, len(t.Attr))
	}
	for i := range t.Attr {
		a := xmlNode{kind: xmlAttribute, parent: element, at: int32(values[i].at), end: int32(values[i].end), value: values[i].value}
		prefix, declares := declaredPrefixOf(t.Attr[i].Name)
		if declares {
			a.space, a.local = namespaceXMLNS, prefix
		} else {
			var err error
			if a.prefix, a.local, a.space, err = b.resolve(t.Attr[i].Name, false); err != nil {
				return err
			}
		}
		if seen != nil {
			key := [2]string{a.space, a.local}
			if seen[key] {
				return b.errorf("the attribute %q stands twice in one element", shorten(qualified(t.Attr[i].Name)))
			}
			seen[key] = true
		}
		if declares {
			continue
		}
		if len(b.doc.nodes) >= maxXMLNodes {
			return fmt.Errorf("the XML has more than %d nodes", maxXMLNodes)
		}
		a.last = int32(len(b.doc.nodes))
		b.doc.nodes = append(b.doc.nodes, a)
		b.doc.nodes[element].attributes++
	}
	return nil
}

func (b *xmlBuilder) close(t xml.EndElement) error {
	innermost := b.open[len(b.open)-1]
	if len(b.open) == 1 || innermost.name != t.Name {
		return b.errorf("an end tag that closes no open element")
	}
	n := &b.doc.nodes[innermost.node]
	n.last = int32(len(b.doc.nodes) - 1)
	n.end = int32(b.end)
	if n.content != 0 {
		n.contentEnd = int32(b.at)
	}
	b.bindings = b.bindings[:innermost.bindings]
	b.open = b.open[:len(b.open)-1]
	return nil
}

// declare brings the namespace declarations of an element into scope.
//
// Namespaces in XML 1.0, section 3.
func (b *xmlBuilder) declare(t xml.StartElement, values []xmlSpan) error {
	for i := range t.Attr {
		prefix, is := declaredPrefixOf(t.Attr[i].Name)
		if !is {
			continue
		}
		uri := values[i].value
		switch {
		case prefix == "xmlns", uri == namespaceXMLNS, (prefix == "xml") != (uri == namespaceXML):
			return b.errorf("a namespace declaration of a reserved prefix or name")
		case prefix != "" && uri == "":
			return b.errorf("the prefix %q is declared without a namespace", shorten(prefix))
		case len(b.bindings) >= maxXMLNamespaces:
			return fmt.Errorf("the XML declares more than %d namespaces at one place", maxXMLNamespaces)
		}
		b.bindings = append(b.bindings, xmlBinding{prefix, uri})
	}
	return nil
}

// declaredPrefixOf returns the prefix that an attribute of this name declares,
// "" being the default namespace.
func declaredPrefixOf(name xml.Name) (prefix string, is bool) {
	switch {
	case name.Space == "xmlns":
		return name.Local, true
	case name.Space == "" && name.Local == "xmlns":
		return "", true
	default:
		return "", false
	}
}

// resolve takes a name apart. Attributes have no default namespace.
func (b *xmlBuilder) resolve(name xml.Name, defaulted bool) (prefix, local, space string, err error) {
	if strings.Contains(name.Local, ":") {
		return "", "", "", b.errorf("the name %q has a colon in the wrong place", shorten(name.Local))
	}
	if name.Space == "" && !defaulted {
		return "", name.Local, "", nil
	}
	for i := len(b.bindings) - 1; i >= 0; i-- {
		if b.bindings[i].prefix == name.Space {
			return name.Space, name.Local, b.bindings[i].uri, nil
		}
	}
	if name.Space == "" {
		return "", name.Local, "", nil
	}
	return "", "", "", b.errorf("the prefix %q is not declared", shorten(name.Space))
}

func qualified(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// stringValue returns the string-value of a node.
//
// XPath 1.0, section 5.
func (d *xmlDocument) stringValue(n int32) string {
	node := &d.nodes[n]
	if node.kind != xmlElement && node.kind != xmlRoot {
		return node.value
	}
	only, length, found := int32(0), 0, 0
	for i := n; i <= node.last; i++ {
		if d.nodes[i].kind == xmlText {
			only = i
			found++
			length += len(d.nodes[i].value)
		}
	}
	switch found {
	case 0:
		return ""
	case 1:
		return d.nodes[only].value
	}
	var b strings.Builder
	b.Grow(length)
	for i := n; i <= node.last; i++ {
		if d.nodes[i].kind == xmlText {
			b.WriteString(d.nodes[i].value)
		}
	}
	return b.String()
}
