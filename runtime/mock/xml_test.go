package mock_test

import (
	"cmp"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/mock"
	"github.com/seed-d89508e2/arazzo/runtime/mock/mocktest"
)

// xmlService describes one operation that answers with XML.
func xmlService(path, id, schema string) string {
	return `openapi: 3.1.0
info: {title: S, version: "1"}
servers: [{url: https://service.example}]
paths:
  ` + path + `:
    get:
      operationId: ` + id + `
      responses:
        "200": {description: ok, content: {application/xml: {schema: {$ref: '#/components/schemas/` + schema + `'}}}}
components:
  schemas:
    Order:
      type: object
      xml: {name: order, namespace: 'urn:o'}
      properties:
        id: {type: integer, xml: {attribute: true}}
        note: {type: string}
        lines: {type: array, xml: {wrapped: true}, items: {type: string, xml: {name: line}}}
        tags: {type: array, items: {type: string, xml: {name: tag}}}
        extra: {type: object, additionalProperties: {type: integer}}
    ListThingsResponse:
      type: object
      properties:
        thingSet: {type: array, items: {type: object, properties: {thingId: {type: string}, state: {type: object, properties: {name: {type: string}}}}}}
        nextToken: {type: string}
    ListGroupsResponse:
      type: object
      properties:
        Groups: {type: array, items: {type: object, properties: {Name: {type: string}}}}
`
}

func xmlWorkflow(id, outputs, criterion string) string {
	return `arazzo: 1.1.0
info: {title: T, version: "1"}
sourceDescriptions: [{name: s, url: s.yaml, type: openapi}]
workflows:
- workflowId: w
  steps:
  - stepId: one
    operationId: ` + id + `
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {` + cmp.Or(outputs, "v: $statusCode") + `}
    onSuccess:
    - name: exit
      type: end
      criteria: [` + criterion + `]
  outputs: {v: $steps.one.outputs.v}
`
}

// TestXMLIsWrittenAsServersDo holds the form of XML on the wire: by the xml
// keywords of the schema, and in the two levels of lists of the protocols that
// name their operations by a parameter; and that a run reads it.
func TestXMLIsWrittenAsServersDo(t *testing.T) {
	tests := []struct {
		name, path, id, schema, outputs, criterion, want, v string
	}{
		{
			"by keywords", "/order", "readOrder", "Order", "v: $response.body#/lines/0", jsonpath("$.tags[0] == 'x' && $.id == 7"),
			`<order id="7" xmlns="urn:o"><note>example-note</note><lines><line>example-lines</line></lines><tag>x</tag>` +
				`<extra><entry><key>key1</key><value>2</value></entry></extra></order>`, "example-lines",
		},
		{
			"lists of items", "/?Action=ListThings", "listThings", "ListThingsResponse", "v: $response.body#/thingSet/0/thingId", jsonpath("$.thingSet[0].state.name == 'running' && $.nextToken == null"),
			`<ListThingsResponse><thingSet><item><thingId>example-thing-id</thingId><state><name>running</name></state></item></thingSet></ListThingsResponse>`, "example-thing-id",
		},
		{
			"lists of members in a result", "/?Action=ListGroups", "listGroups", "ListGroupsResponse", "v: $response.body#/Groups/1/Name", jsonpath("$.Groups.length == 2"),
			`<ListGroupsResponse><ListGroupsResult><Groups><member><Name>example-name</Name></member><member><Name>example-name</Name></member></Groups></ListGroupsResult></ListGroupsResponse>`, "example-name",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := write(t, xmlWorkflow(test.id, test.outputs, test.criterion), xmlService(test.path, test.id, test.schema))
			trial := mocktest.Run(t.Context(), file, mocktest.Options{Plan: plan(mock.Turn{Action: "exit"})})
			if len(trial.Problems) > 0 || trial.Result.Status != runtime.Succeeded {
				t.Fatal(trial.Problems, trial.Result)
			}
			reply := trial.Course.Exchanges[0].Response
			if kind, _ := reply.Header.Lookup("Content-Type"); kind != "application/xml" {
				t.Errorf("the media type is %q", kind)
			}
			_, got, _ := strings.Cut(string(reply.Body), "\n")
			if d := diff.Diff(test.want, withoutTags(got)); d != "" {
				t.Errorf("body (- want, + got):\n%s", d)
			}
			if v, _ := trial.Result.Outputs["v"].(string); withoutTags(v) != test.v {
				t.Errorf("the output is %q, want %q", v, test.v)
			}
		})
	}
}

