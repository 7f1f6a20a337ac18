package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

// The document and pointers of RFC 6901, section 5.
func TestPointerRFC6901(t *testing.T) {
	doc := decode(t, `{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}`)
	for text, want := range map[string]string{
		"": "", "/foo": `["bar","baz"]`, "/foo/0": `"bar"`, "/": "0", "/a~1b": "1", "/c%d": "2",
		"/e^f": "3", "/g|h": "4", `/i\j`: "5", `/k"l`: "6", "/ ": "7", "/m~0n": "8",
		"/foo/2": "absent", "/foo/-": "absent", "/foo/01": "absent", "/foo/9999999999": "absent", "/a": "absent", "/foo/0/x": "absent",
	} {
		p, err := expr.ParsePointer(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := p.String(); got != text {
			t.Errorf("%q: String() = %q", text, got)
		}
		got, ok := p.Lookup(doc)
		switch {
		case !ok && want != "absent":
			t.Errorf("%q is absent", text)
		case ok && want == "absent":
			t.Errorf("%q = %v", text, got)
		case ok && want != "" && !expr.Equal(got, decode(t, want)):
			t.Errorf("%q = %v, want %s", text, got, want)
		}
	}
}

func TestPointerErrors(t *testing.T) {
	got := map[string]string{}
	for _, text := range []string{"a", "/a~", "/a~2/b", "~0", "/x/~"} {
		_, err := expr.ParsePointer(text)
		if err == nil {
			t.Errorf("%q is accepted", text)
			continue
		}
		got[text] = err.Error()
	}
	const escape = `: "~" in a JSON pointer is followed by 0 or 1`
	want := map[string]string{
		"a":      `at byte 0: a JSON pointer begins with "/"`,
		"/a~":    "at byte 2" + escape,
		"/a~2/b": "at byte 2" + escape,
		"~0":     `at byte 0: a JSON pointer begins with "/"`,
		"/x/~":   "at byte 3" + escape,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
