package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"gopkg.in/yaml.v3"
)

// maxNesting is deeper than a file of credentials is nested.
const maxNesting = 16

// jsonTree reads an object in JSON, whose texts YAML does not all read alike.
// It is nil if the data is anything else.
func jsonTree(data []byte) *yaml.Node {
	if text := bytes.TrimSpace(data); len(text) == 0 || text[0] != '{' {
		return nil
	}
	r := &jsonReader{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	r.decoder.UseNumber()
	root, err := r.value(0)
	if err != nil {
		return nil
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil
	}
	return root
}

type jsonReader struct {
	data    []byte
	decoder *json.Decoder
}

var errNesting = errors.New("nested too deeply")

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > maxNesting {
		return nil, errNesting
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: bytes.Count(r.data[:r.decoder.InputOffset()], []byte{'\n'}) + 1, Column: 1}
	switch token := token.(type) {
	case json.Delim:
		node.Kind = yaml.SequenceNode
		if token == '{' {
			node.Kind = yaml.MappingNode
		}
		for r.decoder.More() {
			child, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
		_, err = r.decoder.Token() // the closing bracket
	case string:
		node.Value = token
	case json.Number:
		node.Value = token.String()
	case bool:
		node.Value = "false"
		if token {
			node.Value = "true"
		}
	default:
		node.Tag = "!!null"
	}
	return node, err
}
