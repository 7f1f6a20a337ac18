package arazzo

import (
	"fmt"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// workflowChecker checks one workflow.
type workflowChecker struct {
	*checker
	workflow *Workflow
	document *Document
	names    *workflowNames
	// steps are the steps in the order in which they run, and order is the index
	// of each by its id.
	steps []*Step
	order map[string]int
	loops loops
	// alone: what is checked is a component that no workflow uses, so that the
	// names that it can refer to are not known.
	alone bool
}

// phase says when a text is evaluated, which decides what it may refer to.
type phase uint8

const (
	// beforeRequest: parameters and payloads.
	beforeRequest phase = iota
	// afterResponse: criteria, actions and outputs of a step.
	afterResponse
	// atEnd: outputs of a workflow.
	atEnd
)

// scope is where a text stands.
type scope struct {
	// step is nil for what belongs to the workflow.
	step  *Step
	phase phase
	// inputs: parameters become the inputs of a workflow.
	inputs bool
}

func (c *checker) workflow(w *Workflow) {
	wc := &workflowChecker{checker: c, workflow: w, document: w.document, names: newNames(w), steps: w.Ordered(), order: map[string]int{}}
	// Arazzo 1.1.0, Step Object: the stepId MUST be unique amongst all steps of the workflow.
	ids := uniqueNames{c: c, what: "step"}
	for _, s := range w.Steps {
		ids.add(s.StepID, s.Field("stepId"))
		c.identifier(s.Field("stepId"), "stepId", declared{kind: stepName, document: w.document, workflow: w, name: s.StepID})
	}
	for i, s := range wc.steps {
		if _, taken := wc.order[s.StepID]; !taken {
			wc.order[s.StepID] = i
		}
	}
	wc.loops = w.loops(wc.steps, wc.order)
	wc.dependencies()
	wc.stepCycles()
	wc.inputs()
	wc.parameters(w.Parameters, scope{phase: beforeRequest})
	wc.actions(w.SuccessActions, onSuccess, scope{phase: afterResponse})
	wc.actions(w.FailureActions, onFailure, scope{phase: afterResponse})
	for _, s := range w.Steps {
		if wc.full() {
			return
		}
		wc.step(s)
	}
	wc.outputs(w.Outputs, scope{phase: atEnd})
}

// options are those with which expressions of the workflow are parsed.
func (wc *workflowChecker) options(at scope) expr.Options {
	o := expr.Options{Version: wc.document.Version(), Strict: wc.strict, Names: wc.names}
	if wc.fixes != nil {
		o.Values = knowledge{bundle: wc.bundle, workflow: wc.workflow, step: at.step}
	}
	return o
}

// inputs checks the schema of the inputs as far as it concerns the document.
func (wc *workflowChecker) inputs() {
	schema := wc.workflow.Inputs
	if schema.Kind() != Object {
		return
	}
	if ref, ok := schema.Member("reference").Text(); ok && strings.HasPrefix(ref, "$components.") && !schema.Has("properties") {
		// Arazzo 1.1.0, Components Object: inputs are referred to as JSON Schemas are, with $ref.
		name := ref[strings.LastIndexByte(ref, '.')+1:]
		place := schema.Member("reference").Origin
		d := diag.Diagnostic{
			Rule: "invalid-value", Range: place.Range(), Pointer: place.Pointer(), Hint: fmt.Sprintf("write $ref: '%s%s'", componentInputPrefix, name),
			Message: "\"inputs\" takes a JSON Schema, not a Reusable Object",
		}
		wc.fixes.visit(place)
		edit, err := place.Rename("$ref")
		wc.fixes.attach(&d, d.Hint, "", change{place, edit, err}, replace(place, componentInputPrefix+name))
		wc.add(d)
		return
	}
	wc.schema(schemaAt{wc.document.schemas, schema.node})
}

// outputs checks the outputs of a step or of the workflow.
func (wc *workflowChecker) outputs(outputs []Output, at scope) {
	for _, o := range outputs {
		if wc.full() {
			return
		}
		name := declared{kind: workflowOutputName, document: wc.document, workflow: wc.workflow, name: o.Name}
		if at.step != nil {
			name.kind, name.step = stepOutputName, at.step
		}
		wc.key(o.Origin, "output", name)
		text, ok := o.Value.Text()
		if !ok {
			if o.Value.Kind() == Object && wc.document.minor >= 1 && o.Value.Has("context") && o.Value.Has("selector") && o.Value.Has("type") {
				wc.selector(o.Value, at)
			}
			continue
		}
		t := wc.template(o.Origin, text, at)
		if t == nil {
			continue
		}
		if _, literal := t.Literal(); literal {
			wc.warnAt(o.Origin, "constant-output", "an expression begins with \"$\", such as \"$response.body#/id\"",
				"the output %q is the constant text %q", shown(o.Name), shown(text))
		}
	}
}

// value checks the expressions in a value, however deep.
func (wc *workflowChecker) value(v Value, at scope) {
	switch v.Kind() {
	case String:
		text, _ := v.Text()
		wc.template(v.Origin, text, at)
	case Array:
		for _, e := range v.Elements() {
			wc.value(e, at)
		}
	case Object:
		if wc.document.minor >= 1 && IsSelector(v) {
			wc.selector(v, at)
			return
		}
		for name, m := range v.Members() {
			wc.memberName(name, m, at)
			wc.value(m, at)
		}
	case Absent, Null, Bool, Number:
	}
}
