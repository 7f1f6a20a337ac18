package runtime_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/runtime"
)

// requestOf runs a workflow of one step, which calls the only operation of a
// description, and returns what was sent, or what the failure says.
func requestOf(t *testing.T, description, step string, inputs map[string]any) (*runtime.Request, *runtime.Result) {
	t.Helper()
	document := "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: api, url: api.yaml, type: openapi}\nworkflows:\n" +
		"- workflowId: w\n  inputs: {type: object}\n  steps:\n  - stepId: s\n    operationId: op\n    successCriteria: [{condition: $statusCode == 200}]\n" + indent(step, "    ")
	program, problems := load(t, map[string]string{"arazzo.yaml": document, "api.yaml": description})
	if err := problems.Err(); err != nil {
		t.Fatalf("documents: %v", err)
	}
	tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, options: runtime.StartOptions{RunID: "r", Now: epoch, Inputs: inputs}}
	res := tr.run(t)
	if len(tr.script.requests) == 0 {
		return nil, res
	}
	return tr.script.requests[0], res
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimPrefix(text, "\n")) {
		b.WriteString(by + line)
	}
	return b.String() + "\n"
}

// pathAPI describes one GET operation.
func pathAPI(server, key, parameters string) string {
	return fmt.Sprintf("openapi: 3.1.0\ninfo: {title: P, version: '1'}\nservers: [{url: %q}]\npaths:\n  %q:\n    get: {operationId: op, parameters: [%s], responses: {'200': {description: ok}}}\n", server, key, parameters)
}

