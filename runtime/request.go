package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime/internal/wire"
)

// buildRequest evaluates the request of the step. The failure says which
// parameter or member cannot be computed.
func (a *attempt) buildRequest(ctx context.Context) (*Request, *Failure) {
	call := a.step.call
	target := a.engine.Binding.targets[a.step.key]
	if target == nil {
		return nil, a.fail("not-bound", fmt.Sprintf("step %q calls an operation that the run was not bound to", a.step.id), "")
	}
	req := &Request{
		RunID:       a.st.RunID,
		Source:      call.source,
		OperationID: call.operation.ID,
		Method:      call.operation.Method,
		Auth:        target.auth,
		Secrets:     target.secrets,
		Reach:       a.reach(target),
	}
	b := &requestBuilder{attempt: a, target: target}
	b.pathValues = b.first[:0]
	if failure := b.parameters(ctx); failure != nil {
		return nil, failure
	}
	if failure := b.body(ctx, req); failure != nil {
		return nil, failure
	}
	url, failure := b.url()
	if failure != nil {
		return nil, failure
	}
	req.URL = url
	req.Header = b.headers(req)
	a.env.exchange.req = req
	a.env.exchange.params = b.sent
	return req, nil
}

// reach says on whose word the request is made: that of the description, and of
// each workflow under way, since each decides what the next one is asked.
func (a *attempt) reach(target *target) Reach {
	why := target.reach
	for i := len(a.st.Frames) - 1; i >= 0; i-- {
		why = why.onWordOf(a.st.Frames[i].Workflow.Document)
	}
	return why
}

type requestBuilder struct {
	*attempt
	target     *target
	pathValues []pathValue
	// first are what pathValues mostly has room in.
	first [2]pathValue
	query []byte
	// named are the names of the query parameters that the step gives.
	named   []string
	header  Header
	cookies []byte
	sent    []sentParameter
	media   string
}

func (b *requestBuilder) parameters(ctx context.Context) *Failure {
	for _, p := range b.step.parameters {
		v, missing := p.value.resolve(b.env)
		if missing != nil {
			if p.declared.Required || p.declared.In == "path" {
				return b.absent(fmt.Sprintf("the %s parameter %q", p.declared.In, p.declared.Name), missing)
			}
			b.warnAbsent(ctx, missing)
			continue
		}
		if b.target.drops(p.declared.Name) && (p.declared.In == "header" || p.declared.In == "query") {
			continue
		}
		if failure := b.add(ctx, p, v); failure != nil {
			return failure
		}
	}
	// A required parameter that admits one value only needs no mention.
	for i := range b.step.call.operation.Parameters {
		p := &b.step.call.operation.Parameters[i]
		if p.Required && len(p.Enum) == 1 && !b.gave(p.In, p.Name) && !b.target.drops(p.Name) {
			if failure := b.add(ctx, &parameter{declared: p}, p.Enum[0]); failure != nil {
				return failure
			}
		}
	}
	for _, f := range b.target.header {
		if !b.gave("header", f.Name) {
			b.header.Set(f.Name, f.Value)
		}
	}
	return nil
}

func (b *requestBuilder) gave(in, name string) bool {
	return slices.ContainsFunc(b.sent, func(s sentParameter) bool {
		return s.in == in && (s.name == name || in == "header" && strings.EqualFold(s.name, name))
	})
}

// add serialises a parameter. A header of the step takes the place of one that
// it repeats.
func (b *requestBuilder) add(ctx context.Context, p *parameter, v any) *Failure {
	d := p.declared
	b.sent = append(b.sent, sentParameter{in: d.In, name: d.Name, value: v})
	v, err := wire.Plain(v, d.Schema, b.readFile)
	if err != nil {
		return b.invalidParameter(p, err)
	}
	switch d.In {
	case "path":
		b.pathValues = append(b.pathValues, pathValue{parameter: p, value: v})
	case "query":
		b.named = append(b.named, d.Name)
		b.query, err = wire.AppendQuery(b.query, d, v, p.order)
	case "querystring":
		return b.addQueryString(p, v)
	case "header":
		var value string
		if value, err = wire.HeaderValue(d, v, p.order); err == nil {
			return b.setHeader(ctx, p, value)
		}
	case "cookie":
		b.cookies, err = wire.AppendCookie(b.cookies, d, v, p.order)
	}
	if err != nil {
		return b.invalidParameter(p, err)
	}
	return nil
}

// addQueryString takes a value as the whole query.
//
// Arazzo 1.1.0, Parameter Object: the value of a querystring parameter must be a
// string. One that is none is written as the operation says, if it does.
func (b *requestBuilder) addQueryString(p *parameter, v any) *Failure {
	if _, isText := v.(string); !isText && (b.engine.Program.strict || p.declared.ContentType == "") {
		return b.fail("invalid-querystring", fmt.Sprintf("the query string of step %q must be a string, and this is %s", b.step.id, typeNames([]string{typeOf(v)})), "write the query string out")
	}
	query, err := wire.QueryString(p.declared, v, p.order)
	if err != nil {
		return b.invalidParameter(p, err)
	}
	if len(b.query) > 0 && query != "" {
		b.query = append(b.query, '&')
	}
	b.query = append(b.query, query...)
	return nil
}

// setHeader sets a field whose value no server can take for more than one field.
func (b *requestBuilder) setHeader(ctx context.Context, p *parameter, value string) *Failure {
	name := p.declared.Name
	ascii, err := wire.CheckHeader(name, value)
	if err != nil {
		return b.invalidParameter(p, err)
	}
	if !ascii {
		b.engine.warn(ctx, b.st, diag.Diagnostic{
			Rule:    "header-not-ascii",
			Message: fmt.Sprintf("the header field %q of step %q has characters that HTTP does not define; they are sent as UTF-8", name, b.step.id),
			Range:   p.origin().Range(),
		})
	}
	b.header.Set(name, value)
	return nil
}

