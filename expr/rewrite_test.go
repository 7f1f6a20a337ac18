package expr_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// rewritings are conditions of the dialect with what they become, without and
// with facts about the values. A caveat is shown by a "~" before it.
var rewritings = []struct{ context, condition, unknown, known string }{
	{"$response.body", `$.status == "done"`, `$[?$.status == "done"]`, ""},
	{"$response.body", `$.status == 'a' || $.status == 'b'`, `$[?$.status == 'a' || $.status == 'b']`, ""},
	{"$response.body", `$.a.b == 'x' && ($.n > 1 || $.n < 0)`, `$[?$.a.b == 'x' && ($.n > 1 || $.n < 0)]`, ""},
	{"$response.body", `$.ok == true`, `$[?$.ok == true]`, ""},
	{"$response.body", `$.ok != true`, `~simple $response.body != null && !($response.body#/ok == true)`, `$[?$.ok != true]`},
	{"$response.body", `$.status != 'done'`, `~$[?$.status != 'done']`, `$[?$.status != 'done']`},
	{"$response.body", `!($.status == 'done')`, `~$[?!($.status == 'done')]`, `$[?!($.status == 'done')]`},
	{"$response.body", `$.status != 'a' && $.status != 'b'`, `~$[?$.status != 'a' && $.status != 'b']`, `$[?$.status != 'a' && $.status != 'b']`},
	{"$response.body", `$.next == null`, `~simple $response.body != null && $response.body#/next == null`, `$[?!$.next || $.next == null]`},
	{"$response.body", `$.next == null || $.next == ''`, `~simple $response.body != null && ($response.body#/next == null || $response.body#/next == '')`, `$[?!$.next || $.next == null || $.next == '']`},
	{"$response.body", `($.next == null || $.next == '') && $.status == 'a'`, `$[?(!$.next || $.next == null || $.next == '') && $.status == 'a']`, ""},
	{"$response.body", `$.next != null && $.next != ''`, `$[?$.next && $.next != null && $.next != '']`, ""},
	{"$response.body", `$.n >= 3`, `$[?$.n >= 3]`, ""},
	{"$response.body", `$.items.length > 0`, `~$[?length($.items) > 0]`, `$[?length($.items) > 0]`},
	{"$response.body", `$.items.length == 0`, `~$[?!$.items || $.items == null || length($.items) == 0]`, `$[?!$.items || $.items == null || length($.items) == 0]`},
	{"$response.body", `$.items.length != 0`, `~$[?$.items && $.items != null && length($.items) != 0]`, `$[?$.items && $.items != null && length($.items) != 0]`},
	{"$response.body", `!(2 > $.items.length)`, `~$[?!(!$.items || $.items == null || 2 > length($.items))]`, `$[?!(!$.items || $.items == null || 2 > length($.items))]`},
	{"$response.body", `$.items.length != 3`, `~$[?length($.items) != 3]`, `$[?length($.items) != 3]`},
	{"$response.body", `$.items.length < $.n`, `~$[?length($.items) < $.n]`, `~$[?length($.items) < $.n]`},
	{"$response.body", `!$.items.length`, `~$[?!(length($.items) > 0)]`, `$[?!(length($.items) > 0)]`},
	{"$response.body", `$.box.length > 5`, `~$[?length($.box) > 5]`, `~$[?$.box.length > 5]`},
	{"$response.body", `$.items empty true`, `~$[?!$.items || $.items == null || length($.items) == 0]`, `$[?!$.items || length($.items) == 0]`},
	{"$response.body", `$.items empty false`, `$[?$.items && $.items != null && length($.items) != 0]`, `$[?length($.items) > 0]`},
	{"$response.body", `$.items[?@ == 1].length == 0`, `~$[?count($.items[?@ == 1]) == 0]`, `$[?count($.items[?@ == 1]) == 0]`},
	{"$response.body", `$.items[?@ == 1] empty false`, `$[?count($.items[?@ == 1]) > 0]`, ""},
	{"$response.body", `$.items[?@ == '$inputs.text']`, `~$.items[?@ == '{$inputs.text}']`, `$.items[?@ == '{$inputs.text}']`},
	{"$response.body", `$.items[?@ == "$inputs.number"]`, `~$.items[?@ == "{$inputs.number}"]`, `$.items[?@ == {$inputs.number}]`},
	{"$response.body", `$.items[?@ == $inputs.text].length > 0`, `-`, `$[?count($.items[?@ == '{$inputs.text}']) > 0]`},
	{"$response.body", `$.n <= $inputs.number`, `~simple $response.body#/n <= $inputs.number`, `$[?$.n <= {$inputs.number}]`},
	{"$response.body", `$.status == $inputs.text`, `~simple $response.body#/status == $inputs.text`, `$[?$.status == '{$inputs.text}']`},
	{"$response.body", `$.status != $inputs.text`, `~simple $response.body != null && !($response.body#/status == $inputs.text)`, `$[?$.status != '{$inputs.text}']`},
	{"$response.body", `$.status == 'x-$inputs.text'`, `~$[?$.status == 'x-{$inputs.text}']`, `$[?$.status == 'x-{$inputs.text}']`},
	{"$response.body", `match($.status, 'd.*')`, `$[?match($.status, 'd.*')]`, ""},
	{"$response.body", `length($.status) > 3`, `$[?length($.status) > 3]`, ""},
	{"$response.body", `$.status == $.a.b`, `~$[?$.status == $.a.b]`, `~$[?$.status == $.a.b]`},
	{"$response.body", `$.status && $.n == 1`, `$[?$.status && $.n == 1]`, ""},
	{"$response.body", `$.length > 0`, `~$[?length($) > 0]`, `$[?length($) > 0]`},
	{"$response.body#/items", `$.length == 0`, `~regex ^(\[\]|\{\})?$`, `regex ^\[\]$`},
	{"$response.body#/items", `$.length > 0`, `~$[?length($) > 0]`, `$[?length($) > 0]`},
	{"$response.body#/items", `$ empty true`, `~regex ^(\[\]|\{\})?$`, `regex ^\[\]$`},
	{"$response.body#/status", `$ == 'done.'`, `regex ^done\.$`, ""},
	{"$response.body#/status", `@ == '5'`, `~regex ^5$`, `simple $response.body#/status == '5'`},
	{"$response.body#/n", `$ == 5`, `~simple $response.body#/n == 5`, `simple $response.body#/n == 5`},
	{"$response.body#/n", `$ > 2`, `~simple $response.body#/n > 2`, `simple $response.body#/n > 2`},
	{"$response.body", `$[?@.status == 'done']`, `$[?@.status == 'done']`, `$[?$.status == 'done']`},
	{"$response.body", `$[?(@.status == '@' || count(@.items[?@ == 1]) > 0)]`, `$[?(@.status == '@' || count(@.items[?@ == 1]) > 0)]`, `$[?($.status == '@' || count($.items[?@ == 1]) > 0)]`},
	{"$response.body", `$[?@.status != $inputs.text]`, `-`, `$[?$.status != '{$inputs.text}']`},
	{"$response.body", `$[?@.status == 'done'].a`, `$[?@.status == 'done'].a`, `-`},
	{"$response.body", `$.a == 'x' == true`, `-`, `-`},
	{"$inputs", `$.flag == true`, `simple $inputs.flag == true`, ""},
	{"$inputs", `$.flag != true`, `simple !($inputs.flag == true)`, ""},
	{"$inputs", `$.text == null`, `simple $inputs.text == null`, ""},
	{"$inputs", `$.text == 'url'`, `$inputs.text regex ^url$`, ""},
	{"$inputs", `$.list.length > 0`, `~$inputs.list $[?length($) > 0]`, `$inputs.list $[?length($) > 0]`},
	{"$inputs", `$.list.length == 0`, `~$inputs.list regex ^(\[\]|\{\})?$`, `~$inputs.list regex ^\[\]$`},
	{"$inputs", `$.list[0] == 'a'`, `$inputs.list $[?$[0] == 'a']`, ""},
	{"$inputs", `$.kind == 'Url' || $.flag == true`, `~simple $inputs.kind == 'Url' || $inputs.flag == true`, `simple $inputs.kind == 'Url' || $inputs.flag == true`},
	{"$inputs", `$.text == 'url' || $.flag == true`, `~simple $inputs.text == 'url' || $inputs.flag == true`, `~simple $inputs.text == 'url' || $inputs.flag == true`},
	{"$inputs", `$.list`, `-`, `-`},
}

