package lint

import (
	"bytes"
	"context"
	"maps"
	"os"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// FixOptions says which problems are mended.
type FixOptions struct {
	// Rules are the ids of the rules to mend. Empty: all.
	Rules []string
	// Strict mends only what the specification does not admit.
	Strict bool
	// Exact leaves out what may mean something else afterwards.
	Exact bool
}

// FixResult is what became of one document.
type FixResult struct {
	Document Document
	// Fixed is nil if Err is set.
	Fixed *check.Fixed
	// Err is a [*check.UnsoundError]: the document cannot be mended.
	Err error
	// Host says that the document could not be read at all.
	Host bool
	// Mark says that the file begins with a byte order mark.
	Mark bool
	// Sources are the names of the sources that the document describes.
	Sources []string
}

const byteOrderMark = "\uFEFF"

// Fix mends a document. Nothing is written.
func (c *Checker) Fix(ctx context.Context, d Document, o FixOptions) *FixResult {
	r := &FixResult{Document: d}
	settings := c.Settings(d)
	loader := c.loader(settings)
	text, name := c.options.Stdin, StdinName
	if d.Name != "-" {
		// What is fetched, or cannot be read, is the business of the loader.
		b, loaded := loader.Load(ctx, d.Name)
		text, name = b.Entry.Text(), b.Entry.Name()
		if !b.Entry.Exists() {
			r.Host = len(loaded) > 0 && arazzo.IsHostFailure(loaded[0].Rule)
			r.Fixed = &check.Fixed{Before: text, After: text, Errors: loaded.Select(diag.Error), Bundle: b}
			return r
		}
		r.Mark = startsWithMark(d.Name)
	}
	r.Mark = r.Mark || bytes.HasPrefix(text, []byte(byteOrderMark))
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	severities := maps.Clone(settings.Rules)
	if severities == nil {
		severities = map[string]check.Level{}
	}
	maps.Copy(severities, c.options.Severities)
	r.Fixed, r.Err = check.Fix(text, check.FixOptions{
		Load:  func(text []byte) (*arazzo.Bundle, diag.List) { return loader.LoadBytes(ctx, name, text) },
		Check: check.Options{Severities: severities},
		Rules: o.Rules, Strict: o.Strict, Exact: o.Exact,
	})
	if r.Err == nil {
		for _, s := range r.Fixed.Bundle.Entry.SourceDescriptions {
			r.Sources = append(r.Sources, s.Name)
		}
	}
	return r
}

// startsWithMark reports whether a local file begins with a byte order mark.
func startsWithMark(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, len(byteOrderMark))
	_, err = f.Read(head)
	return err == nil && string(head) == byteOrderMark
}
