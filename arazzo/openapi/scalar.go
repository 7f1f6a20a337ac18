package openapi

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// jsonScalar reads a JSON scalar that the scanner has delimited.
func jsonScalar(raw []byte) (kind, string) {
	switch {
	case len(raw) == 0:
		return kindNull, ""
	case raw[0] == '"':
		for _, c := range raw {
			if c == '\\' || c < ' ' || c >= utf8.RuneSelf {
				var text string
				if json.Unmarshal(raw, &text) != nil {
					return kindString, strings.ToValidUTF8(string(raw[1:len(raw)-1]), "\uFFFD")
				}
				return kindString, text
			}
		}
		return kindString, string(raw[1 : len(raw)-1])
	case string(raw) == "null":
		return kindNull, ""
	case string(raw) == "true" || string(raw) == "false":
		return kindBoolean, string(raw)
	default:
		return kindNumber, string(raw)
	}
}

// simpleScalar reads the scalars that make up nearly all of a YAML file, where
// no full parser is needed: on one line, and without escapes.
func simpleScalar(raw []byte) (k kind, text string, ok bool) {
	if len(raw) == 0 {
		return 0, "", false
	}
	for _, c := range raw {
		if c < ' ' || c == 0x7f || c >= utf8.RuneSelf {
			return 0, "", false
		}
	}
	switch c := raw[0]; c {
	case '\'', '"':
		inner := raw[1 : len(raw)-1]
		for _, b := range inner {
			if b == '\\' && c == '"' || b == '\'' && c == '\'' {
				return 0, "", false
			}
		}
		return kindString, string(inner), true
	case '|', '>', '&', '!', '*', '[', '{':
		return 0, "", false
	}
	text = string(raw)
	if strings.Contains(text, ": ") || strings.HasSuffix(text, ":") {
		return 0, "", false
	}
	switch text[0] {
	case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '<', '=':
		for i := range len(text) {
			if text[i] < '0' || text[i] > '9' {
				return 0, "", false
			}
		}
		if text[0] == '0' && len(text) > 1 {
			return 0, "", false
		}
		return kindNumber, text, true
	case 'n', 'N', '~':
		switch text {
		case "null", "Null", "NULL", "~":
			return kindNull, "", true
		}
	case 't', 'T', 'f', 'F':
		switch text {
		case "true", "True", "TRUE":
			return kindBoolean, "true", true
		case "false", "False", "FALSE":
			return kindBoolean, "false", true
		}
	}
	return kindString, text, true
}

// nodeScalar reads a scalar of a parsed YAML file. Dates, binary data and what
// has a tag of its own are strings, as are infinities, for which JSON has no
// number.
func nodeScalar(n *yaml.Node) (kind, string) {
	if n.Kind != yaml.ScalarNode {
		return kindNull, ""
	}
	switch n.ShortTag() {
	case "!!null":
		return kindNull, ""
	case "!!bool":
		return kindBoolean, strings.ToLower(n.Value)
	case "!!int":
		if text, ok := integer(n.Value); ok {
			return kindNumber, text
		}
	case "!!float":
		if text, ok := float(n.Value); ok {
			return kindNumber, text
		}
	}
	return kindString, n.Value
}

// maxDigits bounds the numbers that are converted from another base.
const maxDigits = 1000

// integer returns a YAML integer in the notation of JSON with all its digits.
func integer(text string) (string, bool) {
	if isJSONNumber([]byte(text)) {
		return text, true
	}
	if len(text) > maxDigits {
		return "", false
	}
	plain := strings.ReplaceAll(text, "_", "")
	if i, ok := new(big.Int).SetString(plain, 0); ok {
		return i.String(), true
	}
	return float(text)
}

// float returns a YAML number in the notation of JSON.
func float(text string) (string, bool) {
	if isJSONNumber([]byte(text)) {
		return text, true
	}
	plain := strings.ReplaceAll(text, "_", "")
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return "", false
	}
	out, err := json.Marshal(f)
	return string(out), err == nil
}
