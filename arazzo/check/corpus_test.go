package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

const (
	publishedFolder = "../../../shared/corpus"
	judgedFile      = "testdata/published.txt"
)

// judgement is the list of all that is found in published documents, as a person
// has judged it: for each rule a sentence that says why its findings are true,
// and below it the places. A place at which the rule is wrong carries the reason
// after " -- ".
type judgement struct {
	reasons map[string]string
	// found are the places by their rules, and wrong those that are false alarms.
	found map[string][]string
	wrong map[string]map[string]string
}

func readJudgement(t *testing.T) *judgement {
	t.Helper()
	j := &judgement{reasons: map[string]string{}, found: map[string][]string{}, wrong: map[string]map[string]string{}}
	text, err := os.ReadFile(judgedFile)
	if err != nil {
		t.Fatal(err)
	}
	rule := ""
	for _, line := range strings.Split(string(text), "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "== "):
			var reason string
			rule, reason, _ = strings.Cut(line[len("== "):], ": ")
			j.reasons[rule] = reason
		default:
			place, reason, wrong := strings.Cut(line, " -- ")
			j.found[rule] = append(j.found[rule], place)
			if wrong {
				if j.wrong[rule] == nil {
					j.wrong[rule] = map[string]string{}
				}
				j.wrong[rule][place] = reason
			}
		}
	}
	return j
}

func (j *judgement) write(found map[string][]string) error {
	var b strings.Builder
	b.WriteString("# What is found in the published documents, judged by hand. A line after \"==\" names a rule and says why what\n" +
		"# it finds is true; a place that is a false alarm carries the reason after \" -- \".\n")
	for _, rule := range sortedRules(found) {
		fmt.Fprintf(&b, "\n== %s: %s\n", rule, j.reasons[rule])
		for _, place := range found[rule] {
			b.WriteString(place)
			if reason, wrong := j.wrong[rule][place]; wrong {
				b.WriteString(" -- " + reason)
			}
			b.WriteByte('\n')
		}
	}
	return os.WriteFile(judgedFile, []byte(b.String()), 0o600)
}

func sortedRules(found map[string][]string) []string {
	var rules []string
	for rule := range found {
		rules = append(rules, rule)
	}
	slices.Sort(rules)
	return rules
}

// TestPublishedDocuments holds the judged list: no error may be a false alarm,
// and of the warnings fewer than 2 in 100.
func TestPublishedDocuments(t *testing.T) {
	files, err := filepath.Glob(publishedFolder + "/*/arazzo/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not beside this repository")
	}
	found, severities := checkPublished(t, files)
	j := readJudgement(t)
	if *update {
		if err := j.write(found); err != nil {
			t.Fatal(err)
		}
		j = readJudgement(t)
	}
	if d := cmp.Diff(j.found, found); d != "" {
		t.Errorf("judge what is new in %s, after writing it with -update (-judged +found):\n%s", judgedFile, d)
	}
	total, wrong := map[diag.Severity]int{}, map[diag.Severity]int{}
	for rule, places := range found {
		if j.reasons[rule] == "" {
			t.Errorf("nobody has judged what %s finds", rule)
		}
		total[severities[rule]] += len(places)
		wrong[severities[rule]] += len(j.wrong[rule])
	}
	t.Logf("%d documents: %d errors, %d of them false; %d warnings, %d of them false", len(files),
		total[diag.Error], wrong[diag.Error], total[diag.Warning], wrong[diag.Warning])
	if wrong[diag.Error] > 0 || wrong[diag.Warning]*50 >= total[diag.Warning] {
		t.Errorf("too many false alarms: %d errors, %d of %d warnings", wrong[diag.Error], wrong[diag.Warning], total[diag.Warning])
	}
}

// checkPublished checks documents and lists the places by rule.
func checkPublished(t *testing.T, files []string) (found map[string][]string, severities map[string]diag.Severity) {
	t.Helper()
	found, severities = map[string][]string{}, map[string]diag.Severity{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan string)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for file := range next {
				loader := arazzo.Loader{FindSources: true}
				b, loaded := loader.Load(t.Context(), file)
				list := check.Bundle(b, check.Options{Loaded: loaded})
				mu.Lock()
				for _, d := range list {
					if d.Severity == diag.Info {
						continue
					}
					severities[d.Rule] = d.Severity
					found[d.Rule] = append(found[d.Rule], publishedPlace(d.Range))
				}
				mu.Unlock()
			}
		})
	}
	for _, file := range files {
		next <- file
	}
	close(next)
	wg.Wait()
	for rule := range found {
		slices.Sort(found[rule])
		found[rule] = slices.Compact(found[rule])
	}
	return found, severities
}

// publishedPlace writes a place relative to the folder of all documents.
func publishedPlace(r diag.Range) string {
	name, err := filepath.Rel(publishedFolder, r.File)
	if err != nil {
		name = r.File
	}
	return fmt.Sprintf("%s:%d:%d", filepath.ToSlash(name), r.Start.Line, r.Start.Column)
}
