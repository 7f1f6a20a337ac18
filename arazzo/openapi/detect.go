package openapi

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// sample is how much of a file is looked at to tell what it is.
const sample = 4096

// notText says what is wrong with data that cannot be a description at all. The
// message is empty if nothing is.
func notText(data []byte) (message, hint string) {
	text := bytes.TrimSpace(normalise(data[:min(len(data), sample)]))
	lower := strings.ToLower(string(text))
	switch {
	case len(text) == 0 && len(data) <= sample:
		return "the file is empty", ""
	case strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<html"),
		strings.HasPrefix(lower, "<") && strings.Contains(lower, "<html"):
		return "this is an HTML page, not an API description", "the address may want a sign-in, or be that of a page about the description"
	case strings.HasPrefix(lower, "<"):
		return "this is XML, not an API description", ""
	case isBinary(text):
		return "this is binary data, not an API description", ""
	}
	return "", ""
}

// isBinary reports whether the start of a file cannot be text.
func isBinary(text []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "PK\x03\x04", "%PDF-", "\x89PNG", "\x28\xb5\x2f\xfd"} {
		if bytes.HasPrefix(text, []byte(magic)) {
			return true
		}
	}
	return bytes.IndexByte(text, 0) >= 0
}

// normalise returns the text in UTF-8 without a byte order mark, and with a
// leading %YAML directive, which the YAML parser does not know for version 1.2,
// turned into a comment so that no line changes its number.
func normalise(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		data = fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		data = fromUTF16(data[2:], binary.BigEndian)
	default:
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	for at := 0; at < len(data); {
		line := data[at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		if bytes.HasPrefix(line, []byte("%YAML")) {
			data = bytes.Clone(data)
			data[at] = '#'
			return data
		}
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] != '#' {
			return data
		}
		at += len(line)
	}
	return data
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	out := make([]byte, 0, len(units)+len(units)/8)
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}

// looksLikeJSON reports whether the text starts like a JSON object or array.
// "{openapi: 3.1.0}" is YAML.
func looksLikeJSON(data []byte) bool {
	rest := bytes.TrimLeft(data, " \t\r\n")
	if len(rest) == 0 || rest[0] != '{' && rest[0] != '[' {
		return false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(rest) == 0 || strings.IndexByte(`"{}[]-0123456789`, rest[0]) >= 0
}

// head reads the version of a description whose first member is "openapi" or
// "swagger", as nearly all have it, without looking at the rest.
func head(data []byte) (kind, version string, ok bool) {
	text := data[:min(len(data), sample)]
	rest := bytes.TrimLeft(text, " \t\r\n")
	if len(rest) > 0 && rest[0] == '{' {
		return headJSON(rest[1:])
	}
	for len(text) > 0 {
		line, more, found := bytes.Cut(text, []byte{'\n'})
		if !found {
			return "", "", false
		}
		text = more
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 || trimmed[0] == '#' || string(trimmed) == "---" {
			continue
		}
		return headYAML(string(line))
	}
	return "", "", false
}

func headYAML(line string) (kind, version string, ok bool) {
	kind, version, ok = strings.Cut(line, ":")
	if !ok || kind != "openapi" && kind != "swagger" {
		return "", "", false
	}
	version = strings.TrimSpace(version)
	if len(version) > 1 && (version[0] == '"' || version[0] == '\'') && version[len(version)-1] == version[0] {
		version = version[1 : len(version)-1]
	}
	return kind, version, isVersion(version)
}

func headJSON(rest []byte) (kind, version string, ok bool) {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	for _, kind := range []string{"openapi", "swagger"} {
		after, found := bytes.CutPrefix(rest, []byte(`"`+kind+`"`))
		if !found {
			continue
		}
		after, found = bytes.CutPrefix(bytes.TrimLeft(after, " \t\r\n"), []byte{':'})
		if !found {
			continue
		}
		after, found = bytes.CutPrefix(bytes.TrimLeft(after, " \t\r\n"), []byte{'"'})
		if !found {
			continue
		}
		version, _, found := bytes.Cut(after, []byte{'"'})
		return kind, string(version), found && isVersion(string(version))
	}
	return "", "", false
}

// isVersion reports whether the text is made of digits and dots.
func isVersion(text string) bool {
	return text != "" && strings.Trim(text, "0123456789.") == ""
}
