package expr_test

import (
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

func TestMemberNames(t *testing.T) {
	o := expr.Options{Names: declared{inputs: []string{"key"}, steps: map[string][]string{"a": {"id"}}}}
	env := world{"$inputs.key": "k", "$steps.a.outputs.id": decode(t, "7")}
	for name, want := range map[string]string{
		"$inputs.key": "k", "{$inputs.key}-{$steps.a.outputs.id}": "k-7", "x $inputs.key": "x k",
		"name": "", "$ref": "", "$inputs.other": "", "$inputs": "", "$inputs.key $inputs.other": "k $inputs.other", "$response.body#/id": "", "{$inputs.key": "{k",
	} {
		got := ""
		if template, notes, ok := expr.ParseMemberName(name, o); ok {
			v, _ := template.Evaluate(env)
			got = expr.Text(v)
			if len(notes) != 1 || notes[0].Rule != expr.RuleExpressionInName {
				t.Errorf("%q: notes %v", name, notes)
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	strict := o
	strict.Strict = true
	if _, _, ok := expr.ParseMemberName("$inputs.key", strict); ok {
		t.Error("strict: a name is not text")
	}
}
