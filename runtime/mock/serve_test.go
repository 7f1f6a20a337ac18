package mock_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// listen serves the course of poll without loops.
func listen(t testing.TB, o mock.Options) *mock.Server {
	t.Helper()
	_, program, problems := mocktest.Load(t.Context(), write(t, poll, jobs), mocktest.Options{})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	o.Plan.Loops = -1
	if o.Inputs == nil {
		o.Inputs = map[string]any{"name": "n"}
	}
	server, problems := mock.Listen(t.Context(), program, "127.0.0.1:0", o)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// send makes a request whose header fields are "Name: value" lines.
func send(t testing.TB, method, url, header, body string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(header) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Add(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}

// TestRequestsAreInspected holds what the mock finds in the first request of the
// course, and that it answers all the same.
func TestRequestsAreInspected(t *testing.T) {
	const json = "Content-Type: application/json"
	tests := []struct{ name, query, header, body, want string }{
		{"sound", "", json, `{"name": "n"}`, ""},
		{"sound, written in another way", "", "Content-Type: application/json; charset=utf-8\nAuthorization: Bearer x", "{\n\"name\":\"n\"}", ""},
		{"another input", "", json, `{"name": "other"}`, "warning unlike-rehearsal"},
		{"no body", "", "", "", "warning missing-body, warning unlike-rehearsal"},
		{"no media type", "", "", `{"name": "n"}`, "error missing-media-type, warning unlike-rehearsal"},
		{"another media type", "", "Content-Type: text/plain", `{"name": "n"}`, "error undeclared-media-type, warning unlike-rehearsal"},
		{"no JSON", "", json, `{"name": `, "error invalid-body, warning unlike-rehearsal"},
		{"more than one JSON value", "", json, `{"name": "n"} {}`, "error invalid-body, warning unlike-rehearsal"},
		{"a body that does not fit", "", json, `{"name": 1}`, "warning unfitting-body, warning unlike-rehearsal"},
		{"an expression in the body", "", json, `{"name": "$inputs.name"}`, "error expression-left, warning unlike-rehearsal"},
		{"an expression in the query", "?q=%7B%24inputs.name%7D", json, `{"name": "n"}`, "error expression-left"},
		{"an expression in the header", "", json + "\nX-A: Bearer $steps.a.outputs.b", `{"name": "n"}`, "error expression-left"},
		{"a query that cannot be read", "?a=%zz", json, `{"name": "n"}`, "error invalid-query"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := listen(t, mock.Options{})
			if status, body := send(t, http.MethodPost, server.URL+"/jobs"+test.query, test.header, test.body); status != http.StatusCreated {
				t.Errorf("status %d: %s", status, body)
			}
			var got []string
			for _, f := range server.Findings() {
				got = append(got, f.Severity.String()+" "+f.Rule)
				if !f.Range.Start.IsValid() || !strings.Contains(f.Message, `step "start", POST /jobs`) {
					t.Errorf("the finding does not say where: %s", f.Error())
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
				t.Errorf("findings (- want, + got):\n%s", diff)
			}
		})
	}
}

// TestBodiesAreParsed holds which bodies are what their media type says.
func TestBodiesAreParsed(t *testing.T) {
	tests := []struct {
		mediaType, body string
		sound           bool
	}{
		{"application/x-www-form-urlencoded", "a=1&b=x+y", true},
		{"application/x-www-form-urlencoded", "a=%", false},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n", true},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", false},
		{"application/xml", "<a><b/></a>", true},
		{"application/xml", "<a><b></a>", false},
		{"text/plain", "text", true},
		{"text/plain", "\xff", false},
		{"application/octet-stream", "\xff", true},
		{"application/vnd.api+json", "[]", true},
		{"application/x-amz-json-1.1", "[", false},
	}
	for _, test := range tests {
		_, program, problems := mocktest.Load(t.Context(), write(t, poll, strings.Replace(jobs, "content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}", "content: {'*/*': {}}", 1)), mocktest.Options{})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		server, problems := mock.Listen(t.Context(), program, "127.0.0.1:0", mock.Options{Inputs: map[string]any{"name": "n"}})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		send(t, http.MethodPost, server.URL+"/jobs", "Content-Type: "+test.mediaType, test.body)
		errs := server.Findings().Select(diag.Error)
		if test.sound != (len(errs) == 0) {
			t.Errorf("%s %q: %v", test.mediaType, test.body, errs)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestUnexpectedRequestsAreRefused holds that the mock never answers a request
// that the course does not expect as if it did.
func TestUnexpectedRequestsAreRefused(t *testing.T) {
	server := listen(t, mock.Options{})
	for _, r := range []struct{ method, path, want string }{
		{http.MethodGet, "/jobs", `GET /jobs: step "start" is expected to send POST /jobs`},
		{http.MethodPost, "/jobs/1", `POST /jobs/1: step "start" is expected to send POST /jobs`},
		{http.MethodPost, "/", `POST /: step "start" is expected to send POST /jobs`},
	} {
		status, body := send(t, r.method, server.URL+r.path, "", "")
		if status != http.StatusNotImplemented || !strings.Contains(body, `"error":`) {
			t.Errorf("%s %s: %d %s", r.method, r.path, status, body)
		}
		findings := server.Findings()
		if last := findings[len(findings)-1]; last.Rule != "unexpected-request" || last.Message != r.want {
			t.Errorf("finding: %s", last.Error())
		}
	}
	if server.Done() {
		t.Error("the course has ended before it began")
	}
	requests := server.Requests()
	if len(requests) != 3 || requests[0].StepID != "" || requests[0].Method != http.MethodGet {
		t.Errorf("requests: %v", requests)
	}
}

// complete sends the three requests of the course.
func complete(t testing.TB, server *mock.Server) {
	t.Helper()
	if status, _ := send(t, http.MethodPost, server.URL+"/jobs", "Content-Type: application/json", `{"name": "n"}`); status != http.StatusCreated {
		t.Errorf("start: status %d", status)
	}
	if status, body := send(t, http.MethodGet, server.URL+"/jobs/9007199254740993", "", ""); status != http.StatusOK || !strings.Contains(body, `"state":"DONE"`) {
		t.Errorf("look: status %d, %s", status, body)
	}
	if status, body := send(t, http.MethodDelete, server.URL+"/jobs/9007199254740993", "", ""); status != http.StatusNoContent || body != "" {
		t.Errorf("remove: status %d, %s", status, body)
	}
}

func TestACourseEndsOrBeginsAgain(t *testing.T) {
	server := listen(t, mock.Options{})
	complete(t, server)
	if !server.Done() || len(server.Findings()) > 0 {
		t.Fatalf("done %t, %v", server.Done(), server.Findings())
	}
	if status, body := send(t, http.MethodPost, server.URL+"/jobs", "", ""); status != http.StatusNotImplemented || !strings.Contains(body, "has ended") {
		t.Errorf("after the end: %d %s", status, body)
	}
	server.Reset()
	complete(t, server)
	if !server.Done() || len(server.Findings()) > 0 || len(server.Requests()) != 3 {
		t.Errorf("after a reset: done %t, %v", server.Done(), server.Findings())
	}
	repeating := listen(t, mock.Options{Repeat: true})
	complete(t, repeating)
	complete(t, repeating)
	if len(repeating.Findings()) > 0 {
		t.Errorf("repeated: %v", repeating.Findings())
	}
}

func TestTheMockStaysOnTheMachine(t *testing.T) {
	_, program, problems := mocktest.Load(t.Context(), write(t, poll, jobs), mocktest.Options{})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:80", "127.0.0.1"} {
		if server, problems := mock.Listen(t.Context(), program, address, mock.Options{}); server != nil || len(problems) != 1 || problems[0].Rule != "mock-address" {
			t.Errorf("%s: %v", address, problems)
		}
	}
}

func TestTheMockIsSafeForConcurrentUse(t *testing.T) {
	server := listen(t, mock.Options{Repeat: true})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				resp, err := http.Post(server.URL+"/jobs", "application/json", bytes.NewReader([]byte(`{"name":"n"}`)))
				if err != nil {
					t.Error(err)
					return
				}
				_ = resp.Body.Close()
				_, _, _ = server.Findings(), server.Requests(), server.Course()
			}
		})
	}
	wg.Wait()
	if n := len(server.Requests()); n != 160 {
		t.Errorf("%d requests were recorded", n)
	}
}

