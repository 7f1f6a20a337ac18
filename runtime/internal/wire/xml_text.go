package wire

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// qualified returns a name with its prefix, if both are names in XML.
func qualified(name, prefix string) (string, error) {
	whole := name
	if prefix != "" {
		whole = prefix + ":" + name
	}
	if !isXMLName(whole) {
		return "", fmt.Errorf("%q cannot be the name of an XML element or attribute", whole)
	}
	return whole, nil
}

// isXMLName reports whether a text is a name with at most one colon inside
// (Namespaces in XML, 3).
func isXMLName(s string) bool {
	colons := 0
	for i, r := range s {
		switch {
		case r == ':':
			if colons++; i == 0 || i == len(s)-1 || colons > 1 {
				return false
			}
		case !isNameStart(r) && (i == 0 || s[i-1] == ':' || !isNameRest(r)):
			return false
		}
	}
	return s != "" && utf8.ValidString(s)
}

// isNameStart and isNameRest are the characters of names (XML 1.0, 2.3).
func isNameStart(r rune) bool {
	switch {
	case r == '_', 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z':
		return true
	case r < 0xC0, r == 0xD7, r == 0xF7, 0x300 <= r && r <= 0x36F, r == 0x37E:
		return false
	case 0x2000 <= r && r <= 0x200B, 0x200E <= r && r <= 0x206F, 0x2190 <= r && r <= 0x2BFF, 0x2FF0 <= r && r <= 0x3000:
		return false
	case 0xD800 <= r && r <= 0xF8FF, 0xFDD0 <= r && r <= 0xFDEF, 0xFFFE <= r && r <= 0xFFFF, r > 0xEFFFF:
		return false
	default:
		return true
	}
}

func isNameRest(r rune) bool {
	return r == '-' || r == '.' || '0' <= r && r <= '9' || r == 0xB7 || 0x300 <= r && r <= 0x36F || 0x203F <= r && r <= 0x2040
}

// text writes character data, or the value of an attribute.
func (x *xmlWriter) text(s string, attribute bool) error {
	if err := checkXMLText(s); err != nil {
		return err
	}
	x.dst = appendXMLText(x.dst, s, attribute)
	return nil
}

// cdata writes a CDATA section; its end inside of the text is split in two.
func (x *xmlWriter) cdata(s string) error {
	if err := checkXMLText(s); err != nil {
		return err
	}
	x.dst = append(x.dst, "<![CDATA["...)
	x.dst = append(x.dst, strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>")...)
	x.dst = append(x.dst, "]]>"...)
	return nil
}

// checkXMLText refuses characters that XML has no way to write (XML 1.0, 2.2).
func checkXMLText(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("its text is not UTF-8")
	}
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return fmt.Errorf("the character U+%04X cannot stand in XML", r)
		}
	}
	return nil
}

func appendXMLText(dst []byte, s string, attribute bool) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&':
			dst = append(dst, "&amp;"...)
		case c == '<':
			dst = append(dst, "&lt;"...)
		case c == '>':
			dst = append(dst, "&gt;"...)
		case c == '\r':
			dst = append(dst, "&#xD;"...)
		case c == '"' && attribute:
			dst = append(dst, "&quot;"...)
		case c == '\n' && attribute:
			dst = append(dst, "&#xA;"...)
		case c == '\t' && attribute:
			dst = append(dst, "&#x9;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
