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
		c.identifier(s.Field("stepId"), "stepId", s.StepID)
	}
	for i, s := range wc.steps {
		if _, taken := wc.order[s.StepID]; !taken {
			wc.order[s.StepID] = i
		}
	}
	wc.dependencies()
	wc.stepCycles()
	wc.inputs()
	wc.parameters(w.Parameters, scope{phase: beforeRequest})
	wc.actions(w.SuccessActions, onSuccess, scope{phase: afterResponse})
	wc.actions(w.FailureActions, onFailure, scope{phase: afterResponse})
	for _, s := range w.Steps {
		wc.step(s)
	}
	wc.outputs(w.Outputs, scope{phase: atEnd})
}

// options are those with which expressions of the workflow are parsed.
func (wc *workflowChecker) options() expr.Options {
	return expr.Options{Version: wc.document.Version(), Strict: wc.strict, Names: wc.names}
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
		wc.errorAt(schema.Member("reference").Origin, "invalid-value", fmt.Sprintf("write $ref: '%s%s'", componentInputPrefix, name),
			"\"inputs\" takes a JSON Schema, not a Reusable Object")
		return
	}
	wc.schema(schemaAt{wc.document.schemas, schema.node})
}

// outputs checks the outputs of a step or of the workflow.
func (wc *workflowChecker) outputs(outputs []Output, at scope) {
	for _, o := range outputs {
		wc.key(o.Origin, "output", o.Name)
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

// parameters checks a list of parameters.
func (wc *workflowChecker) parameters(list []*Parameter, at scope) {
	seen := map[[2]string]*Parameter{}
	for _, p := range list {
		if p.Reference != nil {
			wc.reusable(p.Reference, parameterComponents)
			if p = wc.document.ResolveParameter(p); p == nil {
				continue
			}
		}
		wc.parameter(p, at)
		// Arazzo 1.1.0, Parameter Object: a parameter is identified by name and location;
		// the lists MUST NOT include duplicates.
		id := parameterKey(p)
		if first := seen[id]; first != nil && p.Name != "" {
			wc.add(diag.Diagnostic{
				Rule: "duplicate-name", Range: p.Field("name").Range(), Pointer: p.Pointer(),
				Message: fmt.Sprintf("the parameter %q is given twice", shown(p.Name)), Hint: "remove one of the two",
				Related: []diag.Related{{Message: "first here", Range: first.Field("name").Range()}},
			})
			continue
		}
		seen[id] = p
	}
}

// parameterKey identifies a parameter. The names of header fields compare
// without regard to case (RFC 9110, 5.1).
func parameterKey(p *Parameter) [2]string {
	if p.In == "header" {
		return [2]string{strings.ToLower(p.Name), p.In}
	}
	return [2]string{p.Name, p.In}
}

// locations lists where a parameter can be (Arazzo 1.1.0, Parameter Object).
func (wc *workflowChecker) locations() []string {
	locations := []string{"path", "query", "header", "cookie"}
	if wc.document.minor >= 1 {
		locations = append(locations, "querystring")
	}
	return locations
}

func (wc *workflowChecker) parameter(p *Parameter, at scope) {
	locations := wc.locations()
	if p.Has("name") && p.Name == "" && (Value{p.Field("name")}).Kind() == String {
		wc.errorAt(p.Field("name"), "invalid-value", "", "the name of the parameter is empty")
	}
	switch {
	case p.Has("in"):
		wc.oneOf(p.Field("in"), "location of a parameter", p.In, locations)
	case !at.inputs && at.step != nil && !at.step.Has("workflowId") && p.Name != "":
		// Arazzo 1.1.0, Step Object: without a workflowId, "in" MUST be specified.
		wc.errorAt(p.Origin, "missing-field", "add \"in\": "+alternatives(locations), "the parameter %q of an operation needs the field \"in\"", shown(p.Name))
	}
	wc.value(p.Value, at)
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
		for _, m := range v.Members() {
			wc.value(m, at)
		}
	case Absent, Null, Bool, Number:
	}
}