func TestPaths(t *testing.T) {
	const id = "{name: id, in: path, required: true, schema: {type: string}}"
	tests := []struct {
		name, server, key, declared, given string
		want                               string // the URL, or what the failure says
	}{
		{"a value keeps to its segment", "https://h/v1", "/a/{id}/b", id, `{name: id, in: path, value: "x/y?z#%2e ü"}`, "https://h/v1/a/x%2Fy%3Fz%23%252e%20%C3%BC/b"},
		{"an empty value", "https://h", "/a/{id}", id, `{name: id, in: path, value: ""}`, `the value of the path parameter "id" is empty`},
		{"an empty list", "https://h", "/a/{id}", id, `{name: id, in: path, value: []}`, `the value of the path parameter "id" is empty`},
		{"an empty value beside text", "https://h", "/a/{id}.json", id, `{name: id, in: path, value: ""}`, "https://h/a/.json"},
		{"a dot", "https://h", "/a/{id}", id, `{name: id, in: path, value: "."}`, `makes "." or ".." a part of the path`},
		{"two dots", "https://h", "/a/{id}/b", id, `{name: id, in: path, value: ".."}`, `makes "." or ".." a part of the path`},
		{"dots that two values make", "https://h", "/a/{id}{x}", id, `{name: id, in: path, value: "."}, {name: x, in: path, value: "."}`, `makes "." or ".." a part of the path`},
		{"escaped dots stay what they are", "https://h", "/a/{id}", id, `{name: id, in: path, value: "%2e%2e"}`, "https://h/a/%252e%252e"},
		{"escaped dots that are kept", "https://h", "/a/{id}", "{name: id, in: path, required: true, allowReserved: true, schema: {type: string}}", `{name: id, in: path, value: "%2e%2E"}`, `makes "." or ".." a part of the path`},
		{"dots in a name", "https://h", "/a/{id}", id, `{name: id, in: path, value: "a..b"}`, "https://h/a/a..b"},
		{"greedy", "https://h", "/b/{Key+}", "{name: Key, in: path, required: true, schema: {type: string}}", `{name: Key, in: path, value: "x/y z?/ü//w"}`, "https://h/b/x/y%20z%3F/%C3%BC//w"},
		{"greedy, undeclared", "https://h", "/b/{Key+}/c", "", `{name: Key, in: path, value: "x/y"}`, "https://h/b/x/y/c"},
		{"greedy, with its sign", "https://h", "/b/{Key+}", "", `{name: Key+, in: path, value: "x/y"}`, "https://h/b/x/y"},
		{"greedy by a leading sign", "https://h", "/b/{+name}", "", `{name: name, in: path, value: "projects/x"}`, "https://h/b/projects/x"},
		{"greedy, dot segments", "https://h", "/b/{Key+}", "", `{name: Key, in: path, value: "x/../../admin"}`, `makes "." or ".." a part of the path`},
		{"greedy, empty", "https://h", "/b/{Key+}", "", `{name: Key, in: path, value: ""}`, `the value of the path parameter "Key" is empty`},
		{"a fragment is cut off", "https://h", "/#X-Amz-Target=A.{b}", "", ``, "https://h/"},
		{"a fragment after a query", "https://h", "/?Action=List#x", "", ``, "https://h/?Action=List"},
		{"a query is merged", "https://h", "/?Action=List&Version=1", "", `{name: N, in: query, value: 2}`, "https://h/?Action=List&Version=1&N=2"},
		{"and given again", "https://h", "/?Action=List&Version=1", "", `{name: Action, in: query, value: Other}`, "https://h/?Version=1&Action=Other"},
		{"by the members of an object", "https://h", "/?Action=List", "", `{name: o, in: query, value: {Action: Other, b: 1}}`, "https://h/?Action=Other&b=1"},
		{"by the query string", "https://h", "/?Action=List&V=1", "", `{name: q, in: querystring, value: "a=b&Action=c"}`, "https://h/?V=1&a=b&Action=c"},
		{"a placeholder in the query", "https://h", "/s?q={id}&x={y}", id, `{name: id, in: path, value: "a&b=c d"}, {name: y, in: path, value: 1}`, "https://h/s?q=a%26b%3Dc%20d&x=1"},
		{"odd characters in the key", "https://h", "/my path/ü|/%7Bx%7D/100%", "", ``, "https://h/my%20path/%C3%BC%7C/%7Bx%7D/100%25"},
		{"and a slash in a value", "https://h", "/a|b/{id}", id, `{name: id, in: path, value: "x/y"}`, "https://h/a%7Cb/x%2Fy"},
		{"odd names", "https://h", "/posts/{encoded ugcPostUrn|shareUrn}/{a.b[c]}", "", `{name: "encoded ugcPostUrn|shareUrn", in: path, value: "urn:li:share:1"}, {name: "a.b[c]", in: path, value: x}`, "https://h/posts/urn%3Ali%3Ashare%3A1/x"},
		{"neighbours", "https://h", "/{id}.{format}/{a}{b}:cancel", id, `{name: id, in: path, value: 7}, {name: format, in: path, value: json}, {name: a, in: path, value: x}, {name: b, in: path, value: y}`, "https://h/7.json/xy:cancel"},
		{"the same name twice", "https://h", "/{id}/x/{id}", id, `{name: id, in: path, value: 7}`, "https://h/7/x/7"},
		{"a value that looks like a placeholder", "https://h", "/{id}/{x}", id, `{name: id, in: path, value: "{x}"}, {name: x, in: path, value: y}`, "https://h/%7Bx%7D/y"},
		{"one that the path does not have", "https://h", "/a", "", `{name: id, in: path, value: 7}`, "https://h/a"},
		{"braces that are not closed", "https://h", "/a/{id", "", ``, "https://h/a/%7Bid"},
		{"no slash between", "https://h/v1", "a", "", ``, "https://h/v1/a"},
		{"slashes at the end of a server", "https://h/v1//", "/a", "", ``, "https://h/v1/a"},
		{"a server with a query", "https://h/v1/?api=2&k=a b#f", "/a?b=c", "", `{name: k, in: query, value: x}`, "https://h/v1/a?api=2&b=c&k=x"},
		{"a server with a port", "http://[::1]:8080/x", "/a", "", ``, "http://[::1]:8080/x/a"},
		{"matrix and label", "https://h", "/{m}/{l}", "{name: m, in: path, style: matrix, explode: true}, {name: l, in: path, style: label}", `{name: m, in: path, value: {R: 1, G: 2}}, {name: l, in: path, value: [a, b]}`, "https://h/;R=1;G=2/.a,b"},
		{"an empty matrix", "https://h", "/x{m}", "{name: m, in: path, style: matrix}", `{name: m, in: path, value: ""}`, "https://h/x;m"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			req, res := requestOf(t, pathAPI(test.server, test.key, test.declared), "parameters: ["+test.given+"]", nil)
			switch {
			case req != nil && req.URL != test.want:
				t.Errorf("URL is %s, want %s", req.URL, test.want)
			case req == nil && (res.Failure == nil || !strings.Contains(res.Failure.Message, test.want)):
				t.Errorf("nothing was sent, and the failure is %+v; want %s", res.Failure, test.want)
			}
		})
	}
}

