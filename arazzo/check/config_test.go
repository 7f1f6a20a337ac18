package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

func TestParseConfig(t *testing.T) {
	config, list := check.ParseConfig("c", []byte(`# how we check
rules:
  missing-parameter: error
  dotted-access: off
  "jsonpath-length": info
ignore: [drafts/, '**/*.old.yaml']
sources:
  pets: ../pets.yaml
strict: true
fail-on: warning
`))
	if len(list) > 0 {
		t.Fatalf("%v", list)
	}
	want := &check.Config{
		Rules:   map[string]check.Level{"missing-parameter": check.Error, "dotted-access": check.Off, "jsonpath-length": check.Info},
		Ignore:  []string{"drafts/", "**/*.old.yaml"},
		Sources: map[string]string{"pets": "../pets.yaml"},
		Strict:  true, FailOn: diag.Warning,
	}
	if d := cmp.Diff(want, config); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestParseConfigOfNothing(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "{}", "rules:\nsources: {}\n"} {
		if _, list := check.ParseConfig("c", []byte(text)); len(list) > 0 {
			t.Errorf("%q: %v", text, list)
		}
	}
}

func TestParseConfigReportsAllProblems(t *testing.T) {
	tests := []struct{ text, want string }{
		{"rulez: {}", `c:1:1: a configuration has no member "rulez" | did you mean "rules"?`},
		{"other: {}", `c:1:1: a configuration has no member "other" | the members are rules, ignore, sources, strict, fail-on`},
		{"rules: {missing-parametr: off}", `c:1:9: "rules" has no rule "missing-parametr" | did you mean "missing-parameter"?`},
		{"rules: {xyz: off}", `c:1:9: "rules" has no rule "xyz" | "arazzo rules" lists all rules`},
		{"rules: {missing-parameter: loud}", `c:1:28: "missing-parameter" has no value "loud" | use one of error, warning, info, off`},
		{"rules: {missing-parameter: [off]}", `c:1:28: "missing-parameter" must be one of error, warning, info, off | `},
		{"rules: [a]", `c:1:8: "rules" must be an object | `},
		{"ignore: drafts", `c:1:9: "ignore" must be a list of patterns | `},
		{"ignore: ['[', '!a', 7]", `c:1:10: "[" is no pattern: a "[" or a "\" is not ended | 
c:1:15: the pattern "!a" begins with "!", which has no meaning here | name what is to be ignored only
c:1:21: a pattern must be a text that is not empty | `},
		{"sources: {a: {}}", `c:1:14: the location of source "a" must be a text that is not empty | `},
		{"strict: yes", `c:1:9: "strict" must be true or false | `},
		{"fail-on: off", `c:1:10: "fail-on" has no value "off" | use one of error, warning`},
		{"strict: true\nstrict: false", `c:2:1: "strict" stands twice in the configuration | remove one of the two`},
		{"- a", `c:1:1: the configuration must be an object | `},
		{"a: [", `c:1: the configuration is no YAML: did not find expected node content | `},
		{"? [a]\n: b", `c:1:3: a name must be a string | `},
	}
	for _, test := range tests {
		_, list := check.ParseConfig("c", []byte(test.text))
		var got []string
		for _, d := range list {
			if d.Rule != check.ConfigRule || d.Severity != diag.Error {
				t.Errorf("%+v", d)
			}
			got = append(got, fmt.Sprintf("%s: %s | %s", d.Range, d.Message, d.Hint))
		}
		if d := cmp.Diff(test.want, strings.Join(got, "\n")); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, d)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("rules: {missing-parameter: off}\nignore: [a]\nsources: {a: b}\nstrict: true\nfail-on: error\n")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		config, list := check.ParseConfig("c", []byte(text))
		if config == nil {
			t.Error("no configuration")
		}
		for _, d := range list {
			if d.Severity != diag.Error {
				t.Errorf("%+v", d)
			}
		}
	})
}
