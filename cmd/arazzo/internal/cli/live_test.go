package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// update reports whether the golden tests write what they see.
func update() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if update() {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

// screen is a terminal small enough for a test: it knows the sequences that
// the live view uses and keeps everything that was ever printed.
type screen struct {
	lines    []string
	row, col int
	hidden   bool
	escape   string
}

func (s *screen) Write(p []byte) (int, error) {
	for _, r := range string(p) {
		s.put(r)
	}
	return len(p), nil
}

func (s *screen) put(r rune) {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, "")
	}
	switch {
	case s.escape != "" || r == '\x1b':
		s.escape += string(r)
		if len(s.escape) > 2 && (r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			s.command(s.escape[2:len(s.escape)-1], r)
			s.escape = ""
		}
	case r == '\r':
		s.col = 0
	case r == '\n':
		s.row, s.col = s.row+1, 0
	default:
		line := []rune(s.lines[s.row])
		for len(line) <= s.col {
			line = append(line, ' ')
		}
		line[s.col] = r
		s.lines[s.row] = string(line)
		s.col++
	}
}

func (s *screen) command(argument string, name rune) {
	n, _ := strconv.Atoi(argument)
	switch name {
	case 'A':
		s.row = max(0, s.row-n)
	case 'K':
		s.lines[s.row] = string([]rune(s.lines[s.row])[:s.col])
	case 'J':
		s.lines[s.row] = string([]rune(s.lines[s.row])[:s.col])
		s.lines = s.lines[:s.row+1]
	case 'l', 'h':
		s.hidden = name == 'l'
	case 'm':
	default:
		panic(fmt.Sprintf("unknown sequence %q", s.escape))
	}
}

func (s *screen) String() string {
	return strings.TrimRight(strings.Join(s.lines, "\n"), "\n") + "\n"
}

// player feeds events into a view at the times of a fake clock.
type player struct {
	view   *liveView
	screen *screen
	at     time.Time
	log    bytes.Buffer
}

func newPlayer(width, height int) *player {
	p := &player{screen: &screen{}, at: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)}
	p.view = &liveView{
		out:    p.screen,
		term:   terminal{live: true, unicode: true, size: func() (int, int) { return width, height }},
		states: &states{},
		now:    func() time.Time { return p.at },
	}
	p.view.started = p.at
	return p
}

func (p *player) event(ev runtime.Event) {
	ev.Time = p.at
	if ev.WorkflowID == "" {
		ev.WorkflowID = "w"
	}
	p.view.Observe(context.Background(), &ev)
	p.shot(string(ev.Kind))
}

// pass lets time go by and the view draw itself.
func (p *player) pass(d time.Duration) {
	p.at = p.at.Add(d)
	p.view.draw()
	p.shot("+" + d.String())
}

func (p *player) shot(title string) {
	fmt.Fprintf(&p.log, "--- %s\n%s", title, p.screen)
}

// attempt plays one attempt of a step that takes 200 ms.
func (p *player) attempt(step string, visit int, status runtime.StepStatus, code int, outputs map[string]any, action *runtime.ActionTaken) {
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: step, Visit: visit, Attempt: 1})
	p.event(runtime.Event{Kind: runtime.RequestSent, StepID: step, Visit: visit, Attempt: 1, Try: 1, Request: &runtime.Request{Method: "POST", URL: "https://api.example/jobs", Body: []byte("{}")}})
	p.pass(200 * time.Millisecond)
	resp := &runtime.Response{Status: code, Header: runtime.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`{"a":1}`)}
	p.event(runtime.Event{Kind: runtime.ResponseReceived, StepID: step, Visit: visit, Attempt: 1, Try: 1, Response: resp, Duration: 200 * time.Millisecond})
	ev := runtime.Event{Kind: runtime.StepFinished, StepID: step, Visit: visit, Attempt: 1, Status: status, Outputs: outputs, Action: action, Response: resp, Duration: 200 * time.Millisecond}
	if status == runtime.StepFailed {
		ev.Failure = &runtime.Failure{Rule: "criteria-not-met", Message: "step failed"}
	}
	p.event(ev)
}

func (p *player) waiting(step string, visit int, d time.Duration, reason string) {
	p.event(runtime.Event{Kind: runtime.Waiting, StepID: step, Visit: visit, Attempt: 1, Wait: d, Until: p.at.Add(d), Reason: reason})
}

