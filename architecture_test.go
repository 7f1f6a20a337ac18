// Package arazzo_test holds the rules that concern the repository as a whole.
package arazzo_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const module = "github.com/seed-d89508e2/arazzo"

// row is what the packages of one folder may import.
type row struct {
	folder string
	// tree says that the row covers every folder below, not only internal ones.
	tree bool
	// may lists folders of this module and, with a dot in their first element,
	// packages of others. One that ends in "/..." stands for what is below too.
	may []string
	// not lists the packages of the standard library that are closed to the row,
	// with everything below them, except that "net" stands for itself alone.
	not []string
}

// importTable says which package may import which. Imports go down it only.
func importTable() []row {
	pure := []string{"net", "net/http", "os", "math/rand", "crypto/rand"}
	offline := []string{"net", "net/http", "math/rand", "crypto/rand"}
	return []row{
		{folder: "arazzo/diag", not: pure},
		{folder: "internal", tree: true, not: pure},
		{
			folder: "expr",
			may: []string{
				"github.com/PaesslerAG/gval/...", "github.com/PaesslerAG/jsonpath/...", "github.com/antchfx/xpath/...", "github.com/theory/jsonpath/...",
			},
			not: pure,
		},
		{
			folder: "arazzo/openapi",
			may: []string{
				"arazzo/diag", "internal/...",
				"github.com/getkin/kin-openapi/...", "gopkg.in/yaml.v3/...",
			},
			not: offline,
		},
		{
			folder: "arazzo",
			may: []string{
				"arazzo/diag", "arazzo/openapi", "expr", "internal/...",
				"github.com/go-json-experiment/json/...", "gopkg.in/yaml.v3/...",
			},
			not: offline,
		},
		{
			folder: "arazzo/check", tree: true,
			may: []string{
				"arazzo", "arazzo/diag", "arazzo/openapi", "expr", "internal/...", "gopkg.in/yaml.v3/...",
			},
			not: pure,
		},
		{
			folder: "runtime",
			may: []string{
				"arazzo", "arazzo/diag", "arazzo/openapi", "expr", "internal/...",
				"github.com/google/jsonschema-go/...",
			},
			not: []string{"net", "net/http", "os", "math/rand", "crypto/rand", "hash/maphash", "log"},
		},
		{
			folder: "runtime/auth",
			may: []string{
				"arazzo/diag", "arazzo/openapi", "internal/...", "runtime", "runtime/host",
				"golang.org/x/oauth2/...", "gopkg.in/yaml.v3/...",
			},
		},
		{folder: "runtime/host", may: []string{"arazzo", "arazzo/diag", "runtime"}},
		{
			folder: "runtime/sigv4",
			may: []string{
				"arazzo/diag", "arazzo/openapi", "runtime", "runtime/host",
				"github.com/aws/aws-sdk-go-v2/...", "github.com/aws/smithy-go/...",
			},
		},
		{
			folder: "runtime/mock",
			may:    []string{"arazzo", "arazzo/diag", "arazzo/openapi", "expr", "internal/...", "runtime"},
			not:    []string{"os", "math/rand", "crypto/rand"},
		},
		{folder: "runtime/mock/mocktest", may: []string{"arazzo", "arazzo/diag", "runtime", "runtime/host", "runtime/mock"}},
		{folder: "runtime/report", may: []string{"arazzo/diag", "runtime"}, not: []string{"net", "net/http"}},
		{folder: "specs", tree: true, may: []string{"gopkg.in/yaml.v3/..."}},
		{
			folder: "cmd/arazzo", tree: true,
			may: []string{
				"arazzo/...", "expr", "internal/...", "runtime/...", "specs/...",
				"github.com/fsnotify/fsnotify/...", "github.com/go-json-experiment/json/...", "github.com/mattn/go-isatty/...",
				"github.com/spf13/cobra/...", "github.com/spf13/pflag/...", "gopkg.in/yaml.v3/...",
			},
		},
		{
			folder: "examples", tree: true,
			may: []string{"arazzo/...", "expr", "runtime/...", "specs/..."},
		},
	}
}

// own is what belongs to the row: the folders that it covers besides r.folder,
// and that packages of the row may import without being told so.
func (r row) own() string {
	if r.tree {
		return r.folder + "/..."
	}
	return r.folder + "/internal/..."
}

