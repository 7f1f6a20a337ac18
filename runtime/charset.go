package runtime

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText returns bytes as text. A byte order mark decides, then the name of
// the charset; without both it is UTF-8.
func decodeText(content []byte, charset string) (string, error) {
	mark, marked := markOf(content)
	if marked {
		charset = mark
	}
	switch name := strings.ToLower(strings.TrimSpace(charset)); name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		text := strings.TrimPrefix(string(content), "\uFEFF")
		if !utf8.ValidString(text) {
			return "", fmt.Errorf("it is not valid UTF-8")
		}
		return text, nil
	case "utf-16", "utf-16le", "utf-16be", "ucs-2", "iso-10646-ucs-2":
		order := binary.ByteOrder(binary.BigEndian)
		if name == "utf-16le" {
			order = binary.LittleEndian
		}
		return decodeUTF16(content, order)
	case "iso-8859-1", "latin1", "iso8859-1", "iso_8859-1", "windows-1252", "cp1252":
		return decodeWindows1252(content), nil
	case "iso-8859-15", "latin-9", "iso8859-15":
		return strings.Map(latin9, decodeLatin1(content)), nil
	default:
		return "", fmt.Errorf("the charset %q is not known here", shorten(name))
	}
}

// markOf returns the charset that a byte order mark stands for.
func markOf(content []byte) (charset string, ok bool) {
	switch {
	case len(content) >= 3 && string(content[:3]) == "\xEF\xBB\xBF":
		return "utf-8", true
	case len(content) >= 2 && string(content[:2]) == "\xFE\xFF":
		return "utf-16be", true
	case len(content) >= 2 && string(content[:2]) == "\xFF\xFE":
		return "utf-16le", true
	default:
		return "", false
	}
}

func decodeUTF16(content []byte, order binary.ByteOrder) (string, error) {
	if len(content)%2 != 0 {
		return "", fmt.Errorf("it is not UTF-16: its length is odd")
	}
	units := make([]uint16, len(content)/2)
	for i := range units {
		units[i] = order.Uint16(content[2*i:])
	}
	for i := 0; i < len(units); i++ {
		switch {
		case units[i]&0xFC00 == 0xD800 && i+1 < len(units) && units[i+1]&0xFC00 == 0xDC00:
			i++
		case units[i]&0xF800 == 0xD800:
			return "", fmt.Errorf("it is not UTF-16: half a character")
		}
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\uFEFF"), nil
}

func decodeLatin1(content []byte) string {
	var b strings.Builder
	b.Grow(len(content))
	for _, c := range content {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// decodeWindows1252 decodes Latin-1 as the Web does: with the characters that
// Windows-1252 has in the place of a few controls (WHATWG Encoding, 4.2).
func decodeWindows1252(content []byte) string {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ"
	table := []rune(high)
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r <= 0x9F {
			return table[r-0x80]
		}
		return r
	}, decodeLatin1(content))
}

func latin9(r rune) rune {
	if i := strings.IndexRune("¤¦¨´¸¼½¾", r); i >= 0 {
		return []rune("€ŠšŽžŒœŸ")[i/2]
	}
	return r
}
