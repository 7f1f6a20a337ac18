package describe

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Options say what is described, and how it would be run.
type Options struct {
	// Workflow is the workflow to describe. Empty: all of the entry document.
	Workflow string
	// Strict judges the document as a strict run does.
	Strict bool
	// Servers and Variables are those of a run: see runtime.BindOptions.
	Servers     map[string]string
	Variables   map[string]map[string]string
	Credentials Credentials
}

// Of describes a bundle. The problems are those that loading it found.
func Of(ctx context.Context, b *arazzo.Bundle, loading diag.List, o Options) *Description {
	doc := b.Entry
	d := &Description{
		Schema: Schema,
		Document: Document{
			File: doc.File(), Arazzo: doc.Arazzo, Title: doc.Info.Title, Version: doc.Info.Version,
			Summary: doc.Info.Summary, Description: doc.Info.Description,
		},
		Sources: []Source{}, Workflows: []Workflow{}, Credentials: []Credential{}, Problems: []RuleCount{},
	}
	build := &builder{
		ctx: ctx, bundle: b, options: o, description: d,
		servers: make(map[string][]Server), needs: make(map[string]int), owners: make(map[string]string),
	}
	build.own(doc)
	reached := build.reach()
	for _, w := range reached {
		build.own(w.Document())
	}
	for _, w := range doc.Workflows {
		if o.Workflow == "" || w.WorkflowID == o.Workflow {
			d.Workflows = append(d.Workflows, build.workflow(w))
		}
	}
	for _, w := range reached {
		build.needsOf(w)
	}
	for _, sd := range doc.SourceDescriptions {
		d.Sources = append(d.Sources, build.source(sd, loading))
	}
	found := slices.Clone(loading)
	found.Add(arazzo.Check(b, arazzo.CheckOptions{Strict: o.Strict, Workflow: o.Workflow})...)
	d.Problems = counts(found)
	return d
}

type builder struct {
	ctx         context.Context
	bundle      *arazzo.Bundle
	options     Options
	description *Description
	// servers are those of the operations that are called, by their source.
	servers map[string][]Server
	// needs are the credentials that are in the description, by what they are.
	needs map[string]int
	// owners are the locations of the sources that names stand for: what the user
	// says of a name is for the source that the entry document calls so.
	owners map[string]string
}

// own gives names to the sources of a document, unless they are given already.
func (b *builder) own(doc *arazzo.Document) {
	for _, s := range b.bundle.Sources(doc) {
		if _, known := b.owners[s.Description.Name]; !known {
			b.owners[s.Description.Name] = s.Location
		}
	}
}

// reach returns the workflows that are described, and those of any document that
// a run of them may come to.
func (b *builder) reach() []*arazzo.Workflow {
	var order []*arazzo.Workflow
	add := func(w *arazzo.Workflow) {
		if w != nil && !slices.Contains(order, w) {
			order = append(order, w)
		}
	}
	for _, w := range b.bundle.Entry.Workflows {
		if b.options.Workflow == "" || w.WorkflowID == b.options.Workflow {
			add(w)
		}
	}
	for i := 0; i < len(order); i++ {
		w := order[i]
		refer := func(reference string) {
			if reference != "" {
				add(b.bundle.Workflow(w.Document(), reference))
			}
		}
		for _, reference := range w.DependsOn {
			refer(reference)
		}
		for _, s := range w.Steps {
			refer(s.WorkflowID)
			success, failure := actionsOf(w, s)
			for _, a := range append(success, failure...) {
				refer(a.WorkflowID)
			}
		}
	}
	return order
}

// counts says how often each rule is broken, errors first.
func counts(list diag.List) []RuleCount {
	out := []RuleCount{}
	for _, d := range list {
		if d.Severity > diag.Warning {
			continue
		}
		i := slices.IndexFunc(out, func(c RuleCount) bool { return c.Rule == d.Rule && c.Severity == d.Severity.String() })
		if i < 0 {
			i = len(out)
			out = append(out, RuleCount{Rule: d.Rule, Severity: d.Severity.String()})
		}
		out[i].Count++
	}
	order := func(c RuleCount) int { return strings.Compare(c.Severity, "error") }
	slices.SortStableFunc(out, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule))
	})
	return out
}

// workflow describes a workflow.
func (b *builder) workflow(w *arazzo.Workflow) Workflow {
	schema := w.InputSchema()
	out := Workflow{
		WorkflowID: w.WorkflowID, Summary: w.Summary, Description: w.Description,
		DependsOn: w.DependsOn, OtherInputs: schema.Open, Inputs: []Input{}, Steps: []Step{}, Outputs: []string{},
	}
	for i := range schema.Properties {
		out.Inputs = append(out.Inputs, newInput(&schema.Properties[i]))
	}
	for _, s := range w.Ordered() {
		out.Steps = append(out.Steps, b.step(w, s))
	}
	for _, o := range w.Outputs {
		out.Outputs = append(out.Outputs, o.Name)
	}
	return out
}

func newInput(p *arazzo.InputProperty) Input {
	in := Input{Name: p.Name, Required: p.Required}
	text := func(name string) string {
		t, _ := p.Schema.Member(name).Text()
		return t
	}
	in.Description, in.Format = text("description"), text("format")
	if in.Description == "" {
		in.Description = text("title")
	}
	in.Secret = in.Format == "password"
	if kind := text("type"); kind != "" {
		in.Types = []string{kind}
	}
	for _, kind := range p.Schema.Member("type").Elements() {
		if t, ok := kind.Text(); ok {
			in.Types = append(in.Types, t)
		}
	}
	for _, v := range p.Schema.Member("enum").Elements() {
		in.Enum = append(in.Enum, v.JSON())
	}
	if constant := p.Schema.Member("const"); constant.Exists() && in.Enum == nil {
		in.Enum = []any{constant.JSON()}
	}
	if standard := p.Schema.Member("default"); standard.Exists() {
		v := standard.JSON()
		in.Default = &v
	}
	return in
}
