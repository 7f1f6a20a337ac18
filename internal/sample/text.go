package sample

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// text returns a string of the format, pattern and length that the schema asks
// for.
func (g *generator) text(m merged, at place) any {
	least, most := m.count("minLength", 0), m.count("maxLength", maxLength)
	if v, ok := m.Keyword("pattern"); ok {
		if pattern, ok := v.(string); ok {
			for _, suggestion := range []string{g.formatted(m.Format(), at), g.named(at)} {
				if matches(pattern, suggestion) && within(suggestion, least, most) {
					return suggestion
				}
			}
			if text, ok := Match(pattern, least, most); ok {
				return text
			}
		}
	}
	format := m.Format()
	if format == "" {
		format = formatOf(at.name)
	}
	text := g.formatted(format, at)
	if !within(text, least, most) {
		text = g.named(at)
	}
	return fitLength(text, least, most)
}

func within(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most
}

// fitLength repeats or cuts a text.
func fitLength(text string, least, most int) string {
	runes := []rune(text)
	for len(runes) < least {
		if len(runes) == 0 {
			runes = []rune("a")
		}
		runes = append(runes, runes[:min(len(runes), least-len(runes))]...)
	}
	if len(runes) > most {
		// The end is what tells texts apart.
		runes = runes[len(runes)-most:]
	}
	return string(runes)
}

// formatOf guesses the format of a text from the name of its member, where the
// schema does not state one.
func formatOf(name string) string {
	words := wordsOf(name)
	if len(words) == 0 {
		return ""
	}
	switch words[len(words)-1] {
	case "email":
		return "email"
	case "url", "uri":
		return "uri"
	case "uuid", "guid":
		return "uuid"
	default:
		return ""
	}
}

// wordsOf takes a name apart: "repositoryURL" is "repository", "url".
func wordsOf(name string) []string {
	var words []string
	start := 0
	runes := []rune(name)
	flush := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(string(runes[start:end])))
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush(i)
		}
	}
	flush(len(runes))
	return words
}

// named returns a text that tells what it stands for.
func (g *generator) named(at place) string {
	words := wordsOf(at.name)
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			if r >= utf8.RuneSelf {
				return -1
			}
			return r
		}, w)
	}
	text := "example"
	if joined := strings.Trim(strings.Join(words, "-"), "-"); joined != "" {
		text += "-" + joined
	}
	return text + g.suffix(at)
}

// suffix tells texts of several seeds, and the elements of an array, apart.
func (g *generator) suffix(at place) string {
	out := ""
	if g.options.Seed != 0 {
		out = "-" + strconv.FormatUint(g.draw(at)&0xffff|0x10000, 16)[1:]
	}
	if at.index > 0 {
		out += "-" + strconv.Itoa(at.index+1)
	}
	return out
}

// formatted returns a text of a format, or one that is named if the format is
// not known.
//
// JSON Schema 2020-12, Validation, 7.3, and the format registry of OpenAPI.
func (g *generator) formatted(format string, at place) string {
	n := at.index
	minute, second := n/60%60, n%60
	tag := strings.TrimPrefix(g.suffix(at), "-")
	label := "example"
	if tag != "" {
		label = "example-" + tag
	}
	switch format {
	case "date-time", "datetime":
		return fmt.Sprintf("2026-01-02T03:%02d:%02dZ", (4+minute)%60, second)
	case "date":
		return fmt.Sprintf("2026-01-%02d", 2+n%27)
	case "time":
		return fmt.Sprintf("03:%02d:%02dZ", (4+minute)%60, second)
	case "duration":
		return fmt.Sprintf("PT%dM", 1+n)
	case "email", "idn-email":
		return label + "@example.com"
	case "hostname", "idn-hostname":
		return label + ".example.com"
	case "ipv4", "ip":
		return fmt.Sprintf("192.0.2.%d", 1+n%250)
	case "ipv6":
		return fmt.Sprintf("2001:db8::%x", 1+n)
	case "uri", "iri", "url":
		return "https://example.com/" + g.named(at)
	case "uri-reference", "iri-reference", "uri-template":
		return "/" + g.named(at)
	case "uuid", "guid":
		draw := g.draw(at)
		if g.options.Seed == 0 {
			draw = uint64(n)
		}
		return fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(draw>>32), draw&0xffffffff|1)
	case "json-pointer":
		return "/" + g.named(at)
	case "relative-json-pointer":
		return "0/" + g.named(at)
	case "regex":
		return "a*"
	case "byte", "base64", "base64url":
		return base64.URLEncoding.EncodeToString([]byte(g.named(at)))
	case "int32", "integer":
		return strconv.Itoa(1 + n)
	case "int64":
		return strconv.FormatInt(1<<53+1+int64(n), 10)
	case "float", "double", "decimal", "number":
		return strconv.Itoa(1+n) + ".5"
	default:
		return g.named(at)
	}
}

// HasFormat reports whether a text is of a format, as far as that is known here:
// any text is of a format that is not known.
func HasFormat(format, text string) bool {
	switch format {
	case "uuid", "guid":
		return matches(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`, text)
	case "date-time", "datetime":
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	case "date":
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	case "email", "idn-email":
		return matches(`^[^@\s]+@[^@\s]+$`, text)
	case "uri", "iri", "url":
		return matches(`^[A-Za-z][A-Za-z0-9+.-]*:`, text)
	case "int32", "int64", "integer":
		return matches(`^-?[0-9]+$`, text)
	default:
		return true
	}
}