func (b *requestBuilder) invalidParameter(p *parameter, err error) *Failure {
	f := b.fail("invalid-parameter", fmt.Sprintf("step %q cannot be sent: the %s parameter %q cannot be written: %v", b.step.id, p.declared.In, p.declared.Name, err), "give another value for it")
	f.Range = p.origin().Range()
	return f
}

// url puts the address together. A query in the server URL or in the path key
// is kept, but for names that the step gives itself.
func (b *requestBuilder) url() (string, *Failure) {
	dst := append(make([]byte, 0, len(b.target.base)+len(b.query)+64), b.target.base...)
	if template := b.step.call.path; len(template.parts) == 0 || !strings.HasPrefix(template.parts[0].literal, "/") {
		dst = append(dst, '/')
	}
	dst, failure := b.appendPath(dst)
	if failure != nil {
		return "", failure
	}
	if dst, failure = b.appendQuery(dst); failure != nil {
		return "", failure
	}
	const most = 64 << 10
	if len(dst) > most {
		return "", b.fail("url-too-long", fmt.Sprintf("the URL of step %q has %d bytes, more than %d", b.step.id, len(dst), most), "")
	}
	return string(dst), nil
}

func (b *requestBuilder) appendQuery(dst []byte) ([]byte, *Failure) {
	separator := byte('?')
	pair := func() {
		dst = append(dst, separator)
		separator = '&'
	}
	fixed := len(b.target.query) + len(b.step.call.path.query)
	var given []string
	if fixed > 0 {
		given = append(wire.QueryNames(string(b.query)), b.named...)
	}
	for _, q := range b.target.query {
		if !slices.Contains(given, q.name) {
			pair()
			dst = append(dst, q.parts[0].literal...)
		}
	}
	for _, q := range b.step.call.path.query {
		if slices.Contains(given, q.name) {
			continue
		}
		pair()
		for _, part := range q.parts {
			if part.name == "" {
				dst = append(dst, part.literal...)
				continue
			}
			var failure *Failure
			if dst, failure = b.appendPlaceholder(dst, part, true); failure != nil {
				return dst, failure
			}
		}
	}
	if len(b.query) > 0 {
		pair()
		dst = append(dst, b.query...)
	}
	return dst, nil
}

func (b *requestBuilder) headers(req *Request) Header {
	h := b.header
	if len(b.cookies) > 0 {
		// RFC 6265, 5.4: there is one Cookie field at most.
		cookies := string(b.cookies)
		if own, given := h.Lookup("Cookie"); given && own != "" {
			cookies = own + "; " + cookies
		}
		h.Set("Cookie", cookies)
	}
	if req.Body != nil && b.media != "" {
		if _, given := h.Lookup("Content-Type"); !given {
			h.Add("Content-Type", b.media)
		}
	}
	if _, given := h.Lookup("Accept"); !given && b.step.call.accept != "" {
		h.Add("Accept", b.step.call.accept)
	}
	return h
}

func (b *requestBuilder) absent(what string, missing *absence) *Failure {
	hint := "give a value for it"
	text := "a value it needs"
	if e := missing.expression; e != nil {
		text = e.String()
		switch e.Root {
		case expr.RootInputs:
			text = fmt.Sprintf("input %q", e.Name)
			hint = fmt.Sprintf("give it with -i %s=VALUE", e.Name)
		case expr.RootSteps:
			hint = fmt.Sprintf("check that step %q has run and that its reply holds this output", e.Name)
		default:
		}
	}
	message := fmt.Sprintf("step %q cannot be sent: %s needs %s, which is absent", b.step.id, what, text)
	switch {
	case missing.err != nil && missing.expression != nil:
		message = fmt.Sprintf("step %q cannot be sent: %s needs %s, which cannot be selected from: %v", b.step.id, what, text, missing.err)
	case missing.err != nil:
		message = fmt.Sprintf("step %q cannot be sent: %s cannot be computed: %v", b.step.id, what, missing.err)
	}
	f := b.fail("absent-value", message, hint)
	f.Range = missing.origin.Range()
	return f
}

// warnAbsent reports a value that is left out because an output or a part of a
// reply is absent. An optional input that was not given needs no report.
func (b *requestBuilder) warnAbsent(ctx context.Context, missing *absence) {
	if missing.expression == nil || missing.expression.Root == expr.RootInputs {
		return
	}
	b.engine.warn(ctx, b.st, diag.Diagnostic{
		Rule:    "absent-value",
		Message: fmt.Sprintf("step %q is sent without %s, which is absent", b.step.id, missing.expression),
		Range:   missing.origin.Range(),
	})
}

// fingerprint identifies what a request asks for: method, URL, header and body.
func fingerprint(req *Request) RequestID {
	const prime = 1099511628211
	// FNV-1a twice, with two beginnings.
	h := RequestID{14695981039346656037, 9650029242287828579}
	mix := func(b byte) {
		h[0] = (h[0] ^ uint64(b)) * prime
		h[1] = (h[1] ^ uint64(b)) * prime
		h[1] = h[1]<<7 | h[1]>>57
	}
	write := func(s string) {
		for i := range len(s) {
			mix(s[i])
		}
		for n := len(s); n > 0; n >>= 8 {
			mix(byte(n))
		}
		mix(0)
	}
	write(req.Method)
	write(req.URL)
	for _, f := range req.Header {
		if strings.EqualFold(f.Name, "Date") {
			continue
		}
		write(f.Name)
		write(f.Value)
	}
	for _, b := range req.Body {
		mix(b)
	}
	return h
}
