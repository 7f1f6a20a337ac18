package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"strings"

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
}

// exchange is the request and the reply of the attempt under way.
type exchange struct {
	req  *Request
	resp *Response
	// params are the parameters as they were before they were serialised.
	params []sentParameter
	status any
	body   lazyBody
	sent   lazyBody
}

type sentParameter struct {
	in, name string
	value    any
}

// lazyBody is a body that is decoded when it is first asked for.
type lazyBody struct {
	value   any
	present bool
	read    bool
	err     error
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
		return x.responseBody()
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

func (x *exchange) responseBody() (any, bool) {
	x.body.decode(x.resp.Body, x.resp.Header)
	return x.body.value, x.body.present
}

func (x *exchange) requestBody() (any, bool) {
	x.sent.decode(x.req.Body, x.req.Header)
	return x.sent.value, x.sent.present
}

// decode reads a body by its media type: JSON is decoded, everything else is
// text. An empty body is absent.
func (b *lazyBody) decode(content []byte, h Header) {
	if b.read {
		return
	}
	b.read = true
	if len(content) == 0 {
		return
	}
	contentType, _ := h.Lookup("Content-Type")
	if !isJSON(contentType) {
		b.value, b.present = string(content), true
		return
	}
	b.value, b.err = decodeJSON(content)
	if b.err != nil {
		// What claims to be JSON and is not stays text, so that nothing that is
		// read from it passes for data.
		b.value = string(content)
	}
	b.present = true
}

// isJSON reports whether a media type is JSON: application/json, one with the
// suffix +json, or one of the AWS JSON protocols.
func isJSON(contentType string) bool {
	t := contentType
	if i := strings.IndexByte(t, ';'); i >= 0 {
		if parsed, _, err := mime.ParseMediaType(t); err == nil {
			t = parsed
		} else {
			t = t[:i]
		}
	}
	t = strings.ToLower(strings.TrimSpace(t))
	return t == "application/json" || strings.HasSuffix(t, "+json") || strings.HasPrefix(t, "application/x-amz-json-")
}

func decodeJSON(content []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("the body is not valid JSON: %w", err)
	}
	if rest := content[dec.InputOffset():]; len(bytes.TrimLeft(rest, " \t\r\n")) > 0 {
		return nil, errors.New("the body is not valid JSON: there is more after its end")
	}
	return v, nil
}
