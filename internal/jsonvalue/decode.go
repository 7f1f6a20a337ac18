// Package jsonvalue reads JSON texts as values: nil, bool, string,
// json.Number, []any and map[string]any.
package jsonvalue

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth bounds the arrays and objects inside each other.
const MaxDepth = 10_000

// MaxValues bounds the values of a text, each of which takes far more memory than
// the two bytes that it may be written in.
const MaxValues = 5_000_000

// Decode reads one JSON value (RFC 8259). Numbers keep all their digits. Where
// an object has a name twice, its last value counts, and the first such name is
// returned with twice set. The error says what is wrong and where, and does not
// repeat the text.
func Decode(text string) (value any, name string, twice bool, err error) {
	d := decoder{text: text}
	if !utf8.ValidString(text) {
		return nil, "", false, d.place(firstInvalid(text), errors.New("it is not UTF-8"))
	}
	d.space()
	if value, err = d.value(0); err == nil {
		d.space()
		if d.at < len(text) {
			err = errors.New("there is more after its end")
		}
	}
	if err != nil {
		return nil, "", false, d.place(d.at, err)
	}
	return value, d.name, d.twice, nil
}

func firstInvalid(text string) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

type decoder struct {
	text string
	at   int
	// names holds the names of members, which often repeat.
	names map[string]string
	name  string
	twice bool
	// values counts those that were read.
	values int
}

// place says in which line and column an error was met.
func (d *decoder) place(at int, err error) error {
	before := d.text[:min(at, len(d.text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return fmt.Errorf("line %d, column %d: %w", 1+strings.Count(before, "\n"), 1+utf8.RuneCountInString(before[start:]), err)
}

var errEnd = errors.New("it ends too early")

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\r', '\n':
			d.at++
		default:
			return
		}
	}
}

func (d *decoder) value(depth int) (any, error) {
	if d.at >= len(d.text) {
		return nil, errEnd
	}
	if d.values++; d.values > MaxValues {
		return nil, fmt.Errorf("it has more than %d values", MaxValues)
	}
	switch c := d.text[d.at]; {
	case c == '"':
		return d.string()
	case c == '{':
		return d.object(depth)
	case c == '[':
		return d.array(depth)
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	case c == 't':
		return true, d.word("true")
	case c == 'f':
		return false, d.word("false")
	case c == 'n':
		return nil, d.word("null")
	default:
		return nil, errors.New("no value begins like that")
	}
}

func (d *decoder) word(word string) error {
	if !strings.HasPrefix(d.text[d.at:], word) {
		return errors.New("no value begins like that")
	}
	d.at += len(word)
	return nil
}

func (d *decoder) array(depth int) (any, error) {
	if depth >= MaxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", MaxDepth)
	}
	d.at++
	list := []any{}
	for first := true; ; first = false {
		d.space()
		switch {
		case d.at >= len(d.text):
			return nil, errEnd
		case first && d.text[d.at] == ']':
			d.at++
			return list, nil
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if more, err := d.more(']'); !more {
			return list, err
		}
	}
}

// more passes over what follows an element or member.
func (d *decoder) more(end byte) (bool, error) {
	d.space()
	if d.at >= len(d.text) {
		return false, errEnd
	}
	switch d.text[d.at] {
	case ',':
		d.at++
		return true, nil
	case end:
		d.at++
		return false, nil
	default:
		return false, fmt.Errorf("neither \",\" nor %q follows the value", string(end))
	}
}

func (d *decoder) object(depth int) (any, error) {
	if depth >= MaxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d levels", MaxDepth)
	}
	d.at++
	members := map[string]any{}
	for first := true; ; first = false {
		d.space()
		switch {
		case d.at >= len(d.text):
			return nil, errEnd
		case first && d.text[d.at] == '}':
			d.at++
			return members, nil
		case d.text[d.at] != '"':
			return nil, errors.New("no name of a member begins like that")
		}
		name, err := d.memberName()
		if err != nil {
			return nil, err
		}
		d.space()
		if d.at >= len(d.text) {
			return nil, errEnd
		}
		if d.text[d.at] != ':' {
			return nil, errors.New("no \":\" follows the name of a member")
		}
		d.at++
		d.space()
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if _, known := members[name]; known && !d.twice {
			d.name, d.twice = name, true
		}
		members[name] = v
		if more, err := d.more('}'); !more {
			return members, err
		}
	}
}

