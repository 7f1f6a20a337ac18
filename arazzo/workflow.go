package arazzo

// Workflow is a sequence of steps (Arazzo 1.1.0, Workflow Object).
type Workflow struct {
	Origin
	WorkflowID, Summary, Description string
	// Inputs is a JSON Schema. It may be absent.
	Inputs         Value
	DependsOn      []string
	Steps          []*Step
	SuccessActions []*SuccessAction
	FailureActions []*FailureAction
	Outputs        []Output
	Parameters     []*Parameter

	document *Document
	// byID finds steps. It is nil if there are none.
	byID map[string]*Step
}

// Document is the document that holds the workflow.
func (w *Workflow) Document() *Document { return w.document }

// Step returns the step of an id, or nil.
func (w *Workflow) Step(id string) *Step { return w.byID[id] }

// Output returns the output of a name and whether there is one.
func (w *Workflow) Output(name string) (Output, bool) { return findOutput(w.Outputs, name) }

func (d *decoder) workflow(n *node, doc *Document) *Workflow {
	w := &Workflow{Origin: d.at(n), document: doc}
	for _, m := range d.members(n, workflowObject) {
		switch m.key {
		case "workflowId":
			w.WorkflowID = d.text(m)
		case "summary":
			w.Summary = d.text(m)
		case "description":
			w.Description = d.text(m)
		case "inputs":
			w.Inputs = d.schema(m)
		case "dependsOn":
			w.DependsOn = d.texts(m)
		case "steps":
			w.Steps = decodeList(d, m, 1, func(n *node) *Step { return d.step(n, w) })
			w.byID = make(map[string]*Step, len(w.Steps))
			for _, s := range w.Steps {
				if w.byID[s.StepID] == nil {
					w.byID[s.StepID] = s
				}
			}
		case "successActions":
			w.SuccessActions = decodeList(d, m, 0, d.successAction)
		case "failureActions":
			w.FailureActions = decodeList(d, m, 0, d.failureAction)
		case "outputs":
			w.Outputs = d.outputs(m)
		case "parameters":
			w.Parameters = decodeList(d, m, 0, d.parameter)
		}
	}
	return w
}

// schema reads a JSON Schema, which is an object or a boolean.
func (d *decoder) schema(n *node) Value {
	if n.kind != Object && n.kind != Bool {
		d.wrongType(n, "a JSON Schema object")
	}
	return d.value(n)
}

// Workflow returns the workflow that a reference in a document names: the
// workflowId of one of its own, or $sourceDescriptions.<name>.<workflowId>. It
// is nil if there is none.
func (b *Bundle) Workflow(from *Document, reference string) *Workflow {
	return b.workflow(from, reference)
}
