package specs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/check"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// semanticsPage is the table of what the specification leaves open.
const semanticsPage = "semantics.md"

// dialectExample is a form of the dialect in the smallest document that shows
// it. The document has one workflow, whose first step calls the operation
// "get", "byId" or "post" of an API that answers with a JSON object.
type dialectExample struct {
	rule string
	name string
	// version is what the document declares. Empty: 1.0.1.
	version string
	// inputs are JSON, and given to a workflow that declares their names.
	inputs string
	// step is YAML of the fields of the first step, in one line. More steps may
	// follow as further items of the list.
	step string
	more string
	// outputs is YAML of the workflow's outputs.
	outputs string
	// url is where the document finds its API. Empty: where it is.
	url string
	// also is YAML of further sources.
	also string
	find bool
	// left says why the document cannot be written without the form. Empty: it can
	// be, or the form is none of the document. caveat says when the document means
	// something else then.
	left, caveat string

	// want is what happens in default mode: the verdict, the requests and the
	// outputs, or the rules of the errors. Strict is the same under --strict.
	want, strict string
	// silent is set if the same warning is not given under --strict.
	silent bool
}

func dialectExamples() []dialectExample {
	jsonpath := func(condition string) string {
		return `operationId: get, successCriteria: [{context: $response.body, type: jsonpath, condition: ` + strconv.Quote(condition) + `}]`
	}
	simple := func(condition string) string {
		return `operationId: get, successCriteria: [{condition: ` + strconv.Quote(condition) + `}]`
	}
	query := func(value string) string {
		return `operationId: get, parameters: [{name: q, in: query, value: ` + strconv.Quote(value) + `}]`
	}
	output := func(expression string) string {
		return `operationId: get, outputs: {v: ` + strconv.Quote(expression) + `}`
	}
	const (
		passes = `succeeded GET /pets {}`
		fails  = `failed GET /pets {}`
		gives  = `v: $steps.a.outputs.v`
	)
	return []dialectExample{
		{rule: "jsonpath-comparison", name: "holds", step: jsonpath(`$.status == "done" && $.count >= 2`), want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-comparison", name: "with regard to case", step: jsonpath(`$.status == 'DONE'`), want: fails, strict: "invalid-jsonpath"},
		{rule: "jsonpath-comparison", name: "missing equals null", step: jsonpath(`$.error == null`), caveat: "judged even where $response.body is text", want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-comparison", name: "missing differs from a value", step: jsonpath(`$.error != 1`), caveat: "no longer holds where $response.body has no members", want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-length", name: "of a value", step: jsonpath(`$.items.length == 2`), caveat: "no longer its member of that name", want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-length", name: "of a nodelist", step: jsonpath(`$.items[?@.id > 1].length == 1`), want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-length", name: "of what is missing", step: jsonpath(`$.nothing.length == 0 && $.nothing.length < 1`), caveat: "no longer holds where $response.body has no members", want: passes, strict: "invalid-jsonpath"},
		{rule: "jsonpath-length", name: "empty", step: jsonpath(`$.items empty false`), want: passes, strict: "invalid-jsonpath"},
		{
			rule: "jsonpath-unbraced-expression", name: "bare", step: jsonpath(`$.items[?@.id == $inputs.x]`), inputs: `{"x": 2}`,
			want: passes, strict: "invalid-jsonpath",
		},
		{
			rule: "jsonpath-unbraced-expression", name: "in quotes", step: jsonpath(`$.items[?@.id == '$inputs.x']`), inputs: `{"x": 2}`,
			want: passes, strict: fails, silent: true,
		},
		{
			rule: "jsonpath-unbraced-expression", name: "no data changes the query", step: jsonpath(`$.items[?@.id == $inputs.x]`),
			inputs: `{"x": "' || true || '"}`, want: fails, strict: "invalid-jsonpath",
		},
		{rule: "jsonpath-root-filter", name: "on an object", step: jsonpath(`$[?@.status == 'done']`), want: passes, strict: fails, silent: true},
		{rule: "unbraced-expression", name: "input", step: query("id-$inputs.x"), inputs: `{"x": 5}`, want: `succeeded GET /pets?q=id-5 {}`, strict: `succeeded GET /pets?q=id-%24inputs.x {}`, silent: true},
		{
			rule: "unbraced-expression", name: "member", step: query("to $inputs.x.y."), inputs: `{"x": {"y": 5}}`,
			want: `succeeded GET /pets?q=to%205. {}`, strict: `succeeded GET /pets?q=to%20%24inputs.x.y. {}`, silent: true,
		},
		{
			rule: "unbraced-expression", name: "only what is declared", step: query("$inputs.x-$inputs.z $inputs.x"), inputs: `{"x": 5}`,
			want: `succeeded GET /pets?q=5-%24inputs.z%205 {}`, strict: "undefined-input",
		},
		{rule: "double-quoted-string", name: "as in single quotes", step: simple(`$response.body#/status == "DONE"`), want: passes, strict: "invalid-condition"},
		{rule: "headers-plural", name: "output", step: output("$response.headers.X-Id"), outputs: gives, want: `succeeded GET /pets {"v":"7"}`, strict: "invalid-expression"},
		{rule: "dotted-access", name: "body", step: output("$response.body.items[1].id"), outputs: gives, want: `succeeded GET /pets {"v":2}`, strict: "invalid-expression"},
		{rule: "dotted-access", name: "input", step: query("$inputs.x.y"), inputs: `{"x": {"y": 5}}`, want: `succeeded GET /pets?q=5 {}`, strict: "undefined-input"},
		{
			rule: "bare-inputs-context", name: "context", inputs: `{"x": 5}`,
			step: `operationId: get, successCriteria: [{context: $inputs, type: jsonpath, condition: "$.x"}]`, left: "cannot say whether a value exists", want: passes, strict: "invalid-expression",
		},
		{
			rule: "pointer-expression", name: "token", step: output("$response.body#/by name/$inputs.x"), inputs: `{"x": "a/b"}`, outputs: gives,
			left: "a name that is data", want: `succeeded GET /pets {"v":1}`, strict: `succeeded GET /pets {}`, silent: true,
		},
		{
			rule: "expression-in-name", name: "payload", inputs: `{"x": "key"}`,
			step: `operationId: post, requestBody: {contentType: application/json, payload: {"$inputs.x": {"n-{$inputs.x}": 1, "$inputs.y": 2}}}`,
			left: "has no other form", want: `succeeded POST /pets {"key":{"n-key":1,"$inputs.y":2}} {}`, strict: `succeeded POST /pets {"$inputs.x":{"n-{$inputs.x}":1,"$inputs.y":2}} {}`, silent: true,
		},
		{rule: "pointer-without-slash", name: "body", step: output("$response.body#status"), outputs: gives, want: `succeeded GET /pets {"v":"done"}`, strict: "invalid-expression"},
		{
			rule: "spaced-identifier", name: "output", step: `operationId: get, outputs: {my id: $response.body#/count}`, outputs: "v: $steps.a.outputs.my id",
			want: `succeeded GET /pets {"v":3}`, strict: "spaced-identifier",
		},
		{
			rule: "spaced-identifier", name: "input of 1.1", version: "1.1.0", step: query("$inputs.my id"), inputs: `{"my id": 4, "my": 5}`,
			caveat: "the input is called my_id", want: `succeeded GET /pets?q=4 {}`, strict: "invalid-expression",
		},
		{
			rule: "spaced-identifier", name: "step", step: "operationId: get", more: "- {stepId: the second, operationId: get}",
			want: `succeeded GET /pets, GET /pets {}`, strict: `succeeded GET /pets, GET /pets {}`,
		},
		{rule: "source-name-operation-path", name: "name", step: `operationPath: "api#/paths/~1pets/get"`, want: passes, strict: "source-name-operation-path"},
		{rule: "source-name-operation-path", name: "expression without url", step: `operationPath: "$sourceDescriptions.api#/paths/~1pets/get"`, want: passes, strict: "source-name-operation-path"},
		{rule: "source-name-operation-path", name: "file", step: `operationPath: "api.yaml#/paths/~1pets/get"`, want: passes, strict: "source-name-operation-path"},
		{rule: "unqualified-operation-id", name: "one source defines it", step: "operationId: get", also: "{name: other, url: other.yaml}", want: passes, strict: "unqualified-operation-id"},
		{
			rule: "retry-on-success", name: "polls, then goes on", step: `operationId: get, onSuccess: [{name: again, type: retry, retryAfter: 1, retryLimit: 2}]`,
			more: "- {stepId: b, operationId: byId, parameters: [{name: id, in: path, value: 1}]}",
			left: "it waits for nothing", want: `succeeded GET /pets, GET /pets, GET /pets, GET /pets/1 {}`, strict: "retry-on-success",
		},
		{rule: "moved-source", name: "used on request", url: "gone/api.yaml", find: true, step: "operationId: get", caveat: "may not be the file", want: passes, strict: passes},
		{
			rule: "undeclared-parameter", name: "sent", step: `operationId: get, parameters: [{name: z, in: query, value: [1, 2]}]`,
			want: `succeeded GET /pets?z=1&z=2 {}`, strict: `succeeded GET /pets?z=1&z=2 {}`,
		},
		{
			rule: "undeclared-media-type", name: "sent", step: `operationId: post, requestBody: {contentType: application/vnd.x+json, payload: {n: 1}}`,
			want: `succeeded POST /pets {"n":1} {}`, strict: `succeeded POST /pets {"n":1} {}`,
		},
		{rule: "xml-as-json", name: "pointer", step: `operationId: xml, outputs: {v: "$response.body#/items/1/id"}`, outputs: gives, want: `succeeded GET /xml {"v":2}`, strict: `succeeded GET /xml {}`, silent: true},
		{
			rule: "xml-as-json", name: "JSONPath", step: `operationId: xml, successCriteria: [{context: $response.body, type: jsonpath, condition: "$.items[?@.id == 2]"}]`,
			want: `succeeded GET /xml {}`, strict: `failed GET /xml {}`, silent: true,
		},
		{rule: "json-by-declaration", name: "declared", step: `operationId: text, outputs: {v: $response.body}`, outputs: gives, want: `succeeded GET /text {"v":{"id":1}}`, strict: `succeeded GET /text {"v":"{\"id\": 1}"}`, silent: true},
		{rule: "json-by-declaration", name: "read into", step: `operationId: loose, outputs: {v: $response.body#/id}`, outputs: gives, want: `succeeded GET /text/loose {"v":1}`, strict: `succeeded GET /text/loose {}`, silent: true},
		{rule: "bare-value-condition", name: "known before the run", step: simple("$statusCode"), want: passes, strict: passes},
		{rule: "bare-value-condition", name: "known with the reply", step: simple("$response.body#/count"), want: passes, strict: passes, silent: true},
		{rule: "literal-braces", name: "misspelt", step: query("{$inputz.x}"), want: `succeeded GET /pets?q=%7B%24inputz.x%7D {}`, strict: `succeeded GET /pets?q=%7B%24inputz.x%7D {}`},
		{
			rule: "flat-criterion-version", name: "counts",
			step: `operationId: get, successCriteria: [{context: $response.body, type: jsonpath, version: draft-goessner-dispatch-jsonpath-00, condition: "$.items[(@.length-1)]"}]`,
			want: passes, strict: passes,
		},
	}
}

const exampleAPI = `openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.test"}]
paths:
  /pets:
    get: {operationId: get, parameters: [{name: q, in: query, schema: {}}], responses: {}}
    post: {operationId: post, requestBody: {content: {application/json: {}}}, responses: {}}
  /pets/{id}:
    get: {operationId: byId, parameters: [{name: id, in: path, required: true, schema: {}}], responses: {}}
  /xml:
    get: {operationId: xml, responses: {"200": {content: {application/xml: {schema: {type: object, properties: {items: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}}}}
  /text:
    get: {operationId: text, responses: {"200": {content: {application/json: {}}}}}
  /text/loose:
    get: {operationId: loose, responses: {}}
`

const exampleReply = `{"status": "done", "count": 3, "items": [{"id": 1}, {"id": 2}], "by name": {"a/b": 1}}`

// document writes the example out.
func (e dialectExample) document(t *testing.T, inputs map[string]any) string {
	t.Helper()
	version, url := e.version, e.url
	if version == "" {
		version = "1.0.1"
	}
	if url == "" {
		url = "api.yaml"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "arazzo: %s\ninfo: {title: Example, version: '1'}\nsourceDescriptions:\n- {name: api, url: %s}\n", version, url)
	if e.also != "" {
		fmt.Fprintf(&b, "- %s\n", e.also)
	}
	properties := make(map[string]any, len(inputs))
	for name, value := range inputs {
		kind := "string"
		switch value.(type) {
		case float64:
			kind = "integer"
		case map[string]any:
			kind = "object"
		}
		properties[name] = map[string]any{"type": kind}
	}
	schema, err := json.Marshal(map[string]any{"type": "object", "properties": properties})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "workflows:\n- workflowId: example\n  inputs: %s\n  steps:\n  - {stepId: a, %s}\n", schema, e.step)
	if e.more != "" {
		fmt.Fprintf(&b, "  %s\n", e.more)
	}
	if e.outputs != "" {
		fmt.Fprintf(&b, "  outputs:\n    %s\n", e.outputs)
	}
	return b.String()
}

