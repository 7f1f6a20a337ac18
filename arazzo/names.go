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

// maxSchemaDepth bounds how far references and combinations are followed.
const maxSchemaDepth = 32

// declaredInputs collects the input names of a workflow's schema, through
// references into the components and through allOf, anyOf and oneOf.
func declaredInputs(w *Workflow) inputNames {
	var found inputNames
	if w.Inputs.Kind() == Object {
		found.add(w, w.Inputs, 0, true)
	}
	return found
}

func (n *inputNames) add(w *Workflow, schema Value, depth int, always bool) {
	if depth > maxSchemaDepth || schema.Kind() != Object {
		return
	}
	if ref, ok := schema.Member("$ref").Text(); ok {
		if target := componentInput(w.document, ref); target.Exists() {
			n.add(w, target, depth+1, always)
		}
	}
	properties := schema.Member("properties")
	for name := range properties.Members() {
		n.name(name)
	}
	n.listed = n.listed || properties.Kind() == Object
	for _, required := range schema.Member("required").Elements() {
		if name, ok := required.Text(); ok {
			n.name(name)
			if always && !properties.Member(name).Has("default") {
				n.required = append(n.required, name)
			}
		}
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		for _, part := range schema.Member(keyword).Elements() {
			n.add(w, part, depth+1, always && keyword == "allOf")
		}
	}
	for _, keyword := range []string{"additionalProperties", "unevaluatedProperties"} {
		if other := schema.Member(keyword); other.Kind() == Bool && other.JSON() == false && !schema.Has("patternProperties") {
			n.closed = true
		}
	}
}

func (n *inputNames) name(name string) {
	if !slices.Contains(n.names, name) {
		n.names = append(n.names, name)
	}
}

const componentInputPrefix = "#/components/inputs/"

// componentInput finds the schema that a reference names by JSON Pointer or by
// anchor (Arazzo 1.1.0, Workflow Object: inputs; JSON Schema 2020-12, $anchor).
func componentInput(doc *Document, ref string) Value {
	if doc.Components == nil {
		return Value{}
	}
	for _, c := range doc.Components.Inputs {
		if ref == componentInputPrefix+escapeToken(c.Name) {
			return c.Value
		}
		if anchor, ok := c.Value.Member("$anchor").Text(); ok && ref == "#"+anchor {
			return c.Value
		}
	}
	return Value{}
}
