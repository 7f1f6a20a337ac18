package arazzo

import "strings"

// Ordered returns the steps in the order in which they run if they run one
// after the other: that of the document, but for steps that depend on later
// ones, which run after them. Dependencies that form a cycle are not followed
// all the way around. The result must not be changed.
//
// Arazzo 1.1.0, Step Object, dependsOn: the listed steps MUST be completed
// before; a reference to the output of another step is an implicit dependency,
// and tools that execute steps sequentially MUST satisfy both. A workflow
// without any dependsOn keeps its order.
func (w *Workflow) Ordered() []*Step {
	depends := false
	position := make(map[string]int, len(w.Steps))
	for i, s := range w.Steps {
		if _, taken := position[s.StepID]; !taken {
			position[s.StepID] = i
		}
		depends = depends || len(s.DependsOn) > 0
	}
	if !depends {
		return w.Steps
	}
	o := ordering{workflow: w, position: position, state: make([]placement, len(w.Steps)), loops: w.loops(w.Steps, position)}
	for i := range w.Steps {
		o.place(i)
	}
	return o.out
}

type placement uint8

const (
	waiting placement = iota
	entered
	placed
)

type ordering struct {
	workflow *Workflow
	position map[string]int
	state    []placement
	loops    loops
	out      []*Step
}

func (o *ordering) place(i int) {
	if o.state[i] != waiting {
		return
	}
	o.state[i] = entered
	s := o.workflow.Steps[i]
	for _, text := range s.DependsOn {
		if j, ok := o.local(text); ok {
			o.place(j)
		}
	}
	for _, j := range o.usedBy(s) {
		// A step that leads back is there to be run again, with the output of the
		// later one.
		if j > i && !o.loops.leadBack(j, i) {
			o.place(j)
		}
	}
	o.state[i] = placed
	o.out = append(o.out, s)
}

// local finds the step of the same workflow that an entry of dependsOn names.
func (o *ordering) local(text string) (int, bool) {
	if j, ok := o.position[text]; ok {
		return j, true
	}
	if rest, ok := strings.CutPrefix(text, "$workflows."+o.workflow.WorkflowID+".steps."); ok {
		j, ok := o.position[rest]
		return j, ok
	}
	return 0, false
}

// usedBy lists the steps whose outputs a step uses, in the order of their use.
func (o *ordering) usedBy(s *Step) []int {
	var used []int
	var look func(n *node)
	look = func(n *node) {
		for _, c := range n.children {
			look(c)
		}
		if n.kind != String {
			return
		}
		for rest := n.text; ; {
			_, after, found := strings.Cut(rest, "$steps.")
			if !found {
				return
			}
			rest = after
			if name, _, ok := strings.Cut(after, ".outputs."); ok {
				if j, known := o.position[name]; known {
					used = append(used, j)
				}
			}
		}
	}
	for _, field := range []string{"parameters", "requestBody", "successCriteria", "onSuccess", "onFailure", "outputs", "correlationId"} {
		if n := s.node.member(field); n != nil {
			look(n)
		}
	}
	return used
}

// loops tells where the actions of steps lead back to.
type loops struct {
	// first is, for each step, the least index to which an action of it or of a
	// later step leads, and shared the least to which one of the workflow leads.
	first  []int
	shared int
	// retries: an action of the workflow repeats whatever step failed.
	retries bool
}

// loops looks at the actions of the workflow. Order gives the index of each of
// the steps by its id.
func (w *Workflow) loops(steps []*Step, order map[string]int) loops {
	none := len(steps)
	least := func(self int, lists ...[]*Action) (first int, retries bool) {
		first = none
		for _, list := range lists {
			for _, a := range list {
				if a = w.document.ResolveAction(a); a == nil {
					continue
				}
				if target, known := order[a.StepID]; known {
					first = min(first, target)
				} else if a.Type == "retry" {
					first, retries = min(first, self), true
				}
			}
		}
		return first, retries
	}
	l := loops{first: make([]int, len(steps)+1)}
	l.shared, l.retries = least(none, w.SuccessActions, w.FailureActions)
	l.first[len(steps)] = none
	for i := len(steps) - 1; i >= 0; i-- {
		own, _ := least(i, steps[i].OnSuccess, steps[i].OnFailure)
		l.first[i] = min(own, l.first[i+1])
	}
	return l
}

// leadBack reports whether an action of a step at or behind the index from
// leads to a step at or before the index to.
func (l *loops) leadBack(from, to int) bool {
	return l.shared <= to || l.retries && from <= to || l.first[from] <= to
}