func TestLiveViewOfAPoll(t *testing.T) {
	p := newPlayer(100, 24)
	p.event(runtime.Event{Kind: runtime.RunStarted})
	p.attempt("startImportJob", 1, runtime.StepSucceeded, 200, map[string]any{"jobId": "j", "jobStatus": "SUBMITTED"}, nil)
	loop := &runtime.ActionTaken{Type: "goto", Name: "again", Target: "pollImportJob"}
	p.attempt("pollImportJob", 1, runtime.StepSucceeded, 200, map[string]any{"jobStatus": "SUBMITTED"}, loop)
	p.waiting("pollImportJob", 2, 2*time.Second, "polling")
	p.pass(500 * time.Millisecond)
	p.pass(1500 * time.Millisecond)
	p.attempt("pollImportJob", 2, runtime.StepSucceeded, 200, map[string]any{"jobStatus": "IN_PROGRESS"}, loop)
	p.waiting("pollImportJob", 3, 75*time.Second, "the server's Retry-After")
	p.pass(70 * time.Second)
	p.pass(5 * time.Second)
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: "pollImportJob", Visit: 3, Attempt: 1})
	p.event(runtime.Event{Kind: runtime.RequestRetried, StepID: "pollImportJob", Visit: 3, Attempt: 1, Try: 1, Wait: 400 * time.Millisecond, Until: p.at.Add(400 * time.Millisecond), Reason: "ThrottlingException"})
	p.pass(400 * time.Millisecond)
	p.event(runtime.Event{Kind: runtime.Warned, StepID: "pollImportJob", Diagnostic: &diag.Diagnostic{Rule: "clock-skew", Severity: diag.Warning, Message: "the clock is off"}})
	p.event(runtime.Event{Kind: runtime.RequestSent, StepID: "pollImportJob", Visit: 3, Attempt: 1, Try: 2})
	p.pass(300 * time.Millisecond)
	p.event(runtime.Event{Kind: runtime.StepFinished, StepID: "pollImportJob", Visit: 3, Attempt: 1, Status: runtime.StepSucceeded, Outputs: map[string]any{"jobStatus": "COMPLETED"}, Action: &runtime.ActionTaken{Type: "end", Name: "done"}})
	p.event(runtime.Event{Kind: runtime.RunFinished, Result: &runtime.Result{Status: runtime.Succeeded}})
	p.view.close()
	p.shot("closed")
	compareGolden(t, "live_poll.txt", p.log.String())
}

func TestLiveViewOfAFailure(t *testing.T) {
	p := newPlayer(60, 24)
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: "first", Visit: 1, Attempt: 1})
	p.event(runtime.Event{Kind: runtime.ExchangeFailed, StepID: "first", Visit: 1, Attempt: 1, Failure: &runtime.Failure{Message: "api.example refused the connection and this sentence is far too long for the line"}})
	p.event(runtime.Event{Kind: runtime.StepFinished, StepID: "first", Visit: 1, Attempt: 1, Status: runtime.StepFailed, Failure: &runtime.Failure{Message: "api.example refused the connection and this sentence is far too long for the line"}, Action: &runtime.ActionTaken{Type: "retry", Target: "first"}})
	p.event(runtime.Event{Kind: runtime.Waiting, StepID: "first", Visit: 1, Attempt: 1, Wait: 3 * time.Second, Until: p.at.Add(3 * time.Second), Reason: `retry action "again"`})
	p.pass(3 * time.Second)
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: "first", Visit: 1, Attempt: 2})
	p.event(runtime.Event{Kind: runtime.StepFinished, StepID: "first", Visit: 1, Attempt: 2, Status: runtime.StepFailed, Response: &runtime.Response{Status: 503}, Failure: &runtime.Failure{Message: "x"}})
	p.view.close()
	p.shot("closed")
	compareGolden(t, "live_failure.txt", p.log.String())
}

func TestLiveViewWithRequestLines(t *testing.T) {
	p := newPlayer(80, 24)
	p.view.verbose = true
	p.attempt("one", 1, runtime.StepSucceeded, 200, nil, nil)
	p.attempt("two", 1, runtime.StepFailed, 404, nil, nil)
	p.view.close()
	p.shot("closed")
	compareGolden(t, "live_verbose.txt", p.log.String())
}

func TestLiveViewScrollsStepsThatNoLongerFit(t *testing.T) {
	p := newPlayer(40, 5)
	for i := range 6 {
		p.attempt(fmt.Sprintf("step%d", i), 1, runtime.StepSucceeded, 200, nil, nil)
		if drawn := len(p.view.rows); drawn > 3 {
			t.Errorf("%d lines are drawn again and again on a screen of 5", drawn)
		}
	}
	p.attempt("step0", 2, runtime.StepSucceeded, 200, nil, nil)
	p.view.close()
	want := "✓ step0  200ms\n✓ step1  200ms\n✓ step2  200ms\n✓ step3  200ms\n✓ step4  200ms\n✓ step5  200ms\n✓ step0  visit 2 · 200ms\n"
	if diff := cmp.Diff(want, p.screen.String()); diff != "" {
		t.Errorf("screen differs (-want +got):\n%s", diff)
	}
}

