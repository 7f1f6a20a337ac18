package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"gopkg.in/yaml.v3"
)

// comments collects the comments of a YAML text in their order.
func comments(t *testing.T, text []byte) []string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var found []string
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		for _, c := range []string{n.HeadComment, n.LineComment, n.FootComment} {
			if c != "" {
				found = append(found, c)
			}
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(&doc)
	return found
}

// TestFixMendsThePublishedWorkflows holds that every published document can be
// written as the specification has it, but for defects that are its own and
// forms for which the specification has nothing.
func TestFixMendsThePublishedWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../../shared/corpus/*/arazzo/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not on this machine")
	}
	// What is wrong with a document whichever way it is read.
	defects := []string{"ambiguous-operation", "missing-path-parameter", "source-not-found", "unknown-operation", "unsupported-description", "no-server"}
	// Rules for some forms of which the specification has no counterpart.
	remaining := []string{"pointer-expression", "expression-in-name"}
	var cache arazzo.Cache
	load := func(file string, text []byte) (*arazzo.Bundle, diag.List) {
		loader := arazzo.Loader{Cache: &cache}
		return loader.LoadBytes(t.Context(), file, text)
	}
	changed, mended, caveats, compared := 0, map[string]int{}, 0, 0
	left := map[string]int{}
	for i, file := range files {
		if testing.Short() && i%10 > 0 {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fix := func(text []byte) *check.Fixed {
			fixed, err := check.Fix(text, check.FixOptions{Load: func(text []byte) (*arazzo.Bundle, diag.List) { return load(file, text) }})
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			return fixed
		}
		fixed := fix(text)
		for _, d := range fixed.Applied {
			mended[d.Rule]++
			if d.Fix.Caveat != "" {
				caveats++
			}
		}
		for _, d := range fixed.Left {
			left[d.Rule]++
			if !slices.Contains(remaining, d.Rule) {
				t.Errorf("left: %s: %s", d.Error(), d.NoFix)
			}
		}
		for _, strict := range []bool{false, true} {
			b, list := load(file, fixed.After)
			list.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: strict})...)
			for i := range list {
				d := &list[i]
				if (d.Severity == diag.Error && !slices.Contains(defects, d.Rule) || check.IsDialect(d.Rule)) && !slices.Contains(remaining, d.Rule) {
					t.Errorf("strict %t: %s", strict, d.Error())
				}
			}
		}
		if !fixed.Changed() {
			continue
		}
		changed++
		if again := fix(fixed.After); again.Changed() {
			t.Errorf("%s: a second time changes more", file)
		}
		if moved := slices.ContainsFunc(fixed.Applied, func(d diag.Diagnostic) bool { return d.Rule == "retry-on-success" }); moved {
			continue // more lines, more criteria
		}
		if d := cmp.Diff(comments(t, text), comments(t, fixed.After)); d != "" {
			t.Errorf("%s: comments: %s", file, d)
		}
		if got, want := bytes.Count(fixed.After, []byte("\n")), bytes.Count(text, []byte("\n")); got > want {
			t.Errorf("%s: %d lines became %d", file, want, got)
		}
		before, _ := load(file, text)
		compared += sameVerdicts(t, before, fixed)
	}
	t.Logf("%d documents changed, %v mended, %d with a caveat, left %v, %d criteria compared", changed, mended, caveats, left, compared)
}

// criteriaOf lists the criteria of a document in their order.
func criteriaOf(d *arazzo.Document) (list []*arazzo.Criterion, of []*arazzo.Workflow) {
	for _, w := range d.Workflows {
		for _, s := range w.Steps {
			own := slices.Clone(s.SuccessCriteria)
			for _, a := range slices.Concat(s.OnSuccess, s.OnFailure) {
				own = append(own, a.Criteria...)
			}
			list = append(list, own...)
			for range own {
				of = append(of, w)
			}
		}
	}
	return list, of
}

// sameVerdicts compares the criteria that were rewritten, in default mode, with
// what they became, in strict mode, over replies of all kinds.
func sameVerdicts(t *testing.T, before *arazzo.Bundle, fixed *check.Fixed) (compared int) {
	t.Helper()
	caveat := slices.ContainsFunc(fixed.Applied, func(d diag.Diagnostic) bool { return d.Fix.Caveat != "" })
	olds, of := criteriaOf(before.Entry)
	news, ofNew := criteriaOf(fixed.Bundle.Entry)
	if len(olds) != len(news) {
		t.Errorf("%s: %d criteria became %d", before.Entry.Name(), len(olds), len(news))
		return 0
	}
	for i, old := range olds {
		if old.Condition == news[i].Condition {
			continue
		}
		compared++
		o, _, err := expr.CompileCriterion(old.Spec(), expr.Options{Names: of[i].Names()})
		if err != nil {
			t.Fatal(err)
		}
		n, _, err := expr.CompileCriterion(news[i].Spec(), expr.Options{Names: ofNew[i].Names(), Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		verdicts := map[bool]bool{}
		for _, r := range replies(o, of[i]) {
			x, _ := o.Evaluate(r)
			y, _ := n.Evaluate(r)
			verdicts[x] = true
			_, isText := r.body.(string)
			_, isList := r.body.([]any)
			if x != y && (isList || !strings.HasPrefix(old.Condition, "$.length ")) && !(caveat && (isEmpty(r.body) || isText)) && !(isEmpty(r.body) && strings.HasPrefix(news[i].Condition, "$[?")) {
				t.Errorf("%s: %q was %t, %q is %t for %v, inputs %v", before.Entry.Name(), old.Condition, x, news[i].Condition, y, r.body, r.inputs)
				break
			}
		}
		if len(verdicts) != 2 {
			t.Errorf("%s: no reply shows what %q distinguishes", before.Entry.Name(), old.Condition)
		}
	}
	return compared
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	default:
		return v == nil
	}
}

// madeReply is an environment with a body and inputs.
type madeReply struct {
	body   any
	inputs map[string]any
}

func (r madeReply) Lookup(e *expr.Expression) (any, bool) {
	switch {
	case e.Root == expr.RootInputs && e.Whole:
		return r.inputs, true
	case e.Root == expr.RootInputs:
		v, ok := r.inputs[e.Name]
		return v, ok
	case e.Root == expr.RootSteps:
		v, ok := r.inputs["steps "+e.Name+" "+e.Output]
		return v, ok
	case e.Root == expr.RootResponse && e.Part == expr.PartBody:
		return r.body, r.body != nil
	case e.Root == expr.RootStatusCode:
		return json.Number("200"), true
	default:
		return nil, false
	}
}

// replies makes up replies to which a criterion may say one thing or another:
// each of the values that it looks at matches, does not, is of another case,
// of another type, null or missing.
func replies(c *expr.Criterion, w *arazzo.Workflow) []madeReply {
	var pointers []expr.Pointer
	values := []any{"other", json.Number("0"), json.Number("7"), json.Number("100"), true, false, nil, "", []any{}, []any{"a"}, []any{json.Number("1"), "b"}}
	var visit func(t *expr.Term)
	visit = func(t *expr.Term) {
		switch t.Kind { //nolint:exhaustive // the others only hold these
		case expr.TermLiteral:
			values = append(values, t.Value)
			switch v := t.Value.(type) {
			case string:
				values = append(values, strings.ToUpper(v), strings.ToLower(v), v+"x")
			case json.Number:
				values = append(values, string(v), json.Number("1"+string(v)), json.Number("-1"))
			}
		case expr.TermExpression:
			if e := t.Expression; e.Root == expr.RootResponse {
				pointers = append(pointers, e.Pointer)
			} else if e.Root == expr.RootInputs {
				pointers = append(pointers, append(expr.Pointer{e.Name}, e.Pointer...))
			}
		case expr.TermPath:
			if t.Singular {
				pointers = append(pointers, t.Pointer)
			} else {
				pointers = append(pointers, listPointer(t.Text))
				for _, m := range regexp.MustCompile(`'([^'$]*)'`).FindAllStringSubmatch(t.Text, -1) {
					values = append(values, []any{map[string]any{memberOf(t.Text): m[1]}})
				}
				values = append(values, []any{map[string]any{memberOf(t.Text): "given"}}, []any{map[string]any{memberOf(t.Text): json.Number("7")}},
					[]any{"given"}, []any{map[string]any{memberOf(t.Text): "Given"}})
			}
		}
		for _, part := range t.Terms {
			visit(part)
		}
	}
	visit(c.Term())
	inputs := []map[string]any{{}}
	for _, p := range w.InputSchema().Properties {
		kind, _ := p.Schema.Member("type").Text()
		for _, in := range inputs {
			in[p.Name] = map[string]any{"integer": json.Number("7"), "number": json.Number("7"), "boolean": true, "array": []any{"a"}}[kind]
			if in[p.Name] == nil {
				in[p.Name] = "given"
			}
		}
	}
	for e := range c.Expressions() {
		if e.Root == expr.RootSteps {
			inputs[0]["steps "+e.Name+" "+e.Output] = "given"
		}
	}
	var out []madeReply
	add := func(body any) {
		if c.Context() == nil || c.Context().Whole {
			if body, is := body.(map[string]any); is && admits(w, body) {
				// The values serve as those of a reply, too.
				out = append(out, madeReply{body: body, inputs: inputs[0]})
				out = append(out, madeReply{body: map[string]any{}, inputs: body})
			}
			return
		}
		for _, in := range inputs {
			out = append(out, madeReply{body: body, inputs: in})
		}
	}
	add(nil)
	add(map[string]any{})
	add(map[string]any{"zz": nil})
	add("text")
	for _, p := range pointers {
		for _, v := range append(values, "given", json.Number("7")) {
			add(put(nil, p, v))
			for _, q := range pointers {
				if q.String() != p.String() && !strings.HasPrefix(q.String(), p.String()) && !strings.HasPrefix(p.String(), q.String()) {
					for _, u := range values {
						add(put(put(nil, p, v), q, u))
					}
				}
			}
		}
	}
	return out
}

// admits reports whether the schema of the inputs admits values.
func admits(w *arazzo.Workflow, inputs map[string]any) bool {
	for _, p := range w.InputSchema().Properties {
		v, given := inputs[p.Name]
		kind, _ := p.Schema.Member("type").Text()
		want := map[string]string{"integer": "json.Number", "number": "json.Number", "boolean": "bool", "array": "[]interface {}", "string": "string"}[kind]
		if given && want != "" && fmt.Sprintf("%T", v) != want {
			return false
		}
	}
	return true
}

// listPointer is where the list is that a path such as $.items[?…] looks into.
func listPointer(path string) expr.Pointer {
	path, _, _ = strings.Cut(path, "[?")
	var p expr.Pointer
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("$.[]'", r) }) {
		p = append(p, name)
	}
	return p
}

// memberOf is the member of the elements that a filter looks at.
func memberOf(path string) string {
	m := regexp.MustCompile(`@\.(\w+)`).FindStringSubmatch(path)
	if m == nil {
		return "none"
	}
	return m[1]
}

// put puts a value where a pointer leads, and makes what is on the way.
func put(root any, p expr.Pointer, v any) any {
	if len(p) == 0 {
		return v
	}
	if strings.Trim(p[0], "0123456789") == "" {
		list, _ := root.([]any)
		var i int
		_, _ = fmt.Sscan(p[0], &i)
		for len(list) <= i {
			list = append(list, map[string]any{"zz": nil})
		}
		list[i] = put(list[i], p[1:], v)
		return list
	}
	object, is := root.(map[string]any)
	if !is {
		object = map[string]any{"zz": nil}
	}
	object[p[0]] = put(object[p[0]], p[1:], v)
	return object
}
