package runtime

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// CompileOptions says how a bundle is compiled. The zero value compiles all
// workflows of the entry document in default mode.
type CompileOptions struct {
	// Strict admits what the specification admits and nothing else.
	Strict bool
	// Force compiles what cannot be evaluated to conditions that fail, as Arazzo
	// 1.1.0 says of them, instead of reporting it.
	Force bool
	// Workflow compiles only this workflow of the entry document. Empty: all.
	Workflow string
}

// Compile turns a bundle into a program. It does no I/O. On a bundle in which
// [arazzo.Check] finds no error, in the same mode, it finds none either; the
// warnings of Check are not repeated.
func Compile(b *arazzo.Bundle, o CompileOptions) (*Program, diag.List) {
	p := &Program{strict: o.Strict, workflows: make(map[WorkflowRef]*workflow)}
	c := &compiler{bundle: b, options: o, program: p}
	for _, w := range b.Entry.Workflows {
		if o.Workflow == "" || w.WorkflowID == o.Workflow {
			p.entry = append(p.entry, c.workflow(w))
		}
	}
	for len(c.pending) > 0 {
		w := c.pending[0]
		c.pending = c.pending[1:]
		c.workflow(w)
	}
	if o.Workflow != "" && len(p.entry) == 0 {
		c.problems.Add(problem(b.Entry.Origin, "unknown-workflow", "", "the document has no workflow %q", o.Workflow))
	}
	c.problems.Sort()
	if c.problems.HasErrors() {
		return nil, c.problems
	}
	p.markFiles()
	p.fingerprint = fingerprintOf(b, o, p.reachable(""))
	return p, c.problems
}

type compiler struct {
	bundle  *arazzo.Bundle
	options CompileOptions
	program *Program
	// pending are workflows that were referred to and are not compiled yet.
	pending  []*arazzo.Workflow
	expr     expr.Options
	problems diag.List
}

func refOf(w *arazzo.Workflow) WorkflowRef {
	return WorkflowRef{Document: w.Document().Name(), WorkflowID: w.WorkflowID}
}

func (c *compiler) workflow(w *arazzo.Workflow) *workflow {
	ref := refOf(w)
	if known := c.program.workflows[ref]; known != nil {
		return known
	}
	doc := w.Document()
	c.expr = expr.Options{Version: doc.Version(), Strict: c.options.Strict, Names: w.Names()}
	wf := &workflow{
		ref:     ref,
		summary: w.Summary,
		origin:  w.Origin,
		self:    doc.URI(),
		sources: make(map[string]*source, len(doc.SourceDescriptions)),
	}
	c.program.workflows[ref] = wf
	for _, s := range doc.SourceDescriptions {
		wf.sources[s.Name] = newSource(s, c.bundle.Source(doc, s.Name))
	}
	if doc.Components != nil {
		wf.components = make(map[string]*value, len(doc.Components.Parameters))
		for _, p := range doc.Components.Parameters {
			wf.components[p.Name] = c.value(p.Value.Value)
		}
	}
	sc := &scope{compiler: c, source: w, target: wf, index: make(map[string]int, len(w.Steps))}
	wf.inputs = c.inputs(w)
	for _, text := range w.DependsOn {
		if ref := sc.reference(w.Field("dependsOn"), text); ref != nil {
			wf.dependsOn = append(wf.dependsOn, *ref)
		}
	}
	steps := w.Ordered()
	for i, s := range steps {
		sc.index[s.StepID] = i
	}
	for i, s := range steps {
		compiled := sc.step(s)
		compiled.key = stepKey{workflow: wf.ref, index: i}
		wf.steps = append(wf.steps, compiled)
	}
	wf.outputs = c.outputs(w.Outputs)
	wf.noteReads()
	return wf
}

func newSource(s *arazzo.SourceDescription, loaded *arazzo.Source) *source {
	out := &source{fields: map[string]any{"name": s.Name, "url": s.URL}, loaded: loaded}
	if s.Type != "" {
		out.fields["type"] = s.Type
	}
	for name, v := range s.Extensions() {
		out.fields[name] = v.JSON()
	}
	if loaded != nil && loaded.URI != "" {
		out.fields["url"] = loaded.URI
	}
	return out
}

// scope is what is needed to compile the parts of one workflow.
type scope struct {
	*compiler
	source *arazzo.Workflow
	target *workflow
	// index maps step ids to the order in which the steps run.
	index map[string]int
}

// reference compiles a reference to a workflow. It is nil if there is no such
// workflow, which is then reported.
func (sc *scope) reference(place arazzo.Origin, text string) *WorkflowRef {
	w := sc.bundle.Workflow(sc.source.Document(), text)
	if w == nil {
		sc.problems.Add(problem(place, "undefined-workflow", "", "there is no workflow %q", text))
		return nil
	}
	ref := refOf(w)
	sc.target.references = append(sc.target.references, ref)
	if sc.program.workflows[ref] == nil {
		sc.pending = append(sc.pending, w)
	}
	return &ref
}

