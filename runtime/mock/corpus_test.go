package mock_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// shared is where the published workflows are, unless the variable ARAZZO_CORPUS
// names another collection of the same layout: that is held to the same share of
// successes, but has no judged lists.
func shared() (folder string, judged bool) {
	if other := os.Getenv("ARAZZO_CORPUS"); other != "" {
		return strings.TrimSuffix(other, "/") + "/", false
	}
	return "../../../shared/corpus/", true
}

// corpus returns the published workflows as "provider/file", or skips the test.
func corpus(t testing.TB) []string {
	t.Helper()
	folder, _ := shared()
	files, err := filepath.Glob(folder + "*/arazzo/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the published workflows are not on this machine")
	}
	for i, file := range files {
		dir, name := filepath.Split(strings.TrimPrefix(filepath.ToSlash(file), folder))
		files[i] = strings.TrimSuffix(dir, "/arazzo/") + "/" + name
	}
	return files
}

// pathOf is where a published workflow is.
func pathOf(name string) string {
	provider, file, _ := strings.Cut(name, "/")
	folder, _ := shared()
	return folder + provider + "/arazzo/" + file
}

// eachOf calls a function for every published workflow, two at a time.
func eachOf(names []string, do func(i int, name string)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Go(func() {
			for i := range next {
				do(i, names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
}

// The outcomes of a published workflow.
const (
	outcomeSound   = "succeeded"
	outcomeRefused = "refused"
	outcomeEnded   = "ended otherwise"
	outcomeUnsound = "sent what it should not"
)

// deed is what became of one published workflow.
type deed struct {
	name, outcome string
	// rule is the rule that refused it or that its requests offend.
	rule   string
	detail string
	// requests counts the requests, advice the findings that are warnings.
	requests, advice int
	// named are the rules that a check of the document reports.
	named []string
}

func tried(t *testing.T, name string, all bool) deed {
	out := deed{name: name, outcome: outcomeSound}
	bundle, program, problems := mocktest.Load(t.Context(), pathOf(name), mocktest.Options{})
	for _, d := range check.Bundle(bundle, check.Options{}) {
		out.named = append(out.named, d.Rule)
	}
	for _, d := range problems {
		out.named = append(out.named, d.Rule)
	}
	if problems.HasErrors() {
		out.outcome, out.rule, out.detail = outcomeRefused, problems[0].Rule, problems[0].Message
		return out
	}
	provider := auth.New(auth.Options{Source: dummies{}})
	trial := mocktest.RunProgram(t.Context(), bundle, program, mocktest.Options{
		AllInputs: all, Adapters: []runtime.Adapter{provider}, Signers: map[string]host.Signer{auth.AuthScheme: provider},
	})
	out.requests, out.advice = len(trial.Requests), len(trial.Findings.Select(diag.Warning))
	switch bad := trial.Findings.Select(diag.Error); {
	case len(trial.Problems) > 0:
		out.outcome, out.rule, out.detail = outcomeRefused, trial.Problems[0].Rule, trial.Problems[0].Message
	case trial.Result.Status != runtime.Succeeded:
		out.outcome, out.rule, out.detail = outcomeEnded, trial.Result.Failure.Rule, trial.Result.Failure.Message
	case len(bad) > 0:
		out.outcome, out.rule, out.detail = outcomeUnsound, bad[0].Rule, bad[0].Message
	}
	return out
}

// dummies has a credential for every security scheme.
type dummies struct{}

func (dummies) Credential(_ context.Context, _, scheme string) (*auth.Credential, error) {
	if scheme == "" {
		return nil, nil
	}
	return &auth.Credential{Value: "dummy:credential", Token: "dummy-token"}, nil
}

// exception is a judged departure: a defect of the document, with the rule by
// which a check of the document names it.
type exception struct{ pass, name, outcome, rule, named, reason string }

// exceptions reads the judged list: pass, document, outcome, rule, the rule of
// the check, and the reason, with tabulators between them.
func exceptions(t *testing.T) []exception {
	t.Helper()
	f, err := os.Open("testdata/exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []exception
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := lines.Text(); line != "" && line[0] != '#' {
			fields := strings.Split(line, "\t")
			if len(fields) != 6 {
				t.Fatalf("testdata/exceptions.txt: %q has %d fields", line, len(fields))
			}
			out = append(out, exception{fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]})
		}
	}
	return out
}

// TestPublishedWorkflowsRun runs every published workflow against its mock, over
// HTTP: once with the inputs that it requires, once with all. Each must succeed
// with sound requests, or be on the judged list; and 99 of 100 of those that name
// sources and operations which exist must not be.
func TestPublishedWorkflowsRun(t *testing.T) {
	names := corpus(t)
	judged := exceptions(t)
	_, isJudged := shared()
	passes := []string{"required", "all"}
	if testing.Short() {
		passes = passes[1:]
	}
	for _, pass := range passes {
		deeds := make([]deed, len(names))
		eachOf(names, func(i int, name string) { deeds[i] = tried(t, name, pass == "all") })
		report(t, pass, deeds)
		sound, able := 0, 0
		for _, d := range deeds {
			if d.outcome == outcomeSound {
				sound++
				able++
				continue
			}
			if !slices.Contains([]string{"source-not-found", "unknown-operation", "ambiguous-operation"}, d.rule) {
				able++
			}
			i := slices.IndexFunc(judged, func(e exception) bool {
				return (e.pass == pass || e.pass == "both") && e.name == d.name && e.outcome == d.outcome && e.rule == d.rule
			})
			switch {
			case i < 0 && !isJudged:
			case i < 0:
				t.Errorf("%s, %s: %s: %s: %s", d.name, pass, d.outcome, d.rule, d.detail)
			case !slices.Contains(d.named, judged[i].named):
				t.Errorf("%s: the check does not name the defect by %q, only by %q", d.name, judged[i].named, slices.Compact(slices.Sorted(slices.Values(d.named))))
			}
		}
		for _, e := range judged {
			if isJudged && (e.pass == pass || e.pass == "both") && !slices.ContainsFunc(deeds, func(d deed) bool { return d.name == e.name && d.outcome == e.outcome && d.rule == e.rule }) {
				t.Errorf("%s: the judged list has an exception that does not occur: %s", e.name, e.rule)
			}
		}
		t.Logf("%s inputs: %d of %d succeed, of those that name sources and operations which exist", pass, sound, able)
		if sound*100 < able*99 {
			t.Errorf("%s inputs: %d of %d is less than 99 of 100", pass, sound, able)
		}
	}
}

// report prints the table of a pass: providers, documents and outcomes, and the
// documents that do not succeed.
func report(t *testing.T, pass string, deeds []deed) {
	t.Helper()
	outcomes := []string{outcomeSound, outcomeRefused, outcomeEnded, outcomeUnsound}
	counts := map[string]map[string]int{}
	requests := map[string]int{}
	for _, d := range deeds {
		provider, _, _ := strings.Cut(d.name, "/")
		for _, key := range []string{provider, "all"} {
			if counts[key] == nil {
				counts[key] = map[string]int{}
			}
			counts[key][d.outcome]++
			counts[key]["documents"]++
			requests[key] += d.requests
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s inputs\n%-26s %9s %9s", pass, "provider", "documents", "requests")
	for _, o := range outcomes {
		fmt.Fprintf(&b, "  %s", o)
	}
	var providers []string
	for p := range counts {
		if p != "all" {
			providers = append(providers, p)
		}
	}
	slices.Sort(providers)
	for _, p := range append(providers, "all") {
		fmt.Fprintf(&b, "\n%-26s %9d %9d", p, counts[p]["documents"], requests[p])
		for _, o := range outcomes {
			fmt.Fprintf(&b, "  %*d", len(o), counts[p][o])
		}
	}
	for _, d := range deeds {
		if d.outcome != outcomeSound {
			fmt.Fprintf(&b, "\n%s: %s: %s: %s", d.name, d.outcome, d.rule, d.detail)
		}
	}
	t.Log(b.String())
}

// verdictOf says how a run must end by the last exchange of its course, from the
// table of verdicts alone.
func verdictOf(c *mock.Course, program *runtime.Program) runtime.Status {
	x := c.Exchanges[len(c.Exchanges)-1]
	steps := program.Steps(x.Workflow)
	at := slices.IndexFunc(steps, func(s runtime.StepView) bool { return s.ID == x.StepID })
	switch {
	case x.Action != nil && x.Action.Type != "end":
		return runtime.Failed // the step that follows could not send anything
	case x.Result == mock.Failure:
		return runtime.Failed
	case x.Action != nil:
		return runtime.Succeeded
	case at < len(steps)-1:
		for _, a := range steps[at].OnSuccess {
			if len(a.Criteria) > 0 && a.Type == "goto" && a.Workflow == nil && a.Step == at+1 {
				return runtime.Unhandled // the next step is only to follow if the action says so
			}
		}
		return runtime.Failed
	}
	for _, a := range steps[at].OnSuccess {
		if len(a.Criteria) > 0 && (a.Type == "end" || a.Type == "goto" && (a.Workflow != nil || a.Step > at)) {
			return runtime.Unhandled
		}
	}
	return runtime.Succeeded
}

// impossible are the turns of published workflows that no reply leads to, as
// judged by hand: "document step turn", each with its reason.
func impossible(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/impossible.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			what, reason, _ := strings.Cut(line, "\t")
			out[what] = reason
		}
	}
	return out
}

// variants are other inputs than the example: with one of them left out, another
// value of its enumeration, or what is false or empty.
func variants(w *arazzo.Workflow) []map[string]any {
	example := mock.ExampleInputs(w, true)
	out := []map[string]any{example}
	vary := func(name string, v any, keep bool) {
		m := maps.Clone(example)
		if delete(m, name); keep {
			m[name] = v
		}
		out = append(out, m)
	}
	for _, p := range w.InputSchema().Properties {
		for _, e := range p.Schema.Member("enum").Elements() {
			vary(p.Name, e.JSON(), true)
		}
		switch example[p.Name].(type) {
		case bool:
			vary(p.Name, false, true)
		case []any:
			vary(p.Name, []any{}, true)
		case string:
			for _, text := range valuesIn(w, p.Name) {
				vary(p.Name, text, true)
			}
		}
		if !p.Required {
			vary(p.Name, nil, false)
		}
	}
	return out
}

// valuesIn are the texts that conditions compare an input with.
func valuesIn(w *arazzo.Workflow, name string) []string {
	var out []string
	for _, s := range w.Steps {
		for _, a := range slices.Concat(s.OnSuccess, s.OnFailure) {
			for _, c := range a.Criteria {
				if _, after, ok := strings.Cut(c.Condition, "$inputs."+name+" == "); ok && len(after) > 2 {
					out = append(out, strings.Trim(after, `'"`))
				}
			}
		}
	}
	return out
}

// TestPublishedActionsAreTaken takes each action of each step of every published
// workflow, and none of them after a success and a failure, unless no reply leads
// there: the run must end as the action says.
func TestPublishedActionsAreTaken(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes thousands of runs")
	}
	names := corpus(t)
	var mu sync.Mutex
	judged := impossible(t)
	_, isJudged := shared()
	taken, found := map[string]int{}, map[string]bool{}
	eachOf(names, func(_ int, name string) {
		bundle, program, problems := mocktest.Load(t.Context(), pathOf(name), mocktest.Options{})
		if problems.HasErrors() {
			return
		}
		for _, ref := range program.Reachable("") {
			for _, s := range program.Steps(ref) {
				for _, turn := range turnsOf(&s) {
					var trial mocktest.Trial
					for _, inputs := range variants(bundle.Entry.Workflows[0]) {
						trial = mocktest.RunProgram(t.Context(), bundle, program, mocktest.Options{
							Inputs: inputs, Direct: true, Plan: mock.Plan{Loops: -1, Steps: map[string][]mock.Turn{s.ID: {turn}}},
						})
						if len(trial.Problems) == 0 || strings.Contains(trial.Problems[0].Message, "applies whenever") {
							break
						}
					}
					mu.Lock()
					what := strings.TrimSuffix(fmt.Sprintf("%s %s %s %s", name, s.ID, turn.Result, turn.Action), " ")
					switch {
					case len(trial.Problems) > 0 && judged[what] == "" && isJudged:
						t.Errorf("%s: %s", what, trial.Problems[0].Message)
					case len(trial.Problems) > 0:
						found[what] = true
					default:
						taken[kindOf(turn)+", "+string(trial.Result.Status)]++
						if want := verdictOf(&trial.Course, program); trial.Result.Status != want {
							t.Errorf("%s: the run ends %s, want %s: %v", what, trial.Result.Status, want, trial.Result.Failure)
						}
						if len(trial.Requests) != len(trial.Course.Exchanges) {
							t.Errorf("%s: %d requests, want %d", what, len(trial.Requests), len(trial.Course.Exchanges))
						}
					}
					mu.Unlock()
				}
			}
		}
	})
	for what := range judged {
		if !found[what] && isJudged {
			t.Errorf("the judged list has a turn that can be taken: %s", what)
		}
	}
	t.Logf("taken: %v\nimpossible: %d", taken, len(found))
}

func kindOf(turn mock.Turn) string {
	if turn.NoAction {
		return string(turn.Result) + " without an action"
	}
	return string(turn.Result) + " with an action"
}

// turnsOf are all ways to leave a step.
func turnsOf(s *runtime.StepView) []mock.Turn {
	var out []mock.Turn
	for _, a := range s.OnSuccess {
		out = append(out, mock.Turn{Action: a.Name, Result: mock.Success})
	}
	for _, a := range s.OnFailure {
		out = append(out, mock.Turn{Action: a.Name, Result: mock.Failure})
	}
	return append(out, mock.Turn{NoAction: true, Result: mock.Success}, mock.Turn{NoAction: true, Result: mock.Failure})
}
