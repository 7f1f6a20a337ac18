package expr_test

import (
	"encoding/json"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true},
		{"1e2", "100", true},
		{"-0", "0", true},
		{"0.0e5", "0", true},
		{"9007199254740993", "9007199254740992", false},
		{"0.1", "0.10000000000000001", false},
		{"123456789012345678901234567890", "1.2345678901234567890123456789e29", true},
		{"100", "1e+2", true},
		{"12.5", "125e-1", true},
		{"0.00125", "125E-5", true},
		{"-1", "1", false},
		{`"a"`, `"A"`, false},
		{`"1"`, "1", false},
		{"null", "null", true},
		{"null", "false", false},
		{"true", "true", true},
		{`[1,{"a":[2.0]}]`, `[1.0,{"a":[2]}]`, true},
		{`[1,2]`, `[2,1]`, false},
		{`{"a":1}`, `{"a":1,"b":null}`, false},
		{`{"a":null}`, `{"b":null}`, false},
		{"[]", "{}", false},
		{`"\u00e9"`, `"é"`, true},
	} {
		a, b := decode(t, c.a), decode(t, c.b)
		if got := expr.Equal(a, b); got != c.want {
			t.Errorf("Equal(%s, %s) = %t", c.a, c.b, got)
		}
		if got := expr.Equal(b, a); got != c.want {
			t.Errorf("Equal(%s, %s) = %t", c.b, c.a, got)
		}
	}
}

// A number with an exponent beyond all reason costs nothing.
func TestEqualHugeExponent(t *testing.T) {
	a, b := json.Number("1e999999999"), json.Number("10e999999998")
	if !expr.Equal(a, b) {
		t.Error("1e999999999 differs from 10e999999998")
	}
	if expr.Equal(json.Number("1e99999999999999999999"), json.Number("2e99999999999999999999")) {
		t.Error("numbers beyond the limit are equal though their texts differ")
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		`"a \"b\""`:                     `a "b"`,
		"9007199254740993":              "9007199254740993",
		"1.50":                          "1.50",
		"true":                          "true",
		"null":                          "null",
		`{"b":1,"a":[1,"x",null]}`:      `{"a":[1,"x",null],"b":1}`,
		`["<&>\u2028é\n\u0001\"\\"]`:    "[\"<&>\u2028é\\n\\u0001\\\"\\\\\"]",
		`[]`:                            "[]",
		`{}`:                            "{}",
		`{"a":{"b":{"c":[[[false]]]}}}`: `{"a":{"b":{"c":[[[false]]]}}}`,
	} {
		if got := expr.Text(decode(t, text)); got != want {
			t.Errorf("Text(%s) = %s, want %s", text, got, want)
		}
	}
	for _, v := range []any{1, int64(1), 1.0} {
		if got := expr.Text(v); got != "1" {
			t.Errorf("Text(%T) = %s", v, got)
		}
	}
	if got := expr.Text([]any{"a\xffb"}); got != `["a`+"\uFFFD"+`b"]` {
		t.Errorf("invalid UTF-8 gives %q", got)
	}
}
