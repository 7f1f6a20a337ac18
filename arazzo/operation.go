package arazzo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// The rules for references to operations.
const (
	ruleUnknownOperation    = "unknown-operation"
	ruleAmbiguousOperation  = "ambiguous-operation"
	ruleUnknownSource       = "undefined-source"
	ruleUnavailableSource   = "unavailable-source"
	ruleInvalidOperation    = "invalid-operation"
	ruleUnqualifiedID       = "unqualified-operation-id"
	ruleSourceNamePath      = "source-name-operation-path"
	ruleInvalidOperationRef = "invalid-operation-path"
)

// foundOperation is the result of [Bundle.Operation].
type foundOperation struct {
	operation *openapi.Operation
	source    *Source
	problem   *diag.Diagnostic
}

// Operation returns the operation that a step calls, with the source that
// defines it. If there is none, the operation is nil and the diagnostic is an
// error that says why. If there is one, the diagnostic is nil, or a warning
// that names a form which the specification does not have. A step that calls
// a workflow has neither an operation nor a diagnostic.
func (b *Bundle) Operation(step *Step) (*openapi.Operation, *Source, *diag.Diagnostic) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found, known := b.operations[step]
	if !known {
		found = b.findOperation(step)
		if b.operations == nil {
			b.operations = map[*Step]foundOperation{}
		}
		b.operations[step] = found
	}
	return found.operation, found.source, found.problem
}

func (b *Bundle) findOperation(step *Step) foundOperation {
	if step.workflow == nil || step.workflow.document == nil {
		return foundOperation{}
	}
	switch doc := step.workflow.document; {
	case step.OperationID != "":
		return b.operationByID(doc, step)
	case step.OperationPath != "":
		return b.operationByPath(doc, step)
	default:
		return foundOperation{}
	}
}

// refuse makes the result for an operation that is not found.
func refuse(place Origin, s *Source, rule, hint, format string, args ...any) foundOperation {
	return foundOperation{source: s, problem: &diag.Diagnostic{
		Rule: rule, Message: fmt.Sprintf(format, args...), Hint: hint, Range: place.Range(), Pointer: place.Pointer(),
	}}
}

func (b *Bundle) operationByID(doc *Document, step *Step) foundOperation {
	place := step.Field("operationId")
	name, id, declared, ok := qualified(doc, step.OperationID)
	if !ok {
		return b.unqualifiedOperation(doc, step, place)
	}
	if !declared {
		return unknownSource(doc, place, name)
	}
	s := b.Source(doc, name)
	if problem, bad := unusable(place, s); bad {
		return problem
	}
	op, err := s.API.OperationByID(id)
	if err != nil {
		return operationError(place, s, err)
	}
	return foundOperation{operation: op, source: s}
}

// unqualifiedOperation looks for an operationId in all descriptions of APIs.
//
// Arazzo 1.1.0, Step Object: if more than one is described, the operationId
// MUST be given with its source. It is understood without one all the same as
// long as a single source defines it.
func (b *Bundle) unqualifiedOperation(doc *Document, step *Step, place Origin) foundOperation {
	id := step.OperationID
	var candidates, defining []*Source
	var unread *Source
	for _, s := range b.Sources(doc) {
		switch {
		case s.Kind == "arazzo", s.Description != doc.SourceDescription(s.Description.Name):
		case s.Err != nil:
			unread = s
			candidates = append(candidates, s)
		default:
			candidates = append(candidates, s)
			if s.API != nil && s.API.HasOperation(id) {
				defining = append(defining, s)
			}
		}
	}
	switch {
	case len(candidates) == 0:
		return refuse(place, nil, ruleUnknownOperation, "", "the document describes no API that could have the operation %q", shown(id))
	case len(defining) > 1:
		return ambiguousSources(place, id, defining)
	case len(defining) == 0 && unread != nil:
		problem, _ := unusable(place, unread)
		return problem
	case len(defining) == 0 && len(candidates) > 1:
		if found, broken := unreadableCandidate(place, id, candidates); broken {
			return found
		}
		return unknownEverywhere(place, id, candidates)
	}
	s := candidates[0]
	if len(defining) == 1 {
		s = defining[0]
	}
	if problem, bad := unusable(place, s); bad {
		return problem
	}
	op, err := s.API.OperationByID(id)
	if err != nil {
		return operationError(place, s, err)
	}
	found := foundOperation{operation: op, source: s}
	if len(candidates) > 1 {
		found.problem = &diag.Diagnostic{
			Rule: ruleUnqualifiedID, Severity: diag.Warning, Range: place.Range(), Pointer: place.Pointer(),
			Message: fmt.Sprintf("operationId %q does not say which of %d sources is meant", shown(id), len(candidates)),
			Hint:    "write " + qualifiedID(s, id),
		}
	}
	return found
}