func (d *decoder) memberName() (string, error) {
	if raw, plain := d.plain(); plain {
		d.at += len(raw) + 2
		if known, ok := d.names[raw]; ok {
			return known, nil
		}
		const most = 1000
		own := strings.Clone(raw)
		if d.names == nil {
			d.names = make(map[string]string)
		}
		if len(d.names) < most {
			d.names[own] = own
		}
		return own, nil
	}
	return d.string()
}

// plain returns the content of the string literal that begins here, if it has no
// escapes and is well-formed.
func (d *decoder) plain() (string, bool) {
	start := d.at + 1
	for i := start; i < len(d.text); i++ {
		switch c := d.text[i]; {
		case c == '"':
			return d.text[start:i], true
		case c == '\\' || c < ' ':
			return "", false
		}
	}
	return "", false
}

func (d *decoder) string() (string, error) {
	if raw, plain := d.plain(); plain {
		d.at += len(raw) + 2
		// A copy: a value must not keep the whole text in memory.
		return strings.Clone(raw), nil
	}
	d.at++
	var b []byte
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			return string(b), nil
		case c < ' ':
			return "", errors.New("a control character in a string")
		case c == '\\':
			var err error
			if b, err = d.escape(b); err != nil {
				return "", err
			}
		default:
			b = append(b, c)
			d.at++
		}
	}
	return "", errEnd
}

func (d *decoder) escape(b []byte) ([]byte, error) {
	if d.at+1 >= len(d.text) {
		d.at = len(d.text)
		return b, errEnd
	}
	c := d.text[d.at+1]
	if c == 'u' {
		r, err := d.unicode()
		if err != nil {
			return b, err
		}
		if utf16.IsSurrogate(r) {
			first := r
			r = utf8.RuneError
			if strings.HasPrefix(d.text[d.at:], `\u`) {
				mark := d.at
				second, err := d.unicode()
				if err != nil {
					return b, err
				}
				if r = utf16.DecodeRune(first, second); r == utf8.RuneError {
					d.at = mark // the second one stands for itself
				}
			}
		}
		return utf8.AppendRune(b, r), nil
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return b, errors.New("an escape that JSON does not have")
	}
	d.at += 2
	return append(b, "\"\\/\b\f\n\r\t"[i]), nil
}

// unicode reads \uXXXX.
func (d *decoder) unicode() (rune, error) {
	if d.at+6 > len(d.text) {
		d.at = len(d.text)
		return 0, errEnd
	}
	var r rune
	for _, c := range []byte(d.text[d.at+2 : d.at+6]) {
		digit := strings.IndexByte("0123456789abcdefABCDEF", c)
		switch {
		case digit < 0:
			return 0, errors.New("an escape that is not \\u and four hexadecimal digits")
		case digit > 15:
			digit -= 6
		}
		r = r<<4 | rune(digit)
	}
	d.at += 6
	return r, nil
}

func (d *decoder) number() (any, error) {
	start := d.at
	digits := func() bool {
		from := d.at
		for d.at < len(d.text) && d.text[d.at] >= '0' && d.text[d.at] <= '9' {
			d.at++
		}
		return d.at > from
	}
	is := func(set string) bool {
		return d.at < len(d.text) && strings.IndexByte(set, d.text[d.at]) >= 0
	}
	wrong := errors.New("a number that is not written as JSON has it")
	if is("-") {
		d.at++
	}
	switch {
	case is("0"):
		d.at++
	case !digits():
		return nil, wrong
	}
	if is(".") {
		d.at++
		if !digits() {
			return nil, wrong
		}
	}
	if is("eE") {
		d.at++
		if is("+-") {
			d.at++
		}
		if !digits() {
			return nil, wrong
		}
	}
	if is("0123456789") {
		return nil, wrong
	}
	return json.Number(strings.Clone(d.text[start:d.at])), nil
}
