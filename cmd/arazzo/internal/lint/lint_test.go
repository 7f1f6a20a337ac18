package lint_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
)

// write writes files below a folder, each with its folders.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	api = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: https://example.com}]\npaths:\n" +
		"  /a:\n    get:\n      operationId: a\n      parameters: [{name: q, in: query, required: true, schema: {type: string}}]\n      responses: {'200': {description: ok}}\n"
	head = "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.yaml, type: openapi}]\n"
	// sound has no problem, warned the warning missing-parameter, broken the error
	// unknown-operation.
	sound = head + "workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: a\n    parameters: [{name: q, in: query, value: x}]\n" +
		"    successCriteria: [{condition: $statusCode == 200}]\n"
	warned = head + "workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: a\n    successCriteria: [{condition: $statusCode == 200}]\n"
	broken = head + "workflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: b\n    successCriteria: [{condition: $statusCode == 200}]\n"
)

func names(documents []lint.Document) []string {
	var out []string
	for _, d := range documents {
		name := filepath.ToSlash(d.Name)
		if d.Found {
			name += " found"
		}
		out = append(out, name)
	}
	return out
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"b.yaml": sound, "a.yml": "# a comment\n\n" + sound, "c.json": `{"info": {}, "arazzo": "1.0.1"}`, "api.yaml": api, "notes.txt": sound,
		"sub/deep/d.yaml": sound, "sub/empty.yaml": "", "sub/other.json": `{"arazzo.x": 1}`, ".hidden/e.yaml": sound, "node_modules/f.yaml": sound,
		"vendor/g.yaml": sound, "sub/.h.yaml": sound, "none/x.txt": "",
	})
	t.Chdir(dir)
	tests := []struct {
		arguments, want []string
	}{
		{[]string{"."}, []string{"a.yml found", "b.yaml found", "c.json found", "sub/deep/d.yaml found"}},
		{[]string{"sub", "b.yaml", "./b.yaml", filepath.Join(dir, "b.yaml")}, []string{"sub/deep/d.yaml found", "b.yaml"}},
		{[]string{"api.yaml", "missing.yaml"}, []string{"api.yaml", "missing.yaml"}},
		{[]string{"*.y*ml"}, []string{"a.yml found", "b.yaml found"}},
		{[]string{"**/*.yaml"}, []string{"b.yaml found", "sub/deep/d.yaml found"}},
		{[]string{"sub/**/d.*"}, []string{"sub/deep/d.yaml found"}},
		{[]string{filepath.Join(dir, "*.json")}, []string{filepath.ToSlash(dir) + "/c.json found"}},
		{[]string{"https://example.com/a*.yaml", "-"}, []string{"https://example.com/a*.yaml", "-"}},
	}
	for _, test := range tests {
		got, err := lint.Find(test.arguments)
		if err != nil {
			t.Errorf("%q: %v", test.arguments, err)
		}
		if d := cmp.Diff(test.want, names(got)); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.arguments, d)
		}
	}
	for _, argument := range []string{"none", "*.xml", "missing/*.yaml"} {
		_, err := lint.Find([]string{"b.yaml", argument})
		var empty *lint.EmptyError
		if !errors.As(err, &empty) || empty.Argument != argument {
			t.Errorf("%q: %v", argument, err)
		}
	}
}

// rulesOf lists what was found, "document: severity rule" each.
func rulesOf(results []*lint.Result) []string {
	var out []string
	for _, r := range results {
		for _, d := range r.List {
			out = append(out, filepath.Base(r.Document.Name)+": "+d.Severity.String()+" "+d.Rule)
		}
	}
	return out
}

func checkAll(t *testing.T, c *lint.Checker, arguments ...string) []*lint.Result {
	t.Helper()
	documents, err := lint.Find(arguments)
	if err != nil {
		t.Fatal(err)
	}
	selected, problems, _ := c.Select(documents)
	if len(problems) > 0 {
		t.Fatalf("%v", problems)
	}
	var results []*lint.Result
	c.Check(t.Context(), selected, func(r *lint.Result) { results = append(results, r) })
	return results
}

