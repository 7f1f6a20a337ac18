package runtime_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
)

func TestAbsentValues(t *testing.T) {
	const inputs = `
- workflowId: w
  inputs:
    type: object
    properties: {a: {type: [string, "null"]}, o: {type: object}, tags: {type: array}, n: {type: integer}}
  steps:
  - stepId: s
    operationId: `
	tests := []struct {
		name   string
		step   string
		inputs map[string]any
		want   string // the request, or what the failure says
		header string
	}{
		{"a member is left out", `createPet
    requestBody: {payload: {a: $inputs.a, b: 1, c: {d: $inputs.a}}}`, nil, `POST https://pets.example/v1/pets {"b":1,"c":{}}`, ""},
		{"null is sent", `createPet
    requestBody: {payload: {a: $inputs.a, b: 1}}`, map[string]any{"a": nil}, `POST https://pets.example/v1/pets {"a":null,"b":1}`, ""},
		{"members keep the order of the document", `createPet
    requestBody: {payload: {z: 1, a: $inputs.a, m: [true, null, 1.50]}}`, map[string]any{"a": "x"}, `POST https://pets.example/v1/pets {"z":1,"a":"x","m":[true,null,1.50]}`, ""},
		{"an embedded one is an error", `createPet
    requestBody: {payload: {a: 'x-{$inputs.a}'}}`, nil, `needs input "a", which is absent`, ""},
		{"in an array it is an error", `createPet
    requestBody: {payload: {l: [1, $inputs.a]}}`, nil, `needs input "a", which is absent`, ""},
		{"the whole payload", `createPet
    requestBody: {payload: $inputs.o}`, nil, `POST https://pets.example/v1/pets`, ""},
		{"the whole payload keeps its type", `createPet
    requestBody: {payload: $inputs.o}`, map[string]any{"o": map[string]any{"n": json.Number("12345678901234567890")}}, `POST https://pets.example/v1/pets {"n":12345678901234567890}`, ""},
		{"a query parameter is left out", `listPets
    parameters: [{name: limit, in: query, value: $inputs.n}, {name: X-Trace, in: header, value: 't-{$inputs.a}'}]`, nil, `GET https://pets.example/v1/pets`, ""},
		{"a path parameter is an error", `getPet
    parameters: [{name: id, in: path, value: $inputs.a}]`, nil, `the path parameter "id" needs input "a", which is absent`, ""},
		{"a path value is escaped", `getPet
    parameters: [{name: id, in: path, value: $inputs.a}]`, map[string]any{"a": "a/b c?#%"}, `GET https://pets.example/v1/pets/a%2Fb%20c%3F%23%25`, ""},
		{"arrays are exploded", `listPets
    parameters: [{name: tag, in: query, value: $inputs.tags}]`, map[string]any{"tags": []any{"a b", "ü&"}}, `GET https://pets.example/v1/pets?tag=a%20b&tag=%C3%BC%26`, ""},
		{"a header of the step", `listPets
    parameters: [{name: x-trace, in: header, value: $inputs.n}]`, map[string]any{"n": 7}, `GET https://pets.example/v1/pets`, "7"},
		{"a text payload is JSON already", `createPet
    requestBody: {payload: '{"a": "{$inputs.a}", "n": {$inputs.n}}'}`, map[string]any{"a": "x", "n": 3}, `POST https://pets.example/v1/pets {"a": "x", "n": 3}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTrial(t, inputs+tt.step+"\n", ok("{}"))
			tr.options.Inputs = tt.inputs
			res := tr.run(t)
			if len(tr.script.requests) == 0 {
				if res.Failure == nil || !strings.Contains(res.Failure.Message, tt.want) || res.Failure.Hint == "" {
					t.Errorf("nothing was sent, and the failure is %+v; want %s", res.Failure, tt.want)
				}
				return
			}
			if got := tr.script.lines()[0]; got != tt.want {
				t.Errorf("request is\n%s, want\n%s", got, tt.want)
			}
			if got, _ := tr.script.requests[0].Header.Lookup("X-Trace"); got != tt.header {
				t.Errorf("X-Trace is %q, want %q", got, tt.header)
			}
		})
	}
}

func TestInputsAreCheckedAllAtOnce(t *testing.T) {
	program := compile(t, `
- workflowId: w
  inputs:
    type: object
    required: [name, count, region]
    properties:
      name: {type: string}
      count: {type: integer}
      region: {type: string, enum: [eu, us]}
      size: {type: integer, minimum: 10}
      secret: {type: string, format: password, minLength: 20}
      flag: {type: boolean, default: true}
  steps:
  - {stepId: a, operationId: listPets}
`)
	tests := []struct {
		name   string
		inputs map[string]any
		want   []string
	}{
		{"sound", map[string]any{"name": "x", "count": json.Number("3.0"), "region": "eu"}, nil},
		{"nothing given", nil, []string{
			`missing-input: input "name" is required and was not given`,
			`missing-input: input "count" is required and was not given`,
			`missing-input: input "region" is required and was not given`,
		}},
		{"missing, unknown and wrong at once", map[string]any{"nam": "x", "count": "three", "region": "mars", "size": 50}, []string{
			`unknown-input: the workflow has no input "nam"`,
			`missing-input: input "name" is required and was not given`,
			`invalid-input: input "count" must be an integer, and "three" is a string`,
			`invalid-input: input "region" is "mars", which is not among the values that its schema lists`,
		}},
		{"by the whole schema", map[string]any{"name": "x", "count": 1, "region": "eu", "size": 5}, []string{
			`invalid-input: input "size" does not satisfy its schema: minimum`,
		}},
		{"without showing a secret", map[string]any{"name": "x", "count": 1, "region": "eu", "secret": "hunter2"}, []string{
			`invalid-input: input "secret" does not satisfy its schema: minLength`,
		}},
		{"not even a wrong one", map[string]any{"name": "x", "count": 1, "region": "eu", "secret": 123456}, []string{
			`invalid-input: input "secret" must be a string, and *** is an integer`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st, problems := program.Start(runtime.StartOptions{RunID: "r", Inputs: tt.inputs, Now: epoch})
			var got []string
			for _, d := range problems {
				got = append(got, d.Rule+": "+d.Message)
				if !d.Range.Start.IsValid() {
					t.Errorf("%q has no place", d.Message)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if (st == nil) != (len(tt.want) > 0) {
				t.Errorf("state is %v", st)
			}
			if st != nil && st.Frames[0].Inputs["flag"] != true {
				t.Errorf("the default is not filled in: %v", st.Frames[0].Inputs)
			}
		})
	}
}

func TestServers(t *testing.T) {
	const head = "openapi: 3.0.3\ninfo: {title: P, version: '1'}\n"
	const paths = "paths:\n  /pets:\n    get: {operationId: listPets, responses: {'200': {description: ok}}}\n"
	tests := []struct {
		name    string
		servers string
		bind    runtime.BindOptions
		want    string
	}{
		{"the first", "servers: [{url: https://a.example/v1/}, {url: https://b.example}]\n", runtime.BindOptions{}, "https://a.example/v1/pets"},
		{"its https form if there is one", "servers: [{url: http://a.example}, {url: https://b.example}, {url: https://a.example}]\n", runtime.BindOptions{}, "https://a.example/pets"},
		{"plain if there is no other", "servers: [{url: http://a.example}]\n", runtime.BindOptions{}, "http://a.example/pets"},
		{"variables", "servers: [{url: 'https://{host}.example/{v}', variables: {host: {default: a}, v: {default: '1', enum: ['1', '2']}}}]\n", runtime.BindOptions{Variables: map[string]map[string]string{"": {"host": "c"}, "pets": {"v": "2"}}}, "https://c.example/2/pets"},
		{"a variable without a value", "servers: [{url: 'https://{host}.example'}]\n", runtime.BindOptions{}, `server-variable: the server URL "https://{host}.example" for step "a" needs a value for "host", which the description does not declare`},
		{"a variable without a default", "servers: [{url: 'https://{host}.example', variables: {host: {description: none}}}]\n", runtime.BindOptions{}, `server-variable: the server URL "https://{host}.example" for step "a" needs a value for "host"`},
		{"a variable whose default is empty", "servers: [{url: 'https://a.example/{v}', variables: {v: {default: ''}}}]\n", runtime.BindOptions{}, "https://a.example/pets"},
		{"a variable without a default, but with values", "servers: [{url: 'https://{host}.example', variables: {host: {enum: [a, b]}}}]\n", runtime.BindOptions{}, "https://a.example/pets"},
		{"a variable given empty", "servers: [{url: 'https://a.example/{v}', variables: {v: {default: v1}}}]\n", runtime.BindOptions{Variables: map[string]map[string]string{"": {"v": ""}}}, "https://a.example/pets"},
		{"an override", "servers: [{url: https://a.example}]\n", runtime.BindOptions{Servers: map[string]string{"": "http://127.0.0.1:8080/x"}}, "http://127.0.0.1:8080/x/pets"},
		{"an override by name", "servers: [{url: https://a.example}]\n", runtime.BindOptions{Servers: map[string]string{"": "https://b.example", "pets": "https://c.example"}}, "https://c.example/pets"},
		{"none", "", runtime.BindOptions{}, `no-server: the description of source "pets" names no server for step "a"`},
		{"a relative one of a file", "servers: [{url: /v2}]\n", runtime.BindOptions{}, `no-server: the server URL "/v2" for step "a" is not an absolute http or https URL`},
		{"another protocol", "servers: [{url: 'ftp://a.example'}]\n", runtime.BindOptions{}, `no-server: the server URL "ftp://a.example" for step "a" is not an absolute http or https URL`},
		{"an override for nobody", "servers: [{url: https://a.example}]\n", runtime.BindOptions{Servers: map[string]string{"cats": "https://c.example"}}, `unknown-source: a server is given for source description "cats", which the document does not have`},
		{"a query in the server URL", "servers: [{url: 'https://a.example/api?key=1'}]\n", runtime.BindOptions{}, "https://a.example/api/pets?key=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program, problems := load(t, map[string]string{
				"arazzo.yaml": document("\n- workflowId: w\n  steps:\n  - {stepId: a, operationId: listPets}\n"),
				"pets.yaml":   head + tt.servers + paths,
			})
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			_, problems = program.Bind(t.Context(), tt.bind)
			if errs := problems.Err(); errs != nil {
				if got := problems[0].Rule + ": " + problems[0].Message; got != tt.want {
					t.Errorf("problem is %s, want %s", got, tt.want)
				}
				if problems[0].Hint == "" {
					t.Error("there is no hint")
				}
				return
			}
			tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, options: runtime.StartOptions{RunID: "r", Now: epoch}, bind: tt.bind}
			tr.run(t)
			if got := tr.script.requests[0].URL; got != tt.want {
				t.Errorf("URL is %s, want %s", got, tt.want)
			}
		})
	}
}

func TestValuesOfServerVariablesThatAreNotListedAreTakenWithAWarning(t *testing.T) {
	const description = "openapi: 3.0.3\nservers: [{url: 'https://a.example/{v}', variables: {v: VARIABLE}}]\n" +
		"paths:\n  /a: {get: {operationId: a, responses: {'200': {description: ok}}}, put: {operationId: b, responses: {'200': {description: ok}}}}\n"
	tests := []struct {
		name, variable string
		given          map[string]string
		want           []string
	}{
		{"one that is listed", "{default: a, enum: [a, b]}", map[string]string{"v": "b"}, nil},
		{"one that is not", "{default: a, enum: [a, b]}", map[string]string{"v": "c"}, []string{
			`pets.yaml:2:11: server variable "v" is "c", which the description does not list (server-variable-value)`,
		}},
		{"a default that is not", "{default: c, enum: [a, b]}", nil, []string{
			`pets.yaml:2:11: server variable "v" is by default "c", which the description does not list (server-variable-value)`,
		}},
		{"a default that does not count", "{default: c, enum: [a, b]}", map[string]string{"v": "a"}, nil},
		{"no list", "{default: a, enum: []}", map[string]string{"v": "c"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			program, problems := load(t, map[string]string{
				"arazzo.yaml": document("\n- workflowId: w\n  steps:\n  - {stepId: a, operationId: a}\n  - {stepId: b, operationId: b}\n"),
				"pets.yaml":   strings.Replace(description, "VARIABLE", tt.variable, 1),
			})
			if err := problems.Err(); err != nil {
				t.Fatal(err)
			}
			_, problems = program.Bind(t.Context(), runtime.BindOptions{Variables: map[string]map[string]string{"": tt.given}})
			var got []string
			for _, d := range problems {
				d.Range.File = filepath.Base(d.Range.File)
				got = append(got, d.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOddPathKeys(t *testing.T) {
	program, problems := load(t, map[string]string{
		"arazzo.yaml": document(`
- workflowId: w
  inputs: {type: object, properties: {key: {type: string}}}
  steps:
  - stepId: fragment
    operationId: Start
  - stepId: query
    operationId: Describe
    parameters: [{name: Version, in: query, value: '2'}]
  - stepId: greedy
    operationId: Get
    parameters: [{name: Key, in: path, value: $inputs.key}, {name: 'odd | name', in: path, value: x}]
`),
		"pets.yaml": `openapi: 3.0.3
info: {title: P, version: '1'}
servers: [{url: https://a.example}]
paths:
  /#X-Target=S.Start:
    post:
      operationId: Start
      parameters: [{name: X-Target, in: header, required: true, schema: {type: string, enum: [S.Start]}}]
      responses: {'200': {description: ok}}
  /?Action=Describe&Version=1:
    get: {operationId: Describe, parameters: [{name: Version, in: query, schema: {type: string}}], responses: {'200': {description: ok}}}
  /files/{odd | name}/{Key+}:
    get: {operationId: Get, parameters: [{name: Key, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}
`,
	})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	tr := &trial{program: program, clock: newClock(), script: &script{replies: []reply{ok("{}")}}, options: runtime.StartOptions{RunID: "r", Now: epoch, Inputs: map[string]any{"key": "a/b c"}}}
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Fatalf("run ends %s: %+v", res.Status, res.Failure)
	}
	want := []string{"POST https://a.example/", "GET https://a.example/?Action=Describe&Version=2", "GET https://a.example/files/x/a/b%20c"}
	if diff := cmp.Diff(want, tr.script.lines()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if v, _ := tr.script.requests[0].Header.Lookup("X-Target"); v != "S.Start" {
		t.Errorf("X-Target is %q, want the only value that it can have", v)
	}
}

func TestEventsHideSecrets(t *testing.T) {
	tr := newTrial(t, `
- workflowId: w
  inputs: {type: object, properties: {password: {type: string, format: password}, token: {type: string}}}
  steps:
  - stepId: a
    operationId: createPet
    parameters:
    - {name: Authorization, in: header, value: 'Bearer {$inputs.token}'}
    - {name: pass, in: query, value: $inputs.password}
    requestBody: {payload: {p: $inputs.password}}
    successCriteria: [{condition: $response.body#/echo == 'x'}]
    outputs: {echo: $response.body#/echo}
`, ok(`{"echo":"hunter2 & more"}`))
	seen := &recorder{}
	tr.observer = seen
	tr.options.Inputs = map[string]any{"password": "hunter2 & more", "token": "tok-12345"}
	res := tr.run(t)
	if !strings.Contains(string(tr.script.requests[0].Body), "hunter2") {
		t.Fatalf("the request does not carry the secret at all: %s", tr.script.requests[0].Body)
	}
	shown := seen.text() + res.Failure.Message
	for _, secret := range []string{"hunter2", "tok-12345", "hunter2%20%26%20more"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q shows in:\n%s", secret, shown)
		}
	}
	if !strings.Contains(shown, "***") {
		t.Errorf("nothing is masked in:\n%s", shown)
	}
}

// TestTextsAreBounded puts a large input into one text many times.
func TestTextsAreBounded(t *testing.T) {
	large := strings.Repeat("x", 1<<20)
	for _, step := range []string{
		"createPet\n    requestBody: {payload: {a: '" + strings.Repeat("{$inputs.a}", 70) + "'}}",
		"createPet\n    requestBody: {payload: [" + strings.Repeat("$inputs.a, ", 70) + "1]}",
		"createPet\n    requestBody: {contentType: text/plain, payload: '" + strings.Repeat("{$inputs.a}", 70) + "'}",
		"listPets\n    parameters: [{name: limit, in: query, value: '" + strings.Repeat("{$inputs.a}", 70) + "', }, {name: X-Trace, in: header, value: $inputs.a}]",
		"listPets\n    parameters: [{name: X-Trace, in: header, value: '{$inputs.a}{$inputs.a}'}]",
		"getPet\n    parameters: [{name: id, in: path, value: $inputs.a}]",
	} {
		tr := newTrial(t, "\n- workflowId: w\n  inputs: {type: object}\n  steps:\n  - stepId: s\n    operationId: "+step+"\n", ok("{}"))
		tr.options.Inputs = map[string]any{"a": large}
		res := tr.run(t)
		if len(tr.script.requests) > 0 {
			size := len(tr.script.requests[0].URL) + len(tr.script.requests[0].Body)
			for _, f := range tr.script.requests[0].Header {
				size += len(f.Value)
			}
			if size > 2<<20 {
				t.Errorf("%.60q: a request of %d bytes is sent", step, size)
			}
		} else if res.Failure == nil || len(res.Failure.Message) > 1000 {
			t.Errorf("%.60q: failure is %+v", step, res.Failure)
		}
	}
}
