package openapi

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// missing says which part of a JSON Pointer leads nowhere.
type missing struct {
	parent string   // the pointer up to the object that lacks the part
	within value    // that object
	part   string   // the part, unescaped
	names  []string // similar names that exist there, if they were looked for
	// search looks for names when the message is asked for. It may be nil.
	search func() []string
	syntax string // set if the pointer itself is wrong
}

func (m *missing) Error() string {
	if m.syntax != "" {
		return m.syntax
	}
	where := "the document"
	if m.parent != "" {
		where = fmt.Sprintf("%q", m.parent)
	}
	names := m.names
	if m.search != nil {
		names = m.search()
	}
	return fmt.Sprintf("%s has no %q", where, m.part) + didYouMean(names)
}

// didYouMean offers names, or nothing if there are none.
func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	return "; did you mean " + strings.Join(quoted, " or ") + "?"
}

// tokens splits a JSON Pointer and unescapes its parts.
func tokens(pointer string) ([]string, *missing) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, &missing{syntax: fmt.Sprintf("%q is not a JSON Pointer: it does not start with \"/\"", pointer)}
	}
	parts := strings.Split(pointer[1:], "/")
	for i, p := range parts {
		parts[i] = unescape(p)
	}
	return parts, nil
}

// unescape undoes the escapes of RFC 6901 in one part of a JSON Pointer.
func unescape(part string) string {
	if !strings.Contains(part, "~") {
		return part
	}
	return strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
}

// escape makes a name a part of a JSON Pointer.
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// percentDecoded returns a part with its percent escapes undone.
func percentDecoded(part string) (string, bool) {
	if !strings.Contains(part, "%") {
		return "", false
	}
	decoded, err := url.PathUnescape(part)
	return decoded, err == nil && decoded != part
}

// child returns the member or element of a value that one part of a JSON Pointer
// names, and the name it really has: a part that does not exist as it is written
// is tried again without its percent escapes.
func child(v value, part string) (field, bool) {
	if v.kind() == kindArray {
		n, err := strconv.Atoi(part)
		found, ok := field{name: part}, false
		v.items(func(item value) bool {
			if ok = err == nil && n == 0; ok {
				found.value = item
			}
			n--
			return !ok
		})
		return found, ok
	}
	if f, ok := v.field(part); ok {
		return f, true
	}
	if decoded, ok := percentDecoded(part); ok {
		return v.field(unescape(decoded))
	}
	return field{}, false
}

// locate follows a JSON Pointer through a document. It follows no references.
func locate(root value, pointer string) (value, *missing) {
	parts, err := tokens(pointer)
	if err != nil {
		return value{}, err
	}
	v, parent := root, ""
	for _, part := range parts {
		f, ok := child(v, part)
		if !ok {
			return value{}, &missing{parent: parent, within: v, part: part}
		}
		parent += "/" + escape(f.name)
		v = f.value
	}
	return v, nil
}

// memberNames returns the names of the members of an object.
func memberNames(v value) []string {
	var names []string
	for _, f := range v.members() {
		names = append(names, f.name)
	}
	return names
}