func qualifiedID(s *Source, id string) string {
	return shown(sourcePrefix + s.Description.Name + "." + id)
}

func ambiguousSources(place Origin, id string, sources []*Source) foundOperation {
	names, forms := make([]string, len(sources)), make([]string, len(sources))
	for i, s := range sources {
		names[i], forms[i] = strconv.Quote(shown(s.Description.Name)), qualifiedID(s, id)
	}
	return refuse(place, nil, ruleAmbiguousOperation, "write "+strings.Join(forms, " or "),
		"operationId %q is defined by %d sources: %s", shown(id), len(sources), strings.Join(names, ", "))
}

// unreadableCandidate returns the reason for which one of the sources cannot
// be searched, if there is one.
func unreadableCandidate(place Origin, id string, sources []*Source) (foundOperation, bool) {
	for _, s := range sources {
		if s.API == nil {
			continue
		}
		var broken *diag.Diagnostic
		if _, err := s.API.OperationByID(id); errors.As(err, &broken) {
			return operationError(place, s, err), true
		}
	}
	return foundOperation{}, false
}

// unknownEverywhere offers what comes close in any of the sources.
func unknownEverywhere(place Origin, id string, sources []*Source) foundOperation {
	hint := ""
	var ids []string
	defining := map[string]*Source{}
	for _, s := range sources {
		if s.API == nil {
			continue
		}
		for _, known := range s.API.OperationIDs() {
			if defining[known] == nil {
				defining[known] = s
				ids = append(ids, known)
			}
		}
	}
	near := resembling(id, ids)
	for i, n := range near {
		near[i] = qualifiedID(defining[n], n)
	}
	if len(near) > 0 {
		hint = didYouMean(near)
	}
	return refuse(place, nil, ruleUnknownOperation, hint, "none of the %d sources has an operation %q", len(sources), shown(id))
}

func (b *Bundle) operationByPath(doc *Document, step *Step) foundOperation {
	place := step.Field("operationPath")
	path := splitOperationPath(doc, step.OperationPath)
	if path.form == unknownPath {
		return unknownPathForm(doc, place, path)
	}
	if doc.SourceDescription(path.source) == nil {
		return unknownSource(doc, place, path.source)
	}
	s := b.Source(doc, path.source)
	if problem, bad := unusable(place, s); bad {
		return problem
	}
	pointer := path.pointer
	if !strings.HasPrefix(pointer, "/") {
		return refuse(place, s, ruleInvalidOperationRef, "",
			"operationPath must end with \"#\" and a JSON Pointer to an operation, such as \"#/paths/~1pets/get\"")
	}
	op, err := s.API.OperationByPointer(pointer)
	if err != nil {
		return operationError(place, s, err)
	}
	found := foundOperation{operation: op, source: s}
	if path.form == dialectPath {
		found.problem = &diag.Diagnostic{
			Rule: ruleSourceNamePath, Severity: diag.Warning, Range: place.Range(), Pointer: place.Pointer(),
			Message: "operationPath does not name its source as the specification says",
			Hint:    fmt.Sprintf("write '{%s%s.url}#%s'", sourcePrefix, path.source, shown(pointer)),
		}
	}
	return found
}

