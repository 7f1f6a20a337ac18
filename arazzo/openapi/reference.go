package openapi

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	names "github.com/seed-d89508e2/arazzo/internal/location"
)

// RuleDanglingReference is the rule id of a $ref that leads nowhere or in a
// circle.
const RuleDanglingReference = "dangling-reference"

// RuleRemoteReadsFile is the rule id of a $ref to a local file in a file that
// came from the network.
const RuleRemoteReadsFile = "remote-document-reads-file"

// maxHops bounds the references that are followed, and the schemas that are
// looked at, for one operation.
const maxHops = 10_000

// maxFiles bounds the other files that are read for one description.
const maxFiles = 2_000

// maxChain bounds the references that lead from one place to the next.
const maxChain = 100

// resolver follows the references of one operation and collects what is wrong
// with them. It is not safe for concurrent use.
type resolver struct {
	document *Document
	warnings diag.List
	hops     int
	nodes    int     // the size of the values that were read as a whole
	searches int     // for similar names
	trees    []*tree // all trees that were looked at
}

func (d *Document) resolver() *resolver {
	return &resolver{document: d, nodes: maxNodes, searches: maxSearches}
}

// maxSearches bounds the searches for similar names for one operation.
const maxSearches = 20

// similar returns the members of an object with names like the wanted one.
func (r *resolver) similar(wanted string, v value) []string {
	if r.searches--; r.searches < 0 {
		return nil
	}
	return nearest(wanted, memberNames(v))
}

// json reads a value as a whole. All values of one operation together must not
// exceed a bound.
func (r *resolver) json(v value) (any, bool) {
	x, ok := v.jsonWithin(&r.nodes)
	if !ok && r.nodes < 0 {
		r.warn(RuleInvalidDescription, v.place(v.start()), "a value is left out: it is too large")
	}
	return x, ok
}

// leadsNowhere warns of a reference that cannot be followed.
func (r *resolver) leadsNowhere(ref string, at value, err error) {
	d := diag.Diagnostic{Rule: RuleDanglingReference, Severity: diag.Warning, Range: at.place(at.start())}
	var refused *fileError
	if errors.As(err, &refused) {
		d.Rule, d.Hint = refused.problem.Rule, refused.problem.Hint
	}
	d.Message = fmt.Sprintf("the reference %q leads nowhere: %v", ref, err)
	r.warnings.Add(d)
}

// fileError says why another file is not read, under a rule of its own.
type fileError struct{ problem *diag.Diagnostic }

func (e *fileError) Error() string { return e.problem.Message }

func (r *resolver) warn(rule string, at diag.Range, format string, args ...any) {
	r.warnings.Add(diag.Diagnostic{
		Rule: rule, Severity: diag.Warning, Message: fmt.Sprintf(format, args...), Range: at,
	})
}

// reference returns the $ref of an object.
func reference(v value) (ref string, at value, ok bool) { return referenceOf(v, "$ref") }

// referenceOf returns the reference in a member of an object.
func referenceOf(v value, keyword string) (ref string, at value, ok bool) {
	if v.kind() != kindObject {
		return "", value{}, false
	}
	at = v.member(keyword)
	if !at.exists() || at.kind() != kindString {
		return "", value{}, false
	}
	ref, _ = at.text()
	return ref, at, true
}

// follow returns what a value refers to, over any number of references, or the
// value itself if it is no reference. A reference that leads nowhere or in a
// circle gives no value, and a warning.
func (r *resolver) follow(v value) (value, bool) {
	var chain []value
	for {
		r.seen(v.tree)
		ref, at, ok := reference(v)
		if !ok {
			return v, v.exists()
		}
		if slices.Contains(chain, v) {
			r.warn(RuleDanglingReference, at.place(at.start()), "the reference %q leads in a circle", ref)
			return value{}, false
		}
		chain = append(chain, v)
		if r.hops++; r.hops > maxHops || len(chain) > maxChain {
			r.warn(RuleDanglingReference, at.place(at.start()), "the reference %q is one of too many", ref)
			return value{}, false
		}
		target, err := r.target(at, ref)
		if err != nil {
			r.leadsNowhere(ref, at, err)
			return value{}, false
		}
		if target.damaged() {
			r.warn(RuleInvalidDescription, at.place(at.start()), "the reference %q leads to an object that cannot be read", ref)
			return value{}, false
		}
		v = target.value
	}
}

func (r *resolver) seen(t *tree) {
	if t != nil && !slices.Contains(r.trees, t) {
		r.trees = append(r.trees, t)
	}
}

// parseOdd parses a file as a whole if something in it turned out to need the
// full parser. It reports whether there was such a file, so that what was read
// has to be read again.
func (r *resolver) parseOdd() bool {
	for _, t := range r.trees {
		if t.odd.Load() && t.src.parseOdd(t) {
			return true
		}
	}
	return false
}

// target returns what a reference at a place names.
func (r *resolver) target(at value, ref string) (located, error) {
	file, fragment, _ := strings.Cut(ref, "#")
	t := at.tree
	base := t.src.location
	if names := t.identities(false); file != "" || len(names.bases) > 0 {
		base = names.base
		if inner, ok := names.bases[at]; ok {
			base = inner
		}
	}
	uri := base
	if file != "" {
		uri = resolveLocation(base, file)
	}
	root, err := r.rootOf(t, uri, file)
	if err != nil {
		return located{}, err
	}
	r.seen(root.tree)
	if uri == root.tree.src.location || root.pointer == "" {
		uri = root.tree.identities(false).base
	}
	return r.within(root, uri, fragment)
}

