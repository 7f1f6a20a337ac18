package mock

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// demand is what a condition asks of one place of a response.
type demand struct {
	at place
	// check reports whether a value will do; present is false if there is none.
	check func(v any, present bool) bool
	// propose offers values that may do, given the one that stands there. It may
	// be nil.
	propose func(t *tree, at place, v any, present bool) []any
}

// present demands any value.
func present(at place) demand {
	return demand{at: at, check: func(_ any, present bool) bool { return present }}
}

// absent demands that there is no value.
func absent(at place) demand {
	return demand{at: at, check: func(_ any, present bool) bool { return !present }}
}

// truthful demands a value that passes, or does not, where a truth value is
// wanted.
func truthful(at place, want bool) demand {
	return demand{at: at, check: func(v any, present bool) bool { return (present && truthy(v)) == want }}
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	case json.Number:
		f, err := v.Float64()
		return err != nil || f != 0
	default:
		return false
	}
}

// compared demands a value that compares with a constant, or does not.
func compared(at place, term *expr.Term, constant expr.Operand, constantLeft, want bool) demand {
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			left, right := expr.Operand{Value: v, Present: present}, constant
			if constantLeft {
				left, right = right, left
			}
			return term.Compare(left, right) == want
		},
		propose: func(t *tree, at place, _ any, _ bool) []any { return around(constant.Value, t.schemaAt(at.path)) },
	}
}

// around returns a value and its neighbours, as a schema writes them.
func around(v any, s sample.Schema) []any {
	var types []string
	if s != nil {
		types = s.Types()
	}
	switch v := v.(type) {
	case string:
		out := []any{v, v + "-other", "", "0", "zzzz"}
		if _, err := strconv.ParseFloat(v, 64); err == nil && (slices.Contains(types, "integer") || slices.Contains(types, "number")) {
			out = append([]any{json.Number(v)}, out...)
		}
		return out
	case json.Number:
		out := []any{v}
		if n, err := v.Int64(); err == nil {
			for _, d := range []int64{1, -1, 1000, -1000} {
				out = append(out, json.Number(strconv.FormatInt(n+d, 10)))
			}
		} else if f, err := v.Float64(); err == nil && f > -1e15 && f < 1e15 {
			for _, d := range []float64{1, -1} {
				out = append(out, json.Number(strconv.FormatFloat(f+d, 'f', -1, 64)))
			}
		}
		out = append(out, tenfold(v, 1), tenfold(v, -1))
		if slices.Equal(types, []string{"string"}) {
			for i, n := range out {
				out[i] = expr.Text(n)
			}
			return append(out, v)
		}
		return out
	case bool:
		return []any{v, !v, strconv.FormatBool(v)}
	default:
		return []any{v}
	}
}

// tenfold moves the point of a number.
func tenfold(n json.Number, by int) json.Number {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(n.String()), "e")
	e, _ := strconv.Atoi(exponent)
	return json.Number(mantissa + "e" + strconv.Itoa(e+by))
}

// lengthOf is the length of a value as ".length" and length() see it. The first
// of the two prefers a member of that name.
func lengthOf(v any, memberFirst bool) (any, bool) {
	switch v := v.(type) {
	case string:
		return json.Number(strconv.Itoa(utf8.RuneCountInString(v))), true
	case []any:
		return json.Number(strconv.Itoa(len(v))), true
	case map[string]any:
		if m, ok := v["length"]; ok && memberFirst {
			return m, true
		}
		return json.Number(strconv.Itoa(len(v))), true
	default:
		return nil, false
	}
}

// sized demands a value whose length compares with a constant.
func sized(at place, term *expr.Term, constant expr.Operand, constantLeft, want, memberFirst bool) demand {
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			n, ok := lengthOf(v, memberFirst)
			left, right := expr.Operand{Value: n, Present: ok && present}, constant
			if constantLeft {
				left, right = right, left
			}
			return term.Compare(left, right) == want
		},
		propose: func(t *tree, at place, v any, present bool) []any {
			var out []any
			for _, n := range countsNear(constant.Value) {
				out = append(out, t.resized(at, v, present, n))
			}
			return out
		},
	}
}

