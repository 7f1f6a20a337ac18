package arazzo

import (
	"bytes"
	"errors"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// fixer keeps account of the changes that mend what a check finds. A text may
// be read in several places: through aliases, or as a component that several
// workflows use. A change of it is right only if all of them need the same.
type fixer struct {
	// visits are the places in which a text was read, by where it is written.
	visits map[writtenAt]*visits
	// wanted counts the places that need an edit.
	wanted map[diag.Edit]*want
	// places are the texts that the edits of a fix change.
	places map[*diag.Fix][]Origin
	// names are what the diagnostics about names are about, and occurrences the
	// expressions in which names stand.
	names       map[diagnosticKey]declared
	occurrences []occurrence
	occurred    map[occurrenceKey]bool
	// texts are those of documents that may hold expressions.
	texts map[*Document][]*node
}

// want counts the visits in which an edit was found to be needed.
type want struct{ count, last int }

func newFixer() *fixer {
	return &fixer{
		visits: map[writtenAt]*visits{}, wanted: map[diag.Edit]*want{}, places: map[*diag.Fix][]Origin{},
		names: map[diagnosticKey]declared{}, occurred: map[occurrenceKey]bool{}, texts: map[*Document][]*node{},
	}
}

// writtenAt is where a text is written.
type writtenAt struct {
	src    *source
	offset int
}

// visits are the places in which a text was read.
type visits struct {
	count int
	nodes map[*node]bool
}

// visit notes that the text at a place is read.
func (f *fixer) visit(places ...Origin) {
	if f == nil {
		return
	}
	for _, o := range places {
		at := writtenAt{o.src, o.node.offset}
		v := f.visits[at]
		if v == nil {
			v = &visits{nodes: map[*node]bool{}}
			f.visits[at] = v
		}
		v.count++
		v.nodes[o.node] = true
	}
}

// change is an edit of the text at a place, or the reason why there is none.
type change struct {
	place Origin
	edit  diag.Edit
	err   error
}

func replace(place Origin, text string) change {
	e, err := place.Replace(text)
	return change{place, e, err}
}

// rewrite is replace with as little touched as possible.
func rewrite(place Origin, text string) []change {
	edits, err := place.Rewrite(text)
	if err != nil {
		return []change{{place: place, err: err}}
	}
	return changes(place, edits)
}

func changes(place Origin, edits []diag.Edit) []change {
	list := make([]change, len(edits))
	for i, e := range edits {
		list[i] = change{place: place, edit: e}
	}
	return list
}

func replacePart(place Origin, offset, end int, text string) change {
	e, err := place.ReplacePart(offset, end, text)
	return change{place, e, err}
}

func remove(object Origin, names ...string) []change {
	edits, err := object.Remove(names...)
	if err != nil {
		return []change{{place: object, err: err}}
	}
	return changes(object, edits)
}

// attach gives a diagnostic a fix. Changes that change nothing are left out; if
// one cannot be made there is no fix.
func (f *fixer) attach(d *diag.Diagnostic, message, caveat string, list ...change) {
	if f == nil {
		return
	}
	fix := &diag.Fix{Message: message, Caveat: caveat}
	var places []Origin
	for _, c := range list {
		switch {
		case c.err != nil:
			d.NoFix = reasonOf(c.err)
			return
		case c.edit.Start == c.edit.End && c.edit.Text == "":
		default:
			fix.Edits = append(fix.Edits, c.edit)
			places = append(places, c.place)
		}
	}
	if len(fix.Edits) == 0 {
		return
	}
	for i, e := range fix.Edits {
		f.want(e, places[i])
	}
	f.places[fix] = places
	d.Fix = fix
}

// want notes that an edit is needed in the visit of its text that goes on.
func (f *fixer) want(e diag.Edit, place Origin) {
	w := f.wanted[e]
	if w == nil {
		w = &want{}
		f.wanted[e] = w
	}
	v := f.visits[writtenAt{place.src, place.node.offset}]
	if v == nil || w.last == v.count {
		return
	}
	w.count, w.last = w.count+1, v.count
}

// reasonOf is what an error says without the sentence that all of them share.
func reasonOf(err error) string {
	text := err.Error()
	for _, shared := range []error{ErrNotEditable, expr.ErrNoForm} {
		if errors.Is(err, shared) {
			text = strings.TrimPrefix(text, shared.Error()+": ")
		}
	}
	return text
}

// review takes back the fixes that are not right in every place in which the
// text is read.
func (f *fixer) review(list diag.List) {
	if f == nil {
		return
	}
	counts := map[*source]map[int]int{}
	for i := range list {
		d := &list[i]
		for k, place := range f.places[d.Fix] {
			at := writtenAt{place.src, place.node.offset}
			if counts[place.src] == nil {
				counts[place.src] = readings(place)
			}
			v := f.visits[at]
			if v == nil || len(v.nodes) < counts[place.src][at.offset] || f.wanted[d.Fix.Edits[k]].count < v.count {
				d.Fix, d.NoFix = nil, "the text is used in several places, and not all of them need the change"
				break
			}
		}
	}
}

// mend attaches a fix to a problem of a text that is read in one place only.
func mend(d *diag.Diagnostic, message, caveat string, place Origin, edits []diag.Edit, err error) {
	switch {
	case err != nil:
		d.NoFix = reasonOf(err)
	case place.isShared() || place.node.isElsewhere():
		d.NoFix = "the text is used in several places"
	default:
		d.Fix = &diag.Fix{Message: message, Caveat: caveat, Edits: edits}
	}
}

// isShared reports whether the text at a place is read in other places, too.
func (o Origin) isShared() bool {
	return o.node != nil && bytes.IndexByte(o.src.text, '*') >= 0 && readings(o)[o.node.offset] > 1
}

// readings counts the values of a document by where they are written. Values of
// extensions, which only serve as anchors, do not count.
func readings(of Origin) map[int]int {
	root := of.node
	for root.parent != nil {
		root = root.parent
	}
	counts := map[int]int{}
	var count func(n *node, data bool)
	count = func(n *node, data bool) {
		if n.kind == String || n.kind == Object {
			counts[n.offset]++
		}
		for _, c := range n.children {
			// What users put into a payload is theirs, whatever it is called.
			inside := data || c.key == "payload" || c.key == "value" || c.key == "inputs"
			if inside || n.kind != Object || !strings.HasPrefix(c.key, "x-") {
				count(c, inside)
			}
		}
	}
	count(root, false)
	return counts
}
