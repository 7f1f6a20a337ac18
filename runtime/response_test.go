package runtime_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// answers is a Transport that gives one reply to every request.
type answers struct{ resp runtime.Response }

func (a answers) Exchange(context.Context, *runtime.Request) (*runtime.Response, error) {
	resp := a.resp
	return &resp, nil
}

// thing is a trial with one step that calls an operation with the given content
// of its response 200, in the flow form of YAML.
func thing(t testing.TB, strict bool, content, step string) *trial {
	t.Helper()
	api := "openapi: 3.2.0\nservers: [{url: 'https://things.example'}]\npaths:\n  /thing:\n    get:\n      operationId: getThing\n      responses: {'200': {description: ok, content: " + content + "}}\n"
	doc := "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: things, url: api.yaml, type: openapi}\nworkflows:\n- workflowId: w\n  steps:\n  - stepId: s\n    operationId: getThing\n" + step
	bundle, problems := loadFiles(t, map[string]string{"arazzo.yaml": doc, "api.yaml": api})
	if err := problems.Err(); err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{Strict: strict})
	if err := problems.Err(); err != nil {
		t.Fatalf("%v\n%s", err, doc)
	}
	return &trial{program: program, clock: newClock(), options: runtime.StartOptions{RunID: "run-1", Now: epoch}}
}