// countsNear are the counts that tell on which side of a constant they are.
func countsNear(constant any) []int {
	n := 0
	if number, ok := constant.(json.Number); ok {
		if f, err := number.Float64(); err == nil && f < maxElements && f > -2 {
			n = int(f)
		}
	}
	var out []int
	for _, c := range []int{1, n, n + 1, n - 1, 0, 2} {
		if c >= 0 && c <= 50 && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// ofLength demands a value of a length.
func ofLength(at place, n int) demand {
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			length, ok := lengthOf(v, false)
			return present && ok && length == json.Number(strconv.Itoa(n))
		},
		propose: func(t *tree, at place, v any, present bool) []any { return []any{t.resized(at, v, present, n)} },
	}
}

// exactly demands an array of so many elements; nothing at all will do for none.
func exactly(at place, n int) demand {
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			if !present || v == nil {
				return n == 0
			}
			switch v := v.(type) {
			case []any:
				return len(v) == n
			case map[string]any:
				return len(v) == n
			default:
				return n == 0
			}
		},
		propose: func(t *tree, at place, v any, present bool) []any { return []any{t.resized(at, v, present, n)} },
	}
}

// empty demands a value that is empty, or is not.
func empty(at place, want bool) demand {
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			n, ok := lengthOf(v, false)
			isEmpty := !present || v == nil || ok && n == json.Number("0")
			return isEmpty == want
		},
		propose: func(t *tree, at place, v any, present bool) []any {
			if want {
				return []any{t.resized(at, v, present, 0)}
			}
			return []any{t.resized(at, v, present, 1)}
		},
	}
}

// matching demands a value in whose text a pattern is found, or is not.
func matching(at place, pattern string, want, textOnly bool) (demand, bool) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return demand{}, false
	}
	return demand{
		at: at,
		check: func(v any, present bool) bool {
			if _, isText := v.(string); textOnly && !isText {
				return !want
			}
			return present && v != nil && re.MatchString(expr.Text(v)) == want
		},
		propose: func(t *tree, at place, _ any, _ bool) []any {
			if !want {
				return nil
			}
			var out []any
			for _, least := range []int{0, lengthBound(t.schemaAt(at.path), "minLength")} {
				if text, ok := sample.Match(pattern, least, 10_000); ok {
					out = append(out, text)
					if s := t.schemaAt(at.path); s != nil && !sample.Fits(s, text) && isNumeral(text) {
						out = append(out, json.Number(text))
					}
				}
			}
			return out
		},
	}, true
}

func lengthBound(s sample.Schema, keyword string) int {
	if s == nil {
		return 0
	}
	v, _ := s.Keyword(keyword)
	n, _ := v.(json.Number)
	bound, err := strconv.Atoi(n.String())
	if err != nil {
		return 0
	}
	return bound
}

func isNumeral(text string) bool {
	return json.Valid([]byte(text)) && strings.Trim(text, "0123456789.-+eE") == "" && text != ""
}

// resized returns a value with so many elements, members or characters.
func (t *tree) resized(at place, v any, present bool, n int) any {
	s := t.schemaAt(at.path)
	name := lastName(at.path)
	if v == nil || !present {
		v = any([]any{})
		if s != nil && !isArray(s) {
			v = t.sampleAt(s, name, 0)
		}
	}
	switch v := v.(type) {
	case []any:
		out := slices.Clone(v[:min(n, len(v))])
		for len(out) < n {
			out = append(out, t.sampleAt(below(s, element(len(out))), name, len(out)))
		}
		return out
	case map[string]any:
		out := maps.Clone(v)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if len(out) > n {
				delete(out, k)
			}
		}
		for i := 1; len(out) < n; i++ {
			k := "key" + strconv.Itoa(i)
			out[k] = t.sampleAt(below(s, member(k)), k, i)
		}
		return out
	case string:
		runes := []rune(v)
		for len(runes) < n {
			runes = append(runes, 'a')
		}
		return string(runes[:n])
	default:
		return v
	}
}
