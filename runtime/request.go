package runtime

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
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
	}
	b := &requestBuilder{attempt: a, target: target, path: call.path}
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

type requestBuilder struct {
	*attempt
	target *target
	// path is the path template with the placeholders that are still to fill.
	path    string
	query   []string
	named   []string // names of query parameters that were given
	header  Header
	cookies []string
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
		if _, isText := v.(string); p.declared.In == "querystring" && !isText {
			// Arazzo 1.1.0, Parameter Object: the value of a querystring parameter must
			// be a string.
			return b.fail("invalid-querystring", fmt.Sprintf("the query string of step %q must be a string, and this is %s", b.step.id, typeNames([]string{typeOf(v)})), "write the query string out")
		}
		b.add(p.declared, v)
	}
	for _, name := range b.step.call.placeholders {
		if strings.Contains(b.path, "{"+name+"}") {
			return b.fail("missing-path-parameter", fmt.Sprintf("step %q gives no value for %q in the path %q", b.step.id, name, b.step.call.path), "add a parameter with in: path")
		}
	}
	// A required parameter that admits one value only needs no mention.
	for i := range b.step.call.operation.Parameters {
		p := &b.step.call.operation.Parameters[i]
		if p.Required && len(p.Enum) == 1 && !b.gave(p.In, p.Name) && !b.target.drops(p.Name) {
			b.add(p, p.Enum[0])
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
func (b *requestBuilder) add(p *openapi.Parameter, v any) {
	b.sent = append(b.sent, sentParameter{in: p.In, name: p.Name, value: v})
	switch p.In {
	case "path":
		b.path = strings.ReplaceAll(b.path, "{"+p.Name+"}", pathText(p, v, false))
		b.path = strings.ReplaceAll(b.path, "{"+p.Name+"+}", pathText(p, v, true))
		if name, greedy := strings.CutSuffix(p.Name, "+"); greedy {
			b.path = strings.ReplaceAll(b.path, "{"+name+"+}", pathText(p, v, true))
		}
	case "query":
		b.query = append(b.query, queryPairs(p, v)...)
		b.named = append(b.named, p.Name)
	case "querystring":
		b.query = append(b.query, expr.Text(v))
	case "header":
		b.header.Set(p.Name, headerText(p, v))
	case "cookie":
		b.cookies = append(b.cookies, cookiePairs(p, v)...)
	}
}

// url puts the address together. A query in the server URL or in the path key
// is kept, but for names that the step gives itself.
func (b *requestBuilder) url() (string, *Failure) {
	path, pathQuery, _ := strings.Cut(b.path, "?")
	base, baseQuery, _ := strings.Cut(b.target.base, "?")
	var pairs []string
	for _, fixed := range []string{baseQuery, pathQuery} {
		for _, pair := range strings.FieldsFunc(fixed, func(r rune) bool { return r == '&' }) {
			name, _, _ := strings.Cut(pair, "=")
			if !slices.Contains(b.named, name) {
				pairs = append(pairs, pair)
			}
		}
	}
	pairs = append(pairs, b.query...)
	url := strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(path, "/")
	if len(pairs) > 0 {
		url += "?" + strings.Join(pairs, "&")
	}
	const most = 64 << 10
	if len(url) > most {
		return "", b.fail("url-too-long", fmt.Sprintf("the URL of step %q has %d bytes, more than %d", b.step.id, len(url), most), "")
	}
	return url, nil
}

func (b *requestBuilder) headers(req *Request) Header {
	h := b.header
	if len(b.cookies) > 0 {
		h.Add("Cookie", strings.Join(b.cookies, "; "))
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
	why := "is absent"
	if missing.err != nil {
		why = "cannot be selected from: " + missing.err.Error()
	}
	f := b.fail("absent-value", fmt.Sprintf("step %q cannot be sent: %s needs %s, which %s", b.step.id, what, text, why), hint)
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
