package conformance_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-d89508e2/arazzo/specs/conformance"
)

// played is a runner that sends given requests to the server whose URL the
// entry document consists of.
type played struct {
	requests []string // "METHOD path\nName: value\n\nbody"
	outcome  conformance.Outcome
	err      error
}

func (p played) Run(ctx context.Context, job conformance.Job) (conformance.Outcome, error) {
	entry, err := os.ReadFile(job.Entry)
	if err != nil {
		return conformance.Outcome{}, err
	}
	base := strings.TrimSpace(strings.TrimPrefix(string(entry), "server: "))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, text := range p.requests {
		if pause, ok := strings.CutPrefix(text, "pause "); ok {
			d, err := time.ParseDuration(pause)
			if err != nil {
				return conformance.Outcome{}, err
			}
			time.Sleep(d)
			continue
		}
		head, body, _ := strings.Cut(text, "\n\n")
		lines := strings.Split(head, "\n")
		method, path, _ := strings.Cut(lines[0], " ")
		req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
		if err != nil {
			return conformance.Outcome{}, err
		}
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			req.Header.Add(name, value)
		}
		resp, err := client.Do(req)
		if err != nil {
			return conformance.Outcome{}, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	return p.outcome, p.err
}

// write makes a case of the rest of its expectation and its exchanges.
func write(t *testing.T, expectation, exchanges string) (*conformance.Case, error) {
	t.Helper()
	files := fstest.MapFS{
		"c/arazzo.yaml": {Data: []byte("server: http://127.0.0.1:PORT\n")},
		"c/expect.yaml": {Data: []byte("id: c\ntitle: t\nwhy: w\nchecklist: [X-01]\narazzo: 1.0.1\n" + expectation)},
		"c/doc.yaml":    {Data: []byte("at: PORT\n")},
	}
	if exchanges != "" {
		files["c/server.yaml"] = &fstest.MapFile{Data: []byte(exchanges)}
	}
	return conformance.Load(files, "c")
}

// requestsOf renders the mirror of exchanges for an expectation.
func requestsOf(paths ...string) string {
	if len(paths) == 0 {
		return "requests: []\n"
	}
	var b strings.Builder
	b.WriteString("requests:\n")
	for _, p := range paths {
		method, path, _ := strings.Cut(p, " ")
		b.WriteString("- {method: " + method + ", path: " + path + "}\n")
	}
	return b.String()
}

const succeeds = "valid: true\nworkflow: w\noutcome: success\n"

func success() conformance.Outcome { return conformance.Outcome{Ending: conformance.Success} }

func judged(t *testing.T, expectation, exchanges string, p played) conformance.Result {
	t.Helper()
	c, err := write(t, expectation, exchanges)
	if err != nil {
		t.Fatal(err)
	}
	return conformance.Judge(t.Context(), c, p)
}

// want fails the test unless the problems are these, each given by a part; none
// stands for a pass.
func want(t *testing.T, r conformance.Result, parts ...string) {
	t.Helper()
	if len(parts) != len(r.Problems) {
		t.Fatalf("%d problems instead of %d: %q", len(r.Problems), len(parts), r.Problems)
	}
	for i, part := range parts {
		if !strings.Contains(r.Problems[i], part) {
			t.Errorf("problem %d is %q without %q", i, r.Problems[i], part)
		}
	}
	if passed := r.Verdict == conformance.Pass; passed != (len(parts) == 0) {
		t.Errorf("verdict %q", r.Verdict)
	}
}

// TestRequestExpectations sends one request to a case that expects something of
// it.
func TestRequestExpectations(t *testing.T) {
	const form = "Content-Type: application/x-www-form-urlencoded\n\n"
	tests := []struct {
		expect, request string
		problems        []string
	}{
		{"query: {a: [1, 2], b: ['']}", "POST /p?a=1&b=&a=2", nil},
		{"query: {a: [1, 2]}", "POST /p?a=2&a=1", []string{`has ["2" "1"] as "a" instead of ["1" "2"]`}},
		{"query: {a: x y}", "POST /p?a=x+y", nil},
		{"query: {a: x y}", "POST /p?a=x%20y&c=", []string{`unexpected "c"`}},
		{"query: {a: 1}", "POST /p", []string{`has no "a"`}},
		{"query: {}", "POST /p", nil},
		{"query: {}", "POST /p?x", []string{`unexpected "x"`}},
		{"rawQuery: 'a=%2f&b=1'", "POST /p?a=%2F&b=1", nil},
		{"rawQuery: 'a=/'", "POST /p?a=%2F", []string{`"a=%2F" instead of "a=/"`}},
		{"rawQueryAnyOf: [a=1&b=2, b=2&a=1]", "POST /p?b=2&a=1", nil},
		{"rawQueryAnyOf: [a=1&b=2, b=2&a=1]", "POST /p?b=2", []string{`instead of "a=1&b=2" or "b=2&a=1"`}},
		{"queryJson: {q: {a: 1.0}}", "POST /p?q=%7B%22a%22:1%7D", nil},
		{"queryJson: {q: {a: 1}}", "POST /p?q=%7B%22a%22:2%7D", []string{`query parameter "q" is {"a":2} instead of {"a":1}`}},
		{"queryJson: {q: 1}", "POST /p", []string{"is no JSON"}},
		{"headers: {X-A: v}", "POST /p\nx-a: v", nil},
		{"headers: {X-A: [v, w]}", "POST /p\nx-a: w", nil},
		{"headers: {X-A: v}", "POST /p\nx-a: V", []string{`"X-A" is "V" instead of "v"`}},
		{"headers: {X-A: v}", "POST /p", []string{`"X-A" is missing`}},
		{"headers: {X-A: 'v, w'}", "POST /p\nx-a: v\nx-a: w", nil},
		{"headers: {Content-Type: application/json}", "POST /p\nContent-Type: Application/JSON; charset=utf-8\n\n{}", nil},
		{"headers: {Content-Type: application/json}", "POST /p\nContent-Type: text/json\n\n{}", []string{`is "text/json"`}},
		{"headersAbsent: [X-A]", "POST /p\nX-a: ", []string{`"X-A" is sent`}},
		{"headersAbsent: [X-B]", "POST /p\nX-a: 1", nil},
		{"cookies: {a: 1, b: x}", "POST /p\nCookie: b=x; a=1; c=2", nil},
		{"cookies: {a: 1}", "POST /p\nCookie: A=1", []string{`cookie "a" is missing; the header field is "A=1"`}},
		{"cookies: {a: 1}", "POST /p\nCookie: a=2", []string{`cookie "a" is "2" instead of "1"`}},
		{"json: {n: 9007199254740993, l: [null, 1e2]}", "POST /p\n\n{\"l\": [null, 100.0], \"n\": 9007199254740993}", nil},
		{"json: {n: 9007199254740993}", "POST /p\n\n{\"n\": 9007199254740992}", []string{`the body is {"n":9007199254740992} instead of {"n":9007199254740993}`}},
		{"json: null", "POST /p\n\nnull", nil},
		{"json: null", "POST /p", []string{"no JSON"}},
		{"json: 1", "POST /p\n\n1 2", []string{"there is text after"}},
		{"json: 1e999999999", "POST /p\n\n10e999999998", nil},
		{"json: '1'", "POST /p\n\n1", []string{`is 1 instead of "1"`}},
		{"json: {a: [1]}", "POST /p\n\n{\"a\": [1, 1]}", []string{`{"a":[1,1]}`}},
		{"json: {a: 0}", "POST /p\n\n{\"a\": -0.00}", nil},
		{"form: {a: [1, x&y]}", "POST /p\n" + form + "a=1&a=x%26y", nil},
		{"form: {a: 1}", "POST /p\n" + form + "a=%zz", []string{"cannot be decoded"}},
		{"multipart: {a: x, b: ''}", multipartRequest("a=x", "b="), nil},
		{"multipart: {a: x}", multipartRequest("a=y", "b="), []string{`part "a" is "y" instead of "x"`, `unexpected part "b"`}},
		{"multipart: {a: x}", multipartRequest("a=x", "a=x"), []string{`two parts "a"`}},
		{"multipart: {a: x}", "POST /p\n" + form + "a=x", []string{"is no multipart"}},
		{"multipart: {a: x}", "POST /p\nContent-Type: multipart/form-data; boundary=b\n\ncut", []string{"cannot be read"}},
		{"bodyEquals: 'a b'", "POST /p\n\na b", nil},
		{"bodyEquals: 'a b'", "POST /p\n\na  b", []string{`is "a  b" instead of "a b"`}},
		{"bodyAnyOf: [a, b]", "POST /p\n\nb", nil},
		{"bodyContains: [a, c]", "POST /p\n\nabc", nil},
		{"bodyContains: [a, d]", "POST /p\n\nabc", []string{`does not contain "d"`}},
		{"noBody: true", "POST /p", nil},
		{"noBody: true", "POST /p\n\nx", []string{`there is a body, "x"`}},
		{"rawQuery: x=PORT", "POST /p?x=1", []string{"instead of"}},
	}
	for _, test := range tests {
		t.Run(test.expect, func(t *testing.T) {
			t.Parallel()
			r := judged(t, succeeds+requestsOf("POST /p"), "- {method: POST, path: /p, status: 200, expect: {"+test.expect+"}}\n",
				played{requests: []string{test.request}, outcome: success()})
			want(t, r, test.problems...)
			for _, problem := range r.Problems {
				if strings.Contains(problem, "PORT") {
					t.Errorf("the port is not in %q", problem)
				}
			}
		})
	}
}

func multipartRequest(fields ...string) string {
	var b strings.Builder
	b.WriteString("POST /p\nContent-Type: multipart/form-data; boundary=B\n\n")
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		b.WriteString("--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
	}
	b.WriteString("--B--\r\n")
	return b.String()
}

func TestSequences(t *testing.T) {
	const two = "- {method: GET, path: /a, status: 200}\n- {method: GET, path: /b, status: 503}\n"
	const group = "- {method: GET, path: /a, status: 200, unordered: g}\n- {method: GET, path: /b, status: 200, unordered: g}\n" +
		"- {method: GET, path: /b, status: 200, unordered: g, expect: {query: {n: 2}}}\n- {method: GET, path: /c, status: 200}\n"
	groupMirror := requestsOf("GET /a", "GET /b", "GET /b", "GET /c")
	tests := []struct {
		name, expectation, exchanges string
		requests                     []string
		problems                     []string
	}{
		{"in order", requestsOf("GET /a", "GET /b"), two, []string{"GET /a", "GET /b"}, nil},
		{"one is missing", requestsOf("GET /a", "GET /b"), two, []string{"GET /a"}, []string{"1 of 2 requests were sent; the next would have been GET /b"}},
		{"wrong order", requestsOf("GET /a", "GET /b"), two, []string{"GET /b", "GET /a", "GET /b"}, []string{"request 1 (GET /b) comes instead of GET /a"}},
		{"one too many", requestsOf("GET /a", "GET /b"), two, []string{"GET /a", "GET /b", "GET /b?x=1"}, []string{"request 3 (GET /b?x=1) comes after the last"}},
		{"other method", requestsOf("GET /a", "GET /b"), two, []string{"POST /a", "GET /a", "GET /b"}, []string{"request 1 (POST /a) comes instead of GET /a"}},
		{"path on the wire", requestsOf("GET /a%2fb/"), "- {method: GET, path: /a%2fb/, status: 200}\n", []string{"GET /a%2Fb/"}, nil},
		{"path decoded", requestsOf("GET /a%2fb/"), "- {method: GET, path: /a%2fb/, status: 200}\n", []string{"GET /a/b/"}, []string{"instead of GET /a%2fb/", "0 of 1"}},
		{"other spelling", requestsOf("GET /~a") + "pathAlternatives: ['/%7Ea']\n", "- {method: GET, path: /~a, status: 200}\n", []string{"GET /%7ea"}, nil},
		{"group", groupMirror, group, []string{"GET /b?n=2", "GET /b", "GET /a", "GET /c"}, nil},
		{"group left too early", groupMirror, group, []string{"GET /b", "GET /c", "GET /a", "GET /b?n=2", "GET /c"}, []string{"request 2 (GET /c) comes instead of GET /a or GET /b"}},
		{"document", requestsOf("GET /a"), "- {method: GET, path: /d, status: 200, document: true, bodyFile: doc.yaml}\n- {method: GET, path: /a, status: 200}\n", []string{"GET /d", "GET /a", "GET /d"}, nil},
		{"document unread", requestsOf("GET /a"), "- {method: GET, path: /d, status: 200, document: true, bodyFile: doc.yaml}\n- {method: GET, path: /a, status: 200}\n", []string{"GET /a"}, nil},
		{"too soon", requestsOf("GET /a", "GET /b"), strings.Replace(two, "503", "503, minGapMs: 5000", 1), []string{"GET /a", "GET /b"}, []string{"and not before 5s"}},
		{"late enough", requestsOf("GET /a", "GET /b"), strings.Replace(two, "503", "503, minGapMs: 30", 1), []string{"GET /a", "pause 40ms", "GET /b"}, nil},
		{"too late", requestsOf("GET /a", "GET /b"), strings.Replace(two, "503", "503, maxGapMs: 10", 1), []string{"GET /a", "pause 40ms", "GET /b"}, []string{"and not within 10ms"}},
		{"whole run too slow", requestsOf("GET /a", "GET /b") + "maxDurationMs: 10\n", two, []string{"GET /a", "pause 30ms", "GET /b"}, []string{"more than 10ms"}},
		{"slow reply", requestsOf("GET /a") + "maxDurationMs: 20\n", "- {method: GET, path: /a, status: 200, delayMs: 40}\n", []string{"GET /a"}, []string{"more than 20ms"}},
		{"no exchange", requestsOf(), "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want(t, judged(t, succeeds+test.expectation, test.exchanges, played{requests: test.requests, outcome: success()}), test.problems...)
		})
	}
}