func TestResponseBodies(t *testing.T) {
	const (
		anyContent = "{}"
		jsonOnly   = "{application/json: {schema: {type: object}}}"
		xmlOnly    = "{application/xml: {schema: {type: object, properties: {n: {type: integer}, set: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}"
	)
	utf16 := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			b.WriteByte(byte(r >> 8))
			b.WriteByte(byte(r))
		}
		return b.String()
	}
	tests := []struct {
		name, content, contentType, body string
		// read are the outputs "o1", "o2", …, apart from a space.
		read, want string
		// warnings are the rules of the warnings, apart from a space.
		warnings string
	}{
		{"JSON", anyContent, "application/json", `{"n":12345678901234567890.10}`, "$response.body $response.body#/n", `{"n":12345678901234567890.10} 12345678901234567890.10`, ""},
		{"JSON by its suffix", anyContent, "application/problem+json; charset=utf-8", `{"a":1}`, "$response.body#/a", `1`, ""},
		{"JSON of a protocol", anyContent, "application/x-amz-json-1.1", `{"a":1}`, "$response.body#/a", `1`, ""},
		{"JSON as text/json", anyContent, "TEXT/JSON", `{"a":1}`, "$response.body#/a", `1`, ""},
		{"JSON with a byte order mark", anyContent, "application/json", "\uFEFF{\"a\":1}", "$response.body#/a", `1`, ""},
		{"JSON in UTF-16", anyContent, "application/json; charset=utf-16", "\xFE\xFF" + utf16(`{"a":"ü"}`), "$response.body#/a", `"ü"`, ""},
		{"JSON in UTF-16 that nobody mentions", anyContent, "application/json", utf16(`{"a":"ü"}`), "$response.body#/a", `"ü"`, ""},
		{"JSON in Latin-1", anyContent, "application/json; charset=iso-8859-1", "{\"a\":\"\xFC\"}", "$response.body#/a", `"ü"`, ""},
		{"JSON that is not UTF-8", anyContent, "application/json", "{\"a\":\"\xFC\"}", "$response.body#/a", `-`, "unreadable-body"},
		{"broken JSON is text", anyContent, "application/json", `{"a":1`, "$response.body $response.body#/a", `"{\"a\":1" -`, "unreadable-body"},
		{"a name that stands twice", anyContent, "application/json", `{"a":1,"a":2}`, "$response.body#/a", `2`, "duplicate-member"},
		{"JSON null", anyContent, "application/json", `null`, "$response.body", `null`, ""},
		{"empty", anyContent, "application/json", ``, "$response.body", `-`, ""},

		{"text", anyContent, "text/plain", `hello`, "$response.body", `"hello"`, ""},
		{"text in Latin-1", anyContent, "text/plain; charset=ISO-8859-1", "gr\xFC\xDF \x80", "$response.body", `"grüß €"`, ""},
		{"text in Latin-9", anyContent, "text/plain; charset=iso-8859-15", "\xA4", "$response.body", `"€"`, ""},
		{"text in UTF-16", anyContent, "text/plain; charset=utf-16le", "h\x00i\x00", "$response.body", `"hi"`, ""},
		{"text that is not in its charset", anyContent, "text/plain", "gr\xFC\xDF", "$response.body", `{"mediaType":"text/plain","size":4,"sha256":"…"}`, "unreadable-body"},
		{"text in a charset that is not known", anyContent, "text/plain; charset=ebcdic", "abc", "$response.body", `{"mediaType":"text/plain; charset=ebcdic","size":3,"sha256":"…"}`, "unreadable-body"},
		{"text without a media type", anyContent, "", "hello ü", "$response.body", `"hello ü"`, ""},
		{"text that looks like JSON is text", anyContent, "text/plain", `{"a":1}`, "$response.body", `"{\"a\":1}"`, ""},

		{"JSON where a pointer reads it", anyContent, "text/plain", ` {"a":1}`, "$response.body $response.body#/a", `" {\"a\":1}" 1`, "json-by-declaration"},
		{"JSON of no media type where a pointer reads it", anyContent, "", `[{"a":1}]`, "$response.body#/0/a", `1`, "json-by-declaration"},
		{"JSON that is said to be bytes", anyContent, "application/octet-stream", `{"a":1}`, "$response.body#/a", `1`, "json-by-declaration"},
		{"a text is not JSON for a pointer", anyContent, "text/plain", `12`, "$response.body#/a", `-`, ""},
		{"JSON by declaration", jsonOnly, "text/html", `{"a":1}`, "$response.body", `{"a":1}`, "json-by-declaration"},
		{"a number by declaration", jsonOnly, "", `17`, "$response.body", `17`, "json-by-declaration"},
		{"not the JSON of the declaration", jsonOnly, "text/html", `<p>Sorry</p>`, "$response.body $response.body#/a", `"\u003cp\u003eSorry\u003c/p\u003e" -`, "unreadable-body"},

		{"bytes", anyContent, "image/png", "\x89PNG\x00", "$response.body $response.body#/a", `{"mediaType":"image/png","size":5,"sha256":"…"} -`, ""},
		{"bytes of no media type", anyContent, "", "\xff\x00", "$response.body", `{"size":2,"sha256":"…"}`, ""},
		{"a picture is never text", anyContent, "image/png", "abc", "$response.body", `{"mediaType":"image/png","size":3,"sha256":"…"}`, ""},
		{"parts", anyContent, "multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n--b--", "$response.body", `"--b\r\n\r\nx\r\n--b--"`, ""},

		{"XML is text", xmlOnly, "application/xml", `<r><n>1</n></r>`, "$response.body", `"\u003cr\u003e\u003cn\u003e1\u003c/n\u003e\u003c/r\u003e"`, ""},
		{"XML for a pointer", xmlOnly, "text/xml; charset=utf-8", `<r><n>1</n><set><item><id>7</id></item></set></r>`, "$response.body#/n $response.body#/set/0/id $response.body#/set", `1 7 [{"id":7}]`, "xml-as-json"},
		{"XML in Latin-1", xmlOnly, "application/xml", "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>\xFC</a></r>", "$response.body#/a", `"ü"`, "xml-as-json"},
		{"XML in UTF-16", xmlOnly, "application/xml", utf16("<?xml version='1.0' encoding='UTF-16'?><r><a>ü</a></r>"), "$response.body#/a", `"ü"`, "xml-as-json"},
		{"XML that is said to be text", xmlOnly, "text/plain", `<r><n>1</n></r>`, "$response.body#/n", `1`, "xml-as-json"},
		{"HTML is not XML", anyContent, "text/html", `<html><n>1</n></html>`, "$response.body#/n", `-`, ""},
		{"broken XML is text", xmlOnly, "application/xml", `<r><n>1</r>`, "$response.body $response.body#/n", `"\u003cr\u003e\u003cn\u003e1\u003c/r\u003e" -`, "unreadable-body"},
		{"XML with entities is text", xmlOnly, "application/xml", `<!DOCTYPE r [<!ENTITY e "x">]><r><n>&e;</n></r>`, "$response.body#/n", `-`, "unreadable-body"},
		{"XML where the description has JSON", jsonOnly, "application/xml", `<r><a><item>1</item></a></r>`, "$response.body#/a", `["1"]`, "xml-as-json"},

		{"lines of JSON are text", "{application/jsonl: {schema: {type: string}}}", "application/jsonl", "{\"a\":1}\n", "$response.body", `"{\"a\":1}\n"`, ""},
		{"lines of JSON by itemSchema", "{application/jsonl: {itemSchema: {type: object}}}", "application/jsonl", "{\"a\":1}\r\n\n{\"a\":2}", "$response.body $response.body#/1/a", `[{"a":1},{"a":2}] 2`, ""},
		{"records by itemSchema", "{application/json-seq: {itemSchema: {}}}", "application/json-seq", "\x1e1\n\x1e[2]\n", "$response.body", `[1,[2]]`, ""},
		{"lines of something else", "{application/x-ndjson: {itemSchema: {type: object}}}", "application/x-ndjson", "{\"a\":1}\nx", "$response.body#/0", `-`, "unreadable-body"},
		{"events by itemSchema", "{text/event-stream: {itemSchema: {type: object}}}", "text/event-stream", ": c\nevent: tick\nid: 5\ndata: a\ndata:b\nretry: 010\n\nid: x\n\ndata\n\ndata: lost", "$response.body", `[{"data":"a\nb","event":"tick","id":"5","retry":10},{"data":""}]`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var step strings.Builder
			step.WriteString("    outputs:\n")
			expressions := strings.Fields(test.read)
			for i, e := range expressions {
				step.WriteString("      o" + string(rune('0'+i)) + ": '" + e + "'\n")
			}
			rec := &recorder{}
			tr := thing(t, false, test.content, step.String())
			tr.observer = rec
			resp := runtime.Response{Status: 200, Body: []byte(test.body)}
			if test.contentType != "" {
				resp.Header.Set("Content-Type", test.contentType)
			}
			tr.transport = answers{resp}
			res := tr.run(t)
			got := make([]string, len(expressions))
			values := outputsOf(rec, "s")
			for i := range got {
				v, ok := values["o"+string(rune('0'+i))]
				got[i] = written(t, v, ok)
			}
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("outputs\n%s, want\n%s", text, test.want)
			}
			if rules := warnedRules(res.Warnings); rules != test.warnings {
				t.Errorf("warnings %q, want %q", rules, test.warnings)
			}
		})
	}
}

