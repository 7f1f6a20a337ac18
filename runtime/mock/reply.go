package mock

import (
	"bytes"
	"encoding/json"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// template is what a reply of one status looks like before its values are settled.
type template struct {
	status int
	// mediaType is empty for a reply without content.
	mediaType string
	xml       xmlStyle
	draft     draft
}

// templateFor makes a plausible reply of a status, with all that the outputs of
// the step read.
func templateFor(s *runtime.StepView, req *runtime.Request, env expr.Environment, status int, seed uint64, g guess) template {
	t := template{status: status}
	declared := responseOf(s.Operation, status)
	options := sample.Options{Optional: true, Depth: 2, Side: sample.Response, Seed: seed}
	t.draft.body = tree{options: options, guess: g}
	t.draft.header = headersOf(declared, options)
	media := mediaOf(declared, needsXML(s))
	switch {
	case status == 204 || status == 205 || status == 304 || status < 200:
	case media != nil:
		t.mediaType = concrete(media.Name)
	case needsXML(s):
		t.mediaType = "application/xml"
	case readsBody(s):
		t.mediaType = "application/json"
	}
	if t.mediaType != "" {
		t.draft.body.fill(media)
		t.xml = styleOf(s.Operation, t.draft.body.schema)
		t.provideLater(s)
		t.provide(s, env)
		if status < 400 {
			t.draft.body.echo(echoed(s, req))
		}
	}
	t.provideHeaders(s)
	if t.mediaType != "" {
		t.draft.header["content-type"] = t.mediaType
	}
	return t
}

// fill gives a body its first content: an example of the description, or a
// sample of its schema.
func (t *tree) fill(media *openapi.MediaType) {
	t.present, t.root = true, map[string]any{}
	if media == nil {
		return
	}
	t.schema = schemaOf(media.Schema)
	if v, ok := media.Example(); ok && v != nil && t.schema != nil && sample.Fits(t.schema, v) {
		t.root = v
		return
	}
	if t.schema != nil {
		t.root = sample.Value(t.schema, "", t.options)
	}
}

// responseOf returns the response that an operation declares for a status: of
// its own, of its class, or the default.
//
// OpenAPI 3.1.1, Responses Object.
func responseOf(op *openapi.Operation, status int) *openapi.Response {
	code := strconv.Itoa(status)
	for _, name := range []string{code, code[:1] + "XX", "default"} {
		for i := range op.Responses {
			if strings.EqualFold(op.Responses[i].Status, name) {
				return &op.Responses[i]
			}
		}
	}
	return nil
}

// mediaOf chooses among the media types of a response: JSON before XML before
// all else, or XML first. It is nil if none is declared.
func mediaOf(r *openapi.Response, xmlFirst bool) *openapi.MediaType {
	if r == nil {
		return nil
	}
	kinds := []func(string) bool{isJSON, isXML, func(string) bool { return true }}
	if xmlFirst {
		kinds[0], kinds[1] = isXML, isJSON
	}
	for _, is := range kinds {
		for i := range r.Content {
			if is(r.Content[i].Name) {
				return &r.Content[i]
			}
		}
	}
	return nil
}

// concrete is a media type that a server can state in the place of a wildcard.
func concrete(name string) string {
	base, _, _ := strings.Cut(name, ";")
	switch base = strings.TrimSpace(base); {
	case base == "" || strings.HasPrefix(base, "*"):
		return "application/json"
	case base == "text/*":
		return "text/plain"
	case strings.Contains(base, "*"):
		return "application/octet-stream"
	default:
		return name
	}
}

// isJSON reports whether a media type is JSON, as the runtime sees it.
func isJSON(mediaType string) bool {
	t := baseType(mediaType)
	return t == "application/json" || strings.HasSuffix(t, "+json") || strings.HasPrefix(t, "application/x-amz-json-")
}

// isXML reports whether a media type is XML (RFC 7303).
func isXML(mediaType string) bool {
	t := baseType(mediaType)
	return t == "application/xml" || t == "text/xml" || strings.HasSuffix(t, "+xml")
}

func baseType(mediaType string) string {
	t, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		t, _, _ = strings.Cut(mediaType, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

// readsBody reports whether a step reads something of the body of a reply.
func readsBody(s *runtime.StepView) bool {
	isBody := func(e *expr.Expression) bool {
		return e != nil && e.Root == expr.RootResponse && e.Part == expr.PartBody
	}
	for _, o := range s.Outputs {
		if isBody(o.Context) || slices.ContainsFunc(o.Expressions, isBody) {
			return true
		}
	}
	for _, list := range [][]runtime.CriterionView{s.Criteria, criteriaOf(s.OnSuccess), criteriaOf(s.OnFailure)} {
		for _, c := range list {
			if c.Compiled != nil && slices.ContainsFunc(slices.Collect(c.Compiled.Expressions()), isBody) {
				return true
			}
		}
	}
	return false
}

// needsXML reports whether a step applies an XPath to the body of a reply.
func needsXML(s *runtime.StepView) bool {
	for _, o := range s.Outputs {
		if o.Selector != nil && o.Selector.Spec().Type == "xpath" {
			return true
		}
	}
	for _, list := range [][]runtime.CriterionView{s.Criteria, criteriaOf(s.OnSuccess), criteriaOf(s.OnFailure)} {
		if slices.ContainsFunc(list, func(c runtime.CriterionView) bool { return c.Compiled != nil && c.Compiled.Spec().Type == "xpath" }) {
			return true
		}
	}
	return false
}

// provide adds to the body what the outputs of the step read.
func (t *template) provide(s *runtime.StepView, env expr.Environment) {
	body := &t.draft.body
	for _, o := range s.Outputs {
		for _, e := range o.Expressions {
			if e.Root != expr.RootResponse || e.Part != expr.PartBody {
				continue
			}
			if pointer, ok := e.PointerIn(env); ok {
				body.provide(body.resolve(pointer))
			}
		}
		if o.Selector == nil || o.Context == nil || o.Context.Root != expr.RootResponse || o.Context.Part != expr.PartBody {
			continue
		}
		pointer, ok := o.Context.PointerIn(env)
		if x, isXPath := o.Selector.XPathTerm(env); isXPath {
			if path := readBy(x); path != nil {
				t.draft.edits = append(t.draft.edits, reach(path, nil, nil))
			}
			continue
		}
		path, known := o.Selector.Path(env)
		if !ok || !known {
			continue
		}
		t.provideSelected(place{path: body.resolve(pointer)}, path, env)
	}
}

// provideLater adds to the body what later steps read inside the outputs of the
// step.
func (t *template) provideLater(s *runtime.StepView) {
	body := &t.draft.body
	for _, p := range s.ReadLater {
		var path []token
		for _, segment := range p.Path {
			tok := member(segment.Name)
			if segment.Element {
				tok = element(segment.Index)
				if v, ok := body.lookup(path); ok {
					if _, isObject := v.(map[string]any); isObject {
						tok = member(strconv.Itoa(segment.Index))
					}
				}
			}
			path = append(path, tok)
		}
		body.provide(path)
	}
}

// provideSelected adds to the body what a selector selects.
func (t *template) provideSelected(at place, path *expr.Path, env expr.Environment) {
	if at, ok := follow(at, path.Segments); ok {
		body := &t.draft.body
		body.provide(body.resolve(namesOf(at.path)))
		return
	}
	s := &solver{env: env, draft: t.draft, seen: t.draft, judge: func(draft) bool { return true }}
	for _, b := range branches(s.exists(goal{root: at, current: at, rooted: true}, path, at)) {
		if d, ok := s.prove(b.goals, b.demands, nil); ok {
			t.draft = d
			return
		}
	}
}

func namesOf(path []token) []string {
	out := make([]string, len(path))
	for i, t := range path {
		out[i] = t.name
		if t.isIndex {
			out[i] = strconv.Itoa(t.index)
		}
	}
	return out
}

// headersOf makes the header fields that a response declares as required.
func headersOf(r *openapi.Response, o sample.Options) map[string]string {
	out := make(map[string]string)
	if r == nil {
		return out
	}
	for i := range r.Headers {
		h := &r.Headers[i]
		if name := strings.ToLower(h.Name); h.Required && !isFraming(name) {
			out[name] = headerText(schemaOf(h.Schema), name, o)
		}
	}
	return out
}

// isFraming reports whether a header field belongs to the server and not to the
// reply.
func isFraming(name string) bool {
	return slices.Contains([]string{"content-type", "content-length", "transfer-encoding", "connection", "date", "trailer", "upgrade", "keep-alive", "te"}, name)
}

// headerText makes the value of a header field.
func headerText(s sample.Schema, name string, o sample.Options) string {
	switch name {
	case "retry-after":
		return "0"
	case "link":
		return `<https://example.com/next>; rel="next"`
	case "location":
		return "https://example.com/" + expr.Text(sample.Value(nil, "location", o))
	case "etag":
		return strconv.Quote(expr.Text(sample.Value(nil, "etag", o)))
	}
	text := expr.Text(sample.Value(s, name, o))
	if !isFieldValue(text) || text == "" {
		return "a"
	}
	return text
}

// provideHeaders adds the header fields that the outputs of the step read.
func (t *template) provideHeaders(s *runtime.StepView) {
	declared := responseOf(s.Operation, t.status)
	for _, o := range s.Outputs {
		for _, e := range append(slices.Clone(o.Expressions), o.Context) {
			if e == nil || e.Root != expr.RootResponse || e.Part != expr.PartHeader {
				continue
			}
			name := strings.ToLower(e.Name)
			if _, ok := t.draft.header[name]; ok || isFraming(name) {
				continue
			}
			var schema sample.Schema
			if declared != nil {
				for i := range declared.Headers {
					if strings.EqualFold(declared.Headers[i].Name, name) {
						schema = schemaOf(declared.Headers[i].Schema)
					}
				}
			}
			t.draft.header[name] = headerText(schema, name, t.draft.body.options)
		}
	}
}

// response writes a settled draft as the reply of the template.
func (t *template) response(d draft) *runtime.Response {
	r := &runtime.Response{Status: t.status}
	names := make([]string, 0, len(d.header))
	for name := range d.header { // order: sorted below
		names = append(names, name)
	}
	slices.Sort(names)
	if t.mediaType != "" && d.body.present {
		r.Body = t.encode(&d)
	}
	for _, name := range names {
		if !isFraming(name) || name == "content-type" {
			r.Header.Add(name, d.header[name])
		}
	}
	return r
}

// encode writes a body in the form of its media type.
func (t *template) encode(d *draft) []byte {
	body := &d.body
	switch {
	case isJSON(t.mediaType):
		return encodeJSON(body.root)
	case isXML(t.mediaType):
		if text, ok := body.root.(string); ok && len(d.edits) == 0 {
			return []byte(text)
		}
		return encodeXML(body, t.xml, d.edits)
	default:
		return []byte(expr.Text(body.root))
	}
}

func encodeJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