func (sc *scope) step(s *arazzo.Step) *step {
	out := &step{id: s.StepID, origin: s.Origin, timeout: s.Timeout}
	if s.WorkflowID != "" {
		out.sub = sc.subWorkflow(s)
	} else {
		op, source, d := sc.bundle.Operation(s)
		if d != nil && d.Severity == diag.Error {
			sc.problems.Add(*d)
		}
		if op == nil {
			op = &openapi.Operation{}
		}
		out.call = newCall(source, op)
		for _, p := range sc.parameters(s) {
			if p.In == "body" {
				// Arazzo 1.0.0, Parameter Object: in may be "body".
				out.body = newBody(op, sc.value(p.Value))
				continue
			}
			v := sc.value(p.Value)
			out.parameters = append(out.parameters, &parameter{declared: declaration(op, p), value: v, order: v.order()})
		}
		if body := sc.compileBody(s, op); body != nil {
			out.body = body
		}
	}
	out.criteria = sc.criteria(s.SuccessCriteria)
	out.onSuccess = sc.actions(s.OnSuccess, sc.source.SuccessActions)
	out.onFailure = sc.actions(s.OnFailure, sc.source.FailureActions)
	out.outputs = sc.outputs(s.Outputs)
	out.dependsOn = sc.stepDependencies(s)
	return out
}

// subWorkflow compiles the call of a workflow. All parameters are handed to its
// inputs (Arazzo 1.0.1, Step Object: parameters).
func (sc *scope) subWorkflow(s *arazzo.Step) *subWorkflow {
	ref := sc.reference(s.Field("workflowId"), s.WorkflowID)
	if ref == nil {
		return &subWorkflow{}
	}
	parameters := sc.parameters(s)
	out := &subWorkflow{workflow: *ref, parameters: sc.arguments(parameters)}
	for i, p := range parameters {
		out.parameters[i].shared = slices.Contains(sc.source.Parameters, p)
	}
	return out
}

func (sc *scope) arguments(parameters []*arazzo.Parameter) []*argument {
	var out []*argument
	for _, p := range parameters {
		out = append(out, &argument{name: p.Name, value: sc.value(p.Value)})
	}
	return out
}

func newCall(source *arazzo.Source, op *openapi.Operation) *call {
	out := &call{operation: op, path: newPathTemplate(op.Path)}
	if source != nil {
		out.source = source.Description.Name
	}
	out.accept = acceptable(op)
	return out
}

// acceptable is the Accept header for the media types that an operation
// declares for its successes.
func acceptable(op *openapi.Operation) string {
	var types []string
	seen := make(map[string]bool)
	for _, r := range op.Responses {
		if r.Status == "default" || strings.HasPrefix(r.Status, "2") {
			for _, m := range r.Content {
				if !seen[m.Name] && len(types) < 8 {
					seen[m.Name] = true
					types = append(types, m.Name)
				}
			}
		}
	}
	if len(types) == 0 {
		return ""
	}
	return strings.Join(types, ", ") + ", */*;q=0.1"
}

// parameters merges the workflow's parameters with the step's, which override
// them by name and location (Arazzo 1.0.1, Workflow Object: parameters).
func (sc *scope) parameters(s *arazzo.Step) []*arazzo.Parameter {
	type identity struct{ in, name string }
	identify := func(p *arazzo.Parameter) identity {
		if p.In == "header" {
			return identity{p.In, strings.ToLower(p.Name)}
		}
		return identity{p.In, p.Name}
	}
	own := make(map[identity]bool, len(s.Parameters))
	var steps []*arazzo.Parameter
	for _, p := range s.Parameters {
		if p = sc.source.Document().ResolveParameter(p); p != nil {
			own[identify(p)] = true
			steps = append(steps, p)
		}
	}
	var out []*arazzo.Parameter
	for _, p := range sc.source.Parameters {
		if p = sc.source.Document().ResolveParameter(p); p != nil && !own[identify(p)] {
			out = append(out, p)
		}
	}
	return append(out, steps...)
}

// declaration is how the operation declares a parameter. One that it does not
// declare has the default style of its location.
func declaration(op *openapi.Operation, p *arazzo.Parameter) *openapi.Parameter {
	for i := range op.Parameters {
		d := &op.Parameters[i]
		if d.In == p.In && (d.Name == p.Name || p.In == "header" && strings.EqualFold(d.Name, p.Name)) {
			return d
		}
	}
	d := &openapi.Parameter{Name: p.Name, In: p.In, Style: "simple"}
	if p.In == "query" || p.In == "cookie" {
		d.Style, d.Explode = "form", true
	}
	return d
}

