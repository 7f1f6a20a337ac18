package runtime_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/expr"
	"github.com/seed-d89508e2/arazzo/runtime"
)

const publishedFolder = "../../shared/corpus"

// TestPublishedRequests holds what published documents send that bend the rules,
// or that need more of OpenAPI than most.
func TestPublishedRequests(t *testing.T) {
	if _, err := os.Stat(publishedFolder); err != nil {
		t.Skip("the published documents are not here")
	}
	note := expr.NewBinary([]byte("hello\n"), "text/plain")
	note.Name = "note.txt"
	tests := []struct {
		file    string
		inputs  string
		files   map[string]any
		replies []string
		// want are the requests: method, URL, telling header fields, body.
		want []string
	}{
		{
			file: "amazon-ec2/arazzo/amazon-ec2-audit-security-group-usage-workflow.yml", inputs: `{"groupId":"sg-1 &x"}`, replies: []string{"{}"},
			want: []string{
				"GET /?Action=DescribeSecurityGroups&Version=2016-11-15&GroupId=sg-1%20%26x",
				"GET /?Action=DescribeInstances&Version=2016-11-15&Filter=instance.group-id%3Dsg-1%20%26x",
			},
		},
		{
			file: "airtable/arazzo/airtable-upsert-record-workflow.yml", inputs: `{"baseId":"b","tableIdOrName":"My Table","keyField":"Name","keyValue":"O'x","fields":{"n":12345678901234567890}}`,
			replies: []string{`{"tables":[]}`, `{"records":[]}`, `{"records":[{"id":"r"}]}`},
			want: []string{
				"GET /meta/bases/b/tables",
				"GET /b/My%20Table?filterByFormula=Name%20%3D%20%27O%27x%27&maxRecords=1",
				`POST /b/My%20Table application/json {"records":[{"fields":{"n":12345678901234567890}}],"typecast":true}`,
			},
		},
		{
			file: "github/arazzo/github-commit-file-to-new-branch-workflow.yml", inputs: `{"githubToken":"tok","owner":"o","repo":"r","baseBranch":"main","newBranch":"fix/a","path":"docs/a b.md","message":"m","contentBase64":"eA=="}`,
			replies: []string{`{"object":{"sha":"abc"}}`, `201 {"ref":"refs/heads/fix/a"}`, `201 {}`},
			want: []string{
				"GET /repos/o/r/git/ref/heads%2Fmain Bearer tok",
				`POST /repos/o/r/git/refs Bearer tok application/json {"ref":"refs/heads/fix/a","sha":"abc"}`,
				`PUT /repos/o/r/contents/docs%2Fa%20b.md Bearer tok application/json {"message":"m","content":"eA==","branch":"fix/a"}`,
			},
		},
		{
			file: "stripe/arazzo/stripe-checkout-session-and-lineitems-workflow.yml", inputs: `{"price":"p_1","successUrl":"https://x.example/?a=b&c"}`, replies: []string{`{"id":"cs_1","url":"u"}`},
			want: []string{
				"POST /v1/checkout/sessions application/x-www-form-urlencoded success_url=https%3A%2F%2Fx.example%2F%3Fa%3Db%26c&line_items%5B0%5D%5Bprice%5D=p_1",
				"GET /v1/checkout/sessions/cs_1",
				"GET /v1/checkout/sessions/cs_1/line_items",
			},
		},
		{
			file: "jenkins/arazzo/jenkins-trigger-parameterized-build-workflow.yml", inputs: `{"jobName":"my job","parameters":{"BRANCH":"fix/a","N":7}}`,
			replies: []string{`{"buildable":true,"nextBuildNumber":7}`, `201 {}`, `{"items":[]}`, `{"building":false,"number":7}`},
			want: []string{
				"GET /job/my%20job/api/json?tree=name%2Cbuildable%2CinQueue%2CnextBuildNumber",
				"POST /job/my%20job/buildWithParameters application/x-www-form-urlencoded BRANCH=fix%2Fa&N=7",
				"GET /queue/api/json",
				"GET /job/my%20job/7/api/json?tree=number%2Cbuilding%2Cresult%2Cduration%2Curl%2Cactions%5Bparameters%5Bname%2Cvalue%5D%5D",
			},
		},
		{
			file: "anthropic/arazzo/anthropic-upload-list-and-cleanup-file-workflow.yml", inputs: `{"apiKey":"key-1"}`, files: map[string]any{"file": note}, replies: []string{`{"id":"f","filename":"note.txt"}`},
			want: []string{
				"POST /files key-1 multipart/form-data name=\"file\"; filename=\"note.txt\"|Content-Type: text/plain||hello",
				"GET /files?limit=100 key-1",
				"DELETE /files/f key-1",
			},
		},
		{
			file: "medplum/arazzo/medplum-finalize-observation-workflow.yml", inputs: `{}`, replies: []string{`{"entry":[{"resource":{"id":"o/1"}}]}`, "204 {}", `{"status":"final"}`},
			want: []string{
				"GET /fhir/R4/Observation",
				`PATCH /fhir/R4/Observation/o%2F1 application/json-patch+json [{"op":"replace","path":"/status","value":"final"}]`,
				"GET /fhir/R4/Observation/o%2F1",
			},
		},
		{
			file: "salesforce/arazzo/salesforce-bulk-insert-records-workflow.yml", inputs: `{"object":"Contact","csvData":"a,b\r\n\"é\",2\r\n"}`,
			replies: []string{`{"id":"j"}`, "201 ", "{}", `{"state":"JobComplete"}`},
			want: []string{
				`POST /ingest application/json {"operation":"insert","object":"Contact","contentType":"CSV","columnDelimiter":"COMMA"}`,
				"PUT /ingest/j/batches text/csv a,b\r\n\"é\",2\r\n",
				`PATCH /ingest/j application/json {"state":"UploadComplete"}`,
				"GET /ingest/j",
				"GET /ingest/j/successfulResults",
			},
		},
		{
			file: "salesforce/arazzo/salesforce-create-account-with-contacts-workflow.yml", inputs: `{"account":{"Name":"A","n":1.0},"contact":{"LastName":"L","Title":null}}`,
			replies: []string{`201 {"id":"a"}`},
			want: []string{
				`POST /sobjects/Account application/json {"Name":"A","n":1.0}`,
				`POST /sobjects/Contact application/json {"LastName":"L","Title":null,"AccountId":"a"}`,
			},
		},
		{
			file: "replicate/arazzo/replicate-search-model-and-predict-workflow.yml", inputs: `{"apiToken":"tok","query":"a {$x} \"b\"","input":{"seed":12345678901234567890}}`,
			replies: []string{`{"results":[{"name":"m","latest_version":{"id":"v"}}]}`, `201 {"id":"p"}`, `{"status":"succeeded"}`},
			want: []string{
				`QUERY /models Bearer tok text/plain a {$x} "b"`,
				`POST /predictions Bearer tok application/json {"version":"v","input":{"seed":12345678901234567890}}`,
				"GET /predictions/p Bearer tok",
			},
		},
		{
			file: "airtable/arazzo/airtable-deprovision-scim-user-workflow.yml", inputs: `{"userName":"a+b@x.example"}`, replies: []string{`{"Resources":[{"id":"u"}]}`, "204 "},
			want: []string{"GET /Users?filter=userName%20eq%20%22a%2Bb%40x.example%22&count=1", "DELETE /Users/u"},
		},
		{
			file: "zendesk/arazzo/zendesk-create-ticket-assign-group-workflow.yml", inputs: `{"groupName":"g","subject":"s","commentBody":"c"}`, replies: []string{`{"groups":[{"name":"g","id":12345678901234567890}]}`, "201 {}"},
			want: []string{
				"GET /api/v2/groups",
				`POST /api/v2/tickets application/json {"ticket":{"subject":"s","comment":{"body":"c","public":true},"group_id":12345678901234567890}}`,
			},
		},
		{
			file: "asana/arazzo/asana-attach-file-to-task-workflow.yml", inputs: `{"workspaceGid":"w","taskName":"t","attachmentName":"ü","attachmentUrl":"https://x.example"}`, replies: []string{`201 {"data":{"gid":"1"}}`, "{}"},
			want: []string{
				`POST /tasks application/json {"data":{"name":"t","workspace":"w"}}`,
				`POST /attachments multipart/form-data name="parent"||1|-- name="resource_subtype"||external|-- name="name"||ü|-- name="url"||https://x.example`,
			},
		},
	}
	for _, test := range tests {
		t.Run(filepath.Base(test.file), func(t *testing.T) {
			res, lines := runPublished(t, test.file, test.inputs, test.files, test.replies)
			if diff := cmp.Diff(test.want, lines); diff != "" {
				t.Errorf("requests (-want +got):\n%s\nthe run ends %s: %+v", diff, res.Status, res.Failure)
			}
		})
	}
}

