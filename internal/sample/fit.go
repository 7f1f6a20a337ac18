package sample

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is a way in which a value departs from a schema.
type Problem struct {
	// Pointer is the JSON Pointer of the part that departs.
	Pointer string
	Message string
}

// maxProblems bounds what is reported of one value.
const maxProblems = 20

// Fits reports whether a schema admits a value, as far as [Check] can tell.
func Fits(s Schema, v any) bool { return len(Check(s, v, Either)) == 0 }

// Check says where a value departs from a schema, 20 places at most. A member
// that is left out for the side that sends it is not missed. What is not
// checked: not, if, dependent and unevaluated keywords, propertyNames,
// contains, formats but those of binary text, and patterns that are none of
// RE2.
func Check(s Schema, v any, side Side) []Problem {
	c := &checker{side: side}
	c.check(s, v, "", 0)
	return c.problems
}

type checker struct {
	side     Side
	problems []Problem
	visits   int
}

func (c *checker) add(pointer, format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, Problem{pointer, fmt.Sprintf(format, args...)})
	}
}

func (c *checker) check(s Schema, v any, pointer string, depth int) {
	if c.visits++; s == nil || depth > maxDepth || c.visits > 10*maxValues {
		return
	}
	if v == nil && nullable(s) {
		return
	}
	if types := s.Types(); len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return isType(v, t) }) {
		c.add(pointer, "it is %s, not %s", typeOf(v), strings.Join(types, " or "))
		return
	}
	if list := s.Enum(); len(list) > 0 && !slices.ContainsFunc(list, func(e any) bool { return equal(e, v) }) {
		c.add(pointer, "it is not one of the values that the schema lists")
	}
	switch v := v.(type) {
	case string:
		c.text(s, v, pointer)
	case json.Number:
		if r := rational(v); r != nil && !boundsOf(s).admit(r) {
			c.add(pointer, "the number is out of bounds")
		}
	case []any:
		c.array(s, v, pointer, depth)
	case map[string]any:
		c.object(s, v, pointer, depth)
	}
	c.alternatives(s, v, pointer, depth)
}

// nullable reports whether a schema of OpenAPI 3.0 admits null beside its type.
func nullable(s Schema) bool {
	flag, _ := s.Keyword("nullable")
	is, _ := flag.(bool)
	return is
}

// alternatives checks that one of each list admits the value. What is checked is
// too little to tell that more than one does.
func (c *checker) alternatives(s Schema, v any, pointer string, depth int) {
	for _, list := range s.Alternatives() {
		met := false
		for _, other := range list {
			inner := &checker{side: c.side, visits: c.visits}
			inner.check(other, v, pointer, depth+1)
			c.visits = inner.visits
			if met = len(inner.problems) == 0; met {
				break
			}
		}
		if !met {
			c.add(pointer, "it is none of the %d alternatives", len(list))
		}
	}
}

func (c *checker) text(s Schema, v, pointer string) {
	n := utf8.RuneCountInString(v)
	least, most := (merged{[]Schema{s}}).count("minLength", 0), (merged{[]Schema{s}}).count("maxLength", -1)
	if n < least || most >= 0 && n > most && most < maxLength {
		c.add(pointer, "the text has %d characters", n)
	}
	if pattern, ok := s.Keyword("pattern"); ok {
		if p, ok := pattern.(string); ok {
			if re, known := compilePattern(p); known && !re.MatchString(v) {
				c.add(pointer, "the text does not match the pattern %s", p)
			}
		}
	}
	if s.Format() == "byte" {
		if _, err := base64.StdEncoding.DecodeString(v); err != nil {
			if _, err := base64.URLEncoding.DecodeString(v); err != nil {
				c.add(pointer, "the text is not base64")
			}
		}
	}
}

func (c *checker) array(s Schema, v []any, pointer string, depth int) {
	m := merged{[]Schema{s}}
	least, most := m.count("minItems", 0), m.count("maxItems", -1)
	if len(v) < least || most >= 0 && len(v) > most && most < maxLength {
		c.add(pointer, "the array has %d elements", len(v))
	}
	if unique, _ := s.Keyword("uniqueItems"); unique == true {
		for i := range v {
			if i < 100 && slices.ContainsFunc(v[:i], func(o any) bool { return equal(o, v[i]) }) {
				c.add(pointer, "the array holds an element twice")
				break
			}
		}
	}
	prefix, items := s.PrefixItems(), s.Items()
	for i, element := range v {
		schema := items
		if i < len(prefix) {
			schema = prefix[i]
		}
		c.check(schema, element, pointer+"/"+strconv.Itoa(i), depth+1)
	}
}

func (c *checker) object(s Schema, v map[string]any, pointer string, depth int) {
	properties := s.Properties()
	index := make(map[string]Schema, len(properties))
	for _, p := range properties {
		index[p.Name] = p.Schema
	}
	for _, name := range s.Required() {
		if _, ok := v[name]; ok {
			continue
		}
		if p := index[name]; p != nil && (c.side != Response && p.ReadOnly() || c.side != Request && p.WriteOnly()) {
			continue
		}
		c.add(pointer, "the member %q is missing", name)
	}
	extra, allowed := s.AdditionalProperties()
	open := len(s.Alternatives()) > 0
	for _, name := range sortedKeys(v) {
		schema, known := index[name]
		switch {
		case known:
		case open:
			// What the alternatives say of the member is checked with them.
			continue
		case !allowed && !hasPatterns(s):
			c.add(pointer, "the member %q is not admitted", name)
			continue
		default:
			schema = extra
		}
		c.check(schema, v[name], pointer+"/"+escape(name), depth+1)
	}
}

func hasPatterns(s Schema) bool {
	_, ok := s.Keyword("patternProperties")
	return ok
}

func escape(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}

func isType(v any, t string) bool {
	switch t {
	case "integer":
		n, ok := v.(json.Number)
		if !ok {
			return false
		}
		r := rational(n)
		return r != nil && r.IsInt()
	case "file":
		_, ok := v.(string)
		return ok
	default:
		return typeOf(v) == t
	}
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return "value"
	}
}

// equal reports whether two values are the same JSON value.
func equal(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		other, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, y := rational(a), rational(other)
		return a == other || x != nil && y != nil && x.Cmp(y) == 0
	case []any:
		other, ok := b.([]any)
		return ok && slices.EqualFunc(a, other, equal)
	case map[string]any:
		other, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, other, equal)
	default:
		return a == b
	}
}
