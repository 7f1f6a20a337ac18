package wire

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// EncodeText encodes a text by the charset of its media type, as the body that it
// is. UTF-8 is what it is without one.
func EncodeText(text, mediaType string) ([]byte, error) {
	return encodeText([]byte(text), mediaType)
}

// encodeText encodes a text by the charset of its media type. UTF-8 is what it
// is without one.
func encodeText(data []byte, mediaType string) ([]byte, error) {
	if err := tooLarge(data); err != nil {
		return nil, err
	}
	charset := parameter(mediaType, "charset")
	last := rune(0)
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8":
		return data, nil
	case "us-ascii", "ascii":
		last = 0x7f
	case "iso-8859-1", "latin1", "iso_8859-1":
		last = 0xff
	default:
		return nil, fmt.Errorf("the charset %q is not known here", charset)
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r > last || r == utf8.RuneError && n == 1 {
			return nil, fmt.Errorf("the character U+%04X cannot be written in the charset %q", r, charset)
		}
		out = append(out, byte(r))
		i += n
	}
	return out, nil
}
