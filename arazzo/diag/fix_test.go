package diag_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

func TestApply(t *testing.T) {
	edit := func(start, end int, text string) diag.Edit {
		return diag.Edit{File: "a.yaml", Start: start, End: end, Text: text}
	}
	for _, test := range []struct {
		name  string
		edits []diag.Edit
		want  string
	}{
		{"nothing", nil, "0123456789"},
		{"replace", []diag.Edit{edit(2, 5, "x")}, "01x56789"},
		{"remove", []diag.Edit{edit(0, 10, "")}, ""},
		{"insert", []diag.Edit{edit(10, 10, "x")}, "0123456789x"},
		{"any order", []diag.Edit{edit(8, 9, "b"), edit(1, 2, "a")}, "0a234567b9"},
		{"side by side", []diag.Edit{edit(4, 6, "b"), edit(2, 4, "a")}, "01ab6789"},
		{"insertions at one place", []diag.Edit{edit(3, 3, "a"), edit(3, 3, "b"), edit(3, 3, "b")}, "012abb3456789"},
		{"insertion before a replacement", []diag.Edit{edit(3, 4, "b"), edit(3, 3, "a")}, "012ab456789"},
		{"twice the same", []diag.Edit{edit(3, 4, "b"), edit(3, 4, "b")}, "012b456789"},
		{"zero value", []diag.Edit{{}}, "0123456789"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := diag.Apply("0123456789", test.edits)
			if err != nil || got != test.want {
				t.Errorf("%q, %v, want %q", got, err, test.want)
			}
		})
	}
	for _, test := range []struct {
		name    string
		edits   []diag.Edit
		overlap bool
	}{
		{"shared byte", []diag.Edit{edit(2, 5, "a"), edit(4, 6, "b")}, true},
		{"one inside another", []diag.Edit{edit(2, 8, "a"), edit(4, 6, "b")}, true},
		{"insertion inside", []diag.Edit{edit(2, 8, "a"), edit(4, 4, "b")}, true},
		{"same place, other text", []diag.Edit{edit(2, 3, "a"), edit(2, 3, "b")}, true},
		{"behind the end", []diag.Edit{edit(9, 11, "")}, false},
		{"backwards", []diag.Edit{edit(5, 4, "")}, false},
		{"before the start", []diag.Edit{edit(-1, 4, "")}, false},
		{"two files", []diag.Edit{edit(1, 2, ""), {File: "b.yaml", Start: 3, End: 4}}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := diag.Apply("0123456789", test.edits)
			if err == nil || got != "" || errors.Is(err, diag.ErrOverlap) != test.overlap {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestFixIsPlainData(t *testing.T) {
	fix := diag.Fix{Message: "m", Edits: []diag.Edit{{File: "a.yaml", Start: 1, End: 2, Text: "x"}}}
	text, err := json.Marshal(fix)
	if want := `{"message":"m","edits":[{"file":"a.yaml","start":1,"end":2,"text":"x"}]}`; err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}

func FuzzApply(f *testing.F) {
	f.Add("0123456789", 2, 5, "x", 5, 6, "")
	f.Add("", 0, 0, "x", 0, 0, "y")
	f.Fuzz(func(t *testing.T, text string, start, end int, with string, start2, end2 int, with2 string) {
		got, err := diag.Apply(text, []diag.Edit{{Start: start, End: end, Text: with}, {Start: start2, End: end2, Text: with2}})
		if err == nil && len(got) > len(text)+len(with)+len(with2) {
			t.Errorf("%q", got)
		}
	})
}
