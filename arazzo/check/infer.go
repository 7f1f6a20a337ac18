package check

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
)

// moment says which reply an expression sees.
type moment uint8

const (
	// success: the reply of a step that fulfils its success criteria.
	success moment = iota
	// anyReply: the reply of a step that may have failed.
	anyReply
)

// maxInference bounds the outputs of outputs that are followed.
const maxInference = 20

// inference finds out what values may be. One serves one workflow.
type inference struct {
	linter  *linter
	plan    *plan
	outputs map[string]shape
	depth   int
}

func newInference(l *linter, p *plan) *inference {
	return &inference{linter: l, plan: p, outputs: map[string]shape{}}
}

// root is what the expression names before its pointer is applied. The step is
// the one whose reply is meant; it may be nil.
func (in *inference) root(e *expr.Expression, at *stepPlan, when moment) shape {
	switch e.Root {
	case expr.RootStatusCode:
		return scalar("integer")
	case expr.RootURL, expr.RootMethod, expr.RootSelf:
		return scalar("string")
	case expr.RootInputs:
		return in.input(e)
	case expr.RootSteps:
		if s := in.plan.step(e.Name); s != nil && e.Kind == expr.KindOutputs {
			return in.output(s, e.Output)
		}
	case expr.RootResponse:
		switch {
		case e.Part == expr.PartHeader:
			return scalar("string")
		case e.Part == expr.PartBody && at != nil:
			return at.reply(when)
		}
	case expr.RootOutputs:
		if at != nil && at.calls != nil {
			return in.called(at, e.Name)
		}
	default:
	}
	return anything{}
}

// value is what the expression as a whole may be.
func (in *inference) value(e *expr.Expression, at *stepPlan, when moment) shape {
	s, failed := inside(in.root(e, at, when), e.Pointer)
	if failed >= 0 {
		return anything{}
	}
	return s
}

func (in *inference) input(e *expr.Expression) shape {
	if e.Whole {
		return anything{}
	}
	for i := range in.plan.inputs.Properties {
		p := &in.plan.inputs.Properties[i]
		if p.Name == e.Name {
			schema, ok := p.JSON()
			if !ok {
				return anything{}
			}
			return shapeOfInput(schema)
		}
	}
	return anything{}
}

// output is what an output of a step may be.
func (in *inference) output(s *stepPlan, name string) shape {
	key := s.step.StepID + "\x00" + name
	if known, ok := in.outputs[key]; ok {
		return known
	}
	in.outputs[key] = anything{} // while it is being found out
	o, ok := s.step.Output(name)
	if !ok || in.depth > maxInference {
		return anything{}
	}
	in.depth++
	found := in.document(o.Value, s)
	in.depth--
	in.outputs[key] = found
	return found
}

// called is what an output of the workflow that a step calls may be.
func (in *inference) called(s *stepPlan, name string) shape {
	if in.depth > maxInference {
		return anything{}
	}
	o, ok := s.calls.Output(name)
	if !ok {
		return anything{}
	}
	other := newInference(in.linter, in.linter.planOf(s.calls))
	other.depth = in.depth + 1
	return other.document(o.Value, nil)
}

// document is what a value of the document may be once it is computed.
func (in *inference) document(v arazzo.Value, at *stepPlan) shape {
	switch v.Kind() {
	case arazzo.String:
		text, _ := v.Text()
		t := in.plan.template(text)
		if t == nil {
			return anything{}
		}
		if e, whole := t.Whole(); whole {
			return in.value(e, at, success)
		}
		if literal, ok := t.Literal(); ok {
			return constant{literal}
		}
		return scalar("string")
	case arazzo.Bool, arazzo.Number, arazzo.Null:
		return constant{v.JSON()}
	case arazzo.Array:
		return scalar("array")
	case arazzo.Object:
		if in.plan.options.Version != expr.V1_0 && arazzo.IsSelector(v) {
			return anything{}
		}
		return scalar("object")
	case arazzo.Absent:
		return anything{}
	default:
		return anything{}
	}
}

// constant is the shape of a value that is given.
type constant struct{ value any }

func (c constant) types() []string                        { return []string{typeOf(c.value)} }
func (c constant) enum() []any                            { return []any{c.value} }
func (constant) member(string) (shape, openapi.Admission) { return anything{}, openapi.Possible }
func (constant) element() shape                           { return anything{} }
func (constant) names() []string                          { return nil }

// reply is what the body of the reply to the step may be.
func (s *stepPlan) reply(when moment) shape {
	if s.operation == nil {
		return anything{}
	}
	var out oneOf
	for _, r := range s.responses(when) {
		if len(r.Content) == 0 {
			continue // a reply without a body has nothing that could be looked for in it
		}
		i := slices.IndexFunc(r.Content, func(m openapi.MediaType) bool { return isJSON(m.Name) })
		if i < 0 || r.Content[i].Schema == nil {
			return anything{}
		}
		out = append(out, described{r.Content[i].Schema})
	}
	if len(out) == 0 {
		return anything{}
	}
	return out
}

// responses are the declared responses that the reply may be. It is empty if
// that is not known.
func (s *stepPlan) responses(when moment) []openapi.Response {
	declared := s.operation.Responses
	if when == anyReply {
		return nil
	}
	statuses := s.statuses()
	var out []openapi.Response
	for _, r := range declared {
		if statuses == nil && strings.HasPrefix(r.Status, "2") || slices.ContainsFunc(statuses, func(code string) bool { return matchesStatus(r.Status, code) }) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		for _, r := range declared {
			if r.Status == "default" {
				out = append(out, r)
			}
		}
	}
	return out
}

func matchesStatus(declared, code string) bool {
	return declared == code || len(declared) == 3 && strings.EqualFold(declared[1:], "XX") && declared[0] == code[0]
}

// statuses are the status codes that the success criteria admit, or nil if they
// do not say.
func (s *stepPlan) statuses() []string {
	for _, c := range s.criteria {
		if codes := statusesOf(c.term); codes != nil {
			return codes
		}
	}
	return nil
}

// statusesOf returns the status codes of which a condition asks for one.
func statusesOf(t *expr.Term) []string {
	if t == nil {
		return nil
	}
	switch t.Kind {
	case expr.TermCompare:
		if t.Op != "==" {
			return nil
		}
		for i, side := range t.Terms {
			other := t.Terms[1-i]
			if side.Kind == expr.TermExpression && side.Expression.Root == expr.RootStatusCode && other.Kind == expr.TermLiteral {
				if code := expr.Text(other.Value); len(code) == 3 {
					if _, err := strconv.Atoi(code); err == nil {
						return []string{code}
					}
				}
			}
		}
	case expr.TermOr:
		var all []string
		for _, part := range t.Terms {
			codes := statusesOf(part)
			if codes == nil {
				return nil
			}
			all = append(all, codes...)
		}
		return all
	case expr.TermAnd:
		for _, part := range t.Terms {
			if codes := statusesOf(part); codes != nil {
				return codes
			}
		}
	default:
	}
	return nil
}

// isJSON reports whether a media type is JSON.
func isJSON(name string) bool {
	t, _, err := mime.ParseMediaType(name)
	if err != nil {
		t = strings.ToLower(strings.TrimSpace(name))
	}
	return t == "application/json" || strings.HasSuffix(t, "+json") || strings.HasPrefix(t, "application/x-amz-json-")
}

// typeOf returns the JSON type of a value.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		if strings.ContainsAny(expr.Text(v), ".eE") {
			return "number"
		}
		return "integer"
	}
}