// outputsOf returns the outputs of a step's last attempt.
func outputsOf(rec *recorder, step string) map[string]any {
	for _, ev := range slices.Backward(rec.events) {
		if ev.Kind == runtime.StepFinished && ev.StepID == step {
			return ev.Outputs
		}
	}
	return nil
}

// written writes a value as JSON, bytes as what describes them.
func written(t testing.TB, v any, present bool) string {
	t.Helper()
	if !present {
		return "-"
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if b, is := v.(*expr.Binary); is {
		out, _, _ := strings.Cut(string(text), `,"base64"`)
		return strings.Replace(out, b.SHA256, "…", 1) + "}"
	}
	return string(text)
}

func warnedRules(list diag.List) string {
	var rules []string
	for _, d := range list {
		rules = append(rules, d.Rule)
	}
	return strings.Join(rules, " ")
}

func TestStrictReadsNothingIntoABody(t *testing.T) {
	for _, body := range []string{`<r><n>1</n></r>`, `{"n":1}`} {
		tr := thing(t, true, "{application/json: {}}", "    outputs: {o: $response.body#/n, whole: $response.body}\n")
		resp := runtime.Response{Status: 200, Body: []byte(body)}
		resp.Header.Set("Content-Type", "text/plain")
		rec := &recorder{}
		tr.observer, tr.transport = rec, answers{resp}
		res := tr.run(t)
		if o := outputsOf(rec, "s"); o["o"] != nil || o["whole"] != body || len(res.Warnings) > 0 {
			t.Errorf("%s: outputs %v, warnings %v", body, o, res.Warnings)
		}
	}
}

func TestCriteriaOnXML(t *testing.T) {
	const content = "{application/xml: {schema: {type: object, properties: {set: {type: array, items: {type: object, properties: {state: {type: string}}}}}}}}"
	resp := runtime.Response{Status: 200, Body: []byte(`<R xmlns="urn:x"><set><item><state>on</state></item></set></R>`)}
	resp.Header.Set("Content-Type", "application/xml")
	for _, test := range []struct{ kind, condition, unmet string }{
		{"simple", `$response.body#/set/0/state == 'on'`, ""},
		{"simple", `$response.body.set[0].state == 'on'`, ""},
		{"jsonpath", `$.set[0].state == 'on'`, ""},
		{"jsonpath", `$.set[?(@.state == 'on')]`, ""},
		{"xpath", `//*[local-name() = 'state'] = 'on'`, ""},
		{"regex", `<state>on</state>`, ""},
		{"jsonpath", `$.set[0].state == 'off'`, `$.set[0].state is "on"`},
		{"jsonpath", `$.set.length == 2`, `$.set.length is 1`},
		{"simple", `$response.body#/set/1/state == 'on'`, `$response.body#/set/1/state is absent`},
	} {
		tr := thing(t, false, content, "    successCriteria:\n    - {context: $response.body, type: "+test.kind+", condition: \""+test.condition+"\"}\n")
		tr.transport = answers{resp}
		res := tr.run(t)
		if test.unmet == "" && res.Status != runtime.Succeeded || test.unmet != "" && (res.Failure == nil || !strings.Contains(res.Failure.Message, test.unmet)) {
			t.Errorf("%s: %s %+v", test.condition, res.Status, res.Failure)
		}
	}
}

func TestWhatIsReadOfAnOutputShapesXMLToo(t *testing.T) {
	resp := runtime.Response{Status: 200, Body: []byte(`<R><Users><Person><Name>a</Name></Person></Users></R>`)}
	resp.Header.Set("Content-Type", "application/xml")
	for _, read := range []string{"$steps.s.outputs.users#/0/name", "$steps.s.outputs.users[0].name"} {
		tr := thing(t, false, "{application/xml: {}}", "    outputs: {users: $response.body#/Users}\n  outputs: {name: '"+read+"'}\n")
		tr.transport = answers{resp}
		if res := tr.run(t); outputs(t, res) != `{"name":"a"}` {
			t.Errorf("%s: outputs are %s, %v", read, outputs(t, res), res.Failure)
		}
	}
}

func TestSelectorsReadXML(t *testing.T) {
	resp := runtime.Response{Status: 200, Body: []byte(`<R><set><item><id>1</id></item></set></R>`)}
	resp.Header.Set("Content-Type", "application/xml")
	tr := thing(t, false, "{application/xml: {}}", `    outputs:
      pointer: {context: $response.body, type: jsonpointer, selector: /set/0/id}
      path: {context: $response.body, type: jsonpath, selector: '$.set[*].id'}
      xpath: {context: $response.body, type: xpath, selector: //id}
  outputs: {pointer: $steps.s.outputs.pointer, path: $steps.s.outputs.path, xpath: $steps.s.outputs.xpath}
`)
	tr.transport = answers{resp}
	if res := tr.run(t); outputs(t, res) != `{"path":["1"],"pointer":"1","xpath":"1"}` {
		t.Errorf("outputs are %s, %v", outputs(t, res), res.Failure)
	}
}

func TestServerMessages(t *testing.T) {
	for _, test := range []struct{ name, contentType, body, want string }{
		{"a query protocol", "text/xml", `<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>InvalidInput</Code><Message>No such thing</Message></Error><RequestId>1</RequestId></ErrorResponse>`, "; the server said InvalidInput: No such thing"},
		{"a list of errors", "text/xml;charset=UTF-8", `<?xml version="1.0"?><Response><Errors><Error><Code>InvalidID</Code><Message>The id is wrong</Message></Error></Errors><RequestID>1</RequestID></Response>`, "; the server said InvalidID: The id is wrong"},
		{"an error by itself", "application/xml", `<Error><Code>NoSuchKey</Code><Message>The key does not exist</Message><Key>k</Key></Error>`, "; the server said NoSuchKey: The key does not exist"},
		{"JSON", "application/json", `{"error":{"code":"E1","message":"no"}}`, "; the server said E1: no"},
		{"a list in JSON", "application/json", `{"errors":[{"code":"E1","message":"no"}]}`, "; the server said E1: no"},
		{"a problem", "application/problem+json", `{"type":"urn:p","title":"Nope","detail":"not so"}`, "; the server said urn: not so"},
		{"HTML", "text/html", `<html><body><code>x</code></body></html>`, ""},
		{"broken XML", "text/xml", `<Error><Code>x</Error>`, ""},
	} {
		tr := thing(t, false, "{}", "")
		resp := runtime.Response{Status: 400, Body: []byte(test.body)}
		resp.Header.Set("Content-Type", test.contentType)
		tr.transport = answers{resp}
		res := tr.run(t)
		want := `step "s" failed: the server answered 400` + test.want
		if res.Failure == nil || res.Failure.Message != want {
			t.Errorf("%s: failure %+v, want %s", test.name, res.Failure, want)
		}
		if len(res.Warnings) > 0 {
			t.Errorf("%s: warnings %v", test.name, res.Warnings)
		}
	}
}

func TestResponseHeaders(t *testing.T) {
	tr := thing(t, false, "{}", `    outputs: {tag: $response.header.etag, list: $response.header.X-Many, cookie: $response.header.set-cookie, old: $response.header.X-Old, none: $response.header.None, plural: $response.headers.ETag}
`)
	resp := runtime.Response{Status: 200, Header: runtime.Header{{Name: "ETag", Value: `"1"`}, {Name: "X-Many", Value: "a"}, {Name: "x-many", Value: "b, c"}, {Name: "Set-Cookie", Value: "a=1"}, {Name: "Set-Cookie", Value: "b=2"}, {Name: "X-Old", Value: "gr\xFC\xDF"}}}
	rec := &recorder{}
	tr.observer, tr.transport = rec, answers{resp}
	tr.run(t)
	got, err := json.Marshal(outputsOf(rec, "s"))
	if want := `{"cookie":"a=1","list":"a, b, c","old":"grüß","plural":"\"1\"","tag":"\"1\""}`; err != nil || string(got) != want {
		t.Errorf("outputs are %s, want %s", got, want)
	}
}

func TestBytesSurviveAndAreNamed(t *testing.T) {
	resp := runtime.Response{Status: 200, Body: []byte("\x00\xff")}
	resp.Header.Set("Content-Type", "application/zip")
	resp.Header.Set("Content-Disposition", `attachment; filename="..\..\x/report.zip"`)
	tr := thing(t, false, "{}", "    outputs: {zip: $response.body}\n  outputs: {zip: $steps.s.outputs.zip}\n")
	tr.transport = answers{resp}
	res := tr.runInPieces(t)
	b, is := res.Outputs["zip"].(*expr.Binary)
	if !is || string(b.Data) != "\x00\xff" || b.Name != "report.zip" || b.MediaType != "application/zip" {
		t.Errorf("output is %#v", res.Outputs["zip"])
	}
}

func TestBodiesInFilesAreValues(t *testing.T) {
	resp := runtime.Response{Status: 200, File: &runtime.File{Path: "/tmp/f", Size: 1 << 30, SHA256: "ab"}}
	resp.Header.Set("Content-Type", "video/mp4")
	tr := thing(t, false, "{}", "    outputs: {film: $response.body, part: $response.body#/a}\n  outputs: {film: $steps.s.outputs.film, part: $steps.s.outputs.part}\n")
	tr.transport = answers{resp}
	if got, want := outputs(t, tr.runInPieces(t)), `{"film":{"mediaType":"video/mp4","size":1073741824,"sha256":"ab","file":"/tmp/f"}}`; got != want {
		t.Errorf("outputs are %s, want %s", got, want)
	}
}

func TestCodingsThatNobodyAskedForAreBytes(t *testing.T) {
	resp := runtime.Response{Status: 200, Body: []byte(`{"a":1}`)}
	resp.Header.Set("Content-Type", "application/json")
	resp.Header.Set("Content-Encoding", "br")
	tr := thing(t, false, "{}", "    successCriteria: [{condition: $response.body#/a == 1}]\n")
	tr.transport = answers{resp}
	res := tr.run(t)
	if res.Failure == nil || !strings.HasSuffix(res.Failure.Message, `; the body is encoded as "br", which was not asked for`) {
		t.Errorf("failure is %+v", res.Failure)
	}
}
