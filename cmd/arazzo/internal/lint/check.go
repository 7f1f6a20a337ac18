package lint

import (
	"context"
	"maps"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Options says how documents are checked. What is set here beats the
// configuration files. The zero value leaves all to them.
type Options struct {
	// Strict and FailOn replace what the configuration says, unless they are nil.
	Strict *bool
	FailOn *diag.Severity
	// Severities says how rules are reported.
	Severities map[string]check.Level
	// Sources says where sources really are: name to path or URL.
	Sources map[string]string
	// Include are further documents, found by their $self.
	Include []string
	// FindSources uses the nearby candidate of a source that has moved.
	FindSources bool
	// Fetcher reads documents of the network. Nil: they are refused.
	Fetcher arazzo.Fetcher
	// Stdin is the text of the document named "-".
	Stdin []byte
	// Home is where the search for configuration files ends. It may be empty.
	Home string
	// Now is the clock that is shown. Nil: time is not measured.
	Now func() time.Time
}

// StdinName stands for standard input in messages.
const StdinName = "<stdin>"

// Checker checks documents, and keeps the descriptions that they share. It is
// safe for concurrent use.
type Checker struct {
	options Options
	configs configs
	cache   arazzo.Cache
}

// New returns a Checker.
func New(o Options) *Checker {
	return &Checker{options: o, configs: configs{home: o.Home}}
}

// Settings returns the configuration that applies to a document.
func (c *Checker) Settings(d Document) *Settings { return c.configs.of(d.Name) }

// Select leaves out the documents that were found and that their configuration
// excludes. It returns what is wrong with the configurations too, each problem
// once, and the texts of the files that it is in.
func (c *Checker) Select(documents []Document) (selected []Document, problems diag.List, texts map[string][]byte) {
	texts = map[string][]byte{}
	seen := map[*Settings]bool{}
	for _, d := range documents {
		s := c.Settings(d)
		if !d.Found || !s.ignores(d.Name) {
			selected = append(selected, d)
		}
		if !seen[s] && len(s.Problems) > 0 {
			problems.Add(s.Problems...)
			texts[shortName(s.File)] = s.text
		}
		seen[s] = true
	}
	return selected, problems, texts
}

// Result is what was found in one document.
type Result struct {
	Document Document
	List     diag.List
	// FailOn is the severity from which on the document counts as invalid.
	FailOn diag.Severity
	// Host says that the document could not be read at all.
	Host bool
	Took time.Duration
	// Sources are the names of the sources that the document describes.
	Sources []string
	// Files are those of which the document is made, as absolute paths and URLs.
	Files []string
	// texts are the files that List points into.
	texts map[string][]byte
}

// Failed reports whether the document counts as invalid.
func (r *Result) Failed() bool {
	for i := range r.List {
		if r.List[i].Severity <= r.FailOn {
			return true
		}
	}
	return false
}

// Text returns the text of a file that the list points into, or nil.
func (r *Result) Text(file string) []byte { return r.texts[file] }

// Check checks documents, as many at a time as there are processors, and calls
// done for each in their order. It ends early if the context is cancelled.
func (c *Checker) Check(ctx context.Context, documents []Document, done func(*Result)) {
	c.check(ctx, documents, len(documents) > 1, done)
}

// check checks documents, which may be some of several.
func (c *Checker) check(ctx context.Context, documents []Document, several bool, done func(*Result)) {
	workers := min(runtime.GOMAXPROCS(0), len(documents))
	slots := make([]chan outcome, len(documents))
	for i := range slots {
		slots[i] = make(chan outcome, 1)
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(documents) || ctx.Err() != nil {
					return
				}
				slots[i] <- c.guarded(ctx, documents[i], several)
			}
		})
	}
	defer wait.Wait()
	for i := range slots {
		select {
		case o := <-slots[i]:
			if o.panicked != nil {
				panic(o.panicked)
			}
			done(o.result)
		case <-ctx.Done():
			return
		}
	}
}

// outcome is a result, or the panic that came instead.
type outcome struct {
	result   *Result
	panicked any
}

// guarded hands a panic to the goroutine that waits.
func (c *Checker) guarded(ctx context.Context, d Document, several bool) (o outcome) {
	defer func() {
		if v := recover(); v != nil {
			o.panicked = v
		}
	}()
	return outcome{result: c.one(ctx, d, several)}
}

// one checks one document, which may be one of several.
func (c *Checker) one(ctx context.Context, d Document, several bool) *Result {
	started := c.now()
	settings := c.Settings(d)
	loader := c.loader(settings)
	r := &Result{Document: d, FailOn: settings.FailOn}
	if c.options.FailOn != nil {
		r.FailOn = *c.options.FailOn
	}
	o := check.Options{Strict: settings.Strict, Fixes: true}
	if c.options.Strict != nil {
		o.Strict = *c.options.Strict
	}
	o.Severities = map[string]check.Level{}
	if several {
		// What one of them does not need is there for another.
		o.Severities["unused-document"] = check.Off
	}
	maps.Copy(o.Severities, settings.Rules)
	maps.Copy(o.Severities, c.options.Severities)
	var b *arazzo.Bundle
	if d.Name == "-" {
		b, o.Loaded = loader.LoadBytes(ctx, StdinName, c.options.Stdin)
	} else {
		b, o.Loaded = loader.Load(ctx, d.Name)
	}
	r.Host = !b.Entry.Exists() && len(o.Loaded) > 0 && arazzo.IsHostFailure(o.Loaded[0].Rule)
	r.List = check.Bundle(b, o)
	for _, s := range b.Entry.SourceDescriptions {
		r.Sources = append(r.Sources, s.Name)
	}
	r.Files = b.Files()
	r.keepTexts(b)
	r.Took = c.now().Sub(started)
	return r
}

func (c *Checker) now() time.Time {
	if c.options.Now == nil {
		return time.Time{}
	}
	return c.options.Now()
}

func (c *Checker) loader(settings *Settings) *arazzo.Loader {
	sources := make(map[string]string, len(settings.Sources))
	for name := range settings.Sources { // order: each has its own entry
		sources[name] = settings.location(name)
	}
	maps.Copy(sources, c.options.Sources)
	return &arazzo.Loader{
		Fetcher: c.options.Fetcher, Sources: sources, OptionalSources: true,
		Include: c.options.Include, FindSources: c.options.FindSources, Cache: &c.cache,
	}
}

// keepTexts keeps the files that problems are in, so that the rest of the bundle
// can go.
func (r *Result) keepTexts(b *arazzo.Bundle) {
	r.texts = map[string][]byte{}
	keep := func(file string) {
		if _, kept := r.texts[file]; !kept && file != "" {
			r.texts[file] = b.Text(file)
		}
	}
	for _, d := range r.List {
		keep(d.Range.File)
		for _, related := range d.Related {
			keep(related.Range.File)
		}
		if d.Fix != nil {
			for _, e := range d.Fix.Edits {
				keep(e.File)
			}
		}
	}
}

// Forget lets go of what was kept of files that have changed.
func (c *Checker) Forget(files []string) {
	for _, f := range files {
		c.cache.Forget(f)
		if filepath.Base(f) == check.ConfigName {
			c.configs.forget()
		}
	}
}
