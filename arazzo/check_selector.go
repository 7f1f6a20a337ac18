package arazzo

import (
	"errors"
	"strings"

	"github.com/seed-d89508e2/arazzo/expr"
)

// selector checks a Selector Object.
//
// Arazzo 1.1.0, Selector Object: context, selector and type are required; the
// type is "jsonpath", "xpath" or "jsonpointer", or an Expression Type Object.
func (wc *workflowChecker) selector(v Value, at scope) {
	spec := expr.SelectorSpec{}
	kind := v.Member("type")
	switch kind.Kind() {
	case Object:
		spec.Type, _ = kind.Member("type").Text()
		spec.Version, _ = kind.Member("version").Text()
		for _, field := range []string{"type", "version"} {
			if kind.Member(field).Kind() != String {
				wc.errorAt(kind.Field(field), "missing-field", "", "the expression type of a selector needs %q, a string", field)
				return
			}
		}
	case String:
		spec.Type, _ = kind.Text()
	case Absent, Null, Bool, Number, Array:
		wc.errorAt(v.Field("type"), "wrong-type", "", "\"type\" must be a string or an object with \"type\" and \"version\"")
		return
	}
	if !wc.selectorType(kind.Origin, spec) {
		return
	}
	if context, ok := v.Member("context").Text(); ok {
		wc.expression(v.Field("context"), context, at)
	} else {
		wc.errorAt(v.Field("context"), "wrong-type", "write a runtime expression, such as $response.body", "\"context\" must be a string that holds an expression")
	}
	var ok bool
	if spec.Selector, ok = v.Member("selector").Text(); !ok {
		wc.errorAt(v.Field("selector"), "wrong-type", "", "\"selector\" must be a string")
		return
	}
	wc.selectorText(v.Field("selector"), kind.Origin, spec, at)
}

// selectorType checks the language of a selector and its version (Arazzo
// 1.1.0, Expression Type Object).
func (wc *workflowChecker) selectorType(place Origin, spec expr.SelectorSpec) bool {
	if !wc.oneOf(place.Field("type"), "type of a selector", spec.Type, []string{"jsonpath", "xpath", "jsonpointer"}) {
		return false
	}
	return spec.Version == "" || wc.oneOf(place.Field("version"), "version of "+spec.Type, spec.Version, wc.expressionVersions(spec.Type))
}

// selectorText compiles a selector.
func (wc *workflowChecker) selectorText(place, kind Origin, spec expr.SelectorSpec, at scope) {
	wc.fixes.visit(place)
	s, notes, err := expr.CompileSelector(spec, wc.options(at))
	if err == nil {
		wc.notes(notes, func(string) Origin { return place })
		wc.references(s.Expressions(), []part{{place, spec.Selector}}, at)
		return
	}
	var syntax *expr.SyntaxError
	if errors.As(err, &syntax) && syntax.Field != "" && syntax.Field != "selector" {
		wc.syntaxError(kind.Field(syntax.Field), "invalid-value", err)
		return
	}
	wc.syntaxError(place, "invalid-selector", err)
}

// expression checks a text that is one runtime expression.
func (wc *workflowChecker) expression(place Origin, text string, at scope) {
	wc.fixes.visit(place)
	e, notes, err := expr.ParseExpression(text, wc.options(at))
	if err != nil {
		wc.syntaxError(place, "invalid-expression", err, wc.mendExpression(place, text, at))
		return
	}
	wc.notes(notes, func(string) Origin { return place })
	wc.reference(e, reference{place: place, end: len(text)}, at)
}

// replacements checks the replacements of a payload.
//
// Arazzo 1.1.0, Payload Replacement Object: the target is a JSON Pointer, an
// XPath for XML, or written in the language that targetSelectorType names.
func (wc *workflowChecker) replacements(s *Step, at scope) {
	b := s.RequestBody
	if len(b.Replacements) > 0 && !b.Has("payload") {
		wc.errorAt(b.Field("replacements"), "missing-field", "add \"payload\"", "there is no payload in which something could be replaced")
	}
	for _, r := range b.Replacements {
		if wc.full() {
			return
		}
		wc.value(r.Value, at)
		if !r.Has("target") || (Value{r.Field("target")}).Kind() != String {
			continue // reported when the document was parsed
		}
		spec := expr.SelectorSpec{Type: "jsonpointer", Selector: r.Target}
		if isXMLType(wc.bodyType(s)) {
			spec.Type = "xpath"
		}
		kind := r.Field("target")
		if t := r.TargetSelectorType; t != nil {
			spec.Type, spec.Version, kind = t.Type, t.Version, t.Origin
			if !wc.selectorType(kind, spec) {
				continue
			}
		}
		wc.selectorText(r.Field("target"), kind, spec, at)
		if spec.Type == "jsonpointer" {
			wc.replacementTarget(b.Payload, r)
		}
	}
}

// replacementTarget checks that a target exists in a payload that the document
// spells out.
//
// Arazzo 1.1.0, Payload Replacement Object: the target MUST be resolved against
// the request body.
func (wc *workflowChecker) replacementTarget(payload Value, r *PayloadReplacement) {
	pointer, err := expr.ParsePointer(r.Target)
	if err != nil || !payload.Exists() {
		return
	}
	n := payload.node
	for i := range pointer {
		if n.kind == String || IsSelector(Value{Origin{payload.src, n}}) {
			return // known when the step runs
		}
		next := follow(n, pointer[i:i+1], (*node).member)
		if next == nil {
			hint := ""
			if n.kind == Object {
				var names []string
				for _, c := range n.children {
					names = append(names, c.key)
				}
				hint = nearestOr(pointer[i], names, "add the member to the payload")
			}
			wc.warnAt(r.Field("target"), "unknown-target", hint, "the payload has nothing at %q", shown(pointer[:i+1].String()))
			return
		}
		n = next
	}
}

// bodyType is the media type of the body that a step sends, or empty if it is
// not known before the run.
func (wc *workflowChecker) bodyType(s *Step) string {
	if s.RequestBody.ContentType != "" {
		return s.RequestBody.ContentType
	}
	op, _, _ := wc.bundle.Operation(s)
	if op == nil || op.RequestBody == nil || len(op.RequestBody.Content) == 0 {
		return ""
	}
	for _, m := range op.RequestBody.Content {
		if name := mediaTypeName(m.Name); name == "application/json" || strings.HasSuffix(name, "+json") {
			return m.Name
		}
	}
	return op.RequestBody.Content[0].Name
}

func isXMLType(mediaType string) bool {
	name := mediaTypeName(mediaType)
	return name == "application/xml" || name == "text/xml" || strings.HasSuffix(name, "+xml")
}

// selectorFields reports what an object in the place of an output lacks to be a
// Selector Object.
func (d *decoder) selectorFields(n *node) {
	d.members(n, selectorObject)
	if t := n.member("type"); t != nil {
		d.expressionType(t)
	}
}
