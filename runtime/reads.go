package runtime

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// noteReads finds out where in the reply to each step the workflow looks: in the
// step itself, and in what later steps read out of its outputs.
func (wf *workflow) noteReads() {
	shared := wf.outputPlaces(wf.outputs)
	later := make(map[string][]expr.Place)
	for _, p := range shared {
		wf.noteLater(later, p)
	}
	own := make([][]expr.Place, len(wf.steps))
	for i, s := range wf.steps {
		own[i] = s.places()
		for _, p := range own[i] {
			wf.noteLater(later, p)
		}
	}
	for i, s := range wf.steps {
		if s.call == nil {
			continue
		}
		behind := s.placesBehind(later[s.id])
		s.readLater = slices.DeleteFunc(behind, func(p expr.Place) bool { return !readsBody(p) })
		for _, p := range slices.Concat(own[i], shared, s.readLater) {
			if !readsBody(p) {
				continue
			}
			if s.reads == nil {
				s.reads = &xmltree.Reads{}
			}
			s.reads.Add(p.Path)
		}
	}
}

// readsBody reports whether a place lies inside the body of a reply.
func readsBody(p expr.Place) bool {
	return p.Root.Root == expr.RootResponse && p.Root.Part == expr.PartBody && len(p.Path) > 0
}

// noteLater keeps what is read inside an output of a step.
func (wf *workflow) noteLater(later map[string][]expr.Place, p expr.Place) {
	if p.Root.Root == expr.RootSteps && len(p.Path) > 0 {
		later[p.Root.Name] = append(later[p.Root.Name], p)
	}
}

func (wf *workflow) outputPlaces(outputs []*output) []expr.Place {
	var out []expr.Place
	for _, o := range outputs {
		out = append(out, o.value.places()...)
	}
	return out
}

// places are those that the step reads anywhere.
func (s *step) places() []expr.Place {
	var out []expr.Place
	criteria := func(list []*criterion) {
		for _, c := range list {
			if c.compiled != nil {
				out = append(out, c.compiled.Places()...)
			}
		}
	}
	arguments := func(list []*argument) {
		for _, a := range list {
			out = append(out, a.value.places()...)
		}
	}
	for _, p := range s.parameters {
		out = append(out, p.value.places()...)
	}
	if s.body != nil {
		out = append(out, s.body.payload.places()...)
		for _, r := range s.body.replacements {
			out = append(out, r.value.places()...)
		}
	}
	if s.sub != nil {
		arguments(s.sub.parameters)
	}
	criteria(s.criteria)
	for _, list := range [][]*action{s.onSuccess, s.onFailure} {
		for _, a := range list {
			criteria(a.criteria)
			arguments(a.parameters)
		}
	}
	for _, o := range s.outputs {
		out = append(out, o.value.places()...)
	}
	return out
}

// placesBehind turns places inside outputs of the step into places inside what
// the outputs are taken from.
func (s *step) placesBehind(later []expr.Place) []expr.Place {
	var out []expr.Place
	for _, p := range later {
		for _, o := range s.outputs {
			if o.name != p.Root.Output {
				continue
			}
			for _, from := range o.value.places() {
				if from.Root != nil && o.value.isWhole() {
					out = append(out, expr.Place{Root: from.Root, Path: slices.Concat(from.Path, p.Path)})
				}
			}
		}
	}
	return out
}

// places are those that the value reads.
func (v *value) places() []expr.Place {
	var out []expr.Place
	switch v.kind {
	case templateValue:
		for e := range v.template.Expressions() {
			out = append(out, e.Place())
		}
	case selectorValue:
		if v.context != nil && v.selector != nil {
			out = append(out, v.selector.Places(v.context)...)
		}
	case objectValue:
		for _, m := range v.members {
			out = append(out, m.value.places()...)
		}
	case arrayValue:
		for _, e := range v.elements {
			out = append(out, e.places()...)
		}
	case constantValue:
	}
	return out
}
