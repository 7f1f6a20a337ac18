package expr_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
)

func TestBinaryIsItsBytesWhereTextIsAsked(t *testing.T) {
	b := expr.NewBinary([]byte("\x00\xffPNG"), "image/png")
	if got := expr.Text(b); got != "\x00\xffPNG" {
		t.Errorf("text is %q", got)
	}
	kept := &expr.Binary{File: "/tmp/x", Size: 5, SHA256: b.SHA256}
	if got, want := expr.Text(kept), `{"size":5,"sha256":"`+b.SHA256+`"}`; got != want {
		t.Errorf("text of a file is %s, want %s", got, want)
	}
	for _, test := range []struct {
		b    *expr.Binary
		want string
	}{
		{b, "5 bytes of image/png"}, {kept, "5 bytes"}, {expr.NewBinary([]byte{1}, ""), "1 byte"},
	} {
		if got := test.b.String(); got != test.want {
			t.Errorf("description is %q, want %q", got, test.want)
		}
	}
}

func TestBinaryJSON(t *testing.T) {
	b := expr.NewBinary([]byte("\x00\xff"), "application/zip")
	b.Name = "a.zip"
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"a.zip","mediaType":"application/zip","size":2,"sha256":"06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8","base64":"AP8="}`
	if string(text) != want {
		t.Errorf("JSON is %s, want %s", text, want)
	}
	var back expr.Binary
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, &back); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range []string{
		`{"size":2,"sha256":"06eb","base64":"AP8="}`, `{"size":2,"sha256":""}`, `{"size":1,"sha256":"","base64":"!"}`, `[]`,
		`{"size":2,"sha256":"06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8","base64":"AP8=","file":"/x"}`,
	} {
		if err := json.Unmarshal([]byte(wrong), &back); err == nil {
			t.Errorf("%s was read", wrong)
		}
	}
}

func TestBinaryInConditions(t *testing.T) {
	binary, same := expr.NewBinary([]byte{0xff, 'O', 'K'}, "image/png"), expr.NewBinary([]byte{0xff, 'O', 'K'}, "")
	world := lookups{
		"$response.body": binary, "$inputs.same": same, "$inputs.text": "\xffOK", "$inputs.ok": "ok", "$inputs.kept": &expr.Binary{File: "/x", Size: 3, SHA256: binary.SHA256},
		"$inputs.empty": expr.NewBinary(nil, ""),
	}
	for condition, want := range map[string]bool{
		"$response.body == $inputs.same": true, "$inputs.same != $response.body": false, "$response.body == $inputs.text": true, "$inputs.text == $response.body": true,
		"$response.body == $inputs.ok": false, "$response.body == null": false, "$response.body == 1": false, "$response.body < 1": false,
		"$response.body == $inputs.kept": true, "$inputs.kept == $inputs.text": false,
		"$response.body": true, "$inputs.empty": false,
	} {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Condition: condition}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Evaluate(world); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", condition, got, err, want)
		}
	}
	for _, test := range []struct {
		kind, context, condition string
		passed                   bool
		err                      string
	}{
		{"regex", "$response.body", `OK$`, true, ""},
		{"regex", "$inputs.kept", `OK$`, false, "context $inputs.kept is 3 bytes, which are kept in a file"},
		{"jsonpath", "$response.body", "$.a == 1", false, "context $response.body is 3 bytes of image/png, not JSON"},
		{"xpath", "$response.body", "/a", false, "the context is not XML text"},
	} {
		c, _, err := expr.CompileCriterion(expr.CriterionSpec{Type: test.kind, Context: test.context, Condition: test.condition}, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		passed, err := c.Evaluate(world)
		if message := ""; err != nil {
			message = err.Error()
			if message != test.err {
				t.Errorf("%s: error %q, want %q", test.kind, message, test.err)
			}
		} else if passed != test.passed || test.err != "" {
			t.Errorf("%s: passed %v, want %v %q", test.kind, passed, test.passed, test.err)
		}
	}
}

// lookups is an environment of values by their expressions.
type lookups map[string]any

func (l lookups) Lookup(e *expr.Expression) (any, bool) {
	v, ok := l[e.String()]
	return v, ok
}
