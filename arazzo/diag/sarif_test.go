package diag_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // carries the schema of OASIS
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/xeipuuv/gojsonschema"
)

// officialSchema reads the schema of SARIF 2.1.0 in the sources of a module that
// carries it word for word.
func officialSchema(t *testing.T) *gojsonschema.Schema {
	t.Helper()
	const carrier = "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", carrier).Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(folder)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && len(literal.Value) > len(text) {
			text = literal.Value
		}
		return true
	})
	if text, err = strconv.Unquote(text); err != nil {
		t.Fatal(err)
	}
	schema, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// violations validates a document.
func violations(t *testing.T, schema *gojsonschema.Schema, document []byte) []string {
	t.Helper()
	result, err := schema.Validate(gojsonschema.NewBytesLoader(document))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range result.Errors() {
		out = append(out, v.String())
	}
	return out
}

func sarif() diag.SARIF {
	return diag.SARIF{
		Version: "1.2.3", Address: "https://example.com/arazzo", Sources: sources,
		Rules: []diag.RuleHelp{
			{ID: "unused-rule", Summary: "nothing breaks it", Severity: diag.Info},
			{ID: "some-rule", Summary: "some things are wrong", Severity: diag.Warning, Help: "do it right", Markdown: "do it *right*", Tags: []string{"structure"}},
		},
	}
}

func TestWriteSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := sarif().WriteSARIF(&b, withFixes()); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/list.golden.sarif", b.Bytes())
}

func TestSARIFSatisfiesTheOfficialSchema(t *testing.T) {
	schema := officialSchema(t)
	for name, list := range map[string]diag.List{"nothing": nil, "everything": withFixes()} {
		for _, s := range []diag.SARIF{{}, sarif()} {
			var b bytes.Buffer
			if err := s.WriteSARIF(&b, list); err != nil {
				t.Fatal(err)
			}
			if v := violations(t, schema, b.Bytes()); v != nil {
				t.Errorf("%s:\n%s", name, strings.Join(v, "\n"))
			}
			damaged := bytes.Replace(b.Bytes(), []byte(`"columnKind"`), []byte(`"columnKinds"`), 1)
			if violations(t, schema, damaged) == nil {
				t.Error("a damaged document satisfies the schema")
			}
		}
	}
}

// sarifLog is what the tests look at.
type sarifLog struct {
	Runs []struct {
		Results []struct {
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct {
						URI string `json:"uri"`
					}
				}
			}
			PartialFingerprints map[string]string
		}
	}
}

func readSARIF(t *testing.T, s diag.SARIF, list diag.List) sarifLog {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteSARIF(&b, list); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestSARIFNamesFilesRelativeToTheFolder(t *testing.T) {
	tests := []struct{ folder, file, want string }{
		{"", "a.yaml", "a.yaml"},
		{"", "./sub/../a.yaml", "a.yaml"},
		{"", "/abs/a.yaml", "file:///abs/a.yaml"},
		{"/src", "a b.yaml", "a%20b.yaml"},
		{"/src", "/src/sub/a.yaml", "sub/a.yaml"},
		{"/src", "/srcs/a.yaml", "file:///srcs/a.yaml"},
		{"/src/sub", "../a.yaml", "file:///src/a.yaml"},
		{"/", "/a.yaml", "a.yaml"},
		{"C:/work", `C:\work\sub\a.yaml`, "sub/a.yaml"},
		{"C:/work", `sub\a.yaml`, "sub/a.yaml"},
		{"C:/work", `D:\a.yaml`, "file:///D:/a.yaml"},
		{"/src", "x:y.yaml", "./x:y.yaml"},
		{"/src", "https://example.com/a.yaml", "https://example.com/a.yaml"},
		{"/src", "<stdin>", "%3Cstdin%3E"},
	}
	for _, test := range tests {
		log := readSARIF(t, diag.SARIF{Folder: test.folder}, diag.List{{Rule: "r", Message: "m", Range: diag.Range{File: test.file}}})
		if got := log.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != test.want {
			t.Errorf("%q in %q is named %q, want %q", test.file, test.folder, got, test.want)
		}
	}
}

func TestSARIFFingerprintsOutliveLineNumbers(t *testing.T) {
	problem := diag.Diagnostic{Rule: "r", Message: "m", Pointer: "/a", Range: place(1, 2, 1, 3)}
	moved, twice, other := problem, problem, problem
	moved.Range = place(9, 4, 9, 5)
	other.Pointer = "/b"
	marks := func(list diag.List) (out []string) {
		for _, r := range readSARIF(t, diag.SARIF{}, list).Runs[0].Results {
			for _, p := range r.PartialFingerprints {
				out = append(out, p)
			}
		}
		return out
	}
	if d := cmp.Diff(marks(diag.List{problem}), marks(diag.List{moved})); d != "" {
		t.Errorf("moving a problem changes its fingerprint:\n%s", d)
	}
	all := marks(diag.List{problem, twice, other})
	if all[0] == all[1] || all[0] == all[2] {
		t.Errorf("three problems, fingerprints %q", all)
	}
}