// schema knows the types of the values in the tests.
type schema struct{}

func (schema) Describe(e *expr.Expression) expr.Facts {
	known := map[string]expr.Facts{
		"$response.body":             {Types: expr.TypeObject, Filled: true},
		"$response.body#/items":      {Types: expr.TypeArray},
		"$response.body#/status":     {Types: expr.TypeString},
		"$response.body#/n":          {Types: expr.TypeNumber},
		"$response.body#/box":        {Types: expr.TypeObject},
		"$response.body#/box/length": {Types: expr.TypeNumber, Declared: true},
		"$inputs.text":               {Types: expr.TypeString, Present: true},
		"$inputs.number":             {Types: expr.TypeNumber, Present: true},
		"$inputs.flag":               {Types: expr.TypeBoolean},
		"$inputs.kind":               {Types: expr.TypeString, Texts: []string{"Url", "file"}},
		"$inputs.list":               {Types: expr.TypeArray},
		"$inputs":                    {Types: expr.TypeObject, Present: true},
	}
	return known[e.String()]
}

// conforms reports whether a body is as the schema says.
func conforms(body any) bool {
	o, is := body.(map[string]any)
	for name, types := range map[string][]string{"items": {"[]interface {}"}, "status": {"string"}, "n": {"json.Number"}, "box": {"map[string]interface {}"}} {
		if v, has := o[name]; has && !slices.Contains(types, fmt.Sprintf("%T", v)) {
			return false
		}
	}
	_, has := o["length"]
	return is && len(o) > 0 && !has
}

