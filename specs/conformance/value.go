package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Value is a JSON value in a file of a case: nil, bool, string, json.Number,
// []any or map[string]any. The zero Value is null.
type Value struct{ JSON any }

// UnmarshalYAML keeps every digit of a number.
func (v *Value) UnmarshalYAML(node *yaml.Node) error {
	var err error
	v.JSON, err = valueOf(node)
	return err
}

func valueOf(node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.DocumentNode:
		return valueOf(node.Content[0])
	case yaml.SequenceNode:
		items := make([]any, 0, len(node.Content))
		for _, child := range node.Content {
			item, err := valueOf(child)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		return items, nil
	case yaml.MappingNode:
		members := make(map[string]any, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			member, err := valueOf(node.Content[i+1])
			if err != nil {
				return nil, err
			}
			if _, twice := members[node.Content[i].Value]; twice {
				return nil, fmt.Errorf("line %d: member %q is given twice", node.Content[i].Line, node.Content[i].Value)
			}
			members[node.Content[i].Value] = member
		}
		return members, nil
	case yaml.ScalarNode:
		return scalarOf(node)
	default:
		return nil, fmt.Errorf("line %d: aliases are not used in cases", node.Line)
	}
}

func scalarOf(node *yaml.Node) (any, error) {
	if node.Style == 0 && json.Valid([]byte(node.Value)) && strings.Trim(node.Value, "+-.0123456789eE") == "" {
		return json.Number(node.Value), nil // of any size
	}
	switch node.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(node.Value)
	case "!!int", "!!float":
		return nil, fmt.Errorf("line %d: %q is not a number of JSON", node.Line, node.Value)
	default:
		return node.Value, nil
	}
}

// DecodeJSON reads one JSON text. Numbers keep their digits as json.Number.
func DecodeJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is text after the JSON value")
	}
	return value, nil
}

// Equal reports whether two JSON values are the same. The order of members is
// free; numbers are compared by their exact decimal value. Numbers may be
// json.Number or any number of Go.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, member := range a {
			other, ok := b[name]
			if !ok || !Equal(member, other) {
				return false
			}
		}
		return true
	case nil, bool, string:
		return a == b
	default:
		x, isNumber := decimalOf(a)
		y, alsoNumber := decimalOf(b)
		return isNumber && alsoNumber && x == y
	}
}

// decimal is a number without redundant digits, comparable with ==.
type decimal struct {
	negative bool
	digits   string // no zeros at either end; empty for zero
	exponent string // of the digit before which the point stands
}

// decimalOf returns the exact value of a number. It never expands an exponent,
// so that 1e999999999 costs no more than 1.
func decimalOf(value any) (decimal, bool) {
	var text string
	switch value := value.(type) {
	case json.Number:
		text = value.String()
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, *big.Int:
		text = fmt.Sprint(value)
	case float64:
		text = strconv.FormatFloat(value, 'g', -1, 64)
	case float32:
		text = strconv.FormatFloat(float64(value), 'g', -1, 32)
	default:
		return decimal{}, false
	}
	if !json.Valid([]byte(text)) {
		return decimal{}, false
	}
	var d decimal
	text, d.negative = strings.CutPrefix(text, "-")
	exponent := new(big.Int)
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		if _, ok := exponent.SetString(strings.TrimPrefix(text[i+1:], "+"), 10); !ok {
			return decimal{}, false
		}
		text = text[:i]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	exponent.Add(exponent, big.NewInt(int64(len(whole))))
	digits := whole + fraction
	significant := strings.TrimLeft(digits, "0")
	if significant == "" {
		return decimal{}, true
	}
	exponent.Sub(exponent, big.NewInt(int64(len(digits)-len(significant))))
	d.digits = strings.TrimRight(significant, "0")
	d.exponent = exponent.String()
	return d, true
}

// show renders a value for a message, shortened.
func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return shorten(string(text))
}

// shorten cuts a text for a message.
func shorten(text string) string {
	const most = 300
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