func TestServersWithUserInformation(t *testing.T) {
	program, problems := load(t, map[string]string{
		"arazzo.yaml": "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: api, url: api.yaml, type: openapi}\nworkflows:\n- workflowId: w\n  steps: [{stepId: s, operationId: op}]\n",
		"api.yaml":    pathAPI("https://user:pass@h/v1", "/a", ""),
	})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	for _, servers := range []map[string]string{nil, {"": "https://user:pass@h"}} {
		binding, problems := program.Bind(t.Context(), runtime.BindOptions{Servers: servers})
		if binding != nil || len(problems) != 1 || problems[0].Rule != "invalid-server" || strings.Contains(problems[0].Message+problems[0].Hint, "pass") {
			t.Errorf("problems are %v", problems)
		}
	}
}

func TestParametersOfOpenAPI32(t *testing.T) {
	const head = "openapi: 3.2.0\ninfo: {title: P, version: '1'}\nservers: [{url: https://h}]\npaths:\n  /a:\n    get:\n      operationId: op\n      responses: {'200': {description: ok}}\n      parameters:\n"
	tests := []struct {
		name, declared, given string
		url, cookie           string
	}{
		{"raw cookies", "{name: c, in: cookie, style: cookie, schema: {type: array}}, {name: d, in: cookie, schema: {type: string}}", `{name: c, in: cookie, value: [a%20b, c]}, {name: d, in: cookie, value: "a b"}`, "https://h/a", "c=a%20b; c=c; d=a%20b"},
		{"a query string of JSON", "{name: q, in: querystring, content: {application/json: {schema: {type: object}}}}", `{name: q, in: querystring, value: {numbers: [1, 2], flag: null}}`, "https://h/a?%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D", ""},
		{"a query string that is a form", "{name: q, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object}}}}", `{name: q, in: querystring, value: {foo: "a + b", bar: true}}`, "https://h/a?foo=a+%2B+b&bar=true", ""},
		{"a query string that is spelt out", "{name: q, in: querystring, content: {application/json: {}}}", `{name: q, in: querystring, value: "a=b"}`, "https://h/a?a=b", ""},
		{"query parameters beside it", "{name: q, in: querystring, content: {application/x-www-form-urlencoded: {}}}", `{name: a, in: query, value: b}`, "https://h/a?a=b", ""},
		{"a cookie field of the step", "", `{name: Cookie, in: header, value: "x=1"}, {name: y, in: cookie, value: 2}`, "https://h/a", "x=1; y=2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list := ""
			if test.declared != "" {
				list = "      - " + strings.ReplaceAll(test.declared, "}, {name", "}\n      - {name") + "\n"
			}
			req, res := requestOf(t, head+list, "parameters: ["+test.given+"]", nil)
			if req == nil {
				t.Fatalf("nothing was sent: %+v", res.Failure)
			}
			if cookie, _ := req.Header.Lookup("Cookie"); req.URL != test.url || cookie != test.cookie {
				t.Errorf("URL is %s and the cookies %q, want %s and %q", req.URL, cookie, test.url, test.cookie)
			}
		})
	}
}

// TestHeadersCannotBeInjected holds that a value from outside never becomes a
// field of its own.
func TestHeadersCannotBeInjected(t *testing.T) {
	for _, value := range []string{"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\x00b"} {
		req, res := requestOf(t, pathAPI("https://h", "/a", ""), "parameters: [{name: X-A, in: header, value: $inputs.v}]", map[string]any{"v": value})
		if req != nil || res.Failure == nil || res.Failure.Rule != "invalid-parameter" || !strings.Contains(res.Failure.Message, `header field "X-A" has a control character`) {
			t.Errorf("%q: sent %+v, failure %+v", value, req, res.Failure)
		}
	}
	req, res := requestOf(t, pathAPI("https://h", "/a", ""), "parameters: [{name: X-A, in: header, value: $inputs.v}]", map[string]any{"v": "Zoë"})
	if req == nil || len(res.Warnings) != 1 || res.Warnings[0].Rule != "header-not-ascii" {
		t.Fatalf("sent %+v with warnings %v", req, res.Warnings)
	}
	if got, _ := req.Header.Lookup("X-A"); got != "Zoë" {
		t.Errorf("X-A is %q", got)
	}
}