// tape is a transport that answers by the path and remembers what was asked.
type tape []string

func (r *tape) Exchange(_ context.Context, req *runtime.Request) (*runtime.Response, error) {
	text := req.Method + " " + strings.TrimPrefix(req.URL, "https://pets.test")
	if len(req.Body) > 0 {
		text += " " + string(req.Body)
	}
	*r = append(*r, text)
	contentType, body := "application/json", exampleReply
	switch {
	case strings.Contains(text, "/xml"):
		contentType, body = "application/xml", `<GetResponse><items><item><id>1</id></item><item><id>2</id></item></items></GetResponse>`
	case strings.Contains(text, "/text"):
		contentType, body = "text/plain", `{"id": 1}`
	}
	return &runtime.Response{Status: 200, Header: runtime.Header{{Name: "Content-Type", Value: contentType}, {Name: "X-Id", Value: "7"}}, Body: []byte(body)}, nil
}

// happens runs the example and says what came of it, with the rules of all
// warnings. An example that is refused gives the rules of its errors.
func (e dialectExample) happens(t *testing.T, strict bool) (outcome string, warnings []string) {
	t.Helper()
	return e.happensTo(t, strict, func(_ string, text []byte) []byte { return text })
}

// happensTo is happens for the document as change leaves it, which gets the name
// of its file and its text.
func (e dialectExample) happensTo(t *testing.T, strict bool, change func(file string, text []byte) []byte) (outcome string, warnings []string) {
	t.Helper()
	var inputs map[string]any
	if e.inputs != "" {
		if err := json.Unmarshal([]byte(e.inputs), &inputs); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	entry := filepath.Join(dir, "workflow.yaml")
	for name, text := range map[string]string{
		entry: e.document(t, inputs), filepath.Join(dir, "api.yaml"): exampleAPI,
		filepath.Join(dir, "other.yaml"): "openapi: 3.1.0\ninfo: {title: Other, version: '1'}\npaths: {}\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	document, err := os.ReadFile(entry)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(entry, change(entry, document), 0o600); err != nil {
		t.Fatal(err)
	}
	var all diag.List
	refused := func(list diag.List) bool {
		all.Add(list...)
		return list.HasErrors()
	}
	rules := func(list diag.List) []string {
		var out []string
		for _, d := range list {
			out = append(out, d.Rule)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	errors := func() (string, []string) {
		return strings.Join(rules(all.Select(diag.Error)), ", "), rules(all.Select(diag.Warning))
	}
	bundle, problems := (&arazzo.Loader{FindSources: e.find}).Load(t.Context(), entry)
	if refused(problems) || refused(arazzo.Check(bundle, arazzo.CheckOptions{Strict: strict})) {
		return errors()
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: strict})
	if refused(problems) {
		return errors()
	}
	binding, problems := program.Bind(t.Context(), runtime.BindOptions{})
	if refused(problems) {
		return errors()
	}
	clock := &stepClock{now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
	state, problems := program.Start(runtime.StartOptions{RunID: "example", Inputs: inputs, Now: clock.now})
	if refused(problems) {
		return errors()
	}
	var sent tape
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: &sent, Clock: clock}
	res, err := engine.Run(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	all.Add(res.Warnings...)
	outputs, err := json.Marshal(res.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s %s", res.Status, strings.Join(sent, ", "), outputs), rules(all.Select(diag.Warning))
}

func TestDialect(t *testing.T) {
	for _, e := range dialectExamples() {
		t.Run(e.rule+"/"+e.name, func(t *testing.T) {
			got, warnings := e.happens(t, false)
			if got != e.want {
				t.Errorf("in default mode\n got %s\nwant %s", got, e.want)
			}
			if !slices.Contains(warnings, e.rule) {
				t.Errorf("the warnings in default mode are %q, without %q", warnings, e.rule)
			}
			got, warnings = e.happens(t, true)
			if got != e.strict {
				t.Errorf("under --strict\n got %s\nwant %s", got, e.strict)
			}
			if warned := slices.Contains(warnings, e.rule); !isRuleID(e.strict) && warned == e.silent {
				t.Errorf("the warnings under --strict are %q", warnings)
			}
		})
	}
}

// What "arazzo fix" makes of a document means under --strict what the document
// meant in default mode.
func TestDialectCanBeWrittenAsTheSpecificationHasIt(t *testing.T) {
	for _, e := range dialectExamples() {
		t.Run(e.rule+"/"+e.name, func(t *testing.T) {
			var left, caveat string
			changed := false
			got, _ := e.happensTo(t, true, func(file string, text []byte) []byte {
				fixed, err := check.Fix(text, check.FixOptions{Load: func(text []byte) (*arazzo.Bundle, diag.List) {
					return (&arazzo.Loader{FindSources: e.find}).LoadBytes(t.Context(), file, text)
				}})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range fixed.Left {
					left = d.NoFix
				}
				for _, d := range fixed.Applied {
					caveat = d.Fix.Caveat
				}
				changed = fixed.Changed()
				return fixed.After
			})
			if !strings.Contains(left, e.left) || !strings.Contains(caveat, e.caveat) || (left == "") != (e.left == "") || (caveat == "") != (e.caveat == "") {
				t.Errorf("left: %q, but: %q", left, caveat)
			}
			if isInput := strings.HasPrefix(caveat, "the input is called"); changed && got != e.want && !isInput {
				t.Errorf("rewritten, under --strict\n got %s\nwant %s", got, e.want)
			}
			if !changed && left == "" && e.want != e.strict && !isOfReplies(e.rule) {
				t.Error("nothing was changed, and nothing says why")
			}
		})
	}
}

// isOfReplies reports whether a rule is about replies and not about documents.
func isOfReplies(rule string) bool {
	return rule == "xml-as-json" || rule == "json-by-declaration" || rule == "jsonpath-root-filter"
}

// A source that has moved is an error that names the flag.
func TestDialectNeverGuessesAFileUnasked(t *testing.T) {
	e := dialectExample{url: "gone/api.yaml", step: "operationId: get"}
	for _, strict := range []bool{false, true} {
		if got, _ := e.happens(t, strict); got != "moved-source" {
			t.Errorf("strict %t: %s", strict, got)
		}
	}
}

// pageRow is a row of a table of the page: the rule in its first cell, and all
// of its cells.
type pageRow struct {
	rule  string
	cells []string
}

// page reads the tables of the page. Those of the dialect are apart.
func page(t *testing.T) (text string, rows, dialect []pageRow) {
	t.Helper()
	data, err := os.ReadFile(semanticsPage)
	if err != nil {
		t.Fatal(err)
	}
	text = string(data)
	width, inDialect := 0, false
	for number, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "## ") {
			inDialect = line == "## The dialect"
		}
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, "\x00"), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "\x00", "|"))
		}
		switch {
		case width == 0:
			width = len(cells)
			continue
		case len(cells) != width:
			t.Errorf("line %d has %d cells, and its table has %d columns", number+1, len(cells), width)
			continue
		case strings.HasPrefix(cells[0], "-"):
			continue
		}
		row := pageRow{rule: strings.Trim(cells[0], "`"), cells: cells}
		if inDialect {
			dialect = append(dialect, row)
			continue
		}
		rows = append(rows, row)
		if kind := cells[3]; !slices.Contains([]string{"specified", "chosen", "dialect"}, kind) {
			t.Errorf("line %d is of kind %q", number+1, kind)
		}
	}
	if len(rows) == 0 || len(dialect) == 0 {
		t.Fatal("the page has no tables")
	}
	return text, rows, dialect
}

