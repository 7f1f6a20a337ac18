package jsonvalue_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/internal/jsonvalue"
)

func texts() []string {
	return []string{
		`null`, ` true `, `false`, `0`, `-0`, `12345678901234567890.10`, `1e400`, `-1.5E-3`, `""`, `"a\u00e9\ud83d\ude00\n\/"`, `"\ud800"`, `"\ud800\u0041"`, `"\uD83D\uDE00"`,
		`[]`, `[1,[2,[]],{}]`, `{}`, `{"a":{"b":[{"c":1},{"c":2}]},"\u0061b":3}`, "{\r\n\t\"a\" : 1 }", `"日本"`,
		``, ` `, `nul`, `truee`, `tru`, `01`, `1.`, `.5`, `+1`, `-`, `1e`, `1e+`, `"`, `"a`, "\"\n\"", `"\x"`, `"\u12"`, `"\u12G4"`, `"\`, `[1`, `[1,]`, `[1 2]`, `[,]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `1 2`, `{}x`, "\"\xff\"", `NaN`, `{"a":1}{"b":2}`,
	}
}

// TestDecodeAgreesWithEncodingJSON holds that the same texts are JSON, with the
// same values.
func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	for _, text := range texts() {
		check(t, text)
	}
}

func check(t *testing.T, text string) {
	t.Helper()
	got, _, _, err := jsonvalue.Decode(text)
	var want any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	valid := utf8.ValidString(text) && json.Valid([]byte(text))
	if valid != (err == nil) {
		t.Fatalf("%q: valid is %v, and the error %v", text, valid, err)
	}
	if !valid {
		return
	}
	if e := dec.Decode(&want); e != nil {
		t.Fatal(e)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: (-want +got)\n%s", text, diff)
	}
}

func TestDecodeNamesWhatStandsTwice(t *testing.T) {
	v, name, twice, err := jsonvalue.Decode(`{"a":{"b":1,"\u0062":2,"c":3,"c":4}}`)
	if err != nil || !twice || name != "b" {
		t.Errorf("name is %q, twice %v, error %v", name, twice, err)
	}
	if diff := cmp.Diff(map[string]any{"a": map[string]any{"b": json.Number("2"), "c": json.Number("4")}}, v); diff != "" {
		t.Error(diff)
	}
	if _, _, twice, _ = jsonvalue.Decode(`[{"a":1},{"a":1}]`); twice {
		t.Error("names of different objects are not the same name")
	}
}

func TestDecodeSaysWhereItIsWrong(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{\n  \"é\": tru\n}", "line 2, column 8: no value begins like that"},
		{`{"secret": "abc`, "line 1, column 16: it ends too early"},
		{`[1,2`, "line 1, column 5: it ends too early"},
		{"\"a\xffb\"", "line 1, column 3: it is not UTF-8"},
		{`{} {}`, "line 1, column 4: there is more after its end"},
		{strings.Repeat("[", jsonvalue.MaxDepth+1), "line 1, column 10001: it is nested deeper than 10000 levels"},
	}
	for _, test := range tests {
		_, _, _, err := jsonvalue.Decode(test.text)
		if err == nil || err.Error() != test.want {
			t.Errorf("%.20q: error is %v, want %s", test.text, err, test.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range texts() {
		f.Add(text)
	}
	f.Fuzz(check)
}

func BenchmarkDecode(b *testing.B) {
	text := `{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id":12345,"name":"some name","tags":["a","b"],"ok":true},`, 1000), ",") + `]}`
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := jsonvalue.Decode(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	text := `{"items":[` + strings.TrimSuffix(strings.Repeat(`{"id":12345,"name":"some name","tags":["a","b"],"ok":true},`, 1000), ",") + `]}`
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDecodeBoundsTheNumberOfValues(t *testing.T) {
	text := "[" + strings.Repeat("0,", jsonvalue.MaxValues) + "0]"
	if _, _, _, err := jsonvalue.Decode(text); err == nil || !strings.HasSuffix(err.Error(), "it has more than 5000000 values") {
		t.Errorf("error is %v", err)
	}
	if _, _, _, err := jsonvalue.Decode("[" + strings.Repeat("0,", 100_000) + "0]"); err != nil {
		t.Error(err)
	}
}
