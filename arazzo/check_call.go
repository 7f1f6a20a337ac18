package arazzo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// This file checks how a workflow refers to other workflows.

// workflowAt finds the workflow that a reference names and reports one that
// there is not. The result may be nil without a report, if the document that
// should hold the workflow could not be read.
//
// Arazzo 1.0.1, Step Object: "If the referenced workflow is contained within an
// arazzo type Source Description, then the workflowId MUST be specified using a
// runtime expression"; the same holds for dependsOn and for actions.
func (wc *workflowChecker) workflowAt(place Origin, reference string) *Workflow {
	if (Value{place}).Kind() != String {
		return nil // reported when the document was parsed
	}
	doc := wc.document
	name, id, declared, ok := qualified(doc, reference)
	if !ok {
		w := doc.Workflow(reference)
		if w == nil {
			wc.unknownLocalWorkflow(place, reference)
		}
		return w
	}
	if !declared {
		// Arazzo 1.1.0, Structure: a workflow of another document can be referred to
		// if that document is a source description.
		names := sourceNames(doc)
		wc.errorAt(place, ruleUnknownSource, nearestOr(name, names, "the document describes "+quotedList(names)),
			"the document has no source description %q", shown(name))
		return nil
	}
	s := wc.bundle.Source(doc, name)
	switch {
	case s == nil:
		wc.errorAt(place, ruleUnavailableSource, "", "the sources of the document were not loaded")
	case s.Err != nil:
		if !s.reported {
			wc.errorAt(place, ruleUnavailableSource, "", "the workflow is defined by source %q, which could not be read: %s", shown(name), s.Err)
		}
	case s.Document == nil:
		wc.errorAt(place, ruleInvalidWorkflowRef, "name an operation of it with \"operationId\"", "source %q is no Arazzo document and has no workflows", shown(name))
	default:
		w := s.Document.Workflow(id)
		if w == nil {
			ids := workflowIDs(s.Document)
			wc.errorAt(place, ruleUndefinedWorkflow, nearestOr(id, ids, "it has "+alternativesOrNone(ids, "no workflow")),
				"source %q has no workflow %q", shown(name), shown(id))
		}
		return w
	}
	return nil
}

// The rules for references to workflows. They are not those for what a user
// asks for: an unknown workflow or input on the command line.
const (
	ruleInvalidWorkflowRef = "invalid-workflow-reference"
	ruleUndefinedWorkflow  = "undefined-workflow"
	ruleMissingInput       = "missing-workflow-input"
)

func workflowIDs(d *Document) []string {
	ids := make([]string, len(d.Workflows))
	for i, w := range d.Workflows {
		ids[i] = w.WorkflowID
	}
	return ids
}

func (wc *workflowChecker) unknownLocalWorkflow(place Origin, id string) {
	if id == "" {
		wc.errorAt(place, "invalid-value", "", "the reference to a workflow is empty")
		return
	}
	for _, s := range wc.bundle.Sources(wc.document) {
		if s.Document != nil && s.Document.Workflow(id) != nil {
			wc.wrongReference(place, ruleUndefinedWorkflow, sourcePrefix+s.Description.Name+"."+id,
				fmt.Sprintf("the document has no workflow %q; it is one of source %q", shown(id), shown(s.Description.Name)))
			return
		}
	}
	if rest, ok := strings.CutPrefix(id, "$workflows."); ok && wc.document.Workflow(rest) != nil {
		wc.wrongReference(place, ruleInvalidWorkflowRef, rest, "a workflow of the same document is named by its workflowId alone")
		return
	}
	if strings.HasPrefix(id, "$") {
		wc.errorAt(place, ruleInvalidWorkflowRef, fmt.Sprintf("write the workflowId of a workflow of the document, or %sNAME.WORKFLOW", sourcePrefix),
			"%q is no reference to a workflow", shown(id))
		return
	}
	wc.unknownWorkflow(place, wc.document, id, ruleUndefinedWorkflow)
}

// wrongReference reports a reference for which there is a right form.
func (wc *workflowChecker) wrongReference(place Origin, rule, right, message string) {
	d := diag.Diagnostic{Rule: rule, Message: message, Hint: "write " + shown(right), Range: place.Range(), Pointer: place.Pointer()}
	wc.fixes.visit(place)
	wc.fixes.attach(&d, d.Hint, "", replace(place, right))
	wc.add(d)
}

// call checks the values that a step or an action hands to a workflow.
//
// Arazzo 1.1.0, Parameter Object: if a workflowId is in context, "all
// parameters map to workflow inputs".
type call struct {
	// place is where the workflow is named.
	place  Origin
	target *Workflow
	// own are the parameters of the step or action, shared those of the workflow,
	// which apply to its steps.
	own, shared []*Parameter
	action      bool
}

func (wc *workflowChecker) call(c call) {
	inputs := declaredInputs(c.target)
	given := map[string]bool{}
	for _, p := range c.shared {
		if p = wc.document.ResolveParameter(p); p != nil {
			given[p.Name] = true
		}
	}
	for _, written := range c.own {
		p := wc.document.ResolveParameter(written)
		if p == nil || p.Name == "" {
			continue
		}
		given[p.Name] = true
		if !inputs.listed || slices.Contains(inputs.names, p.Name) {
			continue
		}
		d := diag.Diagnostic{
			Rule: "undefined-input", Range: wc.parameterRange(written), Pointer: written.Pointer(),
			Message: fmt.Sprintf("workflow %q has no input %q", shown(c.target.WorkflowID), shown(p.Name)),
			Hint:    nearestOr(p.Name, inputs.names, "it has the inputs "+alternativesOrNone(inputs.names, "none")),
		}
		if !inputs.closed {
			d.Severity = diag.Warning
		}
		wc.add(d)
	}
	for _, name := range inputs.required {
		if given[name] {
			continue
		}
		hint := fmt.Sprintf("add a parameter with name: %s", shown(name))
		if near := resembling(name, keysOf(given)); len(near) > 0 {
			hint = fmt.Sprintf("rename the parameter %q", shown(near[0]))
		}
		// A call that leaves out a required input always fails. What an action
		// leads to is a matter of the run; under 1.0 it cannot be given inputs.
		d := diag.Diagnostic{
			Rule: ruleMissingInput, Range: c.place.Range(), Pointer: c.place.Pointer(), Hint: hint,
			Message: fmt.Sprintf("workflow %q needs the input %q, which is not given", shown(c.target.WorkflowID), shown(name)),
		}
		if c.action {
			d.Severity = diag.Warning
			if wc.document.minor == 0 {
				d.Hint = "actions hand no inputs over before Arazzo 1.1.0; call the workflow with a step"
			}
		}
		wc.add(d)
	}
}

func keysOf(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// parameterRange is the place of the name of a parameter as it is written.
func (wc *workflowChecker) parameterRange(p *Parameter) diag.Range {
	if p.Reference != nil {
		return p.Reference.Field("reference").Range()
	}
	return p.Field("name").Range()
}
