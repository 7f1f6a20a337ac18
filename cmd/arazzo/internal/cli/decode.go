package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a file of inputs, against nesting and alias bombs.
const (
	maxDepth  = 500
	maxValues = 2_000_000
)

// parseJSON reads one JSON value. Numbers keep all their digits; a name that
// an object has twice is an error.
func parseJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	value, err := decodeJSON(dec, 0)
	at := dec.InputOffset()
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return value, nil
		}
		err = errors.New("there is more text after the end of the value")
	}
	return nil, placeJSON(data, at, err)
}

// placeJSON puts the line and the column in front of an error that was met
// behind the offset.
func placeJSON(data []byte, offset int64, err error) error {
	for offset < int64(len(data)) && bytes.IndexByte([]byte(" \t\r\n"), data[offset]) >= 0 {
		offset++
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		offset, err = int64(len(data)), errors.New("the text ends too early")
	}
	offset = min(max(offset, 0), int64(len(data)))
	before := data[:offset]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Errorf("line %d, column %d: %w", line, column, err)
}

func decodeJSON(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	delim, nested := tok.(json.Delim)
	switch {
	case !nested:
		return tok, nil
	case delim == '[':
		list := []any{}
		for dec.More() {
			v, err := decodeJSON(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return list, err
	default:
		object := map[string]any{}
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name := fmt.Sprint(key)
			if _, twice := object[name]; twice {
				return nil, fmt.Errorf("the name %q stands twice", name)
			}
			if object[name], err = decodeJSON(dec, depth+1); err != nil {
				return nil, err
			}
		}
		_, err := dec.Token()
		return object, err
	}
}

// parseYAML reads one YAML document as JSON values. Numbers keep all their
// digits; timestamps stay text.
func parseYAML(data []byte) (value any, err error) {
	defer func() {
		// The parser panics on some malformed texts.
		if recover() != nil {
			value, err = nil, errors.New("it is not well-formed YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := dec.Decode(&root); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one YAML document in it")
	}
	c := yamlConverter{left: maxValues}
	return c.convert(&root, 0)
}

type yamlConverter struct{ left int }

func (c *yamlConverter) convert(n *yaml.Node, depth int) (any, error) {
	c.left--
	if depth > maxDepth || c.left < 0 {
		return nil, fmt.Errorf("line %d: aliases or nesting make it too large", n.Line)
	}
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil, nil
		}
		return c.convert(n.Content[0], depth)
	case yaml.AliasNode:
		return c.convert(n.Alias, depth+1)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, err := c.convert(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		return c.object(n, depth)
	case yaml.ScalarNode:
		return yamlScalar(n)
	default:
		return nil, nil
	}
}

func (c *yamlConverter) object(n *yaml.Node, depth int) (any, error) {
	object := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: a name must be a plain text", key.Line)
		}
		if key.Tag == "!!merge" {
			return nil, fmt.Errorf("line %d: merge keys (<<) are not supported", key.Line)
		}
		if _, twice := object[key.Value]; twice {
			return nil, fmt.Errorf("line %d: the name %q stands twice", key.Line, key.Value)
		}
		v, err := c.convert(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		object[key.Value] = v
	}
	return object, nil
}

func yamlScalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), nil
	case "!!int":
		text := strings.ReplaceAll(strings.TrimPrefix(n.Value, "+"), "_", "")
		if number, ok := jsonNumber(text); ok {
			return number, nil
		}
		i, ok := new(big.Int).SetString(text, 0)
		if !ok {
			return nil, fmt.Errorf("line %d: %q is not a whole number", n.Line, n.Value)
		}
		return json.Number(i.String()), nil
	case "!!float":
		text := strings.ReplaceAll(strings.TrimPrefix(n.Value, "+"), "_", "")
		if number, ok := jsonNumber(text); ok {
			return number, nil
		}
		if strings.ContainsAny(strings.ToLower(text), "in") {
			return nil, fmt.Errorf("line %d: %s has no JSON form", n.Line, n.Value)
		}
		sign := ""
		if rest, negative := strings.CutPrefix(text, "-"); negative {
			sign, text = "-", rest
		}
		text = strings.Replace(text, ".e", ".0e", 1)
		text = strings.Replace(text, ".E", ".0E", 1)
		if strings.HasPrefix(text, ".") {
			text = "0" + text
		}
		if strings.HasSuffix(text, ".") {
			text += "0"
		}
		if number, ok := jsonNumber(sign + text); ok {
			return number, nil
		}
		return nil, fmt.Errorf("line %d: %q is not a number", n.Line, n.Value)
	default:
		return n.Value, nil
	}
}

// jsonNumber returns the text as a number if it is one in JSON.
func jsonNumber(text string) (json.Number, bool) {
	if text == "" || !strings.ContainsAny(text[:1], "-0123456789") || !json.Valid([]byte(text)) {
		return "", false
	}
	return json.Number(text), true
}
