package runtime_test

import (
	"mime"
	"strings"
	"testing"

	"github.com/seed-d89508e2/arazzo/expr"
)

// bodyAPI describes one POST operation whose body has the given content.
func bodyAPI(content string) string {
	if content != "" {
		content = "requestBody: {content: {" + content + "}}, "
	}
	return "openapi: 3.1.0\ninfo: {title: B, version: '1'}\nservers: [{url: https://h}]\npaths:\n  /a:\n    post: {operationId: op, " + content + "responses: {'200': {description: ok}}}\n"
}

func TestBodies(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, content, step string
		inputs              map[string]any
		media, want         string // the body, or what the failure says
	}{
		{
			"the type of a header parameter", "application/json: {}, " + form + ": {}",
			"parameters: [{name: content-type, in: header, value: " + form + "}]\nrequestBody: {payload: {a: b c}}", nil, form, "a=b+c",
		},
		{
			"it beats the content type of the step", "application/json: {}",
			"parameters: [{name: Content-Type, in: header, value: application/vnd.x+json}]\nrequestBody: {contentType: application/json, payload: {a: 1}}", nil, "application/vnd.x+json", `{"a":1}`,
		},
		{
			"it gets a boundary", "multipart/form-data: {}",
			"parameters: [{name: Content-Type, in: header, value: multipart/form-data}]\nrequestBody: {payload: {a: x}}", nil, "multipart/form-data", "form-data; name=\"a\"\r\n\r\nx\r\n",
		},
		{"by what an expression turns out to be", "text/plain: {}, " + form + ": {}", "requestBody: {payload: $inputs.v}", map[string]any{"v": map[string]any{"a": "b"}}, form, "a=b"},
		{"a text by the same step", "text/plain: {}, " + form + ": {}", "requestBody: {payload: $inputs.v}", map[string]any{"v": "a=b"}, "text/plain", "a=b"},
		{"a file by the same step", "application/json: {}, '*/*': {}", "requestBody: {payload: $inputs.v}", map[string]any{"v": expr.NewBinary([]byte("\xff"), "image/png")}, "image/png", "\xff"},
		{"any type", "'*/*': {}", "requestBody: {payload: {a: 1}}", nil, "application/json", `{"a":1}`},
		{"no body is described", "", "requestBody: {payload: {a: 1}}", nil, "application/json", `{"a":1}`},
		{"a form as one input", form + ": {}", "requestBody: {contentType: " + form + ", payload: $inputs.v}", map[string]any{"v": map[string]any{"b": "1", "a": []any{"x", "y"}}}, form, "a=x&a=y&b=1"},
		{"a form as one text", form + ": {}", "requestBody: {contentType: " + form + ", payload: $inputs.v}", map[string]any{"v": "a=%20&b"}, form, "a=%20&b"},
		{"optional members", form + ": {}", "requestBody: {contentType: " + form + ", payload: {a: $inputs.none, b: [{c: $inputs.none, d: 1}]}}", nil, form, "b=%7B%22d%22%3A1%7D"},
		{"JSON with a charset", "application/json: {}", "requestBody: {contentType: application/json; charset=us-ascii, payload: {a: é}}", nil, "", `the character U+00E9 cannot be written in the charset "us-ascii"`},
		{"an object as text", "text/plain: {}", "requestBody: {contentType: text/plain, payload: {a: 1}}", nil, "", "an object cannot be written as text/plain"},
		{"an illegal name in XML", "application/xml: {}", "requestBody: {contentType: application/xml, payload: {a b: 1}}", nil, "", `"a b" cannot be the name of an XML element`},
		{"XML that is written out", "application/xml: {schema: {xml: {name: x}}}", "requestBody: {contentType: application/xml, payload: '<a>{$inputs.v}</a>'}", map[string]any{"v": "1"}, "application/xml", "<a>1</a>"},
		{
			"a replacement in multipart", "multipart/form-data: {encoding: {o: {contentType: application/json}}}",
			"requestBody: {contentType: multipart/form-data, payload: {o: {a: 1, b: 2}}, replacements: [{target: /o/b, value: 3}]}", nil, "multipart/form-data", "Content-Type: application/json\r\n\r\n{\"a\":1,\"b\":3}\r\n",
		},
		{
			"a file put into multipart", "multipart/form-data: {schema: {type: object}}",
			"requestBody: {contentType: multipart/form-data, payload: {f: x}, replacements: [{target: /f, value: $inputs.v}]}",
			map[string]any{"v": expr.NewBinary([]byte("y"), "image/png")},
			"multipart/form-data", "filename=\"f\"\r\nContent-Type: image/png\r\n\r\ny\r\n",
		},
		{
			"pointers and paths into XML", "application/xml: {schema: {xml: {name: n}, properties: {id: {xml: {attribute: true}}}}}",
			"requestBody:\n  contentType: application/xml\n  payload: {id: 1, a: x, b: y}\n  replacements:\n  - {target: /a, targetSelectorType: jsonpointer, value: z}\n  - {target: /n/b, value: w}\n  - {target: /n/@id, value: 7}",
			nil, "application/xml", `<n id="7"><a>z</a><b>w</b></n>`,
		},
		{"order after a replacement", "application/json: {}", "requestBody: {contentType: application/json, payload: {z: 1, a: 2}, replacements: [{target: /a, value: 3}]}", nil, "application/json", `{"z":1,"a":3}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			req, res := requestOf(t, bodyAPI(test.content), test.step, test.inputs)
			if req == nil {
				if test.media != "" || res.Failure == nil || res.Failure.Rule != "invalid-payload" || !strings.Contains(res.Failure.Message, test.want) {
					t.Errorf("nothing was sent, and the failure is %+v; want %s", res.Failure, test.want)
				}
				return
			}
			header, _ := req.Header.Lookup("Content-Type")
			media, parameters, err := mime.ParseMediaType(header)
			if err != nil || media != test.media {
				t.Errorf("media type is %q (%v), want %s", header, err, test.media)
			}
			body := string(req.Body)
			if strings.HasPrefix(media, "multipart/") {
				if !strings.HasPrefix(body, "--"+parameters["boundary"]+"\r\n") || !strings.Contains(body, test.want) {
					t.Errorf("body is %q as %q, want %q", body, header, test.want)
				}
			} else if body = strings.TrimPrefix(body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"); body != test.want {
				t.Errorf("body is %q, want %q", body, test.want)
			}
		})
	}
}
