package arazzo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
)

// nameKind is one kind of names that documents declare.
type nameKind uint8

const (
	noName nameKind = iota
	stepName
	stepOutputName
	inputName
	workflowName
	workflowOutputName
	sourceDescriptionName
	componentName
)

// declared is a name that a document declares. It is comparable.
type declared struct {
	kind     nameKind
	document *Document
	// workflow is the one that the name belongs to, step the step of an output.
	workflow *Workflow
	step     *Step
	// component is the map of a component.
	component componentKind
	name      string
}

// occurrence is an expression in a text of the document.
type occurrence struct {
	expression *expr.Expression
	place      Origin
	// workflow and step are those in which the text stands. The workflow is nil for
	// a component that no workflow uses.
	workflow *Workflow
	step     *Step
}

// occurrenceKey tells one occurrence from another.
type occurrenceKey struct {
	place    Origin
	workflow *Workflow
	source   string
}

// occur notes an expression, for the names in it.
func (f *fixer) occur(e *expr.Expression, place Origin, w *Workflow, s *Step) {
	if f == nil || place.node == nil || place.node.kind != String {
		return
	}
	key := occurrenceKey{place: place, workflow: w, source: e.Source()}
	if !f.occurred[key] {
		f.occurred[key] = true
		f.occurrences = append(f.occurrences, occurrence{expression: e, place: place, workflow: w, step: s})
	}
}

// misnamed notes that a diagnostic is about a name that should be another.
func (f *fixer) misnamed(d diag.Diagnostic, name declared) {
	if f != nil && name.kind != noName {
		f.names[keyOf(d)] = name
	}
}

func keyOf(d diag.Diagnostic) diagnosticKey {
	return diagnosticKey{rule: d.Rule, message: d.Message, place: d.Range}
}

// renames attaches to each diagnostic about a name the edits that give it
// another, wherever it is used.
func (f *fixer) renames(b *Bundle, list diag.List) {
	if f == nil {
		return
	}
	known := map[declared]*renaming{}
	for i := range list {
		d := &list[i]
		name, is := f.names[keyOf(*d)]
		if !is {
			continue
		}
		r := known[name]
		if r == nil {
			r = &renaming{declared: name, fixer: f, bundle: b, touched: map[*node]bool{}}
			r.run()
			known[name] = r
		}
		d.Fix, d.NoFix = r.fix(), r.refused
	}
}

// renaming gives a name another one.
type renaming struct {
	declared
	fixer  *fixer
	bundle *Bundle

	to      string
	caveat  string
	refused string
	edits   []diag.Edit
	// touched are the texts that edits change.
	touched map[*node]bool
}

func (r *renaming) fix() *diag.Fix {
	if r.refused != "" || len(r.edits) == 0 {
		return nil
	}
	return &diag.Fix{
		Message: fmt.Sprintf("rename %q to %q", shown(r.name), shown(r.to)), Caveat: r.caveat, Edits: slices.Clone(r.edits),
	}
}

func (r *renaming) refuse(format string, args ...any) {
	if r.refused == "" {
		r.refused = fmt.Sprintf(format, args...)
	}
}

// change adds edits of the text at a place, which must be read nowhere else.
func (r *renaming) change(place Origin, edits []diag.Edit, err error) {
	switch {
	case err != nil:
		r.refuse("%s", reasonOf(err))
	case place.isShared() || place.node.isElsewhere():
		r.refuse("the name stands in a text that is used in several places")
	default:
		r.touched[place.node] = true
		for _, e := range edits {
			if !slices.Contains(r.edits, e) {
				r.edits = append(r.edits, e)
			}
		}
	}
}

// value changes a string that is the name, or holds it after a prefix.
func (r *renaming) value(place Origin, text string) {
	edits, err := place.Rewrite(text)
	r.change(place, edits, err)
}

// key changes the name of a member.
func (r *renaming) key(place Origin) {
	e, err := place.Rename(r.to)
	r.change(place, []diag.Edit{e}, err)
}