func TestOutcomes(t *testing.T) {
	const one = "- {method: GET, path: /a, status: 200}\n"
	mirror := requestsOf("GET /a")
	outputs := func(members map[string]any) conformance.Outcome {
		return conformance.Outcome{Ending: conformance.Success, Outputs: members}
	}
	tests := []struct {
		name, expectation, exchanges string
		p                            played
		problems                     []string
	}{
		{"rejected", "valid: false\ndetect: schema\n", "", played{outcome: conformance.Outcome{Ending: conformance.Invalid}}, nil},
		{"accepted", "valid: false\ndetect: schema\n", "", played{outcome: success()}, []string{`"success" instead of "invalid"`}},
		{"rejected late", "valid: false\ndetect: schema\n", "", played{requests: []string{"GET /a"}, outcome: conformance.Outcome{Ending: conformance.Invalid}}, []string{"comes after the last"}},
		{"refused", succeeds + requestsOf(), "", played{outcome: conformance.Outcome{Ending: conformance.Invalid, Message: "no steps"}}, []string{`"invalid" instead of "success": no steps`}},
		{"no answer", succeeds + requestsOf(), "", played{err: errors.New("it crashed")}, []string{"it crashed"}},
		{"outputs", succeeds + mirror + "outputs: {n: 1, u: 'http://127.0.0.1', z: null}\n", one, played{requests: []string{"GET /a"}, outcome: outputs(map[string]any{"n": 1.0, "u": "http://127.0.0.1", "z": nil})}, nil},
		{
			"other outputs", succeeds + mirror + "outputs: {n: 1, z: null, l: [a]}\n", one,
			played{requests: []string{"GET /a"}, outcome: outputs(map[string]any{"n": "1", "l": []any{"a", nil}, "x": true})},
			[]string{`output "l" is ["a",null] instead of ["a"]`, `output "n" is "1" instead of 1`, `output "z" is missing; expected null`, `unexpected output "x": true`},
		},
		{"no outputs", succeeds + requestsOf() + "outputs: {}\n", "", played{outcome: outputs(map[string]any{"x": 1})}, []string{`unexpected output "x"`}},
		{"alternative outputs", succeeds + requestsOf() + "outputs: {n: 1}\nalternatives: [{outputs: {n: 2}}]\n", "", played{outcome: outputs(map[string]any{"n": 2})}, nil},
		{"neither", succeeds + requestsOf() + "outputs: {n: 1}\nalternatives: [{outputs: {n: 2}}]\n", "", played{outcome: outputs(map[string]any{"n": 3})}, []string{"is 3 instead of 1"}},
		{"alternative failure", succeeds + mirror + "outputs: {n: 1}\nalternatives: [{outcome: failure, requests: []}]\n", one, played{outcome: conformance.Outcome{Ending: conformance.Failure}}, nil},
		{"alternative rejection", succeeds + mirror + "alternatives: [{valid: false}]\n", one, played{outcome: conformance.Outcome{Ending: conformance.Invalid}}, nil},
		{"alternative rejection too late", succeeds + mirror + "alternatives: [{valid: false}]\n", one, played{requests: []string{"GET /a"}, outcome: conformance.Outcome{Ending: conformance.Invalid}}, []string{`"invalid" instead of "success"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want(t, judged(t, test.expectation, test.exchanges, test.p), test.problems...)
		})
	}
}

func TestAmbiguousCaseDiffers(t *testing.T) {
	r := judged(t, succeeds+requestsOf()+"ambiguous: true\n", "", played{outcome: conformance.Outcome{Ending: conformance.Failure}})
	if r.Verdict != conformance.Differs || len(r.Problems) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestCancelledSuite makes sure that a suite that is interrupted does not report
// a pass.
func TestCancelledSuite(t *testing.T) {
	c, err := write(t, succeeds+requestsOf(), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, r := range conformance.JudgeAll(ctx, []*conformance.Case{c, c}, played{outcome: success()}, 0) {
		want(t, r, "the case was not run")
	}
}

func TestFaultyCases(t *testing.T) {
	const one = "- {method: GET, path: /a, status: 200}\n"
	tests := []struct{ name, expectation, exchanges, want string }{
		{"unknown key", succeeds + requestsOf() + "output: {}\n", "", "field output not found"},
		{"unknown key of an exchange", succeeds + requestsOf("GET /a"), "- {method: GET, path: /a, status: 200, delay: 1}\n", "field delay not found"},
		{"unknown expectation", succeeds + requestsOf("GET /a"), "- {method: GET, path: /a, status: 200, expect: {header: {}}}\n", "field header not found"},
		{"valid is missing", "workflow: w\n", "", "valid is required"},
		{"no detect", "valid: false\n", "", "detect is"},
		{"outcome of an invalid one", "valid: false\ndetect: schema\noutcome: failure\n", "", "neither outcome nor outputs"},
		{"no workflow", "valid: true\noutcome: success\nrequests: []\n", "", "workflow is required"},
		{"no outcome", "valid: true\nworkflow: w\nrequests: []\n", "", "outcome is"},
		{"requests differ", succeeds + requestsOf("GET /b"), one, "the requests in expect.yaml are not those of server.yaml"},
		{"requests of an alternative", succeeds + requestsOf("GET /a") + "alternatives: [{requests: [{method: GET, path: /b}]}]\n", one, "the requests of alternative 1"},
		{"no such file", succeeds + requestsOf("GET /a"), "- {method: GET, path: /a, status: 200, bodyFile: x}\n", `file "x" does not exist`},
		{"no such document", succeeds + requestsOf() + "provide: [x.yaml]\n", "", `"x.yaml" does not exist`},
		{"relative path", succeeds + requestsOf("GET a"), "- {method: GET, path: a, status: 200}\n", "absolute path"},
		{"no status", succeeds + requestsOf("GET /a"), "- {method: GET, path: /a}\n", "status 0"},
		{"gaps", succeeds + requestsOf("GET /a"), "- {method: GET, path: /a, status: 200, minGapMs: 2, maxGapMs: 1}\n", "maxGapMs is less"},
		{"no number of JSON", succeeds + requestsOf() + "outputs: {n: 0x1F}\n", "", "not a number of JSON"},
		{"member twice", succeeds + requestsOf() + "outputs: {n: {a: 1, a: 2}}\n", "", "given twice"},
		{"level", succeeds + requestsOf() + "level: MUSTNT\n", "", "level"},
		{"two documents", succeeds + requestsOf() + "---\n{}\n", "", "more than one document"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := write(t, test.expectation, test.exchanges); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestFaultySkips(t *testing.T) {
	c, err := write(t, succeeds+requestsOf(), "")
	if err != nil {
		t.Fatal(err)
	}
	for text, part := range map[string]string{
		"- {reason: r, cases: [d]}": `there is no case "d"`,
		"- {cases: [c]}":            "a reason and cases are required",
		"- {reason: r}":             "a reason and cases are required",
		"- {reason: r, cases: [c]}\n- {reason: s, cases: [c]}":         "skipped twice",
		"- {reason: r, cases: [c], until: 1}":                          "field until not found",
		"- {reason: r, cases: [c], mode: a}\n- {reason: s, case: [c]}": "field case not found",
	} {
		if _, err := conformance.ParseSkips([]byte(text), []*conformance.Case{c}); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: error %v, want %q", text, err, part)
		}
	}
}

func TestUncoveredRequirement(t *testing.T) {
	c, err := write(t, succeeds+requestsOf(), "")
	if err != nil {
		t.Fatal(err)
	}
	sections := []conformance.Section{{Title: "S", Requirements: []conformance.Requirement{{ID: "Y-01", Title: "t"}}}}
	_, err = conformance.Coverage(sections, []*conformance.Case{c}, nil)
	if err == nil || !strings.Contains(err.Error(), "no case is about Y-01") || !strings.Contains(err.Error(), `"X-01", which is not in the checklist`) {
		t.Error(err)
	}
}