var ruleID = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)

func isRuleID(text string) bool { return ruleID.MatchString(text) }

// sources are the Go files of a folder and of those below it, without tests.
func sources(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

var (
	ruleConstant = regexp.MustCompile(`\b([rR]ule\w+)\s+=\s+"([a-z-]+)"`)
	warning      = regexp.MustCompile(`warnAt\(.*?, "([a-z-]+)", |refer\(\w+, diag\.Warning, "([a-z-]+)"|` +
		`Rule: +(?:"([a-z-]+)"|([a-z]\w+)), Severity: (?:diag\.Warning|\w+\.dialect\(\))`)
)

// constants are the rules that stand in constants, by their names.
func constants(source string) map[string]string {
	found := map[string]string{}
	for _, match := range ruleConstant.FindAllStringSubmatch(source, -1) {
		found[match[1]] = match[2]
	}
	return found
}

// warningsIn are the rules of which a package warns.
func warningsIn(source string) []string {
	named := constants(source)
	var found []string
	for _, match := range warning.FindAllStringSubmatch(source, -1) {
		rule := match[1] + match[2] + match[3]
		if match[4] != "" {
			rule = named[match[4]]
		}
		if rule != "" {
			found = append(found, rule)
		}
	}
	return found
}

func TestSemanticsPageNamesRulesThatExist(t *testing.T) {
	text, rows, dialect := page(t)
	source := sources(t, "../arazzo") + sources(t, "../expr") + sources(t, "../runtime") + sources(t, "../cmd")
	var named []string
	for _, row := range append(rows, dialect...) {
		if row.rule != "—" {
			named = append(named, row.rule)
		}
	}
	for _, quoted := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
		if isRuleID(quoted[1]) {
			named = append(named, quoted[1])
		}
	}
	for _, rule := range named {
		if !strings.Contains(source, strconv.Quote(rule)) {
			t.Errorf("the page names the rule %q, which the code does not have", rule)
		}
	}
}

