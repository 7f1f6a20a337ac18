package arazzo

import "github.com/seed-d89508e2/arazzo/arazzo/diag"

// mendReference attaches the form in which the specification has the reference
// of a step to an operation.
func (wc *workflowChecker) mendReference(s *Step, source *Source, d *diag.Diagnostic) {
	if wc.fixes == nil || source == nil {
		return
	}
	name := source.Description.Name
	switch d.Rule {
	case ruleUnqualifiedID:
		place := s.Field("operationId")
		wc.fixes.visit(place)
		text := sourcePrefix + name + "." + s.OperationID
		wc.fixes.attach(d, "write "+shown(text), "", replace(place, text))
	case ruleSourceNamePath:
		place := s.Field("operationPath")
		wc.fixes.visit(place)
		text := "{" + sourcePrefix + name + ".url}#" + splitOperationPath(wc.document, s.OperationPath).pointer
		wc.fixes.attach(d, "write "+shown(text), "", replace(place, text))
	}
}
