package arazzo

import (
	"slices"

	"github.com/seed-d89508e2/arazzo/expr"
)

// Version is the version of the expression grammar that the document uses.
func (d *Document) Version() expr.Version {
	if d.minor >= 1 {
		return expr.V1_1
	}
	return expr.V1_0
}

// Names tells which names the workflow declares. The result is immutable.
func (w *Workflow) Names() expr.Names { return newNames(w) }

// workflowNames implements [expr.Names].
type workflowNames struct {
	inputs  inputNames
	steps   []string
	outputs map[string][]string
}

func newNames(w *Workflow) *workflowNames {
	n := &workflowNames{inputs: declaredInputs(w), outputs: make(map[string][]string, len(w.Steps))}
	for _, s := range w.Steps {
		if s.StepID == "" {
			continue
		}
		n.steps = append(n.steps, s.StepID)
		for _, o := range s.Outputs {
			n.outputs[s.StepID] = append(n.outputs[s.StepID], o.Name)
		}
	}
	return n
}

// Input reports whether the schema of the inputs lists the name.
func (n *workflowNames) Input(name string) bool { return slices.Contains(n.inputs.names, name) }

// InputNames returns the names that the schema of the inputs lists.
func (n *workflowNames) InputNames() []string { return n.inputs.names }

// StepOutput reports whether the step exists and has the output.
func (n *workflowNames) StepOutput(step, output string) bool {
	return slices.Contains(n.outputs[step], output)
}

// StepNames returns the ids of the steps.
func (n *workflowNames) StepNames() []string { return n.steps }

// OutputNames returns the names of the outputs of a step.
func (n *workflowNames) OutputNames(step string) []string { return n.outputs[step] }

// inputNames is what the schema of a workflow's inputs says about names.
type inputNames struct {
	names []string
	// closed: no other names are admitted.
	closed bool
	// listed: the schema lists names at all.
	listed bool
	// required are those that must be given and have no default.
	required []string
}