func inputNames() expr.Names {
	return declared{inputs: []string{"text", "number", "flag", "list", "kind"}}
}

// bodies are replies of all kinds: matching, not matching, of another case,
// missing, null, of the wrong type.
func bodies(t *testing.T) []any {
	values := map[string][]string{
		"status": {`"done"`, `"DONE"`, `"other"`, `"a"`, `"A"`, `"url"`, `""`, `null`, `5`, `"5"`, `true`, `["done"]`, `{}`},
		"a":      {`{"b":"x"}`, `{"b":"X"}`, `{"b":null}`, `{}`, `"x"`, `null`},
		"ok":     {`true`, `false`, `"true"`, `null`, `1`},
		"next":   {`null`, `""`, `"t"`, `0`, `[]`, `{}`},
		"n":      {`0`, `1`, `3`, `3.0`, `"3"`, `"x"`, `-1`, `null`, `5`, `"5"`},
		"items":  {`[]`, `[1]`, `["1"]`, `["url"]`, `[5]`, `"[]"`, `{}`, `{"length":0}`, `{"length":7}`, `{"x":1}`, `""`, `"ab"`, `null`, `7`, `true`},
		"box":    {`{"length":7}`, `{"length":2}`, `{}`, `{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}`, `[]`, `null`},
		"length": {`0`, `3`, `null`},
	}
	out := []any{}
	for _, text := range []string{`{}`, `[]`, `5`, `0`, `true`, `false`, `"text"`, `""`, `"[]"`, `"done."`, `null`, `{"x":1}`, `[1]`, `[{}]`, `[null]`} {
		out = append(out, decode(t, text))
	}
	names := []string{"status", "a", "ok", "next", "n", "items", "box", "length"}
	for _, name := range names {
		for _, v := range values[name] {
			out = append(out, decode(t, fmt.Sprintf(`{%q:%s}`, name, v)))
		}
	}
	for _, s := range values["status"][:3] {
		for _, n := range values["n"][:3] {
			out = append(out, decode(t, fmt.Sprintf(`{"status":%s,"n":%s,"a":{"b":%s}}`, s, n, s)))
		}
	}
	return out
}

// reply is an environment with a body, which may be absent, and inputs.
type reply struct {
	body   any
	absent bool
	inputs map[string]any
}

func (r reply) Lookup(e *expr.Expression) (any, bool) {
	switch {
	case e.Root == expr.RootInputs && e.Whole:
		return r.inputs, true
	case e.Root == expr.RootInputs:
		v, ok := r.inputs[e.Name]
		return v, ok
	case e.Root == expr.RootResponse && e.Part == expr.PartBody:
		return r.body, !r.absent
	default:
		return nil, false
	}
}

