package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// kind is the JSON type of a shape.
type kind int

const (
	stringKind kind = iota
	integerKind
	timestampKind
	booleanKind
	structureKind
	listKind
)

// shape is what the service's model says about a value.
type shape struct {
	kind kind
	// min and max bound the characters of a string, the value of an integer or the
	// number of elements. A max of zero is none.
	min, max int
	// pattern must match the whole of a string. Nil: any.
	pattern *regexp.Regexp
	// values are all that a string may be. None: any.
	values []string
	// members are those of a structure.
	members []member
	// union says that exactly one member must be there.
	union bool
	// element is the shape of a list's elements.
	element *shape
}

type member struct {
	name     string
	required bool
	shape    shape
}

// decodeBody reads a JSON object and nothing else. Numbers are json.Number.
func decodeBody(body []byte) (map[string]any, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("body is not UTF-8")
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, errors.New("body is not JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("body holds more than one JSON value")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("start of structure or map found where not expected")
	}
	return object, nil
}

// decode returns the value with unknown and null members taken out, or an error
// if a value has the wrong JSON type.
func (s *shape) decode(value any) (any, error) {
	switch v := value.(type) {
	case string:
		if s.kind == stringKind {
			return v, nil
		}
	case bool:
		if s.kind == booleanKind {
			return v, nil
		}
	case json.Number:
		return s.decodeNumber(v)
	case map[string]any:
		if s.kind == structureKind {
			return s.decodeMembers(v)
		}
	case []any:
		if s.kind == listKind {
			return s.decodeElements(v)
		}
	}
	return nil, fmt.Errorf("%s can not be converted to %s", jsonType(value), s.kind)
}

func (s *shape) decodeNumber(v json.Number) (any, error) {
	f, err := v.Float64()
	if err != nil {
		return nil, errors.New("a number is out of range")
	}
	switch {
	case s.kind == timestampKind:
		return f, nil
	case s.kind == integerKind && f == math.Trunc(f) && math.Abs(f) <= math.MaxInt32:
		return int(f), nil
	}
	return nil, fmt.Errorf("%s can not be converted to %s", jsonType(v), s.kind)
}

func (s *shape) decodeMembers(object map[string]any) (any, error) {
	out := map[string]any{}
	for _, m := range s.members {
		given := object[m.name]
		if given == nil {
			continue
		}
		value, err := m.shape.decode(given)
		if err != nil {
			return nil, fmt.Errorf("member '%s': %w", m.name, err)
		}
		out[m.name] = value
	}
	if s.union && len(out) > 1 {
		return nil, errors.New("a union must have exactly one member")
	}
	return out, nil
}

func (s *shape) decodeElements(list []any) (any, error) {
	out := make([]any, 0, len(list))
	for _, given := range list {
		if given == nil {
			return nil, errors.New("a list must not hold null")
		}
		value, err := s.element.decode(given)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}

// validate appends what is wrong with a decoded value to the problems.
func (s *shape) validate(path string, value any, problems []string) []string {
	switch v := value.(type) {
	case string:
		return s.validateString(path, v, problems)
	case int:
		if v < s.min {
			problems = append(problems, complaint(path, v, fmt.Sprintf("Member must have value greater than or equal to %d", s.min)))
		}
		if s.max > 0 && v > s.max {
			problems = append(problems, complaint(path, v, fmt.Sprintf("Member must have value less than or equal to %d", s.max)))
		}
	case map[string]any:
		return s.validateMembers(path, v, problems)
	case []any:
		if s.max > 0 && len(v) > s.max {
			problems = append(problems, complaint(path, "[...]", fmt.Sprintf("Member must have length less than or equal to %d", s.max)))
		}
		for i, element := range v {
			problems = s.element.validate(fmt.Sprintf("%s.%d.member", path, i+1), element, problems)
		}
	}
	return problems
}

func (s *shape) validateString(path, v string, problems []string) []string {
	length := utf8.RuneCountInString(v)
	if length < s.min {
		problems = append(problems, complaint(path, v, fmt.Sprintf("Member must have length greater than or equal to %d", s.min)))
	}
	if s.max > 0 && length > s.max {
		problems = append(problems, complaint(path, v, fmt.Sprintf("Member must have length less than or equal to %d", s.max)))
	}
	if s.pattern != nil && !s.pattern.MatchString(v) {
		problems = append(problems, complaint(path, v, "Member must satisfy regular expression pattern: "+patternText(s.pattern)))
	}
	if len(s.values) > 0 && !slices.Contains(s.values, v) {
		problems = append(problems, complaint(path, v, "Member must satisfy enum value set: ["+strings.Join(s.values, ", ")+"]"))
	}
	return problems
}

func (s *shape) validateMembers(path string, v map[string]any, problems []string) []string {
	if s.union && len(v) == 0 {
		problems = append(problems, complaint(path, "{}", "Member must have exactly one member set"))
	}
	for _, m := range s.members {
		place := lowerFirst(m.name)
		if path != "" {
			place = path + "." + place
		}
		value, there := v[m.name]
		switch {
		case there:
			problems = m.shape.validate(place, value, problems)
		case m.required:
			problems = append(problems, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", place))
		}
	}
	return problems
}

// complaint is one problem in the words of the service.
func complaint(path string, value any, constraint string) string {
	text := fmt.Sprint(value)
	if runes := []rune(text); len(runes) > 100 {
		text = string(runes[:100]) + "..."
	}
	return fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", text, path, constraint)
}

// invalid returns one failure that lists all the problems, or nil.
func invalid(problems []string) *failure {
	if len(problems) == 0 {
		return nil
	}
	noun := "error"
	if len(problems) > 1 {
		noun = "errors"
	}
	return reject(validationException, fmt.Sprintf("%d validation %s detected: %s", len(problems), noun, strings.Join(problems, "; ")))
}

// String returns the name of the kind as error texts have it.
func (k kind) String() string {
	switch k {
	case stringKind:
		return "a String"
	case integerKind:
		return "an Integer"
	case timestampKind:
		return "a Timestamp"
	case booleanKind:
		return "a Boolean"
	case structureKind:
		return "a Structure"
	case listKind:
		return "a List"
	}
	return "a value"
}

func jsonType(value any) string {
	switch value.(type) {
	case string:
		return "STRING_VALUE"
	case bool:
		return "BOOLEAN_VALUE"
	case json.Number:
		return "NUMBER_VALUE"
	case map[string]any:
		return "START_OBJECT"
	case []any:
		return "START_ARRAY"
	}
	return "NULL_VALUE"
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// wholly compiles a pattern that must match all of a string.
func wholly(pattern string) *regexp.Regexp { return regexp.MustCompile(`\A(?s:` + pattern + `)\z`) }

func patternText(re *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(re.String(), `\A(?s:`), `)\z`)
}