func runPublished(t *testing.T, file, inputs string, files map[string]any, replies []string) (*runtime.Result, []string) {
	t.Helper()
	bundle, problems := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(publishedFolder, filepath.FromSlash(file)))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	s := &script{}
	for _, r := range replies {
		status := 200
		if code, body, found := strings.Cut(r, " "); found && len(code) == 3 {
			if _, err := fmt.Sscan(code, &status); err == nil {
				r = body
			}
		}
		s.replies = append(s.replies, reply{status: status, body: r})
	}
	values := map[string]any{}
	dec := json.NewDecoder(strings.NewReader(inputs))
	dec.UseNumber()
	if err := dec.Decode(&values); err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		values[name] = f
	}
	tr := &trial{
		program: program, clock: newClock(), script: s, bind: runtime.BindOptions{Servers: map[string]string{"": "https://h.example"}},
		options: runtime.StartOptions{RunID: "r", Now: epoch, Inputs: values, Policy: runtime.Policy{MaxSteps: 20}},
	}
	res := tr.run(t)
	var lines []string
	boundary := regexp.MustCompile(`(?s)^--(arazzo-[0-9a-f]+)\r\nContent-Disposition: form-data; (.*)\r\n--arazzo-[0-9a-f]+--\r\n$`)
	for _, req := range s.requests {
		line := req.Method + " " + strings.TrimPrefix(req.URL, "https://h.example")
		for _, name := range []string{"Authorization", "X-Api-Key", "Content-Type"} {
			if v, ok := req.Header.Lookup(name); ok {
				v, _, _ = strings.Cut(v, ";")
				line += " " + v
			}
		}
		body := string(req.Body)
		if m := boundary.FindStringSubmatch(body); m != nil {
			body = strings.NewReplacer("\r\n", "|", "\n", "", m[1]+"\r\nContent-Disposition: form-data;", "").Replace(m[2])
		}
		if body != "" {
			line += " " + body
		}
		lines = append(lines, line)
	}
	return res, lines
}
