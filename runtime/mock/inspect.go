package mock

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/internal/sample"
)

var (
	errTrailing = errors.New("there is more after its end")
	errNotUTF8  = errors.New("it is not UTF-8")
)

// inspector looks at one request.
type inspector struct {
	x        *Exchange
	op       *openapi.Operation
	rec      *Recorded
	findings diag.List
}

// inspect says what is wrong with a request of an operation. What a server of the
// description would refuse for sure is an error; what it may refuse is a warning.
func inspect(x *Exchange, rec *Recorded, path map[string]string) diag.List {
	i := &inspector{x: x, op: x.step.Operation, rec: rec}
	i.path(path)
	i.query()
	i.parameters(path)
	i.body()
	i.credentials()
	i.leftovers()
	i.rehearsed()
	return i.findings
}

func (i *inspector) add(rule string, severity diag.Severity, format string, args ...any) {
	i.findings.Add(diag.Diagnostic{
		Rule: rule, Severity: severity, Range: i.x.step.Range,
		Message: fmt.Sprintf("step %q, %s %s: ", i.x.StepID, i.rec.Method, i.rec.Path) + fmt.Sprintf(format, args...),
	})
}

func (i *inspector) path(values map[string]string) {
	for _, name := range sortedKeys(values) {
		value := unescaped(values[name])
		if value == "" || strings.Contains(value, "{"+name+"}") {
			i.add("unfilled-path", diag.Error, "the path parameter %q is not filled", name)
		}
	}
}

func (i *inspector) query() {
	if _, err := url.ParseQuery(i.rec.Query); err != nil {
		i.add("invalid-query", diag.Error, "the query %q cannot be read: %v", i.rec.Query, err)
	}
}

// parameters looks for the parameters that the operation requires, and for values
// that it does not list.
func (i *inspector) parameters(path map[string]string) {
	query, _ := url.ParseQuery(i.rec.Query)
	for n := range i.op.Parameters {
		p := &i.op.Parameters[n]
		var values []string
		given := false
		switch p.In {
		case "query":
			values, given = query[p.Name]
			given = given || i.exploded(p, query)
		case "path":
			value, ok := path[strings.TrimSuffix(p.Name, "+")]
			values, given = []string{unescaped(value)}, ok
		case "header":
			value, ok := i.rec.Header.Lookup(p.Name)
			values, given = []string{value}, ok
		case "cookie":
			cookies, _ := i.rec.Header.Lookup("Cookie")
			given = strings.Contains("; "+cookies, "; "+p.Name+"=")
		default:
			continue
		}
		switch {
		case !given && p.Required:
			i.add("missing-parameter", diag.Warning, "the required %s parameter %q is not given", p.In, p.Name)
		case given && len(p.Enum) > 0 && len(values) == 1 && !isListed(p.Enum, values[0]):
			i.add("unlisted-value", diag.Warning, "the value %q of the %s parameter %q is not among those that the description lists", values[0], p.In, p.Name)
		}
	}
}

// credentials looks for what the security schemes of the operation ask for, in
// the places where it goes. Whether it is right is not for the mock to say.
func (i *inspector) credentials() {
	if len(i.op.Security) == 0 {
		return
	}
	var names []string
	for _, requirement := range i.op.Security {
		met := true
		for _, use := range requirement {
			met = met && i.carries(use.Scheme)
			names = append(names, use.Name)
		}
		if met {
			return
		}
	}
	i.add("missing-credentials", diag.Warning, "none of the security schemes %q is met", names)
}

// carries reports whether the request has something where a scheme puts its
// credential.
func (i *inspector) carries(s *openapi.SecurityScheme) bool {
	if s == nil || s.Type == "mutualTLS" {
		return true
	}
	in, name := "header", "Authorization"
	if s.Type == "apiKey" {
		in, name = s.In, s.ParameterName
	}
	switch in {
	case "query":
		values, _ := url.ParseQuery(i.rec.Query)
		return values.Has(name)
	case "cookie":
		cookies, _ := i.rec.Header.Lookup("Cookie")
		return strings.Contains("; "+cookies, "; "+name+"=")
	default:
		_, ok := i.rec.Header.Lookup(name)
		return ok
	}
}

// exploded reports whether the members of an object stand in the query in the
// place of the parameter.
func (i *inspector) exploded(p *openapi.Parameter, query url.Values) bool {
	if p.Style == "deepObject" {
		for name := range query { // order: any will do
			if strings.HasPrefix(name, p.Name+"[") {
				return true
			}
		}
	}
	return slices.Contains(p.Types, "object") && p.Explode && len(query) > 0
}

func isListed(enum []any, value string) bool {
	return slices.ContainsFunc(enum, func(e any) bool { return expr.Text(e) == value })
}