func TestLiveViewKeepsWithinTheWidth(t *testing.T) {
	for _, width := range []int{1, 2, 5, 20, 40} {
		p := newPlayer(width, 24)
		p.view.paint = palette{on: true}
		p.attempt("aStepWithAnExtraordinarilyLongNameThatNobodyNeeds", 1, runtime.StepSucceeded, 200, map[string]any{"status": "日本語のとても長い状態"}, nil)
		p.view.announce("ending the run; press Ctrl-C again to stop at once")
		for _, line := range p.view.frame() {
			plain := strings.NewReplacer("\x1b[32m", "", "\x1b[33m", "", "\x1b[0m", "").Replace(line)
			if n := textWidth(plain); n > max(2, width-1) {
				t.Errorf("width %d: line %q takes %d cells", width, plain, n)
			}
		}
	}
}

func TestLiveViewDefusesWhatServersSend(t *testing.T) {
	p := newPlayer(80, 24)
	p.attempt("evil\x1b[2J", 1, runtime.StepSucceeded, 200, map[string]any{"status": "\x1b]0;title\a"}, nil)
	if strings.ContainsAny(p.screen.String(), "\x1b\a") {
		t.Errorf("an escape reached the screen: %q", p.screen)
	}
}

func TestLiveViewGivesTheCursorBack(t *testing.T) {
	p := newPlayer(80, 24)
	p.view.start()
	if !p.screen.hidden {
		t.Error("the cursor is not hidden while the view is live")
	}
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: "one", Visit: 1, Attempt: 1})
	p.view.announce("ending the run")
	p.event(runtime.Event{Kind: runtime.RunFinished})
	p.view.close()
	p.view.close()
	if p.screen.hidden {
		t.Error("the cursor is still hidden")
	}
	if diff := cmp.Diff("■ one  0ms\n", p.screen.String()); diff != "" {
		t.Errorf("screen differs (-want +got):\n%s", diff)
	}
	var none *liveView
	none.close()
	none.restore()
}

func TestASCIITerminalsGetASCII(t *testing.T) {
	p := newPlayer(30, 24)
	p.view.term.unicode = false
	p.event(runtime.Event{Kind: runtime.StepStarted, StepID: "one", Visit: 1, Attempt: 1})
	p.attempt("two", 1, runtime.StepFailed, 500, map[string]any{"state": "a state that is too long"}, nil)
	for _, r := range p.screen.String() {
		if r > 0x7e {
			t.Fatalf("character %q on an ASCII terminal:\n%s", r, p.screen)
		}
	}
}

func TestStateIsWhatTheActionsTest(t *testing.T) {
	doc, list := arazzo.Parse("w.yaml", []byte(`
arazzo: 1.0.1
info: {title: States, version: "1"}
sourceDescriptions: [{name: api, url: api.yaml}]
workflows:
  - workflowId: w
    steps:
      - stepId: poll
        operationId: poll
        onSuccess:
          - name: token
            type: end
            criteria: [{condition: $statusCode == 200 && $response.body#/token != null}]
          - name: done
            type: end
            criteria: [{context: $response.body, condition: '$.job.progress == "DONE"', type: jsonpath}]
`))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	s := &states{workflow: doc.Workflow("w")}
	for _, test := range []struct{ body, want string }{
		{`{"job": {"progress": "HALF"}, "token": "secret"}`, "HALF"},
		{`{"job": {"progress": 50}}`, "50"},
		{`{"job": {"progress": ["a"]}}`, ""},
		{`{"token": "secret"}`, ""},
		{`not JSON`, ""},
		{``, ""},
	} {
		ev := &runtime.Event{WorkflowID: "w", StepID: "poll", Response: &runtime.Response{Status: 200, Body: []byte(test.body)}}
		if got := s.of(ev); got != test.want {
			t.Errorf("state of %s is %q, want %q", test.body, got, test.want)
		}
	}
	if got := s.of(&runtime.Event{WorkflowID: "other", StepID: "poll", Response: &runtime.Response{Body: []byte(`{}`)}}); got != "" {
		t.Errorf("state of another workflow is %q", got)
	}
}

func TestStateOfAReply(t *testing.T) {
	tests := []struct {
		name    string
		outputs map[string]any
		want    string
	}{
		{"none", nil, ""},
		{"status", map[string]any{"jobStatus": "RUNNING", "id": "x"}, "RUNNING"},
		{"first by name", map[string]any{"b_state": "B", "a_status": "A"}, "A"},
		{"number", map[string]any{"status": json.Number("3")}, "3"},
		{"not a scalar", map[string]any{"status": map[string]any{"a": "b"}, "phase": "two"}, "two"},
		{"null", map[string]any{"status": nil}, ""},
		{"a novel", map[string]any{"status": strings.Repeat("x", 41)}, ""},
		{"a token is no state", map[string]any{"token": "secret"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s *states
			if got := s.of(&runtime.Event{Outputs: test.outputs}); got != test.want {
				t.Errorf("state is %q, want %q", got, test.want)
			}
		})
	}
}