// replacement compiles a payload replacement. Unless it says otherwise, its
// target is an XPath for XML and a JSON Pointer for everything else (Arazzo
// 1.1.0, Payload Replacement Object: target).
func (c *compiler) replacement(r *arazzo.PayloadReplacement, mediaType string) *replacement {
	spec := expr.SelectorSpec{Type: "jsonpointer", Selector: r.Target}
	if isXML(mediaType) {
		spec.Type = "xpath"
	}
	if t := r.TargetSelectorType; t != nil {
		spec.Type, spec.Version = t.Type, t.Version
	}
	out := &replacement{origin: r.Origin, target: r.Target, value: c.value(r.Value)}
	var err error
	if out.selector, _, err = expr.CompileSelector(spec, c.expr); err != nil {
		c.selectorProblem(r.Field("target"), r.Field("targetSelectorType"), err)
	}
	return out
}

// selectorProblem places an error of a selector: in its text, or in its type.
func (c *compiler) selectorProblem(text, kind arazzo.Origin, err error) {
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) && syntax.Field != "selector" {
		text = kind
	}
	if syntax != nil {
		syntax.Field = ""
	}
	c.syntaxProblem(text, "invalid-selector", err)
}

func (c *compiler) outputs(outputs []arazzo.Output) []*output {
	out := make([]*output, len(outputs))
	for i, o := range outputs {
		text, _ := o.Value.Text()
		out[i] = &output{name: o.Name, value: c.value(o.Value), text: text}
	}
	return out
}

func (c *compiler) criteria(criteria []*arazzo.Criterion) []*criterion {
	var out []*criterion
	for _, k := range criteria {
		spec := expr.CriterionSpec{Context: k.Context, Condition: k.Condition}
		if k.Type != nil {
			spec.Type, spec.Version = k.Type.Type, k.Type.Version
		}
		compiled, _, err := expr.CompileCriterion(spec, c.expr)
		switch {
		case err == nil:
			out = append(out, &criterion{compiled: compiled, text: k.Condition, origin: k.Field("condition"), dynamic: !c.options.Strict && mayUseDialect(spec)})
		case c.options.Force:
			out = append(out, &criterion{broken: err, text: k.Condition, origin: k.Field("condition")})
		default:
			c.syntaxProblem(k.Origin, "invalid-condition", err)
		}
	}
	return out
}

// mayUseDialect reports whether a condition may turn out, at run time, to be a
// bare value or a filter that is tested on an object.
func mayUseDialect(spec expr.CriterionSpec) bool {
	switch spec.Type {
	case "jsonpath":
		return strings.HasPrefix(strings.TrimSpace(spec.Condition), "$[")
	case "xpath":
		return true
	case "", "simple":
		return !strings.ContainsAny(spec.Condition, "=<>")
	default:
		return false
	}
}

// actions compiles the actions of a step, followed by those of the workflow
// that no action of the step redefines by its name (Arazzo 1.0.1, Workflow
// Object: successActions and failureActions).
func (sc *scope) actions(own, shared []*arazzo.Action) []*action {
	var out []*action
	named := make(map[string]bool)
	for _, a := range own {
		if a = sc.source.Document().ResolveAction(a); a != nil {
			named[a.Name] = true
			out = append(out, sc.action(a))
		}
	}
	for _, a := range shared {
		if a = sc.source.Document().ResolveAction(a); a != nil && !named[a.Name] {
			out = append(out, sc.action(a))
		}
	}
	return out
}

func (sc *scope) action(a *arazzo.Action) *action {
	out := &action{
		kind:       actionKind(a.Type),
		name:       a.Name,
		criteria:   sc.criteria(a.Criteria),
		target:     noStep,
		retryAfter: a.RetryAfter,
		retryLimit: a.RetryLimit,
	}
	switch {
	case out.kind == actionEnd:
	case a.WorkflowID != "":
		out.workflow = sc.reference(a.Field("workflowId"), a.WorkflowID)
		var parameters []*arazzo.Parameter
		for _, p := range a.Parameters {
			if p = sc.source.Document().ResolveParameter(p); p != nil {
				parameters = append(parameters, p)
			}
		}
		out.parameters = sc.arguments(parameters)
	case a.StepID != "" || out.kind == actionGoto:
		target, ok := sc.index[a.StepID]
		if !ok {
			sc.problems.Add(problem(a.Field("stepId"), "unknown-step", "", "action %q names step %q, which the workflow does not have", a.Name, a.StepID))
			return out
		}
		out.target = target
	}
	return out
}

func (c *compiler) template(origin arazzo.Origin, text string) *expr.Template {
	t, _, err := expr.ParseTemplate(text, c.expr)
	if err != nil {
		c.syntaxProblem(origin, "invalid-expression", err)
		return nil
	}
	return t
}

func (c *compiler) syntaxProblem(origin arazzo.Origin, rule string, err error) {
	d := problem(origin, rule, "", "%s", err.Error())
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) {
		if syntax.Field != "" {
			origin = origin.Field(syntax.Field)
		}
		d.Message, d.Hint, d.Range = syntax.Message, syntax.Hint, origin.At(syntax.Offset, syntax.End)
	}
	c.problems.Add(d)
}