func describe(r expr.Rewriting, err error, context string) string {
	switch {
	case errors.Is(err, expr.ErrNoForm):
		return "-"
	case err != nil:
		return err.Error()
	}
	var b strings.Builder
	if r.Caveat != "" {
		b.WriteString("~")
	}
	if r.Spec.Context != context && r.Spec.Type != "simple" {
		b.WriteString(r.Spec.Context + " ")
	}
	if r.Spec.Type != "jsonpath" {
		b.WriteString(r.Spec.Type + " ")
	}
	b.WriteString(r.Spec.Condition)
	return b.String()
}

func TestRewriteCriterion(t *testing.T) {
	for _, test := range rewritings {
		t.Run(test.context+" "+test.condition, func(t *testing.T) {
			spec := expr.CriterionSpec{Type: "jsonpath", Context: test.context, Condition: test.condition}
			for _, version := range []expr.Version{expr.V1_0, expr.V1_1} {
				o := expr.Options{Version: version, Names: inputNames()}
				r, err := expr.RewriteCriterion(spec, o)
				if got := describe(r, err, test.context); got != test.unknown {
					t.Errorf("%s, without facts:\n got %s\nwant %s\n(%s%v)", version, got, test.unknown, r.Caveat, err)
				}
				o.Values = schema{}
				want := test.known
				if want == "" {
					want = test.unknown
				}
				r, err = expr.RewriteCriterion(spec, o)
				if got := describe(r, err, test.context); got != want {
					t.Errorf("%s, with facts:\n got %s\nwant %s\n(%s%v)", version, got, want, r.Caveat, err)
				}
			}
		})
	}
}

// TestRewrittenCriteriaMeanTheSame compares the verdicts of the criterion of the
// dialect in default mode with those of the new one in strict mode, over replies
// of all kinds. With a caveat there must be a reply for which they differ.
func TestRewrittenCriteriaMeanTheSame(t *testing.T) {
	inputs := []map[string]any{
		{"text": "url", "number": json.Number("3"), "flag": true, "list": []any{}},
		{"text": "done", "number": json.Number("1"), "flag": false, "list": []any{"a"}},
		{"text": "URL", "number": json.Number("0"), "list": []any{json.Number("1")}},
		{"text": "a", "number": json.Number("5"), "kind": "Url"},
	}
	all := bodies(t)
	for _, test := range rewritings {
		for _, known := range []bool{false, true} {
			o := expr.Options{Names: inputNames()}
			if known {
				o.Values = schema{}
			}
			spec := expr.CriterionSpec{Type: "jsonpath", Context: test.context, Condition: test.condition}
			r, err := expr.RewriteCriterion(spec, o)
			if err != nil || r.Spec.Condition == spec.Condition {
				continue
			}
			before, _, err := expr.CompileCriterion(spec, expr.Options{Names: inputNames()})
			if err != nil {
				t.Fatal(err)
			}
			after, _, err := expr.CompileCriterion(r.Spec, expr.Options{Names: inputNames(), Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			differ := ""
			try := func(env reply) {
				x, _ := before.Evaluate(env)
				y, _ := after.Evaluate(env)
				if x != y {
					differ = fmt.Sprintf("%t became %t for body %v (absent: %t), inputs %v", x, y, env.body, env.absent, env.inputs)
				}
			}
			given := inputs
			if !known {
				given = append(slices.Clone(inputs), map[string]any{}, map[string]any{"text": json.Number("5"), "number": "3", "flag": "true", "list": map[string]any{"length": json.Number("0")}},
					map[string]any{"text": nil, "number": nil, "flag": nil, "list": "[]"}, map[string]any{"list": nil, "kind": "url"})
			}
			for _, in := range given {
				try(reply{absent: true, inputs: in})
				for _, body := range all {
					if !known || conforms(body) {
						try(reply{body: body, inputs: in})
					}
				}
			}
			switch {
			case r.Caveat == "" && differ != "":
				t.Errorf("%s %s => %s (facts: %t): %s", test.context, test.condition, describe(r, nil, test.context), known, differ)
			case r.Caveat != "" && differ == "" && !known:
				t.Errorf("%s %s => %s: nothing shows that %s", test.context, test.condition, describe(r, nil, test.context), r.Caveat)
			}
		}
	}
}