// body looks at the media type and whether the body is what that says.
func (i *inspector) body() {
	contentType, typed := i.rec.Header.Lookup("Content-Type")
	if len(i.rec.Body) == 0 {
		if b := i.op.RequestBody; b != nil && b.Required {
			i.add("missing-body", diag.Warning, "the operation requires a body, and the request has none")
		}
		return
	}
	if !typed {
		i.add("missing-media-type", diag.Error, "the body has no media type")
		return
	}
	declared := i.declared(contentType)
	if declared == nil && i.op.RequestBody != nil && len(i.op.RequestBody.Content) > 0 && baseType(contentType) != baseType(i.x.step.MediaType) {
		i.add("undeclared-media-type", diag.Error, "the media type %q is neither declared nor what the step states", contentType)
	}
	value, err := parseBody(contentType, i.rec.Body)
	if err != nil {
		i.add("invalid-body", diag.Error, "the body is not %s: %v", baseType(contentType), err)
		return
	}
	if declared == nil || value == nil {
		return
	}
	for _, p := range sample.Check(schemaOf(declared.Schema), value, sample.Request) {
		i.add("unfitting-body", diag.Warning, "the body does not fit the schema at %q: %s", p.Pointer, p.Message)
	}
}

// declared returns the media type of the operation that a content type is one
// of, or nil.
func (i *inspector) declared(contentType string) *openapi.MediaType {
	if i.op.RequestBody == nil {
		return nil
	}
	for n := range i.op.RequestBody.Content {
		m := &i.op.RequestBody.Content[n]
		name := baseType(m.Name)
		prefix, wild := strings.CutSuffix(name, "*")
		if name == baseType(contentType) || wild && strings.HasPrefix(baseType(contentType), strings.TrimPrefix(prefix, "*/")) {
			return m
		}
	}
	return nil
}

// parseBody reads a body as its media type says. The value is nil unless it is
// JSON.
func parseBody(contentType string, body []byte) (any, error) {
	t := baseType(contentType)
	switch {
	case isJSON(contentType):
		return parseJSON(body)
	case isXML(contentType):
		return nil, wellFormed(body)
	case t == "application/x-www-form-urlencoded":
		_, err := url.ParseQuery(string(body))
		return nil, err
	case strings.HasPrefix(t, "multipart/"):
		_, err := parts(contentType, body)
		return nil, err
	case strings.HasPrefix(t, "text/") && !utf8.Valid(body):
		return nil, errNotUTF8
	default:
		return nil, nil
	}
}

func wellFormed(body []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(body))
	elements := 0
	for {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && elements == 0:
			return errors.New("it holds no element")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
}

// leftovers looks for text of runtime expressions that was sent as it is
// written.
func (i *inspector) leftovers() {
	look := func(where, text string) {
		for _, mark := range expressionMarks() {
			if at := strings.Index(text, mark); at >= 0 {
				i.add("expression-left", diag.Error, "%s holds %q, which looks like an expression without its value", where, excerpt(text, at))
				return
			}
		}
	}
	look("the path", unescaped(i.rec.Path))
	look("the query", unescaped(i.rec.Query))
	for _, f := range i.rec.Header {
		look("the header "+f.Name, f.Value)
	}
	contentType, _ := i.rec.Header.Lookup("Content-Type")
	if baseType(contentType) == "application/x-www-form-urlencoded" {
		look("the body", unescaped(string(i.rec.Body)))
	} else {
		look("the body", string(i.rec.Body))
	}
}

func expressionMarks() []string {
	return []string{"{$", "$inputs", "$steps.", "$response", "$request.", "$outputs.", "$workflows.", "$components.", "$sourceDescriptions.", "$statusCode", "$message."}
}

// excerpt is what stands at a place of a text.
func excerpt(text string, at int) string {
	const most = 40
	text = text[at:]
	if end := strings.IndexAny(text, " \n\"&"); end > 0 {
		text = text[:end]
	}
	return text[:min(len(text), most)]
}

// rehearsed compares the request with that of the rehearsal. Credentials may be
// added to it.
func (i *inspector) rehearsed() {
	u, err := url.Parse(i.x.Request.URL)
	if err != nil {
		return
	}
	differs := func(what string) {
		i.add("unlike-rehearsal", diag.Warning, "%s differs from what the workflow sends for the inputs that the mock was given", what)
	}
	given := strings.Split(i.rec.Query, "&")
	missing := u.RawQuery != "" && slices.ContainsFunc(strings.Split(u.RawQuery, "&"), func(pair string) bool { return !slices.Contains(given, pair) })
	contentType, _ := i.rec.Header.Lookup("Content-Type")
	switch {
	case u.EscapedPath() != i.rec.Path:
		differs("the path")
	case missing:
		differs("the query")
	case !bytes.Equal(canonical(contentType, i.rec.Body), canonical(contentType, i.x.Request.Body)):
		differs("the body")
	}
}
