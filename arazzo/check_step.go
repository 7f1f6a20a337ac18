package arazzo

import (
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

func (wc *workflowChecker) step(s *Step) {
	request := scope{step: s, phase: beforeRequest}
	reply := scope{step: s, phase: afterResponse}
	wc.target(s)
	wc.stepDependencies(s)
	wc.messages(s)
	wc.channel(s)
	wc.unsupportedStep(s)
	if s.WorkflowID != "" {
		place := s.Field("workflowId")
		if w := wc.workflowAt(place, s.WorkflowID); w != nil {
			wc.call(call{place: place, target: w, own: s.Parameters, shared: wc.workflow.Parameters})
		}
	}
	wc.parameters(s.Parameters, request)
	wc.queryString(s)
	if s.Has("workflowId") && s.Has("requestBody") {
		// Arazzo 1.1.0, Step Object: requestBody is "the request body to pass to an operation".
		wc.warnAt(s.Field("requestBody"), "ignored-field", "hand values to the workflow with \"parameters\"", "\"requestBody\" has no effect on a step that calls a workflow")
	}
	if s.RequestBody != nil {
		wc.value(s.RequestBody.Payload, request)
		wc.template(s.RequestBody.Field("contentType"), s.RequestBody.ContentType, request)
		wc.replacements(s, request)
	}
	wc.criteria(s.SuccessCriteria, reply)
	wc.actions(s.OnSuccess, onSuccess, reply)
	wc.actions(s.OnFailure, onFailure, reply)
	wc.outputs(s.Outputs, reply)
	wc.operation(s)
}

// target checks that a step calls one thing.
//
// Arazzo 1.1.0, Step Object: operationId, operationPath, workflowId and
// channelPath are mutually exclusive; one of them must be given.
func (wc *workflowChecker) target(s *Step) {
	var given []string
	for _, field := range []string{"operationId", "operationPath", "workflowId", "channelPath"} {
		if !s.Has(field) {
			continue
		}
		given = append(given, field)
		if place := s.Field(field); place.node.kind == String && place.node.text == "" {
			wc.errorAt(place, "invalid-value", "", "%q is empty", field)
		}
	}
	switch len(given) {
	case 0:
		wc.add(diag.Diagnostic{
			Rule: "missing-field", Range: s.headRange(), Pointer: s.Pointer(),
			Message: fmt.Sprintf("step %q calls nothing", shown(s.StepID)),
			Hint:    "add \"operationId\", \"operationPath\" or \"workflowId\"",
		})
	case 1:
	default:
		wc.add(diag.Diagnostic{
			Rule: "conflicting-fields", Range: s.FieldNameRange(given[1]), Pointer: s.Pointer(),
			Message: fmt.Sprintf("step %q has both %q and %q", shown(s.StepID), given[0], given[1]), Hint: "keep one of them",
		})
	}
}

// operation looks up the operation of a step and checks that the step fits it.
func (wc *workflowChecker) operation(s *Step) {
	op, source, problem := wc.bundle.Operation(s)
	if problem != nil && (source == nil || !source.reported || op != nil) {
		d := *problem
		if d.Severity == diag.Warning {
			d.Severity = wc.dialect()
		}
		wc.mendReference(s, source, &d)
		wc.add(d)
	}
	if op == nil {
		return
	}
	for _, w := range op.Warnings {
		wc.add(w)
	}
	given := wc.givenParameters(s)
	wc.pathParameters(s, op, given)
	wc.declaredParameters(s, op)
	wc.requiredParameters(s, op, given)
	wc.mediaType(s, op)
}

// givenParameters are the parameters of the step and those of the workflow,
// which apply to all steps (Arazzo 1.1.0, Workflow Object: parameters).
func (wc *workflowChecker) givenParameters(s *Step) map[[2]string]bool {
	given := map[[2]string]bool{}
	for _, p := range wc.effective(s) {
		key := parameterKey(p)
		if !slices.Contains(wc.locations(), p.In) {
			key[1] = "" // where it is to be sent is asked for
		}
		given[key] = true
	}
	return given
}

// templateNames lists the names in the braces of a path, without the "+" of those
// whose values may hold slashes. What follows a "#" is no part of the path.
func templateNames(path string) []string {
	path, _, _ = strings.Cut(path, "#")
	var names []string
	for {
		_, rest, found := strings.Cut(path, "{")
		if !found {
			return names
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return names
		}
		if name = strings.Trim(name, "+"); name != "" {
			names = append(names, name)
		}
		path = after
	}
}

// pathParameters checks that every part of the path is supplied (OpenAPI
// 3.1.1, Parameter Object: a path parameter is always required).
func (wc *workflowChecker) pathParameters(s *Step, op *openapi.Operation, given map[[2]string]bool) {
	for _, name := range templateNames(op.Path) {
		if given[[2]string{name, "path"}] || given[[2]string{name + "+", "path"}] || given[[2]string{"+" + name, "path"}] {
			continue
		}
		if given[[2]string{name, ""}] {
			continue
		}
		hint := fmt.Sprintf("add a parameter with name: %s and in: path", shown(name))
		for id := range given {
			if id[1] == "path" && strings.EqualFold(id[0], name) {
				hint = fmt.Sprintf("names are case-sensitive: rename %q", shown(id[0]))
			}
		}
		wc.add(diag.Diagnostic{
			Rule: "missing-path-parameter", Range: wc.targetRange(s), Pointer: s.Pointer(), Hint: hint,
			Message: fmt.Sprintf("step %q does not give the path parameter %q of %s %s", shown(s.StepID), shown(name), op.Method, shown(op.Path)),
		})
	}
}

// targetRange is the place of the reference to the operation.
func (wc *workflowChecker) targetRange(s *Step) diag.Range {
	if s.Has("operationId") {
		return s.Field("operationId").Range()
	}
	return s.Field("operationPath").Range()
}

// declaredParameters warns of parameters that the operation does not know.
func (wc *workflowChecker) declaredParameters(s *Step, op *openapi.Operation) {
	inPath := templateNames(op.Path)
	for _, p := range s.Parameters {
		if p = wc.document.ResolveParameter(p); p == nil || p.Name == "" || !slices.Contains(wc.locations(), p.In) || isDeclared(p, op) {
			continue
		}
		if p.In == "path" {
			known := false
			for _, name := range inPath {
				known = known || name == strings.Trim(p.Name, "+")
			}
			if known {
				continue
			}
			wc.warnAt(p.Field("name"), "undeclared-parameter", "", "the path %s has no part {%s}, the parameter is not sent", shown(op.Path), shown(p.Name))
			continue
		}
		if p.In == "header" && isReservedHeader(p.Name) || p.In == "query" && inPathQuery(op.Path, p.Name) || isCredential(p, op) {
			continue
		}
		hint := ""
		for _, d := range op.Parameters {
			switch {
			case d.Name == p.Name:
				hint = fmt.Sprintf("the operation declares it in: %s", shown(d.In))
			case hint == "" && d.In == p.In && strings.EqualFold(d.Name, p.Name):
				hint = fmt.Sprintf("the operation declares %q", shown(d.Name))
			}
		}
		wc.warnAt(p.Field("name"), "undeclared-parameter", hint, "the operation declares no %s parameter %q, it is sent all the same", p.In, shown(p.Name))
	}
}

// isCredential reports whether a parameter is the API key of a security scheme
// that applies to the operation.
func isCredential(p *Parameter, op *openapi.Operation) bool {
	for _, requirement := range op.Security {
		for _, use := range requirement {
			s := use.Scheme
			if s != nil && s.Type == "apiKey" && s.In == p.In && (s.ParameterName == p.Name || p.In == "header" && strings.EqualFold(s.ParameterName, p.Name)) {
				return true
			}
		}
	}
	return false
}

// inPathQuery reports whether a path key has a query with the name, as those
// of query-protocol APIs have ("/?Action=DescribeInstances"). In that protocol
// the version of the API stands beside the action.
func inPathQuery(path, name string) bool {
	path, _, _ = strings.Cut(path, "#")
	_, query, found := strings.Cut(path, "?")
	if !found {
		return false
	}
	values, _ := url.ParseQuery(query) // what can be read of it is enough
	return values.Has(name) || name == "Version" && values.Has("Action")
}

func isDeclared(p *Parameter, op *openapi.Operation) bool {
	for _, d := range op.Parameters {
		if d.In == p.In && (d.Name == p.Name || p.In == "header" && strings.EqualFold(d.Name, p.Name)) {
			return true
		}
		if d.In == "querystring" && p.In == "query" {
			return true
		}
	}
	return false
}

// isReservedHeader reports whether OpenAPI describes a header field by other
// means than parameters (OpenAPI 3.1.1, Parameter Object: in).
func isReservedHeader(name string) bool {
	return strings.EqualFold(name, "Accept") || strings.EqualFold(name, "Content-Type") || strings.EqualFold(name, "Authorization")
}

// requiredParameters warns of required parameters that the step leaves to
// chance. They are no errors, since credentials may supply them.
func (wc *workflowChecker) requiredParameters(s *Step, op *openapi.Operation, given map[[2]string]bool) {
	for _, d := range op.Parameters {
		if !d.Required || d.In == "path" || d.In == "header" && isReservedHeader(d.Name) {
			continue
		}
		name := d.Name
		if d.In == "header" {
			name = strings.ToLower(name)
		}
		if given[[2]string{name, d.In}] || given[[2]string{d.Name, ""}] || d.In == "query" && wc.hasQueryString(given) {
			continue
		}
		wc.add(diag.Diagnostic{
			Rule: "missing-parameter", Severity: diag.Warning, Range: wc.targetRange(s), Pointer: s.Pointer(),
			Message: fmt.Sprintf("step %q does not give the required %s parameter %q", shown(s.StepID), d.In, shown(d.Name)),
		})
	}
}

func (wc *workflowChecker) hasQueryString(given map[[2]string]bool) bool {
	for id := range given {
		if id[1] == "querystring" {
			return true
		}
	}
	return false
}

// mediaType warns of a content type that the operation does not declare, and of
// a payload for an operation that declares no body.
func (wc *workflowChecker) mediaType(s *Step, op *openapi.Operation) {
	if s.RequestBody == nil {
		return
	}
	if op.RequestBody == nil {
		wc.warnAt(s.Field("requestBody"), "undeclared-media-type", "", "%s %s declares no request body, the payload is sent all the same", op.Method, shown(op.Path))
		return
	}
	if s.RequestBody.ContentType == "" || len(op.RequestBody.Content) == 0 || strings.Contains(s.RequestBody.ContentType, "$") {
		return
	}
	want := mediaTypeName(s.RequestBody.ContentType)
	declared := make([]string, len(op.RequestBody.Content))
	for i, m := range op.RequestBody.Content {
		declared[i] = m.Name
		if matchesMediaRange(want, mediaTypeName(m.Name)) {
			return
		}
	}
	wc.warnAt(s.RequestBody.Field("contentType"), "undeclared-media-type", "the operation declares "+alternativesOrNone(declared, "none"),
		"the operation does not declare the media type %q", shown(s.RequestBody.ContentType))
}

func mediaTypeName(text string) string {
	name, _, err := mime.ParseMediaType(text)
	if err != nil {
		name, _, _ = strings.Cut(text, ";")
		name = strings.ToLower(strings.TrimSpace(name))
	}
	return name
}

func matchesMediaRange(name, mediaRange string) bool {
	if name == mediaRange || mediaRange == "*/*" {
		return true
	}
	kind, ok := strings.CutSuffix(mediaRange, "/*")
	return ok && strings.HasPrefix(name, kind+"/")
}
