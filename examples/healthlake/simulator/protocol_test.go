package simulator_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/seed-d89508e2/arazzo/examples/healthlake/simulator"
)

// exchange is one request made by hand, and its reply.
type exchange struct {
	method, path string
	target       string
	mediaType    string
	body         string
	at           time.Time
	// before changes the request before it is signed, after changes it then.
	before, after func(*http.Request)
	credential    simulator.Credential
}

type reply struct {
	status int
	header http.Header
	body   string
	json   map[string]any
	err    error
}

// kind returns the type of the error in a reply, without its namespace.
func (r reply) kind() string {
	text, _ := r.json["__type"].(string)
	_, name, found := strings.Cut(text, "#")
	if !found {
		return text
	}
	return name
}

func (r reply) message() string {
	if text, ok := r.json["Message"].(string); ok {
		return text
	}
	text, _ := r.json["message"].(string)
	return text
}

// send signs a request with the signer of the SDK and carries it out.
func (x exchange) send(t *testing.T, e *simulator.Endpoint) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if x.method == "" {
		x.method = http.MethodPost
	}
	if x.path == "" {
		x.path = "/"
	}
	if x.mediaType == "" {
		x.mediaType = "application/x-amz-json-1.0"
	}
	keys := x.credential
	if keys.AccessKeyID == "" {
		keys = simulator.SampleCredential()
	}
	if x.at.IsZero() {
		x.at = time.Now()
	}
	req, err := http.NewRequestWithContext(ctx, x.method, e.URL()+x.path, strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", x.mediaType)
	if x.target != "" {
		req.Header.Set("X-Amz-Target", "HealthLake."+x.target)
	}
	if x.before != nil {
		x.before(req)
	}
	digest := sha256.Sum256([]byte(x.body))
	err = v4.NewSigner().SignHTTP(ctx, aws.Credentials{
		AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken,
	}, req, hex.EncodeToString(digest[:]), "healthlake", simulator.DefaultRegion, x.at)
	if err != nil {
		t.Fatal(err)
	}
	if x.after != nil {
		x.after(req)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	out := reply{status: resp.StatusCode, header: resp.Header, body: string(body), err: err}
	if json.Unmarshal(body, &out.json) != nil {
		out.json = nil
	}
	return out
}

const describeBody = `{"DatastoreId":"0123456789abcdef0123456789abcdef","JobId":"unknown"}`

func startBody(members string) string {
	return `{"DatastoreId":"0123456789abcdef0123456789abcdef",
		"InputDataConfig":{"S3Uri":"s3://example-input/fhir/"},
		"JobOutputDataConfig":{"S3Configuration":{"S3Uri":"s3://example-output","KmsKeyId":"alias/example"}},
		"DataAccessRoleArn":"arn:aws:iam::123456789012:role/import"` + members + `}`
}

func TestChecksAndTheirOrder(t *testing.T) {
	setHeader := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	rewrite := func(from, to string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
		}
	}
	tests := []struct {
		name   string
		x      exchange
		status int
		kind   string
		part   string
	}{
		{name: "method first", x: exchange{method: "GET", path: "/x?y"}, status: 405, kind: "MethodNotAllowedException"},
		{name: "path before media type", x: exchange{path: "/x", mediaType: "text/plain"}, status: 404, kind: "UnknownOperationException", part: "'/x'"},
		{name: "escaped fragment", x: exchange{path: "/%23X-Amz-Target=HealthLake.StartFHIRImportJob", target: "StartFHIRImportJob"}, status: 404, kind: "UnknownOperationException"},
		{name: "two slashes", x: exchange{path: "//", target: "DescribeFHIRImportJob"}, status: 404, kind: "UnknownOperationException"},
		{name: "query", x: exchange{path: "/?MaxResults=5", target: "ListFHIRImportJobs"}, status: 404, kind: "UnknownOperationException", part: "query"},
		{name: "empty query", x: exchange{path: "/?", target: "ListFHIRImportJobs"}, status: 404, kind: "UnknownOperationException", part: "query"},
		{name: "media type before target", x: exchange{mediaType: "application/json"}, status: 415, kind: "UnsupportedMediaTypeException"},
		{name: "media type with charset", x: exchange{mediaType: "application/x-amz-json-1.0; charset=utf-8", target: "DescribeFHIRImportJob"}, status: 415, kind: "UnsupportedMediaTypeException"},
		{name: "media type of 1.1", x: exchange{mediaType: "application/x-amz-json-1.1", target: "DescribeFHIRImportJob"}, status: 415, kind: "UnsupportedMediaTypeException"},
		{name: "no target", x: exchange{}, status: 404, kind: "UnknownOperationException"},
		{name: "unknown target before signature", x: exchange{target: "Nothing", after: setHeader("Authorization", "")}, status: 404, kind: "UnknownOperationException"},
		{name: "target of another service", x: exchange{before: setHeader("X-Amz-Target", "Other.StartFHIRImportJob")}, status: 404, kind: "UnknownOperationException"},
		{name: "no signature", x: exchange{target: "DescribeFHIRImportJob", body: "{", after: func(r *http.Request) { r.Header.Del("Authorization") }}, status: 403, kind: "MissingAuthenticationTokenException"},
		{name: "two signatures", x: exchange{target: "DescribeFHIRImportJob", after: func(r *http.Request) { r.Header.Add("Authorization", "x") }}, status: 403, kind: "IncompleteSignatureException"},
		{name: "bearer", x: exchange{target: "DescribeFHIRImportJob", after: setHeader("Authorization", "Bearer x")}, status: 403, kind: "IncompleteSignatureException"},
		{name: "no date", x: exchange{target: "DescribeFHIRImportJob", after: func(r *http.Request) { r.Header.Del("X-Amz-Date") }}, status: 403, kind: "IncompleteSignatureException"},
		{name: "date in another form", x: exchange{target: "DescribeFHIRImportJob", after: setHeader("X-Amz-Date", "2026-01-01T00:00:00Z")}, status: 403, kind: "IncompleteSignatureException"},
		{name: "date of another day", x: exchange{target: "DescribeFHIRImportJob", after: setHeader("X-Amz-Date", "20010101T000000Z")}, status: 403, kind: "InvalidSignatureException", part: "Credential scope"},
		{name: "service", x: exchange{target: "DescribeFHIRImportJob", after: rewrite("/healthlake/", "/s3/")}, status: 403, kind: "InvalidSignatureException", part: "correct service"},
		{name: "target not signed", x: exchange{target: "DescribeFHIRImportJob", after: rewrite(";x-amz-target", "")}, status: 403, kind: "IncompleteSignatureException", part: "'x-amz-target'"},
		{name: "host not signed", x: exchange{target: "DescribeFHIRImportJob", after: rewrite("host;", "")}, status: 403, kind: "IncompleteSignatureException", part: "'host'"},
		{name: "media type not signed", x: exchange{target: "DescribeFHIRImportJob", after: rewrite("content-type;", "")}, status: 403, kind: "IncompleteSignatureException", part: "'content-type'"},
		{name: "header added after signing", x: exchange{target: "DescribeFHIRImportJob", after: setHeader("X-Amz-Meta", "x")}, status: 403, kind: "IncompleteSignatureException", part: "'x-amz-meta'"},
		{name: "signed header gone", x: exchange{target: "DescribeFHIRImportJob", before: setHeader("X-Amz-Meta", "x"), after: func(r *http.Request) { r.Header.Del("X-Amz-Meta") }}, status: 403, kind: "InvalidSignatureException", part: "'x-amz-meta'"},
		{name: "body hash that is wrong", x: exchange{target: "DescribeFHIRImportJob", before: setHeader("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")}, status: 403, kind: "InvalidSignatureException", part: "X-Amz-Content-Sha256"},
		{name: "body changed", x: exchange{target: "DescribeFHIRImportJob", body: describeBody, after: func(r *http.Request) {
			changed := strings.Replace(describeBody, "unknown", "another", 1)
			r.Body = io.NopCloser(strings.NewReader(changed))
		}}, status: 403, kind: "InvalidSignatureException", part: "Canonical String"},
		{name: "too old", x: exchange{target: "DescribeFHIRImportJob", at: time.Now().Add(-16 * time.Minute)}, status: 403, kind: "InvalidSignatureException", part: "Signature expired"},
		{name: "too new", x: exchange{target: "DescribeFHIRImportJob", at: time.Now().Add(16 * time.Minute)}, status: 403, kind: "InvalidSignatureException", part: "not yet current"},
		{name: "a little old", x: exchange{target: "DescribeFHIRImportJob", body: describeBody, at: time.Now().Add(-14 * time.Minute)}, status: 400, kind: "ResourceNotFoundException"},
		{name: "signature before body", x: exchange{target: "DescribeFHIRImportJob", body: "{", after: rewrite("Signature=", "Signature=0")}, status: 403, kind: "IncompleteSignatureException"},
		{name: "no body", x: exchange{target: "DescribeFHIRImportJob"}, status: 400, kind: "SerializationException"},
		{name: "half a body", x: exchange{target: "DescribeFHIRImportJob", body: "{"}, status: 400, kind: "SerializationException"},
		{name: "two values", x: exchange{target: "DescribeFHIRImportJob", body: "{} {}"}, status: 400, kind: "SerializationException"},
		{name: "array", x: exchange{target: "DescribeFHIRImportJob", body: "[]"}, status: 400, kind: "SerializationException"},
		{name: "not UTF-8", x: exchange{target: "DescribeFHIRImportJob", body: "{\"JobId\":\"\xff\"}"}, status: 400, kind: "SerializationException", part: "UTF-8"},
		{name: "deep", x: exchange{target: "DescribeFHIRImportJob", body: strings.Repeat("[", 100_000)}, status: 400, kind: "SerializationException"},
		{name: "number for a string", x: exchange{target: "DescribeFHIRImportJob", body: `{"DatastoreId":5,"JobId":"x"}`}, status: 400, kind: "SerializationException", part: "NUMBER_VALUE can not be converted to a String"},
		{name: "too large", x: exchange{target: "DescribeFHIRImportJob", body: `{"x":"` + strings.Repeat("x", 1<<20) + `"}`}, status: 413, kind: "RequestEntityTooLargeException"},
		{name: "missing members", x: exchange{target: "DescribeFHIRImportJob", body: "{}"}, status: 400, kind: "ValidationException", part: "2 validation errors detected: Value null at 'datastoreId'"},
		{name: "null is absent", x: exchange{target: "DescribeFHIRImportJob", body: `{"DatastoreId":"x","JobId":null}`}, status: 400, kind: "ValidationException", part: "1 validation error detected: Value null at 'jobId'"},
		{name: "unknown members", x: exchange{target: "DescribeFHIRImportJob", body: strings.Replace(describeBody, "{", `{"New":{"a":[1]},`, 1)}, status: 400, kind: "ResourceNotFoundException"},
		{name: "unknown data store", x: exchange{target: "DescribeFHIRDatastore", body: `{"DatastoreId":"other"}`}, status: 400, kind: "ResourceNotFoundException", part: "other"},
	}
	e := start(t, simulator.Config{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.x.send(t, e)
			if r.err != nil {
				t.Fatal(r.err)
			}
			if r.status != tt.status || r.kind() != tt.kind || !strings.Contains(r.message(), tt.part) {
				t.Errorf("reply is %d %s, want %d %s with %q", r.status, r.body, tt.status, tt.kind, tt.part)
			}
			if strings.Contains(r.body, simulator.SampleSecretAccessKey) {
				t.Errorf("the reply holds the secret")
			}
		})
	}
	if got := len(e.Jobs()); got != 0 {
		t.Errorf("%d jobs were created", got)
	}
}

