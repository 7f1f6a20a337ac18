package check_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/check/example"
)

// notRules are the texts in the sources that look like rule ids and are none.
func notRules() []string {
	return []string{
		"draft-goessner-dispatch-jsonpath-00", "xpath-10", "xpath-20", "xpath-30", "xpath-31", // versions of languages
		"fail-on", "data-flow", // a member of the configuration, a family
		"proxy-authorization", "private-token", "api-key", // header fields
		"xpath-default-namespace", // an attribute of XPath
	}
}

// looksLikeRule reports whether a text is made like a rule id of several words.
func looksLikeRule(text string) bool {
	return regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+)+$`).MatchString(text) && !slices.Contains(notRules(), text)
}

// ruleTexts lists the texts in the sources of a package. If named is set, only
// those of constants whose name begins with "Rule" or "rule" count.
func ruleTexts(t *testing.T, folder string, named bool) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	found := map[string]string{}
	for _, file := range files {
		base := filepath.Base(file)
		if strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "rules_") {
			continue
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		keep := func(literal *ast.BasicLit) {
			if text, err := strconv.Unquote(literal.Value); literal.Kind == token.STRING && err == nil {
				found[text] = fset.Position(literal.Pos()).String()
			}
		}
		within := func(n ast.Node) {
			ast.Inspect(n, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok {
					keep(literal)
				}
				return true
			})
		}
		if !named {
			within(parsed)
			continue
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "rule") {
				within(spec)
			}
			return true
		})
	}
	return found
}

// TestTableListsWhatIsReported compares the table with the ids in the sources of
// all packages that judge documents.
func TestTableListsWhatIsReported(t *testing.T) {
	reported := map[string]string{}
	for _, p := range []struct {
		folder string
		named  bool
	}{{"..", false}, {"../openapi", false}, {"../../expr", true}, {".", false}} {
		for id, place := range ruleTexts(t, p.folder, p.named) {
			reported[id] = place
		}
	}
	listed := map[string]bool{}
	for _, r := range check.Rules() {
		if listed[r.ID] {
			t.Errorf("the table lists %q twice", r.ID)
		}
		listed[r.ID] = true
		if reported[r.ID] == "" {
			t.Errorf("nothing reports the rule %q of the table", r.ID)
		}
		if r.Reason == "" || strings.HasSuffix(r.Reason, ".") || strings.ToLower(r.Reason[:1]) != r.Reason[:1] && strings.ToLower(r.Reason[1:2]) == r.Reason[1:2] {
			t.Errorf("%s: the reason is no sentence without a capital and a full stop: %q", r.ID, r.Reason)
		}
		if !slices.Contains(check.Families(), r.Family) {
			t.Errorf("%s: there is no family %q", r.ID, r.Family)
		}
	}
	for id, place := range reported {
		if looksLikeRule(id) && !listed[id] {
			t.Errorf("%s: %q is no rule of the table", place, id)
		}
	}
}

// TestEachRuleHasAnExample holds that there is a document to show for each rule,
// or a reason why there is none, and no document for what is no rule.
func TestEachRuleHasAnExample(t *testing.T) {
	for _, r := range check.Rules() {
		switch _, err := example.Of(r.ID); {
		case err != nil && r.Unshown == "":
			t.Error(err)
		case err == nil && r.Unshown != "":
			t.Errorf("%s: there is an example although %s", r.ID, r.Unshown)
		}
	}
	folders, err := os.ReadDir(rulesFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if _, known := check.Find(f.Name()); f.IsDir() && !known {
			t.Errorf("there is an example of %q, which is no rule", f.Name())
		}
	}
}

// TestFindsNoOtherRule holds the lookup.
func TestFindsNoOtherRule(t *testing.T) {
	if r, known := check.Find("missing-path-parameter"); !known || r.Family != check.References || !r.StopsRun() {
		t.Errorf("%+v, %v", r, known)
	}
	if _, known := check.Find("missing-path-parameters"); known {
		t.Error("a rule that does not exist is found")
	}
}