// covers reports whether the row speaks about a folder.
func (r row) covers(folder string) bool { return folder == r.folder || within(folder, r.own()) }

// allows reports whether a package under the row may import the given path.
func (r row) allows(imported string) bool {
	if folder, ours := strings.CutPrefix(imported, module+"/"); ours {
		return within(folder, r.own()) || slices.ContainsFunc(r.may, func(entry string) bool { return within(folder, entry) })
	}
	if isStandard(imported) {
		return !slices.ContainsFunc(r.not, func(closed string) bool {
			return imported == closed || closed != "net" && strings.HasPrefix(imported, closed+"/")
		})
	}
	return slices.ContainsFunc(r.may, func(entry string) bool { return within(imported, entry) })
}

func within(name, entry string) bool {
	base, tree := strings.CutSuffix(entry, "/...")
	return name == base || tree && strings.HasPrefix(name, base+"/")
}

// isStandard reports whether an import path belongs to the standard library:
// the first element of any other has a dot.
func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// rowOf returns the row with the longest folder that covers the given one.
func rowOf(table []row, folder string) (found row, ok bool) {
	for _, r := range table {
		if r.covers(folder) && len(r.folder) >= len(found.folder) {
			found, ok = r, true
		}
	}
	return found, ok
}

// TestImportsGoDown reads the import clauses of all files of the module that
// are shipped, whatever platform they are for.
func TestImportsGoDown(t *testing.T) {
	table := importTable()
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		r, ok := rowOf(table, path.Dir(file))
		if !ok {
			t.Errorf("%s: no row of the import table covers package %q: add one here and in .golangci.yml", file, path.Dir(file))
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, clause := range parsed.Imports {
			imported, err := strconv.Unquote(clause.Path.Value)
			if err != nil {
				t.Errorf("%s: import %s: %v", file, clause.Path.Value, err)
				continue
			}
			if !r.allows(imported) {
				t.Errorf("%s: imports %q, which the row of %q does not allow", file, imported, r.folder)
			}
		}
	}
}

// TestTopLevelFolders holds the list of folders that may contain Go code. The
// module in tools only pins the linter and has none.
func TestTopLevelFolders(t *testing.T) {
	allowed := []string{".", "arazzo", "cmd", "examples", "expr", "internal", "runtime", "specs"}
	var reported []string
	for _, file := range goFiles(t) {
		top, _, nested := strings.Cut(file, "/")
		if !nested {
			top = "."
		}
		if !slices.Contains(allowed, top) && !slices.Contains(reported, top) {
			reported = append(reported, top)
			t.Errorf("folder %q holds Go code; only these may: %q", top, allowed)
		}
	}
}

// TestImportTableCatches makes sure that the table is not satisfied by
// everything.
func TestImportTableCatches(t *testing.T) {
	tests := []struct {
		folder, imported string
		want             bool
	}{
		{"expr", "strings", true},
		{"expr", "github.com/theory/jsonpath", true},
		{"expr", "github.com/theory/jsonpath/spec", true},
		{"expr", "github.com/theory/jsonpathology", false},
		{"expr", module + "/arazzo", false},
		{"expr", "net/http/httptest", false},
		{"expr", "net/url", true},
		{"expr/internal/scan", module + "/arazzo/diag", false},
		{"arazzo/diag", module + "/expr", false},
		{"internal/nearest", module + "/arazzo/diag", false},
		{"arazzo/openapi", module + "/internal/nearest", true},
		{"arazzo", module + "/arazzo/openapi", true},
		{"arazzo", module + "/runtime", false},
		{"arazzo", "os", true},
		{"arazzo/openapi", module + "/arazzo", false},
		{"arazzo", module + "/arazzo/check", false},
		{"arazzo/check", module + "/arazzo", true},
		{"arazzo/check/example", "embed", true},
		{"arazzo/check", "os", false},
		{"runtime", module + "/arazzo/check", false},
		{"runtime", module + "/arazzo", true},
		{"runtime", module + "/arazzo/openapi/internal/scan", false},
		{"runtime", "net/http", false},
		{"runtime", "os/signal", false},
		{"runtime", "math/rand/v2", false},
		{"runtime", "github.com/aws/aws-sdk-go-v2/aws", false},
		{"runtime/internal/draw", "os", false},
		{"runtime/host", "net/http", true},
		{"runtime/host", module + "/runtime/sigv4", false},
		{"runtime/report", module + "/runtime", true},
		{"cmd/arazzo/internal/cli", module + "/runtime/sigv4", true},
		{"cmd/arazzo/internal/cli", module + "/examples/healthlake/simulator", false},
	}
	table := importTable()
	for _, test := range tests {
		r, ok := rowOf(table, test.folder)
		if !ok {
			t.Errorf("no row covers %q", test.folder)
			continue
		}
		if got := r.allows(test.imported); got != test.want {
			t.Errorf("%s may import %s: got %v, want %v", test.folder, test.imported, got, test.want)
		}
	}
	for _, folder := range []string{"runtime/unknown", "arazzo/unknown", "."} {
		if r, ok := rowOf(table, folder); ok {
			t.Errorf("row %q covers %q; every package of its own needs a row", r.folder, folder)
		}
	}
}

