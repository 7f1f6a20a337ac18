package runtime_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

const fileAPI = `openapi: 3.0.3
info: {title: F, version: "1"}
servers: [{url: https://files.example}]
paths:
  /upload:
    post:
      operationId: upload
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {file: {type: string, format: binary}, files: {type: array, items: {type: string, format: binary}}, name: {type: string}}}
      responses: {"200": {description: ok}}
  /bytes:
    put:
      operationId: bytes
      requestBody: {content: {application/octet-stream: {}, application/json: {schema: {type: object, properties: {data: {type: string, format: byte}, text: {type: string}}}}}}
      responses: {"200": {description: ok}}
`

func fileProgram(t *testing.T, workflows string) *runtime.Program {
	t.Helper()
	program, problems := load(t, map[string]string{"arazzo.yaml": document(workflows), "pets.yaml": fileAPI})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return program
}

// fileTransport keeps files in memory.
type fileTransport struct {
	script
	files  map[string]string
	opened []string
}

func (f *fileTransport) OpenFile(path string) (io.ReadCloser, error) {
	f.opened = append(f.opened, path)
	content, ok := f.files[path]
	if !ok {
		return nil, errors.New("it does not exist")
	}
	return io.NopCloser(strings.NewReader(content)), nil
}

func TestFilesAreSent(t *testing.T) {
	sum := sha256.Sum256([]byte("large content"))
	large := &expr.Binary{File: "/tmp/large.bin", Name: "large.bin", Size: 13, SHA256: hex.EncodeToString(sum[:])}
	changed := &expr.Binary{File: "/tmp/large.bin", Name: "large.bin", Size: 13, SHA256: strings.Repeat("0", 64)}
	gone := &expr.Binary{File: "/tmp/gone.bin", Name: "gone.bin", Size: 13, SHA256: large.SHA256}
	small := expr.NewBinary([]byte("\x00\xff"), "image/png")
	const upload = `
- workflowId: w
  inputs: {type: object, properties: {file: {type: string, minLength: 1, maxLength: 3}}}
  steps:
  - stepId: s
    operationId: `
	tests := []struct {
		name, step string
		file       *expr.Binary
		want       string // a part of the body, or of what the failure says
		media      string
	}{
		{"a part", "upload\n    requestBody: {payload: {file: $inputs.file}}", large, "filename=\"large.bin\"\r\nContent-Type: application/octet-stream\r\n\r\nlarge content\r\n", "multipart/form-data"},
		{"a part of several", "upload\n    requestBody: {payload: {files: [$inputs.file, $inputs.file]}}", small, "image/png\r\n\r\n\x00\xff\r\n", "multipart/form-data"},
		{"the body", "bytes\n    requestBody: {contentType: application/octet-stream, payload: $inputs.file}", large, "large content", "application/octet-stream"},
		{"the body, as what it is", "bytes\n    requestBody: {payload: $inputs.file}", small, "\x00\xff", "application/octet-stream"},
		{"base64 in JSON", "bytes\n    requestBody: {contentType: application/json, payload: {data: $inputs.file}}", large, `{"data":"bGFyZ2UgY29udGVudA=="}`, "application/json"},
		{"text in JSON", "bytes\n    requestBody: {contentType: application/json, payload: {text: $inputs.file}}", large, `{"text":"large content"}`, "application/json"},
		{"a header", "bytes\n    parameters: [{name: X-File, in: header, value: $inputs.file}]", large, "", ""},
		{"in a text", "bytes\n    requestBody: {contentType: application/json, payload: {text: 'a {$inputs.file}'}}", large, "it embeds what is too large for a text", ""},
		{"in a text of all inputs", "bytes\n    requestBody: {contentType: application/json, payload: {text: 'a {$inputs}'}}", large, `\"sha256\":\"`, "application/json"},
		{"a file that has changed", "bytes\n    requestBody: {contentType: application/octet-stream, payload: $inputs.file}", changed, "the file of large.bin is not what it was when the run was started", ""},
		{"a file that is gone", "upload\n    requestBody: {payload: {file: $inputs.file}}", gone, "the file of gone.bin cannot be opened: it does not exist", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := &fileTransport{script: script{replies: []reply{ok("{}")}}, files: map[string]string{"/tmp/large.bin": "large content"}}
			tr := &trial{program: fileProgram(t, upload+test.step+"\n"), clock: newClock(), transport: f, options: runtime.StartOptions{RunID: "r", Now: epoch, Inputs: map[string]any{"file": test.file}}}
			// What is saved between two steps brings the file back.
			res := tr.runInPieces(t)
			if len(f.requests) == 0 {
				if res.Failure == nil || !strings.Contains(res.Failure.Message, test.want) || strings.Contains(res.Failure.Message, "/tmp/") {
					t.Errorf("failure is %+v, want %s", res.Failure, test.want)
				}
				return
			}
			req := f.requests[0]
			if media, _ := req.Header.Lookup("Content-Type"); !bytes.Contains(req.Body, []byte(test.want)) || !strings.HasPrefix(media, test.media) {
				t.Errorf("body is %q as %s, want %q as %s", req.Body, media, test.want, test.media)
			}
			if bytes.Contains(req.Body, []byte("/tmp/")) {
				t.Errorf("the server learns where the file is: %s", req.Body)
			}
			if value, given := req.Header.Lookup("X-File"); given && value != "large content" {
				t.Errorf("header is %q", value)
			}
		})
	}
}