func TestValidationOfStart(t *testing.T) {
	long := strings.Repeat("x", 65)
	tests := []struct {
		members string
		parts   []string
	}{
		{`,"JobName":""`, []string{"1 validation error", "'jobName'", "greater than or equal to 1"}},
		{`,"JobName":"#"`, []string{"1 validation error", "'jobName'", "regular expression pattern: ([\\p{L}"}},
		{`,"JobName":"$inputs.JobName"`, []string{"1 validation error", "'jobName'"}},
		{`,"JobName":"line\nbreak"`, []string{"'jobName'"}},
		{`,"JobName":"` + long + `"`, []string{"1 validation error", "'jobName'", "less than or equal to 64"}},
		{`,"ClientToken":"a b"`, []string{"1 validation error", "'clientToken'"}},
		{`,"ValidationLevel":"none"`, []string{"1 validation error", "enum value set: [strict, structure-only, minimal]"}},
		{`,"InputDataConfig":{}`, []string{"1 validation error", "'inputDataConfig'", "exactly one member"}},
		{`,"InputDataConfig":{"S3Uri":"https://example-input/"}`, []string{"1 validation error", "'inputDataConfig.s3Uri'"}},
		{`,"InputDataConfig":{"S3Uri":"s3://a"}`, []string{"1 validation error", "'inputDataConfig.s3Uri'"}},
		{
			`,"JobOutputDataConfig":{"S3Configuration":{"S3Uri":"s3://example-output"}}`,
			[]string{"1 validation error", "Value null at 'jobOutputDataConfig.s3Configuration.kmsKeyId'"},
		},
		{`,"DataAccessRoleArn":"arn:aws:iam::12:role/x"`, []string{"1 validation error", "'dataAccessRoleArn'"}},
		{`,"DataAccessRoleArn":null,"DatastoreId":"","ClientToken":"` + long + `"`, []string{"3 validation errors", "'dataAccessRoleArn'", "'datastoreId'", "'clientToken'"}},
	}
	e := start(t, simulator.Config{})
	for _, tt := range tests {
		t.Run(tt.members, func(t *testing.T) {
			r := exchange{target: "StartFHIRImportJob", body: startBody(tt.members)}.send(t, e)
			if r.kind() != "ValidationException" {
				t.Fatalf("reply is %d %s", r.status, r.body)
			}
			for _, part := range tt.parts {
				if !strings.Contains(r.message(), part) {
					t.Errorf("message %q lacks %q", r.message(), part)
				}
			}
		})
	}
	for _, members := range []string{
		`,"JobName":"Übung 1/2 (%)"`, `,"JobName":null`, `,"ValidationLevel":"structure-only"`, `,"ClientToken":"3f2-A"`,
	} {
		want := 200
		if strings.Contains(members, "(") {
			want = 400
		}
		if r := (exchange{target: "StartFHIRImportJob", body: startBody(members)}).send(t, e); r.status != want {
			t.Errorf("%s: reply is %d %s", members, r.status, r.body)
		}
	}
}