// rootOf returns what a URI without a fragment names: a file, or a schema that
// says that this is its URI. The reference as it is written is relative.
func (r *resolver) rootOf(from *tree, uri, relative string) (located, error) {
	if readsFile(from.src.location, uri) {
		_, err := r.document.file(from.src.location, uri)
		return located{}, err
	}
	if found, ok := from.find(uri); ok {
		return found, nil
	}
	for _, t := range r.document.trees() {
		if found, ok := t.find(uri); ok {
			return found, nil
		}
	}
	src, err := r.document.file(from.src.location, uri)
	if beside := resolveLocation(from.src.location, relative); err != nil && beside != uri && from.base() != from.src.location {
		// OpenAPI 3.2.0, Establishing the Base URI: where a document says that it is
		// need not be where it was read from.
		if other, otherErr := r.document.file(from.src.location, beside); otherErr == nil {
			r.warn(RuleDanglingReference, diag.Range{File: from.src.file},
				"%q cannot be read, which is where \"$self\" puts %q; the file beside the description is taken", uri, relative)
			src, err = other, nil
		}
	}
	if err != nil {
		return located{}, err
	}
	t, problem := src.tree()
	if problem != nil {
		return located{}, problem
	}
	return located{value: t.top()}, nil
}

// trees returns what was read of the description so far.
func (d *Document) trees() []*tree {
	d.filesMu.Lock()
	defer d.filesMu.Unlock()
	var out []*tree
	if t := d.source.current.Load(); t != nil {
		out = append(out, t)
	}
	for _, location := range slices.Sorted(maps.Keys(d.files)) {
		if t := d.files[location].current.Load(); t != nil && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// file returns another file that a file of the description refers to. What came
// from the network refers to nothing on this machine.
func (d *Document) file(from, location string) (*source, error) {
	if isRemote(from) && !isRemote(location) {
		return nil, &fileError{&diag.Diagnostic{
			Rule: RuleRemoteReadsFile, Message: fmt.Sprintf("%q is no URL, and %q was fetched from the network", location, names.Shown(from)),
		}}
	}
	if location == d.source.location {
		return d.source, nil
	}
	if d.read == nil {
		return nil, fmt.Errorf("%q is another file, and other files are not read", location)
	}
	d.filesMu.Lock()
	defer d.filesMu.Unlock()
	if s, ok := d.files[location]; ok {
		return s, nil
	}
	asked := [2]string{from, location}
	if err := d.failed[asked]; err != nil {
		return nil, err
	}
	if len(d.files)+len(d.failed) >= maxFiles {
		return nil, fmt.Errorf("%q is not read: the description has more than %d files", location, maxFiles)
	}
	data, final, err := d.read(from, location)
	if err != nil {
		err = fmt.Errorf("%q cannot be read: %w", location, err)
		var refused *diag.Diagnostic
		if errors.As(err, &refused) {
			err = &fileError{refused}
		}
		d.failed[asked] = err
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%q is larger than 1 GiB", location)
	}
	if final == "" {
		final = location
	}
	s := d.files[final]
	switch {
	case final == d.source.location:
		s = d.source
	case s == nil:
		s = newSource(final, data)
	}
	d.files[location], d.files[final] = s, s
	return s, nil
}

// readsFile reports whether a file that came from the network refers to one on
// this machine.
func readsFile(from, location string) bool {
	if !isRemote(from) || isRemote(location) {
		return false
	}
	scheme, _, ok := strings.Cut(location, ":")
	return !ok || len(scheme) < 2 || strings.ContainsAny(scheme, "/\\") || strings.EqualFold(scheme, "file")
}

// isRemote reports whether a location is an http or https URL.
func isRemote(location string) bool {
	scheme, _, found := strings.Cut(location, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// resolveLocation applies a relative reference to the location of a file, which
// is a URI or a path.
func resolveLocation(base, ref string) string {
	if u, err := url.Parse(ref); err == nil && len(u.Scheme) > 1 {
		return ref
	}
	if b, err := url.Parse(base); err == nil && len(b.Scheme) > 1 {
		if u, err := b.Parse(ref); err == nil {
			return u.String()
		}
	}
	name := ref
	if decoded, err := url.PathUnescape(ref); err == nil {
		name = decoded
	}
	if path.IsAbs(name) || filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(filepath.Dir(base), filepath.FromSlash(name))
}

// pathItem returns a path item, followed by those that its $ref leads to, which
// count for what it does not say itself.
func (r *resolver) pathItem(v value) []value {
	item := []value{v}
	for {
		last := item[len(item)-1]
		r.seen(last.tree)
		ref, at, ok := reference(last)
		if !ok {
			return item
		}
		target, err := r.target(at, ref)
		if err != nil || slices.Contains(item, target.value) || len(item) > maxChain {
			if err == nil {
				err = errors.New("it leads in a circle")
			}
			r.leadsNowhere(ref, at, err)
			return item
		}
		item = append(item, target.value)
	}
}
