package lint_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-d89508e2/arazzo/cmd/arazzo/internal/lint"
)

// fakeEvents are events that a test sends.
type fakeEvents struct {
	changes chan string
	errors  chan error
	watched []string
	refuse  error
}

func newEvents() *fakeEvents {
	return &fakeEvents{changes: make(chan string), errors: make(chan error)}
}

func (e *fakeEvents) Watch(folders []string) error { e.watched = folders; return e.refuse }
func (e *fakeEvents) Changes() <-chan string       { return e.changes }
func (e *fakeEvents) Errors() <-chan error         { return e.errors }

// session is a watch in a synctest bubble.
type session struct {
	t      *testing.T
	dir    string
	events *fakeEvents
	rounds []*lint.Round
	err    error
	cancel context.CancelFunc
}

// watching starts a watch of arguments in a folder with files.
func watching(t *testing.T, files map[string]string, arguments ...string) *session {
	t.Helper()
	s := &session{t: t, dir: t.TempDir(), events: newEvents()}
	write(t, s.dir, files)
	for i, a := range arguments {
		arguments[i] = filepath.Join(s.dir, a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	c := lint.New(lint.Options{Home: s.dir})
	determine := func() ([]lint.Document, int, error) {
		found, err := lint.Find(arguments)
		if err != nil {
			return nil, 0, err
		}
		selected, problems, _ := c.Select(found)
		return selected, len(found) - len(selected), problems.Err()
	}
	go func() {
		s.err = c.Watch(ctx, arguments, s.events, determine, func(r *lint.Round) { s.rounds = append(s.rounds, r) })
	}()
	synctest.Wait()
	return s
}

// change writes files and tells of them. An empty text removes a file.
func (s *session) change(files map[string]string) {
	s.t.Helper()
	for name, text := range files {
		if text == "" {
			if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
				s.t.Fatal(err)
			}
			continue
		}
		write(s.t, s.dir, map[string]string{name: text})
	}
	for name := range files {
		s.events.changes <- filepath.Join(s.dir, name)
	}
	pause()
}

// pause lets the time pass after which documents are checked again.
func pause() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// expect compares the last round and forgets those before it.
func (s *session) expect(what string, checked int, want ...string) {
	s.t.Helper()
	if len(s.rounds) != 1 {
		s.t.Fatalf("%s: %d rounds, want 1", what, len(s.rounds))
	}
	round := s.rounds[0]
	s.rounds = nil
	if d := cmp.Diff(want, rulesOf(round.Results)); d != "" || round.Checked != checked || round.Err != nil {
		s.t.Errorf("%s: %d checked, want %d, error %v (-want +got):\n%s", what, round.Checked, checked, round.Err, d)
	}
}

func TestWatchChecksAgainWhatDependsOnAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, map[string]string{"a.yaml": sound, "b.yaml": broken, "api.yaml": api, "other/c.yaml": warned, "other/api.yaml": api}, ".")
		s.expect("at first", 3, "b.yaml: error unknown-operation", "c.yaml: warning missing-parameter")

		s.change(map[string]string{"b.yaml": warned})
		s.expect("a document changes", 1, "b.yaml: warning missing-parameter", "c.yaml: warning missing-parameter")

		s.change(map[string]string{"api.yaml": "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: {get: {operationId: a, parameters: [], responses: {'200': {description: ok}}}}\n"})
		s.expect("a source changes", 2, "a.yaml: warning undeclared-parameter", "c.yaml: warning missing-parameter")

		s.change(map[string]string{"new/d.yaml": broken, "new/api.yaml": api})
		s.expect("a document comes", 1, "a.yaml: warning undeclared-parameter", "d.yaml: error unknown-operation", "c.yaml: warning missing-parameter")

		s.change(map[string]string{"new/d.yaml": ""})
		s.expect("a document goes", 0, "a.yaml: warning undeclared-parameter", "c.yaml: warning missing-parameter")

		s.change(map[string]string{".arazzolint.yaml": "rules: {missing-parameter: off}\nignore: [a.yaml]\n"})
		s.expect("a configuration comes", 2)

		s.change(map[string]string{"notes.txt": "nothing"})
		s.change(map[string]string{"elsewhere.go": "nothing"})
		if len(s.rounds) > 0 {
			t.Errorf("%d rounds for files on which nothing depends", len(s.rounds))
		}
		s.cancel()
		synctest.Wait()
		if s.err != nil {
			t.Error(s.err)
		}
	})
}

func TestWatchWaitsForAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, map[string]string{"a.yaml": broken, "api.yaml": api}, "a.yaml")
		s.expect("at first", 1, "a.yaml: error unknown-operation")
		file := filepath.Join(s.dir, "a.yaml")
		for range 5 {
			s.events.changes <- file
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		s.events.changes <- file
		write(t, s.dir, map[string]string{"a.yaml": sound})
		s.events.changes <- file
		pause()
		s.expect("an editor puts a file in the place of another", 1)
		s.cancel()
		synctest.Wait()
	})
}

func TestWatchSeesASourceAppear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, map[string]string{"a.yaml": sound}, "a.yaml")
		s.expect("at first", 1, "a.yaml: error source-not-found")
		if !slices.Contains(s.events.watched, s.dir) {
			t.Errorf("watched: %q", s.events.watched)
		}
		s.change(map[string]string{"api.yaml": api})
		s.expect("then", 1)
		s.cancel()
		synctest.Wait()
	})
}

func TestWatchSurvivesAnInvalidConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, map[string]string{"a.yaml": broken, "api.yaml": api, ".arazzolint.yaml": "rulez: {}"}, ".")
		if len(s.rounds) != 1 || s.rounds[0].Err == nil {
			t.Fatalf("%+v", s.rounds)
		}
		s.rounds = nil
		s.change(map[string]string{".arazzolint.yaml": "rules: {}"})
		s.expect("then", 1, "a.yaml: error unknown-operation")
		s.cancel()
		synctest.Wait()
	})
}

func TestWatchEndsWhenFoldersCannotBeWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := watching(t, map[string]string{"a.yaml": sound, "api.yaml": api}, ".")
		broken := errors.New("no more watches")
		s.events.errors <- broken
		synctest.Wait()
		if !errors.Is(s.err, broken) {
			t.Errorf("%v", s.err)
		}
		s.cancel()
	})
}

// TestFileEventsSurviveReplacedFiles waits for what the file system tells.
func TestFileEventsSurviveReplacedFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.yaml": sound, "other/x": ""})
	events, err := lint.NewFileEvents()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := events.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := events.Watch([]string{dir, filepath.Join(dir, "missing")}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a.yaml")
	await := func() {
		t.Helper()
		for {
			select {
			case name := <-events.Changes():
				if name == file {
					return
				}
			case err := <-events.Errors():
				t.Fatal(err)
			}
		}
	}
	for range 3 {
		write(t, dir, map[string]string{".a.yaml.swp": warned})
		if err := os.Rename(filepath.Join(dir, ".a.yaml.swp"), file); err != nil {
			t.Fatal(err)
		}
		await()
	}
	if err := events.Watch([]string{filepath.Join(dir, "other")}); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "other", "x")
	write(t, dir, map[string]string{"a.yaml": sound, "other/x": "changed"})
	await()
}