func (r *renaming) run() {
	siblings := r.siblings()
	r.to = unusedName(r.name, siblings)
	switch r.kind {
	case stepName:
		r.ofStep()
	case stepOutputName, workflowOutputName:
		r.ofOutput()
	case inputName:
		r.ofInput()
	case workflowName:
		r.ofWorkflow()
	case sourceDescriptionName:
		r.ofSource()
	case componentName:
		r.ofComponent()
	case noName:
	}
	r.expressions()
}

// siblings are the names from which the new one must differ.
func (r *renaming) siblings() []string {
	switch r.kind {
	case stepName:
		return newNames(r.workflow).steps
	case stepOutputName:
		return outputNames(r.step.Outputs)
	case workflowOutputName:
		return outputNames(r.workflow.Outputs)
	case inputName:
		return declaredInputs(r.workflow).names
	case workflowName:
		return workflowIDs(r.document)
	case sourceDescriptionName:
		return sourceNames(r.document)
	case componentName:
		return r.document.Components.names(r.component)
	case noName:
	}
	return nil
}

// unusedName writes a name with the characters that every name may have, so that
// it differs from others.
func unusedName(name string, others []string) string {
	var b strings.Builder
	gap := false
	for i := range len(name) {
		if !isIdentifier(name[i : i+1]) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		b.WriteByte(name[i])
	}
	base := b.String()
	if base == "" {
		base = "unnamed"
	}
	to := base
	for n := 2; slices.Contains(others, to); n++ {
		to = base + "_" + strconv.Itoa(n)
	}
	return to
}

// expressions changes the name in all expressions that refer to it.
func (r *renaming) expressions() {
	texts := map[Origin]map[string]string{}
	var places []Origin
	for _, o := range r.fixer.occurrences {
		prefix, ok := r.reference(o)
		if !ok {
			continue
		}
		source := o.expression.Source()
		rest, found := strings.CutPrefix(source, prefix+r.name)
		if !found {
			continue // another spelling of a longer name
		}
		if strings.HasPrefix(o.place.Pointer(), "/components/") && r.workflow != nil {
			r.refuse("an expression of a component names it")
			return
		}
		if texts[o.place] == nil {
			texts[o.place] = map[string]string{}
			places = append(places, o.place)
		}
		texts[o.place][source] = prefix + r.to + rest
	}
	for _, place := range places {
		r.value(place, replaceAll(place.node.text, texts[place]))
	}
	r.leftovers()
}

// leftovers refuses the new name if the old one stands in a text that was not
// understood to refer to it.
func (r *renaming) leftovers() {
	where, prefix := r.document.node, ""
	switch r.kind {
	case stepName, stepOutputName, inputName:
		where = r.workflow.node
		prefix = map[nameKind]string{stepName: "$steps.", inputName: "$inputs."}[r.kind]
		if r.kind == stepOutputName {
			prefix = "$steps." + r.step.StepID + ".outputs."
		}
	case workflowName:
		prefix = "$workflows."
	case workflowOutputName:
		prefix = "$workflows." + r.workflow.WorkflowID + ".outputs."
	case sourceDescriptionName:
		prefix = sourcePrefix
	case componentName:
		prefix = componentPrefix + string(r.component) + "."
	case noName:
	}
	name := prefix + r.name
	left := slices.IndexFunc(r.fixer.expressionTexts(r.document), func(n *node) bool {
		return (strings.Contains(n.key, name) || strings.Contains(n.text, name) && !r.touched[n]) && n.isIn(where)
	})
	if left >= 0 {
		r.refuse("the text at %s names it, too", r.fixer.expressionTexts(r.document)[left].pointer())
	}
}

// expressionTexts are the values of a document whose text or name may hold an
// expression.
func (f *fixer) expressionTexts(d *Document) []*node {
	if list, known := f.texts[d]; known {
		return list
	}
	var list []*node
	var visit func(n *node)
	visit = func(n *node) {
		inText := n.kind == String && n.key != "description" && n.key != "summary" && strings.IndexByte(n.text, '$') >= 0
		if inText || strings.IndexByte(n.key, '$') >= 0 {
			list = append(list, n)
		}
		for _, c := range n.children {
			visit(c)
		}
	}
	visit(d.node)
	f.texts[d] = list
	return list
}