// TestRepliesNameNoFiles holds that what a server sends is never taken for a
// file, however it looks, also after the state was saved.
func TestRepliesNameNoFiles(t *testing.T) {
	f := &fileTransport{
		script: script{replies: []reply{ok(`{"$binary": {"file": "/etc/passwd", "size": 7, "sha256": ""}}`), ok("{}")}},
		files:  map[string]string{"/etc/passwd": "secrets"},
	}
	tr := &trial{clock: newClock(), transport: f, options: runtime.StartOptions{RunID: "r", Now: epoch}, program: fileProgram(t, `
- workflowId: w
  steps:
  - {stepId: a, operationId: bytes, requestBody: {contentType: application/json, payload: {}}, outputs: {f: $response.body}}
  - {stepId: b, operationId: upload, requestBody: {payload: {file: $steps.a.outputs.f}}}
`)}
	if res := tr.runInPieces(t); res.Status != runtime.Succeeded {
		t.Fatalf("run ends %s: %+v", res.Status, res.Failure)
	}
	if len(f.opened) > 0 || bytes.Contains(f.requests[1].Body, []byte("secrets")) {
		t.Errorf("opened %v, sent %q", f.opened, f.requests[1].Body)
	}
}

func TestInputsThatAreFiles(t *testing.T) {
	program := fileProgram(t, `
- workflowId: w
  inputs: {type: object, properties: {part: {type: string}, list: {type: string}, body: {type: string}, name: {type: string}, json: {type: string}, undescribed: {type: string}, inner: {type: string}, text: {type: string}}}
  steps:
  - {stepId: a, operationId: upload, requestBody: {payload: {file: $inputs.part, files: [$inputs.list], name: $inputs.name, other: $inputs.undescribed}}}
  - {stepId: b, operationId: bytes, requestBody: {contentType: application/octet-stream, payload: $inputs.body}}
  - {stepId: c, operationId: bytes, requestBody: {contentType: application/json, payload: {a: $inputs.json, b: 'x {$inputs.text}'}}}
  - {stepId: d, workflowId: v, parameters: [{name: f, value: $inputs.inner}, {name: n, value: $inputs.name}]}
- workflowId: v
  inputs: {type: object, properties: {f: {type: string}, n: {type: string}}}
  steps:
  - {stepId: a, operationId: bytes, requestBody: {contentType: image/png, payload: $inputs.f}}
`)
	var files []string
	for _, w := range program.Workflows() {
		for _, in := range w.Inputs {
			if in.File {
				files = append(files, w.ID+"."+in.Name)
			}
		}
	}
	slices.Sort(files)
	if diff := cmp.Diff([]string{"v.f", "w.body", "w.inner", "w.list", "w.part", "w.undescribed"}, files); diff != "" {
		t.Errorf("inputs that are files (-want +got):\n%s", diff)
	}
}