func TestNormalizedRequestsThatAskForTheSameAreAlike(t *testing.T) {
	server := listen(t, mock.Options{Repeat: true})
	send(t, http.MethodPost, server.URL+"/jobs?b=2&a=1&b=1", "Content-Type: application/json\nAuthorization: Bearer x\nX-Amz-Date: 1\nX-A: 1", `{"b": 1, "a": [2]}`)
	send(t, http.MethodPost, server.URL+"/jobs?a=1&b=2&b=1", "Content-Type: application/json\nX-A: 1", `{"a":[2],"b":1}`)
	send(t, http.MethodPost, server.URL+"/jobs?a=1&b=1&b=2", "Content-Type: application/json\nX-A: 1", `{"a":[2],"b":1}`)
	var got []string
	for _, r := range server.Requests() {
		got = append(got, r.Normalized())
	}
	const want = "POST /jobs?a=1&b=2&b=1\ncontent-type: application/json\nx-a: 1\n\n{\"a\":[2],\"b\":1}\n"
	if len(got) != 3 || got[0] != want || got[1] != want || got[2] == want {
		t.Errorf("requests: %q", slices.Compact(got))
	}
}

// TestCredentialsAreLookedFor holds that a request without the credentials that
// its operation asks for is noticed, wherever they go.
func TestCredentialsAreLookedFor(t *testing.T) {
	tests := []struct {
		schemes, security, query, header string
		met                              bool
	}{
		{"a: {type: http, scheme: bearer}", "[{a: []}]", "", "", false},
		{"a: {type: http, scheme: bearer}", "[{a: []}]", "", "Authorization: Bearer x", true},
		{"a: {type: apiKey, in: header, name: X-Key}", "[{a: []}]", "", "x-key: 1", true},
		{"a: {type: apiKey, in: query, name: key}", "[{a: []}]", "?key=1", "", true},
		{"a: {type: apiKey, in: query, name: key}", "[{a: []}]", "", "key: 1", false},
		{"a: {type: apiKey, in: cookie, name: sid}", "[{a: []}]", "", "Cookie: t=1; sid=2", true},
		{"a: {type: http, scheme: basic}, b: {type: apiKey, in: header, name: X-Key}", "[{a: [], b: []}]", "", "X-Key: 1", false},
		{"a: {type: http, scheme: basic}, b: {type: apiKey, in: header, name: X-Key}", "[{a: []}, {b: []}]", "", "X-Key: 1", true},
		{"a: {type: http, scheme: basic}", "[{a: []}, {}]", "", "", true},
		{"a: {type: mutualTLS}", "[{a: []}]", "", "", true},
	}
	for _, test := range tests {
		api := strings.Replace(jobs, "paths:", "security: "+test.security+"\npaths:", 1) + "  securitySchemes: {" + test.schemes + "}\n"
		_, program, problems := mocktest.Load(t.Context(), write(t, poll, api), mocktest.Options{})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		server, problems := mock.Listen(t.Context(), program, "127.0.0.1:0", mock.Options{Inputs: map[string]any{"name": "n"}})
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		send(t, http.MethodPost, server.URL+"/jobs"+test.query, "Content-Type: application/json\n"+test.header, `{"name": "n"}`)
		missed := slices.ContainsFunc(server.Findings(), func(d diag.Diagnostic) bool { return d.Rule == "missing-credentials" })
		if missed == test.met {
			t.Errorf("%s, %s, %q: missed %t", test.security, test.schemes, test.header, missed)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRequestsMayBeRepeatedBelowTheWorkflow holds that a client which sends a
// request again after an error, for instance with a new token, gets the same
// reply, and that this is all that it can repeat.
func TestRequestsMayBeRepeatedBelowTheWorkflow(t *testing.T) {
	server := listen(t, mock.Options{Plan: mock.Plan{Steps: map[string][]mock.Turn{"wait": {{Status: 404}}}}})
	send(t, http.MethodPost, server.URL+"/jobs", "Content-Type: application/json", `{"name": "n"}`)
	if status, _ := send(t, http.MethodPost, server.URL+"/jobs", "Content-Type: application/json", `{"name": "n"}`); status != http.StatusNotImplemented {
		t.Errorf("a request that has succeeded is answered again: %d", status)
	}
	for range 3 {
		if status, _ := send(t, http.MethodGet, server.URL+"/jobs/9007199254740993", "", ""); status != http.StatusNotFound {
			t.Errorf("status %d", status)
		}
	}
	if status, _ := send(t, http.MethodGet, server.URL+"/jobs/8", "", ""); status != http.StatusNotImplemented {
		t.Errorf("another request is taken for the last one: %d", status)
	}
}