func TestRepliesOnTheWire(t *testing.T) {
	now := time.UnixMilli(1767225600123)
	e := start(t, simulator.Config{Now: func() time.Time { return now }})
	r := exchange{target: "StartFHIRImportJob", body: startBody(`,"JobName":null`), at: now}.send(t, e)
	if r.status != 200 {
		t.Fatalf("reply is %d %s", r.status, r.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/x-amz-json-1.0", "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if id := r.header.Get("X-Amzn-Requestid"); len(id) != 36 {
		t.Errorf("request id is %q", id)
	}
	id, _ := r.json["JobId"].(string)
	if len(id) != 32 {
		t.Errorf("job id is %q", id)
	}
	r = exchange{
		target: "DescribeFHIRImportJob", at: now, body: strings.Replace(describeBody, "unknown", id, 1),
	}.send(t, e)
	if !strings.Contains(r.body, `"SubmitTime":1767225600.123`) {
		t.Errorf("submit time is not a number of seconds: %s", r.body)
	}
	if strings.Contains(r.body, "JobName") || strings.Contains(r.body, "EndTime") {
		t.Errorf("members that have no value are there: %s", r.body)
	}
	r = exchange{target: "DescribeFHIRImportJob", at: now, body: describeBody}.send(t, e)
	if got := r.json["__type"]; got != "com.amazonaws.healthlake#ResourceNotFoundException" {
		t.Errorf("__type is %v", got)
	}
	if got := r.header.Get("X-Amzn-Errortype"); got != "ResourceNotFoundException" {
		t.Errorf("error type header is %q", got)
	}
}

func TestSwitches(t *testing.T) {
	wrongSecret := simulator.Credential{AccessKeyID: simulator.SampleAccessKeyID, SecretAccessKey: "wrong"}
	same, other := startBody(`,"ClientToken":"t"`), startBody(`,"ClientToken":"t","JobName":"other"`)
	first := exchange{target: "StartFHIRImportJob", body: same}
	second := exchange{target: "StartFHIRImportJob", body: other}
	tests := []struct {
		name   string
		config simulator.Config
		send   []exchange
		status int
		part   string
	}{
		{"status of refused signatures", simulator.Config{AuthStatus: 400}, []exchange{{target: "DescribeFHIRImportJob", credential: wrongSecret}}, 400, "InvalidSignatureException"},
		{
			"type of skew",
			simulator.Config{SkewType: "RequestExpired"},
			[]exchange{{target: "DescribeFHIRImportJob", at: time.Now().Add(-time.Hour)}},
			400, "RequestExpired",
		},
		{"page for media type", simulator.Config{MediaType: simulator.NotFoundUnlessAmazonJSON}, []exchange{{mediaType: "application/json"}}, 404, "<html>"},
		{"any JSON", simulator.Config{MediaType: simulator.AcceptAnyJSON}, []exchange{{target: "StartFHIRImportJob", mediaType: "application/json; charset=utf-8", body: same}}, 200, "SUBMITTED"},
		{"any JSON is not any text", simulator.Config{MediaType: simulator.AcceptAnyJSON}, []exchange{{target: "StartFHIRImportJob", mediaType: "text/plain", body: same}}, 415, ""},
		{"query", simulator.Config{AcceptQuery: true}, []exchange{{target: "StartFHIRImportJob", path: "/?b=2&e=1&a=x%20y&d=%2F&a=&c=~*&f", body: same}}, 200, "SUBMITTED"},
		{"spaces in a header", simulator.Config{}, []exchange{{target: "StartFHIRImportJob", body: same, before: func(r *http.Request) {
			r.Header.Set("X-Amz-Meta", "a   b")
		}}}, 200, "SUBMITTED"},
		{"a header twice", simulator.Config{}, []exchange{{target: "StartFHIRImportJob", body: same, before: func(r *http.Request) {
			r.Header["X-Amz-Meta"] = []string{"b", "a"}
		}}}, 200, "SUBMITTED"},
		{"other message member", simulator.Config{MessageMember: "message"}, []exchange{{target: "DescribeFHIRImportJob", body: "{}"}}, 400, `"message":"2 validation`},
		{"token again", simulator.Config{}, []exchange{first, first}, 200, "SUBMITTED"},
		{"token with another body", simulator.Config{}, []exchange{first, second}, 400, "ValidationException"},
		{"conflict", simulator.Config{TokenConflict: simulator.RefuseWithConflict}, []exchange{first, second}, 400, "ConflictException"},
		{"first wins", simulator.Config{TokenConflict: simulator.ReturnFirst}, []exchange{first, second}, 200, "SUBMITTED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := start(t, tt.config)
			var r reply
			for _, x := range tt.send {
				r = x.send(t, e)
			}
			if r.status != tt.status || !strings.Contains(r.body, tt.part) {
				t.Errorf("reply is %d %s, want %d with %q", r.status, r.body, tt.status, tt.part)
			}
			if got := len(e.Jobs()); got > 1 {
				t.Errorf("%d jobs were created", got)
			}
		})
	}
}

func TestLogMasksSignaturesAndTokens(t *testing.T) {
	session := simulator.Credential{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "secret-of-session", SessionToken: strings.Repeat("token-of-session", 500)}
	e := start(t, simulator.Config{Credentials: []simulator.Credential{session}})
	var signature string
	r := exchange{
		target: "StartFHIRImportJob", body: startBody(""), credential: session,
		after: func(r *http.Request) { _, signature, _ = strings.Cut(r.Header.Get("Authorization"), "Signature=") },
	}.send(t, e)
	if r.status != 200 {
		t.Fatalf("reply is %d %s", r.status, r.body)
	}
	log := e.Log()
	for _, secret := range []string{signature, "token-of-session", session.SecretAccessKey} {
		if bytes.Contains(log, []byte(secret)) {
			t.Errorf("the log holds %q", secret)
		}
	}
	for _, part := range []string{"POST / HTTP/1.1\r\n", "Signature=***", "s3://example-input/fhir/", "HTTP/1.1 200 OK\r\n", `"JobStatus":"SUBMITTED"`} {
		if !bytes.Contains(log, []byte(part)) {
			t.Errorf("the log lacks %q:\n%s", part, log)
		}
	}
}

func TestLogIsBounded(t *testing.T) {
	e := start(t, simulator.Config{MaxLogBytes: 200})
	exchange{target: "StartFHIRImportJob", body: startBody("")}.send(t, e)
	if got := len(e.Log()); got == 0 || got > 300 {
		t.Errorf("the log has %d bytes", got)
	}
}
