package arazzo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// jsonReader builds nodes from the tokens of a JSON text.
type jsonReader struct {
	treeBuilder
	tokens *jsontext.Decoder
}

func parseJSON(src *source) (*node, diag.List) {
	r := &jsonReader{
		treeBuilder: treeBuilder{src: src},
		tokens:      jsontext.NewDecoder(bytes.NewBuffer(src.text), jsontext.AllowDuplicateNames(true)),
	}
	root := r.newNode(nil)
	if err := r.read(root); err != nil {
		r.syntaxError(err)
		return nil, r.list
	}
	end := r.next(int(r.tokens.InputOffset()))
	if _, err := r.tokens.ReadToken(); !errors.Is(err, io.EOF) {
		r.problem(diag.Diagnostic{
			Rule: "invalid-json", Range: src.point(end),
			Message: "there is more text after the end of the JSON document",
		})
		return nil, r.list
	}
	return root, r.list
}

// next passes over what may stand between two tokens.
func (r *jsonReader) next(offset int) int {
	for offset < len(r.src.text) && strings.IndexByte(" \t\r\n,:", r.src.text[offset]) >= 0 {
		offset++
	}
	return offset
}

func (r *jsonReader) read(n *node) error {
	n.offset = r.next(int(r.tokens.InputOffset()))
	n.style = jsonStyle
	token, err := r.tokens.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case 'n':
		n.kind, n.text = Null, "null"
	case 't', 'f':
		n.kind, n.text = Bool, token.String()
	case '"':
		n.kind, n.text = String, token.String()
	case '0':
		n.kind, n.text = Number, token.String()
	case '[':
		n.kind = Array
		if r.tooDeep(n) {
			return errTooDeep
		}
		for r.tokens.PeekKind() != ']' {
			c := r.newNode(n)
			if err := r.read(c); err != nil {
				return err
			}
			n.children = append(n.children, c)
		}
		_, err = r.tokens.ReadToken()
	case '{':
		n.kind = Object
		if r.tooDeep(n) {
			return errTooDeep
		}
		err = r.members(n)
	default:
		err = fmt.Errorf("a value is expected, found %q", token.String())
	}
	return err
}

var errTooDeep = errors.New("nested too deeply")

func (r *jsonReader) members(n *node) error {
	var names nameSet
	for r.tokens.PeekKind() != '}' {
		c := r.newNode(n)
		c.keyOffset = r.next(int(r.tokens.InputOffset()))
		token, err := r.tokens.ReadToken()
		if err != nil {
			return err
		}
		c.key = token.String()
		keyEnd := int(r.tokens.InputOffset())
		if err := r.read(c); err != nil {
			return err
		}
		if c.keyOffset+1+len(c.key) < keyEnd {
			c.keyOffset++ // behind the quote
		}
		if first := names.earlier(n, c.key); first != nil {
			r.duplicateKey(c.key, first, c.keyOffset, len(c.key))
			continue
		}
		n.children = append(n.children, c)
	}
	_, err := r.tokens.ReadToken()
	return err
}

// syntaxError turns an error of the JSON reader into a diagnostic.
func (r *jsonReader) syntaxError(err error) {
	if errors.Is(err, errTooDeep) {
		return
	}
	d := diag.Diagnostic{Rule: "invalid-json"}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		d.Range = r.src.point(len(bytes.TrimRight(r.src.text, " \t\r\n")))
		d.Message = "the JSON text ends too early"
		d.Hint = "a closing bracket, brace or quote is missing"
		r.problem(d)
		return
	}
	at := r.next(int(r.tokens.InputOffset()))
	reason := err.Error()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at = int(syntax.ByteOffset)
		reason = syntax.Err.Error()
	}
	d.Range = r.src.span(at, at+1)
	d.Message = fmt.Sprintf("the JSON text is not well-formed: %s", reason)
	d.Hint = r.syntaxHint(at)
	r.problem(d)
}

func isClosing(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && (text[0] == '}' || text[0] == ']')
}

// syntaxHint recognises the usual slips.
func (r *jsonReader) syntaxHint(at int) string {
	text := r.src.text
	if at >= len(text) {
		return ""
	}
	before := bytes.TrimRight(text[:at], " \t\r\n")
	switch c := text[at]; {
	case (c == '}' || c == ']') && bytes.HasSuffix(before, []byte(",")):
		return "remove the comma before it"
	case c == ',' && isClosing(text[at+1:]):
		return "remove the comma"
	case c == '\'':
		return "JSON strings stand in double quotes"
	case c == '/':
		return "JSON has no comments"
	case c == '"' && len(before) > 0 && before[len(before)-1] != ',' && before[len(before)-1] != '{':
		return "a comma is missing before it"
	default:
		return ""
	}
}
