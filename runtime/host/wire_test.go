package host_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// received is what the standard library makes of a request.
type received struct {
	// Line is the method and the URL; Length is what Content-Length says.
	Line   string
	Length int64
	Header map[string]string
	Form   map[string][]string
	// Files are the parts with file names: "name: file name, content type, content".
	Files []string
	Body  string
}

// receive answers every request after reading it with the standard library.
func receive(t *testing.T, got *received) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*got = received{Line: r.Method + " " + r.RequestURI, Length: r.ContentLength, Header: map[string]string{}}
		for name := range r.Header {
			got.Header[name] = r.Header.Get(name)
		}
		switch media := r.Header.Get("Content-Type"); {
		case strings.HasPrefix(media, "multipart/form-data"):
			if err := r.ParseMultipartForm(1 << 20); err != nil {
				t.Error(err)
				return
			}
			got.Form = r.MultipartForm.Value
			for name, files := range r.MultipartForm.File {
				for _, f := range files {
					content, err := f.Open()
					if err != nil {
						t.Error(err)
						return
					}
					data, err := io.ReadAll(content)
					if err != nil {
						t.Error(err)
					}
					got.Files = append(got.Files, fmt.Sprintf("%s: %s, %s, %q", name, f.Filename, f.Header.Get("Content-Type"), data))
				}
			}
		case media == "application/x-www-form-urlencoded":
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			got.Form = r.PostForm
		default:
			data, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			got.Body = string(data)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	return server
}

// send runs a workflow of one step against a server.
func send(t *testing.T, server, method, content, step string, inputs map[string]any) *runtime.Result {
	t.Helper()
	dir := t.TempDir()
	document := "arazzo: 1.1.0\ninfo: {title: T, version: '1'}\nsourceDescriptions:\n- {name: api, url: api.yaml, type: openapi}\nworkflows:\n- workflowId: w\n  inputs: {type: object}\n  steps:\n  - {stepId: s, operationId: op, " + step + "}\n"
	api := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: https://api.example}]\npaths:\n  /a/{p+}:\n    " + method + ":\n      operationId: op\n      parameters:\n      - {name: p, in: path, required: true, schema: {type: string}}\n      - {name: deep, in: query, style: deepObject, schema: {type: object}}\n"
	if content != "" {
		api += "      requestBody: {content: {" + content + "}}\n"
	}
	api += "      responses: {'200': {description: ok}}\n"
	for name, text := range map[string]string{"arazzo.yaml": document, "api.yaml": api} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bundle, problems := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "arazzo.yaml"))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	binding, problems := program.Bind(t.Context(), runtime.BindOptions{Servers: map[string]string{"": server}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	transport := &host.HTTP{}
	t.Cleanup(transport.CloseIdleConnections)
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: host.Clock{}}
	state, problems := program.Start(runtime.StartOptions{RunID: "r", Inputs: inputs, Now: time.Now()})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	res, err := engine.Run(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestRequestsOnTheWire holds that the standard library's server reads what was
// meant.
func TestRequestsOnTheWire(t *testing.T) {
	png := expr.NewBinary([]byte("\x89PNG\r\n\x00"), "image/png")
	png.Name = "bild ü.png"
	const path = `{name: p, in: path, value: "x/ü y%2F?#"}`
	tests := []struct {
		name, method, content, step string
		inputs                      map[string]any
		want                        received
	}{
		{
			"a path and a query", "get", "", `parameters: [` + path + `, {name: deep, in: query, value: {a: {b: "c&d"}, e: [1, 2]}}, {name: "odd [name]", in: query, value: "+ ü"}]`, nil,
			received{Line: "GET /a/x/%C3%BC%20y%252F%3F%23?deep%5Ba%5D%5Bb%5D=c%26d&deep%5Be%5D%5B%5D=1&deep%5Be%5D%5B%5D=2&odd%20%5Bname%5D=%2B%20%C3%BC"},
		},
		{
			"no body for POST", "post", "", `parameters: [{name: p, in: path, value: x}]`, nil,
			received{Line: "POST /a/x", Header: map[string]string{"Content-Length": "0"}},
		},
		{
			"an empty body for PUT", "put", "text/plain: {}", `parameters: [{name: p, in: path, value: x}], requestBody: {contentType: text/plain, payload: ""}`, nil,
			received{Line: "PUT /a/x", Header: map[string]string{"Content-Type": "text/plain", "Content-Length": "0"}},
		},
		{
			"a body for DELETE", "delete", "", `parameters: [{name: p, in: path, value: x}], requestBody: {payload: {a: 1}}`, nil,
			received{Line: "DELETE /a/x", Length: 7, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"a":1}`},
		},
		{
			"a form", "post", "application/x-www-form-urlencoded: {encoding: {items: {style: deepObject, explode: true}}}",
			`parameters: [{name: p, in: path, value: x}], requestBody: {payload: {items: [{price: "p & q", n: 2}], note: "é+ ="}}`, nil,
			received{Line: "POST /a/x", Form: map[string][]string{"items[0][price]": {"p & q"}, "items[0][n]": {"2"}, "note": {"é+ ="}}, Length: 76, Header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		},
		{
			"multipart", "post", "multipart/form-data: {schema: {type: object, properties: {file: {type: string, format: binary}}}}",
			`parameters: [{name: p, in: path, value: x}], requestBody: {payload: {file: $inputs.file, "na\"me": é, meta: {a: [1]}, tags: [a, b]}}`,
			map[string]any{"file": png},
			received{Line: "POST /a/x", Form: map[string][]string{`na"me`: {"é"}, "meta": {`{"a":[1]}`}, "tags": {"a", "b"}}, Files: []string{`file: bild ü.png, image/png, "\x89PNG\r\n\x00"`}, Length: -2},
		},
		{
			"bytes", "put", "'*/*': {}", `parameters: [{name: p, in: path, value: x}], requestBody: {payload: $inputs.file}`,
			map[string]any{"file": png},
			received{Line: "PUT /a/x", Length: 7, Header: map[string]string{"Content-Type": "image/png"}, Body: "\x89PNG\r\n\x00"},
		},
		{
			"a big integer", "post", "application/json: {}", `parameters: [{name: p, in: path, value: x}], requestBody: {payload: {n: $inputs.n}}`,
			map[string]any{"n": json.Number("123456789012345678901234567890")},
			received{Line: "POST /a/x", Length: 36, Header: map[string]string{"Content-Type": "application/json"}, Body: `{"n":123456789012345678901234567890}`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got received
			server := receive(t, &got)
			res := send(t, server.URL, test.method, test.content, test.step, test.inputs)
			if res.Status != runtime.Succeeded {
				t.Fatalf("run ends %s: %+v", res.Status, res.Failure)
			}
			for _, name := range []string{"Accept-Encoding", "User-Agent", "Accept"} {
				delete(got.Header, name)
			}
			if test.want.Length == -2 { // the boundary depends on the content
				test.want.Length, test.want.Header = got.Length, got.Header
			}
			if test.want.Header == nil {
				test.want.Header = map[string]string{}
			}
			if got.Length > 0 {
				delete(got.Header, "Content-Length")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
		})
	}
}
