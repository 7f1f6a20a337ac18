package arazzo

// reachable returns the workflows that a run of one workflow may come to, the
// workflow itself first. An empty id stands for all workflows of the entry.
func reachable(b *Bundle, workflow string) []*Workflow {
	var order []*Workflow
	seen := map[*Workflow]bool{}
	add := func(w *Workflow) {
		if w != nil && !seen[w] {
			seen[w] = true
			order = append(order, w)
		}
	}
	for _, w := range b.Entry.Workflows {
		if workflow == "" || w.WorkflowID == workflow {
			add(w)
		}
	}
	for i := 0; i < len(order); i++ {
		w := order[i]
		for _, ref := range workflowReferences(w) {
			add(b.workflow(w.document, ref))
		}
	}
	return order
}

// workflowReferences lists the references to workflows that a workflow holds.
func workflowReferences(w *Workflow) []string {
	refs := append([]string(nil), w.DependsOn...)
	actions := func(lists ...[]*Action) {
		for _, list := range lists {
			for _, a := range list {
				if a = w.document.ResolveAction(a); a != nil && a.WorkflowID != "" {
					refs = append(refs, a.WorkflowID)
				}
			}
		}
	}
	actions(w.SuccessActions, w.FailureActions)
	for _, s := range w.Steps {
		if s.WorkflowID != "" {
			refs = append(refs, s.WorkflowID)
		}
		actions(s.OnSuccess, s.OnFailure)
	}
	return refs
}

// workflow finds the workflow that a reference in a document names, or nil.
func (b *Bundle) workflow(doc *Document, ref string) *Workflow {
	name, id, _, ok := qualified(doc, ref)
	if !ok {
		return doc.Workflow(ref)
	}
	if s := b.Source(doc, name); s != nil && s.Document != nil {
		return s.Document.Workflow(id)
	}
	return nil
}

// neededSources returns the source descriptions that the steps of the
// reachable workflows use. A step that names its operation without a source
// uses every source that could not be read, unless another one defines it.
func neededSources(b *Bundle, workflow string) map[*SourceDescription]bool {
	needed := map[*SourceDescription]bool{}
	for _, w := range reachable(b, workflow) {
		doc := w.document
		need := func(name string) { needed[doc.SourceDescription(name)] = true }
		for _, ref := range workflowReferences(w) {
			if name, _, _, ok := qualified(doc, ref); ok {
				need(name)
			}
		}
		for _, s := range w.Steps {
			switch {
			case s.OperationPath != "":
				need(splitOperationPath(doc, s.OperationPath).source)
			case s.OperationID == "":
			default:
				if name, _, _, ok := qualified(doc, s.OperationID); ok {
					need(name)
					continue
				}
				if b.defines(doc, s.OperationID) {
					continue
				}
				for _, source := range b.Sources(doc) {
					if source.Err != nil && source.Kind != "arazzo" {
						needed[source.Description] = true
					}
				}
			}
		}
	}
	delete(needed, nil)
	return needed
}

// defines reports whether a source that was read defines an operation.
func (b *Bundle) defines(doc *Document, operationID string) bool {
	for _, s := range b.Sources(doc) {
		if s.API != nil && s.API.HasOperation(operationID) {
			return true
		}
	}
	return false
}
