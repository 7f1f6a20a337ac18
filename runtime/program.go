package runtime

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
	"github.com/seed-d89508e2/arazzo/runtime/internal/xmltree"
)

// Program is a compiled bundle. It is immutable and may be shared by any number
// of goroutines.
type Program struct {
	fingerprint Fingerprint
	// strict is set if the program was compiled with CompileOptions.Strict.
	strict    bool
	workflows map[WorkflowRef]*workflow
	// entry are the workflows of the entry document, in its order.
	entry []*workflow
}

// entryDocument is the location of the document that was compiled.
func (p *Program) entryDocument() string {
	if len(p.entry) == 0 {
		return ""
	}
	return p.entry[0].ref.Document
}

// Fingerprint identifies the program.
func (p *Program) Fingerprint() Fingerprint { return p.fingerprint }

func (p *Program) workflow(ref WorkflowRef) *workflow { return p.workflows[ref] }

// WorkflowInfo describes a workflow of a program to its user.
type WorkflowInfo struct {
	ID      string
	Summary string
	Inputs  []Input
	// Steps are the step ids in their order.
	Steps []string
}

// Workflows describes the workflows of the entry document, in its order.
func (p *Program) Workflows() []WorkflowInfo {
	out := make([]WorkflowInfo, len(p.entry))
	for i, wf := range p.entry {
		out[i] = WorkflowInfo{ID: wf.ref.WorkflowID, Summary: wf.summary, Inputs: wf.inputs.list}
		for _, s := range wf.steps {
			out[i].Steps = append(out[i].Steps, s.id)
		}
	}
	return out
}