// isIn reports whether a node is another or stands in it.
func (n *node) isIn(other *node) bool {
	for ; n != nil; n = n.parent {
		if n == other {
			return true
		}
	}
	return false
}

// replaceAll replaces texts in a text, the longest first where several begin at
// one place.
func replaceAll(text string, with map[string]string) string {
	olds := make([]string, 0, len(with))
	for old := range with { // order: sorted below
		olds = append(olds, old)
	}
	slices.SortFunc(olds, func(a, b string) int { return len(b) - len(a) })
	var b strings.Builder
	for text != "" {
		i := slices.IndexFunc(olds, func(old string) bool { return strings.HasPrefix(text, old) })
		if i < 0 {
			b.WriteByte(text[0])
			text = text[1:]
			continue
		}
		b.WriteString(with[olds[i]])
		text = text[len(olds[i]):]
	}
	return b.String()
}

// reference reports whether an expression refers to the name, and returns what
// stands before it.
func (r *renaming) reference(o occurrence) (prefix string, ok bool) {
	e := o.expression
	if o.place.src != r.document.src {
		return "", false
	}
	switch r.kind {
	case stepName:
		return "$steps.", e.Root == expr.RootSteps && e.Name == r.name && o.workflow == r.workflow
	case stepOutputName:
		if e.Root == expr.RootOutputs {
			return "$outputs.", e.Name == r.name && o.step == r.step
		}
		return "$steps." + r.step.StepID + ".outputs.",
			e.Root == expr.RootSteps && e.Name == r.step.StepID && e.Output == r.name && o.workflow == r.workflow
	case inputName:
		if e.Root == expr.RootWorkflows {
			return "$workflows." + r.workflow.WorkflowID + ".inputs.", e.Kind == expr.KindInputs && e.Name == r.workflow.WorkflowID && e.Output == r.name
		}
		return "$inputs.", e.Root == expr.RootInputs && e.Name == r.name && o.workflow == r.workflow
	case workflowName:
		return "$workflows.", e.Root == expr.RootWorkflows && e.Name == r.name
	case workflowOutputName:
		if e.Root == expr.RootOutputs {
			own := o.step == nil && o.workflow == r.workflow
			called := o.step != nil && o.step.Has("workflowId") && r.bundle.workflow(r.document, o.step.WorkflowID) == r.workflow
			return "$outputs.", e.Name == r.name && (own || called)
		}
		return "$workflows." + r.workflow.WorkflowID + ".outputs.", e.Root == expr.RootWorkflows && e.Kind == expr.KindOutputs &&
			e.Name == r.workflow.WorkflowID && e.Output == r.name
	case sourceDescriptionName:
		return sourcePrefix, e.Root == expr.RootSourceDescriptions && e.Name == r.name
	case componentName:
		return componentPrefix + string(r.component) + ".", e.Root == expr.RootComponents && e.Kind.String() == string(r.component) && e.Name == r.name
	case noName:
	}
	return "", false
}

// named returns the name that a note is about, by what stands before it.
func (wc *workflowChecker) named(at Origin, n expr.Note) declared {
	name := declared{document: wc.document, workflow: wc.workflow}
	if at.node == nil || at.node.kind != String || n.Offset < 0 || n.End > len(at.node.text) || n.Offset > n.End {
		return name
	}
	before := at.node.text[:n.Offset]
	name.name = at.node.text[n.Offset:n.End]
	switch {
	case strings.HasSuffix(before, "$inputs."):
		name.kind = inputName
	case strings.HasSuffix(before, "$steps."):
		name.kind = stepName
	default:
		steps, found := strings.CutSuffix(before, ".outputs.")
		i := strings.LastIndex(steps, "$steps.")
		if !found || i < 0 {
			return name
		}
		if name.step = wc.workflow.Step(steps[i+len("$steps."):]); name.step != nil {
			name.kind = stepOutputName
		}
	}
	return name
}
