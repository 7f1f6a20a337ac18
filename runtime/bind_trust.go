package runtime

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// own gives the names of the sources of a workflow's document to what they stand
// for there, unless they are given already.
//
// What the user says of a name (a server, credentials) is for the source that
// the entry document calls so, and else for the first. A document from elsewhere
// must not get hold of it by using the same name.
//
// Names that differ only in what environment variables cannot tell apart are one
// name in this respect.
func (b *binder) own(wf *workflow, now bool) {
	if !now {
		return
	}
	names := make([]string, 0, len(wf.sources))
	for name := range wf.sources { // order: sorted below
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		location := wf.sources[name].location()
		if _, known := b.owners[name]; !known {
			b.owners[name] = location
		}
		if _, known := b.folded[fold(name)]; !known {
			b.folded[fold(name)] = location
		}
	}
}

// fold returns what is left of a name in that of an environment variable.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, name)
}

// permit asks whether requests of a step may go where they would go.
func (b *binder) permit(entry string, wf *workflow, s *step, t *target) {
	if b.options.Permit == nil || t.base == "" {
		return
	}
	why := t.reach.onWordOf(wf.ref.Document).onWordOf(entry)
	refused := b.options.Permit(t.base, why)
	if refused == nil {
		return
	}
	if said := refused.Rule + "\x00" + refused.Message; !b.said[said] {
		b.said[said] = true
		d := *refused
		d.Message = fmt.Sprintf("step %q must not be sent: %s", s.id, d.Message)
		d.Range = s.origin.Range()
		d.Pointer = s.origin.Pointer()
		b.problems.Add(d)
	}
}

// warnShadowed says that a server or variables were given for a name, and that
// the source of a step is another one of that name.
func (b *binder) warnShadowed(s *step, location string) {
	name := s.call.source
	_, served := b.options.Servers[name]
	_, set := b.options.Variables[name]
	said := "shadowed\x00" + name + "\x00" + location
	if !served && !set || b.said[said] {
		return
	}
	b.said[said] = true
	d := problem(s.origin, "shadowed-source", "give the two sources different names",
		"what is given for source %q is for %q, and not for %q, which the document of step %q calls so too", name, b.owners[name], location, s.id)
	d.Severity = diag.Warning
	b.problems.Add(d)
}