// withoutTags takes the parts away by which texts of different replies differ.
func withoutTags(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "example-")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexAny(after+"<", "<")
		name := strings.Split(after[:min(end, len(after))], "-")
		for len(name) > 1 && (len(name[len(name)-1]) == 4 || len(name[len(name)-1]) == 1) && strings.Trim(name[len(name)-1], "0123456789abcdef") == "" {
			name = name[:len(name)-1]
		}
		b.WriteString("example-" + strings.Join(name, "-"))
		text = after[min(end, len(after)):]
	}
}

// TestXPathsAreMet holds that XML is found on which an XPath holds and on which it
// does not.
func TestXPathsAreMet(t *testing.T) {
	tests := []struct {
		condition string
		never     bool // it cannot fail
	}{
		{condition: "/order/note = 'x'"},
		{condition: "/order/@id != '3'"},
		{condition: "//line[2]"},
		{condition: "//customer[@kind = 'vip']/name"},
		{condition: "count(//line) > 2"},
		{condition: "count(/order/*) = 0 or /order/total >= 10"},
		{condition: "not(/order/error)"},
		{condition: "contains(/order/note, 'abc') and starts-with(/order/state, 'done')"},
		{condition: "string-length(/order/code) = 4"},
		{condition: "/order/a = /order/b"},
		{condition: "boolean(/order/flag)"},
		{condition: "/c:customer/c:name = 'x'"},
		{condition: "//room[@id = '2']/name = 'b' and //room[@id = '1']/name = 'a'"},
		{condition: "true()", never: true},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			criterion := `{context: $response.body, type: xpath, condition: "` + test.condition + `"}`
			file := write(t, xmlWorkflow("readOrder", "", criterion), strings.Replace(xmlService("/order", "readOrder", "Order"), ", namespace: 'urn:o'", "", 1))
			for _, want := range []bool{true, false} {
				turn := mock.Turn{Action: "exit"}
				status := runtime.Succeeded
				if !want {
					turn = mock.Turn{NoAction: true, Result: mock.Success}
					status = runtime.Unhandled
				}
				trial := mocktest.Run(t.Context(), file, mocktest.Options{Plan: plan(turn), Direct: true})
				if !want && test.never {
					if len(trial.Problems) == 0 {
						t.Errorf("it fails: %s", trial.Course.Exchanges[0].Response.Body)
					}
					continue
				}
				if len(trial.Problems) > 0 {
					t.Errorf("holds %t: %v", want, trial.Problems)
				} else if trial.Result.Status != status {
					t.Errorf("holds %t: the run ends %s on %s", want, trial.Result.Status, trial.Course.Exchanges[0].Response.Body)
				}
			}
		})
	}
}

// TestXPathOutputsAreProvided holds that a reply has what a selector reads.
func TestXPathOutputsAreProvided(t *testing.T) {
	text := xmlWorkflow("readOrder", "v: {context: $response.body, selector: '/order/customer[@id]/name', type: xpath}", "{condition: $statusCode == 200}")
	trial := mocktest.Run(t.Context(), write(t, text, strings.Replace(xmlService("/order", "readOrder", "Order"), ", namespace: 'urn:o'", "", 1)), mocktest.Options{})
	if len(trial.Problems) > 0 || trial.Result.Status != runtime.Succeeded {
		t.Fatal(trial.Problems, trial.Result)
	}
	if _, ok := trial.Result.Outputs["v"]; !ok {
		t.Errorf("no output of %s", trial.Course.Exchanges[0].Response.Body)
	}
}
