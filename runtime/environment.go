package runtime

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/expr"
)

// environment is what runtime expressions see: the frame under way, what the
// run has left behind, and the exchange of the step attempt.
type environment struct {
	program  *Program
	st       *State
	frame    *Frame
	wf       *workflow
	exchange exchange
	// outputs are what $outputs means, once a workflow has ended.
	outputs map[string]any
	// nesting counts components whose values refer to others.
	nesting int
	// leftOut is told of the members that are left out of an object, since their
	// value is absent. It may be nil.
	leftOut func(*absence)
}

// exchange is the request and the reply of the attempt under way.
type exchange struct {
	req  *Request
	resp *Response
	// params are the parameters as they were before they were serialised.
	params []sentParameter
	status any
	// step is the step whose reply it is.
	step *step
	body lazyBody
	sent lazyBody
}

type sentParameter struct {
	in, name string
	value    any
}

func (e *Engine) env(st *State, fr *Frame) *environment {
	env := &environment{program: e.Program, st: st, frame: fr}
	if fr == nil && len(st.Frames) > 0 {
		env.frame = st.frame()
	}
	if env.frame != nil {
		env.wf = e.Program.workflow(env.frame.Workflow)
	}
	return env
}

// Lookup returns the value that an expression names, before its JSON Pointer
// is applied. It implements expr.Environment.
func (env *environment) Lookup(e *expr.Expression) (any, bool) {
	x := &env.exchange
	switch e.Root {
	case expr.RootStatusCode:
		return x.status, x.status != nil
	case expr.RootResponse:
		if x.resp == nil {
			return nil, false
		}
		if e.Part == expr.PartHeader {
			return headerValue(x.resp.Header, e.Name)
		}
		if e.HasPointer {
			return env.responseStructure()
		}
		return env.responseBody()
	case expr.RootRequest:
		return x.requestPart(e)
	case expr.RootInputs:
		if env.frame == nil {
			return nil, false
		}
		if e.Whole {
			return nonNil(env.frame.Inputs), true
		}
		v, ok := env.frame.Inputs[e.Name]
		return v, ok
	case expr.RootSteps:
		if env.frame == nil {
			return nil, false
		}
		r := env.frame.Steps[e.Name]
		if r == nil {
			return nil, false
		}
		v, ok := r.Outputs[e.Output]
		return v, ok
	case expr.RootOutputs:
		v, ok := env.outputs[e.Name]
		return v, ok
	case expr.RootURL:
		if x.req == nil {
			return nil, false
		}
		return x.req.URL, true
	case expr.RootMethod:
		if x.req == nil {
			return nil, false
		}
		return x.req.Method, true
	case expr.RootWorkflows:
		return env.finished(e)
	case expr.RootSourceDescriptions:
		if env.wf == nil {
			return nil, false
		}
		return env.wf.sourceField(e.Name, e.Output)
	case expr.RootSelf:
		if env.wf == nil || env.wf.self == "" {
			return nil, false
		}
		return env.wf.self, true
	case expr.RootComponents:
		return env.component(e)
	case expr.RootMessage:
		return nil, false
	default:
		return nil, false
	}
}

// component is the value of $components.parameters.<name>.
func (env *environment) component(e *expr.Expression) (any, bool) {
	const most = 16
	if e.Kind != expr.KindParameters || env.wf == nil || env.nesting >= most {
		return nil, false
	}
	v := env.wf.components[e.Name]
	if v == nil {
		return nil, false
	}
	env.nesting++
	defer func() { env.nesting-- }()
	return v.eval(env)
}

func nonNil(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func headerValue(h Header, name string) (any, bool) {
	v, ok := h.Lookup(name)
	if !ok {
		return nil, false
	}
	if !utf8.ValidString(v) {
		// RFC 9110, 5.5: what is no ASCII was ISO-8859-1 once.
		v = decodeLatin1([]byte(v))
	}
	return v, true
}

func (env *environment) finished(e *expr.Expression) (any, bool) {
	if env.frame == nil {
		return nil, false
	}
	outcome, ok := env.st.Finished[WorkflowRef{Document: env.frame.Workflow.Document, WorkflowID: e.Name}]
	if !ok {
		return nil, false
	}
	values := outcome.Outputs
	if e.Kind == expr.KindInputs {
		values = outcome.Inputs
	}
	v, ok := values[e.Output]
	return v, ok
}

func (x *exchange) requestPart(e *expr.Expression) (any, bool) {
	if x.req == nil {
		return nil, false
	}
	switch e.Part {
	case expr.PartHeader:
		for i := range x.params {
			if p := &x.params[i]; p.in == "header" && strings.EqualFold(p.name, e.Name) {
				return p.value, true
			}
		}
		return headerValue(x.req.Header, e.Name)
	case expr.PartQuery:
		return x.parameter("query", e.Name)
	case expr.PartPath:
		return x.parameter("path", e.Name)
	case expr.PartBody:
		return x.requestBody()
	default:
		return nil, false
	}
}

func (x *exchange) parameter(in, name string) (any, bool) {
	for i := range x.params {
		if p := &x.params[i]; p.in == in && p.name == name {
			return p.value, true
		}
	}
	return nil, false
}

// responseContent is the body of the reply with what is known about it.
func (env *environment) responseContent() *content {
	x := &env.exchange
	c := &content{header: x.resp.Header, body: x.resp.Body, file: x.resp.File, strict: env.program.strict}
	if x.step != nil && x.step.call != nil {
		c.declared = declaredContent(x.step.call.operation, strconv.Itoa(x.resp.Status))
		c.reads = x.step.reads
	}
	return c
}

func (env *environment) responseBody() (any, bool) {
	body := &env.exchange.body
	if !body.read {
		body.decode(env.responseContent())
	}
	return body.value, body.present
}

// responseStructure is the body of the reply for a JSON Pointer or a JSONPath.
func (env *environment) responseStructure() (any, bool) {
	body := &env.exchange.body
	if !body.treeRead {
		body.structure(env.responseContent())
	}
	if body.hasTree {
		return body.tree, true
	}
	return body.value, body.present
}

// LookupStructured implements [expr.StructuredEnvironment].
func (env *environment) LookupStructured(e *expr.Expression) (any, bool) {
	if e.Root != expr.RootResponse || e.Part != expr.PartBody || env.exchange.resp == nil {
		return nil, false
	}
	return env.responseStructure()
}

func (x *exchange) requestBody() (any, bool) {
	x.sent.decode(&content{header: x.req.Header, body: x.req.Body, strict: true})
	return x.sent.value, x.sent.present
}
