package mock

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

// draft is a response without its status: what demands are made of.
type draft struct {
	body   tree
	header map[string]string
	// edits are made on the XML that the body is written as.
	edits []xmlEdit
}

// meet returns the draft changed so that all demands are met, or false.
func (d draft) meet(demands []demand) (draft, bool) {
	header := make(map[string]string, len(d.header))
	for name, value := range d.header { // order: a copy of a map
		header[name] = value
	}
	d.header = header
	groups := grouped(demands)
	for _, g := range groups {
		if !d.settle(g) {
			return d, false
		}
	}
	for i := range demands {
		if v, ok := d.lookup(demands[i].at); !demands[i].check(v, ok) {
			return d, false
		}
	}
	return d, true
}

// grouped sorts demands by their places, those of a value before those of its
// members.
func grouped(demands []demand) [][]demand {
	index := make(map[string]int)
	var groups [][]demand
	for _, d := range demands {
		key := d.at.key()
		i, known := index[key]
		if !known {
			i = len(groups)
			index[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], d)
	}
	slices.SortStableFunc(groups, func(a, b []demand) int { return cmp.Compare(len(a[0].at.path), len(b[0].at.path)) })
	return groups
}

func (d *draft) lookup(at place) (any, bool) {
	if at.header != "" {
		v, ok := d.header[at.header]
		return v, ok
	}
	return d.body.lookup(at.path)
}

// settle finds a value for one place.
func (d *draft) settle(demands []demand) bool {
	at := demands[0].at
	current, exists := d.lookup(at)
	admitted := func(v any, present bool) bool {
		return !slices.ContainsFunc(demands, func(one demand) bool { return !one.check(v, present) })
	}
	if admitted(current, exists) {
		return true
	}
	var proposals []any
	for _, one := range demands {
		if one.propose != nil {
			proposals = append(proposals, one.propose(&d.body, at, current, exists)...)
		}
	}
	if at.header != "" {
		return d.settleHeader(at, proposals, admitted)
	}
	s := d.body.schemaAt(at.path)
	made := d.body.sampleAt(s, lastName(at.path), 0)
	usual := []any{made, "a", "", json.Number("1"), json.Number("0"), json.Number("-1"), true, false, []any{made}, []any{}, map[string]any{"key1": "a"}, map[string]any{}}
	first := append(proposals, usual...)
	if s != nil {
		list := slices.Concat(s.Enum(), proposals, usual)
		first = slices.DeleteFunc(list, func(v any) bool { return v == nil || !sample.Fits(s, v) })
	}
	for _, v := range slices.Concat(first, proposals, usual) {
		if v != nil && admitted(v, true) && d.body.set(at.path, v) {
			return true
		}
	}
	if admitted(nil, false) {
		d.body.remove(at.path)
		return true
	}
	return admitted(nil, true) && d.body.set(at.path, nil)
}

func (d *draft) settleHeader(at place, proposals []any, admitted func(any, bool) bool) bool {
	for _, v := range append(proposals, "a", "1", "0", "") {
		text := expr.Text(v)
		if v != nil && isFieldValue(text) && admitted(text, true) {
			d.header[at.header] = text
			return true
		}
	}
	if admitted(nil, false) {
		delete(d.header, at.header)
		return true
	}
	return false
}

// isFieldValue reports whether a text can be the value of a header field and
// arrives as it was sent.
func isFieldValue(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return text == "" || text[0] != ' ' && text[0] != '\t' && text[len(text)-1] != ' ' && text[len(text)-1] != '\t'
}