func TestTheNearestConfigurationApplies(t *testing.T) {
	home := t.TempDir()
	outer := filepath.Join(home, "outer")
	write(t, home, map[string]string{
		".arazzolint.yaml":                      "rules: {missing-parameter: off}\n",
		"in-home.yaml":                          warned,
		"api.yaml":                              api,
		"outer/.arazzolint.yaml":                "rules: {missing-parameter: error}\nignore: ['*.draft.yaml']\nfail-on: warning\n",
		"outer/one.yaml":                        warned,
		"outer/one.draft.yaml":                  broken,
		"outer/api.yaml":                        api,
		"outer/inner/.arazzolint.yaml":          "sources: {api: ../api.yaml}\n",
		"outer/inner/two.yaml":                  warned,
		"outer/repository/.git/HEAD":            "",
		"outer/repository/three.yaml":           warned,
		"outer/repository/api.yaml":             api,
		"outer/inner/deep/down/four.yaml":       warned,
		"outer/inner/deep/down/.arazzolint.yml": "strict: true\n",
	})
	t.Chdir(home)
	results := checkAll(t, lint.New(lint.Options{Home: outer}), "outer")
	want := []string{"four.yaml: warning missing-parameter", "two.yaml: warning missing-parameter", "one.yaml: error missing-parameter", "three.yaml: warning missing-parameter"}
	if d := cmp.Diff(want, rulesOf(results)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, r := range results {
		if want := filepath.Base(r.Document.Name) == "one.yaml"; r.Failed() != want {
			t.Errorf("%s: failed is %v", r.Document.Name, r.Failed())
		}
	}
	if got := rulesOf(checkAll(t, lint.New(lint.Options{Home: home}), "in-home.yaml")); got != nil {
		t.Errorf("the configuration of the home folder is not read: %q", got)
	}
	if got := rulesOf(checkAll(t, lint.New(lint.Options{Home: home}), "outer/one.draft.yaml")); len(got) == 0 {
		t.Error("a document that was named is ignored")
	}
}

func TestFlagsBeatTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		".arazzolint.yaml": "rules: {missing-parameter: error}\nfail-on: warning\nstrict: true\nsources: {api: nowhere.yaml}\n",
		"w.yaml":           warned + "  outputs: {a: 'x $steps.s.outputs.b'}\n", "elsewhere.yaml": api,
	})
	off, failOn := false, diag.Error
	results := checkAll(t, lint.New(lint.Options{
		Strict: &off, FailOn: &failOn, Severities: map[string]check.Level{"missing-parameter": check.Info},
		Sources: map[string]string{"api": filepath.Join(dir, "elsewhere.yaml")},
	}), filepath.Join(dir, "w.yaml"))
	for _, r := range rulesOf(results) {
		if strings.Contains(r, "error") {
			t.Errorf("%s", r)
		}
	}
	if results[0].Failed() {
		t.Errorf("%v", results[0].List)
	}
}

func TestInvalidConfigurationsAreReportedOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{".arazzolint.yaml": "rulez: {}\n", "a.yaml": sound, "b.yaml": sound, "api.yaml": api})
	documents, err := lint.Find([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	_, problems, texts := lint.New(lint.Options{}).Select(documents)
	if len(problems) != 1 || problems[0].Rule != check.ConfigRule || len(texts[problems[0].Range.File]) == 0 {
		t.Errorf("%v, texts of %d files", problems, len(texts))
	}
}

func TestResultsComeInOrder(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"api.yaml": api}
	for _, name := range strings.Split("abcdefghijklmnop", "") {
		files[name+".yaml"] = warned
	}
	write(t, dir, files)
	results := checkAll(t, lint.New(lint.Options{}), dir)
	got := ""
	for _, r := range results {
		got += strings.TrimSuffix(filepath.Base(r.Document.Name), ".yaml")
		if text := r.Text(r.List[0].Range.File); len(text) == 0 {
			t.Errorf("%s: the text of the problem is not kept", r.Document.Name)
		}
	}
	if got != "abcdefghijklmnop" {
		t.Errorf("in the order %q", got)
	}
}

func TestCheckEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	lint.New(lint.Options{}).Check(ctx, make([]lint.Document, 100), func(*lint.Result) {})
}

func TestADocumentThatCannotBeReadIsTheFaultOfTheHost(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"lost.yaml": sound})
	for _, r := range checkAll(t, lint.New(lint.Options{}), filepath.Join(dir, "missing.yaml"), filepath.Join(dir, "lost.yaml")) {
		if want := filepath.Base(r.Document.Name) == "missing.yaml"; r.Host != want || !r.Failed() {
			t.Errorf("%s: host %v, failed %v", r.Document.Name, r.Host, r.Failed())
		}
	}
}