func unknownPathForm(doc *Document, place Origin, path operationPath) foundOperation {
	name := "NAME"
	if len(doc.SourceDescriptions) == 1 {
		name = doc.SourceDescriptions[0].Name
	}
	pointer := path.pointer
	if pointer == "" {
		pointer = "/paths/~1pets/get"
	}
	return refuse(place, nil, ruleInvalidOperationRef, fmt.Sprintf("write '{%s%s.url}#%s'", sourcePrefix, name, shown(pointer)),
		"operationPath does not say to which source it belongs")
}

func unknownSource(doc *Document, place Origin, name string) foundOperation {
	names := sourceNames(doc)
	hint := "the document describes " + quotedList(names)
	if near := resembling(name, names); len(near) > 0 {
		hint = didYouMean(near)
	}
	return refuse(place, nil, ruleUnknownSource, hint, "the document has no source description %q", shown(name))
}

func sourceNames(doc *Document) []string {
	names := make([]string, len(doc.SourceDescriptions))
	for i, sd := range doc.SourceDescriptions {
		names[i] = sd.Name
	}
	return names
}

// unusable refuses a source in which no operation can be looked up.
func unusable(place Origin, s *Source) (foundOperation, bool) {
	switch {
	case s == nil:
		return refuse(place, nil, ruleUnavailableSource, "", "the sources of the document were not loaded"), true
	case s.Err != nil:
		return refuse(place, s, ruleUnavailableSource, "", "the operation is defined by source %q, which could not be read: %s",
			shown(s.Description.Name), s.Err), true
	case s.Kind == "asyncapi":
		return refuse(place, s, ruleNotSupportedYet, "", "source %q is an AsyncAPI document; steps of these are not supported yet",
			shown(s.Description.Name)), true
	case s.API == nil:
		return refuse(place, s, ruleInvalidOperation, "use \"workflowId\" to call a workflow of it",
			"source %q is an Arazzo document and has no operations", shown(s.Description.Name)), true
	default:
		return foundOperation{}, false
	}
}

// operationError turns what an API description says of a reference into a
// diagnostic at the reference.
func operationError(place Origin, s *Source, err error) foundOperation {
	var notFound *openapi.NotFoundError
	var ambiguous *openapi.AmbiguousError
	var pointer *openapi.PointerError
	var broken *diag.Diagnostic
	name := shown(s.Description.Name)
	switch {
	case errors.As(err, &notFound):
		hint := ""
		if len(notFound.Nearest) > 0 {
			hint = didYouMean(notFound.Nearest)
		}
		return refuse(place, s, ruleUnknownOperation, hint, "source %q has no operation %q", name, shown(notFound.ID))
	case errors.As(err, &ambiguous):
		hint := ""
		if len(ambiguous.Pointers) > 0 {
			hint = fmt.Sprintf("name the one that is meant with operationPath: '{%s%s.url}#%s'", sourcePrefix, name, shown(ambiguous.Pointers[0]))
		}
		return refuse(place, s, ruleAmbiguousOperation, hint, "source %q has %d operations with the operationId %q",
			name, len(ambiguous.Pointers), shown(ambiguous.ID))
	case errors.As(err, &pointer):
		hint := ""
		if len(pointer.Nearest) > 0 {
			hint = didYouMean(pointer.Nearest)
		}
		if pointer.Part != "" {
			return refuse(place, s, ruleUnknownOperation, hint, "source %q has nothing at %q of the pointer %q", name, shown(pointer.Part), shown(pointer.Pointer))
		}
		return refuse(place, s, ruleUnknownOperation, hint, "source %q: %s", name, err)
	case errors.As(err, &broken):
		found := refuse(place, s, broken.Rule, broken.Hint, "source %q: %s", name, broken.Message)
		if broken.Range.Start.IsValid() {
			found.problem.Related = []diag.Related{{Message: "here", Range: broken.Range}}
		}
		return found
	default:
		return refuse(place, s, ruleInvalidOperation, "", "source %q: %s", name, err)
	}
}
