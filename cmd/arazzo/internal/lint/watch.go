package lint

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo/check"
)

// Events tells of changes in folders.
type Events interface {
	// Watch sets the folders, as absolute paths. Those that do not exist are left
	// out.
	Watch(folders []string) error
	// Changes yields the absolute paths of files and folders in them that may have
	// changed, come or gone.
	Changes() <-chan string
	// Errors yields what goes wrong meanwhile.
	Errors() <-chan error
}

// quiet is how long nothing must change before documents are checked again:
// editors save in several steps, and programs many files at a time.
const quiet = 60 * time.Millisecond

// Round is what is known after documents were checked again.
type Round struct {
	// Results has one for each document, in their order.
	Results []*Result
	// Checked is how many of them are new.
	Checked int
	// Ignored is how many documents the configuration excludes.
	Ignored int
	Took    time.Duration
	// Err says why the documents could not be determined. There are no results
	// then.
	Err error
}

// Watch checks the documents for which arguments stand, and again whenever
// something changes on which they depend, until the context is cancelled. Only
// what depends on the change is checked again. Determine lists the documents;
// show is called after each round. Watch returns an error if folders cannot be
// watched.
func (c *Checker) Watch(ctx context.Context, arguments []string, events Events, determine func() ([]Document, int, error), show func(*Round)) error {
	w := &watch{checker: c, arguments: arguments, events: events, determine: determine}
	if err := events.Watch(w.folders()); err != nil {
		return err
	}
	changed := []string(nil)
	for {
		round := w.round(ctx, changed)
		if ctx.Err() != nil {
			return nil
		}
		show(round)
		missed, err := w.follow()
		if err != nil {
			return err
		}
		for changed = w.relevant(missed); len(changed) == 0; changed = w.relevant(changed) {
			if changed, err = w.wait(ctx); err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
}

// watch is one call of [Checker.Watch].
type watch struct {
	checker   *Checker
	arguments []string
	events    Events
	determine func() ([]Document, int, error)
	// known are the results so far by the names of the documents, nil if nothing
	// that was found holds any more.
	known map[string]*Result
	// watched are the folders that are watched. stamps are those of the files that
	// are in others, as they were when they had just been read.
	watched []string
	stamps  map[string]stamp
}

// stamp changes when a file does.
type stamp struct {
	modified int64
	size     int64
}

// stampOf is the stamp of a file, the zero value for one that does not exist.
func stampOf(file string) stamp {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime().UnixNano(), info.Size()}
}

// round checks what has to be checked after a change.
func (w *watch) round(ctx context.Context, changed []string) *Round {
	started := time.Now()
	w.stamps = map[string]stamp{}
	w.checker.Forget(changed)
	if slices.ContainsFunc(changed, isConfig) {
		w.known = nil
	}
	documents, ignored, err := w.determine()
	if err != nil {
		w.known = nil
		return &Round{Err: err}
	}
	round := &Round{Ignored: ignored}
	var stale []Document
	known := make(map[string]*Result, len(documents))
	for _, d := range documents {
		if r := w.known[d.Name]; r != nil && !dependsOn(r, changed) {
			known[d.Name] = r
			continue
		}
		stale = append(stale, d)
	}
	w.checker.check(ctx, stale, len(documents) > 1, func(r *Result) {
		known[r.Document.Name] = r
		round.Checked++
		for _, f := range r.Files {
			if !slices.Contains(w.watched, filepath.Dir(f)) {
				w.stamps[f] = stampOf(f)
			}
		}
	})
	w.known = known
	for _, d := range documents {
		if r := known[d.Name]; r != nil {
			round.Results = append(round.Results, r)
		}
	}
	round.Took = time.Since(started)
	return round
}

func isConfig(file string) bool { return filepath.Base(file) == check.ConfigName }

func dependsOn(r *Result, files []string) bool {
	return slices.ContainsFunc(files, func(f string) bool { return slices.Contains(r.Files, f) })
}

// follow watches what the documents depend on now. It returns the files that
// have changed before they were watched.
func (w *watch) follow() (missed []string, err error) {
	folders := w.folders()
	if slices.Equal(folders, w.watched) {
		return nil, nil
	}
	if err := w.events.Watch(folders); err != nil {
		return nil, err
	}
	for file, before := range w.stamps { // order: sorted below
		if stampOf(file) != before {
			missed = append(missed, file)
		}
	}
	slices.Sort(missed)
	w.watched = folders
	return missed, nil
}

// wait collects changes until there is a pause.
func (w *watch) wait(ctx context.Context) ([]string, error) {
	var changed []string
	var pause <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case err := <-w.events.Errors():
			return nil, err
		case file := <-w.events.Changes():
			changed = append(changed, file)
			pause = time.After(quiet)
		case <-pause:
			return changed, nil
		}
	}
}

// relevant keeps the changes that may concern a document: files on which one
// depends, configurations, and what may be a new document or a folder of some.
func (w *watch) relevant(changed []string) []string {
	var out []string
	for _, file := range changed {
		if w.concerns(file) && !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	return out
}

func (w *watch) concerns(file string) bool {
	if isConfig(file) {
		return true
	}
	for _, r := range w.known { // order: any of them will do
		if slices.Contains(r.Files, file) {
			return true
		}
	}
	if !slices.ContainsFunc(w.roots(), func(root string) bool { return isBelow(file, root) }) {
		return false
	}
	if isCandidate(filepath.Base(file)) {
		return true
	}
	info, err := os.Stat(file)
	return err == nil && info.IsDir() && !skipped(filepath.Base(file))
}

func isBelow(file, folder string) bool {
	below, err := filepath.Rel(folder, file)
	return err == nil && filepath.IsLocal(below)
}

// roots are the folders in which documents are looked for.
func (w *watch) roots() []string {
	var roots []string
	for _, argument := range w.arguments {
		if IsURL(argument) {
			continue
		}
		root := argument
		switch info, err := os.Stat(argument); {
		case err == nil && info.IsDir():
		case err != nil && slices.ContainsFunc([]rune(argument), func(r rune) bool { return r == '*' || r == '?' || r == '[' }):
			root, _ = splitPattern(argument)
		default:
			continue
		}
		if absolute, err := filepath.Abs(root); err == nil {
			roots = append(roots, absolute)
		}
	}
	return roots
}

// folders are those in which something may happen that concerns a document.
func (w *watch) folders() []string {
	set := map[string]bool{}
	for _, root := range w.roots() {
		// What cannot be read is not watched.
		_ = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case entry.IsDir() && name != root && skipped(entry.Name()):
				return filepath.SkipDir
			case entry.IsDir():
				set[name] = true
			}
			return nil
		})
	}
	for _, argument := range w.arguments {
		if absolute, err := filepath.Abs(argument); err == nil && !IsURL(argument) {
			set[filepath.Dir(absolute)] = true
		}
	}
	for _, r := range w.known { // order: a set is made
		for _, f := range r.Files {
			if filepath.IsAbs(f) {
				set[filepath.Dir(f)] = true
			}
		}
	}
	for folder := range maps.Clone(set) { // order: a set is made
		w.checker.configs.upwards(folder, func(above string) { set[above] = true })
	}
	return slices.Sorted(maps.Keys(set))
}
