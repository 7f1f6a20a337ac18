package arazzo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// parameters checks a list of parameters.
func (wc *workflowChecker) parameters(list []*Parameter, at scope) {
	seen := map[[2]string]*Parameter{}
	for _, written := range list {
		if wc.full() {
			return
		}
		p := written
		if p.Reference != nil {
			wc.reusable(p.Reference, parameterComponents)
			wc.use(p.Reference.Reference)
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
				Rule: "duplicate-name", Range: wc.parameterRange(written), Pointer: written.Pointer(),
				Message: fmt.Sprintf("the parameter %q is given twice", shown(p.Name)), Hint: "remove one of the two",
				Related: []diag.Related{{Message: "first here", Range: wc.parameterRange(first)}},
			})
			continue
		}
		seen[id] = written
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
	if p.Has("name") && p.Name == "" && (Value{p.Field("name")}).Kind() == String {
		wc.errorAt(p.Field("name"), "invalid-value", "", "the name of the parameter is empty")
	}
	switch {
	case p.Has("in"):
		wc.location(p)
	case at.inputs || wc.alone || p.Name == "":
	case at.step != nil && !at.step.Has("workflowId"), at.step == nil && wc.callsOperation():
		// Arazzo 1.1.0, Parameter Object: where no workflowId is in context, "for
		// example, a step calling an operation", the in field MUST be specified.
		wc.withoutLocation(p, at)
	}
	wc.value(p.Value, at)
}

// withoutLocation reports a parameter of an operation that does not say where it
// is sent. Where the operation declares it, that is proposed.
func (wc *workflowChecker) withoutLocation(p *Parameter, at scope) {
	d := diag.Diagnostic{
		Rule: "missing-field", Range: p.Range(), Pointer: p.Pointer(), Hint: "add \"in\": " + alternatives(wc.locations()),
		Message: fmt.Sprintf("the parameter %q of an operation needs the field \"in\"", shown(p.Name)),
	}
	if in := wc.declaredLocation(p, at); in != "" {
		d.Hint = "add in: " + in
		wc.fixes.visit(p.Origin)
		edit, err := p.InsertAfter("name", Member{"in", in})
		wc.fixes.attach(&d, d.Hint, "", change{p.Origin, edit, err})
	}
	wc.add(d)
}

// declaredLocation is where the operation of a step declares a parameter, or
// empty.
func (wc *workflowChecker) declaredLocation(p *Parameter, at scope) string {
	if at.step == nil {
		return ""
	}
	op, _, _ := wc.bundle.Operation(at.step)
	if op == nil {
		return ""
	}
	if slices.Contains(templateNames(op.Path), p.Name) {
		return "path"
	}
	for _, d := range op.Parameters {
		if d.Name == p.Name && slices.Contains(wc.locations(), d.In) {
			return d.In
		}
	}
	return ""
}

// location checks where a parameter is sent.
func (wc *workflowChecker) location(p *Parameter) {
	if p.In == "body" && wc.document.Arazzo == "1.0.0" {
		// Arazzo 1.0.0, Parameter Object: "body" is one of the values of in. Later
		// versions have it no more.
		wc.warnAt(p.Field("in"), "body-parameter", "give the payload in \"requestBody\"", "later versions of the specification have no parameters in: body")
		return
	}
	wc.oneOf(p.Field("in"), "location of a parameter", p.In, wc.locations())
}

// callsOperation reports whether a step of the workflow calls an operation, to
// which the parameters of the workflow are handed too.
func (wc *workflowChecker) callsOperation() bool {
	for _, s := range wc.workflow.Steps {
		if !s.Has("workflowId") {
			return true
		}
	}
	return false
}

// queryString checks that a step does not give the query as a whole and in
// parts, its own parameters and those of the workflow taken together.
//
// Arazzo 1.1.0, Parameter Object: querystring MUST NOT be used along with
// parameters that are in: query, and stands for the entire query string.
func (wc *workflowChecker) queryString(s *Step) {
	if s.Has("workflowId") {
		return
	}
	var whole, part *Parameter
	for _, p := range wc.effective(s) {
		switch p.In {
		case "query":
			part = p
		case "querystring":
			if whole != nil {
				wc.clash(s, p, whole, "the query string is given twice")
			}
			whole = p
		}
	}
	if whole != nil && part != nil {
		wc.clash(s, whole, part, fmt.Sprintf("the parameter %q is the whole query string, and %q is a part of it", shown(whole.Name), shown(part.Name)))
	}
}

func (wc *workflowChecker) clash(s *Step, p, other *Parameter, message string) {
	wc.add(diag.Diagnostic{
		Rule: "conflicting-fields", Range: p.Field("in").Range(), Pointer: p.Pointer(), Message: fmt.Sprintf("step %q: %s", shown(s.StepID), message),
		Hint: "remove one of the two", Related: []diag.Related{{Message: "the other", Range: other.Field("in").Range()}},
	})
}

// effective are the parameters with which a step is executed: its own, and
// those of the workflow that it does not override.
//
// Arazzo 1.1.0, Workflow Object: parameters can be overridden at the step level
// but cannot be removed there.
func (wc *workflowChecker) effective(s *Step) []*Parameter {
	seen := map[[2]string]bool{}
	var out []*Parameter
	for _, list := range [][]*Parameter{s.Parameters, wc.workflow.Parameters} {
		for _, p := range list {
			if p = wc.document.ResolveParameter(p); p == nil || seen[parameterKey(p)] {
				continue
			}
			seen[parameterKey(p)] = true
			out = append(out, p)
		}
	}
	return out
}