func TestSemanticsPageNamesEveryWarning(t *testing.T) {
	text, _, dialect := page(t)
	found := warningsIn(sources(t, "../arazzo"))
	for _, rule := range slices.AppendSeq(slices.Clone(found), maps.Values(constants(sources(t, "../expr")))) {
		if !strings.Contains(text, "`"+rule+"`") {
			t.Errorf("the page does not have the rule %q, which is a warning", rule)
		}
	}
	for _, known := range []string{"retry-on-success", "unqualified-operation-id", "source-name-operation-path", "undeclared-parameter", "moved-source"} {
		if !slices.Contains(found, known) {
			t.Errorf("the warning %q was not found in the code", known)
		}
	}
	var named, shown []string
	for _, row := range dialect {
		named = append(named, row.rule)
	}
	for _, e := range dialectExamples() {
		shown = append(shown, e.rule)
		i := slices.Index(named, e.rule)
		if i < 0 || !isRuleID(e.strict) {
			continue
		}
		if !strings.Contains(dialect[i].cells[3], "`"+e.strict+"`") {
			t.Errorf("%s: the page does not say that --strict answers %q with %q", e.rule, e.name, e.strict)
		}
	}
	slices.Sort(named)
	slices.Sort(shown)
	if diff := cmp.Diff(named, slices.Compact(shown)); diff != "" {
		t.Errorf("the dialect on the page (-) and the examples (+) differ:\n%s", diff)
	}
}

func TestReadmeLeadsToTheSemanticsPage(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte("(specs/"+semanticsPage+")")) {
		t.Errorf("README.md does not lead to %s", semanticsPage)
	}
}