// TestLinterHoldsTheSameTable compares the import table with the depguard rules.
func TestLinterHoldsTheSameTable(t *testing.T) {
	type rule struct {
		Files []string
		Allow []string
		Deny  []struct{ Pkg string }
	}
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct{ Rules map[string]rule }
			}
		}
	}
	data, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	got := config.Linters.Settings.Depguard.Rules
	for name, r := range got {
		slices.Sort(r.Allow)
		got[name] = r
	}

	want := map[string]rule{}
	for _, r := range importTable() {
		w := rule{
			Files: []string{"${config-path}/" + r.folder + "/*.go", "${config-path}/" + r.folder + "/internal/**.go", "!$test"},
			Allow: []string{"$gostd"},
		}
		if r.tree {
			w.Files = []string{"${config-path}/" + r.folder + "/**.go", "!$test"}
		}
		for _, entry := range append([]string{r.own()}, r.may...) {
			base, tree := strings.CutSuffix(entry, "/...")
			if isStandard(base) {
				base = module + "/" + base
			}
			if !tree {
				base += "$"
			}
			w.Allow = append(w.Allow, base)
		}
		slices.Sort(w.Allow)
		for _, closed := range r.not {
			if closed == "net" {
				closed = "net$"
			}
			w.Deny = append(w.Deny, struct{ Pkg string }{closed})
		}
		want[strings.ReplaceAll(r.folder, "/", "-")] = w
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the import table and .golangci.yml differ (- table, + .golangci.yml):\n%s", diff)
	}
}

// rim lists the modules that must stay out of a program that only runs
// workflows. kin-openapi mentions net/http in the signatures of its own
// readers, which nothing here calls, so that net/http itself cannot be on the
// list; TestImportsGoDown keeps it out of every package of ours instead.
func rim() []string {
	return []string{
		"github.com/aws/", "modernc.org/sqlite", "github.com/spf13/cobra", "github.com/santhosh-tekuri/jsonschema",
		module + "/cmd/", module + "/examples/", module + "/specs", module + "/runtime/",
	}
}

// TestRimStaysOut lists everything that a build of each core package contains.
func TestRimStaysOut(t *testing.T) {
	tests := []struct {
		folder string
		never  []string
	}{
		{"arazzo/diag", append(rim(), "net/http", "gopkg.in/", "github.com/getkin/")},
		{"expr", append(rim(), "net/http", "gopkg.in/yaml.v3", "github.com/getkin/", module+"/arazzo")},
		{"arazzo", append(rim(), module+"/runtime")},
		{"runtime", rim()},
	}
	for _, test := range tests {
		t.Run(test.folder, func(t *testing.T) {
			t.Parallel()
			for _, built := range strings.Fields(goCommand(t, "list", "-deps", "./"+test.folder)) {
				if strings.HasPrefix(built, module+"/"+test.folder+"/internal/") {
					continue
				}
				for _, never := range test.never {
					if strings.HasPrefix(built, never) {
						t.Errorf("a build of %s contains %s", test.folder, built)
					}
				}
			}
		})
	}
}

// goCommand runs the go command at the root of the module and returns what it
// prints.
func goCommand(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// goFiles returns the Go files of the module as slash-separated paths. Folders
// that the go command ignores and nested modules are left out.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			if strings.HasSuffix(name, ".go") {
				files = append(files, filepath.ToSlash(name))
			}
			return nil
		case name == ".":
			return nil
		case strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") || entry.Name() == "testdata":
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
