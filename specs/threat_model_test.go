package specs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// threatModel is the page that says what is promised to whom.
const threatModel = "threat-model.md"

// promise is a sentence of the page with the tests that stand behind it.
type promise struct {
	text  string
	tests []string
}

func promises(t *testing.T) []promise {
	t.Helper()
	data, err := os.ReadFile(threatModel)
	if err != nil {
		t.Fatal(err)
	}
	var out []promise
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| promise |") || strings.HasPrefix(line, "| --- |") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 2 {
			t.Errorf("a row with %d cells: %s", len(cells), line)
			continue
		}
		p := promise{text: strings.TrimSpace(cells[0])}
		for _, found := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			p.tests = append(p.tests, found[1])
		}
		out = append(out, p)
	}
	return out
}

// testNames are the names of all test functions and fuzz targets of the module.
func testNames(t *testing.T) []string {
	t.Helper()
	pattern := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	var names []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range pattern.FindAllStringSubmatch(string(data), -1) {
			names = append(names, found[1])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestEachPromiseOfTheThreatModelHasATest holds that no promise stands on the
// page without tests, and that these exist. A name with a slash is that of a
// script of the command line.
func TestEachPromiseOfTheThreatModelHasATest(t *testing.T) {
	known := testNames(t)
	all := promises(t)
	if len(all) < 20 {
		t.Fatalf("%d promises were found", len(all))
	}
	for _, p := range all {
		if len(p.tests) == 0 {
			t.Errorf("nothing holds %q", p.text)
		}
		if !strings.HasSuffix(p.text, ".") {
			t.Errorf("%q is no sentence", p.text)
		}
		for _, name := range p.tests {
			function, script, isScript := strings.Cut(name, "/")
			if !slices.Contains(known, function) {
				t.Errorf("there is no test %s, which is to hold %q", function, p.text)
			}
			if !isScript {
				continue
			}
			file := filepath.Join("..", "cmd", "arazzo", "internal", "cli", "testdata", "script", script+".txtar")
			if _, err := os.Stat(file); function != "TestScripts" || err != nil {
				t.Errorf("there is no script %s, which is to hold %q", name, p.text)
			}
		}
	}
}

// TestEverySectionOfPromisesIsATable holds that the page makes its promises where
// they are looked for: a section either has a table of them or is one of those
// that make none.
func TestEverySectionOfPromisesIsATable(t *testing.T) {
	data, err := os.ReadFile(threatModel)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(string(data), "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		isTable := strings.HasPrefix(strings.TrimSpace(body), "| promise | held by |")
		if saysNone := slices.Contains([]string{"Trusted", "Not trusted", "What is not promised"}, title); isTable == saysNone {
			t.Errorf("section %q: a table of promises: %t", title, isTable)
		}
	}
}

func TestThreatModelIsFound(t *testing.T) {
	for _, file := range []string{"README.md", "SECURITY.md"} {
		data, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), "(specs/"+threatModel+")") {
			t.Errorf("%s does not lead to %s", file, threatModel)
		}
	}
}