// reachable returns the workflow of the entry document with the id, or all of
// them if the id is empty, and every workflow that a run of these may come to.
func (p *Program) reachable(id string) []*workflow {
	var order []*workflow
	seen := make(map[WorkflowRef]bool)
	add := func(wf *workflow) {
		if wf != nil && !seen[wf.ref] {
			seen[wf.ref] = true
			order = append(order, wf)
		}
	}
	for _, wf := range p.entry {
		if id == "" || wf.ref.WorkflowID == id {
			add(wf)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, ref := range order[i].references {
			add(p.workflows[ref])
		}
	}
	return order
}

// find returns the workflow of the id, or the only one if the id is empty.
func (p *Program) find(id string) *workflow {
	if id == "" && len(p.entry) == 1 {
		return p.entry[0]
	}
	for _, wf := range p.entry {
		if wf.ref.WorkflowID == id {
			return wf
		}
	}
	return nil
}

type workflow struct {
	ref     WorkflowRef
	summary string
	origin  arazzo.Origin
	// self is the URI of the document, if it states one.
	self    string
	inputs  *inputs
	steps   []*step
	outputs []*output
	// sources are the source descriptions of the document, by name.
	sources map[string]*source
	// components are the values of the parameters among the components.
	components map[string]*value
	// dependsOn are the workflows that must have run before.
	dependsOn []WorkflowRef
	// references are all workflows that a run of this one may enter.
	references []WorkflowRef
}

// source is a source description.
type source struct {
	fields map[string]any
	loaded *arazzo.Source
}

// location is where the source was read from. It suits a nil source.
func (s *source) location() string {
	if s == nil || s.loaded == nil {
		return ""
	}
	return s.loaded.Location
}

// sourceField is the value of $sourceDescriptions.<name>.<reference>. A
// reference is the id of an operation or workflow, whose value is that id, and
// else a field of the source description (Arazzo 1.1.0, Source Description
// Object: the order of resolution).
func (wf *workflow) sourceField(name, reference string) (any, bool) {
	s := wf.sources[name]
	if s == nil {
		return nil, false
	}
	if l := s.loaded; l != nil && (l.API != nil && l.API.HasOperation(reference) || l.Document != nil && l.Document.Workflow(reference) != nil) {
		return reference, true
	}
	v, ok := s.fields[reference]
	return v, ok
}

type step struct {
	id     string
	origin arazzo.Origin
	// key identifies the step in the program.
	key stepKey
	// call is set for a step that calls an operation, sub for one that calls a
	// workflow.
	call       *call
	sub        *subWorkflow
	parameters []*parameter
	body       *requestBody
	criteria   []*criterion
	onSuccess  []*action
	onFailure  []*action
	outputs    []*output
	// timeout bounds an attempt. Zero: unbounded.
	timeout   time.Duration
	dependsOn []dependency
	// reads are the places in its reply that the workflow looks at.
	reads *xmltree.Reads
	// readLater are those of them that other steps look at, inside outputs.
	readLater []expr.Place
}

// subWorkflow is the workflow that a step calls.
type subWorkflow struct {
	workflow   WorkflowRef
	parameters []*argument
}

// argument is a value handed to an input of a workflow.
type argument struct {
	name  string
	value *value
	// shared is set for a parameter of the calling workflow, which is meant for
	// all of its steps.
	shared bool
}

// dependency is a step that another depends on.
type dependency struct {
	workflow WorkflowRef
	step     string
	// text is the reference as it is written.
	text string
}

type stepKey struct {
	workflow WorkflowRef
	index    int
}

// call is the operation that a step calls.
type call struct {
	source    string
	operation *openapi.Operation
	path      *pathTemplate
	// accept is the Accept header to send unless the step gives one.
	accept string
}

type parameter struct {
	declared *openapi.Parameter
	// value is nil for a parameter that the step does not give.
	value *value
	order *wire.Order
}

func (p *parameter) origin() arazzo.Origin {
	if p.value == nil {
		return arazzo.Origin{}
	}
	return p.value.origin
}

type requestBody struct {
	mediaType string
	// given is set if the step names the media type.
	given   bool
	payload *value
	// order is that of the members of a payload that is spelt out.
	order        *wire.Order
	replacements []*replacement
}

// replacement sets a value inside a payload.
type replacement struct {
	origin   arazzo.Origin
	selector *expr.Selector
	// target is the selector as it is written.
	target string
	value  *value
}

type criterion struct {
	compiled *expr.Criterion
	// broken says why the condition cannot be evaluated; compiled is nil then.
	broken error
	text   string
	origin arazzo.Origin
	// dynamic is set if only values can tell whether the condition uses a form of
	// the dialect.
	dynamic bool
}

func (c *criterion) evaluate(env expr.Environment) (bool, error) {
	if c.broken != nil {
		return false, c.broken
	}
	return c.compiled.Evaluate(env)
}

func (c *criterion) operands(env expr.Environment) []expr.Operand {
	if c.broken != nil {
		return nil
	}
	return c.compiled.Operands(env)
}

type output struct {
	name  string
	value *value
	// text is the expression as it is written.
	text string
}

type actionKind string

const (
	actionEnd   actionKind = "end"
	actionGoto  actionKind = "goto"
	actionRetry actionKind = "retry"
)

type action struct {
	kind     actionKind
	name     string
	criteria []*criterion
	// target is the index of the step that a goto or retry names, or noStep.
	target int
	// workflow is the workflow that a goto or retry names, or nil.
	workflow   *WorkflowRef
	parameters []*argument
	retryAfter time.Duration
	retryLimit int
}

// noStep is the target of an action that names no step.
const noStep = -1

// namesExit reports whether the success actions of the step at an index list an
// end or a forward goto with criteria: then its author has named the exits.
func (s *step) namesExit(index int) bool {
	for _, a := range s.onSuccess {
		if len(a.criteria) == 0 {
			continue
		}
		if a.kind == actionEnd || a.kind == actionGoto && (a.workflow != nil || a.target > index) {
			return true
		}
	}
	return false
}

// guards reports whether the success actions of the step lead to a step under
// conditions only: then it is not to follow of itself.
func (s *step) guards(index int) bool {
	return slices.ContainsFunc(s.onSuccess, func(a *action) bool {
		return a.kind == actionGoto && a.workflow == nil && a.target == index && len(a.criteria) > 0
	})
}

// fingerprintOf identifies everything in a bundle that steers a run.
func fingerprintOf(b *arazzo.Bundle, o CompileOptions, workflows []*workflow) Fingerprint {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "strict=%t force=%t\n", o.Strict, o.Force)
	for _, d := range b.Documents {
		_, _ = fmt.Fprintf(h, "%d\n", len(d.Text()))
		_, _ = h.Write(d.Text())
	}
	for _, wf := range workflows {
		for _, s := range wf.steps {
			if s.call == nil {
				continue
			}
			writeOperation(h, s.call.source, s.call.operation)
		}
	}
	return Fingerprint(hex.EncodeToString(h.Sum(nil)))
}

// writeOperation writes what a request of the operation depends on: the same
// text in every process, wherever the description was read from.
func writeOperation(w io.Writer, source string, op *openapi.Operation) {
	_, _ = fmt.Fprintf(w, "%s %s %s %q\n", source, op.Method, op.Path, op.ID)
	for i := range op.Parameters {
		p := &op.Parameters[i]
		_, _ = fmt.Fprintf(w, "%q %s %t %s %t %t %q %q %v\n", p.Name, p.In, p.Required, p.Style, p.Explode, p.AllowReserved, p.ContentType, p.Types, p.Enum)
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			_, _ = fmt.Fprintf(w, "%q\n", m.Name)
			for _, e := range m.Encoding {
				_, _ = fmt.Fprintf(w, "%q %q %t %s %t %t\n", e.Name, e.ContentType, e.Styled, e.Style, e.Explode, e.AllowReserved)
			}
		}
	}
	for _, requirement := range op.Security {
		for _, use := range requirement {
			_, _ = fmt.Fprintf(w, "%q %q\n", use.Name, use.Scopes)
			if use.Scheme != nil {
				_, _ = fmt.Fprintf(w, "%s %s %q %s\n", use.Scheme.Type, use.Scheme.Scheme, use.Scheme.ParameterName, use.Scheme.In)
			}
		}
		_, _ = fmt.Fprintln(w)
	}
}

// problem makes a diagnostic about an object of a document.
func problem(o arazzo.Origin, rule, hint, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint, Range: o.Range(), Pointer: o.Pointer()}
}
